//! Limits of resources beside what the engine's machine has. The engine refuses more processors than there are, and the
//! kernel those that are not there; more memory than there is limits nothing, and nobody says so.

use super::doctor::gib;
use crate::engine::{Engine, EngineInfo};
use crate::finding::{Code, Finding, Findings};
use crate::host::{Host, Root};
use crate::sockets::{Proof, is_same_machine};
use crate::spec::{LaunchSpec, Layer, Setting, asked};
use crate::values::{Cpus, Cpuset, MemoryLimit, Ulimit, Value};
use std::ops::RangeInclusive;

/// Billionths in one processor.
const NANO: i64 = 1_000_000_000;
/// The kernel's period where nothing else is said, in microseconds.
const PERIOD: i64 = 100_000;

/// What the engine's machine has, as far as it is told. Zero and none are: not told.
#[derive(Debug, Default)]
struct Machine {
    processors: i64,
    memory: u64,
    /// The numbers of its processors and of its nodes of memory, where they can be read.
    numbers: Option<Numbers>,
    /// How many files a process may have open at the most, where that can be read.
    open_files: Option<u64>,
    /// Whether podman keeps it: it passes any quota on.
    is_podman: bool,
}

/// The numbers that a container may be bound to, as the kernel lists them: `0-3,8`.
#[derive(Debug)]
struct Numbers {
    processors: String,
    nodes: String,
}

impl Numbers {
    /// What control groups hand out on this machine; none where they say nothing.
    fn read(root: &Root) -> Option<Self> {
        let list = |names: [&str; 2]| {
            let mut texts = names
                .iter()
                .filter_map(|name| std::fs::read_to_string(root.path("/sys/fs/cgroup").join(name)).ok());
            texts.next().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        Some(Self {
            processors: list(["cpuset.cpus.effective", "cpuset/cpuset.cpus"])?,
            nodes: list(["cpuset.mems.effective", "cpuset/cpuset.mems"])?,
        })
    }
}

/// Compares the limits with the machine; an engine is asked only where there is one.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine, host: &Host) -> Findings {
    let options = &spec.options;
    let is_limited = options.cpus.get().is_some()
        || options.cpu_quota.get().is_some()
        || options.memory.get().is_some()
        || options.memory_reservation.get().is_some()
        || options.cpuset_cpus.get().is_some()
        || options.cpuset_mems.get().is_some()
        || open_files_asked(options).is_some();
    if !is_limited {
        return Findings::new();
    }
    let Ok(EngineInfo { processors, memory, .. }) = engine.info().await else { return Findings::new() };
    let is_here = is_same_machine(engine.peer_pid()) == Proof::Same;
    let numbers = is_here.then(|| Numbers::read(&host.root)).flatten();
    let open_files = is_here.then(|| most_open_files(&host.root)).flatten();
    let is_podman = engine.is_podman();
    findings(options, &Machine { processors, memory, numbers, open_files, is_podman })
}

/// What the kernel lets nobody exceed, not even the superuser.
fn most_open_files(root: &Root) -> Option<u64> {
    let text = std::fs::read_to_string(root.path("/proc/sys/fs/nr_open")).ok()?;
    text.trim().parse().ok()
}

/// The limit of open files that was asked for, the last one: docker's client takes that.
fn open_files_asked(options: &Layer) -> Option<&Setting<Ulimit>> {
    options.ulimit.iter().rfind(|setting| setting.value.name == "nofile")
}

fn findings(options: &Layer, machine: &Machine) -> Findings {
    let found = [
        processors(options, machine),
        quota(options, machine),
        memory("memory", options.memory.setting(), machine),
        memory("memory-reservation", options.memory_reservation.setting(), machine),
        bound_processors(options, machine),
        bound_nodes(options, machine),
        open_files(options, machine),
    ];
    found.into_iter().flatten().collect()
}

fn beyond<T: Value>(
    make: fn(Code, String) -> Finding,
    message: String,
    name: &str,
    setting: &Setting<T>,
) -> Finding {
    let finding = make(Code::LimitBeyondMachine, message);
    finding.asked(asked(name, &setting.value.word(), &setting.origin), &setting.origin)
}

/// `1 processor`, `4 processors`.
fn counted(processors: i64) -> String {
    format!("{processors} processor{}", if processors == 1 { "" } else { "s" })
}

/// The engine takes no more processors than it sees.
fn processors(options: &Layer, machine: &Machine) -> Option<Finding> {
    let setting = options.cpus.setting()?;
    let Cpus { nano } = setting.value;
    let has = machine.processors;
    if has <= 0 || nano <= has.saturating_mul(NANO) {
        return None;
    }
    let make = if machine.is_podman { Finding::warning } else { Finding::error };
    let message = format!("the engine's machine has {}, and no {}", counted(has), setting.value.word());
    Some(beyond(make, message, "cpus", setting).help(format!("take what there is: --cpus {has}")))
}

/// The same in the kernel's words, which nobody compares.
fn quota(options: &Layer, machine: &Machine) -> Option<Finding> {
    let setting = options.cpu_quota.setting()?;
    let period = options.cpu_period.get().map(|period| period.0).filter(|period| *period > 0);
    let most = machine.processors.saturating_mul(period.unwrap_or(PERIOD));
    if most <= 0 || setting.value.0 <= most {
        return None;
    }
    let message = format!(
        "the engine's machine has {}: the quota is never used up, and limits nothing",
        counted(machine.processors)
    );
    let finding = beyond(Finding::warning, message, "cpu-quota", setting);
    Some(finding.help(format!("all that there is: --cpu-quota {most}")))
}

/// The kernel takes any limit of memory.
fn memory(name: &str, setting: Option<&Setting<MemoryLimit>>, machine: &Machine) -> Option<Finding> {
    let setting = setting?;
    let has = machine.memory;
    if has == 0 || setting.value.0 <= has {
        return None;
    }
    let message = format!(
        "the engine's machine has {} of memory: {} limits nothing, and where memory is short the kernel ends any process",
        gib(has),
        setting.value.word(),
    );
    let less = has >> 20;
    Some(
        beyond(Finding::warning, message, name, setting).help(format!("all that there is: --{name} {less}m")),
    )
}

fn bound_processors(options: &Layer, machine: &Machine) -> Option<Finding> {
    let setting = options.cpuset_cpus.setting()?;
    if let Some(numbers) = &machine.numbers {
        return unbound("cpuset-cpus", setting, &numbers.processors, "processors");
    }
    // Numbers may have gaps, so that a count alone proves nothing.
    let last = ranges(&setting.value.0).map(|range| *range.end()).max()?;
    let has = machine.processors;
    (has > 0 && i64::from(last) >= has).then(|| {
        let message = format!("the engine's machine has {}, and hardly one of number {last}", counted(has));
        let finding = beyond(Finding::warning, message, "cpuset-cpus", setting);
        finding.help(format!("those that it has are most likely --cpuset-cpus 0-{}", has - 1))
    })
}

fn bound_nodes(options: &Layer, machine: &Machine) -> Option<Finding> {
    let setting = options.cpuset_mems.setting()?;
    unbound("cpuset-mems", setting, &machine.numbers.as_ref()?.nodes, "nodes of memory")
}

/// No container starts with more.
fn open_files(options: &Layer, machine: &Machine) -> Option<Finding> {
    let (setting, most) = (open_files_asked(options)?, machine.open_files?);
    let Ulimit { soft, hard, .. } = setting.value;
    // Below zero is unlimited.
    let is_beyond = |limit: i64| u64::try_from(limit).map_or(true, |limit| limit > most);
    (is_beyond(soft) || is_beyond(hard)).then(|| {
        let message = format!("the kernel of the engine's machine lets nobody open more than {most} files");
        let finding = beyond(Finding::error, message, "ulimit", setting);
        finding.help(format!("as many as there can be: --ulimit nofile={most}"))
    })
}

/// What is asked for by its number and not there: no container starts with it.
fn unbound(name: &str, setting: &Setting<Cpuset>, there: &str, things: &str) -> Option<Finding> {
    let is_there = |number: u16| ranges(there).any(|range| range.contains(&number));
    let missing = ranges(&setting.value.0).flatten().find(|number| !is_there(*number))?;
    let message = format!("the engine's machine has the {things} {there}, and no {missing}");
    Some(beyond(Finding::error, message, name, setting).help(format!("all that there are: --{name} {there}")))
}

/// The ranges of a list as the kernel reads it.
fn ranges(list: &str) -> impl Iterator<Item = RangeInclusive<u16>> {
    list.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Origin};

    fn layer(limits: &[(&str, &str)]) -> Layer {
        let mut options = Layer::default();
        let origin = || Origin::Flag("--x".to_owned());
        for (name, word) in limits {
            match *name {
                "cpus" => options.cpus.set(Cpus::parse(word).unwrap(), origin()),
                "cpu-quota" => options.cpu_quota.set(Value::parse(word).unwrap(), origin()),
                "cpu-period" => options.cpu_period.set(Value::parse(word).unwrap(), origin()),
                "memory" => options.memory.set(MemoryLimit::parse(word).unwrap(), origin()),
                "memory-reservation" => options.memory_reservation.set(Value::parse(word).unwrap(), origin()),
                "cpuset-cpus" => options.cpuset_cpus.set(Cpuset::parse(word).unwrap(), origin()),
                "cpuset-mems" => options.cpuset_mems.set(Cpuset::parse(word).unwrap(), origin()),
                "ulimit" => options.ulimit.push(Ulimit::parse(word).unwrap(), origin()),
                other => panic!("{other}"),
            }
        }
        options
    }

    fn machine(numbers: Option<(&str, &str)>) -> Machine {
        let numbers = numbers.map(|(processors, nodes)| Numbers {
            processors: processors.to_owned(),
            nodes: nodes.to_owned(),
        });
        Machine { processors: 4, memory: 8 << 30, numbers, open_files: Some(1000), is_podman: false }
    }

    /// What is told of limits on that machine: how much it weighs, the message and the help.
    fn told(limits: &[(&str, &str)]) -> Vec<(Level, String, String)> {
        let found = findings(&layer(limits), &machine(Some(("0-2,8", "0")))).into_iter();
        found.map(|found| (found.level, found.message, found.help.concat())).collect()
    }

    #[test]
    fn limits_within_the_machine_are_fine() {
        let table: &[&[(&str, &str)]] = &[
            &[("cpus", "4")],
            &[("cpus", "0")],
            &[("cpu-quota", "400000")],
            &[("cpu-quota", "-1")],
            &[("cpu-quota", "400001"), ("cpu-period", "200000")],
            &[("memory", "8g")],
            &[("memory", "0")],
            &[("cpuset-cpus", "0-2,8")],
            &[("cpuset-cpus", "")],
            &[("cpuset-mems", "0")],
            &[("ulimit", "nofile=1000"), ("ulimit", "nproc=9999")],
            &[("ulimit", "nofile=9999"), ("ulimit", "nofile=10")],
        ];
        for limits in table {
            assert_eq!(told(limits), [], "{limits:?}");
        }
    }

    #[test]
    fn what_no_container_starts_with_is_refused() {
        let processors = "the engine's machine has 4 processors, and no 4.001";
        let bound = "the engine's machine has the processors 0-2,8, and no 3";
        let nodes = "the engine's machine has the nodes of memory 0, and no 1";
        let files = "the kernel of the engine's machine lets nobody open more than 1000 files";
        for (limit, message, help) in [
            (("cpus", "4.001"), processors, "take what there is: --cpus 4"),
            (("cpuset-cpus", "0-3"), bound, "all that there are: --cpuset-cpus 0-2,8"),
            (("cpuset-mems", "0,1"), nodes, "all that there are: --cpuset-mems 0"),
            (("ulimit", "nofile=10:1001"), files, "as many as there can be: --ulimit nofile=1000"),
            (("ulimit", "nofile=-1"), files, "as many as there can be: --ulimit nofile=1000"),
        ] {
            assert_eq!(told(&[limit]), [(Level::Error, message.to_owned(), help.to_owned())], "{limit:?}");
        }
    }

    #[test]
    fn what_limits_nothing_is_told() {
        let unused = "the engine's machine has 4 processors: the quota is never used up, and limits nothing";
        let memory = "the engine's machine has 8.0 GiB of memory: 9g limits nothing, and where memory is short \
                      the kernel ends any process";
        type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
        let table: &[Row<'_>] = &[
            (&[("cpu-quota", "400001")], unused, "all that there is: --cpu-quota 400000"),
            (
                &[("cpu-quota", "40001"), ("cpu-period", "10000")],
                unused,
                "all that there is: --cpu-quota 40000",
            ),
            (&[("memory", "9g")], memory, "all that there is: --memory 8192m"),
            (&[("memory-reservation", "9g")], memory, "all that there is: --memory-reservation 8192m"),
        ];
        for (limits, message, help) in table {
            let want = (Level::Warning, (*message).to_owned(), (*help).to_owned());
            assert_eq!(told(limits), [want], "{limits:?}");
        }
    }

    /// Numbers have gaps on some machines: from a count alone, nothing is refused.
    #[test]
    fn a_count_alone_is_no_proof() {
        let found = findings(&layer(&[("cpuset-cpus", "4"), ("cpuset-mems", "9")]), &machine(None));
        let told: Vec<_> = found.iter().map(|found| (found.level, found.message.as_str())).collect();
        assert_eq!(
            told,
            [(Level::Warning, "the engine's machine has 4 processors, and hardly one of number 4")]
        );
        let untold = findings(
            &layer(&[("cpus", "99"), ("cpu-quota", "9999999"), ("memory", "99g"), ("cpuset-cpus", "99")]),
            &Machine::default(),
        );
        assert_eq!(untold, []);
    }

    /// podman passes any quota on.
    #[test]
    fn podman_refuses_no_processors() {
        let machine = Machine { is_podman: true, ..machine(None) };
        assert_eq!(findings(&layer(&[("cpus", "5")]), &machine)[0].level, Level::Warning);
    }

    #[test]
    fn the_machine_tells_its_numbers_in_both_versions_of_control_groups() {
        for (processors, nodes) in
            [("cpuset.cpus.effective", "cpuset.mems.effective"), ("cpuset/cpuset.cpus", "cpuset/cpuset.mems")]
        {
            let folder = tempfile::TempDir::new().unwrap();
            let root = Root::at(folder.path());
            assert!(Numbers::read(&root).is_none());
            let groups = root.path("/sys/fs/cgroup");
            std::fs::create_dir_all(groups.join("cpuset")).unwrap();
            std::fs::write(groups.join(processors), "0-3\n").unwrap();
            assert!(Numbers::read(&root).is_none());
            std::fs::write(groups.join(nodes), "0\n").unwrap();
            let numbers = Numbers::read(&root).unwrap();
            assert_eq!((numbers.processors.as_str(), numbers.nodes.as_str()), ("0-3", "0"));
        }
    }
}
