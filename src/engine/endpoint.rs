//! Which engine: `--host`, `--context`, DOCKER_HOST, DOCKER_CONTEXT, docker's current context, the default socket.

use super::client_config;
use crate::finding::{Code, Finding, Origin};
use crate::host::{Host, read_text};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::{Path, PathBuf};

/// Docker's own default.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The port of an engine without TLS, where the address names none.
const DEFAULT_PORT: u16 = 2375;

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port, without TLS.
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
        }
    }
}

/// An engine's address, and where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// The address.
    pub address: Address,
    /// Where it was said.
    pub origin: Origin,
    /// How it was said: `DOCKER_HOST=unix:///PATH`, `--context NAME`.
    pub words: String,
}

impl Endpoint {
    /// The process that holds the engine's socket, from the credentials with which it listens: 0 where it is in a pid
    /// namespace that this process cannot see into. None for an engine behind a port, and where nobody listens.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        let Address::Unix(path) = &self.address else { return None };
        let stream = std::os::unix::net::UnixStream::connect(path).ok()?;
        let peer = getsockopt(&stream, PeerCredentials).ok()?;
        u32::try_from(peer.pid()).ok()
    }
}

/// Chooses the engine, as docker's client does.
///
/// # Errors
/// The address is none that dynrun can connect to, or the context cannot be read. Nothing is asked on the way.
pub fn choose(host: &Host, said: Option<&str>, context: Option<&str>) -> Result<Endpoint, Finding> {
    if let Some(url) = said {
        return said_as(url, Origin::Flag("--host".to_owned()), host);
    }
    if let Some(name) = context {
        return from_context(name, Origin::Flag("--context".to_owned()), host);
    }
    if let Some(name) = ["DOCKER_HOST", "DOCKER_CONTEXT"].into_iter().find(|name| host.is_garbled(name)) {
        return Err(Finding::error(Code::BadValue, format!("{name} is not valid UTF-8")));
    }
    if let Some(url) = host.var_said("DOCKER_HOST") {
        return said_as(url, Origin::Variable("DOCKER_HOST".to_owned()), host);
    }
    if let Some(name) = host.var_said("DOCKER_CONTEXT") {
        return from_context(name, Origin::Variable("DOCKER_CONTEXT".to_owned()), host);
    }
    if let Some(name) = client_config::current_context(host) {
        return from_context(&name, Origin::Rule("docker's current context"), host);
    }
    Ok(default_endpoint())
}

fn default_endpoint() -> Endpoint {
    let address = Address::Unix(DEFAULT_SOCKET.into());
    let words = address.to_string();
    Endpoint { address, origin: Origin::Rule("docker's default"), words }
}

/// A word as it was said there: an address, or the name of a context.
fn words(word: &str, origin: &Origin) -> String {
    match origin {
        Origin::Flag(flag) => format!("{flag} {word}"),
        Origin::Variable(name) => format!("{name}={word}"),
        Origin::File(_) | Origin::Rule(_) => word.to_owned(),
    }
}

/// The engine at an address that was itself said there.
fn said_as(url: &str, origin: Origin, host: &Host) -> Result<Endpoint, Finding> {
    let words = words(url, &origin);
    endpoint(url, origin, words, host)
}

fn endpoint(url: &str, origin: Origin, words: String, host: &Host) -> Result<Endpoint, Finding> {
    let wrong = |problem: &str| {
        Finding::error(Code::EngineAddress, format!("the engine's address is unusable: {problem}"))
            .asked(words.clone(), &origin)
            .help("the accepted forms are unix:///PATH and tcp://HOST:PORT")
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(wrong("it has no scheme"));
    };
    let address = match scheme {
        "unix" if rest.is_empty() => Address::Unix(DEFAULT_SOCKET.into()),
        "unix" if !rest.starts_with('/') => return Err(wrong("the socket's path is not absolute")),
        "unix" => Address::Unix(rest.into()),
        "tcp" | "http" if host.var_said("DOCKER_TLS_VERIFY").is_some() => {
            return Err(wrong("DOCKER_TLS_VERIFY asks for TLS, which this version does not speak"));
        }
        "tcp" | "http" => tcp(rest).ok_or_else(|| wrong("it is not HOST:PORT"))?,
        "ssh" | "https" | "fd" | "npipe" => {
            return Err(wrong(&format!("this version does not speak {scheme}")));
        }
        _ => return Err(wrong("its scheme is unknown")),
    };
    Ok(Endpoint { address, origin, words })
}

fn tcp(rest: &str) -> Option<Address> {
    let rest = rest.trim_end_matches('/');
    if rest.is_empty() || rest.contains('/') || rest.contains('@') {
        return None;
    }
    let bracketed = rest.starts_with('[') && rest.ends_with(']');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !bracketed => (host, port.parse().ok()?),
        _ => (rest, DEFAULT_PORT),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| Address::Tcp { host: host.to_owned(), port })
}

fn from_context(name: &str, origin: Origin, host: &Host) -> Result<Endpoint, Finding> {
    if name == "default" {
        return match host.var_said("DOCKER_HOST") {
            Some(url) => said_as(url, Origin::Variable("DOCKER_HOST".to_owned()), host),
            None => Ok(default_endpoint()),
        };
    }
    let wrong = |problem: String| {
        Finding::error(Code::EngineContext, format!("the docker context `{name}` {problem}"))
            .asked(words(name, &origin), &origin)
            .help("docker context ls")
    };
    let folder =
        client_config::folder(host).ok_or_else(|| wrong("cannot be found: HOME is not set".to_owned()))?;
    let meta = context_file(&folder, name);
    let text = read_text(&meta).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => wrong("does not exist".to_owned()),
        _ => wrong(format!("cannot be read: {error}")),
    })?;
    let url = context_host(&text).ok_or_else(|| wrong("names no docker endpoint".to_owned()))?;
    let words = words(name, &origin);
    endpoint(&url, origin, words, host)
}

/// Docker files a context under the SHA-256 of its name.
fn context_file(folder: &Path, name: &str) -> PathBuf {
    let digest = hex(&Sha256::digest(name.as_bytes()));
    folder.join("contexts/meta").join(digest).join("meta.json")
}

fn context_host(text: &str) -> Option<String> {
    let meta: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(meta.get("Endpoints")?.get("docker")?.get("Host")?.as_str()?.to_owned())
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str) -> Result<String, String> {
        let host = Host::default();
        choose(&host, Some(url), None)
            .map(|endpoint| endpoint.address.to_string())
            .map_err(|finding| finding.message)
    }

    #[test]
    fn addresses_are_read_without_asking_anybody() {
        let wrong = |problem: &str| Err(format!("the engine's address is unusable: {problem}"));
        for (url, want) in [
            ("unix:///run/d.sock", Ok("unix:///run/d.sock".to_owned())),
            ("unix://", Ok("unix:///var/run/docker.sock".to_owned())),
            ("tcp://127.0.0.1:2376", Ok("tcp://127.0.0.1:2376".to_owned())),
            ("tcp://[::1]:99", Ok("tcp://::1:99".to_owned())),
            ("tcp://h", Ok("tcp://h:2375".to_owned())),
            ("garbage", wrong("it has no scheme")),
            ("unix://relative", wrong("the socket's path is not absolute")),
            ("tcp://", wrong("it is not HOST:PORT")),
            ("tcp://h:x", wrong("it is not HOST:PORT")),
            ("ssh://h", wrong("this version does not speak ssh")),
            ("gopher://h", wrong("its scheme is unknown")),
        ] {
            assert_eq!(chosen(url), want, "{url}");
        }
    }

    #[test]
    fn precedence_is_dockers() {
        let folder = tempfile::tempdir().unwrap();
        let meta = context_file(folder.path(), "desk");
        std::fs::create_dir_all(meta.parent().unwrap()).unwrap();
        std::fs::write(&meta, r#"{"Name":"desk","Endpoints":{"docker":{"Host":"unix:///desk"}}}"#).unwrap();
        std::fs::write(folder.path().join("config.json"), r#"{"currentContext":"desk"}"#).unwrap();
        let mut host = Host::default();
        host.env.insert("DOCKER_CONFIG".into(), folder.path().into());
        let mut at = |name: &str, value: &str| {
            if !name.is_empty() {
                host.env.insert(name.into(), value.into());
            }
            choose(&host, None, None).map(|endpoint| endpoint.address.to_string()).unwrap_or_default()
        };
        assert_eq!(at("", ""), "unix:///desk");
        assert_eq!(at("DOCKER_CONTEXT", "default"), "unix:///var/run/docker.sock");
        assert_eq!(at("DOCKER_HOST", "unix:///env"), "unix:///env");
        let flag = choose(&host, None, Some("desk")).map(|endpoint| endpoint.address.to_string());
        assert_eq!(flag.ok().as_deref(), Some("unix:///desk"));
        let missing = choose(&host, None, Some("nowhere")).unwrap_err();
        assert_eq!(missing.message, "the docker context `nowhere` does not exist");
    }
}
