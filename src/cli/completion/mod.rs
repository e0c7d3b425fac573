//! The whole command line as one tree, and the tree as the completion script of each shell.
//!
//! Each script that a test can press Tab in is dynrun's own: clap's for fish and elvish know no argument without an
//! option, that for bash knows no value after `=`, and that for zsh takes a switch's value from the next word.
//! PowerShell has clap's, which completes verbs and options, and no values.

mod bash;
mod elvish;
mod fish;
mod zsh;

use super::{VERBS, launch};
use crate::config::{built_in_profiles, built_in_services};
use crate::finding::CODES;
use crate::options::{ROWS, Row};
use crate::values::Offer;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

/// A shell that dynrun completes for.
#[derive(Debug)]
pub struct Shell {
    /// Its name.
    pub name: &'static str,
    /// Its script in `completions/`.
    pub file: &'static str,
    write: fn(&mut Command) -> String,
}

/// The shells.
pub const SHELLS: &[Shell] = &[
    Shell { name: "bash", file: "dynrun.bash", write: |tree| bash::script(tree) },
    Shell { name: "zsh", file: "_dynrun", write: |tree| zsh::script(tree) },
    Shell { name: "fish", file: "dynrun.fish", write: |tree| fish::script(tree) },
    Shell { name: "elvish", file: "dynrun.elv", write: |tree| elvish::script(tree) },
    Shell { name: "powershell", file: "_dynrun.ps1", write: powershell },
];

impl Shell {
    /// The script.
    #[must_use]
    pub fn script(&self) -> String {
        let mut tree = tree();
        tree.build();
        (self.write)(&mut tree)
    }
}

/// clap's own script.
fn powershell(tree: &mut Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(clap_complete::Shell::PowerShell, tree, "dynrun", &mut script);
    String::from_utf8_lossy(&script).trim_start().to_owned()
}

/// All verbs with their options, and the options that may stand without a verb; for completion alone, as a verb is
/// parsed by a command of its own. The words after `--` are no part of it: each script treats them by itself.
fn tree() -> Command {
    let version = Arg::new("version").long("version").short('V').action(ArgAction::SetTrue);
    let run = scope("dynrun", &launch::command("run").mut_arg("SERVICE", |service| service.hide(true)));
    VERBS.iter().fold(run.arg(version.help("Print the version")), |tree, verb| {
        tree.subcommand(scope(verb.name, &(verb.command)()).about(verb.about))
    })
}

/// A command with the arguments of another that can be completed.
fn scope(name: &'static str, command: &Command) -> Command {
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set() && !argument.is_last_set());
    let scope = Command::new(name)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .args(shown.cloned().map(offering));
    scope.arg(launch::help())
}

/// An argument with the words that a shell may complete it to.
fn offering(argument: Arg) -> Arg {
    let words = match argument.get_id().as_str() {
        "SERVICE" => built_in_services(),
        "profile" | "PROFILE" => built_in_profiles(),
        "KEY" => option_names(),
        "CODE" => CODES.iter().map(|explanation| explanation.code.name().to_owned()).collect(),
        id => match Row::find(id) {
            Some(row) => match row.offer {
                Offer::Form => row.spelled(),
                Offer::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
                Offer::Services => built_in_services(),
                Offer::Options => option_names(),
                Offer::Files => return argument.value_hint(ValueHint::AnyPath),
                Offer::Folders => return argument.value_hint(ValueHint::DirPath),
            },
            None => Vec::new(),
        },
    };
    if words.is_empty() { argument } else { argument.value_parser(PossibleValuesParser::new(words)) }
}

fn option_names() -> Vec<String> {
    ROWS.iter().map(|row| row.name.to_owned()).collect()
}

/// Whether an option takes a value, and in which word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// It is on or off.
    Nothing,
    /// After `=`, or none.
    Perhaps,
    /// After `=`, or in the next word.
    Value,
}

fn takes(option: &Arg) -> Takes {
    let count = option.get_num_args().unwrap_or_default();
    match (count.takes_values(), count.min_values()) {
        (false, _) => Takes::Nothing,
        (true, 0) => Takes::Perhaps,
        (true, _) => Takes::Value,
    }
}

/// What a script completes a value to.
#[derive(Debug, PartialEq, Eq)]
enum Candidates {
    Words(Vec<String>),
    Files,
    Folders,
    Unknown,
}

fn candidates(argument: &Arg) -> Candidates {
    if let Some(words) = argument.get_value_parser().possible_values() {
        return Candidates::Words(words.map(|word| word.get_name().to_owned()).collect());
    }
    match argument.get_value_hint() {
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => Candidates::Files,
        ValueHint::DirPath => Candidates::Folders,
        _ => Candidates::Unknown,
    }
}

/// Its names as they are typed: `-p`, `--publish`, `--port`.
fn names(option: &Arg) -> Vec<String> {
    let short = option.get_short().map(|short| format!("-{short}"));
    let longs = option.get_long_and_visible_aliases().unwrap_or_default();
    short.into_iter().chain(longs.into_iter().map(|long| format!("--{long}"))).collect()
}

fn help(argument: &Arg) -> String {
    argument.get_help().map(ToString::to_string).unwrap_or_default()
}

fn options(scope: &Command) -> impl Iterator<Item = &Arg> {
    scope.get_arguments().filter(|argument| !argument.is_positional())
}

/// Whether it takes all further words.
fn is_many(positional: &Arg) -> bool {
    positional.get_num_args().is_some_and(|count| count.max_values() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_what_clap_takes() {
        tree().debug_assert();
    }

    #[test]
    fn every_verb_has_its_scope() {
        let tree = tree();
        let names: Vec<&str> = tree.get_subcommands().map(Command::get_name).collect();
        assert_eq!(names, VERBS.iter().map(|verb| verb.name).collect::<Vec<_>>());
    }
}
