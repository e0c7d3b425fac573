//! A container that was started into one that is ready, or into the reasons why it is not.

mod check;
mod failure;
mod lacking;
mod ports;

pub use ports::addresses;

use crate::engine::{Engine, Fresh, Outputs};
use crate::finding::Finding;
use crate::session::{Attended, Kept};
use crate::spec::{LaunchSpec, Readiness};
use crate::values::{Pattern, Ready};
use check::{Said, Subject};
use failure::Failure;
use std::cell::RefCell;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How often what is lacking is asked for again.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a container may take to tell that it is ready by now.
const GLANCE: Duration = Duration::from_secs(3);

/// A check that has not told that the container is ready, and what it says instead; none for the time that it runs.
type Lacking<'a> = (Option<&'a Ready>, String);

/// Waits until all that has to tell that a container is ready has told so.
///
/// # Errors
/// The container has ended, or its time is over, or it can never be ready; with the last lines that it wrote.
pub async fn until_ready(
    engine: &Engine,
    spec: &LaunchSpec,
    readiness: &Readiness,
    fresh: Fresh,
) -> Result<(), Vec<Finding>> {
    let Fresh { id, output, wait } = fresh;
    let kept = Kept::of(output, spec.options.tty.is_on(), patterns(&readiness.checks));
    let subject = Subject { engine, id: &id, kept: &kept };
    let container = Attended::Container(id.clone());
    let (lacking, began) = (RefCell::new(Vec::new()), Instant::now());
    let failure = tokio::select! {
        biased;
        ended = container.end(engine, wait) => Failure::Ended(ended),
        told = told(&subject, readiness, began, &lacking) => match told {
            Ok(()) => return Ok(()),
            Err(why) => Failure::Never(failure::words(&why, &spec.secrets)),
        },
        () = sleep_until(began + readiness.within.0) => Failure::TooLate(lacking.take()),
    };
    Err(failure.told((&subject, spec), readiness).await)
}

/// Asks until all has told. What is lacking meanwhile is written down.
async fn told<'a>(
    subject: &Subject<'_>,
    readiness: &'a Readiness,
    began: Instant,
    lacking: &RefCell<Vec<Lacking<'a>>>,
) -> Result<(), Lacking<'a>> {
    let mut checks: Vec<&Ready> = readiness.checks.iter().collect();
    if checks.is_empty() {
        if !subject.has_health_check().await {
            runs_long_enough(subject, readiness, began, lacking).await;
            return Ok(());
        }
        checks.push(&Ready::Health);
    }
    lacking
        .replace(checks.iter().map(|check| (Some(*check), "nothing was heard of it".to_owned())).collect());
    all_told(subject, checks, |left| drop(lacking.replace(left))).await
}

/// Asks these until all have told; `hear` is told what is lacking.
async fn all_told<'a>(
    subject: &Subject<'_>,
    mut checks: Vec<&'a Ready>,
    mut hear: impl FnMut(Vec<Lacking<'a>>),
) -> Result<(), Lacking<'a>> {
    loop {
        let mut left = Vec::new();
        for check in checks {
            match subject.says(check).await {
                Said::Yes => {}
                Said::NotYet(why) => left.push((Some(check), why)),
                Said::Never(why) => return Err((Some(check), why)),
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        checks = left.iter().filter_map(|(check, _)| *check).collect();
        hear(left);
        sleep(PAUSE).await;
    }
}

/// Whether a container that nobody waits for any more is ready by now: each of its checks tells so soon, and where it has
/// none, it has run for so long.
pub async fn is_ready(engine: &Engine, id: &str, checks: &[Ready], uptime: Duration) -> bool {
    let Ok(Some(state)) = engine.container(id).await else { return false };
    if !state.running || state.restarting || state.paused {
        return false;
    }
    let checks: Vec<&Ready> = match (checks, &state.health) {
        ([], Some(_)) => vec![&Ready::Health],
        ([], None) => return state.has_run_for(uptime),
        (checks, _) => checks.iter().collect(),
    };
    let Ok(output) = engine.log(id, Outputs { stdout: true, stderr: true }).await else { return false };
    let kept = Kept::of(output, state.tty, patterns(checks.iter().copied()));
    let subject = Subject { engine, id, kept: &kept };
    timeout(GLANCE, all_told(&subject, checks, drop)).await.is_ok_and(|told| told.is_ok())
}

/// The patterns that are looked for in what the container writes.
fn patterns<'a>(checks: impl IntoIterator<Item = &'a Ready>) -> Vec<Pattern> {
    let pattern = |check: &Ready| match check {
        Ready::Log(pattern) => Some(pattern.clone()),
        _ => None,
    };
    checks.into_iter().filter_map(pattern).collect()
}

/// Waits until it has run for its time. One that is paused does not run: it has all of that time before it once it goes on.
async fn runs_long_enough(
    subject: &Subject<'_>,
    readiness: &Readiness,
    began: Instant,
    lacking: &RefCell<Vec<Lacking<'_>>>,
) {
    let mut until = began + readiness.uptime.0;
    loop {
        // The question takes a moment, and the wait may be over at the very end of this time.
        sleep_until(until - PAUSE).await;
        if !subject.is_paused().await {
            return sleep_until(until).await;
        }
        lacking.replace(vec![(None, "the container is paused".to_owned())]);
        while subject.is_paused().await {
            sleep(PAUSE).await;
        }
        lacking.take();
        until = Instant::now() + readiness.uptime.0;
    }
}
