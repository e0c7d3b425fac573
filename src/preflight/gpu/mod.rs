//! `--gpus` and `--runtime` against what the machine and the engine have: `auto` is decided, the rest is refused where it
//! cannot be had. Local files count only where the engine is proven to be on this machine.

mod cdi;
mod check;
mod holder;
mod listing;
mod machine;
mod memory;
mod request;
mod requirement;
mod runtime;
mod smi;
mod survey;
mod wanted;
mod world;

pub use cdi::{Content, Specification};
pub use check::{check, examine};
pub(super) use holder::gibibytes;
pub use holder::{Holder, Place};
pub use listing::{Gpu, GpuProcess, Listing, Memory, MigDevice};
pub use machine::{Devices, Driver, Machine};
pub use request::Request;
pub use smi::{Silence, View, look};
pub use survey::{Survey, survey, survey_of};
pub use world::World;

use super::Subject;
use super::checks::{self, Said};
use crate::engine::{Engine, EngineInfo};
use crate::finding::{Code, Finding, Findings};
use crate::host::Host;
use crate::sockets::{Proof, is_same_machine};
use crate::spec::{GpuOptions, Lack, LaunchSpec, NVIDIA, Setting, asked, is_habit};
use crate::values::{Gpus, Value};
use world::{Answer, Route, Way, driver};

/// All of NVIDIA's GPUs, by CDI.
const CDI_ALL: &str = "nvidia.com/gpu=all";

/// What mends an engine that takes no CDI devices.
const CDI_OFF: &str =
    "let it: \"features\": {\"cdi\": true} in the engine's daemon.json (from Docker 25 on), and restart it";
/// What mends a missing CDI specification.
const CDI_SPECIFICATION: &str = "describe them: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml";

/// This machine's GPUs as their driver lists them, by number and UUID, each with its name. Starts no program.
#[must_use]
pub fn of_driver(host: &Host) -> Vec<(String, String)> {
    let gpus = Listing::of_driver(&host.root).gpus.into_iter();
    gpus.flat_map(|gpu| [(gpu.index.to_string(), gpu.name.clone()), (gpu.uuid, gpu.name)]).collect()
}

/// Decides what `auto` comes to, and checks GPUs and runtime.
pub(super) async fn settle(subject: &mut Subject, world: &checks::World<'_>) -> Said {
    let (spec, engine, host) = (&subject.spec, world.engine, world.host);
    let (decided, mut findings) = decide(spec, engine, host).await;
    findings.extend(check(spec, &decided, engine, host).await);
    subject.spec = spec.with_gpus(decided);
    findings.into()
}

/// Decides what `auto` comes to where nobody wants GPUs checked.
pub(super) async fn choose(subject: &mut Subject, world: &checks::World<'_>) -> Said {
    if !subject.spec.gpus().is_auto() {
        return Said::default();
    }
    let (decided, findings) = decide(&subject.spec, world.engine, world.host).await;
    subject.spec = subject.spec.with_gpus(decided);
    findings.into()
}

/// Decides GPUs and runtime of a launch. A launch that asks for neither asks nobody.
pub async fn decide(spec: &LaunchSpec, engine: &Engine, host: &Host) -> (GpuOptions, Findings) {
    let asked_for = spec.gpus();
    if asked_for.is_empty() {
        return (asked_for, Findings::new());
    }
    let engine_info = match engine.info().await {
        Ok(info) => info,
        Err(error) => return untold(asked_for, &error.to_string()),
    };
    judge(&asked_for, &world(engine_info, engine, host))
}

/// The engine, and this machine where it is proven to be the engine's.
fn world(info: EngineInfo, engine: &Engine, host: &Host) -> World {
    let machine = (is_same_machine(engine.peer_pid()) == Proof::Same).then(|| {
        let search = host.var("PATH").unwrap_or_default();
        Machine::read(&host.root, search, &info.cdi_folders)
    });
    World { machine, engine: info }
}

/// What a dry run that asks nobody assumes: that there are GPUs, as it assumes that there is the image. The line that it
/// prints fails loudly where there are none; one without GPUs would run without them where there are.
#[must_use]
pub fn assume(asked_for: GpuOptions) -> GpuOptions {
    let gpus = asked_for.gpus.map(|setting| match setting.value {
        Gpus::Auto => Setting { value: Gpus::All, origin: setting.origin },
        Gpus::None | Gpus::All | Gpus::Count(_) | Gpus::Devices(_) | Gpus::Request(_) => setting,
    });
    GpuOptions { gpus, ..asked_for }
}

/// Decides by a world.
#[must_use]
pub fn judge(asked_for: &GpuOptions, world: &World) -> (GpuOptions, Findings) {
    let mut findings = Findings::new();
    let gpus = asked_for.gpus.clone().and_then(|setting| match setting.value {
        Gpus::Auto => automatic(&setting, world, &mut findings),
        Gpus::None | Gpus::All | Gpus::Count(_) | Gpus::Devices(_) | Gpus::Request(_) => {
            findings
                .extend(route(&setting.value).and_then(|route| lacking(&setting, route, asked_for, world)));
            Some(setting)
        }
    });
    let runtime = runtime::judge(asked_for, gpus.as_ref(), world, &mut findings);
    (GpuOptions { gpus, runtime }, findings)
}

/// An engine that does not tell what it has: its answer to the launch decides, and `auto` goes without.
fn untold(asked_for: GpuOptions, why: &str) -> (GpuOptions, Findings) {
    if !asked_for.is_auto() {
        return (asked_for, Findings::new());
    }
    let message = format!("--gpus auto: none: the engine does not tell what it has: {why}");
    let runtime = asked_for.runtime.filter(|runtime| !crate::spec::is_gpu_habit(runtime));
    (GpuOptions { gpus: None, runtime }, vec![Finding::warning(Code::GpusChosen, message)])
}

/// What a request goes by; none for another maker's.
fn route(gpus: &Gpus) -> Option<Route> {
    let cdi = |ids: &[String]| {
        let is_nvidia = ids.iter().all(|id| id.starts_with("nvidia.com/"));
        if is_nvidia { Route::Cdi } else { Route::ForeignCdi }
    };
    match gpus {
        Gpus::None | Gpus::Auto => None,
        Gpus::All | Gpus::Count(_) => Some(Route::Driver),
        Gpus::Devices(ids) if ids.iter().any(|id| Gpus::is_cdi(id)) => Some(cdi(ids)),
        Gpus::Devices(_) => Some(Route::Driver),
        Gpus::Request(request) => match request.driver.as_str() {
            "cdi" => Some(cdi(&request.device_ids)),
            "nvidia" => Some(Route::Driver),
            "" if !request.capabilities.iter().flatten().any(|word| word == "amd") => Some(Route::Driver),
            _ => None,
        },
    }
}

/// What `auto` comes to.
fn automatic(setting: &Setting<Gpus>, world: &World, findings: &mut Findings) -> Option<Setting<Gpus>> {
    let chosen = |value| Some(Setting { value, origin: setting.origin.clone() });
    let answer = world.answer(Route::Driver);
    findings.push(match &answer {
        Answer::Has(way) => Finding::note(Code::GpusChosen, format!("--gpus auto: {}", taken(way, world))),
        Answer::Lacks(Lack::Device) => {
            Finding::note(Code::GpusChosen, "--gpus auto: none: this machine has no NVIDIA device")
        }
        Answer::CannotTell => {
            let why = "the engine has no runtime nvidia, and what its machine has cannot be told from here";
            Finding::note(Code::GpusChosen, format!("--gpus auto: none: {why}"))
        }
        Answer::Lacks(lack @ (Lack::Driver | Lack::Toolkit | Lack::Runtime)) => {
            let message = format!("--gpus auto: none: {}", missing(*lack, Route::Driver, world));
            let finding = Finding::warning(Code::GpusChosen, message)
                .asked(asked("gpus", "auto", &setting.origin), &setting.origin);
            told(finding, *lack, Route::Driver, world)
        }
    });
    match answer {
        Answer::Has(Way::Runtime | Way::Hook) => chosen(Gpus::All),
        Answer::Has(Way::Cdi(_)) => chosen(Gpus::Devices(vec![CDI_ALL.to_owned()])),
        Answer::Lacks(_) | Answer::CannotTell => None,
    }
}

/// What `auto` took, and how it comes into the container.
fn taken(way: &Way, world: &World) -> String {
    let way = match way {
        Way::Runtime => format!("runtime {NVIDIA}"),
        Way::Hook => machine::HOOK.to_owned(),
        Way::Cdi(by) => by.clone(),
    };
    match &world.machine {
        Some(machine) => {
            let count = match machine.gpus() {
                1 => "1 GPU".to_owned(),
                count => format!("{count} GPUs"),
            };
            format!("{count} (driver {}, {way})", driver(machine))
        }
        None => format!("all of the engine's machine ({way}); how many they are cannot be told from here"),
    }
}

/// The refusal of GPUs that cannot be had; a warning where nothing is proven.
fn lacking(setting: &Setting<Gpus>, route: Route, asked_for: &GpuOptions, world: &World) -> Option<Finding> {
    let is_other_makers = world.machine.as_ref().is_some_and(|machine| machine.has_other_maker);
    let finding = match world.answer(route) {
        Answer::Has(_) => return None,
        Answer::Lacks(_) if route == Route::Driver && is_other_makers => return None,
        Answer::CannotTell if route != Route::Driver => return None,
        Answer::Lacks(lack) => {
            told(Finding::error(code(lack, route), missing(lack, route, world)), lack, route, world)
                .help("or go without: --gpus none")
        }
        Answer::CannotTell => {
            let message = "whether the engine has GPUs cannot be told from here: it has no runtime nvidia";
            Finding::warning(Code::GpuUnknown, message)
        }
    };
    let words = asked("gpus", &setting.value.word(), &setting.origin);
    let finding = finding.asked(words, &setting.origin);
    // Where NVIDIA's runtime is missing for the same reason, it is the same fault.
    let runtime = asked_for.runtime.as_ref().filter(|runtime| runtime::is_missing(runtime, world));
    Some(match runtime.filter(|runtime| runtime.value.0 == NVIDIA && !is_habit(&runtime.origin)) {
        Some(runtime) => finding.asked(asked("runtime", NVIDIA, &runtime.origin), &runtime.origin),
        None => finding,
    })
}

/// The code of what is missing. What goes by CDI lacks a specification, not a runtime.
fn code(lack: Lack, route: Route) -> Code {
    match (lack, route) {
        (Lack::Runtime, Route::Cdi | Route::ForeignCdi) => Code::CdiMissing,
        (Lack::Device | Lack::Driver | Lack::Toolkit | Lack::Runtime, _) => lack.code(),
    }
}

fn missing(lack: Lack, route: Route, world: &World) -> String {
    let words = match (lack, route) {
        (Lack::Device, _) => "this machine has no NVIDIA device",
        (Lack::Driver, _) => "no NVIDIA driver is loaded for this machine's GPUs",
        (Lack::Toolkit, _) => "NVIDIA's container toolkit is not installed",
        (Lack::Runtime, Route::Driver) => "the engine does not know NVIDIA's container toolkit",
        (Lack::Runtime, Route::Cdi | Route::ForeignCdi) if world.engine.cdi_folders.is_empty() => {
            "the engine takes no CDI devices"
        }
        (Lack::Runtime, Route::Cdi | Route::ForeignCdi) => {
            "no CDI specification that the engine reads describes NVIDIA's GPUs"
        }
    };
    words.to_owned()
}

/// A finding with what there is, and the lines that mend what is not.
fn told(finding: Finding, lack: Lack, route: Route, world: &World) -> Finding {
    let finding = world.inventory().into_iter().fold(finding, Finding::noted);
    let lines = match (lack, route) {
        (Lack::Runtime, Route::Cdi | Route::ForeignCdi) if world.engine.cdi_folders.is_empty() => {
            &[CDI_OFF][..]
        }
        (Lack::Runtime, Route::Cdi | Route::ForeignCdi) => &[CDI_SPECIFICATION],
        (Lack::Device | Lack::Driver | Lack::Toolkit | Lack::Runtime, _) => lack.help(),
    };
    finding.helped(lines.iter().copied())
}
