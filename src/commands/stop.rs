//! `dynrun stop CONTAINER...`.

use super::launched::{self, About, Among};
use super::lowered::{Fate, Lowered, lowered};
use super::{Desk, Exit, block_on};
use crate::cli::Stop;
use crate::engine::{Engine, EngineError};
use crate::finding::{Finding, Findings};

/// Stops every container that was named; one that cannot be stopped does not keep the others from it.
pub(super) fn run(stop: &Stop, desk: &Desk<'_>) -> Exit {
    let stopped = block_on(async {
        let engine = match desk.engine(&stop.call).await {
            Ok(engine) => engine,
            Err(finding) => return (Vec::new(), vec![finding]),
        };
        let (mut names, mut findings) = (Vec::new(), Findings::new());
        for word in &stop.containers {
            match stopped(word, stop.seconds, &engine).await {
                Ok(stopped) => {
                    names.extend(stopped.down);
                    findings.extend(stopped.findings);
                }
                Err(finding) => findings.push(finding),
            }
        }
        (names, findings)
    });
    let (names, findings) = match stopped {
        Ok(stopped) => stopped,
        Err(finding) => (Vec::new(), vec![finding]),
    };
    let exit = if findings.is_empty() { Exit::Fine } else { desk.refuse(&findings, Exit::Problem) };
    if names.is_empty() { exit } else { desk.print(&names.join("\n"), exit) }
}

/// Stops one, or all of a stack; what it is called in what is printed: the word that was said, or its own name where that
/// was a service's.
async fn stopped(word: &str, seconds: Option<i32>, engine: &Engine) -> Result<Lowered, Finding> {
    let failed = |error: EngineError| error.finding(&format!("stop {word}"), engine.endpoint());
    let state = match launched::about(word, Among::Running, engine).await? {
        About::Container(state) => state,
        About::Stack(stack) => return Ok(lowered(engine, &stack, Fate::Stopped, seconds).await),
    };
    engine.stop(&state.id, seconds).await.map_err(failed)?;
    if state.auto_remove {
        engine.gone(&state.id).await.map_err(failed)?;
    }
    Ok(Lowered { down: vec![launched::called(word, *state)], findings: Findings::new() })
}
