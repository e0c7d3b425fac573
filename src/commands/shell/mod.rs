//! `dynrun shell`: a shell, or a command, in the running container of a service, or in a new one.

mod enter;
mod new;
mod target;

use super::planned::{known_checks, request};
use super::run::refused;
use super::{Desk, Exit, block_on};
use crate::cli::{DryRun, ShellQuery};
use crate::config::{self, Outline, Request};
use crate::finding::{Code, Finding};
use crate::spec::asked;
use target::Target;

/// The shells that are tried, the best first.
const SHELLS: [&str; 2] = ["bash", "sh"];
/// The service where none is named.
pub(super) const SERVICE: &str = "inference";

/// Opens a shell.
pub(super) fn run(query: &ShellQuery, desk: &Desk<'_>) -> Exit {
    let launch = &query.launch;
    if let Err(unknown) = known_checks(&launch.call) {
        return refused(&unknown, launch, desk);
    }
    if let Some(detach) = launch.options.detach.setting().filter(|detach| detach.value) {
        let finding = Finding::error(Code::Usage, "a shell is in the foreground")
            .asked(asked("detach", "true", &detach.origin), &detach.origin)
            .help("launch in the background first, then enter: dynrun run -d ..., dynrun shell");
        return refused(&[finding], launch, desk);
    }
    let outline = match config::outline(&request_of(query, desk), desk.host) {
        Ok(outline) => outline,
        Err(findings) => return refused(&findings, launch, desk),
    };
    if launch.call.dry_run == Some(DryRun::Offline) {
        return offline(query, &outline, desk);
    }
    if query.new || (launch.positional.is_none() && outline.service.is_none()) {
        return new::launch(query, desk);
    }
    match block_on(entered(query, &outline, desk)).and_then(|entered| entered) {
        Ok(Some(exit)) => exit,
        Ok(None) => new::launch(query, desk),
        Err(finding) => refused(&[finding], launch, desk),
    }
}

/// What is asked of the configuration: a launch, of the verb's own service where none is named.
fn request_of(query: &ShellQuery, desk: &Desk<'_>) -> Request {
    Request { of_verb: Some(SERVICE), ..request(&query.launch, desk) }
}

/// Enters the container that is meant; none where a new one is to be launched.
async fn entered(query: &ShellQuery, outline: &Outline, desk: &Desk<'_>) -> Result<Option<Exit>, Finding> {
    let engine = desk.engine(&query.launch.call).await?;
    match target::find(query, outline, &engine, desk).await? {
        Target::Running(place) => {
            Ok(Some(enter::enter(&place, query, &outline.secrets, &engine, desk).await))
        }
        Target::New => Ok(None),
    }
}

/// Prints what would be done where nobody is asked what runs: a service is launched, any other word is a container.
fn offline(query: &ShellQuery, outline: &Outline, desk: &Desk<'_>) -> Exit {
    match (&query.launch.positional, &outline.service) {
        (Some(word), None) if !query.new => {
            desk.ui.assumed(&format!("the container {word} runs"));
            enter::shown(word, query, &outline.secrets, desk)
        }
        (_, Some(service)) if !query.new => {
            desk.ui.assumed(&format!("no container of {service} runs: one would be entered"));
            new::launch(query, desk)
        }
        _ => new::launch(query, desk),
    }
}
