//! The one door to the world around the process: environment, working directory, user, terminals.
//!
//! Read once in `main` and passed down as a value, so that a test can build any world it likes.

mod accounts;
mod listening;
mod patient;
mod zone;

pub use accounts::Accounts;
pub use listening::listening;
pub use patient::read_in_time;
pub use zone::offset as zone_offset;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read as _};
use std::net::IpAddr;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The file system that is read for what the machine has: `/`, or a folder that stands in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root(PathBuf);

impl Default for Root {
    fn default() -> Self {
        Self("/".into())
    }
}

impl Root {
    /// A folder that stands in for `/`.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Where an absolute path is.
    #[must_use]
    pub fn path(&self, absolute: impl AsRef<Path>) -> PathBuf {
        let path = absolute.as_ref();
        self.0.join(path.strip_prefix("/").unwrap_or(path))
    }
}

/// What dynrun knows about the process that it is.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// The environment's variables.
    pub env: BTreeMap<OsString, OsString>,
    /// The name that the process was called by, as its first argument has it.
    pub called: OsString,
    /// The working directory; none when it was deleted.
    pub cwd: Option<PathBuf>,
    /// The caller's user id.
    pub uid: u32,
    /// The caller's group id.
    pub gid: u32,
    /// The time when dynrun started, since 1970.
    pub now: Duration,
    /// A random word, new for every process.
    pub nonce: String,
    /// The machine's file system.
    pub root: Root,
    /// Whether standard input is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// The size of the terminal that standard output is.
    pub window: Option<WindowSize>,
}

/// The size of a terminal, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSize {
    /// Lines.
    pub rows: u16,
    /// Characters a line.
    pub columns: u16,
}

impl WindowSize {
    /// Asks a terminal. None where the stream is no terminal, or the terminal does not know.
    #[must_use]
    pub fn of(stream: impl AsFd) -> Option<Self> {
        let size = rustix::termios::tcgetwinsize(stream).ok()?;
        let size = Self { rows: size.ws_row, columns: size.ws_col };
        (size != Self { rows: 0, columns: 0 }).then_some(size)
    }
}

impl Host {
    /// Reads the world of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn read() -> Self {
        Self {
            env: std::env::vars_os().collect(),
            called: std::env::args_os().next().unwrap_or_default(),
            cwd: std::env::current_dir().ok(),
            uid: nix::unistd::geteuid().as_raw(),
            gid: nix::unistd::getegid().as_raw(),
            now: now(),
            nonce: random_word(),
            root: Root::default(),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            window: WindowSize::of(io::stdout()),
        }
    }

    /// Whether the variable is set to what is no text.
    #[must_use]
    pub fn is_garbled(&self, name: &str) -> bool {
        self.env.get(OsStr::new(name)).is_some_and(|value| value.to_str().is_none())
    }

    /// Whether the caller reads and types at a terminal.
    #[must_use]
    pub fn is_at_terminal(&self) -> bool {
        self.stdin_is_terminal && self.stdout_is_terminal
    }

    /// The variable's value, if it is set and is text.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(OsStr::new(name)).and_then(|value| value.to_str())
    }

    /// The variable's value, if it is set and not empty.
    #[must_use]
    pub fn var_said(&self, name: &str) -> Option<&str> {
        self.var(name).filter(|value| !value.is_empty())
    }

    /// The working directory, `/` when it is gone.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.cwd.as_deref().unwrap_or(Path::new("/"))
    }

    /// The folder of the `run.sh` that the process was called as, every link to the folder followed; none where it
    /// was called by another name. The link `run.sh` itself is not followed: it leads to dynrun's own binary.
    #[must_use]
    pub fn run_sh_folder(&self) -> Option<PathBuf> {
        let called = Path::new(&self.called);
        if called.file_name()? != "run.sh" {
            return None;
        }
        let is_path = self.called.as_encoded_bytes().contains(&b'/');
        let found = if is_path { None } else { self.on_path(called) };
        let link = found.unwrap_or_else(|| self.folder().join(called));
        let folder = link.parent().unwrap_or(Path::new("/"));
        Some(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()))
    }

    /// The first file of this name in the folders of `PATH`, where a shell would have found it.
    fn on_path(&self, name: &Path) -> Option<PathBuf> {
        let folders = self.env.get(OsStr::new("PATH"))?;
        let files = std::env::split_paths(folders).map(|folder| self.folder().join(folder).join(name));
        files.into_iter().find(|file| file.is_file())
    }

    /// `$HOME`, if it is an absolute path.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.var_said("HOME").map(Path::new).filter(|home| home.is_absolute())
    }
}

/// The process that owns what it launches, in terms that outlive it: a reused pid has another start time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// The machine's id.
    pub machine: String,
    /// The id of the machine's boot.
    pub boot: String,
    /// The pid namespace.
    pub pid_namespace: String,
    /// The pid in it.
    pub pid: u32,
    /// When the process started, in clock ticks since boot.
    pub start_time: u64,
}

impl Owner {
    /// Reads who this process is. What cannot be read is empty: then nobody can prove the owner gone.
    #[must_use]
    pub fn read() -> Self {
        let line = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        Self {
            machine: line("/etc/machine-id"),
            boot: line("/proc/sys/kernel/random/boot_id"),
            pid_namespace: namespace.to_string_lossy().into_owned(),
            pid: std::process::id(),
            start_time: start_time(&line("/proc/self/stat")).unwrap_or_default(),
        }
    }
}

/// Whether a process is still there, as far as this one can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It runs.
    Here,
    /// It has ended: no process of this machine is it.
    Gone,
    /// It cannot be told, for this reason.
    Unknown(&'static str),
}

impl Owner {
    /// Whether this owner still runs, as `me` sees it. `shares_machine` says that what it owns is on this machine, too:
    /// then an owner from before the machine's last start is gone. An id alone proves no machine: copies of one have
    /// the same.
    #[must_use]
    pub fn presence(&self, me: &Self, shares_machine: bool) -> Presence {
        if self.machine.is_empty() || self.boot.is_empty() || self.pid == 0 || self.start_time == 0 {
            return Presence::Unknown("its labels do not say who owns it");
        }
        if self.machine != me.machine {
            return Presence::Unknown("its owner is on another machine");
        }
        if self.boot != me.boot {
            return match shares_machine {
                true => Presence::Gone,
                false => Presence::Unknown("its owner is from another start of the machine"),
            };
        }
        if self.pid_namespace != me.pid_namespace {
            return Presence::Unknown("its owner is in another namespace of processes");
        }
        self.process()
    }

    /// Looks for the process. One that may not be looked at is there all the same.
    fn process(&self) -> Presence {
        let Ok(pid) = i32::try_from(self.pid) else { return Presence::Gone };
        if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
            return Presence::Gone;
        }
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        match start_time(&stat) {
            Some(start) if start != self.start_time => Presence::Gone,
            Some(_) if is_dead(&stat) => Presence::Gone,
            Some(_) => Presence::Here,
            None => Presence::Unknown("the process of its owner's number may not be looked at"),
        }
    }
}

/// Field 22 of /proc/PID/stat. The command's name, in parentheses, may hold spaces and parentheses.
fn start_time(stat: &str) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Whether field 3 of /proc/PID/stat says that the process has ended, and that its parent has not heard of it.
fn is_dead(stat: &str) -> bool {
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next());
    matches!(state, Some("Z" | "X" | "x"))
}

/// Opens a file for reading. A FIFO that nobody writes to is not waited for: it would hold a launch for ever.
///
/// # Errors
/// The file is not there, or may not be read.
pub fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path)
}

/// The same for a file that has to be regular.
///
/// # Errors
/// As with `open`, or it is a folder, a pipe, a device.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
}

/// The text of a file of somebody's configuration, of a size that one may have.
///
/// # Errors
/// As with `open_regular`, or it is too large, or no text.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_bytes(path)?).map_err(|_| io::Error::other("it is not valid UTF-8"))
}

/// The same of a file that need not be text.
///
/// # Errors
/// As with `open_regular`, or it is too large.
pub fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    const LARGEST: u64 = 8 << 20;
    let file = open_regular(path)?;
    let mut bytes = Vec::new();
    if file.take(LARGEST + 1).read_to_end(&mut bytes)? as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 8 MiB"));
    }
    Ok(bytes)
}

/// The time, since 1970.
#[must_use]
pub fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// The addresses of this machine, as this process sees them; none where the kernel does not tell.
#[must_use]
pub fn addresses() -> Option<Vec<IpAddr>> {
    Some(addresses_by_interface()?.into_iter().map(|(_, address)| address).collect())
}

/// The addresses of this machine, each with the interface that has it; none where the kernel does not tell.
#[must_use]
pub fn addresses_by_interface() -> Option<Vec<(String, IpAddr)>> {
    let interfaces = nix::ifaddrs::getifaddrs().ok()?;
    let addresses = interfaces.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
        let ip = v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))?;
        Some((interface.interface_name, ip))
    });
    Some(addresses.collect())
}

/// The names of this machine's interfaces, in order; none where the kernel does not tell.
#[must_use]
pub fn interfaces() -> Option<Vec<String>> {
    let names: BTreeSet<String> = nix::ifaddrs::getifaddrs().ok()?.map(|one| one.interface_name).collect();
    Some(names.into_iter().collect())
}

/// A random word, from the kernel.
#[must_use]
pub fn random_word() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap_or_default().trim().to_owned()
}

/// The signals that this process was started to ignore, as a set of bits: bit N-1 for signal N.
#[must_use]
pub fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_gone_only_where_that_can_be_proven() {
        let me = Owner::read();
        let is = |owner: Owner, shares_machine| owner.presence(&me, shares_machine);
        let unknown = |presence| matches!(presence, Presence::Unknown(_));
        assert_eq!(is(me.clone(), false), Presence::Here);
        let reused = Owner { start_time: me.start_time + 1, ..me.clone() };
        assert_eq!(is(reused, false), Presence::Gone, "another process has its number");
        let no_such = Owner { pid: i32::MAX as u32, ..me.clone() };
        assert_eq!(is(no_such.clone(), false), Presence::Gone);
        assert!(unknown(is(Owner { machine: "other".to_owned(), ..no_such.clone() }, true)));
        assert!(unknown(is(Owner { machine: String::new(), ..no_such.clone() }, true)));
        assert!(unknown(is(Owner { pid_namespace: "pid:[1]".to_owned(), ..no_such.clone() }, true)));
        let before = Owner { boot: "other".to_owned(), ..no_such };
        assert_eq!(is(before.clone(), true), Presence::Gone);
        assert!(unknown(is(before, false)));
    }

    #[test]
    fn a_child_that_nobody_waited_for_is_gone() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let stat = || std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        while !is_dead(&stat()) {
            std::thread::yield_now();
        }
        let owner = Owner { pid: child.id(), start_time: start_time(&stat()).unwrap(), ..Owner::read() };
        assert_eq!(owner.presence(&Owner::read(), true), Presence::Gone);
        child.wait().unwrap();
    }
}
