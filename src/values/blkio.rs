//! `BlkioWeight`: the container's share of the disks where they are busy, for `--blkio-weight`.

use super::integer::unsigned;
use super::{Value, ValueError};

/// A weight, 10 to 1000; 0 leaves it to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlkioWeight(pub u16);

impl Value for BlkioWeight {
    const FORM: &'static str = "WEIGHT";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let weight = unsigned(word).and_then(|weight| u16::try_from(weight).ok()).filter(is_weight);
        weight.map(Self).ok_or_else(no_weight)
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

/// Whether the engine takes the weight.
fn is_weight(weight: &u16) -> bool {
    matches!(weight, 0 | 10..=1_000)
}

fn no_weight() -> ValueError {
    ValueError::new("the weight is 10 to 1000, or 0 for the kernel's own")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<BlkioWeight>(&[("0", "0"), ("10", "10"), ("1_000", "1000"), ("0x10", "16"), ("012", "10")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = "the weight is 10 to 1000, or 0 for the kernel's own";
        refuses::<BlkioWeight>(&[
            ("", wrong),
            ("9", wrong),
            ("1001", wrong),
            ("65546", wrong),
            ("-1", wrong),
            ("+10", wrong),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(weight in 10..=1_000_u16) {
            round_trips(&BlkioWeight(weight));
        }
    }
}
