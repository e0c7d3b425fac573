//! `LinkLocalIp`: an address of the container that is good on its own link alone, for `--link-local-ip`.

use std::net::IpAddr;

use super::{Value, ValueError};

/// An address of 169.254.0.0/16 or fe80::/10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkLocalIp(pub IpAddr);

impl Value for LinkLocalIp {
    const FORM: &'static str = "IP";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let ip = <IpAddr as Value>::parse(word)?;
        let is_local = match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_unicast_link_local(),
        };
        let error = || ValueError::new("a link-local address lies in 169.254.0.0/16 or fe80::/10");
        is_local.then_some(Self(ip)).ok_or_else(error)
    }

    fn word(&self) -> String {
        self.0.word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<LinkLocalIp>(&[
            ("169.254.1.1", "169.254.1.1"),
            ("fe80::1", "fe80::1"),
            ("FE80:0::1", "fe80::1"),
            ("::ffff:169.254.1.1", "169.254.1.1"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let local = "a link-local address lies in 169.254.0.0/16 or fe80::/10";
        refuses::<LinkLocalIp>(&[
            ("", "this is not an IP address"),
            ("fe80::1%eth0", "this is not an IP address"),
            ("[fe80::1]", "this is not an IP address -> fe80::1"),
            ("10.0.0.1", local),
            ("fd00::1", local),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(low: [u8; 2], host: [u16; 4]) {
            round_trips(&LinkLocalIp(IpAddr::from([169, 254, low[0], low[1]])));
            round_trips(&LinkLocalIp(IpAddr::from([0xfe80, 0, 0, 0, host[0], host[1], host[2], host[3]])));
        }
    }
}
