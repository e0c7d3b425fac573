//! What ports of this machine are: by which sockets they are held, taken by something that shows none, or free.

use super::{CannotTell, EVERY_ADDRESS, Namespace, Socket, Verdict, bind_probe};
use crate::values::{PortRange, Protocol};
use std::collections::BTreeSet;

/// What a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortUse {
    /// A TCP socket takes connections on it.
    Listening,
    /// A socket is bound to it: of UDP, that is all there is.
    Bound,
    /// A TCP connection from here was given it.
    Connected,
    /// It cannot be bound, and no socket shows why.
    Taken,
    /// Nobody holds it.
    Free,
}

/// What ports of one protocol are.
#[derive(Debug, Default)]
pub struct Survey {
    /// The sockets that hold one of them.
    pub held: Vec<(Socket, PortUse)>,
    /// Those that no socket is known of.
    pub others: Vec<(PortRange, PortUse)>,
}

/// The sockets of this process's own network that hold a port, those included that do not listen.
///
/// # Errors
/// The kernel does not tell.
pub fn held(protocol: Protocol, ranges: &[PortRange]) -> Result<Survey, CannotTell> {
    let mut held = open(protocol, ranges)?;
    if protocol == Protocol::Tcp {
        held.extend(with(PortUse::Bound, Namespace::Own.bound(ranges)?));
    }
    Ok(Survey { held, others: Vec::new() })
}

/// What each of the ports is, in this process's own network. Every port that nobody listens on is tried.
///
/// # Errors
/// The kernel does not tell.
pub fn survey(protocol: Protocol, ranges: &[PortRange]) -> Result<Survey, CannotTell> {
    let mut held = open(protocol, ranges)?;
    let mut used: BTreeSet<u16> = held.iter().map(|(socket, _)| socket.port).collect();
    let is_taken = |port: &u16| {
        EVERY_ADDRESS.into_iter().any(|address| bind_probe(protocol, address, *port) == Verdict::Taken)
    };
    let taken: BTreeSet<u16> = gaps(ranges, &used).flat_map(|gap| gap.ports()).filter(is_taken).collect();
    if protocol == Protocol::Tcp {
        held.extend(with(PortUse::Bound, Namespace::Own.bound(&without(&taken, &held))?));
        held.extend(with(PortUse::Connected, Namespace::Own.connected(&without(&taken, &held))?));
    }
    let nobody = without(&taken, &held).into_iter();
    let mut others: Vec<_> = nobody.map(|port| (port, PortUse::Taken)).collect();
    used.extend(&taken);
    others.extend(gaps(ranges, &used).map(|gap| (gap, PortUse::Free)));
    Ok(Survey { held, others })
}

/// The sockets that are open to others.
fn open(protocol: Protocol, ranges: &[PortRange]) -> Result<Vec<(Socket, PortUse)>, CannotTell> {
    let is = if protocol == Protocol::Tcp { PortUse::Listening } else { PortUse::Bound };
    Ok(with(is, Namespace::Own.sockets(protocol, ranges)?))
}

fn with(is: PortUse, sockets: Vec<Socket>) -> Vec<(Socket, PortUse)> {
    sockets.into_iter().map(|socket| (socket, is)).collect()
}

/// The ports that none of the sockets holds.
fn without(ports: &BTreeSet<u16>, sockets: &[(Socket, PortUse)]) -> Vec<PortRange> {
    let held: BTreeSet<u16> = sockets.iter().map(|(socket, _)| socket.port).collect();
    ports.difference(&held).copied().map(PortRange::single).collect()
}

/// What the ranges hold beside the ports that are used.
pub fn gaps<'a>(ranges: &'a [PortRange], used: &'a BTreeSet<u16>) -> impl Iterator<Item = PortRange> + 'a {
    ranges.iter().flat_map(move |range| {
        let mut gaps: Vec<PortRange> = Vec::new();
        for port in range.ports().filter(|port| !used.contains(port)) {
            match gaps.last_mut() {
                Some(last) if last.end + 1 == port => last.end = port,
                _ => gaps.push(PortRange::single(port)),
            }
        }
        gaps
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_used_is_put_together() {
        let range = |start, end| PortRange { start, end };
        let used = BTreeSet::from([3, 4, 7, u16::MAX - 1]);
        for (ranges, want) in [
            (vec![range(1, 9)], vec![range(1, 2), range(5, 6), range(8, 9)]),
            (vec![range(3, 4)], vec![]),
            (vec![range(5, 5), range(7, 8)], vec![range(5, 5), range(8, 8)]),
            (vec![range(u16::MAX - 2, u16::MAX)], vec![range(65533, 65533), range(65535, 65535)]),
        ] {
            assert_eq!(gaps(&ranges, &used).collect::<Vec<_>>(), want);
        }
    }
}
