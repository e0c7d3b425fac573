//! `Readiness`: what a launch in the background waits for, before which it can still be taken back.

use super::health::HealthTimes;
use super::{Listener, asked, is_habit};
use crate::config::{Layer, Setting, Speech, WaitTimes};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Duration, HealthCommand, Protocol, Ready, Value as _, Wait};
use std::fmt;
use std::time::Duration as Time;

/// What a launch waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// Who asked for it, and with which word.
    pub asked: Setting<Wait>,
    /// For how long.
    pub within: Duration,
    /// Whether somebody chose that time.
    pub is_within_said: bool,
    /// What has to tell that the container is ready, all of it. Where nothing is known, its health check does if it has
    /// one, else the time that it runs.
    pub checks: Vec<Ready>,
    /// That time.
    pub uptime: Duration,
}

impl Readiness {
    /// Whether the container's health check has to tell, or has where nothing else does.
    #[must_use]
    pub fn asks_health(&self) -> bool {
        self.checks.is_empty() || self.checks.contains(&Ready::Health)
    }

    /// The same for a container whose health check has these times: a time that nobody chose begins with the first check.
    #[must_use]
    pub fn with_room(&self, times: &HealthTimes, knows_start_interval: bool) -> Self {
        if self.is_within_said || !self.asks_health() {
            return self.clone();
        }
        let room = times.first(knows_start_interval).0.saturating_add(times.limit());
        Self { within: Duration(self.within.0.saturating_add(room)), ..self.clone() }
    }

    /// The lines that leave room for a first check which comes too late, so long after the start by that option.
    #[must_use]
    pub fn ways(&self, first: Time, option: &str) -> [String; 2] {
        /// An interval that is short, and no burden.
        const SHORT: Time = Time::from_secs(2);
        let longer = Duration(self.within.0.saturating_add(first)).word();
        let quarter = Time::from_millis((self.within.0 / 4).as_millis().try_into().unwrap_or(u64::MAX));
        let sooner = Duration(quarter.clamp(Time::from_millis(1), SHORT)).word();
        [
            format!("give it more time: --wait={longer}"),
            format!("or have it checked sooner: --{option} {sooner}"),
        ]
    }
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
    times: &WaitTimes,
    findings: &mut Findings,
) -> Option<Readiness> {
    let Some(wait) = options.wait.setting() else {
        findings.extend(unheard(options));
        return None;
    };
    let (within, is_within_said) = match (wait.value, &times.within) {
        (Wait::Off, _) | (Wait::On, None) => return None,
        (Wait::On, Some(time)) => (time.value, !is_habit(&time.origin)),
        (Wait::For(time), _) => (time, true),
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
    let readiness = Readiness { asked: wait.clone(), within, is_within_said, checks, uptime };
    findings.extend(too_short(options, &readiness));
    Some(readiness)
}

/// The finding for a time that is over before the engine makes the health check for the first time.
fn too_short(options: &Layer, readiness: &Readiness) -> Option<Finding> {
    let said = options.health_cmd.setting().filter(|said| !matches!(&said.value, HealthCommand::None))?;
    let is_off = said.value.line().is_empty() || options.no_healthcheck.is_on();
    let (first, option) = HealthTimes::said(options).soonest();
    let (within, Setting { value, origin }) = (readiness.within, &readiness.asked);
    if is_off || !readiness.is_within_said || !readiness.asks_health() || within.0 > first {
        return None;
    }
    let message = format!(
        "the wait is over after {}, before the health check is made for the first time: {} after the start",
        within.word(),
        Duration(first).word()
    );
    let finding = Finding::warning(Code::NotReady, message)
        .asked(asked("wait", &value.word(), origin), origin)
        .asked(asked("health-cmd", &said.value.word(), &said.origin), &said.origin);
    let interval = options.health_interval.setting().filter(|said| !said.value.0.is_zero());
    let finding = match interval {
        Some(said) => finding.asked(asked("health-interval", &said.value.word(), &said.origin), &said.origin),
        None => finding.noted("that is the engine's interval, where the image says no other one"),
    };
    Some(finding.helped(readiness.ways(first, option)))
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
