//! `AddHost`: a line of the container's `/etc/hosts`, for `--add-host`.

use std::net::IpAddr;

use super::{Offer, Value, ValueError};

/// What docker replaces with the host's address.
const HOST_GATEWAY: &str = "host-gateway";

/// A host name with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddHost {
    /// The name.
    pub host: String,
    /// Its address as said, without brackets, or `host-gateway`.
    pub ip: String,
}

impl Value for AddHost {
    const FORM: &'static str = "HOST:IP|HOST:host-gateway";
    const PAIR: Option<char> = Some('=');
    const OFFER: Offer = Offer::Parts(':', &[Offer::NOTHING, Offer::Words(&[HOST_GATEWAY])]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some((host, ip)) = word.split_once('=').or_else(|| word.split_once(':')) else {
            return Err(ValueError::new("the address is missing"));
        };
        if host.is_empty() {
            return Err(ValueError::new("the host name is missing"));
        }
        if host.contains(':') {
            return Err(ValueError::new("a host name holds no colon"));
        }
        if host.contains(['\0', '\n', '\r']) {
            return Err(ValueError::new("a host name holds no line breaks and no NUL byte"));
        }
        let bare = ip.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(ip).trim();
        if ip != HOST_GATEWAY && bare.parse::<IpAddr>().is_err() {
            let error = ValueError::new("the address is neither an IP address nor host-gateway");
            return Err(match strsim::osa_distance(&bare.to_lowercase(), HOST_GATEWAY) {
                0..=2 => error.suggest(format!("{host}:{HOST_GATEWAY}")),
                _ => error,
            });
        }
        Ok(Self { host: host.to_owned(), ip: bare.to_owned() })
    }

    fn word(&self) -> String {
        format!("{}:{}", self.host, self.ip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<AddHost>(&[
            ("a:1.2.3.4", "a:1.2.3.4"),
            ("a=1.2.3.4", "a:1.2.3.4"),
            ("a:::1", "a:::1"),
            ("a=::1", "a:::1"),
            ("a:[::1]", "a:::1"),
            ("a=[::1]", "a:::1"),
            ("a:[1.2.3.4]", "a:1.2.3.4"),
            ("a:host-gateway", "a:host-gateway"),
            ("a=host-gateway", "a:host-gateway"),
            ("a: 1.2.3.4", "a:1.2.3.4"),
            ("a:0:0::1", "a:0:0::1"),
            ("a b:1.2.3.4", "a b:1.2.3.4"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<AddHost>(&[
            ("a", "the address is missing"),
            (":1.2.3.4", "the host name is missing"),
            ("=1.2.3.4", "the host name is missing"),
            ("a:b=1.2.3.4", "a host name holds no colon"),
            ("a\nb:1.2.3.4", "a host name holds no line breaks and no NUL byte"),
            ("a:", "the address is neither an IP address nor host-gateway"),
            ("a:01.2.3.4", "the address is neither an IP address nor host-gateway"),
            ("a:::1%eth0", "the address is neither an IP address nor host-gateway"),
            ("a:HOST-GATEWAY", "the address is neither an IP address nor host-gateway -> a:host-gateway"),
            ("a:host-gatway", "the address is neither an IP address nor host-gateway -> a:host-gateway"),
            ("a:[host-gateway]", "the address is neither an IP address nor host-gateway -> a:host-gateway"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(host in "[a-z0-9.-]{1,9}", ip in any::<Option<IpAddr>>()) {
            round_trips(&AddHost { host, ip: ip.map_or(HOST_GATEWAY.to_owned(), |ip| ip.to_string()) });
        }
    }
}
