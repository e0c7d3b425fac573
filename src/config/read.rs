//! TOML text into a `Document`. Every fault of a file is found, each with its place, not the first alone.

use super::document::{Arms, Document, Said};
use super::interpolate::Scope;
use super::keys::{Keys, hyphenated};
use super::option::Spot;
use super::syntax;
use crate::finding::{Code, Finding, Findings, Source, nearest};
use crate::options::{Kind, Layer, ROWS, Row, Setting};
use crate::values::{Duration, SecretNames, Value, ValueError};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The keys of an arm of `when`.
pub(super) const ARM: Keys<Said> = Keys::of("an arm of `when`", &[]).and_options(|said| said);

/// How many faults of a file are told one by one: who has more has another file in hand than a configuration.
pub(super) const MOST_TOLD: usize = 100;

/// What a file's values may be made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct World<'a> {
    /// Variables, folders and ids for interpolation.
    pub scope: &'a Scope<'a>,
    /// Which names hold secrets.
    pub secrets: &'a SecretNames,
}

/// Reads a file's text.
pub(super) fn read(source: &Source, world: World<'_>) -> (Document, Findings) {
    let mut reader = Reader { source, world, findings: Vec::new(), document: Document::default() };
    let (table, faults) = DeTable::parse_recoverable(&source.text);
    reader.file(table.get_ref());
    // All of them are told at once, but for what a fault of syntax before them may have brought about.
    let faults = syntax::faults(faults, &source.text);
    if let Some(line) = syntax::damage(&faults, &source.text) {
        reader.findings.retain(|finding| start(finding) < line);
    }
    let is_alone = faults.len() == 1;
    faults.iter().for_each(|fault| reader.syntax(fault, is_alone));
    (reader.document, told(reader.findings, source))
}

/// A line of a file that is longer is no line for people.
const LONGEST_LINE: usize = 2000;

/// Where a fault stands.
fn start(finding: &Finding) -> usize {
    finding.snippet.as_ref().map_or(0, |snippet| snippet.place.span.start)
}

/// The faults in the order of the file: sections are read one after the other. Of a line that no screen holds, the
/// first is told.
fn told(mut findings: Findings, source: &Source) -> Findings {
    findings.sort_by_key(start);
    let all = findings.len();
    let mut long_line = 0..0;
    findings.retain(|finding| {
        let at = start(finding).min(source.text.len());
        let is_told = !long_line.contains(&at);
        if is_told {
            let line = line_of(&source.text, at);
            long_line = if line.len() > LONGEST_LINE { line } else { 0..0 };
        }
        is_told
    });
    findings.truncate(MOST_TOLD);
    let more = all - findings.len();
    if more > 0 {
        let message = format!("{} has {more} further faults", source.name);
        findings.push(Finding::error(Code::ManyFaults, message));
    }
    findings
}

/// The line around a byte.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let start =
        text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let end = text.as_bytes()[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(text.len(), |newline| at + newline);
    start..end
}

/// A value with its place.
pub(super) type Node<'a> = &'a Spanned<DeValue<'a>>;

/// A key and its value.
pub(super) type Entry<'a> = (&'a Spanned<DeString<'a>>, Node<'a>);

/// A file on its way into a document.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) world: World<'a>,
    pub(super) findings: Findings,
    pub(super) document: Document,
}

impl Reader<'_> {
    /// `[KIND.NAME]` for every name.
    pub(super) fn sections<T>(
        &mut self,
        (key, value): Entry<'_>,
        read: fn(&mut Self, Entry<'_>, &DeTable<'_>) -> T,
    ) -> BTreeMap<String, T> {
        let Some(table) = self.table(key, value) else { return BTreeMap::new() };
        let mut sections = BTreeMap::new();
        for (name, value) in table {
            if let Some(table) = self.table(name, value) {
                sections.insert(name.get_ref().to_string(), read(self, (name, value), table));
            }
        }
        sections
    }

    /// A key of `when` that is no option of a single value. One of several was meant as it is.
    fn no_single_value(&mut self, name: &Spanned<DeString<'_>>) {
        let is_option = Row::find(&hyphenated(name.get_ref())).is_some();
        let single = ROWS.iter().filter(|row| row.kind != Kind::Many).map(|row| row.name);
        let near = nearest(name.get_ref(), single).filter(|_| !is_option);
        self.unknown_key(name, near, "`when`, which takes options of a single value,");
        if let Some(told) = self.findings.last_mut().filter(|_| is_option) {
            told.help.push("what may be said several times comes to no single word".to_owned());
        }
    }

    /// `[... .when.OPTION.WORD]`: launch options that hold where the option comes to the word.
    pub(super) fn when(&mut self, (key, value): Entry<'_>) -> BTreeMap<&'static str, Arms> {
        let mut when = BTreeMap::new();
        let Some(table) = self.table(key, value) else { return when };
        for (name, value) in table {
            let row = Row::find(&hyphenated(name.get_ref())).filter(|row| row.kind != Kind::Many);
            let Some(row) = row else {
                self.no_single_value(name);
                continue;
            };
            let Some(table) = self.table(name, value) else { continue };
            let arms: &mut Arms = when.entry(row.name).or_default();
            for (word, value) in table {
                let arm = self.arm_word(row, word).zip(self.table(word, value));
                if let Some((word, table)) = arm {
                    arms.insert(word, self.arm(table));
                }
            }
        }
        when
    }

    /// The word of an arm as the option writes it; `*` stands for any other.
    fn arm_word(&mut self, row: &Row, word: &Spanned<DeString<'_>>) -> Option<String> {
        if word.get_ref() == "*" {
            return Some("*".to_owned());
        }
        let mut layer = Layer::default();
        self.put(&mut layer, row, word.get_ref(), &Spot::value(word.span()));
        (row.slots.words)(&layer).pop()
    }

    fn arm(&mut self, table: &DeTable<'_>) -> Said {
        let mut said = Said::default();
        self.keys(&ARM, &mut said, table);
        said
    }

    pub(super) fn plain_text(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<String> {
        self.text(key, value).map(|setting| setting.value)
    }

    pub(super) fn duration(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Option<Setting<Duration>> {
        let word = self.text(key, value)?;
        match Duration::parse(&word.value) {
            Ok(time) if !time.is_zero() => return Some(Setting { value: time, origin: word.origin }),
            Ok(_) => {
                self.bad_word(
                    value.span(),
                    ValueError::new("the time is zero"),
                    "not a time",
                    Duration::FORM,
                );
            }
            Err(error) => self.bad_word(value.span(), error, "not a time", Duration::FORM),
        }
        None
    }
}
