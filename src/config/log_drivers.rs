//! The log drivers that come with the engine, and the options of each. Data, in `profiles/log-drivers.toml`.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is known of the drivers.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogDrivers {
    /// The options that the engine itself takes beside any driver's own.
    pub common: Vec<String>,
    /// The drivers, by their names.
    pub driver: BTreeMap<String, LogDriver>,
}

/// A log driver.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogDriver {
    /// The options that it knows.
    pub options: Vec<String>,
    /// Those that it cannot do without.
    #[serde(default)]
    pub required: Vec<String>,
    /// The schemes of its options that hold an address.
    #[serde(default)]
    pub schemes: BTreeMap<String, Vec<String>>,
    /// Whether an address without a scheme is one.
    #[serde(default)]
    pub bare_addresses: bool,
}

/// Every driver that comes with the engine.
#[must_use]
pub fn log_drivers() -> &'static LogDrivers {
    // Built in, and held by the test below: there is nobody to tell of a fault.
    static DRIVERS: LazyLock<LogDrivers> = LazyLock::new(|| read().unwrap_or_default());
    &DRIVERS
}

fn read() -> Result<LogDrivers, toml::de::Error> {
    toml::from_str(include_str!("../../profiles/log-drivers.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_and_every_need_is_an_option() {
        let drivers = read().unwrap();
        assert!(drivers.driver.contains_key("json-file") && !drivers.driver.contains_key("none"));
        for (name, driver) in &drivers.driver {
            for option in driver.required.iter().chain(driver.schemes.keys()) {
                assert!(driver.options.contains(option), "{name}: {option}");
            }
            assert!(driver.options.iter().all(|option| !drivers.common.contains(option)), "{name}");
        }
    }
}
