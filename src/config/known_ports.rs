//! The registry of well-known ports: whose a number is likely to be. Data, in `profiles/ports.toml`.

use crate::values::{Expose, Protocol, Value};
use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// A port that some software is known by. Several may claim the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPort {
    /// The port.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// Whose it is: `NATS`.
    pub owner: String,
    /// What it is for: `clients`.
    pub about: String,
    /// The variable that moves it.
    pub variable: Option<String>,
}

impl fmt::Display for KnownPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.owner, self.about)
    }
}

/// A port as the file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    port: String,
    owner: String,
    about: String,
    variable: Option<String>,
}

/// Every port of the registry, in its order.
#[must_use]
pub fn known_ports() -> &'static [KnownPort] {
    // Built in, and held by the test below: there is nobody to tell of a fault.
    static PORTS: LazyLock<Vec<KnownPort>> =
        LazyLock::new(|| entries().unwrap_or_default().into_iter().filter_map(known).collect());
    &PORTS
}

/// Who claims a port, in words; none where nobody does.
#[must_use]
pub fn known_as(port: u16, protocol: Protocol) -> Vec<String> {
    let is_meant = |known: &&KnownPort| (known.port, known.protocol) == (port, protocol);
    known_ports().iter().filter(is_meant).map(ToString::to_string).collect()
}

fn entries() -> Result<Vec<Entry>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Data {
        port: Vec<Entry>,
    }
    let data: Data = toml::from_str(include_str!("../../profiles/ports.toml"))?;
    Ok(data.port)
}

fn known(entry: Entry) -> Option<KnownPort> {
    let Entry { port, owner, about, variable } = entry;
    let exposed = Expose::parse(&port).ok().filter(|exposed| exposed.range.is_single())?;
    Some(KnownPort { port: exposed.range.start, protocol: exposed.protocol, owner, about, variable })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_is_read_and_said_once() {
        let entries = entries().unwrap();
        let known = known_ports();
        assert_eq!(known.len(), entries.len());
        let mut seen = BTreeSet::new();
        for one in known {
            assert!(!one.owner.is_empty() && !one.about.is_empty(), "{one:?}");
            assert!(seen.insert((one.port, one.protocol, one.owner.clone())), "{one:?} stands twice");
        }
    }

    /// N4, N23, B1, B8, K15, K16.
    #[test]
    fn the_guides_ports_are_known() {
        for (port, want) in [
            (4222, "NATS clients"),
            (8222, "NATS monitoring"),
            (6222, "NATS other servers of a cluster"),
            (2379, "etcd clients"),
            (2380, "etcd other members"),
            (18081, "Nebula router"),
            (18090, "Nebula BFF"),
            (10814, "Nebula vLLM of a node"),
            (8742, "xtrace audit and observability"),
            (1080, "Kuscia gateway for partners"),
            (80, "Kuscia gateway inside the domain"),
            (8082, "Kuscia API over HTTP"),
            (8083, "Kuscia API over gRPC"),
            (9091, "Kuscia metrics"),
            (30000, "SGLang API"),
            (9090, "Prometheus API and pages"),
            (5600, "NIXL side channel"),
            (8888, "Dynamo requests over HTTP"),
        ] {
            assert_eq!(known_as(port, Protocol::Tcp), [want], "{port}");
        }
        assert_eq!(known_as(9999, Protocol::Udp), ["state gateway states of engines"]);
        assert_eq!(known_as(9999, Protocol::Tcp), Vec::<String>::new());
        assert_eq!(known_as(8000, Protocol::Tcp), ["Dynamo frontend", "vLLM API", "TensorRT-LLM API"]);
        let both = ["Dynamo system status, health and metrics", "Nebula gateway"];
        assert_eq!(known_as(8081, Protocol::Tcp), both);
    }

    #[test]
    fn what_moves_a_port_is_known() {
        let known = known_ports();
        let moved = |variable: &str| {
            known.iter().find(|known| known.variable.as_deref() == Some(variable)).map(|known| known.port)
        };
        assert_eq!(moved("DYN_SYSTEM_PORT"), Some(8081));
        assert_eq!(moved("DYN_HTTP_RPC_PORT"), Some(8888));
        assert_eq!(moved("VLLM_STATE_GATEWAY_UDP_PORT"), Some(9999));
    }
}
