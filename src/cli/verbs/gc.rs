//! `dynrun gc`.

use super::arguments::{engine_arguments, examples, switch};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun gc` is asked.
#[derive(Debug)]
pub struct Gc {
    /// The options of this call.
    pub call: Call,
    /// Whether to remove nothing, and say what would be.
    pub dry_run: bool,
}

/// `dynrun gc`.
pub(super) fn command() -> Command {
    launch::base("gc", "dynrun gc [OPTIONS]")
        .arg(switch("dry-run", "Remove nothing; print what would be removed"))
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun gc --dry-run", "what is left, and whether it is anybody's"),
            ("dynrun gc", "remove what is provably nobody's"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let gc = Gc { call: launch::call(matches), dry_run: matches.get_flag("dry-run") };
    Ok(Invocation { verb: Verb::Gc(gc), log_level: launch::log_level(matches) })
}
