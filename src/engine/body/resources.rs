//! The limits of the container, and the devices that it is given.

use super::{bytes, some};
use crate::spec::Layer;
use crate::values::{Gpus, Ulimit};
use bollard::models::{DeviceRequest, HostConfig, ResourcesUlimits};

/// Limits and devices.
pub(super) fn settings(options: &Layer, base: HostConfig) -> HostConfig {
    HostConfig {
        device_requests: options.gpus.get().and_then(device_requests),
        memory: options.memory.get().map(|size| bytes(size.0)),
        nano_cpus: options.cpus.get().map(|cpus| cpus.nano),
        pids_limit: options.pids_limit.get().map(|limit| limit.0),
        ulimits: some(options.ulimit.values().map(ulimit).collect()),
        ..base
    }
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
