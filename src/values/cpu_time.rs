//! How the kernel deals out the processors' time, in its own terms, for `--cpu-period`, `--cpu-quota`, `--cpu-shares`,
//! `--cpu-rt-period` and `--cpu-rt-runtime`. `--cpus` says the same in docker's.

use super::integer::signed;
use super::{Value, ValueError};

/// How long a period is, in microseconds, of which the container has a quota; 0 leaves it to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuPeriod(pub i64);

impl Value for CpuPeriod {
    const FORM: &'static str = "MICROSECONDS";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let period = signed(word).filter(|period| matches!(period, 0 | 1_000..=1_000_000));
        period.map(Self).ok_or_else(|| {
            ValueError::new("the period is 1000 to 1000000 microseconds, or 0 for the kernel's own")
        })
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// How much time the container has in a period, in microseconds of one processor; 0 and what is below it set no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuQuota(pub i64);

impl Value for CpuQuota {
    const FORM: &'static str = "MICROSECONDS|-1";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let quota = signed(word).filter(|quota| !matches!(quota, 1..1_000));
        quota
            .map(Self)
            .ok_or_else(|| ValueError::new("the quota is 1000 microseconds at least, or -1 for unlimited"))
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// The container's weight where processors are short; 0 leaves it to the kernel, which has 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuShares(pub i64);

impl Value for CpuShares {
    const FORM: &'static str = "NUMBER";

    /// The kernel's bounds: the engine sends any other on, and fails when it starts the container.
    fn parse(word: &str) -> Result<Self, ValueError> {
        let shares = signed(word).filter(|shares| matches!(shares, 0 | 2..=262_144));
        shares
            .map(Self)
            .ok_or_else(|| ValueError::new("the shares are 2 to 262144, or 0 for the kernel's own"))
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// How long a period of the real-time scheduler is, in microseconds; 0 leaves it to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuRtPeriod(pub i64);

impl Value for CpuRtPeriod {
    const FORM: &'static str = CpuPeriod::FORM;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let period = signed(word).filter(|period| *period >= 0);
        period.map(Self).ok_or_else(|| {
            ValueError::new("the period is a whole number of microseconds, or 0 for the kernel's own")
        })
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// How much time the container's real-time tasks have in a period, in microseconds; 0 leaves it to the kernel, and
/// what is below it sets no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuRtRuntime(pub i64);

impl Value for CpuRtRuntime {
    const FORM: &'static str = CpuQuota::FORM;

    fn parse(word: &str) -> Result<Self, ValueError> {
        signed(word)
            .map(Self)
            .ok_or_else(|| ValueError::new("the time is a whole number of microseconds, or -1 for unlimited"))
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
        reads::<CpuPeriod>(&[("0", "0"), ("1000", "1000"), ("1_000_000", "1000000"), ("0x2710", "10000")]);
        reads::<CpuQuota>(&[("0", "0"), ("-1", "-1"), ("-5", "-5"), ("1000", "1000"), ("0x2710", "10000")]);
        reads::<CpuShares>(&[("0", "0"), ("2", "2"), ("262144", "262144"), ("0b11", "3")]);
        reads::<CpuRtPeriod>(&[("0", "0"), ("+1", "1"), ("1000000", "1000000")]);
        reads::<CpuRtRuntime>(&[("0", "0"), ("-1", "-1"), ("950_000", "950000")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the period is 1000 to 1000000 microseconds, or 0 for the kernel's own";
        refuses::<CpuPeriod>(&[
            ("", wrong),
            ("-1", wrong),
            ("999", wrong),
            ("1000001", wrong),
            ("1ms", wrong),
        ]);
        let wrong = "the quota is 1000 microseconds at least, or -1 for unlimited";
        refuses::<CpuQuota>(&[("", wrong), ("1", wrong), ("999", wrong), ("5e4", wrong), ("1__0", wrong)]);
        let wrong = "the shares are 2 to 262144, or 0 for the kernel's own";
        refuses::<CpuShares>(&[("", wrong), ("-2", wrong), ("1", wrong), ("262145", wrong), ("1.5", wrong)]);
        let wrong = "the period is a whole number of microseconds, or 0 for the kernel's own";
        refuses::<CpuRtPeriod>(&[("", wrong), ("-1", wrong), ("1ms", wrong), ("9223372036854775808", wrong)]);
        let wrong = "the time is a whole number of microseconds, or -1 for unlimited";
        refuses::<CpuRtRuntime>(&[("", wrong), ("1ms", wrong), ("-9223372036854775809", wrong)]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            period in 1_000..=1_000_000_i64,
            quota in 1_000..=i64::MAX,
            shares in 2..=262_144_i64,
            rt_period in 0..=i64::MAX,
            rt_runtime: i64,
        ) {
            round_trips(&CpuPeriod(period));
            round_trips(&CpuQuota(quota));
            round_trips(&CpuShares(shares));
            round_trips(&CpuRtPeriod(rt_period));
            round_trips(&CpuRtRuntime(rt_runtime));
        }
    }
}
