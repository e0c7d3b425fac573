//! Whether a process that speaks for an engine is on this machine, in this process's own namespaces: then local
//! sockets and paths mean to the engine what they mean here.

use super::process;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// What can be proven of the engine's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Its network and its files are ours.
    Same,
    /// One of them is not, in words.
    Other(String),
    /// Nothing can be proven, in words.
    CannotTell(String),
}

/// Who holds an engine's socket where it is on this machine: the engine, or systemd in its place. A tunnel holds one
/// as well, and its other end may be anywhere.
const ENGINES: &[&str] = &["dockerd", "podman", "systemd", "containerd", "balenad", "balena-engine-daemon"];

/// Whether the process at the other end of the engine's socket is on this machine and shares our network and mounts.
/// No pid at all stands for a socket that names none.
#[must_use]
pub fn is_same_machine(peer: Option<u32>) -> Proof {
    let cannot_tell = |why: &str| Proof::CannotTell(why.to_owned());
    let pid = match peer {
        None => return cannot_tell("the engine is not reached over a socket that names its process"),
        // The kernel knows no number for it here.
        Some(0) => return cannot_tell("the engine's process is not visible from this pid namespace"),
        Some(pid) => pid,
    };
    let Some(found) = process(pid) else {
        return cannot_tell("the engine's process is not visible from here");
    };
    if !ENGINES.contains(&found.command.as_str()) {
        let why = format!("the engine's socket is held by {} (pid {pid}), which is no engine", found.command);
        return Proof::CannotTell(why);
    }
    match (is_own_network(pid), has_own_mounts(pid)) {
        (Some(false), _) => Proof::Other("the engine is in another network namespace".to_owned()),
        (_, Some(false)) => Proof::Other("the engine is in another mount namespace".to_owned()),
        (Some(true), Some(true)) => Proof::Same,
        (None, _) | (_, None) => cannot_tell("the engine's namespaces cannot be read"),
    }
}

/// Whether a process is in our network namespace.
pub(super) fn is_own_network(pid: u32) -> Option<bool> {
    is_own_namespace(pid, "net").or_else(|| {
        // Without the right to read the link: every namespace has a file of its own in its view of the network.
        let inode = |who: &str| fs::metadata(format!("/proc/{who}/net/tcp")).ok().map(|meta| meta.ino());
        Some(inode(&pid.to_string())? == inode("self")?)
    })
}

/// Whether a process sees the mounts that we see.
fn has_own_mounts(pid: u32) -> Option<bool> {
    is_own_namespace(pid, "mnt").or_else(|| {
        // Without the right to read the link: no mount's id is used in two namespaces.
        let id = |who: &str| {
            let text = fs::read_to_string(format!("/proc/{who}/mountinfo")).ok()?;
            text.split_whitespace().next().map(str::to_owned)
        };
        Some(id(&pid.to_string())? == id("self")?)
    })
}

fn is_own_namespace(pid: u32, kind: &str) -> Option<bool> {
    let ours = fs::read_link(format!("/proc/self/ns/{kind}")).ok()?;
    let theirs = fs::read_link(format!("/proc/{pid}/ns/{kind}")).ok()?;
    Some(theirs == ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_engine_proves_nothing() {
        let own = std::process::id();
        let command = process(own).unwrap().command;
        for (peer, why) in [
            (None, "the engine is not reached over a socket that names its process".to_owned()),
            (Some(0), "the engine's process is not visible from this pid namespace".to_owned()),
            (Some(u32::MAX), "the engine's process is not visible from here".to_owned()),
            (Some(own), format!("the engine's socket is held by {command} (pid {own}), which is no engine")),
        ] {
            assert_eq!(is_same_machine(peer), Proof::CannotTell(why));
        }
    }

    #[test]
    fn a_process_is_in_its_own_namespaces() {
        let own = std::process::id();
        assert_eq!((is_own_network(own), has_own_mounts(own)), (Some(true), Some(true)));
        assert_eq!((is_own_network(u32::MAX), has_own_mounts(u32::MAX)), (None, None));
    }
}
