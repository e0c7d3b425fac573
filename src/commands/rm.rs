//! `dynrun rm CONTAINER...`: docker's `rm`, for containers by their names, and for services.

use super::launched::{self, Among};
use super::{Desk, Exit, block_on};
use crate::cli::Rm;
use crate::engine::{ContainerState, Engine, EngineError, Underway};
use crate::finding::{Code, Finding, Findings, Level, refuses};

/// Removes every container that was named; one that cannot be removed does not keep the others from it.
pub(super) fn run(rm: &Rm, desk: &Desk<'_>) -> Exit {
    let removed = block_on(async {
        let engine = match desk.engine(&rm.call).await {
            Ok(engine) => engine,
            Err(finding) => return (Vec::new(), vec![finding]),
        };
        let (mut names, mut findings) = (Vec::new(), Findings::new());
        let underway = match launched::underway(&engine).await {
            Ok(underway) => underway,
            Err(finding) => return (names, vec![finding]),
        };
        for word in &rm.containers {
            match removed(word, rm, &underway, &engine).await {
                Ok(name) => names.push(name),
                Err(finding) => findings.push(finding),
            }
        }
        (names, findings)
    });
    let (names, findings) = removed.unwrap_or_else(|finding| (Vec::new(), vec![finding]));
    desk.ui.findings(&findings);
    let exit = if refuses(&findings) { Exit::Problem } else { Exit::Fine };
    if names.is_empty() { exit } else { desk.print(&names.join("\n"), exit) }
}

/// Removes one; what it is called in what is printed.
async fn removed(word: &str, rm: &Rm, underway: &[Underway], engine: &Engine) -> Result<String, Finding> {
    launched::left_in_peace(word, None, underway)?;
    let Some(state) = launched::find(word, Among::All, engine).await? else {
        let missing = launched::not_found(word, Among::All, engine).await;
        // Who forces it wants it gone, which it is; a word that was typed wrong is told all the same.
        return Err(if rm.force { Finding { level: Level::Warning, ..missing } } else { missing });
    };
    launched::left_in_peace(word, Some(&state), underway)?;
    if !rm.force && (state.running || state.restarting) {
        return Err(still_running(word, &state));
    }
    let removal = engine.discard(&state.id, rm.force, rm.volumes).await;
    let failed = |error: EngineError| error.finding(&format!("remove {word}"), engine.endpoint());
    removal.map_err(failed)?;
    Ok(launched::called(word, state))
}

fn still_running(word: &str, state: &ContainerState) -> Finding {
    let how = match (state.restarting, state.paused) {
        (true, _) => "is being started again",
        (false, true) => "is paused",
        (false, false) => "runs",
    };
    Finding::error(Code::StillRunning, format!("the container {} {how}", state.name))
        .help(format!("stop it first: dynrun stop {word}"))
        .help(format!("or kill and remove it: dynrun rm -f {word}"))
}
