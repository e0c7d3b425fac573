//! `Cpuset`: which processors, or which nodes of memory, the container may use, for `--cpuset-cpus` and
//! `--cpuset-mems`.

use super::{Value, ValueError};

/// The largest number that the engine lets pass: as many processors as Linux was ever built for.
const LARGEST: u16 = 8192;

/// A list of numbers and ranges as it was said, `0-3,7`; empty where all may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpuset(pub String);

impl Value for Cpuset {
    const FORM: &'static str = "NUMBER[-NUMBER][,NUMBER[-NUMBER]]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Ok(Self(String::new()));
        }
        for part in word.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if number(first)? > number(last)? {
                let turned = format!("{last}-{first}");
                let parts = word.split(',').map(|other| if other == part { turned.as_str() } else { other });
                let turned = parts.collect::<Vec<_>>().join(",");
                return Err(ValueError::new("a range ends below its start").suggest(turned));
            }
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

/// Reads one number. The engine would take a sign, the kernel does not.
fn number(word: &str) -> Result<u16, ValueError> {
    if word.is_empty() || !word.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(ValueError::new("the list holds numbers and ranges only, such as 0-3,7"));
    }
    let number = word.parse().ok().filter(|number| *number <= LARGEST);
    number.ok_or_else(|| ValueError::new(format!("a number of the list is 0 to {LARGEST}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Cpuset>(&[
            ("", ""),
            ("0", "0"),
            ("0-3", "0-3"),
            ("0-3,7", "0-3,7"),
            ("3,2,1", "3,2,1"),
            ("0-0,0,1-7", "0-0,0,1-7"),
            ("03", "03"),
            ("8192", "8192"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let no_list = "the list holds numbers and ranges only, such as 0-3,7";
        let too_large = "a number of the list is 0 to 8192";
        refuses::<Cpuset>(&[
            ("all", no_list),
            ("0,", no_list),
            ("0, 1", no_list),
            ("-1", no_list),
            ("1-", no_list),
            ("1-2-3", no_list),
            ("+1", no_list),
            ("8193", too_large),
            ("0-99999999999999999999", too_large),
            ("13-14,3-1", "a range ends below its start -> 13-14,1-3"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            ranges in prop::collection::vec((0..=LARGEST, 0..=LARGEST).prop_map(|(a, b)| (a.min(b), a.max(b))), 0..4),
        ) {
            let words: Vec<String> = ranges.iter().map(|(first, last)| format!("{first}-{last}")).collect();
            round_trips(&Cpuset(words.join(",")));
        }
    }
}
