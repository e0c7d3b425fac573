//! What can go wrong between dynrun and an engine.

use super::endpoint::Endpoint;
use crate::finding::{Code, Finding};
use std::io;
use std::time::Duration;
use thiserror::Error;

/// How many bytes of a foreign answer are worth showing.
const MAX_WORDS: usize = 200;

/// Why a request had no good answer.
#[derive(Debug, Clone, Error)]
pub enum EngineError {
    /// Nobody listens at the address.
    #[error("nobody answers: {0}")]
    Unreachable(String),
    /// The socket may not be opened.
    #[error("permission denied")]
    Denied,
    /// No answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// The connection broke before the answer was whole.
    #[error("the connection broke: {0}")]
    Cut(String),
    /// The answer is none that an engine gives.
    #[error("the answer is not an engine's: {0}")]
    Garbled(String),
    /// The engine refused, with its own words.
    #[error("{message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
}

impl EngineError {
    /// What a refusal's body says.
    pub(super) fn refused(status: u16, body: &[u8]) -> Self {
        let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
        let said = json.as_ref().and_then(|json| json.get("message")).and_then(|message| message.as_str());
        let message = match said {
            Some(words) => words.to_owned(),
            None => shortened(&String::from_utf8_lossy(body), status),
        };
        Self::Refused { status, message }
    }

    pub(super) fn garbled(error: impl std::fmt::Display) -> Self {
        Self::Garbled(error.to_string())
    }

    /// Whether the engine answered with this status.
    #[must_use]
    pub fn is_status(&self, wanted: u16) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }

    /// The finding for a request that failed, when the engine was to do this.
    #[must_use]
    pub fn finding(&self, doing: &str, endpoint: &Endpoint) -> Finding {
        let Endpoint { address, origin, words } = endpoint;
        let place = format!("the engine at {address}");
        match self {
            Self::Unreachable(why) => {
                Finding::error(Code::EngineUnreachable, format!("no engine answers at {address}: {why}"))
                    .asked(words, origin)
                    .help("start it: systemctl start docker, or: dockerd")
                    .help("or name another: --host unix:///PATH, or DOCKER_HOST")
            }
            Self::Denied => {
                Finding::error(Code::EngineDenied, format!("{address} may not be opened by this user"))
                    .asked(words, origin)
                    .help("join the group of the socket: usermod -aG docker $USER, then log in again")
            }
            Self::Silent(deadline) => {
                let seconds = deadline.as_secs();
                let message = format!("{place} did not answer within {seconds} s when asked to {doing}");
                Finding::error(Code::EngineSilent, message).asked(words, origin)
            }
            Self::Cut(why) => {
                let message = format!("{place} broke the connection when asked to {doing}");
                Finding::error(Code::EngineLost, message).noted(why.clone())
            }
            Self::Garbled(why) => {
                let message = format!("{place} gave an answer that is not an engine's when asked to {doing}");
                Finding::error(Code::EngineError, message).noted(why.clone())
            }
            Self::Refused { status: 403, message } => {
                Finding::error(Code::EngineDenied, format!("{place} does not allow this user to {doing}"))
                    .noted(format!("the engine says: {message}"))
            }
            Self::Refused { message, .. } => {
                Finding::error(Code::EngineError, format!("{place} refused to {doing}"))
                    .noted(format!("the engine says: {message}"))
            }
        }
    }
}

/// The beginning of an answer that is not the engine's JSON.
fn shortened(text: &str, status: u16) -> String {
    let text = text.trim();
    if text.is_empty() {
        return format!("(status {status}, without words)");
    }
    let mut end = text.len().min(MAX_WORDS);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let more = if end < text.len() { "..." } else { "" };
    format!("{}{more} (status {status})", &text[..end])
}

impl From<io::Error> for EngineError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::NotFound => Self::Unreachable("the socket does not exist".to_owned()),
            io::ErrorKind::ConnectionRefused => Self::Unreachable("connection refused".to_owned()),
            _ if error.get_ref().is_some_and(|inner| inner.is::<hyper::Error>()) => {
                Self::Cut(error.to_string())
            }
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

impl From<bollard::errors::Error> for EngineError {
    fn from(error: bollard::errors::Error) -> Self {
        use bollard::errors::Error;
        match error {
            Error::DockerResponseServerError { status_code, message } => {
                Self::Refused { status: status_code, message }
            }
            Error::DockerStreamError { error } => Self::Refused { status: 500, message: error },
            Error::IOError { err } => Self::from(err),
            Error::RequestTimeoutError => Self::Silent(super::ANSWER),
            Error::HyperResponseError { err } => Self::Cut(err.to_string()),
            other => Self::Garbled(other.to_string()),
        }
    }
}
