//! `Holder`: who holds memory of a GPU, in words: the process, and the container that it is in, or that it is in none.

use super::listing::{GpuProcess, Listing};
use crate::engine::{RunningContainer, short_id};
use crate::host::Root;
use crate::sockets::container_in;
use std::fs;
use std::io;

/// Processes that take over those whose parent has ended.
const REAPERS: [&str; 5] = ["systemd", "init", "tini", "dumb-init", "docker-init"];

/// Where a process is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a container that the engine has.
    Container {
        /// Its name.
        name: String,
        /// The service that dynrun launched in it.
        service: Option<String>,
    },
    /// In a container of another engine's, by its id.
    Elsewhere(String),
    /// In no container.
    Outside {
        /// Whether its parent has ended and left it behind.
        is_left: bool,
    },
    /// It cannot be told, for this reason.
    Unknown(String),
}

/// Who holds memory of a GPU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The number of the GPU.
    pub gpu: u32,
    /// The process's pid.
    pub pid: u32,
    /// Its name.
    pub name: Option<String>,
    /// How much it holds, in MiB, where that is told.
    pub used: Option<u64>,
    /// Where it is.
    pub place: Place,
}

impl Holder {
    /// `VLLM::EngineCore (pid 4121)`, with the container that it is in.
    pub(in crate::preflight) fn words(&self) -> String {
        let name = self.name.as_deref().unwrap_or("a process");
        let container = match &self.place {
            Place::Container { name, service: Some(service) } => {
                format!(", container {name}, service {service}")
            }
            Place::Container { name, service: None } => format!(", container {name}"),
            Place::Elsewhere(id) => format!(", container {}, of another engine's", short_id(id)),
            Place::Outside { is_left: true } => ", left behind by its parent".to_owned(),
            Place::Outside { is_left: false } | Place::Unknown(_) => String::new(),
        };
        format!("{name} (pid {}{container})", self.pid)
    }

    /// What it holds: `125.8 GiB of GPU 0`.
    pub(in crate::preflight) fn holds(&self) -> String {
        match self.used {
            Some(used) => format!("{} of GPU {}", gibibytes(used), self.gpu),
            None => format!("memory of GPU {}", self.gpu),
        }
    }
}

/// MiB in words.
pub(in crate::preflight) fn gibibytes(mebibytes: u64) -> String {
    match mebibytes {
        0..1024 => format!("{mebibytes} MiB"),
        // A tenth more or less is no matter here.
        _ => format!("{}.{} GiB", mebibytes / 1024, mebibytes % 1024 * 10 / 1024),
    }
}

/// The holders of a listing, each with its place.
pub(super) fn holders(listing: &Listing, root: &Root, containers: &[RunningContainer]) -> Vec<Holder> {
    let is_hiding = is_hiding(root);
    let holder = |process: &GpuProcess| {
        let gpu = listing.gpus.iter().find(|gpu| gpu.uuid == process.gpu)?.index;
        let name = process.name.clone().or_else(|| file(root, process.pid, "comm").ok());
        let place = place(root, process.pid, containers, is_hiding);
        Some(Holder { gpu, pid: process.pid, name, used: process.used, place })
    };
    let mut holders: Vec<Holder> = listing.processes.iter().filter_map(holder).collect();
    holders.sort_by_key(|holder| (holder.gpu, holder.pid));
    holders
}

fn place(root: &Root, pid: u32, containers: &[RunningContainer], is_hiding: bool) -> Place {
    let why = match file(root, pid, "cgroup") {
        Ok(text) => return in_group(root, pid, &text, containers),
        Err(_) if is_hiding => "/proc hides the processes of others (hidepid): ask as root",
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            "it is not among the processes that can be seen from here"
        }
        Err(_) => "it may not be looked at: ask as root",
    };
    Place::Unknown(why.to_owned())
}

fn in_group(root: &Root, pid: u32, text: &str, containers: &[RunningContainer]) -> Place {
    match container_in(text) {
        Some(id) => match containers.iter().find(|container| container.id == id) {
            Some(RunningContainer { name, service, .. }) => {
                Place::Container { name: name.clone(), service: service.clone() }
            }
            None => Place::Elsewhere(id),
        },
        None => Place::Outside { is_left: is_left(root, pid, text) },
    }
}

/// Whether its parent has ended. A service of systemd's has no other parent.
fn is_left(root: &Root, pid: u32, text: &str) -> bool {
    let is_service = text.lines().any(|line| line.trim_end().ends_with(".service"));
    let parent = file(root, pid, "stat").ok().and_then(|stat| parent(&stat));
    let by_reaper = |parent: u32| {
        let command = file(root, parent, "comm").unwrap_or_default();
        parent == 1 || REAPERS.contains(&command.as_str())
    };
    !is_service && parent.is_some_and(by_reaper)
}

/// Field 4 of /proc/PID/stat. The command's name, in parentheses, may hold spaces and parentheses.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn file(root: &Root, pid: u32, name: &str) -> io::Result<String> {
    let bytes = fs::read(root.path(format!("/proc/{pid}/{name}")))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
}

/// Whether `/proc` is mounted so that the processes of other users cannot be seen.
fn is_hiding(root: &Root) -> bool {
    let mounts = fs::read_to_string(root.path("/proc/mounts")).unwrap_or_default();
    let mut proc = mounts.lines().filter(|line| line.split(' ').nth(1) == Some("/proc"));
    proc.any(|line| {
        let options = line.split(' ').nth(3).unwrap_or_default();
        let hidden = options.split(',').find_map(|option| option.strip_prefix("hidepid="));
        hidden.is_some_and(|word| !["0", "off"].contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_said_in_words() {
        for (mebibytes, words) in [
            (0, "0 MiB"),
            (1023, "1023 MiB"),
            (1024, "1.0 GiB"),
            (129_345, "126.3 GiB"),
            (143_771, "140.4 GiB"),
        ] {
            assert_eq!(gibibytes(mebibytes), words);
        }
    }

    #[test]
    fn a_parent_is_read() {
        assert_eq!(parent("4121 (VLLM::EngineCor) S 1 4100 4100 0 -1"), Some(1));
        assert_eq!(parent("7 (a) b) S) R 42 7"), Some(42));
        assert_eq!((parent(""), parent("7 (x)")), (None, None));
    }
}
