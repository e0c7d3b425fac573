//! `DnsSearch`: a domain in which the container looks for names, for `--dns-search`.

use super::hostname::check_label;
use super::{Value, ValueError};

/// The longest domain that docker takes.
const LONGEST: usize = 254;

/// A domain without the dot at its end; `.` alone is no domain at all, not even the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSearch(pub String);

impl Value for DnsSearch {
    const FORM: &'static str = "DOMAIN|.";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let domain = word.trim_start_matches(' ').trim_end();
        if domain == "." {
            return Ok(Self(domain.to_owned()));
        }
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if domain.is_empty() {
            return Err(ValueError::new("the domain is missing: `.` says that there is none"));
        }
        domain.split('.').try_for_each(check_label)?;
        if !domain.contains(|letter: char| letter.is_ascii_alphabetic()) {
            return Err(ValueError::new("a domain has one letter at least"));
        }
        if domain.len() > LONGEST {
            return Err(ValueError::new(format!("a domain has {LONGEST} characters at most")));
        }
        Ok(Self(domain.to_owned()))
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
        let longest = format!("{}bb", "a.".repeat(126));
        reads::<DnsSearch>(&[
            ("example.com", "example.com"),
            (".", "."),
            (" . ", "."),
            ("example.com.", "example.com"),
            (" example.com\n", "example.com"),
            ("A.B-c.9", "A.B-c.9"),
            ("a", "a"),
            (&longest, &longest),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let letters = "a host name holds only letters, digits, `-` and dots";
        refuses::<DnsSearch>(&[
            ("", "the domain is missing: `.` says that there is none"),
            (" ", "the domain is missing: `.` says that there is none"),
            ("1.2", "a domain has one letter at least"),
            ("a..b", "a part between dots is empty"),
            ("..", "a part between dots is empty"),
            ("a_b", letters),
            ("a b", letters),
            (":a.b", letters),
            ("é.com", letters),
            ("-a", "a part between dots starts and ends with a letter or digit"),
            ("a-.b", "a part between dots starts and ends with a letter or digit"),
            (&"a".repeat(64), "a part between dots has 63 characters at most"),
            (&"a.".repeat(128), "a domain has 254 characters at most"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(domain in "[a-z][a-z0-9]{0,5}(\\.[a-z0-9]{1,5}){0,3}") {
            round_trips(&DnsSearch(domain));
        }
    }
}
