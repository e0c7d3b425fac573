//! `MemoryLimit`, `MemorySwap` and `Swappiness`: how much memory the container may take and swap out, for `--memory`,
//! `--memory-reservation`, `--kernel-memory`, `--memory-swap` and `--memory-swappiness`.

use super::integer::signed;
use super::{Size, Value, ValueError};

/// The least limit that the engine takes: no container starts in less.
const LEAST: u64 = 6 << 20;

/// A limit of memory in bytes, 6 MiB at least; 0 sets none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemoryLimit(pub u64);

impl Value for MemoryLimit {
    const FORM: &'static str = Size::FORM;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Size(bytes) = Size::parse(word)?;
        if (1..LEAST).contains(&bytes) {
            let error = ValueError::new("the limit is 6m at least, or 0 for none");
            // A number alone counts bytes, which nobody means.
            let in_mebibytes = format!("{word}m");
            return Err(match Self::parse(&in_mebibytes) {
                Ok(_) => error.suggest(in_mebibytes),
                Err(_) => error,
            });
        }
        Ok(Self(bytes))
    }

    fn word(&self) -> String {
        Size(self.0).word()
    }
}

/// How much memory and swap the container may take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemorySwap {
    /// As much swap as the host has.
    Unlimited,
    /// This much of both; 0 leaves it to the engine, which allows as much swap as memory.
    Total(Size),
}

impl Value for MemorySwap {
    const FORM: &'static str = "NUMBER[b|k|m|g|t|p]|-1";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word == "-1" {
            return Ok(Self::Unlimited);
        }
        Size::parse(word).map(Self::Total).map_err(|error| match word {
            "unlimited" | "none" => error.suggest("-1"),
            _ => error,
        })
    }

    fn word(&self) -> String {
        match self {
            Self::Unlimited => "-1".to_owned(),
            Self::Total(size) => size.word(),
        }
    }
}

/// How readily the kernel swaps the container's memory out, from 0 to 100; -1 leaves it to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swappiness(pub i64);

impl Value for Swappiness {
    const FORM: &'static str = "NUMBER|-1";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let swappiness = signed(word).filter(|swappiness| (-1..=100).contains(swappiness));
        swappiness
            .map(Self)
            .ok_or_else(|| ValueError::new("the swappiness is 0 to 100, or -1 for the engine's own"))
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
    fn limits_are_read_and_written() {
        reads::<MemoryLimit>(&[
            ("0", "0"),
            ("-0", "0"),
            ("6m", "6m"),
            ("6291456", "6m"),
            ("1.5G", "1536m"),
            ("512MiB", "512m"),
            ("9223372036854775807", "9223372036854775807"),
        ]);
        reads::<MemorySwap>(&[("-1", "-1"), ("0", "0"), ("-0", "0"), ("1024", "1k"), ("2g", "2g")]);
        reads::<Swappiness>(&[("-1", "-1"), ("0", "0"), ("60", "60"), ("0x10", "16"), ("100", "100")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let too_little = "the limit is 6m at least, or 0 for none";
        refuses::<MemoryLimit>(&[
            ("5m", too_little),
            ("6291455b", too_little),
            ("1", too_little),
            ("512", &format!("{too_little} -> 512m")),
            ("", "a size starts with a number"),
            ("-1", "a size cannot be negative"),
        ]);
        refuses::<MemorySwap>(&[
            ("-2", "a size cannot be negative"),
            ("-1k", "a size cannot be negative"),
            (" -1", "a size starts with a number"),
            ("", "a size starts with a number"),
            ("unlimited", "a size starts with a number -> -1"),
        ]);
        let wrong = "the swappiness is 0 to 100, or -1 for the engine's own";
        refuses::<Swappiness>(&[("", wrong), ("-2", wrong), ("101", wrong), ("60%", wrong)]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(bytes in LEAST..=i64::MAX as u64, swappiness in -1..=100_i64) {
            round_trips(&MemoryLimit(bytes));
            round_trips(&MemorySwap::Total(Size(bytes)));
            round_trips(&Swappiness(swappiness));
        }
    }
}
