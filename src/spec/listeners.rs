//! `Listener`: a port that the service itself opens, who says which one, and what moves it.

use super::{asked, network, told};
use crate::config::{Layer, Listen, Many, Setting, SettledService, Speech};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Authority, EnvVar, PortRange, Protocol, Publish, Secret, Value as _, ip};
use std::net::{IpAddr, Ipv4Addr};

/// A port that the service opens by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The address that it is bound to; none where nobody says.
    pub address: Option<IpAddr>,
    /// What it is for: `clients`.
    pub about: Option<String>,
    /// What answers there.
    pub speaks: Option<Speech>,
    /// What says the port, for a message.
    pub words: String,
    /// Where the port was said.
    pub origin: Origin,
    /// What moves the port.
    pub mover: Option<Mover>,
    /// Whether it is for programs of this host alone.
    pub is_internal: bool,
    /// Whether the port was said to the service: then it listens nowhere else.
    pub is_told: bool,
}

impl Listener {
    /// The variable that moves the port, if one does.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match &self.mover {
            Some(Mover::Variable(name)) => Some(name),
            Some(Mover::Argument(_)) | None => None,
        }
    }

    /// Whether the port may move by itself: something moves it, and the caller did not say it.
    #[must_use]
    pub fn is_movable(&self) -> bool {
        self.mover.is_some() && !is_callers(&self.origin)
    }
}

/// What a service learns its port from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mover {
    /// A variable.
    Variable(String),
    /// An argument of its command, such as `--http-port`.
    Argument(String),
}

/// A port that is taken, and the one to take in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortMove {
    /// The protocol.
    pub protocol: Protocol,
    /// The port that is taken.
    pub from: u16,
    /// The port in its place.
    pub to: u16,
}

/// Where a moved port's values come from.
pub(super) const MOVED: Origin = Origin::Rule("moved by --port-policy next");

/// Whether the caller of this launch said it: then it never moves.
#[must_use]
pub fn is_callers(origin: &Origin) -> bool {
    match origin {
        Origin::Flag(_) | Origin::Variable(_) => true,
        Origin::File(_) | Origin::Rule(_) => false,
    }
}

/// The command, and whether it is the caller's.
pub(super) struct Command<'a> {
    /// Its words.
    pub(super) words: &'a mut Vec<String>,
    /// Whether the caller said it.
    pub(super) is_callers: bool,
}

/// The ports that a service opens, as its variables and its command say them; those that are to be moved are moved,
/// and what the service is to publish is published.
pub(super) fn decide(
    service: Option<&SettledService>,
    options: &mut Layer,
    mut command: Command<'_>,
    moves: &[PortMove],
    findings: &mut Findings,
) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for listen in service.iter().flat_map(|service| &service.listens) {
        match listener(listen, options, &command) {
            Ok(listener) => listeners.extend(listener),
            Err(finding) => findings.push(*finding),
        }
    }
    apply(moves, &mut listeners, options, &mut command);
    publish(options, &listeners, moves);
    listeners
}

fn listener(
    Setting { value: listen, origin }: &Setting<Listen>,
    options: &Layer,
    command: &Command<'_>,
) -> Result<Option<Listener>, Box<Finding>> {
    let by_variable = listen.variable.as_ref().and_then(|name| variable(options, name));
    let by_argument = listen.argument.as_ref().and_then(|name| argument(command.words, name));
    let (port, words, origin) = match (by_variable, by_argument, &listen.argument) {
        (_, Some(word), Some(name)) => {
            let origin = if command.is_callers { Origin::Flag("--".to_owned()) } else { origin.clone() };
            (port(word, name, name, &origin)?, format!("{name} {word}"), origin)
        }
        (Some((setting, value)), _, _) => {
            let (name, origin) = (&setting.value.name, &setting.origin);
            // `rules` tells of a variable that is no port.
            let Some(port) = said_port(value) else { return Ok(None) };
            // Who may listen where is no secret; what stands before an `@` may be.
            let shown = if value.contains('@') { port.to_string() } else { value.to_owned() };
            let words = match origin {
                Origin::Flag(_) => format!("-e {name}={shown}"),
                Origin::File(_) | Origin::Variable(_) | Origin::Rule(_) => format!("{name} = \"{shown}\""),
            };
            (port, words, origin.clone())
        }
        _ if listen.is_optional => return Ok(None),
        _ => (listen.port, format!("port = \"{}/{}\"", listen.port, listen.protocol), origin.clone()),
    };
    Ok(Some(Listener {
        port,
        protocol: listen.protocol,
        address: address(listen, options, by_argument),
        about: listen.about.clone(),
        speaks: listen.speaks,
        words,
        origin,
        mover: mover(listen, command),
        is_internal: listen.is_internal,
        is_told: by_variable.is_some() || by_argument.is_some(),
    }))
}

/// The address that is bound: the variable's that says it, or the one that stands before the argument's port.
fn address(listen: &Listen, options: &Layer, by_argument: Option<&str>) -> Option<IpAddr> {
    let said = listen.address.as_ref().and_then(|name| variable(options, name)?.1.parse().ok());
    said.or_else(|| Authority::all(by_argument?).first()?.ip())
}

/// The port that a word says: `8000`, or the one of `0.0.0.0:8000`.
fn said_port(word: &str) -> Option<u16> {
    let port: Option<u16> = word.parse().ok();
    port.or_else(|| Authority::all(word).first()?.port()).filter(|port| *port > 0)
}

/// The word with another port in it.
fn with_port(word: &str, port: u16) -> String {
    let whole = Authority::all(word).first().and_then(|authority| authority.with_port(port));
    whole.unwrap_or_else(|| port.to_string())
}

/// A command of the caller's is his: no argument is put into it.
fn mover(listen: &Listen, command: &Command<'_>) -> Option<Mover> {
    match (&listen.argument, &listen.variable) {
        (Some(name), _) if !command.is_callers => Some(Mover::Argument(name.clone())),
        (_, Some(name)) => Some(Mover::Variable(name.clone())),
        _ => None,
    }
}

/// A variable that is set, and its value.
fn variable<'a>(options: &'a Layer, name: &str) -> Option<(&'a Setting<EnvVar>, &'a str)> {
    let setting = options.env.named(name)?;
    Some((setting, setting.value.value.as_ref()?.expose()))
}

/// The value of `--name VALUE` or `--name=VALUE`: the last one, as programs take it.
pub(super) fn argument<'a>(command: &'a [String], name: &str) -> Option<&'a str> {
    let joined = |word: &'a String| word.strip_prefix(name)?.strip_prefix('=');
    let next = |at: usize| command.get(at + 1).filter(|_| command[at] == name).map(String::as_str);
    (0..command.len()).rev().find_map(|at| joined(&command[at]).or_else(|| next(at)))
}

fn port(value: &str, name: &str, words: &str, origin: &Origin) -> Result<u16, Box<Finding>> {
    said_port(value).ok_or_else(|| {
        let message = format!("{name} is not a port from 1 to 65535");
        Box::new(Finding::error(Code::BadValue, message).asked(words, origin))
    })
}

/// Moves ports: what a service learns its port from, and what files publish of it. What the caller said stays; so does the
/// container's own port where others find the container by its name: they were told it.
fn apply(moves: &[PortMove], listeners: &mut [Listener], options: &mut Layer, command: &mut Command<'_>) {
    let is_known = network::is_found_by_name(options);
    for change in moves {
        let mut inside = None;
        for listener in listeners.iter_mut().filter(|_| !is_known) {
            let is_meant = listener.port == change.from && listener.protocol == change.protocol;
            if let Some(mover) = listener.mover.clone().filter(|_| is_meant && listener.is_movable()) {
                mover.set(change.to, options, command.words);
                listener.port = change.to;
                inside = Some(change.to);
            }
        }
        if inside.is_some() {
            move_ready(change, options);
            told::follow_own(change, options, (!command.is_callers).then_some(&mut *command.words));
        }
        move_published(change, inside, options);
    }
}

/// Moves what is asked whether the service is ready, where that asks the port that it has left.
fn move_ready(change: &PortMove, options: &mut Layer) {
    options.ready.change(|setting| {
        let asks = setting.value.port() == Some((change.protocol, change.from));
        if let Some(there) = setting.value.at(change.to).filter(|_| asks) {
            setting.value = there;
        }
    });
}

/// Moves what files publish, and chooses out of a range; the container's port follows where the service's own did.
fn move_published(change: &PortMove, inside: Option<u16>, options: &mut Layer) {
    options.publish.change(|setting| {
        let publish = &mut setting.value;
        let starts = publish.host.filter(|range| range.start == change.from);
        let is_choice = starts.is_some_and(|range| !range.is_single()) && publish.container.is_single();
        let is_moved = starts.is_some_and(|range| range.is_single()) && !is_callers(&setting.origin);
        if publish.protocol == change.protocol && (is_choice || is_moved) {
            if let Some(port) = inside.filter(|_| publish.container == PortRange::single(change.from)) {
                publish.container = PortRange::single(port);
            }
            publish.host = Some(PortRange::single(change.to));
            if !is_choice {
                setting.origin = MOVED;
            }
        }
    });
}

impl Mover {
    fn set(&self, port: u16, options: &mut Layer, command: &mut Vec<String>) {
        match self {
            Self::Variable(name) => {
                let said = variable(options, name).map_or(String::new(), |(_, value)| with_port(value, port));
                options.env.retain(|setting| setting.value.name != *name);
                let value = Some(Secret::new(if said.is_empty() { port.to_string() } else { said }));
                options.env.push(EnvVar { name: name.clone(), value }, MOVED);
            }
            Self::Argument(name) => {
                let joined = format!("{name}=");
                let pairs = command.iter().position(|word| word == name);
                if let Some(word) = command.iter_mut().rev().find(|word| word.starts_with(&joined)) {
                    *word = format!("{joined}{}", with_port(&word[joined.len()..], port));
                } else if let Some(value) = pairs.and_then(|at| command.get_mut(at + 1)) {
                    *value = with_port(value, port);
                } else {
                    command.extend([name.clone(), port.to_string()]);
                }
            }
        }
    }
}

/// Publishes every port that the service opens and that nobody has published yet; none in a network that publishes none.
fn publish(options: &mut Layer, listeners: &[Listener], moves: &[PortMove]) {
    let switch = options.publish_service.setting().filter(|switch| switch.value);
    let Some(switch) = switch.filter(|_| network::publishes(options)).cloned() else { return };
    for listener in listeners {
        let host = moved(moves, listener.protocol, listener.port);
        // Who gave the host's port to another port of the container is not overruled: `rules` tells what is wrong.
        let published = options.publish.values().any(|publish| {
            publish.protocol == listener.protocol
                && (publish.container.contains(listener.port)
                    || publish.host.is_some_and(|range| range.contains(host)))
        });
        if !published {
            let own = listener.is_internal.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST));
            let publish = Publish {
                ip: own,
                host: Some(PortRange::single(host)),
                container: PortRange::single(listener.port),
                protocol: listener.protocol,
            };
            let origin = if host == listener.port { switch.origin.clone() } else { MOVED };
            options.publish.push(publish, origin);
        }
    }
}

/// Where a port has gone; a port that was moved may be moved again.
fn moved(moves: &[PortMove], protocol: Protocol, port: u16) -> u16 {
    moves
        .iter()
        .filter(|change| change.protocol == protocol)
        .fold(port, |port, change| if change.from == port { change.to } else { port })
}

/// A host port that one launch publishes twice: the engine would refuse the second after the container was made. They are
/// told as they were typed, before `--publish-ip` gave them an address.
pub(super) fn twice(options: &Layer, typed: &Many<Publish>) -> Findings {
    let published: Vec<_> = options.publish.iter().zip(typed).collect();
    let mut findings = Findings::new();
    for (at, (later, later_typed)) in published.iter().enumerate() {
        let overlaps = |(earlier, _): &&(&Setting<Publish>, _)| overlap(&earlier.value, &later.value);
        let Some((earlier, earlier_typed)) = published[..at].iter().find(overlaps) else { continue };
        let word = |setting: &Setting<Publish>| asked("publish", &setting.value.word(), &setting.origin);
        let range = later.value.host.map(|range| range.to_string()).unwrap_or_default();
        let protocol = later.value.protocol.name();
        findings.push(
            Finding::error(Code::PortTwice, format!("{protocol} {range} of the host is published twice"))
                .asked(word(earlier_typed), &earlier.origin)
                .asked(word(later_typed), &later.origin)
                .help("give each its own port of the host, or its own address"),
        );
    }
    findings
}

/// Whether two published ports want the same port of the host. A range to choose from leaves a way out.
#[must_use]
pub fn overlap(one: &Publish, other: &Publish) -> bool {
    let (Some(a), Some(b)) = (one.host, other.host) else { return false };
    let fixed = |publish: &Publish, range: PortRange| publish.container.len() == range.len();
    let same_address = match (one.ip, other.ip) {
        (Some(a), Some(b)) => ip::meet(a, b),
        (None, _) | (_, None) => true,
    };
    one.protocol == other.protocol
        && a.start > 0
        && fixed(one, a)
        && fixed(other, b)
        && same_address
        && a.start <= b.end
        && b.start <= a.end
}
