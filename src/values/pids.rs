//! `PidsLimit`: how many processes and threads a container may have, for `--pids-limit`.

use super::integer::signed;
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

    fn parse(word: &str) -> Result<Self, ValueError> {
        signed(word).map(Self).ok_or_else(|| {
            let error = ValueError::new("the limit is a whole number, or -1 for unlimited");
            match word {
                "unlimited" | "none" => error.suggest("-1"),
                _ => error,
            }
        })
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
            ("1_000", "1000"),
            ("-9223372036854775808", "-9223372036854775808"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the limit is a whole number, or -1 for unlimited";
        let unlimited = format!("{wrong} -> -1");
        refuses::<PidsLimit>(&[
            ("", wrong),
            ("1.5", wrong),
            ("_1", wrong),
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
        fn every_value_is_read_back(number: i64) {
            round_trips(&PidsLimit(number));
        }
    }
}
