//! What only a look at the GPUs themselves shows: those that were named and are not there, parts, an image that wants a
//! newer driver, memory that somebody holds. Where the machine is not proven to be the engine's, nothing is looked at.

use super::cdi::Specification;
use super::holder::holders;
use super::machine::Machine;
use super::request::Request;
use super::requirement::{self, Have, Verdict};
use super::smi::{DEADLINE, Silence, View, look};
use super::wanted::{Wanted, wanted};
use super::world::{Answer, Way, World};
use super::{memory, route, world};
use crate::engine::{Engine, RunningContainer};
use crate::finding::{Code, Finding, Findings};
use crate::host::{Host, Root};
use crate::preflight::cache;
use crate::spec::{
    DriverCuda, GpuOptions, LaunchSpec, Lifecycle, Setting, asked, gpu_facts, small_shared_memory,
};
use crate::values::{Device, Gpus, Value as _, Version};
use std::collections::BTreeSet;

/// Looks at the GPUs of a launch. One without any looks at nothing.
pub async fn check(spec: &LaunchSpec, decided: &GpuOptions, engine: &Engine, host: &Host) -> Findings {
    let cdi: Vec<&Setting<Device>> =
        spec.options.device.iter().filter(|setting| matches!(setting.value, Device::Cdi(_))).collect();
    let gpus = spec.options.gpus.setting().zip(decided.gpus.as_ref().map(|gpus| &gpus.value));
    if gpus.is_none() && cdi.is_empty() {
        return Findings::new();
    }
    let Ok(info) = engine.info().await else { return Findings::new() };
    let world = world(info, engine, host);
    let mut findings: Findings =
        cdi.into_iter().filter_map(|setting| unknown_device(setting, &world)).collect();
    let (Some((said, decided)), Some(machine)) = (gpus, &world.machine) else { return findings };
    if !can_be_had(decided, &world) {
        return findings;
    }
    let view = look(host, machine, DEADLINE).await;
    let containers = match view.listing.processes.is_empty() {
        true => Vec::new(),
        false => engine.running_containers().await.unwrap_or_default(),
    };
    let image = engine.image_facts(&spec.image.reference).await.ok().flatten();
    let env = image.map(|image| cache::container(spec, image).env);
    let name = spec.image.reference.tagged();
    let is_detached = matches!(spec.lifecycle, Lifecycle::Detached { .. });
    let request = Request { said, decided, image: &name, env: env.as_ref(), is_detached };
    findings.extend(examine(&request, &world, &view, &host.root, &containers));
    // A number that was said was judged when the launch was planned.
    if *decided == Gpus::All {
        findings.extend(small_shared_memory(&spec.options, view.listing.gpus.len()));
    }
    findings
}

fn can_be_had(gpus: &Gpus, world: &World) -> bool {
    route(gpus).is_some_and(|route| matches!(world.answer(route), Answer::Has(_)))
}

/// What is to be said of GPUs that can be had in principle.
#[must_use]
pub fn examine(
    request: &Request<'_>,
    world: &World,
    view: &View,
    root: &Root,
    containers: &[RunningContainer],
) -> Findings {
    let Some(machine) = &world.machine else { return Findings::new() };
    let View { listing, silence } = view;
    let wanted = wanted(request.decided, listing);
    let mut findings = Findings::new();
    findings.extend(silence.as_ref().map(|silence| silent(silence, request)));
    findings.extend(unknown_name(request, world));
    findings.extend(wanted.findings(request, listing));
    findings.extend(unmet(request, machine, &wanted));
    findings.extend(memory::findings(request, &wanted.gpus, &holders(listing, root, containers), listing));
    findings.extend(lost_on_reload(request, world, root));
    findings
}

/// `nvidia-smi` that does not tell: what it would have told is not known. One that is not the driver's is a fault that
/// a container has, too.
fn silent(silence: &Silence, request: &Request<'_>) -> Finding {
    let unseen = "which GPUs there are, and what holds their memory, is told as far as the driver's files do";
    let finding = match silence {
        Silence::Missing => Finding::note(Code::GpuUnseen, "nvidia-smi is not there")
            .help("it comes with the driver's programs: apt-get install nvidia-utils-VERSION, or nvidia-smi on Debian"),
        Silence::Hung(within) => {
            let message = format!("nvidia-smi has not ended within {} s", within.as_secs_f32());
            Finding::warning(Code::GpuUnseen, message)
                .help("keep the driver awake: nvidia-smi -pm 1 (as root); see what ails it: dmesg | grep -i nvrm")
        }
        Silence::Failed(words) => Finding::warning(Code::GpuUnseen, "nvidia-smi fails")
            .noted(format!("it says: {words}"))
            .help("see what ails the driver: nvidia-smi; dmesg | grep -i nvrm"),
        Silence::Mismatch(words) => {
            let message = "the NVIDIA driver was replaced, and the kernel still has the old one";
            // What takes what there is goes on: the engine's answer decides.
            let finding = match request.said.value {
                Gpus::Auto => Finding::warning(Code::GpuDriverMismatch, message),
                Gpus::None | Gpus::All | Gpus::Count(_) | Gpus::Devices(_) | Gpus::Request(_) => {
                    Finding::error(Code::GpuDriverMismatch, message)
                }
            };
            return request
                .asked(finding)
                .noted(format!("nvidia-smi says: {words}"))
                .help("load the new one: restart the machine, or end all that uses the GPUs, then rmmod nvidia_uvm nvidia_drm nvidia_modeset nvidia && modprobe nvidia");
        }
    };
    request.asked(finding).noted(unseen)
}

/// A CDI name among the GPUs that no specification has.
fn unknown_name(request: &Request<'_>, world: &World) -> Option<Finding> {
    let ids = match request.decided {
        Gpus::Devices(ids) => ids,
        Gpus::Request(asked) => &asked.device_ids,
        Gpus::None | Gpus::Auto | Gpus::All | Gpus::Count(_) => return None,
    };
    let absent = ids.iter().find(|id| Gpus::is_cdi(id) && !may_have(world, id))?;
    Some(request.asked(absent_name(absent, world)))
}

/// The same for `--device`.
fn unknown_device(setting: &Setting<Device>, world: &World) -> Option<Finding> {
    let Device::Cdi(name) = &setting.value else { return None };
    let words = asked("device", &setting.value.word(), &setting.origin);
    if world.engine.cdi_folders.is_empty() && world.engine.cdi_devices.is_empty() {
        let message = format!("the engine takes no CDI devices, and {name} is one");
        let finding = Finding::error(Code::CdiMissing, message).asked(words, &setting.origin);
        return Some(finding.help(super::CDI_OFF));
    }
    (!may_have(world, name)).then(|| absent_name(name, world).asked(words, &setting.origin))
}

/// Whether a CDI device may be there: the engine tells of it, or of the folders that it reads cannot all be told.
fn may_have(world: &World, id: &str) -> bool {
    let is_told = world.engine.cdi_devices.iter().any(|device| device == id);
    let Some(machine) = &world.machine else { return is_told || world.engine.cdi_devices.is_empty() };
    is_told
        || machine.cdi.iter().any(|file| file.content.is_none())
        || machine.cdi.iter().any(|file| names_of(file).any(|name| name == id))
}

fn names_of(file: &Specification) -> impl Iterator<Item = String> + '_ {
    let content = file.content.iter();
    content.flat_map(|content| content.devices.iter().map(|name| format!("{}={name}", content.kind)))
}

fn absent_name(id: &str, world: &World) -> Finding {
    let files = world.machine.iter().flat_map(|machine| &machine.cdi);
    let known: BTreeSet<String> =
        files.flat_map(names_of).chain(world.engine.cdi_devices.iter().cloned()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let message = format!("no CDI specification that the engine reads has the device {id}");
    let finding = Finding::error(Code::CdiDeviceMissing, message);
    let finding = match known.as_slice() {
        [] => {
            let folders = world.engine.cdi_folders.join(", ");
            finding.noted(format!("it reads {folders}, and no device is described there"))
        }
        names => finding.noted(format!("there are {}", names.join(", "))),
    };
    let finding = finding.near(id, known.iter().copied());
    match id.starts_with("nvidia.com/") {
        true => finding
            .help("describe the GPUs as they are now: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"),
        false => finding,
    }
}

/// User-ask 32: what the image requires of the driver, held against what the machine has.
fn unmet(request: &Request<'_>, machine: &Machine, wanted: &Wanted<'_>) -> Option<Finding> {
    let driver = machine.driver.as_ref().and_then(|driver| driver.version.as_deref());
    let told = || wanted.gpus.iter().find_map(|gpu| gpu.driver.as_deref());
    let driver = Version::parse(driver.or_else(told)?)?;
    let arch = |word: Option<&str>| word.and_then(Version::parse);
    let mut archs: Vec<Option<Version>> =
        wanted.gpus.iter().map(|gpu| arch(gpu.capability.as_deref())).collect();
    if archs.is_empty() {
        archs.push(None);
    }
    for (variable, text) in requirement::requirements(request.env?) {
        for arch in &archs {
            let have = Have { driver: Some(driver.clone()), arch: arch.clone() };
            if requirement::judge(&text, &have) == Verdict::Unmet {
                return Some(too_old(request, &have, variable, &text));
            }
        }
    }
    None
}

fn too_old(request: &Request<'_>, have: &Have, variable: &str, text: &str) -> Finding {
    let first = text.split(' ').find(|one| !one.is_empty()).unwrap_or_default();
    let driver = have.driver.as_ref().map(ToString::to_string).unwrap_or_default();
    let cuda = match have.cuda() {
        DriverCuda::Exactly(cuda) => format!(" with CUDA {cuda}"),
        DriverCuda::AtLeast(cuda) => format!(" with CUDA {cuda} or newer"),
        DriverCuda::Unknown => String::new(),
    };
    let gpu = have.arch.as_ref().filter(|_| text.contains("arch"));
    let gpu = gpu.map(|arch| format!(", and a GPU of compute capability {arch}")).unwrap_or_default();
    let has = format!("the driver {driver}{cuda}{gpu}");
    let message = format!("the image {} requires {first}, and this machine has {has}", request.image);
    let finding = request
        .asked(Finding::error(Code::GpuDriverTooOld, message))
        .noted(format!("its variable {variable} says so, and names nothing else that this machine has"));
    let is_of_driver = ["cuda", "driver"].iter().any(|word| text.contains(word));
    let branch = requirement::cuda(text).and_then(|cuda| gpu_facts().branch_for(&cuda));
    let finding = match branch {
        Some(branch) => {
            finding.help(format!("install a driver of {branch} or newer, or take an image for an older CUDA"))
        }
        None if is_of_driver => finding.help("install another driver, or take an image for this one"),
        None => finding.help("take another GPU, or an image for this one"),
    };
    finding.help("or have it tried all the same: -e NVIDIA_DISABLE_REQUIRE=1")
}

/// User-ask 33: with systemd's control groups, NVIDIA's own runtime and hook give devices to a container behind the
/// engine's back, and a reload of systemd takes them away again.
fn lost_on_reload(request: &Request<'_>, world: &World, root: &Root) -> Option<Finding> {
    let way = world.answer(route(request.decided)?);
    let is_behind = matches!(way, Answer::Has(Way::Runtime | Way::Hook));
    // The links by which systemd finds the devices again.
    let has_links = root.path("/dev/char/195:255").symlink_metadata().is_ok();
    let is_told = request.is_detached && is_behind && world.engine.cgroup_driver == "systemd" && !has_links;
    is_told.then(|| {
        let message = "after systemctl daemon-reload the container may lose its GPUs";
        request
            .asked(Finding::note(Code::GpuLostOnReload, message))
            .noted("the engine's control groups are systemd's, which does not know the GPUs' devices")
            .help("go by CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, then --gpus nvidia.com/gpu=all")
            .help("or have systemd find the devices: nvidia-ctk system create-dev-char-symlinks --create-all")
    })
}
