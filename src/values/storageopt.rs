//! `StorageOpt`: one option of the driver that keeps the container's files, for `--storage-opt`.

use super::{Size, Value, ValueError};

/// An option of a storage driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageOpt {
    /// The option's name, as the driver knows it.
    pub key: String,
    /// Its value, any text.
    pub value: String,
}

impl Value for StorageOpt {
    const FORM: &'static str = "KEY=VALUE";
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some((key, value)) = word.split_once('=') else {
            let error = ValueError::new("the value after the option's name is missing");
            // What drivers can be told is the size.
            return Err(if Size::parse(word).is_ok() {
                error.suggest(format!("size={word}"))
            } else {
                error
            });
        };
        if key.is_empty() {
            return Err(ValueError::new("the option's name is missing"));
        }
        if word.contains('\0') {
            return Err(ValueError::new("the option holds a NUL byte"));
        }
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }

    fn word(&self) -> String {
        format!("{}={}", self.key, self.value)
    }

    fn key(&self) -> Option<String> {
        Some(self.key.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<StorageOpt>(&[("size=10G", "size=10G"), ("size=", "size="), ("a=b=c", "a=b=c")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<StorageOpt>(&[
            ("", "the value after the option's name is missing"),
            ("size", "the value after the option's name is missing"),
            ("10g", "the value after the option's name is missing -> size=10g"),
            ("=10g", "the option's name is missing"),
            ("size=\0", "the option holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_name_is_the_key() {
        assert_eq!(Value::key(&StorageOpt::parse("size=10g").unwrap()), Some("size".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(key in "[^=\\x00]{1,9}", value in "[^\\x00]{0,9}") {
            round_trips(&StorageOpt { key, value });
        }
    }
}
