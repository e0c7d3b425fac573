//! `Restart`: when the engine starts an ended container again, for `--restart`.

use super::nearest::unknown;
use super::{Value, ValueError};

const POLICIES: [&str; 4] = ["no", "always", "unless-stopped", "on-failure"];

/// When the engine starts an ended container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Never. The empty word means this, too.
    No,
    /// Always, and when the engine itself starts.
    Always,
    /// Always, unless somebody stopped it.
    UnlessStopped,
    /// When it failed, this often at most; none and 0 set no limit.
    OnFailure(Option<u32>),
}

impl Value for Restart {
    const FORM: &'static str = "no|always|unless-stopped|on-failure[:RETRIES]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (policy, retries) = word.split_once(':').unwrap_or((word, ""));
        if policy.is_empty() && !word.is_empty() {
            return Err(ValueError::new("the policy before the colon is missing"));
        }
        let retries = if retries.is_empty() { None } else { Some(count(retries)?) };
        let plain = match policy {
            "on-failure" => return Ok(Self::OnFailure(retries)),
            "" | "no" => Self::No,
            "always" => Self::Always,
            "unless-stopped" => Self::UnlessStopped,
            _ => return Err(unknown("this is no restart policy", policy, POLICIES)),
        };
        match retries {
            // Docker's engine lets a count of nothing pass with any policy.
            None | Some(0) => Ok(plain),
            Some(count) => Err(ValueError::new("a count of retries goes with on-failure only")
                .suggest(format!("on-failure:{count}"))),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::No => "no".to_owned(),
            Self::Always => "always".to_owned(),
            Self::UnlessStopped => "unless-stopped".to_owned(),
            Self::OnFailure(None) => "on-failure".to_owned(),
            Self::OnFailure(Some(count)) => format!("on-failure:{count}"),
        }
    }
}

/// Reads a count of retries.
fn count(word: &str) -> Result<u32, ValueError> {
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ValueError::new("the count of retries is not a whole number"));
    }
    match digits.parse() {
        Ok(0) => Ok(0),
        _ if word.starts_with('-') => Err(ValueError::new("the count of retries is negative")),
        Ok(count) => Ok(count),
        Err(_) => Err(ValueError::new("the count of retries is above 4294967295")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Restart>(&[
            ("no", "no"),
            ("always", "always"),
            ("unless-stopped", "unless-stopped"),
            ("on-failure", "on-failure"),
            ("on-failure:3", "on-failure:3"),
            ("on-failure:0", "on-failure:0"),
            ("", "no"),
            ("always:", "always"),
            ("always:0", "always"),
            ("on-failure:", "on-failure"),
            ("on-failure:+3", "on-failure:3"),
            ("on-failure:03", "on-failure:3"),
            ("on-failure:-0", "on-failure:0"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Restart>(&[
            ("alway", "this is no restart policy -> always"),
            ("onfailure", "this is no restart policy -> on-failure"),
            ("unless-stoped", "this is no restart policy -> unless-stopped"),
            ("foo", "this is no restart policy"),
            (":3", "the policy before the colon is missing"),
            ("always:3", "a count of retries goes with on-failure only -> on-failure:3"),
            ("on-failure:-3", "the count of retries is negative"),
            ("on-failure:-99999999999", "the count of retries is negative"),
            ("on-failure:4294967296", "the count of retries is above 4294967295"),
            ("on-failure:+", "the count of retries is not a whole number"),
            ("on-failure: 3", "the count of retries is not a whole number"),
            ("on-failure:0x3", "the count of retries is not a whole number"),
            ("on-failure:x", "the count of retries is not a whole number"),
            ("on-failure:1:2", "the count of retries is not a whole number"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(count in any::<Option<u32>>()) {
            round_trips(&Restart::OnFailure(count));
        }
    }
}
