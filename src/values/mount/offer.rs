//! What a shell offers of a mount's fields: those of its type, each once.

use crate::values::{Field, Names, Offer};

/// The types: more has to follow.
const TYPES: Offer = Offer::Begun(',', &Offer::Words(&["bind", "image", "tmpfs", "volume"]));

/// What a path of the host can have.
const OF_BIND: [Field; 7] = [
    Field::of("source=", Offer::Files),
    Field::bare("readonly"),
    Field::of(
        "bind-propagation=",
        Offer::Words(&["private", "rprivate", "rshared", "rslave", "shared", "slave"]),
    ),
    Field::of("bind-recursive=", Offer::Words(&["disabled", "enabled", "readonly", "writable"])),
    Field::bare("create"),
    Field::bare("mode="),
    Field::bare("owner="),
];

/// What a volume can have; the last two may be said again.
const OF_VOLUME: [Field; 7] = [
    Field::of("source=", Offer::Names(Names::Volumes)),
    Field::bare("readonly"),
    Field::bare("volume-nocopy"),
    Field::bare("volume-subpath="),
    Field::of("volume-driver=", Offer::Words(&["local"])),
    Field::bare("volume-label="),
    Field::bare("volume-opt="),
];

const OF_TMPFS: [Field; 2] = [Field::bare("tmpfs-mode="), Field::bare("tmpfs-size=")];

const OF_IMAGE: [Field; 2] =
    [Field::of("source=", Offer::Names(Names::Images)), Field::bare("image-subpath=")];

/// The spellings of one field.
const SAME: [&[&str]; 3] = [&["source", "src"], &["target", "dst", "destination"], &["readonly", "ro"]];

/// The fields that may be said again.
const REPEATED: [&str; 2] = ["volume-label", "volume-opt"];

/// The fields that go with those that were said, and were not said yet. Docker takes what names no type for a volume.
pub(super) fn after(said: &[&str]) -> Vec<Field> {
    let split =
        |field: &&str| field.split_once('=').map_or((*field, ""), |(key, value)| (key, value)).0.to_owned();
    let keys: Vec<String> = said.iter().map(split).collect();
    let kind = said.iter().rev().find_map(|field| field.strip_prefix("type="));
    let of_kind: &[Field] = match kind {
        Some("bind") => &OF_BIND,
        Some("tmpfs") => &OF_TMPFS,
        Some("image") => &OF_IMAGE,
        Some(_) | None => &OF_VOLUME,
    };
    let common = [Field::of("type=", TYPES), Field::bare("target=")];
    let spelt = of_kind.iter().flat_map(|field| spellings(*field));
    let all = common.into_iter().chain(spelt);
    all.filter(|field| !is_said(field.name.trim_end_matches('='), &keys)).collect()
}

/// A field by its name, and by the shorter one that stands for it.
fn spellings(field: Field) -> Vec<Field> {
    match field.name {
        "source=" => vec![field, Field { name: "src=", ..field }],
        _ => vec![field],
    }
}

fn is_said(key: &str, said: &[String]) -> bool {
    let same = SAME.iter().find(|names| names.contains(&key)).copied();
    let is_same = |other: &String| other == key || same.is_some_and(|names| names.contains(&other.as_str()));
    !REPEATED.contains(&key) && said.iter().any(is_same)
}
