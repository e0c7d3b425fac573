//! The manual: a page for dynrun, and one a verb, in the language of `man`, from what help is written from.

use super::help::{self, Section};
use super::launch;
use super::verbs::{VERBS, VerbRow, top_examples};
use crate::options::ROWS;
use std::fmt::Write as _;

/// The files that a launch listens to, lowest first.
const FILES: [(&str, &str); 4] = [
    ("/etc/dynrun/config.toml", "the machine's configuration"),
    (
        "$XDG_CONFIG_HOME/dynrun/config.toml",
        "the user's; ~/.config stands for the variable where it is unset",
    ),
    ("dynrun.toml", "the project's: the nearest one upwards from the working directory"),
    ("--config FILE", "further ones, in their order"),
];

/// The variables that dynrun itself reads, beside those of docker's client.
const VARIABLES: [(&str, &str); 3] = [
    ("DYNRUN_NAME", "a launch option, by its name in upper case: DYNRUN_NETWORK, DYNRUN_ENV_FILE"),
    (
        "DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH",
        "which engine, as docker's client reads them",
    ),
    ("NO_COLOR, CLICOLOR_FORCE", "whether there is colour"),
];

/// One page of the manual.
#[derive(Debug)]
pub struct ManPage {
    /// Its file: `dynrun-run.1`.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// The page of a verb, or of dynrun where none is named; what exit codes mean, others know.
#[must_use]
pub fn man_page(verb: Option<&str>, exit_codes: &[(&str, &str)]) -> ManPage {
    let row = verb.and_then(|verb| VERBS.iter().find(|row| row.name == verb));
    let name = row.map_or_else(|| "dynrun".to_owned(), |row| format!("dynrun-{}", row.name));
    let mut text = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(text, ".TH {} 1 \"\" \"dynrun {version}\" \"dynrun\"", escaped(&name.to_uppercase()));
    match row {
        Some(row) => verb_page(&mut text, row, &name),
        None => top_page(&mut text),
    }
    pairs(&mut text, "EXIT STATUS", exit_codes.iter().copied());
    text.push_str(".SH SEE ALSO\n");
    let others: Vec<String> = match row {
        Some(_) => vec!["dynrun".to_owned()],
        None => VERBS.iter().map(|row| format!("dynrun-{}", row.name)).collect(),
    };
    for (index, other) in others.iter().enumerate() {
        let end = if index + 1 < others.len() { "," } else { "" };
        let _ = writeln!(text, ".BR {} (1){end}", escaped(other));
    }
    ManPage { file: format!("{name}.1"), text }
}

/// Every page.
#[must_use]
pub fn man_pages(exit_codes: &[(&str, &str)]) -> Vec<ManPage> {
    let verbs = VERBS.iter().map(|row| man_page(Some(row.name), exit_codes));
    std::iter::once(man_page(None, exit_codes)).chain(verbs).collect()
}

fn top_page(text: &mut String) {
    heading(text, "NAME");
    let _ = writeln!(text, "dynrun \\- launches inference gateways and engines in containers");
    heading(text, "SYNOPSIS");
    let _ = writeln!(
        text,
        ".B dynrun\n[OPTIONS] [\\-\\- COMMAND...]\n.br\n.B dynrun\nVERB [OPTIONS] [ARGUMENTS]"
    );
    heading(text, "DESCRIPTION");
    paragraph(
        text,
        "dynrun launches a container through the Docker Engine API: it parses what is asked for, checks it against the \
         machine and the engine, launches, and undoes all of it when a step fails. Without a verb, it launches the \
         default service.",
    );
    pairs(text, "VERBS", VERBS.iter().map(|row| (row.name, row.about)));
    pairs(text, "FILES", FILES.into_iter());
    pairs(text, "ENVIRONMENT", VARIABLES.into_iter());
    examples(text, &top_examples());
}

fn verb_page(text: &mut String, row: &VerbRow, name: &str) {
    let command = launch::with_help((row.command)());
    heading(text, "NAME");
    let _ = writeln!(text, "{} \\- {}", escaped(name), escaped(row.about));
    heading(text, "SYNOPSIS");
    let usage = help::usage(&command);
    paragraph(text, usage.trim_start_matches("usage: "));
    heading(text, "DESCRIPTION");
    paragraph(text, &format!("{}.", row.about));
    for Section { title, entries } in help::all(&command) {
        heading(text, &title.to_uppercase());
        for entry in entries {
            let (spelled, help) = (escaped(entry.spelled.trim()), escaped(&entry.help));
            let _ = writeln!(text, ".TP\n.B {}\n{help}", quoted(&spelled));
        }
    }
    if launch::has_launch_options(&command) {
        let _ = writeln!(text, ".PP");
        let about = format!(
            "Each of the {} launch options is a key of a file and a variable, too: --env-file is env-file in a file, and \
             DYNRUN_ENV_FILE in the environment.",
            ROWS.len()
        );
        paragraph(text, &about);
    }
    if let Some(said) = command.get_after_help() {
        examples(text, &said.to_string());
    }
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, ".SH {}", escaped(title));
}

fn paragraph(text: &mut String, words: &str) {
    let _ = writeln!(text, "{}", escaped(words));
}

fn pairs<'p>(text: &mut String, title: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) {
    heading(text, title);
    for (name, about) in pairs {
        let _ = writeln!(text, ".TP\n.B {}\n{}", quoted(&escaped(name)), escaped(&about.replace('`', "")));
    }
}

/// Examples as they stand in help, without their title.
fn examples(text: &mut String, said: &str) {
    heading(text, "EXAMPLES");
    text.push_str(".nf\n");
    for line in said.lines().skip(1) {
        let _ = writeln!(text, "{}", escaped(line.strip_prefix("  ").unwrap_or(line)));
    }
    text.push_str(".fi\n");
}

/// The argument of a macro: one, whatever blanks are in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text that `man` shows as it is.
fn escaped(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    if escaped.starts_with('.') { format!("\\&{escaped}") } else { escaped }
}
