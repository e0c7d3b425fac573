//! `Hostname`: the host name that the container sees, for `--hostname`.

use super::{Value, ValueError};

/// The kernel's limit (`__NEW_UTS_LEN`).
const LONGEST: usize = 64;
/// The limit of one label, from RFC 1123.
const LONGEST_LABEL: usize = 63;

/// A host name of RFC 1123 labels, in which an underscore may stand, as for docker and for the kernel; the empty word
/// leaves it to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hostname(pub String);

impl Value for Hostname {
    const FORM: &'static str = "NAME[.NAME]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Ok(Self(String::new()));
        }
        if word.len() > LONGEST {
            return Err(ValueError::new(format!("a host name has {LONGEST} characters at most")));
        }
        for label in word.split('.') {
            check_label(&label.replace('_', "x"))?;
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

/// Checks what stands between two dots.
pub(super) fn check_label(label: &str) -> Result<(), ValueError> {
    if label.is_empty() {
        return Err(ValueError::new("a part between dots is empty"));
    }
    if label.len() > LONGEST_LABEL {
        return Err(ValueError::new(format!("a part between dots has {LONGEST_LABEL} characters at most")));
    }
    if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(ValueError::new("a host name holds only letters, digits, `-` and dots"));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(ValueError::new("a part between dots starts and ends with a letter or digit"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Hostname>(&[
            ("", ""),
            ("web", "web"),
            ("a.b", "a.b"),
            ("my_host", "my_host"),
            ("A-1.x", "A-1.x"),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ),
            ("1", "1"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Hostname>(&[
            ("bad_host!", "a host name holds only letters, digits, `-` and dots"),
            ("-a", "a part between dots starts and ends with a letter or digit"),
            ("a-.b", "a part between dots starts and ends with a letter or digit"),
            ("a.", "a part between dots is empty"),
            ("a..b", "a part between dots is empty"),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a part between dots has 63 characters at most",
            ),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a host name has 64 characters at most",
            ),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?([.][a-z0-9]{1,20}){0,2}") {
            round_trips(&Hostname(name));
        }
    }
}
