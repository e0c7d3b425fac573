//! `OomScoreAdj`: how soon the kernel kills the container's processes when memory is short, for `--oom-score-adj`.

use super::integer::signed;
use super::{Value, ValueError};

/// What is added to the kernel's score of a process: at -1000 it is never killed, at 1000 it is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OomScoreAdj(pub i64);

impl Value for OomScoreAdj {
    const FORM: &'static str = "NUMBER";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let score = signed(word).filter(|score| (-1_000..=1_000).contains(score));
        score.map(Self).ok_or_else(|| ValueError::new("the adjustment is -1000 to 1000"))
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
        reads::<OomScoreAdj>(&[("0", "0"), ("-1000", "-1000"), ("1_000", "1000"), ("+0x64", "100")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the adjustment is -1000 to 1000";
        refuses::<OomScoreAdj>(&[
            ("", wrong),
            ("-1001", wrong),
            ("1001", wrong),
            ("1.5", wrong),
            ("low", wrong),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(score in -1_000..=1_000_i64) {
            round_trips(&OomScoreAdj(score));
        }
    }
}
