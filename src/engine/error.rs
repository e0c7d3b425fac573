//! What can go wrong between dynrun and an engine.

use super::address::Address;
use super::connect::ConnectFault;
use super::endpoint::Endpoint;
use crate::finding::{Code, Finding};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;
use thiserror::Error;

/// How many bytes of a foreign answer are worth showing.
const MAX_WORDS: usize = 200;
/// How an engine begins to say that one of its authorisation plugins has said no.
const PLUGIN_DENIED: &str = "authorization denied by plugin";
/// How an engine begins to say that it does not speak the version that it was asked in.
const CLIENT_VERSION: &str = "client version ";

/// Why a request had no good answer.
#[derive(Debug, Clone, Error)]
pub enum EngineError {
    /// Nothing is at the address, or no way leads there.
    #[error("nobody answers: {0}")]
    Unreachable(String),
    /// Nobody listens, though something is there.
    #[error("connection refused")]
    NotListening,
    /// There is no connection, for a reason that the system does not know.
    #[error("{0}")]
    Connect(ConnectFault),
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
        let Endpoint { address, origin, words, .. } = endpoint;
        let place = format!("the engine at {address}");
        match self {
            Self::Unreachable(why) => {
                Finding::error(Code::EngineUnreachable, format!("no engine answers at {address}: {why}"))
                    .asked(words, origin)
                    .help("start it: systemctl start docker, or: dockerd")
                    .help("or name another: --host unix:///PATH, or DOCKER_HOST")
            }
            Self::NotListening => not_listening(endpoint),
            Self::Connect(fault) => fault.finding(endpoint),
            Self::Denied => {
                let group = socket_group(address).unwrap_or_else(|| "docker".to_owned());
                Finding::error(Code::EngineDenied, format!("{address} may not be opened by this user"))
                    .asked(words, origin)
                    .help(format!(
                        "join the group of the socket: usermod -aG {group} $USER, then log in again"
                    ))
            }
            Self::Silent(deadline) => {
                let seconds = deadline.as_secs();
                let message = format!("{place} did not answer within {seconds} s when asked to {doing}");
                silent(Finding::error(Code::EngineSilent, message).asked(words, origin), endpoint)
            }
            Self::Cut(why) => {
                let message = format!("{place} broke the connection when asked to {doing}");
                Finding::error(Code::EngineLost, message).noted(why.clone())
            }
            Self::Garbled(why) => {
                let message = format!("{place} gave an answer that is not an engine's when asked to {doing}");
                Finding::error(Code::EngineError, message).noted(why.clone())
            }
            Self::Refused { status: 403, message } if message.contains(PLUGIN_DENIED) => {
                let message = message.trim();
                Finding::error(Code::PluginDenied, format!("a plugin of {place} does not allow to {doing}"))
                    .asked(words, origin)
                    .noted(format!("the engine says: {message}"))
                    .help("ask whoever runs the engine; on its machine: docker info --format '{{.Plugins.Authorization}}'")
            }
            Self::Refused { status: 400, message } if message.starts_with(CLIENT_VERSION) => {
                versions(message, endpoint)
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

/// Something is there, and nobody listens.
fn not_listening(endpoint: &Endpoint) -> Finding {
    let Endpoint { address, origin, words, .. } = endpoint;
    let message = format!("nobody listens at {address}: connection refused");
    let finding = Finding::error(Code::EngineNotListening, message).asked(words, origin);
    match address {
        Address::Unix(_) => finding
            .noted("the socket is there: an engine that has ended has left it, or one is just starting")
            .help("start it: systemctl start docker, or: dockerd"),
        Address::Tcp { .. } | Address::Ssh(_) => finding
            .help("start it there, with this address among its own: dockerd --host tcp://ADDRESS:PORT --tlsverify")
            .help("or go through ssh: --host ssh://USER@HOST"),
    }
}

/// The finding for an engine that is silent, with why that is, where its process is on this machine.
fn silent(finding: Finding, endpoint: &Endpoint) -> Finding {
    match endpoint.peer_pid().and_then(stopped) {
        Some((pid, name)) => finding
            .noted(format!("its process is stopped: {name}, pid {pid}"))
            .help(format!("let it go on: kill -CONT {pid}")),
        None => finding,
    }
}

/// The process and its name, where a signal has stopped it.
fn stopped(pid: u32) -> Option<(u32, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let is_stopped = rest.trim_start().starts_with(['T', 't']);
    is_stopped.then(|| (pid, name.to_owned()))
}

/// The group whose members may open the engine's socket, by its name in the machine's own list.
fn socket_group(address: &Address) -> Option<String> {
    let Address::Unix(path) = address else { return None };
    let found = path.metadata().ok().filter(|found| found.mode() & 0o060 == 0o060 && found.gid() != 0)?;
    let gid = found.gid().to_string();
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    let name = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == gid).then(|| name.to_owned())
    });
    Some(name.unwrap_or(gid))
}

/// The engine and dynrun have no version of the API in common, as the engine found.
fn versions(message: &str, endpoint: &Endpoint) -> Finding {
    let is_old = message.contains("too new");
    let (code, what, help) = match is_old {
        true => (Code::EngineVersion, "too old", "update the engine"),
        false => (Code::EngineTooNew, "too new", "update dynrun"),
    };
    let newest = super::NEWEST;
    let said = format!("the engine is {what} for dynrun, which speaks API {} to {newest}", super::OLDEST);
    Finding::error(code, said)
        .asked(&endpoint.words, &endpoint.origin)
        .noted(format!("the engine says: {message}"))
        .help(help)
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
            io::ErrorKind::ConnectionRefused => Self::NotListening,
            _ if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<ConnectFault>()) => {
                Self::Connect(fault.clone())
            }
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
