//! The services that a launch needs in the network that it shares: whether their ports are held by what they should
//! be.

use super::holder::{Holder, holders};
use super::view::View;
use super::{PortState, PortStatus, Ports, need_missing};
use crate::engine::Engine;
use crate::finding::{Code, Finding, Origin};
use crate::sockets::Socket;
use crate::spec::{LaunchSpec, Need, Networking, Speech};
use crate::speech::{Spoken, ask};
use crate::values::{PortRange, Protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A port on which a launch looks for another service.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Needed {
    /// The service.
    pub(super) name: String,
    /// The port.
    pub(super) port: u16,
    /// What answers there.
    pub(super) speech: Speech,
    /// Where the need was said.
    pub(super) origin: Origin,
}

/// The ports on which a launch that shares the host's or a container's network looks for other services. One that was
/// told of another machine looks there.
pub(super) fn needs(spec: &LaunchSpec) -> Vec<Needed> {
    match spec.networking {
        Networking::Host { .. } | Networking::Container { .. } => {
            spec.needs.iter().flat_map(|need| needed(need, spec)).collect()
        }
        Networking::Bridge { .. } | Networking::None { .. } | Networking::Own { .. } => Vec::new(),
    }
}

fn needed(need: &Need, spec: &LaunchSpec) -> Vec<Needed> {
    let told = need.found_by.as_ref().and_then(|name| {
        let said = spec.options.env.named(name)?;
        said.value.value.as_ref().map(|value| value.expose().to_owned())
    });
    let port = match told.as_deref().map(port_at_home) {
        // It looks somewhere else.
        Some(None) => return Vec::new(),
        Some(Some(port)) => Some(port),
        None => None,
    };
    let listens = need.listens.iter().map(|listen| &listen.value);
    listens
        .filter_map(|listen| {
            let speech = listen.speaks?;
            let port = port.unwrap_or(listen.port);
            Some(Needed { name: need.name.clone(), port, speech, origin: need.origin.clone() })
        })
        .collect()
}

/// The port of `nats://127.0.0.1:4222` where the address is this machine's own and is spoken to in plain; none else.
fn port_at_home(url: &str) -> Option<u16> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', ',']).next().unwrap_or_default();
    let (host, port) = authority.rsplit('@').next().unwrap_or_default().rsplit_once(':')?;
    let is_home = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    let is_plain = !["https", "tls"].contains(&scheme);
    port.parse().ok().filter(|_| is_home && is_plain)
}

/// Asks who is on the ports.
pub(super) async fn check(
    needs: &[Needed],
    view: &View,
    spec: &LaunchSpec,
    engine: &Engine,
    ports: &mut Ports,
) {
    for need in needs {
        let listeners: Vec<Socket> = view.listeners_at_home(need.port).into_iter().cloned().collect();
        let Some(first) = listeners.first() else {
            ports.states.push(state(need, PortStatus::Missing, None));
            if spec.runs_its_own_command() {
                ports.findings.push(need_missing::at_home(need, spec));
            }
            continue;
        };
        let holder = holders(&listeners[..1], engine).await.into_iter().next();
        let holder = holder.unwrap_or_else(Holder::unknown);
        let spoken = match view.is_own() {
            true => Some(ask(need.speech, &address(first).to_string()).await),
            false => None,
        };
        let status = match spoken {
            Some(Spoken::Well | Spoken::Unwell) => PortStatus::Reused,
            Some(Spoken::Otherwise) => PortStatus::Held,
            None => PortStatus::Unknown,
        };
        ports.findings.push(finding(need, spoken, &holder, spec));
        ports.states.push(state(need, status, Some(holder)));
    }
}

/// Where a listener is spoken to from this machine.
fn address(socket: &Socket) -> SocketAddr {
    let ip = match socket.address {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, socket.port)
}

fn state(need: &Needed, status: PortStatus, holder: Option<Holder>) -> PortState {
    let ports = PortRange::single(need.port);
    PortState { protocol: Protocol::Tcp, ports, purpose: "needed", status, holder }
}

fn finding(need: &Needed, spoken: Option<Spoken>, holder: &Holder, spec: &LaunchSpec) -> Finding {
    let Needed { name, port, origin, .. } = need;
    let service = spec.service.as_deref().unwrap_or_default();
    let words = &holder.words;
    let found = match spoken {
        Some(Spoken::Well) => {
            Finding::note(Code::PortReused, format!("{name} on TCP {port} is reused: {words}"))
        }
        Some(Spoken::Unwell) => {
            let message = format!("{name} on TCP {port} does not say that it is healthy: {words}");
            Finding::warning(Code::PortReused, message)
        }
        None => {
            let message = format!("{name} on TCP {port} cannot be asked from here: it is held by {words}");
            Finding::note(Code::PortUnknown, message)
        }
        Some(Spoken::Otherwise) => {
            let message = format!(
                "TCP {port}, where {service} needs {name}, is held by {words}, which does not answer as {name}"
            );
            let finding = match spec.command_is_callers {
                true => Finding::warning(Code::PortTaken, message),
                false => Finding::error(Code::PortTaken, message),
            };
            finding.helped(&holder.remedy)
        }
    };
    found.asked(format!("needs = [\"{name}\"]"), origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_this_machine_is_looked_at() {
        for (url, want) in [
            ("nats://localhost:4222", Some(4222)),
            ("nats://user:pass@127.0.0.1:4333", Some(4333)),
            ("http://127.0.0.1:2379/", Some(2379)),
            ("localhost:2379", Some(2379)),
            ("http://[::1]:2379,http://other:2379", Some(2379)),
            ("https://localhost:2379", None),
            ("tls://localhost:4222", None),
            ("nats://bus:4222", None),
            ("nats://10.0.0.7:4222", None),
            ("nats://localhost", None),
            ("", None),
        ] {
            assert_eq!(port_at_home(url), want, "{url}");
        }
    }
}
