//! A container that is taken in the place of a new one: started where it does not run, and stopped again where the launch
//! fails.

use super::error::EngineError;
use super::launch::Fresh;
use super::log::Outputs;
use super::namesake::PAUSE;
use super::state::ContainerState;
use super::{ANSWER, Engine, Namesake};
use crate::finding::{Code, Finding};
use crate::spec::LaunchSpec;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

/// How much of the clean-up the answer to a start may take that the launch was not waiting for any more.
const LATE: Duration = Duration::from_secs(10);
/// How long after a container's end an engine that was told twice to stop it may kill what runs then: it takes the end
/// for a signal that was lost.
const LATE_KILL: Duration = Duration::from_millis(2500);
/// The grace that the engine gives where nobody chose one.
const GRACE: Duration = Duration::from_secs(10);

/// How far a container has been taken.
#[derive(Debug, Default)]
pub struct Taken {
    /// A start that is not answered yet. It goes on when the launch is called off.
    starting: Option<JoinHandle<Result<(), EngineError>>>,
}

impl Engine {
    /// Sees to it that a container runs; and watches it from its beginning on, where it is to be ready.
    ///
    /// # Errors
    /// It does not start, is paused, or the engine is gone.
    pub async fn taken_up(
        &self,
        namesake: &Namesake,
        spec: &LaunchSpec,
        taken: &mut Taken,
    ) -> Result<Option<Fresh>, Finding> {
        let state = &namesake.state;
        let failed = |doing| move |error: EngineError| error.finding(doing, &self.endpoint);
        if state.paused {
            let finding = namesake.refused("a paused container is not taken", spec);
            return Err(finding.help(format!("let it go on: docker unpause {}", state.name)));
        }
        let is_watched = spec.lifecycle.readiness().is_some();
        let wait = if is_watched { self.wait(&state.id).await } else { None };
        if !state.running {
            let (engine, before) = (self.clone(), state.clone());
            let starting = tokio::spawn(async move { engine.start_again(&before).await });
            let started = taken.starting.insert(starting).await;
            taken.starting = None;
            let started = started.unwrap_or_else(|error| Err(EngineError::garbled(error)));
            started.map_err(failed("start the container"))?;
        }
        if !is_watched {
            return Ok(None);
        }
        let outputs = Outputs { stdout: true, stderr: true };
        let output = self.log(&state.id, outputs).await.map_err(failed("read the container's log"))?;
        Ok(Some(Fresh { id: state.id.clone(), output, wait }))
    }

    /// Stops a container again that did not run before the launch, which has failed; what could not be done is said.
    pub async fn put_back(&self, state: &ContainerState, taken: Taken) -> Option<Finding> {
        if state.running {
            return None;
        }
        let line = format!("docker stop {}", state.name);
        let is_open = match taken.starting {
            // Stopped before its start was done, it would run after all.
            Some(starting) => timeout(LATE, starting).await.is_err(),
            None => false,
        };
        if let Err(error) = self.stop_in_time(state).await {
            let finding = error.finding("stop the container again", &self.endpoint);
            return Some(Finding { code: Code::CleanupFailed, ..finding }.help(line));
        }
        let message = "the engine has not said whether it started the container: it may run yet";
        is_open.then(|| Finding::error(Code::CleanupFailed, message).help(line))
    }

    /// Has a container run again whose stop was not answered, and may be on its way: once it has ended it is started, and
    /// once more where the first stop kills it then.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub(super) async fn runs_after_a_stop(&self, state: &ContainerState) -> Result<(), EngineError> {
        self.stop_in_time(state).await?;
        let until = Instant::now() + LATE_KILL;
        self.start_again(state).await?;
        while Instant::now() < until {
            sleep(PAUSE).await;
            let now = self.container(&state.id).await?;
            if now.is_some_and(|now| !now.running && !now.restarting) {
                return self.start_again(state).await;
            }
        }
        Ok(())
    }

    /// Stops a container, with its own grace. The engine may take no longer than that and an answer take.
    pub(super) async fn stop_in_time(&self, state: &ContainerState) -> Result<(), EngineError> {
        let grace = match state.stop_timeout {
            None => Some(GRACE),
            Some(seconds) => u64::try_from(seconds).ok().map(Duration::from_secs),
        };
        let stop = self.stop(&state.id, None);
        match grace.map(|grace| grace.saturating_add(ANSWER)) {
            None => stop.await,
            Some(limit) => timeout(limit, stop).await.unwrap_or(Err(EngineError::Silent(limit))),
        }
    }
}
