//! `PortPolicy`: what to do about a port that is taken, for `--port-policy`.

use super::nearest::unknown;
use super::{Value, ValueError};

/// What to do about a port that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortPolicy {
    /// Refuse the launch.
    Fail,
    /// Take the next free one, with everything that follows the port. A port that the caller said never moves.
    Next,
}

impl Value for PortPolicy {
    const FORM: &'static str = "fail|next";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "fail" => Ok(Self::Fail),
            "next" => Ok(Self::Next),
            _ => Err(unknown("the policy is fail or next", word, ["fail", "next"])),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Fail => "fail",
            Self::Next => "next",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};

    #[test]
    fn words_are_read_and_written() {
        reads::<PortPolicy>(&[("fail", "fail"), ("next", "next")]);
        round_trips(&PortPolicy::Fail);
        round_trips(&PortPolicy::Next);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<PortPolicy>(&[
            ("nxt", "the policy is fail or next -> next"),
            ("", "the policy is fail or next"),
            ("9999", "the policy is fail or next"),
        ]);
    }
}
