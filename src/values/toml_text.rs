//! Text as TOML writes it, of which a terminal obeys nothing.

use super::is_obeyed;
use std::fmt::Write as _;

/// A string between quotes. What a terminal would obey is written as an escape, as TOML demands of most of it.
#[must_use]
pub fn toml_string(text: &str) -> String {
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

/// A key, bare where TOML lets it be.
#[must_use]
pub fn toml_key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { toml_string(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_read_back() {
        for text in [
            "",
            "a",
            "plain é",
            "a\"b\\c",
            "it's \"q\" \\ `b`",
            "\n\t\r\u{7f}\u{1b}[31m",
            "x\u{202e}y\u{e0001}",
            "two\nlines\tand\r",
            "\u{1b}[31m\u{7f}\u{9b}\u{202e}",
            "状态 ö",
        ] {
            let (value, key) = (toml_string(text), toml_key(text));
            let table: toml::Table = format!("a = {value}").parse().unwrap();
            assert_eq!(table["a"].as_str(), Some(text), "{value}");
            let table: toml::Table = format!("{key} = 1").parse().unwrap();
            assert!(table.contains_key(text), "{key}");
            assert!(![value, key].concat().contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{text:?}");
        }
    }

    #[test]
    fn keys_are_bare_where_they_can_be() {
        for (name, want) in [("web-1_a", "web-1_a"), ("a.b", "\"a.b\""), ("", "\"\""), ("ö", "\"ö\"")] {
            assert_eq!(toml_key(name), want);
        }
    }
}
