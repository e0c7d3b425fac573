//! The ports of a launch against the sockets of the network in which they are taken: who is in the way, what is good
//! news, and which port is free in the place of one that is not.

mod finding;
mod health;
mod holder;
mod need;
mod need_missing;
mod outlook;
mod plan;
mod senders;
mod view;

use super::Subject;
use super::checks::{Said, World};
use crate::engine::Engine;
use crate::finding::{Code, Finding, Findings, Level, refuses};
use crate::spec::{LaunchSpec, Networking, PortMove};
use crate::values::{PortPolicy, PortRange, Protocol};
pub use holder::Holder;
pub(super) use outlook::{ephemeral, outlook};
use plan::{Wanted, wanted};
pub use senders::lost_senders;
use view::{Place, View};

/// How often a launch may be decided anew with other ports: each round moves every port that is in the way.
const ROUNDS: usize = 8;

/// What the ports of a launch come to.
#[derive(Debug, Default)]
pub struct Ports {
    /// What is to be said of them.
    pub findings: Findings,
    /// Each of them.
    pub states: Vec<PortState>,
    /// Those that are in the way and may move, with the ports in their places.
    moves: Vec<PortMove>,
    /// The health check, which may hold one of them; it is looked for where a port is taken.
    check: Option<health::Check>,
}

/// A port of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortState {
    /// Its protocol.
    pub protocol: Protocol,
    /// The port, or those of which the engine takes one.
    pub ports: PortRange,
    /// Why it is asked for: published, opened, needed.
    pub purpose: &'static str,
    /// What became of it.
    pub status: PortStatus,
    /// Who holds it.
    pub holder: Option<Holder>,
}

/// What becomes of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortStatus {
    /// Nobody holds it.
    Free,
    /// Somebody is in the way.
    Held,
    /// Its holder is what the service needs there.
    Reused,
    /// Nobody is there, and the service needs somebody.
    Missing,
    /// It cannot be told.
    Unknown,
}

impl PortStatus {
    /// Its word in a table and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Held => "held",
            Self::Reused => "reused",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// Checks the ports of a launch that is being checked, and moves those that may move.
pub(super) async fn look(subject: &mut Subject, world: &World<'_>) -> Said {
    let (spec, ports) = settle(subject.spec.clone(), world.engine, 0).await;
    subject.spec = spec;
    subject.ports = ports.states;
    ports.findings.into()
}

/// Checks the ports of a launch, and moves those that are in the way where the policy says so and the caller said
/// none: the launch comes back with the ports that it will have. The stride is the number of free ports to pass over.
pub async fn settle(spec: LaunchSpec, engine: &Engine, stride: usize) -> (LaunchSpec, Ports) {
    let (mut spec, mut told) = (spec, Findings::new());
    for _ in 0..ROUNDS {
        let mut ports = check(&spec, engine, stride).await;
        let next = match ports.moves.is_empty() || refuses(&ports.findings) {
            true => None,
            false => spec.moved(&ports.moves).ok(),
        };
        let Some(next) = next else {
            ports.findings.splice(0..0, told);
            return (spec, ports);
        };
        let of_move = |finding: &Finding| matches!(finding.code, Code::PortMoved | Code::HealthPort);
        told.extend(ports.findings.into_iter().filter(of_move));
        spec = next;
    }
    let finding =
        Finding::error(Code::PortTaken, "no free port was found in the place of those that are held");
    (spec, Ports { findings: vec![finding], ..Ports::default() })
}

/// Checks the ports of a launch as it stands.
async fn check(spec: &LaunchSpec, engine: &Engine, stride: usize) -> Ports {
    let wanted = wanted(spec);
    let needs = need::needs(spec);
    let untold = need_missing::untold(spec, engine).await;
    if wanted.is_empty() && needs.is_empty() {
        return Ports { findings: untold, ..Ports::default() };
    }
    let mut ports = Ports { findings: untold, ..Ports::default() };
    match view::place(spec, engine).await {
        Place::Here(namespace) => match View::read(namespace, &wanted, &needs) {
            Ok(view) => {
                here((&wanted, stride), &view, spec, engine, &mut ports).await;
                need::check(&needs, &view, spec, engine, &mut ports).await;
            }
            Err(why) => elsewhere(&wanted, &why.0, spec, engine, &mut ports).await,
        },
        Place::Elsewhere(why) => elsewhere(&wanted, &why, spec, engine, &mut ports).await,
        Place::Nowhere => {}
    }
    ports
}

/// Against the sockets that can be read.
async fn here(
    (wanted, stride): (&[Wanted], usize),
    view: &View,
    spec: &LaunchSpec,
    engine: &Engine,
    ports: &mut Ports,
) {
    let looked: Vec<_> = wanted.iter().map(|one| view.look(one)).collect();
    let sockets: Vec<_> = looked.iter().filter_map(|(_, held)| held.as_ref()).flatten().cloned().collect();
    let mut holders = match sockets.is_empty() {
        true => Vec::new(),
        false => {
            ports.check = health::of(spec, engine).await;
            holder::holders(&sockets, engine).await
        }
    }
    .into_iter();
    let mut given: Vec<(Protocol, u16)> = Vec::new();
    for (one, (free, held)) in wanted.iter().zip(looked) {
        if one.protocol == Protocol::Sctp {
            ports.untold(one, "SCTP sockets are not read");
            continue;
        }
        let Some(in_the_way) = held else {
            ports.push(one, PortStatus::Free, None);
            continue;
        };
        let holder = holders.by_ref().take(in_the_way.len()).collect::<Vec<_>>().into_iter().next();
        let holder = holder.unwrap_or_else(Holder::unknown);
        if let Some(free) = free {
            given.push((one.protocol, free));
            ports.chosen(one, &holder, free, spec);
            continue;
        }
        let others = wanted.iter().map(|other| (other.protocol, other.ports));
        let given_before = given.iter().map(|(protocol, port)| (*protocol, PortRange::single(*port)));
        let same = others.chain(given_before).filter(|(protocol, _)| *protocol == one.protocol);
        let next = view.next_free(one, &same.map(|(_, ports)| ports).collect::<Vec<_>>(), stride);
        given.extend(next.map(|port| (one.protocol, port)));
        let bound = in_the_way.first().map(|socket| socket.address);
        ports.taken(one, &holder, &finding::Way { next, bound, is_looked_for: one.ports.is_single() }, spec);
    }
}

/// Against what the engine knows: what its containers publish.
async fn elsewhere(wanted: &[Wanted], why: &str, spec: &LaunchSpec, engine: &Engine, ports: &mut Ports) {
    // What is published is published on the host, whichever network the launch takes its ports in.
    let containers = match spec.networking {
        Networking::Container { .. } => Vec::new(),
        Networking::Host { .. }
        | Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Own { .. } => engine.running_containers().await.unwrap_or_default(),
    };
    let mut unknown = Vec::new();
    for one in wanted {
        let publisher = containers.iter().find(|container| view::publishes(container, one));
        match publisher {
            Some(container) => {
                ports.check = health::of(spec, engine).await;
                ports.taken(one, &Holder::container(container), &finding::Way::default(), spec);
            }
            None => {
                ports.push(one, PortStatus::Unknown, None);
                unknown.push(finding::name(one));
            }
        }
    }
    if !unknown.is_empty() {
        let message = format!("whether {} is free cannot be told from here: {why}", unknown.join(", "));
        ports.findings.push(Finding::note(Code::PortUnknown, message));
    }
}

impl Ports {
    fn push(&mut self, wanted: &Wanted, status: PortStatus, holder: Option<&Holder>) {
        self.states.push(PortState {
            protocol: wanted.protocol,
            ports: wanted.ports,
            purpose: if wanted.is_published { "published" } else { "opened" },
            status,
            holder: holder.cloned(),
        });
    }

    /// A port of which nothing can be told.
    fn untold(&mut self, wanted: &Wanted, why: &str) {
        self.push(wanted, PortStatus::Unknown, None);
        let message = format!("whether {} is free cannot be told: {why}", finding::name(wanted));
        self.findings.push(Finding::note(Code::PortUnknown, message).asked(&wanted.words, &wanted.origin));
    }

    /// A port that was chosen out of a range, as others of it are held. The engine would try the first that no
    /// container publishes, and fail where a process holds that.
    fn chosen(&mut self, wanted: &Wanted, holder: &Holder, port: u16, spec: &LaunchSpec) {
        self.push(wanted, PortStatus::Free, None);
        self.moved(wanted, holder, port, spec);
    }

    /// A port that somebody holds: it moves, or it is said.
    fn taken(&mut self, wanted: &Wanted, holder: &Holder, way: &finding::Way, spec: &LaunchSpec) {
        self.push(wanted, PortStatus::Held, Some(holder));
        let moves = spec.port_policy == PortPolicy::Next && wanted.is_movable;
        let stays = health::left(wanted, self.check.as_ref(), spec)
            .filter(|_| wanted.is_movable && health::asks_a_stranger(spec));
        match (stays, way.next.filter(|_| moves)) {
            (Some(left), _) => {
                let way = finding::Way { next: None, is_looked_for: false, ..*way };
                let taken = finding::taken(wanted, holder, &way, spec);
                self.findings.push(left.refuse(taken, wanted, spec));
            }
            (None, Some(to)) => self.moved(wanted, holder, to, spec),
            (None, None) => self.findings.push(finding::taken(wanted, holder, way, spec)),
        }
    }

    /// A port that moves; a health check that does not is told.
    fn moved(&mut self, wanted: &Wanted, holder: &Holder, to: u16, spec: &LaunchSpec) {
        self.findings.push(finding::moved(wanted, holder, to, spec));
        let left = health::left(wanted, self.check.as_ref(), spec);
        self.findings.extend(left.map(|left| left.warn(wanted, to, spec)));
        self.moves.push(PortMove { protocol: wanted.protocol, from: wanted.ports.start, to });
    }
}

/// Names the holder of a port that the engine found taken after all: it was taken between the check and the start, or
/// nobody could tell before. The check that was made since then tells who it is.
#[must_use]
pub fn explain(findings: Findings, checked: Findings) -> Findings {
    let is_taken = |finding: &Finding| finding.code == Code::PortTaken && finding.level == Level::Error;
    let Some(refused) = findings.iter().find(|finding| is_taken(finding)) else { return findings };
    let mut named: Findings = checked.into_iter().filter(is_taken).collect();
    if let Some(first) = named.first_mut() {
        first.notes.extend(refused.notes.clone());
        let others = findings.iter().filter(|finding| !is_taken(finding)).cloned();
        named.extend(others);
        return named;
    }
    findings
}
