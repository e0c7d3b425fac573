//! The engine's words for a network that a container may not join, or that it cannot find after all.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Networking, asked};
use crate::values::Value;

/// The finding for a refusal that is about one of the launch's networks.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    let Networking::Own { attachments, .. } = &spec.networking else { return None };
    let name = attachments.iter().map(|attachment| attachment.network.as_str());
    let name = name.filter(|name| message.contains(name)).max_by_key(|name| name.len())?;
    let declared = spec.declared_networks.get(name).cloned().unwrap_or_default();
    let finding = if message.contains("not manually attachable") {
        let message = format!("the network {name} is for the swarm's services alone: it is not attachable");
        Finding::error(Code::NetworkNotAttachable, message).help(format!(
            "make it anew on a manager: docker network rm {name} && {}",
            declared.overlay_line(name)
        ))
    } else if message.contains(&format!("network {name} not found")) {
        let finding = Finding::error(Code::NetworkMissing, format!("there is no network {name}"));
        let finding = finding.help("see which there are, on a manager: docker network ls");
        finding.help(format!("or make it, where there is none: {}", declared.create_line(name)))
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
