//! A fault in a file, with its line, a caret and the change that would mend it. What the line says in quotes may be
//! a secret: it is shown as stars where it could be one.

use crate::finding::{Code, Finding, Level as Weight, Patch as Change};
use crate::values::{SecretNames, is_obeyed};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet as Source};
use std::ops::Range;

/// The finding's head, its line of the file, and the patch.
pub(super) fn rendered(finding: &Finding, renderer: &Renderer, secrets: &SecretNames) -> String {
    let Some(snippet) = &finding.snippet else { return String::new() };
    let level = match finding.level {
        Weight::Error => Level::ERROR,
        Weight::Warning => Level::WARNING,
        Weight::Note => Level::NOTE,
    };
    let file = &snippet.place.file;
    let is_hidden = snippet.is_hidden || finding.code == Code::TomlSyntax;
    let text = tamed(&without_secrets(&file.text, &snippet.place.span, is_hidden, secrets));
    let span = within(&text, &snippet.place.span);
    let shown = |text: &str| super::clean(&secrets.without_secrets(text));
    let (message, name, label) = (shown(&finding.message), shown(&file.name), shown(&snippet.label));
    let fault = level.primary_title(message.as_str()).id(finding.code.name()).element(
        Source::source(text.as_str())
            .path(name.as_str())
            .annotation(AnnotationKind::Primary.span(span).label(label.as_str())),
    );
    let mut groups = vec![fault];
    // What was typed into the wrong place may be a secret, and the right word would repeat it.
    let repeats = |patch: &Change| secrets.without_secrets(&patch.text) != patch.text;
    groups.extend(snippet.patch.as_ref().filter(|patch| !repeats(patch)).map(|patch| patched(patch, &text)));
    format!("{}\n", renderer.render(&groups))
}

fn patched<'a>(patch: &'a Change, text: &'a str) -> Group<'a> {
    let change = Patch::new(within(text, &patch.span), patch.text.as_str());
    Level::HELP.secondary_title("this would do").element(Source::source(text).patch(change))
}

/// The text with question marks in the place of what a terminal would obey, byte for byte.
fn tamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if is_obeyed(letter) && !['\n', '\t', '\r'].contains(&letter) => {
                out.extend(std::iter::repeat_n('?', letter.len_utf8()));
            }
            letter => out.push(letter),
        }
    }
    out
}

/// The span, cut to the text and to whole characters.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let end = span.end.min(text.len());
    let start = span.start.min(end);
    if text.is_char_boundary(start) && text.is_char_boundary(end) { start..end } else { 0..0 }
}

/// The text with the quoted parts of the lines that are shown turned into stars, byte for byte, wherever they could
/// hold a secret: beside a name that says so, in a URL with a password, and where the file could not be understood.
fn without_secrets(text: &str, span: &Range<usize>, is_hidden: bool, secrets: &SecretNames) -> String {
    let mut at = 0;
    let lines: Vec<(bool, &str)> = text
        .split_inclusive('\n')
        .map(|line| {
            let is_shown = at <= span.end && at + line.len() >= span.start;
            at += line.len();
            (is_shown, line)
        })
        .collect();
    // A value may go over several lines: one that names a secret hides all that are shown with it.
    let is_hidden = is_hidden || lines.iter().any(|(is_shown, line)| *is_shown && is_secret(line, secrets));
    let shown = |(is_shown, line): &(bool, &str)| match is_hidden && *is_shown {
        true => starred(line),
        false => (*line).to_owned(),
    };
    lines.iter().map(shown).collect()
}

/// Whether a line names a secret, or holds a URL with a password.
fn is_secret(line: &str, secrets: &SecretNames) -> bool {
    let mut words = line.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words.any(|word| secrets.is_secret(word)) || secrets.has_url_password(line)
}

/// The line with everything behind its first quote, or its first `=` where no quote stands, starred.
fn starred(line: &str) -> String {
    let from = line.find(['"', '\'']).or_else(|| line.find('=')).map_or(0, |at| at + 1);
    let star = |character: char| match character {
        '\n' | '\r' | '"' | '\'' | ' ' | ',' | '{' | '}' | '[' | ']' | '=' => character.to_string(),
        other => "*".repeat(other.len_utf8()),
    };
    line[..from].chars().map(String::from).chain(line[from..].chars().map(star)).collect()
}
