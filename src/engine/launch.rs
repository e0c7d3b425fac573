//! A launch as a transaction: image, networks, create, attach, wait, and only then start. Whatever fails or is
//! cut short on the way goes through one clean-up path, after which the engine holds what it held before.

use super::container::{Attached, Wait};
use super::error::EngineError;
use super::image::Layer;
use super::labels::{self, Identity};
use super::made::{Made, Making};
use super::{Engine, anew, blame, body, cidfile, folder, gpus, joining, namesake, occupant, rights, volume};
use crate::finding::{Code, Finding, Origin};
use crate::spec::{LaunchSpec, Lifecycle, Readiness, Setting, Streams};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;

/// A step of a launch that takes long enough to be told.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// An image is pulled.
    Pulling(&'a str),
    /// Whoever keeps a registry's credentials failed, in these words: the registry is asked without.
    NoCredentials(&'a str),
    /// How far a layer is.
    Layer(Layer<'a>),
    /// Nothing has come of a pull for so long.
    Stalled(Duration),
    /// An image was pulled.
    Pulled {
        /// Its name.
        image: &'a str,
        /// Its digest, where the engine tells it.
        digest: Option<&'a str>,
    },
    /// An image is taken as it is here: whether there is a newer one cannot be told, or it cannot be had.
    Kept(&'a Finding),
    /// An image was not pulled, for this reason, and is built.
    NotPulled(&'a str),
    /// An image is built.
    Building {
        /// Its name.
        image: &'a str,
        /// The folder that it is built from.
        context: &'a Path,
    },
    /// A build has written a line.
    Output(&'a str),
    /// An image was built.
    Built(&'a str),
    /// An image is made.
    Making(&'a str),
    /// A network is taken away, to be made anew.
    NetworkTaken {
        /// Its name.
        name: &'a str,
        /// The line that makes it as it was.
        line: &'a str,
    },
    /// A network was created.
    NetworkCreated(&'a str),
    /// The container was started, and is waited for.
    Waiting(&'a Readiness),
}

/// A container that was started and is not ready yet.
#[derive(Debug)]
pub struct Fresh {
    /// Its id.
    pub id: String,
    /// What it writes, from its beginning on.
    pub output: Attached,
    /// Its end.
    pub wait: Option<Wait>,
}

/// Hears of the steps.
pub type Observer<'a> = &'a dyn Fn(Step<'_>);

/// Why a launch is to be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledOff {
    /// A signal came, of this number.
    Signal(i32),
    /// Its time is over.
    TimeLimit,
    /// Another one of its stack has failed.
    Stack,
}

/// What the caller has said of giving the launch up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Why it is to be given up; none until then.
    pub why: Option<CalledOff>,
    /// Whether that was said once more: then its clean-up is not waited for, either.
    pub is_urgent: bool,
}

impl Calls {
    /// Takes a reason in: the first one is the one that counts, and a signal after it is urgent.
    pub fn hear(&mut self, why: CalledOff) {
        match self.why {
            None => self.why = Some(why),
            Some(_) => self.is_urgent |= matches!(why, CalledOff::Signal(_)),
        }
    }
}

/// Says that the launch is to be given up.
pub type Cancel = watch::Receiver<Calls>;

/// A container that was started.
#[derive(Debug)]
pub struct Launched {
    /// Its id.
    pub id: String,
    /// Whether it was made for this launch, and not taken over from another one.
    pub is_new: bool,
    /// The engine's warnings.
    pub warnings: Vec<String>,
    /// Its streams and its end, in the foreground.
    pub session: Option<(Attached, Option<Wait>)>,
}

/// Why a launch failed. Nothing of it is left, unless a finding says so.
#[derive(Debug)]
pub enum LaunchError {
    /// It was refused or failed before the command ran.
    Failed(Vec<Finding>),
    /// The command is not in the image.
    NotFound(Finding),
    /// The command cannot be started.
    NotInvocable(Finding),
    /// It was called off first.
    Cancelled {
        /// Why.
        why: CalledOff,
        /// What could not be cleaned up.
        findings: Vec<Finding>,
    },
}

impl LaunchError {
    /// The same, with what could not be cleaned up after it. What is left counts for more than why there is no command.
    #[must_use]
    pub fn and(self, left: impl IntoIterator<Item = Finding>) -> Self {
        let left: Vec<Finding> = left.into_iter().collect();
        match self {
            error if left.is_empty() => error,
            Self::Failed(findings) => Self::Failed(findings.into_iter().chain(left).collect()),
            Self::Cancelled { why, findings } => {
                Self::Cancelled { why, findings: findings.into_iter().chain(left).collect() }
            }
            Self::NotFound(finding) | Self::NotInvocable(finding) => {
                Self::Failed(std::iter::once(finding).chain(left).collect())
            }
        }
    }
}

/// Launches a container. `until_ready` waits for one that is to be ready before it counts as launched; `announce` tells the
/// caller the id of one in the background: an id that nobody gets is a launch that failed.
///
/// # Errors
/// Any step failed, or the launch was given up; what it had made is gone.
pub async fn launch(
    engine: &Engine,
    spec: &LaunchSpec,
    identity: &Identity,
    mut cancel: Cancel,
    observer: Observer<'_>,
    until_ready: impl AsyncFn(&Engine, &LaunchSpec, &Readiness, Fresh) -> Result<(), Vec<Finding>>,
    announce: impl Fn(&str) -> Result<(), Finding>,
) -> Result<Launched, LaunchError> {
    let ports = spec.networking.publish().iter().map(|publish| publish.container.len()).sum::<usize>();
    let ports = u32::try_from(ports).unwrap_or(u32::MAX);
    let mut made = Made { nonce: identity.nonce.clone(), ports, ..Made::default() };
    let steps = async {
        let mut launched = steps(engine, spec, identity, &mut made, observer).await?;
        if let Lifecycle::Detached { readiness: Some(readiness), .. } = &spec.lifecycle
            && let Some((output, wait)) = launched.session.take()
        {
            let readiness = engine.with_room(readiness, &launched.id).await;
            observer(Step::Waiting(&readiness));
            let fresh = Fresh { id: launched.id.clone(), output, wait };
            until_ready(engine, spec, &readiness, fresh).await.map_err(Failed::Unready)?;
        }
        if let Lifecycle::Detached { .. } = &spec.lifecycle {
            announce(&launched.id).map_err(Failed::Said)?;
        }
        Ok(launched)
    };
    let outcome = tokio::select! {
        outcome = steps => outcome.map_err(Fault::Step),
        why = called_off(&mut cancel) => Err(Fault::CalledOff(why)),
    };
    let fault = match outcome {
        Ok(launched) => return Ok(launched),
        Err(fault) => fault,
    };
    let fault = match fault {
        Fault::Step(failed) => failed.told(engine, spec, &made).await,
        Fault::CalledOff(why) => LaunchError::Cancelled { why, findings: Vec::new() },
    };
    let left = made.undo(engine, &mut cancel).await;
    Err(fault.and(left))
}

/// Completes when the launch is to be given up.
pub async fn called_off(cancel: &mut Cancel) -> CalledOff {
    let why = cancel.wait_for(|calls| calls.why.is_some()).await.ok().and_then(|calls| calls.why);
    match why {
        Some(why) => why,
        // Nobody is left who could call it off.
        None => std::future::pending().await,
    }
}

/// Completes when the clean-up is not to be waited for.
pub(super) async fn urged(cancel: &mut Cancel) {
    if cancel.wait_for(|calls| calls.is_urgent).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// What ended the steps.
enum Fault {
    Step(Failed),
    CalledOff(CalledOff),
}

/// The step that failed.
enum Failed {
    Said(Finding),
    Create(EngineError),
    Look(EngineError),
    Missing(String),
    Attach(EngineError),
    Start(EngineError),
    Unready(Vec<Finding>),
}

async fn steps(
    engine: &Engine,
    spec: &LaunchSpec,
    identity: &Identity,
    made: &mut Made,
    observer: Observer<'_>,
) -> Result<Launched, Failed> {
    cidfile::check(spec).map_err(Failed::Said)?;
    folder::ensure(engine, spec, &mut made.folders).map_err(Failed::Said)?;
    folder::foresee(engine, spec, &mut made.folders);
    engine.ensure_image(spec, observer).await.map_err(Failed::Said)?;
    networks(engine, spec, identity, made, observer).await.map_err(Failed::Said)?;
    volumes(engine, spec, identity, made).await.map_err(Failed::Said)?;
    let labels = labels::labels(spec, identity);
    let request = body::create_request(spec, &labels, engine.version())
        .map_err(|error| Failed::Said(Finding::error(Code::Internal, error.to_string())))?;
    made.container = Making::ask(engine, body::create_query(spec), request);
    let created = made.container.answered().await.map_err(Failed::Create)?;
    made.cidfile = cidfile::write(spec, &created.id).map_err(Failed::Said)?;
    for attachment in body::later_attachments(spec, engine.version()) {
        engine.connect_network(&created.id, attachment, spec).await.map_err(Failed::Said)?;
    }
    if let Some(program) = missing_program(engine, spec, &created.id).await.map_err(Failed::Look)? {
        return Err(Failed::Missing(program));
    }
    let session = match spec.lifecycle {
        Lifecycle::Attached { streams, .. } => {
            let keys = spec.options.detach_keys.get();
            let attached = engine.attach(&created.id, streams, keys).await.map_err(Failed::Attach)?;
            Some((attached, engine.wait(&created.id).await))
        }
        // What it writes is watched while it is waited for, whatever its log's driver keeps.
        Lifecycle::Detached { readiness: Some(_), .. } => {
            let outputs = Streams { stdin: false, stdout: true, stderr: true };
            let attached = engine.attach(&created.id, outputs, None).await.map_err(Failed::Attach)?;
            Some((attached, engine.wait(&created.id).await))
        }
        Lifecycle::Detached { readiness: None, .. } => None,
    };
    let goes_by_itself = matches!(spec.lifecycle, Lifecycle::Detached { remove: true, .. });
    engine.start(&created.id, goes_by_itself).await.map_err(Failed::Start)?;
    let warnings = created.warnings.unwrap_or_default();
    Ok(Launched { id: created.id, is_new: true, warnings, session })
}

/// The program that is not there, where the engine would not say so: behind an init process it starts that. dynrun's own
/// choice is another one then; and in the background nobody would hear of it.
async fn missing_program(
    engine: &Engine,
    spec: &LaunchSpec,
    id: &str,
) -> Result<Option<String>, EngineError> {
    let program = match (spec.options.entrypoint.setting(), &spec.lifecycle) {
        (Some(Setting { value: program, origin: Origin::Rule(_) }), _) => Some(program.0.clone()),
        // Podman names its own init process in the program's place.
        (_, Lifecycle::Detached { .. })
            if spec.options.init.is_on() && !spec.command.is_empty() && !engine.is_podman() =>
        {
            engine.container(id).await?.map(|created| created.program)
        }
        _ => None,
    };
    match program {
        Some(program) if !engine.has_program(id, &program).await? => Ok(Some(program)),
        Some(_) | None => Ok(None),
    }
}

/// Creates the networks that are missing and may be created; those that are not as declared, where that is asked for, too.
async fn networks(
    engine: &Engine,
    spec: &LaunchSpec,
    identity: &Identity,
    made: &mut Made,
    observer: Observer<'_>,
) -> Result<(), Finding> {
    let failed = |doing: String| move |error: EngineError| error.finding(&doing, engine.endpoint());
    for (name, declared) in &spec.create_networks {
        let held = engine.network(name).await.map_err(failed("look for the network".to_owned()))?;
        if let Some(held) = held {
            // One that was named by its id cannot be made under it.
            if !spec.fix_networks || held.name != *name || held.differences(declared).is_empty() {
                continue;
            }
            anew::take_away(engine, &held, spec, made, observer).await?;
        }
        made.maybe_networks = true;
        let request = engine.create_network(name, declared, (identity, None));
        let created = made.asked(async move { request.await.map(drop) }).await;
        created.map_err(failed(format!("create the network {name}")))?;
        observer(Step::NetworkCreated(name));
    }
    Ok(())
}

/// Makes the named volumes that are missing, before the engine would by itself: then they carry the launch's label.
async fn volumes(
    engine: &Engine,
    spec: &LaunchSpec,
    identity: &Identity,
    made: &mut Made,
) -> Result<(), Finding> {
    let failed = |doing: String| move |error: EngineError| error.finding(&doing, engine.endpoint());
    for wanted in volume::wanted(spec) {
        let name = wanted.name;
        if !engine.has_volume(name).await.map_err(failed(format!("look for the volume {name}")))? {
            made.volumes.push(name.to_owned());
            let created = made.asked(engine.create_volume(&wanted, identity)).await;
            created.map_err(|error| {
                let finding = error.finding(&format!("create the volume {name}"), engine.endpoint());
                blame::with_words(finding, &error.to_string(), spec)
            })?;
        }
    }
    Ok(())
}

impl Failed {
    /// The step's failure in words. Which exit code it is, the container's own state decides, not a text alone.
    async fn told(self, engine: &Engine, spec: &LaunchSpec, made: &Made) -> LaunchError {
        let endpoint = engine.endpoint();
        match self {
            Self::Said(finding) => LaunchError::Failed(vec![finding]),
            Self::Create(error) if error.is_status(409) || is_podmans_conflict(&error, engine) => {
                LaunchError::Failed(vec![name_taken(&error, engine, spec).await])
            }
            Self::Create(error) => {
                let words = error.to_string();
                let refused =
                    || blame::with_words(error.finding("create the container", endpoint), &words, spec);
                let finding = gpus::refused(&words, spec).unwrap_or_else(refused);
                LaunchError::Failed(vec![finding])
            }
            Self::Look(error) => {
                LaunchError::Failed(vec![error.finding("look into the container", endpoint)])
            }
            Self::Missing(program) => LaunchError::NotFound(not_found(&program, spec)),
            Self::Attach(error) => {
                LaunchError::Failed(vec![error.finding("attach to the container", endpoint)])
            }
            Self::Unready(findings) => LaunchError::Failed(findings),
            Self::Start(error) => start_failed(&error, engine, spec, made).await,
        }
    }
}

/// Whether podman, which has another status for it, says that somebody has the name.
fn is_podmans_conflict(error: &EngineError, engine: &Engine) -> bool {
    let EngineError::Refused { message, .. } = error else { return false };
    engine.is_podman() && message.contains("that name is already in use")
}

async fn name_taken(error: &EngineError, engine: &Engine, spec: &LaunchSpec) -> Finding {
    let Some(setting) = spec.options.name.setting().filter(|setting| !setting.value.is_empty()) else {
        return error.finding("create the container", engine.endpoint());
    };
    match engine.namesake(spec).await {
        Ok(Some(namesake)) => namesake.taken(setting),
        Ok(None) | Err(_) => namesake::taken(setting),
    }
}

/// The engine's words for a port that is held: its own allocator's, and the kernel's.
const PORT_WORDS: [&str; 2] = ["port is already allocated", "address already in use"];

async fn start_failed(error: &EngineError, engine: &Engine, spec: &LaunchSpec, made: &Made) -> LaunchError {
    let EngineError::Refused { message, .. } = error else {
        return LaunchError::Failed(vec![error.finding("start the container", engine.endpoint())]);
    };
    let words = format!("the engine says: {message}");
    if PORT_WORDS.iter().any(|held| message.contains(held)) {
        return LaunchError::Failed(vec![port_taken(spec, message).noted(words)]);
    }
    if let Some(finding) = occupant::taken(message, spec, engine).await {
        return LaunchError::Failed(vec![finding]);
    }
    let known = gpus::refused(message, spec).or_else(|| rights::refused(message, spec));
    let known = known.or_else(|| joining::refused(message, spec));
    if let Some(finding) = known.or_else(|| folder::refused(message, spec)) {
        return LaunchError::Failed(vec![finding]);
    }
    // runc names the stage at which it failed: only its last one, `exec`, is about the command.
    let at_exec = message.contains("exec: \"");
    let code = match (made.container.id(), at_exec) {
        (Some(id), true) => match engine.container(id).await.ok().flatten() {
            Some(state) => Some(state.exit_code),
            // The engine has removed it, as it was to: its words are all there is.
            None => said_code(message),
        },
        _ => None,
    };
    let command = spec.options.entrypoint.get().map(|program| program.0.clone());
    let command =
        command.or_else(|| spec.command.first().cloned()).unwrap_or("the image's command".to_owned());
    match code {
        Some(127) => LaunchError::NotFound(not_found(&command, spec).noted(words)),
        Some(126) => LaunchError::NotInvocable(
            Finding::error(
                Code::CommandNotInvocable,
                format!("{command} cannot be started in {}", image(spec)),
            )
            .noted(words),
        ),
        _ => {
            let finding = error.finding("start the container", engine.endpoint());
            LaunchError::Failed(vec![blame::with_words(finding, message, spec)])
        }
    }
}

/// The exit code that the engine's words on a command stand for.
fn said_code(message: &str) -> Option<i64> {
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if says(&["executable file not found", "no such file or directory"]) {
        return Some(127);
    }
    says(&["permission denied", "is a directory"]).then_some(126)
}

fn not_found(command: &str, spec: &LaunchSpec) -> Finding {
    Finding::error(Code::CommandNotFound, format!("{command} was not found in {}", image(spec)))
}

fn image(spec: &LaunchSpec) -> String {
    spec.image.reference.tagged()
}

/// A port that the engine found taken. Its words name the address; the option that asked for it is named here.
fn port_taken(spec: &LaunchSpec, message: &str) -> Finding {
    let published = spec.options.publish.iter().find(|setting| {
        setting.value.host.is_some_and(|range| {
            (range.start..=range.end).any(|port| {
                message.contains(&format!(":{port} "))
                    || message.contains(&format!(":{port}:"))
                    || message.ends_with(&format!(":{port}"))
            })
        })
    });
    let Some(setting) = published else {
        return Finding::error(Code::PortTaken, "a published port is held already");
    };
    let port = setting.value.host.map(|range| range.start).unwrap_or_default();
    let protocol = setting.value.protocol.name();
    let finding = Finding::error(Code::PortTaken, format!("{protocol} {port} of the host is held already"));
    spec.with_published(finding, setting).help(format!(
        "see who holds it: dynrun ports {port}/{}; docker ps --filter publish={port}",
        setting.value.protocol
    ))
}
