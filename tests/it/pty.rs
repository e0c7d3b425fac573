//! A terminal for a test: a pseudo-terminal at whose one end sits a shell that runs a command in the foreground, as at
//! a desk, and at whose other end the test types and reads.
//!
//! The shell outlives the command: the kernel resets the modes of a terminal whose session ends, and a test that
//! looked then could not fail.

use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::Pid;
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// What the shell does: it survives what ends the command, says how that ended, and keeps the terminal.
const SHELL: &str = r#"trap : HUP INT QUIT TERM; "$@"; printf 'ENDED %s.' "$?"; exec sleep 600"#;
/// How long anything may take: far more than it does.
const LIMIT: Duration = Duration::from_secs(30);

/// The terminal, and what came out of it so far.
pub(crate) struct Pty {
    terminal: File,
    shell: Child,
    seen: Arc<(Mutex<Vec<u8>>, Condvar)>,
    /// Its modes before the command ran.
    before: Termios,
}

/// How a command on a terminal ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Ended {
    /// Its exit code.
    pub(crate) code: i32,
    /// Every byte that came out of the terminal, but for what was taken.
    pub(crate) bytes: Vec<u8>,
}

impl Ended {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Pty {
    /// Runs the command on a terminal of that size.
    pub(crate) fn run(command: &Command, rows: u16, columns: u16) -> Self {
        let pty = openpty(None, None).expect("a terminal");
        let terminal = File::from(pty.master);
        set_size(&terminal, rows, columns);
        let before = tcgetattr(&terminal).expect("modes");
        let mut shell = Command::new("setsid");
        shell.args(["--ctty", "sh", "-c", SHELL, "sh"]).arg(command.get_program()).args(command.get_args());
        shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(command.get_current_dir().expect("a folder"));
        let end = || pty.slave.try_clone().expect("a descriptor");
        let shell = shell.stdin(end()).stdout(end()).stderr(end()).spawn().expect("setsid");
        let seen = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        gather(terminal.try_clone().expect("a descriptor"), seen.clone());
        Self { terminal, shell, seen, before }
    }

    /// Types.
    #[track_caller]
    pub(crate) fn types(&self, bytes: impl AsRef<[u8]>) {
        (&self.terminal).write_all(bytes.as_ref()).expect("the terminal takes it");
    }

    /// Makes the window another size.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        set_size(&self.terminal, rows, columns);
    }

    /// Waits until a text has come, and takes everything up to its end.
    #[track_caller]
    pub(crate) fn takes(&self, text: &str) -> Vec<u8> {
        let (lock, changed) = &*self.seen;
        let find = |bytes: &[u8]| bytes.windows(text.len()).position(|window| window == text.as_bytes());
        let seen = lock.lock().expect("no panic");
        let (mut seen, waited) =
            changed.wait_timeout_while(seen, LIMIT, |seen| find(seen).is_none()).expect("no panic");
        assert!(!waited.timed_out(), "no {text:?} in {:?}", String::from_utf8_lossy(&seen));
        let end = find(&seen).expect("it was found") + text.len();
        seen.drain(..end).collect()
    }

    /// The terminal's modes.
    pub(crate) fn modes(&self) -> Termios {
        tcgetattr(&self.terminal).expect("modes")
    }

    /// Whether the terminal's modes are those before the command ran.
    pub(crate) fn is_as_before(&self) -> bool {
        self.modes() == self.before
    }

    /// Gives the terminal the modes that it had before the command ran, as a shell does when a command stops.
    pub(crate) fn set_modes_as_before(&self) {
        tcsetattr(&self.terminal, SetArg::TCSANOW, &self.before).expect("the terminal takes them");
    }

    /// Sends the command a signal, and nobody else.
    #[track_caller]
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.command(), signal).expect("the process is there");
    }

    /// The command's process.
    #[track_caller]
    pub(crate) fn command(&self) -> Pid {
        let shell = self.shell.id();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children"));
        Pid::from_raw(children.expect("a process").trim().parse().expect("one child"))
    }

    /// Waits for the command's end, after which the terminal has the modes that it had before.
    #[track_caller]
    pub(crate) fn ends(self) -> Ended {
        let mut bytes = self.takes("ENDED ");
        bytes.truncate(bytes.len() - "ENDED ".len());
        let code = String::from_utf8_lossy(&self.takes(".")).trim_end_matches('.').parse().expect("a code");
        assert_eq!(self.modes(), self.before, "the terminal's modes");
        Ended { code, bytes }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

fn set_size(terminal: &File, rows: u16, columns: u16) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(terminal, size).expect("a size");
}

/// Gathers what comes out, until nobody holds the other end any more.
fn gather(mut terminal: File, seen: Arc<(Mutex<Vec<u8>>, Condvar)>) {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read) = terminal.read(&mut buffer) {
            seen.0.lock().expect("no panic").extend_from_slice(&buffer[..read]);
            seen.1.notify_all();
        }
    });
}
