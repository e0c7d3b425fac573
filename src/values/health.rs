//! `HealthTime` and `HealthRetries`: how the engine asks a container for its health, for `--health-interval` and its
//! like.

use super::duration::Duration;
use super::integer::signed;
use super::{Value, ValueError};
use std::time::Duration as Time;

/// The shortest time that the engine takes.
const SHORTEST: Time = Time::from_millis(1);

/// An interval, a limit or a grace of the health check; 0 leaves it to the image, and to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthTime(pub Duration);

impl Value for HealthTime {
    const FORM: &'static str = "NUMBER[h|m|s|ms]...";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let time = Duration::with_units(word)?;
        if !time.is_zero() && time.0 < SHORTEST {
            return Err(ValueError::new(
                "a time of the health check is 1ms at least, or 0 for the image's own",
            ));
        }
        Ok(Self(time))
    }

    fn word(&self) -> String {
        self.0.word()
    }
}

/// How often in a row the check fails before the container counts as unhealthy; 0 leaves it to the image, and to the
/// engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthRetries(pub i64);

impl Value for HealthRetries {
    const FORM: &'static str = "NUMBER";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new("the count of failures is a whole number, 0 for the image's own");
        signed(word).filter(|count| *count >= 0).map(Self).ok_or_else(error)
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<HealthTime>(&[
            ("5s", "5s"),
            ("100ms", "100ms"),
            ("1000us", "1ms"),
            ("1h1m1.5s", "1h1m1s500ms"),
            ("+.5s", "500ms"),
            ("0", "0s"),
            ("-0s", "0s"),
            ("0.0000000001s", "0s"),
        ]);
        reads::<HealthRetries>(&[("3", "3"), ("0", "0"), ("+3", "3"), ("0x10", "16"), ("1_000", "1000")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let short = "a time of the health check is 1ms at least, or 0 for the image's own";
        refuses::<HealthTime>(&[
            ("", "a duration is numbers, each with its unit"),
            ("5", "the last number has no unit -> 5s"),
            ("1.5", "the last number has no unit"),
            ("-1s", "a duration cannot be negative"),
            ("1d", "the unit is not one of h, m, s, ms, us, ns"),
            ("999us", short),
            ("1ns", short),
        ]);
        let count = "the count of failures is a whole number, 0 for the image's own";
        refuses::<HealthRetries>(&[
            ("", count),
            ("-1", count),
            ("3.0", count),
            ("9223372036854775808", count),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(milliseconds in 0..=9_223_372_036_854_u64, retries in 0..=i64::MAX) {
            round_trips(&HealthTime(Duration(Time::from_millis(milliseconds))));
            round_trips(&HealthRetries(retries));
        }
    }
}
