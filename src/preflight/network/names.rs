//! Containers that variables of a launch name, as in `NATS_SERVER=nats://bus:4222`: a container is found by its name on
//! a network that both are on and that somebody made, and nowhere else.

use crate::engine::{Engine, RunningContainer};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Networking, Peer, peers};

/// The digits of an id, as docker shows it.
const SHORT_ID: usize = 12;

/// Checks the names that only a container can have. Without one, the engine is not asked.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine) -> Findings {
    let named: Vec<Peer> = peers(spec).into_iter().filter(|peer| is_bare(&peer.host, spec)).collect();
    let is_asked = !named.is_empty() && where_found(spec).is_some();
    let containers = match is_asked {
        true => engine.running_containers().await.unwrap_or_default(),
        false => Vec::new(),
    };
    let found = named.iter().filter_map(|peer| {
        let container = containers.iter().find(|container| container.name == peer.host)?;
        unseen(peer, container, spec)
    });
    found.collect()
}

/// The networks on which containers are found by their names; none where the launch's network is nobody's to find
/// anything in, or another's.
fn where_found(spec: &LaunchSpec) -> Option<Vec<&str>> {
    match &spec.networking {
        Networking::Host { .. } => Some(Vec::new()),
        // That no name is found there is known without the engine: a rule of every launch's says it.
        Networking::Bridge { .. } => None,
        Networking::Own { attachments, .. } => {
            Some(attachments.iter().map(|attachment| attachment.network.as_str()).collect())
        }
        Networking::None { .. } | Networking::Container { .. } => None,
    }
}

/// Whether it is a name without a domain, and the launch itself does not say whose it is.
fn is_bare(host: &str, spec: &LaunchSpec) -> bool {
    let options = &spec.options;
    let is_linked = options.link.values().any(|link| link.alias == host || link.name == host);
    let is_hosted = options.add_host.values().any(|entry| entry.host == host);
    !host.contains(['.', ':']) && !is_linked && !is_hosted
}

/// Whether a network is named by its id, or the beginning of it: then its name is not known here.
fn is_id(network: &str) -> bool {
    network.len() >= SHORT_ID && network.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The container runs, and the launch does not find it by its name.
fn unseen(peer: &Peer, container: &RunningContainer, spec: &LaunchSpec) -> Option<Finding> {
    let networks = where_found(spec)?;
    let is_there = |network: &&str| is_id(network) || container.networks.iter().any(|name| name == network);
    if networks.iter().any(is_there) {
        return None;
    }
    let (variable, name) = (&peer.variable, &container.name);
    let message = |why: &str| format!("{variable} names the container {name}, and {why}");
    let finding = match &spec.networking {
        Networking::Host { .. } => {
            let finding = Finding::warning(
                Code::NameUnseen,
                message("on the host's network containers are not found by their names"),
            );
            match container.published.first() {
                Some(published) => {
                    finding.help(format!("name a port that it publishes: localhost:{}", published.port))
                }
                None => finding.help("name its address, or publish its port"),
            }
        }
        Networking::Own { .. } => {
            let theirs = container.networks.join(", ");
            let first = networks.first().copied().unwrap_or_default();
            Finding::warning(Code::NameUnseen, message(&format!("that is on {theirs} alone")))
                .help(format!("join it: docker network connect {first} {name}"))
        }
        Networking::Bridge { .. } | Networking::None { .. } | Networking::Container { .. } => return None,
    };
    Some(finding.asked(&peer.words, &peer.origin))
}
