//! `WorkDir`: the directory in the container where its command starts, for `--workdir`.

use super::{Value, ValueError};

/// An absolute path in the container; the empty word leaves the image's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDir(pub String);

impl Value for WorkDir {
    const FORM: &'static str = "/PATH";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the path holds a NUL byte"));
        }
        if !word.is_empty() && !word.starts_with('/') {
            return Err(ValueError::new("a path in the container is absolute")
                .suggest(format!("/{}", word.trim_start_matches("./"))));
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<WorkDir>(&[("", ""), ("/", "/"), ("/workspace", "/workspace"), ("/a b/../c", "/a b/../c")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<WorkDir>(&[
            ("x", "a path in the container is absolute -> /x"),
            ("./x", "a path in the container is absolute -> /x"),
            ("/\0", "the path holds a NUL byte"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(path in "/[^\\x00]{0,9}") {
            round_trips(&WorkDir(path));
        }
    }
}
