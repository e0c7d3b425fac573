//! `Target`: the stage of a build that an inference image was made from, for `--target`.

use super::{Value, ValueError};

/// The end of an image's tag: `dev` in `dynamo:latest-vllm-dev`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(pub String);

impl Value for Target {
    const FORM: &'static str = "NAME";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let is_of_tags = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if word.is_empty() {
            return Err(ValueError::new("the target is empty"));
        }
        if !word.bytes().all(is_of_tags) {
            return Err(ValueError::new(
                "a target ends an image's tag: it holds letters, digits, `_`, `.` and `-`",
            ));
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
        reads::<Target>(&[("dev", "dev"), ("local-dev", "local-dev"), ("Runtime_1.2", "Runtime_1.2")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let letters = "a target ends an image's tag: it holds letters, digits, `_`, `.` and `-`";
        refuses::<Target>(&[("", "the target is empty"), ("a b", letters), ("dev:1", letters)]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(target in "[A-Za-z0-9_.-]{1,9}") {
            round_trips(&Target(target));
        }
    }
}
