//! `dynrun inspect CONTAINER`.

use super::arguments::{engine_arguments, examples, read_subject, subject};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun inspect` is asked.
#[derive(Debug)]
pub struct Inspect {
    /// The options of this call.
    pub call: Call,
    /// The container, or the service.
    pub container: String,
}

/// `dynrun inspect CONTAINER`.
pub(super) fn command() -> Command {
    launch::base("inspect", "dynrun inspect [OPTIONS] CONTAINER|SERVICE")
        .arg(subject())
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun inspect gw", "what was asked for, beside what there is"),
            ("dynrun inspect gw --format json", "the same, for a program"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let inspect = Inspect { call: launch::call(matches), container: read_subject(matches) };
    Ok(Invocation { verb: Verb::Inspect(inspect), log_level: launch::log_level(matches) })
}
