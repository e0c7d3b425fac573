//! A line of a launch that holds its command where docker's client has it, behind the image: the same with `--`.

use crate::config::built_in_services;
use crate::finding::{Code, Finding};
use crate::options::Row;
use clap::{Arg, Command};
use std::ffi::OsString;

/// The lines of this verb that a line of docker's habit may mean; none where the verb takes no command, or a word is no
/// text. Each with what it is for.
pub(super) fn parted(command: &Command, argv: &[OsString]) -> Option<Vec<(&'static str, String)>> {
    command.get_arguments().find(|argument| argument.get_id() == "COMMAND" && !argument.is_hide_set())?;
    let words = argv;
    let argv = words.iter().map(|word| word.to_str()).collect::<Option<Vec<_>>>()?;
    let said = Said::read(command, &argv);
    let options: &[&str] = if said.is_hidden { &["..."] } else { &said.options };
    let line = |middle: &[&str], words: &[&str]| {
        let front = ["dynrun", command.get_name()].into_iter().chain(options.iter().copied());
        let words = front.chain(middle.iter().copied()).chain(["--"]).chain(words.iter().copied());
        shlex::try_join(words).ok()
    };
    if said.others.iter().any(|word| named_before(words, word).is_some()) {
        return None;
    }
    let (first, rest) = said.others.split_first()?;
    let is_service = built_in_services().iter().any(|name| name == first);
    let lines = match (said.has_image, is_service, command.get_name()) {
        (true, false, _) => vec![(A_COMMAND, line(&[], &said.others)?)],
        (_, true, _) | (_, _, "shell" | "update") => vec![(A_COMMAND, line(&[first], rest)?)],
        // No service is called by a path or a tag.
        (false, false, _) if first.contains(['/', ':']) => {
            vec![(AN_IMAGE, line(&["--image", first], rest)?)]
        }
        (false, false, _) => {
            vec![(AN_IMAGE, line(&["--image", first], rest)?), (A_COMMAND, line(&[first], rest)?)]
        }
    };
    Some(lines)
}

const A_COMMAND: &str = "a command follows `--`";
const AN_IMAGE: &str = "to run an image";

/// What takes a name with a value behind `=`: a value that stands apart would be the next word.
const NAMED: [(&str, Option<char>); 4] =
    [("env", Some('e')), ("label", Some('l')), ("annotation", None), ("log-opt", None)];

/// The option and the name that stand without a value right before a word, as `-e NAME`: the word may be that value, and is
/// not printed then.
pub(super) fn named_before(argv: &[OsString], word: &str) -> Option<String> {
    let words: Vec<&str> = argv.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let places = words.iter().enumerate().filter(|(_, said)| **said == word);
    // A lone `=` may stand between them.
    let before = |at: usize| words[..at].strip_suffix(&["="]).unwrap_or(&words[..at]);
    let mut said = places.flat_map(|(at, _)| NAMED.iter().map(move |named| (named, at)));
    said.find_map(|((long, short), at)| {
        let name = name_of(before(at), long, *short)?;
        let name = Some(name.strip_suffix('=').unwrap_or(name)).filter(|name| !name.contains('='))?;
        let option = if *long == "env" { "-e".to_owned() } else { format!("--{long}") };
        (!name.is_empty()).then(|| format!("{option} {name}"))
    })
}

/// The value of the option, where the words end with it.
fn name_of<'a>(words: &[&'a str], long: &str, short: Option<char>) -> Option<&'a str> {
    let is_it = |word: &str| match word.strip_prefix("--") {
        Some(name) => name == long,
        // Letters, of which the last may take a value.
        None => word.starts_with('-') && short.is_some_and(|short| word.ends_with(short)),
    };
    match words {
        [.., option, name] if is_it(option) => Some(name),
        [.., last] => match last.strip_prefix("--") {
            Some(rest) => rest.strip_prefix(long)?.strip_prefix('='),
            None => last.strip_prefix('-')?.strip_prefix(short?),
        },
        [] => None,
    }
}

/// The finding for a word that may be the value of what is named before it.
pub(super) fn stray_value(named: &str) -> Finding {
    let message =
        format!("what stands behind `{named}` is no service; it may be a value, and is not printed");
    let finding = Finding::error(Code::Usage, message);
    let finding = finding.help(format!("a value is joined to its name: {named}=..."));
    match named.starts_with("-e ") {
        true => finding.help(format!(
            "or forward the variable from your own environment, and say the service behind it: {named}"
        )),
        false => finding,
    }
}

/// The switch that is followed by a value of its own behind a blank, where a service would stand or behind one, with that
/// value as it is joined to it: `--wait=3s`.
pub(super) fn joined(command: &Command, argv: &[OsString]) -> Option<String> {
    let argv = argv.iter().map(|word| word.to_str()).collect::<Option<Vec<_>>>()?;
    let mut words = argv.into_iter().take_while(|word| *word != "--");
    let (mut before, mut has_image, mut has_service) = (None, false, false);
    while let Some(word) = words.next() {
        if word.starts_with('-') && word != "-" {
            let argument = option(command, word);
            before = argument.filter(|_| !word.contains('=')).map(|argument| (argument, word));
            has_image |= argument.is_some_and(|argument| argument.get_id() == "image");
            if argument.is_some_and(|argument| takes_next(argument, word)) {
                words.next();
            }
            continue;
        }
        if let Some((_, switch)) = before.filter(|(argument, _)| takes_joined(argument, word)) {
            return Some(format!("{switch}={word}"));
        }
        let is_service = !has_image || built_in_services().iter().any(|name| name == word);
        if has_service || !is_service {
            return None; // a command's own words
        }
        (before, has_service) = (None, true);
    }
    None
}

/// Whether the option takes this value, and behind `=` only.
fn takes_joined(argument: &Arg, word: &str) -> bool {
    argument.is_require_equals_set()
        && match Row::find(argument.get_id().as_str()) {
            Some(row) => row.takes(word),
            None => argument.get_possible_values().iter().any(|value| value.matches(word, false)),
        }
}

/// The finding for a word that was to be a switch's value: how it is joined to it is all that helps.
pub(super) fn with_joined(finding: Finding, joined: &str) -> Finding {
    Finding { help: vec![format!("a value is joined to it: {joined}")], ..finding }
}

/// The words of a line, apart, as docker takes them: what follows the first word of the command is the command's.
#[derive(Default)]
struct Said<'a> {
    /// The options and their values, as they stand.
    options: Vec<&'a str>,
    /// What is neither: a service, a container or an image, and the command.
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
            if !word.starts_with('-') || word == "-" {
                said.others.push(word);
                if !said.is_name(command, word) {
                    break;
                }
            } else if word == "--" {
                break;
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
        let mut rest: Vec<&str> = words.collect();
        if let Some(at) = rest.iter().position(|word| *word == "--") {
            rest.remove(at); // the line's own hyphens part nothing any more
        }
        said.others.extend(rest);
        said
    }

    /// Whether the word that was read last names a service or a container: then options may follow it.
    fn is_name(&self, command: &Command, word: &str) -> bool {
        let is_first = self.others.len() == 1;
        is_first
            && (["shell", "update"].contains(&command.get_name())
                || built_in_services().iter().any(|name| name == word))
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
