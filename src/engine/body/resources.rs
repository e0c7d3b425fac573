//! The limits of the container, and the devices that it is given.

use super::{bytes, some};
use crate::spec::Layer;
use crate::values::{Gpus, MemoryLimit, MemorySwap, Ulimit, Value};
use bollard::models::{DeviceRequest, HostConfig, ResourcesUlimits};

/// Limits and devices.
pub(super) fn settings(options: &Layer, base: HostConfig) -> HostConfig {
    let said = |limit: &MemoryLimit| bytes(limit.0);
    HostConfig {
        cgroup_parent: options.cgroup_parent.get().map(Value::word),
        device_requests: options.gpus.get().and_then(device_requests),
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
        ulimits: some(options.ulimit.values().map(ulimit).collect()),
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
    HostConfig { blkio_weight: options.blkio_weight.get().map(|weight| weight.0), ..base }
}

fn ulimit(limit: &Ulimit) -> ResourcesUlimits {
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
