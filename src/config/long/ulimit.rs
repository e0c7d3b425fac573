//! A limit as a table behind its name: `ulimits = { nofile = { soft = 1024, hard = 65536 } }`.

use super::super::document::Said;
use super::super::interpolate::Template;
use super::super::keys::{Form, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::Named;
use super::fields::{Fields, word};
use crate::options::Row;
use toml::de::DeValue;

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a limit",
    &[word("hard", "How far a process may raise its own"), word("soft", "What holds")],
)
.needing(&["hard", "soft"]);

/// By the limits' names.
pub(super) const NAMED: Named =
    Named { row: "ulimit", form: Form::Any(&[Form::Word, Form::Table(|| KEYS.shape())]), read: by_name };

fn by_name(reader: &mut Reader<'_>, said: &mut Said, row: &'static Row, entry: Entry<'_>) {
    let DeValue::Table(table) = entry.1.get_ref() else {
        return reader.pair(said, row, '=', entry);
    };
    if let Some(fields) = Fields::read(reader, &KEYS, (entry.1, table)) {
        let limits = ["soft", "hard"].into_iter().filter_map(|name| fields.get(name).cloned());
        let word = Template::joined(limits, ":").behind(&format!("{}=", entry.0.get_ref()));
        reader.say(said, row, word, Spot::entry(entry));
    }
}
