//! Shared memory: what is said of it in vain, and what several GPUs need of it.

use super::{asked, is_habit};
use crate::config::{Layer, gpu_facts};
use crate::finding::{Code, Finding, Findings};
use crate::values::{Gpus, Ipc, Value as _};

/// Everything that is to be said of it.
pub(super) fn findings(options: &Layer) -> Findings {
    let small = options.gpus.get().and_then(named).and_then(|count| small_shared_memory(options, count));
    ignored_size(options).into_iter().chain(small).collect()
}

/// With the host's shared memory, its size is the host's, too. A habit that asks for both knows.
fn ignored_size(options: &Layer) -> Option<Finding> {
    let size = options.shm_size.setting().filter(|size| !is_habit(&size.origin))?;
    let ipc = options.ipc.setting().filter(|ipc| ipc.value.word() == "host")?;
    Some(
        Finding::warning(Code::ShmIgnored, "--shm-size does nothing where the host's /dev/shm is shared")
            .asked(asked("shm-size", &size.value.word(), &size.origin), &size.origin)
            .asked(asked("ipc", "host", &ipc.origin), &ipc.origin)
            .help("leave it out, or give the container its own: --ipc private"),
    )
}

/// How many GPUs are asked for by a number or by their names.
fn named(gpus: &Gpus) -> Option<usize> {
    match gpus {
        Gpus::None | Gpus::Auto | Gpus::All => None,
        Gpus::Count(count) => usize::try_from(*count).ok(),
        Gpus::Devices(devices) => Some(devices.len()),
        Gpus::Request(request) => match request.count {
            Some(count) => usize::try_from(count).ok(),
            None => Some(request.device_ids.len()),
        },
    }
}

/// User-ask 35: the processes of several GPUs hand each other tensors in shared memory, and end where it is too small.
#[must_use]
pub fn small_shared_memory(options: &Layer, gpus: usize) -> Option<Finding> {
    /// What the engine gives where nobody says anything.
    const OF_THE_ENGINE: &str = "the engine gives 64 MiB, unless its daemon.json says otherwise";
    let enough = gpu_facts().shared_memory;
    let is_own =
        options.ipc.get().is_none_or(|ipc| matches!(ipc, Ipc::Default | Ipc::Private | Ipc::Shareable));
    let size = options.shm_size.setting().filter(|size| size.value.0 > 0);
    let is_large = size.is_some_and(|size| size.value >= enough);
    if gpus < 2 || !is_own || is_large || has_mount(options) {
        return None;
    }
    let gpus = options.gpus.setting()?;
    let message =
        "several GPUs, and little shared memory: NCCL and PyTorch's loaders end where /dev/shm is full";
    let finding = Finding::warning(Code::ShmSmall, message)
        .asked(asked("gpus", &gpus.value.word(), &gpus.origin), &gpus.origin);
    let finding = match size {
        Some(size) => finding.asked(asked("shm-size", &size.value.word(), &size.origin), &size.origin),
        None => finding.noted(OF_THE_ENGINE),
    };
    Some(finding.help("give it more: --shm-size 10g, or share the host's: --ipc host"))
}

/// Whether something of the caller's choice stands in its place.
fn has_mount(options: &Layer) -> bool {
    let is_there = |target: &str| target.trim_end_matches('/') == "/dev/shm";
    options.tmpfs.values().any(|tmpfs| is_there(&tmpfs.target))
        || options.volume.values().any(|volume| is_there(&volume.target))
        || options.mount.values().any(|mount| is_there(&mount.target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Origin;
    use crate::values::{Size, Tmpfs};

    #[test]
    fn several_gpus_want_shared_memory() {
        let flag = || Origin::Flag("--x".to_owned());
        for (gpus, size, ipc, is_told) in [
            ("2", None, None, true),
            ("0,1", None, None, true),
            ("count=4,driver=nvidia", None, None, true),
            ("2", Some("512m"), None, true),
            ("2", Some("0"), None, true),
            ("2", Some("1g"), None, false),
            ("2", None, Some("host"), false),
            ("2", None, Some("container:x"), false),
            ("2", None, Some("none"), false),
            ("2", None, Some("shareable"), true),
            ("1", None, None, false),
            ("device=0", None, None, false),
            ("all", None, None, false),
            ("none", None, None, false),
        ] {
            let mut options = Layer::default();
            options.gpus.set(Gpus::parse(gpus).unwrap(), flag());
            size.into_iter().for_each(|size| options.shm_size.set(Size::parse(size).unwrap(), flag()));
            ipc.into_iter().for_each(|ipc| options.ipc.set(Ipc::parse(ipc).unwrap(), flag()));
            let told = findings(&options).iter().any(|finding| finding.code == Code::ShmSmall);
            assert_eq!(told, is_told, "--gpus {gpus} {size:?} {ipc:?}");
        }
        let mut options = Layer::default();
        options.gpus.set(Gpus::All, flag());
        assert!(small_shared_memory(&options, 2).is_some() && small_shared_memory(&options, 1).is_none());
        options.tmpfs.push(Tmpfs::parse("/dev/shm:size=8g").unwrap(), flag());
        assert_eq!(small_shared_memory(&options, 8), None);
    }
}
