//! Which engine: `--host`, `--context`, DOCKER_HOST, DOCKER_CONTEXT, docker's current context, the default socket.

use super::address::{Address, FORMS};
use super::client_config;
use super::context::{self, ContextFault};
use super::ssh::Askpass;
use super::tls::Tls;
use crate::finding::{Code, Finding, Origin};
use crate::host::{Host, listening};
use nix::sys::socket::UnixAddr;

/// An engine's address, and where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// The address.
    pub address: Address,
    /// Where it was said.
    pub origin: Origin,
    /// How it was said: `DOCKER_HOST=unix:///PATH`, `--context NAME`.
    pub words: String,
    /// Who is asked for a password by ssh.
    pub(super) askpass: Askpass,
}

impl Endpoint {
    /// The warning for an engine on another machine that is spoken to in the clear: who is on the way has its powers.
    #[must_use]
    pub fn in_the_clear(&self) -> Option<Finding> {
        let Address::Tcp { tls: None, .. } = self.address else { return None };
        self.address.is_remote().then(|| {
            let message = format!(
                "{} is spoken to without TLS: whoever reaches it, or is on the way, has root on its machine",
                self.address
            );
            Finding::warning(Code::PlainTcp, message)
                .asked(&self.words, &self.origin)
                .help("speak TLS: DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH=FOLDER")
                .help("or go through ssh: --host ssh://USER@HOST")
        })
    }

    /// The process that holds the engine's socket, from the credentials with which it listens: 0 where it is in a pid
    /// namespace that this process cannot see into. None for an engine behind a port, and where nobody listens.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        let Address::Unix(path) = &self.address else { return None };
        listening(&UnixAddr::new(path).ok()?)
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
    Ok(default_endpoint(host))
}

fn default_endpoint(host: &Host) -> Endpoint {
    let address = Address::standard(Tls::of_environment(host, client_config::folder(host)));
    let words = address.to_string();
    Endpoint { address, origin: Origin::Rule("docker's default"), words, askpass: askpass(host) }
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
    match Address::parse(url, Tls::of_environment(host, client_config::folder(host))) {
        Ok(address) => Ok(Endpoint { address, origin, words, askpass: askpass(host) }),
        Err(problem) => Err(unusable(&problem, &words, &origin)),
    }
}

fn unusable(problem: &str, words: &str, origin: &Origin) -> Finding {
    Finding::error(Code::EngineAddress, format!("the engine's address is unusable: {problem}"))
        .asked(words, origin)
        .help(format!("the accepted forms are {FORMS}"))
}

/// Whom ssh may ask for a password: the program that is meant for that, as the terminal is the container's.
fn askpass(host: &Host) -> Askpass {
    if host.var_said("SSH_ASKPASS").is_some() { Askpass::Program } else { Askpass::None }
}

fn from_context(name: &str, origin: Origin, host: &Host) -> Result<Endpoint, Finding> {
    if name == "default" {
        return match host.var_said("DOCKER_HOST") {
            Some(url) => said_as(url, Origin::Variable("DOCKER_HOST".to_owned()), host),
            None => Ok(default_endpoint(host)),
        };
    }
    let words = words(name, &origin);
    let wrong = |problem: &str| {
        Finding::error(Code::EngineContext, format!("the docker context `{name}` {problem}"))
            .asked(&words, &origin)
    };
    let Some(folder) = client_config::folder(host) else {
        return Err(wrong("cannot be found: HOME is not set").help("docker context ls"));
    };
    match context::address(&folder, name) {
        Ok(address) => Ok(Endpoint { address, origin, words, askpass: askpass(host) }),
        Err(ContextFault::Address(problem)) => Err(unusable(&problem, &words, &origin)),
        Err(ContextFault::Context(problem)) => {
            let names = context::names(&folder);
            let names = names.iter().map(String::as_str).chain(["default"]);
            Err(wrong(&problem).near(name, names.filter(|other| *other != name)).help("docker context ls"))
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_dockers() {
        let folder = tempfile::tempdir().unwrap();
        let meta = r#"{"Name":"desk","Endpoints":{"docker":{"Host":"unix:///desk"}}}"#;
        context::testing::write(folder.path(), "desk", meta, &[]);
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
        let missing = choose(&host, None, Some("dekk")).unwrap_err();
        assert_eq!(missing.message, "the docker context `dekk` does not exist");
        assert_eq!(missing.help, ["did you mean desk?", "docker context ls"]);
    }

    /// As with docker's client: TLS for every port that is said, and a port of this machine where none is.
    #[test]
    fn the_variables_of_tls_make_an_address_another() {
        let mut host = Host::default();
        host.env.insert("DOCKER_TLS_VERIFY".into(), "1".into());
        host.env.insert("DOCKER_CERT_PATH".into(), "/certs".into());
        let ca = |endpoint: Endpoint| match endpoint.address {
            Address::Tcp { tls, .. } => tls.and_then(|tls| tls.ca),
            Address::Unix(_) | Address::Ssh(_) => None,
        };
        let said = |url: &str| choose(&host, Some(url), None).unwrap();
        assert_eq!(said("tcp://h").address.to_string(), "tcp://h:2376");
        assert_eq!(ca(said("tcp://h:1")), Some("/certs/ca.pem".into()));
        assert_eq!(ca(said("unix:///x")), None);
        let unsaid = choose(&host, None, None).unwrap();
        assert_eq!(unsaid.address.to_string(), "tcp://localhost:2376");
        assert_eq!(ca(unsaid), Some("/certs/ca.pem".into()));
    }
}
