//! `Domainname`: the NIS domain that the container sees, for `--domainname`.

use super::{Value, ValueError};

/// The kernel's limit (`__NEW_UTS_LEN`), behind which it cuts in silence.
const LONGEST: usize = 64;

/// A domain, any text without blanks; the empty word says none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domainname(pub String);

impl Value for Domainname {
    const FORM: &'static str = "DOMAIN";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the domain holds a NUL byte"));
        }
        // It stands behind the host name in the container's `/etc/hosts`.
        if word.contains(char::is_whitespace) {
            return Err(ValueError::new("a domain holds no blanks"));
        }
        if word.len() > LONGEST {
            return Err(ValueError::new(format!("a domain has {LONGEST} characters at most")));
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
        reads::<Domainname>(&[
            ("", ""),
            ("example.com", "example.com"),
            ("my_domain", "my_domain"),
            ("-", "-"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Domainname>(&[
            ("a b", "a domain holds no blanks"),
            ("a\n", "a domain holds no blanks"),
            ("a\0", "the domain holds a NUL byte"),
            (&"d".repeat(65), "a domain has 64 characters at most"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(domain in "[^\\s\\x00]{0,9}") {
            round_trips(&Domainname(domain));
        }
    }
}
