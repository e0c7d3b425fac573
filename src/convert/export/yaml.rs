//! A YAML document as it is written: block style, plain scalars where nothing could read them as anything else.

use crate::values::is_obeyed;
use serde_json::Number;
use std::fmt::Write as _;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yaml {
    /// A text, whatever it looks like.
    Text(String),
    /// A number, or true or false.
    Plain(String),
    List(Vec<Yaml>),
    /// The members, in their order.
    Map(Vec<(String, Yaml)>),
}

/// Words that some readers of YAML take for something else than a text.
const WORDS: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"];

impl Yaml {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl Into<Number>) -> Self {
        Self::Plain(number.into().to_string())
    }

    pub(super) fn switch(on: bool) -> Self {
        Self::Plain(on.to_string())
    }

    pub(super) fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// A mapping of what there is.
    pub(super) fn map<'a>(members: impl IntoIterator<Item = (&'a str, Option<Yaml>)>) -> Self {
        let said = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::Map(said.collect())
    }

    /// The value, unless it holds nothing.
    pub(super) fn unless_empty(self) -> Option<Self> {
        match &self {
            Self::List(items) if items.is_empty() => None,
            Self::Map(members) if members.is_empty() => None,
            _ => Some(self),
        }
    }

    /// The document.
    pub(super) fn document(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Map(members) => {
                for (at, (key, value)) in members.iter().enumerate() {
                    indent(out, if at == 0 { 0 } else { depth });
                    let _ = write!(out, "{}:", scalar(key));
                    value.behind(out, depth);
                }
            }
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    indent(out, if at == 0 { 0 } else { depth });
                    out.push_str("- ");
                    match item {
                        Self::Text(_) | Self::Plain(_) => item.line(out),
                        Self::List(_) | Self::Map(_) => item.write(out, depth + 1),
                    }
                }
            }
            Self::Text(_) | Self::Plain(_) => self.line(out),
        }
    }

    /// The value behind its key.
    fn behind(&self, out: &mut String, depth: usize) {
        match self {
            Self::Text(_) | Self::Plain(_) => {
                out.push(' ');
                self.line(out);
            }
            Self::List(items) if items.is_empty() => out.push_str(" []\n"),
            Self::Map(members) if members.is_empty() => out.push_str(" {}\n"),
            Self::List(_) | Self::Map(_) => {
                out.push('\n');
                indent(out, depth + 1);
                self.write(out, depth + 1);
            }
        }
    }

    fn line(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(&scalar(text)),
            Self::Plain(text) => out.push_str(text),
            Self::List(_) | Self::Map(_) => {}
        }
        out.push('\n');
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A text as it stands where it can, else between quotes, as JSON has them.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./-=@".contains(&byte))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    let quoted = serde_json::Value::from(text).to_string();
    let mut out = String::with_capacity(quoted.len());
    for letter in quoted.chars() {
        match letter {
            letter if is_obeyed(letter) => drop(write!(out, "\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_something_else_stands_between_quotes() {
        for (text, want) in [
            ("nginx", "nginx"),
            ("a/b-c_d.e=f@g", "a/b-c_d.e=f@g"),
            ("nginx:1", "\"nginx:1\""),
            ("no", "\"no\""),
            ("On", "\"On\""),
            ("1", "\"1\""),
            ("", "\"\""),
            ("a b", "\"a b\""),
            ("- a", "\"- a\""),
            ("a\n\u{1b}\u{202e}\"", "\"a\\n\\u001b\\u202e\\\"\""),
            ("状态", "\"状态\""),
        ] {
            assert_eq!(scalar(text), want, "{text}");
        }
    }

    #[test]
    fn documents_are_written_in_blocks() {
        let list = Yaml::List(vec![
            Yaml::map([("a", Some(Yaml::number(1))), ("b", Some(Yaml::texts(["x", "y z"])))]),
            Yaml::text("c"),
            Yaml::List(vec![Yaml::switch(true)]),
        ]);
        let document =
            Yaml::map([("list", Some(list)), ("none", None), ("empty", Some(Yaml::Map(Vec::new())))]);
        let want = "list:\n  - a: 1\n    b:\n      - x\n      - \"y z\"\n  - c\n  - - true\nempty: {}\n";
        assert_eq!(document.document(), want);
    }
}
