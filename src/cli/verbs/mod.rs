//! The table of verbs. One row declares a verb; its place in help, its parser and its completion come from the row.

mod arguments;
mod check;
mod completions;
mod config;
mod explain;
mod export;
mod extract;
mod gc;
mod import;
mod inspect;
mod logs;
mod man;
mod ports;
mod probe;
mod profile;
mod ps;
mod rm;
mod shell;
mod stop;
mod up;
mod update;

pub use check::CheckQuery;
pub use config::ConfigQuery;
pub use export::{ExportQuery, ExportTarget};
pub use extract::Extract;
pub use gc::Gc;
pub use import::{ImportFrom, ImportQuery};
pub use inspect::Inspect;
pub use logs::Logs;
pub use man::Man;
pub use ports::Ports;
pub use probe::Probe;
pub use profile::{ProfileQuery, ProfileSubject};
pub use ps::Ps;
pub use rm::Rm;
pub use shell::ShellQuery;
pub use stop::Stop;
pub use up::{Down, FOR_ONE, Up};
pub use update::Update;

use super::help;
use super::launch::{self, LogLevel, Parsed};
use super::{Invocation, UsageError, Verb};
use crate::values::Roots;
use arguments::{engine_arguments, examples};
use clap::{ArgMatches, Command};
use std::ffi::OsString;
use std::fmt::Write as _;

/// A verb.
#[derive(Debug)]
pub struct VerbRow {
    /// The word.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Whether it launches: then wrong usage exits with a launch's code.
    is_launch: bool,
    /// Its options and arguments; the one that prints help comes to all.
    pub(super) command: fn() -> Command,
    /// What was asked, out of clap's matches and the arguments.
    read: fn(&ArgMatches, &[OsString], Roots<'_>) -> Result<Invocation, UsageError>,
}

/// The verbs, in the order of help.
pub const VERBS: &[VerbRow] = &[
    VerbRow {
        name: "run",
        about: "Launch a service in a container",
        is_launch: true,
        command: run,
        read: launch::read,
    },
    VerbRow {
        name: "up",
        about: "Launch a stack: several services, in the order of what they need",
        is_launch: true,
        command: up::command,
        read: up::read,
    },
    VerbRow {
        name: "down",
        about: "Stop and remove the containers of a stack, and its network",
        is_launch: false,
        command: up::command_down,
        read: up::read_down,
    },
    VerbRow {
        name: "shell",
        about: "Open a shell: in the running container, or in a new one",
        is_launch: true,
        command: shell::command,
        read: shell::read,
    },
    VerbRow {
        name: "check",
        about: "Check a launch against machine and engine, and touch nothing",
        is_launch: false,
        command: check::command,
        read: check::read,
    },
    VerbRow {
        name: "doctor",
        about: "Look at engine and machine, and say what will be in the way",
        is_launch: false,
        command: doctor,
        read: |matches, _, _| {
            let call = Box::new(launch::call(matches));
            Ok(Invocation { verb: Verb::Doctor(call), log_level: launch::log_level(matches) })
        },
    },
    VerbRow {
        name: "config",
        about: "Print the settled options of a launch, and where each was said",
        is_launch: false,
        command: config::command,
        read: config::read,
    },
    VerbRow {
        name: "profile",
        about: "List profiles, show what one says, or print a file's schema",
        is_launch: false,
        command: profile::command,
        read: profile::read,
    },
    VerbRow {
        name: "schema",
        about: "Print the JSON Schema of a configuration file, for editors",
        is_launch: false,
        command: profile::schema,
        read: profile::read_schema,
    },
    VerbRow {
        name: "ports",
        about: "Say who holds which port: process, container, service",
        is_launch: false,
        command: ports::command,
        read: ports::read,
    },
    VerbRow {
        name: "ps",
        about: "List the containers that dynrun launched",
        is_launch: false,
        command: ps::command,
        read: ps::read,
    },
    VerbRow {
        name: "logs",
        about: "Print what a container has written",
        is_launch: false,
        command: logs::command,
        read: logs::read,
    },
    VerbRow {
        name: "inspect",
        about: "Show what was asked for beside what the engine has",
        is_launch: false,
        command: inspect::command,
        read: inspect::read,
    },
    VerbRow {
        name: "stop",
        about: "Stop containers",
        is_launch: false,
        command: stop::command,
        read: stop::read,
    },
    VerbRow {
        name: "rm",
        about: "Remove containers",
        is_launch: false,
        command: rm::command,
        read: rm::read,
    },
    VerbRow {
        name: "update",
        about: "Put a newer container in the place of one that runs",
        is_launch: true,
        command: update::command,
        read: update::read,
    },
    VerbRow {
        name: "gc",
        about: "Remove what launches have left that were killed: what is provably nobody's",
        is_launch: false,
        command: gc::command,
        read: gc::read,
    },
    VerbRow {
        name: "probe",
        about: "Ask a service what it is there for, and tell what it answers",
        is_launch: false,
        command: probe::command,
        read: probe::read,
    },
    VerbRow {
        name: "extract",
        about: "Copy a file or a folder out of an image, without starting it",
        is_launch: false,
        command: extract::command,
        read: extract::read,
    },
    VerbRow {
        name: "import",
        about: "Turn docker lines, containers and compose files into services",
        is_launch: false,
        command: import::command,
        read: import::read,
    },
    VerbRow {
        name: "export",
        about: "Print a launch for docker, for compose or for Kubernetes",
        is_launch: false,
        command: export::command,
        read: export::read,
    },
    VerbRow {
        name: "explain",
        about: "Explain a code of an error",
        is_launch: false,
        command: explain::command,
        read: explain::read,
    },
    VerbRow {
        name: "completions",
        about: "Print the completion script of a shell",
        is_launch: false,
        command: completions::command,
        read: completions::read,
    },
    VerbRow {
        name: "man",
        about: "Print a page of the manual, or write all of them",
        is_launch: false,
        command: man::command,
        read: man::read,
    },
    VerbRow {
        name: "state-gateway",
        about: "Serve the built-in gateway: what its image runs",
        is_launch: false,
        command: state_gateway,
        read: |_, _, _| Ok(Invocation { verb: Verb::StateGateway, log_level: LogLevel::Info }),
    },
];

impl VerbRow {
    /// Reads the verb's arguments.
    pub(super) fn parse(&self, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
        match launch::matches((self.command)().about(self.about), argv, self.is_launch)? {
            Parsed::Help(text) => Ok(Invocation { verb: Verb::Help(text), log_level: LogLevel::Info }),
            Parsed::Matches(matches) => (self.read)(&matches, argv, roots),
        }
    }
}

/// `dynrun run`.
fn run() -> Command {
    launch::command("run").after_help(examples(&[
        ("dynrun run gateway -d --name gw", "the state gateway, in the background"),
        ("dynrun run inference --gpus all -- bash", "a shell in an engine's image"),
        ("dynrun run gateway --dry-run", "the docker run line of it"),
    ]))
}

/// `dynrun doctor`.
fn doctor() -> Command {
    let command = launch::base("doctor", "dynrun doctor [OPTIONS]").args(engine_arguments());
    command.after_help(examples(&[
        ("dynrun doctor", "what will be in the way here"),
        ("dynrun doctor --host ssh://me@box --format json", "the same there, for a program"),
    ]))
}

/// `dynrun state-gateway`.
fn state_gateway() -> Command {
    let example = ("dynrun state-gateway", "serve it here, without a container");
    launch::base("state-gateway", "dynrun state-gateway").after_help(examples(&[example]))
}

/// The help of `dynrun` alone.
pub(super) fn top_help() -> String {
    let mut text = String::from(
        "dynrun launches inference gateways and engines in containers, through the\nDocker Engine API.\n\n\
         usage: dynrun [OPTIONS] [-- COMMAND...]      launch the default service\n\
         \x20      dynrun VERB [OPTIONS] [ARGUMENTS]\n\nverbs:\n",
    );
    text.push_str(&help::lines(VERBS.iter().map(|verb| (verb.name, verb.about))));
    let _ = write!(text, "\n{}\n", top_examples());
    text.push_str(
        "\n`dynrun VERB --help` lists the options that most launches need, `--help-all`\nall; \
         `dynrun explain CODE` explains an error.\n",
    );
    text
}

/// Its examples.
pub(super) fn top_examples() -> String {
    examples(&[
        ("dynrun --network bridge -p 9999:9999/udp", "the state gateway, in the foreground"),
        ("dynrun run gateway -d --name gw", "the same, in the background"),
        ("dynrun run gateway --dry-run", "the docker run line that would do it"),
    ])
}
