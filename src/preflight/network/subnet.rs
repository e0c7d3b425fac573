//! The subnets of a launch's networks: those of a network that is to be made against what the engine has and what the
//! host reaches, and those of one that is there against what the host reaches.

use super::{about, swarm};
use crate::engine::{Engine, NetworkState};
use crate::finding::{Code, Finding, Findings, Level};
use crate::sockets::{Proof, Route, is_same_network, routes};
use crate::spec::{LaunchSpec, NetworkDeclaration, Setting};
use crate::values::{Subnet, Value as _};

/// Drivers whose containers are on a network of the host's: to have its addresses is what they are for.
const ON_THE_LAN: [&str; 2] = ["macvlan", "ipvlan"];

/// The ranges that are nobody's on the Internet, in the order in which they are worth taking.
const RANGES: &str = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fd00::/8";

/// Checks the subnets of a network that is to be made.
pub(super) async fn wanted(
    name: &str,
    declared: &NetworkDeclaration,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Findings {
    if declared.subnets.is_empty() {
        return Findings::new();
    }
    let networks = engine.networks().await.unwrap_or_default();
    let driver = declared.driver.as_ref().map_or("bridge", |driver| driver.value.as_str());
    let is_overlay = declared.is_overlay();
    let mut findings = Findings::new();
    for subnet in &declared.subnets {
        let asked = |finding: Finding| {
            let words = format!("subnet = {}", subnet.value.word());
            about(finding.asked(words, &subnet.origin), name, spec)
        };
        let said = match held(name, subnet, &networks, is_overlay) {
            Some(finding) => vec![finding],
            None => odd((name, driver), subnet.value, Level::Warning, &networks, engine),
        };
        findings.extend(said.into_iter().map(asked));
    }
    findings
}

/// Checks the subnets of a network that is there: it is somebody's choice already, and only worth knowing.
pub(super) fn existing(state: &NetworkState, spec: &LaunchSpec, engine: &Engine) -> Findings {
    let network = (state.name.as_str(), state.driver.as_str());
    let own = std::slice::from_ref(state);
    let found = state.subnets.iter().flat_map(|subnet| odd(network, *subnet, Level::Note, own, engine));
    found.map(|finding| about(finding, &state.name, spec)).collect()
}

/// A network that has some of the addresses already: the engine refuses to give them twice. Overlays have theirs for
/// themselves.
fn held(
    name: &str,
    subnet: &Setting<Subnet>,
    networks: &[NetworkState],
    is_overlay: bool,
) -> Option<Finding> {
    let subnet = subnet.value;
    let is_in_the_way =
        // One of this very name is made anew: its addresses are free by then.
        |network: &&NetworkState| {
            network.name != name && (network.scope == swarm::SWARM) == is_overlay && !network.config_only
        };
    let (other, theirs) = networks.iter().filter(is_in_the_way).find_map(|network| {
        let theirs = network.subnets.iter().find(|theirs| theirs.overlaps(&subnet))?;
        Some((&network.name, theirs))
    })?;
    let message = format!(
        "the network {name} would have {}, and the network {other} has {}",
        subnet.word(),
        theirs.word()
    );
    Some(
        Finding::error(Code::SubnetOverlap, message)
            .help("declare another subnet, or none: the engine takes a free one")
            .help(format!("or name that network: --network {other}")),
    )
}

/// What is odd about a subnet for itself: it is others', or the host reaches some of it elsewhere.
fn odd(
    (name, driver): (&str, &str),
    subnet: Subnet,
    level: Level,
    networks: &[NetworkState],
    engine: &Engine,
) -> Findings {
    let word = subnet.word();
    let is_there = level == Level::Note;
    let has = if is_there { "has" } else { "would have" };
    let mut findings = Findings::new();
    if subnet.is_public() {
        let message = format!(
            "the network {name} {has} {word}, which is others' on the Internet: its containers do not reach them"
        );
        let finding = Finding { level, ..Finding::note(Code::SubnetPublic, message) };
        findings.push(finding.help(format!("take a part of a private range: {RANGES}")));
    }
    if ON_THE_LAN.contains(&driver) || is_same_network(engine.peer_pid()) != Proof::Same {
        return findings;
    }
    // A bridge is the way to its own containers.
    let own: Vec<String> = networks.iter().map(NetworkState::interface).collect();
    let is_elsewhere = |route: &Route| route.subnet.overlaps(&subnet) && !own.contains(&route.interface);
    if let Some(route) = routes().iter().find(|route| is_elsewhere(route)) {
        let message = format!(
            "the network {name} {has} {word}, and the host reaches {} by {}",
            route.subnet.word(),
            route.interface
        );
        let finding = Finding { level, ..Finding::note(Code::SubnetOverlap, message) };
        findings.push(
            finding
                .noted("what both have, one of the host and the containers does not reach")
                .help("take a subnet that `ip route` does not list"),
        );
    }
    findings
}
