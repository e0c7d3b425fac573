//! A launch on its way to a container that was started: who has the name, the checks, the engine's steps, and the ports
//! that are lost on the way.

use super::limit::Limit;
use super::made_way::{Held, MadeWay};
use super::report::Report;
use super::{Desk, Exit, asker, is_proven_ready, unwritable};
use crate::cli::Launch;
use crate::engine::{
    Asker, CalledOff, Cancel, Engine, EngineError, Identity, LaunchError, Launched, Namesake, Remains, Step,
    Taken, Way, called_off, cidfile_of_reused, launch, short_id, undo_cidfile,
};
use crate::finding::{Code, Finding, Findings, Level, refuses};
use crate::host::Owner;
use crate::preflight::ports::{PortState, PortStatus};
use crate::preflight::{self, Checked, Moment};
use crate::ready::until_ready;
use crate::spec::LaunchSpec;
use crate::ui::Progress;
use crate::values::IfExists;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Why there is no container.
pub(super) struct NotBegun {
    phase: &'static str,
    error: LaunchError,
}

impl NotBegun {
    fn is_name_taken(&self) -> bool {
        let LaunchError::Failed(findings) = &self.error else { return false };
        findings.iter().any(|finding| finding.code == Code::NameTaken)
    }

    /// What is to be said of it, as one of several: that it was called off goes without saying.
    pub(super) fn into_findings(self) -> Findings {
        match self.error {
            LaunchError::Failed(findings) | LaunchError::Cancelled { findings, .. } => findings,
            LaunchError::NotFound(finding) | LaunchError::NotInvocable(finding) => vec![finding],
        }
    }

    pub(super) fn told(self, limit: Option<&Limit>, said: &Launch, desk: &Desk<'_>) -> Exit {
        let (findings, exit) = match self.error {
            LaunchError::Failed(findings) => (findings, Exit::Launch),
            LaunchError::NotFound(finding) => (vec![finding], Exit::NotFound),
            LaunchError::NotInvocable(finding) => (vec![finding], Exit::NotInvocable),
            LaunchError::Cancelled { why: CalledOff::Stack, findings } => (findings, Exit::Launch),
            LaunchError::Cancelled { why: CalledOff::TimeLimit, findings } => {
                let over = limit.map(Limit::before_the_start);
                let over =
                    over.map(
                        |over| if findings.is_empty() { over.noted("nothing was left behind") } else { over },
                    );
                (over.into_iter().chain(findings).collect(), Exit::TimeLimit)
            }
            LaunchError::Cancelled { why: CalledOff::Signal(signal), findings } => {
                let message = "a signal called the launch off; nothing was left behind";
                let finding = Finding::warning(Code::Interrupted, message);
                let code = u8::try_from(128 + signal).unwrap_or(u8::MAX);
                let findings = if findings.is_empty() { vec![finding] } else { findings };
                (findings, Exit::Code(code))
            }
        };
        Report::failed(self.phase, &findings).write(said, desk);
        desk.refuse(&findings, exit)
    }
}

/// A container that was started, the engine that runs it, and the launch as it was in the end.
pub(super) struct Begun {
    pub(super) engine: Engine,
    pub(super) spec: LaunchSpec,
    pub(super) launched: Launched,
}

/// How often a port that was lost between the check and the start may be moved.
const RACES: usize = 32;

/// How long a launch of the same name may take that is on its way.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How long a launch waits before it looks again who has its name: the engine keeps a name before it shows a container.
pub(super) const PAUSE: Duration = Duration::from_millis(100);

/// A launch that failed before the engine was asked for anything.
fn before(findings: Findings) -> NotBegun {
    NotBegun { phase: "preflight", error: LaunchError::Failed(findings) }
}

/// What a step before the launch comes to, unless the launch is called off first. The step has a place of its own: those
/// around it would keep room for each, until the last has ended.
fn unless_called_off<'a, T>(
    cancel: &Cancel,
    step: impl Future<Output = Result<T, NotBegun>> + 'a,
) -> impl Future<Output = Result<T, NotBegun>> {
    let (mut step, mut cancel) = (Box::pin(step), cancel.clone());
    async move {
        tokio::select! {
            done = &mut step => done,
            why = called_off(&mut cancel) => {
                let error = LaunchError::Cancelled { why, findings: Vec::new() };
                Err(NotBegun { phase: "preflight", error })
            }
        }
    }
}

/// Connect, see who has the name, check, launch.
pub(super) async fn begin(
    spec: LaunchSpec,
    others: &[&str],
    said: &Launch,
    desk: &Desk<'_>,
    cancel: Cancel,
) -> Result<Begun, NotBegun> {
    let identity = Identity { nonce: desk.host.nonce.clone(), owner: Owner::read() };
    let engine = unless_called_off(&cancel, async {
        desk.engine(&said.call).await.map_err(|finding| before(vec![finding]))
    })
    .await?;
    let (asker, progress) = (asker(&engine), Progress::new(desk.ui, spec.options.quiet.is_on()));
    let launching = Launching {
        engine: &engine,
        identity: &identity,
        asker: &asker,
        others,
        said,
        desk,
        cancel: &cancel,
        progress: &progress,
        tell: &|findings| desk.ui.findings(findings),
        announce: &|id| desk.ui.result(id).map_err(|error| unwritable(&error)),
        held: None,
    };
    let (spec, launched) = launching.whole(spec).await?;
    Ok(Begun { engine, spec, launched })
}

/// A launch on its way at an engine.
pub(super) struct Launching<'a> {
    /// The engine.
    pub(super) engine: &'a Engine,
    /// Which launch it is.
    pub(super) identity: &'a Identity,
    /// Who asks what others have left.
    pub(super) asker: &'a Asker,
    /// The entrypoints that are tried where the image lacks the first one.
    pub(super) others: &'a [&'a str],
    /// What the caller said.
    pub(super) said: &'a Launch,
    pub(super) desk: &'a Desk<'a>,
    /// Whether it is called off.
    pub(super) cancel: &'a Cancel,
    /// Who hears of its steps.
    pub(super) progress: &'a Progress<'a>,
    /// Who hears of what does not refuse it.
    pub(super) tell: &'a dyn Fn(&[Finding]),
    /// Who gets the id of a container in the background.
    pub(super) announce: &'a dyn Fn(&str) -> Result<(), Finding>,
    /// Who holds what has made way, where the launch is one of a stack.
    pub(super) held: Option<&'a Held>,
}

impl Launching<'_> {
    /// All of it.
    pub(super) async fn whole(&self, spec: LaunchSpec) -> Result<(LaunchSpec, Launched), NotBegun> {
        unless_called_off(self.cancel, self.cidfile_freed(&spec)).await?;
        let until = Instant::now() + PATIENCE;
        loop {
            match self.about_its_name(spec.clone()).await {
                Ok(launched) => return Ok(launched),
                // Another launch has the name since it was looked for.
                Err(lost)
                    if spec.if_exists != IfExists::Fail && lost.is_name_taken() && Instant::now() < until =>
                {
                    sleep(PAUSE).await;
                }
                Err(failed) => return Err(failed),
            }
        }
    }

    /// Launches, or does about the container that has the name what is asked for.
    async fn about_its_name(&self, spec: LaunchSpec) -> Result<(LaunchSpec, Launched), NotBegun> {
        if spec.if_exists == IfExists::Fail {
            return self.checked(spec).await;
        }
        let remains = unless_called_off(self.cancel, self.recovered(&spec)).await?;
        let waits = |name: &str, pid: u32| {
            self.desk.ui.note(&waiting(name, pid));
        };
        let way = self.engine.way(&spec, self.asker, PATIENCE, &waits);
        let way = unless_called_off(self.cancel, async { way.await.map_err(before) }).await?;
        let is_new = !matches!(way, Way::Reuse(_));
        // Boxed, as `outrun` is: what is seldom done takes no room of what is done always.
        let launched = match way {
            Way::Free => self.checked(spec).await,
            Way::Reuse(namesake) => {
                let spec = namesake.as_there(&spec);
                Box::pin(self.reused(namesake, spec)).await
            }
            Way::Replace(namesake) => Box::pin(self.in_the_place_of(namesake, spec)).await,
        }?;
        let is_known_to_be_up = is_new || launched.0.lifecycle.readiness().is_some();
        match self.held {
            _ if !is_known_to_be_up => {}
            Some(held) => held.hold_remains(remains, is_new),
            None => self.engine.supersede(&remains, is_new).await,
        }
        Ok(launched)
    }

    /// Takes over the file for the container's id, where a launch that was killed has left it.
    async fn cidfile_freed(&self, spec: &LaunchSpec) -> Result<(), NotBegun> {
        let failed = |error: EngineError| {
            before(vec![error.finding("look for the owner of the id's file", self.engine.endpoint())])
        };
        if let Some(id) = self.engine.reclaimed_cidfile(spec, self.asker).await.map_err(failed)? {
            let message = format!(
                "the container {} is removed, which a launch that was killed had left",
                short_id(&id)
            );
            self.desk.ui.note(&message);
        }
        Ok(())
    }

    /// What launches that were killed have put aside under the name is seen to first.
    async fn recovered(&self, spec: &LaunchSpec) -> Result<Remains, NotBegun> {
        let failed = |error: EngineError| {
            before(vec![error.finding("look for what was replaced", self.engine.endpoint())])
        };
        let mut remains = self.engine.recovered(spec, self.asker, PATIENCE).await.map_err(failed)?;
        let mut are_ready = Vec::new();
        for new in remains.unproven() {
            are_ready.push(is_proven_ready(self.engine, new).await);
        }
        self.engine.proven(&mut remains, &are_ready).await.map_err(failed)?;
        remains.notes.iter().for_each(|note| self.desk.ui.note(note));
        Ok(remains)
    }

    /// Takes a container in the place of a new one; where it is to be ready, once it is. One that was started for that
    /// alone is stopped again where it is not.
    async fn reused(&self, namesake: Namesake, spec: LaunchSpec) -> Result<(LaunchSpec, Launched), NotBegun> {
        let engine = self.engine;
        let mut taken = Taken::default();
        let steps = async {
            let fresh = engine.taken_up(&namesake, &spec, &mut taken).await;
            let fresh = fresh.map_err(|finding| before(vec![finding]))?;
            if let (Some(fresh), Some(readiness)) = (fresh, spec.lifecycle.readiness()) {
                let readiness = engine.with_room(readiness, &namesake.state.id).await;
                self.observed(&spec, Step::Waiting(&readiness));
                until_ready(engine, &spec, &readiness, fresh).await.map_err(before)?;
            }
            let id = namesake.state.id.clone();
            let file = cidfile_of_reused(&spec, &id).map_err(|finding| before(vec![finding]))?;
            (self.announce)(&id).map_err(|finding| {
                undo_cidfile(file.as_deref());
                before(vec![finding])
            })?;
            Ok(Launched { id, is_new: false, warnings: Vec::new(), session: None })
        };
        let launched = unless_called_off(self.cancel, steps).await;
        let state = &namesake.state;
        match launched {
            Ok(launched) => {
                let message = format!("the container {} is reused", state.name);
                (self.tell)(&[Finding::note(Code::Reused, message)]);
                Ok((spec, launched))
            }
            Err(NotBegun { phase, error }) => {
                let left = engine.put_back(state, taken).await;
                Err(NotBegun { phase, error: error.and(left) })
            }
        }
    }

    /// Checks, and launches.
    async fn checked(&self, spec: LaunchSpec) -> Result<(LaunchSpec, Launched), NotBegun> {
        let Checked { spec, findings, .. } = self.looked_at(spec).await?;
        if refuses(&findings) {
            return Err(before(findings));
        }
        (self.tell)(&findings);
        spawn_sweep(self.engine);
        self.launched(spec).await
    }

    async fn looked_at(&self, spec: LaunchSpec) -> Result<Checked, NotBegun> {
        let checked = self.desk.checked(spec, self.engine, &self.said.call, Moment::Launch);
        unless_called_off(self.cancel, async { Ok(checked.await) }).await
    }

    /// Launches in the place of another container, which is back where that fails. It goes on until nothing but its own
    /// ports is in the way.
    async fn in_the_place_of(
        &self,
        namesake: Namesake,
        spec: LaunchSpec,
    ) -> Result<(LaunchSpec, Launched), NotBegun> {
        let (engine, name) = (self.engine, namesake.state.name.clone());
        let findings = in_the_way(self.looked_at(spec.clone()).await?, &[&name]);
        if refuses(&findings) {
            return Err(before(findings));
        }
        let observer = |step: Step<'_>| self.observed(&spec, step);
        let image = engine.ensure_image(&spec, &observer);
        unless_called_off(self.cancel, async { image.await.map_err(|finding| before(vec![finding])) })
            .await?;
        if self.is_up_to_date(&namesake, &spec).await? {
            return self.left_as_it_is(namesake, spec);
        }
        let going = (namesake, spec.stands_beside());
        let aside = engine.set_aside(going, self.identity, &mut self.cancel.clone()).await;
        let of = |aside| MadeWay { aside, identity: self.identity.clone() };
        let made_way = match aside {
            Ok(aside) => of(aside),
            Err((error, aside)) => {
                return Err(self.undone(of(aside), NotBegun { phase: "launch", error }).await);
            }
        };
        match self.checked(spec.with_image_there()).await {
            Ok((spec, launched)) => {
                match self.held {
                    Some(held) => held.hold(made_way, Some((&spec, &launched))),
                    None => {
                        let new = (spec.clone(), launched.id.clone());
                        (self.tell)(&made_way.goes(&new, engine).await);
                    }
                }
                Ok((spec, launched))
            }
            Err(failed) => Err(self.undone(made_way, failed).await),
        }
    }

    /// Has the container back that made way for a launch that failed. One of a stack is back with the others: what it needs
    /// may have made way, too.
    async fn undone(&self, made_way: MadeWay, NotBegun { phase, error }: NotBegun) -> NotBegun {
        let left = match self.held {
            Some(held) => {
                held.hold(made_way, None);
                None
            }
            None => made_way.back(self.engine, self.asker, self.desk).await,
        };
        NotBegun { phase, error: error.and(left) }
    }

    /// Whether an update has nothing to do: the container runs, of the very image, and nothing else is asked for.
    async fn is_up_to_date(&self, namesake: &Namesake, spec: &LaunchSpec) -> Result<bool, NotBegun> {
        let state = &namesake.state;
        let runs = state.running && !state.paused && !state.restarting;
        if !runs || spec.update.is_none_or(|update| update.is_changed) {
            return Ok(false);
        }
        let image = self.engine.image_id(&spec.image.reference);
        let image = unless_called_off(self.cancel, async { image.await.map_err(|one| before(vec![one])) });
        Ok(image.await? == Some(state.image_id.clone()))
    }

    /// Tells that there is nothing to do, with the id as a launch would.
    fn left_as_it_is(
        &self,
        namesake: Namesake,
        spec: LaunchSpec,
    ) -> Result<(LaunchSpec, Launched), NotBegun> {
        let id = namesake.state.id;
        (self.announce)(&id).map_err(|finding| before(vec![finding]))?;
        let image = spec.image.reference.tagged();
        let message = format!("the container {} is up to date: {image} has not changed", namesake.state.name);
        (self.tell)(&[Finding::note(Code::UpToDate, message)]);
        Ok((spec, Launched { id, is_new: false, warnings: Vec::new(), session: None }))
    }

    /// Tells of a step.
    fn observed(&self, spec: &LaunchSpec, step: Step<'_>) {
        self.progress.tell(step, |text| spec.without_secret_values(text));
    }

    /// Launches what was checked; with another port, where one is lost meanwhile that may be moved.
    async fn launched(&self, mut spec: LaunchSpec) -> Result<(LaunchSpec, Launched), NotBegun> {
        let (mut races, mut missing) = (0, Vec::new());
        loop {
            let observer = |step: Step<'_>| self.observed(&spec, step);
            let (engine, cancel) = (self.engine, self.cancel.clone());
            let launched =
                launch(engine, &spec, self.identity, cancel, &observer, until_ready, self.announce).await;
            let error = match launched {
                Ok(launched) => return Ok((spec, launched)),
                Err(LaunchError::NotFound(finding)) => match self.others.get(missing.len()) {
                    Some(other) => {
                        let program = &mut spec.options.entrypoint;
                        program.change(|program| {
                            missing.push(std::mem::replace(&mut program.0, (*other).into()));
                        });
                        continue;
                    }
                    None => LaunchError::NotFound(missing.iter().fold(finding, |finding, program| {
                        finding.noted(format!("{program} was not found either"))
                    })),
                },
                Err(error) => error,
            };
            races += 1;
            let outrun = Box::pin(outrun(error, spec, self.engine, stride(&self.identity.nonce, races)));
            match outrun.await {
                Ok((moved, findings)) if races < RACES => {
                    (self.tell)(&findings);
                    spec = moved;
                }
                Ok((_, findings)) => {
                    return Err(NotBegun { phase: "launch", error: LaunchError::Failed(findings) });
                }
                Err(error) => return Err(NotBegun { phase: "launch", error }),
            }
        }
    }
}

/// That another dynrun is waited for, which is at the container.
pub(super) fn waiting(container: &str, pid: u32) -> String {
    format!("waiting for another dynrun, process {pid}, which is at {container}")
}

/// What refuses a launch that takes the place of containers of these names, whose ports are free by then.
pub(super) fn in_the_way(Checked { mut findings, ports, .. }: Checked, names: &[&str]) -> Findings {
    let makes_way = !ports.iter().any(|port| is_held_by_another(port, names));
    findings
        .retain(|finding| finding.level == Level::Error && !(makes_way && finding.code == Code::PortTaken));
    findings
}

/// Whether a port is held by somebody who is known, and not by a container of these names.
fn is_held_by_another(port: &PortState, names: &[&str]) -> bool {
    let holder = port.holder.as_ref().filter(|_| port.status == PortStatus::Held);
    holder.is_some_and(|holder| match &holder.container {
        Some(container) => !names.contains(&container.as_str()),
        None => holder.process.is_some(),
    })
}

/// Removes, beside the launch, what earlier launches have left that were killed.
fn spawn_sweep(engine: &Engine) {
    let engine = engine.clone();
    tokio::spawn(async move { engine.sweep(&asker(&engine)).await });
}

/// A launch that lost a port between the check and the start: with another port, where one may be moved; else with
/// the winner's name.
async fn outrun(
    error: LaunchError,
    spec: LaunchSpec,
    engine: &Engine,
    stride: usize,
) -> Result<(LaunchSpec, Findings), LaunchError> {
    let findings = match error {
        LaunchError::Failed(findings) if findings.iter().any(|one| one.code == Code::PortTaken) => findings,
        error => return Err(error),
    };
    let before = spec.options.clone();
    let (moved, ports) = preflight::ports::settle(spec, engine, stride).await;
    if moved.options != before && !refuses(&ports.findings) {
        return Ok((moved, ports.findings));
    }
    Err(LaunchError::Failed(preflight::ports::explain(findings, ports.findings)))
}

/// How many free ports to pass over after so many lost ones. It differs from launch to launch, and grows: those that
/// lose to each other part.
fn stride(nonce: &str, races: usize) -> usize {
    let digits = nonce.bytes().filter_map(|byte| char::from(byte).to_digit(16));
    digits.skip(races).take(2).fold(0, |all, digit| all * 16 + digit as usize) % (races + 1)
}
