//! The engine's networks: read for preflight, made for a launch.

use super::error::EngineError;
use super::{ANSWER, Engine, Identity, body, labels};
use crate::finding::Finding;
use crate::spec::{Attachment, NetworkDeclaration};
use bollard::models::{
    Ipam, IpamConfig, NetworkConnectRequest, NetworkCreateRequest, NetworkInspect, SystemInfo,
};
use bollard::query_parameters::ListNetworksOptions;
use http::Method;
use std::collections::HashMap;
use std::future::Future;

/// A network as the engine has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// Its name.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// local, swarm or global.
    pub scope: String,
    /// Whether containers outside a swarm service may join.
    pub attachable: bool,
    /// Whether it has no way out.
    pub internal: bool,
}

impl Engine {
    /// The names of all networks.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn network_names(&self) -> Result<Vec<String>, EngineError> {
        let networks = answered(self.docker.list_networks(None)).await?;
        Ok(networks.into_iter().filter_map(|network| network.name).collect())
    }

    /// The network of this very name or id; none when there is none.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn network(&self, name: &str) -> Result<Option<NetworkState>, EngineError> {
        match answered(self.docker.inspect_network(name, None)).await {
            Ok(network) => Ok(Some(state(network))),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the engine is a worker of a swarm: then it does not know every network that it may join.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn is_swarm_worker(&self) -> Result<bool, EngineError> {
        let info: SystemInfo = answered(self.docker.info()).await?;
        let Some(swarm) = info.swarm else { return Ok(false) };
        let active = swarm.local_node_state == Some(bollard::models::LocalNodeState::ACTIVE);
        Ok(active && !swarm.control_available.unwrap_or_default())
    }

    /// The request that creates a network as it was declared.
    pub(super) fn create_network(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
        identity: &Identity,
    ) -> impl Future<Output = Result<(), EngineError>> + use<> {
        let subnets: Vec<IpamConfig> = declared
            .subnets
            .iter()
            .map(|subnet| IpamConfig { subnet: Some(subnet.value.clone()), ..IpamConfig::default() })
            .collect();
        let request = NetworkCreateRequest {
            name: name.to_owned(),
            driver: declared.driver.as_ref().map(|driver| driver.value.clone()),
            scope: declared.scope.as_ref().map(|scope| scope.value.clone()),
            attachable: declared.attachable.as_ref().map(|attachable| attachable.value),
            internal: declared.internal.as_ref().map(|internal| internal.value),
            ipam: (!subnets.is_empty()).then(|| Ipam { config: Some(subnets), ..Ipam::default() }),
            labels: Some(HashMap::from(labels::makers(identity))),
            ..NetworkCreateRequest::default()
        };
        let docker = self.docker.clone();
        async move { answered(docker.create_network(request)).await.map(drop) }
    }

    /// The networks that one launch made, by the label that it put on them.
    pub(super) async fn networks_made_by(&self, nonce: &str) -> Result<Vec<String>, EngineError> {
        let filters = HashMap::from([("label".to_owned(), vec![format!("{}={nonce}", labels::RUN)])]);
        let options = ListNetworksOptions { filters: Some(filters) };
        let found = answered(self.docker.list_networks(Some(options))).await?;
        Ok(found.into_iter().filter_map(|network| network.id).collect())
    }

    /// Removes a network that a launch created. One that is gone is what was wanted.
    pub(super) async fn remove_network(&self, id: &str) -> Result<(), EngineError> {
        match self.done(Method::DELETE, &format!("/networks/{id}"), ANSWER).await {
            Err(error) if error.is_status(404) => Ok(()),
            removed => removed,
        }
    }

    /// Joins a further network, before the container starts.
    pub(super) async fn connect_network(
        &self,
        container: &str,
        attachment: &Attachment,
    ) -> Result<(), Finding> {
        let request = NetworkConnectRequest {
            container: container.to_owned(),
            endpoint_config: Some(body::endpoint(attachment, self.version)),
        };
        let joined = answered(self.docker.connect_network(&attachment.network, request)).await;
        joined.map_err(|error| {
            error.finding(&format!("join the network {}", attachment.network), &self.endpoint)
        })
    }
}

/// bollard's answer within the deadline for questions.
pub(super) async fn answered<T>(
    asked: impl Future<Output = Result<T, bollard::errors::Error>>,
) -> Result<T, EngineError> {
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(EngineError::Silent(ANSWER)),
    }
}

fn state(network: NetworkInspect) -> NetworkState {
    NetworkState {
        name: network.name.unwrap_or_default(),
        driver: network.driver.unwrap_or_default(),
        scope: network.scope.unwrap_or_default(),
        attachable: network.attachable.unwrap_or_default(),
        internal: network.internal.unwrap_or_default(),
    }
}
