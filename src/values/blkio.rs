//! `BlkioWeight`, `DeviceWeight`, `DeviceBps` and `DeviceIops`: what the container may take of the host's disks, for
//! `--blkio-weight`, `--blkio-weight-device`, `--device-read-bps` and their like.

use std::path::Path;
use std::str::FromStr;

use super::device::is_name;
use super::integer::unsigned;
use super::{Offer, Size, Value, ValueError, clean};

/// A weight against other containers, 10 to 1000; 0 leaves it to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlkioWeight(pub u16);

impl Value for BlkioWeight {
    const FORM: &'static str = "WEIGHT";

    fn parse(word: &str) -> Result<Self, ValueError> {
        weight(unsigned(word).and_then(|weight| u16::try_from(weight).ok())).map(Self)
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// A weight on one disk, 10 to 1000; 0 leaves it to the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceWeight {
    /// The disk's path on the host, below `/dev`.
    pub path: String,
    /// The weight.
    pub weight: u16,
}

impl Value for DeviceWeight {
    const FORM: &'static str = "DEVICE:WEIGHT";
    const PAIR: Option<char> = Some(':');
    const OFFER: Offer = Offer::Files;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (path, rest) = disk(word)?;
        Ok(Self { path, weight: weight(decimal(rest))? })
    }

    fn word(&self) -> String {
        format!("{}:{}", self.path, self.weight)
    }

    fn key(&self) -> Option<String> {
        Some(disk_key(&self.path))
    }
}

/// How many bytes a second go to or from one disk; 0 sets no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceBps {
    /// The disk's path on the host, below `/dev`.
    pub path: String,
    /// Bytes in a second.
    pub rate: Size,
}

impl Value for DeviceBps {
    const FORM: &'static str = "DEVICE:NUMBER[b|k|m|g|t|p]";
    const PAIR: Option<char> = Some(':');
    const OFFER: Offer = Offer::Files;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (path, rest) = disk(word)?;
        Ok(Self { path, rate: Size::parse(rest)? })
    }

    fn word(&self) -> String {
        format!("{}:{}", self.path, self.rate.word())
    }

    fn key(&self) -> Option<String> {
        Some(disk_key(&self.path))
    }
}

/// How many operations a second one disk does; 0 sets no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceIops {
    /// The disk's path on the host, below `/dev`.
    pub path: String,
    /// Operations in a second.
    pub rate: u64,
}

impl Value for DeviceIops {
    const FORM: &'static str = "DEVICE:NUMBER";
    const PAIR: Option<char> = Some(':');
    const OFFER: Offer = Offer::Files;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (path, rest) = disk(word)?;
        let wrong =
            || ValueError::new("the rate is a whole number of operations a second, in decimal digits");
        Ok(Self { path, rate: decimal(rest).ok_or_else(wrong)? })
    }

    fn word(&self) -> String {
        format!("{}:{}", self.path, self.rate)
    }

    fn key(&self) -> Option<String> {
        Some(disk_key(&self.path))
    }
}

/// Reads the path of a disk, up to the first colon; and what follows.
fn disk(word: &str) -> Result<(String, &str), ValueError> {
    let Some((path, rest)) = word.split_once(':') else {
        return Err(ValueError::new("what follows the device is missing, after a colon"));
    };
    if path.contains('\0') {
        return Err(ValueError::new("the device holds a NUL byte"));
    }
    if !path.starts_with("/dev/") {
        let error = ValueError::new("the device is no path below /dev");
        return Err(if is_name(path) { error.suggest(format!("/dev/{word}")) } else { error });
    }
    Ok((path.to_owned(), rest))
}

/// The disk by its path alone, however that was written.
fn disk_key(path: &str) -> String {
    clean(Path::new(path)).to_string_lossy().into_owned()
}

/// A number in decimal digits alone: what follows a device has no base, no sign and no underscore.
fn decimal<T: FromStr>(word: &str) -> Option<T> {
    word.parse().ok().filter(|_| word.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The weight, if the engine takes it.
fn weight(number: Option<u16>) -> Result<u16, ValueError> {
    let weight = number.filter(|weight| matches!(weight, 0 | 10..=1_000));
    weight.ok_or_else(|| ValueError::new("the weight is 10 to 1000, or 0 for the kernel's own"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn weights_are_read_and_written() {
        reads::<BlkioWeight>(&[("0", "0"), ("10", "10"), ("1_000", "1000"), ("0x10", "16"), ("012", "10")]);
        reads::<DeviceWeight>(&[
            ("/dev/sda:10", "/dev/sda:10"),
            ("/dev/sda:0", "/dev/sda:0"),
            ("/dev/sda:010", "/dev/sda:10"),
            ("/dev/../dev/sda:1000", "/dev/../dev/sda:1000"),
        ]);
    }

    #[test]
    fn rates_are_read_and_written() {
        reads::<DeviceBps>(&[
            ("/dev/sda:1mb", "/dev/sda:1m"),
            ("/dev/sda:1.5k", "/dev/sda:1536"),
            ("/dev/sda:5 m", "/dev/sda:5m"),
            ("/dev/disk/by-id/x:0", "/dev/disk/by-id/x:0"),
        ]);
        reads::<DeviceIops>(&[
            ("/dev/sda:1000", "/dev/sda:1000"),
            ("/dev/sda:0", "/dev/sda:0"),
            ("/dev/sda:010", "/dev/sda:10"),
            ("/dev/sda:18446744073709551615", "/dev/sda:18446744073709551615"),
        ]);
    }

    #[test]
    fn what_is_wrong_with_a_weight_is_said() {
        let wrong = "the weight is 10 to 1000, or 0 for the kernel's own";
        refuses::<BlkioWeight>(&[
            ("", wrong),
            ("9", wrong),
            ("1001", wrong),
            ("65546", wrong),
            ("-1", wrong),
            ("+10", wrong),
        ]);
        refuses::<DeviceWeight>(&[
            ("/dev/sda:", wrong),
            ("/dev/sda:9", wrong),
            ("/dev/sda:1001", wrong),
            ("/dev/sda:0x10", wrong),
            ("/dev/sda:1_0", wrong),
            ("/dev/sda:+10", wrong),
            ("/dev/a:b:10", wrong),
        ]);
    }

    #[test]
    fn what_is_wrong_with_a_rate_is_said() {
        refuses::<DeviceBps>(&[
            ("/dev/sda:", "a size starts with a number"),
            ("/dev/sda:0x5", "a size starts with a number"),
            ("/dev/sda:-1", "a size cannot be negative"),
            ("/dev/sda:8192p", "the size is above 8 EiB"),
        ]);
        let wrong = "the rate is a whole number of operations a second, in decimal digits";
        refuses::<DeviceIops>(&[
            ("/dev/sda:", wrong),
            ("/dev/sda:1k", wrong),
            ("/dev/sda:-1", wrong),
            ("/dev/sda:+1", wrong),
            ("/dev/sda:0x1", wrong),
            ("/dev/sda:18446744073709551616", wrong),
        ]);
    }

    #[test]
    fn what_is_no_disk_is_said() {
        let elsewhere = "the device is no path below /dev";
        refuses::<DeviceBps>(&[
            ("", "what follows the device is missing, after a colon"),
            ("/dev/sda", "what follows the device is missing, after a colon"),
            (":1m", elsewhere),
            ("/dev:1m", elsewhere),
            ("/mnt/x:1m", elsewhere),
            ("dev/sda:1m", elsewhere),
            ("sda:1m", "the device is no path below /dev -> /dev/sda:1m"),
            ("/dev/\0:1m", "the device holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_disk_is_the_key() {
        let key = Some("/dev/sda".to_owned());
        assert_eq!(DeviceWeight::parse("/dev//sda:10").unwrap().key(), key);
        assert_eq!(DeviceBps::parse("/dev/sda:1m").unwrap().key(), key);
        assert_eq!(DeviceIops::parse("/dev/x/../sda:1").unwrap().key(), key);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            path in "/dev/[^:\\x00]{0,9}",
            weight in 10..=1_000_u16,
            bytes in 0..=i64::MAX as u64,
            operations: u64,
        ) {
            round_trips(&BlkioWeight(weight));
            round_trips(&DeviceWeight { path: path.clone(), weight });
            round_trips(&DeviceBps { path: path.clone(), rate: Size(bytes) });
            round_trips(&DeviceIops { path, rate: operations });
        }
    }
}
