//! argv into what the user said: a verb, the call's own options, and a layer of launch options in which
//! everything is optional. No file and no variable is read here, and no default is known.

mod clap_error;
mod command_line;
mod completion;
mod help;
mod launch;
mod man;
mod run_sh;
mod verbs;

pub use completion::{Answer, Candidate, Goal, Line, Question, SHELLS, Shell, What, Wish};
pub use launch::{Call, DryRun, Format, Launch, LogLevel, Preflight};
pub use man::{ManPage, man_page, man_pages};
pub use run_sh::{HABITS, Takes as RunShTakes, parse_run_sh, run_sh_option};
pub use verbs::{
    CheckQuery, ConfigQuery, Down, ExportQuery, ExportTarget, Extract, FOR_ONE, Gc, ImportFrom, ImportQuery,
    Inspect, Logs, Man, Ports, Probe, ProfileQuery, ProfileSubject, Ps, Rm, ShellQuery, Stop, Up, Update,
    VERBS, VerbRow,
};

use crate::finding::{Code, Finding, Findings, nearest};
use crate::values::Roots;
use std::ffi::OsString;

/// What to do.
#[derive(Debug)]
pub enum Verb {
    /// Launch a container.
    Run(Box<Launch>),
    /// Launch a stack.
    Up(Box<Up>),
    /// Take a stack down.
    Down(Down),
    /// Put a newer container in the place of one.
    Update(Box<Update>),
    /// Open a shell.
    Shell(Box<ShellQuery>),
    /// Check a launch, and touch nothing.
    Check(Box<CheckQuery>),
    /// Look at engine and machine.
    Doctor(Box<Call>),
    /// Print the settled options of a launch.
    Config(Box<ConfigQuery>),
    /// List profiles, show one, or print the schema of a file.
    Profile(Box<ProfileQuery>),
    /// Explain a code of an error.
    Explain(Option<String>),
    /// Say who holds which port.
    Ports(Ports),
    /// Ask a service what it is there for.
    Probe(Probe),
    /// List the containers that dynrun launched.
    Ps(Ps),
    /// Print what a container has written.
    Logs(Logs),
    /// Show what was asked for beside what the engine has.
    Inspect(Inspect),
    /// Stop containers.
    Stop(Stop),
    /// Remove containers.
    Rm(Rm),
    /// Remove what launches have left that nobody owns.
    Gc(Gc),
    /// Write a launch down for another launcher.
    Export(Box<ExportQuery>),
    /// Copy a file or a folder out of an image.
    Extract(Box<Extract>),
    /// Read what another launcher launches into a file's sections.
    Import(Box<ImportQuery>),
    /// Print pages of the manual.
    Man(Man),
    /// Print the completion script of a shell.
    Completions(&'static Shell),
    /// Answer the completion script of a shell; none where it asks nothing that can be answered.
    Complete(Option<Question>),
    /// Serve the built-in gateway.
    StateGateway,
    /// Print help.
    Help(String),
    /// Print the version.
    Version,
    /// A first word that is no verb.
    Unknown(String),
}

/// A verb and how much is to be said on the way.
#[derive(Debug)]
pub struct Invocation {
    /// What to do.
    pub verb: Verb,
    /// How much is said on standard error.
    pub log_level: LogLevel,
}

/// A command line that cannot be followed.
#[derive(Debug)]
pub struct UsageError {
    /// What is wrong with it.
    pub findings: Findings,
    /// Whether a launch was meant: then the exit code is a launch's.
    pub is_launch: bool,
}

/// The options that may stand before a verb.
const BEFORE_VERB: &[&str] = &["--config", "--profile", "--context", "--host", "--log-level"];

/// Reads the arguments that follow the program's name; relative paths start from the roots.
///
/// # Errors
/// The arguments do not follow the grammar; every fault that can be told apart is named.
pub fn parse(argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    if argv.first().is_some_and(|word| word == completion::VERB) {
        let verb = Verb::Complete(Question::read(&argv[1..]));
        return Ok(Invocation { verb, log_level: LogLevel::Error });
    }
    let (before, word) = split_at_verb(argv);
    let quiet = |verb| Invocation { verb, log_level: LogLevel::Info };
    let Some(word) = word else {
        return if asks_for_help(argv) {
            Ok(quiet(Verb::Help(verbs::top_help())))
        } else if argv.iter().any(|word| word == "--version" || word == "-V") && argv.len() == 1 {
            Ok(quiet(Verb::Version))
        } else {
            launch_without_verb(argv, roots)
        };
    };
    let rest: Vec<OsString> = before.iter().chain(&argv[before.len() + 1..]).cloned().collect();
    match VERBS.iter().find(|verb| verb.name == word) {
        Some(verb) => verb.parse(&rest, roots),
        None if word == "help" => match rest.split_first() {
            None => Ok(quiet(Verb::Help(verbs::top_help()))),
            Some((verb, _)) => match VERBS.iter().find(|known| *verb == known.name) {
                Some(known) => known.parse(&["--help".into()], roots),
                None => Ok(quiet(Verb::Unknown(verb.to_string_lossy().into_owned()))),
            },
        },
        None => Ok(quiet(Verb::Unknown(word.to_owned()))),
    }
}

/// The verbs that end or take away what is there.
const ENDING: [&str; 4] = ["down", "gc", "rm", "stop"];

/// The verb nearest to a word. One that takes something away is meant where no other can be: `rn` is `run`.
#[must_use]
pub fn nearest_verb(word: &str) -> Option<&'static str> {
    let verbs = || VERBS.iter().map(|verb| verb.name);
    nearest(word, verbs().filter(|verb| !ENDING.contains(verb))).or_else(|| nearest(word, verbs()))
}

/// No arguments at all, or a lone `-h` or `--help`.
fn asks_for_help(argv: &[OsString]) -> bool {
    match argv {
        [] => true,
        [.., last] => last == "-h" || (argv.len() == 1 && last == "--help"),
    }
}

/// The options before the verb, and the verb; none where another option comes first.
fn split_at_verb(argv: &[OsString]) -> (&[OsString], Option<&str>) {
    let mut at = 0;
    while let Some(word) = argv.get(at).and_then(|word| word.to_str()) {
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        if !word.starts_with('-') || word == "-" {
            return (&argv[..at], Some(word));
        }
        if !BEFORE_VERB.contains(&name) {
            break;
        }
        at += if word.contains('=') { 1 } else { 2 };
    }
    (argv, None)
}

/// `dynrun [OPTIONS] [-- COMMAND]`: the default service. A word where a service would stand is a misplaced verb.
fn launch_without_verb(argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let mut invocation = launch::parse_without_verb(argv, roots)?;
    let Verb::Run(launch) = &mut invocation.verb else {
        return Ok(invocation);
    };
    let Some(word) = launch.positional.take() else {
        return Ok(invocation);
    };
    let is_verb = VERBS.iter().any(|verb| verb.name == word);
    if !is_verb && let Some(finding) = launch.stray_value() {
        return Err(UsageError { findings: vec![finding], is_launch: true });
    }
    if !is_verb && launch.joined.is_some() {
        let finding = Finding::error(Code::UnknownVerb, format!("there is no verb `{word}`"));
        return Err(UsageError { findings: vec![launch.or_joined(finding)], is_launch: true });
    }
    if !is_verb {
        return Ok(Invocation { verb: Verb::Unknown(word), log_level: invocation.log_level });
    }
    let first = argv.iter().filter_map(|word| word.to_str()).find(|word| {
        let name = word.split_once('=').map_or(*word, |(name, _)| name);
        word.starts_with('-') && !BEFORE_VERB.contains(&name)
    });
    let option = first.unwrap_or_default();
    let finding = Finding::error(Code::Usage, format!("`{option}` stands before the verb `{word}`"))
        .help(format!("options follow the verb: dynrun {word} {option} ..."))
        .help(format!("before a verb only {} may stand", BEFORE_VERB.join(" ")));
    Err(UsageError { findings: vec![finding], is_launch: word == "run" })
}
