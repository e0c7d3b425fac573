//! `dynrun rm CONTAINER...`.

use super::arguments::{each_once, engine_arguments, examples, subject, switch};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun rm` is asked.
#[derive(Debug)]
pub struct Rm {
    /// The options of this call.
    pub call: Call,
    /// The containers, by name or id, or services.
    pub containers: Vec<String>,
    /// Whether one that runs is killed first, and one that is missing is no error.
    pub force: bool,
    /// Whether its anonymous volumes go with it.
    pub volumes: bool,
}

/// `dynrun rm CONTAINER...`.
pub(super) fn command() -> Command {
    launch::base("rm", "dynrun rm [OPTIONS] CONTAINER...")
        .arg(subject().num_args(1..))
        .arg(switch("force", "Kill those that run; one that is missing is no error").short('f'))
        .arg(switch("volumes", "Remove their anonymous volumes, too").short('v'))
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun rm gw", "remove a container that has ended"),
            ("dynrun rm -f gw", "kill it first, where it runs"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let containers = each_once(matches, "CONTAINER");
    let (force, volumes) = (matches.get_flag("force"), matches.get_flag("volumes"));
    let rm = Rm { call: launch::call(matches), containers, force, volumes };
    Ok(Invocation { verb: Verb::Rm(rm), log_level: launch::log_level(matches) })
}
