//! The start of a container. Where its answer is no yes, the container's own state decides what came of it: the engine
//! may have started it and the answer was lost, or be at it still.

use super::error::EngineError;
use super::made::PROXYS_OWN;
use super::state::ContainerState;
use super::twins::when_clear;
use super::{ANSWER, Engine, WORK};
use http::Method;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long a container is looked at whose start was not answered. The engine starts one in less, or is away.
const UNDECIDED: Duration = Duration::from_secs(10);
/// How often.
const PAUSE: Duration = Duration::from_millis(100);

/// What came of a start.
enum Decided {
    /// The container runs, or has run.
    Began,
    /// It was not started: for the reason that the engine wrote down, if any.
    Not(Option<String>),
    /// Nothing yet.
    Open,
}

impl Engine {
    /// Starts a container that was made just now. `goes_by_itself` says that the engine removes it at its end: then one that
    /// is gone has run.
    ///
    /// # Errors
    /// It was not started; or nothing is known of it.
    pub(super) async fn start(&self, id: &str, goes_by_itself: bool) -> Result<(), EngineError> {
        let before = ContainerState { id: id.to_owned(), auto_remove: goes_by_itself, ..Default::default() };
        self.start_again(&before).await
    }

    /// Starts a container that was in this state, and may have run before.
    ///
    /// # Errors
    /// As with `start`.
    pub(super) async fn start_again(&self, before: &ContainerState) -> Result<(), EngineError> {
        let id = &before.id;
        let path = format!("/containers/{id}/start");
        let started = when_clear(|| self.done(Method::POST, &path, WORK)).await;
        let Err(error) = started else { return Ok(()) };
        if matches!(error, EngineError::Unreachable(_) | EngineError::NotListening | EngineError::Denied) {
            return Err(error);
        }
        // What the engine itself says is final.
        let is_final = matches!(&error, EngineError::Refused { status, .. } if !PROXYS_OWN.contains(status));
        let until = Instant::now() + if is_final { ANSWER } else { UNDECIDED };
        loop {
            let decided = timeout_at(until, self.decided(before, is_final)).await.unwrap_or(Decided::Open);
            match decided {
                Decided::Began => return Ok(()),
                Decided::Not(Some(message)) if !is_final => {
                    return Err(EngineError::Refused { status: 500, message });
                }
                Decided::Not(Some(_)) => return Err(error),
                Decided::Not(None) if is_final || Instant::now() > until => return Err(error),
                Decided::Open if Instant::now() > until => return Err(error),
                Decided::Not(None) | Decided::Open => sleep(PAUSE).await,
            }
        }
    }

    async fn decided(&self, before: &ContainerState, is_final: bool) -> Decided {
        match self.container(&before.id).await {
            Ok(Some(state)) if state.has_run && state.started_at != before.started_at => Decided::Began,
            Ok(Some(state)) => {
                let is_new = |error: &String| !error.is_empty() && *error != before.error;
                Decided::Not(Some(state.error).filter(is_new))
            }
            Ok(None) if before.auto_remove && !is_final => Decided::Began,
            Ok(None) => Decided::Not(Some("the container is gone".to_owned())),
            Err(_) => Decided::Open,
        }
    }
}
