//! A file system in memory as a table: `{ target = "/run", size = "64m", mode = "1777" }`.

use super::super::interpolate::Template;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::Item;
use super::fields::{Fields, word, words};

/// The options with a value.
const VALUED: [&str; 4] = ["size", "mode", "uid", "gid"];

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a tmpfs",
    &[
        word("gid", "Group of its root"),
        Key::new("mode", "Mode of its root, in octal digits", Form::Word, |reader, fields, name, entry| {
            fields.mode(reader, name, entry);
        }),
        words("options", "Further options of the mount"),
        word("size", "Its size"),
        word("target", "Path in the container"),
        word("uid", "User of its root"),
    ],
)
.needing(&["target"]);

/// In the list of `tmpfs`.
pub(super) const ITEM: Item = Item {
    row: "tmpfs",
    shape: || KEYS.shape(),
    read: |reader, said, row, whole| {
        if let Some(fields) = Fields::read(reader, &KEYS, whole) {
            reader.say(said, row, tmpfs(&fields), Spot::value(whole.0.span()));
        }
    },
};

/// `PATH[:OPTION[=VALUE],...]`.
fn tmpfs(fields: &Fields) -> Template {
    let valued = VALUED.iter().filter_map(|name| Some(fields.get(name)?.clone().behind(&format!("{name}="))));
    let options: Vec<Template> = valued.chain(fields.all("options").into_iter().cloned()).collect();
    let target = fields.get("target").cloned();
    let options = (!options.is_empty()).then(|| Template::joined(options, ","));
    Template::joined(target.into_iter().chain(options), ":")
}
