//! A spec and the world into findings: what will go wrong, before anything is made. Changes nothing.

mod advice;
mod cache;
mod foresight;
pub mod gpu;
mod logging;
mod mounts;
mod network;
pub mod ports;

pub use advice::advice;
pub use foresight::foresee;
pub use ports::{Holder, PortState, PortStatus};

use crate::engine::{ContainerState, Engine, short_id};
use crate::finding::{Code, Finding, Findings};
use crate::host::Host;
use crate::spec::{LaunchSpec, Networking, Setting, Waiver, asked};
use crate::values::Day;

/// A launch that was checked.
#[derive(Debug)]
pub struct Checked {
    /// The launch, with the ports that it will have.
    pub spec: LaunchSpec,
    /// What is to be said of it.
    pub findings: Findings,
    /// Its ports.
    pub ports: Vec<PortState>,
}

/// Checks a launch against the engine and this machine. An engine that does not tell is no fault of the launch's.
pub async fn check(spec: LaunchSpec, engine: &Engine, host: &Host) -> Checked {
    let mut findings = engine.too_old_for(&spec);
    let (gpus, said) = gpu::decide(&spec, engine, host).await;
    findings.extend(said);
    findings.extend(networking(&spec, engine, Day::of(host.now.as_secs())).await);
    findings.extend(mounts::check(&spec, engine, host).await);
    findings.extend(logging::check(&spec, engine).await);
    findings.extend(cache::check(&spec, engine).await);
    let (spec, ports) = ports::settle(spec, engine, 0).await;
    findings.extend(ports.findings);
    Checked { spec: spec.with_gpus(gpus), findings, ports: ports.states }
}

/// A launch that nobody wants checked: what only this machine and the engine can decide is decided, and what the engine
/// would drop without a word is refused.
pub async fn unchecked(spec: LaunchSpec, engine: &Engine, host: &Host) -> Checked {
    let mut findings = engine.too_old_for(&spec);
    let (gpus, said) = match spec.gpus() {
        gpus if gpus.is_auto() => gpu::decide(&spec, engine, host).await,
        gpus => (gpus, Findings::new()),
    };
    findings.extend(said);
    Checked { spec: spec.with_gpus(gpus), findings, ports: Vec::new() }
}

async fn networking(spec: &LaunchSpec, engine: &Engine, today: Day) -> Findings {
    match &spec.networking {
        Networking::Own { attachments, .. } => {
            let mut findings = Findings::new();
            for attachment in attachments {
                findings.extend(network::check(&attachment.network, spec, engine).await);
            }
            findings
        }
        Networking::Container { target } => match engine.container(target).await {
            Ok(found) => target_finding(target, found.as_ref(), spec, today).into_iter().collect(),
            Err(_) => Findings::new(),
        },
        Networking::Host { .. } | Networking::Bridge { .. } | Networking::None { .. } => Findings::new(),
    }
}

/// A container whose network is to be shared may be on the host's: then the launch is, too.
fn hosts_by_another(name: &str, target: &ContainerState, spec: &LaunchSpec, today: Day) -> Option<Finding> {
    let policy = Code::HostNetwork.name();
    let is_waived = |waiver: &Setting<Waiver>| waiver.value.counts(Code::HostNetwork, today);
    let refused = spec.terms.refuse.iter().find(|refused| refused.value == policy)?;
    if target.network_mode != "host" || spec.terms.allow.iter().any(is_waived) {
        return None;
    }
    let message = format!("the container {name}, whose network is to be shared, is on the host's network");
    let finding = Finding::error(Code::HostNetwork, message)
        .asked(format!("refuse {policy}"), &refused.origin)
        .help("share the network of a container that has its own");
    Some(shared(finding, name, spec))
}

fn target_finding(
    name: &str,
    target: Option<&ContainerState>,
    spec: &LaunchSpec,
    today: Day,
) -> Option<Finding> {
    let (message, help) = match target {
        None => {
            (format!("there is no container {name} whose network could be shared"), "docker ps".to_owned())
        }
        Some(target) if !target.running => (
            format!("the container {name}, whose network is to be shared, is not running"),
            format!("docker start {name}"),
        ),
        Some(target) if target.network_mode.starts_with("container:") => {
            let other = target.network_mode.trim_start_matches("container:");
            (
                format!("the container {name} has no network of its own: it shares another's"),
                format!("name that one: --network container:{}", short_id(other)),
            )
        }
        Some(target) => return hosts_by_another(name, target, spec, today),
    };
    let finding = Finding::error(Code::NetworkTarget, message).help(help);
    Some(shared(finding, name, spec))
}

/// A finding about the container whose network is to be shared, with where that was asked for.
fn shared(finding: Finding, name: &str, spec: &LaunchSpec) -> Finding {
    match spec.options.network.iter().next() {
        Some(said) => {
            finding.asked(asked("network", &format!("container:{name}"), &said.origin), &said.origin)
        }
        None => finding,
    }
}

/// Adds to a refusal what only the engine knows: what the container whose network is shared publishes.
pub async fn explain(findings: Findings, target: &str, engine: &Engine) -> Findings {
    let Ok(Some(found)) = engine.container(target).await else { return findings };
    let published = found.published();
    let note = if published.is_empty() {
        format!("{} publishes nothing", found.name)
    } else {
        format!("{} publishes {}", found.name, published.join(", "))
    };
    findings
        .into_iter()
        .map(|finding| if finding.code == Code::DeadPublish { finding.noted(note.clone()) } else { finding })
        .collect()
}
