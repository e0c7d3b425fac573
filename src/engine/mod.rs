//! A spec into API requests, a running container, or nothing at all. The only room that knows bollard.

mod actual;
mod age;
mod ask;
mod blame;
mod body;
mod cidfile;
mod client_config;
mod container;
mod deviations;
mod endpoint;
mod error;
mod exec;
mod folder;
mod gpus;
mod image;
mod info;
mod joining;
mod labels;
mod launch;
mod launched;
mod log;
mod made;
mod namesake;
mod network;
mod orphans;
mod own_image;
mod program;
mod rights;
mod running;
mod start;
mod state;
mod stopped;
mod swarm;
mod transport;
mod volume;

pub use actual::{ActualOption, Inspection};
pub use body::create_request;
pub use client_config::{detach_keys, proxies};
pub use container::{Attached, Exit, Wait};
pub use deviations::{DEVIATIONS, Deviation};
pub use endpoint::{Address, Endpoint, choose};
pub use error::EngineError;
pub use exec::{Exec, ExecError, ExecState, Started, create_body as exec_request};
pub use image::{ImageFacts, missing as image_missing};
pub use info::EngineInfo;
pub use labels::{Identity, LABEL_PREFIX};
pub use launch::{
    CalledOff, Calls, Cancel, Fresh, LaunchError, Launched, Observer, Step, called_off, launch,
};
pub use launched::LaunchedContainer;
pub use log::{LogPart, Outputs};
pub use namesake::{Namesake, SetAside, Way};
pub use network::NetworkState;
pub use orphans::{Asker, Kind, Leftover, Verdict};
pub use running::{PublishedPort, RunningContainer, short_id};
pub use state::{ContainerState, Health};
pub use stopped::{StoppedContainer, StoppedPort};
pub use swarm::SwarmState;
pub use transport::{ApiVersion, Listener, Listeners};

use crate::finding::{Code, Finding};
use bollard::Docker;
use http::{Method, header::HeaderName};
use launch::urged;
use std::time::Duration;
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
}

impl Engine {
    /// Connects, and agrees on a version of the API.
    ///
    /// # Errors
    /// Nobody answers, the caller may not ask, or the API is too old.
    pub async fn connect(endpoint: Endpoint, listeners: Listeners) -> Result<Self, Finding> {
        let transport = Transport::new(endpoint.address.clone(), listeners);
        let found = ping(&transport).await.map_err(|error| error.finding("say its version", &endpoint))?;
        if found < OLDEST {
            let message = format!("the engine speaks API {found}; dynrun needs {OLDEST} or newer");
            let finding = Finding::error(Code::EngineVersion, message);
            return Err(finding.asked(endpoint.address.to_string(), &endpoint.origin));
        }
        let version = found.min(NEWEST);
        transport.speak(version);
        let docker = docker(&transport).map_err(|error| error.finding("connect", &endpoint))?;
        Ok(Self { endpoint, transport, docker, version, found })
    }

    /// Where the engine is, and who said so.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether the engine is there, and says so in time.
    pub async fn answers(&self, limit: Duration) -> bool {
        tokio::time::timeout(limit, ping(&self.transport)).await.is_ok_and(|answer| answer.is_ok())
    }

    /// The process that holds the engine's socket: `Endpoint::peer_pid`.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        self.endpoint.peer_pid()
    }

    /// The version under which requests are made.
    #[must_use]
    pub fn version(&self) -> ApiVersion {
        self.version
    }
}

/// Asks the engine for the version of its API.
async fn ping(transport: &Transport) -> Result<ApiVersion, EngineError> {
    let asked = async {
        let request = http::Request::builder()
            .method(Method::HEAD)
            .uri("/_ping")
            .body(http_body_util::Empty::<bytes::Bytes>::new())
            .map_err(EngineError::garbled)?;
        let answer = transport.send(request).await.map_err(EngineError::from)?;
        let header = answer.headers().get(HeaderName::from_static("api-version"));
        match header.and_then(|value| value.to_str().ok()).and_then(ApiVersion::parse) {
            Some(version) => Ok(version),
            None if answer.status().is_success() => {
                Err(EngineError::Garbled("it names no version of its API".to_owned()))
            }
            None => {
                let status = answer.status().as_u16();
                Err(EngineError::refused(status, &transport::whole(answer.into_body()).await?))
            }
        }
    };
    tokio::time::timeout(PING, asked).await.unwrap_or(Err(EngineError::Silent(PING)))
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
