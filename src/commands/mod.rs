//! One file a verb, each a short recipe over the rooms.

mod check;
mod complete;
mod config;
mod doctor;
mod down;
mod dry_run;
mod exit;
mod explain;
mod export;
mod extract;
#[cfg(feature = "gateway")]
mod gateway;
mod gc;
mod import;
mod inspect;
mod launched;
mod launching;
mod limit;
mod logs;
mod lowered;
mod made_way;
mod man;
mod notice;
mod planned;
mod ports;
mod probe;
mod profile;
mod ps;
mod report;
mod rm;
mod run;
mod shell;
mod stacked;
mod stop;
mod succession;
mod up;
mod update;

pub use exit::{EXIT_CODES, Exit};

use crate::cli::{Call, Invocation, LogLevel, Preflight, Verb, nearest_verb};
use crate::config::service_names;
use crate::engine::{Asker, CredentialStore, Endpoint, Engine, Listener, Listeners, Unproven, choose};
use crate::finding::{Code, Finding, nearest};
use crate::host::{Host, Owner, ignored_signals};
use crate::preflight::{self, Checked, Moment, Scope};
use crate::ready::is_ready;
use crate::session::Signals;
use crate::sockets::{Proof, is_same_machine};
use crate::spec::LaunchSpec;
use crate::ui::{Ui, raw_line, raw_note};
use crate::values::{Ready, Value as _};
use std::future::Future;
use std::io;

/// What every verb works with.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The world around the process.
    pub host: &'a Host,
    /// How dynrun speaks.
    pub ui: &'a Ui,
    /// How much it says.
    pub log_level: LogLevel,
}

/// Does what was asked for, and says with which code to exit.
#[must_use]
pub fn run(invocation: Invocation, host: &Host, ui: &Ui) -> Exit {
    let desk = Desk { host, ui, log_level: invocation.log_level };
    match invocation.verb {
        Verb::Run(launch) => run::run(&launch, &desk),
        Verb::Up(up) => up::run(&up, &desk),
        Verb::Down(down) => down::run(&down, &desk),
        Verb::Update(update) => update::run(&update, &desk),
        Verb::Shell(query) => shell::run(&query, &desk),
        Verb::Check(query) => check::run(&query, &desk),
        Verb::Doctor(call) => doctor::run(&call, &desk),
        Verb::Config(query) => config::run(*query, &desk),
        Verb::Profile(query) => profile::run(&query, &desk),
        Verb::Explain(code) => explain::run(code.as_deref(), &desk),
        Verb::Ports(query) => ports::run(&query, &desk),
        Verb::Ps(query) => ps::run(&query, &desk),
        Verb::Logs(query) => logs::run(&query, &desk),
        Verb::Inspect(query) => inspect::run(&query, &desk),
        Verb::Stop(stop) => stop::run(&stop, &desk),
        Verb::Rm(rm) => rm::run(&rm, &desk),
        Verb::Gc(gc) => gc::run(&gc, &desk),
        Verb::Extract(query) => extract::run(&query, &desk),
        Verb::Export(query) => export::run(&query, &desk),
        Verb::Import(query) => import::run(&query, &desk),
        Verb::Probe(probe) => probe::run(&probe, &desk),
        #[cfg(feature = "gateway")]
        Verb::StateGateway => gateway::run(&desk),
        #[cfg(not(feature = "gateway"))]
        Verb::StateGateway => desk.refuse(
            &[Finding::error(Code::NotYet, "this dynrun was built without the gateway")],
            Exit::Problem,
        ),
        Verb::Man(query) => man::run(&query, &desk),
        Verb::Completions(shell) => desk.print(&shell.script(), Exit::Fine),
        Verb::Complete(question) => complete::run(question.as_ref(), &desk),
        Verb::Help(text) => desk.print(&text, Exit::Fine),
        Verb::Version => desk.print(concat!("dynrun ", env!("CARGO_PKG_VERSION")), Exit::Fine),
        Verb::Unknown(word) => unknown(&word, &desk),
    }
}

impl Desk<'_> {
    /// Says findings and exits with that code.
    fn refuse(&self, findings: &[Finding], exit: Exit) -> Exit {
        self.ui.findings(findings);
        exit
    }

    /// Prints a result and exits with that code; a result that cannot be printed is a problem.
    fn print(&self, text: &str, exit: Exit) -> Exit {
        match given(self.ui.result(text)) {
            Ok(()) => exit,
            Err(finding) => self.refuse(&[finding], Exit::Problem),
        }
    }

    /// Which engine, and a connection to it.
    async fn engine(&self, call: &Call) -> Result<Engine, Finding> {
        let endpoint: Endpoint = choose(self.host, call.host.as_deref(), call.context.as_deref())?;
        self.ui.findings(&Vec::from_iter(endpoint.in_the_clear()));
        let requests: Option<Listener> = (self.log_level >= LogLevel::Debug).then_some(raw_line);
        let stalls: Option<Listener> = (self.log_level >= LogLevel::Info).then_some(raw_note);
        let engine = Engine::connect(endpoint, Listeners { requests, stalls }).await?;
        Ok(engine.with_credentials(CredentialStore::of(self.host)))
    }

    /// A launch against this machine and the engine, as far as the call wants it checked.
    async fn checked(&self, spec: LaunchSpec, engine: &Engine, call: &Call, moment: Moment) -> Checked {
        let scope = Scope {
            is_on: call.preflight != Preflight::Off,
            only_warns: call.preflight == Preflight::Warn,
            skip: &call.skip,
            moment,
        };
        let world = preflight::World { engine, host: self.host, asker: asker(engine) };
        preflight::check(spec, scope, &world).await
    }
}

/// Who asks an engine what launches have left there.
fn asker(engine: &Engine) -> Asker {
    Asker { me: Owner::read(), shares_machine: is_same_machine(engine.peer_pid()) == Proof::Same }
}

/// Whether a container is ready by now that a dynrun has waited for which is gone.
async fn is_proven_ready(engine: &Engine, new: &Unproven) -> bool {
    let checks: Vec<Ready> = new.checks.iter().filter_map(|word| Ready::parse(word).ok()).collect();
    checks.len() == new.checks.len() && is_ready(engine, &new.id, &checks, new.within).await
}

/// The signals that are taken from now on, but for those that the caller ignored.
fn signals() -> Result<Signals, Finding> {
    Signals::take(ignored_signals())
        .map_err(|error| Finding::error(Code::Internal, format!("signals cannot be taken: {error}")))
}

/// The finding for a result that nobody could be given.
fn unwritable(error: &io::Error) -> Finding {
    Finding::error(Code::OutputClosed, format!("the result cannot be written to standard output: {error}"))
}

/// The finding for a result that could not be written. A reader that has gone has what it wanted.
fn given(written: io::Result<()>) -> Result<(), Finding> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritable(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Runs a verb that talks to an engine, on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Finding> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Finding::error(Code::Internal, format!("no runtime: {error}")))?;
    let outcome = runtime.block_on(future);
    // A thread may still sit in a read of standard input: it is not waited for.
    runtime.shutdown_background();
    Ok(outcome)
}

fn unknown(word: &str, desk: &Desk<'_>) -> Exit {
    let finding = Finding::error(Code::UnknownVerb, format!("there is no verb `{word}`"));
    let services = service_names(desk.host, &[]);
    let finding = match (nearest_verb(word), services.iter().any(|service| service == word)) {
        (_, true) => finding.help(format!("to launch the service of that name: dynrun run {word}")),
        (Some(verb), false) => finding.help(format!("did you mean dynrun {verb}?")),
        (None, false) => match nearest(word, services.iter().map(String::as_str)) {
            Some(service) => finding.help(format!("did you mean dynrun run {service}?")),
            None => finding,
        },
    };
    desk.refuse(&[finding.help("dynrun --help lists the verbs")], Exit::Usage)
}
