//! A folder of the host that is mounted and not there yet. The engine would make it as root; it is made as the
//! caller, and taken away again where the launch fails.

use super::{Address, Engine};
use crate::finding::{Code, Finding};
use crate::spec::{HfCache, LaunchSpec};
use crate::values::VolumeSource;
use std::io;
use std::path::{Path, PathBuf};

/// Makes the models' folder where it is missing. The folders that were made come first in `made`, outermost first.
pub(super) fn ensure(engine: &Engine, spec: &LaunchSpec, made: &mut Vec<PathBuf>) -> Result<(), Finding> {
    let Some(cache) = &spec.hf_cache else { return Ok(()) };
    match engine.endpoint().address {
        Address::Unix(_) => {
            make(&cache.folder, made)
                .map_err(|error| failed(cache, &format!("is missing and cannot be made: {error}")))?;
            // What may not be looked at may still be a folder for the engine.
            let is_other = cache.folder.metadata().is_ok_and(|found| !found.is_dir());
            if is_other { Err(failed(cache, "is no folder")) } else { Ok(()) }
        }
        // Another machine's folders are not the caller's to make.
        Address::Tcp { .. } | Address::Ssh(_) => Ok(()),
    }
}

/// The folders of the host that are mounted and missing, which the engine makes: on this machine they come to `made`, so
/// that a launch that fails takes them away again.
pub(super) fn foresee(engine: &Engine, spec: &LaunchSpec, made: &mut Vec<PathBuf>) {
    let Address::Unix(_) = engine.endpoint().address else { return };
    for volume in spec.options.volume.values() {
        if let VolumeSource::Path(folder) = &volume.source {
            made.extend(missing(folder).into_iter().map(Path::to_owned));
        }
    }
}

/// A folder and those around it that are not there, outermost first.
fn missing(folder: &Path) -> Vec<&Path> {
    let mut missing: Vec<&Path> =
        folder.ancestors().take_while(|part| part.symlink_metadata().is_err()).collect();
    missing.reverse();
    missing
}

fn make(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    for part in missing(folder) {
        match std::fs::create_dir(part) {
            Ok(()) => made.push(part.to_owned()),
            // Another launch was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes the folders away that are still empty.
pub(super) fn undo(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        // What somebody has put something into since is no longer the launch's.
        let _ = std::fs::remove_dir(folder);
    }
}

fn failed(cache: &HfCache, problem: &str) -> Finding {
    let HfCache { folder, words, origin, .. } = cache;
    let folder = folder.display();
    Finding::error(Code::HfHome, format!("the models' folder {folder} {problem}"))
        .asked(words, origin)
        .help("name a folder that you may write to: --hf-home FOLDER, or HF_HOME=FOLDER in the environment")
        .help("or mount none: --hf-home none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    #[test]
    fn missing_folders_are_made_and_taken_away_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b/c");
        let mut made = Vec::new();
        make(&folder, &mut made).unwrap();
        assert_eq!(made.len(), 3);
        assert_eq!(folder.metadata().unwrap().uid(), root.path().metadata().unwrap().uid());
        make(&folder, &mut made).unwrap();
        assert_eq!(made.len(), 3, "what is there is not made");
        std::fs::write(root.path().join("a/kept"), "").unwrap();
        undo(&made);
        assert!(!root.path().join("a/b").exists() && root.path().join("a/kept").exists());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nonexistent/x", root.path().join("link")).unwrap();
        let mut made = Vec::new();
        assert!(make(&root.path().join("link/hf"), &mut made).is_err());
        assert_eq!(made, Vec::<PathBuf>::new());
    }
}
