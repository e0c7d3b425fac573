//! Files that options name: environment files, files of labels, seccomp profiles. Read before anything is decided, so
//! that the plan is complete; nothing else of the host is read for an option.

use crate::finding::{Code, FileKind, Finding, Findings, Origin};
use crate::host::open_regular;
use crate::options::Setting;
use crate::values::{EnvFileLine, parse_env_file};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// More than any environment that a kernel starts a program with, and than any profile.
const MOST: u64 = 16 << 20;

/// The lines of a file in docker's dialect of `NAME=VALUE`; none, with a finding, where it cannot be read or a line is
/// none.
pub(super) fn lines(
    file: &Setting<impl AsRef<Path>>,
    option: &str,
    findings: &mut Findings,
) -> Vec<EnvFileLine> {
    let path = file.value.as_ref();
    let read = bytes(path, &file.origin).and_then(|bytes| {
        parse_env_file(&bytes).map_err(|error| format!(":{}: {}", error.line, error.problem))
    });
    read.unwrap_or_else(|problem| {
        let path = path.display();
        let finding = Finding::error(Code::EnvFile, format!("{path}{problem}"));
        findings.push(finding.asked(format!("{option} {path}"), &file.origin));
        Vec::new()
    })
}

/// All of a file, or what is wrong with it, to stand behind its path.
pub(super) fn bytes(path: &Path, origin: &Origin) -> Result<Vec<u8>, String> {
    all_of(open(path, origin))
}

/// The same of a file that has to be regular.
pub(super) fn regular_bytes(path: &Path) -> Result<Vec<u8>, String> {
    all_of(open_regular(path).map_err(|error| error.to_string()))
}

fn all_of(opened: Result<File, String>) -> Result<Vec<u8>, String> {
    let opened = opened.map_err(|problem| format!(" cannot be read: {problem}"))?;
    let mut bytes = Vec::new();
    let read = opened.take(MOST + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!(" cannot be read: {error}"))?;
    if bytes.len() as u64 > MOST { Err(" is larger than 16 MiB".to_owned()) } else { Ok(bytes) }
}

/// Opens a file. One that a project names has to be regular: a FIFO would hold the launch for ever, before any limit of
/// its time. The caller's own may be one: `--env-file <(command)`.
fn open(path: &Path, origin: &Origin) -> Result<File, String> {
    let is_projects = matches!(origin, Origin::File(place) if place.file.kind == FileKind::Project);
    let opened = if is_projects { open_regular(path) } else { File::open(path) };
    opened.map_err(|error| error.to_string())
}
