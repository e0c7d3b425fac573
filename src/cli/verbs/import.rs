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
    launch::base("import", USAGE).args(sources()).args(call()).after_help(examples(&[
        ("dynrun import -- docker run -d -p 8080:80 nginx", "a line, as TOML"),
        ("dynrun import start.sh >dynrun.toml", "the launches of a script"),
        ("dynrun import --compose compose.yaml", "the services of a file"),
        ("dynrun import --container web", "a container of the engine's"),
    ]))
}

/// What can be imported.
fn sources() -> [Arg; 6] {
    let file = |name: &'static str, help: &'static str| {
        let path = Arg::new(name).long(name).value_name("FILE").help(help);
        path.value_parser(clap::value_parser!(PathBuf)).value_hint(ValueHint::FilePath)
    };
    let words = Arg::new("WORDS").num_args(0..).value_name("FILE").value_hint(ValueHint::FilePath);
    let line = Arg::new("COMMAND").last(true).num_args(0..);
    let service = Arg::new("service").long("service").value_name("NAME");
    let container = Arg::new("container").long("container").value_name("NAME");
    [
        words.help("Script with the lines, or - for standard input; with --compose, the services"),
        line.help("One line: docker run ..., podman run ..., run.sh ..."),
        service.conflicts_with("profile").help("Name of the service to be"),
        file("inspect", "Read what docker inspect printed, of containers and of their images")
            .conflicts_with_all(["compose", "container"]),
        container.conflicts_with("compose").help("Ask the engine for a container"),
        file("compose", "Read a compose file"),
    ]
}

/// The options of the call: no file is read and no result has a form, and a profile is one to be.
fn call() -> impl Iterator<Item = Arg> {
    let all = engine_arguments().into_iter();
    let wanted = all.filter(|argument| !["config", "format"].contains(&argument.get_id().as_str()));
    wanted.map(|argument| match argument.get_id() == "profile" {
        true => argument.help("Name of the profile to be, in the place of a service"),
        false => argument,
    })
}

const USAGE: &str = "dynrun import [OPTIONS] [FILE|-]
       dynrun import [OPTIONS] -- docker run ...
       dynrun import [OPTIONS] --compose FILE [SERVICE...]";

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let all = |name: &str| matches.get_many::<String>(name).unwrap_or_default().cloned().collect::<Vec<_>>();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let (words, command) = (all("WORDS"), all("COMMAND"));
    let container = matches.get_one::<String>("container").cloned();
    let from = match (path("compose"), path("inspect"), container, words.as_slice(), command.is_empty()) {
        (Some(path), .., true) => ImportFrom::Compose(path, words),
        (None, Some(path), _, [], true) => ImportFrom::Inspected(path),
        (None, None, Some(name), [], true) => ImportFrom::Container(name),
        (None, None, None, [], false) => ImportFrom::Line(command),
        (None, None, None, [file], true) => ImportFrom::Script(file.into()),
        (.., words, _) => return Err(UsageError { findings: vec![misused(words)], is_launch: false }),
    };
    let service = matches.get_one::<String>("service").cloned();
    let query = ImportQuery { call: launch::call(matches), service, from };
    Ok(Invocation { verb: Verb::Import(Box::new(query)), log_level: launch::log_level(matches) })
}

fn misused(words: &[String]) -> Finding {
    let finding = match words {
        [] => Finding::error(Code::Usage, "nothing says what is to be imported"),
        _ => Finding::error(
            Code::Usage,
            "one thing is imported at a time: a file, a container, or a line behind `--`",
        ),
    };
    finding
        .help("a line stands behind `--`: dynrun import -- docker run ...")
        .help("dynrun import --help lists what can be imported")
}
