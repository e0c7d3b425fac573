//! `dynrun run`: settle, plan, check, launch, attend.

use super::launching::{Begun, begin};
use super::limit::Limit;
use super::planned::planned;
use super::report::Report;
use super::{Desk, Exit, block_on, dry_run, signals};
use crate::cli::Launch;
use crate::engine::{CalledOff, Calls, Engine, EngineError, Launched};
use crate::finding::{Code, Finding, Findings};
use crate::session::{self, Attended, Delivered, Ending, Held, Outcome, Streams};
use crate::spec::{self, LaunchSpec, Lifecycle, Networking, without_terminal};
use std::time::Duration;
use tokio::sync::watch;

/// Launches a container, or prints the launch.
pub(super) fn run(launch: &Launch, desk: &Desk<'_>) -> Exit {
    let mut said = Findings::new();
    let planned = planned(launch, desk, &mut said);
    desk.ui.findings(&said);
    match planned {
        Ok(spec) => carried_out(spec, &[], launch, desk),
        Err(findings) => refused(&findings, launch, desk),
    }
}

/// Launches what was planned, or prints it. Where the image does not have the entrypoint, `others` are tried in its
/// place.
pub(super) fn carried_out(spec: LaunchSpec, others: &[&str], launch: &Launch, desk: &Desk<'_>) -> Exit {
    if let Some(kind) = launch.call.dry_run {
        return dry_run::run(spec, kind, launch, desk);
    }
    if let (Some(finding), false) = (without_terminal(&spec), desk.host.stdin_is_terminal) {
        return refused(&[finding], launch, desk);
    }
    match block_on(launched(spec, others, launch, desk)) {
        Ok(exit) => exit,
        Err(finding) => refused(&[finding], launch, desk),
    }
}

/// Says why nothing is launched.
pub(super) fn refused(findings: &[Finding], launch: &Launch, desk: &Desk<'_>) -> Exit {
    Report::failed("plan", findings).write(launch, desk);
    desk.refuse(findings, Exit::Launch)
}

/// The part of a launch that talks to the engine.
async fn launched(spec: LaunchSpec, others: &[&str], said: &Launch, desk: &Desk<'_>) -> Exit {
    let mut signals = match signals() {
        Ok(signals) => signals,
        Err(finding) => return refused(&[finding], said, desk),
    };
    let limit = Limit::from_now(&spec);
    let over_at = limit.as_ref().and_then(|limit| limit.over_at);
    let (cancel, cancelled) = watch::channel(Calls::default());
    let mut launching = Box::pin(begin(spec, others, said, desk, cancelled));
    let begun = loop {
        let why = tokio::select! {
            begun = &mut launching => break begun,
            signal = signals.next() => ends_a_launch(signal).then_some(CalledOff::Signal(signal)),
            () = session::until(over_at), if cancel.borrow().why.is_none() => Some(CalledOff::TimeLimit),
        };
        if let Some(why) = why {
            cancel.send_modify(|calls| calls.hear(why));
        }
    };
    let Begun { engine, spec, launched } = match begun {
        Ok(begun) => begun,
        Err(failed) => return failed.told(limit.as_ref(), said, desk),
    };
    // A signal that came too late to call the launch off is the container's.
    let late = match cancel.borrow().why {
        Some(CalledOff::Signal(signal)) => Some(signal),
        Some(CalledOff::TimeLimit | CalledOff::Stack) | None => None,
    };
    for warning in &launched.warnings {
        desk.ui.findings(&[Finding::warning(Code::EngineWarning, format!("the engine warns: {warning}"))]);
    }
    match spec.lifecycle {
        Lifecycle::Detached { .. } => detached(&engine, &launched, &spec, said, desk).await,
        Lifecycle::Attached { remove, streams: attached, .. } => {
            let Launched { id, session, .. } = launched;
            let Some(streams) = session else {
                return Exit::Launch;
            };
            signals.put_back(late);
            let lent = lent(&spec, attached);
            let (container, held) = (Attended::Container(id.clone()), Held::from(streams));
            let tell = |notice| desk.tell(notice);
            let outcome =
                session::attend(&engine, &container, held, (lent, over_at), &mut signals, &tell).await;
            if outcome.ending == Ending::Detached {
                return left_to_itself(&engine, &id, remove, said, desk).await;
            }
            attended(&engine, &id, remove, (&outcome, limit.as_ref()), said, desk).await
        }
    }
}

/// What the session passes on. An input that is attached and not open would swallow what is typed.
fn lent(spec: &LaunchSpec, attached: spec::Streams) -> Streams {
    let options = &spec.options;
    Streams {
        stdin: attached.stdin && options.interactive.is_on(),
        stdout: attached.stdout,
        stderr: attached.stderr,
        tty: options.tty.is_on(),
        signals: options.sig_proxy.get() != Some(&false),
        detach_keys: options.detach_keys.get().map(|keys| keys.bytes().to_vec()).unwrap_or_default(),
    }
}

/// Signals that call a launch off.
pub(super) fn ends_a_launch(signal: i32) -> bool {
    [nix::libc::SIGINT, nix::libc::SIGTERM, nix::libc::SIGHUP, nix::libc::SIGQUIT].contains(&signal)
}

/// What is said of a container of `--rm` that outlives its launch.
const SWEPT: &str = "; once it has ended, the next launch removes it";

/// How long an engine that was lost may take to remove a container.
const SOON: Duration = Duration::from_secs(1);

/// Says where the ports are of a container in the background.
async fn detached(
    engine: &Engine,
    launched: &Launched,
    spec: &LaunchSpec,
    said: &Launch,
    desk: &Desk<'_>,
) -> Exit {
    let id = &launched.id;
    let mut report = Report::launched(id);
    if !spec.networking.publish().is_empty()
        && let Ok(Some(state)) = engine.container(id).await
    {
        let ports = state.published();
        if !ports.is_empty() {
            desk.ui.note(&format!("published: {}", ports.join(", ")));
        }
        report = report.with_ports(ports);
    }
    if let Networking::Host { .. } = spec.networking
        && !spec.listeners.is_empty()
    {
        let ports = spec.listeners.iter().map(|listener| format!("{}/{}", listener.port, listener.protocol));
        desk.ui.note(&format!("on the host's network: {}", ports.collect::<Vec<_>>().join(", ")));
    }
    report.write(said, desk);
    Exit::Fine
}

/// Says what becomes of a container that the caller has detached from: it runs on. With `--rm` a later launch's sweep
/// removes it when it has ended.
async fn left_to_itself(engine: &Engine, id: &str, remove: bool, said: &Launch, desk: &Desk<'_>) -> Exit {
    let name = match engine.container(id).await {
        Ok(Some(state)) if !state.name.is_empty() => state.name,
        Ok(_) | Err(_) => id.to_owned(),
    };
    if desk.host.stdout_is_terminal && desk.host.stderr_is_terminal {
        desk.ui.new_line();
    }
    let stays = if remove { SWEPT } else { "" };
    desk.ui.note(&format!("detached; the container {name} runs on{stays}"));
    desk.ui.note(&format!(
        "back to it: docker attach {name}; its end: dynrun stop {name}, docker rm -fv {name}"
    ));
    Report::launched(id).write(said, desk);
    Exit::Fine
}

/// Removes the container. An engine that was lost is not waited for: should it be back, it answers at once.
async fn removed(engine: &Engine, id: &str, ending: &Ending) -> Result<(), EngineError> {
    match ending {
        Ending::EngineLost(_) => {
            let gone = tokio::time::timeout(SOON, engine.remove(id)).await;
            gone.unwrap_or(Err(EngineError::Silent(SOON)))
        }
        _ => engine.remove(id).await,
    }
}

/// The finding for output that may not be whole.
pub(super) fn output_lost(output: Delivered, of: &str) -> Option<Finding> {
    match output {
        Delivered::Whole => None,
        Delivered::Doubtful => {
            let message = format!("the output's stream ended before the {of} did: bytes may be missing");
            Some(Finding::warning(Code::OutputLost, message))
        }
        Delivered::Broken => {
            let message = format!("the output's stream broke before the {of} ended: bytes are missing");
            Some(Finding::error(Code::OutputLost, message))
        }
    }
}

/// Removes the container, says what is to be said of its end, and passes its exit code on.
async fn attended(
    engine: &Engine,
    id: &str,
    remove: bool,
    (outcome, limit): (&Outcome, Option<&Limit>),
    said: &Launch,
    desk: &Desk<'_>,
) -> Exit {
    let mut findings = Findings::new();
    if let Some(finding) = output_lost(outcome.output, "container") {
        findings.push(if remove { finding } else { finding.help(format!("docker logs {id}")) });
    }
    let mut own_code = None;
    let exit = match &outcome.ending {
        Ending::Exited(exit) => {
            if exit.out_of_memory {
                desk.ui.note("the kernel killed the container for memory: raise --memory");
            }
            let code = u8::try_from(exit.code & 0xff).unwrap_or(u8::MAX);
            own_code = Some(code);
            match limit.filter(|_| outcome.over_limit) {
                Some(limit) => {
                    findings.insert(0, limit.while_running(exit.code));
                    Exit::TimeLimit
                }
                None if outcome.output == Delivered::Broken => Exit::Launch,
                None => Exit::Code(code),
            }
        }
        Ending::Detached => Exit::Fine,
        // The engine reaches every container.
        Ending::OutOfReach => Exit::Launch,
        Ending::PipeClosed => Exit::PipeClosed,
        Ending::OutputFailed(why) => {
            let message =
                format!("the container's output cannot be written: {why}; the container was stopped");
            findings.push(Finding::error(Code::OutputClosed, message));
            Exit::Launch
        }
        Ending::EngineLost(why) => {
            let message = "the engine went away while the container ran; its exit code is unknown";
            let finding = Finding::error(Code::EngineLost, message).noted(why.clone());
            let line = if remove { "docker rm -fv" } else { "docker inspect" };
            findings.push(finding.help(format!("once it is back: {line} {id}")));
            Exit::Launch
        }
    };
    let runs_again = matches!(&outcome.ending, Ending::Exited(exit) if exit.runs_again);
    if remove && runs_again {
        desk.ui.note(&format!("the container was started again meanwhile and runs on{SWEPT}"));
    } else if remove
        && let Err(error) = removed(engine, id, &outcome.ending).await
        && !matches!(outcome.ending, Ending::EngineLost(_))
    {
        let finding = error.finding("remove the container", engine.endpoint());
        findings.push(Finding { code: Code::CleanupFailed, ..finding }.help(format!("docker rm -fv {id}")));
    }
    Report::ended(id, own_code, &findings).write(said, desk);
    desk.refuse(&findings, exit)
}
