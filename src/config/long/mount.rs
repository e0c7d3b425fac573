//! A mount as a table, in compose's nested form and in the flat one of docker's flag: `{ type = "bind", source = "./m",
//! target = "/m", bind = { propagation = "rslave" } }`.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Node, Reader};
use super::Item;
use super::fields::{Fields, word};
use crate::finding::Code;
use toml::de::{DeTable, DeValue};

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a mount",
    &[
        Key::new(
            "bind",
            "What is said of a path of the host",
            Form::Table(|| BIND.shape()),
            |reader, fields, _, entry| {
                nested(reader, &BIND, fields, entry);
            },
        ),
        word("bind-propagation", "Which mounts below the path show on the other side"),
        word("bind-recursive", "enabled, disabled, writable or readonly"),
        word("consistency", "No meaning on Linux"),
        word("create", "Whether a missing folder of the host is made, as the caller"),
        Key::new(
            "image",
            "What is said of another image's files",
            Form::Table(|| IMAGE.shape()),
            |reader, fields, _, entry| {
                nested(reader, &IMAGE, fields, entry);
            },
        ),
        word("image-subpath", "Folder in the image"),
        Key::new("mode", "Mode of the folder that is made", Form::Word, |reader, fields, name, entry| {
            fields.mode(reader, name, entry);
        }),
        word("owner", "Whose the folder is that is made: USER[:GROUP]"),
        Key::<Fields>::new(
            "read-only",
            "Whether the container only reads",
            Form::Boolean,
            |reader, fields, _, entry| {
                fields.word(reader, "readonly", entry);
            },
        )
        .also(&["readonly", "ro"]),
        Key::<Fields>::new(
            "source",
            "Path of the host, volume, or image",
            Form::Word,
            |reader, fields, _, entry| {
                fields.word(reader, "source", entry);
            },
        )
        .also(&["src"]),
        Key::<Fields>::new("target", "Path in the container", Form::Word, |reader, fields, _, entry| {
            fields.word(reader, "target", entry);
        })
        .also(&["destination", "dst"]),
        Key::new(
            "tmpfs",
            "What is said of a file system in memory",
            Form::Table(|| TMPFS.shape()),
            |reader, fields, _, entry| {
                nested(reader, &TMPFS, fields, entry);
            },
        ),
        Key::new("tmpfs-mode", "Mode of its root", Form::Word, |reader, fields, name, entry| {
            fields.mode(reader, name, entry);
        }),
        word("tmpfs-size", "Its size"),
        word("type", "bind, volume, tmpfs or image; volume, if not said"),
        Key::new(
            "volume",
            "What is said of a volume",
            Form::Table(|| VOLUME.shape()),
            |reader, fields, _, entry| {
                nested(reader, &VOLUME, fields, entry);
            },
        ),
        word("volume-driver", "Driver of a volume that is made"),
        Key::new(
            "volume-label",
            "Labels of a volume that is made",
            Form::Pairs,
            |reader, fields, name, entry| {
                fields.pairs(reader, name, entry);
            },
        ),
        word("volume-nocopy", "Whether a new volume stays empty"),
        Key::new(
            "volume-opt",
            "Options of the volume's driver",
            Form::Pairs,
            |reader, fields, name, entry| {
                fields.pairs(reader, name, entry);
            },
        ),
        word("volume-subpath", "Folder in the volume"),
    ],
)
.needing(&["target"]);

const BIND: Keys<Fields> = Keys::<Fields>::of(
    "a bind",
    &[
        Key::new(
            "create-host-path",
            "Whether a missing folder of the host is made, as the caller",
            Form::Boolean,
            |reader, fields, _, entry| fields.word(reader, "create", entry),
        ),
        Key::new(
            "propagation",
            "Which mounts below the path show on the other side",
            Form::Word,
            |reader, fields, _, entry| {
                fields.word(reader, "bind-propagation", entry);
            },
        ),
        Key::new(
            "recursive",
            "enabled, disabled, writable or readonly",
            Form::Word,
            |reader, fields, _, entry| {
                fields.word(reader, "bind-recursive", entry);
            },
        ),
        Key::nothing("selinux", "docker relabels what `volume` mounts alone: volume = [\"SOURCE:TARGET:z\"]"),
    ],
);

const VOLUME: Keys<Fields> = Keys::<Fields>::of(
    "a volume's table",
    &[
        Key::new("labels", "Labels of a volume that is made", Form::Pairs, |reader, fields, _, entry| {
            fields.pairs(reader, "volume-label", entry);
        }),
        Key::new("nocopy", "Whether a new volume stays empty", Form::Boolean, |reader, fields, _, entry| {
            fields.word(reader, "volume-nocopy", entry);
        }),
        Key::new("subpath", "Folder in the volume", Form::Word, |reader, fields, _, entry| {
            fields.word(reader, "volume-subpath", entry);
        }),
    ],
);

const TMPFS: Keys<Fields> = Keys::<Fields>::of(
    "a tmpfs",
    &[
        Key::new("mode", "Mode of its root, in octal digits", Form::Word, |reader, fields, _, entry| {
            fields.mode(reader, "tmpfs-mode", entry);
        }),
        Key::new("size", "Its size", Form::Word, |reader, fields, _, entry| {
            fields.word(reader, "tmpfs-size", entry);
        }),
    ],
);

const IMAGE: Keys<Fields> = Keys::<Fields>::of(
    "an image's table",
    &[Key::new("subpath", "Folder in the image", Form::Word, |reader, fields, _, entry| {
        fields.word(reader, "image-subpath", entry);
    })],
);

/// In the list of `volume`: it is a mount there, too.
pub(super) const IN_VOLUME: Item = Item {
    row: "volume",
    shape: || KEYS.shape(),
    // A word in that list would be a volume's.
    read: |reader, said, _, whole| read(reader, said, whole, Spot::form(whole.0.span())),
};

/// In the list of `mount`.
pub(super) const IN_MOUNT: Item = Item {
    row: "mount",
    shape: || KEYS.shape(),
    read: |reader, said, _, whole| read(reader, said, whole, Spot::value(whole.0.span())),
};

fn read(reader: &mut Reader<'_>, said: &mut Said, whole: (Node<'_>, &DeTable<'_>), spot: Spot) {
    if let Some(fields) = Fields::read(reader, &KEYS, whole) {
        reader.say_as(said, "mount", fields.record(), spot);
    }
}

/// The table of one kind of mounts.
fn nested(reader: &mut Reader<'_>, keys: &Keys<Fields>, fields: &mut Fields, (key, value): Entry<'_>) {
    if let DeValue::Table(table) = value.get_ref() {
        reader.keys(keys, fields, table);
    } else {
        let message = format!("`{}` is a table here", key.get_ref());
        reader.fault(value.span(), Code::WrongType, &message, "expected a table");
    }
}
