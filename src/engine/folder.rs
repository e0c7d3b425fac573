//! A folder of the host that is mounted and not there yet. The engine would make it as root; it is made as the
//! caller, and taken away again where the launch fails.

use super::{Address, Engine};
use crate::finding::{Code, Finding};
use crate::spec::{HfCache, LaunchSpec, MadeFolder, asked};
use crate::values::{MountSource, Value as _, VolumeSource};
use std::io;
use std::path::{Path, PathBuf};

/// Makes the models' folder, and those that are asked for, where they are missing. The folders that were made come
/// first in `made`, outermost first. Another machine's folders are not the caller's to make.
pub(super) fn ensure(engine: &Engine, spec: &LaunchSpec, made: &mut Vec<PathBuf>) -> Result<(), Finding> {
    let Address::Unix(_) = engine.endpoint().address else { return Ok(()) };
    for folder in &spec.made_folders {
        make(&folder.path, made).map_err(|error| not_made(folder, &error))?;
    }
    spec.hf_cache.as_ref().map_or(Ok(()), |cache| ensure_cache(cache, made))
}

fn ensure_cache(cache: &HfCache, made: &mut Vec<PathBuf>) -> Result<(), Finding> {
    make(&cache.folder, made)
        .map_err(|error| failed(cache, &format!("is missing and cannot be made: {error}")))?;
    // What may not be looked at may still be a folder for the engine.
    let is_other = cache.folder.metadata().is_ok_and(|found| !found.is_dir());
    if is_other { Err(failed(cache, "is no folder")) } else { Ok(()) }
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

/// What runc says where a file is mounted over a folder, or a folder over a file.
const KINDS: &str = "Are you trying to mount a directory onto a file";

/// The finding for a start that failed because the image has something of another kind at a mount's place; none for any
/// other. The engine's words hold source and target of the mount.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    if !message.contains(KINDS) {
        return None;
    }
    let is_it = |path: &str, target: &str| message.contains(path) && message.contains(target);
    let volume = spec.options.volume.iter().find_map(|setting| match &setting.value.source {
        VolumeSource::Path(path) if is_it(&path.to_string_lossy(), &setting.value.target) => {
            let words = asked("volume", &setting.value.word(), &setting.origin);
            Some((path, &setting.value.target, words, &setting.origin))
        }
        _ => None,
    });
    let mount = spec.options.mount.iter().find_map(|setting| match &setting.value.source {
        MountSource::Bind(bind) if is_it(&bind.path.to_string_lossy(), &setting.value.target) => {
            let words = asked("mount", &setting.value.word(), &setting.origin);
            Some((&bind.path, &setting.value.target, words, &setting.origin))
        }
        _ => None,
    });
    let finding = match volume.or(mount) {
        Some((path, target, words, origin)) => {
            let message = format!(
                "{} and what the image has at {target} are not both a file, and not both a folder",
                path.display()
            );
            Finding::error(Code::MountSourceKind, message).asked(words, origin)
        }
        None => Finding::error(
            Code::MountSourceKind,
            "a file is to be mounted over a folder, or a folder over a file",
        ),
    };
    let finding = finding.noted(format!("the engine says: {message}"));
    Some(finding.help("mount a file over a file, and a folder over a folder"))
}

fn not_made(folder: &MadeFolder, error: &io::Error) -> Finding {
    let MadeFolder { path, words, origin } = folder;
    let message = format!("{} is missing and cannot be made: {error}", path.display());
    Finding::error(Code::MountSourceMissing, message)
        .asked(words, origin)
        .help("name a folder that you may write to, or have it made by who may")
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
