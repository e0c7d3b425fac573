//! A machine and an engine together: can they bring NVIDIA's GPUs into a container, and if not, what is missing.

use super::machine::{Devices, HOOK, Machine, PROGRAMS};
use crate::engine::EngineInfo;
use crate::spec::{Lack, NVIDIA};

/// The engine, and the machine where it is proven to be this one.
#[derive(Debug, Clone)]
pub struct World {
    /// The machine; none where the engine may be on another.
    pub machine: Option<Machine>,
    /// The engine.
    pub engine: EngineInfo,
}

/// How an engine brings GPUs into a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// NVIDIA's runtime is registered.
    Runtime,
    /// NVIDIA's hook is installed, which the engine looks for when it starts.
    Hook,
    /// It reads a CDI specification, or has told of its devices.
    Cdi(String),
}

/// Whether there are GPUs for a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Has(Way),
    Lacks(Lack),
    CannotTell,
}

/// What a request goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// The engine's own handling of `--gpus`.
    Driver,
    /// CDI, with NVIDIA's devices.
    Cdi,
    /// CDI, with another maker's devices: of those, dynrun knows nothing.
    ForeignCdi,
}

impl World {
    /// Whether NVIDIA's runtime is registered.
    pub(super) fn has_runtime(&self, name: &str) -> bool {
        self.engine.runtimes.iter().any(|runtime| runtime == name)
    }

    /// Whether this can be had, and what stands in the way.
    pub(super) fn answer(&self, route: Route) -> Answer {
        let lacks_metal = self.machine.as_ref().and_then(lacks_metal).filter(|_| route != Route::ForeignCdi);
        match (lacks_metal, self.way(route), &self.machine) {
            (Some(lack), _, _) => Answer::Lacks(lack),
            (None, Some(way), _) => Answer::Has(way),
            (None, None, _) if route != Route::Driver && self.engine.cdi_folders.is_empty() => {
                Answer::Lacks(Lack::Runtime)
            }
            (None, None, None) => Answer::CannotTell,
            (None, None, Some(_)) if route == Route::ForeignCdi => Answer::CannotTell,
            (None, None, Some(machine)) if machine.programs.is_empty() => Answer::Lacks(Lack::Toolkit),
            (None, None, Some(_)) => Answer::Lacks(Lack::Runtime),
        }
    }

    fn way(&self, route: Route) -> Option<Way> {
        let has_hook = || self.machine.as_ref().is_some_and(|machine| machine.programs.contains(&HOOK));
        match route {
            Route::Driver if self.has_runtime(NVIDIA) => Some(Way::Runtime),
            Route::Driver if has_hook() => Some(Way::Hook),
            // A newer engine takes `--gpus` by CDI; an older one says that it does not.
            Route::Driver | Route::Cdi => self.cdi().map(Way::Cdi),
            Route::ForeignCdi => None,
        }
    }

    /// From where the engine knows NVIDIA's CDI devices.
    fn cdi(&self) -> Option<String> {
        let mut told = self.engine.cdi_devices.iter();
        if told.any(|device| device.starts_with("nvidia.com/gpu=")) {
            return Some("CDI".to_owned());
        }
        let file = *self.machine.as_ref()?.gpu_specifications().first()?;
        (!self.engine.cdi_folders.is_empty()).then(|| format!("CDI by {file}"))
    }

    /// What there is and what is not, a line for each.
    pub(super) fn inventory(&self) -> Vec<String> {
        let mut lines = match &self.machine {
            Some(machine) => vec![
                format!("device: {}", devices(&machine.devices)),
                format!("driver: {}", driver(machine)),
                format!("toolkit: {}", toolkit(machine)),
            ],
            None => vec!["device, driver and toolkit: cannot be told from here".to_owned()],
        };
        lines.push(format!("engine: {}", self.engine_words()));
        lines
    }

    fn engine_words(&self) -> String {
        let runtimes = format!("runtimes {}", self.engine.runtimes.join(", "));
        let cdi = match (&self.machine, self.engine.cdi_folders.as_slice()) {
            (_, []) => "no CDI".to_owned(),
            (Some(machine), folders) => match machine.gpu_specifications().as_slice() {
                [] => format!("CDI from {}", folders.join(", ")),
                files => format!("CDI by {}", files.join(", ")),
            },
            (None, folders) => format!("CDI from {}", folders.join(", ")),
        };
        format!("{runtimes}; {cdi}")
    }
}

fn lacks_metal(machine: &Machine) -> Option<Lack> {
    match (&machine.devices, &machine.driver) {
        (Devices::None { .. }, _) => Some(Lack::Device),
        (Devices::Pci(_) | Devices::Nodes(_) | Devices::Windows | Devices::Tegra, None) => Some(Lack::Driver),
        (Devices::Pci(_) | Devices::Nodes(_) | Devices::Windows | Devices::Tegra, Some(_)) => None,
    }
}

fn devices(devices: &Devices) -> String {
    match devices {
        Devices::None { has_bus: true } => "none of NVIDIA's on the PCI bus".to_owned(),
        Devices::None { has_bus: false } => "no PCI bus to look at, and no /dev/nvidia0".to_owned(),
        Devices::Pci(addresses) => format!("NVIDIA at {}", addresses.join(", ")),
        Devices::Nodes(nodes) => nodes.join(", "),
        Devices::Windows => "the GPU of Windows, /dev/dxg".to_owned(),
        Devices::Tegra => "a part of the processor (Tegra)".to_owned(),
    }
}

/// The driver, in words.
pub(super) fn driver(machine: &Machine) -> String {
    match (&machine.driver, &machine.devices) {
        (None, _) => "none: no /proc/driver/nvidia/version, no /dev/nvidiactl".to_owned(),
        (Some(driver), devices) => match (&driver.version, devices) {
            (Some(version), _) => version.clone(),
            (None, Devices::Windows) => "of Windows".to_owned(),
            (None, Devices::None { .. } | Devices::Pci(_) | Devices::Nodes(_) | Devices::Tegra) => {
                "of unknown version".to_owned()
            }
        },
    }
}

fn toolkit(machine: &Machine) -> String {
    match machine.programs.as_slice() {
        [] => format!("none of {}", PROGRAMS.join(", ")),
        programs => programs.join(", "),
    }
}
