//! What comes from outside (names, labels, logs, the engine's words) loses its power over the terminal.

/// The text with control characters, and those that turn the direction of writing, shown as escapes. A line break
/// inside becomes a space: a finding is one line.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim_end().chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            character if character.is_control() || turns_direction(character) => {
                out.extend(character.escape_unicode());
            }
            character => out.push(character),
        }
    }
    out
}

fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::clean;

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
