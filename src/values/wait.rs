//! `Wait`: whether a launch in the background waits until the container is ready, for `--wait`.

use super::{Duration, Value, ValueError};

/// Whether a launch waits until the container is ready, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// It does, for as long as the configuration says.
    On,
    /// It does not.
    Off,
    /// It does, for so long.
    For(Duration),
}

impl Value for Wait {
    const FORM: &'static str = "true|false|DURATION";

    /// A number is a time, and no word for yes or no; a time of 0 is none.
    fn parse(word: &str) -> Result<Self, ValueError> {
        if let Ok(time) = Duration::parse(word) {
            return Ok(if time.is_zero() { Self::Off } else { Self::For(time) });
        }
        match bool::parse(word) {
            Ok(true) => Ok(Self::On),
            Ok(false) => Ok(Self::Off),
            Err(error) => {
                Err(ValueError { problem: "the wait is true, false or a time".to_owned(), ..error })
            }
        }
    }

    fn word(&self) -> String {
        match self {
            Self::On => "true".to_owned(),
            Self::Off => "false".to_owned(),
            Self::For(time) => time.word(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses};

    #[test]
    fn words_are_read_and_written() {
        reads::<Wait>(&[
            ("true", "true"),
            ("T", "true"),
            ("false", "false"),
            ("30s", "30s"),
            ("90", "1m30s"),
            ("1", "1s"),
            ("0", "false"),
            ("0s", "false"),
            ("500ms", "500ms"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Wait>(&[
            ("", "the wait is true, false or a time"),
            ("yes", "the wait is true, false or a time -> true"),
            ("30x", "the wait is true, false or a time"),
            ("-5s", "the wait is true, false or a time"),
        ]);
    }
}
