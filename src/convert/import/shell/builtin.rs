//! What a shell's own commands do to what is known: variables that they read or drop, and the folder.

use super::word::Built;
use super::{Held, Script};
use crate::convert::import::{Text, left_out};
use crate::finding::{Finding, Origin};

impl Script<'_> {
    /// Whether the command is one of the shell's own that this room knows, which is all that is to be said of it then.
    pub(super) fn builtin(&mut self, words: &[Built]) -> bool {
        let Some((first, rest)) = words.split_first() else { return false };
        let names = rest.iter().filter_map(Built::plain).filter(|word| !word.starts_with('-'));
        let names: Vec<String> = names.map(str::to_owned).collect();
        match first.plain() {
            Some("read" | "mapfile" | "readarray" | "getopts") => {
                names.iter().for_each(|name| self.forget(name, "is read while the script runs"));
            }
            Some("printf") if rest.first().and_then(Built::plain) == Some("-v") => {
                names.iter().take(1).for_each(|name| self.forget(name, "is made while the script runs"));
            }
            Some("unset") if self.conditions > 0 => {
                names.iter().for_each(|name| self.forget(name, "is dropped under a condition"));
            }
            Some("unset") => {
                names.into_iter().for_each(|name| self.hold(name, Held::One(Text::default())));
            }
            Some("cd" | "pushd") => self.go(first, rest),
            _ => return false,
        }
        true
    }

    /// Another folder; the script's own is where the file is kept.
    fn go(&mut self, first: &Built, rest: &[Built]) {
        let target = rest.iter().find(|word| !word.text.start().starts_with('-'));
        let folder = self.source.path.parent().map(|folder| folder.display().to_string());
        let is_home = target
            .is_some_and(|word| word.plain().map(str::to_owned) == folder || word.text == Text::folder());
        let end = target.map_or(first.span.end, |word| word.span.end);
        self.moved = (!is_home).then_some(first.span.start..end);
    }

    /// A launch whose paths start elsewhere than from the file's folder.
    pub(super) fn elsewhere(&self, words: &[Built]) -> Option<Finding> {
        let moved = self.moved.clone()?;
        let is_relative = |field: &str| {
            let path = field.split_once('=').map_or(field, |(_, value)| value);
            path.starts_with("./") || path.starts_with("../") || path == "." || path.starts_with(".:")
        };
        let is_relative =
            |word: &Built| word.text.names_folder() || word.text.start().split(',').any(is_relative);
        words.iter().any(is_relative).then(|| {
            let note = left_out(
                "the script goes to another folder: relative paths start from the file's in its place",
            );
            note.asked(&self.text[moved.clone()], &Origin::File(self.place(moved)))
                .help("write the paths from `/` on, or from the file's folder")
        })
    }
}
