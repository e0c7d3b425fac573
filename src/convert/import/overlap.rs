//! What a line says and a file that it names as well: on docker's command line the line wins, in a file of dynrun's the
//! named file does.

use super::{Reading, Section, Text, left_out};
use crate::finding::{Findings, Origin};
use crate::host::read_bytes;
use crate::values::parse_env_file;
use std::path::Path;

/// The options that name files, and those that say the same one by one.
const PAIRS: [(&str, &str); 2] = [("env-file", "env"), ("label-file", "label")];

/// Names what wins in the other place.
pub(super) fn named(section: &Section, origin: &Origin, reading: Reading<'_>) -> Findings {
    let mut findings = Findings::new();
    for (of_files, of_lines) in PAIRS {
        let lines = section.words(of_lines).iter();
        let said: Vec<&str> = lines.map(|word| word.start().split('=').next().unwrap_or_default()).collect();
        for path in section.words(of_files).iter().filter_map(Text::plain) {
            for name in names(&reading.roots.absolute(Path::new(path)))
                .iter()
                .filter(|name| said.contains(&name.as_str()))
            {
                let note = left_out(format!(
                    "{path} says {name} as well, and wins over `{of_lines}` in a file of dynrun's"
                ));
                findings.push(
                    note.asked(format!("--{of_lines} {name} --{of_files} {path}"), origin)
                        .help(format!("take {name} out of {path}")),
                );
            }
        }
    }
    findings
}

/// The names in a file; none where it is not there yet, or is none.
fn names(path: &Path) -> Vec<String> {
    let lines = read_bytes(path).ok().and_then(|bytes| parse_env_file(&bytes).ok()).unwrap_or_default();
    lines.into_iter().map(|line| line.name).collect()
}
