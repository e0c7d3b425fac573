//! `ContainerName`: what the container is called, for `--name`.

use super::{Value, ValueError};

/// The longest name, dynrun's own limit: docker has none, host names and file names do.
const LONGEST: usize = 128;

/// A container's name; empty where the engine is to choose one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerName(pub String);

impl ContainerName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the engine is to choose one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Value for ContainerName {
    const FORM: &'static str = "NAME";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let name = word.strip_prefix('/').unwrap_or(word);
        if word.is_empty() {
            return Ok(Self(String::new()));
        }
        if !is_name(name) {
            return Err(ValueError::new(
                "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ));
        }
        if name.len() < 2 {
            return Err(ValueError::new("a name has two characters at least"));
        }
        if name.len() > LONGEST {
            return Err(ValueError::new(format!("a name has {LONGEST} characters at most")));
        }
        Ok(Self(name.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

/// Whether docker could have given this name to a container, a volume or a network.
#[must_use]
pub fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// Reads the container of `container:NAME`, by name or id.
pub(super) fn other_container(name: &str) -> Result<String, ValueError> {
    let bare = name.strip_prefix('/').unwrap_or(name);
    if bare.is_empty() {
        return Err(ValueError::new("the container after `container:` is missing"));
    }
    if !is_name(bare) {
        return Err(ValueError::new("what follows `container:` is not a container's name or id"));
    }
    Ok(bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<ContainerName>(&[("", ""), ("web", "web"), ("a1", "a1"), ("X_.-", "X_.-"), ("/web", "web")]);
    }

    /// A name leads to no other path. S14.
    #[test]
    fn what_is_wrong_is_said() {
        refuses::<ContainerName>(&[
            ("a", "a name has two characters at least"),
            ("/", "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
            ("-a", "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
            ("a b", "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
            ("é1", "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
            ("//a", "a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a name has 128 characters at most",
            ),
        ]);
    }

    #[test]
    fn an_empty_name_is_the_engines_choice() {
        assert!(ContainerName::parse("").unwrap().is_empty());
        assert_eq!(ContainerName::parse("/web").unwrap().as_str(), "web");
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}") {
            round_trips(&ContainerName(name));
        }
    }
}
