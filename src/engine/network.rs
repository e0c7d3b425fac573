//! The engine's networks: read for preflight, made for a launch.

use super::ask::encoded;
use super::container::is_id;
use super::error::EngineError;
use super::{ANSWER, Engine, Identity, body, joining, labels, short_id};
use crate::finding::{Finding, Origin};
use crate::spec::{Attachment, LaunchSpec, NetworkDeclaration, Setting};
use crate::values::{Subnet, Value as _};
use bollard::models::{Ipam, IpamConfig, NetworkConnectRequest, NetworkCreateRequest};
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// A network as the engine has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkState {
    /// Its id.
    pub id: String,
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
    /// Whether it is the one over which a swarm publishes the ports of its services.
    pub ingress: bool,
    /// Whether it only holds settings for others.
    pub config_only: bool,
    /// Its subnets.
    pub subnets: Vec<Subnet>,
    /// The containers that have joined it, by their names, as far as this engine knows; a list of networks has none.
    pub members: Vec<String>,
    /// The name of its bridge, where its options give it one.
    pub(super) bridge: Option<String>,
    /// Its labels.
    pub(super) labels: HashMap<String, String>,
    /// Whether its settings are those of another network.
    pub(super) is_of_settings: bool,
}

/// A property that a network has otherwise than it was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which one: `driver`.
    pub what: &'static str,
    /// As it was declared.
    pub wanted: String,
    /// As it is.
    pub found: String,
    /// Where it was declared.
    pub origin: Origin,
}

impl NetworkState {
    /// Every declared property that the network does not have.
    #[must_use]
    pub fn differences(&self, declared: &NetworkDeclaration) -> Vec<Difference> {
        let words = |setting: &Option<Setting<String>>, found: &str, what| {
            let setting = setting.as_ref().filter(|setting| setting.value != found)?;
            let (wanted, origin) = (setting.value.clone(), setting.origin.clone());
            Some(Difference { what, wanted, found: found.to_owned(), origin })
        };
        let switch = |setting: &Option<Setting<bool>>, found: bool, what| {
            let setting = setting.as_ref().filter(|setting| setting.value != found)?;
            let (wanted, origin) = (setting.value.to_string(), setting.origin.clone());
            Some(Difference { what, wanted, found: found.to_string(), origin })
        };
        let has: Vec<String> = self.subnets.iter().map(Subnet::word).collect();
        let has = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
        let missing = declared.subnets.iter().filter(|subnet| !self.subnets.contains(&subnet.value));
        let subnets = missing.map(|subnet| Difference {
            what: "subnet",
            wanted: subnet.value.word(),
            found: has.clone(),
            origin: subnet.origin.clone(),
        });
        let others = [
            words(&declared.driver, &self.driver, "driver"),
            words(&declared.scope, &self.scope, "scope"),
            switch(&declared.attachable, self.attachable, "attachable"),
            switch(&declared.internal, self.internal, "internal"),
        ];
        others.into_iter().flatten().chain(subnets).collect()
    }

    /// The interface of the engine's machine that its bridge is.
    #[must_use]
    pub fn interface(&self) -> String {
        self.bridge.clone().unwrap_or_else(|| format!("br-{}", short_id(&self.id)))
    }
}

impl Engine {
    /// All networks.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn networks(&self) -> Result<Vec<NetworkState>, EngineError> {
        let networks: Vec<Network> = self.get("/networks").await?;
        Ok(networks.into_iter().map(Network::state).collect())
    }

    /// The network of this very name or id; none when there is none.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn network(&self, name: &str) -> Result<Option<NetworkState>, EngineError> {
        let found: Option<Network> = self.find(&format!("/networks/{}", encoded(name))).await?;
        Ok(found.map(Network::state))
    }

    /// The request that creates a network as it was declared.
    pub(super) fn create_network(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
        (identity, stack): (&Identity, Option<&str>),
    ) -> impl Future<Output = Result<(), EngineError>> + use<> {
        let subnets: Vec<IpamConfig> = declared
            .subnets
            .iter()
            .map(|subnet| IpamConfig { subnet: Some(subnet.value.word()), ..IpamConfig::default() })
            .collect();
        let stack = stack.map(|stack| (labels::STACK.to_owned(), stack.to_owned()));
        let request = NetworkCreateRequest {
            name: name.to_owned(),
            driver: declared.driver.as_ref().map(|driver| driver.value.clone()),
            scope: declared.scope.as_ref().map(|scope| scope.value.clone()),
            attachable: declared.attachable.as_ref().map(|attachable| attachable.value),
            internal: declared.internal.as_ref().map(|internal| internal.value),
            ipam: (!subnets.is_empty()).then(|| Ipam { config: Some(subnets), ..Ipam::default() }),
            labels: Some(labels::of_named(identity, name).into_iter().chain(stack).collect()),
            ..NetworkCreateRequest::default()
        };
        let engine = self.clone();
        async move {
            let path = "/networks/create";
            let bytes = engine.transport.call(Method::POST, path, Some(&json!(request)), ANSWER).await?;
            let made: Network = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
            if is_network_id(&made.id) { Ok(()) } else { Err(EngineError::garbled("it names no network")) }
        }
    }

    /// The networks that one launch made, by the label that it put on them.
    pub(super) async fn networks_made_by(&self, nonce: &str) -> Result<Vec<String>, EngineError> {
        let filters = json!({ "label": [format!("{}={nonce}", labels::RUN)] });
        let found: Vec<Network> = self.listed("/networks?", &filters).await?;
        Ok(found.into_iter().map(|network| network.id).filter(|id| is_network_id(id)).collect())
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
        spec: &LaunchSpec,
    ) -> Result<(), Finding> {
        let request = NetworkConnectRequest {
            container: container.to_owned(),
            endpoint_config: Some(body::endpoint(attachment, self.version)),
        };
        let path = format!("/networks/{}/connect", encoded(&attachment.network));
        let joined = self.told(Method::POST, &path, &json!(request)).await;
        joined.map_err(|error| {
            let refused = joining::refused(&error.to_string(), spec);
            refused.unwrap_or_else(|| {
                error.finding(&format!("join the network {}", attachment.network), &self.endpoint)
            })
        })
    }
}

/// How many letters and digits an id has that a swarm gave.
const SWARM_ID: usize = 25;

/// Whether a text is the id of a network: the engine's own, or a swarm's.
fn is_network_id(id: &str) -> bool {
    let is_swarms =
        id.len() == SWARM_ID && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    is_id(id) || is_swarms
}

/// The option by which a bridge's interface has a name of its own.
const BRIDGE_NAME: &str = "com.docker.network.bridge.name";

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
    ingress: bool,
    config_only: bool,
    #[serde(rename = "IPAM")]
    ipam: Pools,
    containers: Option<HashMap<String, Member>>,
    options: Option<HashMap<String, String>>,
    labels: Option<HashMap<String, String>>,
    config_from: Settings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Settings {
    network: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Pools {
    config: Option<Vec<Pool>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Pool {
    subnet: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Member {
    name: String,
}

impl Network {
    fn state(self) -> NetworkState {
        let Self { id, name, driver, scope, attachable, internal, ingress, config_only, .. } = self;
        let pools = self.ipam.config.unwrap_or_default();
        // A swarm's own ends of an overlay have no containers, nor their ids.
        let members = self.containers.unwrap_or_default().into_iter().filter(|(id, _)| is_id(id));
        let mut members: Vec<String> = members.map(|(_, member)| member.name).collect();
        members.sort_unstable();
        NetworkState {
            id,
            name,
            driver,
            scope,
            attachable,
            internal,
            ingress,
            config_only,
            subnets: pools.iter().filter_map(|pool| Subnet::parse(&pool.subnet).ok()).collect(),
            members,
            labels: self.labels.unwrap_or_default(),
            is_of_settings: !self.config_from.network.is_empty(),
            bridge: self.options.unwrap_or_default().remove(BRIDGE_NAME),
        }
    }
}
