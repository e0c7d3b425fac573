//! `WindowsOnly`: the value of a limit that Linux does not have, for `--cpu-count`, `--cpu-percent`,
//! `--io-maxbandwidth` and `--io-maxiops`.

use super::{Value, ValueError};

/// No value at all: docker's client refuses such an option for an engine on Linux, whatever is said, be it 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowsOnly {}

impl Value for WindowsOnly {
    const FORM: &'static str = "(none on Linux)";

    fn parse(_: &str) -> Result<Self, ValueError> {
        Err(ValueError::new(
            "only engines on Windows have this limit; Linux has --cpus, --device-read-bps and --device-read-iops",
        ))
    }

    fn word(&self) -> String {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::refuses;

    #[test]
    fn every_word_is_refused() {
        let wrong = "only engines on Windows have this limit; Linux has --cpus, --device-read-bps and --device-read-iops";
        refuses::<WindowsOnly>(&[("", wrong), ("0", wrong), ("1", wrong), ("10m", wrong)]);
    }
}
