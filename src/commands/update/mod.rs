//! `dynrun update`: the launch of a container once more, of another image or with other words, in its place. The
//! transaction is that of `--if-exists replace`: until the new one is ready, the old one comes back.

mod repeated;

use super::launched::{self, Among};
use super::launching::{PATIENCE, PAUSE, waiting};
use super::planned::{planned_as, request};
use super::run::{carried_out, refused};
use super::{Desk, Exit, block_on};
use crate::cli::Update;
use crate::config::{self, Layer, Request, Settled, Surroundings};
use crate::engine::{ContainerState, Engine, Record, short_id};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{ROWS, Row};
use crate::spec::{self, ImageSource, LaunchSpec};
use crate::values::{Pull, Ready, Text, Value as _, Wait};
use repeated::Repeated;
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// What an update says where neither the container nor the caller does.
const OWN: Origin = Origin::Rule("as an update has it");

/// Options that change how an update goes, and nothing of the container.
const OF_THE_CALL: [&str; 6] = ["wait", "ready", "pull", "quiet", "port-policy", "cidfile"];

/// The word for no service.
const NO_SERVICE: &str = "none";

/// A container that is to be updated.
struct There {
    state: ContainerState,
    record: Record,
    /// As the engine tells of it, and of its image where that is still there.
    portrait: (Value, Option<Value>),
    /// The namespace of control groups that the engine gives by itself, where it tells.
    cgroupns: Option<&'static str>,
}

/// Updates it, or prints what would be done.
pub(super) fn run(update: &Update, desk: &Desk<'_>) -> Exit {
    let launch = &update.launch;
    let there = match block_on(found(update, desk)).and_then(|found| found) {
        Ok(there) => there,
        Err(finding) => return refused(&[finding], launch, desk),
    };
    let mut said = Findings::new();
    let planned = planned(&there, update, desk, &mut said);
    desk.ui.findings(&said);
    let spec = match planned {
        Ok(spec) => spec,
        Err(findings) => return refused(&findings, launch, desk),
    };
    if launch.call.dry_run.is_some() {
        steps(&spec, &there.state).iter().for_each(|step| desk.ui.note(step));
    }
    carried_out(spec, &[], launch, desk)
}

/// Finds the container, which dynrun has to have launched.
async fn found(update: &Update, desk: &Desk<'_>) -> Result<There, Finding> {
    let engine = desk.engine(&update.launch.call).await?;
    others_are_done(&update.container, &engine, desk).await?;
    let state = launched::container(&update.container, Among::Running, &engine).await?;
    let Some(record) = state.record() else {
        let message = format!("dynrun did not launch the container {}, and cannot repeat it", state.name);
        let import = format!("to launch it with dynrun: dynrun import --container {}", state.name);
        return Err(Finding::error(Code::NotUpdated, message).help(import));
    };
    let portrait = engine.portrayed(&state.id).await;
    let portrait = portrait.map_err(|error| error.finding("inspect the container", engine.endpoint()))?;
    let portrait = portrait.ok_or_else(|| Finding::error(Code::NoContainer, "the container is gone"))?;
    let cgroupns = engine.info().await.ok().and_then(|info| info.cgroupns);
    Ok(There { state, record, portrait, cgroupns })
}

/// Waits for another dynrun that replaces the container just now, as a launch of the same name does.
async fn others_are_done(word: &str, engine: &Engine, desk: &Desk<'_>) -> Result<(), Finding> {
    let (until, mut is_told) = (Instant::now() + PATIENCE, false);
    loop {
        let underway = launched::underway(engine).await?;
        let Some(one) = launched::replaced_now(word, None, &underway) else { return Ok(()) };
        if Instant::now() > until {
            return Err(launched::being_replaced(one));
        }
        if !is_told {
            desk.ui.note(&waiting(&one.of, one.pid));
            is_told = true;
        }
        sleep(PAUSE).await;
    }
}

/// The launch of the new one.
fn planned(
    there: &There,
    update: &Update,
    desk: &Desk<'_>,
    said: &mut Findings,
) -> Result<LaunchSpec, Findings> {
    let Update { launch, .. } = update;
    let repeated = repeated::repeated(there, said)?;
    let request = requested(there, repeated, update, desk, said);
    let stack = there.record.stack.clone();
    let as_recorded = |settled: &mut Settled| {
        let env = there.record.words("env");
        let names = std::mem::take(&mut settled.secrets);
        settled.secrets = names.with_hidden(env.iter().map(String::as_str));
        if let Some(service) = &mut settled.service {
            service.stack = stack;
        }
    };
    let mut spec = planned_as(&request, as_recorded, launch, desk, said)?;
    let is_said =
        |row: &&Row| !OF_THE_CALL.contains(&row.name) && !(row.slots.words)(&launch.options).is_empty();
    let is_changed = ROWS.iter().any(|row| is_said(&row)) || !launch.command.is_empty();
    spec.update = Some(spec::Update { is_changed });
    Ok(spec)
}

/// What the configuration is asked: what the container has, and over it what the caller says. Of what the configuration
/// itself says, nothing counts but how the image is made and what the launch is judged by.
fn requested(
    there: &There,
    repeated: Repeated,
    update: &Update,
    desk: &Desk<'_>,
    said: &mut Findings,
) -> Request {
    let Update { launch, .. } = update;
    let plain = known(there, &request(launch, desk), desk, said);
    let configured = configured(&plain, desk);
    let Repeated { mut options, mut command } = repeated;
    let is_configured = |settled: &Settled| settled.options.image.get() == options.image.get();
    let configured = configured.filter(is_configured);
    if configured.is_some() {
        options.image.clear();
    }
    // Of another image the configuration's own command may not count; the container has it, and keeps it.
    let is_same_image = launch.options.image.get().is_none();
    if is_same_image && configured.as_ref().is_some_and(|settled| settled.command == command) {
        command.clear();
    }
    let is_own_command = !command.is_empty();
    wait(&mut options, there, is_own_command);
    options.lay_over(&launch.options);
    if options.wait.get() == Some(&Wait::Off) {
        options.ready.retain(|said| said.origin != Origin::REPEATED);
    }
    let is_left = |row: &&Row| match row.name {
        "image" => options.image.get().is_none(),
        "ready" => there.record.wait.is_none(),
        name => name == "reset",
    };
    let names = ROWS.iter().filter(|row| !is_left(row)).map(|row| row.name).collect::<Vec<_>>();
    names.into_iter().for_each(|name| options.reset.push(Text(name.to_owned()), OWN));
    let command = if launch.command.is_empty() { command } else { launch.command.clone() };
    Request { options, command, proxies: Vec::new(), ..plain }
}

/// The request for the service and the profile of the container. What is not known here does not count, and that is said.
fn known(there: &There, request: &Request, desk: &Desk<'_>, said: &mut Findings) -> Request {
    let Record { service, profile, .. } = &there.record;
    let of = |service: Option<&String>, profile: Option<&String>| Request {
        service: Some(service.map_or(NO_SERVICE, String::as_str).to_owned()),
        profile: profile.cloned().or_else(|| Some("bare".to_owned())),
        options: Layer::default(),
        command: Vec::new(),
        ..request.clone()
    };
    let is_known = |request: &Request| config::outline(request, desk.host).is_ok();
    let all = [(service.as_ref(), profile.as_ref()), (service.as_ref(), None), (None, profile.as_ref())];
    let found = all.into_iter().find(|(service, profile)| is_known(&of(*service, *profile)));
    let (service_known, profile_known) = found.unwrap_or((None, None));
    for (kind, name, is_known) in
        [("service", service, service_known.is_some()), ("profile", profile, profile_known.is_some())]
    {
        if let Some(name) = name.as_ref().filter(|_| !is_known) {
            let message = format!("no file declares the {kind} {name} any more: its rules do not count");
            said.push(Finding::warning(Code::NotUpdated, message));
        }
    }
    of(service_known, profile_known)
}

/// What the configuration alone says of that service; none where it says too little.
fn configured(plain: &Request, desk: &Desk<'_>) -> Option<Settled> {
    let request = Request { surroundings: Surroundings::AsFound, ..plain.clone() };
    plain.service.as_ref().filter(|name| *name != NO_SERVICE)?;
    config::settle(&request, desk.host).ok().map(|(settled, _)| settled)
}

/// An update is done once the new one is ready: as the old one was waited for, else as long as any.
fn wait(options: &mut Layer, there: &There, is_own_command: bool) {
    if options.wait.get().is_none() {
        options.wait.set(Wait::On, OWN);
    }
    // Nobody knows what a command of its own opens: what was asked the last time is asked again.
    let again = if is_own_command { &there.record.ready } else { &there.record.said_ready };
    let again = again.iter().filter_map(|word| Ready::parse(word).ok());
    again.for_each(|ready| options.ready.push(ready, Origin::REPEATED));
    if options.pull.get().is_none() {
        options.pull.set(Pull::Newer, OWN);
    }
}

/// What will be done, a line each.
fn steps(spec: &LaunchSpec, old: &ContainerState) -> Vec<String> {
    let (name, image) = (&old.name, spec.image.reference.tagged());
    let first = match spec.image.source {
        ImageSource::OwnBinary => format!("{image} is made from dynrun itself, unless it is there"),
        ImageSource::Engine(Pull::Never) => format!("{image} has to be there"),
        ImageSource::Engine(Pull::Missing) => format!("{image} is pulled, unless it is there"),
        ImageSource::Engine(Pull::Always) => format!("{image} is pulled"),
        ImageSource::Engine(Pull::Newer) => format!("{image} is pulled, where its registry has another one"),
    };
    let shared = spec.shared();
    let then = match &shared {
        _ if !old.running => format!("{name} does not run: it gets another name"),
        None => format!("{name} gets another name, and runs on"),
        Some(shared) => format!("{name} is stopped: old and new cannot both have {shared}"),
    };
    let readiness = spec.lifecycle.readiness();
    let waited = readiness.map_or_else(String::new, |readiness| format!(", and waited for {readiness}"));
    let old_id = short_id(&old.id);
    vec![
        format!("1. {first}"),
        format!("2. {then}"),
        format!("3. the new {name} is launched{waited}"),
        format!("4. the old one, {old_id}, is removed; whatever fails before that, it is back"),
    ]
}
