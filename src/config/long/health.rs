//! `healthcheck`, as compose and model-compose write it.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::Long;

const KEYS: Keys<Said> = Keys::<Said>::of(
    "a health check",
    &[
        Key::new(
            "disable",
            "Check nothing, whatever the image says",
            Form::Boolean,
            |reader, said, _, entry| {
                reader.as_option(said, "no-healthcheck", entry);
            },
        ),
        Key::new("interval", "Time between two checks", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "health-interval", entry);
        }),
        Key::<Said>::new("retries", "Failures in a row that count", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "health-retries", entry);
        })
        .also(&["max-retry-count"]),
        Key::new(
            "start-interval",
            "Time between two checks while it starts",
            Form::Word,
            |reader, said, _, entry| {
                reader.as_option(said, "health-start-interval", entry);
            },
        ),
        Key::new(
            "start-period",
            "Time to start, in which no failure counts",
            Form::Word,
            |reader, said, _, entry| {
                reader.as_option(said, "health-start-period", entry);
            },
        ),
        Key::new(
            "test",
            "The command: a line, or a list that begins with CMD, CMD-SHELL or NONE",
            Form::Words,
            |reader, said, _, entry| {
                reader.as_option(said, "health-cmd", entry);
            },
        ),
        Key::new("timeout", "Time that one check may take", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "health-timeout", entry);
        }),
    ],
);

/// `healthcheck`.
pub(super) const LONG: Long = Long {
    name: "healthcheck",
    about: "How the engine asks whether the container is well",
    form: Form::Table(|| KEYS.shape()),
    read: |reader, said, (key, value)| {
        if let Some(table) = reader.table(key, value) {
            reader.keys(&KEYS, said, table);
        }
    },
};
