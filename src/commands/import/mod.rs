//! `dynrun import`: what another launcher launches as a section of a file.

mod composed;
mod inspected;
mod run_sh;
mod script;

pub(super) use composed::services;

use super::{Desk, Exit};
use crate::cli::{ImportFrom, ImportQuery};
use crate::config::secret_names;
use crate::convert::{Import, SectionKind};
use crate::finding::{Code, Finding, Findings, refuses};
use crate::host::{Host, open, open_regular, read_in_time};
use crate::values::Roots;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

/// More than any script or compose file that people write.
const MOST: u64 = 1 << 20;
/// How long a pipe may take that is read in the place of a file.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is read where no file is named.
const STANDARD_INPUT: &str = "standard input";

/// Prints the sections, and says what is not carried over.
pub(super) fn run(query: &ImportQuery, desk: &Desk<'_>) -> Exit {
    let (kind, name) = match (&query.call.profile, &query.service) {
        (Some(profile), _) => (SectionKind::Profile, Some(profile.clone())),
        (None, service) => (SectionKind::Service, service.clone()),
    };
    let mut import = Import::new(kind, name);
    let read = match &query.from {
        ImportFrom::Line(words) => {
            script::line(words, &mut import, desk.host);
            Ok(())
        }
        ImportFrom::Script(path) => {
            text(path, desk.host).map(|text| script::script(path, text, &mut import, desk.host))
        }
        ImportFrom::Inspected(path) => {
            text(path, desk.host).and_then(|text| inspected::text(&text, &shown(path), &mut import, desk))
        }
        ImportFrom::Container(name) => inspected::container(name, &query.call, &mut import, desk),
        ImportFrom::Compose(path, services) => composed::file(path, services, &mut import, desk.host),
    };
    import.findings.extend(read.err());
    let is_faulty = refuses(&import.findings);
    if import.is_empty() && !is_faulty {
        import.findings.push(nothing());
    }
    desk.ui.findings(&told(std::mem::take(&mut import.findings)));
    if import.is_empty() {
        return Exit::Problem;
    }
    desk.print(&import.toml(), if is_faulty { Exit::Problem } else { Exit::Fine })
}

/// Each finding once.
fn told(findings: Findings) -> Findings {
    let mut told = Findings::new();
    for finding in findings {
        if !told.contains(&finding) {
            told.push(finding);
        }
    }
    told
}

fn nothing() -> Finding {
    let finding = Finding::error(Code::NothingImported, "nothing that is read there launches a container");
    finding.help("dynrun import --help lists what can be imported")
}

/// Where relative paths start: where the caller stands, which is where the file is to be.
fn roots(host: &Host) -> Roots<'_> {
    Roots { base: host.folder(), home: host.home() }
}

/// A file's name, as it is printed.
fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { STANDARD_INPUT.to_owned() } else { path.display().to_string() }
}

/// The text of a file that the caller names, perhaps a pipe; `-` is standard input.
fn text(path: &Path, host: &Host) -> Result<String, Finding> {
    let read = match path.to_str() {
        Some("-") => {
            let mut bytes = Vec::new();
            io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map(|_| bytes)
        }
        _ => open(&host.folder().join(path)).and_then(|file| bytes_of(&file)),
    };
    as_text(path, read)
}

/// The text of a file that another one names: nobody stands by to write into a pipe.
fn named_text(path: &Path, host: &Host) -> Result<String, Finding> {
    as_text(path, open_regular(&host.folder().join(path)).and_then(|file| bytes_of(&file)))
}

fn bytes_of(file: &File) -> io::Result<Vec<u8>> {
    read_in_time(file, usize::try_from(MOST).unwrap_or(usize::MAX), PATIENCE)
}

fn as_text(path: &Path, read: io::Result<Vec<u8>>) -> Result<String, Finding> {
    let unreadable = |why: String| {
        Finding::error(Code::ConfigUnreadable, format!("{} cannot be read: {why}", path.display()))
    };
    let bytes = read.map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > MOST {
        return Err(unreadable("it is larger than 1 MiB".to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        unreadable(format!("line {line} is not valid UTF-8"))
    })
}
