//! `Networking`: the container's network with exactly what can be said in it.

use super::matrix::{MATRIX, Mode, apply};
use super::{asked, endpoints};
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Findings};
use crate::values::{
    AddHost, Expose, Hostname, Link, MacAddress, Network, NetworkChoice, Publish, Text, Value,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A container's network, with exactly what can be said in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Networking {
    /// The host's own network.
    Host {
        /// Exposed ports.
        expose: Vec<Expose>,
        /// Names.
        names: Names,
    },
    /// The engine's default bridge.
    Bridge {
        /// The word for it: `bridge`, or `default` where nobody named a network.
        word: &'static str,
        /// Published ports.
        publish: Vec<Publish>,
        /// Exposed ports.
        expose: Vec<Expose>,
        /// Names.
        names: Names,
        /// Links to other containers.
        links: Vec<Link>,
        /// MAC address.
        mac: Option<MacAddress>,
    },
    /// No network but loopback.
    None {
        /// Exposed ports.
        expose: Vec<Expose>,
        /// Host name.
        hostname: Option<Hostname>,
    },
    /// Another container's network.
    Container {
        /// Its name or id.
        target: String,
    },
    /// Networks that somebody created.
    Own {
        /// At least one.
        attachments: Vec<Attachment>,
        /// Published ports.
        publish: Vec<Publish>,
        /// Exposed ports.
        expose: Vec<Expose>,
        /// Names.
        names: Names,
        /// MAC address, for engines that know one a container only.
        mac: Option<MacAddress>,
    },
}

/// What a container is called and whom it asks for names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// Host name.
    pub hostname: Option<Hostname>,
    /// Name servers.
    pub dns: Vec<IpAddr>,
    /// Options of the resolver.
    pub dns_options: Vec<String>,
    /// Domains to search.
    pub dns_search: Vec<String>,
    /// Lines of /etc/hosts.
    pub hosts: Vec<AddHost>,
}

/// The container's place on one network.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// The network's name or id.
    pub network: String,
    /// Further names of the container there.
    pub aliases: Vec<String>,
    /// Its IPv4 address.
    pub ip: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ip6: Option<Ipv6Addr>,
    /// Its MAC address.
    pub mac: Option<MacAddress>,
    /// Its link-local addresses.
    pub link_local_ips: Vec<IpAddr>,
    /// Options for the network's driver.
    pub driver_opts: Vec<(String, String)>,
    /// Which network the default route goes through: the highest number.
    pub gw_priority: Option<i64>,
    /// Links to other containers.
    pub links: Vec<Link>,
}

impl Networking {
    /// Which kind of network it is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::Host { .. } => Mode::Host,
            Self::Bridge { .. } => Mode::Bridge,
            Self::None { .. } => Mode::None,
            Self::Container { .. } => Mode::Container,
            Self::Own { .. } => Mode::Own,
        }
    }

    /// The networks of its own; none where it has another's, or none.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Own { attachments, .. } => attachments,
            Self::Host { .. } | Self::Bridge { .. } | Self::None { .. } | Self::Container { .. } => &[],
        }
    }

    /// The published ports.
    #[must_use]
    pub fn publish(&self) -> &[Publish] {
        match self {
            Self::Bridge { publish, .. } | Self::Own { publish, .. } => publish,
            Self::Host { .. } | Self::None { .. } | Self::Container { .. } => &[],
        }
    }

    /// The exposed ports.
    #[must_use]
    pub fn expose(&self) -> &[Expose] {
        match self {
            Self::Host { expose, .. }
            | Self::Bridge { expose, .. }
            | Self::None { expose, .. }
            | Self::Own { expose, .. } => expose,
            Self::Container { .. } => &[],
        }
    }

    /// What the container is called and whom it asks for names.
    #[must_use]
    pub fn names(&self) -> Names {
        match self {
            Self::Host { names, .. } | Self::Bridge { names, .. } | Self::Own { names, .. } => names.clone(),
            Self::None { hostname, .. } => Names { hostname: hostname.clone(), ..Names::default() },
            Self::Container { .. } => Names::default(),
        }
    }
}

/// Whether ports are published in the network that is asked for.
pub(super) fn publishes(options: &Layer) -> bool {
    matches!(asked_for(options), Mode::Bridge | Mode::Own)
}

/// Whether others find the container by its name there, and know its own ports.
pub(super) fn is_found_by_name(options: &Layer) -> bool {
    matches!(asked_for(options), Mode::Own)
}

fn asked_for(options: &Layer) -> Mode {
    options.network.values().next().map_or(Mode::Bridge, |choice| Mode::of(&choice.network))
}

/// Decides the network. What the matrix refuses is a finding; what it ignores is taken out of the options.
pub(super) fn decide(options: &mut Layer, findings: &mut Findings) -> Option<Networking> {
    let choices: Vec<Setting<NetworkChoice>> = options.network.iter().cloned().collect();
    let mode = choices.first().map_or(Mode::Bridge, |choice| Mode::of(&choice.value.network));
    let before = findings.len();
    let odd = choices.iter().find(|choice| Mode::of(&choice.value.network) != Mode::Own);
    if let (Some(odd), true) = (odd, choices.len() > 1) {
        findings.push(several(odd));
    }
    for choice in choices.iter().filter(|choice| Mode::of(&choice.value.network) != Mode::Own) {
        findings.extend(endpoint_options(choice));
    }
    findings.extend(endpoints::twice(&choices));
    if let Some(first) = choices.first() {
        findings.extend(endpoints::said_on_both_sides(first, options));
    }
    let where_said = choices.first().map(|choice| (choice.value.word(), choice.origin.clone()));
    for rule in MATRIX {
        apply(rule, mode, where_said.as_ref(), options, findings);
    }
    let refused = findings[before..].iter().any(|finding| finding.level == crate::finding::Level::Error);
    if refused { None } else { Some(build(choices, options)) }
}

fn several(odd: &Setting<NetworkChoice>) -> Finding {
    let word = odd.value.word();
    Finding::error(Code::NetworkOption, format!("`{word}` cannot be one of several networks"))
        .asked(asked("network", &word, &odd.origin), &odd.origin)
        .help("name one network, or several that you created")
}

/// `name=bridge,ip=...`: what only an own network knows.
fn endpoint_options(choice: &Setting<NetworkChoice>) -> Option<Finding> {
    let plain = NetworkChoice::plain(choice.value.network.clone());
    let with_mac = NetworkChoice { mac: choice.value.mac, ..plain.clone() };
    let is_bridge = Mode::of(&choice.value.network) == Mode::Bridge;
    let fits = choice.value == plain || (is_bridge && choice.value == with_mac);
    (!fits).then(|| {
        let message = "aliases, addresses and driver options belong to a network that you created";
        Finding::error(Code::NetworkOption, message)
            .asked(asked("network", &choice.value.word(), &choice.origin), &choice.origin)
            .help("name a network of your own: --network name=NETWORK,alias=NAME")
    })
}

fn texts<'a>(values: impl Iterator<Item = &'a Text>) -> Vec<String> {
    values.map(|text| text.0.clone()).collect()
}

/// Builds the network from options that the matrix has let through.
fn build(choices: Vec<Setting<NetworkChoice>>, options: &Layer) -> Networking {
    let publish: Vec<Publish> = options.publish.values().cloned().collect();
    let expose: Vec<Expose> = options.expose.values().cloned().collect();
    let links: Vec<Link> = options.link.values().cloned().collect();
    let hostname = options.hostname.get().cloned();
    let names = Names {
        hostname: hostname.clone(),
        dns: options.dns.values().copied().collect(),
        dns_options: texts(options.dns_option.values()),
        dns_search: options.dns_search.values().map(Value::word).collect(),
        hosts: options.add_host.values().cloned().collect(),
    };
    let mac = options.mac_address.get().copied();
    let bridge = |word, mac, publish, expose, names, links| Networking::Bridge {
        word,
        publish,
        expose,
        names,
        links,
        mac,
    };
    let Some(first) = choices.first().map(|choice| choice.value.clone()) else {
        return bridge("default", mac, publish, expose, names, links);
    };
    match first.network {
        Network::Host => Networking::Host { expose, names },
        Network::Default => bridge("default", mac.or(first.mac), publish, expose, names, links),
        Network::Bridge => bridge("bridge", mac.or(first.mac), publish, expose, names, links),
        Network::None => Networking::None { expose, hostname },
        Network::Container(target) => Networking::Container { target },
        Network::Own(_) => {
            let attachments = attachments(choices, options, &links);
            Networking::Own { attachments, publish, expose, names, mac }
        }
    }
}

/// `--ip`, `--network-alias`, `--link` and `--mac-address` belong to the first network, as with docker.
fn attachments(choices: Vec<Setting<NetworkChoice>>, options: &Layer, links: &[Link]) -> Vec<Attachment> {
    let mut attachments: Vec<Attachment> =
        choices.into_iter().filter_map(|choice| attachment(choice.value)).collect();
    if let Some(first) = attachments.first_mut() {
        first.ip = first.ip.or(options.ip.get().copied());
        first.ip6 = first.ip6.or(options.ip6.get().copied());
        first.mac = first.mac.or(options.mac_address.get().copied());
        first.link_local_ips.extend(options.link_local_ip.values().map(|ip| ip.0));
        first.aliases.extend(texts(options.network_alias.values()));
        first.links = links.to_vec();
    }
    attachments
}

fn attachment(choice: NetworkChoice) -> Option<Attachment> {
    let Network::Own(network) = choice.network else { return None };
    Some(Attachment {
        network,
        aliases: choice.aliases,
        ip: choice.ip,
        ip6: choice.ip6,
        mac: choice.mac,
        link_local_ips: choice.link_local_ips,
        driver_opts: choice.driver_opts,
        gw_priority: choice.gw_priority,
        links: Vec::new(),
    })
}
