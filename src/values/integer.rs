//! Whole numbers as docker's client reads them, which are Go's: a base in front, underscores between digits.

/// Reads a number with or without a sign; none where it is no whole number, or one that takes more than 64 bits.
pub(super) fn signed(word: &str) -> Option<i64> {
    let magnitude = i128::from(unsigned(word.strip_prefix(['+', '-']).unwrap_or(word))?);
    i64::try_from(if word.starts_with('-') { -magnitude } else { magnitude }).ok()
}

/// Reads a number without a sign; none where it is no whole number, or one that takes more than 64 bits.
pub(super) fn unsigned(word: &str) -> Option<u64> {
    let (radix, digits) = radix(word);
    // An underscore may follow a base, too.
    let is_stray = (radix == 10 && digits.starts_with('_')) || digits.ends_with('_') || digits.contains("__");
    let digits = digits.replace('_', "");
    // Rust's own reader would take a sign.
    let is_number = !is_stray && digits.chars().all(|digit| digit.is_digit(radix));
    u64::from_str_radix(&digits, radix).ok().filter(|_| is_number)
}

/// The base of a number, and its digits.
fn radix(word: &str) -> (u32, &str) {
    match (word.get(..2), word.strip_prefix('0')) {
        (Some("0x" | "0X"), _) => (16, &word[2..]),
        (Some("0o" | "0O"), _) => (8, &word[2..]),
        (Some("0b" | "0B"), _) => (2, &word[2..]),
        (Some(_), Some(octal)) => (8, octal),
        (Some(_) | None, _) => (10, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (word, want) in [
            ("0", Some(0)),
            ("64", Some(64)),
            ("0x4F", Some(79)),
            ("0X4f", Some(79)),
            ("0o17", Some(15)),
            ("0O17", Some(15)),
            ("017", Some(15)),
            ("0b11", Some(3)),
            ("0B11", Some(3)),
            ("00", Some(0)),
            ("1_000", Some(1000)),
            ("0_17", Some(15)),
            ("0x_1", Some(1)),
            ("0o_17", Some(15)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("", None),
            ("0x", None),
            ("0x_", None),
            ("08", None),
            ("0b2", None),
            ("0xg", None),
            ("0_x1", None),
            ("_1", None),
            ("1_", None),
            ("1__0", None),
            ("_", None),
            ("1.5", None),
            ("1e3", None),
            ("1k", None),
            (" 1", None),
            ("+1", None),
            ("-0", None),
            ("é", None),
        ] {
            assert_eq!(unsigned(word), want, "{word:?}");
        }
    }

    #[test]
    fn a_sign_stands_in_front_of_all() {
        for (word, want) in [
            ("5", Some(5)),
            ("+5", Some(5)),
            ("-5", Some(-5)),
            ("-0", Some(0)),
            ("-0x10", Some(-16)),
            ("-010", Some(-8)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("-0x8000000000000001", None),
            ("", None),
            ("-", None),
            ("--1", None),
            ("+-1", None),
            ("0x-1", None),
            ("-_1", None),
        ] {
            assert_eq!(signed(word), want, "{word:?}");
        }
    }

    proptest! {
        #[test]
        fn every_number_is_read_in_every_base(number: i64) {
            let sign = if number < 0 { "-" } else { "" };
            let magnitude = number.unsigned_abs();
            for word in [
                number.to_string(),
                format!("{sign}{magnitude:#x}"),
                format!("{sign}{magnitude:#o}"),
                format!("{sign}{magnitude:#b}"),
                format!("{sign}0{magnitude:o}"),
            ] {
                prop_assert_eq!(signed(&word), Some(number), "{}", word);
            }
        }
    }
}
