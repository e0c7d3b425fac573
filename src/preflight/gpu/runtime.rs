//! `--runtime`: is it registered with the engine. NVIDIA's, where it is only a habit, yields.

use super::World;
use super::world::Route;
use crate::finding::{Code, Finding, Findings, nearest, refuses};
use crate::spec::{GpuOptions, Lack, NVIDIA, Setting, asked, is_gpu_habit};
use crate::values::{Gpus, Text};

/// Decides the runtime of a launch whose GPUs are decided.
pub(super) fn judge(
    asked_for: &GpuOptions,
    gpus: Option<&Setting<Gpus>>,
    world: &World,
    findings: &mut Findings,
) -> Option<Setting<Text>> {
    let runtime = asked_for.runtime.clone()?;
    if is_gpu_habit(&runtime) {
        let is_wanted = gpus.is_some() || asked_for.gpus.is_none();
        return habit(runtime, is_wanted, world, findings);
    }
    let is_same_fault = runtime.value.0 == NVIDIA && refuses(findings);
    if is_missing(&runtime, world) && !is_same_fault {
        findings.push(missing(&runtime, world));
    }
    Some(runtime)
}

/// Whether the engine does not have it. A dotted name is containerd's, which no engine lists.
pub(super) fn is_missing(runtime: &Setting<Text>, world: &World) -> bool {
    let name = &runtime.value.0;
    !name.contains('.') && !world.has_runtime(name)
}

/// NVIDIA's runtime goes where the GPUs go, and is not needed where the engine has another way.
fn habit(
    runtime: Setting<Text>,
    is_wanted: bool,
    world: &World,
    findings: &mut Findings,
) -> Option<Setting<Text>> {
    if is_wanted && world.has_runtime(NVIDIA) {
        return Some(runtime);
    }
    if is_wanted && !refuses(findings) {
        let message = "--runtime nvidia is left out: the engine has no such runtime";
        let finding = Finding::note(Code::GpusChosen, message);
        findings.push(finding.asked(asked("runtime", NVIDIA, &runtime.origin), &runtime.origin));
    }
    None
}

fn missing(runtime: &Setting<Text>, world: &World) -> Finding {
    let name = &runtime.value.0;
    let message = format!("the engine has no runtime {name}");
    let words = asked("runtime", name, &runtime.origin);
    if name == NVIDIA {
        let finding = Finding::error(Code::GpuRuntimeMissing, message).asked(words, &runtime.origin);
        return super::told(finding, Lack::Runtime, Route::Driver, world)
            .help("or go without: leave --runtime nvidia out");
    }
    let runtimes = &world.engine.runtimes;
    let finding = Finding::error(Code::RuntimeMissing, message)
        .asked(words, &runtime.origin)
        .noted(format!("it has {}", runtimes.join(", ")));
    match nearest(name, runtimes.iter().map(String::as_str)) {
        Some(near) => finding.help(format!("did you mean {near}?")),
        None => {
            finding.help("register it in the engine's daemon.json, under `runtimes`, and restart the engine")
        }
    }
}
