//! The container's labels: said one by one, and in files.
//!
//! Highest first: `-l` and `DYNRUN_LABEL`, `--label-file`, `label` of profile and service.

use super::named_file;
use super::variables::{FromFile, is_said_by_caller};
use crate::finding::{Code, Finding, Findings};
use crate::options::{Layer, Setting, Slot as _};
use crate::values::{EnvFile, EnvFileLine, EnvVar, File, Label, Value as _, is_plausible_name};

/// Puts the labels of files in their place among the others, and tells what each file says.
pub(super) fn settle(options: &mut Layer, findings: &mut Findings) -> Vec<FromFile> {
    let files: Vec<FromFile> = options.label_file.iter().map(|file| read(file, findings)).collect();
    options.label_file.clear();
    let (last, first): (Vec<_>, Vec<_>) = options.label.iter().cloned().partition(is_said_by_caller);
    options.label.replace(first);
    options.label.lay_over(&files.iter().flat_map(|file| &file.variables).map(label).collect());
    options.label.lay_over(&last.into_iter().collect());
    files
}

fn label(setting: &Setting<EnvVar>) -> Setting<Label> {
    let value = setting.value.value.as_ref().map(|value| value.expose().to_owned());
    Setting { value: Label { key: setting.value.name.clone(), value }, origin: setting.origin.clone() }
}

/// The labels of a file, as variables are read. Docker leaves out in silence what has no value there; dynrun says so.
fn read(file: &Setting<File>, findings: &mut Findings) -> FromFile {
    let lines = named_file::lines(file, "--label-file", findings);
    let (whole, bare): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.value.is_some());
    let (named, nameless): (Vec<_>, Vec<_>) =
        bare.into_iter().partition(|line| is_plausible_name(&line.name));
    let path = file.value.word();
    for line in named {
        let message = format!("the label {} has no value in {path}, and is left out", line.name);
        let finding = Finding::warning(Code::EnvFile, message);
        findings.push(finding.help(format!("write it so: {}=", line.name)));
    }
    let nameless: Vec<usize> = nameless.iter().map(|line| line.line).collect();
    let asked = (format!("--label-file {path}"), &file.origin);
    findings.extend(named_file::nameless(Code::EnvFile, &file.value.0, &nameless, asked));
    let variable = |line: EnvFileLine| EnvVar { name: line.name, value: line.value };
    let setting = |line| Setting { value: variable(line), origin: file.origin.clone() };
    let file = Setting { value: EnvFile(file.value.0.clone()), origin: file.origin.clone() };
    FromFile { file, what: "labels", variables: whole.into_iter().map(setting).collect() }
}
