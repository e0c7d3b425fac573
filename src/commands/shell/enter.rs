//! A shell, or a command, in a container that runs: started, attended to, and what is said of its end.

use super::SHELLS;
use super::target::Place;
use crate::cli::ShellQuery;
use crate::commands::planned::decide_detach_keys;
use crate::commands::report::Report;
use crate::commands::{Desk, Exit, dry_run, run, signals};
use crate::engine::{Engine, ExecError, Started};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::session::{self, Attended, Delivered, Ending, Outcome, Signals, Streams};
use crate::spec::{ExecSpec, exec, launch_only};
use crate::values::SecretNames;
use std::time::Duration;
use tokio::time::timeout;

/// The code of a process that was killed: by somebody, or with all others of its container.
const KILLED: u8 = 137;
/// How long after its processes a container may end.
const SOON: Duration = Duration::from_secs(2);

/// Runs the shell, or prints the line that would.
pub(super) async fn enter(
    place: &Place,
    query: &ShellQuery,
    secrets: &SecretNames,
    engine: &Engine,
    desk: &Desk<'_>,
) -> Exit {
    if let Some(finding) = for_a_launch(place, query, secrets) {
        return run::refused(&[finding], &query.launch, desk);
    }
    if query.launch.call.dry_run.is_some() {
        return shown(&place.name, query, secrets, desk);
    }
    let spec = match decided(query, secrets, desk) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    if let (Some(finding), false) = (spec.without_terminal(), desk.host.stdin_is_terminal) {
        return run::refused(&[finding], &query.launch, desk);
    }
    let mut signals = match signals() {
        Ok(signals) => signals,
        Err(finding) => return run::refused(&[finding], &query.launch, desk),
    };
    let starting = started(place, &spec, query, engine);
    let started = tokio::select! {
        started = starting => started,
        signal = called_off(&mut signals) => Err(left(place, signal)),
    };
    let started = match started {
        Ok(started) => started,
        Err((finding, exit)) => {
            Report::failed("launch", std::slice::from_ref(&finding)).write(&query.launch, desk);
            return desk.refuse(&[finding], exit);
        }
    };
    let keys = spec.options.detach_keys.get();
    let streams = Streams {
        stdin: spec.stdin(),
        stdout: true,
        stderr: true,
        tty: spec.tty(),
        signals: true,
        detach_keys: keys.map(|keys| keys.bytes().to_vec()).unwrap_or_default(),
    };
    let (attended, held) = Attended::to(started, query.launch.command.is_empty());
    let tell = |notice| desk.tell(notice);
    let outcome = session::attend(engine, &attended, held, (streams, None), &mut signals, &tell).await;
    ended(place, &outcome, query, engine, desk).await
}

/// Completes with the signal that calls a start off.
async fn called_off(signals: &mut Signals) -> i32 {
    loop {
        let signal = signals.next().await;
        if run::ends_a_launch(signal) {
            return signal;
        }
    }
}

/// What is said of a command whose start was called off: nobody can take it back.
fn left(place: &Place, signal: i32) -> (Finding, Exit) {
    let message =
        format!("a signal came before the command was started in {}: it may be started yet", place.name);
    let finding = Finding::warning(Code::Interrupted, message);
    let code = u8::try_from(128 + signal).unwrap_or(u8::MAX);
    (finding.help(format!("see what runs there: docker top {}", place.name)), Exit::Code(code))
}

/// The finding for options that only a launch can follow, where a running container is entered.
fn for_a_launch(place: &Place, query: &ShellQuery, secrets: &SecretNames) -> Option<Finding> {
    let mut others = launch_only(&query.launch.options, secrets);
    if let (Some(profile), None) = (&query.launch.call.profile, &place.service) {
        others.push((format!("--profile {profile}"), Origin::Flag("--profile".to_owned())));
    }
    if others.is_empty() {
        return None;
    }
    let Place { name, service, .. } = place;
    let message = format!("{name} runs already: what is said of a launch cannot be followed in it");
    let finding =
        others.iter().fold(Finding::error(Code::AlreadyRunning, message), |finding, (words, origin)| {
            finding.asked(words, origin)
        });
    let new = service
        .as_ref()
        .map_or("dynrun shell --new ...".to_owned(), |service| format!("dynrun shell {service} --new ..."));
    Some(
        finding
            .help(format!("enter it as it is: dynrun shell {name}"))
            .help(format!("or launch a new one with them: {new}")),
    )
}

/// The shell or command as it is to run; the first of the shells.
fn decided(query: &ShellQuery, secrets: &SecretNames, desk: &Desk<'_>) -> Result<ExecSpec, Exit> {
    let launch = &query.launch;
    let command = match launch.command.is_empty() {
        true => vec![SHELLS[0].to_owned()],
        false => launch.command.clone(),
    };
    match exec(&launch.options, command, secrets.clone(), desk.host) {
        Ok((mut spec, findings)) => {
            desk.ui.findings(&findings);
            let is_typed_to = spec.stdin() && spec.tty();
            decide_detach_keys(&mut spec.options, is_typed_to, desk)
                .map_err(|finding| run::refused(&[finding], launch, desk))?;
            Ok(spec)
        }
        Err(findings) => Err(run::refused(&findings, launch, desk)),
    }
}

/// Prints the line of docker's client that does the same, or the request.
pub(super) fn shown(name: &str, query: &ShellQuery, secrets: &SecretNames, desk: &Desk<'_>) -> Exit {
    let spec = match decided(query, secrets, desk) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    if query.launch.command.is_empty() {
        let [best, others @ ..] = SHELLS;
        desk.ui.assumed(&format!("{name} has {best} (without it, {} is taken)", others.join(" or ")));
    }
    dry_run::exec(&spec, name, &query.launch, desk)
}

/// Starts it. Of the shells the first one that the container has.
async fn started(
    place: &Place,
    spec: &ExecSpec,
    query: &ShellQuery,
    engine: &Engine,
) -> Result<Started, (Finding, Exit)> {
    let others: &[&str] = if query.launch.command.is_empty() { &SHELLS[1..] } else { &[] };
    let (mut spec, mut others) = (spec.clone(), others.iter());
    loop {
        let (code, words) = match engine.exec(&place.id, &spec).await {
            Ok(started) => return Ok(started),
            Err(ExecError::Engine(error)) => {
                let doing = format!("start a command in {}", place.name);
                return Err((error.finding(&doing, engine.endpoint()), Exit::Launch));
            }
            Err(ExecError::NotStarted { code, words }) => (code, words),
        };
        let program = spec.command.first().map_or("", String::as_str);
        match others.next().filter(|_| words.contains(program)) {
            Some(other) => spec.command = vec![(*other).to_owned()],
            None => {
                let code = u8::try_from(code & 0xff).unwrap_or(u8::MAX);
                let is_shell = query.launch.command.is_empty();
                return Err((not_started(place, program, is_shell, &words), Exit::Code(code)));
            }
        }
    }
}

/// The words of an engine that did not find a program, be it in the folders of PATH or where its path says.
const MISSING: [&str; 2] = ["executable file not found", "no such file or directory"];

/// The finding for a program that cannot be started, in the engine's words.
fn not_started(place: &Place, program: &str, is_shell: bool, words: &str) -> Finding {
    let name = &place.name;
    let said = format!("the engine says: {words}");
    let is_missing = words.contains(program) && MISSING.iter().any(|missing| words.contains(missing));
    match (is_missing, is_shell) {
        (true, true) => {
            let message = format!("there is no shell in {name}: neither {}", SHELLS.join(" nor "));
            Finding::error(Code::CommandNotFound, message)
                .noted(said)
                .help(format!("run a program that it has: dynrun shell {name} -- PROGRAM"))
                .help("or a shell beside an engine: dynrun shell inference --new")
        }
        (true, false) => {
            Finding::error(Code::CommandNotFound, format!("{program} was not found in {name}")).noted(said)
        }
        (false, _) => {
            let message = format!("{program} cannot be started in {name}");
            Finding::error(Code::CommandNotInvocable, message).noted(said)
        }
    }
}

/// Says what is to be said of the end, and passes the exit code on.
async fn ended(
    place: &Place,
    outcome: &Outcome,
    query: &ShellQuery,
    engine: &Engine,
    desk: &Desk<'_>,
) -> Exit {
    let name = &place.name;
    let mut findings = Findings::new();
    let lost = run::output_lost(outcome.output, "command");
    findings.extend(lost.filter(|_| outcome.ending != Ending::OutOfReach));
    let mut own_code = None;
    let exit = match &outcome.ending {
        Ending::Exited(exit) => {
            let code = u8::try_from(exit.code & 0xff).unwrap_or(u8::MAX);
            own_code = Some(code);
            if code == KILLED && has_ended(place, engine).await {
                desk.ui.note(&format!("the container {name} has ended, and with it what ran in it"));
            }
            if outcome.output == Delivered::Broken { Exit::Launch } else { Exit::Code(code) }
        }
        Ending::Detached => return detached(place, query, desk),
        Ending::PipeClosed => Exit::PipeClosed,
        Ending::OutputFailed(why) => {
            let message = format!("the output cannot be written: {why}; the command was stopped");
            findings.push(Finding::error(Code::OutputClosed, message));
            Exit::Launch
        }
        Ending::EngineLost(why) => {
            let message = "the engine went away while the command ran; its exit code is unknown";
            findings.push(Finding::error(Code::EngineLost, message).noted(why.clone()));
            Exit::Launch
        }
        Ending::OutOfReach => {
            let message = format!("what was started in {name} is out of reach, and may run on");
            let finding = Finding::error(Code::OutOfReach, message)
                .noted("the engine's API cannot end it, and its process is not on this machine");
            findings.push(finding.help(format!("see what runs there: docker top {name}")));
            Exit::Launch
        }
    };
    Report::ended(&place.id, own_code, &findings).write(&query.launch, desk);
    desk.refuse(&findings, exit)
}

/// Whether the container has ended. The engine tells of its processes first.
async fn has_ended(place: &Place, engine: &Engine) -> bool {
    match timeout(SOON, engine.rewait(&place.id)).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => error.is_status(404),
        Err(_) => false,
    }
}

/// Says what becomes of what the caller has detached from.
fn detached(place: &Place, query: &ShellQuery, desk: &Desk<'_>) -> Exit {
    let name = &place.name;
    if desk.host.stdout_is_terminal && desk.host.stderr_is_terminal {
        desk.ui.new_line();
    }
    desk.ui.note(&format!("detached; what was started in {name} runs on, and nobody can come back to it"));
    desk.ui.note(&format!("see it: docker top {name}; its end: that of the container, or a kill in it"));
    Report::launched(&place.id).write(&query.launch, desk);
    Exit::Fine
}
