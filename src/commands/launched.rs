//! Which container a verb is about: one that is named, or the only one of a service.

use crate::engine::{ContainerState, Engine, EngineError};
use crate::finding::{Code, Finding};
use crate::values::{ContainerName, Value as _};

/// Finds it. A container's name goes before a service's, and both before the beginning of an id.
pub(super) async fn container(word: &str, engine: &Engine) -> Result<ContainerState, Finding> {
    let failed =
        |error: EngineError| error.finding(&format!("look for the container {word}"), engine.endpoint());
    let missing = || Finding::error(Code::NoContainer, format!("there is no container `{word}`"));
    if !ContainerName::parse(word).is_ok_and(|name| !name.is_empty()) {
        return Err(missing().help("dynrun ps -a"));
    }
    let held = engine.container(word.trim_start_matches('/')).await.map_err(failed)?;
    if held.as_ref().is_some_and(|held| held.name == word.trim_start_matches('/')) {
        return held.ok_or_else(missing);
    }
    let of_service = engine.launched_containers(true, Some(word)).await.map_err(failed)?;
    match (of_service.as_slice(), held) {
        ([], Some(held)) => Ok(held),
        ([], None) => {
            let all = engine.launched_containers(true, None).await.unwrap_or_default();
            Err(missing().near(word, all.iter().map(|one| one.name.as_str())).help("dynrun ps -a"))
        }
        ([one], _) => engine.container(&one.id).await.map_err(failed)?.ok_or_else(missing),
        (several, _) => {
            let message = format!("there are {} containers of the service {word}", several.len());
            let finding = Finding::error(Code::NoContainer, message);
            let lines = several.iter().map(|one| format!("{}: {}", one.name, one.status));
            Err(lines.fold(finding, Finding::noted).help("say which, by its name"))
        }
    }
}
