//! `Day`: a day of the calendar, for the end of a waiver.

use super::{Value, ValueError};

/// A day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year, from 1970 to 9999.
    year: u16,
    /// The month, from 1.
    month: u8,
    /// The day of the month, from 1.
    day: u8,
}

/// The seconds of a day: UTC's clock in Unix time has no leap seconds.
const SECONDS: u64 = 24 * 60 * 60;

impl Day {
    /// The day of a moment, in seconds since 1970.
    #[must_use]
    pub fn of(seconds: u64) -> Self {
        let mut left = seconds / SECONDS;
        let mut year = 1970;
        while year < 9999 && left >= days_of_year(year) {
            left -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while month < 12 && left >= u64::from(days_of_month(year, month)) {
            left -= u64::from(days_of_month(year, month));
            month += 1;
        }
        let day = u8::try_from(left + 1).unwrap_or(31).min(days_of_month(year, month));
        Self { year, month, day }
    }

    /// The seconds from 1970 to its beginning.
    #[must_use]
    pub fn seconds(self) -> i64 {
        let years: u64 = (1970..self.year).map(days_of_year).sum();
        let months: u64 = (1..self.month).map(|month| u64::from(days_of_month(self.year, month))).sum();
        i64::try_from((years + months + u64::from(self.day) - 1) * SECONDS).unwrap_or(i64::MAX)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_of_year(year: u16) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Value for Day {
    const FORM: &'static str = "YYYY-MM-DD";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let wrong = || ValueError::new("a day is written YYYY-MM-DD");
        let is_shaped = word.len() == 10
            && word.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_shaped {
            return Err(wrong());
        }
        let number = |range| word.get(range).and_then(|digits: &str| digits.parse::<u16>().ok());
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(wrong());
        };
        let month = u8::try_from(month).unwrap_or_default();
        let day = u8::try_from(day).unwrap_or_default();
        if year < 1970 || !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
            return Err(ValueError::new("the calendar has no such day"));
        }
        Ok(Self { year, month, day })
    }

    fn word(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Day>(&[
            ("1970-01-01", "1970-01-01"),
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("9999-12-31", "9999-12-31"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let (form, none) = ("a day is written YYYY-MM-DD", "the calendar has no such day");
        refuses::<Day>(&[
            ("", form),
            ("2026-1-1", form),
            ("2026/01/01", form),
            ("31-12-2026", form),
            ("2026-12-31T00:00", form),
            ("2026-13-01", none),
            ("2026-00-01", none),
            ("2026-02-29", none),
            ("2100-02-29", none),
            ("2026-04-31", none),
            ("2026-01-00", none),
            ("1969-12-31", none),
        ]);
    }

    /// The seconds are `date -u -d DAY +%s`.
    #[test]
    fn a_moment_has_a_day() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (1_709_164_800, "2024-02-29"),
            (1_798_675_200, "2026-12-31"),
            (4_107_542_400, "2100-03-01"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Day::of(seconds).word(), day, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(seconds in 0u64..253_402_300_800) {
            round_trips(&Day::of(seconds));
        }

        #[test]
        fn days_follow_each_other(day in 0u64..2_932_896) {
            prop_assert!(Day::of(day * SECONDS) < Day::of((day + 1) * SECONDS));
            prop_assert_eq!(Day::of(day * SECONDS).seconds(), i64::try_from(day * SECONDS).unwrap());
        }
    }
}
