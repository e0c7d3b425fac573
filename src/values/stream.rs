//! `Stream`: a stream of the container that is attached, for `--attach`.

use super::nearest::unknown;
use super::{Value, ValueError};

const NAMES: [(&str, Stream); 3] =
    [("stdin", Stream::Stdin), ("stdout", Stream::Stdout), ("stderr", Stream::Stderr)];

/// A stream of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    Stdin,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Value for Stream {
    const FORM: &'static str = "stdin|stdout|stderr";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let lower = word.to_ascii_lowercase();
        if let Some((_, stream)) = NAMES.iter().find(|(name, _)| *name == lower) {
            return Ok(*stream);
        }
        if word.contains(',') {
            return Err(ValueError::new("each stream is said by itself"));
        }
        Err(unknown("the streams are stdin, stdout and stderr", word, NAMES.map(|(name, _)| name)))
    }

    fn word(&self) -> String {
        match self {
            Self::Stdin => "stdin",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
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
        reads::<Stream>(&[
            ("stdin", "stdin"),
            ("stdout", "stdout"),
            ("stderr", "stderr"),
            ("STDOUT", "stdout"),
            ("StdErr", "stderr"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the streams are stdin, stdout and stderr";
        refuses::<Stream>(&[
            ("", wrong),
            ("foo", wrong),
            ("1", wrong),
            (" stdin", "the streams are stdin, stdout and stderr -> stdin"),
            ("sdtout", "the streams are stdin, stdout and stderr -> stdout"),
            ("stdout,stderr", "each stream is said by itself"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(stream in prop::sample::select(NAMES.map(|(_, stream)| stream).to_vec())) {
            round_trips(&stream);
        }
    }
}
