//! What is said of a launch whose container did not become ready.

use super::Lacking;
use super::check::Subject;
use super::ports;
use crate::finding::{Code, Finding};
use crate::spec::{Readiness, Setting, asked};
use crate::values::{Duration, Value as _};
use std::time::Duration as Time;
use tokio::time::{Instant, sleep};

/// How many of its last lines are shown.
const LINES: usize = 10;
/// How long the last of its output may take after its end.
const LAST_BYTES: Time = Time::from_secs(1);

/// Why it is not ready.
pub(super) enum Failure {
    /// It has ended, with this code; or that cannot be told.
    Ended(Result<i64, String>),
    /// It will never be.
    Never(String),
    /// Its time is over; this was lacking.
    TooLate(Vec<String>),
}

/// What is lacking, a line each.
pub(super) fn words(lacking: &[Lacking<'_>]) -> Vec<String> {
    let line = |(check, why): &Lacking<'_>| match check {
        Some(check) => format!("{}: {why}", check.word()),
        None => why.clone(),
    };
    lacking.iter().map(line).collect()
}

impl Failure {
    pub(super) async fn told(self, subject: &Subject<'_>, readiness: &Readiness) -> Vec<Finding> {
        let what = subject.spec.service.as_deref().unwrap_or("the container");
        let mut finding = match self {
            Self::Ended(Ok(code)) => {
                last_bytes(subject).await;
                let code = match subject.starts_again() {
                    true => subject.engine.first_exit_code(subject.id).await.unwrap_or(code),
                    false => code,
                };
                let message = format!("{what} ended with exit code {code} before it was ready");
                ports::strangers(subject)
                    .into_iter()
                    .fold(Finding::error(Code::EndedEarly, message), Finding::noted)
            }
            Self::Ended(Err(_)) if subject.is_gone().await => {
                Finding::error(Code::EndedEarly, format!("{what} was removed before it was ready"))
            }
            Self::Ended(Err(why)) => {
                let message = format!("the engine went away before {what} was ready");
                Finding::error(Code::EngineLost, message).noted(why)
            }
            Self::Never(why) => Finding::error(Code::NotReady, format!("{what} is not ready")).noted(why),
            Self::TooLate(lacking) => {
                let message = format!("{what} was not ready within {}", readiness.within.word());
                let twice = Duration(readiness.within.0.saturating_mul(2)).word();
                let finding =
                    lacking.into_iter().fold(Finding::error(Code::NotReady, message), Finding::noted);
                finding.help(format!("give it more time: --wait={twice}"))
            }
        };
        for line in subject.kept.last_lines(LINES) {
            finding = finding.noted(format!("it wrote: {line}"));
        }
        let spec = subject.spec;
        finding.notes = finding.notes.iter().map(|note| spec.without_secret_values(note)).collect();
        let Setting { value, origin } = &readiness.asked;
        vec![finding.asked(asked("wait", &value.word(), origin), origin)]
    }
}

/// Waits for what the container wrote last.
async fn last_bytes(subject: &Subject<'_>) {
    let until = Instant::now() + LAST_BYTES;
    while !subject.kept.has_ended() && Instant::now() < until {
        sleep(Time::from_millis(5)).await;
    }
}
