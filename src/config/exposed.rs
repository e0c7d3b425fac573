//! Secrets that only the launch as a whole tells to be such, by a reference or a declaration: what a file makes of their
//! values is told where something that is printed is made of it.

use super::document::Document;
use super::secret_names;
use super::trust::holds;
use crate::finding::{Code, Finding, Findings, Origin, Place};
use crate::options::{Layer, ROWS, Setting};
use crate::values::SecretNames;

/// A finding for every such value that is made from a secret and is not hidden. What is a secret by its name alone was told
/// when the file was read.
pub(super) fn findings(
    document: &Document,
    (options, command): (&Layer, Option<&Setting<Vec<String>>>),
    secrets: &SecretNames,
) -> Findings {
    let by_name = secret_names();
    let used = document.interpolated.iter().filter(|used| secrets.is_secret(&used.value));
    let used = used.filter(|used| !by_name.is_secret(&used.value));
    let found = used.filter_map(|used| {
        let Origin::File(place) = &used.origin else { return None };
        let row = exposing(place, options, secrets);
        let command = command.filter(|command| is_in(place, &command.origin)).map(|_| "command");
        let key = row.or(command)?;
        Some(finding(&used.value, key, place.clone()).help(forwarded(&used.value)))
    });
    found.collect()
}

/// The finding for a secret that would be printed there as a part of what the key says.
pub(super) fn finding(secret: &str, key: &str, place: Place) -> Finding {
    let message = format!("`{secret}` is a secret, and `{key}` does not hide its value");
    Finding::error(Code::SecretExposed, message).at(place, "would be printed")
}

/// How it is handed over in its place.
pub(super) fn forwarded(secret: &str) -> String {
    format!("forward it by its name: env = [\"{secret}\"]")
}

/// The option that is made there. The value of a variable that is a secret itself is hidden.
fn exposing(place: &Place, options: &Layer, secrets: &SecretNames) -> Option<&'static str> {
    let env = options.env.iter().filter(|setting| is_in(place, &setting.origin));
    let mut env = env.map(|setting| secrets.is_secret(&setting.value.name)).peekable();
    if env.peek().is_some() {
        return env.any(|is_secret| !is_secret).then_some("env");
    }
    let made = |row: &&crate::options::Row| {
        let said = (row.slots.said)(options, secrets);
        said.iter().any(|said| is_in(place, &said.origin))
    };
    ROWS.iter().find(made).map(|row| row.name)
}

fn is_in(place: &Place, origin: &Origin) -> bool {
    match origin {
        Origin::File(whole) => holds(whole, place),
        Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => false,
    }
}
