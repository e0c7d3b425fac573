//! `dynrun check [OPTIONS] [SERVICE] [-- COMMAND...]`.

use super::arguments::{examples, of_stack, read_of_stack, switch};
use crate::cli::launch::{self, Launch, Preflight};
use crate::cli::{Invocation, UsageError, Verb};
use crate::config::StackChoice;
use crate::finding::{Code, Finding};
use crate::values::Roots;
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun check` is asked.
#[derive(Debug)]
pub struct CheckQuery {
    /// The launch that is checked.
    pub launch: Launch,
    /// What of a stack is meant, where it is of one.
    pub of_stack: StackChoice,
    /// Whether the checks are listed in place of being made.
    pub list: bool,
    /// Whether the launch is judged by what is said of it alone.
    pub offline: bool,
}

/// `dynrun check [OPTIONS] [SERVICE] [-- COMMAND...]`.
pub(super) fn command() -> Command {
    launch::command("check")
        .override_usage("dynrun check [OPTIONS] [SERVICE|STACK] [-- COMMAND...]")
        // Taken, so that a launch's line can be checked with the verb alone changed; it launches nothing as it is.
        .mut_arg("dry-run", |argument| argument.hide(true))
        .arg(switch("list", "List the checks in place of making them").help_heading("Call"))
        .arg(
            switch("offline", "Judge the launch without an engine, and without its secrets")
                .help_heading("Call"),
        )
        .args(of_stack().map(|argument| argument.hide_short_help(true)))
        .after_help(examples(&[
            ("dynrun check gateway --network host", "would this launch go well?"),
            ("dynrun check gateway --profile prod --format json", "the same, for a program"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, false)?;
    if launch.call.preflight == Preflight::Off {
        let finding = Finding::error(Code::Usage, "`--preflight off` leaves `dynrun check` nothing to do");
        return Err(UsageError { findings: vec![finding.help("leave it out")], is_launch: false });
    }
    let query = CheckQuery {
        launch,
        of_stack: read_of_stack(matches),
        list: matches.get_flag("list"),
        offline: matches.get_flag("offline"),
    };
    Ok(Invocation { verb: Verb::Check(Box::new(query)), log_level })
}
