//! clap's errors as findings, in dynrun's own form.

use super::command_line::{joined, named_before, parted, stray_value, with_joined};
use super::help::usage;
use crate::finding::{Code, Finding};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};
use std::ffi::OsString;

/// The finding that says what clap found.
pub(super) fn finding(error: &Error, command: &Command, argv: &[OsString], is_launch: bool) -> Finding {
    // clap names an option with the form of its value.
    let said = context(error, ContextKind::InvalidArg);
    let said = said.map(|said| said.split_once(" <").map_or(said.clone(), |(name, _)| name.to_owned()));
    let value = context(error, ContextKind::InvalidValue);
    let finding = match error.kind() {
        ErrorKind::UnknownArgument => unknown(said.as_deref().unwrap_or_default(), command, argv),
        ErrorKind::InvalidValue if value.as_deref().is_some_and(str::is_empty) => {
            Finding::error(Code::Usage, format!("{} needs a value", said.unwrap_or_default()))
        }
        ErrorKind::InvalidValue => {
            let message = format!(
                "`{}` is no value of {}",
                value.as_deref().unwrap_or_default(),
                said.unwrap_or_default()
            );
            let finding = Finding::error(Code::Usage, message);
            match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(valid)) => {
                    known_values(finding, &value.unwrap_or_default(), valid)
                }
                _ => finding,
            }
        }
        ErrorKind::MissingRequiredArgument => Finding::error(Code::Usage, missing(error)),
        ErrorKind::NoEquals => {
            Finding::error(Code::Usage, format!("{} takes its value after `=`", said.unwrap_or_default()))
        }
        _ => Finding::error(Code::Usage, first_line(error)),
    };
    let is_too_many = error.kind() == ErrorKind::UnknownArgument && finding.code == Code::Usage;
    if is_too_many && let Some(joined) = joined(command, argv) {
        return with_joined(finding, &joined);
    }
    let verb = command.get_name();
    let help = if is_launch { format!("dynrun {verb} --help lists the options") } else { usage(command) };
    finding.help(help)
}

/// What is missing, by the names that the usage has: `PATH and DEST are missing`.
fn missing(error: &Error) -> String {
    let said = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(said)) => said.clone(),
        Some(ContextValue::String(said)) => vec![said.clone()],
        _ => Vec::new(),
    };
    let name = |said: &String| {
        let option = said.split_once(" <").map(|(option, _)| option);
        option.unwrap_or(said).trim_matches(['<', '>', '.', '[', ']']).to_owned()
    };
    let names: Vec<String> = said.iter().map(name).collect();
    match names.split_last() {
        Some((last, [])) => format!("{last} is missing"),
        Some((last, before)) => format!("{} and {last} are missing", before.join(", ")),
        None => "an argument is missing".to_owned(),
    }
}

fn known_values(finding: Finding, value: &str, valid: &[String]) -> Finding {
    let finding = finding.near(value, valid.iter().map(String::as_str));
    finding.help(format!("the values are {}", valid.join(", ")))
}

fn unknown(said: &str, command: &Command, argv: &[OsString]) -> Finding {
    if !said.starts_with('-') {
        if let Some(name) = named_before(argv, said) {
            return stray_value(&name);
        }
        let said = third_of_config(command, argv).unwrap_or(said);
        let message = format!("`{said}` is one argument too many");
        let finding = Finding::error(Code::Usage, message);
        let lines = parted(command, argv).unwrap_or_default();
        return lines
            .into_iter()
            .fold(finding, |finding, (what, line)| finding.help(format!("{what}: {line}")));
    }
    let finding = Finding::error(Code::UnknownOption, format!("unknown option `{said}`"));
    let longs: Vec<String> = command
        .get_arguments()
        .flat_map(|argument| {
            let aliases = argument.get_visible_aliases().unwrap_or_default();
            argument.get_long().into_iter().chain(aliases)
        })
        .map(|long| format!("--{long}"))
        .collect();
    finding.near(said, longs.iter().map(String::as_str))
}

/// `config` takes two words, a service and a key: of three bare ones the third is too many, whichever clap names.
fn third_of_config<'a>(command: &Command, argv: &'a [OsString]) -> Option<&'a str> {
    let words: Vec<&str> = argv.iter().filter_map(|word| word.to_str()).collect();
    let is_bare = command.get_name() == "config" && words.iter().all(|word| !word.starts_with('-'));
    words.get(2).copied().filter(|_| is_bare)
}

fn first_line(error: &Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}
