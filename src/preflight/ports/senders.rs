//! Senders of UDP that do not reach a container which has taken another one's place: the kernel leads what comes from their
//! port where it led it before.

use crate::engine::{ContainerState, Engine};
use crate::finding::{Code, Finding};
use crate::sockets::{Flow, Namespace, Proof, flows, is_same_network, owners};
use crate::values::{PortRange, Protocol};
use std::collections::BTreeSet;

/// What the engine's process is called.
const ENGINE: &str = "dockerd";
/// How many senders are named.
const MOST: usize = 5;

/// A finding for each published port whose senders are led past the container. Where the kernel does not tell, there is
/// none.
#[must_use]
pub fn lost_senders(state: &ContainerState, engine: &Engine) -> Vec<Finding> {
    if is_same_network(engine.peer_pid()) != Proof::Same {
        return Vec::new();
    }
    let udp = state.ports.iter().filter(|(port, _)| port.ends_with("/udp"));
    let ports: BTreeSet<u16> = udp.flat_map(|(_, bindings)| bindings.iter().map(|(_, port)| *port)).collect();
    ports.into_iter().filter_map(|port| lost(port, state)).collect()
}

fn lost(port: u16, state: &ContainerState) -> Option<Finding> {
    let sockets = Namespace::Own.sockets(Protocol::Udp, &[PortRange::single(port)]).ok()?;
    // Docker's proxy takes what is led to the machine itself, and hands it on; without it, the engine keeps the port by a
    // socket that it never reads.
    let owners = owners(&sockets);
    let mut processes = owners.iter().flat_map(|owner| &owner.processes);
    let has_proxy = processes.any(|process| process.command != ENGINE);
    let flows = flows(port).ok()?;
    let past = flows.iter().filter(|flow| is_past(flow, state, has_proxy));
    let senders: BTreeSet<String> = past.map(|flow| flow.from.to_string()).collect();
    if senders.is_empty() {
        return None;
    }
    let more = if senders.len() > MOST { " and others" } else { "" };
    let named = senders.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    let message =
        format!("what {named}{more} sends to UDP {port} is led past the new container {}", state.name);
    Some(
        Finding::warning(Code::SenderLost, message)
            .noted("the kernel keeps a flow as long as it is sent from the same port; it began while no container had this one")
            .help(format!("have it forgotten, as root: conntrack -D -p udp --dport {port}"))
            .help("or start the sender again: from another port it arrives"),
    )
}

/// Whether a flow does not end in the container.
fn is_past(flow: &Flow, state: &ContainerState, has_proxy: bool) -> bool {
    !(state.addresses.contains(&flow.leads_to) || flow.is_plain() && has_proxy)
}
