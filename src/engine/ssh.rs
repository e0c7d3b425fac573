//! An engine on another machine, through the `ssh` program, as docker's client reaches it: `docker system dial-stdio` on
//! the far side passes one connection on. ssh is in a process group of its own, so that the terminal's Ctrl-C leaves it to
//! dynrun, which still has to clean up through it.

use super::address::host_and_port;
use super::connect::ConnectFault;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long ssh may take to reach the other machine: docker's own.
pub(super) const CONNECT: Duration = Duration::from_secs(30);
/// How long an ssh that has closed its stream may take to end.
const END: Duration = Duration::from_secs(2);
/// How many bytes of what ssh says are kept: its last ones.
const MAX_WORDS: usize = 1000;

/// Where ssh leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshTarget {
    /// The user there; none for what ssh's own configuration says.
    pub user: Option<String>,
    /// The machine, or ssh's own name for it.
    pub host: String,
    /// The port of its sshd.
    pub port: Option<u16>,
    /// The engine's socket there; none for what docker's client takes there.
    pub socket: Option<String>,
}

impl SshTarget {
    /// Reads `[USER@]HOST[:PORT][/SOCKET]`.
    ///
    /// # Errors
    /// In words, why ssh cannot be given it. What starts with `-` would be an option to ssh.
    pub(super) fn parse(rest: &str) -> Result<Self, String> {
        let (place, socket) = match rest.find('/') {
            Some(at) => (&rest[..at], Some(&rest[at..]).filter(|path| *path != "/")),
            None => (rest, None),
        };
        if rest.contains(['?', '#']) {
            return Err("an ssh address takes no ? and no #".to_owned());
        }
        let (user, place) = match place.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, place),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err("a password does not belong into an ssh address: ssh takes keys".to_owned());
        }
        let is_fit = |user: &str| {
            !user.is_empty()
                && !user.starts_with('-')
                && !user.contains(|letter: char| !letter.is_ascii_graphic())
        };
        if user.is_some_and(|user| !is_fit(user)) {
            return Err("its user is none".to_owned());
        }
        if place.starts_with('-') {
            return Err("its host starts with -, which ssh takes for an option".to_owned());
        }
        if socket.is_some_and(|path| path.contains(char::is_control)) {
            return Err("its socket's path holds a control character".to_owned());
        }
        let (host, port) = host_and_port(place).ok_or("it is not [USER@]HOST[:PORT][/SOCKET]")?;
        Ok(Self {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
            socket: socket.map(str::to_owned),
        })
    }

    /// What ssh is called with. The far side's words go through a shell there.
    fn arguments(&self) -> Vec<String> {
        let mut words =
            vec!["-o".to_owned(), format!("ConnectTimeout={}", CONNECT.as_secs()), "-T".to_owned()];
        if let Some(user) = &self.user {
            words.extend(["-l".to_owned(), user.clone()]);
        }
        if let Some(port) = self.port {
            words.extend(["-p".to_owned(), port.to_string()]);
        }
        words.extend(["--".to_owned(), self.host.clone(), "docker".to_owned()]);
        if let Some(socket) = &self.socket {
            let host = format!("unix://{socket}");
            // A path without control characters can always be quoted.
            let quoted = shlex::try_quote(&host).map(|quoted| quoted.into_owned()).unwrap_or_default();
            words.extend(["--host".to_owned(), quoted]);
        }
        words.extend(["system".to_owned(), "dial-stdio".to_owned()]);
        words
    }

    /// Starts an ssh, and returns the stream through it.
    pub(super) fn open(&self, askpass: Askpass) -> io::Result<(UnixStream, Tunnel)> {
        let (ours, theirs) = UnixStream::pair()?;
        let theirs = OwnedFd::from(blocking(theirs)?);
        let mut command = Command::new("ssh");
        match askpass {
            // No terminal is asked: a process group in the background would be stopped by that.
            Askpass::None => command.args(["-o", "BatchMode=yes"]),
            Askpass::Program => command.env("SSH_ASKPASS_REQUIRE", "force"),
        };
        command.args(self.arguments()).stdin(Stdio::from(theirs.try_clone()?)).stdout(Stdio::from(theirs));
        let started = command.stderr(Stdio::piped()).process_group(0).kill_on_drop(true).spawn();
        let mut child = started.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => io::Error::other(ConnectFault::Ssh(SshFault::Missing)),
            _ => error,
        })?;
        let words = child.stderr.take().map(|stderr| tokio::spawn(heard(stderr)));
        Ok((ours, Tunnel(Arc::new(Mutex::new(Some(Running { child, words }))))))
    }
}

impl fmt::Display for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(self.socket.as_deref().unwrap_or_default())
    }
}

/// Who is asked for a password, where ssh needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Askpass {
    /// Nobody: keys, and their agent, have to do.
    #[default]
    None,
    /// The program that the caller's environment names.
    Program,
}

/// Why there is no stream through ssh.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SshFault {
    /// There is no such program.
    #[error("the program ssh is not there")]
    Missing,
    /// It ended: so, and with these words.
    #[error("{status}: {words}")]
    Ended {
        /// How.
        status: String,
        /// The last of what it said.
        words: String,
    },
}

/// An ssh that passes a connection on. It ends with the last of these that are the same.
#[derive(Debug, Clone)]
pub struct Tunnel(Arc<Mutex<Option<Running>>>);

#[derive(Debug)]
struct Running {
    child: Child,
    words: Option<JoinHandle<Vec<u8>>>,
}

impl Drop for Running {
    /// Nobody else would wait for its end: a process that nobody waits for stays in the machine's list.
    fn drop(&mut self) {
        let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) else { return };
        let _ = self.child.start_kill();
        let _ = waitpid(Pid::from_raw(pid), None);
    }
}

impl Tunnel {
    fn taken(&self) -> Option<Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Ends it.
    pub(super) fn end(&self) {
        drop(self.taken());
    }

    /// Why it ended, if it did so by itself. It is over in any case.
    pub(super) async fn fault(&self) -> Option<SshFault> {
        let mut running = self.taken()?;
        let status = timeout(END, running.child.wait()).await.ok()?.ok()?;
        let words = match running.words.take() {
            Some(words) => timeout(END, words).await.ok()?.unwrap_or_default(),
            None => Vec::new(),
        };
        let words = String::from_utf8_lossy(&words).trim().replace(['\r', '\n'], " ");
        Some(SshFault::Ended { status: described(status), words })
    }
}

/// How it ended, in words. 255 is ssh's own; any other is the far side's.
fn described(status: ExitStatus) -> String {
    match status.code() {
        Some(255) => "ssh could not connect".to_owned(),
        Some(127) => "there is no docker on the other machine, whose dial-stdio is needed".to_owned(),
        Some(code) => format!("docker system dial-stdio ended on the other machine with exit code {code}"),
        None => "ssh was killed".to_owned(),
    }
}

/// The last of what ssh says. It is read to its end, as a full pipe would stop ssh.
async fn heard(mut stderr: ChildStderr) -> Vec<u8> {
    let (mut kept, mut part) = (Vec::new(), [0; 1024]);
    while let Ok(length @ 1..) = stderr.read(&mut part).await {
        kept.extend_from_slice(&part[..length]);
        let excess = kept.len().saturating_sub(MAX_WORDS);
        kept.drain(..excess);
    }
    kept
}

/// A program that is started expects a stream that blocks.
fn blocking(stream: UnixStream) -> io::Result<std::os::unix::net::UnixStream> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No host is an option of ssh. S17.
    #[test]
    fn what_ssh_would_take_for_an_option_is_refused() {
        for (text, problem) in [
            ("-oProxyCommand=touch x", "its host starts with -, which ssh takes for an option"),
            ("me@-oProxyCommand=x", "its host starts with -, which ssh takes for an option"),
            ("-l@h", "its user is none"),
            ("@h", "its user is none"),
            ("me:word@h", "a password does not belong into an ssh address: ssh takes keys"),
            ("", "it is not [USER@]HOST[:PORT][/SOCKET]"),
            ("h:x", "it is not [USER@]HOST[:PORT][/SOCKET]"),
            ("h;reboot", "it is not [USER@]HOST[:PORT][/SOCKET]"),
            ("h?a=b", "an ssh address takes no ? and no #"),
            ("h/a\nb", "its socket's path holds a control character"),
        ] {
            assert_eq!(SshTarget::parse(text), Err(problem.to_owned()), "{text}");
        }
    }

    /// Docker 28.2's client calls ssh with the same words.
    #[test]
    fn ssh_is_called_as_docker_calls_it() {
        for (text, want) in [
            ("h", "-o ConnectTimeout=30 -T -- h docker system dial-stdio"),
            ("h/", "-o ConnectTimeout=30 -T -- h docker system dial-stdio"),
            (
                "u@h:22/var/x.sock",
                "-o ConnectTimeout=30 -T -l u -p 22 -- h docker --host unix:///var/x.sock system dial-stdio",
            ),
            ("h/a b;c", "-o ConnectTimeout=30 -T -- h docker --host 'unix:///a b;c' system dial-stdio"),
            ("[::1]:2222", "-o ConnectTimeout=30 -T -p 2222 -- ::1 docker system dial-stdio"),
        ] {
            let target = SshTarget::parse(text).unwrap();
            assert_eq!(target.arguments().join(" "), want);
            assert_eq!(target.to_string(), text.trim_end_matches('/'));
        }
    }
}
