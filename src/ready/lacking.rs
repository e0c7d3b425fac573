//! What is known of a port on which a container was not ready: nothing is open, it is open for the container alone, or
//! another one is.

use super::check::Subject;
use super::{Lacking, ports};
use crate::sockets::Socket;
use crate::values::{Protocol, Ready, Value as _};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// How many ports are named that are open in the place of another.
const MOST: usize = 5;
/// Where docker itself answers names in a container's network.
const RESOLVER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11));

/// What is known of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// What there is.
    pub(super) note: String,
    /// What mends it, where that is plain.
    pub(super) help: Option<String>,
    /// Whether it may yet be ready with more time.
    pub(super) time_helps: bool,
}

/// What is known of what was lacking; none where the container's sockets cannot be seen, or are not what is lacking.
pub(super) async fn known((check, _): &Lacking<'_>, subject: &Subject<'_>) -> Option<Known> {
    let check = (*check)?;
    let (protocol, _) = check.port()?;
    let sockets = ports::own(subject, protocol).await?;
    // On the host's network it is asked where it listens for the host alone, too.
    let is_hosts = subject.state().await.is_ok_and(|state| state.network_mode == "host");
    told(check, &sockets, is_hosts)
}

/// The same of the sockets that the container has open.
fn told(check: &Ready, sockets: &[Socket], is_hosts: bool) -> Option<Known> {
    let (protocol, port) = check.port()?;
    let open: Vec<&Socket> = sockets.iter().filter(|socket| !is_resolvers(socket)).collect();
    let there: Vec<&&Socket> = open.iter().filter(|socket| socket.port == port).collect();
    match there.first() {
        Some(inside) if !is_hosts && there.iter().all(|socket| is_loopback(socket)) => {
            Some(for_itself_alone(inside))
        }
        Some(_) => None,
        None => Some(elsewhere(check, protocol, &open)),
    }
}

fn is_resolvers(socket: &Socket) -> bool {
    socket.address.to_canonical() == RESOLVER
}

fn is_loopback(socket: &Socket) -> bool {
    socket.address.to_canonical().is_loopback()
}

fn for_itself_alone(socket: &Socket) -> Known {
    let every = if socket.address.to_canonical().is_ipv4() { "0.0.0.0" } else { "::" };
    Known {
        note: format!(
            "it listens on {}: that is loopback, where nobody outside the container reaches it",
            SocketAddr::new(socket.address, socket.port)
        ),
        help: Some(format!("have it listen on every address of the container: {every}")),
        time_helps: false,
    }
}

/// What is open in the place of the port that was waited for.
fn elsewhere(check: &Ready, protocol: Protocol, open: &[&Socket]) -> Known {
    let ports: BTreeSet<u16> = open.iter().map(|socket| socket.port).collect();
    let named: Vec<String> = ports.iter().take(MOST).map(ToString::to_string).collect();
    let more = if ports.len() > MOST { " and more" } else { "" };
    let note = match (ports.is_empty(), protocol) {
        (true, Protocol::Tcp) => "the container listens on no TCP port at all".to_owned(),
        (true, protocol) => format!("the container has no {} port open at all", protocol.name()),
        (false, Protocol::Tcp) => format!("it listens on TCP {}{more} instead", named.join(", ")),
        (false, protocol) => format!("it has {} {}{more} open instead", protocol.name(), named.join(", ")),
    };
    let only = ports.first().filter(|_| ports.len() == 1).and_then(|port| check.at(*port));
    let help = only
        .map(|there| format!("where that is the port that was meant, wait for it: --ready {}", there.word()));
    Known { note, help, time_helps: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(protocol: Protocol, address: &str) -> Socket {
        let address: SocketAddr = address.parse().unwrap();
        Socket {
            protocol,
            address: address.ip(),
            port: address.port(),
            only_v6: None,
            is_listening: protocol == Protocol::Tcp,
            inode: 1,
            uid: 0,
        }
    }

    /// What is told of a check beside the sockets that are open.
    fn case(check: &str, sockets: &[&str], is_hosts: bool) -> Option<(String, Option<String>, bool)> {
        let check = Ready::parse(check).unwrap();
        let (protocol, _) = check.port().unwrap();
        let sockets: Vec<Socket> = sockets.iter().map(|address| open(protocol, address)).collect();
        told(&check, &sockets, is_hosts).map(|known| (known.note, known.help, known.time_helps))
    }

    #[test]
    fn a_port_that_is_open_for_the_container_alone_is_told() {
        let want = |address: &str, every: &str| {
            Some((
                format!(
                    "it listens on {address}: that is loopback, where nobody outside the container reaches it"
                ),
                Some(format!("have it listen on every address of the container: {every}")),
                false,
            ))
        };
        assert_eq!(case("http:80", &["127.0.0.1:80"], false), want("127.0.0.1:80", "0.0.0.0"));
        assert_eq!(case("http:80", &["[::1]:80"], false), want("[::1]:80", "::"));
        for (sockets, is_hosts) in [(&["127.0.0.1:80", "10.0.0.2:80"][..], false), (&["127.0.0.1:80"], true)]
        {
            assert_eq!(case("http:80", sockets, is_hosts), None);
        }
    }

    #[test]
    fn what_is_open_in_its_place_is_named() {
        let resolver = "127.0.0.11:41234";
        let nothing = ("the container listens on no TCP port at all".to_owned(), None, true);
        assert_eq!(case("tcp:80", &[resolver], false), Some(nothing));
        let nothing = ("the container has no UDP port open at all".to_owned(), None, true);
        assert_eq!(case("udp:80", &[], true), Some(nothing));
        for (check, there) in [
            ("tcp:80", "tcp:81"),
            ("nats:80", "nats:81"),
            ("etcd:80", "etcd:81"),
            ("http:80/well", "http:81/well"),
        ] {
            let help = format!("where that is the port that was meant, wait for it: --ready {there}");
            let want = ("it listens on TCP 81 instead".to_owned(), Some(help), true);
            assert_eq!(case(check, &["0.0.0.0:81", "[::]:81", resolver], false), Some(want));
        }
        let want = ("it has UDP 81, 82 open instead".to_owned(), None, true);
        assert_eq!(case("udp:80", &["0.0.0.0:82", "0.0.0.0:81"], false), Some(want));
        let many: Vec<String> = (1..8).map(|port| format!("0.0.0.0:{port}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let want = ("it listens on TCP 1, 2, 3, 4, 5 and more instead".to_owned(), None, true);
        assert_eq!(case("tcp:80", &many, false), Some(want));
    }
}
