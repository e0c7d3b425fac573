//! Whether a process that speaks for an engine is on this machine, in this process's own namespaces: then local
//! sockets and paths mean to the engine what they mean here.

use super::hidden::hides_processes;
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

/// Whether the process at the other end of the engine's socket is on this machine and shares our network and mounts:
/// then sockets and paths can be looked at from here. No pid at all stands for a socket that names none.
#[must_use]
pub fn is_same_machine(peer: Option<u32>) -> Proof {
    proof(peer, &[("network", is_own_network), ("mount", has_own_mounts)])
}

/// The same of the network alone: then the ports of the engine's machine can be looked at from here.
#[must_use]
pub fn is_same_network(peer: Option<u32>) -> Proof {
    proof(peer, &[("network", is_own_network)])
}

/// The same of the files alone: then what is mounted can be looked at from here.
#[must_use]
pub fn has_same_files(peer: Option<u32>) -> Proof {
    proof(peer, &[("mount", has_own_mounts)])
}

/// A kind of namespace, and what says whether a process shares ours.
type Check = (&'static str, fn(u32) -> Option<bool>);

fn proof(peer: Option<u32>, checks: &[Check]) -> Proof {
    match engine(peer) {
        Ok(pid) => compared(pid, checks),
        Err(why) => Proof::CannotTell(why),
    }
}

fn compared(pid: u32, checks: &[Check]) -> Proof {
    let found: Vec<_> = checks.iter().map(|(kind, is_ours)| (kind, is_ours(pid))).collect();
    if let Some((kind, _)) = found.iter().find(|(_, is_ours)| *is_ours == Some(false)) {
        return Proof::Other(format!("the engine is in another {kind} namespace"));
    }
    match found.iter().find(|(_, is_ours)| is_ours.is_none()) {
        Some((kind, _)) => Proof::CannotTell(format!("the engine's {kind} namespace cannot be read")),
        None => Proof::Same,
    }
}

/// The pid of an engine that can be seen, or why it is none.
fn engine(peer: Option<u32>) -> Result<u32, String> {
    let pid = match peer {
        None => return Err("the engine is not reached over a socket that names its process".to_owned()),
        // The kernel knows no number for it here.
        Some(0) => return Err("the engine's process is not visible from this pid namespace".to_owned()),
        Some(pid) => pid,
    };
    let found = process(pid).ok_or_else(|| match hides_processes() {
        true => "the engine's process cannot be seen: /proc hides those of other users (hidepid)",
        false => "the engine's process is not visible from here",
    })?;
    if ENGINES.contains(&found.command.as_str()) {
        Ok(pid)
    } else {
        Err(format!("the engine's socket is held by {} (pid {pid}), which is no engine", found.command))
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
            assert_eq!(is_same_machine(peer), Proof::CannotTell(why.clone()));
            assert_eq!(is_same_network(peer), Proof::CannotTell(why));
        }
    }

    #[test]
    fn every_namespace_has_to_be_ours() {
        fn ours(_: u32) -> Option<bool> {
            Some(true)
        }
        fn theirs(_: u32) -> Option<bool> {
            Some(false)
        }
        fn untold(_: u32) -> Option<bool> {
            None
        }
        let other = Proof::Other("the engine is in another mount namespace".to_owned());
        let cannot_tell = Proof::CannotTell("the engine's network namespace cannot be read".to_owned());
        for (network, mount, want) in [
            (ours as fn(u32) -> Option<bool>, ours as fn(u32) -> Option<bool>, Proof::Same),
            (ours, theirs, other.clone()),
            (untold, theirs, other),
            (untold, ours, cannot_tell),
        ] {
            assert_eq!(compared(1, &[("network", network), ("mount", mount)]), want);
        }
    }

    #[test]
    fn a_process_is_in_its_own_namespaces() {
        let own = std::process::id();
        assert_eq!((is_own_network(own), has_own_mounts(own)), (Some(true), Some(true)));
        assert_eq!((is_own_network(u32::MAX), has_own_mounts(u32::MAX)), (None, None));
    }
}
