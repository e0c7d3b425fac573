//! `dynrun completions SHELL`.

use super::arguments::examples;
use crate::cli::launch::{self, LogLevel};
use crate::cli::{Invocation, SHELLS, UsageError, Verb};
use crate::finding::{Code, Finding};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// `dynrun completions SHELL`.
pub(super) fn command() -> Command {
    let shells = SHELLS.iter().map(|shell| shell.name).collect::<Vec<_>>();
    let shell = Arg::new("SHELL").required(true).value_parser(shells).hide_possible_values(true);
    let names = SHELLS.iter().map(|shell| shell.name).collect::<Vec<_>>().join(", ");
    launch::base("completions", "dynrun completions SHELL")
        .arg(shell.help(format!("One of {names}")))
        .after_help(examples(&[
            ("source <(dynrun completions bash)", "in ~/.bashrc"),
            ("dynrun completions zsh >~/.zfunc/_dynrun", "once, for zsh"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let name = matches.get_one::<String>("SHELL");
    match SHELLS.iter().find(|shell| name.is_some_and(|name| name == shell.name)) {
        Some(shell) => Ok(Invocation { verb: Verb::Completions(shell), log_level: LogLevel::Info }),
        None => {
            let finding = Finding::error(Code::Usage, "SHELL is missing");
            Err(UsageError { findings: vec![finding], is_launch: false })
        }
    }
}
