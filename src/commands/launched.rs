//! Which container a verb is about: one that is named, or the only one of a service.

use super::asker;
use crate::engine::{ContainerState, Engine, EngineError, StackContainer, Underway};
use crate::finding::{Code, Finding};
use crate::values::{self, ContainerName, Value as _};

/// Which containers a service's name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// All of the service.
    All,
    /// Those that run.
    Running,
}

impl Among {
    /// The verb that lists them.
    fn list(self) -> &'static str {
        match self {
            Self::All => "dynrun ps -a",
            Self::Running => "dynrun ps",
        }
    }
}

/// What a word is about: a container, or all those of a stack.
#[derive(Debug)]
pub(super) enum About {
    Container(Box<ContainerState>),
    Stack(Vec<StackContainer>),
}

/// Finds it. Where no container is meant, a stack may be.
pub(super) async fn about(word: &str, among: Among, engine: &Engine) -> Result<About, Finding> {
    if let Some(container) = find(word, among, engine).await? {
        return Ok(About::Container(Box::new(container)));
    }
    let failed = |error: EngineError| error.finding(&format!("look for the stack {word}"), engine.endpoint());
    // Of one letter there is no container, and may be a stack.
    let stack = match values::is_name(word) {
        true => engine.stack_containers(Some(word)).await.map_err(failed)?,
        false => Vec::new(),
    };
    if stack.is_empty() { Err(not_found(word, among, engine).await) } else { Ok(About::Stack(stack)) }
}

/// Finds it; that there is none is an error.
pub(super) async fn container(word: &str, among: Among, engine: &Engine) -> Result<ContainerState, Finding> {
    match find(word, among, engine).await? {
        Some(found) => Ok(found),
        None => Err(not_found(word, among, engine).await),
    }
}

/// Finds it. A container's name goes before a service's, and both before the beginning of an id.
pub(super) async fn find(
    word: &str,
    among: Among,
    engine: &Engine,
) -> Result<Option<ContainerState>, Finding> {
    let failed =
        |error: EngineError| error.finding(&format!("look for the container {word}"), engine.endpoint());
    if !is_name(word) {
        return Ok(None);
    }
    let held = engine.container(word.trim_start_matches('/')).await.map_err(failed)?;
    if held.as_ref().is_some_and(|held| held.name == word.trim_start_matches('/')) {
        return Ok(held);
    }
    let of_service = engine.launched_containers(among == Among::All, Some(word)).await.map_err(failed)?;
    match (of_service.as_slice(), held) {
        ([], held) => Ok(held),
        ([one], _) => engine.container(&one.id).await.map_err(failed),
        (several, _) => {
            let message = format!("there are {} containers of the service {word}", several.len());
            let finding = Finding::error(Code::NoContainer, message);
            let lines = several.iter().map(|one| format!("{}: {}", one.name, one.status));
            Err(lines.fold(finding, Finding::noted).help("say which, by its name"))
        }
    }
}

/// The finding that there is none: with the name that is near, or that the service's have ended. Both are help alone:
/// where the engine does not tell, there is neither.
pub(super) async fn not_found(word: &str, among: Among, engine: &Engine) -> Finding {
    if !values::is_name(word) {
        return missing(word).help(among.list());
    }
    let of_stack = engine.stack_containers(Some(word)).await.unwrap_or_default();
    if !of_stack.is_empty() {
        let mut names: Vec<&str> = of_stack.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        return missing(word).help(format!("it is a stack: say which of it, {}", names.join(", ")));
    }
    let launched = engine.launched_containers(true, None).await.unwrap_or_default();
    if among == Among::Running && launched.iter().any(|one| one.service == word) {
        let message = format!("no container of the service {word} runs");
        return Finding::error(Code::NoContainer, message).help(Among::All.list());
    }
    let names: Vec<String> = match among {
        Among::All => launched.into_iter().map(|one| one.name).collect(),
        Among::Running => {
            let running = engine.running_containers().await.unwrap_or_default();
            running.into_iter().map(|one| one.name).filter(|name| !name.is_empty()).collect()
        }
    };
    let near = names.iter().map(String::as_str);
    missing(word).near(word.trim_start_matches('/'), near).help(among.list())
}

/// What a container is called in what is printed: by the word that was said, or by its own name where that was a service's.
pub(super) fn called(word: &str, state: ContainerState) -> String {
    let said = word.trim_start_matches('/');
    let is_itself = said == state.name || state.id.starts_with(said);
    if is_itself { word.to_owned() } else { state.name }
}

/// The replacement that is on its way of what a word is about: by its name, its service or its stack, or by the container
/// that was found for it.
pub(super) fn replaced_now<'u>(
    word: &str,
    found: Option<&ContainerState>,
    underway: &'u [Underway],
) -> Option<&'u Underway> {
    let word = word.trim_start_matches('/');
    underway.iter().find(|one| {
        let is_found = found.is_some_and(|found| [&one.of, &one.name].contains(&&found.name));
        is_found || [&one.of, &one.name, &one.service, &one.stack].iter().any(|name| *name == word)
    })
}

/// Sees to it that no other dynrun replaces just now what a word is about.
///
/// # Errors
/// One does.
pub(super) fn left_in_peace(
    word: &str,
    found: Option<&ContainerState>,
    underway: &[Underway],
) -> Result<(), Finding> {
    replaced_now(word, found, underway).map_or(Ok(()), |one| Err(being_replaced(one)))
}

/// The finding for a container that another dynrun replaces just now: it and the new one are that one's.
pub(super) fn being_replaced(Underway { of, pid, .. }: &Underway) -> Finding {
    let message = format!("another dynrun, process {pid}, is replacing the container {of}");
    Finding::error(Code::NoContainer, message)
        .help("wait until that one is done, and say it again")
        .help(format!("or call it off, and the old one is back: kill -INT {pid}"))
}

/// The replacements by others that are on their way.
pub(super) async fn underway(engine: &Engine) -> Result<Vec<Underway>, Finding> {
    let found = engine.underway(&asker(engine)).await;
    found.map_err(|error| error.finding("look for what is being replaced", engine.endpoint()))
}

fn is_name(word: &str) -> bool {
    ContainerName::parse(word).is_ok_and(|name| !name.is_empty())
}

fn missing(word: &str) -> Finding {
    Finding::error(Code::NoContainer, format!("there is no container `{word}`"))
}
