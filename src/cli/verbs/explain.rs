//! `dynrun explain [CODE]`.

use super::arguments::examples;
use crate::cli::launch::{self, LogLevel};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// `dynrun explain [CODE]`.
pub(super) fn command() -> Command {
    let code = Arg::new("CODE").help("Code of an error, such as port-taken; none: the list of codes");
    launch::base("explain", "dynrun explain [CODE]").arg(code).after_help(examples(&[
        ("dynrun explain port-taken", "what it means, and what mends it"),
        ("dynrun explain", "the list of codes"),
    ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let code = matches.get_one::<String>("CODE").cloned();
    Ok(Invocation { verb: Verb::Explain(code), log_level: LogLevel::Info })
}
