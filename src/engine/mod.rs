//! A spec into API requests, a running container, or nothing at all. The only room that knows bollard.

mod actual;
mod address;
mod age;
mod alias;
mod anew;
mod aside;
mod ask;
mod blame;
mod body;
mod build;
mod cidfile;
mod client_config;
mod connect;
mod container;
mod context;
mod deviations;
mod endpoint;
mod error;
mod events;
mod exec;
mod extract;
mod folder;
mod gpus;
mod greeting;
mod health;
mod image;
mod info;
mod joining;
mod labels;
mod launch;
mod launched;
mod lines;
mod log;
mod made;
mod names;
mod namesake;
mod network;
mod occupant;
mod orphans;
mod own_image;
mod portrait;
mod program;
mod proof;
mod record;
mod replaced;
mod retold;
mod reuse;
mod rights;
mod running;
mod ssh;
mod stack;
mod start;
mod state;
mod stopped;
mod swarm;
mod tls;
mod transport;
mod twins;
mod volume;

pub use actual::{ActualOption, Inspection};
pub use address::Address;
pub use alias::Reachable;
pub use aside::way_to_free;
pub use body::create_request;
pub use build::unbuildable;
pub use cidfile::{undo as undo_cidfile, write_again as cidfile_of_reused};
pub use client_config::{detach_keys, proxies};
pub use connect::ConnectFault;
pub use container::{Attached, Exit, Wait};
pub use deviations::{DEVIATIONS, Deviation};
pub use endpoint::{Endpoint, choose};
pub use error::EngineError;
pub use exec::{Exec, ExecError, ExecState, Started, create_body as exec_request};
pub use extract::{PathArchive, PathStat, extract};
pub use folder::ungivable;
pub use health::Health;
pub use image::{CredentialStore, ImageFacts, Layer, Phase};
pub use info::EngineInfo;
pub use labels::{Identity, LABEL_PREFIX};
pub use launch::{
    CalledOff, Calls, Cancel, Fresh, LaunchError, Launched, Observer, Step, called_off, launch,
};
pub use launched::LaunchedContainer;
pub use log::{LogPart, Outputs};
pub use names::{context_names, names};
pub use namesake::{Namesake, SetAside, Way};
pub use network::{Difference, NetworkState};
pub use orphans::{Asker, Kind, Leftover, Verdict};
pub use portrait::Portrait;
pub use record::Record;
pub use replaced::{Remains, Underway, Unproven};
pub use retold::retold;
pub use reuse::Taken;
pub use running::{PublishedPort, RunningContainer, short_id};
pub use ssh::{SshFault, SshTarget, Tunnel};
pub use stack::{NetworkMaking, StackContainer, StackNetwork};
pub use state::ContainerState;
pub use stopped::{StoppedContainer, StoppedPort};
pub use swarm::SwarmState;
pub use tls::{Tls, TlsFault};
pub use transport::{ApiVersion, Listener, Listeners};

use crate::finding::Finding;
use bollard::Docker;
use connect::Connector;
use greeting::{Greeting, greet, ping};
use launch::urged;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use transport::Transport;

/// The newest API that the tests cover: requests are made under it, or under the engine's where that is older.
pub const NEWEST: ApiVersion = ApiVersion(1, 50);
/// The oldest API that has everything a launch needs.
pub const OLDEST: ApiVersion = ApiVersion(1, 41);

/// How long an engine may take to say that it is there.
const PING: Duration = Duration::from_secs(5);
/// How long an engine may take to answer a question.
const ANSWER: Duration = Duration::from_secs(30);
/// How long an engine may take to make or start a container: it mounts, allocates and forks on the way.
const WORK: Duration = Duration::from_secs(120);

/// An engine that answers.
#[derive(Debug, Clone)]
pub struct Engine {
    endpoint: Endpoint,
    transport: Transport,
    docker: Docker,
    version: ApiVersion,
    /// The newest version that the engine speaks.
    found: ApiVersion,
    is_podman: bool,
    /// What registries are shown.
    credentials: CredentialStore,
    /// What it says of itself, once it was asked.
    info: Arc<OnceCell<EngineInfo>>,
}

impl Engine {
    /// Connects, and agrees on a version of the API.
    ///
    /// # Errors
    /// Nobody answers, the caller may not ask, or the API is too old.
    pub async fn connect(endpoint: Endpoint, listeners: Listeners) -> Result<Self, Finding> {
        let tls = match &endpoint.address {
            Address::Tcp { tls: Some(tls), .. } => {
                let config = tls.settings().map_err(|fault| {
                    EngineError::Connect(ConnectFault::Tls(fault)).finding("connect", &endpoint)
                })?;
                Some((tls.clone(), Arc::new(config)))
            }
            Address::Tcp { tls: None, .. } | Address::Unix(_) | Address::Ssh(_) => None,
        };
        let connector = Connector { address: endpoint.address.clone(), tls, askpass: endpoint.askpass };
        let transport = Transport::new(connector, listeners);
        let Greeting { found, is_podman } = greet(&transport, &endpoint).await?;
        let version = found.min(NEWEST);
        let docker = docker(&transport).map_err(|error| error.finding("connect", &endpoint))?;
        Ok(Self {
            endpoint,
            transport,
            docker,
            version,
            found,
            is_podman,
            credentials: CredentialStore::default(),
            info: Arc::default(),
        })
    }

    /// The same engine, for a caller who has credentials for registries.
    #[must_use]
    pub fn with_credentials(self, credentials: CredentialStore) -> Self {
        Self { credentials, ..self }
    }

    /// Where the engine is, and who said so.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether the engine is there, and says so in time.
    pub async fn answers(&self, limit: Duration) -> bool {
        ping(&self.transport, limit).await.is_ok()
    }

    /// Whether podman answers in an engine's place.
    #[must_use]
    pub fn is_podman(&self) -> bool {
        self.is_podman
    }

    /// The process that holds the engine's socket: `Endpoint::peer_pid`.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        self.endpoint.peer_pid()
    }

    /// The newest version of the API that the engine speaks.
    #[must_use]
    pub fn newest(&self) -> ApiVersion {
        self.found
    }

    /// The version under which requests are made.
    #[must_use]
    pub fn version(&self) -> ApiVersion {
        self.version
    }
}

/// bollard's client, over our own transport.
fn docker(transport: &Transport) -> Result<Docker, EngineError> {
    let transport = transport.clone();
    let send = move |request: bollard::BollardRequest| {
        let transport = transport.clone();
        async move { transport.send(request).await.map_err(bollard::errors::Error::from) }
    };
    let address = Some("http://docker");
    let docker =
        Docker::connect_with_custom_transport(send, address, ANSWER.as_secs(), bollard::API_DEFAULT_VERSION)?;
    Ok(docker)
}
