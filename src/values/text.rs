//! `Text`: any text, for options whose words mean something to somebody else only.

use super::{SecretNames, Value, ValueError};

/// Any text without a NUL byte, the empty one included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Value for Text {
    const FORM: &'static str = "TEXT";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the text holds a NUL byte"));
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }

    /// An entrypoint may be a line that somebody takes for a command.
    fn shown(&self, names: &SecretNames) -> String {
        names.without_secrets_in(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Text>(&[("", ""), ("a b", "a b"), ("-x", "-x"), ("a\nb", "a\nb"), ("é", "é")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Text>(&[("\0", "the text holds a NUL byte")]);
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        let text = Text::parse("--db pg://u:hush@h").unwrap();
        assert_eq!(text.shown(&crate::values::SecretNames::default()), "--db pg://u:***@h");
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(text in "[^\\x00]{0,9}") {
            round_trips(&Text(text));
        }
    }
}
