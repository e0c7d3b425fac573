//! `HfCache`: where the models of the Hugging Face hub are, on the host and in the container.

use crate::config::Layer;
use crate::finding::Origin;
use crate::values::{Folder, HfHome, VolumeSource};
use std::path::PathBuf;

/// The models of the Hugging Face hub, mounted.
#[derive(Debug, Clone, PartialEq)]
pub struct HfCache {
    /// Their folder on the host.
    pub folder: PathBuf,
    /// Where the container has it.
    pub target: String,
    /// Where the mount was said.
    pub origin: Origin,
}

/// The models' place on the host and in the container, where it is mounted there.
pub(super) fn mounted(options: &Layer) -> Option<HfCache> {
    let HfHome::Folder(Folder(folder)) = options.hf_home.get()? else { return None };
    let target = &options.hf_target.get()?.0;
    let source = VolumeSource::Path(folder.clone());
    let mount = options
        .volume
        .iter()
        .find(|volume| volume.value.source == source && volume.value.target == *target)?;
    Some(HfCache { folder: folder.clone(), target: target.clone(), origin: mount.origin.clone() })
}
