//! `VolumeMount`: a volume of the engine, for a mount of the type `volume`.

use super::fields::Field;
use super::image::check_subpath;
use crate::values::volume::check_name;
use crate::values::{SecretNames, ValueError, clean};
use std::path::{Path, PathBuf};

/// The engine's own driver.
const LOCAL: &str = "local";

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
    /// Puts `hidden` in the place of what a driver's option or a label of its own says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames, hidden: &str) {
        for (key, value) in self.driver_opts.iter_mut().chain(&mut self.labels) {
            let said = format!("{key}={value}");
            if names.is_secret(key) || names.without_secrets(&said) != said {
                hidden.clone_into(value);
            }
        }
    }

    /// What of the host the driver's options mount: a folder or a device, and the layers of an overlay. The engine mounts
    /// them itself, so that a relative path starts at its root.
    pub fn host_paths(&self) -> Vec<PathBuf> {
        let of = |name: &str| {
            self.driver_opts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        let options: Vec<&str> = of("o").unwrap_or_default().split(',').collect();
        let is_bind = options.iter().any(|option| ["bind", "rbind"].contains(option));
        let device = of("device").filter(|device| device.starts_with('/') || (is_bind && !device.is_empty()));
        let layers = options.iter().filter_map(|option| Some(option.split_once('=')?.1.split(':')));
        let layers = layers.flatten().filter(|path| path.starts_with('/'));
        device.into_iter().chain(layers).map(|path| clean(&Path::new("/").join(path))).collect()
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
