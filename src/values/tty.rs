//! `Tty` and `Interactive`: whether the container gets a terminal, and what is typed, for `--tty` and `--interactive`.

use super::{Value, ValueError};

/// Whether a terminal is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tty {
    /// Where stdin and stdout of the caller are terminals.
    Auto,
    /// Always; refused where the caller has no terminal.
    On,
    /// Never.
    Off,
}

impl Value for Tty {
    const FORM: &'static str = "true|false|auto";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word == "auto" {
            return Ok(Self::Auto);
        }
        match bool::parse(word) {
            Ok(true) => Ok(Self::On),
            Ok(false) => Ok(Self::Off),
            Err(error) => {
                let suggestion =
                    error.suggestion.or((word.to_lowercase() == "auto").then(|| "auto".to_owned()));
                Err(ValueError { problem: "the terminal is true, false or auto".to_owned(), suggestion })
            }
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Auto => "auto",
            Self::On => "true",
            Self::Off => "false",
        }
        .to_owned()
    }
}

/// Whether the caller's standard input reaches the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interactive {
    /// In the foreground, where the container has a terminal.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl Value for Interactive {
    const FORM: &'static str = Tty::FORM;

    fn parse(word: &str) -> Result<Self, ValueError> {
        match Tty::parse(word) {
            Ok(Tty::Auto) => Ok(Self::Auto),
            Ok(Tty::On) => Ok(Self::On),
            Ok(Tty::Off) => Ok(Self::Off),
            Err(error) => {
                Err(ValueError { problem: "standard input is true, false or auto".to_owned(), ..error })
            }
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Auto => Tty::Auto,
            Self::On => Tty::On,
            Self::Off => Tty::Off,
        }
        .word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Tty>(&[
            ("auto", "auto"),
            ("true", "true"),
            ("1", "true"),
            ("T", "true"),
            ("false", "false"),
            ("0", "false"),
            ("F", "false"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Tty>(&[
            ("", "the terminal is true, false or auto"),
            ("AUTO", "the terminal is true, false or auto -> auto"),
            ("yes", "the terminal is true, false or auto -> true"),
            ("off", "the terminal is true, false or auto -> false"),
            ("tRue", "the terminal is true, false or auto -> true"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(tty in prop::sample::select(vec![Tty::Auto, Tty::On, Tty::Off])) {
            round_trips(&tty);
        }
    }

    #[test]
    fn standard_input_takes_the_same_words() {
        reads::<Interactive>(&[("auto", "auto"), ("1", "true"), ("False", "false")]);
        refuses::<Interactive>(&[
            ("", "standard input is true, false or auto"),
            ("yes", "standard input is true, false or auto -> true"),
            ("Auto", "standard input is true, false or auto -> auto"),
        ]);
        for interactive in [Interactive::Auto, Interactive::On, Interactive::Off] {
            round_trips(&interactive);
        }
    }
}
