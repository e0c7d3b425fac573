//! What is mounted in the container.

use super::some;
use crate::spec::LaunchSpec;
use crate::values::VolumeSource;
use bollard::models::HostConfig;

/// The host's side of what is mounted.
pub(super) fn settings(spec: &LaunchSpec, base: HostConfig) -> HostConfig {
    HostConfig {
        binds: some(binds(spec)),
        shm_size: spec.options.shm_size.get().map(|size| super::bytes(size.0)),
        ..base
    }
}

fn binds(spec: &LaunchSpec) -> Vec<String> {
    let volumes = spec.options.volume.values();
    volumes
        .filter(|volume| volume.source != VolumeSource::Anonymous)
        .map(|volume| volume.bind_word())
        .collect()
}

pub(super) fn anonymous_volumes(spec: &LaunchSpec) -> Vec<String> {
    let volumes = spec.options.volume.values();
    volumes
        .filter(|volume| volume.source == VolumeSource::Anonymous)
        .map(|volume| volume.target.clone())
        .collect()
}
