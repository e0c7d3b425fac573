//! `Expose`: ports that the container is known to listen on, for `--expose`.

use super::port::{PortRange, Protocol, with_protocol};
use super::{Value, ValueError};

/// Ports that the container listens on, not forwarded by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expose {
    /// The container's ports.
    pub range: PortRange,
    /// The protocol of all of them.
    pub protocol: Protocol,
}

impl Value for Expose {
    const FORM: &'static str = "PORT[-PORT][/PROTOCOL]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if let Some((_, port)) = word.rsplit_once(':') {
            let error = ValueError::new("an exposed port takes no host port");
            return Err(if Self::parse(port).is_ok() { error.suggest(port) } else { error });
        }
        let (ports, protocol) = with_protocol(word, word)?;
        let range = PortRange::parse(ports, "container")?;
        if range.start == 0 {
            return Err(ValueError::new("container port 0 cannot be exposed"));
        }
        Ok(Self { range, protocol })
    }

    fn word(&self) -> String {
        match self.protocol {
            Protocol::Tcp => self.range.to_string(),
            other @ (Protocol::Udp | Protocol::Sctp) => format!("{}/{other}", self.range),
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
        reads::<Expose>(&[
            ("80", "80"),
            ("80-90", "80-90"),
            ("53/udp", "53/udp"),
            ("1-65535", "1-65535"),
            ("5000/sctp", "5000/sctp"),
            ("80/", "80"),
            ("80/UDP", "80/udp"),
            ("080", "80"),
            ("7-7", "7"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Expose>(&[
            ("", "the container port is missing"),
            ("0", "container port 0 cannot be exposed"),
            ("8080:80", "an exposed port takes no host port -> 80"),
            ("8080:http", "an exposed port takes no host port"),
            ("8080:0", "an exposed port takes no host port"),
            ("80/x", "the protocol is not one of tcp, udp, sctp"),
            ("9-8", "the container range ends before it starts"),
            ("x", "the container port is not a number"),
        ]);
    }

    #[test]
    fn it_has_no_key() {
        assert_eq!(Expose::parse("80").unwrap().key(), None);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(start in 1..=u16::MAX, more in any::<u16>(), is_udp in any::<bool>()) {
            let range = PortRange { start, end: start.saturating_add(more) };
            let protocol = if is_udp { Protocol::Udp } else { Protocol::Tcp };
            round_trips(&Expose { range, protocol });
        }
    }
}
