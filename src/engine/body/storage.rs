//! What is mounted in the container.

use super::{bytes, some, some_map};
use crate::spec::LaunchSpec;
use crate::values::{
    BindMount, ImageMount, Mount, MountSource, Submounts, TmpfsMount, Value, VolumeMount, VolumeSource,
};
use bollard::models::{
    HostConfig, Mount as MountModel, MountBindOptions, MountBindOptionsPropagationEnum, MountImageOptions,
    MountTmpfsOptions, MountType, MountVolumeOptions, MountVolumeOptionsDriverConfig,
};

/// The host's side of what is mounted.
pub(super) fn settings(spec: &LaunchSpec, base: HostConfig) -> HostConfig {
    let options = &spec.options;
    let tmpfs = options.tmpfs.values().map(|tmpfs| (tmpfs.target.clone(), tmpfs.options.join(",")));
    let storage_opts = options.storage_opt.values().map(|option| (option.key.clone(), option.value.clone()));
    HostConfig {
        binds: some(binds(spec)),
        mounts: some(options.mount.values().map(mount).collect()),
        readonly_rootfs: options.read_only.is_on().then_some(true),
        shm_size: options.shm_size.get().map(|size| bytes(size.0)),
        storage_opt: some_map(storage_opts),
        tmpfs: some_map(tmpfs),
        volume_driver: options.volume_driver.get().map(Value::word),
        volumes_from: some(options.volumes_from.values().map(Value::word).collect()),
        ..base
    }
}

fn mount(mount: &Mount) -> MountModel {
    let base = MountModel {
        target: Some(mount.target.clone()),
        read_only: mount.read_only.then_some(true),
        consistency: mount.consistency.clone(),
        ..MountModel::default()
    };
    match &mount.source {
        MountSource::Bind(bind) => MountModel {
            typ: Some(MountType::BIND),
            source: Some(bind.path.to_string_lossy().into_owned()),
            bind_options: bind_options(bind),
            ..base
        },
        MountSource::Volume(volume) => MountModel {
            typ: Some(MountType::VOLUME),
            source: volume.name.clone(),
            volume_options: volume_options(volume),
            ..base
        },
        MountSource::Tmpfs(tmpfs) => {
            MountModel { typ: Some(MountType::TMPFS), tmpfs_options: tmpfs_options(tmpfs), ..base }
        }
        MountSource::Image(image) => MountModel {
            typ: Some(MountType::IMAGE),
            source: Some(image.image.word()),
            image_options: image_options(image),
            ..base
        },
    }
}

/// None where nothing is said: docker sends no options then.
fn unless_default<T: Default + PartialEq>(options: T) -> Option<T> {
    (options != T::default()).then_some(options)
}

fn bind_options(bind: &BindMount) -> Option<MountBindOptions> {
    let propagation = bind.propagation.and_then(|propagation| propagation.word().parse().ok());
    let propagation: Option<MountBindOptionsPropagationEnum> = propagation;
    unless_default(MountBindOptions {
        propagation,
        non_recursive: bind.is_flat.then_some(true),
        read_only_non_recursive: (bind.submounts == Submounts::Writable).then_some(true),
        read_only_force_recursive: (bind.submounts == Submounts::ReadOnly).then_some(true),
        ..MountBindOptions::default()
    })
}

fn volume_options(volume: &VolumeMount) -> Option<MountVolumeOptions> {
    let driver = MountVolumeOptionsDriverConfig {
        name: Some(volume.driver.clone()).filter(|driver| !driver.is_empty()),
        options: some_map(volume.driver_opts.iter().cloned()),
    };
    unless_default(MountVolumeOptions {
        no_copy: volume.no_copy.then_some(true),
        labels: some_map(volume.labels.iter().cloned()),
        driver_config: unless_default(driver),
        subpath: volume.subpath.clone(),
    })
}

fn tmpfs_options(tmpfs: &TmpfsMount) -> Option<MountTmpfsOptions> {
    unless_default(MountTmpfsOptions {
        size_bytes: tmpfs.size.map(|size| bytes(size.0)).filter(|size| *size > 0),
        mode: tmpfs.mode.map(i64::from).filter(|mode| *mode > 0),
        ..MountTmpfsOptions::default()
    })
}

fn image_options(image: &ImageMount) -> Option<MountImageOptions> {
    unless_default(MountImageOptions { subpath: image.subpath.clone() })
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
