//! `LaunchSpec` into the body of `POST /containers/create`. Pure: the dry run prints it, the launch sends it.

mod network;
mod resources;
mod security;
mod storage;

pub(super) use network::{endpoint, later_attachments};

use super::transport::ApiVersion;
use crate::spec::{LaunchSpec, Layer, Lifecycle, Streams};
use crate::values::{HealthCommand, HealthTime, Isolation, Restart, Value};
use bollard::models::{
    ContainerCreateBody, HealthConfig, HostConfig, HostConfigIsolationEnum, HostConfigLogConfig,
    RestartPolicy, RestartPolicyNameEnum,
};
use network::PER_NETWORK;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// The API from which there is no limit of the kernel's own memory: kernels have none any more.
const NO_KERNEL_MEMORY: ApiVersion = ApiVersion(1, 42);

/// The API from which a terminal has its size from its first moment on.
pub(super) const CONSOLE_SIZE: ApiVersion = ApiVersion(1, 42);

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
    if let (Some(mac), true) = (network::container_mac(&spec.networking), version < PER_NETWORK) {
        body["MacAddress"] = json!(mac);
    }
    // They know no memory of the kernel's own, either.
    let kernel_memory = spec.options.kernel_memory.get().filter(|limit| limit.0 > 0);
    if let (Some(limit), true) = (kernel_memory, version < NO_KERNEL_MEMORY) {
        body["HostConfig"]["KernelMemory"] = json!(bytes(limit.0));
    }
    // The models hold maps without an order: the same launch is to be the same text.
    body.sort_all_objects();
    Ok(body)
}

/// The query of the request: what belongs to no body. Names and platforms hold nothing that an address would not.
pub(super) fn create_query(spec: &LaunchSpec) -> String {
    let name = spec.options.name.get().filter(|name| !name.is_empty()).map(|name| format!("name={}", name.0));
    let platform = spec.platform().map(|platform| format!("platform={platform}"));
    let pairs: Vec<String> = name.into_iter().chain(platform).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn container(
    spec: &LaunchSpec,
    labels: &BTreeMap<String, String>,
    version: ApiVersion,
) -> ContainerCreateBody {
    let options = &spec.options;
    let attached = match spec.lifecycle {
        Lifecycle::Attached { streams, .. } => streams,
        Lifecycle::Detached { .. } => Streams::default(),
    };
    ContainerCreateBody {
        image: Some(spec.image.reference.word()),
        cmd: some(spec.command.clone()),
        entrypoint: options.entrypoint.get().map(|program| vec![program.0.clone()]),
        domainname: options.domainname.get().map(Value::word),
        env: some(options.env.values().map(Value::word).collect()),
        working_dir: options.workdir.get().map(Value::word),
        user: options.user.get().map(Value::word),
        healthcheck: health(options),
        hostname: spec.networking.names().hostname.map(|name| name.word()),
        exposed_ports: some(network::exposed_ports(&spec.networking)),
        volumes: some(storage::anonymous_volumes(spec)),
        labels: Some(all_labels(spec, labels)),
        attach_stdin: Some(attached.stdin),
        attach_stdout: Some(attached.stdout),
        attach_stderr: Some(attached.stderr),
        open_stdin: Some(options.interactive.is_on()),
        stdin_once: Some(attached.stdin && options.interactive.is_on()),
        stop_signal: options.stop_signal.get().map(Value::word).filter(|signal| !signal.is_empty()),
        stop_timeout: options.stop_timeout.get().map(|timeout| timeout.0.into()),
        tty: Some(options.tty.is_on()),
        host_config: Some(host_config(spec, version)),
        networking_config: network::networking_config(&spec.networking, version),
        ..ContainerCreateBody::default()
    }
}

fn host_config(spec: &LaunchSpec, version: ApiVersion) -> HostConfig {
    let options = &spec.options;
    let notes = options.annotation.values();
    let notes = notes.map(|note| (note.key.clone(), note.value.clone().unwrap_or_default()));
    let auto_remove = matches!(spec.lifecycle, Lifecycle::Detached { remove: true, .. });
    let host = HostConfig {
        annotations: some_map(notes),
        auto_remove: auto_remove.then_some(true),
        console_size: spec
            .window
            .filter(|_| version >= CONSOLE_SIZE)
            .map(|size| vec![size.rows.into(), size.columns.into()]),
        group_add: some(options.group_add.values().map(Value::word).collect()),
        container_id_file: options.cidfile.get().map(Value::word).filter(|file| !file.is_empty()),
        init: options.init.get().copied(),
        isolation: options.isolation.get().and_then(|isolation| match isolation {
            Isolation::Unsaid => None,
            Isolation::Default => Some(HostConfigIsolationEnum::DEFAULT),
        }),
        log_config: log_config(options),
        restart_policy: options.restart.get().map(restart_policy),
        runtime: options.runtime.get().map(Value::word),
        ..HostConfig::default()
    };
    let host = security::settings(spec, resources::settings(options, host));
    network::settings(spec, storage::settings(spec, host))
}

/// The health check; none where nothing is said of it, and the image's own counts.
fn health(options: &Layer) -> Option<HealthConfig> {
    if options.no_healthcheck.is_on() {
        return Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() });
    }
    let test = match options.health_cmd.get() {
        Some(HealthCommand::Shell(line)) if !line.is_empty() => {
            Some(vec!["CMD-SHELL".to_owned(), line.clone()])
        }
        Some(HealthCommand::Program(words)) => {
            Some(std::iter::once("CMD".to_owned()).chain(words.iter().cloned()).collect())
        }
        // A list that is NONE was made the switch.
        Some(HealthCommand::Shell(_) | HealthCommand::None) | None => None,
    };
    let nanoseconds = |time: Option<&HealthTime>| {
        let time = time.filter(|time| !time.0.is_zero())?;
        Some(i64::try_from(time.0.0.as_nanos()).unwrap_or(i64::MAX))
    };
    let check = HealthConfig {
        test,
        interval: nanoseconds(options.health_interval.get()),
        timeout: nanoseconds(options.health_timeout.get()),
        retries: options.health_retries.get().map(|count| count.0).filter(|count| *count > 0),
        start_period: nanoseconds(options.health_start_period.get()),
        start_interval: nanoseconds(options.health_start_interval.get()),
    };
    (check != HealthConfig::default()).then_some(check)
}

/// Docker sends an empty driver, the engine's own, where only options were said.
fn log_config(options: &Layer) -> Option<HostConfigLogConfig> {
    let driver = options.log_driver.get().map(|driver| driver.0.clone());
    if driver.is_none() && options.log_opt.is_empty() {
        return None;
    }
    let said =
        options.log_opt.values().map(|option| (option.key.clone(), option.value.clone().unwrap_or_default()));
    Some(HostConfigLogConfig { typ: Some(driver.unwrap_or_default()), config: some_map(said) })
}

/// None for an empty list: docker sends nothing where nothing was said.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The same for a map: of several values under one name, the last counts.
fn some_map(pairs: impl Iterator<Item = (String, String)>) -> Option<HashMap<String, String>> {
    let map: HashMap<String, String> = pairs.collect();
    (!map.is_empty()).then_some(map)
}

/// The API counts bytes as a signed number.
fn bytes(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn all_labels(spec: &LaunchSpec, ours: &BTreeMap<String, String>) -> HashMap<String, String> {
    let said =
        spec.options.label.values().map(|label| (label.key.clone(), label.value.clone().unwrap_or_default()));
    said.chain(ours.iter().map(|(key, value)| (key.clone(), value.clone()))).collect()
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
