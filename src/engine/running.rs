//! The containers that run: who they are, and what they publish.

use super::error::EngineError;
use super::network::answered;
use super::{Engine, labels};
use crate::values::Protocol;
use bollard::models::{ContainerSummary, PortSummary};
use std::net::IpAddr;

/// A container that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningContainer {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The service that it is, where dynrun launched it.
    pub service: Option<String>,
    /// What it publishes.
    pub ports: Vec<PublishedPort>,
}

/// A port of the host that a container publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedPort {
    /// The host's address.
    pub ip: IpAddr,
    /// The host's port.
    pub host: u16,
    /// The protocol.
    pub protocol: Protocol,
}

impl Engine {
    /// The containers that run.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn running_containers(&self) -> Result<Vec<RunningContainer>, EngineError> {
        let found = answered(self.docker.list_containers(None)).await?;
        Ok(found.into_iter().filter_map(container).collect())
    }
}

fn container(found: ContainerSummary) -> Option<RunningContainer> {
    let id = found.id?;
    let name = found.names.and_then(|names| names.into_iter().next()).unwrap_or_else(|| id.clone());
    Some(RunningContainer {
        name: name.trim_start_matches('/').to_owned(),
        service: found.labels.and_then(|labels| labels.get(labels::SERVICE).cloned()),
        ports: found.ports.unwrap_or_default().iter().filter_map(published).collect(),
        id,
    })
}

/// None for a port that is only exposed, or whose protocol dynrun does not know.
fn published(port: &PortSummary) -> Option<PublishedPort> {
    let protocol = port.typ.as_ref().map(ToString::to_string).unwrap_or_default();
    Some(PublishedPort {
        ip: port.ip.as_ref()?.parse().ok()?,
        host: port.public_port?,
        protocol: Protocol::parse(&protocol).ok()?,
    })
}
