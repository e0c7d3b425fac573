//! Launches that are seen and cannot be read: behind a program that runs another one elsewhere, or a text that is run. They
//! are told, with their line.

use super::word::Built;
use super::{Script, file_name, is_client, is_launcher};
use crate::convert::import::left_out;
use crate::finding::{Finding, Origin};
use std::ops::Range;

/// Programs that show their words and run nothing.
const PRINTERS: [&str; 16] = [
    "echo", "printf", "cat", "grep", "egrep", "sed", "awk", "test", "[", "[[", "logger", "which", "type",
    "hash", "man", "pgrep",
];

/// The verbs that make a container.
const VERBS: [&str; 2] = ["run", "create"];

impl Script<'_> {
    /// What a launch is given on standard input, and takes.
    pub(super) fn fed(&self, words: &[Built], input: Range<usize>) -> Option<Finding> {
        let is_switch = |word: &str| {
            let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
            word == "--interactive" || letters.is_some_and(|letters| letters.contains('i'))
        };
        let takes = launches(words) && words.iter().filter_map(Built::plain).any(is_switch);
        takes.then(|| {
            let sign = self.shown(input.clone());
            // What follows `<<<` is the input itself, which may be a secret.
            let sign = sign.find("<<<").map_or(sign.clone(), |at| format!("{}<<< ...", &sign[..at]));
            left_out("what a launch reads on standard input is left out: a file holds none of it")
                .asked(sign, &Origin::File(self.place(input)))
                .help("give it that when you launch: dynrun run SERVICE <FILE")
        })
    }

    /// What is to be said of a command that is no launch by itself.
    pub(super) fn hidden(&self, words: &[Built]) -> Option<Finding> {
        let (first, rest) = words.split_first()?;
        let name = first.plain().map(file_name);
        let (message, help) = match name {
            Some("." | "source") => sourced(rest)?,
            Some(name) if PRINTERS.contains(&name) || is_client(name) => return None,
            Some("eval") if rest.iter().any(|word| word.plain().is_none()) => (
                "what `eval` runs is known only while the script runs: a launch there is not read".to_owned(),
                WRITTEN_OUT.to_owned(),
            ),
            Some(name) if launches(rest) || speaks_of_launch(rest) => behind(name),
            None if is_verb(rest) => {
                let word = self.shown(first.span.clone());
                (
                    format!(
                        "what `{word}` is, is known only while the script runs: a launch by it is not read"
                    ),
                    "write docker in its place, or set it before".to_owned(),
                )
            }
            None if launches(rest) => behind(&self.shown(first.span.clone())),
            Some(_) | None => return None,
        };
        let end = words.last().map_or(first.span.end, |last| last.span.end);
        let line = self.text[first.span.start..end].split(['\n', ' ']).next().unwrap_or_default();
        let place = Origin::File(self.place(first.span.start..end));
        Some(left_out(message).asked(format!("{line} ..."), &place).help(help))
    }
}

const WRITTEN_OUT: &str = "write the line out by itself, docker run ..., and import again";

/// A file that is read into the script, and sets what nobody knows.
fn sourced(rest: &[Built]) -> Option<(String, String)> {
    let file = rest.first().map_or_else(String::new, |file| file.text.written());
    (!file.is_empty()).then(|| {
        (
            format!("what `{file}` sets and launches is not read: its variables are taken for the caller's"),
            format!(
                "import what it launches by itself; set its variables before you launch: set -a; . {file}"
            ),
        )
    })
}

/// A program that runs the words, or a text, behind it.
fn behind(name: &str) -> (String, String) {
    let help = match name {
        "ssh" => "say the other machine's engine when you launch: dynrun --host ssh://HOST ...",
        _ => WRITTEN_OUT,
    };
    let message = match name {
        "ssh" => "a launch behind `ssh` is one of another machine's, and is left out".to_owned(),
        "xargs" | "parallel" => {
            format!(
                "a launch behind `{name}` is left out: the words it adds are known only while the script runs"
            )
        }
        _ => format!("a launch behind `{name}` is not read, and is left out"),
    };
    (message, help.to_owned())
}

/// Whether a client of an engine stands among the words, with a verb that makes a container.
fn launches(words: &[Built]) -> bool {
    let is_of_client = |word: &Built| word.plain().is_some_and(|plain| is_client(file_name(plain)));
    (0..words.len()).any(|at| is_of_client(&words[at]) && is_verb(&words[at + 1..]))
}

/// Whether the first word that is no option makes a container.
fn is_verb(words: &[Built]) -> bool {
    let mut plain = words.iter().map(|word| word.text.start()).skip_while(|word| word.starts_with('-'));
    match plain.next() {
        Some("container") => plain.next().is_some_and(|verb| VERBS.contains(&verb)),
        verb => verb.is_some_and(|verb| VERBS.contains(&verb)),
    }
}

/// Whether one word is a text that launches: `bash -c 'docker run ...'`.
fn speaks_of_launch(words: &[Built]) -> bool {
    let text = |word: &Built| {
        let written = word.text.written();
        let all: Vec<&str> =
            written.split(|letter: char| letter.is_whitespace() || ";&|('\"".contains(letter)).collect();
        all.windows(2).any(|pair| {
            let is_run_sh = is_launcher(pair[0]) && !is_client(file_name(pair[0]));
            is_run_sh || is_client(file_name(pair[0])) && (VERBS.contains(&pair[1]) || pair[1] == "container")
        })
    };
    words.iter().any(text)
}
