//! A device as a table: `{ source = "/dev/fuse", target = "/dev/fuse", permissions = "rwm" }`.

use super::super::interpolate::Template;
use super::super::keys::Keys;
use super::super::option::Spot;
use super::Item;
use super::fields::{Fields, word};

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a device",
    &[
        word("permissions", "What the container may do with it: r, w, m"),
        word("source", "Path on the host, or a CDI name"),
        word("target", "Path in the container"),
    ],
)
.needing(&["source"]);

/// In the list of `device`.
pub(super) const ITEM: Item = Item {
    row: "device",
    shape: || KEYS.shape(),
    read: |reader, said, row, whole| {
        if let Some(fields) = Fields::read(reader, &KEYS, whole) {
            let parts = ["source", "target", "permissions"].into_iter().filter_map(|name| fields.get(name));
            let word = Template::joined(parts.cloned(), ":");
            reader.say(said, row, word, Spot::value(whole.0.span()));
        }
    },
};
