//! `Size`: an amount of memory, for `--memory`, `--shm-size` and their like.

use super::{Value, ValueError};

/// The suffixes, smallest first: each is 1024 of the one before, whatever `i` or `b` follows.
const SUFFIXES: [char; 5] = ['k', 'm', 'g', 't', 'p'];

/// An amount of memory in bytes, at most what an `i64` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Value for Size {
    const FORM: &'static str = "NUMBER[b|k|m|g|t|p]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some(last) = word.rfind(|letter: char| letter.is_ascii_digit() || ". ".contains(letter)) else {
            return Err(ValueError::new("a size starts with a number"));
        };
        let (number, suffix) = word.split_at(last + 1);
        let number = number.strip_suffix(' ').unwrap_or(number);
        if number.starts_with('-') && number.contains(|letter| matches!(letter, '1'..='9')) {
            return Err(ValueError::new("a size cannot be negative"));
        }
        let factor = factor(suffix)?;
        let number = &without_separators(number.strip_prefix('-').unwrap_or(number))?;
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            return whole(number, factor);
        }
        fraction(number, factor)
    }

    fn word(&self) -> String {
        let mut number = self.0;
        let mut suffix = String::new();
        for larger in SUFFIXES {
            if number == 0 || !number.is_multiple_of(1024) {
                break;
            }
            number /= 1024;
            suffix = larger.to_string();
        }
        format!("{number}{suffix}")
    }
}

/// Takes out the underscores that Go allows between two digits.
pub(super) fn without_separators(number: &str) -> Result<String, ValueError> {
    let bytes = number.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    let stray =
        |(at, byte): (usize, &u8)| *byte == b'_' && !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    if bytes.iter().enumerate().any(stray) {
        return Err(ValueError::new("an underscore stands between two digits only"));
    }
    Ok(number.replace('_', ""))
}

/// What a suffix multiplies with.
fn factor(suffix: &str) -> Result<u64, ValueError> {
    let error =
        || ValueError::new("the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most");
    let lower = suffix.to_ascii_lowercase();
    let Some(first) = lower.chars().next().filter(|first| *first != 'b') else {
        return if lower.len() <= 1 { Ok(1) } else { Err(error()) };
    };
    let (Some(power), "" | "b" | "ib") =
        (SUFFIXES.iter().position(|known| *known == first), &lower[first.len_utf8()..])
    else {
        return Err(error());
    };
    Ok(SUFFIXES[..=power].iter().fold(1, |factor, _| factor * 1024))
}

/// A whole number of units, exactly.
fn whole(number: &str, factor: u64) -> Result<Size, ValueError> {
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.filter(|bytes| i64::try_from(*bytes).is_ok()).map(Size).ok_or_else(too_large)
}

/// A number with a fraction or an exponent, with docker's arithmetic: in double precision, cut to whole bytes.
fn fraction(number: &str, factor: u64) -> Result<Size, ValueError> {
    let decimal = number.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let Some(number) = number.parse::<f64>().ok().filter(|_| decimal) else {
        return Err(ValueError::new("a size starts with a number"));
    };
    #[expect(clippy::cast_precision_loss, reason = "a power of 1024 is exact")]
    let bytes = number * factor as f64;
    #[expect(clippy::cast_precision_loss, reason = "rounded up to 2^63, which is refused")]
    if bytes >= i64::MAX as f64 {
        return Err(too_large());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range, and cut as docker does"
    )]
    Ok(Size(bytes as u64))
}

/// More than the engine can be told.
fn too_large() -> ValueError {
    ValueError::new("the size is above 8 EiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Size>(&[
            ("10g", "10g"),
            ("10G", "10g"),
            ("512MiB", "512m"),
            ("1.5G", "1536m"),
            ("100", "100"),
            ("100b", "100"),
            ("1024", "1k"),
            ("1kb", "1k"),
            ("10 g", "10g"),
            ("10 ", "10"),
            ("1e3", "1000"),
            (".5g", "512m"),
            ("5.g", "5g"),
            ("+5", "5"),
            ("1_000", "1000"),
            ("1_0.5", "10"),
            ("0", "0"),
            ("-0", "0"),
            ("1e2k", "100k"),
            ("1.0000000001g", "1g"),
            ("8p", "8p"),
            ("1t", "1t"),
            ("9007199254740993", "9007199254740993"),
            ("9223372036854775807", "9223372036854775807"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Size>(&[
            ("", "a size starts with a number"),
            ("g", "a size starts with a number"),
            ("-", "a size starts with a number"),
            (".", "a size starts with a number"),
            ("-5", "a size cannot be negative"),
            ("-1.5g", "a size cannot be negative"),
            ("10gi", "the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most"),
            ("10gbb", "the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most"),
            ("10bb", "the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most"),
            ("1E", "the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most"),
            ("10é", "the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most"),
            ("10  g", "a size starts with a number"),
            ("1.2.3g", "a size starts with a number"),
            (" 5", "a size starts with a number"),
            ("0x10", "a size starts with a number"),
            ("inf5", "a size starts with a number"),
            ("1__0", "an underscore stands between two digits only"),
            ("_1", "an underscore stands between two digits only"),
            ("9223372036854775808", "the size is above 8 EiB"),
            ("8192p", "the size is above 8 EiB"),
            ("1e30", "the size is above 8 EiB"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(bytes in 0..=i64::MAX as u64, zeros in 0..50_u32) {
            round_trips(&Size(bytes >> zeros << zeros));
        }
    }
}
