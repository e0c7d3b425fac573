//! `NetworkChoice`: a network that the container is part of, for `--network`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::link_local::LinkLocalIp;
use super::mac::MacAddress;
use super::name::{is_name, other_container};
use super::nearest::{nearest, unknown_in};
use super::record::{fields, join};
use super::{Field, Names, Offer, Power, SecretNames, Value, ValueError, pair};

/// The modes, and `container`, which a name is appended to.
const MODES: [&str; 5] = ["host", "bridge", "none", "default", "container"];

/// The keys of docker's long form.
const KEYS: [&str; 8] =
    ["name", "alias", "ip", "ip6", "mac-address", "link-local-ip", "driver-opt", "gw-priority"];

/// What a container's network is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// The engine's default, which is the bridge on Linux.
    Default,
    /// The host's own.
    Host,
    /// The engine's bridge.
    Bridge,
    /// None but the loopback.
    None,
    /// Another container's, by name or id.
    Container(String),
    /// A network that somebody made, by name or id.
    Own(String),
}

impl Network {
    /// The network's name as docker takes it: `host`, `container:web`, `backend`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Host => "host".to_owned(),
            Self::Bridge => "bridge".to_owned(),
            Self::None => "none".to_owned(),
            Self::Container(name) => format!("container:{name}"),
            Self::Own(name) => name.clone(),
        }
    }

    /// Reads a network's name, without asking whether it is a typo.
    fn named(name: &str) -> Result<Self, ValueError> {
        match name {
            "" => return Err(ValueError::new("the network's name is missing")),
            "default" => return Ok(Self::Default),
            "host" => return Ok(Self::Host),
            "bridge" => return Ok(Self::Bridge),
            "none" => return Ok(Self::None),
            "ingress" => return Err(ValueError::new("ingress is the swarm's own: no container can join it")),
            _ => {}
        }
        if let Some(container) = name.strip_prefix("container:") {
            return Ok(Self::Container(other_container(container)?));
        }
        if let Some((mode, container)) = name.split_once(':') {
            let error = ValueError::new("only `container` takes a name after a colon");
            return Err(match nearest(mode, ["container"]) {
                Some(known) => error.suggest(format!("{known}:{container}")),
                None => error,
            });
        }
        if !is_name(name) {
            return Err(ValueError::new(
                "a network's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ));
        }
        Ok(Self::Own(name.to_owned()))
    }
}

/// A network with what the container is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkChoice {
    /// The network.
    pub network: Network,
    /// Further names of the container there.
    pub aliases: Vec<String>,
    /// Its IPv4 address.
    pub ip: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ip6: Option<Ipv6Addr>,
    /// The hardware address of its interface.
    pub mac: Option<MacAddress>,
    /// Its link-local addresses.
    pub link_local_ips: Vec<IpAddr>,
    /// Options for the network's driver, in the order said.
    pub driver_opts: Vec<(String, String)>,
    /// Among several networks, the highest number gives the default gateway.
    pub gw_priority: Option<i64>,
}

impl NetworkChoice {
    /// A network and nothing said about the container there.
    #[must_use]
    pub fn plain(network: Network) -> Self {
        Self {
            network,
            aliases: Vec::new(),
            ip: None,
            ip6: None,
            mac: None,
            link_local_ips: Vec::new(),
            driver_opts: Vec::new(),
            gw_priority: None,
        }
    }

    /// Puts `***` in the place of what an option for the driver says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        pair::hide_values(&mut self.driver_opts, names);
    }
}

/// The network of a container that runs.
const RUNNING: Offer = Offer::Behind("container:", &Offer::Names(Names::Running));

/// The keys of the long form, as a shell offers them.
const LONG_FORM: [Field; KEYS.len()] = [
    Field::of("name=", Offer::Names(Names::Networks)),
    Field::bare("alias="),
    Field::bare("ip="),
    Field::bare("ip6="),
    Field::bare("mac-address="),
    Field::bare("link-local-ip="),
    Field::bare("driver-opt="),
    Field::bare("gw-priority="),
];

/// What may follow in the long form: the network's name comes first.
fn long_form_after(said: &[&str]) -> Vec<Field> {
    let (name, others) = LONG_FORM.split_at(1);
    if said.is_empty() { name.to_vec() } else { others.to_vec() }
}

impl Value for NetworkChoice {
    const FORM: &'static str = "host|bridge|none|container:NAME|NETWORK|name=NETWORK[,KEY=VALUE]";
    const OFFER: Offer =
        Offer::Any(&[Offer::Form, RUNNING, Offer::Names(Names::Networks), Offer::Fields(long_form_after)]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('=') {
            return long_form(word);
        }
        check_typo(word)?;
        Ok(Self::plain(Network::named(word)?))
    }

    /// A higher layer's networks replace all of a lower one's.
    fn key(&self) -> Option<String> {
        Some("network".to_owned())
    }

    fn word(&self) -> String {
        let name = self.network.name();
        let plain = Self::plain(self.network.clone());
        if *self == plain && check_typo(&name).is_ok() {
            return name;
        }
        let mut out = vec![format!("name={name}")];
        out.extend(self.aliases.iter().map(|alias| format!("alias={alias}")));
        out.extend(self.ip.map(|ip| format!("ip={ip}")));
        out.extend(self.ip6.map(|ip| format!("ip6={ip}")));
        out.extend(self.mac.map(|mac| format!("mac-address={mac}")));
        out.extend(self.link_local_ips.iter().map(|ip| format!("link-local-ip={ip}")));
        out.extend(self.driver_opts.iter().map(|(key, value)| format!("driver-opt={key}={value}")));
        out.extend(self.gw_priority.map(|priority| format!("gw-priority={priority}")));
        join(&out)
    }

    fn shown(&self, names: &SecretNames) -> String {
        let mut shown = self.clone();
        shown.hide_secrets(names);
        names.without_url_passwords(&shown.word())
    }

    fn power(&self) -> Option<Power> {
        match self.network {
            Network::Host => Some(Power::HostNamespace),
            Network::Container(_) => Some(Power::OtherContainer),
            Network::Default | Network::Bridge | Network::None | Network::Own(_) => None,
        }
    }
}

/// Refuses a bare word that is probably a mode, misspelt. The long form takes a network of that name.
fn check_typo(word: &str) -> Result<(), ValueError> {
    if word == "container" {
        return Err(ValueError::new("the container is missing: container:NAME"));
    }
    let lower = word.to_ascii_lowercase();
    if MODES.contains(&word) {
        return Ok(());
    }
    if MODES.contains(&lower.as_str()) {
        let problem = format!("modes are written in lower case; a network really called so is name={word}");
        return Err(ValueError::new(problem).suggest(lower));
    }
    match MODES.into_iter().find(|mode| is_slip(&lower, mode)) {
        None => Ok(()),
        Some(mode) => {
            let meant = if mode == "container" { "container:NAME" } else { mode };
            let problem =
                format!("this is probably a misspelt {mode}; a network really called so is name={word}");
            Err(ValueError::new(problem).suggest(meant))
        }
    }
}

/// Whether a word is a slip of the fingers away from a mode. Only letters count: `bridge0` and `none1` are names. In
/// a mode of four letters one slip counts, and no replaced letter, for `node` and `post` are names, too.
fn is_slip(word: &str, mode: &str) -> bool {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let slips = strsim::osa_distance(word, mode);
    if mode.len() > 4 {
        return slips <= 2;
    }
    let replaced = word.len() == mode.len() && strsim::hamming(word, mode) == Ok(1);
    slips == 1 && !replaced
}

/// Reads docker's long form.
fn long_form(word: &str) -> Result<NetworkChoice, ValueError> {
    let mut choice = NetworkChoice::plain(Network::Default);
    let mut is_named = false;
    for field in fields(word)? {
        let Some((key, value)) = field.split_once('=') else {
            return Err(ValueError::new("the long form takes KEY=VALUE fields only"));
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if key == "name" {
            choice.network = Network::named(value)?;
            is_named = true;
        } else {
            take(&mut choice, &key, value, word)?;
        }
    }
    if !is_named {
        return Err(ValueError::new("the long form needs name=NETWORK"));
    }
    Ok(choice)
}

/// Takes one field of the long form, but for the name.
fn take(choice: &mut NetworkChoice, key: &str, value: &str, word: &str) -> Result<(), ValueError> {
    match key {
        "alias" if value.is_empty() => return Err(ValueError::new("an alias is empty")),
        "alias" => choice.aliases.push(value.to_owned()),
        "ip" => choice.ip = unless_empty(value, |ip| address(ip, "ip is not an IPv4 address"))?,
        "ip6" => choice.ip6 = unless_empty(value, |ip| address(ip, "ip6 is not an IPv6 address"))?,
        "mac-address" => choice.mac = unless_empty(value, MacAddress::parse)?,
        "link-local-ip" => choice.link_local_ips.push(LinkLocalIp::parse(value)?.0),
        "driver-opt" => match value.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                // Docker's client writes the key so, too.
                choice.driver_opts.push((name.trim().to_lowercase(), value.trim().to_owned()));
            }
            _ => return Err(ValueError::new("driver-opt is not of the form driver-opt=KEY=VALUE")),
        },
        "gw-priority" => {
            let priority = value.parse().map_err(|_| ValueError::new("gw-priority is not a whole number"))?;
            choice.gw_priority = Some(priority);
        }
        _ => {
            let problem = format!("the long form knows the keys {} only", KEYS.join(", "));
            return Err(unknown_in(&problem, key, word, KEYS));
        }
    }
    Ok(())
}

/// Reads a value; docker takes an empty one for none.
fn unless_empty<T>(
    value: &str,
    read: impl FnOnce(&str) -> Result<T, ValueError>,
) -> Result<Option<T>, ValueError> {
    if value.is_empty() { Ok(None) } else { read(value).map(Some) }
}

fn address<T: std::str::FromStr>(ip: &str, problem: &str) -> Result<T, ValueError> {
    ip.parse().map_err(|_| ValueError::new(problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<NetworkChoice>(&[
            ("host", "host"),
            ("bridge", "bridge"),
            ("none", "none"),
            ("default", "default"),
            ("container:web", "container:web"),
            ("backend", "backend"),
            ("hostnet", "hostnet"),
            ("bridge0", "bridge0"),
            ("elrar-network", "elrar-network"),
            ("none1", "none1"),
            ("node", "node"),
            ("post", "post"),
            ("net", "net"),
            ("name=hots", "name=hots"),
            ("name=Bridge", "name=Bridge"),
            (
                "name=a,alias=b,alias=c,ip=10.0.0.2,ip6=fd00::2,mac-address=02:42:ac:11:00:02,link-local-ip=169.254.1.1,driver-opt=K=V,gw-priority=-1",
                "name=a,alias=b,alias=c,ip=10.0.0.2,ip6=fd00::2,mac-address=02:42:ac:11:00:02,link-local-ip=169.254.1.1,driver-opt=k=V,gw-priority=-1",
            ),
            ("name=a,\"driver-opt=k=v,w\"", "name=a,\"driver-opt=k=v,w\""),
            ("name=container", "name=container"),
            ("name=host", "host"),
            ("name=a", "a"),
            ("NAME=Foo, Alias = B ", "name=Foo,alias=B"),
            ("name=a,name=b", "b"),
            ("name=a,driver-opt=k=", "name=a,driver-opt=k="),
            ("name=a,ip=,ip6=,mac-address=", "a"),
            ("name=a,ip=10.0.0.2,ip= ", "a"),
            ("container:/web", "container:web"),
        ]);
    }

    #[test]
    fn a_secret_of_the_driver_is_not_shown() {
        let names = SecretNames { endings: vec!["TOKEN".to_owned()], ..SecretNames::default() };
        let shown = |word: &str| NetworkChoice::parse(word).unwrap().shown(&names);
        assert_eq!(shown("name=a,driver-opt=vpn-token=hush"), "name=a,driver-opt=vpn-token=***");
        assert_eq!(shown("name=a,driver-opt=url=http://u:hush@h"), "name=a,driver-opt=url=http://u:***@h");
        assert_eq!(shown("name=a,driver-opt=mtu=1450"), "name=a,driver-opt=mtu=1450");
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<NetworkChoice>(&[
            ("", "the network's name is missing"),
            (
                "Bridge",
                "modes are written in lower case; a network really called so is name=Bridge -> bridge",
            ),
            ("HOST", "modes are written in lower case; a network really called so is name=HOST -> host"),
            ("hots", "this is probably a misspelt host; a network really called so is name=hots -> host"),
            ("hst", "this is probably a misspelt host; a network really called so is name=hst -> host"),
            (
                "brigde",
                "this is probably a misspelt bridge; a network really called so is name=brigde -> bridge",
            ),
            (
                "Brigde",
                "this is probably a misspelt bridge; a network really called so is name=Brigde -> bridge",
            ),
            ("brdg", "this is probably a misspelt bridge; a network really called so is name=brdg -> bridge"),
            ("nnoe", "this is probably a misspelt none; a network really called so is name=nnoe -> none"),
            (
                "defualt",
                "this is probably a misspelt default; a network really called so is name=defualt -> default",
            ),
            (
                "contianer",
                "this is probably a misspelt container; a network really called so is name=contianer -> container:NAME",
            ),
            ("container", "the container is missing: container:NAME"),
            ("container:", "the container after `container:` is missing"),
            ("container:a b", "what follows `container:` is not a container's name or id"),
            ("ingress", "ingress is the swarm's own: no container can join it"),
            ("name=ingress", "ingress is the swarm's own: no container can join it"),
            (
                "a b",
                "a network's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            (
                "-x",
                "a network's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            (
                "x/y",
                "a network's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            (
                "é",
                "a network's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            ("contianer:web", "only `container` takes a name after a colon -> container:web"),
            ("host:web", "only `container` takes a name after a colon"),
        ]);
    }

    #[test]
    fn what_is_wrong_in_the_long_form_is_said() {
        refuses::<NetworkChoice>(&[
            ("name=", "the network's name is missing"),
            ("alias=a", "the long form needs name=NETWORK"),
            ("name=a,x", "the long form takes KEY=VALUE fields only"),
            (
                "name=a,alais=b",
                "the long form knows the keys name, alias, ip, ip6, mac-address, link-local-ip, driver-opt, gw-priority only -> name=a,alias=b",
            ),
            ("name=a,alias=", "an alias is empty"),
            ("name=a,ip=::1", "ip is not an IPv4 address"),
            ("name=a,ip6=1.2.3.4", "ip6 is not an IPv6 address"),
            ("name=a,link-local-ip=x", "this is not an IP address"),
            ("name=a,link-local-ip=10.0.0.1", "a link-local address lies in 169.254.0.0/16 or fe80::/10"),
            ("name=a,mac-address=zz", "a hardware address has parts between `:`, `-` or `.`"),
            ("name=a,driver-opt=K", "driver-opt is not of the form driver-opt=KEY=VALUE"),
            ("name=a,gw-priority=x", "gw-priority is not a whole number"),
        ]);
    }

    #[test]
    fn the_hosts_and_another_containers_are_powers() {
        assert_eq!(NetworkChoice::parse("host").unwrap().power(), Some(Power::HostNamespace));
        assert_eq!(NetworkChoice::parse("container:x").unwrap().power(), Some(Power::OtherContainer));
        assert_eq!(NetworkChoice::parse("backend").unwrap().power(), None);
    }

    #[test]
    fn a_higher_layers_networks_replace_all_of_a_lower_ones() {
        let key = |word: &str| NetworkChoice::parse(word).unwrap().key();
        assert_eq!(key("backend"), key("host"));
        assert!(key("backend").is_some());
    }

    fn any_network() -> impl Strategy<Value = Network> {
        prop_oneof![
            prop::sample::select(vec![Network::Default, Network::Host, Network::Bridge, Network::None]),
            "[a-z0-9][a-z0-9_.-]{0,6}".prop_map(Network::Container),
            "[A-Za-z0-9][a-z0-9_.-]{0,6}".prop_map(|name| Network::named(&name).unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(network in any_network(),
            aliases in prop::collection::vec("[a-z,\"=]{1,5}", 0..3),
            ips in any::<(Option<Ipv4Addr>, Option<Ipv6Addr>, Option<[u8; 6]>, Option<i64>)>(),
            link_local_ips in prop::collection::vec(any::<[u8; 2]>(), 0..2),
            driver_opts in prop::collection::vec(("[a-z]{1,3}", "[a-z,\"=]{0,3}"), 0..2),
        ) {
            let (ip, ip6, mac, gw_priority) = ips;
            let mac = mac.map(MacAddress);
            let link_local_ips = link_local_ips.into_iter().map(|[c, d]| IpAddr::from([169, 254, c, d])).collect();
            round_trips(&NetworkChoice { network, aliases, ip, ip6, mac, link_local_ips, driver_opts, gw_priority });
        }
    }
}
