//! Completion: what the words of a line up to the cursor ask for, and what each shell is told. `dynrun __complete SHELL --
//! WORDS` answers the scripts of `dynrun completions SHELL`, which know nothing themselves. Who knows the names is
//! another room's business.

mod bash;
mod elvish;
mod fish;
mod line;
mod offers;
mod powershell;
mod wish;
mod zsh;

pub use line::{Goal, Line};
pub use wish::{Candidate, What, Wish};

use clap::{Arg, Command};
use std::ffi::OsString;

/// The word that stands for the verb of the scripts.
pub(super) const VERB: &str = "__complete";

/// A shell that dynrun completes for.
#[derive(Debug)]
pub struct Shell {
    /// Its name.
    pub name: &'static str,
    /// Its script in `completions/`.
    pub file: &'static str,
    script: fn() -> String,
    answer: fn(&Question, &Answer) -> String,
    /// The words of the line as the shell means them, which may hand them over as they are typed.
    unquoted: fn(&str) -> String,
}

/// The shells.
pub const SHELLS: &[Shell] = &[
    Shell {
        name: "bash",
        file: "dynrun.bash",
        script: || bash::SCRIPT.to_owned(),
        answer: bash::answer,
        unquoted: |word| bash::unquoted(word).text,
    },
    Shell {
        name: "zsh",
        file: "_dynrun",
        script: || zsh::SCRIPT.to_owned(),
        answer: zsh::answer,
        unquoted: str::to_owned,
    },
    Shell {
        name: "fish",
        file: "dynrun.fish",
        script: || fish::SCRIPT.to_owned(),
        answer: fish::answer,
        unquoted: str::to_owned,
    },
    Shell {
        name: "elvish",
        file: "dynrun.elv",
        script: || elvish::SCRIPT.to_owned(),
        answer: elvish::answer,
        unquoted: str::to_owned,
    },
    Shell {
        name: "powershell",
        file: "_dynrun.ps1",
        script: || powershell::SCRIPT.to_owned(),
        answer: powershell::answer,
        unquoted: str::to_owned,
    },
];

/// What a shell asks.
#[derive(Debug)]
pub struct Question {
    shell: &'static Shell,
    /// The letters at which readline breaks words: bash alone says them.
    breaks: String,
    /// The words after the program's name as the shell has them, the one under the cursor last.
    typed: Vec<String>,
}

/// What the word under the cursor may become.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// One of these.
    Words(Vec<Candidate>),
    /// A path that is the whole word, which the shell completes by itself.
    Path {
        /// What is typed of it.
        typed: String,
        /// Whether a folder is wanted.
        is_folder: bool,
    },
    /// A command that begins with this word of the line, or a word of it: the shell's own business, too.
    Command(usize),
}

impl Question {
    /// Reads what follows the verb: `SHELL [BREAKS] -- WORDS...`. A shell that is unknown asks nothing.
    #[must_use]
    pub fn read(argv: &[OsString]) -> Option<Self> {
        let words = line::texts(argv);
        let parting = words.iter().position(|word| word == "--")?;
        let shell = SHELLS.iter().find(|shell| words.first().is_some_and(|name| name == shell.name))?;
        let breaks = words[1..parting].first().cloned().unwrap_or_default();
        Some(Self { shell, breaks, typed: words[parting + 1..].to_vec() })
    }

    /// The words as the shell means them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.typed.iter().map(|word| (self.shell.unquoted)(word)).collect()
    }

    /// The answer as the shell's script reads it.
    #[must_use]
    pub fn answered(&self, answer: &Answer) -> String {
        (self.shell.answer)(self, answer)
    }

    /// The word under the cursor as it is typed.
    fn current(&self) -> &str {
        self.typed.last().map_or("", String::as_str)
    }

    /// The candidates that go on from what is typed: one that is only begun, and stands there already, does not.
    fn further<'a>(&self, candidates: &'a [Candidate]) -> impl Iterator<Item = &'a Candidate> {
        candidates.iter().filter(|one| !(one.is_begun() && one.word == self.current()))
    }
}

impl Shell {
    /// The script.
    #[must_use]
    pub fn script(&self) -> String {
        (self.script)()
    }
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
    match (option.get_action().takes_values(), option.is_require_equals_set()) {
        (false, _) => Takes::Nothing,
        (true, true) => Takes::Perhaps,
        (true, false) => Takes::Value,
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
    use crate::cli::{VERBS, launch};
    use clap::ArgAction;

    /// All verbs with their options, and the options that may stand without a verb: each is parsed by a command of its
    /// own.
    fn tree() -> Command {
        let version = Arg::new("version").long("version").short('V').action(ArgAction::SetTrue);
        let run = scope("dynrun", &launch::command("run").mut_arg("SERVICE", |service| service.hide(true)));
        VERBS.iter().fold(run.arg(version.help("Print the version")), |tree, verb| {
            tree.subcommand(scope(verb.name, &(verb.command)()).about(verb.about))
        })
    }

    /// A command with the arguments of another that can be completed.
    fn scope(name: &'static str, command: &Command) -> Command {
        let shown =
            command.get_arguments().filter(|argument| !argument.is_hide_set() || argument.is_last_set());
        let scope = Command::new(name)
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .disable_version_flag(true)
            .args(shown.cloned());
        launch::with_help(scope)
    }

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
