//! The machine on one page, for `dynrun doctor`: what the engine and this machine are, and what will be in the way of a
//! launch. Asks nobody: what was asked is handed in.

use super::advice::firewalls;
use super::gpu::{Survey, gibibytes};
use crate::engine::{Leftover, Portrait};
use crate::finding::{Code, Finding, Findings};
use crate::host::{Host, Root};
use std::fs;
use std::path::Path;

/// A part of the page.
#[derive(Debug, Default)]
pub struct Part {
    /// What it is about, in a word.
    pub name: &'static str,
    /// What is known, each with its name.
    pub facts: Vec<(String, String)>,
    /// What is wrong with it, or worth knowing.
    pub findings: Findings,
}

impl Part {
    /// A part of which nothing is known yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Adds what is known, unless that is nothing.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((name.into(), value));
        }
        self
    }

    /// Adds what is to be said.
    #[must_use]
    pub fn says(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(findings);
        self
    }
}

/// Room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What is left to who is not root.
    pub free: u64,
    /// All of it.
    pub all: u64,
}

impl Room {
    /// Asks the file system of a path; none where it does not tell.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let found = nix::sys::statvfs::statvfs(path).ok()?;
        let unit = found.fragment_size();
        let bytes = |blocks: u64| blocks.saturating_mul(unit);
        Some(Self { free: bytes(found.blocks_available()), all: bytes(found.blocks()) })
    }
}

/// The engine, as it draws itself.
#[must_use]
pub fn engine(portrait: &Portrait) -> Part {
    let Portrait { version, system, kernel, architecture, processors, memory, .. } = portrait;
    let (running, all) = portrait.containers;
    let secured = portrait.security.join(", ");
    Part::new("engine")
        .fact("version", version.as_str())
        .fact("system", format!("{system}, Linux {kernel}, {architecture}"))
        .fact("size", format!("{processors} processors, {}", gib(u64::try_from(*memory).unwrap_or_default())))
        .fact(
            "groups",
            if portrait.cgroup.is_empty() { String::new() } else { format!("cgroup v{}", portrait.cgroup) },
        )
        .fact("storage", portrait.storage.as_str())
        .fact("log driver", portrait.log_driver.as_str())
        .fact("security", secured)
        .fact("swarm", portrait.swarm)
        .fact("restart", if portrait.live_restore { "containers outlive the engine" } else { "" })
        .fact("containers", format!("{running} running of {all}; {} images", portrait.images))
        .says(portrait.warnings.iter().map(|warning| {
            // Docker writes the level into the text.
            let words = warning.trim_start_matches("WARNING: ");
            Finding::note(Code::EngineWarning, format!("the engine warns: {words}"))
        }))
        .says(forwarding(portrait))
}

/// Nothing leaves a bridge, and nothing comes in, where the kernel forwards no packets.
fn forwarding(portrait: &Portrait) -> Option<Finding> {
    (portrait.forwards == Some(false)).then(|| {
        let message = "the engine's kernel forwards no packets: containers on a bridge reach nobody";
        Finding::warning(Code::ForwardingOff, message).help("sysctl -w net.ipv4.ip_forward=1")
    })
}

/// The disk of the engine's images, containers and volumes.
#[must_use]
pub fn disk(folder: &str, room: Room, low: u64) -> Part {
    let Room { free, all } = room;
    let is_low = free < low;
    let finding = is_low.then(|| {
        let message = format!("{} are left on the disk of {folder}, and {} are little", gib(free), gib(low));
        Finding::warning(Code::DiskLow, message)
            .help("what images and containers take: docker system df")
            .help("what no container uses: docker image prune")
    });
    Part::new("disk").fact(folder, format!("{} free of {}", gib(free), gib(all))).says(finding)
}

/// This machine: what of its settings a launch may meet.
#[must_use]
pub fn machine(host: &Host) -> Part {
    let root = &host.root;
    let setting = |name: &str| line(root, &format!("/proc/sys/net/ipv4/{name}"));
    let firewall = firewalls(root).collect::<Vec<_>>().join(", ");
    let firewall = if firewall.is_empty() { "none that is known".to_owned() } else { firewall };
    let is_hidden = hides_processes(root);
    Part::new("machine")
        .fact("firewall", firewall)
        .fact("ports given out", setting("ip_local_port_range").replace('\t', "-"))
        .fact("ports reserved", setting("ip_local_reserved_ports"))
        .fact("ports from", setting("ip_unprivileged_port_start") + " on are anybody's")
        .says((is_hidden && host.uid != 0).then(|| {
            let message = "/proc hides other users' processes: who holds a port cannot be named";
            Finding::note(Code::ProcessesHidden, message).help("ask as root: sudo dynrun doctor")
        }))
}

fn line(root: &Root, path: &str) -> String {
    fs::read_to_string(root.path(path)).unwrap_or_default().trim().to_owned()
}

/// Whether `/proc` is mounted with `hidepid`.
fn hides_processes(root: &Root) -> bool {
    let mounts = fs::read_to_string(root.path("/proc/self/mounts")).unwrap_or_default();
    let of_proc = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    of_proc.filter(|fields| fields.get(1) == Some(&"/proc")).any(|fields| {
        let options = fields.get(3).copied().unwrap_or_default().split(',');
        options.filter_map(|option| option.strip_prefix("hidepid=")).any(|how| how != "0" && how != "off")
    })
}

/// The GPUs of the engine's machine, and who holds their memory.
#[must_use]
pub fn gpus(survey: &Survey) -> Part {
    let lines = survey.inventory.iter().filter_map(|line| line.split_once(": "));
    let part = lines.fold(Part::new("gpus"), |part, (name, value)| part.fact(name, value));
    let part = survey.gpus.iter().fold(part, |part, gpu| {
        let memory = gpu
            .memory
            .map(|memory| format!(", {} of {} taken", gibibytes(memory.used), gibibytes(memory.total)));
        part.fact(format!("GPU {}", gpu.index), format!("{}{}", gpu.name, memory.unwrap_or_default()))
    });
    let part = survey.holders.iter().fold(part, |part, holder| {
        part.fact(
            format!("held on GPU {}", holder.gpu),
            format!("{} holds {}", holder.words(), holder.holds()),
        )
    });
    part.says(survey.findings())
}

/// What launches have left that were killed.
#[must_use]
pub fn left(leftovers: &[Leftover]) -> Part {
    let count = leftovers.iter().filter(|leftover| leftover.is_ownerless()).count();
    let words = match count {
        0 => "nothing".to_owned(),
        1 => "1 thing that nobody owns any more: dynrun gc".to_owned(),
        count => format!("{count} things that nobody owns any more: dynrun gc"),
    };
    Part::new("left").fact("behind", words)
}

/// Bytes in words: `23.4 GiB`.
pub(super) fn gib(bytes: u64) -> String {
    const GIB: u64 = 1 << 30;
    let tenths = bytes / (GIB / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told() {
        let gib = 1 << 30;
        let room = |free| disk("/var/lib/docker", Room { free, all: 100 * gib }, 20 * gib);
        assert_eq!(room(20 * gib).findings, []);
        assert_eq!(
            room(20 * gib).facts,
            [("/var/lib/docker".to_owned(), "20.0 GiB free of 100.0 GiB".to_owned())]
        );
        let low = room(3 * gib + gib / 2);
        assert_eq!(
            low.findings[0].message,
            "3.5 GiB are left on the disk of /var/lib/docker, and 20.0 GiB are little"
        );
    }

    #[test]
    fn what_the_engine_says_of_itself_is_told() {
        let warnings = vec!["WARNING: No swap limit support".to_owned()];
        let told = engine(&Portrait { forwards: Some(false), warnings, ..Portrait::default() });
        let said: Vec<_> = told.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said[0], "the engine warns: No swap limit support");
        assert_eq!(told.findings[1].code, Code::ForwardingOff);
        assert_eq!(engine(&Portrait::default()).findings, []);
    }

    #[test]
    fn hidden_processes_are_seen_by_the_mount() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("proc/self")).unwrap();
        for (options, want) in [
            ("rw,nosuid", false),
            ("rw,hidepid=0", false),
            ("rw,hidepid=2,gid=4", true),
            ("hidepid=invisible", true),
        ] {
            let text = format!("sysfs /sys sysfs hidepid=2 0 0\nproc /proc proc {options} 0 0\n");
            fs::write(folder.path().join("proc/self/mounts"), text).unwrap();
            assert_eq!(hides_processes(&Root::at(folder.path())), want, "{options}");
        }
    }
}
