//! `dynrun man [VERB] [--dir DIR]`.

use super::VERBS;
use super::arguments::examples;
use crate::cli::launch::{self, LogLevel};
use crate::cli::{Invocation, UsageError, Verb};
use crate::values::Roots;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// What `dynrun man` is asked.
#[derive(Debug)]
pub struct Man {
    /// The verb whose page is meant; none: dynrun's own.
    pub verb: Option<String>,
    /// The folder that the pages are written to; none: one is printed.
    pub dir: Option<PathBuf>,
}

/// `dynrun man [VERB] [--dir DIR]`.
pub(super) fn command() -> Command {
    let verbs = PossibleValuesParser::new(VERBS.iter().map(|verb| verb.name));
    let verb = Arg::new("VERB").value_parser(verbs).hide_possible_values(true);
    let dir = Arg::new("dir").long("dir").value_name("FOLDER").value_hint(ValueHint::DirPath);
    launch::base("man", "dynrun man [OPTIONS] [VERB]")
        .arg(verb.help("Verb; none: dynrun itself, or all pages where they are written"))
        .arg(
            dir.value_parser(clap::value_parser!(PathBuf))
                .help("Write the pages into a folder, and print their names"),
        )
        .after_help(examples(&[
            ("dynrun man run | man -l -", "read about `dynrun run`"),
            ("dynrun man --dir ~/.local/share/man/man1", "have `man dynrun-run` find it"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let man = Man {
        verb: matches.get_one::<String>("VERB").cloned(),
        dir: matches.get_one::<PathBuf>("dir").cloned(),
    };
    Ok(Invocation { verb: Verb::Man(man), log_level: LogLevel::Info })
}
