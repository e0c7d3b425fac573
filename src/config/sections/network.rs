//! `[network.NAME]`: a network as it should be.

use crate::config::document::NetworkDeclaration;
use crate::config::keys::{Form, Key, Keys};
use crate::config::read::{Entry, Reader};
use toml::de::DeTable;

/// Its keys.
pub(super) const NETWORK: Keys<NetworkDeclaration> = Keys::<NetworkDeclaration>::of(
    "a network",
    &[
        Key::new(
            "attachable",
            "Whether containers outside a swarm's services may join",
            Form::Boolean,
            |reader, network, _, (key, value)| network.attachable = reader.boolean(key, value),
        ),
        Key::new(
            "driver",
            "Its driver; the engine's own default, if not said",
            Form::Text,
            |reader, network, _, (key, value)| network.driver = reader.text(key, value),
        ),
        Key::nothing(
            "driver-opts",
            "a driver's options are said by hand: docker network create --opt KEY=VALUE NAME",
        ),
        Key::nothing("enable-ipv6", "IPv6 is said by hand: docker network create --ipv6 NAME"),
        Key::nothing(
            "external",
            "a network is there already, unless --create-network makes it: leave it out",
        ),
        Key::new(
            "internal",
            "Whether it has no way out",
            Form::Boolean,
            |reader, network, _, (key, value)| network.internal = reader.boolean(key, value),
        ),
        Key::nothing("ipam", "subnets are said by `subnet`; the engine keeps the addresses"),
        Key::nothing("labels", "dynrun labels what it makes, so that it knows its own"),
        Key::nothing("name", "a network is called as its section is: [network.NAME]"),
        Key::new(
            "scope",
            "Its scope: local, swarm or global",
            Form::Text,
            |reader, network, _, (key, value)| network.scope = reader.text(key, value),
        ),
        Key::new("subnet", "Its subnets: ADDRESS/BITS", Form::Words, |reader, network, _, (key, value)| {
            network.subnets = reader.subnets(key, value);
        }),
    ],
);

impl Reader<'_> {
    pub(super) fn network(&mut self, name: Entry<'_>, table: &DeTable<'_>) -> NetworkDeclaration {
        let declared = Some(self.place(name.0.span()));
        let mut network = NetworkDeclaration { declared, ..NetworkDeclaration::default() };
        self.keys(&NETWORK, &mut network, table);
        network
    }
}
