//! The engine's words for a network that a container may not join, or that it cannot find after all.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Networking, asked};
use crate::values::Value;

/// The finding for a refusal that is about one of the launch's networks.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    let Networking::Own { attachments, .. } = &spec.networking else { return None };
    let name = attachments.iter().map(|attachment| attachment.network.as_str());
    let name = name.filter(|name| message.contains(name)).max_by_key(|name| name.len())?;
    let finding = if message.contains("not manually attachable") {
        let message = format!("the network {name} is for the swarm's services alone: it is not attachable");
        Finding::error(Code::NetworkNotAttachable, message).help(format!(
            "make it anew on a manager: docker network rm {name} && docker network create --driver overlay --attachable {name}"
        ))
    } else if message.contains(&format!("network {name} not found")) {
        let finding = Finding::error(Code::NetworkMissing, format!("there is no network {name}"));
        finding.help("see which there are, on a manager: docker network ls")
    } else {
        return None;
    };
    let said = spec.options.network.iter().find(|choice| choice.value.network.name() == name);
    let finding = match said {
        Some(said) => finding.asked(asked("network", &said.value.word(), &said.origin), &said.origin),
        None => finding,
    };
    Some(finding.noted(format!("the engine says: {message}")))
}
