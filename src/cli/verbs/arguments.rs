//! Arguments that several verbs take.

use crate::cli::launch;
use crate::config::StackChoice;
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

/// What of a stack is meant.
pub(super) fn of_stack() -> [Arg; 3] {
    let several = |name: &'static str, value: &'static str, help: &'static str| {
        let argument = Arg::new(name).long(name).value_name(value).action(ArgAction::Append);
        argument.help(help).help_heading("Call")
    };
    [
        several("group", "GROUP", "Take the services of this group of the stack, too"),
        several("without", "SERVICE", "Leave a service out that is there already"),
        several("as", "NAME", "Call containers and network after this name, to have a stack twice"),
    ]
}

/// What of a stack was asked for; the words that name it are the verb's own.
pub(super) fn read_of_stack(matches: &ArgMatches) -> StackChoice {
    let texts = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
    };
    let (groups, without) = (texts("group"), texts("without"));
    StackChoice { words: Vec::new(), groups, without, instance: texts("as").pop() }
}

/// The container that a verb is about.
pub(super) fn subject() -> Arg {
    Arg::new("CONTAINER").required(true).help("Container, by name or id; or a service of which there is one")
}

/// The words of an argument that takes several, each once, in their order.
pub(super) fn each_once(matches: &ArgMatches, argument: &str) -> Vec<String> {
    let words = matches.get_many::<String>(argument).unwrap_or_default();
    words.fold(Vec::new(), |mut all, word| {
        if !all.contains(word) {
            all.push(word.clone());
        }
        all
    })
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
