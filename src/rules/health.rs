//! A health check that asks a port of the container's own: does anything listen there.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, asked};
use crate::values::{PortRange, Protocol, Value as _};
use regex_lite::Regex;

/// How a command names a port of the container's own.
const OWN_PORT: &str = r"(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):([0-9]{1,5})";

/// The check against the ports that the service opens. Of a command of the caller's, and of an image that nobody
/// describes, nothing is known.
pub(super) fn check(spec: &LaunchSpec) -> Option<Finding> {
    let setting = spec.options.health_cmd.setting()?;
    if spec.command_is_callers || spec.listeners.is_empty() {
        return None;
    }
    let open = open(spec);
    let is_open = |port: u16| open.iter().any(|range| (range.start..=range.end).contains(&port));
    let port = ports(&setting.value.0).into_iter().find(|port| !is_open(*port))?;
    let message = format!("the health check asks port {port} of the container, and nothing listens there");
    let finding = Finding::warning(Code::HealthPort, message)
        .asked(asked("health-cmd", &setting.value.word(), &setting.origin), &setting.origin);
    let known: Vec<String> =
        spec.listeners.iter().map(|listener| format!("{}/{}", listener.port, listener.protocol)).collect();
    let finding = finding.noted(format!("the service listens on {}", known.join(", ")));
    let tcp = spec.listeners.iter().find(|listener| listener.protocol == Protocol::Tcp);
    Some(match tcp {
        Some(listener) => finding.help(format!("ask port {}", listener.port)),
        None => finding.help("ask in another way: it listens on no port of TCP"),
    })
}

/// The ports that something is said to listen on: the service's own, and those that are published or exposed.
fn open(spec: &LaunchSpec) -> Vec<PortRange> {
    let is_tcp = |protocol: Protocol| protocol == Protocol::Tcp;
    let own = spec.listeners.iter().filter(|listener| is_tcp(listener.protocol));
    let own = own.map(|listener| PortRange { start: listener.port, end: listener.port });
    let published = spec.options.publish.values().filter(|publish| is_tcp(publish.protocol));
    let exposed = spec.options.expose.values().filter(|expose| is_tcp(expose.protocol));
    own.chain(published.map(|publish| publish.container)).chain(exposed.map(|expose| expose.range)).collect()
}

/// The ports of its own that a command names.
fn ports(command: &str) -> Vec<u16> {
    // A constant that the test below reads.
    let Ok(own) = Regex::new(OWN_PORT) else { return Vec::new() };
    own.captures_iter(command).filter_map(|found| found.get(1)?.as_str().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_its_own_are_found_in_a_command() {
        for (command, want) in [
            ("curl -f http://localhost:8080/health || exit 1", &[8080][..]),
            ("wget -qO- http://127.0.0.1:1 && nc -z [::1]:22", &[1, 22]),
            ("curl http://other:8080 http://localhost/health", &[]),
            ("curl http://localhost:99999", &[]),
            ("true", &[]),
        ] {
            assert_eq!(ports(command), want, "{command}");
        }
    }
}
