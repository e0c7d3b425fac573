//! `logging`, as compose and model-compose write it.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::Long;

const KEYS: Keys<Said> = Keys::<Said>::of(
    "a table of logging",
    &[
        Key::new("driver", "Driver of the container's log", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "log-driver", entry);
        }),
        Key::new("options", "Options of the driver", Form::Pairs, |reader, said, _, entry| {
            reader.as_option(said, "log-opt", entry);
        }),
    ],
);

/// `logging`.
pub(super) const LONG: Long = Long {
    name: "logging",
    about: "Where the container's output is kept",
    form: Form::Table(|| KEYS.shape()),
    read: |reader, said, (key, value)| {
        if let Some(table) = reader.table(key, value) {
            reader.keys(&KEYS, said, table);
        }
    },
};
