//! A stack in the foreground: the output of all its containers, until they have ended or the caller ends them.

use crate::cli::Launch;
use crate::commands::lowered::{Fate, lowered};
use crate::commands::report::Report;
use crate::commands::run::ends_a_launch;
use crate::commands::{Desk, Exit};
use crate::engine::{Engine, EngineError, LogPart, Outputs, StackContainer, StackNetwork};
use crate::finding::{Code, Finding, Findings};
use crate::session::{Copied, Signals, Voice, interleaved};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A container that was launched, or that was there.
#[derive(Debug)]
pub(super) struct Raised {
    /// The container.
    pub(super) container: StackContainer,
    /// Whether this launch has made it.
    pub(super) is_new: bool,
}

impl Raised {
    /// What a program is told of it.
    pub(super) fn told(&self, ports: &[String]) -> Value {
        let StackContainer { service, name, id, .. } = &self.container;
        json!({ "service": service, "name": name, "id": id, "ports": ports })
    }
}

/// Why the stack is not followed any more.
enum Over {
    /// All containers have ended; the exit code of the first that failed, in the order of what they need.
    Ended(u8),
    Signal(i32),
    PipeClosed,
    OutputFailed(String),
}

/// Follows it to its end, and takes down what this launch has made.
pub(super) async fn followed(
    raised: Vec<Raised>,
    engine: &Engine,
    mut signals: Signals,
    launch: &Launch,
    desk: &Desk<'_>,
) -> Exit {
    let voices = voices(&raised, engine, desk).await;
    let ends: FuturesUnordered<_> = raised
        .iter()
        .enumerate()
        .map(|(place, one)| async move {
            let code = engine.rewait(&one.container.id).await.ok();
            (place, one.container.service.as_str(), code)
        })
        .collect();
    let over = over(voices, ends, &mut signals, desk).await;
    if let Over::Signal(_) = over {
        desk.ui.note("the stack is stopped; once more, and it is killed");
    }
    let mut findings = taken_down(&raised, engine, &mut signals).await;
    let exit = match &over {
        Over::Ended(code) => Exit::Code(*code),
        Over::Signal(signal) => Exit::Code(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        Over::PipeClosed => Exit::PipeClosed,
        Over::OutputFailed(why) => {
            let message = format!("the containers' output cannot be written: {why}; the stack was stopped");
            findings.insert(0, Finding::error(Code::OutputClosed, message));
            Exit::Launch
        }
    };
    let own_code = match over {
        Over::Ended(code) => Some(code),
        Over::Signal(_) | Over::PipeClosed | Over::OutputFailed(_) => None,
    };
    let services = raised.iter().map(|one| one.told(&[])).collect();
    Report::lowered(services, own_code, &findings).write(launch, desk);
    desk.refuse(&findings, exit)
}

/// The output of each, from its beginning; of one that was there before, from now on.
async fn voices(raised: &[Raised], engine: &Engine, desk: &Desk<'_>) -> Vec<Voice> {
    let mut voices = Vec::new();
    for Raised { container, is_new } in raised {
        let part = LogPart { follow: true, tail: (!is_new).then_some(0), ..LogPart::default() };
        let log = engine.log_part(&container.id, Outputs { stdout: true, stderr: true }, part).await;
        match log {
            Ok(from) => voices.push(Voice { name: container.service.clone(), from, tty: false }),
            Err(error) => {
                let doing = format!("follow the log of {}", container.name);
                let finding = error.finding(&doing, engine.endpoint());
                desk.ui.findings(&[Finding { level: crate::finding::Level::Warning, ..finding }]);
            }
        }
    }
    voices
}

/// Waits for whatever ends it: each container's place in the order, its service and its exit code, where the engine tells
/// it.
async fn over<'s>(
    voices: Vec<Voice>,
    mut ends: FuturesUnordered<impl Future<Output = (usize, &'s str, Option<i64>)>>,
    signals: &mut Signals,
    desk: &Desk<'_>,
) -> Over {
    let mut output = std::pin::pin!(interleaved(voices, desk.host.stdout_is_terminal));
    let (mut is_written, mut codes) = (false, BTreeMap::new());
    loop {
        tokio::select! {
            copied = &mut output, if !is_written => match copied {
                Copied::PipeClosed => return Over::PipeClosed,
                Copied::OutputFailed(why) => return Over::OutputFailed(why),
                Copied::Whole | Copied::Broken => is_written = true,
            },
            signal = signals.next() => if ends_a_launch(signal) {
                return Over::Signal(signal);
            },
            end = ends.next() => match end {
                Some((place, service, code)) => {
                    let code = code.map(|code| u8::try_from(code & 0xff).unwrap_or(u8::MAX));
                    codes.insert(place, code.unwrap_or_default());
                    let with = code.map(|code| format!(", with exit code {code}")).unwrap_or_default();
                    desk.ui.note(&format!("{service} has ended{with}"));
                }
                None => {
                    // What they have written last is still to be passed on.
                    if !is_written {
                        match output.await {
                            Copied::PipeClosed => return Over::PipeClosed,
                            Copied::OutputFailed(why) => return Over::OutputFailed(why),
                            Copied::Whole | Copied::Broken => {}
                        }
                    }
                    let failed = codes.into_values().find(|code| *code != 0);
                    return Over::Ended(failed.unwrap_or_default());
                }
            },
        }
    }
}

/// Takes down what this launch has made; a further signal kills it.
async fn taken_down(raised: &[Raised], engine: &Engine, signals: &mut Signals) -> Findings {
    let new: Vec<StackContainer> =
        raised.iter().filter(|one| one.is_new).map(|one| one.container.clone()).collect();
    let stack = raised.first().map(|one| one.container.stack.as_str()).unwrap_or_default();
    // A network in which another container of the stack is stays with it.
    let networks: Result<Vec<StackNetwork>, EngineError> = match new.len() == raised.len() {
        true => engine.stack_networks(stack).await,
        false => Ok(Vec::new()),
    };
    let mut findings = Findings::new();
    let networks = networks.unwrap_or_else(|error| {
        findings.push(error.finding("look for the stack's network", engine.endpoint()));
        Vec::new()
    });
    let lowering =
        async { lowered(engine, &new, Fate::Removed, None).await.with_networks(engine, &networks).await };
    let mut lowering = std::pin::pin!(lowering);
    loop {
        tokio::select! {
            lowered = &mut lowering => {
                findings.extend(lowered.findings);
                return findings;
            }
            signal = signals.next() => if ends_a_launch(signal) {
                for container in &new {
                    // What it cannot kill, the stop that is on its way tells of.
                    let _ = engine.signal(&container.id, "KILL").await;
                }
            },
        }
    }
}
