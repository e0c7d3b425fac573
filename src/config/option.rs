//! The launch options of a section: each word through its option's own parser, with its place.

use super::document::{Late, Said, origin, roots};
use super::interpolate::Template;
use super::long::{self, Means};
use super::read::{Entry, Node, Reader};
use crate::finding::{Code, Finding, Place};
use crate::options::{Kind, Layer, Row};
use crate::values::{odd_name, toml_key};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// How the form of a switch ends that may be a time.
const A_TIME: &str = "|DURATION";

/// Where a word stands in its file.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    span: Range<usize>,
    kind: SpotKind,
}

/// What may stand in its place.
#[derive(Debug, Clone)]
enum SpotKind {
    /// Another word.
    Value,
    /// Another entry of a table, with such a name and such a value.
    Entry(Range<usize>, Range<usize>),
    /// A long form again, and no word.
    Form,
}

impl Spot {
    /// A value.
    pub(super) const fn value(span: Range<usize>) -> Self {
        Self { span, kind: SpotKind::Value }
    }

    /// A long form where no word may stand.
    pub(super) const fn form(span: Range<usize>) -> Self {
        Self { span, kind: SpotKind::Form }
    }

    /// An entry of a table.
    pub(super) fn entry((name, value): Entry<'_>) -> Self {
        let (name, value) = (name.span(), value.span());
        Self { span: name.start..value.end, kind: SpotKind::Entry(name, value) }
    }
}

impl Reader<'_> {
    /// A launch option, under its own name or another tool's.
    pub(super) fn option(&mut self, said: &mut Said, means: Means, entry: Entry<'_>, section: &str) {
        match means {
            Means::Row(row) => self.row(said, row, entry),
            Means::Long(long) => (long.read)(self, said, entry),
            Means::Nothing(why) => self.meaningless(entry.0, section, why),
        }
    }

    /// The value of an option: a word, a list of words, or what the option takes beyond that.
    pub(super) fn row(&mut self, said: &mut Said, row: &'static Row, (key, value): Entry<'_>) {
        match (value.get_ref(), row.kind) {
            (DeValue::Table(table), _) => self.row_table(said, row, (key, value), table),
            (DeValue::Array(items), Kind::Many) => self.row_list(said, row, items),
            (DeValue::Array(items), Kind::One) if row.lists.is_some() => {
                if let Some(word) = self.list_for(row, items) {
                    self.say(said, row, word, Spot::value(value.span()));
                }
            }
            (DeValue::Array(items), Kind::One) if long::takes_list(row) => {
                long::list(self, said, row, value, items);
            }
            (DeValue::Array(_) | DeValue::Datetime(_), _) => self.wrong_type(key, value, wanted(row)),
            (DeValue::Float(_) | DeValue::Integer(_), Kind::Switch) if row.form.ends_with(A_TIME) => {
                self.without_unit(row, value);
            }
            (DeValue::Float(_) | DeValue::Integer(_), Kind::Switch) => {
                self.wrong_type(key, value, wanted(row));
            }
            _ => {
                if let Some(word) = self.word_for(row, "", value) {
                    self.say(said, row, word, Spot::value(value.span()));
                }
            }
        }
    }

    fn row_list(&mut self, said: &mut Said, row: &'static Row, items: &[Spanned<DeValue<'_>>]) {
        for item in items {
            match (item.get_ref(), long::item(row)) {
                (DeValue::Table(table), Some(form)) => form.read(self, said, row, (item, table)),
                (_, _) => {
                    if let Some(word) = self.word_for(row, "", item) {
                        self.say(said, row, word, Spot::value(item.span()));
                    }
                }
            }
        }
    }

    /// A table: names with their values, or the one long form.
    fn row_table(
        &mut self,
        said: &mut Said,
        row: &'static Row,
        (key, value): Entry<'_>,
        table: &DeTable<'_>,
    ) {
        match (long::named(row), long::item(row), row.pair) {
            // Several long forms by name are told from a single one by what that one has to say.
            (Some(named), item, _) if !item.is_some_and(|item| item.is_meant(table)) => {
                table.iter().for_each(|entry| (named.read)(self, said, row, entry));
            }
            (_, Some(item), None) => item.read(self, said, row, (value, table)),
            (_, _, Some(separator)) if row.kind == Kind::Many => {
                table.iter().for_each(|entry| self.pair(said, row, separator, entry));
            }
            (_, _, _) => self.wrong_type(key, value, wanted(row)),
        }
    }

    /// `NAME = VALUE` of a table as one word.
    pub(super) fn pair(&mut self, said: &mut Said, row: &'static Row, separator: char, entry: Entry<'_>) {
        let front = format!("{}{separator}", entry.0.get_ref());
        if let Some(word) = self.word_for(row, &front, entry.1) {
            self.say(said, row, word, Spot::entry(entry));
        }
    }

    /// A number where a time may stand: a time has its unit.
    fn without_unit(&mut self, row: &Row, value: Node<'_>) {
        let message = format!("`{}` is true, false or a time, and a time has its unit", row.name);
        let finding = Finding::error(Code::WrongType, message).at(self.place(value.span()), "no unit");
        let number = self.template(value).and_then(|template| template.plain()).unwrap_or_default();
        self.findings.push(finding.patched(format!("\"{number}s\"")));
    }

    /// Says a word of an option, or keeps it until the options are settled that it is made from.
    pub(super) fn say(&mut self, said: &mut Said, row: &'static Row, word: Template, spot: Spot) {
        if row.kind != Kind::Many && self.is_said(said, row, &spot) {
            return;
        }
        match word.plain() {
            Some(word) => self.put(&mut said.options, row, &word, &spot),
            None => said.late.push(Late { row, template: word, place: self.place(spot.span) }),
        }
    }

    /// Whether another key of the section has said the option, which takes a single word.
    fn is_said(&mut self, said: &Said, row: &Row, spot: &Spot) -> bool {
        let late = || said.late.iter().find(|late| late.row.name == row.name).map(|late| late.place.clone());
        let first = (row.slots.place)(&said.options).or_else(late);
        if let Some(Place { span, .. }) = &first {
            let (line, _) = self.source.position(span.start);
            let message = format!("`{}` is said twice: here and in line {line}", row.name);
            self.findings.push(
                Finding::error(Code::SaidTwice, message)
                    .at(self.place(spot.span.clone()), "said twice")
                    .hidden(!row.quotable),
            );
        }
        first.is_some()
    }

    /// Reads a word into a layer.
    pub(super) fn put(&mut self, layer: &mut Layer, row: &Row, word: &str, spot: &Spot) {
        let roots = roots(self.source, self.world.scope.host);
        let span = spot.span.clone();
        let named = word.split_once('=').filter(|_| row.name == "env");
        if let Some(problem) = named.and_then(|(name, _)| odd_name(name)) {
            let finding = Finding::error(Code::BadValue, format!("`env`: {problem}"));
            self.findings.push(finding.at(self.place(span), "not accepted").hidden(true));
            return;
        }
        let Err(error) = (row.slots.put)(layer, word, roots, origin(self.source, span.clone())) else {
            return;
        };
        let lists = row.lists.filter(|_| self.source.text[span.clone()].starts_with('['));
        let secrets = &self.world.secrets;
        let is_shown = row.quotable && secrets.without_credentials(word) == word && !secrets.are_in(word);
        let mut finding = Finding::error(Code::BadValue, format!("`{}`: {}", row.name, error.problem))
            .at(self.place(span), "not accepted")
            .hidden(!is_shown);
        // What is filled in is not to be overwritten with what it came to.
        let is_filled_in = self.source.text[spot.span.clone()].contains("${");
        let meant = error.suggestion.filter(|meant| is_shown && !is_filled_in && row.takes(meant));
        if let Some(suggestion) = meant {
            finding = match &spot.kind {
                SpotKind::Entry(name, value) => match entry_patch(row, word, &suggestion) {
                    Some((true, text)) => finding.patched_at(name.clone(), text),
                    Some((false, text)) => finding.patched_at(value.clone(), text),
                    None => finding,
                },
                SpotKind::Value => finding.patched(match row.kind {
                    Kind::Switch => suggestion,
                    Kind::One if lists.is_some() => suggestion,
                    Kind::One | Kind::Many => format!("{suggestion:?}"),
                }),
                SpotKind::Form => {
                    finding.help(format!("as one word it would be {} = {suggestion:?}", row.name))
                }
            };
        }
        self.findings.push(match lists {
            Some(forms) => finding.help(format!("a list is one of {forms}")),
            None => finding.help(format!("the accepted form is {}", row.form)),
        });
    }

    /// A scalar, behind the key of its table, as the word that a flag would take. A secret of the caller's
    /// environment may only go into a variable that is known as one.
    pub(super) fn word_for(&mut self, row: &Row, front: &str, value: Node<'_>) -> Option<Template> {
        let before = self.document.interpolated.len();
        let word = self.template(value)?.behind(front);
        let secrets = self.world.secrets;
        let variable = (row.name == "env").then(|| word.start_before('='));
        let goes_into_secret = variable.as_ref().is_some_and(|name| secrets.is_secret(name));
        let key = (row.name, variable.as_deref());
        (goes_into_secret || !self.exposes_in(before, key, value.span())).then_some(word)
    }

    /// A list of words as the one word that a flag would take.
    fn list_for(&mut self, row: &Row, items: &[Spanned<DeValue<'_>>]) -> Option<Template> {
        let words = items.iter().map(|item| self.word_for(row, "", item));
        words.collect::<Option<Vec<_>>>().map(Template::list)
    }

    /// A key of another tool's that has no meaning here.
    pub(super) fn meaningless(&mut self, key: &Spanned<DeString<'_>>, section: &str, why: &str) {
        let message = format!("{section} has no key `{}`", key.get_ref());
        let finding = Finding::error(Code::UnknownKey, message).at(self.place(key.span()), "not a known key");
        self.findings.push(finding.help(why));
    }
}

/// Whether the name of an entry was meant otherwise, or its value; and what to write there.
fn entry_patch(row: &Row, word: &str, meant: &str) -> Option<(bool, String)> {
    let separator = row.pair?;
    let (name, value) = word.split_once(separator)?;
    let (meant_name, meant_value) = meant.split_once([separator, ':'])?;
    match (name == meant_name, value == meant_value) {
        (true, false) => Some((false, format!("{meant_value:?}"))),
        (false, true) => Some((true, toml_key(meant_name))),
        (_, _) => None,
    }
}

/// What an option takes.
fn wanted(row: &Row) -> &'static str {
    match (row.kind, row.pair) {
        (Kind::Switch, _) => "true or false",
        (Kind::One, _) => "one value",
        (Kind::Many, Some(_)) => "a list or a table",
        (Kind::Many, None) => "a list",
    }
}
