//! `Readiness`: what a launch in the background waits for, before which it can still be taken back.

use super::{Listener, asked, is_habit};
use crate::config::{Layer, Setting, Speech, WaitTimes};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Duration, Protocol, Ready, Value as _, Wait};
use std::fmt;

/// What a launch waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// Who asked for it, and with which word.
    pub asked: Setting<Wait>,
    /// For how long.
    pub within: Duration,
    /// What has to tell that the container is ready, all of it. Where nothing is known, its health check does if it has
    /// one, else the time that it runs.
    pub checks: Vec<Ready>,
    /// That time.
    pub uptime: Duration,
}

impl fmt::Display for Readiness {
    /// `30s at most: tcp:8000, health`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at most", self.within.word())?;
        for (index, check) in self.checks.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { ": " } else { ", " }, check.word())?;
        }
        Ok(())
    }
}

/// Decides whether the launch waits: in the foreground the caller sees by itself when it is ready.
pub(super) fn decide(
    options: &Layer,
    (listeners, command_is_callers): (&[Listener], bool),
    times: WaitTimes,
    findings: &mut Findings,
) -> Option<Readiness> {
    let Some(wait) = options.wait.setting() else {
        findings.extend(unheard(options));
        return None;
    };
    let within = match wait.value {
        Wait::Off => return None,
        Wait::On => times.within?,
        Wait::For(time) => time,
    };
    if !options.detach.is_on() {
        if !is_habit(&wait.origin) {
            let message = "a launch in the foreground is not waited for: its output is seen from the start";
            findings.push(
                Finding::error(Code::WaitAttached, message)
                    .asked(asked("wait", &wait.value.word(), &wait.origin), &wait.origin)
                    .help("run it in the background: -d"),
            );
        }
        return None;
    }
    let said: Vec<Ready> = options.ready.values().cloned().collect();
    let checks = match said.is_empty() {
        // Nobody knows what a command of the caller's opens.
        true if !command_is_callers => told_by(listeners),
        _ => said,
    };
    let uptime = times.uptime.map_or(within, |uptime| uptime.min(within));
    Some(Readiness { asked: wait.clone(), within, checks, uptime })
}

/// The finding for what was to tell that the container is ready, where nobody waits for that. In a file it says what its
/// service is like, whoever launches it.
fn unheard(options: &Layer) -> Option<Finding> {
    let said = options.ready.iter().filter(|said| !matches!(said.origin, Origin::File(_)));
    let message = "nobody waits until the container is ready: what is to tell that is never asked";
    let ready = said.fold(None, |finding: Option<Finding>, said| {
        let finding = finding.unwrap_or_else(|| Finding::error(Code::ReadyUnheard, message));
        Some(finding.asked(asked("ready", &said.value.word(), &said.origin), &said.origin))
    });
    let help = if options.detach.is_on() { "wait for it: --wait" } else { "wait for it: -d --wait" };
    ready.map(|finding| finding.help(help))
}

/// What the service's own ports tell: where some of them are known to answer, their answers; else that all are open.
fn told_by(listeners: &[Listener]) -> Vec<Ready> {
    let spoken = listeners.iter().filter_map(|listener| match listener.speaks? {
        Speech::Nats => Some(Ready::Nats(listener.port)),
        Speech::Etcd => Some(Ready::Etcd(listener.port)),
    });
    let spoken: Vec<Ready> = spoken.collect();
    if !spoken.is_empty() {
        return spoken;
    }
    let open = listeners.iter().filter_map(|listener| match listener.protocol {
        Protocol::Tcp => Some(Ready::Tcp(listener.port)),
        Protocol::Udp => Some(Ready::Udp(listener.port)),
        Protocol::Sctp => None,
    });
    open.collect()
}
