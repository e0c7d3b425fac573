//! `Label`: one label of the container, for `--label`.

use super::{SecretNames, Value, ValueError};

/// A label; without a value its value is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The key, without blanks.
    pub key: String,
    /// The value, any text; none where no `=` was said.
    pub value: Option<String>,
}

impl Value for Label {
    const FORM: &'static str = "KEY[=VALUE]";
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (key, value) = match word.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (word, None),
        };
        if key.trim_start_matches([' ', '\t']).is_empty() {
            return Err(ValueError::new("the label's key is missing"));
        }
        if key.contains([' ', '\t']) {
            return Err(ValueError::new("the label's key holds a blank"));
        }
        if word.contains('\0') {
            return Err(ValueError::new("the label holds a NUL byte"));
        }
        Ok(Self { key: key.to_owned(), value })
    }

    fn word(&self) -> String {
        match &self.value {
            Some(value) => format!("{}={value}", self.key),
            None => self.key.clone(),
        }
    }

    /// A key that names a secret hides its value, as a variable's name does.
    fn shown(&self, names: &SecretNames) -> String {
        match &self.value {
            Some(value) if !value.is_empty() && names.is_secret(&self.key) => format!("{}=***", self.key),
            _ => names.without_url_passwords(&self.word()),
        }
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
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Label>(&[
            ("", "the label's key is missing"),
            ("=b", "the label's key is missing"),
            (" =b", "the label's key is missing"),
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
        fn every_value_is_read_back(key in "[^= \\t\\x00]{1,9}", value in prop::option::of("[^\\x00]{0,9}")) {
            round_trips(&Label { key, value });
        }
    }
}
