//! Containers that do not run, and the ports that they will publish when they are started again.

use super::ask::encoded;
use super::{Engine, EngineError, LABEL_PREFIX, labels};
use crate::values::{Expose, PortRange, Protocol, Value as _};
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// How long the engine may take to tell of them: they are in nobody's way yet.
const TELLS: Duration = Duration::from_secs(1);
/// Of how many it is asked: the newest.
const MOST: usize = 32;

/// A container that does not run, and that somebody or something will start again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedContainer {
    /// Its name, without the slash.
    pub name: String,
    /// The service that dynrun launched in it.
    pub service: Option<String>,
    /// When the engine starts it again: `always`; empty where it never does.
    pub restart: String,
    /// The ports of the host that it publishes.
    pub published: Vec<StoppedPort>,
}

/// A port of the host that a container will have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoppedPort {
    /// Its protocol.
    pub protocol: Protocol,
    /// The address of the host; none for all of them.
    pub address: Option<IpAddr>,
    /// The ports of which it takes one.
    pub ports: PortRange,
}

impl Engine {
    /// The containers that do not run and will be started again: those that dynrun launched and nobody removes, and
    /// those that the engine itself starts.
    ///
    /// # Errors
    /// The engine does not tell soon.
    pub async fn stopped_containers(&self) -> Result<Vec<StoppedContainer>, EngineError> {
        let asked = async {
            let filters = json!({ "status": ["exited", "created"] });
            let listed: Vec<Listed> = self.listed("/containers/json?all=1&", &filters).await?;
            let asked = listed.iter().take(MOST).map(|one| async {
                let path = format!("/containers/{}/json", encoded(&one.id));
                self.find::<Inspected>(&path).await.ok().flatten()
            });
            Ok(join_all(asked).await.into_iter().flatten().filter_map(Inspected::stopped).collect())
        };
        tokio::time::timeout(TELLS, asked).await.unwrap_or(Err(EngineError::Silent(TELLS)))
    }
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Inspected {
    name: String,
    state: State,
    host_config: HostConfig,
    config: Config,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct State {
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct HostConfig {
    auto_remove: bool,
    restart_policy: RestartPolicy,
    port_bindings: Option<HashMap<String, Option<Vec<Binding>>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RestartPolicy {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Config {
    labels: Option<HashMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Binding {
    host_ip: String,
    host_port: String,
}

impl Inspected {
    /// The container, where it will be started again.
    fn stopped(self) -> Option<StoppedContainer> {
        let Self { name, state, host_config: host, config } = self;
        let labels = config.labels.unwrap_or_default();
        let restart = Some(host.restart_policy.name).filter(|policy| policy != "no").unwrap_or_default();
        // One that was never started is half of a launch that was killed; gc knows what to do about it.
        let is_launched =
            state.status == "exited" && labels.keys().any(|label| label.starts_with(LABEL_PREFIX));
        if host.auto_remove || (restart.is_empty() && !is_launched) {
            return None;
        }
        let published = host.port_bindings.unwrap_or_default().into_iter().flat_map(|(port, bindings)| {
            bindings.unwrap_or_default().into_iter().filter_map(move |binding| published(&port, &binding))
        });
        Some(StoppedContainer {
            name: name.trim_start_matches('/').to_owned(),
            service: labels.get(labels::SERVICE).cloned(),
            restart,
            published: published.collect(),
        })
    }
}

/// A port that the host gives; none where the engine chooses any.
fn published(port: &str, binding: &Binding) -> Option<StoppedPort> {
    let protocol = port.rsplit_once('/').map_or("tcp", |(_, protocol)| protocol);
    let Expose { range, protocol } = Expose::parse(&format!("{}/{protocol}", binding.host_port)).ok()?;
    Some(StoppedPort { protocol, address: binding.host_ip.parse().ok(), ports: range })
}
