//! The words of a script: quotes, escapes, and what is filled in, as a shell reads them.

use super::{DEEPEST_FILLED, Held, Script};
use crate::convert::import::Text;
use crate::finding::{Code, Finding, Origin};
use std::ops::Range;

/// A word as far as it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Built {
    pub text: Text,
    /// Where it stands in the script.
    pub span: Range<usize>,
    /// Why it is not known.
    pub unknown: Option<String>,
    /// The elements, where it assigns a list.
    pub list: Option<Vec<Text>>,
    /// Whether a shell leaves it out where nothing sets its variables: no quote holds it.
    pub is_loose: bool,
}

impl Built {
    /// The word, where all of it is known.
    pub(super) fn plain(&self) -> Option<&str> {
        self.text.plain().filter(|_| self.unknown.is_none())
    }

    /// The variable that it assigns, and whether it adds to what that holds.
    pub(super) fn assigned(&self) -> Option<(&str, bool)> {
        let (name, _) = self.text.start().split_once('=')?;
        let (name, is_more) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        is_name(name).then_some((name, is_more))
    }
}

/// Whether a shell can have a variable of this name.
pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Words as they are built: one place in a script may become several, or none.
#[derive(Default)]
pub(super) struct Builder {
    done: Vec<Text>,
    current: Option<Text>,
    pub unknown: Option<String>,
    /// Whether something was filled in that is no word at all between quotes, as it is nothing.
    pub is_nothing: bool,
}

impl Builder {
    pub(super) fn push(&mut self, text: &str) {
        let current = self.current.take().unwrap_or_default();
        self.current = Some(current.then(text));
    }

    fn join(&mut self, text: Text) {
        let current = self.current.take().unwrap_or_default();
        self.current = Some(current.joined(text));
    }

    /// What is filled in: between quotes it is one word, without them it is cut at its blanks.
    pub(super) fn fill(&mut self, text: Text, is_quoted: bool) {
        match text.plain().filter(|_| !is_quoted) {
            None => self.join(text),
            Some(plain) => {
                let blank = |letter: char| letter.is_ascii_whitespace();
                if plain.starts_with(blank) {
                    self.end();
                }
                for (at, part) in plain.split_ascii_whitespace().enumerate() {
                    if at > 0 {
                        self.end();
                    }
                    self.join(Text::from(part).of_same(&text));
                }
                if plain.ends_with(blank) {
                    self.end();
                }
            }
        }
    }

    /// The elements of a list, each a word; the first and the last belong to what stands beside them.
    pub(super) fn fill_list(&mut self, items: Vec<Text>) {
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.end();
            }
            self.join(item);
        }
    }

    fn end(&mut self) {
        self.done.extend(self.current.take());
    }

    /// All as one text: what an assignment and a quoted default come to.
    pub(super) fn whole(mut self) -> (Text, Option<String>) {
        self.end();
        let mut parts = self.done.into_iter();
        let first = parts.next().unwrap_or_default();
        (parts.fold(first, |text, part| text.then(" ").joined(part)), self.unknown)
    }
}

impl Script<'_> {
    /// The word that begins here; none where what is filled in is nothing, several where it is cut.
    pub(super) fn word(&mut self) -> Vec<Built> {
        let start = self.at;
        let is_assignment = self.is_assignment();
        let mut builder = Builder::default();
        if self.rest().starts_with('~') && !is_assignment {
            self.tilde(&mut builder);
        }
        while let Some(letter) = self.peek() {
            if matches!(letter, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | ')') {
                break;
            }
            if letter == '(' {
                match self.rest_of_list(is_assignment, start) {
                    Some(list) => return vec![list],
                    None => break,
                }
            }
            if matches!(letter, '<' | '>') {
                if self.process(&mut builder) {
                    continue;
                }
                break;
            }
            self.part(letter, is_assignment, &mut builder);
        }
        let span = start..self.at;
        if is_assignment {
            let (text, unknown) = builder.whole();
            return vec![Built { text, span, unknown, ..Built::default() }];
        }
        builder.end();
        let unknown = builder.unknown;
        let mut words: Vec<Built> = builder
            .done
            .into_iter()
            .map(|text| Built { text, span: span.clone(), ..Built::default() })
            .collect();
        let is_quoted = self.text[span.clone()].contains(['"', '\'']);
        if let [word] = words.as_mut_slice() {
            word.is_loose = !is_quoted && word.text.vanishes();
        }
        if words.is_empty() && unknown.is_some() {
            words.push(Built { span: span.clone(), ..Built::default() });
        }
        for word in &mut words {
            word.unknown = unknown.clone().or_else(|| {
                word.text
                    .is_unwritable()
                    .then(|| "a `$` right before a variable has no word in a file".to_owned())
            });
        }
        words
    }

    /// One letter, quote or expansion of a word.
    fn part(&mut self, letter: char, is_quoted: bool, builder: &mut Builder) {
        match letter {
            '\\' => self.escape(builder),
            '\'' => {
                let text = self.single_quotes();
                builder.push(text);
            }
            '"' => {
                self.at += 1;
                self.double_quotes(builder);
            }
            '$' if self.rest().starts_with("$'") => {
                self.at += 2;
                self.ansi(builder);
            }
            '$' if self.rest().starts_with("$\"") => {
                self.at += 2;
                self.double_quotes(builder);
            }
            '$' | '`' => self.expansion(is_quoted, builder),
            '{' if self.is_brace_expansion() => {
                builder.unknown = Some("braces stand for several words".to_owned());
                builder.push("{");
                self.at += 1;
            }
            letter => {
                if letter == '*' && !is_quoted {
                    self.pattern();
                }
                builder.push(letter.encode_utf8(&mut [0; 4]));
                self.at += letter.len_utf8();
            }
        }
    }

    /// Tells of a pattern: which files it stands for is known only where the script runs.
    fn pattern(&mut self) {
        let place = Origin::File(self.place(self.at..self.at + 1));
        let message =
            "a shell puts the names of files in the place of `*` where some match: it stands as it is";
        let note = Finding::note(Code::NotCarriedOver, message).asked("*", &place);
        self.findings
            .push(note.help("write the files out, or have a shell in the container find them: sh -c '...'"));
    }

    /// Between double quotes, up to their end.
    pub(super) fn double_quotes(&mut self, builder: &mut Builder) {
        let open = self.at - 1;
        let is_first = builder.current.is_none();
        let is_nothing = std::mem::take(&mut builder.is_nothing);
        builder.push("");
        while let Some(letter) = self.peek().filter(|_| !self.is_deep) {
            match letter {
                '"' => {
                    self.at += 1;
                    let is_none = is_first && std::mem::replace(&mut builder.is_nothing, is_nothing);
                    builder.current.take_if(|current| is_none && current.is_empty());
                    return;
                }
                '\\' => {
                    let next = self.rest()[1..].chars().next();
                    match next {
                        Some('\n') => self.at += 2,
                        Some(next @ ('$' | '`' | '"' | '\\')) => {
                            builder.push(next.encode_utf8(&mut [0; 4]));
                            self.at += 2;
                        }
                        _ => {
                            builder.push("\\");
                            self.at += 1;
                        }
                    }
                }
                '$' | '`' => self.expansion(true, builder),
                letter => {
                    builder.push(letter.encode_utf8(&mut [0; 4]));
                    self.at += letter.len_utf8();
                }
            }
        }
        if !self.is_deep {
            self.unended(open, "\"");
        }
    }

    /// A backslash outside of quotes.
    fn escape(&mut self, builder: &mut Builder) {
        self.at += 1;
        match self.peek() {
            Some('\n') => self.at += 1,
            Some('\r') if self.rest().starts_with("\r\n") => self.at += 2,
            Some(next) => {
                builder.push(next.encode_utf8(&mut [0; 4]));
                self.at += next.len_utf8();
            }
            None => {}
        }
    }

    /// The text between single quotes.
    fn single_quotes(&mut self) -> &str {
        let from = self.at + 1;
        let length = self.text[from..self.end].find('\'');
        let end = length.map_or(self.end, |length| from + length);
        self.at = (end + 1).min(self.end);
        if length.is_none() {
            self.unended(from - 1, "'");
        }
        &self.text[from..end]
    }

    /// `$'...'`, up to its end. Its bytes may make up a letter together: `\xc3\xa4`.
    fn ansi(&mut self, builder: &mut Builder) {
        let (open, mut bytes) = (self.at - 2, Vec::new());
        let is_ended = loop {
            let Some(letter) = self.peek() else { break false };
            self.at += letter.len_utf8();
            match letter {
                '\'' => break true,
                '\\' => self.ansi_escape(&mut bytes),
                letter => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
            }
        };
        builder.push(&String::from_utf8_lossy(&bytes));
        if !is_ended {
            self.unended(open, "$'");
        }
    }

    /// What stands behind a backslash in `$'...'`.
    fn ansi_escape(&mut self, bytes: &mut Vec<u8>) {
        let escape = self.peek().unwrap_or('\\');
        self.at += if self.at < self.end { escape.len_utf8() } else { 0 };
        let letter = match escape {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' | 'E' => '\u{1b}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'u' => self.letter(4),
            'U' => self.letter(8),
            'x' => return bytes.push(self.byte(16, 2)),
            '0'..='7' => {
                self.at -= 1;
                return bytes.push(self.byte(8, 3));
            }
            other => other,
        };
        bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes());
    }

    /// The letter that a hexadecimal number of at most so many digits stands for.
    fn letter(&mut self, most: usize) -> char {
        self.number(16, most).and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The byte that a number of at most so many digits stands for: of one that is greater, what of it fits, as in bash.
    fn byte(&mut self, radix: u32, most: usize) -> u8 {
        self.number(radix, most).map_or(b'?', |number| number.to_le_bytes()[0])
    }

    fn number(&mut self, radix: u32, most: usize) -> Option<u32> {
        let digits: String =
            self.rest().chars().take(most).take_while(|letter| letter.is_digit(radix)).collect();
        self.at += digits.len();
        u32::from_str_radix(&digits, radix).ok()
    }

    fn tilde(&mut self, builder: &mut Builder) {
        let rest = &self.rest()[1..];
        if rest.is_empty() || rest.starts_with(['/', ' ', '\t', '\n', ':', ';', ')']) {
            builder.fill(Text::known("home"), true);
            self.at += 1;
        } else if rest.starts_with(|next: char| next.is_ascii_alphanumeric() || "+-_".contains(next)) {
            builder.unknown = Some("whose folder this is, a shell alone knows".to_owned());
        }
    }

    /// Whether the word that begins here assigns a variable.
    fn is_assignment(&self) -> bool {
        let is_of_name = |letter: &u8| letter.is_ascii_alphanumeric() || *letter == b'_';
        let (name, behind) = self.rest().split_at(self.rest().bytes().take_while(is_of_name).count());
        is_name(name) && (behind.starts_with('=') || behind.starts_with("+="))
    }

    /// `(...)` behind `NAME=`: the list's elements.
    fn rest_of_list(&mut self, is_assignment: bool, start: usize) -> Option<Built> {
        let front = &self.text[start..self.at];
        if !is_assignment || !front.ends_with('=') {
            return None;
        }
        if self.filled == DEEPEST_FILLED {
            return None;
        }
        let (front, open) = (front.to_owned(), self.at);
        self.at += 1;
        self.filled += 1;
        let mut built = Built { text: Text::from(front), list: Some(Vec::new()), ..Built::default() };
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.unended(open, "(");
                    break;
                }
                Some(')') => {
                    self.at += 1;
                    break;
                }
                Some('\n') => self.at += 1,
                Some('#') => self.comment(),
                Some(_) => {
                    let before = self.at;
                    for word in self.word() {
                        built.unknown = built.unknown.or(word.unknown);
                        built.list.get_or_insert_default().push(word.text);
                    }
                    self.at += usize::from(self.at == before);
                }
            }
        }
        self.filled -= 1;
        built.span = start..self.at;
        Some(built)
    }

    /// `<(...)` or `>(...)`: whether it was one.
    fn process(&mut self, builder: &mut Builder) -> bool {
        if !self.rest()[1..].starts_with('(') {
            return false;
        }
        self.at += 1;
        self.substitution(true, builder);
        builder.unknown = Some("a file that a command writes is there only while the script runs".to_owned());
        true
    }

    /// Whether `{a,b}` or `{1..3}` begins here.
    fn is_brace_expansion(&self) -> bool {
        let rest = &self.rest()[1..];
        let end = rest.find([' ', '\n', '"', '\'', '{', '}']).filter(|end| rest[*end..].starts_with('}'));
        end.map(|end| &rest[..end]).is_some_and(|inner| inner.contains(',') || inner.contains(".."))
    }

    /// What a variable holds.
    pub(super) fn held(&self, name: &str) -> Option<&Held> {
        self.held.get(name)
    }
}
