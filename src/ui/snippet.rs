//! A fault in a file, with its line, a caret and the change that would mend it. What the line says in quotes may be
//! a secret: it is shown as stars where it could be one.

use crate::finding::{Code, Finding, Level as Weight, Patch as Change, Snippet};
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
    let window = Window::of(snippet);
    let span = window.inside(&snippet.place.span);
    let are_keys_shown = finding.code != Code::TomlSyntax && !window.is_within_text;
    let is_hidden = is_hidden || holds_secret(window.before, window.text, secrets);
    let starred = without_secrets(window.text, &span, (is_hidden, are_keys_shown), secrets);
    let is_starred = starred != window.text;
    let text = tamed(&starred);
    let span = within(&text, &span);
    let shown = |text: &str| super::clean(&secrets.without_secrets(text));
    let (message, name, label) = (shown(&finding.message), shown(&file.name), shown(&snippet.label));
    let fault = level.primary_title(message.as_str()).id(finding.code.name()).element(
        Source::source(text.as_str())
            .line_start(window.line)
            .path(name.as_str())
            .annotation(AnnotationKind::Primary.span(span).label(label.as_str())),
    );
    let mut groups = vec![fault];
    // What was typed into the wrong place may be a secret, and the right word would repeat it.
    let repeats = |patch: &Change| {
        secrets.without_secrets(&patch.text) != patch.text || holds_secret("", &patch.text, secrets)
    };
    if !snippet.patch.as_ref().is_some_and(repeats) {
        let replaces = snippet
            .patch
            .as_ref()
            .filter(|patch| is_starred && !patch.span.is_empty() && finding.code != Code::TomlSyntax);
        groups.extend(match replaces {
            // A line of stars is none to paste.
            Some(patch) => Some(in_its_place(&patch.text)),
            None => patched(snippet, &window, &text),
        });
    }
    format!("{}\n", renderer.render(&groups))
}

/// What is to be written where the caret points.
fn in_its_place<'a>(text: &str) -> Group<'a> {
    Group::with_title(Level::HELP.secondary_title(format!("in its place: {}", super::clean(text))))
}

fn patched<'a>(snippet: &'a Snippet, window: &Window<'_>, text: &'a str) -> Option<Group<'a>> {
    let patch = snippet.patch.as_ref()?;
    let change = Patch::new(within(text, &window.inside(&patch.span)), patch.text.as_str());
    let source = Source::source(text).line_start(window.line).patch(change);
    Some(Level::HELP.secondary_title("this would do").element(source))
}

/// The lines of a file that are shown. What stands around them may be much.
struct Window<'a> {
    text: &'a str,
    /// What the file says before them.
    before: &'a str,
    /// The byte of the file that they begin with.
    start: usize,
    /// The number of the first one.
    line: usize,
    /// Whether they may begin within a text of several lines.
    is_within_text: bool,
}

impl<'a> Window<'a> {
    fn of(snippet: &'a Snippet) -> Self {
        let (text, span) = (&snippet.place.file.text, &snippet.place.span);
        let patch = snippet.patch.as_ref().map_or(span, |patch| &patch.span);
        let bytes = text.as_bytes();
        let first = span.start.min(patch.start).min(bytes.len());
        let last = span.end.max(patch.end).min(bytes.len());
        let start = bytes[..first].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let rest = bytes[last..].iter().position(|byte| *byte == b'\n');
        let end = rest.map_or(bytes.len(), |newline| last + newline + 1);
        let line = bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        let before = text.get(..start).unwrap_or_default();
        let is_open = |quotes: &str| before.matches(quotes).count() % 2 == 1;
        let is_within_text = is_open("\"\"\"") || is_open("'''");
        Self { text: text.get(start..end).unwrap_or_default(), before, start, line, is_within_text }
    }

    fn inside(&self, span: &Range<usize>) -> Range<usize> {
        span.start.saturating_sub(self.start)..span.end.saturating_sub(self.start)
    }
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
/// Where it could, keys are no secrets.
fn without_secrets(
    text: &str,
    span: &Range<usize>,
    (is_hidden, are_keys_shown): (bool, bool),
    secrets: &SecretNames,
) -> String {
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
    let shown = |(index, (is_shown, line)): (usize, &(bool, &str))| match is_hidden && *is_shown {
        // A line further down may be one of a text.
        true if are_keys_shown && index == 0 => values_starred(line),
        true => starred(line),
        false => (*line).to_owned(),
    };
    lines.iter().enumerate().map(shown).collect()
}

/// Whether a line names a secret, or holds a URL with a password.
fn is_secret(line: &str, secrets: &SecretNames) -> bool {
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = line.split(|letter: char| !is_of_word(letter));
    // `--api-key`, as a command has it.
    let mut flags = line.split(|letter: char| !is_of_word(letter) && letter != '-');
    words.any(|word| secrets.is_secret(word))
        || flags.any(|word| secrets.is_secret(word))
        || secrets.has_url_password(line)
        // A list of words, or a line of them.
        || secrets.set_in(line.split(['"', '\''])).is_some()
        || secrets.set_in([line]).is_some()
}

/// Whether what stands in quotes are the words of a command with a secret, or credentials. A list may have begun before.
fn holds_secret(before: &str, text: &str, secrets: &SecretNames) -> bool {
    let list = before.rfind('[').map_or("", |at| &before[at..]);
    let (mut words, shown) = (words_in_quotes(list), words_in_quotes(text));
    let first = words.len();
    words.extend_from_slice(&shown);
    secrets.without_set_secrets(&words)[first..] != shown
        || shown.iter().any(|word| secrets.without_credentials(word) != *word)
}

/// What stands in quotes on each line, but for comments.
fn words_in_quotes(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for mut line in text.lines() {
        while let Some(at) = line.find(['"', '\'', '#']).filter(|at| !line[*at..].starts_with('#')) {
            let quote = if line[at..].starts_with('"') { '"' } else { '\'' };
            let piece = quoted(&line[at..], quote);
            words.push(piece[1..].strip_suffix(quote).unwrap_or(&piece[1..]).to_owned());
            line = &line[at + piece.len()..];
        }
    }
    words
}

/// The line with everything behind its first quote, or its first `=` where no quote stands, starred.
fn starred(line: &str) -> String {
    let from = line.find(['"', '\'']).or_else(|| line.find('=')).map_or(0, |at| at + 1);
    line[..from].chars().map(String::from).chain(line[from..].chars().map(star)).collect()
}

/// The line with all that stands in quotes starred, and what else is no key: those of tables in it, and of a section's
/// head, are shown.
fn values_starred(line: &str) -> String {
    if let Some(head) = head(line) {
        return format!("{head}{}", starred_whole(&line[head.len()..]));
    }
    let at = line.find(['"', '\'', '=']).unwrap_or(0);
    let (mut out, mut rest) = (line[..at].to_owned(), &line[at..]);
    while let Some(first) = rest.chars().next() {
        let piece = match first {
            '"' | '\'' => quoted(rest, first),
            '#' => rest,
            _ if is_of_key(first) => &rest[..rest.find(|letter| !is_of_key(letter)).unwrap_or(rest.len())],
            _ => &rest[..first.len_utf8()],
        };
        rest = &rest[piece.len()..];
        let begins = ['{', ','].iter().any(|sign| out.trim_end().ends_with(*sign));
        let is_key = is_of_key(first) && begins && rest.trim_start().starts_with('=');
        out.push_str(&if is_key { piece.to_owned() } else { starred_whole(piece) });
    }
    out
}

/// `[service.a.secret.b]`, without what stands behind it.
fn head(line: &str) -> Option<&str> {
    let inside = line.trim_start().trim_start_matches('[');
    let is_head =
        line.trim_start().starts_with('[') && inside.starts_with(|first: char| first.is_alphabetic());
    let end = line.find(']').filter(|_| is_head)?;
    let name = line[..end].trim_start().trim_start_matches('[');
    let is_name = name.chars().all(|letter| is_of_key(letter) || letter == '.');
    is_name.then(|| line[..=end].trim_end_matches('\n'))
}

fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.".contains(letter)
}

/// A text in quotes from its beginning on, to the quote that ends it.
fn quoted(text: &str, quote: char) -> &str {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            letter if letter == quote => return &text[..=at],
            _ => {}
        }
    }
    text
}

/// The text starred, but for what holds it together.
fn starred_whole(text: &str) -> String {
    text.chars().map(star).collect()
}

fn star(letter: char) -> String {
    match letter {
        '\n' | '\r' | '"' | '\'' | ' ' | ',' | '{' | '}' | '[' | ']' | '=' => letter.to_string(),
        other => "*".repeat(other.len_utf8()),
    }
}
