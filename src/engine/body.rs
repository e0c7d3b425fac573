//! `LaunchSpec` into the body of `POST /containers/create`. Pure: the dry run prints it, the launch sends it.

use super::transport::ApiVersion;
use crate::spec::{Attachment, LaunchSpec, Layer, Lifecycle, Networking};
use crate::values::{Gpus, Restart, Value, VolumeSource};
use bollard::models::{
    ContainerCreateBody, DeviceRequest, EndpointIpamConfig, EndpointSettings, HostConfig,
    HostConfigLogConfig, NetworkingConfig, PortBinding, PortMap, ResourcesUlimits, RestartPolicy,
    RestartPolicyNameEnum,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// The API from which a MAC address belongs to the network, and a container may start in several.
const PER_NETWORK: ApiVersion = ApiVersion(1, 44);

/// The API from which a terminal has its size from its first moment on.
const CONSOLE_SIZE: ApiVersion = ApiVersion(1, 42);

/// The request that creates the container, with the labels that are to be put on it beside the user's.
///
/// # Errors
/// The body cannot be written as JSON.
pub fn create_request(
    spec: &LaunchSpec,
    labels: &BTreeMap<String, String>,
    version: ApiVersion,
) -> Result<serde_json::Value, serde_json::Error> {
    let mut body = serde_json::to_value(container(spec, labels, version))?;
    // bollard's models know the newest API only, where a container itself has no MAC address.
    if let (Some(mac), true) = (container_mac(&spec.networking), version < PER_NETWORK) {
        body["MacAddress"] = json!(mac);
    }
    // The models hold maps without an order: the same launch is to be the same text.
    body.sort_all_objects();
    Ok(body)
}

/// The networks that are joined after create, before start: an older engine takes one at create.
pub(super) fn later_attachments(spec: &LaunchSpec, version: ApiVersion) -> &[Attachment] {
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

fn container(
    spec: &LaunchSpec,
    labels: &BTreeMap<String, String>,
    version: ApiVersion,
) -> ContainerCreateBody {
    let options = &spec.options;
    let (attached, stdin) = match spec.lifecycle {
        Lifecycle::Attached { stdin, .. } => (true, stdin),
        Lifecycle::Detached { .. } => (false, false),
    };
    ContainerCreateBody {
        image: Some(spec.image.reference.word()),
        cmd: some(spec.command.clone()),
        entrypoint: options.entrypoint.get().map(|program| vec![program.0.clone()]),
        env: some(options.env.values().map(Value::word).collect()),
        working_dir: options.workdir.get().map(Value::word),
        user: options.user.get().map(Value::word),
        hostname: spec.networking.names().hostname.map(|name| name.word()),
        exposed_ports: some(exposed_ports(&spec.networking)),
        volumes: some(anonymous_volumes(spec)),
        labels: Some(all_labels(spec, labels)),
        attach_stdin: Some(stdin),
        attach_stdout: Some(attached),
        attach_stderr: Some(attached),
        open_stdin: Some(options.interactive.is_on()),
        stdin_once: Some(stdin),
        stop_signal: options.stop_signal.get().map(Value::word).filter(|signal| !signal.is_empty()),
        stop_timeout: options.stop_timeout.get().map(|timeout| timeout.0.into()),
        tty: Some(options.tty.is_on()),
        host_config: Some(host_config(spec, version)),
        networking_config: networking_config(&spec.networking, version),
        ..ContainerCreateBody::default()
    }
}

fn host_config(spec: &LaunchSpec, version: ApiVersion) -> HostConfig {
    let options = &spec.options;
    let names = spec.networking.names();
    let auto_remove = matches!(spec.lifecycle, Lifecycle::Detached { remove: true });
    HostConfig {
        auto_remove: auto_remove.then_some(true),
        binds: some(binds(spec)),
        console_size: spec
            .window
            .filter(|_| version >= CONSOLE_SIZE)
            .map(|size| vec![size.rows.into(), size.columns.into()]),
        cap_add: some(options.cap_add.values().map(Value::word).collect()),
        cap_drop: some(options.cap_drop.values().map(Value::word).collect()),
        device_requests: options.gpus.get().and_then(device_requests),
        dns: some(names.dns.iter().map(ToString::to_string).collect()),
        dns_options: some(names.dns_options),
        dns_search: some(names.dns_search),
        extra_hosts: some(names.hosts.iter().map(Value::word).collect()),
        group_add: some(options.group_add.values().map(Value::word).collect()),
        init: options.init.get().copied(),
        ipc_mode: options.ipc.get().map(Value::word),
        links: some(bridge_links(&spec.networking)),
        log_config: log_config(options),
        memory: options.memory.get().map(|size| bytes(size.0)),
        nano_cpus: options.cpus.get().map(|cpus| cpus.nano),
        network_mode: Some(network_mode(&spec.networking)),
        pids_limit: options.pids_limit.get().map(|limit| limit.0),
        port_bindings: port_bindings(&spec.networking),
        privileged: options.privileged.is_on().then_some(true),
        restart_policy: options.restart.get().map(restart_policy),
        runtime: options.runtime.get().map(Value::word),
        security_opt: some(options.security_opt.values().map(Value::word).collect()),
        shm_size: options.shm_size.get().map(|size| bytes(size.0)),
        ulimits: some(options.ulimit.values().map(ulimit).collect()),
        ..HostConfig::default()
    }
}

/// Docker sends an empty driver, the engine's own, where only options were said.
fn log_config(options: &Layer) -> Option<HostConfigLogConfig> {
    let driver = options.log_driver.get().map(|driver| driver.0.clone());
    if driver.is_none() && options.log_opt.is_empty() {
        return None;
    }
    let said =
        options.log_opt.values().map(|option| (option.key.clone(), option.value.clone().unwrap_or_default()));
    let config: HashMap<String, String> = said.collect();
    Some(HostConfigLogConfig {
        typ: Some(driver.unwrap_or_default()),
        config: (!config.is_empty()).then_some(config),
    })
}

/// None for an empty list: docker sends nothing where nothing was said.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The API counts bytes as a signed number.
fn bytes(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn exposed_ports(networking: &Networking) -> Vec<String> {
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
    for binding in networking.publish().iter().flat_map(crate::values::Publish::bindings) {
        let port = format!("{}/{}", binding.container, binding.protocol);
        let bound = PortBinding {
            host_ip: Some(binding.ip.map(|ip| ip.to_string()).unwrap_or_default()),
            host_port: Some(binding.host.unwrap_or_default()),
        };
        map.entry(port).or_default().get_or_insert_default().push(bound);
    }
    (!map.is_empty()).then_some(map)
}

fn binds(spec: &LaunchSpec) -> Vec<String> {
    let volumes = spec.options.volume.values();
    volumes
        .filter(|volume| volume.source != VolumeSource::Anonymous)
        .map(|volume| volume.bind_word())
        .collect()
}

fn anonymous_volumes(spec: &LaunchSpec) -> Vec<String> {
    let volumes = spec.options.volume.values();
    volumes
        .filter(|volume| volume.source == VolumeSource::Anonymous)
        .map(|volume| volume.target.clone())
        .collect()
}

fn all_labels(spec: &LaunchSpec, ours: &BTreeMap<String, String>) -> HashMap<String, String> {
    let said =
        spec.options.label.values().map(|label| (label.key.clone(), label.value.clone().unwrap_or_default()));
    said.chain(ours.iter().map(|(key, value)| (key.clone(), value.clone()))).collect()
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

/// Links of the default bridge; those of an own network belong to its endpoint.
fn bridge_links(networking: &Networking) -> Vec<String> {
    match networking {
        Networking::Bridge { links, .. } => links.iter().map(Value::word).collect(),
        Networking::Host { .. }
        | Networking::None { .. }
        | Networking::Container { .. }
        | Networking::Own { .. } => Vec::new(),
    }
}

fn container_mac(networking: &Networking) -> Option<String> {
    match networking {
        Networking::Bridge { mac, .. } => mac.map(|mac| mac.word()),
        Networking::Own { attachments, mac, .. } => {
            attachments.first().and_then(|first| first.mac).or(*mac).map(|mac| mac.word())
        }
        Networking::Host { .. } | Networking::None { .. } | Networking::Container { .. } => None,
    }
}

fn networking_config(networking: &Networking, version: ApiVersion) -> Option<NetworkingConfig> {
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
pub(super) fn endpoint(attachment: &Attachment, version: ApiVersion) -> EndpointSettings {
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

fn restart_policy(restart: &Restart) -> RestartPolicy {
    let (name, retries) = match restart {
        Restart::No => (RestartPolicyNameEnum::NO, None),
        Restart::Always => (RestartPolicyNameEnum::ALWAYS, None),
        Restart::UnlessStopped => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
        Restart::OnFailure(retries) => (RestartPolicyNameEnum::ON_FAILURE, *retries),
    };
    RestartPolicy { name: Some(name), maximum_retry_count: retries.map(i64::from) }
}

fn ulimit(limit: &crate::values::Ulimit) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(limit.name.to_string()), soft: Some(limit.soft), hard: Some(limit.hard) }
}

/// What `--gpus` asks the engine for.
fn device_requests(gpus: &Gpus) -> Option<Vec<DeviceRequest>> {
    let gpu = || Some(vec![vec!["gpu".to_owned()]]);
    let request = match gpus {
        // Planning takes `none` out, and preflight decides `auto`.
        Gpus::None | Gpus::Auto => return None,
        Gpus::All => DeviceRequest { count: Some(-1), capabilities: gpu(), ..DeviceRequest::default() },
        Gpus::Count(count) => {
            DeviceRequest { count: Some(i64::from(*count)), capabilities: gpu(), ..DeviceRequest::default() }
        }
        Gpus::Devices(ids) if ids.iter().any(|id| id.contains('=')) => DeviceRequest {
            driver: Some("cdi".to_owned()),
            device_ids: Some(ids.clone()),
            ..DeviceRequest::default()
        },
        Gpus::Devices(ids) => {
            DeviceRequest { device_ids: Some(ids.clone()), capabilities: gpu(), ..DeviceRequest::default() }
        }
        Gpus::Request(request) => DeviceRequest {
            driver: (!request.driver.is_empty()).then(|| request.driver.clone()),
            count: request.count,
            device_ids: some(request.device_ids.clone()),
            capabilities: some(request.capabilities.clone()),
            options: (!request.options.is_empty()).then(|| request.options.iter().cloned().collect()),
        },
    };
    Some(vec![request])
}
