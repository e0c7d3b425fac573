//! The container's places on its networks: a network is named once, and what is said of the first of them is said in
//! one way: in `--network` itself, or by an option of its own.

use super::asked;
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Findings};
use crate::values::{NetworkChoice, SecretNames, Value as _};

/// Every network that is named a second time.
pub(super) fn twice(choices: &[Setting<NetworkChoice>]) -> Findings {
    let again = choices.iter().enumerate().filter_map(|(at, later)| {
        let earlier = choices[..at].iter().find(|earlier| earlier.value.network == later.value.network)?;
        let network = later.value.network.name();
        let finding = Finding::error(Code::NetworkOption, format!("the network {network} is named twice"));
        Some(said(said(finding, earlier), later).help("name it once, with all that is to be said of it"))
    });
    again.collect()
}

/// Options that `--network` itself has said already.
pub(super) fn said_on_both_sides(first: &Setting<NetworkChoice>, options: &Layer) -> Findings {
    let choice = &first.value;
    let doubled = [
        ("network-alias", !choice.aliases.is_empty()),
        ("ip", choice.ip.is_some()),
        ("ip6", choice.ip6.is_some()),
        ("mac-address", choice.mac.is_some()),
        ("link-local-ip", !choice.link_local_ips.is_empty()),
    ];
    let rows =
        doubled.iter().filter(|(_, is_said)| *is_said).filter_map(|(name, _)| crate::config::row(name));
    let found = rows.filter_map(|row| {
        let other = (row.slots.said)(options, &SecretNames::default()).into_iter().next()?;
        let message = format!("--network and --{} say the same of one network", row.name);
        let finding = said(Finding::error(Code::NetworkOption, message), first);
        Some(finding.asked(row.asked(&other.text, &other.origin), &other.origin).help("leave one out"))
    });
    found.collect()
}

fn said(finding: Finding, choice: &Setting<NetworkChoice>) -> Finding {
    finding.asked(asked("network", &choice.value.word(), &choice.origin), &choice.origin)
}
