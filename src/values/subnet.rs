//! `Subnet`: the addresses of a network, for `subnet` of a declared one.

use super::{Value, ValueError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    /// The first of them.
    pub address: IpAddr,
    /// How many bits they begin with.
    pub bits: u8,
}

/// What is nobody's on the Internet: <https://www.iana.org/assignments/iana-ipv4-special-registry>, and the same of IPv6.
const PRIVATE: [(IpAddr, u8); 15] = [
    v4([10, 0, 0, 0], 8),
    v4([172, 16, 0, 0], 12),
    v4([192, 168, 0, 0], 16),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([192, 0, 2, 0], 24),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([240, 0, 0, 0], 4),
    v6([0xfc00, 0], 7),
    v6([0xfe80, 0], 10),
    v6([0x2001, 0xdb8], 32),
    v6([0x64, 0xff9b], 32),
];

const fn v4(bytes: [u8; 4], bits: u8) -> (IpAddr, u8) {
    (IpAddr::V4(Ipv4Addr::from_octets(bytes)), bits)
}

const fn v6(begin: [u16; 2], bits: u8) -> (IpAddr, u8) {
    (IpAddr::V6(Ipv6Addr::new(begin[0], begin[1], 0, 0, 0, 0, 0, 0)), bits)
}

impl Subnet {
    /// The subnet of an address; none where it has no such number of bits.
    #[must_use]
    pub fn of(address: IpAddr, bits: u8) -> Option<Self> {
        let address = match address {
            IpAddr::V4(ip) if bits <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or_default();
                IpAddr::V4(Ipv4Addr::from_bits(ip.to_bits() & mask))
            }
            IpAddr::V6(ip) if bits <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or_default();
                IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & mask))
            }
            IpAddr::V4(_) | IpAddr::V6(_) => return None,
        };
        Some(Self { address, bits })
    }

    /// Whether an address is one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4() && Self::of(address, self.bits) == Some(*self)
    }

    /// Whether an address is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }

    /// Whether some of the addresses may be somebody's on the Internet.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !PRIVATE.iter().any(|(address, bits)| {
            *bits <= self.bits && Self { address: *address, bits: *bits }.contains(self.address)
        })
    }
}

impl Value for Subnet {
    const FORM: &'static str = "ADDRESS/BITS";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some((address, bits)) = word.split_once('/') else {
            return Err(ValueError::new("a subnet needs its number of bits after a slash"));
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| ValueError::new("what stands before the slash is not an IP address"))?;
        let bits =
            bits.parse().map_err(|_| ValueError::new("what stands after the slash is no number of bits"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let subnet = Self::of(address, bits)
            .ok_or_else(|| ValueError::new(format!("an address of this kind has {most} bits")))?;
        if subnet.address == address {
            return Ok(subnet);
        }
        Err(ValueError::new("the address goes on after the bits that it begins with").suggest(subnet.word()))
    }

    fn word(&self) -> String {
        format!("{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    fn subnet(word: &str) -> Subnet {
        Subnet::parse(word).unwrap()
    }

    #[test]
    fn words_are_read_and_written() {
        reads::<Subnet>(&[
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("10.1.2.3/32", "10.1.2.3/32"),
            ("fd00:0::/64", "fd00::/64"),
            ("::/0", "::/0"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Subnet>(&[
            ("", "a subnet needs its number of bits after a slash"),
            ("10.0.0.0", "a subnet needs its number of bits after a slash"),
            ("foo/8", "what stands before the slash is not an IP address"),
            ("10.0.0.0/x", "what stands after the slash is no number of bits"),
            ("10.0.0.0/255.0.0.0", "what stands after the slash is no number of bits"),
            ("10.0.0.0/33", "an address of this kind has 32 bits"),
            ("fd00::/129", "an address of this kind has 128 bits"),
            ("10.78.1.3/24", "the address goes on after the bits that it begins with -> 10.78.1.0/24"),
            ("fd00::1/64", "the address goes on after the bits that it begins with -> fd00::/64"),
        ]);
    }

    #[test]
    fn overlapping_is_mutual() {
        for (one, other, want) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.0.0.0/8", "11.0.0.0/8", false),
            ("0.0.0.0/0", "192.168.0.0/16", true),
            ("0.0.0.0/0", "fd00::/8", false),
            ("172.16.0.0/12", "172.31.255.0/24", true),
            ("172.16.0.0/12", "172.32.0.0/16", false),
            ("fd00::/8", "fd12:3456::/32", true),
            ("fd00::/64", "fd00:0:0:1::/64", false),
        ] {
            assert_eq!(subnet(one).overlaps(&subnet(other)), want, "{one} {other}");
            assert_eq!(subnet(other).overlaps(&subnet(one)), want, "{other} {one}");
        }
    }

    /// K8: the subnet of Kuscia's guide is others'.
    #[test]
    fn what_is_others_is_public() {
        for (word, want) in [
            ("16.0.0.0/8", true),
            ("10.0.0.0/8", false),
            ("10.20.0.0/16", false),
            ("172.16.0.0/12", false),
            ("172.0.0.0/11", true),
            ("172.32.0.0/16", true),
            ("192.168.7.0/24", false),
            ("192.0.0.0/8", true),
            ("100.64.0.0/10", false),
            ("100.0.0.0/8", true),
            ("2001:db8::/48", false),
            ("fd00::/8", false),
            ("2001:4860::/32", true),
            ("0.0.0.0/0", true),
        ] {
            assert_eq!(subnet(word).is_public(), want, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(ip in any::<IpAddr>(), bits in 0u8..=128) {
            if let Some(subnet) = Subnet::of(ip, bits) {
                round_trips(&subnet);
                prop_assert!(subnet.contains(ip));
            }
        }
    }
}
