//! `PidsLimit`: how many processes and threads a container may have, for `--pids-limit`.

use super::{Value, ValueError};

/// A number of processes and threads; the engine takes zero and what is below it for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PidsLimit(pub i64);

impl PidsLimit {
    /// Whether it limits anything.
    #[must_use]
    pub fn is_limit(self) -> bool {
        self.0 > 0
    }
}

impl Value for PidsLimit {
    const FORM: &'static str = "NUMBER|-1";

    /// Docker's client reads Go's integers: a base in front, underscores between digits.
    fn parse(word: &str) -> Result<Self, ValueError> {
        let wrong = || ValueError::new("the limit is a whole number, or -1 for unlimited");
        let unsigned = word.trim_start_matches(['+', '-']);
        if unsigned.len() + 1 < word.len() {
            return Err(wrong());
        }
        let lower = unsigned.to_ascii_lowercase();
        let (digits, radix) = match lower.get(..2) {
            Some("0x") => (&lower[2..], 16),
            Some("0o") => (&lower[2..], 8),
            Some("0b") => (&lower[2..], 2),
            Some(_) if lower.starts_with('0') => (&lower[1..], 8),
            Some(_) | None => (lower.as_str(), 10),
        };
        let is_plain = !digits.starts_with(['+', '-']) && !digits.ends_with('_') && !digits.contains("__");
        let number = i64::from_str_radix(&digits.replace('_', ""), radix).ok().filter(|_| is_plain);
        let number = number.ok_or_else(|| match word {
            "unlimited" | "none" => wrong().suggest("-1"),
            _ => wrong(),
        })?;
        Ok(Self(if word.starts_with('-') { -number } else { number }))
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<PidsLimit>(&[
            ("0", "0"),
            ("64", "64"),
            ("+64", "64"),
            ("-1", "-1"),
            ("0x40", "64"),
            ("0o100", "64"),
            ("0b11", "3"),
            ("0100", "64"),
            ("1_000", "1000"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the limit is a whole number, or -1 for unlimited";
        let unlimited = format!("{wrong} -> -1");
        refuses::<PidsLimit>(&[
            ("", wrong),
            ("-", wrong),
            ("--1", wrong),
            ("0x-1", wrong),
            ("1.5", wrong),
            ("1__0", wrong),
            ("1_", wrong),
            ("09", wrong),
            ("1k", wrong),
            ("9223372036854775808", wrong),
            ("unlimited", &unlimited),
        ]);
    }

    #[test]
    fn zero_and_less_limit_nothing() {
        assert!(PidsLimit(1).is_limit() && !PidsLimit(0).is_limit() && !PidsLimit(-1).is_limit());
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(number in -9999i64..=i64::MAX) {
            round_trips(&PidsLimit(number));
        }
    }
}
