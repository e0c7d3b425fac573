//! `dynrun down [STACK...]`.

use super::lowered::{Fate, Lowered, lowered};
use super::{Desk, Exit, block_on};
use crate::cli::Down;
use crate::engine::{Engine, EngineError, StackContainer, StackNetwork};
use crate::finding::{Code, Finding, Findings};
use std::collections::BTreeSet;

/// What an engine has of a stack.
struct Found {
    containers: Vec<StackContainer>,
    networks: Vec<StackNetwork>,
}

/// Takes every stack down that was named, once all of them are known to be stacks; one that cannot be taken down does not
/// keep the others.
pub(super) fn run(down: &Down, desk: &Desk<'_>) -> Exit {
    let done = block_on(async {
        let engine = desk.engine(&down.call).await.map_err(|finding| vec![finding])?;
        let found = found(down, &engine).await?;
        Ok(taken_down(&found, down.seconds, &engine).await)
    });
    let lowered = match done {
        Ok(Ok(lowered)) => lowered,
        Ok(Err(findings)) => Lowered { findings, ..Lowered::default() },
        Err(finding) => Lowered { findings: vec![finding], ..Lowered::default() },
    };
    let Lowered { down: gone, findings } = lowered;
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

/// What there is of each stack.
///
/// # Errors
/// A word is none's.
async fn found(down: &Down, engine: &Engine) -> Result<Vec<Found>, Findings> {
    let stacks = stacks(down, engine).await.map_err(|finding| vec![finding])?;
    let (mut all, mut findings) = (Vec::new(), Findings::new());
    for stack in &stacks {
        match held(stack, engine).await {
            Ok(Some(found)) => all.push(found),
            Ok(None) => findings.push(no_stack(stack, &stacks, engine).await),
            Err(error) => {
                findings.push(error.finding(&format!("look for the stack {stack}"), engine.endpoint()));
            }
        }
    }
    if findings.is_empty() { Ok(all) } else { Err(findings) }
}

async fn held(stack: &str, engine: &Engine) -> Result<Option<Found>, EngineError> {
    let containers = engine.stack_containers(Some(stack)).await?;
    let mut networks = engine.stack_networks(stack).await?;
    if containers.is_empty() && networks.is_empty() {
        return Ok(None);
    }
    networks.extend(engine.inherited_networks(stack).await?);
    Ok(Some(Found { containers, networks }))
}

/// The finding for a word that is no stack's: with the stacks that there are, or that it is a service of one that was named,
/// all of which would be gone.
async fn no_stack(word: &str, named: &[String], engine: &Engine) -> Finding {
    let containers = engine.stack_containers(None).await.unwrap_or_default();
    let is_it =
        |one: &&StackContainer| (one.service == word || one.name == word) && named.contains(&one.stack);
    if let Some(StackContainer { name, stack, .. }) = containers.iter().find(is_it) {
        let message =
            format!("{word} is one of the stack {stack}, all of which would be taken down; nothing was");
        return Finding::error(Code::Usage, message)
            .help(format!("it alone: dynrun rm -f {name}"))
            .help(format!("all of them: dynrun down {stack}"));
    }
    let stacks: BTreeSet<&str> = containers.iter().map(|one| one.stack.as_str()).collect();
    let stacks: Vec<&str> = stacks.into_iter().collect();
    let message = format!("the engine has nothing of a stack `{word}`");
    let finding = Finding::error(Code::UnknownStack, message).near(word, stacks.iter().copied());
    let finding = if named.len() > 1 { finding.noted("nothing was taken down") } else { finding };
    if stacks.is_empty() { finding } else { finding.help(format!("it has {}", stacks.join(", "))) }
}

/// All containers first: a network may be several stacks'.
async fn taken_down(found: &[Found], seconds: Option<i32>, engine: &Engine) -> Lowered {
    let mut all = Lowered::default();
    for Found { containers, .. } in found {
        let done = lowered(engine, containers, Fate::Removed, seconds).await;
        all.down.extend(done.down);
        all.findings.extend(done.findings);
    }
    let mut networks: Vec<StackNetwork> = Vec::new();
    for network in found.iter().flat_map(|one| &one.networks) {
        if !networks.contains(network) {
            networks.push(network.clone());
        }
    }
    all.with_networks(engine, &networks).await
}
