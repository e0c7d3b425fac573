//! The long forms of options, and their names in compose's and model-compose's files. Every form comes to the word that
//! the option's flag takes, and goes through the option's own parser.

mod blkio;
mod deploy;
mod device;
mod entrypoint;
mod env_file;
mod fields;
mod gpus;
mod health;
mod host;
mod logging;
mod mount;
mod names;
mod network;
mod publish;
mod pull_policy;
mod restart;
mod secret;
mod stop_grace;
mod tmpfs;
mod ulimit;

use super::document::Said;
use super::keys::{Form, Shape};
use super::read::{Entry, Node, Reader};
use crate::options::Row;
pub(super) use names::{Means, find, known as names, longs, of};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key that says several options, or one in another way.
#[derive(Debug)]
pub(super) struct Long {
    /// Its name, with hyphens.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// What it holds.
    pub form: Form,
    /// How it is read.
    pub read: fn(&mut Reader<'_>, &mut Said, Entry<'_>),
}

/// A table in an option's list, or in the place of the list.
#[derive(Debug)]
pub(super) struct Item {
    row: &'static str,
    /// Its keys.
    pub shape: fn() -> Shape,
    read: fn(&mut Reader<'_>, &mut Said, &'static Row, (Node<'_>, &DeTable<'_>)),
}

/// Entries of a table in the place of an option's list, each under a name of its own.
#[derive(Debug)]
pub(super) struct Named {
    row: &'static str,
    /// What stands behind a name.
    pub form: Form,
    /// How one is read.
    pub read: fn(&mut Reader<'_>, &mut Said, &'static Row, Entry<'_>),
}

/// A list in the place of an option's one word.
#[derive(Debug)]
struct List {
    row: &'static str,
    read: fn(&mut Reader<'_>, &mut Said, &'static Row, Node<'_>, &[Spanned<DeValue<'_>>]),
}

const ITEMS: &[Item] = &[
    publish::ITEM,
    mount::IN_VOLUME,
    mount::IN_MOUNT,
    tmpfs::ITEM,
    device::ITEM,
    env_file::ITEM,
    network::ITEM,
    gpus::ITEM,
    blkio::WEIGHT,
    blkio::READ_BPS,
    blkio::WRITE_BPS,
    blkio::READ_IOPS,
    blkio::WRITE_IOPS,
];

const NAMED: &[Named] = &[network::NAMED, ulimit::NAMED, host::NAMED, secret::NAMED];

const LISTS: &[List] = &[gpus::LIST, entrypoint::LIST];

/// The table that an option takes in its list.
pub(super) fn item(row: &Row) -> Option<&'static Item> {
    ITEMS.iter().find(|item| item.row == row.name)
}

/// The entries by name that an option takes.
pub(super) fn named(row: &Row) -> Option<&'static Named> {
    NAMED.iter().find(|named| named.row == row.name)
}

/// Whether an option of one word takes a list in its place.
pub(super) fn takes_list(row: &Row) -> bool {
    LISTS.iter().any(|list| list.row == row.name)
}

/// Reads the list in the place of an option's one word.
pub(super) fn list(
    reader: &mut Reader<'_>,
    said: &mut Said,
    row: &'static Row,
    value: Node<'_>,
    items: &[Spanned<DeValue<'_>>],
) {
    if let Some(list) = LISTS.iter().find(|list| list.row == row.name) {
        (list.read)(reader, said, row, value, items);
    }
}

impl Item {
    /// Whether a table is this one: it says a key that has to be there.
    pub(super) fn is_meant(&self, table: &DeTable<'_>) -> bool {
        let needed = (self.shape)().needed;
        needed.iter().any(|needed| table.iter().any(|(key, _)| key.get_ref() == *needed))
    }

    /// Reads one.
    pub(super) fn read(
        &self,
        reader: &mut Reader<'_>,
        said: &mut Said,
        row: &'static Row,
        whole: (Node<'_>, &DeTable<'_>),
    ) {
        (self.read)(reader, said, row, whole);
    }
}

impl Reader<'_> {
    /// Reads a value as an option's, whatever its key.
    fn as_option(&mut self, said: &mut Said, name: &str, entry: Entry<'_>) {
        if let Some(row) = Row::find(name) {
            self.row(said, row, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_an_options() {
        let rows = ITEMS.iter().map(|item| item.row).chain(NAMED.iter().map(|named| named.row));
        for row in rows.chain(LISTS.iter().map(|list| list.row)) {
            assert!(Row::find(row).is_some_and(|found| found.name == row), "{row}");
        }
    }
}
