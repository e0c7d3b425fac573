//! The running containers, and the ports that they publish.

use super::error::EngineError;
use super::{Engine, labels};
use crate::values::Protocol;
use bollard::models::{ContainerSummary, PortSummary, PortSummaryTypeEnum};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// How long the engine may take to name a port's holder. Without an answer, the holder has no name.
const NAMES: Duration = Duration::from_secs(2);

/// A container that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningContainer {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The service that dynrun launched in it.
    pub service: Option<String>,
    /// The profile that it was launched with.
    pub profile: Option<String>,
    /// The machine on which dynrun launched it; none where that is not known.
    pub machine: Option<String>,
    /// Its image.
    pub image: String,
    /// When it was created, in seconds since 1970.
    pub created: i64,
    /// The ports that it publishes.
    pub published: Vec<PublishedPort>,
    /// The names of the networks that it is on.
    pub networks: Vec<String>,
}

impl RunningContainer {
    /// Whether a socket that the engine holds on this port stands for the container: a proxy for every address of
    /// IPv4 may hold one socket for both families.
    #[must_use]
    pub fn is_behind(&self, protocol: Protocol, address: IpAddr, port: u16) -> bool {
        self.published.iter().any(|published| {
            (published.port, published.protocol) == (port, protocol)
                && (published.address == address.to_canonical() || published.address.is_unspecified())
        })
    }
}

/// The first digits of a container's id, as docker shows it.
#[must_use]
pub fn short_id(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// A port of the engine's machine that leads into a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedPort {
    /// The address of the machine, a wildcard for all of them.
    pub address: IpAddr,
    /// The port of the machine.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

impl Engine {
    /// The running containers, to name the holder of a port: that is worth a short wait alone.
    ///
    /// # Errors
    /// The engine does not tell soon.
    pub async fn running_containers(&self) -> Result<Vec<RunningContainer>, EngineError> {
        let asked = self.all_running_containers();
        tokio::time::timeout(NAMES, asked).await.unwrap_or(Err(EngineError::Silent(NAMES)))
    }

    /// The same where they are the answer. One that has ended or was never started holds no port.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn all_running_containers(&self) -> Result<Vec<RunningContainer>, EngineError> {
        let found: Vec<ContainerSummary> = self.get("/containers/json").await?;
        Ok(found.into_iter().filter_map(container).collect())
    }

    /// The names of all containers, running or not.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn container_names(&self) -> Result<Vec<String>, EngineError> {
        let found: Vec<ContainerSummary> = self.get("/containers/json?all=1").await?;
        Ok(found.into_iter().filter_map(container).map(|container| container.name).collect())
    }
}

fn container(summary: ContainerSummary) -> Option<RunningContainer> {
    let name = summary.names.unwrap_or_default().first().map(|name| name.trim_start_matches('/').to_owned());
    let labels: HashMap<String, String> = summary.labels.unwrap_or_default();
    let label = |name: &str| labels.get(name).cloned();
    let networks = summary.network_settings.and_then(|settings| settings.networks);
    Some(RunningContainer {
        id: summary.id?,
        name: name.unwrap_or_default(),
        service: label(labels::SERVICE),
        profile: label(labels::PROFILE),
        machine: label(labels::OWNER).and_then(|owner| labels::machine(&owner)),
        image: summary.image.unwrap_or_default(),
        created: summary.created.unwrap_or_default(),
        published: summary.ports.unwrap_or_default().iter().filter_map(published).collect(),
        networks: networks.unwrap_or_default().into_keys().collect(),
    })
}

/// A port that is only exposed leads nowhere.
fn published(port: &PortSummary) -> Option<PublishedPort> {
    let protocol = match port.typ? {
        PortSummaryTypeEnum::TCP => Protocol::Tcp,
        PortSummaryTypeEnum::UDP => Protocol::Udp,
        PortSummaryTypeEnum::SCTP => Protocol::Sctp,
        PortSummaryTypeEnum::EMPTY => return None,
    };
    Some(PublishedPort { address: port.ip.as_deref()?.parse().ok()?, port: port.public_port?, protocol })
}
