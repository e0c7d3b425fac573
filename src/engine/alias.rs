//! The names under which containers are found on a network.

use super::aside::Aside;
use super::ask::encoded;
use super::{Engine, NetworkState, labels};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use std::collections::HashMap;

/// How many containers are asked at once.
const AT_ONCE: usize = 8;

/// A container that is found on a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// Its name.
    pub name: String,
    /// The stack that it is one of.
    pub stack: Option<String>,
    /// All names under which it is found there, its own among them.
    pub names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    config: Config,
    network_settings: Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    labels: Option<HashMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Settings {
    networks: Option<HashMap<String, Joined>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Joined {
    #[serde(default)]
    aliases: Option<Vec<String>>,
}

impl Engine {
    /// The running containers that are found on a network, but for those that make way for another one. None on the network of
    /// a stack's own, which its services share. Only the container itself tells its names: each is asked, and one that does
    /// not tell is left out.
    pub async fn reachable(&self, network: &NetworkState) -> Vec<Reachable> {
        if network.labels.contains_key(labels::STACK) {
            return Vec::new();
        }
        let members = network.members.iter().filter(|name| Aside::read(name).is_none());
        let asked = members.map(|name| async move {
            let found = self.find(&format!("/containers/{}/json", encoded(name))).await;
            Some(reachable(name, found.ok().flatten()?, network))
        });
        let asked: Vec<Option<Reachable>> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        asked.into_iter().flatten().collect()
    }
}

fn reachable(name: &str, found: Inspected, network: &NetworkState) -> Reachable {
    let stack = found.config.labels.unwrap_or_default().remove(labels::STACK);
    let joined = found.network_settings.networks.unwrap_or_default().remove(&network.name);
    let aliases = joined.and_then(|joined| joined.aliases).unwrap_or_default();
    Reachable {
        name: name.to_owned(),
        stack,
        names: std::iter::once(name.to_owned()).chain(aliases).collect(),
    }
}
