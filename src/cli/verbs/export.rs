//! `dynrun export docker|compose|kubernetes [OPTIONS] [SERVICE|STACK] [-- COMMAND...]`.

use super::arguments::{examples, of_stack, read_of_stack};
use crate::cli::launch::{self, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::config::StackChoice;
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun export` is asked.
#[derive(Debug)]
pub struct ExportQuery {
    /// The launch that is written down.
    pub launch: Launch,
    /// What of a stack is meant, where it is of one.
    pub of_stack: StackChoice,
    /// For whom.
    pub target: ExportTarget,
}

/// For whom a launch is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportTarget {
    /// A `docker run` line.
    Docker,
    /// A compose file.
    Compose,
    /// A manifest.
    Kubernetes,
}

impl ExportTarget {
    /// Each by its word.
    const ALL: [(&'static str, Self); 3] =
        [("docker", Self::Docker), ("compose", Self::Compose), ("kubernetes", Self::Kubernetes)];
}

/// `dynrun export`.
pub(super) fn command() -> Command {
    let target = Arg::new("TARGET")
        .index(1)
        .required(true)
        .value_parser(ExportTarget::ALL.map(|(word, _)| word))
        .help("docker, compose or kubernetes");
    launch::command("export")
        .override_usage("dynrun export TARGET [OPTIONS] [SERVICE|STACK] [-- COMMAND...]")
        .arg(target)
        .mut_arg("SERVICE", |service| service.index(2))
        .mut_arg("COMMAND", |command| command.index(3))
        .mut_args(|argument| match argument.get_id().as_str() {
            "dry-run" | "report" | "format" => argument.hide(true),
            _ => argument,
        })
        .args(of_stack().map(|argument| argument.hide_short_help(true)))
        .after_help(examples(&[
            ("dynrun export compose gateway >compose.yaml", "as a compose file"),
            ("dynrun export kubernetes nats >nats.yaml", "as a manifest"),
            ("dynrun export docker --image nginx -p 8080:80", "as a docker run line"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let word = matches.get_one::<String>("TARGET").map(String::as_str).unwrap_or_default();
    let target = ExportTarget::ALL
        .iter()
        .find(|(known, _)| *known == word)
        .map_or(ExportTarget::Docker, |(_, target)| *target);
    let (launch, log_level) = launch::from_matches(matches, argv, roots, false)?;
    Ok(Invocation {
        verb: Verb::Export(Box::new(ExportQuery { launch, of_stack: read_of_stack(matches), target })),
        log_level,
    })
}
