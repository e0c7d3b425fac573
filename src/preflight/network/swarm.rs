//! Overlay networks that are to be made, against the engine's place in a swarm. dynrun makes and joins no swarm: it
//! prints the line that does.

use super::about;
use crate::engine::{Engine, NetworkState, SwarmState};
use crate::finding::{Code, Finding};
use crate::host::addresses;
use crate::sockets::{Proof, is_same_network};
use crate::spec::{LaunchSpec, NetworkDeclaration};
use std::net::IpAddr;

/// The scope of networks that all of a swarm have.
pub(super) const SWARM: &str = "swarm";

/// Why a network of a swarm's cannot be made here, or could not be joined once it is.
pub(super) async fn hindered(
    name: &str,
    declared: &NetworkDeclaration,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Option<Finding> {
    if !declared.is_overlay() {
        return None;
    }
    let state = match engine.swarm().await {
        Ok(state) => state,
        Err(error) => {
            let message = format!("whether this engine can make the overlay {name} cannot be told: {error}");
            return Some(about(Finding::warning(Code::NetworkUnknown, message), name, spec));
        }
    };
    let why = match &state {
        SwarmState::Manager => return not_attachable(name, declared, spec),
        SwarmState::Inactive => "it is in no swarm".to_owned(),
        SwarmState::Pending => "it is still on its way into its swarm".to_owned(),
        SwarmState::Worker => "it is a worker of its swarm, and only managers make them".to_owned(),
        SwarmState::Locked => "its swarm is locked".to_owned(),
        SwarmState::Failed(why) => format!("it cannot work in its swarm: {why}"),
    };
    let finding =
        Finding::error(Code::NoOverlay, format!("this engine cannot make the overlay network {name}: {why}"));
    let finding = match &declared.driver {
        Some(driver) => finding.asked(format!("driver = {}", driver.value), &driver.origin),
        None => finding,
    };
    let networks = engine.networks().await.unwrap_or_default();
    let finding = about(finding, name, spec).helped(remedy(&state, &networks, engine));
    Some(match state {
        SwarmState::Worker => finding.help(format!("make it on a manager: {}", declared.create_line(name))),
        SwarmState::Inactive
        | SwarmState::Pending
        | SwarmState::Locked
        | SwarmState::Failed(_)
        | SwarmState::Manager => finding,
    })
}

/// A manager would make it, and no container of a launch could join it.
fn not_attachable(name: &str, declared: &NetworkDeclaration, spec: &LaunchSpec) -> Option<Finding> {
    if declared.attachable.as_ref().is_some_and(|attachable| attachable.value) {
        return None;
    }
    let message = format!("the network {name} would be for the swarm's services alone: it is not attachable");
    let finding = Finding::error(Code::NetworkNotAttachable, message);
    let finding = match (&declared.attachable, &declared.driver) {
        (Some(attachable), _) => finding.asked("attachable = false", &attachable.origin),
        (None, Some(driver)) => finding.asked(format!("driver = {}", driver.value), &driver.origin),
        (None, None) => finding,
    };
    let finding = about(finding, name, spec);
    Some(finding.help(format!("declare it so: attachable = true under [network.{name}]")))
}

/// What brings the engine where it can make one. No token is asked for: a manager tells it to who asks there.
pub(super) fn remedy(state: &SwarmState, networks: &[NetworkState], engine: &Engine) -> Vec<String> {
    match state {
        SwarmState::Inactive => vec![
            format!("make it the manager of a new one: docker swarm init --advertise-addr {}", own_address(networks, engine)),
            "or have it join one, with the line that a manager prints: docker swarm join-token worker".to_owned(),
        ],
        SwarmState::Pending => vec!["see how far it is: docker info --format '{{.Swarm.LocalNodeState}}'".to_owned()],
        SwarmState::Locked => vec!["unlock it: docker swarm unlock".to_owned()],
        SwarmState::Failed(_) => vec![
            "leave it, and join again with the line that a manager prints: docker swarm leave; docker swarm join-token worker"
                .to_owned(),
        ],
        SwarmState::Worker | SwarmState::Manager => Vec::new(),
    }
}

/// The first address that others may know the engine's machine by; a word for it where there is none to be seen.
fn own_address(networks: &[NetworkState], engine: &Engine) -> String {
    let is_here = is_same_network(engine.peer_pid()) == Proof::Same;
    let addresses = if is_here { addresses().unwrap_or_default() } else { Vec::new() };
    let is_of_a_bridge =
        |ip: &IpAddr| networks.iter().flat_map(|network| &network.subnets).any(|subnet| subnet.contains(*ip));
    let known = addresses.iter().find(|ip| ip.is_ipv4() && !ip.is_loopback() && !is_of_a_bridge(ip));
    known.map_or("ADDRESS".to_owned(), ToString::to_string)
}
