//! Whether the engine is still there, beside streams that may be silent for hours, and whether the container is paused.

use super::attended::Attended;
use crate::engine::Engine;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often the engine is asked, and how long it may take to answer.
const EVERY: Duration = Duration::from_secs(5);

/// What is seen of engine and container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    /// Both are as they should be.
    Fine,
    /// The container is paused.
    Paused,
    /// The engine does not answer.
    Silent,
}

/// Something that a caller has to know who sees nothing happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The engine does not answer any more.
    EngineSilent,
    /// It answers again.
    EngineBack,
    /// The container is paused.
    Paused,
    /// It goes on.
    Unpaused,
    /// The stream broke: the rest of the output comes from the container's log.
    FromLog,
}

/// The next look at the engine.
pub(super) async fn next(engine: &Engine, attended: &Attended) -> Beat {
    sleep(EVERY).await;
    if !engine.answers(EVERY).await {
        return Beat::Silent;
    }
    // Of a container whose output waits for a reader the engine tells nothing.
    match timeout(EVERY, engine.container(attended.container())).await {
        Ok(Ok(Some(state))) if state.paused => Beat::Paused,
        Ok(_) | Err(_) => Beat::Fine,
    }
}

/// What is to be said when one look differs from the one before.
pub(super) fn change(before: Beat, now: Beat) -> Option<Notice> {
    match (before, now) {
        (before, now) if before == now => None,
        (_, Beat::Silent) => Some(Notice::EngineSilent),
        (_, Beat::Paused) => Some(Notice::Paused),
        (Beat::Silent, Beat::Fine) => Some(Notice::EngineBack),
        (Beat::Paused | Beat::Fine, Beat::Fine) => Some(Notice::Unpaused),
    }
}
