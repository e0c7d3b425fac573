//! What a session attends to, a container or a command in one that runs anyway, and what differs between the two: how
//! it is followed in size, signalled, asked to end, and how its end is learnt.

use super::{HEARD, ladder, reach};
use crate::engine::{Attached, Engine, EngineError, Exec, Exit, Started, Wait};
use crate::host::WindowSize;
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

/// How long the word of a container's end may take after its output has ended, before it is looked for.
const OVERDUE: Duration = Duration::from_secs(1);
/// How often an end is looked for: each time after twice the pause before, up to a limit.
const LOOKS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// How long an engine that went away may take to come back.
const AWAY: Duration = Duration::from_secs(10);

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

impl From<(Attached, Option<Wait>)> for Held {
    fn from((attached, wait): (Attached, Option<Wait>)) -> Self {
        Self { attached, early: Bytes::new(), wait }
    }
}

impl Attended {
    /// A command that was started, and its streams.
    #[must_use]
    pub fn to(Started { exec, attached, early }: Started, is_shell: bool) -> (Self, Held) {
        (Self::Exec { exec, is_shell }, Held { attached, early, wait: None })
    }

    /// Waits for the end. That of a command is looked for once there is a sign of it; that of a container is told, and
    /// looked for where the word of it is lost, or does not come after a sign.
    ///
    /// # Errors
    /// The engine is away, or what might have ended is; in words.
    pub(super) async fn exit_code(
        &self,
        engine: &Engine,
        wait: Option<Wait>,
        sign: &Notify,
    ) -> Result<i64, String> {
        match (self, wait) {
            (Self::Container(_), Some(wait)) => {
                let signed = async {
                    sign.notified().await;
                    sleep(OVERDUE).await;
                };
                tokio::select! {
                    told = wait.exit_code() => match told {
                        Ok(code) => Ok(code),
                        Err(error) => self.seen_to_end(engine, &error.to_string()).await,
                    },
                    () = signed => self.seen_to_end(engine, "it does not answer").await,
                }
            }
            (Self::Container(_), None) => self.seen_to_end(engine, "it does not answer").await,
            (Self::Exec { exec, .. }, _) => {
                sign.notified().await;
                match engine.exec_end(&exec.id).await {
                    Ok(code) => Ok(code),
                    Err(error) => self.seen_to_end(engine, &error.to_string()).await,
                }
            }
        }
    }

    /// Waits for the end of what nobody is attached to, as `exit_code`.
    ///
    /// # Errors
    /// The engine is away, or what might have ended is; in words.
    pub async fn end(&self, engine: &Engine, wait: Option<Wait>) -> Result<i64, String> {
        self.exit_code(engine, wait, &Notify::new()).await
    }

    /// Looks until it has ended. An engine that goes away may come back; `why` says why it is looked for.
    async fn seen_to_end(&self, engine: &Engine, why: &str) -> Result<i64, String> {
        let (mut pause, longest) = LOOKS;
        let mut heard = Instant::now();
        loop {
            match timeout(HEARD, self.ended(engine)).await.unwrap_or(Err(Lost::Silent)) {
                Ok(Some(exit)) => return Ok(exit.code),
                Ok(None) => heard = Instant::now(),
                Err(Lost::Gone) => return Err("the container is gone".to_owned()),
                Err(Lost::Silent) if heard.elapsed() > AWAY => return Err(why.to_owned()),
                Err(Lost::Silent) => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// Gives its terminal a size.
    pub(super) async fn resize(&self, engine: &Engine, size: WindowSize) -> Result<(), EngineError> {
        match self {
            Self::Container(id) => engine.resize(id, size).await,
            Self::Exec { exec, .. } => engine.resize_exec(&exec.id, size).await,
        }
    }

    /// Sends it a signal, and waits no longer than that for it.
    pub(super) async fn signal(&self, engine: &Engine, signal: &str, limit: Duration) -> Delivery {
        let delivered = async {
            match self {
                Self::Container(id) => {
                    let _ = engine.signal(id, signal).await;
                    Delivery::Sent
                }
                Self::Exec { exec, is_shell } => {
                    let signal = if *is_shell && signal == ladder::ASK { HANG_UP } else { signal };
                    match reach::signal(engine, exec, signal).await {
                        true => Delivery::Sent,
                        false => Delivery::OutOfReach,
                    }
                }
            }
        };
        if let Ok(delivery) = timeout(limit * 3 / 4, delivered).await {
            return delivery;
        }
        // An engine that passes no signal on may still be there: for a container whose last output waits for a reader.
        match (engine.answers(limit / 4).await, self) {
            (false, _) => Delivery::Silent,
            (true, Self::Container(_)) => Delivery::Sent,
            (true, Self::Exec { .. }) => Delivery::OutOfReach,
        }
    }

    /// Its container's id.
    pub(super) fn container(&self) -> &str {
        match self {
            Self::Container(id) => id,
            Self::Exec { exec, .. } => &exec.container,
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
                    let (code, out_of_memory) = (state.exit_code, state.out_of_memory);
                    Ok(Some(Exit { code, out_of_memory, runs_again: false }))
                }
                Some(_) => Ok(None),
                None => Err(Lost::Gone),
            },
            Self::Exec { exec, .. } => match engine.exec_state(&exec.id).await.map_err(|_| Lost::Silent)? {
                Some(state) => {
                    Ok(state.ended().map(|code| Exit { code, out_of_memory: false, runs_again: false }))
                }
                None => Err(Lost::Gone),
            },
        }
    }
}

/// What ends a shell that somebody talks to.
const HANG_UP: &str = "SIGHUP";

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It was delivered, or is the engine's business now.
    Sent,
    /// It was not delivered, and no later one would be.
    OutOfReach,
    /// The engine does not answer at all.
    Silent,
}

/// Why nothing is known of an end.
pub(super) enum Lost {
    /// The engine does not answer.
    Silent,
    /// There is nothing any more that could have ended.
    Gone,
}
