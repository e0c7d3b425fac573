//! The health check: switched off, or said how to be.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding, Origin};
use crate::values::{HealthCommand, SecretNames, Value as _};

/// What describes the check.
const DETAILS: [&str; 6] = [
    "health-cmd",
    "health-interval",
    "health-retries",
    "health-start-interval",
    "health-start-period",
    "health-timeout",
];

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
