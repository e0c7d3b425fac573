//! `EnvVar`: one variable of the container's environment, for `--env`.

use super::{Names, Offer, Power, Secret, SecretNames, Value, ValueError, pair};

/// A variable of the container's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name: any text without `=`, as docker has it.
    pub name: String,
    /// Its value; none forwards what the caller's environment holds under the name.
    pub value: Option<Secret>,
}

impl EnvVar {
    /// The longest `NAME=VALUE`, in bytes: the kernel takes 128 KiB with the ending NUL (`MAX_ARG_STRLEN`).
    pub const LONGEST: usize = 128 * 1024 - 1;

    /// Whether it has a value that must not be seen: its name says so, or it holds one by itself, in a URL or in the words
    /// of a command.
    #[must_use]
    pub fn holds_secret(&self, names: &SecretNames) -> bool {
        let value = self.value.as_ref().map(Secret::expose).unwrap_or_default();
        !value.is_empty() && (names.is_secret(&self.name) || names.are_in(value))
    }
}

impl Value for EnvVar {
    const FORM: &'static str = "NAME[=VALUE]";
    const OFFER: Offer = Offer::Names(Names::Variables);
    const QUOTABLE: bool = false;
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (name, value) = pair::split(word);
        if name.is_empty() {
            return Err(ValueError::new("the variable's name is missing"));
        }
        if value.is_none() && name.contains(char::is_whitespace) {
            let message =
                "a variable that is forwarded has no blank in its name; a value is joined to its name by `=`";
            return Err(ValueError::new(message));
        }
        if name.contains('\0') {
            return Err(ValueError::new("the variable's name holds a NUL byte"));
        }
        if value.is_some_and(|value| value.contains('\0')) {
            return Err(ValueError::new("the variable's value holds a NUL byte"));
        }
        Ok(Self { name: name.to_owned(), value: value.map(Secret::new) })
    }

    fn word(&self) -> String {
        pair::join(&self.name, self.value.as_ref().map(Secret::expose))
    }

    fn shown(&self, names: &SecretNames) -> String {
        match &self.value {
            Some(value) if !names.is_secret(&self.name) => {
                format!("{}={}", self.name, names.without_secrets_in(value.expose()))
            }
            _ => names.without_url_passwords(&self.name),
        }
    }

    fn key(&self) -> Option<String> {
        Some(self.name.clone())
    }

    fn power(&self) -> Option<Power> {
        self.value.is_none().then(|| Power::Forward(self.name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<EnvVar>(&[
            ("A", "A"),
            ("A=", "A="),
            ("A=b", "A=b"),
            ("A=b=c", "A=b=c"),
            ("A B=1", "A B=1"),
            ("A=\nB=x", "A=\nB=x"),
            ("1X=2", "1X=2"),
            ("A-B.C=1", "A-B.C=1"),
            ("A= b ", "A= b "),
            ("-x=1", "-x=1"),
            ("Ä=ö", "Ä=ö"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<EnvVar>(&[
            ("", "the variable's name is missing"),
            ("=x", "the variable's name is missing"),
            (
                "TOKEN hush",
                "a variable that is forwarded has no blank in its name; a value is joined to its name by `=`",
            ),
            ("A\0=x", "the variable's name holds a NUL byte"),
            ("A=\0", "the variable's value holds a NUL byte"),
        ]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let names = SecretNames { endings: vec!["TOKEN".into()], ..SecretNames::default() };
        for (word, want) in [
            ("HF_TOKEN=hush", "HF_TOKEN"),
            ("HF_TOKEN", "HF_TOKEN"),
            ("A=b", "A=b"),
            ("URL=nats://u:hush@h:1/x", "URL=nats://u:***@h:1/x"),
        ] {
            let var = EnvVar::parse(word).unwrap();
            assert_eq!(var.shown(&names), want);
            assert!(!format!("{var:?}").contains("hush"));
        }
    }

    #[test]
    fn a_name_alone_forwards() {
        assert_eq!(EnvVar::parse("A").unwrap().power(), Some(Power::Forward("A".into())));
        assert_eq!(EnvVar::parse("A=").unwrap().power(), None);
        assert_eq!(EnvVar::parse("A=b").unwrap().key(), Some("A".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[^=\\x00\\s]{1,9}", value in prop::option::of("[^\\x00]{0,9}")) {
            round_trips(&EnvVar { name, value: value.map(Secret::new) });
        }
    }
}
