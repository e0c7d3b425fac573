//! Compose's keys of a service beside dynrun's options.

use super::yaml::Node;

/// How the values of a key are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::convert) enum Shape {
    /// One value.
    One,
    /// true or false.
    Switch,
    /// A list, or one value.
    Many,
    /// A mapping, or a list of pairs with this between name and value.
    Pairs(char),
}

use Shape::{Many, One, Pairs, Switch};

/// Keys that are an option of dynrun's by the name that docker gave it.
pub(in crate::convert) const PLAIN: &[(&str, &str, Shape)] = &[
    ("annotations", "annotation", Pairs('=')),
    ("cap_add", "cap-add", Many),
    ("cap_drop", "cap-drop", Many),
    ("cgroup", "cgroupns", One),
    ("cgroup_parent", "cgroup-parent", One),
    ("container_name", "name", One),
    ("cpu_period", "cpu-period", One),
    ("cpu_quota", "cpu-quota", One),
    ("cpu_rt_period", "cpu-rt-period", One),
    ("cpu_rt_runtime", "cpu-rt-runtime", One),
    ("cpu_shares", "cpu-shares", One),
    ("cpus", "cpus", One),
    ("cpuset", "cpuset-cpus", One),
    ("device_cgroup_rules", "device-cgroup-rule", Many),
    ("devices", "device", Many),
    ("dns", "dns", Many),
    ("dns_opt", "dns-option", Many),
    ("dns_search", "dns-search", Many),
    ("domainname", "domainname", One),
    ("expose", "expose", Many),
    ("external_links", "link", Many),
    ("group_add", "group-add", Many),
    ("hostname", "hostname", One),
    ("image", "image", One),
    ("init", "init", Switch),
    ("ipc", "ipc", One),
    ("isolation", "isolation", One),
    ("label_file", "label-file", Many),
    ("labels", "label", Pairs('=')),
    ("mac_address", "mac-address", One),
    ("mem_limit", "memory", One),
    ("mem_reservation", "memory-reservation", One),
    ("mem_swappiness", "memory-swappiness", One),
    ("memswap_limit", "memory-swap", One),
    ("oom_kill_disable", "oom-kill-disable", Switch),
    ("oom_score_adj", "oom-score-adj", One),
    ("pid", "pid", One),
    ("pids_limit", "pids-limit", One),
    ("platform", "platform", One),
    ("privileged", "privileged", Switch),
    ("pull_policy", "pull", One),
    ("read_only", "read-only", Switch),
    ("restart", "restart", One),
    ("runtime", "runtime", One),
    ("security_opt", "security-opt", Many),
    ("shm_size", "shm-size", One),
    ("stdin_open", "interactive", Switch),
    ("stop_signal", "stop-signal", One),
    ("storage_opt", "storage-opt", Pairs('=')),
    ("sysctls", "sysctl", Pairs('=')),
    ("tmpfs", "tmpfs", Many),
    ("tty", "tty", Switch),
    ("use_api_socket", "use-api-socket", Switch),
    ("user", "user", One),
    ("userns_mode", "userns", One),
    ("uts", "uts", One),
    ("working_dir", "workdir", One),
];

/// Keys that nothing comes of, and why.
pub(super) const LOST: &[(&str, &str)] = &[
    ("attach", "dynrun launches one service at a time, and attaches to it unless `detach = true`"),
    ("cpu_count", "it is for Windows"),
    ("cpu_percent", "it is for Windows"),
    ("credential_spec", "it is for Windows"),
    ("develop", "dynrun watches no sources"),
    ("models", "dynrun runs no models by itself"),
    ("post_start", "dynrun runs no command beside the container's own"),
    ("pre_stop", "dynrun runs no command beside the container's own"),
    ("provider", "dynrun runs no program in the place of a container"),
    ("scale", "a launch makes one container"),
];

/// Whether a switch is on, in compose's words.
pub(super) fn is_true(node: &Node) -> bool {
    node.text().is_some_and(|text| ["true", "True", "TRUE", "yes", "on", "y"].contains(&text))
}
