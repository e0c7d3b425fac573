//! What a project's file takes away of what the user's own files, or the machine's, say to confine a launch: without a
//! power of its own, it opens what they have closed.

use super::document::{Document, Profile};
use super::history::{Layers, by};
use super::trust::said_by_project;
use crate::finding::{FileKind, Origin, Place};
use crate::options::{Layer, Row, Said};
use crate::values::SecretNames;

/// The options that confine a container.
const CONFINING: [&str; 20] = [
    "user",
    "cap-drop",
    "security-opt",
    "read-only",
    "network",
    "memory",
    "memory-swap",
    "memory-reservation",
    "kernel-memory",
    "cpus",
    "cpu-period",
    "cpu-quota",
    "cpu-rt-period",
    "cpu-rt-runtime",
    "cpu-shares",
    "cpuset-cpus",
    "cpuset-mems",
    "pids-limit",
    "ulimit",
    "storage-opt",
];

/// What is undone, in words, and the project's place that does so: of the profiles, and of the options.
pub(super) fn all(
    document: &Document,
    (chosen, is_default): (&[(String, Profile)], bool),
    (layers, settled): (&Layers, &Layer),
) -> Vec<(String, Place)> {
    let mut undone = profiles(document, chosen, is_default);
    undone.extend(options(layers, settled));
    undone
}

fn options(layers: &Layers, settled: &Layer) -> Vec<(String, Place)> {
    CONFINING.iter().filter_map(|name| Row::find(name)).flat_map(|row| of_row(row, layers, settled)).collect()
}

/// Words of one's own that were there below a part of the project's, and are not above it. What somebody else says in
/// the end is that one's affair.
fn of_row(row: &Row, layers: &Layers, settled: &Layer) -> Vec<(String, Place)> {
    let names = SecretNames::default();
    let said = |layer: &Layer| (row.slots.said)(layer, &names);
    let last = said(settled);
    let is_last = |one: &Said| last.iter().any(|other| other.text == one.text);
    let is_others = row.kind != crate::options::Kind::Many
        && last.first().is_some_and(|last| said_by_project(&last.origin).is_none());
    if is_others {
        return Vec::new();
    }
    let mut held = Layer::default();
    let mut undone = Vec::new();
    for (_, upper) in layers {
        let before = said(&held);
        held.lay_over(upper);
        let Some(place) = by(row, upper, &names).and_then(|by| said_by_project(&by.origin)) else { continue };
        let after = said(&held);
        let is_kept = |one: &Said| after.iter().any(|other| other.text == one.text);
        let gone = before.iter().filter(|one| is_own(&one.origin) && !is_kept(one) && !is_last(one));
        undone.extend(gone.map(|one| (in_place_of(row.name, &one.origin), place.clone())));
    }
    undone
}

/// A profile in the place of one's own: as the default, or below one of those that the launch has.
fn profiles(document: &Document, profiles: &[(String, Profile)], is_default: bool) -> Vec<(String, Place)> {
    let default = document.default_profile.as_ref().map(|said| (&said.origin, said.value.as_str()));
    let below = document.default_profile_below.as_ref().filter(|_| is_default);
    let default = default.zip(below).filter(|((_, name), below)| *name != below.value);
    let default = default.map(|((origin, _), below)| ("default-profile", origin, &below.origin));
    let extended = profiles.iter().filter_map(|(_, profile)| {
        let (said, below) = (profile.extends.as_ref()?, profile.extends_below.as_ref()?);
        let is_kept = below.iter().all(|below| said.iter().any(|said| said.value == below.value));
        let (said, below) = (said.first().or(below.first())?, below.first()?);
        (!is_kept).then_some(("extends", &said.origin, &below.origin))
    });
    let undone = default.into_iter().chain(extended).filter(|(_, _, below)| is_own(below));
    undone.filter_map(|(key, by, below)| Some((in_place_of(key, below), said_by_project(by)?))).collect()
}

fn in_place_of(name: &str, own: &Origin) -> String {
    format!("{name}, in another way than {own} says")
}

/// Whether a file of the user's own, or of the machine's, says it.
fn is_own(origin: &Origin) -> bool {
    match origin {
        Origin::File(place) => match place.file.kind {
            FileKind::System | FileKind::User => true,
            FileKind::BuiltIn | FileKind::Project | FileKind::Given => false,
        },
        Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_that_confines_is_one() {
        for name in CONFINING {
            assert!(Row::find(name).is_some(), "{name}");
        }
    }
}
