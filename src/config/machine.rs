//! What a machine should have. Data, in `profiles/machine.toml`.

use crate::values::{Size, Value};
use serde::Deserialize;

/// Limits by which a machine is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineLimits {
    /// The least room on the engine's disk, in bytes.
    pub low_disk: u64,
}

/// The limits that are built in.
#[must_use]
pub fn machine_limits() -> MachineLimits {
    #[derive(Deserialize, Default)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Data {
        low_disk: String,
    }
    // Built in, and held by the test below: there is nobody to tell of a fault.
    let data: Data = toml::from_str(include_str!("../../profiles/machine.toml")).unwrap_or_default();
    let low_disk = Size::parse(&data.low_disk).map(|size| size.0).unwrap_or_default();
    MachineLimits { low_disk }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_read() {
        assert!(machine_limits().low_disk > 0);
    }
}
