//! What a session attends to, a container or a command in one that runs anyway, and what differs between the two: how
//! it is followed in size, signalled, asked to end, and how its end is learnt.

use super::{ladder, reach};
use crate::engine::{Attached, Engine, EngineError, Exec, Exit, Started, Wait};
use crate::host::WindowSize;
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// What a session attends to.
#[derive(Debug, Clone)]
pub enum Attended {
    /// A container, by its id.
    Container(String),
    /// A command in a container that was there before and stays.
    Exec {
        /// The command.
        exec: Exec,
        /// Whether it is a shell. One that talks to somebody ignores SIGTERM, and ends when they hang up.
        is_shell: bool,
    },
}

/// The streams of what is attended to.
#[derive(Debug)]
pub struct Held {
    pub(super) attached: Attached,
    /// What has come of its output already.
    pub(super) early: Bytes,
    /// The container's end, which the engine tells; that of a command has to be asked for.
    pub(super) wait: Option<Wait>,
}

impl From<(Attached, Wait)> for Held {
    fn from((attached, wait): (Attached, Wait)) -> Self {
        Self { attached, early: Bytes::new(), wait: Some(wait) }
    }
}

impl Attended {
    /// A command that was started, and its streams.
    #[must_use]
    pub fn to(Started { exec, attached, early }: Started, is_shell: bool) -> (Self, Held) {
        (Self::Exec { exec, is_shell }, Held { attached, early, wait: None })
    }

    /// Waits for the end. That of a command is looked for once there is a sign of it.
    pub(super) async fn exit_code(
        &self,
        engine: &Engine,
        wait: Option<Wait>,
        sign: &Notify,
    ) -> Result<i64, EngineError> {
        match (self, wait) {
            (Self::Container(_), Some(wait)) => wait.exit_code().await,
            (Self::Container(_), None) => self.end(engine).await,
            (Self::Exec { .. }, _) => {
                sign.notified().await;
                self.end(engine).await
            }
        }
    }

    /// Waits for the end of what may have ended already.
    pub(super) async fn end(&self, engine: &Engine) -> Result<i64, EngineError> {
        match self {
            Self::Container(id) => engine.rewait(id).await,
            Self::Exec { exec, .. } => engine.exec_end(&exec.id).await,
        }
    }

    /// Gives its terminal a size.
    pub(super) async fn resize(&self, engine: &Engine, size: WindowSize) -> Result<(), EngineError> {
        match self {
            Self::Container(id) => engine.resize(id, size).await,
            Self::Exec { exec, .. } => engine.resize_exec(&exec.id, size).await,
        }
    }

    /// Sends it a signal, and waits no longer than that for it. Whether it was delivered counts only where the engine
    /// has no word for it: its own word for a container is its business.
    pub(super) async fn signal(&self, engine: &Engine, signal: &str, limit: Duration) -> bool {
        match self {
            Self::Container(id) => {
                let _ = timeout(limit, engine.signal(id, signal)).await;
                true
            }
            Self::Exec { exec, is_shell } => {
                let signal = if *is_shell && signal == ladder::ASK { HANG_UP } else { signal };
                timeout(limit, reach::signal(engine, exec, signal)).await.unwrap_or(false)
            }
        }
    }

    /// The signal that asks it to end, and how long it has then: its own, its image's, or docker's. None where it is
    /// not to be killed.
    pub(super) async fn asked_to_end(&self, engine: &Engine, limit: Duration) -> (String, Option<Duration>) {
        let Self::Container(id) = self else { return (ladder::ASK.to_owned(), Some(ladder::GRACE)) };
        let state = timeout(limit, engine.container(id)).await;
        let state = state.ok().and_then(Result::ok).flatten().unwrap_or_default();
        let signal = if state.stop_signal.is_empty() { ladder::ASK.to_owned() } else { state.stop_signal };
        let grace = match state.stop_timeout {
            Some(seconds) => u64::try_from(seconds).ok().map(Duration::from_secs),
            None => Some(ladder::GRACE),
        };
        (signal, grace)
    }

    /// How it ended; none while it runs.
    ///
    /// # Errors
    /// The engine does not tell, or knows it no more.
    pub(super) async fn ended(&self, engine: &Engine) -> Result<Option<Exit>, Lost> {
        match self {
            Self::Container(id) => match engine.container(id).await.map_err(|_| Lost::Silent)? {
                Some(state) if !state.running => {
                    Ok(Some(Exit { code: state.exit_code, out_of_memory: state.out_of_memory }))
                }
                Some(_) => Ok(None),
                None => Err(Lost::Gone),
            },
            Self::Exec { exec, .. } => match engine.exec_state(&exec.id).await.map_err(|_| Lost::Silent)? {
                Some(state) => Ok(state.ended().map(|code| Exit { code, out_of_memory: false })),
                None => Err(Lost::Gone),
            },
        }
    }
}

/// What ends a shell that somebody talks to.
const HANG_UP: &str = "SIGHUP";

/// Why nothing is known of an end.
pub(super) enum Lost {
    /// The engine does not answer.
    Silent,
    /// There is nothing any more that could have ended.
    Gone,
}
