//! `Version`: numbers with dots between them, as drivers and CUDA count theirs.

use std::cmp::Ordering;
use std::fmt;

/// A version: `12.4`, `550.54.15`. Zeros at its end make no difference.
#[derive(Debug, Clone)]
pub struct Version {
    text: String,
    numbers: Vec<u64>,
}

impl Version {
    /// Reads a version; none where it is made of anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        };
        let mut numbers: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self { text: text.to_owned(), numbers })
    }

    /// Its first number.
    #[must_use]
    pub fn major(&self) -> u64 {
        self.numbers.first().copied().unwrap_or_default()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = |text: &str| Version::parse(text).unwrap();
        for (one, order, other) in [
            ("12.4", Ordering::Less, "12.10"),
            ("535.183.01", Ordering::Greater, "535"),
            ("535.183.01", Ordering::Less, "536"),
            ("12.0", Ordering::Equal, "12"),
            ("550.54.15", Ordering::Equal, "550.054.15"),
            ("0", Ordering::Less, "0.1"),
        ] {
            assert_eq!(version(one).cmp(&version(other)), order, "{one} {other}");
        }
        assert_eq!((version("535.183.01").major(), version("0.0").major()), (535, 0));
        assert_eq!(version("550.54.15").to_string(), "550.54.15");
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", ".", "12.", ".4", "12..4", "12.x", "[N/A]", "-1", "12 4", "99999999999999999999"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }
}
