//! What is said of a port that somebody holds.

use super::holder::Holder;
use super::plan::Wanted;
use crate::finding::{Code, Finding, Origin};
use crate::spec::{LaunchSpec, Networking, known_as};
use crate::values::PortPolicy;
use std::net::IpAddr;

/// The way around a holder.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    /// The next port that is free.
    pub(super) next: Option<u16>,
    /// Whether one was looked for.
    pub(super) is_looked_for: bool,
    /// The address that the holder is bound to.
    pub(super) bound: Option<IpAddr>,
}

/// A port by its protocol and number: `UDP 9999`.
pub(super) fn name(wanted: &Wanted) -> String {
    format!("{} {}", wanted.protocol.name(), wanted.ports)
}

/// The port, what it is for, and in whose network.
fn described(wanted: &Wanted, spec: &LaunchSpec) -> String {
    let about = about(wanted, spec).map(|about| format!(" ({about})")).unwrap_or_default();
    let place = match &spec.networking {
        Networking::Container { target } => format!(" of the container {target}"),
        Networking::Host { .. }
        | Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Own { .. } => String::new(),
    };
    format!("{}{about}{place}", name(wanted))
}

/// What the port is for: as the service says, else as its number is known.
fn about(wanted: &Wanted, spec: &LaunchSpec) -> Option<String> {
    if let Some((service, about)) = spec.service.as_ref().zip(wanted.about.as_ref()) {
        return Some(format!("{service} {about}"));
    }
    let known =
        if wanted.ports.is_single() { known_as(wanted.ports.start, wanted.protocol) } else { Vec::new() };
    (!known.is_empty()).then(|| known.join(" or "))
}

/// Somebody is in the way.
pub(super) fn taken(wanted: &Wanted, holder: &Holder, way: &Way, spec: &LaunchSpec) -> Finding {
    let message = format!("{} is held by {}", described(wanted, spec), holder.words);
    let is_sure = wanted.is_published || wanted.is_awaited || !spec.command_is_callers;
    let finding = match !is_sure {
        // Whether a command of the caller's opens it, nobody knows.
        true => Finding::warning(Code::PortTaken, message),
        false => Finding::error(Code::PortTaken, message),
    };
    let finding = finding.asked(&wanted.words, &wanted.origin);
    let finding = match way.bound.filter(|address| !address.is_unspecified()) {
        Some(address) => finding.noted(format!("it is bound to {address}")),
        None => finding,
    };
    let finding = unmoved(wanted, spec).into_iter().fold(finding, Finding::noted);
    let finding = match &spec.networking {
        // Its end would take the network away that is to be shared.
        Networking::Container { target } if holder.container.as_ref() == Some(target) => finding,
        _ => finding.helped(&holder.remedy),
    };
    let or = if finding.help.is_empty() { "" } else { "or " };
    let movable = wanted.is_movable && spec.port_policy == PortPolicy::Fail;
    match (&wanted.remedy, way.next) {
        (_, None) if wanted.is_movable && way.is_looked_for => {
            finding.noted("none of the next 1000 ports is free")
        }
        (_, Some(next)) if movable => {
            finding.help(format!("{or}take {next}, which is free: --port-policy next"))
        }
        (Some(remedy), Some(next)) => {
            finding.help(format!("{or}take {next}, which is free: {}", remedy.words(next)))
        }
        (_, None) | (None, _) => finding,
    }
}

/// Why the policy that moves ports moves this one not.
fn unmoved(wanted: &Wanted, spec: &LaunchSpec) -> Option<&'static str> {
    if wanted.is_movable || !wanted.ports.is_single() || spec.port_policy != PortPolicy::Next {
        return None;
    }
    Some(match &wanted.origin {
        Origin::Flag(_) => "--port-policy next does not move it: the command line says it",
        Origin::Variable(_) => "--port-policy next does not move it: the environment says it",
        Origin::File(_) | Origin::Rule(_) => {
            "--port-policy next does not move it: no variable and no argument tells the service another port"
        }
    })
}

/// Somebody is in the way, and the port gives way.
pub(super) fn moved(wanted: &Wanted, holder: &Holder, to: u16, spec: &LaunchSpec) -> Finding {
    let what = match wanted.ports.is_single() {
        true => described(wanted, spec),
        false => format!("{} of the range {}", wanted.ports.start, described(wanted, spec)),
    };
    let message = format!("{what} is held by {}: {to} is taken in its place", holder.words);
    Finding::note(Code::PortMoved, message).asked(&wanted.words, &wanted.origin)
}
