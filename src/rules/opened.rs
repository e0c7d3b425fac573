//! The ports that a service opens, against each other, against whom they are for, and against what its health check asks.

use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Listener, Setting, asked};
use crate::values::{Protocol, Publish, Value};
use std::net::{IpAddr, Ipv4Addr};

/// Everything about the ports of a service that says where it listens.
pub(super) fn check(spec: &LaunchSpec) -> Findings {
    let mut findings = twice(spec);
    findings.extend(spec.options.publish.iter().filter_map(|setting| internal(setting, spec)));
    findings.extend(health(spec));
    findings
}

/// User-ask 48: two ports of one program that are one: the second cannot be opened.
fn twice(spec: &LaunchSpec) -> Findings {
    let mut findings = Findings::new();
    for (at, later) in spec.listeners.iter().enumerate() {
        let same = |other: &&Listener| (other.port, other.protocol) == (later.port, later.protocol);
        let Some(earlier) = spec.listeners[..at].iter().find(same) else { continue };
        let service = spec.service.as_deref().unwrap_or("the service");
        let about = |listen: &Listener| listen.about.clone().unwrap_or_else(|| "something".to_owned());
        let message = format!(
            "{service} would open {}/{} twice: for {}, and for {}",
            later.port,
            later.protocol,
            about(earlier),
            about(later)
        );
        let finding = Finding::error(Code::ListenTwice, message)
            .asked(earlier.words.as_str(), &earlier.origin)
            .asked(later.words.as_str(), &later.origin);
        findings.push(finding.help("give each a port of its own"));
    }
    findings
}

/// K16: a port for programs of this host, published for everybody.
fn internal(setting: &Setting<Publish>, spec: &LaunchSpec) -> Option<Finding> {
    let publish = &setting.value;
    let is_meant = |listen: &&Listener| {
        listen.is_internal && listen.protocol == publish.protocol && publish.container.contains(listen.port)
    };
    let listen = spec.listeners.iter().find(is_meant)?;
    if publish.ip.is_some_and(|ip| ip.is_loopback()) {
        return None;
    }
    let service = spec.service.as_deref().unwrap_or("the service");
    let about = listen.about.as_deref().map(|about| format!(" ({about})")).unwrap_or_default();
    let typed = spec.typed(setting);
    let message = format!(
        "{} publishes {}/{}{about} to others, and {service} keeps it for programs of this host",
        typed.word(),
        listen.port,
        listen.protocol
    );
    let mended = Publish { ip: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), ..typed };
    let finding = Finding::warning(Code::InternalPort, message);
    let finding = spec.with_published(finding, setting);
    Some(finding.help(format!("publish it on loopback: -p {}", mended.word())))
}

/// M19: a health check that asks a port where the service does not listen fails for ever.
fn health(spec: &LaunchSpec) -> Option<Finding> {
    let command = spec.options.health_cmd.setting()?;
    let is_there = |port: u16| {
        spec.listeners.iter().any(|listen| (listen.port, listen.protocol) == (port, Protocol::Tcp))
    };
    if spec.listeners.is_empty() || spec.command_is_callers {
        return None;
    }
    let port = command.value.loopback_ports().into_iter().find(|port| !is_there(*port))?;
    let ports: Vec<String> =
        spec.listeners.iter().map(|listen| format!("{}/{}", listen.port, listen.protocol)).collect();
    let service = spec.service.as_deref().unwrap_or("the service");
    let message = format!("the health check asks port {port}, and {service} listens on {}", ports.join(", "));
    let words = asked("health-cmd", &command.value.shown(&spec.secrets), &command.origin);
    let finding = Finding::warning(Code::HealthPort, message).asked(words, &command.origin);
    Some(finding.help("ask the port where it listens"))
}
