//! What is worth knowing of a launch's ports and stands in nobody's way: told by `dynrun check`, not by a launch.

use super::ports::ephemeral;
use crate::finding::{Code, Finding, Findings, Level};
use crate::host::{Host, Root, addresses_by_interface};
use crate::sockets::KernelPorts;
use crate::spec::{LaunchSpec, Networking, Setting};
use crate::values::{Protocol, Publish};
use std::fs;
use std::net::IpAddr;

/// Everything that is worth knowing.
#[must_use]
pub fn advice(spec: &LaunchSpec, host: &Host) -> Findings {
    let published: Vec<&Setting<Publish>> = match spec.networking {
        Networking::Bridge { .. } | Networking::Own { .. } => spec.options.publish.iter().collect(),
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => Vec::new(),
    };
    let mut findings = Findings::new();
    findings.extend(firewall(spec, &published, &host.root));
    findings.extend(published.iter().filter_map(|setting| other_number(setting, spec)));
    let everywhere: Vec<_> =
        published.iter().copied().filter(|setting| is_everywhere(&setting.value)).collect();
    let reached = everywhere.first().and_then(|_| addresses_by_interface());
    findings.extend(reached.and_then(|addresses| many_addresses(&everywhere, &outside(&addresses), spec)));
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
    let is_open = |setting: &&&Setting<Publish>| !setting.value.ip.is_some_and(|ip| ip.is_loopback());
    let open: Vec<_> = published.iter().filter(is_open).copied().collect();
    if !open.is_empty() {
        let ports = listed(&open);
        let message = format!("{name} is on, and does not guard {ports}: docker forwards before its rules");
        let finding = with_all(Finding::note(Code::Firewall, message), &open, spec);
        return Some(finding.help("publish for this host alone: --publish-ip 127.0.0.1"));
    }
    let Networking::Host { .. } = spec.networking else { return None };
    let ports: Vec<String> =
        spec.listeners.iter().map(|listener| format!("{}/{}", listener.port, listener.protocol)).collect();
    spec.listeners.first()?;
    let message = format!("{name} is on: on the host's network it decides who reaches {}", ports.join(", "));
    let line = |port: &String| match name {
        "ufw" => format!("ufw allow {port}"),
        _ => format!("firewall-cmd --add-port={port}"),
    };
    let asked = spec.listeners.iter().fold(Finding::note(Code::Firewall, message), |finding, listener| {
        finding.asked(&listener.words, &listener.origin)
    });
    Some(asked.helped(ports.iter().map(line)))
}

/// Published ports as they are on the host: `9999/udp`; one that the engine chooses, as the container has it.
fn listed(published: &[&Setting<Publish>]) -> String {
    let words = published.iter().map(|setting| {
        let Publish { host, container, protocol, .. } = &setting.value;
        match host.filter(|host| host.start > 0) {
            Some(host) => format!("{host}/{protocol}"),
            None => format!("the port for {container}/{protocol}"),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The finding, with what asked for each of them: an option that publishes several is named once.
fn with_all(finding: Finding, published: &[&Setting<Publish>], spec: &LaunchSpec) -> Finding {
    let all = published.iter().copied();
    let mut finding = all.fold(finding, |finding, setting| spec.with_published(finding, setting));
    let mut named = Vec::new();
    finding.asked.retain(|asked| {
        let is_new = !named.contains(asked);
        named.push(asked.clone());
        is_new
    });
    finding
}

/// An engine that forgets, or keeps, a translation too long answers from the wrong port; the same number needs none.
fn other_number(setting: &Setting<Publish>, spec: &LaunchSpec) -> Option<Finding> {
    let publish = &setting.value;
    let host = publish.host.filter(|host| *host != publish.container)?;
    let is_udp = publish.protocol == Protocol::Udp;
    is_udp.then(|| {
        let message = format!("UDP {host} leads to {} of the container", publish.container);
        spec.with_published(Finding::note(Code::UdpPortsDiffer, message), setting)
            .help("where the service can listen there, publish the same number on both sides")
    })
}

/// Whether UDP is published on every address.
fn is_everywhere(publish: &Publish) -> bool {
    publish.protocol == Protocol::Udp && publish.ip.is_none_or(|ip| ip.is_unspecified())
}

/// The addresses at which others reach this machine: those of docker's own bridges are its containers' alone.
fn outside(addresses: &[(String, IpAddr)]) -> Vec<IpAddr> {
    let is_outside = |(interface, ip): &&(String, IpAddr)| {
        ip.is_ipv4() && !ip.is_loopback() && !is_dockers_bridge(interface)
    };
    addresses.iter().filter(is_outside).map(|(_, ip)| *ip).collect()
}

/// Whether docker made the interface for a network of its own: such a bridge is named after the first twelve digits of the
/// network's id.
fn is_dockers_bridge(interface: &str) -> bool {
    let is_id = |id: &str| id.len() == 12 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    ["docker0", "docker_gwbridge"].contains(&interface) || interface.strip_prefix("br-").is_some_and(is_id)
}

/// A datagram's answer may leave by another address than it came to.
fn many_addresses(
    published: &[&Setting<Publish>],
    addresses: &[IpAddr],
    spec: &LaunchSpec,
) -> Option<Finding> {
    let [first, _, ..] = addresses else { return None };
    let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let (is, ports) = (if published.len() == 1 { "is" } else { "are" }, listed(published));
    let message = format!("{ports} {is} published on all of {}", names.join(", "));
    let finding = with_all(Finding::note(Code::ManyAddresses, message), published, spec);
    Some(finding.help(format!("name the one that engines send to: --publish-ip {first}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridges_of_dockers_own_reach_nobody_outside() {
        let addresses = [
            ("lo", "127.0.0.1"),
            ("eth0", "192.0.2.7"),
            ("eth0", "2001:db8::7"),
            ("docker0", "172.17.0.1"),
            ("docker_gwbridge", "172.18.0.1"),
            ("br-0123456789ab", "172.19.0.1"),
            ("br-lan", "198.51.100.1"),
            ("br-0123456789ax", "198.51.100.2"),
        ];
        let addresses = addresses.map(|(interface, ip)| (interface.to_owned(), ip.parse().unwrap()));
        let names = outside(&addresses).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names, ["192.0.2.7", "198.51.100.1", "198.51.100.2"]);
    }
}
