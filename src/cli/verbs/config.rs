//! `dynrun config [OPTIONS] [SERVICE] [KEY]`.

use super::arguments::examples;
use crate::cli::launch::{self, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun config` is asked.
#[derive(Debug)]
pub struct ConfigQuery {
    /// The launch whose options are settled.
    pub launch: Launch,
    /// Whether to print where each value was said.
    pub origin: bool,
}

/// `dynrun config [OPTIONS] [SERVICE] [KEY]`.
pub(super) fn command() -> Command {
    let key = Arg::new("KEY").help("One option alone").value_parser(clap::value_parser!(OsString));
    let origin = Arg::new("origin")
        .long("origin")
        .action(ArgAction::SetTrue)
        .help("Print where each value was said")
        .help_heading("Call");
    launch::command("config")
        .override_usage("dynrun config [OPTIONS] [SERVICE] [KEY]")
        .mut_arg("COMMAND", |argument| argument.hide(true))
        .arg(key)
        .arg(origin)
        .after_help(examples(&[
            ("dynrun config gateway --origin", "every option, and where it was said"),
            ("dynrun config inference image", "one value, for a script"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, false)?;
    let origin = matches.get_flag("origin");
    Ok(Invocation { verb: Verb::Config(Box::new(ConfigQuery { launch, origin })), log_level })
}
