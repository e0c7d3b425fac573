//! What is said of busy disks, as compose writes it: `blkio_config`, and `{ path = "/dev/sda", rate = "1m" }`.

use super::super::document::Said;
use super::super::interpolate::Template;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Node, Reader};
use super::fields::{Fields, word};
use super::{Item, Long};
use crate::options::Row;
use toml::de::DeTable;

const WEIGHTED: Keys<Fields> =
    Keys::<Fields>::of("a disk's weight", &[word("path", "The disk"), word("weight", "Its weight")])
        .needing(&["path", "weight"]);

const RATED: Keys<Fields> =
    Keys::<Fields>::of("a disk's limit", &[word("path", "The disk"), word("rate", "Its limit in a second")])
        .needing(&["path", "rate"]);

const KEYS: Keys<Said> = Keys::<Said>::of(
    "a table of block devices",
    &[
        Key::new(
            "device-read-bps",
            "Limits of bytes read",
            Form::List(|| RATED.shape()),
            |reader, said, name, entry| {
                reader.as_option(said, name, entry);
            },
        ),
        Key::new(
            "device-read-iops",
            "Limits of reads",
            Form::List(|| RATED.shape()),
            |reader, said, name, entry| {
                reader.as_option(said, name, entry);
            },
        ),
        Key::new(
            "device-write-bps",
            "Limits of bytes written",
            Form::List(|| RATED.shape()),
            |reader, said, name, entry| {
                reader.as_option(said, name, entry);
            },
        ),
        Key::new(
            "device-write-iops",
            "Limits of writes",
            Form::List(|| RATED.shape()),
            |reader, said, name, entry| {
                reader.as_option(said, name, entry);
            },
        ),
        Key::new("weight", "Weight against other containers", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "blkio-weight", entry);
        }),
        Key::new(
            "weight-device",
            "The same on one disk",
            Form::List(|| WEIGHTED.shape()),
            |reader, said, _, entry| {
                reader.as_option(said, "blkio-weight-device", entry);
            },
        ),
    ],
);

/// `blkio_config`.
pub(super) const LONG: Long = Long {
    name: "blkio-config",
    about: "What is said of busy disks",
    form: Form::Table(|| KEYS.shape()),
    read: |reader, said, (key, value)| {
        if let Some(table) = reader.table(key, value) {
            reader.keys(&KEYS, said, table);
        }
    },
};

pub(super) const WEIGHT: Item = Item {
    row: "blkio-weight-device",
    shape: || WEIGHTED.shape(),
    read: |reader, said, row, whole| read(reader, said, row, (&WEIGHTED, "weight"), whole),
};

pub(super) const READ_BPS: Item = Item {
    row: "device-read-bps",
    shape: || RATED.shape(),
    read: |reader, said, row, whole| read(reader, said, row, (&RATED, "rate"), whole),
};

pub(super) const WRITE_BPS: Item = Item { row: "device-write-bps", ..READ_BPS };

pub(super) const READ_IOPS: Item = Item { row: "device-read-iops", ..READ_BPS };

pub(super) const WRITE_IOPS: Item = Item { row: "device-write-iops", ..READ_BPS };

/// `DEVICE:NUMBER`.
fn read(
    reader: &mut Reader<'_>,
    said: &mut Said,
    row: &'static Row,
    (keys, number): (&Keys<Fields>, &str),
    whole: (Node<'_>, &DeTable<'_>),
) {
    if let Some(fields) = Fields::read(reader, keys, whole) {
        let parts = ["path", number].into_iter().filter_map(|name| fields.get(name).cloned());
        reader.say(said, row, Template::joined(parts, ":"), Spot::value(whole.0.span()));
    }
}
