//! Variables that stand in a script without quotes and that nothing sets: a shell leaves them out where they are nothing,
//! and cuts them at their blanks. A file has no such word.

use super::{Text, Word, left_out};
use crate::finding::{Code, Finding, Findings, Origin};

/// What the names of variables end in that hold several words.
const LISTS: [&str; 6] = ["ARGS", "OPTS", "OPTIONS", "FLAGS", "PARAMS", "ARG"];

/// What the names of variables hold that name an image.
const IMAGES: [&str; 2] = ["IMAGE", "IMG"];

/// Whether the word is one variable alone that holds several words, by its name.
#[must_use]
pub fn is_option_list(text: &Text) -> bool {
    let name = text.variables().next().map(str::to_ascii_uppercase);
    text.plain().is_none()
        && text.start().is_empty()
        && name.is_some_and(|name| LISTS.iter().any(|end| name.ends_with(end)))
}

/// Whether the word is made from a variable that names an image, by its name.
pub(super) fn is_image(text: &Text) -> bool {
    text.variables().any(|name| IMAGES.iter().any(|part| name.to_ascii_uppercase().contains(part)))
}

/// The word as the script has it.
fn said(word: &Word) -> String {
    match &word.origin {
        Origin::File(place) => place.file.text[place.span.clone()].to_owned(),
        Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => word.text.written(),
    }
}

/// What is said of a variable that stands for options: which ones nobody knows.
#[must_use]
pub fn not_taken(word: &Word) -> Finding {
    let said = said(word);
    let note = left_out(format!("what `{said}` holds is not known, and taken for nothing"));
    note.asked(said, &word.origin).help("write the options out that it stands for")
}

/// The words of a command: without variables that hold several words, which whoever launches says, and with what is to be
/// said of those that a shell leaves out.
pub fn command<'a>(words: impl Iterator<Item = &'a Word>, findings: &mut Findings) -> Vec<Text> {
    let mut command = Vec::new();
    let mut loose: Vec<&Word> = Vec::new();
    for word in words {
        if word.is_loose && is_option_list(&word.text) {
            let said = said(word);
            let note = left_out(format!("what `{said}` holds is not known, and left out"));
            let note = note.asked(said, &word.origin);
            findings.push(
                note.help("say it when you launch, behind the command: dynrun run SERVICE -- COMMAND..."),
            );
            continue;
        }
        loose.extend(word.is_loose.then_some(word));
        command.push(word.text.clone());
    }
    if let Some(first) = loose.first() {
        let mut names: Vec<&str> = loose.iter().flat_map(|word| word.text.variables()).collect();
        names.dedup();
        let message = format!(
            "without quotes a shell leaves {} out where nothing sets it: the file has an empty word then",
            names.join(" and ")
        );
        let note = Finding::note(Code::NotCarriedOver, message).asked(said(first), &first.origin);
        findings.push(note.help(format!("export {}=... before you launch", names.join("=... "))));
    }
    command
}
