//! The container's networks, ports and names.

use super::some;
use crate::engine::transport::ApiVersion;
use crate::spec::{Attachment, LaunchSpec, Networking};
use crate::values::{Publish, Value};
use bollard::models::{
    EndpointIpamConfig, EndpointSettings, HostConfig, NetworkingConfig, PortBinding, PortMap,
};
use std::collections::HashMap;

/// The API from which a MAC address belongs to the network, and a container may start in several.
pub(super) const PER_NETWORK: ApiVersion = ApiVersion(1, 44);

/// The host's side of the networks.
pub(super) fn settings(spec: &LaunchSpec, base: HostConfig) -> HostConfig {
    let names = spec.networking.names();
    HostConfig {
        dns: some(names.dns.iter().map(ToString::to_string).collect()),
        dns_options: some(names.dns_options),
        dns_search: some(names.dns_search),
        extra_hosts: some(names.hosts.iter().map(Value::word).collect()),
        links: some(links(&spec.networking)),
        network_mode: Some(network_mode(&spec.networking)),
        port_bindings: port_bindings(&spec.networking),
        publish_all_ports: spec.options.publish_all.is_on().then_some(true),
        ..base
    }
}

/// The networks that are joined after create, before start: an older engine takes one at create.
pub(in crate::engine) fn later_attachments(spec: &LaunchSpec, version: ApiVersion) -> &[Attachment] {
    match &spec.networking {
        Networking::Own { attachments, .. } if version < PER_NETWORK => {
            attachments.get(1..).unwrap_or_default()
        }
        Networking::Own { .. }
        | Networking::Host { .. }
        | Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Container { .. } => &[],
    }
}

pub(super) fn exposed_ports(networking: &Networking) -> Vec<String> {
    let exposed = networking.expose().iter().flat_map(|expose| {
        (expose.range.start..=expose.range.end).map(|port| format!("{port}/{}", expose.protocol))
    });
    let published = networking.publish().iter().flat_map(|publish| {
        publish.bindings().into_iter().map(|binding| format!("{}/{}", binding.container, binding.protocol))
    });
    let mut ports: Vec<String> = exposed.chain(published).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

fn port_bindings(networking: &Networking) -> Option<PortMap> {
    let mut map = PortMap::new();
    for binding in networking.publish().iter().flat_map(Publish::bindings) {
        let port = format!("{}/{}", binding.container, binding.protocol);
        let bound = PortBinding {
            host_ip: Some(binding.ip.map(|ip| ip.to_string()).unwrap_or_default()),
            host_port: Some(binding.host.unwrap_or_default()),
        };
        map.entry(port).or_default().get_or_insert_default().push(bound);
    }
    (!map.is_empty()).then_some(map)
}

fn network_mode(networking: &Networking) -> String {
    match networking {
        Networking::Host { .. } => "host".to_owned(),
        Networking::Bridge { word, .. } => (*word).to_owned(),
        Networking::None { .. } => "none".to_owned(),
        Networking::Container { target } => format!("container:{target}"),
        Networking::Own { attachments, .. } => {
            attachments.first().map(|first| first.network.clone()).unwrap_or_default()
        }
    }
}

/// Links, which the engine heeds on the default bridge alone. Docker's client names those of an own network here as
/// well as at its endpoint.
fn links(networking: &Networking) -> Vec<String> {
    match networking {
        Networking::Bridge { links, .. } => links.iter().map(Value::word).collect(),
        Networking::Own { attachments, .. } => {
            attachments.iter().take(1).flat_map(|first| first.links.iter().map(Value::word)).collect()
        }
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => Vec::new(),
    }
}

pub(super) fn container_mac(networking: &Networking) -> Option<String> {
    match networking {
        Networking::Bridge { mac, .. } => mac.map(|mac| mac.word()),
        Networking::Own { attachments, mac, .. } => {
            attachments.first().and_then(|first| first.mac).or(*mac).map(|mac| mac.word())
        }
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => None,
    }
}

pub(super) fn networking_config(networking: &Networking, version: ApiVersion) -> Option<NetworkingConfig> {
    let endpoints: HashMap<String, EndpointSettings> = match networking {
        Networking::Own { attachments, .. } => {
            let at_create = if version < PER_NETWORK { 1 } else { attachments.len() };
            let named = attachments.iter().take(at_create);
            named.map(|attachment| (attachment.network.clone(), endpoint(attachment, version))).collect()
        }
        Networking::Bridge { mac: Some(mac), word, .. } if version >= PER_NETWORK => {
            let settings = EndpointSettings { mac_address: Some(mac.word()), ..EndpointSettings::default() };
            HashMap::from([((*word).to_owned(), settings)])
        }
        Networking::Bridge { .. }
        | Networking::Host { .. }
        | Networking::None { .. }
        | Networking::Container { .. } => HashMap::new(),
    };
    (!endpoints.is_empty()).then_some(NetworkingConfig { endpoints_config: Some(endpoints) })
}

/// The container's place on a network, as the API writes it.
pub(in crate::engine) fn endpoint(attachment: &Attachment, version: ApiVersion) -> EndpointSettings {
    let ipam = EndpointIpamConfig {
        ipv4_address: attachment.ip.map(|ip| ip.to_string()),
        ipv6_address: attachment.ip6.map(|ip| ip.to_string()),
        link_local_ips: some(attachment.link_local_ips.iter().map(ToString::to_string).collect()),
    };
    let has_ipam = ipam != EndpointIpamConfig::default();
    EndpointSettings {
        aliases: some(attachment.aliases.clone()),
        links: some(attachment.links.iter().map(Value::word).collect()),
        ipam_config: has_ipam.then_some(ipam),
        mac_address: attachment.mac.filter(|_| version >= PER_NETWORK).map(|mac| mac.word()),
        driver_opts: (!attachment.driver_opts.is_empty())
            .then(|| attachment.driver_opts.iter().cloned().collect()),
        gw_priority: attachment.gw_priority,
        ..EndpointSettings::default()
    }
}
