//! `--if-exists`: what a launch does about a container that has its name.

use super::Desk;
use crate::engine::{Engine, Identity, Launched, Namesake, Step};
use crate::finding::{Code, Finding, Findings};
use crate::ready::until_ready;
use crate::spec::{LaunchSpec, Lifecycle};
use crate::ui;
use crate::values::IfExists;

/// What a launch does about its name.
pub(super) enum Way {
    /// Nothing: nobody has it, or the create finds out who.
    Free,
    /// It takes the container that has it.
    Reuse(Namesake),
    /// It takes that container's place.
    Replace(Namesake),
}

/// Decides it. Only what dynrun launched is reused or replaced, and reused only where it is what is asked for.
pub(super) async fn way(engine: &Engine, spec: &LaunchSpec, identity: &Identity) -> Result<Way, Findings> {
    if spec.if_exists == IfExists::Fail {
        return Ok(Way::Free);
    }
    let failed =
        |error: crate::engine::EngineError| vec![error.finding("look for the name", engine.endpoint())];
    let Some(namesake) = engine.namesake(spec).await.map_err(failed)? else { return Ok(Way::Free) };
    let name = &namesake.state.name;
    if !namesake.is_dynruns() {
        let message = format!("the container {name} is not dynrun's to reuse or to replace");
        return Err(vec![namesake.refused(message, spec).help(format!("docker rm -f {name}"))]);
    }
    if spec.if_exists == IfExists::Replace {
        return Ok(Way::Replace(namesake));
    }
    let differences = engine.differences(&namesake, spec, identity).await.map_err(|finding| vec![finding])?;
    if differences.is_empty() {
        return Ok(Way::Reuse(namesake));
    }
    let finding = namesake.refused(format!("the container {name} is not what is asked for"), spec);
    let finding = differences.into_iter().fold(finding, Finding::noted);
    Err(vec![finding.help("let a new one take its place: --if-exists replace")])
}

/// Takes a container in the place of a new one; where it is to be ready, once it is.
pub(super) async fn reused(
    engine: &Engine,
    namesake: Namesake,
    spec: &LaunchSpec,
    desk: &Desk<'_>,
) -> Result<Launched, Findings> {
    let fresh = engine.taken_up(&namesake, spec).await.map_err(|finding| vec![finding])?;
    let id = fresh.id.clone();
    if let Lifecycle::Detached { readiness: Some(readiness), .. } = &spec.lifecycle {
        desk.ui.note(&ui::step(Step::Waiting(readiness)));
        until_ready(engine, spec, readiness, fresh).await?;
    }
    let message = format!("the container {} is reused", namesake.state.name);
    desk.ui.findings(&[Finding::note(Code::Reused, message)]);
    Ok(Launched { id, warnings: Vec::new(), session: None })
}
