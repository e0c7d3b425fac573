//! Files that options name: environment files, files of labels, seccomp profiles. Read before anything is decided, so
//! that the plan is complete; nothing else of the host is read for an option.

use crate::finding::{Code, FileKind, Finding, Findings, Origin};
use crate::host::{open, open_regular, read_in_time};
use crate::options::Setting;
use crate::values::{EnvFileLine, is_plausible_name, parse_env_file};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

/// More than any environment that a kernel starts a program with, and than any profile.
const MOST: usize = 16 << 20;
/// How long a program may take that writes one, as in `--env-file <(vault read ...)`.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// What is said of lines that are a word alone, and no name: the file is likely to be another one than was meant, a key or
/// a list of passwords. Nothing of it is quoted.
pub(super) fn nameless(
    code: Code,
    path: &Path,
    lines: &[usize],
    (asked, origin): (String, &Origin),
) -> Option<Finding> {
    let (first, more) = lines.split_first()?;
    let and_more = match more.len() {
        0 => String::new(),
        1 => ", and another line".to_owned(),
        count => format!(", and {count} more lines"),
    };
    let path = path.display();
    let message =
        format!("{path}:{first}{and_more}: neither `NAME=VALUE` nor a name: it is left out, and not shown");
    let finding = Finding::warning(code, message).asked(asked, origin);
    Some(finding.help(format!("if the file is a secret: --secret id=NAME,src={path}")))
}

/// A name of a file as a message may have it, or the place of one that is none.
pub(super) fn shown(name: &str, line: usize) -> String {
    if is_plausible_name(name) { name.to_owned() } else { format!("line {line}") }
}

/// All of a file, or what is wrong with it, to stand behind its path. One that a project names has to be regular. The
/// caller's own may be a pipe.
pub(super) fn bytes(path: &Path, origin: &Origin) -> Result<Vec<u8>, String> {
    let is_projects = matches!(origin, Origin::File(place) if place.file.kind == FileKind::Project);
    all_of(if is_projects { open_regular(path) } else { open(path) })
}

/// The same of a file that has to be regular.
pub(super) fn regular_bytes(path: &Path) -> Result<Vec<u8>, String> {
    all_of(open_regular(path))
}

fn all_of(opened: io::Result<File>) -> Result<Vec<u8>, String> {
    let read = opened.and_then(|file| read_in_time(&file, MOST, PATIENCE));
    let bytes = read.map_err(|error| format!(" cannot be read: {error}"))?;
    if bytes.len() > MOST { Err(" is larger than 16 MiB".to_owned()) } else { Ok(bytes) }
}
