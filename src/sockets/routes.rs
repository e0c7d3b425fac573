//! Which addresses this machine reaches by a route of its own, from the text of `/proc/net/{route,ipv6_route}`. Those have
//! the main table alone: what a rule of policy routing sends elsewhere is not seen.

use crate::values::Subnet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses, and the interface by which they are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The addresses.
    pub subnet: Subnet,
    /// The interface.
    pub interface: String,
}

/// The interface that every machine has for itself.
const LOOPBACK: &str = "lo";

/// Every route but the one for all the rest, and those to neighbours of the link and to groups.
#[must_use]
pub fn routes() -> Vec<Route> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (v4, v6) = (read("/proc/self/net/route"), read("/proc/self/net/ipv6_route"));
    let found = v4.lines().filter_map(parse_v4).chain(v6.lines().filter_map(parse_v6));
    let mut routes: Vec<Route> = found.filter(is_to_a_network).collect();
    routes.dedup();
    routes
}

fn is_to_a_network(route: &Route) -> bool {
    let is_local = match route.subnet.address {
        IpAddr::V4(ip) => ip.is_multicast(),
        IpAddr::V6(ip) => ip.is_multicast() || ip.is_unicast_link_local(),
    };
    route.subnet.bits > 0 && route.interface != LOOPBACK && !is_local
}

/// Interface, destination, gateway, flags, three counts, mask: numbers as they lie in memory.
fn parse_v4(line: &str) -> Option<Route> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| Some(u32::from_str_radix(words.get(at)?, 16).ok()?.to_ne_bytes());
    let mask = u32::from_be_bytes(number(7)?);
    let bits = u8::try_from(mask.leading_ones()).ok()?;
    let subnet = Subnet::of(Ipv4Addr::from_octets(number(1)?).into(), bits)?;
    Some(Route { subnet, interface: (*words.first()?).to_owned() })
}

/// Destination, its bits, and at the end the interface.
fn parse_v6(line: &str) -> Option<Route> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let address = Ipv6Addr::from_bits(u128::from_str_radix(words.first()?, 16).ok()?);
    let bits = u8::from_str_radix(words.get(1)?, 16).ok()?;
    let interface = words.get(9)?;
    Some(Route { subnet: Subnet::of(address.into(), bits)?, interface: (*interface).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value as _;

    fn told(route: Option<Route>) -> Option<(String, String, bool)> {
        route.map(|route| (route.subnet.word(), route.interface.clone(), is_to_a_network(&route)))
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn lines_of_both_families_are_read() {
        let route = |subnet: &str, interface: &str, is| Some((subnet.to_owned(), interface.to_owned(), is));
        for (line, want) in [
            (
                "eth0\t0000A8C0\t00000000\t0001\t0\t0\t100\t0000FFFF\t0\t0\t0",
                route("192.168.0.0/16", "eth0", true),
            ),
            (
                "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
                route("0.0.0.0/0", "eth0", false),
            ),
            ("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask", None),
        ] {
            assert_eq!(told(parse_v4(line)), want, "{line}");
        }
        let v6 = |address: &str, bits: &str, interface: &str| {
            let zero = "0".repeat(32);
            parse_v6(&format!(
                "{address} {bits} {zero} 00 {zero} 00000100 00000001 00000000 00000001 {interface}"
            ))
        };
        for (address, bits, interface, want) in [
            ("fd120000000000000000000000000000", "20", "wg0", route("fd12::/32", "wg0", true)),
            ("fe800000000000000000000000000000", "40", "eth0", route("fe80::/64", "eth0", false)),
            ("00000000000000000000000000000001", "80", "lo", route("::1/128", "lo", false)),
            ("ff000000000000000000000000000000", "08", "eth0", route("ff00::/8", "eth0", false)),
            ("x", "40", "eth0", None),
        ] {
            assert_eq!(told(v6(address, bits, interface)), want, "{address}");
        }
    }
}
