//! Arguments that several verbs take.

use crate::cli::launch;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// Examples as help prints them: lines for a shell, and what they do.
pub(super) fn examples(lines: &[(&str, &str)]) -> String {
    let widest = lines.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
    let lines = lines.iter().map(|(line, what)| format!("\n  {line:widest$}  {what}"));
    std::iter::once("examples:".to_owned()).chain(lines).collect()
}

/// An option that is on or off.
pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The container that a verb is about.
pub(super) fn subject() -> Arg {
    Arg::new("CONTAINER").required(true).help("Container, by name or id; or a service of which there is one")
}

/// The container that was named.
pub(super) fn read_subject(matches: &ArgMatches) -> String {
    matches.get_one::<String>("CONTAINER").cloned().unwrap_or_default()
}

/// The call's options that concern an engine and a result, without those of a launch.
pub(super) fn engine_arguments() -> Vec<Arg> {
    let wanted = ["config", "profile", "context", "host", "log-level", "format"];
    let command = launch::call_options(Command::new("engine"));
    wanted
        .iter()
        .filter_map(|name| command.get_arguments().find(|arg| arg.get_id() == name))
        .cloned()
        .collect()
}
