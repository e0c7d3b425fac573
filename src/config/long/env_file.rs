//! An environment file as a table: `{ path = "more.env", format = "raw", required = true }`.

use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::Item;
use super::fields::{Fields, word};
use crate::finding::Code;

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "an environment file",
    &[
        Key::new("format", "`raw`: docker's own dialect", Form::OneOf(|| vec!["raw"]), |reader, _, _, (_, value)| {
            if reader.word(value).is_some_and(|format| format != "raw") {
                let message = "`format` is raw: environment files are read in the dialect of `docker run --env-file`";
                reader.fault(value.span(), Code::BadValue, message, "not a format");
            }
        }),
        word("path", "The file"),
        Key::new("required", "`true`: the file has to be there", Form::Boolean, |reader, _, _, entry| {
            Fields::only(reader, entry, true, "a file that is named has to be there");
        }),
    ],
)
.needing(&["path"]);

/// In the list of `env-file`.
pub(super) const ITEM: Item = Item {
    row: "env-file",
    shape: || KEYS.shape(),
    read: |reader, said, row, whole| {
        let fields = Fields::read(reader, &KEYS, whole);
        if let Some(path) = fields.as_ref().and_then(|fields| fields.get("path")) {
            reader.say(said, row, path.clone(), Spot::value(whole.0.span()));
        }
    },
};
