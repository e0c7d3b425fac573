//! `Keys`: the keys of a section, each with what it holds and how it is read. One table a section: the reader, the
//! nearest key of an error and the JSON Schema all come from it.

use super::document::Said;
use super::long;
use super::read::{Entry, MOST_TOLD, Node, Reader};
use crate::finding::{Code, FileKind, Finding, nearest};
use crate::options::ROWS;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// Reads the value of a key, which is called so, into a section.
pub(super) type Read<T> = fn(&mut Reader<'_>, &mut T, &'static str, Entry<'_>);

/// A key of a section.
#[derive(Debug)]
pub(super) struct Key<T: 'static> {
    /// Its name, with hyphens; with underscores it is the same.
    pub name: &'static str,
    /// What other tools call it.
    pub also: &'static [&'static str],
    /// One line for people.
    pub about: &'static str,
    /// What it holds.
    pub form: Form,
    /// Who may say it.
    pub sayer: Sayer,
    /// How it is read.
    pub read: Read<T>,
}

/// Who may say a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sayer {
    /// Every file.
    Anybody,
    /// Every file but a project's.
    NoProject,
    /// The files that are built in.
    BuiltIn,
}

/// The keys of a section.
#[derive(Debug)]
pub(super) struct Keys<T: 'static> {
    /// What the section is, for an error: `a service`.
    pub title: &'static str,
    /// Its keys, in the order of the alphabet.
    pub keys: &'static [Key<T>],
    /// Where its launch options go, where it takes any.
    pub options: Option<fn(&mut T) -> &mut Said>,
    /// The keys that have to be there.
    pub needed: &'static [&'static str],
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// A string.
    Text,
    /// True or false.
    Boolean,
    /// A word, as a flag takes it: a string, a number, true or false.
    Word,
    /// A word or a list of words.
    Words,
    /// Names with values: a table, or a list of `NAME=VALUE`.
    Pairs,
    /// Names with lists of words.
    Lists,
    /// A string that is one of these.
    OneOf(fn() -> Vec<&'static str>),
    /// A table.
    Table(fn() -> Shape),
    /// Tables, each under a name of its own.
    Named(fn() -> Shape),
    /// A list of tables.
    List(fn() -> Shape),
    /// `[... .when.OPTION.WORD]`, launch options again.
    When,
    /// Any of these.
    Any(&'static [Form]),
    /// Nothing: another tool's key that has no meaning here.
    Nothing,
}

/// A section's keys without the section: what the JSON Schema is made from.
#[derive(Debug)]
pub(super) struct Shape {
    /// What the section is.
    pub title: &'static str,
    /// Each key without its section.
    pub keys: Vec<KeyShape>,
    /// Whether it takes launch options.
    pub takes_options: bool,
    /// The keys that have to be there.
    pub needed: &'static [&'static str],
}

/// A key without its section.
#[derive(Debug)]
pub(super) struct KeyShape {
    /// Its name, with hyphens.
    pub name: &'static str,
    /// What other tools call it.
    pub also: &'static [&'static str],
    /// One line for people.
    pub about: &'static str,
    /// What it holds.
    pub form: Form,
}

impl<T> Key<T> {
    const fn shape(&self) -> KeyShape {
        KeyShape { name: self.name, also: self.also, about: self.about, form: self.form }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.also.contains(&name)
    }

    const fn is_known(&self) -> bool {
        !matches!(self.form, Form::Nothing)
    }

    /// A key that every file may say.
    pub(super) const fn new(name: &'static str, about: &'static str, form: Form, read: Read<T>) -> Self {
        Self { name, also: &[], about, form, sayer: Sayer::Anybody, read }
    }

    /// The same with the names that other tools have for it.
    pub(super) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    /// What other tools say and dynrun has nothing for: why, and what is there in its place.
    pub(super) const fn nothing(name: &'static str, why: &'static str) -> Self {
        Self::new(name, why, Form::Nothing, |_, _, _, _| {})
    }

    /// The same for some files alone.
    pub(super) const fn said_by(mut self, sayer: Sayer) -> Self {
        self.sayer = sayer;
        self
    }
}

impl Sayer {
    const fn holds(self, kind: FileKind) -> bool {
        match self {
            Self::Anybody => true,
            Self::NoProject => !matches!(kind, FileKind::Project),
            Self::BuiltIn => matches!(kind, FileKind::BuiltIn),
        }
    }
}

impl<T> Keys<T> {
    /// A section of these keys alone.
    pub(super) const fn of(title: &'static str, keys: &'static [Key<T>]) -> Self {
        Self { title, keys, options: None, needed: &[] }
    }

    /// The same with launch options.
    pub(super) const fn and_options(mut self, options: fn(&mut T) -> &mut Said) -> Self {
        self.options = Some(options);
        self
    }

    /// The same with keys that have to be there.
    pub(super) const fn needing(mut self, needed: &'static [&'static str]) -> Self {
        self.needed = needed;
        self
    }

    /// The section without its type.
    pub(super) fn shape(&self) -> Shape {
        Shape {
            title: self.title,
            keys: self.keys.iter().filter(|key| key.is_known()).map(Key::shape).collect(),
            takes_options: self.options.is_some(),
            needed: self.needed,
        }
    }

    fn find(&self, name: &str, kind: FileKind) -> Option<&'static Key<T>> {
        self.keys.iter().find(|key| key.is_called(name) && key.sayer.holds(kind))
    }

    /// The names that anybody may say.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let sayable = self.keys.iter().filter(|key| key.is_known() && key.sayer == Sayer::Anybody);
        sayable.map(|key| key.name)
    }
}

/// A key as the tables have it: with hyphens.
pub(super) fn hyphenated(key: &str) -> std::borrow::Cow<'_, str> {
    if key.contains('_') { key.replace('_', "-").into() } else { key.into() }
}

impl Reader<'_> {
    /// Reads a table into a section. Every key that nobody knows is told, and every one that is said twice.
    pub(super) fn keys<T>(&mut self, keys: &Keys<T>, target: &mut T, table: &DeTable<'_>) {
        let mut seen: BTreeMap<&'static str, Range<usize>> = BTreeMap::new();
        for (key, value) in table {
            let name = hyphenated(key.get_ref());
            let known = keys.find(&name, self.source.kind);
            let option =
                keys.options.filter(|_| known.is_none()).and_then(|said| Some((said, long::find(&name)?)));
            let meant = match (known, &option) {
                (Some(known), _) => Some(known.name),
                (None, Some((_, means))) => means.name(),
                (None, None) => None,
            };
            if let Some(first) = meant.and_then(|meant| seen.insert(meant, key.span())) {
                self.said_twice(key.span(), first);
                continue;
            }
            match (known, option) {
                (Some(known), _) if !known.is_known() => self.meaningless(key, keys.title, known.about),
                (Some(known), _) => (known.read)(self, target, known.name, (key, value)),
                (None, Some((said, means))) => self.option(said(target), means, (key, value), keys.title),
                (None, None) => self.unknown(key, keys, table),
            }
        }
    }

    /// A key that nobody knows. The nearest is none that the table says already.
    fn unknown<T>(&mut self, key: &Spanned<DeString<'_>>, keys: &Keys<T>, table: &DeTable<'_>) {
        let options = ROWS.iter().map(|row| row.name).chain(long::names());
        let options = options.filter(|_| keys.options.is_some());
        let is_said = |name: &str| table.iter().any(|(said, _)| hyphenated(said.get_ref()) == name);
        // Among so many nothing is told of most of them.
        let is_told = self.findings.len() <= MOST_TOLD;
        let near = if is_told { nearest(key.get_ref(), keys.names().chain(options)) } else { None };
        self.unknown_key(key, near.filter(|near| !is_said(near)), keys.title);
    }

    /// The same where the table stands in a list or under a key, and some keys have to be there. Whether they are.
    pub(super) fn whole<T>(
        &mut self,
        keys: &Keys<T>,
        target: &mut T,
        (item, table): (Node<'_>, &DeTable<'_>),
    ) -> bool {
        let before = self.findings.len();
        self.keys(keys, target, table);
        let known = |needed: &str| keys.keys.iter().find(|key| key.name == needed);
        let is_there = |needed: &str| {
            let mut said = table.iter().map(|(key, _)| hyphenated(key.get_ref()));
            said.any(|said| known(needed).is_some_and(|key| key.is_called(&said)))
        };
        let missing = keys.needed.iter().find(|needed| !is_there(needed));
        // A key that there is not may be the one that is missing.
        let is_misspelt = self.findings[before..].iter().any(|fault| fault.code == Code::UnknownKey);
        if let Some(missing) = missing.filter(|_| !is_misspelt) {
            let message = format!("{} needs `{missing}`", keys.title);
            self.fault(item.span(), Code::WrongType, &message, &format!("no {missing}"));
        }
        missing.is_none()
    }

    /// A key that an earlier one of the same table says, too: under another name, or with another line.
    fn said_twice(&mut self, second: Range<usize>, first: Range<usize>) {
        let (text, place) = (&self.source.text, self.place(second.clone()));
        let names = (text.get(first.clone()), text.get(second));
        let (Some(first_name), Some(name)) = names else { return };
        let (line, _) = self.source.position(first.start);
        let message = format!("`{name}` says again what `{first_name}` says in line {line}");
        self.findings.push(Finding::error(Code::SaidTwice, message).at(place, "said twice"));
    }
}
