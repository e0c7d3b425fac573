//! A line of a launch that holds its command where docker's client has it, behind the image: the same with `--`.

use crate::config::built_in_services;
use crate::options::Row;
use clap::{Arg, Command};
use std::ffi::OsString;

/// The line of this verb with its command behind `--`; none where the verb takes no command, or a word is no text.
pub(super) fn parted(command: &Command, argv: &[OsString]) -> Option<String> {
    command.get_arguments().find(|argument| argument.get_id() == "COMMAND" && !argument.is_hide_set())?;
    let argv = argv.iter().map(|word| word.to_str()).collect::<Option<Vec<_>>>()?;
    let said = Said::read(command, &argv);
    let (service, words) = said.service();
    let options: &[&str] = if said.is_hidden { &["..."] } else { &said.options };
    let front = ["dynrun", command.get_name()].into_iter().chain(options.iter().copied()).chain(service);
    shlex::try_join(front.chain(["--"]).chain(words.iter().copied())).ok()
}

/// The words of a line, apart.
#[derive(Default)]
struct Said<'a> {
    /// The options and their values, as they stand.
    options: Vec<&'a str>,
    /// What is neither.
    others: Vec<&'a str>,
    /// Whether an image was said.
    has_image: bool,
    /// Whether one of the values could hold a secret.
    is_hidden: bool,
}

impl<'a> Said<'a> {
    fn read(command: &Command, argv: &[&'a str]) -> Self {
        let mut said = Self::default();
        let mut words = argv.iter().copied();
        while let Some(word) = words.next() {
            if word == "--" {
                said.others.extend(words.by_ref());
            } else if !word.starts_with('-') || word == "-" {
                said.others.push(word);
            } else {
                let argument = option(command, word);
                let row = argument.and_then(|argument| Row::find(argument.get_id().as_str()));
                said.has_image |= row.is_some_and(|row| row.name == "image");
                said.is_hidden |= row.is_some_and(|row| !row.quotable);
                said.options.push(word);
                if argument.is_some_and(|argument| takes_next(argument, word)) {
                    said.options.extend(words.next());
                }
            }
        }
        said
    }

    /// The service and the command. The first word is a service's name, unless an image was said and no service that
    /// is built in is called so.
    fn service(&self) -> (Option<&'a str>, &[&'a str]) {
        match self.others.split_first() {
            Some((first, rest))
                if !self.has_image || built_in_services().iter().any(|name| name == first) =>
            {
                (Some(first), rest)
            }
            _ => (None, &self.others),
        }
    }
}

/// The option that a word says: of several letters, the one that may take a value is the last.
fn option<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    command.get_arguments().find(|argument| match name.strip_prefix("--") {
        Some(long) => {
            let aliases = argument.get_visible_aliases().unwrap_or_default();
            argument.get_long().into_iter().chain(aliases).any(|known| known == long)
        }
        None => name.chars().next_back().is_some_and(|last| argument.get_short() == Some(last)),
    })
}

/// Whether the option's value is the next word.
fn takes_next(argument: &Arg, word: &str) -> bool {
    argument.get_action().takes_values() && !argument.is_require_equals_set() && !word.contains('=')
}
