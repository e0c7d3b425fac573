//! The table of verbs. One row declares a verb; its place in help, its parser and its completion come from the row.

mod arguments;
mod check;
mod completions;
mod config;
mod explain;
mod export;
mod gc;
mod import;
mod inspect;
mod logs;
mod ports;
mod probe;
mod ps;
mod shell;
mod stop;

pub use check::CheckQuery;
pub use config::ConfigQuery;
pub use export::{ExportQuery, ExportTarget};
pub use gc::Gc;
pub use import::{ImportFrom, ImportQuery};
pub use inspect::Inspect;
pub use logs::Logs;
pub use ports::Ports;
pub use probe::Probe;
pub use ps::Ps;
pub use shell::ShellQuery;
pub use stop::Stop;

use super::launch::{self, LogLevel, Parsed};
use super::{Invocation, UsageError, Verb};
use crate::values::Roots;
use arguments::engine_arguments;
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
        command: || launch::command("run"),
        read: launch::read,
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
        about: "Check a launch against this machine and the engine, and touch nothing",
        is_launch: false,
        command: check::command,
        read: check::read,
    },
    VerbRow {
        name: "doctor",
        about: "Look at engine and machine, and say what will be in the way",
        is_launch: false,
        command: || launch::base("doctor", "dynrun doctor [OPTIONS]").args(engine_arguments()),
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
        name: "gc",
        about: "Remove what launches have left that were killed: what is provably nobody's",
        is_launch: false,
        command: gc::command,
        read: gc::read,
    },
    VerbRow {
        name: "probe",
        about: "Send states to a gateway and read back what it holds",
        is_launch: false,
        command: probe::command,
        read: probe::read,
    },
    VerbRow {
        name: "import",
        about: "Read docker run lines, scripts, containers and compose files into a file of dynrun's",
        is_launch: false,
        command: import::command,
        read: import::read,
    },
    VerbRow {
        name: "export",
        about: "Write a launch as a docker run line, a compose file, or for Kubernetes",
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
        name: "state-gateway",
        about: "Serve the built-in gateway: what its image runs",
        is_launch: false,
        command: || launch::base("state-gateway", "dynrun state-gateway"),
        read: |_, _, _| Ok(Invocation { verb: Verb::StateGateway, log_level: LogLevel::Info }),
    },
];

impl VerbRow {
    /// Reads the verb's arguments.
    pub(super) fn parse(&self, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
        match launch::matches((self.command)(), argv, self.is_launch)? {
            Parsed::Help(text) => Ok(Invocation { verb: Verb::Help(text), log_level: LogLevel::Info }),
            Parsed::Matches(matches) => (self.read)(&matches, argv, roots),
        }
    }
}

/// The help of `dynrun` alone.
pub(super) fn top_help() -> String {
    let mut text = String::from(
        "dynrun launches inference gateways and engines in containers, through the Docker Engine API.\n\n\
         usage: dynrun [OPTIONS] [-- COMMAND...]      launch the default service\n\
         \x20      dynrun VERB [OPTIONS] [ARGUMENTS]\n\nverbs:\n",
    );
    for VerbRow { name, about, .. } in VERBS {
        let _ = writeln!(text, "  {name:<15}{about}");
    }
    text.push_str(
        "\nexamples:\n\
         \x20 dynrun --network bridge -p 9999:9999/udp     the state gateway, in the foreground\n\
         \x20 dynrun run gateway -d --name gw              the same, in the background\n\
         \x20 dynrun run gateway --dry-run                 the docker run line that would do it\n\
         \x20 dynrun config gateway --origin               every settled option, and where it was said\n\
         \n`dynrun VERB --help` lists the options of a verb; `dynrun explain CODE` explains an error.\n",
    );
    text
}
