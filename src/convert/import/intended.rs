//! What dynrun's own `inspect --format json` prints into a section: what was asked for. No value of a secret is in it.

use super::{Reading, Section, Text, left_out};
use crate::finding::{Findings, Origin};
use crate::options::Row;
use serde_json::Value;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Whether this is what `dynrun inspect` prints of a container.
#[must_use]
pub fn is_intended(document: &Value) -> bool {
    document["options"].is_object() && document["name"].is_string()
}

/// Reads it into a section.
///
/// # Errors
/// A word of it is none that dynrun takes.
pub fn intended(
    document: &Value,
    origin: &Origin,
    reading: Reading<'_>,
    findings: &mut Findings,
) -> Result<Section, Findings> {
    let mut section = Section::default();
    let mut faults = Findings::new();
    for (name, option) in document["options"].as_object().into_iter().flatten() {
        let Some(row) = Row::find(name) else { continue };
        for word in words(&option["intended"]) {
            if word.contains(HIDDEN) {
                findings.push(
                    left_out(format!("--{name} is left out: it holds a secret, which nothing prints"))
                        .help(format!("say it when you launch: dynrun run SERVICE --{name} ...")),
                );
                continue;
            }
            let spelling = format!("--{name}");
            let said = section.say(row, &Text::from(word), (&spelling, origin), reading, findings);
            faults.extend(said.err());
        }
    }
    let command: Vec<&str> = words(&document["command"]).collect();
    if command.iter().any(|word| word.contains(HIDDEN)) {
        findings.push(
            left_out("the command is left out: it holds a secret, which nothing prints")
                .help("say it when you launch: dynrun run SERVICE -- COMMAND..."),
        );
    } else {
        section.command(command.into_iter().map(Text::from).collect(), origin, reading.secrets, findings);
    }
    if faults.is_empty() { Ok(section) } else { Err(faults) }
}

fn words(words: &Value) -> impl Iterator<Item = &str> {
    words.as_array().into_iter().flatten().filter_map(Value::as_str)
}
