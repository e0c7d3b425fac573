//! `Lifecycle`: foreground or background, and what becomes of the container at its end.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding, Findings};
use crate::values::{Restart, Value as _};

/// How a container lives and ends. A container that restarts is not removed: there is no value for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifecycle {
    /// In the foreground; dynrun waits, and removes it itself.
    Attached {
        /// Whether it is removed at its end.
        remove: bool,
        /// Whether standard input is passed on.
        stdin: bool,
    },
    /// In the background; the engine removes it.
    Detached {
        /// Whether it is removed at its end.
        remove: bool,
    },
}

/// Decides the lifecycle; a habit of dynrun's yields to what was said.
pub(super) fn decide(options: &mut Layer, findings: &mut Findings) -> Option<Lifecycle> {
    let restarts = options.restart.setting().filter(|restart| restart.value != Restart::No).cloned();
    let removed = options.rm.setting().filter(|rm| rm.value).cloned();
    if let (Some(restart), Some(rm)) = (restarts, removed) {
        if is_habit(&rm.origin) {
            options.rm.clear();
        } else if is_habit(&restart.origin) {
            options.restart.clear();
        } else {
            findings.push(
                Finding::error(
                    Code::RestartRemoved,
                    "a container that restarts cannot be removed at its end",
                )
                .asked(asked("rm", "true", &rm.origin), &rm.origin)
                .asked(asked("restart", &restart.value.word(), &restart.origin), &restart.origin)
                .help("leave one out: --rm=false, or --restart no"),
            );
            return None;
        }
    }
    let remove = options.rm.is_on();
    let stdin = options.interactive.is_on();
    Some(if options.detach.is_on() {
        Lifecycle::Detached { remove }
    } else {
        Lifecycle::Attached { remove, stdin }
    })
}
