//! The container's labels: said one by one, and in files.
//!
//! Highest first: `-l` and `DYNRUN_LABEL`, `--label-file`, `label` of profile and service.

use super::named_file;
use super::variables::is_said_by_caller;
use crate::finding::{Code, Finding, Findings};
use crate::options::{Layer, Setting, Slot as _};
use crate::values::{EnvFileLine, File, Label, Value as _};

/// Puts the labels of files in their place among the others.
pub(super) fn settle(options: &mut Layer, findings: &mut Findings) {
    let from_files = options.label_file.iter().flat_map(|file| read(file, findings)).collect();
    options.label_file.clear();
    let (last, first): (Vec<_>, Vec<_>) = options.label.iter().cloned().partition(is_said_by_caller);
    options.label.replace(first);
    options.label.lay_over(&from_files);
    options.label.lay_over(&last.into_iter().collect());
}

/// The labels of a file. Docker leaves out in silence what has no value there; dynrun says so.
fn read(file: &Setting<File>, findings: &mut Findings) -> Vec<Setting<Label>> {
    let lines = named_file::lines(file, "--label-file", findings);
    let label = |line: EnvFileLine| match line.value {
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
