//! `--report FILE`: what became of a launch, as JSON.

use super::Desk;
use crate::cli::Launch;
use crate::finding::{Code, Finding, Level};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// What became of a launch.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    /// How far it came: plan, preflight, launch, running, ended.
    phase: &'static str,
    /// The code of the first error; of the first finding where none is one.
    error: Option<&'static str>,
    /// The container's id.
    container: Option<String>,
    /// Where its ports are: `0.0.0.0:9999->9999/udp`.
    ports: Vec<String>,
    /// The exit code of its command.
    exit_code: Option<u8>,
    /// Of a stack, what it has of services: each with its container's name, id and ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<Value>>,
}

impl Report {
    pub(super) fn failed(phase: &'static str, findings: &[Finding]) -> Self {
        Self { phase, error: first_error(findings), ..Self::default() }
    }

    pub(super) fn launched(id: &str) -> Self {
        Self { phase: "running", container: Some(id.to_owned()), ..Self::default() }
    }

    pub(super) fn with_ports(self, ports: Vec<String>) -> Self {
        Self { ports, ..self }
    }

    pub(super) fn ended(id: &str, exit_code: Option<u8>, findings: &[Finding]) -> Self {
        let error = first_error(findings);
        Self { phase: "ended", error, container: Some(id.to_owned()), exit_code, ..Self::default() }
    }

    /// The report of a stack that is up.
    pub(super) fn raised(services: Vec<Value>) -> Self {
        Self { phase: "running", services: Some(services), ..Self::default() }
    }

    /// The report of a stack whose containers have ended.
    pub(super) fn lowered(services: Vec<Value>, exit_code: Option<u8>, findings: &[Finding]) -> Self {
        let error = first_error(findings);
        Self { phase: "ended", error, exit_code, ..Self::raised(services) }
    }

    /// The report of a stack that is not up.
    pub(super) fn stack_failed(phase: &'static str, findings: &[Finding]) -> Self {
        Self { services: Some(Vec::new()), ..Self::failed(phase, findings) }
    }

    /// Writes the report where one was asked for. A report that cannot be written is said, and changes no code:
    /// what happened has happened.
    pub(super) fn write(&self, launch: &Launch, desk: &Desk<'_>) {
        let Some(path) = &launch.call.report else { return };
        let path = desk.host.folder().join(path);
        if let Err(error) = self.write_to(&path) {
            let message = format!("the report cannot be written to {}: {error}", path.display());
            desk.ui.findings(&[Finding::warning(Code::ReportFile, message)]);
        }
    }

    /// Written beside its place and moved there: a reader sees all of it or nothing. A pipe or a device is written
    /// to, and never replaced.
    fn write_to(&self, path: &Path) -> io::Result<()> {
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let mut text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
            text.push(b'\n');
            // A pipe that nobody reads would hold the end of the launch up for ever.
            let mut options = std::fs::OpenOptions::new();
            return options.write(true).custom_flags(nix::libc::O_NONBLOCK).open(path)?.write_all(&text);
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", std::process::id()));
        let beside = Path::new(&beside);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(beside)?;
        let written = serde_json::to_writer_pretty(&mut file, self)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| std::fs::rename(beside, path));
        if written.is_err() {
            let _ = std::fs::remove_file(beside);
        }
        written
    }
}

fn first_error(findings: &[Finding]) -> Option<&'static str> {
    let error = findings.iter().find(|finding| finding.level == Level::Error).or(findings.first());
    error.map(|finding| finding.code.name())
}
