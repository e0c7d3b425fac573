//! Shared memory: what is said of it in vain.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding};
use crate::values::Value as _;

/// With the host's shared memory, its size is the host's, too. A habit that asks for both knows.
pub(super) fn ignored_size(options: &Layer) -> Option<Finding> {
    let size = options.shm_size.setting().filter(|size| !is_habit(&size.origin))?;
    let ipc = options.ipc.setting().filter(|ipc| ipc.value.word() == "host")?;
    Some(
        Finding::warning(Code::ShmIgnored, "--shm-size does nothing where the host's /dev/shm is shared")
            .asked(asked("shm-size", &size.value.word(), &size.origin), &size.origin)
            .asked(asked("ipc", "host", &ipc.origin), &ipc.origin)
            .help("leave it out, or give the container its own: --ipc private"),
    )
}
