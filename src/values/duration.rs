//! `Duration`: an amount of time, for `--time-limit`. Written as in docker's own flags: `90s`, `1h30m`, `500ms`.

use super::{Value, ValueError};
use std::time::Duration as Time;

/// The units and their nanoseconds, largest first. Those that stand in no written word are further spellings.
const UNITS: [(&str, u64); 8] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
];
/// How many of the units a written word is made of.
const WRITTEN: usize = 6;

/// An amount of time in whole nanoseconds, at most what an `i64` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub Time);

impl Value for Duration {
    const FORM: &'static str = "NUMBER[h|m|s|ms|us|ns]...";

    /// A whole number without a unit is seconds, as `timeout` reads it; docker's flags refuse one.
    fn parse(word: &str) -> Result<Self, ValueError> {
        let digits = word.strip_prefix('+').unwrap_or(word);
        if is_whole(digits) {
            return nanoseconds(whole(digits, 1_000_000_000)?);
        }
        Self::with_units(word)
    }

    fn word(&self) -> String {
        let mut left = self.0.as_nanos();
        let mut word = String::new();
        for (unit, factor) in UNITS.iter().take(WRITTEN) {
            let factor = u128::from(*factor);
            if left >= factor {
                word.push_str(&format!("{}{unit}", left / factor));
                left %= factor;
            }
        }
        if word.is_empty() { "0s".to_owned() } else { word }
    }
}

impl Duration {
    /// Reads what docker's own flags take: numbers with their units, or 0 alone.
    pub(super) fn with_units(word: &str) -> Result<Self, ValueError> {
        let mut rest = word.strip_prefix(['+', '-']).unwrap_or(word);
        if rest == "0" {
            return Ok(Self(Time::ZERO));
        }
        let mut total: u128 = 0;
        loop {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
            let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
            if !number.bytes().any(|byte| byte.is_ascii_digit()) {
                return Err(ValueError::new("a duration is numbers, each with its unit"));
            }
            let end = after.find(|letter: char| letter.is_ascii_digit() || letter == '.');
            let (unit, after) = after.split_at(end.unwrap_or(after.len()));
            total = total.checked_add(part(number, factor(unit, word)?)?).ok_or_else(too_long)?;
            if after.is_empty() {
                break;
            }
            rest = after;
        }
        if word.starts_with('-') && total > 0 {
            return Err(ValueError::new("a duration cannot be negative"));
        }
        nanoseconds(total)
    }

    /// Whether no time at all is meant.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

fn is_whole(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The nanoseconds of a unit of the word.
fn factor(unit: &str, word: &str) -> Result<u64, ValueError> {
    if unit.is_empty() {
        let error = ValueError::new("the last number has no unit");
        return Err(if is_whole(word) { error.suggest(format!("{word}s")) } else { error });
    }
    let known = UNITS.iter().find(|(name, _)| *name == unit);
    known
        .map(|(_, factor)| *factor)
        .ok_or_else(|| ValueError::new("the unit is not one of h, m, s, ms, us, ns"))
}

/// `1.5` of a unit.
fn part(number: &str, factor: u64) -> Result<u128, ValueError> {
    let (digits, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') {
        return Err(ValueError::new("a number has one point at most"));
    }
    Ok(whole(digits, factor)?.saturating_add(behind_the_point(fraction, factor).into()))
}

fn whole(digits: &str, factor: u64) -> Result<u128, ValueError> {
    let number = if digits.is_empty() { Ok(0) } else { digits.parse::<u128>() };
    number.ok().and_then(|number| number.checked_mul(factor.into())).ok_or_else(too_long)
}

/// A fraction of a unit, with docker's arithmetic: in double precision, cut to whole nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "docker's arithmetic loses it, too")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in range, and cut as docker does"
)]
fn behind_the_point(fraction: &str, factor: u64) -> u64 {
    let mut digits: u64 = 0;
    let mut scale = 1_f64;
    for digit in fraction.bytes() {
        let more = digits.checked_mul(10).and_then(|digits| digits.checked_add((digit - b'0').into()));
        let Some(more) = more.filter(|more| i64::try_from(*more).is_ok()) else { break };
        digits = more;
        scale *= 10.0;
    }
    (digits as f64 * (factor as f64 / scale)) as u64
}

fn nanoseconds(total: u128) -> Result<Duration, ValueError> {
    let fitting = i64::try_from(total).ok().and_then(|total| u64::try_from(total).ok());
    fitting.map(|total| Duration(Time::from_nanos(total))).ok_or_else(too_long)
}

fn too_long() -> ValueError {
    ValueError::new("a duration is 292 years at most")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Duration>(&[
            ("90s", "1m30s"),
            ("1h30m", "1h30m"),
            ("500ms", "500ms"),
            ("1.5h", "1h30m"),
            (".5s", "500ms"),
            ("1.s", "1s"),
            ("+1m", "1m"),
            ("1m1m", "2m"),
            ("100us", "100us"),
            ("100\u{b5}s", "100us"),
            ("100\u{3bc}s", "100us"),
            ("7ns", "7ns"),
            ("0.0000000019s", "1ns"),
            ("0.3333333333333333333h", "20m"),
            (".1234567891234h", "7m24s444ms440us844ns"),
            ("1h1m1.5s", "1h1m1s500ms"),
            ("-0", "0s"),
            ("-0s", "0s"),
            ("+0", "0s"),
            ("1h0m1s", "1h1s"),
            ("90", "1m30s"),
            ("0", "0s"),
            ("0s", "0s"),
            ("2562047h47m16.854775807s", "2562047h47m16s854ms775us807ns"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let unit = "the unit is not one of h, m, s, ms, us, ns";
        let form = "a duration is numbers, each with its unit";
        refuses::<Duration>(&[
            ("", form),
            ("-", form),
            ("+-1s", form),
            ("1e3s", unit),
            ("s", form),
            ("soon", form),
            (".s", form),
            ("1m s", unit),
            (" 1s", form),
            ("-1s", "a duration cannot be negative"),
            ("1d", unit),
            ("1S", unit),
            ("1 s", unit),
            ("1h30", "the last number has no unit"),
            ("1h0", "the last number has no unit"),
            ("1.5", "the last number has no unit"),
            ("1.2.3s", "a number has one point at most"),
            ("2562047h47m16.854775808s", "a duration is 292 years at most"),
            ("99999999999999999999999999999999999999999h", "a duration is 292 years at most"),
            ("9223372037", "a duration is 292 years at most"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(nanoseconds in 0..=i64::MAX as u64) {
            round_trips(&Duration(Time::from_nanos(nanoseconds)));
        }
    }
}
