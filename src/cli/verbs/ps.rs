//! `dynrun ps`.

use super::arguments::{engine_arguments, examples, switch};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun ps` is asked.
#[derive(Debug)]
pub struct Ps {
    /// The options of this call.
    pub call: Call,
    /// Whether those that do not run are meant, too.
    pub all: bool,
    /// Whether their ids alone are printed.
    pub quiet: bool,
}

/// `dynrun ps`.
pub(super) fn command() -> Command {
    launch::base("ps", "dynrun ps [OPTIONS]")
        .arg(switch("all", "List those that do not run, too").short('a'))
        .arg(switch("quiet", "Print their ids alone").short('q'))
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun ps", "what runs"),
            ("dynrun ps -aq", "the ids of all, for a script"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let ps =
        Ps { call: launch::call(matches), all: matches.get_flag("all"), quiet: matches.get_flag("quiet") };
    Ok(Invocation { verb: Verb::Ps(ps), log_level: launch::log_level(matches) })
}
