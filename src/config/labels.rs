//! The container's labels: said one by one, and in files.
//!
//! Highest first: `-l` and `DYNRUN_LABEL`, `--label-file`, `label` of profile and service.

use super::named_file;
use super::variables::is_said_by_caller;
use crate::finding::{Code, Finding, Findings};
use crate::options::{Layer, Setting};
use crate::values::{File, Label, Value as _};

/// Puts the labels of files in their place among the others.
pub(super) fn settle(options: &mut Layer, findings: &mut Findings) {
    let from_files: Vec<_> = options.label_file.iter().flat_map(|file| read(file, findings)).collect();
    options.label_file.clear();
    let (last, mut settled): (Vec<_>, Vec<_>) = options.label.iter().cloned().partition(is_said_by_caller);
    for group in [from_files, last] {
        settled.retain(|held| !group.iter().any(|new: &Setting<Label>| new.value.key == held.value.key));
        settled.extend(group);
    }
    options.label.replace(settled);
}

/// The labels of a file. Docker leaves out in silence what has no value there; dynrun says so.
fn read(file: &Setting<File>, findings: &mut Findings) -> Vec<Setting<Label>> {
    let lines = match named_file::lines(file, "--label-file") {
        Ok(lines) => lines,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let label = |line: crate::values::EnvFileLine| match line.value {
        Some(value) => {
            let value = Label { key: line.name, value: Some(value.expose().to_owned()) };
            Some(Setting { value, origin: file.origin.clone() })
        }
        None => {
            let message =
                format!("the label {} has no value in {}, and is left out", line.name, file.value.word());
            let finding = Finding::warning(Code::EnvFile, message);
            findings.push(finding.help(format!("write it so: {}=", line.name)));
            None
        }
    };
    lines.into_iter().filter_map(label).collect()
}
