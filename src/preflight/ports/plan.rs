//! `Wanted`: every port that a launch takes for itself in somebody's network, and who asked for it.

use crate::finding::{Asked, Origin};
use crate::sockets::EVERY_ADDRESS;
use crate::spec::{LaunchSpec, Mover, Networking, Setting, asked, is_callers};
use crate::values::{PortRange, Protocol, Publish, Ready, Value};
use std::net::IpAddr;

/// A port that a launch takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    /// Its protocol.
    pub(super) protocol: Protocol,
    /// The addresses on which it is taken: it must be free on each.
    pub(super) addresses: Vec<IpAddr>,
    /// The ports of which one is taken; a single one, unless the engine may choose.
    pub(super) ports: PortRange,
    /// Whether the engine opens it; else the service does.
    pub(super) is_published: bool,
    /// Whether the launch waits until it is open: then the container opens it, whatever it runs.
    pub(super) is_awaited: bool,
    /// What it is for.
    pub(super) about: Option<String>,
    /// What asked for it.
    pub(super) words: String,
    /// Where it was asked for.
    pub(super) origin: Origin,
    /// Whether `--port-policy next` may move it.
    pub(super) is_movable: bool,
    /// What the caller may say to have another port.
    pub(super) remedy: Option<Remedy>,
}

/// What the caller may say to have another port.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Remedy {
    /// To publish it elsewhere.
    Publish(Publish),
    /// To tell the service.
    Move(Mover),
}

impl Remedy {
    /// The words that ask for this port.
    pub(super) fn words(&self, port: u16) -> String {
        match self {
            Self::Publish(publish) => {
                let host = Some(PortRange::single(port));
                format!("-p {}", Publish { host, ..publish.clone() }.word())
            }
            Self::Move(Mover::Variable(name)) => format!("-e {name}={port}"),
            Self::Move(Mover::Argument(name)) => format!("{name} {port} in its command"),
        }
    }
}

/// The ports of a launch: those that are published, and those that the service opens where it has no network of
/// its own.
pub(super) fn wanted(spec: &LaunchSpec) -> Vec<Wanted> {
    match &spec.networking {
        Networking::Bridge { .. } | Networking::Own { .. } => {
            let parts = spec.options.publish.iter().flat_map(|setting| {
                let spread = setting.value.spread().into_iter();
                spread.map(|publish| (publish, setting)).collect::<Vec<_>>()
            });
            parts.filter_map(|(publish, setting)| published(&publish, setting, spec)).collect()
        }
        Networking::Host { .. } | Networking::Container { .. } => opened(spec),
        Networking::None { .. } => Vec::new(),
    }
}

/// A published port; none where the engine chooses any that is free.
fn published(publish: &Publish, said: &Setting<Publish>, spec: &LaunchSpec) -> Option<Wanted> {
    let ports = publish.host.filter(|range| range.start > 0)?;
    let listener = spec
        .listeners
        .iter()
        .find(|listener| listener.protocol == publish.protocol && publish.container.contains(listener.port));
    let Asked { words, origin } = spec.published_by(said);
    let typed = Publish { ip: spec.typed(said).ip, ..publish.clone() };
    // Of the service's ports, nobody said which number they have on the host.
    let is_callers = is_callers(&said.origin) && !spec.is_services(said);
    Some(Wanted {
        protocol: publish.protocol,
        addresses: publish.ip.map_or(EVERY_ADDRESS.to_vec(), |ip| vec![ip]),
        ports,
        is_published: true,
        is_awaited: false,
        about: listener.and_then(|listener| listener.about.clone()),
        words,
        origin,
        is_movable: ports.is_single() && !is_callers,
        remedy: ports.is_single().then_some(Remedy::Publish(typed)),
    })
}

/// The ports that the service opens by itself, and those on which it has to answer before it counts as ready.
fn opened(spec: &LaunchSpec) -> Vec<Wanted> {
    let listeners = spec.listeners.iter();
    let mut wanted: Vec<Wanted> = listeners
        .map(|listener| Wanted {
            protocol: listener.protocol,
            addresses: listener.address.map_or(EVERY_ADDRESS.to_vec(), |ip| vec![ip]),
            ports: PortRange::single(listener.port),
            is_published: false,
            is_awaited: false,
            about: listener.about.clone(),
            words: listener.words.clone(),
            origin: listener.origin.clone(),
            is_movable: listener.is_movable(),
            remedy: listener.mover.clone().map(Remedy::Move),
        })
        .collect();
    // A port that has moved is asked where it is now, and was said where it was.
    let checks = spec.lifecycle.readiness().into_iter().flat_map(|readiness| &readiness.checks);
    for (check, said) in checks.zip(spec.said_ready()) {
        let Some((protocol, port)) = check.port() else { continue };
        let is_known = |one: &Wanted| (one.protocol, one.ports) == (protocol, PortRange::single(port));
        match wanted.iter_mut().find(|one| is_known(one)) {
            Some(known) => known.is_awaited = true,
            None => wanted.push(waited_for(said, protocol, port)),
        }
    }
    wanted
}

/// A port that is known from `--ready` alone: while another holds it, the container never gets ready, or the wrong one
/// answers.
fn waited_for(said: &Setting<Ready>, protocol: Protocol, port: u16) -> Wanted {
    Wanted {
        protocol,
        addresses: EVERY_ADDRESS.to_vec(),
        ports: PortRange::single(port),
        is_published: false,
        is_awaited: true,
        about: None,
        words: asked("ready", &said.value.word(), &said.origin),
        origin: said.origin.clone(),
        is_movable: false,
        remedy: None,
    }
}
