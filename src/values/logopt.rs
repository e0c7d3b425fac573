//! `LogOpt`: one option of the log's driver, for `--log-opt`.

use super::{Names, Offer, SecretNames, Value, ValueError, pair};

/// An option of a log driver; without a value its value is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOpt {
    /// The option's name, as the driver knows it.
    pub key: String,
    /// Its value, any text; none where no `=` was said.
    pub value: Option<String>,
}

impl LogOpt {
    /// Puts `***` in the place of what it says that may be a secret.
    pub fn hide_secrets(&mut self, names: &SecretNames) {
        if let Some(value) = &mut self.value {
            *value = pair::shown_value(&self.key, value, names);
        }
    }

    /// Whether the value must not be printed as it is: `splunk-token`, or a URL's password.
    #[must_use]
    pub fn is_secret(&self, names: &SecretNames) -> bool {
        self.shown(names) != self.word()
    }
}

impl Value for LogOpt {
    const FORM: &'static str = "KEY[=VALUE]";
    const OFFER: Offer = Offer::Names(Names::LogOptions);
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (key, value) = pair::read(word, "option", "name")?;
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
        reads::<LogOpt>(&[
            ("max-size=10m", "max-size=10m"),
            ("labels=a,b=c", "labels=a,b=c"),
            ("tag=", "tag="),
            ("x", "x"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<LogOpt>(&[
            ("", "the option's name is missing"),
            ("=1", "the option's name is missing"),
            ("tag=\0", "the option holds a NUL byte"),
        ]);
    }

    #[test]
    fn a_token_is_not_shown() {
        let names = SecretNames { endings: vec!["TOKEN".to_owned()], ..SecretNames::default() };
        let shown = |word: &str| LogOpt::parse(word).unwrap().shown(&names);
        assert_eq!(shown("splunk-token=hush"), "splunk-token=***");
        assert_eq!(shown("splunk-url=https://u:hush@h"), "splunk-url=https://u:***@h");
        assert_eq!(shown("max-size=10m"), "max-size=10m");
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(key in "[^=\\x00]{1,9}", value in prop::option::of("[^\\x00]{0,9}")) {
            round_trips(&LogOpt { key, value });
        }
    }
}
