//! `Publish`: container ports that the host forwards, for `--publish`.

use std::net::IpAddr;

use super::nearest::unknown_in;
use super::port::{PortRange, Protocol, with_protocol};
use super::{Field, Names, Offer, Value, ValueError};

/// The keys of docker's long form.
const KEYS: [&str; 4] = ["target", "published", "protocol", "mode"];

/// Ports of the container that are forwarded from the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// The host's address to listen on, as said; none leaves it to the engine, which takes all of them.
    pub ip: Option<IpAddr>,
    /// The host's ports: as many as the container's, or several to choose from for a single container port.
    /// None, and port 0, leave the choice to the engine.
    pub host: Option<PortRange>,
    /// The container's ports.
    pub container: PortRange,
    /// The protocol of all of them.
    pub protocol: Protocol,
}

/// One container port with the host port that the engine is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortBinding {
    /// The port in the container.
    pub container: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The host's address, if one was said.
    pub ip: Option<IpAddr>,
    /// The host's port as the engine takes it: `8080`, or `7000-7003` to choose the first free one of.
    pub host: Option<String>,
}

impl Publish {
    /// The bindings to ask the engine for, one a container port.
    #[must_use]
    pub fn bindings(&self) -> Vec<PortBinding> {
        self.spread()
            .into_iter()
            .map(|one| PortBinding {
                container: one.container.start,
                protocol: one.protocol,
                ip: one.ip,
                host: one.host.map(|range| range.to_string()),
            })
            .collect()
    }
}

/// What may follow in the long form, once it is begun.
fn long_form_after(said: &[&str]) -> Vec<Field> {
    let others = [
        Field::bare("published="),
        Field::of("protocol=", Offer::Words(&["sctp", "tcp", "udp"])),
        Field::of("mode=", Offer::Words(&["host"])),
    ];
    if said.is_empty() { Vec::new() } else { others.to_vec() }
}

impl Value for Publish {
    const FORM: &'static str = "[[IP:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]";
    const OFFER: Offer = Offer::Any(&[Offer::Names(Names::Ports), Offer::Fields(long_form_after)]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('=') { long_form(word) } else { short_form(word, word) }
    }

    fn word(&self) -> String {
        let ip = match self.ip {
            None => String::new(),
            Some(IpAddr::V4(ip)) => format!("{ip}:"),
            Some(IpAddr::V6(ip)) => format!("[{ip}]:"),
        };
        let host = match self.host {
            None if self.ip.is_none() => String::new(),
            None => ":".to_owned(),
            Some(range) => format!("{range}:"),
        };
        let protocol = match self.protocol {
            Protocol::Tcp => String::new(),
            other @ (Protocol::Udp | Protocol::Sctp) => format!("/{other}"),
        };
        format!("{ip}{host}{}{protocol}", self.container)
    }

    fn key(&self) -> Option<String> {
        let single = self.container.is_single();
        Some(if single { format!("{}/{}", self.container, self.protocol) } else { self.word() })
    }

    fn spread(&self) -> Vec<Self> {
        if self.container.is_single() {
            return vec![self.clone()];
        }
        let host_ports = self.host.map(|range| range.ports());
        let mut hosts = host_ports.into_iter().flatten();
        self.container
            .ports()
            .map(|port| Self {
                container: PortRange::single(port),
                host: hosts.next().map(PortRange::single),
                ..self.clone()
            })
            .collect()
    }
}

/// Reads the form with colons, which the word is or stands for.
fn short_form(form: &str, word: &str) -> Result<Publish, ValueError> {
    let (front, container) = match form.rsplit_once(':') {
        Some((front, container)) => (Some(front), container),
        None => (None, form),
    };
    let (ip, host) = match front.map(|front| (front.rsplit_once(':'), front)) {
        None => ("", ""),
        Some((Some(parts), _)) => parts,
        Some((None, host)) => ("", host),
    };
    let (ports, protocol) = with_protocol(container, word)?;
    let ip = address(ip, word)?;
    let container = PortRange::parse(ports, "container")?;
    let host = if host.is_empty() { None } else { Some(PortRange::parse(host, "host")?) };
    checked(Publish { ip, host, container, protocol })
}

/// Reads the host's address, in brackets or not.
fn address(ip: &str, word: &str) -> Result<Option<IpAddr>, ValueError> {
    let bare = ip.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(ip);
    if bare.is_empty() {
        return Ok(None);
    }
    bare.parse().map(Some).map_err(|_| {
        let error = ValueError::new("the host address is not an IP address");
        match word.strip_prefix("localhost:") {
            Some(rest) => error.suggest(format!("127.0.0.1:{rest}")),
            None => error,
        }
    })
}

/// Checks what the parts say together.
fn checked(publish: Publish) -> Result<Publish, ValueError> {
    let Publish { host, container, .. } = publish;
    if container.start == 0 {
        return Err(ValueError::new("container port 0 cannot be published"));
    }
    match host {
        Some(host) if !container.is_single() && host.len() != container.len() => Err(ValueError::new(
            format!("the host range has {} and the container range {} ports", host.len(), container.len()),
        )),
        _ => Ok(publish),
    }
}

/// Reads docker's long form, which it turns into the short one.
fn long_form(word: &str) -> Result<Publish, ValueError> {
    let (mut target, mut published, mut protocol) = ("", "", None);
    for field in word.split(',') {
        let Some((key, value)) = field.split_once('=') else {
            return Err(ValueError::new("the long form takes KEY=VALUE fields only"));
        };
        match key {
            "target" => target = value,
            "published" => published = value,
            "protocol" => protocol = Some(value),
            "mode" if value == "host" => {}
            "mode" if value == "ingress" => {
                return Err(ValueError::new(
                    "mode=ingress needs a swarm service: a container publishes on its host",
                ));
            }
            "mode" => return Err(ValueError::new("the mode is not host")),
            _ => {
                let problem = "the long form knows the keys target, published, protocol and mode only";
                return Err(unknown_in(problem, key, word, KEYS));
            }
        }
    }
    if target.is_empty() {
        return Err(ValueError::new("the long form needs target=PORT"));
    }
    match protocol {
        None => short_form(&format!("{published}:{target}"), word),
        Some(_) if target.contains('/') => Err(ValueError::new("the protocol is said twice")),
        Some(protocol) => short_form(&format!("{published}:{target}/{protocol}"), word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Publish>(&[
            ("80", "80"),
            ("8080:80", "8080:80"),
            ("127.0.0.1:8080:80", "127.0.0.1:8080:80"),
            ("0.0.0.0:8080:80", "0.0.0.0:8080:80"),
            ("127.0.0.1::80", "127.0.0.1::80"),
            ("[::1]:8080:80", "[::1]:8080:80"),
            ("[::1]::80", "[::1]::80"),
            ("7000-7003:80", "7000-7003:80"),
            ("7000-7003:80-83", "7000-7003:80-83"),
            ("80-83", "80-83"),
            ("9999:9999/udp", "9999:9999/udp"),
            ("0:80", "0:80"),
            ("53/sctp", "53/sctp"),
            ("1-2:1-2/udp", "1-2:1-2/udp"),
            ("127.0.0.1:70-71:80-81", "127.0.0.1:70-71:80-81"),
            ("80/", "80"),
            ("80/tcp", "80"),
            ("80/TCP", "80"),
            ("80/Udp", "80/udp"),
            ("08080:0080", "8080:80"),
            (":80", "80"),
            ("::80", "80"),
            ("::1:8080:80", "[::1]:8080:80"),
            ("fe80::1:8080:80", "[fe80::1]:8080:80"),
            ("[127.0.0.1]:1:2", "127.0.0.1:1:2"),
            ("[]:1:2", "1:2"),
            ("80-80", "80"),
            ("90-90:80", "90:80"),
            ("target=80", "80"),
            ("target=80,published=8080", "8080:80"),
            ("target=80,published=8080,protocol=UDP,mode=host", "8080:80/udp"),
            ("published=127.0.0.1:8080,target=80", "127.0.0.1:8080:80"),
            ("target=80/udp", "80/udp"),
            ("target=80,target=81", "81"),
            ("target=80-82,published=1-3", "1-3:80-82"),
            ("target=80,protocol=", "80"),
            ("1-128", "1-128"),
            ("1-65535", "1-65535"),
            ("1000-2000:80", "1000-2000:80"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Publish>(&[
            ("", "the container port is missing"),
            ("8080:", "the container port is missing"),
            ("x", "the container port is not a number"),
            ("+80", "the container port is not a number"),
            ("-80", "the container port is missing"),
            ("80-", "the container port is missing"),
            (" 80", "the container port is not a number"),
            ("65536", "the container port is above 65535"),
            ("99999:80", "the host port is above 65535"),
            ("x:80", "the host port is not a number"),
            ("80:0", "container port 0 cannot be published"),
            ("0", "container port 0 cannot be published"),
            ("0-3", "container port 0 cannot be published"),
            ("90-80", "the container range ends before it starts"),
            ("9-8:80", "the host range ends before it starts"),
            ("80-90-100", "the container range has more than two ends"),
            ("80-82:90-93", "the host range has 3 and the container range 4 ports"),
            ("80:90-91", "the host range has 1 and the container range 2 ports"),
            ("80/icmp", "the protocol is not one of tcp, udp, sctp"),
            ("80/tpc", "the protocol is not one of tcp, udp, sctp -> 80/tcp"),
            ("80/tcp/x", "the protocol is not one of tcp, udp, sctp -> 80/tcp"),
            ("127.0.0.1:1:2/upd", "the protocol is not one of tcp, udp, sctp -> 127.0.0.1:1:2/udp"),
            ("target=1,protocol=upd", "the protocol is not one of tcp, udp, sctp -> target=1,protocol=udp"),
            ("localhost:8080:80", "the host address is not an IP address -> 127.0.0.1:8080:80"),
            ("256.0.0.1:1:2", "the host address is not an IP address"),
            ("[::1]80:80", "the host address is not an IP address"),
            ("[[::1]]:1:2", "the host address is not an IP address"),
            ("[fe80::1%eth0]:1:2", "the host address is not an IP address"),
            ("1:2:3:4", "the host address is not an IP address"),
            (
                "target=80,mode=ingress",
                "mode=ingress needs a swarm service: a container publishes on its host",
            ),
            ("target=80,mode=x", "the mode is not host"),
            ("published=80", "the long form needs target=PORT"),
            ("target=80,x", "the long form takes KEY=VALUE fields only"),
            (
                "target=80,publish=1",
                "the long form knows the keys target, published, protocol and mode only -> target=80,published=1",
            ),
            ("target=80/udp,protocol=udp", "the protocol is said twice"),
            (
                "Target=80",
                "the long form knows the keys target, published, protocol and mode only -> target=80",
            ),
        ]);
    }

    #[test]
    fn a_single_container_port_is_its_key() {
        let key = |word| Publish::parse(word).unwrap().key();
        assert_eq!(key("127.0.0.1:8080:80"), Some("80/tcp".into()));
        assert_eq!(key("80/udp"), Some("80/udp".into()));
        assert_eq!(key("80-81"), Some("80-81".into()));
    }

    #[test]
    fn a_range_is_spread_in_step() {
        let spread = |word| -> Vec<String> {
            Publish::parse(word).unwrap().spread().iter().map(Value::word).collect()
        };
        assert_eq!(spread("8080:80"), ["8080:80"]);
        assert_eq!(spread("7000-7003:80"), ["7000-7003:80"]);
        assert_eq!(spread("127.0.0.1:70-71:80-81/udp"), ["127.0.0.1:70:80/udp", "127.0.0.1:71:81/udp"]);
        assert_eq!(spread("80-81"), ["80", "81"]);
    }

    #[test]
    fn bindings_are_those_of_docker() {
        let bindings = |word| -> Vec<(u16, Option<String>)> {
            Publish::parse(word)
                .unwrap()
                .bindings()
                .into_iter()
                .map(|one| (one.container, one.host))
                .collect()
        };
        assert_eq!(bindings("80"), [(80, None)]);
        assert_eq!(bindings("0:80"), [(80, Some("0".into()))]);
        assert_eq!(bindings("7000-7003:80"), [(80, Some("7000-7003".into()))]);
        assert_eq!(bindings("70-71:80-81"), [(80, Some("70".into())), (81, Some("71".into()))]);
        let one = &Publish::parse("[::1]:1:2/udp").unwrap().bindings()[0];
        assert_eq!((one.ip, one.protocol), (Some("::1".parse().unwrap()), Protocol::Udp));
    }

    fn any_publish() -> impl Strategy<Value = Publish> {
        let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp), Just(Protocol::Sctp)];
        (any::<Option<IpAddr>>(), any::<Option<u16>>(), 1..=65000_u16, 0..128_u16, any::<bool>(), protocol)
            .prop_map(|(ip, host, start, more, is_single, protocol)| {
                let container = PortRange { start, end: if is_single { start } else { start + more } };
                let host =
                    host.map(|host| host.min(65000)).map(|start| PortRange { start, end: start + more });
                Publish { ip, host, container, protocol }
            })
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(publish in any_publish()) {
            round_trips(&publish);
        }
    }
}
