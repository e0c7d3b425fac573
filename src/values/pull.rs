//! `Pull`: when the image is pulled, for `--pull`.

use super::nearest::unknown;
use super::{Value, ValueError};

/// When the image is pulled before the container is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull {
    /// Always, even where the engine has it.
    Always,
    /// Where the engine lacks it. The empty word means this, too.
    Missing,
    /// Never: the engine has it, or the launch fails.
    Never,
}

impl Value for Pull {
    const FORM: &'static str = "always|missing|never";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "always" => Ok(Self::Always),
            "missing" | "" => Ok(Self::Missing),
            "never" => Ok(Self::Never),
            _ => Err(unknown(
                "the image is pulled always, missing or never",
                word,
                ["always", "missing", "never"],
            )),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Always => "always",
            Self::Missing => "missing",
            Self::Never => "never",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Pull>(&[("always", "always"), ("missing", "missing"), ("never", "never"), ("", "missing")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Pull>(&[
            ("Always", "the image is pulled always, missing or never -> always"),
            ("nevr", "the image is pulled always, missing or never -> never"),
            ("true", "the image is pulled always, missing or never"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(pull in prop::sample::select(vec![Pull::Always, Pull::Missing, Pull::Never])) {
            round_trips(&pull);
        }
    }
}
