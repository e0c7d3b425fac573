//! The limits of the container, and the devices that it is given.

use super::{bytes, some};
use crate::spec::Layer;
use crate::values::{
    Device, DeviceBps, DeviceIops, DeviceWeight, Gpus, MemoryLimit, MemorySwap, Ulimit, Value,
};
use bollard::models::{
    DeviceMapping, DeviceRequest, HostConfig, ResourcesBlkioWeightDevice, ResourcesUlimits, ThrottleDevice,
};

/// Limits and devices.
pub(super) fn settings(options: &Layer, base: HostConfig) -> HostConfig {
    let said = |limit: &MemoryLimit| bytes(limit.0);
    HostConfig {
        cgroup_parent: options.cgroup_parent.get().map(Value::word),
        device_cgroup_rules: some(options.device_cgroup_rule.values().map(Value::word).collect()),
        device_requests: some(device_requests(options)),
        devices: some(device_nodes(options)),
        memory: options.memory.get().map(said),
        memory_reservation: options.memory_reservation.get().map(said),
        memory_swap: options.memory_swap.get().map(|swap| match swap {
            MemorySwap::Unlimited => -1,
            MemorySwap::Total(size) => bytes(size.0),
        }),
        memory_swappiness: options.memory_swappiness.get().map(|swappiness| swappiness.0),
        oom_kill_disable: options.oom_kill_disable.get().copied(),
        oom_score_adj: options.oom_score_adj.get().map(|score| score.0),
        pids_limit: options.pids_limit.get().map(|limit| limit.0),
        ulimits: some(ulimits(options)),
        ..processors(options, block_devices(options, base))
    }
}

fn processors(options: &Layer, base: HostConfig) -> HostConfig {
    HostConfig {
        cpu_period: options.cpu_period.get().map(|period| period.0),
        cpu_quota: options.cpu_quota.get().map(|quota| quota.0),
        cpu_realtime_period: options.cpu_rt_period.get().map(|period| period.0),
        cpu_realtime_runtime: options.cpu_rt_runtime.get().map(|runtime| runtime.0),
        cpu_shares: options.cpu_shares.get().map(|shares| shares.0),
        cpuset_cpus: options.cpuset_cpus.get().map(Value::word),
        cpuset_mems: options.cpuset_mems.get().map(Value::word),
        nano_cpus: options.cpus.get().map(|cpus| cpus.nano),
        ..base
    }
}

fn block_devices(options: &Layer, base: HostConfig) -> HostConfig {
    let weight = |device: &DeviceWeight| ResourcesBlkioWeightDevice {
        path: Some(device.path.clone()),
        weight: Some(device.weight.into()),
    };
    let bps = |device: &DeviceBps| throttled(&device.path, bytes(device.rate.0));
    let iops = |device: &DeviceIops| throttled(&device.path, bytes(device.rate));
    HostConfig {
        blkio_device_read_bps: some(options.device_read_bps.values().map(bps).collect()),
        blkio_device_read_iops: some(options.device_read_iops.values().map(iops).collect()),
        blkio_device_write_bps: some(options.device_write_bps.values().map(bps).collect()),
        blkio_device_write_iops: some(options.device_write_iops.values().map(iops).collect()),
        blkio_weight: options.blkio_weight.get().map(|weight| weight.0),
        blkio_weight_device: some(options.blkio_weight_device.values().map(weight).collect()),
        ..base
    }
}

fn throttled(path: &str, rate: i64) -> ThrottleDevice {
    ThrottleDevice { path: Some(path.to_owned()), rate: Some(rate) }
}

/// Devices of the host, by their paths; those with CDI names are asked for as GPUs are.
fn device_nodes(options: &Layer) -> Vec<DeviceMapping> {
    let nodes = options.device.values().filter_map(|device| match device {
        Device::Node { host, container, rights } => Some(DeviceMapping {
            path_on_host: Some(host.clone()),
            path_in_container: Some(container.clone()),
            cgroup_permissions: Some(rights.clone()),
        }),
        Device::Cdi(_) => None,
    });
    nodes.collect()
}

/// What is asked of the engine's device drivers: GPUs, and devices by CDI.
fn device_requests(options: &Layer) -> Vec<DeviceRequest> {
    let named = options.device.values().filter_map(|device| match device {
        Device::Cdi(name) => Some(name.clone()),
        Device::Node { .. } => None,
    });
    let named: Vec<String> = named.collect();
    let gpus = options.gpus.get().and_then(gpu_request);
    gpus.into_iter().chain((!named.is_empty()).then(|| by_cdi(named))).collect()
}

fn by_cdi(names: Vec<String>) -> DeviceRequest {
    DeviceRequest { driver: Some("cdi".to_owned()), device_ids: Some(names), ..DeviceRequest::default() }
}

/// The limits: of several for one resource the last counts, as with docker's client.
fn ulimits(options: &Layer) -> Vec<ResourcesUlimits> {
    let mut limits: Vec<&Ulimit> = Vec::new();
    for limit in options.ulimit.values() {
        limits.retain(|earlier| earlier.name != limit.name);
        limits.push(limit);
    }
    limits.into_iter().map(ulimit).collect()
}

fn ulimit(limit: &Ulimit) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(limit.name.to_string()), soft: Some(limit.soft), hard: Some(limit.hard) }
}

/// What `--gpus` asks the engine for.
fn gpu_request(gpus: &Gpus) -> Option<DeviceRequest> {
    let gpu = || Some(vec![vec!["gpu".to_owned()]]);
    Some(match gpus {
        // Planning takes `none` out, and preflight decides `auto`.
        Gpus::None | Gpus::Auto => return None,
        Gpus::All => DeviceRequest { count: Some(-1), capabilities: gpu(), ..DeviceRequest::default() },
        Gpus::Count(count) => {
            DeviceRequest { count: Some(i64::from(*count)), capabilities: gpu(), ..DeviceRequest::default() }
        }
        Gpus::Devices(ids) if ids.iter().any(|id| id.contains('=')) => by_cdi(ids.clone()),
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
    })
}
