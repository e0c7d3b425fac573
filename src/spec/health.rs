//! The health check: switched off, or said how to be.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding, Origin};
use crate::values::{HealthCommand, HealthTime, SecretNames, Value as _};
use std::time::Duration;

/// What describes the check.
const DETAILS: [&str; 6] = [
    "health-cmd",
    "health-interval",
    "health-retries",
    "health-start-interval",
    "health-start-period",
    "health-timeout",
];

/// How long after the start, and after each check, the engine makes the next one, unless it is told otherwise.
const INTERVAL: Duration = Duration::from_secs(30);
/// The same while the container is given time to start, of engines that know an interval for that.
const START_INTERVAL: Duration = Duration::from_secs(5);
/// How long a check may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The times of a health check. Zero leaves one to the engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HealthTimes {
    /// Between two checks, and before the first one.
    pub interval: Duration,
    /// How long one may take.
    pub timeout: Duration,
    /// How long failures do not count.
    pub start_period: Duration,
    /// The interval meanwhile.
    pub start_interval: Duration,
}

impl HealthTimes {
    /// The times that a launch says.
    pub(super) fn said(options: &Layer) -> Self {
        let time = |said: Option<&HealthTime>| said.map_or(Duration::ZERO, |time| time.0.0);
        Self {
            interval: time(options.health_interval.get()),
            timeout: time(options.health_timeout.get()),
            start_period: time(options.health_start_period.get()),
            start_interval: time(options.health_start_interval.get()),
        }
    }

    /// How long after the start the engine makes the first check, and the option that says so. Only some engines know
    /// an interval of the start.
    #[must_use]
    pub fn first(&self, knows_start_interval: bool) -> (Duration, &'static str) {
        match knows_start_interval && !self.start_period.is_zero() {
            true => (or(self.start_interval, START_INTERVAL), "health-start-interval"),
            false => (or(self.interval, INTERVAL), "health-interval"),
        }
    }

    /// The same of the engine that makes it soonest.
    pub(super) fn soonest(&self) -> (Duration, &'static str) {
        self.first(false).min(self.first(true))
    }

    /// How long a check may take.
    #[must_use]
    pub fn limit(&self) -> Duration {
        or(self.timeout, TIMEOUT)
    }
}

fn or(said: Duration, unsaid: Duration) -> Duration {
    if said.is_zero() { unsaid } else { said }
}

/// Decides whether there is one: the list `["NONE"]` switches it off, as `--no-healthcheck` does. One that is switched off
/// and described is refused; zero and the empty word describe nothing.
pub(super) fn decide(options: &mut Layer) -> Option<Finding> {
    let none = options.health_cmd.setting().filter(|said| said.value == HealthCommand::None).cloned();
    if none.is_some() {
        options.health_cmd.clear();
    }
    let by_list = none.map(|none| (asked("health-cmd", &none.value.word(), &none.origin), none.origin));
    let by_switch = || {
        let off = options.no_healthcheck.setting().filter(|off| off.value)?;
        Some((asked("no-healthcheck", "true", &off.origin), off.origin.clone()))
    };
    let (words, origin) = by_list.or_else(by_switch)?;
    if !is_habit(&origin) {
        forget_habits(options);
    }
    let conflict = conflict(options, &words, &origin);
    options.no_healthcheck.set(true, origin);
    conflict
}

/// Takes away what dynrun's own files say of the check: it gives way to who wants none.
fn forget_habits(options: &mut Layer) {
    for row in DETAILS.iter().filter_map(|name| crate::config::row(name)) {
        let said = (row.slots.said)(options, &SecretNames::default());
        if said.iter().all(|said| is_habit(&said.origin)) {
            (row.slots.clear)(options);
        }
    }
}

/// What is said of a check that is switched off by those words.
fn conflict(options: &Layer, words: &str, origin: &Origin) -> Option<Finding> {
    let rows = DETAILS.iter().filter_map(|name| crate::config::row(name));
    let said = rows.flat_map(|row| {
        let said = (row.slots.said)(options, &SecretNames::default()).into_iter();
        said.filter(|said| !["", "0", "0s"].contains(&said.text.as_str())).map(move |said| (row, said))
    });
    let mut said = said.peekable();
    said.peek()?;
    let finding = Finding::error(Code::HealthConflict, "the health check is switched off, and described")
        .asked(words, origin);
    let finding = said.fold(finding, |finding, (row, said)| {
        finding.asked(row.asked(&said.text, &said.origin), &said.origin)
    });
    Some(finding.help("leave one out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_check_comes_after_an_interval() {
        let times = |interval, start_period, start_interval| HealthTimes {
            interval: Duration::from_secs(interval),
            timeout: Duration::ZERO,
            start_period: Duration::from_secs(start_period),
            start_interval: Duration::from_secs(start_interval),
        };
        for (times, older, newer) in [
            (times(0, 0, 0), 30, 30),
            (times(2, 0, 0), 2, 2),
            (times(0, 0, 1), 30, 30),
            (times(0, 60, 0), 30, 5),
            (times(2, 60, 0), 2, 5),
            (times(0, 60, 1), 30, 1),
        ] {
            let first = |knows| times.first(knows).0.as_secs();
            assert_eq!((first(false), first(true)), (older, newer), "{times:?}");
            assert_eq!(times.soonest().0.as_secs(), older.min(newer), "{times:?}");
        }
    }
}
