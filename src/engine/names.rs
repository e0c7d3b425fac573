//! The names that an engine knows, for whoever completes a word: one request, answered soon or not at all. Nothing is
//! started for it: an engine that only ssh leads to is not asked.

use super::connect::Connector;
use super::context;
use super::transport::{Listeners, Transport};
use super::{Address, Endpoint, client_config, labels};
use crate::host::Host;
use crate::values::Names;
use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The networks that every engine has, which the modes of the same words lead to.
const PREDEFINED: [&str; 4] = ["bridge", "host", "none", "ingress"];
/// The list of all containers.
const ALL: &str = "/containers/json?all=1";
/// How many hexadecimal digits the engine names a volume with that nobody named.
const ANONYMOUS: usize = 64;

/// Names of one kind, each with a line for people; none where the engine does not tell in time.
pub async fn names(endpoint: &Endpoint, kind: Names, within: Duration) -> Vec<(String, String)> {
    let Some(transport) = transport(endpoint) else { return Vec::new() };
    let asked = Asked { transport, within };
    match kind {
        Names::Containers => named(asked.containers(ALL).await),
        Names::Running => named(asked.containers("/containers/json").await),
        Names::RunningStacks => stacks(&asked.containers(ALL).await),
        Names::Logged => {
            let containers = asked.containers(ALL).await;
            let stacks = stacks(&containers);
            named(containers).into_iter().chain(stacks).collect()
        }
        Names::Networks => asked.networks().await,
        Names::Images => asked.images().await,
        Names::Volumes => asked.volumes().await,
        Names::Services
        | Names::Profiles
        | Names::Stacks
        | Names::Groups
        | Names::Members
        | Names::Composed
        | Names::Options
        | Names::Codes
        | Names::Checks
        | Names::Contexts
        | Names::Variables
        | Names::Ports
        | Names::Gpus
        | Names::LogDrivers
        | Names::LogOptions => Vec::new(),
    }
}

/// The names of docker's contexts.
#[must_use]
pub fn context_names(host: &Host) -> Vec<String> {
    let known = client_config::folder(host).map(|folder| context::names(&folder)).unwrap_or_default();
    std::iter::once("default".to_owned()).chain(known).collect()
}

fn transport(endpoint: &Endpoint) -> Option<Transport> {
    let tls = match &endpoint.address {
        Address::Ssh(_) => return None,
        Address::Tcp { tls: Some(tls), .. } => Some((tls.clone(), Arc::new(tls.settings().ok()?))),
        Address::Tcp { tls: None, .. } | Address::Unix(_) => None,
    };
    let connector = Connector { address: endpoint.address.clone(), tls, askpass: endpoint.askpass };
    Some(Transport::new(connector, Listeners::default()))
}

/// An engine that is asked once, without agreeing on a version first: these lists are the same in all.
struct Asked {
    transport: Transport,
    within: Duration,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Container {
    names: Option<Vec<String>>,
    image: Option<String>,
    status: Option<String>,
    labels: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Named {
    name: String,
    driver: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Image {
    repo_tags: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Volumes {
    volumes: Option<Vec<Named>>,
}

impl Asked {
    async fn get<T: DeserializeOwned + Default>(&self, path: &str) -> T {
        let answer = self.transport.call(Method::GET, path, None, self.within).await;
        answer.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    async fn containers(&self, path: &str) -> Vec<Container> {
        self.get(path).await
    }

    async fn networks(&self) -> Vec<(String, String)> {
        let networks: Vec<Named> = self.get("/networks").await;
        let made = networks.into_iter().filter(|network| !PREDEFINED.contains(&network.name.as_str()));
        made.map(Named::with_driver).collect()
    }

    async fn images(&self) -> Vec<(String, String)> {
        let images: Vec<Image> = self.get("/images/json").await;
        let tags = images.into_iter().flat_map(|image| image.repo_tags.unwrap_or_default());
        tags.filter(|tag| !tag.starts_with("<none>")).map(|tag| (tag, String::new())).collect()
    }

    async fn volumes(&self) -> Vec<(String, String)> {
        let volumes: Volumes = self.get("/volumes").await;
        let is_named = |volume: &Named| {
            volume.name.len() != ANONYMOUS || !volume.name.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        volumes.volumes.into_iter().flatten().filter(is_named).map(Named::with_driver).collect()
    }
}

/// The containers, each by a name of its own.
fn named(containers: Vec<Container>) -> Vec<(String, String)> {
    let named = containers.into_iter().filter_map(|container| {
        // A container that another links to has a name below that one's, too.
        let names = container.names.unwrap_or_default();
        let name = names.iter().map(|name| name.trim_start_matches('/')).find(|name| !name.contains('/'))?;
        let about = [container.image, container.status].into_iter().flatten().collect::<Vec<_>>();
        Some((name.to_owned(), about.join(", ")))
    });
    named.collect()
}

/// The stacks that containers are of, each with their services.
fn stacks(containers: &[Container]) -> Vec<(String, String)> {
    let mut stacks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for labels in containers.iter().filter_map(|container| container.labels.as_ref()) {
        if let Some(stack) = labels.get(labels::STACK) {
            let service = labels.get(labels::SERVICE).map(String::as_str);
            stacks.entry(stack).or_default().extend(service);
        }
    }
    stacks.into_iter().map(|(name, services)| (name.to_owned(), services.join(", "))).collect()
}

impl Named {
    fn with_driver(self) -> (String, String) {
        (self.name, self.driver.unwrap_or_default())
    }
}
