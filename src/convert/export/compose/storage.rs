//! What a service mounts, and the volumes that the file has to know for it.

use super::{Service, set, text};
use crate::convert::export::yaml::Yaml;
use crate::values::{BindMount, Mount, MountSource, Submounts, Value as _, VolumeSource};

impl Service<'_> {
    pub(super) fn storage(&mut self) {
        let spec = self.spec;
        let driver = spec
            .options
            .volume_driver
            .get()
            .map(|driver| driver.0.clone())
            .filter(|driver| !driver.is_empty());
        let others = spec.options.volumes_from.values().map(|from| format!("container:{}", from.word()));
        self.say("volumes_from", Some(set(others)));
        let has_names =
            spec.options.volume.values().any(|volume| matches!(volume.source, VolumeSource::Named(_)));
        if let Some(said) = spec.options.volume_driver.setting().filter(|_| driver.is_some() && !has_names) {
            let origin = said.origin.clone();
            self.lost(
                "volume-driver",
                "compose says a driver of a volume that has a name",
                &said.value.0,
                &origin,
            );
        }
        let mut all: Vec<Yaml> = Vec::new();
        for volume in spec.options.volume.values() {
            if let VolumeSource::Named(name) = &volume.source {
                self.volume(name, driver.as_deref(), &[], &[]);
            }
            all.push(text(volume.bind_word()));
        }
        for mount in &spec.options.mount {
            if let Some(why) = unmountable(&mount.value) {
                self.lost("mount", why, &mount.value.shown(&spec.secrets), &mount.origin);
                continue;
            }
            if let MountSource::Volume(volume) = &mount.value.source
                && let Some(name) = &volume.name
            {
                let is_secret = volume.driver_opts.iter().any(|(key, value)| {
                    spec.secrets.is_secret(key)
                        || spec.secrets.without_secrets(&format!("{key}={value}")) != format!("{key}={value}")
                });
                if is_secret {
                    self.lost(
                        "mount",
                        "its driver's options hold a secret, and no file does",
                        &mount.value.shown(&spec.secrets),
                        &mount.origin,
                    );
                    continue;
                }
                let driver = Some(volume.driver.as_str()).filter(|driver| !driver.is_empty());
                self.volume(name, driver, &volume.driver_opts, &volume.labels);
            }
            all.push(mounted(&mount.value));
        }
        self.say("volumes", Some(Yaml::List(all)));
    }

    /// A volume that the file has to know. Its name is not the project's.
    fn volume(
        &mut self,
        name: &str,
        driver: Option<&str>,
        options: &[(String, String)],
        labels: &[(String, String)],
    ) {
        let options = options.iter().map(|(key, value)| (key.clone(), text(value)));
        let labels = labels.iter().map(|(key, value)| (key.clone(), text(value)));
        let declared = Yaml::map([
            ("name", Some(text(name))),
            ("driver", driver.map(text)),
            ("driver_opts", Yaml::Map(options.collect()).unless_empty()),
            ("labels", Yaml::Map(labels.collect()).unless_empty()),
        ]);
        self.volumes.insert(name.to_owned(), declared);
    }
}

/// Why compose's long form cannot say a mount.
fn unmountable(mount: &Mount) -> Option<&'static str> {
    const NEWER: &str = "only newer versions of compose have a key for it";
    match &mount.source {
        MountSource::Image(_) => Some(NEWER),
        MountSource::Bind(bind) if bind.is_flat || bind.submounts != Submounts::WhereAble => Some(NEWER),
        MountSource::Volume(volume) if volume.subpath.is_some() => Some(NEWER),
        MountSource::Volume(volume) if volume.name.is_none() && !volume.driver.is_empty() => {
            Some("compose says a driver of a volume that has a name")
        }
        MountSource::Tmpfs(tmpfs) if tmpfs.mode.is_some() => Some(NEWER),
        MountSource::Bind(_) | MountSource::Volume(_) | MountSource::Tmpfs(_) => None,
    }
}

/// A mount, key by key.
fn mounted(mount: &Mount) -> Yaml {
    let read_only = mount.read_only.then(|| Yaml::switch(true));
    let (kind, source, detail) = match &mount.source {
        MountSource::Bind(BindMount { path, propagation, .. }) => {
            let propagation = propagation.map(|word| Yaml::map([("propagation", Some(text(word.word())))]));
            ("bind", Some(path.to_string_lossy().into_owned()), propagation.map(|detail| ("bind", detail)))
        }
        MountSource::Volume(volume) => {
            let detail = volume.no_copy.then(|| Yaml::map([("nocopy", Some(Yaml::switch(true)))]));
            ("volume", volume.name.clone(), detail.map(|detail| ("volume", detail)))
        }
        MountSource::Tmpfs(tmpfs) => {
            let size = tmpfs.size.map(|size| Yaml::map([("size", Some(Yaml::number(size.0)))]));
            ("tmpfs", None, size.map(|detail| ("tmpfs", detail)))
        }
        MountSource::Image(image) => ("image", Some(image.image.word()), None),
    };
    let consistency = mount.consistency.as_ref().map(text);
    let mut members = vec![
        ("type", Some(text(kind))),
        ("source", source.map(text)),
        ("target", Some(text(&mount.target))),
        ("read_only", read_only),
        ("consistency", consistency),
    ];
    members.extend(detail.map(|(key, detail)| (key, Some(detail))));
    Yaml::map(members)
}
