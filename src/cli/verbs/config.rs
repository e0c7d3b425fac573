//! `dynrun config [OPTIONS] [SERVICE] [KEY]`.

use super::arguments::{examples, of_stack, read_of_stack};
use crate::cli::launch::{self, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::config::StackChoice;
use crate::values::Roots;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun config` is asked.
#[derive(Debug)]
pub struct ConfigQuery {
    /// The launch whose options are settled.
    pub launch: Launch,
    /// What of a stack is meant, where it is of one.
    pub of_stack: StackChoice,
    /// Whether to print where each value was said.
    pub origin: bool,
    /// Whether to print what was said and does not count, too.
    pub all: bool,
    /// Whether to print a file of the configuration.
    pub is_toml: bool,
}

/// `dynrun config [OPTIONS] [SERVICE] [KEY]`.
pub(super) fn command() -> Command {
    let key = Arg::new("KEY").help("One option alone").value_parser(clap::value_parser!(OsString));
    let origin = Arg::new("origin")
        .long("origin")
        .action(ArgAction::SetTrue)
        .help("Print where each value was said")
        .help_heading("Call");
    let all = Arg::new("all")
        .long("all")
        .action(ArgAction::SetTrue)
        .help("Print what was said and is overridden, too, and where")
        .help_heading("Call");
    let format = |argument: Arg| {
        argument
            .value_parser(["text", "json", "toml"])
            .help("Print results as text, json, or toml for a file")
    };
    launch::command("config")
        .override_usage("dynrun config [OPTIONS] [SERVICE|STACK] [KEY]")
        .mut_arg("COMMAND", |argument| argument.hide(true))
        // Taken, so that a launch's line can be looked at with the verb alone changed; it launches nothing as it is.
        .mut_arg("dry-run", |argument| argument.hide(true))
        .mut_arg("format", format)
        .arg(key)
        .arg(origin)
        .arg(all)
        .args(of_stack().map(|argument| argument.hide_short_help(true)))
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
    let query = ConfigQuery {
        launch,
        of_stack: read_of_stack(matches),
        origin: matches.get_flag("origin"),
        all: matches.get_flag("all"),
        is_toml: launch::is_toml(matches),
    };
    Ok(Invocation { verb: Verb::Config(Box::new(query)), log_level })
}
