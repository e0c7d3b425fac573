//! `PortQuery`: ports that are asked about, of one protocol or of any.

use super::port::{PortRange, Protocol};
use super::{Value, ValueError};

/// Ports that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortQuery {
    /// The ports.
    pub range: PortRange,
    /// Their protocol; none where each is meant.
    pub protocol: Option<Protocol>,
}

impl Value for PortQuery {
    const FORM: &'static str = "PORT[-PORT][/PROTOCOL]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (ports, protocol) = match word.split_once('/') {
            None => (word, None),
            Some((ports, protocol)) => (ports, Some(Protocol::parse_in(protocol, word)?)),
        };
        let range = PortRange::parse(ports, "host")?;
        if range.start == 0 {
            return Err(ValueError::new("nobody can hold port 0"));
        }
        Ok(Self { range, protocol })
    }

    fn word(&self) -> String {
        match self.protocol {
            None => self.range.to_string(),
            Some(protocol) => format!("{}/{protocol}", self.range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<PortQuery>(&[
            ("80", "80"),
            ("080", "80"),
            ("80/TCP", "80/tcp"),
            ("9999/udp", "9999/udp"),
            ("8000-8100", "8000-8100"),
            ("7-7/sctp", "7/sctp"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<PortQuery>(&[
            ("", "the host port is missing"),
            ("0", "nobody can hold port 0"),
            ("x", "the host port is not a number"),
            ("65536", "the host port is above 65535"),
            ("9-8", "the host range ends before it starts"),
            ("80/", "the protocol is not one of tcp, udp, sctp"),
            ("80/ucp", "the protocol is not one of tcp, udp, sctp -> 80/tcp"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(start in 1..=u16::MAX, more in 0..100_u16, protocol in 0..4_usize) {
            let range = PortRange { start, end: start.saturating_add(more) };
            let protocols = [None, Some(Protocol::Tcp), Some(Protocol::Udp), Some(Protocol::Sctp)];
            round_trips(&PortQuery { range, protocol: protocols[protocol] });
        }
    }
}
