//! The health check: switched off, or said how to be.

use super::asked;
use crate::config::Layer;
use crate::finding::{Code, Finding};
use crate::values::SecretNames;

/// What describes the check.
const DETAILS: [&str; 6] = [
    "health-cmd",
    "health-interval",
    "health-retries",
    "health-start-interval",
    "health-start-period",
    "health-timeout",
];

/// A check that is switched off and described. Zero and the empty word describe nothing.
pub(super) fn conflict(options: &Layer) -> Option<Finding> {
    let off = options.no_healthcheck.setting().filter(|off| off.value)?;
    let rows = DETAILS.iter().filter_map(|name| crate::config::row(name));
    let said = rows.flat_map(|row| {
        let said = (row.slots.said)(options, &SecretNames::default()).into_iter();
        said.filter(|said| !["", "0", "0s"].contains(&said.text.as_str())).map(move |said| (row, said))
    });
    let mut said = said.peekable();
    said.peek()?;
    let finding = Finding::error(Code::HealthConflict, "the health check is switched off, and described")
        .asked(asked("no-healthcheck", "true", &off.origin), &off.origin);
    let finding = said.fold(finding, |finding, (row, said)| {
        finding.asked(row.asked(&said.text, &said.origin), &said.origin)
    });
    Some(finding.help("leave one out"))
}
