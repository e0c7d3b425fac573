//! `dynrun probe gateway [CONTAINER]`.

use super::arguments::{engine_arguments, examples};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun probe gateway` is asked.
#[derive(Debug)]
pub struct Probe {
    /// The options of this call.
    pub call: Call,
    /// The gateway's container; the only running gateway, if not named.
    pub container: Option<String>,
    /// The engines in whose names states are sent.
    pub engine_ids: Vec<String>,
    /// How long to wait for the states to show up, in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// `dynrun probe gateway [CONTAINER]`.
pub(super) fn command() -> Command {
    launch::base("probe", "dynrun probe gateway [OPTIONS] [CONTAINER]")
        .arg(Arg::new("KIND").required(true).value_parser(["gateway"]).help("What is probed"))
        .arg(Arg::new("CONTAINER").help("The gateway's container; not needed where only one runs"))
        .arg(
            Arg::new("engine-id")
                .long("engine-id")
                .value_name("ID")
                .action(ArgAction::Append)
                .help("Send a state in the name of this engine; may be repeated"),
        )
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("MILLISECONDS")
                .value_parser(clap::value_parser!(u64).range(1..=60_000))
                .help("How long to wait for the states to show up"),
        )
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun probe gateway", "send a state, and read it back"),
            ("dynrun probe gateway gw --engine-id engine-0", "in the name of an engine"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let engine_ids = matches.get_many::<String>("engine-id").unwrap_or_default().cloned().collect();
    let container = matches.get_one::<String>("CONTAINER").cloned();
    let timeout_ms = matches.get_one::<u64>("timeout").copied();
    let probe = Probe { call: launch::call(matches), container, engine_ids, timeout_ms };
    Ok(Invocation { verb: Verb::Probe(probe), log_level: launch::log_level(matches) })
}
