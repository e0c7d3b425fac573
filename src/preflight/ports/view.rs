//! `View`: the sockets that matter to a launch, read once from the network in which its ports are taken.

use super::need::Needed;
use super::plan::Wanted;
use crate::engine::{Engine, RunningContainer};
use crate::sockets::{
    CannotTell, KernelPorts, Namespace, Proof, Socket, Verdict, bind_probe, conflicts, is_same_network,
};
use crate::spec::{LaunchSpec, Networking};
use crate::values::{PortRange, Protocol, ip};
use std::net::IpAddr;

/// How many ports are looked at for one that is free.
const TRIES: u16 = 1000;

/// Where a launch's ports are taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a network whose sockets can be read here.
    Here(Namespace),
    /// In one that cannot be seen from here, and why.
    Elsewhere(String),
    /// In the network of a container that does not run: that is told for itself.
    Nowhere,
}

/// Where the launch's ports are taken, as far as it can be proven.
pub(super) async fn place(spec: &LaunchSpec, engine: &Engine) -> Place {
    match is_same_network(engine.peer_pid()) {
        Proof::Other(why) | Proof::CannotTell(why) => Place::Elsewhere(why),
        Proof::Same => match &spec.networking {
            Networking::Container { target } => match engine.container(target).await {
                Ok(Some(found)) => found.pid.map_or(Place::Nowhere, |pid| Place::Here(Namespace::Of(pid))),
                Ok(None) | Err(_) => Place::Nowhere,
            },
            Networking::Host { .. }
            | Networking::Bridge { .. }
            | Networking::None { .. }
            | Networking::Own { .. } => Place::Here(Namespace::Own),
        },
    }
}

/// The sockets that matter to a launch.
#[derive(Debug)]
pub(super) struct View {
    namespace: Namespace,
    sockets: Vec<Socket>,
    /// What the kernel makes of ports there; of another network it does not tell.
    kernel: Option<KernelPorts>,
}

impl View {
    /// Reads the sockets on the ports that are wanted and needed.
    pub(super) fn read(
        namespace: Namespace,
        wanted: &[Wanted],
        needed: &[Needed],
    ) -> Result<Self, CannotTell> {
        let ports = |protocol: Protocol| {
            let wanted = wanted.iter().filter(|one| one.protocol == protocol).map(|one| one.ports);
            let needed = needed.iter().filter(|_| protocol == Protocol::Tcp);
            wanted.chain(needed.map(|need| PortRange::single(need.port))).collect::<Vec<_>>()
        };
        let mut sockets = Vec::new();
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            sockets.extend(namespace.sockets(protocol, &ports(protocol))?);
        }
        let kernel = (namespace == Namespace::Own).then(KernelPorts::read);
        Ok(Self { namespace, sockets, kernel })
    }

    /// Whether the network is this process's own, so that its ports can be tried and its holders be asked.
    pub(super) fn is_own(&self) -> bool {
        self.namespace == Namespace::Own
    }

    /// The first port of those wanted that is free, and what is in the way of the first of all: no socket at all
    /// where only a bind shows that it is held.
    pub(super) fn look(&self, wanted: &Wanted) -> (Option<u16>, Option<Vec<Socket>>) {
        let mut first = None;
        for port in wanted.ports.ports() {
            match self.holding(wanted, port, &self.sockets) {
                None => return (Some(port), first),
                Some(sockets) => first = first.or(Some(sockets)),
            }
        }
        (None, first)
    }

    /// The sockets on a port on which the service would be looked for at home.
    pub(super) fn listeners_at_home(&self, port: u16) -> Vec<&Socket> {
        let home = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
        let is_there = |socket: &&Socket| {
            socket.is_listening && home.iter().any(|ip| conflicts(socket, Protocol::Tcp, *ip, port))
        };
        self.sockets.iter().filter(is_there).collect()
    }

    /// What holds one port: whoever listens there, or of UDP is bound to it. A TCP socket that is only bound, or
    /// connected, holds it against some and not against others: a bind decides, and then they are looked for.
    fn holding(&self, wanted: &Wanted, port: u16, sockets: &[Socket]) -> Option<Vec<Socket>> {
        let is_met =
            |socket: &Socket| wanted.addresses.iter().any(|ip| conflicts(socket, wanted.protocol, *ip, port));
        let met: Vec<Socket> = sockets.iter().filter(|socket| is_met(socket)).cloned().collect();
        if !met.is_empty() {
            return Some(met);
        }
        let tried = self.is_own() && wanted.protocol == Protocol::Tcp;
        let taken = |ip: &IpAddr| bind_probe(wanted.protocol, *ip, port) == Verdict::Taken;
        if !(tried && wanted.addresses.iter().any(taken)) {
            return None;
        }
        let range = [PortRange::single(port)];
        let bound = self.namespace.bound(&range).unwrap_or_default();
        let connected = self.namespace.connected(&range).unwrap_or_default();
        Some(bound.into_iter().chain(connected).filter(is_met).collect())
    }

    /// The next port that is free and that the launch does not take anyway; with a stride, one further on, so that
    /// launches that lost a port to each other do not meet at the next. None is taken that an outgoing connection may
    /// be given, or that is held back for somebody.
    pub(super) fn next_free(&self, wanted: &Wanted, taken: &[PortRange], stride: usize) -> Option<u16> {
        if !wanted.ports.is_single() {
            return None;
        }
        let from = wanted.ports.start.checked_add(1)?;
        let range = PortRange { start: from, end: from.saturating_add(TRIES) };
        let sockets = self.namespace.sockets(wanted.protocol, &[range]).ok()?;
        let is_free = |port: &u16| {
            let may = self.kernel.as_ref().is_none_or(|kernel| kernel.may_replace(*port, wanted.ports.start));
            may && !taken.iter().any(|range| range.contains(*port))
                && self.holding(wanted, *port, &sockets).is_none()
        };
        let mut free = range.ports().filter(is_free);
        free.by_ref().nth(stride)
    }
}

/// Whether a container publishes a port that is wanted.
pub(super) fn publishes(container: &RunningContainer, wanted: &Wanted) -> bool {
    let meets = |address| wanted.addresses.iter().any(|other| ip::meet(address, *other));
    container.published.iter().any(|port| {
        port.protocol == wanted.protocol
            && wanted.ports == PortRange::single(port.port)
            && meets(port.address)
    })
}
