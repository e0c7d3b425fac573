//! A signal to a command in a container, for which the engine's API has no word: sent from here where the command's
//! process is on this machine and may be signalled, else by a `kill` in its container.

use crate::engine::{Engine, Exec};
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::fs;
use std::str::FromStr as _;

/// Sends a signal to a command and to what it has started in its process group. Whether it was delivered; a command
/// that has ended takes every signal.
pub(super) async fn signal(engine: &Engine, exec: &Exec, signal: &str) -> bool {
    let Ok(signal) = Signal::from_str(signal) else { return false };
    let Some(pid) = seen(exec) else {
        return engine.exec_state(&exec.id).await.is_ok_and(|state| state.is_none_or(|state| !state.running));
    };
    match killpg(pid, signal) {
        Ok(()) | Err(Errno::ESRCH) => true,
        Err(_) => in_container(engine, exec, signal).await,
    }
}

/// The command's process, where the number that the engine gave is that of a process here in the same container. An
/// engine on another machine counts its own.
fn seen(exec: &Exec) -> Option<Pid> {
    let groups = fs::read_to_string(format!("/proc/{}/cgroup", exec.pid)).ok()?;
    let pid = i32::try_from(exec.pid).ok()?;
    groups.contains(&exec.container).then(|| Pid::from_raw(pid))
}

/// Has the container's own `kill` send it: whoever may talk to the engine and is not root may not signal root.
async fn in_container(engine: &Engine, exec: &Exec, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", exec.pid)).unwrap_or_default();
    let Some(inside) = innermost_pid(&status) else { return false };
    let name = signal.as_str().trim_start_matches("SIG");
    let line = format!("kill -s {name} -- -{inside}");
    let killed = engine.exec_quietly(&exec.container, exec.user.as_deref(), &["sh", "-c", &line]).await;
    killed.is_ok_and(|code| code == 0)
}

/// The number of a process in the innermost namespace that it is in, out of its `/proc/PID/status`.
fn innermost_pid(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    line.split_whitespace().next_back()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_number_is_the_last() {
        for (status, want) in [
            ("Name:\tsh\nNSpid:\t19021\t7\nNSpgid:\t19021\t7\n", Some(7)),
            ("NSpid:\t19021\n", Some(19021)),
            ("NSpid:\n", None),
            ("Name:\tsh\n", None),
        ] {
            assert_eq!(innermost_pid(status), want, "{status:?}");
        }
    }

    /// A pid of another machine's may be anybody's here.
    #[test]
    fn a_process_outside_of_the_container_is_not_the_command() {
        let exec =
            Exec { id: "e".repeat(64), container: "c".repeat(64), pid: std::process::id(), user: None };
        assert_eq!(seen(&exec), None);
        assert_eq!(seen(&Exec { pid: u32::MAX, ..exec }), None);
    }
}
