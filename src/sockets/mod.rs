//! The sockets of a network namespace, who owns them, and its ports and routes. Reads the kernel; changes nothing and prints nothing.

mod cgroup;
mod conntrack;
mod diag;
mod hidden;
mod kernel_ports;
mod machine;
mod owner;
mod probe;
mod proc_net;
mod process;
mod routes;
mod survey;

pub use cgroup::container_in;
pub use conntrack::{Flow, flows};
pub use kernel_ports::KernelPorts;
pub use machine::{Proof, has_same_files, is_same_machine, is_same_network};
pub use owner::{Owner, owners};
pub use probe::{Verdict, bind_probe};
pub use process::{Process, container_of, process};
pub use routes::{Route, routes};
pub use survey::{PortUse, Survey, gaps, held, survey};

use crate::values::{PortRange, Protocol};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The range that holds every port.
pub const EVERY_PORT: PortRange = PortRange { start: 0, end: u16::MAX };
/// The wildcards of both families: together, every address.
pub const EVERY_ADDRESS: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];

/// A socket that holds a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// Its protocol.
    pub protocol: Protocol,
    /// The address that it is bound to, as the socket has it: one of IPv4 inside IPv6 stays one of IPv6.
    pub address: IpAddr,
    /// The port that it is bound to.
    pub port: u16,
    /// Whether an IPv6 socket leaves IPv4 alone. None where nobody tells: `/proc` does not.
    pub only_v6: Option<bool>,
    /// Whether it takes connections; false for UDP, which has none.
    pub is_listening: bool,
    /// Its inode, by which its owner is found; 0 for one that no process holds any more.
    pub inode: u64,
    /// The user that it belongs to.
    pub uid: u32,
}

/// Why something about sockets cannot be told, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotTell(pub String);

impl fmt::Display for CannotTell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A network namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// The one of this process.
    Own,
    /// The one of another process.
    Of(u32),
}

/// Which states of TCP are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum States {
    /// Sockets that take connections.
    Listening,
    /// Sockets that are bound and nothing else.
    Bound,
    /// Sockets with a connection.
    Connected,
}

impl Namespace {
    /// The sockets that hold one of the ports: of TCP those that listen, of UDP all that are bound.
    ///
    /// # Errors
    /// The kernel does not tell: SCTP is not asked for, and the other process may be gone.
    pub fn sockets(self, protocol: Protocol, ports: &[PortRange]) -> Result<Vec<Socket>, CannotTell> {
        self.found(protocol, ports, States::Listening)
    }

    /// The TCP sockets that are bound to one of the ports and do not listen. Kernels before 6.8 tell of none, nor does
    /// any of another namespace. With many connections this takes the kernel milliseconds: to be asked where a bind
    /// fails on a port that nobody listens on.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn bound(self, ports: &[PortRange]) -> Result<Vec<Socket>, CannotTell> {
        self.found(Protocol::Tcp, ports, States::Bound)
    }

    /// The TCP sockets that are connected from one of the ports: an outgoing connection may have been given one that a
    /// service wants. To be asked where a bind fails and nobody else holds the port.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn connected(self, ports: &[PortRange]) -> Result<Vec<Socket>, CannotTell> {
        self.found(Protocol::Tcp, ports, States::Connected)
    }

    fn found(
        self,
        protocol: Protocol,
        ports: &[PortRange],
        states: States,
    ) -> Result<Vec<Socket>, CannotTell> {
        if protocol == Protocol::Sctp {
            return Err(CannotTell("SCTP sockets are not read".to_owned()));
        }
        if ports.is_empty() {
            return Ok(Vec::new());
        }
        let is_own = match self {
            Self::Own => true,
            Self::Of(pid) => machine::is_own_network(pid).unwrap_or_default(),
        };
        let told = is_own.then(|| diag::sockets(protocol, ports, states).ok()).flatten();
        match (told, self) {
            (Some(sockets), _) => Ok(sockets),
            (None, Self::Own) => proc_net::sockets("self", protocol, ports, states),
            (None, Self::Of(pid)) => proc_net::sockets(&pid.to_string(), protocol, ports, states),
        }
    }
}

/// Whether a socket stands in the way of another on this address and port. An IPv6 address that is wanted stands for
/// itself alone: who wants `::` for both families asks for `0.0.0.0`, too. A TCP socket that is only bound holds its
/// port against most, not all: `bind_probe` decides.
#[must_use]
pub fn conflicts(socket: &Socket, protocol: Protocol, wanted: IpAddr, port: u16) -> bool {
    if (socket.protocol, socket.port) != (protocol, port) {
        return false;
    }
    match (socket.address.to_canonical(), wanted.to_canonical()) {
        // Where nobody tells, it is one for both families, as most are.
        (IpAddr::V6(held), IpAddr::V4(_)) if held.is_unspecified() => socket.only_v6 != Some(true),
        (IpAddr::V6(_), IpAddr::V4(_)) | (IpAddr::V4(_), IpAddr::V6(_)) => false,
        (held, wanted) => held == wanted || held.is_unspecified() || wanted.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(address: &str, only_v6: Option<bool>) -> Socket {
        Socket {
            protocol: Protocol::Tcp,
            address: address.parse().unwrap(),
            port: 80,
            only_v6,
            is_listening: true,
            inode: 1,
            uid: 0,
        }
    }

    #[test]
    fn wildcards_and_families_stand_in_each_others_way() {
        let (only, dual, untold) = (Some(true), Some(false), None);
        for (held, only_v6, wanted, want) in [
            ("0.0.0.0", untold, "0.0.0.0", true),
            ("0.0.0.0", untold, "127.0.0.1", true),
            ("127.0.0.1", untold, "0.0.0.0", true),
            ("127.0.0.1", untold, "127.0.0.1", true),
            ("127.0.0.2", untold, "127.0.0.1", false),
            ("127.0.0.2", untold, "0.0.0.0", true),
            ("0.0.0.0", untold, "::", false),
            ("0.0.0.0", untold, "::1", false),
            ("::", dual, "0.0.0.0", true),
            ("::", dual, "127.0.0.1", true),
            ("::", untold, "127.0.0.1", true),
            ("::", only, "0.0.0.0", false),
            ("::", only, "127.0.0.1", false),
            ("::", only, "::", true),
            ("::", only, "::1", true),
            ("::", dual, "fe80::1", true),
            ("::1", dual, "127.0.0.1", false),
            ("::1", dual, "::", true),
            ("::1", dual, "::2", false),
            ("::ffff:127.0.0.1", dual, "127.0.0.1", true),
            ("::ffff:127.0.0.1", dual, "127.0.0.2", false),
            ("::ffff:0.0.0.0", dual, "127.0.0.2", true),
            ("::ffff:127.0.0.1", dual, "::", false),
            ("0.0.0.0", untold, "::ffff:1.2.3.4", true),
        ] {
            let wanted: IpAddr = wanted.parse().unwrap();
            let got = conflicts(&socket(held, only_v6), Protocol::Tcp, wanted, 80);
            assert_eq!(got, want, "{held} {only_v6:?} against {wanted}");
        }
    }

    #[test]
    fn another_port_or_protocol_is_no_conflict() {
        let held = socket("0.0.0.0", None);
        let any: IpAddr = "0.0.0.0".parse().unwrap();
        assert!(conflicts(&held, Protocol::Tcp, any, 80));
        assert!(!conflicts(&held, Protocol::Udp, any, 80));
        assert!(!conflicts(&held, Protocol::Tcp, any, 81));
    }

    #[test]
    fn what_is_not_read_is_said() {
        let told = Namespace::Own.sockets(Protocol::Sctp, &[EVERY_PORT]);
        assert_eq!(told, Err(CannotTell("SCTP sockets are not read".to_owned())));
        assert_eq!(Namespace::Own.sockets(Protocol::Tcp, &[]), Ok(Vec::new()));
    }
}
