//! A network that is not as it was declared, and provably nobody's: taken away, to be made anew, and put back where the
//! launch fails after all.

use super::error::EngineError;
use super::launch::{Observer, Step};
use super::made::Made;
use super::network::NetworkState;
use super::{ANSWER, Engine, labels};
use crate::finding::{Code, Finding};
use crate::host::now;
use crate::spec::LaunchSpec;
use crate::values::SecretNames;
use bollard::models::ContainerSummary;
use http::Method;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What else a network is of, by its labels.
const OWNERS: [(&str, &str); 2] =
    [("com.docker.compose.project", "compose project"), ("com.docker.stack.namespace", "stack")];
/// How long a launch that has just made a network may take until its container is on it.
const YOUNG: Duration = Duration::from_secs(120);
/// What of an inspected network its create takes again.
const KEPT: [&str; 9] =
    ["Name", "Driver", "EnableIPv4", "EnableIPv6", "Internal", "Attachable", "Options", "Labels", "Scope"];
/// What of one of its address pools.
const KEPT_OF_POOL: [&str; 4] = ["Subnet", "IPRange", "Gateway", "AuxiliaryAddresses"];

/// A network that is about to be taken away.
#[derive(Debug, Clone)]
pub(super) struct Former {
    id: String,
    /// The request that makes it again.
    request: Value,
    /// The line that does.
    pub(super) line: String,
}

impl Engine {
    /// Who is in the way of taking a network away, in words; nobody where it is provably nobody's. A container that has ended
    /// counts: without the network it cannot be started again.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn network_holders(&self, network: &NetworkState) -> Result<Vec<String>, EngineError> {
        let all: Vec<ContainerSummary> = self.get("/containers/json?all=1").await?;
        let (mut joined, mut to_join) = (network.members.clone(), Vec::new());
        for container in all.iter().filter(|container| is_on(container, network)) {
            let name =
                container.names.iter().flatten().next().map_or("", |name| name.trim_start_matches('/'));
            match container.state.map(|state| state.to_string()).as_deref() {
                Some("running" | "paused" | "restarting") => joined.push(name.to_owned()),
                _ => to_join.push(name.to_owned()),
            }
        }
        joined.sort_unstable();
        joined.dedup();
        let words = |names: &[String], what: &str| {
            (!names.is_empty()).then(|| format!("{} {what}", names.join(", ")))
        };
        let holders = [
            words(&joined, "has joined it"),
            words(&to_join, "does not run, and joins it when it is started"),
            whose(network),
        ];
        Ok(holders.into_iter().flatten().collect())
    }

    /// The network as it can be made again.
    async fn former(&self, network: &NetworkState, secrets: &SecretNames) -> Result<Former, EngineError> {
        let found: Value = self.get(&format!("/networks/{}", network.id)).await?;
        let request = request(&found);
        Ok(Former { id: network.id.clone(), line: line(&request, secrets), request })
    }
}

/// Takes a network away that is not as it was declared, so that it can be made anew. Who is on it is asked once more, and
/// the engine keeps one that somebody has joined since.
pub(super) async fn take_away(
    engine: &Engine,
    network: &NetworkState,
    spec: &LaunchSpec,
    made: &mut Made,
    observer: Observer<'_>,
) -> Result<(), Finding> {
    let name = &network.name;
    let failed =
        |error: EngineError| error.finding(&format!("make the network {name} anew"), engine.endpoint());
    let holders = engine.network_holders(network).await.map_err(failed)?;
    if !holders.is_empty() {
        let message = format!("the network {name} is not as it was declared, and not to be made anew");
        let finding = Finding::error(Code::NetworkDiffers, message);
        return Err(holders.into_iter().fold(finding, Finding::noted));
    }
    let former = engine.former(network, &spec.secrets).await.map_err(failed)?;
    observer(Step::NetworkTaken { name, line: &former.line });
    let (engine_of_request, id) = (engine.clone(), former.id.clone());
    made.former.push(former);
    made.asked(async move { engine_of_request.remove_network(&id).await }).await.map_err(failed)
}

impl Former {
    /// Makes the network as it was, unless it is there yet.
    pub(super) async fn put_back(&self, engine: &Engine) -> Result<(), EngineError> {
        let found: Option<Value> = engine.find(&format!("/networks/{}", self.id)).await?;
        if found.is_some() {
            return Ok(());
        }
        engine.transport.call(Method::POST, "/networks/create", Some(&self.request), ANSWER).await.map(drop)
    }
}

/// Whether a container is on a network, or will be: one that never ran knows it as it was named.
fn is_on(container: &ContainerSummary, network: &NetworkState) -> bool {
    let networks =
        container.network_settings.iter().filter_map(|settings| settings.networks.as_ref()).flatten();
    networks.into_iter().any(|(name, endpoint)| {
        let is_named = *name == network.name || (!name.is_empty() && network.id.starts_with(name.as_str()));
        is_named || endpoint.network_id.as_deref() == Some(&network.id)
    })
}

/// Whose a network is beside its containers, or why that cannot be told.
fn whose(network: &NetworkState) -> Option<String> {
    if network.scope != "local" || network.ingress {
        return Some("it is a swarm's: who has joined it on other machines is not known here".to_owned());
    }
    if network.config_only || network.is_of_settings {
        return Some("it holds settings for other networks, or has those of another".to_owned());
    }
    let of = |(label, what): &(&str, &str)| {
        network.labels.get(*label).map(|name| format!("it is the network of the {what} {name}"))
    };
    let is_young = |label: &String| {
        let made = labels::owner(label).and_then(|(_, at)| u64::try_from(at).ok());
        made.is_some_and(|at| Duration::from_secs(at) + YOUNG > now())
    };
    let owner = network.labels.get(labels::OWNER).filter(|label| is_young(label));
    OWNERS.iter().find_map(of).or_else(|| owner.map(|_| "a launch has just made it".to_owned()))
}

/// The request that makes an inspected network again.
fn request(found: &Value) -> Value {
    let copy = |from: &Value, keys: &[&str]| -> Map<String, Value> {
        let said = keys.iter().filter_map(|key| Some(((*key).to_owned(), from.get(key)?.clone())));
        said.filter(|(_, value)| !value.is_null() && value != "").collect()
    };
    let mut request = copy(found, &KEPT);
    let mut ipam = copy(&found["IPAM"], &["Driver", "Options"]);
    let pools = found["IPAM"]["Config"].as_array().into_iter().flatten();
    ipam.insert("Config".to_owned(), pools.map(|pool| json!(copy(pool, &KEPT_OF_POOL))).collect());
    request.insert("IPAM".to_owned(), json!(ipam));
    json!(request)
}

/// The line that makes a network again, without what may be a secret.
fn line(request: &Value, secrets: &SecretNames) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pairs = |flag: &'static str, map: &Value| -> Vec<(&'static str, Option<String>)> {
        let pairs = map.as_object().into_iter().flatten();
        let word = |(key, value): (&String, &Value)| match secrets.is_secret(key) {
            true => format!("{key}=***"),
            false => format!("{key}={}", value.as_str().unwrap_or_default()),
        };
        pairs.map(|pair| (flag, Some(word(pair)))).collect()
    };
    let switch =
        |flag: &'static str, key: &str| request[key].as_bool().filter(|on| *on).map(|_| (flag, None));
    let ipam = &request["IPAM"];
    let ipam_driver = text(&ipam["Driver"]).filter(|driver| driver != "default");
    let mut flags: Vec<(&str, Option<String>)> = vec![("--driver", text(&request["Driver"]))];
    flags.extend(
        [switch("--internal", "Internal"), switch("--attachable", "Attachable")].into_iter().flatten(),
    );
    flags.extend(switch("--ipv6", "EnableIPv6"));
    for pool in ipam["Config"].as_array().into_iter().flatten() {
        let known = [("--subnet", "Subnet"), ("--ip-range", "IPRange"), ("--gateway", "Gateway")];
        flags.extend(known.into_iter().filter_map(|(flag, key)| Some((flag, Some(text(&pool[key])?)))));
        flags.extend(pairs("--aux-address", &pool["AuxiliaryAddresses"]));
    }
    flags.extend(ipam_driver.map(|driver| ("--ipam-driver", Some(driver))));
    flags.extend(pairs("--ipam-opt", &ipam["Options"]));
    flags.extend(pairs("--opt", &request["Options"]));
    flags.extend(pairs("--label", &request["Labels"]));
    let words = flags.into_iter().flat_map(|(flag, value)| std::iter::once(flag.to_owned()).chain(value));
    let words: Vec<String> = words.chain(text(&request["Name"])).collect();
    let quoted = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
    format!("docker network create {quoted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_made_again_as_it_was() {
        let found = json!({
            "Id": "0123", "Name": "net", "Created": "2026-01-01T00:00:00Z", "Scope": "local", "Driver": "bridge",
            "EnableIPv6": true, "Internal": true, "Attachable": false, "Ingress": false, "ConfigFrom": {"Network": ""},
            "IPAM": {"Driver": "default", "Options": null, "Config": [
                {"Subnet": "10.1.0.0/16", "Gateway": "10.1.0.1", "AuxiliaryAddresses": {"nas": "10.1.0.9"}},
                {"Subnet": "fd00::/64"},
            ]},
            "Containers": {}, "Options": {"com.docker.network.driver.mtu": "1400"},
            "Labels": {"a": "b c"},
        });
        let made = request(&found);
        assert_eq!(
            made,
            json!({
                "Name": "net", "Scope": "local", "Driver": "bridge", "EnableIPv6": true, "Internal": true,
                "Attachable": false, "Options": {"com.docker.network.driver.mtu": "1400"},
                "Labels": {"a": "b c"},
                "IPAM": {"Driver": "default", "Config": [
                    {"Subnet": "10.1.0.0/16", "Gateway": "10.1.0.1", "AuxiliaryAddresses": {"nas": "10.1.0.9"}},
                    {"Subnet": "fd00::/64"},
                ]},
            })
        );
        assert_eq!(
            line(&made, &SecretNames::default()),
            "docker network create --driver bridge --internal --ipv6 --subnet 10.1.0.0/16 --gateway 10.1.0.1 \
             --aux-address 'nas=10.1.0.9' --subnet fd00::/64 --opt 'com.docker.network.driver.mtu=1400' --label \
             'a=b c' net"
        );
    }

    #[test]
    fn what_is_others_is_not_taken_away() {
        let local = || NetworkState { scope: "local".to_owned(), ..NetworkState::default() };
        let labelled = |name: &str, value: &str| NetworkState {
            labels: [(name.to_owned(), value.to_owned())].into(),
            ..local()
        };
        let owner = |at: u64| {
            let at = json!({"machine": "m", "boot": "b", "pidns": "p", "pid": 1, "start": 1, "at": at});
            labelled(labels::OWNER, &at.to_string())
        };
        for (network, want) in [
            (local(), None),
            (NetworkState { scope: "swarm".to_owned(), ..local() }, Some("it is a swarm's")),
            (NetworkState { config_only: true, ..local() }, Some("it holds settings")),
            (
                labelled("com.docker.compose.project", "shop"),
                Some("it is the network of the compose project shop"),
            ),
            (labelled("a", "b"), None),
            (owner(now().as_secs()), Some("a launch has just made it")),
            (owner(now().as_secs() - 3600), None),
        ] {
            let said = whose(&network);
            assert_eq!(said.is_some(), want.is_some(), "{said:?}");
            assert!(said.unwrap_or_default().starts_with(want.unwrap_or_default()));
        }
    }
}
