//! Published ports against the ports that the service listens on: what is forwarded to a port where nobody listens is
//! lost, in silence with UDP.

use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Listener, Mode, Mover, Setting, asked, is_habit};
use crate::values::{PortRange, Publish, Value};

/// Ports below this one need a right.
const FIRST_FREE: u16 = 1024;

/// Checks the published ports of a service that says where it listens.
pub(super) fn check(spec: &LaunchSpec) -> Findings {
    let mut findings: Findings = low_ports(spec).collect();
    if spec.listeners.is_empty() {
        return findings;
    }
    findings.extend(spec.options.publish.iter().filter_map(|setting| judged(setting, spec)));
    findings.extend(not_published(spec));
    findings
}

fn judged(setting: &Setting<Publish>, spec: &LaunchSpec) -> Option<Finding> {
    let publish = &setting.value;
    let is_there = |listen: &&Listener| publish.container.contains(listen.port);
    if spec.listeners.iter().filter(is_there).any(|listen| listen.protocol == publish.protocol) {
        return None;
    }
    Some(match spec.listeners.iter().find(is_there) {
        Some(listen) => other_protocol(setting, listen, spec),
        None => other_port(setting, spec),
    })
}

fn other_protocol(setting: &Setting<Publish>, listen: &Listener, spec: &LaunchSpec) -> Finding {
    let publish = spec.typed(setting);
    let message = format!(
        "{} publishes {}, and {} listens on {}/{}",
        publish.word(),
        publish.protocol.name(),
        service(spec),
        listen.port,
        listen.protocol
    );
    let mended = Publish { protocol: listen.protocol, ..publish };
    spec.with_published(Finding::error(Code::PublishProtocol, message), setting)
        .help(format!("publish its protocol: -p {}", mended.word()))
}

/// Where a variable or an argument moves the port, where the service listens is known: nothing is behind any other. Other services
/// may open more than they say.
fn other_port(setting: &Setting<Publish>, spec: &LaunchSpec) -> Finding {
    let publish = &spec.typed(setting);
    let same = |listen: &&Listener| listen.protocol == publish.protocol;
    let moved = spec.listeners.iter().filter(same).find(|listen| listen.is_told || listen.mover.is_some());
    let listens: Vec<String> =
        spec.listeners.iter().map(|listen| format!("{}/{}", listen.port, listen.protocol)).collect();
    let message = format!(
        "{} publishes port {}/{} of the container, and {} listens on {}",
        publish.word(),
        publish.container,
        publish.protocol,
        service(spec),
        listens.join(", ")
    );
    let finding = match moved {
        Some(_) => Finding::error(Code::PublishMismatch, message),
        None => Finding::warning(Code::PublishMismatch, message),
    };
    let finding = spec.with_published(finding, setting);
    let Some(listen) = moved else { return finding };
    let container = PortRange::single(listen.port);
    let host = publish.host.filter(|_| publish.container.is_single());
    let mended = Publish { container, host: host.or(Some(container)), ..publish.clone() };
    let finding = finding.help(format!("publish the port where it listens: -p {}", mended.word()));
    match &listen.mover {
        Some(Mover::Variable(name)) if publish.container.is_single() => {
            finding.help(format!("or have it listen there: -e {name}={}", publish.container))
        }
        Some(Mover::Argument(name)) if publish.container.is_single() => {
            finding.help(format!("or have it listen there, by {name} of its command"))
        }
        _ => finding,
    }
}

/// A service on the default bridge is reached through published ports alone. What a file decided is its wish.
fn not_published(spec: &LaunchSpec) -> Option<Finding> {
    let is_callers = spec.terms.publishes.as_ref().is_none_or(|switch| match &switch.origin {
        crate::finding::Origin::File(_) => switch.value,
        origin => !is_habit(origin),
    });
    // A port for programs of this host alone is nobody's to miss.
    let meant: Vec<&Listener> = spec.listeners.iter().filter(|listen| !listen.is_internal).collect();
    let is_reached = spec.networking.mode() != Mode::Bridge || !spec.options.publish.is_empty();
    if is_reached || !is_callers || meant.is_empty() {
        return None;
    }
    let words = meant.iter().map(|listen| {
        let port = PortRange::single(listen.port);
        Publish { ip: None, host: Some(port), container: port, protocol: listen.protocol }.word()
    });
    let words: Vec<String> = words.collect();
    let ports: Vec<String> =
        meant.iter().map(|listen| format!("{}/{}", listen.port, listen.protocol)).collect();
    let message = format!(
        "{} listens on {}, and nothing of it is published: only containers of the same bridge reach it",
        service(spec),
        ports.join(", ")
    );
    let finding = Finding::warning(Code::NotPublished, message);
    let finding = match &spec.terms.publishes {
        Some(switch) => {
            let word = switch.value.to_string();
            finding.asked(asked("publish-service", &word, &switch.origin), &switch.origin)
        }
        None => finding,
    };
    Some(finding.help(format!("publish it: --publish-service, or -p {}", words.join(" -p "))))
}

fn low_ports(spec: &LaunchSpec) -> impl Iterator<Item = Finding> {
    let low = spec.listeners.iter().filter(|listen| listen.port < FIRST_FREE);
    low.filter_map(|listen| {
        let name = listen.variable()?;
        let setting = super::variable::said(spec, name)?;
        let message = format!(
            "{name} is {}: below {FIRST_FREE}, a rootless engine cannot publish it, and on the host's network it \
             needs root or CAP_NET_BIND_SERVICE",
            listen.port
        );
        let words = super::variable::words(setting, &spec.secrets);
        Some(Finding::note(Code::PrivilegedPort, message).asked(words, &setting.origin))
    })
}

fn service(spec: &LaunchSpec) -> &str {
    spec.service.as_deref().unwrap_or("the service")
}
