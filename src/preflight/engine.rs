//! What kind of engine it is, where that changes what a launch means: one on another machine, one without root's rights,
//! podman in an engine's place. An engine that does not matter to the launch is not asked.

use crate::engine::Engine;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::{Host, Root};
use crate::sockets::{Proof, is_same_machine};
use crate::spec::{LaunchSpec, Mode, asked};
use crate::values::{Gpus, MountSource, Protocol, Restart, Value, VolumeSource};

/// The first port that everybody may open, where the kernel does not say.
const FIRST_FREE: u16 = 1024;

/// Checks a launch against the kind of engine that it goes to.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine, host: &Host) -> Findings {
    let mut findings = Findings::new();
    findings.extend(elsewhere(spec, engine));
    findings.extend(in_podman(spec, engine));
    findings.extend(without_root(spec, engine, host).await);
    findings
}

/// The folders that are mounted are another machine's.
fn elsewhere(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let address = &engine.endpoint().address;
    if !address.is_remote() {
        return None;
    }
    let volumes = spec.options.volume.iter().filter_map(|setting| match &setting.value.source {
        VolumeSource::Path(_) => {
            Some((asked("volume", &setting.value.word(), &setting.origin), &setting.origin))
        }
        VolumeSource::Anonymous | VolumeSource::Named(_) => None,
    });
    let mounts = spec.options.mount.iter().filter_map(|setting| match &setting.value.source {
        MountSource::Bind(_) => {
            Some((asked("mount", &setting.value.shown(&spec.secrets), &setting.origin), &setting.origin))
        }
        MountSource::Volume(_) | MountSource::Tmpfs(_) | MountSource::Image(_) => None,
    });
    let all: Vec<(String, &Origin)> = volumes.chain(mounts).collect();
    if all.is_empty() {
        return None;
    }
    let message =
        format!("the folders that are mounted are those of the engine's machine: it is at {address}");
    Some(all.into_iter().fold(Finding::note(Code::EngineRemote, message), |finding, (words, origin)| {
        finding.asked(words, origin)
    }))
}

/// What podman, in an engine's place, does in another way.
fn in_podman(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    if !engine.is_podman() {
        return None;
    }
    let options = &spec.options;
    let mut said = Vec::new();
    let mut say =
        |note: &'static str, words: String, origin: &Origin| said.push((note, words, origin.clone()));
    let restarts = options.restart.setting().filter(|setting| !matches!(setting.value, Restart::No));
    if let Some(setting) = restarts {
        let words = asked("restart", &setting.value.word(), &setting.origin);
        say(
            "without a daemon, nothing starts a container again after a reboot but podman-restart.service",
            words,
            &setting.origin,
        );
    }
    if let Some(setting) = options.link.iter().next() {
        let words = asked("link", &setting.value.word(), &setting.origin);
        say("it knows no links", words, &setting.origin);
    }
    if let Some(setting) = options.gpus.setting().filter(|setting| !matches!(setting.value, Gpus::None)) {
        let words = asked("gpus", &setting.value.word(), &setting.origin);
        say("it hands GPUs out as CDI devices alone: --device nvidia.com/gpu=all", words, &setting.origin);
    }
    if said.is_empty() {
        return None;
    }
    let message = format!("podman answers at {}, in an engine's place", engine.endpoint().address);
    Some(said.into_iter().fold(Finding::warning(Code::Podman, message), |finding, (note, words, origin)| {
        finding.asked(words, &origin).noted(note)
    }))
}

/// What an engine without root's rights cannot do.
async fn without_root(spec: &LaunchSpec, engine: &Engine, host: &Host) -> Findings {
    let is_on_host = spec.networking.mode() == Mode::Host;
    let first = first_free(&host.root, engine);
    let low: Vec<(Protocol, u16)> = low_ports(spec, first).collect();
    // Root itself holds the socket of an engine that has root's rights.
    let is_root = || engine.peer_uid() == Some(0) && is_same_machine(engine.peer_pid()) == Proof::Same;
    if (!is_on_host && low.is_empty()) || is_root() {
        return Findings::new();
    }
    // One that does not tell is taken for what most are.
    if !engine.info().await.is_ok_and(|info| info.is_rootless) {
        return Findings::new();
    }
    let mut findings = Findings::new();
    if is_on_host {
        findings.push(on_its_own_host(spec));
    }
    if !low.is_empty() {
        findings.push(too_low(&low, first, spec));
    }
    findings
}

fn on_its_own_host(spec: &LaunchSpec) -> Finding {
    let message = "the engine is rootless: the host's network is the engine's own, and what listens there is not \
                   reached at this machine's addresses";
    let finding = Finding::warning(Code::Rootless, message);
    let finding = match spec.options.network.iter().next() {
        Some(said) => finding.asked(asked("network", &said.value.word(), &said.origin), &said.origin),
        None => finding,
    };
    finding.help("publish its ports instead: --network bridge -p PORT:PORT")
}

fn too_low(low: &[(Protocol, u16)], first: u16, spec: &LaunchSpec) -> Finding {
    let names: Vec<String> =
        low.iter().map(|(protocol, port)| format!("{} {port}", protocol.name())).collect();
    let message = format!(
        "the engine is rootless, and cannot publish {}: ports below {first} are for root alone",
        names.join(", ")
    );
    let is_low = |publish: &crate::values::Publish| publish.host.is_some_and(|ports| ports.start < first);
    let said = spec.options.publish.iter().filter(|setting| is_low(&setting.value));
    let finding = said.fold(Finding::warning(Code::Rootless, message), |finding, setting| {
        finding.asked(asked("publish", &setting.value.word(), &setting.origin), &setting.origin)
    });
    let lowest = low.iter().map(|(_, port)| *port).min().unwrap_or_default();
    finding
        .help(format!("take ports from {first} on"))
        .help(format!("or, on the engine's machine: sysctl net.ipv4.ip_unprivileged_port_start={lowest}"))
}

/// The published ports of the host that not everybody may open.
fn low_ports(spec: &LaunchSpec, first: u16) -> impl Iterator<Item = (Protocol, u16)> {
    let published = spec.networking.publish().iter();
    published.filter_map(move |publish| {
        let start = publish.host?.start;
        (start != 0 && start < first).then_some((publish.protocol, start))
    })
}

/// The first port that everybody may open on the engine's machine: known where that is this one.
fn first_free(root: &Root, engine: &Engine) -> u16 {
    if engine.endpoint().address.host().is_some() {
        return FIRST_FREE;
    }
    let said = std::fs::read_to_string(root.path("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
    said.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(FIRST_FREE)
}
