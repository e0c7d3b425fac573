//! `DetachKeys`: the keys that leave a container to itself, for `--detach-keys`.

use super::nearest::nearest;
use super::{Value, ValueError};

/// The keys that a terminal sends as the bytes below the space, by byte.
const CONTROLS: [&str; 32] = [
    "ctrl-@", "ctrl-a", "ctrl-b", "ctrl-c", "ctrl-d", "ctrl-e", "ctrl-f", "ctrl-g", "ctrl-h", "ctrl-i",
    "ctrl-j", "ctrl-k", "ctrl-l", "ctrl-m", "ctrl-n", "ctrl-o", "ctrl-p", "ctrl-q", "ctrl-r", "ctrl-s",
    "ctrl-t", "ctrl-u", "ctrl-v", "ctrl-w", "ctrl-x", "ctrl-y", "ctrl-z", "ctrl-[", "ctrl-\\", "ctrl-]",
    "ctrl-^", "ctrl-_",
];
/// The one key beyond the characters, and its byte.
const DELETE: (&str, u8) = ("DEL", 0x7f);
/// How else a control key is written, to be told of the right name.
const OTHER_NAMES: [&str; 5] = ["ctrl-", "ctrl+", "control-", "c-", "^"];

/// The bytes that detach when they are typed in this order. No bytes, the empty word, are as good as unsaid: docker's
/// own keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetachKeys(Vec<u8>);

impl DetachKeys {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Value for DetachKeys {
    const FORM: &'static str = "ctrl-KEY|CHARACTER[,...]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Ok(Self::default());
        }
        let keys: Vec<&str> = word.split(',').collect();
        if keys.contains(&"") {
            return Err(ValueError::new("a key beside a comma is missing"));
        }
        match keys.iter().copied().map(byte).collect() {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(unknown(&keys)),
        }
    }

    fn word(&self) -> String {
        self.0.iter().map(|byte| name(*byte)).collect::<Vec<_>>().join(",")
    }
}

/// The byte that a key sends: a control key's, or the character itself.
fn byte(key: &str) -> Option<u8> {
    match key.as_bytes() {
        [byte] => Some(*byte),
        _ if key == DELETE.0 => Some(DELETE.1),
        _ => CONTROLS.iter().zip(0..).find(|(name, _)| **name == key).map(|(_, byte)| byte),
    }
}

/// The key that sends a byte.
fn name(byte: u8) -> String {
    match CONTROLS.get(usize::from(byte)) {
        Some(name) => (*name).to_owned(),
        None if byte == DELETE.1 => DELETE.0.to_owned(),
        None => char::from(byte).to_string(),
    }
}

/// The error about keys of which one is none, with the keys that were probably meant.
fn unknown(keys: &[&str]) -> ValueError {
    let error = ValueError::new("there is no such key");
    match keys.iter().map(|key| byte(key).map(name).or_else(|| meant(key))).collect::<Option<Vec<_>>>() {
        Some(meant) => error.suggest(meant.join(",")),
        None => error,
    }
}

/// The name of the key that was probably meant: `ctrl-p` for `^P`, `C-p` and `Ctrl-P`.
fn meant(key: &str) -> Option<String> {
    let lower = key.to_ascii_lowercase();
    let letter = OTHER_NAMES.iter().find_map(|before| lower.strip_prefix(before));
    let control = letter.map(|letter| format!("ctrl-{letter}")).filter(|key| byte(key).is_some());
    control.or_else(|| nearest(key, CONTROLS.into_iter().chain([DELETE.0])).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<DetachKeys>(&[
            ("ctrl-p,ctrl-q", "ctrl-p,ctrl-q"),
            ("ctrl-@", "ctrl-@"),
            ("ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", "ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_"),
            ("a", "a"),
            ("A,~, ", "A,~, "),
            ("ctrl-a,d", "ctrl-a,d"),
            ("DEL", "DEL"),
            ("\u{7f}", "DEL"),
            ("\u{10},\t", "ctrl-p,ctrl-i"),
            ("", ""),
        ]);
    }

    #[test]
    fn each_key_is_a_byte() {
        for (word, want) in [
            ("ctrl-@", &[0][..]),
            ("ctrl-p,ctrl-q", &[16, 17]),
            ("ctrl-z,ctrl-[,ctrl-_", &[26, 27, 31]),
            ("DEL, ,~", &[127, 32, 126]),
            ("", &[]),
        ] {
            assert_eq!(DetachKeys::parse(word).unwrap().bytes(), want, "{word}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<DetachKeys>(&[
            ("ctrl-P,ctrl-Q", "there is no such key -> ctrl-p,ctrl-q"),
            ("^p,x", "there is no such key -> ctrl-p,x"),
            ("Ctrl+C", "there is no such key -> ctrl-c"),
            ("a,C-p", "there is no such key -> a,ctrl-p"),
            ("del", "there is no such key -> DEL"),
            ("ctrl-zz", "there is no such key -> ctrl-z"),
            ("ctrl-a,enter", "there is no such key"),
            ("ab", "there is no such key"),
            ("é", "there is no such key"),
            ("ctrl-p ctrl-q", "there is no such key"),
            (",", "a key beside a comma is missing"),
            ("ctrl-p,", "a key beside a comma is missing"),
            ("a,,b", "a key beside a comma is missing"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            keys in prop::collection::vec((0u8..=127).prop_filter("it parts the keys", |byte| *byte != b','), 0..5),
        ) {
            round_trips(&DetachKeys(keys));
        }
    }
}
