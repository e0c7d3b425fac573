//! Letters that a terminal obeys in the place of showing them.

/// Whether a terminal would do something at the letter: a control character, or one that turns the direction of writing.
#[must_use]
pub fn is_obeyed(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns
}
