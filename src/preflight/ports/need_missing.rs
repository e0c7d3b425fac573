//! Services that a launch needs and that are not there, each with the line that starts it where it is found.

use super::need::Needed;
use crate::engine::{Engine, RunningContainer};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Need, Networking};

/// The network in which a launch on the default bridge and what it needs find each other.
const EXAMPLE: &str = "NETWORK";

/// Nobody listens where the launch, which shares a network, looks for it.
pub(super) fn at_home(need: &Needed, spec: &LaunchSpec) -> Finding {
    let service = spec.service.as_deref().unwrap_or("the service");
    let (whose, network) = match &spec.networking {
        Networking::Container { target } => {
            (format!("of the container {target}"), format!("container:{target}"))
        }
        Networking::Host { .. }
        | Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Own { .. } => ("of the host".to_owned(), "host".to_owned()),
    };
    let Needed { name, port, origin, .. } = need;
    let message = format!("{service} needs {name}, and nobody listens on TCP {port} {whose}");
    Finding::warning(Code::NeedMissing, message)
        .asked(format!("needs = [\"{name}\"]"), origin)
        .help(format!("start it: dynrun run {name} --detach --network {network}"))
}

/// On a network of its own, a launch finds what it needs by a variable alone.
pub(super) async fn untold(spec: &LaunchSpec, engine: &Engine) -> Findings {
    let networks: Vec<&str> = match &spec.networking {
        Networking::Own { attachments, .. } => {
            attachments.iter().map(|attachment| attachment.network.as_str()).collect()
        }
        Networking::Bridge { .. } => Vec::new(),
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => {
            return Findings::new();
        }
    };
    let untold: Vec<(&Need, &str)> = spec
        .needs
        .iter()
        .filter_map(|need| Some((need, need.found_by.as_deref()?)))
        .filter(|(_, variable)| spec.options.env.named(variable).is_none())
        .collect();
    if untold.is_empty() || !spec.runs_its_own_command() {
        return Findings::new();
    }
    let containers = match networks.is_empty() {
        true => Vec::new(),
        false => engine.running_containers().await.unwrap_or_default(),
    };
    untold.into_iter().map(|(need, variable)| told(need, variable, (&networks, &containers), spec)).collect()
}

fn told(
    need: &Need,
    variable: &str,
    (networks, containers): (&[&str], &[RunningContainer]),
    spec: &LaunchSpec,
) -> Finding {
    let service = spec.service.as_deref().unwrap_or("the service");
    let Need { name, origin, .. } = need;
    let message =
        format!("{service} needs {name}, and nothing tells it where that is: {variable} is not set");
    let finding = Finding::warning(Code::NeedMissing, message).asked(format!("needs = [\"{name}\"]"), origin);
    let is_it = |container: &&RunningContainer| {
        container.service.as_ref() == Some(name)
            && container.networks.iter().any(|network| networks.contains(&network.as_str()))
    };
    if let Some(found) = containers.iter().find(is_it) {
        return finding.help(format!("name it: -e {variable}={}", need.url(&found.name)));
    }
    let there = format!("-e {variable}={}", need.url(name));
    match networks.first() {
        Some(network) => finding
            .help(format!("start it: dynrun run {name} --detach --name {name} --network {network}"))
            .help(format!("and name it: {there}")),
        None => finding
            .help(format!(
                "start it: dynrun run {name} --detach --name {name} --network {EXAMPLE} --create-network"
            ))
            .help(format!("and name both: --network {EXAMPLE} {there}")),
    }
}
