//! The networks of a service, with its ports and names, and those that the file has to know for it.

use super::{Service, set, text, texts};
use crate::config::NetworkDeclaration;
use crate::convert::export::left_out;
use crate::convert::export::yaml::Yaml;
use crate::spec::{Attachment, LaunchSpec, Networking, Setting};
use crate::values::Value as _;
use std::collections::BTreeMap;

impl Service<'_> {
    pub(super) fn networks(&mut self) {
        let spec = self.spec;
        match &spec.networking {
            Networking::Host { .. } => self.say("network_mode", Some(text("host"))),
            Networking::None { .. } => self.say("network_mode", Some(text("none"))),
            Networking::Container { target } => {
                self.say("network_mode", Some(text(format!("container:{target}"))));
            }
            Networking::Bridge { links, mac, .. } => {
                self.say("network_mode", Some(text("bridge")));
                self.say("external_links", Some(set(links.iter().map(|link| link.word()))));
                self.say("mac_address", mac.map(|mac| text(mac.word())));
            }
            Networking::Own { attachments, mac, .. } => {
                let joined = attachments
                    .iter()
                    .map(|attachment| (attachment.network.clone(), self.attachment(attachment)));
                let joined = Yaml::Map(joined.collect::<Vec<_>>());
                self.say("networks", Some(joined));
                let links =
                    attachments.iter().flat_map(|attachment| &attachment.links).map(|link| link.word());
                self.say("external_links", Some(set(links)));
                let mac = attachments.iter().find_map(|attachment| attachment.mac).or(*mac);
                self.say("mac_address", mac.map(|mac| text(mac.word())));
                let detailed =
                    attachments.iter().any(|one| one.gw_priority.is_some() || !one.driver_opts.is_empty());
                if let Some(network) = spec.options.network.iter().next().filter(|_| detailed) {
                    let why = "only newer versions of compose have a key for a gateway's priority and a driver's options";
                    self.findings.push(left_out("network", why, &network.value.word(), &network.origin));
                }
            }
        }
        let (publish, names) = (spec.networking.publish(), spec.networking.names());
        self.say("ports", Some(set(publish.iter().map(|publish| publish.word()))));
        self.say("expose", Some(set(spec.networking.expose().iter().map(|expose| expose.word()))));
        self.say("hostname", names.hostname.map(|name| text(name.word())));
        self.say("extra_hosts", Some(set(names.hosts.iter().map(|host| host.word()))));
        self.say("dns", Some(set(names.dns.iter().map(ToString::to_string))));
        self.say("dns_opt", Some(set(&names.dns_options)));
        self.say("dns_search", Some(set(&names.dns_search)));
    }

    /// The container's place on one network.
    fn attachment(&self, attachment: &Attachment) -> Yaml {
        let ips = attachment.link_local_ips.iter().map(ToString::to_string);
        Yaml::map([
            ("aliases", texts(&attachment.aliases).unless_empty()),
            ("ipv4_address", attachment.ip.map(|ip| text(ip.to_string()))),
            ("ipv6_address", attachment.ip6.map(|ip| text(ip.to_string()))),
            ("link_local_ips", texts(ips).unless_empty()),
        ])
    }
}

/// The networks that the file has to know: those that are there, and those that it is to make.
pub(super) fn declared(spec: &LaunchSpec) -> BTreeMap<String, Yaml> {
    let Networking::Own { attachments, .. } = &spec.networking else { return BTreeMap::new() };
    let known = |attachment: &Attachment| {
        let name = attachment.network.clone();
        let Some(made) = spec.create_networks.get(&name) else {
            let there = Yaml::map([("name", Some(text(&name))), ("external", Some(Yaml::switch(true)))]);
            return (name, there);
        };
        let on = |setting: &Option<Setting<bool>>| {
            setting.as_ref().filter(|said| said.value).map(|_| Yaml::switch(true))
        };
        let network = Yaml::map([
            ("name", Some(text(&name))),
            ("driver", made.driver.as_ref().map(|driver| text(&driver.value))),
            ("driver_opts", pairs(&made.options)),
            ("attachable", on(&made.attachable)),
            ("internal", on(&made.internal)),
            ("enable_ipv6", on(&made.ipv6)),
            ("ipam", pools(made).map(|pools| Yaml::map([("config", Some(pools))]))),
            ("labels", pairs(&made.labels)),
        ]);
        (name, network)
    };
    attachments.iter().map(known).collect()
}

/// The pools of a network, as the file has them.
fn pools(made: &NetworkDeclaration) -> Option<Yaml> {
    let pools = made.pools().map(|(subnet, range, gateway)| {
        Yaml::map([
            ("subnet", Some(text(subnet.word()))),
            ("ip_range", range.map(|range| text(range.word()))),
            ("gateway", gateway.map(|gateway| text(gateway.to_string()))),
        ])
    });
    Yaml::List(pools.collect()).unless_empty()
}

/// Names with their values.
fn pairs(named: &BTreeMap<String, Setting<String>>) -> Option<Yaml> {
    let members = named.iter().map(|(name, setting)| (name.clone(), text(&setting.value)));
    Yaml::Map(members.collect()).unless_empty()
}
