//! `Fields`: what a table says, field by field, on its way into the one word of an option.

use super::super::document::Said;
use super::super::interpolate::Template;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Node, Reader};
use crate::finding::Code;
use crate::options::Row;
use toml::de::{DeInteger, DeTable, DeValue};

/// The fields that a table said, in its order, by the names that the word has for them.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, Template)>);

/// A field of one word that is called as its key is.
pub(super) const fn word(name: &'static str, about: &'static str) -> Key<Fields> {
    Key::new(name, about, Form::Word, |reader, fields, name, entry| fields.word(reader, name, entry))
}

/// The same for a list of words.
pub(super) const fn words(name: &'static str, about: &'static str) -> Key<Fields> {
    Key::new(name, about, Form::Words, |reader, fields, name, entry| fields.words(reader, name, entry))
}

impl Fields {
    /// Reads a table with these keys; nothing where it has faults.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        keys: &Keys<Self>,
        whole: (Node<'_>, &DeTable<'_>),
    ) -> Option<Self> {
        let before = reader.findings.len();
        let mut fields = Self::default();
        reader.whole(keys, &mut fields, whole);
        (reader.findings.len() == before).then_some(fields)
    }

    /// A word under this name.
    pub(super) fn word(&mut self, reader: &mut Reader<'_>, name: &'static str, entry: Entry<'_>) {
        let said = read_word(reader, entry);
        self.0.extend(said.map(|word| (name, word)));
    }

    /// A list of words, or one, each under this name.
    pub(super) fn words(&mut self, reader: &mut Reader<'_>, name: &'static str, (key, value): Entry<'_>) {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().for_each(|item| self.word(reader, name, (key, item))),
            _ => self.word(reader, name, (key, value)),
        }
    }

    /// Names with values, each pair under this name.
    pub(super) fn pairs(&mut self, reader: &mut Reader<'_>, name: &'static str, (key, value): Entry<'_>) {
        let DeValue::Table(table) = value.get_ref() else { return self.words(reader, name, (key, value)) };
        for (part, value) in table {
            let said = read_word(reader, (key, value));
            self.0.extend(said.map(|word| (name, word.behind(&format!("{}=", part.get_ref())))));
        }
    }

    /// A mode of a file. An integer in octal digits keeps them.
    pub(super) fn mode(&mut self, reader: &mut Reader<'_>, name: &'static str, entry: Entry<'_>) {
        let octal = |integer: &DeInteger<'_>| {
            let digits = integer.as_str().trim_start_matches("0o").replace('_', "");
            (integer.radix() == 8).then_some(digits)
        };
        match entry.1.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 8 => {
                self.0.extend(octal(integer).map(|digits| (name, Template::from(digits))));
            }
            _ => self.word(reader, name, entry),
        }
    }

    /// True or false, which may be nothing but this.
    pub(super) fn only(reader: &mut Reader<'_>, (key, value): Entry<'_>, wanted: bool, why: &str) {
        if reader.boolean(key, value).is_some_and(|said| said.value != wanted) {
            let message = format!("`{}` is {wanted} here: {why}", key.get_ref());
            reader.fault(value.span(), Code::BadValue, &message, "has no meaning");
        }
    }

    /// A further field.
    pub(super) fn push(&mut self, name: &'static str, word: impl Into<String>) {
        self.0.push((name, Template::from(word.into())));
    }

    /// The word of a field, if it was said.
    pub(super) fn get(&self, name: &str) -> Option<&Template> {
        self.0.iter().rev().find(|(said, _)| *said == name).map(|(_, word)| word)
    }

    /// The word of a field as text, if it was said and waits for no option.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Template::plain)
    }

    /// The words of all fields of a name.
    pub(super) fn all(&self, name: &str) -> Vec<&Template> {
        self.0.iter().filter(|(said, _)| *said == name).map(|(_, word)| word).collect()
    }

    /// The word `name=value,name=value`, as docker's long forms have it.
    pub(super) fn record(self) -> Template {
        Template::record(self.0.into_iter().map(|(name, word)| word.behind(&format!("{name}="))))
    }
}

/// A scalar that is no secret.
fn read_word(reader: &mut Reader<'_>, (key, value): Entry<'_>) -> Option<Template> {
    let before = reader.document.interpolated.len();
    let word = reader.template(value)?;
    (!reader.exposes(before, key.get_ref(), value.span())).then_some(word)
}

impl Reader<'_> {
    /// Says a word that a table comes to.
    pub(super) fn say_as(&mut self, said: &mut Said, name: &str, word: Template, spot: Spot) {
        if let Some(row) = Row::find(name) {
            self.say(said, row, word, spot);
        }
    }
}
