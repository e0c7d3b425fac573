//! `DeviceRule`: devices that the container may use without being handed them, for `--device-cgroup-rule`.

use super::{Power, Value, ValueError};

/// The largest number of a device in a rule: the next one stands for all of them in the kernel.
const LARGEST: u32 = u32::MAX - 1;

/// A rule of the devices cgroup, as it was said: `c 195:* rwm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRule(pub String);

impl Value for DeviceRule {
    const FORM: &'static str = "TYPE MAJOR:MINOR RIGHTS";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let [kind, numbers, rights] = word.split(' ').collect::<Vec<_>>()[..] else {
            return Err(ValueError::new("the rule is a type, numbers and rights, with a space between each"));
        };
        if !["a", "b", "c"].contains(&kind) {
            return Err(ValueError::new("the type is a for all, b for block or c for character devices"));
        }
        let Some((major, minor)) = numbers.split_once(':') else {
            return Err(ValueError::new("the numbers are MAJOR:MINOR"));
        };
        if ![major, minor].into_iter().all(is_number) {
            return Err(ValueError::new(format!("a number is 0 to {LARGEST}, or * for any")));
        }
        if !(1..=3).contains(&rights.len()) || !rights.bytes().all(|right| b"rwm".contains(&right)) {
            return Err(ValueError::new("the rights are one to three of r, w and m"));
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }

    /// The devices: another rule for the same ones gives them other rights.
    fn key(&self) -> Option<String> {
        self.0.rsplit_once(' ').map(|(devices, _)| devices.to_owned())
    }

    fn power(&self) -> Option<Power> {
        Some(Power::Device)
    }
}

/// Whether the word is a number of a device, or `*`.
fn is_number(word: &str) -> bool {
    let is_digits = word.bytes().all(|digit| digit.is_ascii_digit());
    word == "*" || (is_digits && word.parse::<u32>().is_ok_and(|number| number <= LARGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<DeviceRule>(&[
            ("c 1:3 rwm", "c 1:3 rwm"),
            ("c 1:3 r", "c 1:3 r"),
            ("c 1:3 rr", "c 1:3 rr"),
            ("b *:* mwr", "b *:* mwr"),
            ("a *:* rwm", "a *:* rwm"),
            ("c 01:* r", "c 01:* r"),
            ("c 4294967294:1 r", "c 4294967294:1 r"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let parts = "the rule is a type, numbers and rights, with a space between each";
        let kind = "the type is a for all, b for block or c for character devices";
        let number = "a number is 0 to 4294967294, or * for any";
        let rights = "the rights are one to three of r, w and m";
        refuses::<DeviceRule>(&[
            ("", parts),
            ("c 1:3", parts),
            ("c  1:3 r", parts),
            ("c 1:3 r w", parts),
            ("u 1:3 r", kind),
            ("C 1:3 r", kind),
            (" 1:3 r", kind),
            ("c 1 r", "the numbers are MAJOR:MINOR"),
            ("c 1: r", number),
            ("c 1:-1 r", number),
            ("c +1:1 r", number),
            ("c 1:2:3 r", number),
            ("c 4294967295:1 r", number),
            ("c 1:3 ", rights),
            ("c 1:3 rwx", rights),
            ("c 1:3 rwmr", rights),
        ]);
    }

    #[test]
    fn the_devices_are_the_key() {
        assert_eq!(DeviceRule::parse("c 1:3 rwm").unwrap().key(), Some("c 1:3".into()));
    }

    #[test]
    fn every_rule_is_a_power() {
        assert_eq!(DeviceRule::parse("c 1:3 r").unwrap().power(), Some(Power::Device));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(kind in "[abc]", major in 0..=LARGEST, minor in 0..=LARGEST, rights in "[rwm]{1,3}") {
            round_trips(&DeviceRule(format!("{kind} {major}:{minor} {rights}")));
        }
    }
}
