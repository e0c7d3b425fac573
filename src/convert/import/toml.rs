//! What was imported as TOML, as `dynrun --config` reads it.

use super::Text;
use crate::options::{Heading, Kind, Row};
use crate::values::{toml_key, toml_string};

/// How long a list may be on one line.
const WIDTH: usize = 100;

/// `name = value`, in as many lines as it takes.
pub(super) fn line(name: &str, value: &str) -> String {
    format!("{} = {value}\n", toml_key(name))
}

/// A list of strings; one a line where they are many.
pub(super) fn list(items: &[String], room: usize) -> String {
    let items: Vec<String> = items.iter().map(|item| toml_string(item)).collect();
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
        (Kind::One | Kind::Switch, word) => toml_string(word.unwrap_or_default()),
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
