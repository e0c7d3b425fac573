//! The containers that dynrun launched, whatever has become of them.

use super::error::EngineError;
use super::state::leads;
use super::{Engine, labels};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// A container that dynrun launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchedContainer {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The service; empty where it is none.
    pub service: String,
    /// The stack that it is one of; empty where it is of none.
    pub stack: String,
    /// The services of the stack that it needs.
    pub needs: Vec<String>,
    /// The profile.
    pub profile: String,
    /// Its image.
    pub image: String,
    /// Its state, as the engine calls it: `running`, `exited`.
    pub state: String,
    /// The same with its age, in the engine's words: `Up 3 hours (healthy)`.
    pub status: String,
    /// When it was created, in seconds since 1970.
    pub created: i64,
    /// Its ports, as docker writes them: `127.0.0.1:8000->8000/tcp`, `9000/tcp`.
    pub ports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
    #[serde(default)]
    names: Option<Vec<String>>,
    #[serde(default)]
    image: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    created: i64,
    #[serde(default)]
    labels: Option<HashMap<String, String>>,
    #[serde(default)]
    ports: Option<Vec<Port>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Port {
    #[serde(rename = "IP", default)]
    ip: String,
    private_port: u16,
    #[serde(default)]
    public_port: Option<u16>,
    #[serde(rename = "Type", default)]
    protocol: String,
}

impl Engine {
    /// Those that run, or all; of one service, or of any. The newest is first.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn launched_containers(
        &self,
        all: bool,
        service: Option<&str>,
    ) -> Result<Vec<LaunchedContainer>, EngineError> {
        self.launched_with(all, service.map(|service| format!("{}={service}", labels::SERVICE))).await
    }

    /// The same, of those that carry a further label.
    pub(super) async fn launched_with(
        &self,
        all: bool,
        further: Option<String>,
    ) -> Result<Vec<LaunchedContainer>, EngineError> {
        let label: Vec<String> = std::iter::once(labels::RUN.to_owned()).chain(further).collect();
        let list = format!("/containers/json?all={}&", u8::from(all));
        let found: Vec<Listed> = self.listed(&list, &json!({ "label": label })).await?;
        Ok(found.into_iter().map(container).collect())
    }
}

fn container(listed: Listed) -> LaunchedContainer {
    let labels = listed.labels.unwrap_or_default();
    let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
    let name = listed.names.iter().flatten().next().map(|name| name.trim_start_matches('/').to_owned());
    let mut ports: Vec<String> = listed.ports.iter().flatten().map(port).collect();
    ports.sort_unstable();
    LaunchedContainer {
        id: listed.id,
        name: name.unwrap_or_default(),
        service: label(labels::SERVICE),
        stack: label(labels::STACK),
        needs: serde_json::from_str(&label(labels::NEEDS)).unwrap_or_default(),
        profile: label(labels::PROFILE),
        image: listed.image,
        state: listed.state,
        status: listed.status,
        created: listed.created,
        ports,
    }
}

fn port(Port { ip, private_port, public_port, protocol }: &Port) -> String {
    let port = format!("{private_port}/{protocol}");
    public_port.map_or(port.clone(), |public| leads(ip, public, &port))
}
