//! `dynrun stop CONTAINER...`.

use super::arguments::{each_once, engine_arguments, examples, subject};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun stop` is asked.
#[derive(Debug)]
pub struct Stop {
    /// The options of this call.
    pub call: Call,
    /// The containers, by name or id, or services.
    pub containers: Vec<String>,
    /// Seconds between SIGTERM and SIGKILL; the container's own grace, if not said.
    pub seconds: Option<i32>,
}

/// `dynrun stop CONTAINER...`.
pub(super) fn command() -> Command {
    launch::base("stop", "dynrun stop [OPTIONS] CONTAINER...")
        .arg(subject().num_args(1..))
        .arg(time())
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun stop gw", "by its name"),
            ("dynrun stop -t 30 gateway", "the one of this service, in 30 seconds"),
        ]))
}

/// The time that a container has to end.
pub(super) fn time() -> Arg {
    Arg::new("time")
        .long("time")
        .short('t')
        .value_name("SECONDS")
        .value_parser(clap::value_parser!(i32).range(-1..))
        .allow_negative_numbers(true)
        .help("Seconds between SIGTERM and SIGKILL; -1 waits for ever")
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let containers = each_once(matches, "CONTAINER");
    let seconds = matches.get_one::<i32>("time").copied();
    let stop = Stop { call: launch::call(matches), containers, seconds };
    Ok(Invocation { verb: Verb::Stop(stop), log_level: launch::log_level(matches) })
}
