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
        Self::checked(word).map_err(|error| match clean(word) {
            Some(clean) => error.suggest(clean),
            None => error,
        })
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

impl Hostname {
    fn checked(word: &str) -> Result<Self, ValueError> {
        if word.len() > LONGEST {
            return Err(ValueError::new(format!("a host name has {LONGEST} characters at most")));
        }
        for label in word.split('.') {
            check_label(&label.replace('_', "x"))?;
        }
        Ok(Self(word.to_owned()))
    }

    /// The name in lower case, where it is not so yet.
    #[must_use]
    pub fn lowered(&self) -> Option<Self> {
        let is_mixed = self.0.bytes().any(|byte| byte.is_ascii_uppercase());
        is_mixed.then(|| Self(self.0.to_ascii_lowercase()))
    }
}

/// The host name that a word comes closest to, in the form that every system takes: lower case, `-` for what is neither
/// letter nor digit, and cut to its lengths. None where nothing of it is left.
fn clean(word: &str) -> Option<String> {
    // `TOKEN=hush` was meant for another option, and is not to be repeated.
    if word.contains('=') {
        return None;
    }
    let mut name = String::new();
    for label in word.split('.').filter_map(clean_label) {
        let dot = usize::from(!name.is_empty());
        if name.len() + dot + label.len() > LONGEST {
            break;
        }
        name.extend(["."].iter().take(dot).copied().chain([label.as_str()]));
    }
    (!name.is_empty()).then_some(name)
}

fn clean_label(label: &str) -> Option<String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric();
    let parts: Vec<&str> = label.split(|letter| !is_plain(letter)).filter(|part| !part.is_empty()).collect();
    let mut clean = parts.join("-").to_ascii_lowercase();
    clean.truncate(LONGEST_LABEL);
    let clean = clean.trim_end_matches('-');
    (!clean.is_empty()).then(|| clean.to_owned())
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
            ("bad_host!", "a host name holds only letters, digits, `-` and dots -> bad-host"),
            ("Alice 的主机", "a host name holds only letters, digits, `-` and dots -> alice"),
            ("$(hostname)", "a host name holds only letters, digits, `-` and dots -> hostname"),
            ("!", "a host name holds only letters, digits, `-` and dots"),
            ("-a", "a part between dots starts and ends with a letter or digit -> a"),
            ("a-.b", "a part between dots starts and ends with a letter or digit -> a.b"),
            ("a.", "a part between dots is empty -> a"),
            ("a..b", "a part between dots is empty -> a.b"),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a part between dots has 63 characters at most -> bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a host name has 64 characters at most -> bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?([.][a-z0-9]{1,20}){0,2}") {
            round_trips(&Hostname(name));
        }

        #[test]
        fn what_is_suggested_is_a_host_name(word in ".{0,90}") {
            if let Some(clean) = clean(&word) {
                prop_assert_eq!(Hostname::parse(&clean), Ok(Hostname(clean.clone())));
                prop_assert_eq!(Hostname(clean).lowered(), None);
            }
        }
    }
}
