//! `dynrun shell [OPTIONS] [SERVICE|CONTAINER] [-- COMMAND...]`.

use super::arguments::examples;
use crate::cli::launch::{self, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun shell` is asked.
#[derive(Debug)]
pub struct ShellQuery {
    /// The launch of a new container, of which a running one takes what concerns a command alone. Its service may be a
    /// container's name or id.
    pub launch: Launch,
    /// Whether a new container is wanted, whatever runs.
    pub new: bool,
}

/// `dynrun shell [OPTIONS] [SERVICE|CONTAINER] [-- COMMAND...]`.
pub(super) fn command() -> Command {
    let new = Arg::new("new")
        .long("new")
        .action(ArgAction::SetTrue)
        .help("Launch a new container, whatever runs")
        .help_heading("Call");
    launch::command("shell")
        .override_usage("dynrun shell [OPTIONS] [SERVICE|CONTAINER] [-- COMMAND...]")
        .mut_arg("SERVICE", |place| {
            place.index(1).value_name("SERVICE|CONTAINER").help("Service, or running container by name or id")
        })
        .mut_arg("COMMAND", |words| words.index(2))
        .arg(new)
        .after_help(examples(&[
            ("dynrun shell", "a shell in the running engine, or in a new one"),
            ("dynrun shell gw -- ls /tmp", "a command in a running container"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, true)?;
    let query = ShellQuery { launch, new: matches.get_flag("new") };
    Ok(Invocation { verb: Verb::Shell(Box::new(query)), log_level })
}
