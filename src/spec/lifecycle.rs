//! `Lifecycle`: foreground or background, and what becomes of the container at its end.

use super::{Readiness, asked, is_habit};
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Duration, Restart, Stream, Value as _};

/// How a container lives and ends. A container that restarts is not removed, and none is held to a time while nobody
/// watches: there is no value for either.
#[derive(Debug, Clone, PartialEq)]
pub enum Lifecycle {
    /// In the foreground; dynrun waits, and removes it itself.
    Attached {
        /// Whether it is removed at its end.
        remove: bool,
        /// The container's streams that are attached.
        streams: Streams,
        /// The time that the launch has, from its beginning on.
        limit: Option<Setting<Duration>>,
    },
    /// In the background; the engine removes it.
    Detached {
        /// Whether it is removed at its end.
        remove: bool,
        /// What the launch waits for; nothing, once the container was started, where there is none.
        readiness: Option<Readiness>,
    },
}

impl Lifecycle {
    /// What the launch waits for, if it does.
    #[must_use]
    pub fn readiness(&self) -> Option<&Readiness> {
        match self {
            Self::Detached { readiness, .. } => readiness.as_ref(),
            Self::Attached { .. } => None,
        }
    }
}

/// Streams of a container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Streams {
    /// Its standard input. Whether it reads any is another matter: it is open with `--interactive` alone.
    pub stdin: bool,
    /// Its standard output, with all that it writes to a terminal.
    pub stdout: bool,
    /// Its standard error.
    pub stderr: bool,
}

/// The streams that are attached in the foreground: both outputs unless some were named, and an input that is open.
pub(super) fn streams(options: &Layer) -> Streams {
    let is_named = |stream| options.attach.values().any(|named| *named == stream);
    let all = options.attach.is_empty();
    Streams {
        stdin: options.interactive.is_on() || is_named(Stream::Stdin),
        stdout: all || is_named(Stream::Stdout),
        stderr: all || is_named(Stream::Stderr),
    }
}

/// Decides the lifecycle; a habit of dynrun's yields to what was said.
pub(super) fn decide(
    options: &mut Layer,
    readiness: Option<Readiness>,
    findings: &mut Findings,
) -> Option<Lifecycle> {
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
    let limit = limit(options, findings)?;
    let remove = options.rm.is_on();
    if let Some(detach) = options.detach.setting().filter(|detach| detach.value).cloned() {
        findings.extend(unattachable(options, &detach));
        keep_log(options);
        return Some(Lifecycle::Detached { remove, readiness });
    }
    Some(Lifecycle::Attached { remove, streams: streams(options), limit })
}

/// Why a stream that was named cannot be attached in the background; none where none was.
fn unattachable(options: &Layer, detach: &Setting<bool>) -> Option<Finding> {
    let named = options.attach.iter().next()?;
    let message = "a container in the background has nobody to attach its streams to";
    let finding = Finding::error(Code::AttachDetached, message)
        .asked(asked("attach", &named.value.word(), &named.origin), &named.origin)
        .asked(asked("detach", "true", &detach.origin), &detach.origin);
    Some(finding.help("leave one out: --detach=false, or --reset attach"))
}

/// The time that a launch has, if any; none where it was refused.
fn limit(options: &Layer, findings: &mut Findings) -> Option<Option<Setting<Duration>>> {
    let Some(limit) = options.time_limit.setting().filter(|limit| !limit.value.is_zero()) else {
        return Some(None);
    };
    let asked_for = |finding: Finding| {
        finding.asked(asked("time-limit", &limit.value.word(), &limit.origin), &limit.origin)
    };
    if let Some(timeout) = options.stop_timeout.setting().filter(|timeout| timeout.value.0 < 0) {
        let message = "a container that is never killed cannot be held to a time limit";
        findings.push(
            asked_for(Finding::error(Code::LimitNotHeld, message))
                .asked(asked("stop-timeout", &timeout.value.word(), &timeout.origin), &timeout.origin)
                .help("give it some seconds to end: --stop-timeout 30")
                .help("or all the time it takes: --time-limit 0"),
        );
        return None;
    }
    let Some(detach) = options.detach.setting().filter(|detach| detach.value) else {
        return Some(Some(limit.clone()));
    };
    let message = "nobody watches the time of a container in the background";
    // A stack is in the background whatever a file says of a single launch.
    let yields_to_stack = detach.origin == Origin::STACKS && matches!(limit.origin, Origin::File(_));
    if is_habit(&limit.origin) || yields_to_stack {
        findings.push(asked_for(Finding::warning(Code::LimitNotHeld, message)).noted("it may run for ever"));
        return Some(None);
    }
    findings.push(
        asked_for(Finding::error(Code::LimitNotHeld, message))
            .asked(asked("detach", "true", &detach.origin), &detach.origin)
            .help("leave -d out, or the limit: --time-limit 0"),
    );
    None
}

/// In the foreground the caller has the output; in the background a habit of keeping none would lose it.
fn keep_log(options: &mut Layer) {
    if options.log_driver.setting().is_some_and(|driver| driver.value.0 == "none" && is_habit(&driver.origin))
    {
        options.log_driver.clear();
    }
}
