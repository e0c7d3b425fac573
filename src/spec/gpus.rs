//! GPUs, and the runtime beside them: what a launch asks for, and what a machine and its engine can lack for it.

use super::{LaunchSpec, is_habit};
use crate::config::{Layer, Setting};
use crate::finding::Code;
use crate::values::{Gpus, Text};

/// The runtime that NVIDIA's toolkit registers with an engine.
pub const NVIDIA: &str = "nvidia";

/// The two options that bring GPUs into a container: first as they were asked for, then as they were decided.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GpuOptions {
    /// `--gpus`; once decided, neither `auto` nor `none`.
    pub gpus: Option<Setting<Gpus>>,
    /// `--runtime`.
    pub runtime: Option<Setting<Text>>,
}

/// What a launch with GPUs can lack, from the metal up: the first that is missing is the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A GPU.
    Device,
    /// The kernel's driver for it.
    Driver,
    /// NVIDIA's programs that bring it into a container.
    Toolkit,
    /// The engine's knowledge of those programs.
    Runtime,
}

impl Lack {
    /// The code of the finding.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Device => Code::GpuDeviceMissing,
            Self::Driver => Code::GpuDriverMissing,
            Self::Toolkit => Code::GpuToolkitMissing,
            Self::Runtime => Code::GpuRuntimeMissing,
        }
    }

    /// The lines that mend it.
    #[must_use]
    pub fn help(self) -> &'static [&'static str] {
        match self {
            Self::Device => &["see what there is: grep -l 0x10de /sys/bus/pci/devices/*/vendor"],
            Self::Driver => &[
                "install it on Debian: apt-get install nvidia-driver; on Ubuntu: ubuntu-drivers install",
                "where it is installed, load it: modprobe nvidia",
            ],
            Self::Toolkit => &[
                "install it: apt-get install nvidia-container-toolkit && nvidia-ctk runtime configure --runtime=docker && systemctl restart docker",
            ],
            Self::Runtime => &[
                "register it: nvidia-ctk runtime configure --runtime=docker && systemctl restart docker",
                "or go by CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, then --gpus nvidia.com/gpu=all",
            ],
        }
    }
}

impl GpuOptions {
    /// Whether nothing was asked for that an engine could lack.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gpus.is_none() && self.runtime.is_none()
    }

    /// Whether what the machine has decides.
    #[must_use]
    pub fn is_auto(&self) -> bool {
        self.gpus.as_ref().is_some_and(|gpus| gpus.value == Gpus::Auto)
    }
}

/// Whether a runtime stands there for the GPUs' sake alone: it goes where they go.
#[must_use]
pub fn is_gpu_habit(runtime: &Setting<Text>) -> bool {
    runtime.value.0 == NVIDIA && is_habit(&runtime.origin)
}

/// Takes `--gpus none` out, for which docker has no word, and the runtime that was only there for GPUs.
pub(super) fn forget_none(options: &mut Layer) {
    if options.gpus.get() != Some(&Gpus::None) {
        return;
    }
    options.gpus.clear();
    if options.runtime.setting().is_some_and(is_gpu_habit) {
        options.runtime.clear();
    }
}

impl LaunchSpec {
    /// What the launch asks for.
    #[must_use]
    pub fn gpus(&self) -> GpuOptions {
        let runtime = self.options.runtime.setting().filter(|runtime| !runtime.value.0.is_empty());
        GpuOptions { gpus: self.options.gpus.setting().cloned(), runtime: runtime.cloned() }
    }

    /// The same launch with what was decided.
    #[must_use]
    pub fn with_gpus(&self, decided: GpuOptions) -> Self {
        let mut spec = self.clone();
        spec.options.gpus.clear();
        spec.options.runtime.clear();
        if let Some(Setting { value, origin }) = decided.gpus {
            spec.options.gpus.set(value, origin);
        }
        if let Some(Setting { value, origin }) = decided.runtime {
            spec.options.runtime.set(value, origin);
        }
        spec
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Origin;

    /// What `--gpus` and who said `--runtime nvidia` leave of both (N25).
    #[test]
    fn none_takes_a_habit_along() {
        let (habit, flag) = (Origin::Rule("dynrun"), Origin::Flag("--runtime".to_owned()));
        for (gpus, runtime, origin, wanted) in [
            (Gpus::None, "nvidia", &habit, (false, false)),
            (Gpus::None, "nvidia", &flag, (false, true)),
            (Gpus::None, "kata", &habit, (false, true)),
            (Gpus::All, "nvidia", &habit, (true, true)),
            (Gpus::Auto, "nvidia", &habit, (true, true)),
        ] {
            let mut options = Layer::default();
            options.gpus.set(gpus.clone(), Origin::Flag("--gpus".to_owned()));
            options.runtime.set(Text(runtime.to_owned()), origin.clone());
            forget_none(&mut options);
            let left = (options.gpus.get().is_some(), options.runtime.get().is_some());
            assert_eq!(left, wanted, "{gpus:?} {runtime} {origin}");
        }
    }
}
