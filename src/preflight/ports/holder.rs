//! Who holds a port, in words: process, container, service. A proxy of the engine's stands for the container behind it.

use crate::engine::{Engine, RunningContainer, short_id, way_to_free};
use crate::sockets::{Owner, Process, Socket, owners};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Who holds a port. What is not known is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// `state-gateway (pid 4121, container elrar-1)`.
    pub words: String,
    /// The process.
    pub pid: Option<u32>,
    /// Its command.
    pub process: Option<String>,
    /// The container that it is in, or that it stands for.
    pub container: Option<String>,
    /// The service that dynrun launched in that container.
    pub service: Option<String>,
    /// The line that makes it let go, where it is plain which.
    pub(super) remedy: Option<String>,
}

impl Holder {
    /// One of which nothing is known.
    pub(super) fn unknown() -> Self {
        Self { words: "a process that cannot be told from here".to_owned(), ..Self::default() }
    }

    /// A container that the engine tells of.
    pub(super) fn container(container: &RunningContainer) -> Self {
        let RunningContainer { name, service, .. } = container;
        let known = service.as_ref().map(|service| format!(" (service {service})"));
        Self {
            words: format!("the container {name}{}", known.unwrap_or_default()),
            container: Some(name.clone()),
            service: service.clone(),
            remedy: Some(way_to_free(name)),
            ..Self::default()
        }
    }
}

/// How long the container behind a proxy may take to be one that runs: the engine starts the proxy first.
const STARTS: Duration = Duration::from_secs(1);
/// How often it is looked for.
const PAUSE: Duration = Duration::from_millis(100);

/// The holders of the sockets, in their order. The engine is only asked where a container may be behind one.
pub(super) async fn holders(sockets: &[Socket], engine: &Engine) -> Vec<Holder> {
    let owners = owners(sockets);
    let is_containers = |process: &Process| process.container.is_some() || process.is_proxy();
    let asks = owners.iter().flat_map(|owner| &owner.processes).any(is_containers);
    let containers = match asks {
        true => running(sockets, &owners, engine).await,
        false => Vec::new(),
    };
    sockets.iter().zip(&owners).map(|(socket, owner)| holder(socket, owner, &containers)).collect()
}

/// The containers that run, once those run that the engine holds one of the sockets for.
async fn running(sockets: &[Socket], owners: &[Owner], engine: &Engine) -> Vec<RunningContainer> {
    let until = Instant::now() + STARTS;
    loop {
        let containers = engine.running_containers().await.unwrap_or_default();
        let mut held = sockets.iter().zip(owners);
        if !held.any(|(socket, owner)| is_nameless(socket, owner, &containers)) || Instant::now() > until {
            return containers;
        }
        sleep(PAUSE).await;
    }
}

/// The container that a socket of the engine's stands for.
fn behind<'a>(socket: &Socket, containers: &'a [RunningContainer]) -> Option<&'a RunningContainer> {
    containers.iter().find(|container| container.is_behind(socket.protocol, socket.address, socket.port))
}

/// Whether the engine holds it for a container that is not known to run.
fn is_nameless(socket: &Socket, owner: &Owner, containers: &[RunningContainer]) -> bool {
    owner.processes.first().is_some_and(Process::is_proxy) && behind(socket, containers).is_none()
}

fn holder(socket: &Socket, owner: &Owner, containers: &[RunningContainer]) -> Holder {
    let Some(process) = owner.processes.first() else {
        let user = owner.user.clone().unwrap_or_else(|| owner.uid.to_string());
        return Holder {
            words: format!("a process of the user {user}"),
            remedy: Some("name it, as root: dynrun ports".to_owned()),
            ..Holder::default()
        };
    };
    if process.is_proxy() {
        let known = match behind(socket, containers) {
            Some(behind) => Holder::container(behind),
            None => Holder {
                words: format!("{} (pid {}), the engine's own", process.command, process.pid),
                remedy: Some("see whose it is: docker ps -a".to_owned()),
                ..Holder::default()
            },
        };
        return Holder { pid: Some(process.pid), process: Some(process.command.clone()), ..known };
    }
    let id = process.container.as_ref();
    let known = id.and_then(|id| containers.iter().find(|container| container.id == *id));
    let container = known.map(|known| known.name.clone()).or(id.map(|id| short_id(id).to_owned()));
    let service = known.and_then(|known| known.service.clone());
    let details = [
        Some(format!("pid {}", process.pid)),
        container.as_ref().map(|name| format!("container {name}")),
        service.as_ref().map(|service| format!("service {service}")),
        owner.processes.get(1).map(|_| {
            let others = owner.processes.len() - 1 + owner.more;
            format!("and {others} more that it shares it with")
        }),
    ];
    let details: Vec<String> = details.into_iter().flatten().collect();
    // A container of another engine is not this one's to stop.
    let remedy = match known {
        Some(known) => way_to_free(&known.name),
        None => format!("end it: kill {}", process.pid),
    };
    Holder {
        words: format!("{} ({})", process.command, details.join(", ")),
        pid: Some(process.pid),
        process: Some(process.command.clone()),
        container,
        service,
        remedy: Some(remedy),
    }
}
