//! What a machine has for GPUs in containers, read from its files: devices, driver, NVIDIA's programs, CDI
//! specifications. Starts no program: `smi` does.

use super::cdi::{Specification, specifications};
use crate::host::Root;
use std::fs;
use std::path::{Path, PathBuf};

/// NVIDIA's number as a vendor of PCI devices.
const VENDOR: &str = "0x10de";
/// The class of displays, 3D controllers included. Sound, USB and NVSwitch of the same vendor are none.
const DISPLAY_CLASS: &str = "0x03";
/// The program by which an engine that has it on its `PATH` when it starts takes `--gpus`.
pub(super) const HOOK: &str = "nvidia-container-runtime-hook";
/// NVIDIA's programs that bring GPUs into containers.
pub(super) const PROGRAMS: [&str; 4] =
    [HOOK, "nvidia-container-runtime", "nvidia-container-cli", "nvidia-ctk"];
/// With this one and without the hook, `--gpus` means another maker's GPUs.
const AMD_PROGRAM: &str = "amd-container-runtime";
/// Where programs are looked for beside the caller's `PATH`.
const FOLDERS: [&str; 2] = ["/usr/bin", "/usr/local/nvidia/toolkit"];
/// The kind of device that NVIDIA's CDI specifications describe.
const CDI_KIND: &str = "nvidia.com/gpu";

/// How the machine's GPUs are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Devices {
    /// Not at all: no such device is on the PCI bus, or there is no bus to look at.
    None {
        /// Whether there is a bus.
        has_bus: bool,
    },
    /// On the PCI bus, by their addresses.
    Pci(Vec<String>),
    /// By the nodes that the driver made, where the bus is hidden.
    Nodes(Vec<String>),
    /// Through Windows.
    Windows,
    /// As a part of NVIDIA's own processor.
    Tegra,
}

/// The kernel's driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// Its version, where it says one.
    pub version: Option<String>,
    /// How many GPUs it drives, where it says so.
    pub gpus: usize,
}

/// What the machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its GPUs.
    pub devices: Devices,
    /// Their driver.
    pub driver: Option<Driver>,
    /// NVIDIA's programs that are installed.
    pub programs: Vec<&'static str>,
    /// Whether `--gpus` may mean another maker's GPUs here.
    pub has_other_maker: bool,
    /// The CDI specifications.
    pub cdi: Vec<Specification>,
}

impl Machine {
    /// Reads the machine. Programs are looked for on the search path, too; CDI specifications in the engine's folders.
    #[must_use]
    pub fn read(root: &Root, search: &str, cdi_folders: &[String]) -> Self {
        let nodes = nodes(root);
        let devices = devices(root, &nodes);
        let driver = driver(root, &devices, &nodes);
        let has = |name: &str| program(root, search, name).is_some();
        Self {
            devices,
            driver,
            programs: PROGRAMS.into_iter().filter(|name| has(name)).collect(),
            has_other_maker: !has(HOOK) && has(AMD_PROGRAM),
            cdi: specifications(root, cdi_folders),
        }
    }

    /// The paths of the CDI specifications that describe NVIDIA's GPUs.
    #[must_use]
    pub fn gpu_specifications(&self) -> Vec<&str> {
        let described = self.cdi.iter().filter(|file| file.describes(CDI_KIND));
        described.map(|file| file.path.as_str()).collect()
    }

    /// How many GPUs there are, as far as anything tells.
    #[must_use]
    pub fn gpus(&self) -> usize {
        let driven = self.driver.as_ref().map_or(0, |driver| driver.gpus);
        match &self.devices {
            Devices::None { .. } => 0,
            Devices::Pci(addresses) if driven == 0 => addresses.len(),
            Devices::Nodes(nodes) if driven == 0 => nodes.len(),
            Devices::Pci(_) | Devices::Nodes(_) => driven,
            Devices::Windows | Devices::Tegra => 1,
        }
    }
}

/// The names in a folder, sorted; none where it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

fn line(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().lines().next().unwrap_or_default().trim().to_owned()
}

/// `/dev/nvidia0` and its like.
fn nodes(root: &Root) -> Vec<String> {
    let is_gpu = |name: &String| {
        name.strip_prefix("nvidia")
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    names(&root.path("/dev")).into_iter().filter(is_gpu).map(|name| format!("/dev/{name}")).collect()
}

fn devices(root: &Root, nodes: &[String]) -> Devices {
    let bus = root.path("/sys/bus/pci/devices");
    let is_gpu = |address: &String| {
        let device = bus.join(address);
        line(&device.join("vendor")) == VENDOR && line(&device.join("class")).starts_with(DISPLAY_CLASS)
    };
    let addresses: Vec<String> = names(&bus).into_iter().filter(is_gpu).collect();
    if !addresses.is_empty() {
        return Devices::Pci(addresses);
    }
    if !nodes.is_empty() {
        return Devices::Nodes(nodes.to_vec());
    }
    // Every Windows has the node, whoever made its GPU: the library comes with NVIDIA's driver for it.
    if root.path("/dev/dxg").exists() && root.path("/usr/lib/wsl/lib/libnvidia-ml.so.1").exists() {
        return Devices::Windows;
    }
    let tree = fs::read(root.path("/sys/firmware/devicetree/base/compatible")).unwrap_or_default();
    match String::from_utf8_lossy(&tree).contains("nvidia,tegra") {
        true => Devices::Tegra,
        false => Devices::None { has_bus: bus.is_dir() },
    }
}

fn driver(root: &Root, devices: &Devices, nodes: &[String]) -> Option<Driver> {
    let text = line(&root.path("/proc/driver/nvidia/version"));
    let gpus = names(&root.path("/proc/driver/nvidia/gpus")).len().max(nodes.len());
    let is_there = match devices {
        // Their driver is a part of Windows, or of the kernel that such a processor needs.
        Devices::Windows | Devices::Tegra => true,
        Devices::None { .. } | Devices::Pci(_) | Devices::Nodes(_) => {
            !text.is_empty() || gpus > 0 || root.path("/dev/nvidiactl").exists()
        }
    };
    is_there.then(|| Driver { version: version(&text), gpus })
}

/// `550.54.15` in `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024`.
fn version(text: &str) -> Option<String> {
    let is_version = |word: &&str| {
        word.contains('.')
            && word.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty())
    };
    text.split_whitespace().find(is_version).map(str::to_owned)
}

/// The file of a program that can be called from here.
pub(super) fn program(root: &Root, search: &str, name: &str) -> Option<PathBuf> {
    let folders = search.split(':').filter(|folder| folder.starts_with('/')).chain(FOLDERS);
    folders.into_iter().map(|folder| root.path(folder).join(name)).find(|path| path.is_file())
}
