//! `Cpus`: how much of the machine's processors the container may use, for `--cpus`.

use super::size::without_separators;
use super::{Value, ValueError};

/// Billionths in one.
const NANO: i128 = 1_000_000_000;

/// A number of CPUs, in billionths of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cpus {
    /// Billionths of a CPU; 0 sets no limit.
    pub nano: i64,
}

impl Value for Cpus {
    const FORM: &'static str = "NUMBER";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (is_negative, unsigned) = match word.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let (numerator, denominator) = ratio(&without_separators(unsigned)?)?;
        if is_negative && numerator != 0 {
            return Err(ValueError::new("a number of CPUs cannot be negative"));
        }
        let scaled = numerator.checked_mul(NANO).ok_or_else(too_large)?;
        if scaled % denominator != 0 {
            return Err(too_precise());
        }
        let nano = i64::try_from(scaled / denominator).map_err(|_| too_large())?;
        Ok(Self { nano })
    }

    fn word(&self) -> String {
        let (whole, rest) = (i128::from(self.nano) / NANO, i128::from(self.nano) % NANO);
        if rest == 0 {
            return whole.to_string();
        }
        let decimals = format!("{rest:09}");
        format!("{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// Reads a fraction or a decimal, without a sign, as numerator and denominator.
fn ratio(word: &str) -> Result<(i128, i128), ValueError> {
    if let Some((above, below)) = word.split_once('/') {
        let (above, below) = (integer(above)?, integer(below)?);
        return if below == 0 {
            Err(ValueError::new("the fraction divides by zero"))
        } else {
            Ok((above, below))
        };
    }
    match prefixed(word) {
        Some((radix, rest)) => Ok((digits(rest, radix)?, 1)),
        None => decimal(word),
    }
}

/// The radix that a prefix says, and the digits after it.
fn prefixed(word: &str) -> Option<(u32, &str)> {
    let radix = match word.get(..2)? {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return None,
    };
    Some((radix, &word[2..]))
}

/// Reads a whole number of a fraction, where Go takes a leading 0 for an octal one.
fn integer(word: &str) -> Result<i128, ValueError> {
    match (prefixed(word), word.strip_prefix('0')) {
        (Some((radix, rest)), _) => digits(rest, radix),
        (None, Some(octal)) if !octal.is_empty() => digits(octal, 8),
        (None, _) => digits(word, 10),
    }
}

/// Reads `1.5`, `15e-1`, or `3p-1` with an exponent of two.
fn decimal(word: &str) -> Result<(i128, i128), ValueError> {
    let (mantissa, exponent) = match word.split_once(['e', 'E', 'p', 'P']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().map_err(|_| not_a_number())?),
        None => (word, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(&format!("{whole}{fraction}"), 10)?;
    let fraction = fraction.trim_end_matches('0');
    let number = digits(&format!("0{whole}{fraction}"), 10)?;
    if number == 0 {
        return Ok((0, 1));
    }
    let places = i64::try_from(fraction.len()).map_err(|_| too_precise())?;
    if word.contains(['p', 'P']) {
        let (above, below) = scaled(number, 2, exponent)?;
        return Ok((above, below.checked_mul(power(10, places, too_precise)?).ok_or_else(too_precise)?));
    }
    scaled(number, 10, exponent.checked_sub(places).ok_or_else(too_precise)?)
}

/// A number times a power, as numerator and denominator.
fn scaled(number: i128, base: i128, exponent: i64) -> Result<(i128, i128), ValueError> {
    if exponent < 0 {
        return Ok((number, power(base, exponent.checked_neg().ok_or_else(too_precise)?, too_precise)?));
    }
    Ok((number.checked_mul(power(base, exponent, too_large)?).ok_or_else(too_large)?, 1))
}

/// A power that fits, or the error for one that does not.
fn power(base: i128, exponent: i64, error: fn() -> ValueError) -> Result<i128, ValueError> {
    u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent)).ok_or_else(error)
}

/// Reads digits only.
fn digits(word: &str, radix: u32) -> Result<i128, ValueError> {
    if word.is_empty() || !word.chars().all(|digit| digit.is_digit(radix)) {
        return Err(not_a_number());
    }
    i128::from_str_radix(word, radix).map_err(|_| too_large())
}

fn not_a_number() -> ValueError {
    ValueError::new("this is neither a decimal number nor a fraction")
}

fn too_large() -> ValueError {
    ValueError::new("the number of CPUs is too large")
}

fn too_precise() -> ValueError {
    ValueError::new("a number of CPUs has nine decimals at most")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Cpus>(&[
            ("2", "2"),
            ("1.5", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1/2", "0.5"),
            ("+1/2", "0.5"),
            ("1e-3", "0.001"),
            ("15e-1", "1.5"),
            ("1E3", "1000"),
            ("0.000000001", "0.000000001"),
            ("1.5000000000000", "1.5"),
            ("0", "0"),
            ("-0", "0"),
            ("0x10", "16"),
            ("0b11", "3"),
            ("0o17", "15"),
            ("1_000", "1000"),
            ("010", "10"),
            ("010/2", "4"),
            ("0x10/2", "8"),
            ("1p-2", "0.25"),
            ("1.5p1", "3"),
            ("0e999999", "0"),
            ("9223372036.854775807", "9223372036.854775807"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Cpus>(&[
            ("", "this is neither a decimal number nor a fraction"),
            (".", "this is neither a decimal number nor a fraction"),
            ("x", "this is neither a decimal number nor a fraction"),
            ("1e", "this is neither a decimal number nor a fraction"),
            (" 1", "this is neither a decimal number nor a fraction"),
            ("1.5/2", "this is neither a decimal number nor a fraction"),
            ("1/2/3", "this is neither a decimal number nor a fraction"),
            ("1/+2", "this is neither a decimal number nor a fraction"),
            ("0x", "this is neither a decimal number nor a fraction"),
            ("08/2", "this is neither a decimal number nor a fraction"),
            ("1__0", "an underscore stands between two digits only"),
            ("1/0", "the fraction divides by zero"),
            ("-1", "a number of CPUs cannot be negative"),
            ("-1/2", "a number of CPUs cannot be negative"),
            ("1/3", "a number of CPUs has nine decimals at most"),
            ("0.0000000001", "a number of CPUs has nine decimals at most"),
            ("1e-400", "a number of CPUs has nine decimals at most"),
            ("1e400", "the number of CPUs is too large"),
            ("99999999999", "the number of CPUs is too large"),
            ("1e9223372036854775807", "the number of CPUs is too large"),
            ("0.5e-9223372036854775808", "a number of CPUs has nine decimals at most"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(nano in 0..=i64::MAX) {
            round_trips(&Cpus { nano });
        }
    }
}
