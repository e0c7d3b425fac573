//! What keeps a file from being TOML, in words that say what to do.

use super::read::Reader;
use crate::finding::{Code, Finding};
use toml::de::Error;

/// What the parser says of a key that stands twice: the rest of the file is as it was meant.
const TWICE: &str = "duplicate key";

/// What the parser says of a word without quotes, and of a value that is missing.
const BARE: &str = "string values must be quoted";

/// What it says where one list or table goes on into the lines below it.
const NO_COMMA: &str = "missing comma between";

/// How its words begin, and what mends it.
const HELP: &[(&str, &str)] = &[
    ("missing comma between array elements", "or the list before it lacks its `]`"),
    ("missing comma between key-value pairs", "or the table before it lacks its `}`"),
    ("missing escaped value", "write a backslash twice, or the text in single quotes"),
    ("unexpected leading zero", "write the number without its zeros, or with 0o in front where it is octal"),
];

/// What is wrong with such a word.
const QUOTED: &str = "a word stands in quotes: \"WORD\"";

/// Words that are neither true nor false in TOML, and that others take for it.
const NEARLY_BOOLEAN: [&str; 4] = ["yes", "no", "on", "off"];

/// The faults that came about by themselves: one a line, and none that another has brought about.
pub(super) fn faults(mut all: Vec<Error>, text: &str) -> Vec<Error> {
    all.sort_by_key(start);
    let mut kept: Vec<Error> = Vec::new();
    let mut is_open = false;
    for fault in all {
        let line = |fault: &Error| line_start(text, start(fault));
        let follows = is_open || kept.last().is_some_and(|last| line(last) == line(&fault));
        if !follows {
            is_open = fault.message().starts_with(NO_COMMA);
            kept.push(fault);
        } else if fault.message().starts_with("unclosed") {
            is_open = false;
        }
    }
    kept
}

/// Where the line begins from which on the file may be read otherwise than it was meant.
pub(super) fn damage(faults: &[Error], text: &str) -> Option<usize> {
    let damaging = faults.iter().filter(|fault| fault.message() != TWICE);
    damaging.map(|fault| line_start(text, start(fault))).min()
}

fn start(fault: &Error) -> usize {
    fault.span().unwrap_or_default().start
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

impl Reader<'_> {
    /// Tells a fault of syntax.
    pub(super) fn syntax(&mut self, error: &Error, is_alone: bool) {
        let span = error.span().unwrap_or_default();
        let said = error.message().lines().next().unwrap_or_default();
        let text = self.source.text.get(span.clone()).unwrap_or_default();
        let message = match (said, text) {
            (TWICE, key) => format!("the key `{key}` stands twice in its section"),
            (said, ":") if said.starts_with("invalid unquoted key") => {
                "between a key and its value stands `=`".to_owned()
            }
            (said, "" | "\n" | "\r\n") if said.starts_with(BARE) => "the value is missing".to_owned(),
            (said, _) if said.starts_with(BARE) => QUOTED.to_owned(),
            // What TOML takes for the beginning of `nan`.
            (_, word) if NEARLY_BOOLEAN.contains(&word) => QUOTED.to_owned(),
            // What TOML takes for a time: `8081:80`, `1000:1000`.
            (said, _) if said.starts_with("invalid time") => {
                "a word with a colon stands in quotes".to_owned()
            }
            (said, _) => said.to_owned(),
        };
        let finding = Finding::error(Code::TomlSyntax, message).at(self.place(span), "not TOML");
        let finding = match patch(said, text, is_alone) {
            Some(patch) => finding.patched(patch),
            None => finding,
        };
        let help = HELP.iter().find(|(start, _)| said.starts_with(start)).map(|(_, help)| *help);
        let is_policy = text == "no" && self.key_before(start(error)) == "restart";
        let finding = if is_policy { finding.patched("\"no\"") } else { finding };
        let nearly = (NEARLY_BOOLEAN.contains(&text) && !is_policy)
            .then_some("or write true or false, without quotes");
        self.findings.push(finding.helped(help.into_iter().chain(nearly)));
    }

    /// The key whose value begins there.
    fn key_before(&self, at: usize) -> &str {
        let line = self.source.text.get(line_start(&self.source.text, at)..at).unwrap_or_default();
        let key = line.trim_end().strip_suffix('=').unwrap_or_default().trim();
        key.rsplit('.').next().unwrap_or_default().trim()
    }
}

/// What to write in the place of the fault, where only one thing can stand there. It is printed, so that no word of the
/// file may be in it: where nothing can be read, any word may be a secret.
fn patch(said: &str, text: &str, is_alone: bool) -> Option<String> {
    let sign = said.split_once(", expected `").and_then(|(_, sign)| sign.strip_suffix('`'));
    let is_end = said.starts_with("unclosed") || said.starts_with("invalid") && said.contains("string");
    match (sign, text) {
        (Some(sign), "") if is_alone && is_end && !sign.contains('`') => Some(sign.to_owned()),
        (_, ":") if said.starts_with("invalid unquoted key") => Some(" =".to_owned()),
        (_, word) if said.starts_with("invalid boolean") => {
            let small = word.to_ascii_lowercase();
            ["true", "false"].contains(&small.as_str()).then_some(small)
        }
        (_, _) => None,
    }
}
