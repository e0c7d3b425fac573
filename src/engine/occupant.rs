//! An address on a network that another container has: which one, who asked for it, and who has it.

use super::Engine;
use super::ask::encoded;
use crate::finding::{Code, Finding, Origin};
use crate::spec::{Attachment, LaunchSpec, Networking, asked};
use crate::values::{NetworkChoice, Value};
use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;

/// What the engine says of it. Of a port it says the same with a small letter.
const WORDS: &str = "Address already in use";

/// The containers of a network, as the engine tells of them: addresses with the length of the network's prefix.
#[derive(Deserialize)]
struct Members {
    #[serde(rename = "Containers", default)]
    containers: Option<HashMap<String, Member>>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(rename = "Name", default)]
    name: String,
    #[serde(rename = "IPv4Address", default)]
    v4: String,
    #[serde(rename = "IPv6Address", default)]
    v6: String,
}

impl Member {
    fn has(&self, ip: IpAddr) -> bool {
        let address = |text: &str| text.split('/').next().and_then(|address| address.parse().ok());
        [&self.v4, &self.v6].into_iter().any(|text| address(text) == Some(ip))
    }
}

/// The finding for an engine's refusal of an address that somebody has.
pub(super) async fn taken(message: &str, spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let Networking::Own { attachments, .. } = &spec.networking else { return None };
    if !message.contains(WORDS) {
        return None;
    }
    let wanted = attachments.iter().flat_map(|one| ips(one).map(|ip| (one.network.as_str(), ip)));
    let mut first = None;
    for (network, ip) in wanted {
        let holder = engine.holder_of(network, ip).await;
        let finding = finding(network, ip, holder.as_deref(), spec);
        if holder.is_some() {
            return Some(finding);
        }
        first = first.or(Some(finding));
    }
    first.map(|finding| finding.noted(format!("the engine says: {message}")))
}

fn ips(attachment: &Attachment) -> impl Iterator<Item = IpAddr> {
    let v4 = attachment.ip.map(IpAddr::V4);
    v4.into_iter().chain(attachment.ip6.map(IpAddr::V6))
}

fn finding(network: &str, ip: IpAddr, holder: Option<&str>, spec: &LaunchSpec) -> Finding {
    let holder = holder.map_or("taken already".to_owned(), |name| format!("the container {name}'s"));
    let finding = Finding::error(Code::AddressTaken, format!("{ip} on the network {network} is {holder}"));
    let finding = match said(ip, spec) {
        Some((option, word, origin)) => finding.asked(asked(option, &word, &origin), &origin),
        None => finding,
    };
    finding.help(format!("see who has which: docker network inspect {network}; or let the engine choose one"))
}

/// Which option asked for the address.
fn said(ip: IpAddr, spec: &LaunchSpec) -> Option<(&'static str, String, Origin)> {
    let options = &spec.options;
    let has = |choice: &NetworkChoice| {
        choice.ip.map(IpAddr::V4) == Some(ip) || choice.ip6.map(IpAddr::V6) == Some(ip)
    };
    let v4 = options.ip.setting().filter(|said| IpAddr::V4(said.value) == ip);
    let v6 = options.ip6.setting().filter(|said| IpAddr::V6(said.value) == ip);
    v4.map(|said| ("ip", said.value.word(), said.origin.clone()))
        .or_else(|| v6.map(|said| ("ip6", said.value.word(), said.origin.clone())))
        .or_else(|| {
            let choice = options.network.iter().find(|choice| has(&choice.value))?;
            Some(("network", choice.value.word(), choice.origin.clone()))
        })
}

impl Engine {
    /// The container that has this address on a network, by name; none where the engine does not tell.
    async fn holder_of(&self, network: &str, ip: IpAddr) -> Option<String> {
        let members: Members = self.get(&format!("/networks/{}", encoded(network))).await.ok()?;
        members.containers?.into_values().find(|member| member.has(ip)).map(|member| member.name)
    }
}
