//! `Annotation`: a note on the container for its runtime, for `--annotation`.

use super::{SecretNames, Value, ValueError, pair};

/// A note that the engine hands on to the runtime; without a value its value is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The key, any text.
    pub key: String,
    /// The value, any text; none where no `=` was said.
    pub value: Option<String>,
}

impl Annotation {
    /// Puts `***` in the place of what it says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        if let Some(value) = &mut self.value {
            *value = pair::shown_value(&self.key, value, names);
        }
    }
}

impl Value for Annotation {
    const FORM: &'static str = "KEY[=VALUE]";
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (key, value) = pair::read(word, "annotation", "key")?;
        Ok(Self { key, value })
    }

    fn word(&self) -> String {
        pair::join(&self.key, self.value.as_deref())
    }

    fn shown(&self, names: &SecretNames) -> String {
        pair::shown(&self.key, self.value.as_deref(), names)
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
        reads::<Annotation>(&[
            ("a", "a"),
            ("a=", "a="),
            ("a=b", "a=b"),
            ("a=b=c", "a=b=c"),
            ("a b=c", "a b=c"),
            (" a= b", " a= b"),
            ("run.oci/x=1", "run.oci/x=1"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Annotation>(&[
            ("", "the annotation's key is missing"),
            ("=b", "the annotation's key is missing"),
            ("a=\0", "the annotation holds a NUL byte"),
        ]);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let names = SecretNames { endings: vec!["TOKEN".to_owned()], ..SecretNames::default() };
        let shown = |word: &str| Annotation::parse(word).unwrap().shown(&names);
        assert_eq!(shown("hub-token=hush"), "hub-token=***");
        assert_eq!(shown("db=pg://u:hush@h"), "db=pg://u:***@h");
        assert_eq!(shown("a=b"), "a=b");
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(key in "[^=\\x00]{1,9}", value in prop::option::of("[^\\x00]{0,9}")) {
            round_trips(&Annotation { key, value });
        }
    }
}
