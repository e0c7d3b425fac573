//! Whose output is followed once a stack's container has ended: that of the one which takes its place.

use crate::engine::{Engine, LogPart, Outputs, StackContainer};
use crate::host::now;
use crate::session::Voice;
use std::cell::RefCell;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a container that makes way may wait for the one that takes its place.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often that is looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// The containers of a stack that are followed, each in its place.
pub(super) struct Succession<'a> {
    engine: &'a Engine,
    part: LogPart,
    holders: RefCell<Vec<StackContainer>>,
}

impl<'a> Succession<'a> {
    pub(super) fn of(holders: Vec<StackContainer>, part: LogPart, engine: &'a Engine) -> Self {
        Self { engine, part, holders: RefCell::new(holders) }
    }

    /// The output of the container that takes the place of one which has ended, from its beginning; none where it has ended for
    /// itself, or is gone.
    pub(super) async fn next(&self, place: usize) -> Option<Voice> {
        if !self.part.follow {
            return None;
        }
        let ended_at = now();
        let old = self.holders.borrow().get(place)?.clone();
        let new = self.successor(&old).await?;
        // One that is back goes on where it has ended.
        let since = match new.id == old.id {
            true => Some(format!("{}.{:09}", ended_at.as_secs(), ended_at.subsec_nanos())),
            false => self.part.since.clone(),
        };
        let part = LogPart { tail: None, since, ..self.part.clone() };
        let outputs = Outputs { stdout: true, stderr: true };
        let from = self.engine.log_part(&new.id, outputs, part).await.ok()?;
        if let Some(holder) = self.holders.borrow_mut().get_mut(place) {
            *holder = new;
        }
        Some(Voice { name: old.service, from, tty: false })
    }

    /// The other container of its service that runs; or itself, where it made way and is back.
    async fn successor(&self, old: &StackContainer) -> Option<StackContainer> {
        let (until, mut made_way) = (Instant::now() + PATIENCE, false);
        loop {
            let there = self.engine.stack_containers(Some(&old.stack)).await.ok()?;
            let mut runs =
                there.iter().filter(|one| one.service == old.service && one.is_running && !one.is_aside());
            if let Some(new) = runs.find(|one| one.id != old.id || made_way) {
                return Some(new.clone());
            }
            made_way |= there.iter().find(|one| one.id == old.id)?.is_aside();
            if !made_way || Instant::now() > until {
                return None;
            }
            sleep(PAUSE).await;
        }
    }
}
