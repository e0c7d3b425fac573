//! `dynrun stop CONTAINER...`.

use super::{Desk, Exit, block_on};
use crate::cli::Stop;
use crate::engine::Engine;
use crate::finding::{Code, Finding, Findings};
use crate::values::{ContainerName, Value};

/// Stops every container that was named; one that cannot be stopped does not keep the others from it.
pub(super) fn run(stop: &Stop, desk: &Desk<'_>) -> Exit {
    let stopped = block_on(async {
        let engine = match desk.engine(&stop.call).await {
            Ok(engine) => engine,
            Err(finding) => return (Vec::new(), vec![finding]),
        };
        let (mut names, mut findings) = (Vec::new(), Findings::new());
        for name in &stop.containers {
            match stopped(name, stop.seconds, &engine).await {
                Ok(()) => names.push(name.as_str()),
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

async fn stopped(name: &str, seconds: Option<i32>, engine: &Engine) -> Result<(), Finding> {
    let missing = || Finding::error(Code::NoContainer, format!("there is no container `{name}`"));
    if !ContainerName::parse(name).is_ok_and(|name| !name.is_empty()) {
        return Err(missing().help("dynrun ps"));
    }
    let name = name.trim_start_matches('/');
    let failed =
        |error: crate::engine::EngineError| error.finding(&format!("stop {name}"), engine.endpoint());
    let Some(state) = engine.container(name).await.map_err(failed)? else {
        // A name that is near is help alone: where the engine does not tell, there is none.
        let running = engine.running_containers().await.unwrap_or_default();
        let names = running.iter().map(|container| container.name.as_str()).filter(|name| !name.is_empty());
        return Err(missing().near(name, names).help("dynrun ps"));
    };
    engine.stop(&state.id, seconds).await.map_err(failed)?;
    if state.auto_remove {
        engine.gone(&state.id).await.map_err(failed)?;
    }
    Ok(())
}
