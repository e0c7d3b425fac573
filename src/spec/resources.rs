//! Limits that have to do with each other: what the engine would refuse of two together is refused with both.

use super::{LaunchSpec, Setting, asked};
use crate::config::{Heading, Layer, rows};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{MemoryLimit, MemorySwap, Value};

/// Options of resources that need no control groups.
const WITHOUT_CGROUPS: [&str; 2] = ["ulimit", "oom-score-adj"];

/// The limits that a launch asks of control groups, each in its words and with its origin.
pub fn limits(spec: &LaunchSpec) -> impl Iterator<Item = (String, Origin)> {
    let rows = rows().filter(|row| row.heading == Heading::Resources && !WITHOUT_CGROUPS.contains(&row.name));
    rows.flat_map(|row| {
        let said = (row.slots.said)(&spec.options, &spec.secrets).into_iter();
        said.map(|said| (row.asked(&said.text, &said.origin), said.origin))
    })
}

/// Every two limits that cannot stand together.
pub(super) fn conflicts(options: &Layer) -> Findings {
    let found = [
        reservation(options),
        swap(options),
        with_cpus(options, "cpu-period", options.cpu_period.setting().filter(|period| period.value.0 != 0)),
        with_cpus(options, "cpu-quota", options.cpu_quota.setting().filter(|quota| quota.value.0 != 0)),
        real_time(options),
    ];
    found.into_iter().flatten().collect()
}

/// An option and its value, as an error has them.
type Said<'a, T> = (&'static str, &'a Setting<T>);

fn refused<A: Value, B: Value>(message: &str, (one, a): Said<'_, A>, (other, b): Said<'_, B>) -> Finding {
    Finding::error(Code::LimitsConflict, message)
        .asked(asked(one, &a.value.word(), &a.origin), &a.origin)
        .asked(asked(other, &b.value.word(), &b.origin), &b.origin)
}

/// Memory is pushed back to less than the limit, or to nothing that limits.
fn reservation(options: &Layer) -> Option<Finding> {
    let reservation = options.memory_reservation.setting()?;
    let memory = options.memory.setting().filter(|memory| memory.value.0 > 0)?;
    (reservation.value.0 > memory.value.0).then(|| {
        let message = "the memory that is reserved is more than the limit";
        refused(message, ("memory-reservation", reservation), ("memory", memory))
            .help(format!("reserve less: --memory-reservation {}", memory.value.word()))
    })
}

/// Memory and swap together are no less than memory, and count beside a limit of it alone.
fn swap(options: &Layer) -> Option<Finding> {
    let swap = options.memory_swap.setting()?;
    let MemorySwap::Total(total) = swap.value else { return None };
    let Some(memory) = options.memory.setting().filter(|memory| memory.value.0 > 0) else {
        return (total.0 > 0).then(|| {
            let finding = Finding::error(
                Code::LimitsConflict,
                "memory and swap are limited together, and memory is not",
            )
            .asked(asked("memory-swap", &swap.value.word(), &swap.origin), &swap.origin);
            match MemoryLimit::parse(&total.word()) {
                Ok(memory) => finding.help(format!("limit memory, too: --memory {}", memory.word())),
                // A number alone counts bytes, and of so few is no memory.
                Err(error) => finding
                    .noted(format!("of memory alone {}", error.problem))
                    .help("say both with their units: --memory 8g --memory-swap 10g"),
            }
        });
    };
    (total.0 > 0 && total.0 < memory.value.0).then(|| {
        let message = "memory and swap together are less than memory alone";
        refused(message, ("memory-swap", swap), ("memory", memory))
            .help(format!("for no swap at all: --memory-swap {}", memory.value.word()))
            .help("for as much as the host has: --memory-swap -1")
    })
}

/// `--cpus` is a quota in a period of its own.
fn with_cpus<T: Value>(options: &Layer, name: &'static str, other: Option<&Setting<T>>) -> Option<Finding> {
    let cpus = options.cpus.setting().filter(|cpus| cpus.value.nano != 0)?;
    let message = format!("--cpus and --{name} say the same in two ways");
    Some(refused(&message, ("cpus", cpus), (name, other?)).help("leave one out"))
}

fn real_time(options: &Layer) -> Option<Finding> {
    let runtime = options.cpu_rt_runtime.setting()?;
    let period = options.cpu_rt_period.setting().filter(|period| period.value.0 > 0)?;
    (runtime.value.0 > period.value.0).then(|| {
        let message = "real-time tasks have more time than their period is long";
        refused(message, ("cpu-rt-runtime", runtime), ("cpu-rt-period", period))
            .help(format!("give them less: --cpu-rt-runtime {}", period.value.word()))
    })
}
