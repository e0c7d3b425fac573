//! Hosts with their addresses: `extra_hosts = { db = "10.0.0.2", both = ["10.0.0.3", "fd00::3"] }`.

use super::super::document::Said;
use super::super::keys::Form;
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::Named;
use crate::options::Row;
use toml::de::DeValue;

/// By the hosts' names.
pub(super) const NAMED: Named = Named { row: "add-host", form: Form::Words, read: by_name };

fn by_name(reader: &mut Reader<'_>, said: &mut Said, row: &'static Row, (name, value): Entry<'_>) {
    let front = format!("{}=", name.get_ref());
    let DeValue::Array(items) = value.get_ref() else { return reader.pair(said, row, '=', (name, value)) };
    for item in items {
        if let Some(word) = reader.word_for(row, &front, item) {
            reader.say(said, row, word, Spot::entry((name, item)));
        }
    }
}
