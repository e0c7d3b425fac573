//! What is known of NVIDIA's drivers, and when something about GPUs is told. Data, in `profiles/gpus.toml`.

use crate::values::{Size, Value as _, Version};
use serde::Deserialize;
use std::sync::LazyLock;

/// What is known of GPUs.
#[derive(Debug)]
pub struct GpuFacts {
    /// A GPU of whose memory more than this share is taken, in percent, is told of.
    pub memory_taken: u64,
    /// With less shared memory than this, processes of several GPUs fail.
    pub shared_memory: Size,
    /// Which CUDA each branch of the driver has, oldest first.
    pub drivers: Vec<DriverBranch>,
}

/// A branch of NVIDIA's driver: all versions that start with its number.
#[derive(Debug)]
pub struct DriverBranch {
    /// Its number.
    pub branch: u64,
    /// The CUDA that it has.
    pub cuda: Version,
}

/// The CUDA that a driver has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriverCuda {
    /// This one.
    Exactly(Version),
    /// This one or a newer one: the driver's branch came later, and is not known.
    AtLeast(Version),
    /// The driver is older than all that are known.
    Unknown,
}

impl GpuFacts {
    /// The CUDA that a driver has.
    #[must_use]
    pub fn cuda_of(&self, driver: &Version) -> DriverCuda {
        match self.drivers.iter().rfind(|known| known.branch <= driver.major()) {
            Some(known) if known.branch == driver.major() => DriverCuda::Exactly(known.cuda.clone()),
            Some(known) => DriverCuda::AtLeast(known.cuda.clone()),
            None => DriverCuda::Unknown,
        }
    }

    /// The oldest branch of the driver that has this CUDA.
    #[must_use]
    pub fn branch_for(&self, cuda: &Version) -> Option<u64> {
        self.drivers.iter().find(|known| known.cuda >= *cuda).map(|known| known.branch)
    }
}

/// What is known of GPUs.
#[must_use]
pub fn gpu_facts() -> &'static GpuFacts {
    // Built in, and held by the test below: there is nobody to tell of a fault.
    static FACTS: LazyLock<GpuFacts> = LazyLock::new(|| {
        read().unwrap_or(GpuFacts { memory_taken: 100, shared_memory: Size(0), drivers: Vec::new() })
    });
    &FACTS
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Data {
    memory_taken: u64,
    shared_memory: String,
    driver: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    branch: u64,
    cuda: String,
}

fn read() -> Option<GpuFacts> {
    let data: Data = toml::from_str(include_str!("../../profiles/gpus.toml")).ok()?;
    let branch = |Entry { branch, cuda }| Version::parse(&cuda).map(|cuda| DriverBranch { branch, cuda });
    Some(GpuFacts {
        memory_taken: data.memory_taken,
        shared_memory: Size::parse(&data.shared_memory).ok()?,
        drivers: data.driver.into_iter().map(branch).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_in_order() {
        let facts = read().unwrap();
        assert!((1..100).contains(&facts.memory_taken) && facts.shared_memory.0 > 64 << 20);
        assert!(facts.drivers.is_sorted_by(|a, b| a.branch < b.branch && a.cuda < b.cuda));
    }

    /// User-ask 32: what drivers say of themselves in the header of `nvidia-smi`.
    #[test]
    fn a_drivers_cuda_is_known() {
        let exactly = |text: &str| DriverCuda::Exactly(Version::parse(text).unwrap());
        let at_least = |text: &str| DriverCuda::AtLeast(Version::parse(text).unwrap());
        for (driver, want) in [
            ("470.199.02", exactly("11.4")),
            ("520.61.05", exactly("11.8")),
            ("535.54.03", exactly("12.2")),
            ("545.23.06", exactly("12.3")),
            ("550.54.14", exactly("12.4")),
            ("566.36", at_least("12.7")),
            ("580.105.08", exactly("13.0")),
            ("590.44.01", exactly("13.1")),
            ("700.1", at_least("13.4")),
            ("340.108", DriverCuda::Unknown),
        ] {
            assert_eq!(gpu_facts().cuda_of(&Version::parse(driver).unwrap()), want, "{driver}");
        }
        let branch = |cuda: &str| gpu_facts().branch_for(&Version::parse(cuda).unwrap());
        assert_eq!((branch("12.8"), branch("11.8"), branch("99.0")), (Some(570), Some(520), None));
    }
}
