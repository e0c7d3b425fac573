//! `VolumeMount`: a volume of the engine, for a mount of the type `volume`.

use super::fields::Field;
use super::image::check_subpath;
use crate::values::volume::check_name;
use crate::values::{SecretNames, ValueError, clean, pair};
use std::path::{Path, PathBuf};

/// The engine's own driver.
const LOCAL: &str = "local";

/// The file systems that hold nothing of the host's: memory, and what other machines serve.
const ELSEWHERE: [&str; 7] = ["tmpfs", "nfs", "nfs4", "cifs", "smb3", "ceph", "afs"];
/// The file system that lays folders over each other.
const OVERLAY: &str = "overlay";
/// Its options that name folders.
const LAYERS: [&str; 5] = ["lowerdir", "lowerdir+", "datadir+", "upperdir", "workdir"];
/// The file systems in which the kernel shows itself, and where the host has them. Any other is of a device.
const KERNELS: [(&str, &str); 14] = [
    ("proc", "/proc"),
    ("sysfs", "/sys"),
    ("cgroup", "/sys"),
    ("cgroup2", "/sys"),
    ("debugfs", "/sys"),
    ("tracefs", "/sys"),
    ("securityfs", "/sys"),
    ("selinuxfs", "/sys"),
    ("configfs", "/sys"),
    ("efivarfs", "/sys"),
    ("pstore", "/sys"),
    ("fusectl", "/sys"),
    ("bpf", "/sys"),
    ("binfmt_misc", "/proc"),
];
const DEVICES: &str = "/dev";

/// A volume that the engine keeps, and makes if it has none of that name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VolumeMount {
    /// Its name; none makes a new one without a name.
    pub name: Option<String>,
    /// Whether a new volume stays empty, whatever the image has under its path.
    pub no_copy: bool,
    /// The folder of the volume that is mounted; none mounts all of it.
    pub subpath: Option<String>,
    /// The driver that makes the volume; empty leaves it to the engine.
    pub driver: String,
    /// Options for the driver.
    pub driver_opts: Vec<(String, String)>,
    /// Labels of a new volume.
    pub labels: Vec<(String, String)>,
}

impl VolumeMount {
    /// Puts `***` in the place of what a driver's option or a label of its own says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        pair::hide_values(&mut self.driver_opts, names);
        pair::hide_values(&mut self.labels, names);
    }

    /// What of the host the driver's options mount. The engine mounts it itself, so that a relative path starts at its
    /// root. The kernel is asked for any file system by its name: only memory and what other machines serve are not the
    /// host's.
    pub fn host_paths(&self) -> Vec<PathBuf> {
        let (kind, device) = (self.driver_opt("type"), self.driver_opt("device"));
        let options: Vec<&str> = self.driver_opt("o").split(',').collect();
        let is_local = self.driver.is_empty() || self.driver == LOCAL;
        if options.iter().any(|option| ["bind", "rbind"].contains(option)) {
            return match device {
                "" => Vec::new(),
                device => vec![at_root(device)],
            };
        }
        match kind {
            // Another driver's options are its own: what reads like a path may be one.
            _ if !is_local => [device].into_iter().filter(|it| it.starts_with('/')).map(at_root).collect(),
            "" if device.is_empty() => Vec::new(),
            OVERLAY => layers(&options),
            kind if ELSEWHERE.contains(&kind) => Vec::new(),
            kind => vec![file_system(kind, device)],
        }
    }

    fn driver_opt(&self, name: &str) -> &str {
        let said = self.driver_opts.iter().find(|(key, _)| key == name);
        said.map_or("", |(_, value)| value.as_str())
    }

    /// Takes one field.
    pub(super) fn take(&mut self, field: &Field<'_>) -> Result<(), ValueError> {
        match field.key.as_str() {
            "volume-nocopy" => self.no_copy = field.switch()?,
            "volume-subpath" => {
                self.subpath = Some(field.text()?.to_owned()).filter(|path| !path.is_empty());
            }
            "volume-driver" => field.text()?.clone_into(&mut self.driver),
            "volume-opt" => put(&mut self.driver_opts, field.text()?),
            "volume-label" => put(&mut self.labels, field.text()?),
            _ => return Err(field.unknown()),
        }
        Ok(())
    }

    /// The mount of this source.
    pub(super) fn of(self, source: &str, read_only: bool, word: &str) -> Result<Self, ValueError> {
        if let Some(subpath) = &self.subpath {
            check_subpath(subpath, "volume-subpath")?;
        }
        if source.is_empty() {
            return match (&self.subpath, read_only) {
                (Some(_), _) => Err(ValueError::new("volume-subpath needs the name of a volume as source")),
                (None, true) => Err(ValueError::new("a new volume without a name cannot be readonly")),
                (None, false) => Ok(self),
            };
        }
        if source.starts_with(['/', '.', '~']) {
            let error = ValueError::new("a path of the host is mounted with type=bind");
            let bare = word.strip_prefix("type=volume,").unwrap_or(word);
            return Err(error.suggest(format!("type=bind,{bare}")));
        }
        // Another driver has rules of its own.
        if self.driver.is_empty() || self.driver == LOCAL {
            check_name(source)?;
        }
        Ok(Self { name: Some(source.to_owned()), ..self })
    }

    pub(super) fn fields(&self) -> Vec<String> {
        let mut out = Vec::new();
        out.extend(self.no_copy.then(|| "volume-nocopy".to_owned()));
        out.extend(self.subpath.iter().map(|path| format!("volume-subpath={path}")));
        out.extend((!self.driver.is_empty()).then(|| format!("volume-driver={}", self.driver)));
        out.extend(self.driver_opts.iter().map(|(key, value)| format!("volume-opt={key}={value}")));
        out.extend(self.labels.iter().map(|(key, value)| format!("volume-label={key}={value}")));
        out
    }
}

/// Adds `KEY[=VALUE]` in the place of what the key said before. Docker's client drops what has no key.
fn put(pairs: &mut Vec<(String, String)>, said: &str) {
    let (key, value) = said.split_once('=').unwrap_or((said, ""));
    pairs.retain(|(known, _)| known != key);
    if !key.is_empty() {
        pairs.push((key.to_owned(), value.to_owned()));
    }
}

/// A path as the engine takes it.
fn at_root(path: &str) -> PathBuf {
    clean(&Path::new("/").join(path))
}

/// The place of the host's that a file system shows: the kernel's own, or a device, also under a name that is no path, as
/// in `LABEL=data`.
fn file_system(kind: &str, device: &str) -> PathBuf {
    if let Some((_, place)) = KERNELS.iter().find(|(name, _)| *name == kind) {
        return PathBuf::from(place);
    }
    let device = at_root(device);
    if device.starts_with(DEVICES) { device } else { PathBuf::from(DEVICES) }
}

/// The folders that an overlay is made of. The kernel takes `\` before any letter, so that a path with one may be any.
fn layers(options: &[&str]) -> Vec<PathBuf> {
    let named = options.iter().filter_map(|option| option.split_once('='));
    let named = named.filter(|(name, _)| LAYERS.contains(name));
    let paths = named.flat_map(|(_, paths)| paths.split(':')).filter(|path| !path.is_empty());
    paths.map(|path| if path.contains('\\') { PathBuf::from("/") } else { at_root(path) }).collect()
}
