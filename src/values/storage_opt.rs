//! `StorageOpt`: one option of the driver that keeps the container's files, for `--storage-opt`.

use super::{Offer, SecretNames, Value, ValueError, pair};

/// An option of the engine's storage driver: `size=10G`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageOpt {
    /// The option's name, as the driver knows it.
    pub key: String,
    /// Its value, any text.
    pub value: String,
}

impl StorageOpt {
    /// Puts `***` in the place of what it says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        self.value = pair::shown_value(&self.key, &self.value, names);
    }
}

impl Value for StorageOpt {
    const FORM: &'static str = "KEY=VALUE";
    const OFFER: Offer = Offer::Words(&["size="]);
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (key, value) = pair::read(word, "option", "name")?;
        let value = value.ok_or_else(|| ValueError::new("the value after the option's name is missing"))?;
        Ok(Self { key, value })
    }

    fn word(&self) -> String {
        pair::join(&self.key, Some(&self.value))
    }

    fn shown(&self, names: &SecretNames) -> String {
        pair::shown(&self.key, Some(&self.value), names)
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
        reads::<StorageOpt>(&[("size=10G", "size=10G"), ("a=", "a="), ("a=b=c", "a=b=c")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<StorageOpt>(&[
            ("", "the option's name is missing"),
            ("=10G", "the option's name is missing"),
            ("size", "the value after the option's name is missing"),
            ("size=\0", "the option holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_name_is_the_key() {
        assert_eq!(StorageOpt::parse("size=10G").unwrap().key(), Some("size".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(key in "[^=\\x00]{1,9}", value in "[^\\x00]{0,9}") {
            round_trips(&StorageOpt { key, value });
        }
    }
}
