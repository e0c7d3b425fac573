//! Whether a port could be bound now, by trying. Nothing listens on the way, and nobody can connect.

use crate::values::Protocol;
use nix::errno::Errno;
use nix::sys::socket::sockopt::{Ipv6V6Only, ReuseAddr};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, setsockopt, socket};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd;

/// What a bind shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The port can be bound.
    Free,
    /// Another socket holds it.
    Taken,
    /// The bind failed for another reason, in words.
    CannotTell(String),
}

/// Binds the port and lets it go at once. UDP without `SO_REUSEADDR`, as two gateways that set it would share the
/// port in silence; TCP with it, as a connection that has ended is no conflict. An IPv6 address is tried by itself,
/// without its counterpart of IPv4.
#[must_use]
pub fn bind_probe(protocol: Protocol, address: IpAddr, port: u16) -> Verdict {
    match try_bind(protocol, SocketAddr::new(address, port)) {
        Ok(()) => Verdict::Free,
        Err(Errno::EADDRINUSE) => Verdict::Taken,
        Err(error) => Verdict::CannotTell(words(error, address, port)),
    }
}

fn try_bind(protocol: Protocol, address: SocketAddr) -> Result<(), Errno> {
    let kind = match protocol {
        Protocol::Tcp => SockType::Stream,
        Protocol::Udp => SockType::Datagram,
        Protocol::Sctp => return Err(Errno::EPROTONOSUPPORT),
    };
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, kind, SockFlag::SOCK_CLOEXEC, None)?;
    if protocol == Protocol::Tcp {
        setsockopt(&socket, ReuseAddr, &true)?;
    }
    if address.is_ipv6() {
        setsockopt(&socket, Ipv6V6Only, &true)?;
    }
    bind(socket.as_raw_fd(), &SockaddrStorage::from(address))
}

fn words(error: Errno, address: IpAddr, port: u16) -> String {
    match error {
        Errno::EACCES => format!("port {port} may only be bound with more rights than the caller has"),
        Errno::EADDRNOTAVAIL => format!("{address} is no address of this machine"),
        Errno::EAFNOSUPPORT => format!("this machine has no network for {address}"),
        Errno::EPROTONOSUPPORT => "SCTP ports are not probed".to_owned(),
        error => format!("a bind of port {port} fails: {}", error.desc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, UdpSocket};

    fn ip(word: &str) -> IpAddr {
        word.parse().unwrap()
    }

    #[test]
    fn a_port_is_taken_while_it_is_held() {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = udp.local_addr().unwrap().port();
        assert_eq!(bind_probe(Protocol::Udp, ip("127.0.0.1"), port), Verdict::Taken);
        assert_eq!(bind_probe(Protocol::Udp, ip("0.0.0.0"), port), Verdict::Taken);
        assert_eq!(bind_probe(Protocol::Udp, ip("127.0.0.2"), port), Verdict::Free);
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        assert_eq!(bind_probe(Protocol::Tcp, ip("127.0.0.1"), port), Verdict::Taken);
        assert_eq!(bind_probe(Protocol::Tcp, ip("127.0.0.2"), port), Verdict::Free);
    }

    #[test]
    fn what_a_bind_does_not_show_is_said() {
        for (protocol, address, want) in [
            (Protocol::Tcp, "192.0.2.1", "192.0.2.1 is no address of this machine"),
            (Protocol::Udp, "2001:db8::1", "2001:db8::1 is no address of this machine"),
            (Protocol::Sctp, "127.0.0.1", "SCTP ports are not probed"),
        ] {
            assert_eq!(bind_probe(protocol, ip(address), 40000), Verdict::CannotTell(want.to_owned()));
        }
        let words = words(Errno::EACCES, ip("0.0.0.0"), 80);
        assert_eq!(words, "port 80 may only be bound with more rights than the caller has");
    }
}
