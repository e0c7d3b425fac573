//! Who holds a port, in words: process, container, service. A proxy of the engine's stands for the container behind it.

use crate::engine::{Engine, RunningContainer, short_id};
use crate::sockets::{Owner, Process, Socket, owners};

/// Who holds a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    /// `state-gateway (pid 4121, container elrar-1)`.
    pub(super) words: String,
    /// The line that makes it let go, where it is plain which.
    pub(super) remedy: Option<String>,
}

impl Holder {
    /// One of which nothing is known.
    pub(super) fn unknown() -> Self {
        Self { words: "a process that cannot be told from here".to_owned(), remedy: None }
    }

    /// A container that the engine tells of.
    pub(super) fn container(container: &RunningContainer) -> Self {
        let name = &container.name;
        let service = container.service.as_ref().map(|service| format!(" (service {service})"));
        Self {
            words: format!("the container {name}{}", service.unwrap_or_default()),
            remedy: Some(format!("stop it: docker stop {name}")),
        }
    }
}

/// The holders of the sockets, in their order. The engine is only asked where a container may be behind one.
pub(super) async fn holders(sockets: &[Socket], engine: &Engine) -> Vec<Holder> {
    let owners = owners(sockets);
    let is_containers = |process: &Process| process.container.is_some() || process.is_proxy();
    let asks = owners.iter().flat_map(|owner| &owner.processes).any(is_containers);
    let containers = match asks {
        true => engine.running_containers().await.unwrap_or_default(),
        false => Vec::new(),
    };
    sockets.iter().zip(&owners).map(|(socket, owner)| holder(socket, owner, &containers)).collect()
}

fn holder(socket: &Socket, owner: &Owner, containers: &[RunningContainer]) -> Holder {
    let Some(process) = owner.processes.first() else {
        let user = owner.user.clone().unwrap_or_else(|| owner.uid.to_string());
        return Holder {
            words: format!("a process of the user {user}"),
            remedy: Some("name it, as root: dynrun ports".to_owned()),
        };
    };
    let is_behind =
        |container: &&RunningContainer| container.is_behind(socket.protocol, socket.address, socket.port);
    if process.is_proxy()
        && let Some(behind) = containers.iter().find(is_behind)
    {
        return Holder::container(behind);
    }
    let container = process.container.as_ref().map(|id| named(id, containers));
    let service = container.as_ref().and_then(|(_, service)| service.clone());
    let details = [
        Some(format!("pid {}", process.pid)),
        container.as_ref().map(|(name, _)| format!("container {name}")),
        service.map(|service| format!("service {service}")),
        owner.processes.get(1).map(|_| {
            let others = owner.processes.len() - 1 + owner.more;
            format!("and {others} more that it shares it with")
        }),
    ];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let remedy = match &container {
        Some((name, _)) => format!("stop it: docker stop {name}"),
        None => format!("end it: kill {}", process.pid),
    };
    Holder { words: format!("{} ({})", process.command, details.join(", ")), remedy: Some(remedy) }
}

/// Name and service of a container; its short id where the engine does not know it.
fn named(id: &str, containers: &[RunningContainer]) -> (String, Option<String>) {
    match containers.iter().find(|container| container.id == id) {
        Some(container) => (container.name.clone(), container.service.clone()),
        None => (short_id(id).to_owned(), None),
    }
}
