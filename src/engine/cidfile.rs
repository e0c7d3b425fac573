//! The file for the container's id, of `--cidfile`: written once there is an id, and gone again where the launch fails. It
//! is never there without an id, so that what a killed launch has left of it goes with the container of that id.

use super::Engine;
use super::container::is_id;
use super::error::EngineError;
use super::orphans::Asker;
use crate::finding::{Code, Finding};
use crate::host::open_regular;
use crate::spec::{LaunchSpec, asked};
use crate::values::{CidFile, Value as _};
use nix::unistd::{AccessFlags, access};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// How much of a file is read: one byte more than an id and the end of a line.
const LONGEST: usize = 66;

/// Whether the file can be made, as far as that can be told before there is an id.
pub(super) fn check(spec: &LaunchSpec) -> Result<(), Finding> {
    let Some((path, failed)) = named(spec) else { return Ok(()) };
    if path.symlink_metadata().is_ok() {
        return Err(is_there(path, failed));
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let writable = access(folder, AccessFlags::W_OK | AccessFlags::X_OK);
    writable.map_err(|errno| failed(&format!("cannot be made: {}", io::Error::from(errno))))
}

/// Makes the file, with the id; none where none is asked for. Two launches that ask for one file do not both get it.
pub(super) fn write(spec: &LaunchSpec, id: &str) -> Result<Option<PathBuf>, Finding> {
    let Some((path, failed)) = named(spec) else { return Ok(None) };
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(is_there(path, failed)),
        Err(error) => return Err(failed(&format!("cannot be made: {error}"))),
    };
    match file.write_all(id.as_bytes()) {
        Ok(()) => Ok(Some(path.to_owned())),
        Err(error) => {
            undo(Some(path));
            Err(failed(&format!("cannot be written: {error}")))
        }
    }
}

/// The same for a container that is reused, whose id the file may hold already.
///
/// # Errors
/// It holds something else, or cannot be made.
pub fn write_again(spec: &LaunchSpec, id: &str) -> Result<Option<PathBuf>, Finding> {
    match named(spec) {
        Some((path, _)) if held(path).is_some_and(|held| held == id) => Ok(None),
        _ => write(spec, id),
    }
}

/// Takes the file away. One that is gone already is as it should be.
pub fn undo(made: Option<&Path>) {
    if let Some(path) = made {
        let _ = fs::remove_file(path);
    }
}

/// Takes away the file of a container that is gone, if it holds that id and nothing else.
pub(super) fn forget(path: &Path, id: &str) {
    if held(path).is_some_and(|held| held == id) {
        undo(Some(path));
    }
}

/// The id that a file holds; none where it holds anything else.
fn held(path: &Path) -> Option<String> {
    let mut text = String::new();
    open_regular(path).ok()?.take(LONGEST as u64).read_to_string(&mut text).ok()?;
    let id = text.strip_suffix('\n').unwrap_or(&text);
    is_id(id).then(|| id.to_owned())
}

fn is_there(path: &Path, failed: impl Fn(&str) -> Finding) -> Finding {
    let finding = failed("is there already");
    match held(path) {
        Some(_) => finding.help(format!("if its container is no longer needed: rm {}", path.display())),
        None => finding.help("name a file that is not there"),
    }
}

/// The file, and what makes a finding of a problem with it.
fn named(spec: &LaunchSpec) -> Option<(&Path, impl Fn(&str) -> Finding)> {
    let setting = spec.options.cidfile.setting()?;
    let CidFile::File(file) = &setting.value else { return None };
    let failed = move |problem: &str| {
        let message = format!("the file for the container's id, {}, {problem}", file.0.display());
        let said = asked("cidfile", &setting.value.word(), &setting.origin);
        Finding::error(Code::CidFile, message).asked(said, &setting.origin)
    };
    Some((&file.0, failed))
}

impl Engine {
    /// Takes over the file of a launch that was killed: its container, which is provably nobody's, goes with it. The id of
    /// one that went.
    ///
    /// # Errors
    /// The engine does not tell, or refused.
    pub async fn reclaimed_cidfile(
        &self,
        spec: &LaunchSpec,
        asker: &Asker,
    ) -> Result<Option<String>, EngineError> {
        let Some(id) = named(spec).and_then(|(path, _)| held(path)) else { return Ok(None) };
        let Some(orphan) = self.orphan(&id, asker).await? else { return Ok(None) };
        if !self.reap(&orphan).await? {
            return Ok(None);
        }
        Ok(Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::{forget, held};

    #[test]
    fn a_file_goes_only_with_the_id_that_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cid");
        let (id, other) = ("a1".repeat(32), "b2".repeat(32));
        for (text, holds) in [
            (id.clone(), true),
            (format!("{id}\n"), true),
            (String::new(), false),
            (other, false),
            (format!("{id} and more"), false),
            (format!("{id}\n{id}"), false),
        ] {
            std::fs::write(&path, &text).unwrap();
            assert_eq!(held(&path).is_some_and(|held| held == id), holds, "{text:?}");
            forget(&path, &id);
            assert_eq!(path.exists(), !holds, "{text:?}");
        }
        forget(&folder.path().join("missing"), &id);
    }
}
