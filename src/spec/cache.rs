//! `HfCache`: where the models of the Hugging Face hub are, on the host and in the container.

use super::asked;
use crate::config::Layer;
use crate::finding::Origin;
use crate::values::{Folder, HfHome, Value as _, Volume, VolumeSource};
use std::path::PathBuf;

/// The models of the Hugging Face hub, mounted.
#[derive(Debug, Clone, PartialEq)]
pub struct HfCache {
    /// Their folder on the host.
    pub folder: PathBuf,
    /// Where the container has it.
    pub target: String,
    /// How the folder was said: `--hf-home FOLDER`.
    pub words: String,
    /// Where it was said.
    pub origin: Origin,
}

/// The models' place on the host and in the container, where it is mounted there.
pub(super) fn mounted(options: &Layer) -> Option<HfCache> {
    let home = options.hf_home.setting()?;
    let HfHome::Folder(Folder(folder)) = &home.value else { return None };
    let target = &options.hf_target.get()?.0;
    let source = VolumeSource::Path(folder.clone());
    let is_mounted = |volume: &Volume| volume.source == source && volume.target == *target;
    options.volume.values().any(is_mounted).then(|| HfCache {
        folder: folder.clone(),
        target: target.clone(),
        words: asked("hf-home", &home.value.word(), &home.origin),
        origin: home.origin.clone(),
    })
}
