//! The scalars of a file: a string, a number, true or false, a list of words; and the faults that they can have.

use super::document::{origin, roots};
use super::exposed;
use super::interpolate::{Fault, Template, interpolate};
use super::read::{Node, Reader};
use crate::finding::{Code, Finding, Origin, Place, nearest};
use crate::options::Setting;
use crate::values::{Value, ValueError, toml_key, toml_string};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

impl Reader<'_> {
    /// Whether what was interpolated since then holds a secret of the caller's, which the key does not hide.
    pub(super) fn exposes(&mut self, before: usize, key: &str, span: Range<usize>) -> bool {
        self.exposes_in(before, (key, None), span)
    }

    /// The same of a variable's value, where a name of a variable is said: the secret may go under it by reference.
    pub(super) fn exposes_in(
        &mut self,
        before: usize,
        (key, variable): (&str, Option<&str>),
        span: Range<usize>,
    ) -> bool {
        let secrets = self.world.secrets;
        let leak = self.document.interpolated[before..].iter().find(|used| secrets.is_secret(&used.value));
        let Some(name) = leak.map(|leak| &leak.value) else { return false };
        let said = self.source.text.get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
        let is_whole = |variable: &str| {
            let value = said.strip_prefix(variable).and_then(|rest| rest.strip_prefix('=')).unwrap_or(said);
            !variable.is_empty() && value == format!("${{env.{name}}}")
        };
        let help = match variable.filter(|variable| is_whole(variable)) {
            Some(variable) => {
                let id = toml_key(&variable.to_ascii_lowercase().replace('_', "-"));
                let target = toml_string(variable);
                format!("name it, in its place: secret.{id} = {{ variable = \"{name}\", target = {target} }}")
            }
            None => exposed::forwarded(name),
        };
        let finding = exposed::finding(name, key, self.place(span));
        self.findings.push(finding.help(help));
        true
    }

    /// A scalar that waits for no option.
    pub(super) fn word(&mut self, value: Node<'_>) -> Option<String> {
        let template = self.template(value)?;
        self.plain(&template, value.span())
    }

    /// A scalar, perhaps to be made from launch options.
    pub(super) fn template(&mut self, value: Node<'_>) -> Option<Template> {
        match value.get_ref() {
            DeValue::String(text) => self.interpolated(text, value.span()),
            DeValue::Integer(integer) => Some(integer_word(integer).into()),
            DeValue::Float(float) => Some(float.as_str().replace('_', "").into()),
            DeValue::Boolean(boolean) => Some(boolean.to_string().into()),
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                let found = type_name(value.get_ref());
                self.fault(
                    value.span(),
                    Code::WrongType,
                    &format!("expected one value, found {found}"),
                    found,
                );
                None
            }
        }
    }

    fn plain(&mut self, template: &Template, span: Range<usize>) -> Option<String> {
        let plain = template.plain();
        if plain.is_none() {
            let message = "`${option.NAME}` stands in launch options only";
            self.fault(span, Code::Interpolation, message, "no launch option");
        }
        plain
    }

    fn interpolated(&mut self, text: &str, span: Range<usize>) -> Option<Template> {
        match interpolate(text, self.world.scope) {
            Ok(done) => {
                let used = done.variables.into_iter();
                let place = origin(self.source, span);
                let settings = used.map(|value| Setting { value, origin: place.clone() });
                self.document.interpolated.extend(settings);
                Some(done.template)
            }
            Err(Fault { problem, said, help }) => {
                let said = said.filter(|_| !self.names_secret(&span));
                let message = [vec![problem], Vec::from_iter(said)].concat().join(": ");
                let finding = Finding::error(Code::Interpolation, message).at(self.place(span), "here");
                self.findings.push(finding.help(help));
                None
            }
        }
    }

    /// Whether a secret's name stands on the line before the text that a variable's absence is told with. A `:?` that
    /// was meant as `:-` has a secret behind it there.
    fn names_secret(&self, span: &Range<usize>) -> bool {
        let before = self.source.text.get(..span.end).unwrap_or_default();
        let before = before.rfind(":?").map_or(before, |at| &before[..at]);
        let line = before.rfind('\n').map_or(before, |at| &before[at..]);
        let mut words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && !"_-".contains(letter));
        words.any(|word| self.world.secrets.is_secret(word))
    }

    pub(super) fn text(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<String>> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(key, value, "a string");
            return None;
        };
        let before = self.document.interpolated.len();
        let template = self.interpolated(text, value.span())?;
        let value_text = self.plain(&template, value.span())?;
        if self.exposes(before, key.get_ref(), value.span()) {
            return None;
        }
        Some(Setting { value: value_text, origin: origin(self.source, value.span()) })
    }

    pub(super) fn boolean(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<bool>> {
        let DeValue::Boolean(boolean) = value.get_ref() else {
            self.wrong_type(key, value, "true or false");
            return None;
        };
        Some(Setting { value: *boolean, origin: origin(self.source, value.span()) })
    }

    /// A list of words, or one word.
    pub(super) fn words(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Option<Setting<Vec<String>>> {
        let before = self.document.interpolated.len();
        let words = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| self.word(item)).collect::<Option<Vec<_>>>()?,
            DeValue::String(_) => vec![self.word(value)?],
            _ => {
                self.wrong_type(key, value, "a list of strings");
                return None;
            }
        };
        if self.exposes(before, key.get_ref(), value.span()) {
            return None;
        }
        Some(Setting { value: words, origin: origin(self.source, value.span()) })
    }

    /// A command, word by word. A line is none: nobody but a shell would take it apart.
    pub(super) fn command(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Option<Setting<Vec<String>>> {
        let DeValue::String(line) = value.get_ref() else { return self.words(key, value) };
        if !line.trim().contains(char::is_whitespace) {
            return self.words(key, value);
        }
        let message =
            format!("`{}` is a list of words, and this is one word with blanks in it", key.get_ref());
        let finding = Finding::error(Code::WrongType, message).at(self.place(value.span()), "not split");
        let words = shlex::split(line).unwrap_or_default();
        let is_secret = self.world.secrets.set_in(words.iter().map(String::as_str)).is_some();
        let words: Vec<String> = words.iter().map(|word| toml_string(word)).collect();
        self.findings.push(match words.is_empty() || is_secret {
            true => finding.help("write each word by itself: [\"WORD\", \"WORD\"]"),
            false => finding.patched(format!("[{}]", words.join(", "))),
        });
        None
    }

    /// A list of words as settings of their own, each with its place.
    pub(super) fn list(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<String>> {
        let Some(words) = self.words(key, value) else { return Vec::new() };
        let places: Vec<Range<usize>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(Spanned::span).collect(),
            _ => vec![value.span()],
        };
        let settings = words.value.into_iter().zip(places);
        settings.map(|(value, span)| Setting { value, origin: origin(self.source, span) }).collect()
    }

    /// A name, or a list of them: none where nothing could be read.
    pub(super) fn names(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Option<Vec<Setting<String>>> {
        matches!(value.get_ref(), DeValue::Array(_) | DeValue::String(_))
            .then(|| self.list(key, value))
            .or_else(|| {
                self.wrong_type(key, value, "a name or a list of names");
                None
            })
    }

    /// A number of things.
    pub(super) fn count(&mut self, value: Node<'_>) -> Option<Setting<u16>> {
        let word = self.word(value)?;
        let Ok(count) = word.parse() else {
            let message = "this is no number from 0 to 65535";
            self.fault(value.span(), Code::BadValue, message, "not such a number");
            return None;
        };
        Some(Setting { value: count, origin: origin(self.source, value.span()) })
    }

    /// The values of a list, such as subnets; what is none is told at its place.
    pub(super) fn values<T: Value>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        label: &str,
    ) -> Vec<Setting<T>> {
        let mut values = Vec::new();
        for Setting { value, origin } in self.list(key, value) {
            match (T::parse(&value), &origin) {
                (Ok(value), _) => values.push(Setting { value, origin }),
                (Err(error), Origin::File(place)) => {
                    self.bad_word(place.span.clone(), error, label, T::FORM);
                }
                (Err(_), Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_)) => {}
            }
        }
        values
    }

    /// Names with words: a table, or a list of `NAME=WORD`. A name alone has the empty word, as with docker.
    pub(super) fn named_words(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> BTreeMap<String, Setting<String>> {
        let DeValue::Table(table) = value.get_ref() else {
            let words = self.list(key, value).into_iter();
            let named = words.map(|Setting { value, origin }| match value.split_once('=') {
                Some((name, word)) => (name.to_owned(), Setting { value: word.to_owned(), origin }),
                None => (value, Setting { value: String::new(), origin }),
            });
            return named.collect();
        };
        let mut named = BTreeMap::new();
        for (name, value) in table {
            let before = self.document.interpolated.len();
            let Some(word) = self.word(value) else { continue };
            if !self.exposes(before, name.get_ref(), value.span()) {
                let origin = origin(self.source, value.span());
                named.insert(name.get_ref().to_string(), Setting { value: word, origin });
            }
        }
        named
    }

    pub(super) fn folders(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<PathBuf>> {
        let roots = roots(self.source, self.world.scope.host);
        let words = self.list(key, value).into_iter();
        words
            .map(|Setting { value, origin }| Setting { value: roots.absolute(Path::new(&value)), origin })
            .collect()
    }

    pub(super) fn table<'v>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &'v Spanned<DeValue<'v>>,
    ) -> Option<&'v DeTable<'v>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(table);
        }
        self.wrong_type(key, value, "a table");
        None
    }

    /// A key that nobody knows, with the one that was probably meant.
    pub(super) fn unknown_key(
        &mut self,
        key: &Spanned<DeString<'_>>,
        near: Option<&'static str>,
        section: &str,
    ) {
        let message = format!("{section} has no key `{}`", key.get_ref());
        let finding = Finding::error(Code::UnknownKey, message).at(self.place(key.span()), "not a known key");
        self.findings.push(match near {
            Some(near) => finding.patched(near),
            None => finding,
        });
    }

    pub(super) fn wrong_type(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>, wanted: &str) {
        let found = type_name(value.get_ref());
        let message = format!("`{}` is {wanted}, not {found}", key.get_ref());
        self.fault(value.span(), Code::WrongType, &message, &format!("expected {wanted}"));
    }

    /// A word that is none of its kind, with the one that was probably meant.
    pub(super) fn bad_word(&mut self, span: Range<usize>, error: ValueError, label: &str, form: &str) {
        let finding = Finding::error(Code::BadValue, error.problem).at(self.place(span), label);
        self.findings.push(match error.suggestion {
            Some(meant) => finding.patched(format!("{meant:?}")),
            None => finding.help(format!("the accepted form is {form}")),
        });
    }

    /// A word that is none of those that there are.
    pub(super) fn no_choice(
        &mut self,
        value: Node<'_>,
        word: &str,
        problem: &str,
        known: &[&str],
        label: &str,
    ) {
        let message = format!("{problem} {}", known.join(", "));
        let finding = Finding::error(Code::BadValue, message).at(self.place(value.span()), label);
        self.findings.push(match nearest(word, known.iter().copied()) {
            Some(near) => finding.patched(format!("{near:?}")),
            None => finding,
        });
    }

    pub(super) fn fault(&mut self, span: Range<usize>, code: Code, message: &str, label: &str) {
        self.findings.push(Finding::error(code, message).at(self.place(span), label));
    }

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.source.clone(), span }
    }
}

/// An integer in decimal digits. One that no number holds stays as it was said, for its option to refuse.
fn integer_word(integer: &DeInteger<'_>) -> String {
    let said = integer.as_str().replace('_', "");
    let digits = said.trim_start_matches("0x").trim_start_matches("0o").trim_start_matches("0b");
    i128::from_str_radix(digits, integer.radix()).map_or(said, |number| number.to_string())
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
