//! `Bind`: a path of the host that a launch mounts, whichever option says it.

use crate::finding::{Code, Finding, Level, Origin};
use crate::spec::{LaunchSpec, asked};
use crate::values::{MountSource, Value, VolumeMode, VolumeSource};
use std::path::Path;

/// A path of the host that is mounted.
pub(super) struct Bind<'a> {
    /// The option that says it.
    pub(super) option: &'static str,
    /// Its word there.
    pub(super) word: String,
    /// Where it was said.
    pub(super) origin: &'a Origin,
    /// The path, as said.
    pub(super) path: &'a Path,
    /// The path in the container, as said.
    pub(super) target: &'a str,
    /// Whether the container only reads it.
    pub(super) is_read_only: bool,
    /// Its label for `SELinux`, if it gets one.
    pub(super) label: Option<VolumeMode>,
    /// Whether dynrun makes it where it is missing.
    pub(super) is_made: bool,
    /// The secret that it is, as it was said.
    pub(super) secret: Option<String>,
}

impl Bind<'_> {
    /// A finding about it.
    pub(super) fn finding(&self, level: Level, code: Code, message: impl Into<String>) -> Finding {
        let finding = Finding { level, ..Finding::error(code, message) };
        let words = match (&self.secret, self.origin) {
            (Some(word), Origin::Flag(spelling)) => format!("{spelling} {word}"),
            (Some(word), Origin::File(_) | Origin::Variable(_) | Origin::Rule(_)) => format!("secret {word}"),
            (None, origin) => asked(self.option, &self.word, origin),
        };
        finding.asked(words, self.origin)
    }
}

/// Every path of the host that a launch mounts.
pub(super) fn binds(spec: &LaunchSpec) -> Vec<Bind<'_>> {
    let is_made = |path: &Path| {
        spec.made_folders.iter().any(|folder| folder.path == path)
            || spec.hf_cache.as_ref().is_some_and(|cache| cache.folder == path)
    };
    let volumes = spec.options.volume.iter().filter_map(|setting| {
        let volume = &setting.value;
        let VolumeSource::Path(path) = &volume.source else { return None };
        let is_label =
            |mode: &&VolumeMode| matches!(mode, VolumeMode::SharedLabel | VolumeMode::PrivateLabel);
        Some(Bind {
            option: "volume",
            word: volume.word(),
            origin: &setting.origin,
            path,
            target: &volume.target,
            is_read_only: volume.is_read_only(),
            label: volume.mode.iter().find(is_label).copied(),
            is_made: is_made(path),
            secret: None,
        })
    });
    let mounts = spec.options.mount.iter().filter_map(|setting| {
        let mount = &setting.value;
        let MountSource::Bind(bind) = &mount.source else { return None };
        Some(Bind {
            option: "mount",
            word: mount.word(),
            origin: &setting.origin,
            path: &bind.path,
            target: &mount.target,
            is_read_only: mount.read_only,
            label: None,
            is_made: is_made(&bind.path),
            secret: spec.secret_at(&mount.target).map(|secret| secret.word()),
        })
    });
    volumes.chain(mounts).collect()
}
