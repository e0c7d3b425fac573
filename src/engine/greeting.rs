//! The first words with an engine: that it is one, and which versions of the API it speaks.

use super::address::Address;
use super::connect::ConnectFault;
use super::error::EngineError;
use super::tls::TlsFault;
use super::transport::{ApiVersion, Transport, whole};
use super::{Endpoint, NEWEST, OLDEST, PING, ssh};
use crate::finding::{Code, Finding};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::Empty;
use hyper::body::Incoming;
use std::time::Duration;

/// What Go's server says, in plain text, where TLS is its language.
const WANTS_TLS: &str = "Client sent an HTTP request to an HTTPS server";
/// What podman calls itself in its answers.
const PODMAN: &str = "Libpod/";

/// What an engine says of itself at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Greeting {
    /// The newest version of the API that it speaks.
    pub(super) found: ApiVersion,
    /// Whether it is podman, which answers in an engine's place.
    pub(super) is_podman: bool,
}

/// Greets the engine, and fixes the version that is spoken with it.
pub(super) async fn greet(transport: &Transport, endpoint: &Endpoint) -> Result<Greeting, Finding> {
    let greeting = ping(transport, limit(&endpoint.address)).await;
    let greeting = greeting.map_err(|error| refused(error, endpoint))?;
    let found = greeting.found;
    if found < OLDEST {
        let message = format!("the engine speaks API {found}; dynrun needs {OLDEST} or newer");
        let finding = Finding::error(Code::EngineVersion, message).asked(&endpoint.words, &endpoint.origin);
        return Err(finding.help("update the engine: Docker 20.10 speaks API 1.41"));
    }
    if found > NEWEST {
        // A newer one may have given up on what dynrun speaks.
        let known = transport.call(Method::GET, &format!("/v{NEWEST}/_ping"), None, PING).await;
        if let Err(error @ EngineError::Refused { status: 400, .. }) = known {
            return Err(refused(error, endpoint));
        }
    }
    transport.speak(found.min(NEWEST));
    Ok(greeting)
}

/// How long a greeting may take.
fn limit(address: &Address) -> Duration {
    match address {
        Address::Ssh(_) => PING + ssh::CONNECT,
        Address::Unix(_) | Address::Tcp { .. } => PING,
    }
}

/// Asks the engine what it speaks.
pub(super) async fn ping(transport: &Transport, limit: Duration) -> Result<Greeting, EngineError> {
    let asked = async {
        let answer = asked(transport, Method::HEAD).await?;
        if let Some(found) = version(answer.headers()) {
            return Ok(Greeting { found, is_podman: is_podman(answer.headers()) });
        }
        let status = answer.status();
        if status.is_success() {
            return Err(EngineError::Garbled("it names no version of its API".to_owned()));
        }
        // The answer to a HEAD has no words.
        let answer = asked(transport, Method::GET).await?;
        let words = if answer.status() == status { whole(answer.into_body()).await? } else { Bytes::new() };
        let is_json = serde_json::from_slice::<serde_json::Value>(&words).is_ok();
        match EngineError::refused(status.as_u16(), &words) {
            EngineError::Refused { message, .. } if message.contains(WANTS_TLS) => {
                Err(EngineError::Connect(ConnectFault::Tls(TlsFault::NotAsked)))
            }
            EngineError::Refused { message, .. } if !is_json && !words.is_empty() => {
                Err(EngineError::Garbled(message))
            }
            error => Err(error),
        }
    };
    tokio::time::timeout(limit, asked).await.unwrap_or(Err(EngineError::Silent(limit)))
}

async fn asked(transport: &Transport, method: Method) -> Result<Response<Incoming>, EngineError> {
    let request = Request::builder().method(method).uri("/_ping").body(Empty::<Bytes>::new());
    let answer = transport.send(request.map_err(EngineError::garbled)?).await;
    answer.map_err(|error| {
        let told = error.get_ref().and_then(|inner| inner.downcast_ref::<hyper::Error>());
        match told {
            Some(told) if told.is_parse() => EngineError::garbled(told),
            Some(_) | None => EngineError::from(error),
        }
    })
}

fn version(headers: &HeaderMap) -> Option<ApiVersion> {
    headers.get("api-version")?.to_str().ok().and_then(ApiVersion::parse)
}

fn is_podman(headers: &HeaderMap) -> bool {
    headers.contains_key("libpod-api-version")
        || headers
            .get(header::SERVER)
            .and_then(|server| server.to_str().ok())
            .is_some_and(|server| server.starts_with(PODMAN))
}

/// The finding for a greeting that failed.
fn refused(error: EngineError, endpoint: &Endpoint) -> Finding {
    let Endpoint { address, origin, words, .. } = endpoint;
    match error {
        EngineError::Garbled(why) => {
            Finding::error(Code::NotAnEngine, format!("what answers at {address} is no Docker Engine"))
                .asked(words, origin)
                .noted(why)
                .help("name the engine's own address: --host unix:///var/run/docker.sock, or DOCKER_HOST")
        }
        // What the connection broke of, the other side may not have had the time to say.
        EngineError::Cut(_) if has_no_certificate(address) => {
            let error = EngineError::Connect(ConnectFault::Tls(TlsFault::Unknown));
            error.finding("say its version", endpoint)
        }
        error => error.finding("say its version", endpoint),
    }
}

/// Whether TLS is spoken, and this side does not say who it is.
fn has_no_certificate(address: &Address) -> bool {
    matches!(address, Address::Tcp { tls: Some(tls), .. } if tls.cert.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podman_is_known_by_its_answers() {
        let headers = |said: &[(&'static str, &'static str)]| {
            let said = said.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            is_podman(&said.collect())
        };
        assert!(headers(&[("Libpod-Api-Version", "5.4.2"), ("Server", "Libpod/5.4.2 (linux)")]));
        assert!(headers(&[("Server", "Libpod/4.3.1 (linux)")]));
        assert!(!headers(&[("Server", "Docker/26.1.5 (linux)"), ("Api-Version", "1.45")]));
        assert!(!headers(&[]));
    }
}
