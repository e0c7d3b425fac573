//! The container's place on a network as a table: `{ name = "backend", aliases = ["db"], ipv4_address = "10.0.0.9" }`,
//! or `[service.S.networks.backend]`.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::fields::{Fields, word};
use super::{Item, Named};
use crate::options::Row;
use toml::de::DeValue;

/// What is said of the container there; the names of docker's own long form, and those of compose.
const KEYS: &[Key<Fields>] = &[
    Key::<Fields>::new(
        "aliases",
        "Further names of the container there",
        Form::Words,
        |reader, fields, _, entry| {
            fields.words(reader, "alias", entry);
        },
    )
    .also(&["alias"]),
    Key::<Fields>::new(
        "driver-opts",
        "Options of the network's driver",
        Form::Pairs,
        |reader, fields, _, entry| {
            fields.pairs(reader, "driver-opt", entry);
        },
    )
    .also(&["driver-opt"]),
    word("gw-priority", "Which network the way out leads through: the highest"),
    Key::nothing("interface-name", "docker run names no interfaces: leave it out"),
    Key::<Fields>::new("ipv4-address", "IPv4 address there", Form::Word, |reader, fields, _, entry| {
        fields.word(reader, "ip", entry);
    })
    .also(&["ip"]),
    Key::<Fields>::new("ipv6-address", "IPv6 address there", Form::Word, |reader, fields, _, entry| {
        fields.word(reader, "ip6", entry);
    })
    .also(&["ip6"]),
    Key::<Fields>::new(
        "link-local-ips",
        "Addresses that are good on the link alone",
        Form::Words,
        |reader, fields, _, entry| {
            fields.words(reader, "link-local-ip", entry);
        },
    )
    .also(&["link-local-ip"]),
    word("mac-address", "MAC address there"),
    word("name", "The network"),
    Key::nothing("priority", "networks are joined in the order said; for the way out there is gw-priority"),
];

const IN_LIST: Keys<Fields> = Keys::<Fields>::of("a place on a network", KEYS).needing(&["name"]);

const BY_NAME: Keys<Fields> = Keys::<Fields>::of("a place on a network", KEYS);

/// In the list of `network`.
pub(super) const ITEM: Item = Item {
    row: "network",
    shape: || IN_LIST.shape(),
    read: |reader, said, row, whole| {
        if let Some(fields) = Fields::read(reader, &IN_LIST, whole) {
            reader.say(said, row, fields.record(), Spot::value(whole.0.span()));
        }
    },
};

/// By the networks' names.
pub(super) const NAMED: Named =
    Named { row: "network", form: Form::Table(|| BY_NAME.shape()), read: by_name };

fn by_name(reader: &mut Reader<'_>, said: &mut Said, row: &'static Row, entry: Entry<'_>) {
    let DeValue::Table(table) = entry.1.get_ref() else {
        return reader.wrong_type(entry.0, entry.1, "a table");
    };
    if let Some(mut fields) = Fields::read(reader, &BY_NAME, (entry.1, table)) {
        if fields.get("name").is_none() {
            fields.push("name", entry.0.get_ref().as_ref());
        }
        reader.say(said, row, fields.record(), Spot::entry(entry));
    }
}
