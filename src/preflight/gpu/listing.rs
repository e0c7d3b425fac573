//! What `nvidia-smi` prints, and what `/proc/driver/nvidia` has in its place: GPUs, MIG devices, the processes that
//! hold memory. Pure, but for the reading of `/proc`.

use super::machine::names;
use crate::host::Root;
use std::fs;

/// The columns of `--query-gpu`. The name, which may hold commas, has two before it and five after it.
pub(super) const GPU_COLUMNS: &str =
    "index,uuid,name,memory.total,memory.used,compute_cap,driver_version,mig.mode.current";
/// The columns of `--query-compute-apps`.
pub(super) const PROCESS_COLUMNS: &str = "gpu_uuid,pid,process_name,used_memory";

/// A GPU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpu {
    /// Its number, as NVIDIA's programs count.
    pub index: u32,
    /// `GPU-...`, where it is told.
    pub uuid: String,
    /// `NVIDIA H200`.
    pub name: String,
    /// Its memory, where it is told: one that shares the machine's has none of its own.
    pub memory: Option<Memory>,
    /// Its compute capability: `9.0`.
    pub capability: Option<String>,
    /// The driver's version.
    pub driver: Option<String>,
    /// Whether it is in MIG mode; none where that is not told.
    pub is_mig: Option<bool>,
}

/// A GPU's memory, in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// All of it.
    pub total: u64,
    /// What is taken.
    pub used: u64,
}

/// A part of a GPU in MIG mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigDevice {
    /// The number of its GPU.
    pub gpu: u32,
    /// Its number on that GPU.
    pub index: u32,
    /// How large it is: `3g.20gb`.
    pub profile: String,
    /// `MIG-...`.
    pub uuid: String,
}

/// A process that holds memory of a GPU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpuProcess {
    /// The UUID of the GPU.
    pub gpu: String,
    /// Its pid.
    pub pid: u32,
    /// Its name, without path and arguments; none where `nvidia-smi` is not told.
    pub name: Option<String>,
    /// How much it holds, in MiB, where that is told.
    pub used: Option<u64>,
}

/// What a machine has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its GPUs.
    pub gpus: Vec<Gpu>,
    /// The MIG devices; none where nobody tells of them.
    pub migs: Option<Vec<MigDevice>>,
    /// The processes.
    pub processes: Vec<GpuProcess>,
    /// Whether these are all GPUs: not where a line was not understood.
    pub is_whole: bool,
}

impl Listing {
    /// The listing that two queries print; MIG devices stand in a third.
    pub(super) fn read(gpus: &str, processes: &str) -> Self {
        let lines = || gpus.lines().filter(|line| !line.trim().is_empty());
        let found: Vec<Gpu> = lines().filter_map(gpu).collect();
        let is_whole = !found.is_empty() && found.len() == lines().count();
        Self { gpus: found, migs: None, processes: processes.lines().filter_map(process).collect(), is_whole }
    }

    /// What the driver itself has to say, where `nvidia-smi` does not.
    pub(super) fn of_driver(root: &Root) -> Self {
        let folder = root.path("/proc/driver/nvidia/gpus");
        // NVIDIA's programs count in the order of the bus.
        let texts = names(&folder)
            .into_iter()
            .map(|address| fs::read_to_string(folder.join(address).join("information")).unwrap_or_default());
        let gpus: Vec<Gpu> = (0..).zip(texts).map(|(index, text)| of_driver(index, &text)).collect();
        Self { is_whole: !gpus.is_empty(), gpus, migs: None, processes: Vec::new() }
    }

    /// The GPU of this number.
    #[must_use]
    pub fn gpu(&self, index: u32) -> Option<&Gpu> {
        self.gpus.iter().find(|gpu| gpu.index == index)
    }
}

/// A value that is told: `[N/A]`, `[Not Supported]`, `[Insufficient Permissions]` and their like are none.
fn told(word: &str) -> Option<&str> {
    let word = word.trim();
    (!word.is_empty() && !word.starts_with('[') && word != "N/A").then_some(word)
}

fn gpu(line: &str) -> Option<Gpu> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [index, uuid, name @ .., total, used, capability, driver, mig] = fields.as_slice() else {
        return None;
    };
    let number = |word: &str| told(word)?.parse().ok();
    let memory = number(total).zip(number(used)).map(|(total, used)| Memory { total, used });
    Some(Gpu {
        index: index.parse().ok()?,
        uuid: told(uuid)?.to_owned(),
        name: name.join(", "),
        memory,
        capability: told(capability).map(str::to_owned),
        driver: told(driver).map(str::to_owned),
        // A GPU that cannot be divided says that there is no such mode.
        is_mig: Some(*mig == "Enabled"),
    })
}

fn process(line: &str) -> Option<GpuProcess> {
    let mut front = line.splitn(3, ',');
    let (gpu, pid) = (told(front.next()?)?, told(front.next()?)?.parse().ok()?);
    let (name, used) = front.next()?.rsplit_once(',')?;
    let used = told(used).and_then(|used| used.parse().ok());
    Some(GpuProcess { gpu: gpu.to_owned(), pid, name: told(name).and_then(program), used })
}

/// A process's name without its folder and what follows it: arguments may hold secrets.
fn program(name: &str) -> Option<String> {
    let word = name.split_whitespace().next()?;
    let word = if word.starts_with('/') { word.rsplit('/').next()? } else { word };
    Some(word.to_owned())
}

fn of_driver(index: u32, text: &str) -> Gpu {
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == name));
        value.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    // A GPU that nobody has used yet has a number of question marks.
    let uuid = Some(field("GPU UUID")).filter(|uuid| !uuid.contains('?')).unwrap_or_default();
    let name = field("Model");
    Gpu { index, uuid, name, memory: None, capability: None, driver: None, is_mig: None }
}

/// The MIG devices that `nvidia-smi -L` lists.
pub(super) fn migs(text: &str) -> Vec<MigDevice> {
    let mut gpu = None;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("GPU ") {
            gpu = rest.split(':').next().and_then(|index| index.parse().ok());
        } else if let Some(rest) = line.strip_prefix("MIG ") {
            found.extend(gpu.and_then(|gpu| mig(gpu, rest)));
        }
    }
    found
}

/// `3g.20gb     Device  0: (UUID: MIG-e07a497d-1bb6-5a42-b670-1c33bf55ab6e)`.
fn mig(gpu: u32, text: &str) -> Option<MigDevice> {
    let (head, uuid) = text.split_once("(UUID:")?;
    let (profile, index) = head.split_once("Device")?;
    Some(MigDevice {
        gpu,
        index: index.trim().trim_end_matches(':').parse().ok()?,
        profile: profile.trim().to_owned(),
        uuid: uuid.trim().trim_end_matches(')').to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f";

    #[test]
    fn gpus_are_read() {
        let line = |rest: &str| format!("0, {UUID}, {rest}");
        let gpu = |rest: &str| gpu(&line(rest)).unwrap();
        let h200 = gpu("NVIDIA H200, 143771, 129345, 9.0, 580.159.04, Disabled");
        assert_eq!(
            h200,
            Gpu {
                index: 0,
                uuid: UUID.to_owned(),
                name: "NVIDIA H200".to_owned(),
                memory: Some(Memory { total: 143_771, used: 129_345 }),
                capability: Some("9.0".to_owned()),
                driver: Some("580.159.04".to_owned()),
                is_mig: Some(false),
            }
        );
        // Memory that is the machine's own, and a GPU that an ordinary user may not ask about in MIG mode.
        let shared = gpu("NVIDIA GB10, [N/A], [N/A], 12.1, 580.95.05, [N/A]");
        assert_eq!((shared.memory, shared.is_mig), (None, Some(false)));
        let part = gpu("NVIDIA A100-SXM4-40GB, 40960, [Insufficient Permissions], 8.0, 550.54.15, Enabled");
        assert_eq!((part.memory, part.is_mig), (None, Some(true)));
        let old = gpu("GeForce GTX 1080, 8119, 8, [Not Supported], 470.199.02, [Not Supported]");
        assert_eq!((old.capability, old.is_mig), (None, Some(false)));
        assert_eq!(gpu("Quadro, made of A, B, 1, 0, 7.5, 535.1, [N/A]").name, "Quadro, made of A, B");
    }

    #[test]
    fn lines_that_are_not_understood_are_known_of() {
        let good = format!("0, {UUID}, NVIDIA L4, 23034, 1, 8.9, 550.54.15, [N/A]\n");
        assert!(Listing::read(&good, "").is_whole);
        for odd in ["", "No devices were found\n", "[Unknown Error], x, y, 1, 2, 3, 4, 5\n", "1, 2, 3\n"] {
            let listing = Listing::read(&format!("{good}{odd}\n"), "");
            assert_eq!((listing.gpus.len(), listing.is_whole), (1, odd.is_empty()), "{odd}");
        }
        assert!(!Listing::read("", "").is_whole);
    }

    #[test]
    fn processes_are_read() {
        for (line, name, used) in [
            ("4121, VLLM::EngineCore, 128843", Some("VLLM::EngineCore"), Some(128_843)),
            ("4121, /usr/bin/python3, 500", Some("python3"), Some(500)),
            ("4121, python3 -m app --api-key=abc, x, 500", Some("python3"), Some(500)),
            (
                "4121, ray::RayWorkerWrapper.execute_method, 7",
                Some("ray::RayWorkerWrapper.execute_method"),
                Some(7),
            ),
            ("4121, [Not Found], [N/A]", None, None),
            ("4121, [Insufficient Permissions], [N/A]", None, None),
            ("4121, , 5", None, Some(5)),
        ] {
            let read = process(&format!("{UUID}, {line}")).unwrap();
            assert_eq!((read.pid, read.name.as_deref(), read.used), (4121, name, used), "{line}");
        }
        for line in ["", "x", &format!("{UUID}, [N/A], x, 1"), &format!("{UUID}, 1, x"), "[N/A], 1, x, 1"] {
            assert_eq!(process(line), None, "{line}");
        }
    }

    #[test]
    fn mig_devices_are_read() {
        let text = "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-fcf41002)\n  MIG 3g.20gb     Device  0: (UUID: MIG-e07a497d-1bb6)\n  MIG 1c.3g.20gb  Device  1: (UUID: MIG-GPU-fcf41002/2/0)\nGPU 1: NVIDIA A100 (UUID: GPU-2)\nGPU x: broken\n  MIG 1g.5gb Device 0: (UUID: MIG-9)\n";
        let found = migs(text);
        let mig = |index, profile: &str, uuid: &str| MigDevice {
            gpu: 0,
            index,
            profile: profile.to_owned(),
            uuid: uuid.to_owned(),
        };
        assert_eq!(
            found,
            [mig(0, "3g.20gb", "MIG-e07a497d-1bb6"), mig(1, "1c.3g.20gb", "MIG-GPU-fcf41002/2/0")]
        );
    }

    #[test]
    fn the_drivers_own_words_are_read() {
        let text =
            format!("Model: \t\t NVIDIA L4\nIRQ:   \t\t 62\nGPU UUID: \t {UUID}\nVideo BIOS: \t 95.04\n");
        let read = of_driver(2, &text);
        assert_eq!((read.index, read.name.as_str(), read.uuid.as_str()), (2, "NVIDIA L4", UUID));
        assert_eq!(of_driver(0, "GPU UUID: \t GPU-????????-????\n").uuid, "");
        assert_eq!(of_driver(0, "").name, "");
    }
}
