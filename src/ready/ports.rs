//! Where a container's ports are: the sockets of its network, and the addresses at which it answers.

use super::check::Subject;
use crate::engine::{ContainerState, Engine};
use crate::sockets::{EVERY_PORT, Namespace, Owner, Proof, Socket, is_same_network, owners};
use crate::spec::{LaunchSpec, Networking};
use crate::values::{PortRange, Protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The engine's words for the host's network, and for another container's.
const HOST: &str = "host";
const OF_CONTAINER: &str = "container:";

/// Who holds a port of a container's network.
pub(super) enum Held {
    /// The container.
    Container,
    /// Somebody else in the network that it shares.
    Stranger(String),
    /// Nobody.
    Nobody,
    /// That cannot be seen just now, and why.
    Unseen(String),
    /// That cannot be told at all, and why.
    Unknown(String),
}

/// Who holds a port of the container's network.
pub(super) async fn held(
    subject: &Subject<'_>,
    state: &ContainerState,
    protocol: Protocol,
    port: u16,
) -> Held {
    let is_here = is_same_network(subject.engine.peer_pid()) == Proof::Same;
    match (is_here, namespace(state)) {
        (true, Some(namespace)) => match namespace.sockets(protocol, &[PortRange::single(port)]) {
            Ok(sockets) => whose(subject, state, &sockets),
            Err(why) => Held::Unseen(why.to_string()),
        },
        (true, None) => Held::Nobody,
        (false, _) => seen_from_inside(subject, protocol, port).await,
    }
}

/// The sockets of a protocol that the container has open; in a network that it shares, those that are known to be its own.
/// None where they cannot be seen from here.
pub(super) async fn own(subject: &Subject<'_>, protocol: Protocol) -> Option<Vec<Socket>> {
    if is_same_network(subject.engine.peer_pid()) != Proof::Same {
        return None;
    }
    let state = subject.state().await.ok()?;
    let sockets = namespace(&state)?.sockets(protocol, &[EVERY_PORT]).ok()?;
    if !is_shared(&state) {
        return Some(sockets);
    }
    let owners = owners(&sockets);
    let is_own = |owner: &Owner| {
        owner.processes.iter().any(|process| process.container.as_deref() == Some(subject.id))
    };
    let own = sockets.iter().zip(&owners).filter(|(_, owner)| is_own(owner));
    Some(own.map(|(socket, _)| socket.clone()).collect())
}

/// Who holds, in the host's network, the ports that the service would open: what another container or process has there
/// is why it ended.
pub(super) fn strangers(subject: &Subject<'_>, spec: &LaunchSpec) -> Vec<String> {
    let is_host = matches!(spec.networking, Networking::Host { .. });
    if !is_host || is_same_network(subject.engine.peer_pid()) != Proof::Same {
        return Vec::new();
    }
    let shared = ContainerState { network_mode: HOST.to_owned(), ..ContainerState::default() };
    let listeners = spec.listeners.iter();
    let held = listeners.filter_map(|listener| {
        let sockets = Namespace::Own.sockets(listener.protocol, &[PortRange::single(listener.port)]).ok()?;
        match whose(subject, &shared, &sockets) {
            Held::Stranger(who) => {
                Some(format!("{} {} is held by {who}", listener.protocol.name(), listener.port))
            }
            Held::Container | Held::Nobody | Held::Unseen(_) | Held::Unknown(_) => None,
        }
    });
    held.collect()
}

/// The network in which the container's sockets are.
fn namespace(state: &ContainerState) -> Option<Namespace> {
    match state.network_mode.as_str() {
        HOST => Some(Namespace::Own),
        _ => state.pid.map(Namespace::Of),
    }
}

/// Whether others are in the container's network.
fn is_shared(state: &ContainerState) -> bool {
    state.network_mode == HOST || state.network_mode.starts_with(OF_CONTAINER)
}

/// Whether the container holds one of the sockets. In a network of its own nobody else is; in one that it shares, one
/// whose holder may not be seen counts as its own: the port was free before it came.
fn whose(subject: &Subject<'_>, state: &ContainerState, sockets: &[Socket]) -> Held {
    match sockets {
        [] => return Held::Nobody,
        _ if !is_shared(state) => return Held::Container,
        _ => {}
    }
    let owners = owners(sockets);
    let processes = || owners.iter().flat_map(|owner| &owner.processes);
    let is_own = |id: &String| id == subject.id;
    if owners.iter().any(|owner| owner.processes.is_empty())
        || processes().any(|process| process.container.as_ref().is_some_and(is_own))
    {
        return Held::Container;
    }
    processes().next().map_or(Held::Container, |process| {
        Held::Stranger(format!("{} (pid {})", process.command, process.pid))
    })
}

/// The same by a command in the container, where its network cannot be seen from here.
async fn seen_from_inside(subject: &Subject<'_>, protocol: Protocol, port: u16) -> Held {
    // A TCP socket that listens has state 0A; a UDP socket without a peer has 07.
    let (table, state) = match protocol {
        Protocol::Tcp => ("tcp", "0A"),
        Protocol::Udp => ("udp", "07"),
        Protocol::Sctp => return Held::Unknown("SCTP sockets are not read".to_owned()),
    };
    let line = format!(
        "grep -qE ': [0-9A-F]+:{port:04X} [0-9A-F]+:0000 {state} ' /proc/net/{table} /proc/net/{table}6"
    );
    match subject.engine.exec_quietly(subject.id, None, &["/bin/sh", "-c", &line]).await {
        Ok(0) => Held::Container,
        Ok(1) => Held::Nobody,
        Ok(_) => {
            let why = "the engine's network cannot be seen from here, and the image has no shell with grep to look from inside";
            Held::Unknown(why.to_owned())
        }
        Err(_) => Held::Nobody,
    }
}

/// Where a port of the container answers: on the host where it is published, else at its own addresses.
pub async fn addresses(
    engine: &Engine,
    state: &ContainerState,
    (port, protocol): (u16, Protocol),
) -> Vec<String> {
    let host = engine.endpoint().address.host();
    if state.network_mode == HOST {
        let home = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port).to_string();
        return vec![host.map_or(home, |host| with_port(host, port))];
    }
    let sharing = match state.network_mode.strip_prefix(OF_CONTAINER) {
        Some(target) => engine.container(target).await.ok().flatten(),
        None => None,
    };
    let state = sharing.as_ref().unwrap_or(state);
    let published = state.ports.get(&format!("{port}/{protocol}")).into_iter().flatten();
    let mut addresses: Vec<String> = published.map(|(ip, port)| published_at(ip, *port, host)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    if host.is_none() {
        addresses.extend(state.addresses.iter().map(|ip| SocketAddr::new(*ip, port).to_string()));
    }
    addresses
}

/// Where a published port is reached from here.
fn published_at(ip: &str, port: u16, engine: Option<&str>) -> String {
    match ip.parse() {
        Ok(IpAddr::V4(ip)) if !ip.is_unspecified() => SocketAddr::new(ip.into(), port).to_string(),
        Ok(IpAddr::V6(ip)) if !ip.is_unspecified() => SocketAddr::new(ip.into(), port).to_string(),
        found => match (engine, found) {
            (Some(engine), _) => with_port(engine, port),
            (None, Ok(IpAddr::V6(_))) => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port).to_string(),
            (None, _) => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port).to_string(),
        },
    }
}

fn with_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
