//! The file for the container's id, of `--cidfile`: there before the container is, so that nobody else takes the name,
//! and gone again where the launch fails.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, asked};
use crate::values::{CidFile, Value as _};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Makes the file, empty; none where none is asked for.
pub(super) fn make(spec: &LaunchSpec) -> Result<Option<PathBuf>, Finding> {
    let Some((path, failed)) = named(spec) else { return Ok(None) };
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(_) => Ok(Some(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let remedy = format!("if its container is no longer needed: rm {}", path.display());
            Err(failed("is there already").help(remedy))
        }
        Err(error) => Err(failed(&format!("cannot be made: {error}"))),
    }
}

/// Writes the id.
pub(super) fn write(spec: &LaunchSpec, id: &str) -> Result<(), Finding> {
    let Some((path, failed)) = named(spec) else { return Ok(()) };
    fs::write(path, id).map_err(|error: io::Error| failed(&format!("cannot be written: {error}")))
}

/// Takes the file away. One that is gone already is as it should be.
pub(super) fn undo(made: Option<&Path>) {
    if let Some(path) = made {
        let _ = fs::remove_file(path);
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
