//! `StopSignal` and `StopTimeout`: how a container is asked to end, and how long it has, for `--stop-signal` and
//! `--stop-timeout`.

use super::integer::signed;
use super::nearest::unknown;
use super::{Offer, Value, ValueError};

/// The signals that the engine knows by name, without their `SIG`.
const NAMES: [&str; 36] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
];
/// The largest number of a signal.
const LAST: u8 = 64;
/// How far from the ends of their range the engine names real-time signals.
const REAL_TIME: [(&str, u8); 2] = [("RTMIN+", 15), ("RTMAX-", 14)];

/// The signal that asks a container to end, as it was said; empty where it is the image's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopSignal(pub String);

/// What a shell offers: the signals by which programs are asked to end.
const OFFERED: [&str; 8] =
    ["SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGWINCH"];

impl Value for StopSignal {
    const FORM: &'static str = "SIGNAL|NUMBER";
    const OFFER: Offer = Offer::Words(&OFFERED);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Ok(Self(String::new()));
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return match word.parse::<u8>() {
                Ok(1..=LAST) => Ok(Self(word.to_owned())),
                _ => Err(ValueError::new("a signal has a number from 1 to 64")),
            };
        }
        let upper = word.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        if NAMES.contains(&name) || is_real_time(name) {
            return Ok(Self(word.to_owned()));
        }
        let error = unknown("there is no such signal", name, NAMES);
        Err(ValueError { suggestion: error.suggestion.map(|near| format!("SIG{near}")), ..error })
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

/// `RTMIN+3`, `RTMAX-3`.
fn is_real_time(name: &str) -> bool {
    REAL_TIME.iter().any(|(end, furthest)| {
        let distance = name.strip_prefix(end).and_then(|distance| distance.parse::<u8>().ok());
        distance.is_some_and(|distance| (1..=*furthest).contains(&distance))
    })
}

/// How many seconds a container has to end after its stop signal, before it is killed; any time when negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopTimeout(pub i32);

impl Value for StopTimeout {
    const FORM: &'static str = "SECONDS";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let seconds = signed(word).and_then(|seconds| i32::try_from(seconds).ok());
        seconds.map(Self).ok_or_else(|| {
            ValueError::new("the time is a whole number of seconds, 2147483647 at most, or -1 for no end")
        })
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
    fn signals_are_read_and_written() {
        reads::<StopSignal>(&[
            ("SIGTERM", "SIGTERM"),
            ("TERM", "TERM"),
            ("sigint", "sigint"),
            ("15", "15"),
            ("64", "64"),
            ("SIGRTMIN+3", "SIGRTMIN+3"),
            ("RTMAX-14", "RTMAX-14"),
            ("", ""),
        ]);
    }

    #[test]
    fn what_is_no_signal_is_said() {
        refuses::<StopSignal>(&[
            ("SIGTREM", "there is no such signal -> SIGTERM"),
            ("SIGTEM", "there is no such signal -> SIGTERM"),
            ("hupp", "there is no such signal -> SIGHUP"),
            ("RTMIN+16", "there is no such signal"),
            ("RTMIN+0", "there is no such signal -> SIGRTMIN"),
            ("RTMAX-15", "there is no such signal"),
            ("0", "a signal has a number from 1 to 64"),
            ("65", "a signal has a number from 1 to 64"),
            ("-1", "there is no such signal"),
        ]);
    }

    #[test]
    fn seconds_are_read_and_written() {
        reads::<StopTimeout>(&[
            ("30", "30"),
            ("0", "0"),
            ("-1", "-1"),
            ("+5", "5"),
            ("0x1e", "30"),
            ("1_000", "1000"),
            ("2147483647", "2147483647"),
        ]);
    }

    #[test]
    fn what_is_no_number_of_seconds_is_said() {
        let wrong = "the time is a whole number of seconds, 2147483647 at most, or -1 for no end";
        refuses::<StopTimeout>(&[
            ("", wrong),
            ("30s", wrong),
            ("1.5", wrong),
            ("_1", wrong),
            ("2147483648", wrong),
            ("-2147483649", wrong),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(seconds: i32, number in 1..=LAST) {
            round_trips(&StopTimeout(seconds));
            round_trips(&StopSignal(number.to_string()));
        }
    }
}
