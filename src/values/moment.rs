//! `Moment`: a point in time, for `dynrun logs --since` and `--until`. Written as for docker's own client: a span back from
//! now, a date, with or without a time and a zone, or seconds since 1970.

use super::day::Day;
use super::{Duration, Value as _, ValueError};
use std::time::Duration as Time;

/// A point in time, as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// So long before now.
    Ago(Time),
    /// So long after now.
    Ahead(Time),
    /// Seconds since 1970 and nanoseconds, in UTC or by the machine's own clock.
    At {
        /// The seconds.
        seconds: i64,
        /// The nanoseconds.
        nanoseconds: u32,
        /// Whether the machine's zone is to be taken off.
        is_local: bool,
    },
    /// Seconds since 1970, in digits that the engine reads.
    Unix(String),
}

impl Moment {
    /// The accepted form.
    pub const FORM: &'static str =
        "DURATION|YYYY-MM-DD[THH[:MM[:SS[.FRACTION]]]][Z|+HH:MM]|SECONDS[.FRACTION]";

    /// Reads what docker's client reads.
    ///
    /// # Errors
    /// It is no point in time.
    pub fn parse(word: &str) -> Result<Self, ValueError> {
        // A zero alone is no span: it is the first second of 1970.
        if word != "0" {
            let (is_ahead, span) = match word.strip_prefix('-') {
                Some(rest) if !rest.starts_with('+') => (true, rest),
                _ => (false, word),
            };
            if let Ok(Duration(time)) = Duration::with_units(span) {
                return Ok(if is_ahead { Self::Ahead(time) } else { Self::Ago(time) });
            }
        }
        if let Some(moment) = date(word) {
            return Ok(moment);
        }
        match !word.contains('-') && is_unix(word) {
            true => Ok(Self::Unix(word.to_owned())),
            false => Err(ValueError::new("it is no time")),
        }
    }

    /// The moment as the engine is asked for it: seconds since 1970, and their fraction. `zone` is how far the machine's
    /// clock is ahead of UTC.
    #[must_use]
    pub fn asked(&self, now: Time, zone: i64) -> String {
        let whole = |nanoseconds: i128| nanoseconds.div_euclid(1_000_000_000).to_string();
        let nanoseconds = |time: &Time| i128::try_from(time.as_nanos()).unwrap_or(i128::MAX / 2);
        match self {
            Self::Ago(span) => whole(nanoseconds(&now) - nanoseconds(span)),
            Self::Ahead(span) => whole(nanoseconds(&now) + nanoseconds(span)),
            Self::At { seconds, nanoseconds, is_local } => {
                let seconds = seconds - if *is_local { zone } else { 0 };
                format!("{seconds}.{nanoseconds:09}")
            }
            Self::Unix(digits) => digits.clone(),
        }
    }
}

/// Whole seconds, or with a fraction behind a point, each in what Go reads as a number.
fn is_unix(word: &str) -> bool {
    let (seconds, fraction) = word.split_once('.').unwrap_or((word, "0"));
    seconds.parse::<i64>().is_ok() && fraction.parse::<i64>().is_ok()
}

/// Reads a date, with what may stand behind it.
fn date(word: &str) -> Option<Moment> {
    let day = Day::parse(word.get(..10)?).ok()?;
    let rest = &word[10..];
    let (time, rest) = match rest.strip_prefix('T') {
        Some(rest) => clock(rest)?,
        None => ((0, 0), rest),
    };
    let (zone, is_local) = match rest {
        "" => (0, true),
        "Z" => (0, false),
        zone => (zone_of(zone)?, false),
    };
    let seconds = day.seconds() + time.0 - zone;
    Some(Moment::At { seconds, nanoseconds: time.1, is_local })
}

/// `HH[:MM[:SS[.FRACTION]]]` as seconds and nanoseconds, and what stands behind it.
fn clock(text: &str) -> Option<((i64, u32), &str)> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    // An hour alone may have one digit.
    let (hour, mut rest) = text.split_at(if (1..=2).contains(&digits) { digits } else { return None });
    let mut seconds = below(hour, 24)? * 3600;
    let mut nanoseconds = 0;
    for unit in [60, 1] {
        let Some(part) = rest.strip_prefix(':') else { return Some(((seconds, 0), rest)) };
        seconds += below(part.get(..2)?, 60)? * unit;
        rest = &part[2..];
    }
    if let Some(part) = rest.strip_prefix(['.', ',']) {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (fraction, behind) = part.split_at(end);
        if fraction.is_empty() {
            return None;
        }
        nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        rest = behind;
    }
    Some(((seconds, nanoseconds), rest))
}

/// `+HH:MM` in seconds.
fn zone_of(text: &str) -> Option<i64> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) =
        text[1..].split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    // Go takes an offset of 24 hours, and of 60 minutes.
    Some(sign * (below(hours, 25)? * 3600 + below(minutes, 61)? * 60))
}

fn below(digits: &str, limit: i64) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?.filter(|number| *number < limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What docker's client asks for at 2026-11-28T20:00:00.75Z, on a machine that is an hour ahead of UTC.
    #[test]
    fn moments_are_asked_for_as_docker_does() {
        let now = Time::from_millis(1_795_896_000_750);
        for (word, asked) in [
            ("10m", "1795895400"),
            ("1h30m", "1795890600"),
            ("-10s", "1795896010"),
            ("0s", "1795896000"),
            ("+0", "1795896000"),
            ("1.5s", "1795895999"),
            ("0", "0"),
            ("1795896000", "1795896000"),
            ("1795896000.5", "1795896000.5"),
            ("1795896000.000000001", "1795896000.000000001"),
            ("+5", "+5"),
            ("2026-11-28", "1795820400.000000000"),
            ("2026-11-28Z", "1795824000.000000000"),
            ("2026-11-28+02:00", "1795816800.000000000"),
            ("2026-11-28-02:00", "1795831200.000000000"),
            ("2026-11-28T20", "1795892400.000000000"),
            ("2026-11-28T2", "1795827600.000000000"),
            ("2026-11-28T20:15", "1795893300.000000000"),
            ("2026-11-28T20:15:30", "1795893330.000000000"),
            ("2026-11-28T20:15:30.25", "1795893330.250000000"),
            ("2026-11-28T20Z", "1795896000.000000000"),
            ("2026-11-28T20:15Z", "1795896900.000000000"),
            ("2026-11-28T20:15+00:30", "1795895100.000000000"),
            ("2026-11-28T20:15:30Z", "1795896930.000000000"),
            ("2026-11-28T20:15:30.123456789Z", "1795896930.123456789"),
            ("2026-11-28T20:15:30.1234567899-01:00", "1795900530.123456789"),
        ] {
            let moment = Moment::parse(word).unwrap_or_else(|error| panic!("{word}: {error:?}"));
            assert_eq!(moment.asked(now, 3600), asked, "{word}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for word in [
            "",
            "-",
            "soon",
            "2026-11",
            "2026-11-31",
            "2026-13-01",
            "2026-11-28T",
            "2026-11-28T24",
            "2026-11-28T20:6",
            "2026-11-28T20:60",
            "2026-11-28 20:15",
            "2026-11-28T20:15:30.",
            "2026-11-28T20:15:30z",
            "2026-11-28+2:00",
            "-5",
            "1.5.5",
            "99999999999999999999",
            "1 h",
            "2026-11-28T20:15:30+25:00",
            "-+5s",
        ] {
            assert_eq!(Moment::parse(word), Err(ValueError::new("it is no time")), "{word}");
        }
        assert_eq!(Moment::parse("2026"), Ok(Moment::Unix("2026".to_owned())));
    }
}
