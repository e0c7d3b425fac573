//! IP addresses as values: `--dns`, `--publish-ip`, `--ip`, `--ip6`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Value, ValueError};

/// Whether what is bound to the one address is in the way of the other: they are the same, or one of them stands for all
/// of its family.
#[must_use]
pub fn meet(one: IpAddr, other: IpAddr) -> bool {
    one.is_ipv4() == other.is_ipv4() && (one == other || one.is_unspecified() || other.is_unspecified())
}

/// An IPv4 address written as an IPv6 one is read as the IPv4 address it is, as docker does.
impl Value for IpAddr {
    const FORM: &'static str = "IP";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let word = word.trim();
        word.parse::<Self>().map(|ip| ip.to_canonical()).map_err(|_| {
            let error = ValueError::new("this is not an IP address");
            let bare = word.trim_start_matches('[').trim_end_matches(']');
            match bare.parse::<Self>() {
                Ok(ip) => error.suggest(ip.to_string()),
                Err(_) if word.eq_ignore_ascii_case("localhost") => error.suggest("127.0.0.1"),
                Err(_) => error,
            }
        })
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

impl Value for Ipv4Addr {
    const FORM: &'static str = "IPV4";
    const EMPTY_IS_NONE: bool = true;

    fn parse(word: &str) -> Result<Self, ValueError> {
        match <IpAddr as Value>::parse(word)? {
            IpAddr::V4(ip) => Ok(ip),
            IpAddr::V6(_) => Err(ValueError::new("this is an IPv6 address; --ip6 takes it")),
        }
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

impl Value for Ipv6Addr {
    const FORM: &'static str = "IPV6";
    const EMPTY_IS_NONE: bool = true;

    fn parse(word: &str) -> Result<Self, ValueError> {
        match <IpAddr as Value>::parse(word)? {
            IpAddr::V6(ip) => Ok(ip),
            IpAddr::V4(_) => Err(ValueError::new("this is an IPv4 address; --ip takes it")),
        }
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<IpAddr>(&[
            ("8.8.8.8", "8.8.8.8"),
            (" ::1", "::1"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<IpAddr>(&[
            ("", "this is not an IP address"),
            ("x", "this is not an IP address"),
            ("[::1]", "this is not an IP address -> ::1"),
            ("localhost", "this is not an IP address -> 127.0.0.1"),
            ("1.2.3", "this is not an IP address"),
            ("01.2.3.4", "this is not an IP address"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(ip in any::<IpAddr>()) {
            round_trips(&ip.to_canonical());
        }
    }
}
