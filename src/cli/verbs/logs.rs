//! `dynrun logs CONTAINER`.

use super::arguments::{engine_arguments, examples, read_subject, subject, switch};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::{Moment, Roots};
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun logs` is asked.
#[derive(Debug)]
pub struct Logs {
    /// The options of this call.
    pub call: Call,
    /// The container, or the service.
    pub container: String,
    /// Whether it goes on until the container ends.
    pub follow: bool,
    /// Whether each line begins with when it was written.
    pub timestamps: bool,
    /// How many of the last lines; all, if not said.
    pub tail: Option<u64>,
    /// From when on; from its beginning, if not said.
    pub since: Option<Moment>,
    /// Until when; to its end, if not said.
    pub until: Option<Moment>,
}

/// `dynrun logs CONTAINER`.
pub(super) fn command() -> Command {
    let tail = |word: &str| match word {
        "all" => Ok(None),
        _ => word.parse::<u64>().map(Some).map_err(|_| "a number of lines, or all"),
    };
    let moment = |word: &str| match word {
        // As if unsaid.
        "" => Ok(None),
        word => Moment::parse(word)
            .map(Some)
            .map_err(|error| format!("{}; the accepted form is {}", error.problem, Moment::FORM)),
    };
    launch::base("logs", "dynrun logs [OPTIONS] CONTAINER|SERVICE")
        .arg(subject())
        .arg(switch("follow", "Go on with what is written until the container ends").short('f'))
        .arg(switch("timestamps", "Begin each line with when it was written").short('t'))
        .arg(
            Arg::new("tail")
                .long("tail")
                .short('n')
                .value_name("LINES")
                .value_parser(tail)
                .help("Print the last lines only; all, if unsaid"),
        )
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("TIME")
                .value_parser(moment)
                .allow_hyphen_values(true)
                .help("Print what was written since then: 10m ago, at 2026-11-28T20:15:00Z"),
        )
        .arg(
            Arg::new("until")
                .long("until")
                .value_name("TIME")
                .value_parser(moment)
                .allow_hyphen_values(true)
                .help("Print what was written before then"),
        )
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun logs -f gw", "all of it, and what is to come"),
            ("dynrun logs -n 20 --since 10m gw", "the last lines of ten minutes"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let logs = Logs {
        call: launch::call(matches),
        container: read_subject(matches),
        follow: matches.get_flag("follow"),
        timestamps: matches.get_flag("timestamps"),
        tail: matches.get_one::<Option<u64>>("tail").copied().flatten(),
        since: matches.get_one::<Option<Moment>>("since").cloned().flatten(),
        until: matches.get_one::<Option<Moment>>("until").cloned().flatten(),
    };
    Ok(Invocation { verb: Verb::Logs(logs), log_level: launch::log_level(matches) })
}
