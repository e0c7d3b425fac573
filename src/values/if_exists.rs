//! `IfExists`: what to do where a container has the name that a launch asks for, for `--if-exists`.

use super::nearest::unknown;
use super::{Value, ValueError};

/// What to do where a container has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfExists {
    /// Refuse the launch.
    Fail,
    /// Take that container, where it is what the launch would make.
    Reuse,
    /// Put a new one in its place.
    Replace,
}

impl Value for IfExists {
    const FORM: &'static str = "fail|reuse|replace";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "fail" => Ok(Self::Fail),
            "reuse" => Ok(Self::Reuse),
            "replace" => Ok(Self::Replace),
            _ => Err(unknown("it is fail, reuse or replace", word, ["fail", "reuse", "replace"])),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Fail => "fail",
            Self::Reuse => "reuse",
            Self::Replace => "replace",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses};

    #[test]
    fn words_are_read_and_written() {
        reads::<IfExists>(&[("fail", "fail"), ("reuse", "reuse"), ("replace", "replace")]);
        refuses::<IfExists>(&[
            ("", "it is fail, reuse or replace"),
            ("replcae", "it is fail, reuse or replace -> replace"),
        ]);
    }
}
