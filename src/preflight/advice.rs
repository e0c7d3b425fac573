//! What is worth knowing of a launch's ports and stands in nobody's way: told by `dynrun check`, not by a launch.

use super::ports::ephemeral;
use crate::finding::{Code, Finding, Findings, Level};
use crate::host::{Host, Root, addresses};
use crate::sockets::KernelPorts;
use crate::spec::{LaunchSpec, Networking, Setting, asked};
use crate::values::{Protocol, Publish, Value};
use std::fs;

/// Everything that is worth knowing.
#[must_use]
pub fn advice(spec: &LaunchSpec, host: &Host) -> Findings {
    let published: Vec<&Setting<Publish>> = match spec.networking {
        Networking::Bridge { .. } | Networking::Own { .. } => spec.options.publish.iter().collect(),
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => Vec::new(),
    };
    let mut findings = Findings::new();
    findings.extend(firewall(spec, &published, &host.root));
    findings.extend(published.iter().filter_map(|setting| other_number(setting)));
    findings.extend(published.iter().find_map(|setting| many_addresses(setting)));
    findings.extend(ephemeral(spec, &KernelPorts::read()).filter(|finding| finding.level == Level::Note));
    findings
}

/// Firewalls that may be at work, by the file that says so and a line in it.
const FIREWALLS: &[(&str, &str, &str)] =
    &[("ufw", "/etc/ufw/ufw.conf", "ENABLED=yes"), ("firewalld", "/run/firewalld.pid", "")];

/// Those that are on, by their names.
pub(super) fn firewalls(root: &Root) -> impl Iterator<Item = &'static str> {
    let is_on = |path: &str, line: &str| {
        let text = fs::read_to_string(root.path(path));
        text.is_ok_and(|text| line.is_empty() || text.lines().any(|one| one.trim() == line))
    };
    FIREWALLS.iter().filter(move |(_, path, line)| is_on(path, line)).map(|(name, ..)| *name)
}

/// E19: docker forwards to a published port before the firewall's own rules are looked at; a port of the host's
/// network is the firewall's.
fn firewall(spec: &LaunchSpec, published: &[&Setting<Publish>], root: &Root) -> Option<Finding> {
    let name = firewalls(root).next()?;
    let open = published.iter().find(|setting| !setting.value.ip.is_some_and(|ip| ip.is_loopback()));
    if let Some(setting) = open {
        let message =
            format!("{name} is on, and published ports pass it by: docker forwards before its rules");
        return Some(
            Finding::note(Code::Firewall, message)
                .asked(asked("publish", &setting.value.word(), &setting.origin), &setting.origin)
                .help("publish for this host alone: --publish-ip 127.0.0.1"),
        );
    }
    let Networking::Host { .. } = spec.networking else { return None };
    let listener = spec.listeners.first()?;
    let port = format!("{}/{}", listener.port, listener.protocol);
    let message = format!("{name} is on: on the host's network it decides who reaches {port}");
    let line = match name {
        "ufw" => format!("ufw allow {port}"),
        _ => format!("firewall-cmd --add-port={port}"),
    };
    Some(Finding::note(Code::Firewall, message).asked(&listener.words, &listener.origin).help(line))
}

/// An engine that forgets, or keeps, a translation too long answers from the wrong port; the same number needs none.
fn other_number(setting: &Setting<Publish>) -> Option<Finding> {
    let publish = &setting.value;
    let host = publish.host.filter(|host| *host != publish.container)?;
    let is_udp = publish.protocol == Protocol::Udp;
    is_udp.then(|| {
        let message = format!("UDP {host} leads to {} of the container", publish.container);
        Finding::note(Code::UdpPortsDiffer, message)
            .asked(asked("publish", &publish.word(), &setting.origin), &setting.origin)
            .help("where the service can listen there, publish the same number on both sides")
    })
}

/// A datagram's answer may leave by another address than it came to.
fn many_addresses(setting: &Setting<Publish>) -> Option<Finding> {
    let publish = &setting.value;
    if publish.protocol != Protocol::Udp || publish.ip.is_some_and(|ip| !ip.is_unspecified()) {
        return None;
    }
    let outside = |ip: &std::net::IpAddr| ip.is_ipv4() && !ip.is_loopback();
    let addresses: Vec<String> =
        addresses()?.iter().filter(|ip| outside(ip)).map(ToString::to_string).collect();
    (addresses.len() > 2).then(|| {
        let message = format!("UDP is published on all of {}", addresses.join(", "));
        Finding::note(Code::ManyAddresses, message)
            .asked(asked("publish", &publish.word(), &setting.origin), &setting.origin)
            .help(format!("name the one that engines send to: --publish-ip {}", addresses[0]))
    })
}
