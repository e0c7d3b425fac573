//! Where a shell is to be: in which of the running containers, or in a new one.

use crate::cli::ShellQuery;
use crate::commands::Desk;
use crate::config::Outline;
use crate::engine::{ContainerState, Engine, RunningContainer, short_id};
use crate::finding::{Code, Finding};
use crate::host::Owner;
use crate::ui::table;
use crate::values::{ContainerName, Value as _};

/// Where a shell is to be.
pub(super) enum Target {
    /// In a container that runs.
    Running(Place),
    /// In one that is to be launched.
    New,
}

/// A container to enter.
pub(super) struct Place {
    /// Its id.
    pub(super) id: String,
    /// Its name; the beginning of its id where it has none.
    pub(super) name: String,
    /// The service that was asked for, where the container was chosen by it.
    pub(super) service: Option<String>,
}

/// Finds out. A container's own name goes before a service's, and both before the beginning of an id.
///
/// # Errors
/// Nothing is called so, the container does not run, or the engine does not tell.
pub(super) async fn find(
    query: &ShellQuery,
    outline: &Outline,
    engine: &Engine,
    desk: &Desk<'_>,
) -> Result<Target, Finding> {
    let Some(word) = &query.launch.positional else {
        return by_service(query, outline, engine, desk).await;
    };
    let held = held(word, engine).await?;
    let named = held.as_ref().filter(|held| held.name == word.trim_start_matches('/'));
    match (named, &outline.service, held.as_ref()) {
        (Some(held), service, _) if held.running => {
            if service.is_some() {
                desk.ui.note(&format!("{word} is a container and a service: the container is entered"));
                desk.ui.note(&format!("the service: dynrun shell --service {word}"));
            }
            running(held)
        }
        (_, Some(_), _) => by_service(query, outline, engine, desk).await,
        (_, None, Some(held)) => running(held),
        (_, None, None) => Err(match query.launch.stray_value() {
            Some(finding) => finding,
            None => query.launch.or_joined(unknown(word, outline, engine).await),
        }),
    }
}

/// The container of this name or id, or of an id that begins so.
async fn held(word: &str, engine: &Engine) -> Result<Option<ContainerState>, Finding> {
    if !ContainerName::parse(word).is_ok_and(|name| !name.is_empty()) {
        return Ok(None);
    }
    let found = engine.container(word.trim_start_matches('/')).await;
    found.map_err(|error| error.finding(&format!("look for the container {word}"), engine.endpoint()))
}

/// A container that was named, if it can be entered.
fn running(held: &ContainerState) -> Result<Target, Finding> {
    let name = &held.name;
    let refused = |message: String| Finding::error(Code::NotRunning, message);
    if held.restarting {
        let finding = refused(format!("the container {name} ends again and again, and is being restarted"));
        return Err(finding.help(format!("see why: docker logs {name}")));
    }
    if held.paused {
        let finding = refused(format!("the container {name} is paused"));
        return Err(finding.help(format!("let it go on: docker unpause {name}")));
    }
    if !held.running {
        let finding = refused(format!("the container {name} does not run"));
        return Err(
            finding.help(format!("start it, then enter it: docker start {name}, dynrun shell {name}"))
        );
    }
    Ok(Target::Running(Place { id: held.id.clone(), name: name.clone(), service: None }))
}

/// The finding for a word that nothing is called by.
async fn unknown(word: &str, outline: &Outline, engine: &Engine) -> Finding {
    // A name that is near is help alone: where the engine does not tell, there is none.
    let running = engine.running_containers().await.unwrap_or_default();
    let names = running.iter().map(|container| container.name.as_str()).filter(|name| !name.is_empty());
    let known = outline.services.iter().map(String::as_str).chain(names);
    Finding::error(Code::NoContainer, format!("there is neither a service nor a container `{word}`"))
        .near(word, known)
        .help("docker ps lists the containers that run")
        .help(format!("a service in a new one: dynrun shell SERVICE, of {}", outline.services.join(", ")))
}

/// The newest running container of the service that this machine launched; a new one where there is none.
async fn by_service(
    query: &ShellQuery,
    outline: &Outline,
    engine: &Engine,
    desk: &Desk<'_>,
) -> Result<Target, Finding> {
    let Some(service) = &outline.service else { return Ok(Target::New) };
    let found = engine
        .all_running_containers()
        .await
        .map_err(|error| error.finding(&format!("look for containers of {service}"), engine.endpoint()))?;
    let machine = Owner::read().machine;
    let (ours, others): (Vec<_>, Vec<_>) = candidates(found, service, query.launch.call.profile.as_deref())
        .into_iter()
        .partition(|container| container.machine.as_ref().is_none_or(|launcher| *launcher == machine));
    for other in others {
        let name = called(&other);
        desk.ui.note(&format!("{name} runs {service}, launched from another machine: dynrun shell {name}"));
    }
    let Some(newest) = ours.first() else {
        desk.ui.note(&format!("no container of {service} runs: a new one is launched"));
        return Ok(Target::New);
    };
    let name = called(newest);
    match ours.len() {
        1 => desk.ui.note(&format!("entering {name}, which runs {service}")),
        count => {
            for line in listed(&ours, desk.host.now.as_secs()).lines() {
                desk.ui.note(line);
            }
            let message = format!("entering {name}, the newest of {count} that run {service}");
            desk.ui.note(&format!("{message}; another: dynrun shell NAME"));
        }
    }
    let state = held(&newest.id, engine).await?;
    match state.as_ref().map(running) {
        Some(Ok(_)) => {}
        Some(Err(finding)) => return Err(finding),
        // It has ended since.
        None => return Ok(Target::New),
    }
    Ok(Target::Running(Place { id: newest.id.clone(), name, service: Some(service.clone()) }))
}

/// The containers of a service, the newest first, and of one profile where the caller names one.
fn candidates(found: Vec<RunningContainer>, service: &str, profile: Option<&str>) -> Vec<RunningContainer> {
    let is_one = |container: &RunningContainer| {
        container.service.as_deref() == Some(service)
            && profile.is_none_or(|profile| container.profile.as_deref() == Some(profile))
    };
    let mut candidates: Vec<RunningContainer> = found.into_iter().filter(is_one).collect();
    candidates.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.name.cmp(&b.name)));
    candidates
}

fn called(container: &RunningContainer) -> String {
    let id = short_id(&container.id);
    if container.name.is_empty() { id.to_owned() } else { container.name.clone() }
}

/// The candidates, a line each, under a head.
fn listed(candidates: &[RunningContainer], now: u64) -> String {
    let head = ["NAME", "SERVICE", "PROFILE", "AGE", "IMAGE"].map(str::to_owned);
    let line = |container: &RunningContainer| {
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let since = now.saturating_sub(u64::try_from(container.created).unwrap_or_default());
        [
            called(container),
            word(&container.service),
            word(&container.profile),
            age(since),
            container.image.clone(),
        ]
    };
    table(&std::iter::once(head).chain(candidates.iter().map(line)).collect::<Vec<_>>())
}

/// Seconds in the largest unit that they fill.
fn age(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3600, "h"), (60, "min")];
    let unit = UNITS.iter().find(|(size, _)| seconds >= *size);
    unit.map_or(format!("{seconds} s"), |(size, name)| format!("{} {name}", seconds / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(name: &str, service: &str, profile: &str, created: i64) -> RunningContainer {
        RunningContainer {
            id: "0123456789abcdef".to_owned(),
            name: name.to_owned(),
            service: Some(service.to_owned()),
            profile: Some(profile.to_owned()),
            machine: None,
            image: "dynamo:latest-vllm".to_owned(),
            created,
            published: Vec::new(),
            networks: Vec::new(),
        }
    }

    #[test]
    fn candidates_are_of_the_service_and_the_newest_is_the_first() {
        let found = vec![
            container("old", "inference", "dev", 10),
            container("gw", "gateway", "dev", 40),
            container("twin-b", "inference", "dev", 30),
            container("twin-a", "inference", "dev", 30),
            container("ci", "inference", "ci", 50),
        ];
        let names = |profile| {
            let chosen = candidates(found.clone(), "inference", profile);
            chosen.into_iter().map(|container| container.name).collect::<Vec<_>>()
        };
        assert_eq!(names(None), ["ci", "twin-a", "twin-b", "old"]);
        assert_eq!(names(Some("dev")), ["twin-a", "twin-b", "old"]);
        assert_eq!(names(Some("prod")), Vec::<String>::new());
    }

    #[test]
    fn the_list_tells_them_apart() {
        let candidates = [container("worker", "inference", "dev", 940), container("", "inference", "ci", 0)];
        let want = "NAME          SERVICE    PROFILE  AGE     IMAGE\n\
                    worker        inference  dev      1 min   dynamo:latest-vllm\n\
                    0123456789ab  inference  ci       16 min  dynamo:latest-vllm\n";
        assert_eq!(listed(&candidates, 1000), want);
    }

    #[test]
    fn an_age_has_one_unit() {
        for (seconds, want) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (86_399, "23 h"), (200_000, "2 d")]
        {
            assert_eq!(age(seconds), want);
        }
    }
}
