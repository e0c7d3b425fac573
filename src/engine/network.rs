//! The engine's networks: read for preflight, made for a launch.

use super::ask::encoded;
use super::container::is_id;
use super::error::EngineError;
use super::twins::when_clear;
use super::{ANSWER, Engine, Identity, body, joining, labels, short_id};
use crate::finding::{Finding, Origin};
use crate::spec::{Attachment, LaunchSpec, NetworkDeclaration, Setting};
use crate::values::{Subnet, Value};
use bollard::models::{Ipam, IpamConfig, NetworkConnectRequest, NetworkCreateRequest};
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

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
    /// Its gateways.
    pub gateways: Vec<IpAddr>,
    /// The parts of the subnets that containers get their addresses from.
    pub ip_ranges: Vec<Subnet>,
    /// Whether it has addresses of IPv6.
    pub ipv6: bool,
    /// The options of its driver.
    pub options: HashMap<String, String>,
    /// The containers that have joined it, by their names, as far as this engine knows; a list of networks has none.
    pub members: Vec<String>,
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
        let lists = [
            missing("subnet", &declared.subnets, &self.subnets),
            missing("gateway", &declared.gateways, &self.gateways),
            missing("ip-range", &declared.ip_ranges, &self.ip_ranges),
            other_pairs("options", &declared.options, &self.options),
            other_pairs("labels", &declared.labels, &self.labels),
        ];
        let others = [
            words(&declared.driver, &self.driver, "driver"),
            words(&declared.scope, &self.scope, "scope"),
            switch(&declared.attachable, self.attachable, "attachable"),
            switch(&declared.internal, self.internal, "internal"),
            switch(&declared.ipv6, self.ipv6, "ipv6"),
        ];
        others.into_iter().flatten().chain(lists.into_iter().flatten()).collect()
    }

    /// The interface of the engine's machine that its bridge is.
    #[must_use]
    pub fn interface(&self) -> String {
        self.options.get(BRIDGE_NAME).cloned().unwrap_or_else(|| format!("br-{}", short_id(&self.id)))
    }
}

/// What of a list was declared and is not there.
fn missing<T: Value + PartialEq>(what: &'static str, declared: &[Setting<T>], has: &[T]) -> Vec<Difference> {
    let words: Vec<String> = has.iter().map(Value::word).collect();
    let found = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let missing = declared.iter().filter(|setting| !has.contains(&setting.value));
    let difference = |Setting { value, origin }: &Setting<T>| Difference {
        what,
        wanted: value.word(),
        found: found.clone(),
        origin: origin.clone(),
    };
    missing.map(difference).collect()
}

/// The names that were declared with another value than they have.
fn other_pairs(
    what: &'static str,
    declared: &BTreeMap<String, Setting<String>>,
    has: &HashMap<String, String>,
) -> Vec<Difference> {
    let others = declared.iter().filter(|(name, setting)| has.get(*name) != Some(&setting.value));
    let difference = |(name, Setting { value, origin }): (&String, &Setting<String>)| Difference {
        what,
        wanted: format!("{name}={value}"),
        found: has.get(name).map_or_else(|| "none".to_owned(), |found| format!("{name}={found}")),
        origin: origin.clone(),
    };
    others.map(difference).collect()
}

/// The pools of a network, as a request has them.
fn pools(declared: &NetworkDeclaration) -> Vec<IpamConfig> {
    let pool = |(subnet, range, gateway): (&Subnet, Option<&Subnet>, Option<IpAddr>)| IpamConfig {
        subnet: Some(subnet.word()),
        ip_range: range.map(Subnet::word),
        gateway: gateway.map(|gateway| gateway.to_string()),
        ..IpamConfig::default()
    };
    declared.pools().map(pool).collect()
}

/// The request that creates a network as it was declared, with labels by which its makers know it.
fn request(
    name: &str,
    declared: &NetworkDeclaration,
    own: [(String, String); 3],
    stack: Option<&str>,
) -> NetworkCreateRequest {
    let pools = pools(declared);
    let stack = stack.map(|stack| (labels::STACK.to_owned(), stack.to_owned()));
    let said = plain(&declared.labels).unwrap_or_default();
    NetworkCreateRequest {
        name: name.to_owned(),
        driver: declared.driver.as_ref().map(|driver| driver.value.clone()),
        scope: declared.scope.as_ref().map(|scope| scope.value.clone()),
        attachable: declared.attachable.as_ref().map(|attachable| attachable.value),
        internal: declared.internal.as_ref().map(|internal| internal.value),
        ipam: (!pools.is_empty()).then(|| Ipam { config: Some(pools), ..Ipam::default() }),
        enable_ipv6: declared.ipv6.as_ref().map(|ipv6| ipv6.value),
        options: plain(&declared.options),
        labels: Some(said.into_iter().chain(own).chain(stack).collect()),
        ..NetworkCreateRequest::default()
    }
}

/// Names with their values, as a request has them; none where none are said.
fn plain(named: &BTreeMap<String, Setting<String>>) -> Option<HashMap<String, String>> {
    let plain = named.iter().map(|(name, setting)| (name.clone(), setting.value.clone()));
    (!named.is_empty()).then(|| plain.collect())
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
        let path = format!("/networks/{}", encoded(name));
        let found: Option<Network> = when_clear(|| self.find(&path)).await?;
        Ok(found.filter(|found| found.is_called(name)).map(Network::state))
    }

    /// The request that creates a network as it was declared; whether it was made, as another launch may be faster.
    pub(super) fn create_network(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
        (identity, stack): (&Identity, Option<&str>),
    ) -> impl Future<Output = Result<bool, EngineError>> + use<> {
        let request = request(name, declared, labels::of_named(identity, name), stack);
        let (engine, name) = (self.clone(), name.to_owned());
        async move {
            let path = "/networks/create";
            let bytes = engine.transport.call(Method::POST, path, Some(&json!(request)), ANSWER).await?;
            let made: Network = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
            if !is_network_id(&made.id) {
                return Err(EngineError::garbled("it names no network"));
            }
            engine.is_first(&name, &made.id).await
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
        let request = json!(request);
        let joined = when_clear(|| self.told(Method::POST, &path, &request)).await;
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
    #[serde(rename = "EnableIPv6")]
    ipv6: bool,
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
    gateway: Option<String>,
    #[serde(rename = "IPRange")]
    ip_range: Option<String>,
}

impl Pool {
    /// Its gateway. An engine tells one of a driver without gateways with the bits of its subnet.
    fn gateway(&self) -> Option<IpAddr> {
        let word = self.gateway.as_deref()?.split('/').next()?;
        <IpAddr as Value>::parse(word).ok()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Member {
    name: String,
}

impl Network {
    /// Whether the network has this name, or an id that begins so. The engine takes a few letters of an id for it, which may
    /// be the beginning of a stranger's by chance: fewer than it prints itself count as a name alone.
    fn is_called(&self, name: &str) -> bool {
        const SHORT_ID: usize = 12;
        self.name == name || (name.len() >= SHORT_ID && self.id.starts_with(name))
    }

    fn state(self) -> NetworkState {
        let Self { id, name, driver, scope, attachable, internal, ingress, config_only, ipv6, .. } = self;
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
            gateways: pools.iter().filter_map(Pool::gateway).collect(),
            ip_ranges: pools
                .iter()
                .filter_map(|pool| Subnet::parse(pool.ip_range.as_deref()?).ok())
                .collect(),
            ipv6,
            options: self.options.unwrap_or_default(),
            members,
            labels: self.labels.unwrap_or_default(),
            is_of_settings: !self.config_from.network.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting<T>(value: T) -> Setting<T> {
        Setting { value, origin: Origin::Rule("a test") }
    }

    fn declared() -> NetworkDeclaration {
        let subnet = |word: &str| setting(Subnet::parse(word).unwrap());
        let pairs = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), setting(value.to_owned()))]);
        NetworkDeclaration {
            subnets: vec![subnet("10.98.0.0/16"), subnet("fd00:98::/64")],
            gateways: vec![setting("fd00:98::1".parse().unwrap()), setting("10.98.0.254".parse().unwrap())],
            ip_ranges: vec![subnet("10.98.5.0/24")],
            ipv6: Some(setting(true)),
            options: pairs("com.docker.network.driver.mtu", "1400"),
            labels: pairs("team", "a b"),
            ..NetworkDeclaration::default()
        }
    }

    fn own() -> [(String, String); 3] {
        ["run", "owner", "name"].map(|name| (format!("dev.dynrun.{name}"), "x".to_owned()))
    }

    /// Each gateway and each range go with the subnet that they lie in, as docker's client sorts them.
    #[test]
    fn a_network_is_asked_for_as_declared() {
        let wanted = json!({
            "Name": "net",
            "IPAM": { "Config": [
                { "Subnet": "10.98.0.0/16", "IPRange": "10.98.5.0/24", "Gateway": "10.98.0.254" },
                { "Subnet": "fd00:98::/64", "Gateway": "fd00:98::1" },
            ] },
            "EnableIPv6": true,
            "Options": { "com.docker.network.driver.mtu": "1400" },
            "Labels": { "team": "a b", "dev.dynrun.run": "x", "dev.dynrun.owner": "x", "dev.dynrun.name": "x" },
        });
        assert_eq!(json!(request("net", &declared(), own(), None)), wanted);
        let wanted = json!({
            "Name": "net",
            "Labels": { "dev.dynrun.run": "x", "dev.dynrun.owner": "x", "dev.dynrun.name": "x" },
        });
        assert_eq!(json!(request("net", &NetworkDeclaration::default(), own(), None)), wanted);
        let line = "docker network create --subnet 10.98.0.0/16 --subnet fd00:98::/64 --gateway fd00:98::1 \
                    --gateway 10.98.0.254 --ip-range 10.98.5.0/24 --ipv6 --opt 'com.docker.network.driver.mtu=1400' \
                    --label 'team=a b' net";
        assert_eq!(declared().create_line("net"), line);
    }

    #[test]
    fn what_is_otherwise_is_told() {
        let found = |text: serde_json::Value| serde_json::from_value::<Network>(text).unwrap().state();
        let same = found(json!({
            "Name": "net", "EnableIPv6": true,
            "IPAM": { "Config": [
                { "Subnet": "10.98.0.0/16", "IPRange": "10.98.5.0/24", "Gateway": "10.98.0.254" },
                { "Subnet": "fd00:98::/64", "Gateway": "fd00:98::1/64" },
            ] },
            "Options": { "com.docker.network.driver.mtu": "1400", "other": "1" },
            "Labels": { "team": "a b", "another": "" },
        }));
        assert_eq!(same.differences(&declared()), []);
        let other = found(json!({
            "Name": "net",
            "IPAM": { "Config": [{ "Subnet": "10.98.0.0/16", "Gateway": "10.98.0.1" }] },
            "Options": { "com.docker.network.driver.mtu": "1500" },
        }));
        let told: Vec<String> = other
            .differences(&declared())
            .into_iter()
            .map(|one| format!("{} {} is {}", one.what, one.wanted, one.found))
            .collect();
        let wanted = [
            "ipv6 true is false",
            "subnet fd00:98::/64 is 10.98.0.0/16",
            "gateway fd00:98::1 is 10.98.0.1",
            "gateway 10.98.0.254 is 10.98.0.1",
            "ip-range 10.98.5.0/24 is none",
            "options com.docker.network.driver.mtu=1400 is com.docker.network.driver.mtu=1500",
            "labels team=a b is none",
        ];
        assert_eq!(told, wanted);
    }
}
