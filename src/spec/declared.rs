//! What files declare of a launch's networks, as far as it can be wrong by itself.

use super::{Layer, NetworkDeclaration, Networking, asked};
use crate::finding::{Code, Finding, Findings};
use crate::values::{Subnet, Value as _};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Gateways and ranges that lie in none of the subnets: docker's client refuses them, and the engine would make a network
/// without them.
pub(super) fn outside(
    networking: Option<&Networking>,
    (declared, options): (&BTreeMap<String, NetworkDeclaration>, &Layer),
) -> Findings {
    let Some(Networking::Own { attachments, .. }) = networking else { return Findings::new() };
    let names = attachments.iter().map(|attachment| attachment.network.as_str());
    let joined = names.filter_map(|name| Some((name, declared.get(name)?)));
    joined.flat_map(|(name, declared)| of_network(name, declared, options)).collect()
}

fn of_network(name: &str, declared: &NetworkDeclaration, options: &Layer) -> Findings {
    let subnets = &declared.subnets;
    let is_outside = |ip: IpAddr| subnets.iter().all(|subnet| !subnet.value.contains(ip));
    let gateways = declared.gateways.iter().filter(|gateway| is_outside(gateway.value));
    let gateways = gateways.map(|gateway| ("gateway", gateway.value.to_string(), gateway.origin.clone()));
    let is_within = |range: &Subnet| {
        let mut holders = subnets.iter().filter(|subnet| subnet.value.bits <= range.bits);
        holders.any(|subnet| subnet.value.contains(range.address))
    };
    let ranges = declared.ip_ranges.iter().filter(|range| !is_within(&range.value));
    let ranges = ranges.map(|range| ("ip-range", range.value.word(), range.origin.clone()));
    let said = options.network.iter().find(|choice| choice.value.network.name() == name);
    let found = gateways.chain(ranges).map(|(what, word, origin)| {
        let message = format!("the {what} {word} of the network {name} lies in none of its subnets");
        let finding = Finding::error(Code::NetworkOption, message).asked(format!("{what} = {word}"), &origin);
        let finding = finding.help("say the subnet around it: subnet = [\"ADDRESS/BITS\"]");
        match said {
            Some(said) => finding.asked(asked("network", name, &said.origin), &said.origin),
            None => finding,
        }
    });
    found.collect()
}
