//! A published port as a table: `{ target = 80, published = 8080, host_ip = "127.0.0.1", protocol = "tcp" }`.

use super::super::interpolate::Template;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::Item;
use super::fields::{Fields, word};
use crate::finding::Code;

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a published port",
    &[
        Key::nothing("app-protocol", "what is spoken on a port is no matter of publishing it: leave it out"),
        word("host-ip", "Address of the host; every one, if not said"),
        Key::new("mode", "`host`: the port is one of this host", Form::OneOf(|| vec!["host"]), |reader, _, _, (_, value)| {
            if reader.word(value).is_some_and(|mode| mode != "host") {
                let message = "`mode` is host: `ingress` is for the services of a swarm, and dynrun launches a container";
                reader.fault(value.span(), Code::BadValue, message, "for a swarm alone");
            }
        }),
        Key::nothing("name", "a published port has no name: leave it out"),
        word("protocol", "tcp, udp or sctp; tcp, if not said"),
        word("published", "Port of the host, or a range; a free one, if not said"),
        word("target", "Port of the container, or a range"),
    ],
)
.needing(&["target"]);

/// In the list of `publish`.
pub(super) const ITEM: Item = Item {
    row: "publish",
    shape: || KEYS.shape(),
    read: |reader, said, row, whole| {
        if let Some(fields) = Fields::read(reader, &KEYS, whole) {
            reader.say(said, row, port(&fields), Spot::value(whole.0.span()));
        }
    },
};

/// `[[IP:]HOST:]CONTAINER[/PROTOCOL]`.
fn port(fields: &Fields) -> Template {
    let mut parts = Vec::new();
    let ip = fields.get("host-ip");
    if let Some(ip) = ip {
        let is_bare = ip.plain().is_some_and(|ip| ip.contains(':') && !ip.starts_with('['));
        let ip = ip.clone();
        parts.push(if is_bare { ip.behind("[").and("]") } else { ip });
    }
    match fields.get("published") {
        Some(published) => parts.push(published.clone()),
        None if ip.is_some() => parts.push(Template::from(String::new())),
        None => {}
    }
    parts.extend(fields.get("target").cloned());
    let ports = Template::joined(parts, ":");
    match fields.get("protocol") {
        Some(protocol) => Template::joined([ports, protocol.clone()], "/"),
        None => ports,
    }
}
