//! `Label`: one label of the container, for `--label`.

use super::{SecretNames, Value, ValueError, pair};

/// What may only stand before a key.
const BLANKS: [char; 2] = [' ', '\t'];

/// A label; without a value its value is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The key as said: blanks stand only before it.
    pub key: String,
    /// The value, any text; none where no `=` was said.
    pub value: Option<String>,
}

impl Label {
    /// Puts `***` in the place of what it says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        if let Some(value) = &mut self.value {
            *value = pair::shown_value(&self.key, value, names);
        }
    }
}

impl Value for Label {
    const FORM: &'static str = "KEY[=VALUE]";
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (key, value) = pair::read(word, "label", "key")?;
        // Docker's client looks behind leading blanks, and sends them.
        let bare = key.trim_start_matches(BLANKS);
        if bare.is_empty() {
            return Err(ValueError::new("the label's key is missing"));
        }
        if bare.contains(BLANKS) {
            return Err(ValueError::new("the label's key holds a blank"));
        }
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
        reads::<Label>(&[
            ("a", "a"),
            ("a=", "a="),
            ("a=b", "a=b"),
            ("a=b=c", "a=b=c"),
            ("a= b c ", "a= b c "),
            ("com.x/y=1", "com.x/y=1"),
            (" a=b", " a=b"),
            ("\t a", "\t a"),
            ("a\nb=c", "a\nb=c"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Label>(&[
            ("", "the label's key is missing"),
            ("=b", "the label's key is missing"),
            (" =b", "the label's key is missing"),
            (" \t", "the label's key is missing"),
            (" a b=c", "the label's key holds a blank"),
            ("a b=c", "the label's key holds a blank"),
            ("a\t=c", "the label's key holds a blank"),
            ("a=\0", "the label holds a NUL byte"),
        ]);
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        let label = Label::parse("db=pg://u:hush@h").unwrap();
        assert_eq!(label.shown(&crate::values::SecretNames::default()), "db=pg://u:***@h");
        assert_eq!(Value::key(&label), Some("db".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(key in "[ \\t]{0,2}[^= \\t\\x00]{1,9}", value in prop::option::of("[^\\x00]{0,9}")) {
            round_trips(&Label { key, value });
        }
    }
}
