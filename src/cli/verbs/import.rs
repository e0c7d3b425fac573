//! `dynrun import [OPTIONS] [FILE] [-- docker run ...]`.

use super::arguments::{engine_arguments, examples};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::finding::{Code, Finding};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// What `dynrun import` is asked.
#[derive(Debug)]
pub struct ImportQuery {
    /// The options of this call; `profile` is the name of the profile to be.
    pub call: Call,
    /// The name of the service to be.
    pub service: Option<String>,
    /// What is imported.
    pub from: ImportFrom,
}

/// What is imported.
#[derive(Debug, PartialEq, Eq)]
pub enum ImportFrom {
    /// One line, as the words behind `--`.
    Line(Vec<String>),
    /// A script; `-` is standard input.
    Script(PathBuf),
    /// What `docker inspect` printed; `-` is standard input.
    Inspected(PathBuf),
    /// A container of the engine's.
    Container(String),
    /// Services of a compose file, all where none is named; `-` is standard input.
    Compose(PathBuf, Vec<String>),
}

/// `dynrun import`.
pub(super) fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    let others = |argument: Arg| argument.conflicts_with_all(["WORDS", "COMMAND"]);
    let engine = engine_arguments()
        .into_iter()
        .filter(|argument| !["config", "format"].contains(&argument.get_id().as_str()));
    let engine = engine.map(|argument| match argument.get_id() == "profile" {
        true => {
            argument.help("Name of the profile to be, in the place of a service").help_heading(None::<&str>)
        }
        false => argument,
    });
    launch::base("import", "dynrun import [OPTIONS] [FILE|-]\n       dynrun import [OPTIONS] -- docker run ...\n       dynrun import --compose FILE [SERVICE...]")
        .arg(Arg::new("WORDS").num_args(0..).value_name("FILE").help("Script with the lines, or - for standard input; with --compose, the services"))
        .arg(Arg::new("COMMAND").last(true).num_args(0..).help("One line: docker run ..., podman run ..., run.sh ..."))
        .arg(Arg::new("service").long("service").value_name("NAME").conflicts_with("profile").help("Name of the service to be"))
        .arg(file("inspect", "Read what docker inspect printed, of containers and perhaps of their images").conflicts_with_all(["compose", "container", "WORDS", "COMMAND"]))
        .arg(others(Arg::new("container").long("container").value_name("NAME").help("Ask the engine for a container").conflicts_with("compose")))
        .arg(file("compose", "Read a compose file").conflicts_with("COMMAND"))
        .args(engine)
        .after_help(examples(&[
            ("dynrun import -- docker run -d -p 8080:80 nginx", "a line, as TOML"),
            ("dynrun import start.sh >dynrun.toml", "the launches of a script"),
            ("dynrun import --compose compose.yaml", "the services of a file"),
            ("dynrun import --container web", "a container of the engine's"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let all = |name: &str| matches.get_many::<String>(name).unwrap_or_default().cloned().collect::<Vec<_>>();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let (words, command) = (all("WORDS"), all("COMMAND"));
    let container = matches.get_one::<String>("container").cloned();
    let from = match (path("compose"), path("inspect"), container, words.as_slice(), command.is_empty()) {
        (Some(path), ..) => ImportFrom::Compose(path, words),
        (_, Some(path), ..) => ImportFrom::Inspected(path),
        (_, _, Some(name), ..) => ImportFrom::Container(name),
        (_, _, _, [], false) => ImportFrom::Line(command),
        (_, _, _, [file], true) => ImportFrom::Script(file.into()),
        (_, _, _, words, _) => return Err(UsageError { findings: vec![misused(words)], is_launch: false }),
    };
    let service = matches.get_one::<String>("service").cloned();
    let query = ImportQuery { call: launch::call(matches), service, from };
    Ok(Invocation { verb: Verb::Import(Box::new(query)), log_level: launch::log_level(matches) })
}

fn misused(words: &[String]) -> Finding {
    let finding = match words {
        [] => Finding::error(Code::Usage, "nothing says what is to be imported"),
        _ => Finding::error(Code::Usage, "one file is imported, or one line behind `--`"),
    };
    finding
        .help("a line stands behind `--`: dynrun import -- docker run ...")
        .help("dynrun import --help lists what can be imported")
}
