//! Whose a socket is: the processes that hold it, found by walking `/proc/PID/fd` until every socket is found.

use super::{Process, Socket, process};
use nix::fcntl::readlinkat;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;

/// So many processes of a socket are named; the others are counted.
const NAMED: usize = 4;

/// Whose a socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The user that the socket belongs to.
    pub uid: u32,
    /// The user's name, where the machine knows one.
    pub user: Option<String>,
    /// The processes that hold it, the one that passed it on first. Empty where the caller may not see them.
    pub processes: Vec<Process>,
    /// How many further processes hold it.
    pub more: usize,
}

/// Where a socket was found: the process, and its number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hold {
    pid: u32,
    descriptor: i32,
}

/// Whose the sockets are, in their order. What the caller may not see is left out, and is no error.
#[must_use]
pub fn owners(sockets: &[Socket]) -> Vec<Owner> {
    let holds = holds(sockets);
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    sockets.iter().map(|socket| owner(socket, holds.get(&socket.inode).copied(), &users)).collect()
}

fn owner(socket: &Socket, hold: Option<Hold>, users: &str) -> Owner {
    let pids = hold.map(|hold| family(hold, socket.inode)).unwrap_or_default();
    let processes: Vec<Process> = pids.iter().take(NAMED).filter_map(|pid| process(*pid)).collect();
    Owner {
        uid: socket.uid,
        user: user_name(users, socket.uid).map(str::to_owned),
        processes,
        more: pids.len().saturating_sub(NAMED),
    }
}

/// One process for every inode that is found.
fn holds(sockets: &[Socket]) -> HashMap<u64, Hold> {
    let mut missing: HashSet<u64> =
        sockets.iter().map(|socket| socket.inode).filter(|inode| *inode != 0).collect();
    let uids: HashSet<u32> = sockets.iter().map(|socket| socket.uid).collect();
    let mut found = HashMap::new();
    if missing.is_empty() {
        return found;
    }
    for candidate in candidates(&uids) {
        search(candidate.pid, &mut missing, &mut found);
        if missing.is_empty() {
            break;
        }
    }
    found
}

/// A process that may hold a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    pid: u32,
    uid: u32,
    /// How many descriptors it has; 0 for all before Linux 6.2, which does not count them.
    descriptors: u64,
}

/// All processes, those most quickly looked through first: of a user that the sockets belong to, since any other can
/// only have been handed one; with few descriptors; started lately.
fn candidates(uids: &HashSet<u32>) -> Vec<Candidate> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut found: Vec<Candidate> = pids
        .filter_map(|pid: u32| {
            let meta = fs::metadata(format!("/proc/{pid}/fd")).ok()?;
            Some(Candidate { pid, uid: meta.uid(), descriptors: meta.size() })
        })
        .collect();
    // Where any is counted, this process's own at least, one that has none is a thread of the kernel's.
    if found.iter().any(|candidate| candidate.descriptors > 0) {
        found.retain(|candidate| candidate.descriptors > 0);
    }
    found.sort_unstable_by_key(|candidate| order(candidate, uids));
    found
}

fn order(candidate: &Candidate, uids: &HashSet<u32>) -> (bool, u64, Reverse<u32>) {
    (!uids.contains(&candidate.uid), candidate.descriptors, Reverse(candidate.pid))
}

/// Looks through the descriptors of a process until nothing is missing. Of a process that is gone, or another's,
/// there are none to see.
fn search(pid: u32, missing: &mut HashSet<u64>, found: &mut HashMap<u64, Hold>) {
    let path = format!("/proc/{pid}/fd");
    let (Ok(folder), Ok(entries)) = (File::open(&path), fs::read_dir(&path)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(descriptor) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(target) = readlinkat(&folder, name.as_os_str()) else { continue };
        let Some(inode) = inode(&target) else { continue };
        if missing.remove(&inode) {
            found.insert(inode, Hold { pid, descriptor });
            if missing.is_empty() {
                return;
            }
        }
    }
}

/// The inode in `socket:[12345]`.
fn inode(target: &OsStr) -> Option<u64> {
    target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// The pids that hold a socket under the same number, since one opened it and the others were forked with it: the
/// eldest, then its descendants. A process that was handed the socket by another way has another number for it.
fn family(hold: Hold, wanted: u64) -> Vec<u32> {
    let has = |pid: u32| {
        let link = fs::read_link(format!("/proc/{pid}/fd/{}", hold.descriptor));
        link.is_ok_and(|target| inode(target.as_os_str()) == Some(wanted))
    };
    let mut eldest = hold.pid;
    while let Some(parent) = parent(eldest).filter(|parent| has(*parent)) {
        eldest = parent;
    }
    let mut family = vec![eldest];
    let mut at = 0;
    while let Some(pid) = family.get(at).copied() {
        family.extend(children(pid).into_iter().filter(|child| has(*child)));
        at += 1;
    }
    family
}

/// Field 4 of /proc/PID/stat. The command's name, in parentheses, may hold spaces and parentheses.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
    (parent != 0).then_some(parent)
}

/// The children that any thread of a process forked.
fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let texts = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    texts
        .flat_map(|text| text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// The name of a user in the text of `/etc/passwd`.
fn user_name(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut words = line.split(':');
        let name = words.next()?;
        (words.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sockets::{EVERY_PORT, Namespace};
    use crate::values::{PortRange, Protocol};
    use std::net::{TcpListener, UdpSocket};

    #[test]
    fn the_quickest_are_looked_through_first() {
        let uids = HashSet::from([1000]);
        let candidate = |pid, uid, descriptors| Candidate { pid, uid, descriptors };
        let mut candidates = [
            candidate(9, 0, 3),
            candidate(7, 1000, 20_000),
            candidate(5, 1000, 4),
            candidate(6, 1000, 4),
            candidate(8, 0, 2),
        ];
        candidates.sort_unstable_by_key(|candidate| order(candidate, &uids));
        assert_eq!(candidates.map(|candidate| candidate.pid), [6, 5, 7, 8, 9]);
    }

    #[test]
    fn users_are_named() {
        let users = "root:x:0:0:root:/root:/bin/sh\n\nbroken\nrun:x:1000:1000::/:/bin/sh\n";
        for (uid, want) in [(0, Some("root")), (1000, Some("run")), (7, None)] {
            assert_eq!(user_name(users, uid), want);
        }
    }

    #[test]
    fn links_are_read() {
        for (link, want) in [
            ("socket:[12]", Some(12)),
            ("pipe:[12]", None),
            ("socket:[x]", None),
            ("/dev/null", None),
            ("", None),
        ] {
            assert_eq!(inode(OsStr::new(link)), want, "{link}");
        }
    }

    #[test]
    fn this_process_owns_its_sockets() {
        let (tcp, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("[::1]:0").unwrap());
        let ports = [tcp.local_addr().unwrap().port(), udp.local_addr().unwrap().port()];
        let ranges = ports.map(PortRange::single);
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let sockets = Namespace::Own.sockets(protocol, &ranges).unwrap();
            let all = Namespace::Own.sockets(protocol, &[EVERY_PORT]).unwrap();
            assert!(!sockets.is_empty() && sockets.iter().all(|socket| all.contains(socket)));
            let ours = sockets.iter().zip(owners(&sockets)).filter(|(_, owner)| {
                owner.processes.iter().any(|process| process.pid == std::process::id()) && owner.more == 0
            });
            assert_eq!(ours.count(), 1);
        }
    }
}
