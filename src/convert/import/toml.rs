//! What was imported as TOML, as `dynrun --config` reads it.

use super::Text;
use crate::options::{Heading, Kind, Row};
use crate::values::is_obeyed;
use std::fmt::Write as _;

/// How long a list may be on one line.
const WIDTH: usize = 100;

/// A key, bare where TOML lets it be.
pub(super) fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { string(name) }
}

/// A string between quotes. What a terminal would obey is written as an escape, as TOML demands of most of it.
pub(super) fn string(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if is_obeyed(letter) => drop(write!(out, "\\U{:08X}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// `name = value`, in as many lines as it takes.
pub(super) fn line(name: &str, value: &str) -> String {
    format!("{} = {value}\n", key(name))
}

/// A list of strings; one a line where they are many.
pub(super) fn list(items: &[String], room: usize) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    let short = format!("[{}]", items.join(", "));
    if short.chars().count() + room <= WIDTH {
        return short;
    }
    let lines = items.iter().map(|item| format!("    {item},\n"));
    format!("[\n{}]", lines.collect::<String>())
}

/// An option with its words.
pub(super) fn option(row: &Row, words: &[Text]) -> String {
    let written: Vec<String> = words.iter().map(Text::written).collect();
    let value = match (row.kind, written.last().map(String::as_str)) {
        (Kind::Many, _) => list(&written, row.name.len() + " = ".len()),
        (Kind::Switch, Some(word @ ("true" | "false"))) => word.to_owned(),
        (Kind::One, Some(word)) if is_number(row, word) => word.to_owned(),
        (Kind::One | Kind::Switch, word) => string(word.unwrap_or_default()),
    };
    line(row.name, &value)
}

/// Whether the word reads the same as a number, of an option that counts something.
fn is_number(row: &Row, word: &str) -> bool {
    let counts = matches!(row.heading, Heading::Resources | Heading::Health | Heading::Lifecycle);
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_plain = digits.len() < 19 && digits.bytes().all(|byte| byte.is_ascii_digit());
    counts && is_plain && (digits == "0" && word == "0" || !digits.is_empty() && !digits.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_back() {
        for text in
            ["", "a", "it's \"q\" \\ `b`", "two\nlines\tand\r", "\u{1b}[31m\u{7f}\u{9b}\u{202e}", "状态 ö"]
        {
            let line = line("a", &string(text));
            let table: toml::Table = toml::from_str(&line).unwrap();
            assert_eq!(table["a"].as_str(), Some(text), "{line}");
        }
    }

    #[test]
    fn keys_are_bare_where_they_can_be() {
        for (name, want) in [("web-1_a", "web-1_a"), ("a.b", "\"a.b\""), ("", "\"\""), ("ö", "\"ö\"")] {
            assert_eq!(key(name), want);
        }
    }

    #[test]
    fn options_are_written_by_their_kind() {
        for (name, words, want) in [
            ("rm", vec!["true"], "rm = true\n"),
            ("tty", vec!["auto"], "tty = \"auto\"\n"),
            ("pids-limit", vec!["100"], "pids-limit = 100\n"),
            ("pids-limit", vec!["0100"], "pids-limit = \"0100\"\n"),
            ("memory-swap", vec!["-1"], "memory-swap = -1\n"),
            ("user", vec!["1000"], "user = \"1000\"\n"),
            ("entrypoint", vec![""], "entrypoint = \"\"\n"),
            ("publish", vec!["80:80"], "publish = [\"80:80\"]\n"),
        ] {
            let words: Vec<Text> = words.into_iter().map(Text::from).collect();
            assert_eq!(option(Row::find(name).unwrap(), &words), want);
        }
        let long = vec![
            Text::from("A=".to_owned() + &"x".repeat(60)),
            Text::from("B=".to_owned() + &"y".repeat(60)),
        ];
        let text = option(Row::find("env").unwrap(), &long);
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}
