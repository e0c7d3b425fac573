//! `Isolation`: what keeps containers apart, for `--isolation`.

use super::nearest::unknown;
use super::{Value, ValueError};

/// The technology that keeps a container apart from the host: on Linux, there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// The empty word: the same as `default`.
    Unsaid,
    /// The engine's own.
    Default,
}

impl Value for Isolation {
    const FORM: &'static str = "default";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word.to_ascii_lowercase().as_str() {
            "" => Ok(Self::Unsaid),
            "default" => Ok(Self::Default),
            "process" | "hyperv" => Err(ValueError::new("only engines on Windows have this isolation")),
            _ => Err(unknown("Linux has the default isolation only", word, [Self::FORM])),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Unsaid => "",
            Self::Default => "default",
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
        reads::<Isolation>(&[("", ""), ("default", "default"), ("DEFAULT", "default")]);
        round_trips(&Isolation::Unsaid);
        round_trips(&Isolation::Default);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Isolation>(&[
            ("process", "only engines on Windows have this isolation"),
            ("HyperV", "only engines on Windows have this isolation"),
            ("defualt", "Linux has the default isolation only -> default"),
            ("none", "Linux has the default isolation only"),
        ]);
    }
}
