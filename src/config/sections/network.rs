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
            "external",
            "a network is there already, unless --create-network makes it: leave it out",
        ),
        Key::new(
            "gateway",
            "The addresses of its gateways, each in one of the subnets",
            Form::Words,
            |reader, network, _, (key, value)| {
                network.gateways = reader.values(key, value, "not an address");
            },
        ),
        Key::new(
            "internal",
            "Whether it has no way out",
            Form::Boolean,
            |reader, network, _, (key, value)| network.internal = reader.boolean(key, value),
        ),
        Key::new(
            "ip-range",
            "The parts of the subnets that containers get their addresses from: ADDRESS/BITS",
            Form::Words,
            |reader, network, _, (key, value)| {
                network.ip_ranges = reader.values(key, value, "not a subnet");
            },
        ),
        Key::nothing("ipam", "its parts are keys of their own: subnet, gateway, ip-range"),
        Key::<NetworkDeclaration>::new(
            "ipv6",
            "Whether it has addresses of IPv6",
            Form::Boolean,
            |reader, network, _, (key, value)| network.ipv6 = reader.boolean(key, value),
        )
        .also(&["enable-ipv6"]),
        Key::<NetworkDeclaration>::new(
            "labels",
            "Its labels, beside dynrun's own",
            Form::Pairs,
            |reader, network, _, (key, value)| network.labels = reader.named_words(key, value),
        )
        .also(&["label"]),
        Key::nothing("name", "a network is called as its section is: [network.NAME]"),
        Key::<NetworkDeclaration>::new(
            "options",
            "Options of its driver",
            Form::Pairs,
            |reader, network, _, (key, value)| network.options = reader.named_words(key, value),
        )
        .also(&["driver-opts", "opt"]),
        Key::new(
            "scope",
            "Its scope: local, swarm or global",
            Form::Text,
            |reader, network, _, (key, value)| network.scope = reader.text(key, value),
        ),
        Key::new("subnet", "Its subnets: ADDRESS/BITS", Form::Words, |reader, network, _, (key, value)| {
            network.subnets = reader.values(key, value, "not a subnet");
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
