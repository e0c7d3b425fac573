//! What comes from outside (names, labels, logs, the engine's words) loses its power over the terminal.

use crate::values::is_obeyed;
use serde::Serialize;

/// The text with control characters, and those that turn the direction of writing, shown as escapes. A line break
/// inside becomes a space: a finding is one line.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim_end().chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            character if is_obeyed(character) => {
                out.extend(character.escape_unicode());
            }
            character => out.push(character),
        }
    }
    out
}

/// JSON that says the same, and of which a terminal obeys nothing.
#[must_use]
pub fn clean_json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if is_obeyed(letter) && letter != '\n' => {
                let mut units = [0; 2];
                out.extend(letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_json};

    #[test]
    fn json_says_the_same_without_what_a_terminal_obeys() {
        let text = clean_json(&"x\u{202e}y\u{9b}z");
        assert_eq!(text, r#""x\u202ey\u009bz""#);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "x\u{202e}y\u{9b}z");
    }

    /// What comes from outside begins no line, so that it is no command to a terminal or to a pipeline. S12, S13.
    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        for (text, want) in [
            ("plain é 状态", "plain é 状态"),
            ("\x1b]0;PWN\x07", "\\u{1b}]0;PWN\\u{7}"),
            ("a\nb\tc\n", "a b c"),
            ("x\u{202e}y\u{9b}z", "x\\u{202e}y\\u{9b}z"),
        ] {
            assert_eq!(clean(text), want);
        }
    }
}
