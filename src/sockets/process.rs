//! A process, as it is named to people: its pid, its command, the container that it runs in.

use super::cgroup;
use std::fs;

/// Commands of an engine's that hold a port in a container's place.
const PROXIES: [&str; 3] = ["docker-proxy", "dockerd", "rootlessport"];

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its pid, as this process sees it.
    pub pid: u32,
    /// Its command, as the kernel keeps it: 15 bytes at most, never its arguments.
    pub command: String,
    /// The id of the container that it runs in.
    pub container: Option<String>,
}

impl Process {
    /// Whether it may hold a port in a container's place.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        PROXIES.contains(&self.command.as_str())
    }
}

/// A process by its pid; none where it is gone.
#[must_use]
pub fn process(pid: u32) -> Option<Process> {
    let command = fs::read(format!("/proc/{pid}/comm")).ok()?;
    let command = String::from_utf8_lossy(&command).trim_end_matches('\n').to_owned();
    Some(Process { pid, command, container: container_of(pid) })
}

/// The id of the container that a process runs in, as an engine names it.
#[must_use]
pub fn container_of(pid: u32) -> Option<String> {
    cgroup::container_in(&fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?)
}
