//! What a launch is told of ports that have moved: a variable or an argument that leads to one of them leads to where it
//! went. What the caller says stays.

use super::{LaunchSpec, Networking, PortMove, is_callers, listeners};
use crate::config::{Layer, Settled};
use crate::values::{Authority, Secret};

/// What an entry of `/etc/hosts` says for the host's own address.
const HOST_GATEWAY: &str = "host-gateway";

/// Where ports are: those of the host, or those in the network of the container of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Host,
    Container(String),
}

/// What of one launch has moved, and where it is called.
struct Gone<'a> {
    place: Place,
    moves: &'a [PortMove],
}

/// Leads what the launch says elsewhere by the moves of those that were launched before it; whether that changed anything.
pub(super) fn follow(spec: &LaunchSpec, before: &[LaunchSpec], source: &mut Settled) -> bool {
    let all: Vec<Gone<'_>> = before.iter().enumerate().map(|(at, one)| gone(one, &before[..at])).collect();
    if all.iter().all(|one| one.moves.is_empty()) {
        return false;
    }
    let home = home(spec, before);
    let gateways: Vec<&str> = spec
        .options
        .add_host
        .values()
        .filter(|host| host.ip == HOST_GATEWAY)
        .map(|host| host.host.as_str())
        .collect();
    let leads = |one: &Authority<'_>| {
        let place = match one.is_loopback() {
            true => &home,
            false => gateways.contains(&one.host()).then_some(&Place::Host)?,
        };
        let port = one.port()?;
        let moved =
            all.iter().filter(|gone| gone.place == *place).fold(port, |port, gone| went(port, gone.moves));
        (moved != port).then_some(moved)
    };
    let command = (!source.command_is_callers).then_some(&mut source.command);
    led(&mut source.options, command, leads)
}

/// Leads what a launch itself says of its own port there: `ETCD_ADVERTISE_CLIENT_URLS=http://127.0.0.1:2379`.
pub(super) fn follow_own(change: &PortMove, options: &mut Layer, command: Option<&mut Vec<String>>) {
    let leads =
        |one: &Authority<'_>| (one.is_loopback() && one.port() == Some(change.from)).then_some(change.to);
    led(options, command, leads);
}

/// Where the ports of a launch are that have moved: those that it opens in somebody's network, and those of the host.
fn gone<'a>(spec: &'a LaunchSpec, before: &[LaunchSpec]) -> Gone<'a> {
    let place = match &spec.networking {
        Networking::Container { .. } => home(spec, before),
        Networking::Host { .. }
        | Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Own { .. } => Place::Host,
    };
    Gone { place, moves: spec.moves() }
}

/// Where the loopback of a launch is.
fn home(spec: &LaunchSpec, before: &[LaunchSpec]) -> Place {
    match &spec.networking {
        Networking::Host { .. } => Place::Host,
        Networking::Container { target } => match before.iter().position(|one| name(one) == *target) {
            Some(at) => home(&before[at], &before[..at]),
            None => Place::Container(target.clone()),
        },
        Networking::Bridge { .. } | Networking::None { .. } | Networking::Own { .. } => {
            Place::Container(name(spec).to_owned())
        }
    }
}

fn name(spec: &LaunchSpec) -> &str {
    spec.options.name.get().map_or("", |name| name.0.as_str())
}

/// Where a port went, which may have moved several times.
fn went(port: u16, moves: &[PortMove]) -> u16 {
    moves.iter().fold(port, |port, change| if change.from == port { change.to } else { port })
}

/// Changes the variables that are not the caller's, and the command where that is not; whether there was anything to
/// change.
fn led(
    options: &mut Layer,
    command: Option<&mut Vec<String>>,
    leads: impl Fn(&Authority<'_>) -> Option<u16>,
) -> bool {
    let mut is_changed = false;
    options.env.change(|setting| {
        let value = setting.value.value.as_ref().filter(|_| !is_callers(&setting.origin));
        if let Some(text) = value.and_then(|value| elsewhere(value.expose(), &leads)) {
            setting.value.value = Some(Secret::new(text));
            setting.origin = listeners::MOVED;
            is_changed = true;
        }
    });
    for word in command.into_iter().flatten() {
        let start = if word.starts_with('-') { word.find('=').map_or(0, |at| at + 1) } else { 0 };
        if let Some(text) = elsewhere(&word[start..], &leads) {
            word.replace_range(start.., &text);
            is_changed = true;
        }
    }
    is_changed
}

/// The text with the ports that it leads to now; none where it leads where it did.
fn elsewhere(text: &str, leads: impl Fn(&Authority<'_>) -> Option<u16>) -> Option<String> {
    let count = Authority::all(text).len();
    let led = (0..count).fold(text.to_owned(), |text, at| {
        let all = Authority::all(&text);
        let moved = all.get(at).and_then(|one| one.with_port(leads(one)?));
        moved.unwrap_or(text)
    });
    (led != text).then_some(led)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_leads_to_where_the_ports_went() {
        let moves = [(4222, 4223), (4223, 4225), (80, 81)].map(|(from, to)| PortMove {
            protocol: crate::values::Protocol::Tcp,
            from,
            to,
        });
        let leads = |one: &Authority<'_>| {
            let port = one.port().filter(|_| one.is_loopback())?;
            Some(went(port, &moves)).filter(|moved| *moved != port)
        };
        for (text, want) in [
            ("nats://127.0.0.1:4222", Some("nats://127.0.0.1:4225")),
            ("nats://me:p4222@localhost:4222/x:4222", Some("nats://me:p4222@localhost:4225/x:4222")),
            (
                "http://127.0.0.1:80,http://[::1]:80,http://db:80",
                Some("http://127.0.0.1:81,http://[::1]:81,http://db:80"),
            ),
            ("wget http://localhost:80/a && exec x", Some("wget http://localhost:81/a && exec x")),
            ("localhost:4223", Some("localhost:4225")),
            ("nats://10.0.0.7:4222", None),
            ("http://127.0.0.1", None),
            ("4222", None),
        ] {
            assert_eq!(elsewhere(text, leads).as_deref(), want, "{text}");
        }
    }
}
