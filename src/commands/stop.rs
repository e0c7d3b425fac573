//! `dynrun stop CONTAINER...`.

use super::launched::{self, About, Among};
use super::lowered::{Fate, Lowered, lowered};
use super::{Desk, Exit, block_on};
use crate::cli::Stop;
use crate::engine::{Engine, EngineError, StackContainer, Underway};
use crate::finding::{Code, Finding, Findings};

/// Stops every container that was named; one that cannot be stopped does not keep the others from it.
pub(super) fn run(stop: &Stop, desk: &Desk<'_>) -> Exit {
    let stopped = block_on(async {
        let engine = match desk.engine(&stop.call).await {
            Ok(engine) => engine,
            Err(finding) => return (Vec::new(), vec![finding]),
        };
        let (mut names, mut findings, mut found) = (Vec::new(), Findings::new(), Vec::new());
        let underway = match launched::underway(&engine).await {
            Ok(underway) => underway,
            Err(finding) => return (names, vec![finding]),
        };
        for word in &stop.containers {
            match about(word, &underway, &engine).await {
                Ok(about) => found.push((word.as_str(), about)),
                Err(finding) => findings.push(finding),
            }
        }
        if let Some(both) = stack_and_one_of_it(&found) {
            return (names, vec![both]);
        }
        for (word, about) in found {
            match stopped(word, about, stop.seconds, &engine).await {
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

/// What a word is about; of what another dynrun replaces neither the old one nor the new one is to be stopped alone.
async fn about(word: &str, underway: &[Underway], engine: &Engine) -> Result<About, Finding> {
    launched::left_in_peace(word, None, underway)?;
    let about = launched::about(word, Among::Running, engine).await?;
    if let About::Container(state) = &about {
        launched::left_in_peace(word, Some(state), underway)?;
    }
    Ok(about)
}

/// The finding for a stack beside one of its containers: who means that one alone would lose all the others.
fn stack_and_one_of_it(found: &[(&str, About)]) -> Option<Finding> {
    let stacks = found.iter().filter_map(|(word, about)| match about {
        About::Stack(stack) => Some((word, stack)),
        About::Container(_) => None,
    });
    let one_of = |stack: &[StackContainer]| {
        found.iter().find_map(|(word, about)| match about {
            About::Container(one) if stack.iter().any(|member| member.id == one.id) => Some((word, one)),
            About::Container(_) | About::Stack(_) => None,
        })
    };
    stacks.into_iter().find_map(|(stack, members)| {
        let (word, one) = one_of(members)?;
        let message =
            format!("{word} is one of the stack {stack}, all of which would stop; nothing was stopped");
        let finding =
            Finding::error(Code::Usage, message).help(format!("it alone: dynrun stop {}", one.name));
        Some(finding.help(format!("all of them: dynrun stop {stack}")))
    })
}

/// Stops one, or all of a stack; what it is called in what is printed: the word that was said, or its own name where that
/// was a service's.
async fn stopped(
    word: &str,
    about: About,
    seconds: Option<i32>,
    engine: &Engine,
) -> Result<Lowered, Finding> {
    let failed = |error: EngineError| error.finding(&format!("stop {word}"), engine.endpoint());
    let state = match about {
        About::Container(state) => state,
        About::Stack(stack) => return Ok(lowered(engine, &stack, Fate::Stopped, seconds).await),
    };
    engine.stop(&state.id, seconds).await.map_err(failed)?;
    if state.auto_remove {
        engine.gone(&state.id).await.map_err(failed)?;
    }
    Ok(Lowered { down: vec![launched::called(word, *state)], findings: Findings::new() })
}
