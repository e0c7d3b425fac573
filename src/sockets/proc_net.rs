//! The sockets of any network namespace, from the text of `/proc/PID/net/{tcp,tcp6,udp,udp6}`.

use super::{CannotTell, Socket, States};
use crate::values::{PortRange, Protocol};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The states of TCP as the kernel numbers them.
const TIME_WAIT: u8 = 6;
const LISTEN: u8 = 10;

/// The sockets of both families that hold one of the ports, as the process sees them.
pub(super) fn sockets(
    process: &str,
    protocol: Protocol,
    ports: &[PortRange],
    states: States,
) -> Result<Vec<Socket>, CannotTell> {
    let mut found = Vec::new();
    for family in ["", "6"] {
        let path = format!("/proc/{process}/net/{protocol}{family}");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            // A kernel without IPv6 has no such file, and no such sockets.
            Err(error) if error.kind() == ErrorKind::NotFound && !family.is_empty() => continue,
            Err(error) => return Err(CannotTell(format!("{path} cannot be read: {error}"))),
        };
        let sockets = text.lines().skip(1).filter_map(|line| parse(line, protocol));
        let wanted = |(socket, state): &(Socket, u8)| {
            is_wanted(protocol, *state, states) && ports.iter().any(|range| range.contains(socket.port))
        };
        found.extend(sockets.filter(wanted).map(|(socket, _)| socket));
    }
    Ok(found)
}

fn is_wanted(protocol: Protocol, state: u8, states: States) -> bool {
    match (protocol, states) {
        (Protocol::Udp | Protocol::Sctp, _) => true,
        (Protocol::Tcp, States::Listening) => state == LISTEN,
        // Such sockets have no line.
        (Protocol::Tcp, States::Bound) => false,
        (Protocol::Tcp, States::Connected) => state != LISTEN && state != TIME_WAIT,
    }
}

/// Reads a line, and the state that it says.
fn parse(line: &str, protocol: Protocol) -> Option<(Socket, u8)> {
    let mut words = line.split_whitespace();
    let (address, port) = words.nth(1)?.split_once(':')?;
    let state = u8::from_str_radix(words.nth(1)?, 16).ok()?;
    let uid = words.nth(3)?.parse().ok()?;
    let inode = words.nth(1)?.parse().ok()?;
    let socket = Socket {
        protocol,
        address: parse_address(address)?,
        port: u16::from_str_radix(port, 16).ok()?,
        only_v6: None,
        is_listening: protocol == Protocol::Tcp && state == LISTEN,
        inode,
        uid,
    };
    Some((socket, state))
}

/// An address is written as numbers of 32 bits, each of which lies in memory as on the wire.
fn parse_address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = hex.get(at * 8..at * 8 + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn lines_are_read() {
        let tcp = "   0: 0200007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0 100 0 0 10 0";
        let v6 = "   1: B80D0120000000000000000001000000:270F 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 77 2 0 0";
        for (line, protocol, want) in [
            (tcp, Protocol::Tcp, ("127.0.0.2", 8080, true, 12345, 1000, 10)),
            (tcp, Protocol::Udp, ("127.0.0.2", 8080, false, 12345, 1000, 10)),
            (v6, Protocol::Udp, ("2001:db8::1", 9999, false, 77, 0, 7)),
        ] {
            let (socket, state) = parse(line, protocol).unwrap();
            let address = socket.address.to_string();
            let got = (address.as_str(), socket.port, socket.is_listening, socket.inode, socket.uid, state);
            assert_eq!(got, want);
            assert_eq!((socket.protocol, socket.only_v6), (protocol, None));
        }
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        for line in
            ["", "  sl  local_address rem_address   st", "0: xx:1F90 0:0 0A 0:0 0:0 0 0 0 1", "0: 00:00 0 0A"]
        {
            assert_eq!(parse(line, Protocol::Tcp), None, "{line}");
        }
    }

    /// What stands in where netlink is refused says the same, but for what it does not know.
    #[test]
    fn netlink_and_proc_agree() {
        let tcp = ["127.0.0.2:0", "[::1]:0"].map(|address| std::net::TcpListener::bind(address).unwrap());
        let udp = ["0.0.0.0:0", "[::]:0"].map(|address| std::net::UdpSocket::bind(address).unwrap());
        let ports =
            [tcp.each_ref().map(|held| held.local_addr()), udp.each_ref().map(|held| held.local_addr())];
        for (protocol, ports) in [Protocol::Tcp, Protocol::Udp].into_iter().zip(ports) {
            let ports = ports.map(|address| PortRange::single(address.unwrap().port()));
            let listed = |told: Result<Vec<Socket>, CannotTell>| {
                let mut sockets = told.unwrap();
                sockets.iter_mut().for_each(|socket| socket.only_v6 = None);
                sockets.sort_by_key(|socket| socket.inode);
                sockets
            };
            let from_netlink = listed(super::super::diag::sockets(protocol, &ports, States::Listening));
            assert_eq!(listed(sockets("self", protocol, &ports, States::Listening)), from_netlink);
            assert!(from_netlink.len() >= 2, "{from_netlink:?}");
        }
    }

    #[test]
    fn a_process_that_is_not_there_tells_nothing() {
        let error = sockets("0", Protocol::Tcp, &[super::super::EVERY_PORT], States::Listening).unwrap_err();
        assert_eq!(error.0, "/proc/0/net/tcp cannot be read: No such file or directory (os error 2)");
    }
}
