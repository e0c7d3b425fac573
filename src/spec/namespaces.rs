//! What the container shares with the host, and what cannot be said of it then.

use super::{Networking, Setting, asked};
use crate::config::Layer;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{HostNamespace, Sysctl, Value};

/// Parameters of the kernel that belong to the namespace of shared memory and message queues.
const OF_IPC: [&str; 4] = ["kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue."];

/// What is said of a namespace that is the host's.
pub(super) fn conflicts(options: &Layer, networking: &Networking) -> Findings {
    let network = options.network.iter().next().filter(|_| matches!(networking, Networking::Host { .. }));
    let ipc = options.ipc.setting().filter(|ipc| ipc.value.word() == "host");
    let of_network = network.map(|network| ("network", network.value.word(), &network.origin));
    let of_ipc = ipc.map(|ipc| ("ipc", ipc.value.word(), &ipc.origin));
    let sysctls = options.sysctl.iter().filter_map(|sysctl| {
        let name = &sysctl.value.name;
        match (name.starts_with("net."), OF_IPC.iter().any(|start| name.starts_with(start))) {
            (true, _) => Some(parameter(sysctl, of_network.clone()?)),
            (_, true) => Some(parameter(sysctl, of_ipc.clone()?)),
            (false, false) => None,
        }
    });
    sysctls.chain(host_name(options)).collect()
}

/// A parameter of a namespace that is the host's: the runtime refuses it when the container starts.
fn parameter(sysctl: &Setting<Sysctl>, (option, word, origin): (&str, String, &Origin)) -> Finding {
    let message = format!("{} would be the host's own", sysctl.value.name);
    Finding::error(Code::SetForHost, message)
        .asked(asked("sysctl", &sysctl.value.word(), &sysctl.origin), &sysctl.origin)
        .asked(asked(option, &word, origin), origin)
        .help(format!("set it on the host: sysctl -w {}", sysctl.value.word()))
}

/// With the host's names, the container has the host's own name.
fn host_name(options: &Layer) -> Option<Finding> {
    let uts = options.uts.setting().filter(|uts| uts.value == HostNamespace::Host)?;
    let name = options.hostname.setting().filter(|name| !name.value.word().is_empty())?;
    Some(
        Finding::error(Code::SetForHost, "the container's host name would be the host's own")
            .asked(asked("hostname", &name.value.word(), &name.origin), &name.origin)
            .asked(asked("uts", "host", &uts.origin), &uts.origin)
            .help("leave one out"),
    )
}
