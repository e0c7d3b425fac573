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
    /// Where the engine lacks it, or its registry has another one. No word of docker's.
    Newer,
    /// Never: the engine has it, or the launch fails.
    Never,
}

impl Value for Pull {
    const FORM: &'static str = "always|missing|newer|never";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "always" => Ok(Self::Always),
            "missing" | "" => Ok(Self::Missing),
            "newer" => Ok(Self::Newer),
            "never" => Ok(Self::Never),
            _ => Err(unknown(
                "the image is pulled always, missing, newer or never",
                word,
                ["always", "missing", "newer", "never"],
            )),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Always => "always",
            Self::Missing => "missing",
            Self::Newer => "newer",
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
        reads::<Pull>(&[
            ("always", "always"),
            ("missing", "missing"),
            ("newer", "newer"),
            ("never", "never"),
            ("", "missing"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Pull>(&[
            ("Always", "the image is pulled always, missing, newer or never -> always"),
            ("nevr", "the image is pulled always, missing, newer or never -> never"),
            ("true", "the image is pulled always, missing, newer or never"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(pull in prop::sample::select(vec![Pull::Always, Pull::Missing, Pull::Newer, Pull::Never])) {
            round_trips(&pull);
        }
    }
}
