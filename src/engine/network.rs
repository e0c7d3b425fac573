//! The engine's networks: read for preflight, made for a launch.

use super::ask::encoded;
use super::container::is_id;
use super::error::EngineError;
use super::{ANSWER, Engine, Identity, body, labels};
use crate::finding::Finding;
use crate::spec::{Attachment, NetworkDeclaration};
use bollard::models::{Ipam, IpamConfig, NetworkConnectRequest, NetworkCreateRequest, SystemInfo};
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

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
        let networks: Vec<Network> = self.get("/networks").await?;
        Ok(networks.into_iter().map(|network| network.name).collect())
    }

    /// The network of this very name or id; none when there is none.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn network(&self, name: &str) -> Result<Option<NetworkState>, EngineError> {
        let found: Option<Network> = self.find(&format!("/networks/{}", encoded(name))).await?;
        Ok(found.map(Network::state))
    }

    /// Whether the engine is a worker of a swarm: then it does not know every network that it may join.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn is_swarm_worker(&self) -> Result<bool, EngineError> {
        let info: SystemInfo = self.get("/info").await?;
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
        let engine = self.clone();
        async move {
            let path = "/networks/create";
            let bytes = engine.transport.call(Method::POST, path, Some(&json!(request)), ANSWER).await?;
            let made: Network = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
            if is_id(&made.id) { Ok(()) } else { Err(EngineError::garbled("it names no network")) }
        }
    }

    /// The networks that one launch made, by the label that it put on them.
    pub(super) async fn networks_made_by(&self, nonce: &str) -> Result<Vec<String>, EngineError> {
        let filters = json!({ "label": [format!("{}={nonce}", labels::RUN)] });
        let found: Vec<Network> = self.listed("/networks?", &filters).await?;
        Ok(found.into_iter().map(|network| network.id).filter(|id| is_id(id)).collect())
    }

    /// Removes a network that a launch created. One that is gone is what was wanted.
    pub(super) async fn remove_network(&self, id: &str) -> Result<(), EngineError> {
        self.removed(&format!("/networks/{id}")).await
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
        let path = format!("/networks/{}/connect", encoded(&attachment.network));
        let joined = self.told(Method::POST, &path, &json!(request)).await;
        joined.map_err(|error| {
            error.finding(&format!("join the network {}", attachment.network), &self.endpoint)
        })
    }
}

/// A network as the engine tells of it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Network {
    id: String,
    name: String,
    driver: String,
    scope: String,
    attachable: bool,
    internal: bool,
}

impl Network {
    fn state(self) -> NetworkState {
        let Self { name, driver, scope, attachable, internal, .. } = self;
        NetworkState { name, driver, scope, attachable, internal }
    }
}
