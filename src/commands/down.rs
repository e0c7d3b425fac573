//! `dynrun down [STACK...]`.

use super::lowered::{Fate, lowered};
use super::{Desk, Exit, block_on};
use crate::cli::Down;
use crate::engine::{Engine, EngineError};
use crate::finding::{Code, Finding, Findings};

/// Takes every stack down that was named; one that cannot be taken down does not keep the others.
pub(super) fn run(down: &Down, desk: &Desk<'_>) -> Exit {
    let done = block_on(async {
        let engine = desk.engine(&down.call).await.map_err(|finding| vec![finding])?;
        let mut all = (Vec::new(), Findings::new());
        for stack in stacks(down, &engine).await.map_err(|finding| vec![finding])? {
            match taken_down(&stack, down.seconds, &engine).await {
                Ok((gone, findings)) => {
                    all.0.extend(gone);
                    all.1.extend(findings);
                }
                Err(finding) => all.1.push(finding),
            }
        }
        Ok(all)
    });
    let (gone, findings) = match done {
        Ok(Ok(done)) => done,
        Ok(Err(findings)) => (Vec::new(), findings),
        Err(finding) => (Vec::new(), vec![finding]),
    };
    let exit = if findings.is_empty() { Exit::Fine } else { desk.refuse(&findings, Exit::Problem) };
    if gone.is_empty() { exit } else { desk.print(&gone.join("\n"), exit) }
}

/// The stacks that are meant: those that were named, else the only one there is.
async fn stacks(down: &Down, engine: &Engine) -> Result<Vec<String>, Finding> {
    if !down.stacks.is_empty() {
        return Ok(down.stacks.clone());
    }
    let failed = |error: EngineError| error.finding("look for stacks", engine.endpoint());
    let stacks: Vec<String> = engine.stacks().await.map_err(failed)?.into_iter().collect();
    match stacks.len() {
        0 => Err(Finding::error(Code::UnknownStack, "there is no stack: nothing is to be taken down")),
        1 => Ok(stacks),
        several => {
            let message = format!("there are {several} stacks: {}", stacks.join(", "));
            Err(Finding::error(Code::UnknownStack, message).help("say which: dynrun down STACK"))
        }
    }
}

async fn taken_down(
    stack: &str,
    seconds: Option<i32>,
    engine: &Engine,
) -> Result<(Vec<String>, Findings), Finding> {
    let failed =
        |error: EngineError| error.finding(&format!("look for the stack {stack}"), engine.endpoint());
    let containers = engine.stack_containers(Some(stack)).await.map_err(failed)?;
    let networks = engine.stack_networks(stack).await.map_err(failed)?;
    if containers.is_empty() && networks.is_empty() {
        let stacks: Vec<String> = engine.stacks().await.map_err(failed)?.into_iter().collect();
        let finding =
            Finding::error(Code::UnknownStack, format!("the engine has nothing of a stack `{stack}`"));
        let finding = finding.near(stack, stacks.iter().map(String::as_str));
        return Err(if stacks.is_empty() {
            finding
        } else {
            finding.help(format!("it has {}", stacks.join(", ")))
        });
    }
    let done = lowered(engine, &containers, Fate::Removed, seconds).await;
    let done = done.with_networks(engine, &networks).await;
    Ok((done.down, done.findings))
}
