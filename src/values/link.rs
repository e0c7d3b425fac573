//! `Link`: another container that this one knows by a name, for `--link`.

use super::name::is_name;
use super::{Names, Offer, Power, Value, ValueError};

/// A link to another container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other container, by name or id.
    pub name: String,
    /// What it is called in this one.
    pub alias: String,
}

impl Value for Link {
    const FORM: &'static str = "CONTAINER[:ALIAS]";
    const OFFER: Offer = Offer::Parts(':', &[Offer::Names(Names::Running), Offer::NOTHING]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (name, alias) = word.split_once(':').unwrap_or((word, word));
        if alias.contains(':') {
            return Err(ValueError::new("a link has one colon at most"));
        }
        // The engine reports its own links as `/NAME:/OWNER/ALIAS`.
        let (name, alias) = match name.strip_prefix('/') {
            Some(bare) => (bare, alias.rsplit('/').next().unwrap_or(alias)),
            None => (name, alias),
        };
        if name.is_empty() {
            return Err(ValueError::new("the container is missing"));
        }
        if !is_name(name) {
            return Err(ValueError::new("what is linked is not a container's name or id"));
        }
        if alias.is_empty() {
            return Err(ValueError::new("the alias after the colon is missing"));
        }
        if alias.contains(['\0', ' ', '\t', '\n']) {
            return Err(ValueError::new("an alias holds no blanks"));
        }
        Ok(Self { name: name.to_owned(), alias: alias.to_owned() })
    }

    fn power(&self) -> Option<Power> {
        Some(Power::OtherContainer)
    }

    fn word(&self) -> String {
        format!("{}:{}", self.name, self.alias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Link>(&[
            ("a", "a:a"),
            ("a:b", "a:b"),
            ("/foo:/c1/bar", "foo:bar"),
            ("/foo", "foo:foo"),
            ("/foo:bar", "foo:bar"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Link>(&[
            ("", "the container is missing"),
            (":b", "the container is missing"),
            ("/:b", "the container is missing"),
            ("a:", "the alias after the colon is missing"),
            ("a:b:c", "a link has one colon at most"),
            ("a b", "what is linked is not a container's name or id"),
            ("//", "what is linked is not a container's name or id"),
            ("a:b c", "an alias holds no blanks"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-z0-9][a-z0-9_.-]{0,5}", alias in "[a-z0-9][a-z0-9_.-]{0,5}") {
            round_trips(&Link { name, alias });
        }
    }
}
