//! Help: of a verb that launches, the options that most launches need, in a page of 40 lines; all of them with
//! `--help-all`. Written from clap's command, which the verb is parsed by, too.

use super::launch;
use crate::options::Row;
use clap::{Arg, Command};
use std::fmt::Write as _;

/// How wide a line may be.
const WIDTH: usize = 80;
/// Where the help of an option begins beside it, and below it.
const BESIDE: usize = 29;
const BELOW: usize = 10;

/// The options that most launches need, in the order of help, each with a short word for its value.
pub(super) const COMMON: [(&str, &str); 20] = [
    ("image", "IMAGE"),
    ("name", "NAME"),
    ("detach", ""),
    ("interactive", ""),
    ("tty", ""),
    ("rm", ""),
    ("network", "NETWORK"),
    ("publish", "[HOST:]PORT"),
    ("port-policy", "POLICY"),
    ("env", "NAME[=VALUE]"),
    ("env-file", "FILE"),
    ("volume", "SOURCE:PATH"),
    ("gpus", "WHICH"),
    ("shm-size", "SIZE"),
    ("memory", "SIZE"),
    ("workdir", "PATH"),
    ("user", "USER"),
    ("framework", "NAME"),
    ("restart", "POLICY"),
    ("wait", "[=TIME]"),
];

/// The options of a call that most calls need.
const OF_CALL: [(&str, &str); 5] =
    [("config", "FILE"), ("profile", "NAME"), ("dry-run", ""), ("help", ""), ("help-all", "")];

/// How much of a verb's options is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that most launches need; of a verb that does not launch, all.
    Common,
    /// All.
    All,
}

/// The help of a verb.
pub(super) fn text(command: &Command, extent: Extent) -> String {
    let mut text = String::new();
    if let Some(about) = command.get_about() {
        let _ = writeln!(text, "{about}\n");
    }
    let _ = writeln!(text, "{}", usage(command));
    let is_short = extent == Extent::Common && launch::has_launch_options(command);
    let sections = if is_short { short(command) } else { all(command) };
    for Section { title, entries } in &sections {
        let _ = writeln!(text, "\n{title}:");
        let widest = entries.iter().map(|entry| entry.spelled.chars().count()).max().unwrap_or_default();
        let column = (widest + 2).min(BESIDE);
        entries.iter().for_each(|entry| text.push_str(&entry.lines(column)));
    }
    if let Some(examples) = command.get_after_help() {
        let _ = write!(text, "\n{}\n", examples.to_string().trim_end());
    }
    text
}

/// `usage: dynrun VERB ...`.
pub(super) fn usage(command: &Command) -> String {
    command.clone().render_usage().to_string().replace("Usage: ", "usage: ")
}

/// A title and what stands under it.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
}

/// An option or an argument, as it is spelled, and what it does.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) spelled: String,
    pub(super) help: String,
}

impl Entry {
    /// Its lines: the help beside it where there is room, else below.
    fn lines(&self, column: usize) -> String {
        let width = self.spelled.chars().count();
        let (mut text, indent) = match width + 2 <= column {
            true => (format!("{}{:pad$}", self.spelled, "", pad = column - width), column),
            false => (format!("{}\n{:BELOW$}", self.spelled, ""), BELOW),
        };
        let mut at = indent;
        for (index, word) in self.help.split_whitespace().enumerate() {
            let length = word.chars().count();
            if index > 0 && at + 1 + length > WIDTH {
                let _ = write!(text, "\n{:indent$}", "");
                at = indent;
            } else if index > 0 {
                text.push(' ');
                at += 1;
            }
            text.push_str(word);
            at += length;
        }
        text + "\n"
    }
}

/// Words, each with what it is about beside it. What a line has no room for behind a colon is left out.
pub(super) fn lines<'w>(words: impl Iterator<Item = (&'w str, &'w str)> + Clone) -> String {
    let widest = words.clone().map(|(word, _)| word.len()).max().unwrap_or_default();
    let column = widest + 4;
    let line = |(word, about): (&str, &str)| {
        let fits = column + about.chars().count() <= WIDTH;
        let about = if fits { about } else { about.split(':').next().unwrap_or_default() };
        Entry { spelled: format!("  {word}"), help: about.to_owned() }.lines(column)
    };
    words.map(line).collect()
}

/// What most launches need.
fn short(command: &Command) -> Vec<Section> {
    let listed = |list: &[(&str, &str)]| {
        let found = list.iter().filter_map(|(name, value)| {
            let mut shown = command.get_arguments().filter(|one| !one.is_hide_set());
            let option = shown.find(|one| one.get_id() == *name)?;
            Some(brief(option, value))
        });
        found.collect::<Vec<_>>()
    };
    let is_own = |one: &&Arg| {
        let name = one.get_id().as_str();
        !one.is_positional()
            && !one.is_hide_short_help_set()
            && Row::find(name).is_none()
            && !is_of_every_call(name)
    };
    let own = command.get_arguments().filter(is_own).map(entry);
    vec![
        Section { title: "Common options".to_owned(), entries: listed(&COMMON) },
        Section { title: "Call".to_owned(), entries: own.chain(listed(&OF_CALL)).collect() },
    ]
}

/// An option in one line: what its help says behind a colon is left to the whole of help.
fn brief(option: &Arg, value: &str) -> Entry {
    let space = if value.is_empty() || value.starts_with("[=") { "" } else { " " };
    let help = help(option);
    let help = help.split([':', ';']).next().unwrap_or_default().to_owned();
    Entry { spelled: format!("{}{space}{value}", names(option)), help }
}

/// Whether an option is one of those that every launch takes for its call.
fn is_of_every_call(name: &str) -> bool {
    let known = launch::with_help(launch::call_options(Command::new("call")));
    known.get_arguments().any(|one| one.get_id() == name)
}

/// Everything, under its headings.
pub(super) fn all(command: &Command) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let shown = |one: &&Arg| !one.is_hide_set();
    let positionals = command.get_positionals().filter(shown).map(|one| ("Arguments", one));
    let options = command.get_arguments().filter(shown).filter(|one| !one.is_positional());
    let options = options.map(|one| (one.get_help_heading().unwrap_or("Options"), one));
    for (title, argument) in positionals.chain(options) {
        match sections.iter_mut().find(|section| section.title == title) {
            Some(section) => section.entries.push(entry(argument)),
            None => sections.push(Section { title: title.to_owned(), entries: vec![entry(argument)] }),
        }
    }
    sections
}

fn entry(argument: &Arg) -> Entry {
    if argument.is_positional() {
        let names = argument.get_value_names().unwrap_or_default();
        let name = names.first().map_or_else(|| argument.get_id().as_str(), |name| name.as_str());
        let many =
            if argument.get_num_args().is_some_and(|count| count.max_values() > 1) { "..." } else { "" };
        return Entry { spelled: format!("  {name}{many}"), help: help(argument) };
    }
    let value = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let value = match (value, argument.get_action().takes_values(), argument.is_require_equals_set()) {
        (Some(value), true, true) => format!("[={value}]"),
        (Some(value), true, false) => format!(" {value}"),
        _ => String::new(),
    };
    let aliases: Vec<String> =
        argument.get_visible_aliases().unwrap_or_default().iter().map(|alias| format!("--{alias}")).collect();
    let also = if aliases.is_empty() { String::new() } else { format!(" [alias: {}]", aliases.join(", ")) };
    Entry { spelled: format!("{}{value}", names(argument)), help: format!("{}{also}", help(argument)) }
}

/// `  -p, --publish`, the long names below each other.
fn names(option: &Arg) -> String {
    let long = option.get_long().map(|long| format!("--{long}")).unwrap_or_default();
    match option.get_short() {
        Some(short) => format!("  -{short}, {long}"),
        None => format!("      {long}"),
    }
}

fn help(argument: &Arg) -> String {
    argument.get_help().map(ToString::to_string).unwrap_or_default()
}
