//! `Address`: where an engine listens, read from a URL as docker's client reads it. Nobody is asked on the way.

use super::ssh::SshTarget;
use super::tls::Tls;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

/// Docker's own default.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The ports of an engine without and with TLS, where the address names none.
const DEFAULT_PORT: u16 = 2375;
const DEFAULT_TLS_PORT: u16 = 2376;
/// The forms that are accepted.
pub(super) const FORMS: &str = "unix:///PATH, tcp://HOST:PORT and ssh://[USER@]HOST[:PORT][/SOCKET]";

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port.
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
        /// What TLS is spoken with; none for an engine without.
        tls: Option<Tls>,
    },
    /// Another machine's own engine, through ssh.
    Ssh(SshTarget),
}

impl Address {
    /// Docker's default: the socket, or with TLS a port of this machine.
    pub(super) fn standard(tls: Option<Tls>) -> Self {
        match tls {
            Some(_) => Self::Tcp { host: "localhost".to_owned(), port: DEFAULT_TLS_PORT, tls },
            None => Self::Unix(DEFAULT_SOCKET.into()),
        }
    }

    /// Reads a URL; `tls` is what a port is spoken to with.
    ///
    /// # Errors
    /// In words, why no engine can be there.
    pub(super) fn parse(url: &str, tls: Option<Tls>) -> Result<Self, String> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err("it has no scheme".to_owned());
        };
        match scheme {
            "unix" if rest.is_empty() => Ok(Self::Unix(DEFAULT_SOCKET.into())),
            "unix" if !rest.starts_with('/') => Err("the socket's path is not absolute".to_owned()),
            "unix" => Ok(Self::Unix(rest.into())),
            "tcp" | "http" => tcp(rest, tls).ok_or_else(|| "it is not HOST:PORT".to_owned()),
            "ssh" => SshTarget::parse(rest).map(Self::Ssh),
            "https" => Err("TLS is asked for by DOCKER_TLS_VERIFY=1, with tcp://HOST:PORT".to_owned()),
            "fd" | "npipe" => Err(format!("dynrun does not speak {scheme}")),
            _ => Err("its scheme is unknown".to_owned()),
        }
    }

    /// Whether it leads to another machine, as far as the address tells; no name is looked up for that.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        match self {
            Self::Unix(_) => false,
            Self::Tcp { host, .. } => !is_loopback(host),
            Self::Ssh(_) => true,
        }
    }

    /// The engine's machine, where it is reached over a network: a name or an address.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Unix(_) => None,
            Self::Tcp { host, .. } => Some(host),
            Self::Ssh(target) => Some(&target.host),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { host, port, .. } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Self::Tcp { host, port, .. } => write!(f, "tcp://{host}:{port}"),
            Self::Ssh(target) => write!(f, "ssh://{target}"),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn tcp(rest: &str, tls: Option<Tls>) -> Option<Address> {
    let rest = rest.trim_end_matches('/');
    let default = if tls.is_some() { DEFAULT_TLS_PORT } else { DEFAULT_PORT };
    let (host, port) = host_and_port(rest)?;
    Some(Address::Tcp { host: host.to_owned(), port: port.unwrap_or(default), tls })
}

/// Reads `HOST[:PORT]`, with an IPv6 address in brackets.
pub(super) fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if host.is_empty() || host.starts_with('-') || !host.bytes().all(is_part) {
        return None;
    }
    let is_number = |port: &&str| port.bytes().all(|byte| byte.is_ascii_digit());
    match port {
        None => Some((host, None)),
        Some(port) => Some(port)
            .filter(is_number)?
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .map(|port| (host, Some(port))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_without_asking_anybody() {
        for (url, want) in [
            ("unix:///run/d.sock", Ok("unix:///run/d.sock")),
            ("unix://", Ok("unix:///var/run/docker.sock")),
            ("tcp://127.0.0.1:2376", Ok("tcp://127.0.0.1:2376")),
            ("tcp://[::1]:99", Ok("tcp://[::1]:99")),
            ("tcp://[::1]", Ok("tcp://[::1]:2375")),
            ("tcp://h", Ok("tcp://h:2375")),
            ("tcp://h/", Ok("tcp://h:2375")),
            ("ssh://h", Ok("ssh://h")),
            ("ssh://me@h:22/run/x.sock", Ok("ssh://me@h:22/run/x.sock")),
            ("garbage", Err("it has no scheme")),
            ("", Err("it has no scheme")),
            ("unix://relative", Err("the socket's path is not absolute")),
            ("tcp://", Err("it is not HOST:PORT")),
            ("tcp://h:x", Err("it is not HOST:PORT")),
            ("tcp://h:0", Err("it is not HOST:PORT")),
            ("tcp://h:+1", Err("it is not HOST:PORT")),
            ("tcp://h:70000", Err("it is not HOST:PORT")),
            ("tcp://a b:1", Err("it is not HOST:PORT")),
            ("tcp://me@h:1", Err("it is not HOST:PORT")),
            ("tcp://h:1/path", Err("it is not HOST:PORT")),
            ("tcp://::1:99", Err("it is not HOST:PORT")),
            ("tcp://[h]:99", Err("it is not HOST:PORT")),
            ("tcp://-h:1", Err("it is not HOST:PORT")),
            ("https://h", Err("TLS is asked for by DOCKER_TLS_VERIFY=1, with tcp://HOST:PORT")),
            ("npipe:////./pipe/x", Err("dynrun does not speak npipe")),
            ("gopher://h", Err("its scheme is unknown")),
        ] {
            let read = Address::parse(url, None).map(|address| address.to_string());
            assert_eq!(read.as_deref().map_err(String::as_str), want, "{url}");
        }
    }

    #[test]
    fn another_machine_is_told_by_the_address_alone() {
        for (url, want) in [
            ("unix:///x", false),
            ("tcp://127.0.0.1:1", false),
            ("tcp://127.9.9.9:1", false),
            ("tcp://[::1]:1", false),
            ("tcp://localhost:1", false),
            ("tcp://10.0.0.1:1", true),
            ("tcp://0.0.0.0:1", true),
            ("tcp://box:1", true),
            ("ssh://localhost", true),
        ] {
            assert_eq!(Address::parse(url, None).map(|address| address.is_remote()), Ok(want), "{url}");
        }
    }

    #[test]
    fn with_tls_the_port_is_another() {
        let read = |url: &str| Address::parse(url, Some(Tls::default())).map(|address| address.to_string());
        assert_eq!(read("tcp://h").as_deref(), Ok("tcp://h:2376"));
        assert_eq!(read("tcp://h:1").as_deref(), Ok("tcp://h:1"));
        assert_eq!(Address::standard(Some(Tls::default())).to_string(), "tcp://localhost:2376");
    }
}
