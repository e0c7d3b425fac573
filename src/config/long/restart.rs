//! `restart_policy`, as compose's `deploy` and the engine itself write it.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::Long;
use super::fields::{Fields, word};
use crate::finding::Code;
use toml::de::DeValue;

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a restart policy",
    &[
        word("condition", "none, on-failure, always or any, unless-stopped").also(&["name"]),
        Key::nothing("delay", "the engine itself lengthens the time between two starts: leave it out"),
        word("max-attempts", "How often it is started again, on-failure alone")
            .also(&["max-retry-count", "maximum-retry-count"]),
        Key::nothing("window", "docker run knows no window of attempts: leave it out"),
    ],
)
.needing(&["condition"]);

/// `restart_policy`.
pub(super) const LONG: Long = Long {
    name: "restart-policy",
    about: "When the engine starts an ended container again",
    form: Form::Any(&[Form::Word, Form::Table(|| KEYS.shape())]),
    read: |reader, said, entry| match entry.1.get_ref() {
        DeValue::Table(_) => read(reader, said, entry, Spot::value(entry.1.span())),
        _ => reader.as_option(said, "restart", entry),
    },
};

pub(super) fn read(reader: &mut Reader<'_>, said: &mut Said, (key, value): Entry<'_>, spot: Spot) {
    let Some(table) = reader.table(key, value) else { return };
    let Some(fields) = Fields::read(reader, &KEYS, (value, table)) else { return };
    let condition = fields.text("condition").unwrap_or_default();
    let policy = match condition.as_str() {
        "none" => "no",
        "any" => "always",
        other => other,
    };
    let word = match fields.text("max-attempts") {
        Some(attempts) if policy == "on-failure" => format!("{policy}:{attempts}"),
        Some(_) => {
            let message = "`max_attempts` counts with the condition on-failure alone";
            return reader.fault(value.span(), Code::BadValue, message, "nothing is counted");
        }
        None => policy.to_owned(),
    };
    reader.say_as(said, "restart", word.into(), spot);
}
