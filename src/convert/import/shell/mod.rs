//! A shell script, or a part of one, into its simple commands: quotes, continuations, comments, redirections and
//! here-documents as a shell reads them, what is assigned before it is used, and the caller's variables by their names.
//! Nothing is run; what only a run would tell is named where a launch needs it.

mod expansion;
mod word;

use super::{Text, Word};
use crate::finding::{Code, FileKind, Finding, Findings, Origin, Place, Source};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use word::Built;

/// A command of a script.
#[derive(Debug, Clone)]
pub struct Command {
    /// Its words, the program first.
    pub words: Vec<Word>,
    /// The variables that were set before it, by their names.
    pub set: BTreeMap<String, Text>,
    /// What of it only a run of the script would tell, and what is left out.
    pub findings: Findings,
}

/// What a variable is known to hold.
#[derive(Debug, Clone)]
enum Held {
    One(Text),
    List(Vec<Text>),
    /// Nobody knows: why.
    Unknown(String),
}

/// How much a variable may hold: a kernel starts no program with a longer word, and a list of more words is no line's.
const MOST_HELD: usize = 128 << 10;
const MOST_WORDS: usize = 10_000;

impl Held {
    fn is_long(&self) -> bool {
        match self {
            Self::One(text) => text.written().len() > MOST_HELD,
            Self::List(texts) => {
                texts.len() > MOST_WORDS
                    || texts.iter().map(|text| text.written().len()).sum::<usize>() > MOST_HELD
            }
            Self::Unknown(_) => false,
        }
    }
}

/// Words before a command that change nothing of it.
const KEYWORDS: [&str; 14] = [
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "exec", "command", "nohup",
    "builtin",
];

/// Programs that run the command behind them.
const WRAPPERS: [&str; 9] =
    ["sudo", "doas", "env", "nice", "ionice", "timeout", "setsid", "stdbuf", "systemd-run"];

/// Words that begin with an assignment.
const DECLARATIONS: [&str; 5] = ["export", "local", "readonly", "declare", "typeset"];

/// How deep commands may lie in each other.
const DEEPEST: usize = 16;

/// Reads every command of a script, those in `$(...)` as well. Variables that nobody assigns are the caller's.
#[must_use]
pub fn commands(source: &Source) -> Vec<Command> {
    let mut script = Script::new(source, 0..source.text.len(), BTreeMap::new(), 0);
    script.read();
    script.commands
}

/// A script as it is read.
struct Script<'a> {
    source: &'a Source,
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    end: usize,
    held: BTreeMap<String, Held>,
    commands: Vec<Command>,
    /// How many conditions and loops are open.
    conditions: usize,
    /// The ends of the here-documents that begin with the next line.
    documents: Vec<String>,
    depth: usize,
    /// What is to be said of the command that is read.
    findings: Findings,
}

impl<'a> Script<'a> {
    fn new(source: &'a Source, range: Range<usize>, held: BTreeMap<String, Held>, depth: usize) -> Self {
        let text = source.text.as_str();
        let (commands, documents, findings) = (Vec::new(), Vec::new(), Findings::new());
        Self {
            source,
            text,
            at: range.start,
            end: range.end,
            held,
            commands,
            conditions: 0,
            documents,
            depth,
            findings,
        }
    }

    fn read(&mut self) {
        let mut is_conditional = false;
        while self.at < self.end {
            let words = self.simple_command();
            if !words.is_empty() {
                self.take(&words, is_conditional);
            }
            is_conditional = self.separator();
        }
    }

    /// The words of one command.
    fn simple_command(&mut self) -> Vec<Built> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None | Some('\n' | ';' | '&' | '|' | ')') if !self.is_redirection() => return words,
                None => return words,
                Some('#') => self.comment(),
                Some('(') => {
                    // A group, or a function's empty brackets.
                    self.at += 1;
                    if !words.is_empty() {
                        self.blanks();
                        if self.peek() == Some(')') {
                            self.at += 1;
                        }
                        return Vec::new();
                    }
                }
                Some(_) if self.is_redirection() => self.redirection(),
                Some(_) => {
                    let before = self.at;
                    let built = self.word();
                    words.extend(built);
                    if self.at == before {
                        self.at += self.peek().map_or(1, char::len_utf8);
                    }
                }
            }
        }
    }

    /// What parts two commands; whether the next runs only if the last one ended well, or did not.
    fn separator(&mut self) -> bool {
        let rest = &self.text[self.at..self.end];
        if rest.starts_with('\n') {
            self.at += 1;
            self.skip_documents();
            return false;
        }
        let is_conditional = rest.starts_with("&&") || rest.starts_with("||");
        self.at += if is_conditional || rest.starts_with(";;") { 2 } else { usize::from(!rest.is_empty()) };
        is_conditional
    }

    /// What a command does to what is known, and the command itself where it is none of the shell's own.
    fn take(&mut self, mut words: &[Built], is_conditional: bool) {
        let findings = std::mem::take(&mut self.findings);
        while let Some((first, rest)) = words.split_first() {
            match first.plain() {
                Some(word @ ("if" | "while" | "until" | "case" | "for" | "select")) => {
                    self.conditions += 1;
                    if word == "for" || word == "select" {
                        let name = rest.first().and_then(Built::plain).unwrap_or_default();
                        let why = format!("`{name}` is another in each round of the loop");
                        self.held.insert(name.to_owned(), Held::Unknown(why));
                    }
                    if word == "for" || word == "select" || word == "case" {
                        return;
                    }
                }
                Some("fi" | "done" | "esac" | "}") => self.conditions = self.conditions.saturating_sub(1),
                Some(word) if DECLARATIONS.contains(&word) => {}
                Some(word) if KEYWORDS.contains(&word) => {}
                _ if first.assigned().is_some() => {
                    self.assign(first, is_conditional || self.conditions > 0);
                }
                _ => break,
            }
            words = rest;
        }
        // Behind a program that runs another, that one counts.
        let is_wrapped = words.first().and_then(Built::plain).is_some_and(|word| WRAPPERS.contains(&word));
        if is_wrapped {
            while let Some((first, rest)) = words.split_first() {
                let is_program = first.plain().is_some_and(is_launcher);
                if is_program {
                    break;
                }
                words = rest;
            }
        }
        if !words.is_empty() {
            self.push(words, findings);
        }
    }

    fn push(&mut self, words: &[Built], said: Findings) {
        let mut findings = said;
        findings.extend(words.iter().filter_map(|word| self.fault(word)));
        let origin = |word: &Built| Origin::File(self.place(word.span.clone()));
        let launches = words.first().and_then(Built::plain).is_some_and(is_launcher);
        let set = self.held.iter().filter(|_| launches).filter_map(|(name, held)| match held {
            Held::One(text) => Some((name.clone(), text.clone())),
            Held::List(_) | Held::Unknown(_) => None,
        });
        let set = set.collect();
        let words = words.iter().map(|word| Word { text: word.text.clone(), origin: origin(word) }).collect();
        self.commands.push(Command { words, set, findings });
    }

    /// Why a word is not known, as an error.
    fn fault(&self, word: &Built) -> Option<Finding> {
        let why = word.unknown.as_ref()?;
        let place = self.place(word.span.clone());
        let finding = Finding::error(Code::NotUnderstood, why.clone());
        let finding = finding.asked(self.text[word.span.clone()].to_owned(), &Origin::File(place));
        Some(finding.help("write down what it comes to, and import again"))
    }

    /// `NAME=VALUE`, `NAME+=VALUE`; of a list, its elements follow as words.
    fn assign(&mut self, word: &Built, is_conditional: bool) {
        let Some((name, is_more)) = word.assigned() else { return };
        let name = name.to_owned();
        let value = match (&word.list, &word.unknown) {
            (_, Some(why)) => Held::Unknown(why.clone()),
            (Some(items), None) => Held::List(items.clone()),
            (None, None) => {
                let value = word.text.split_once('=').map(|(_, value)| value).unwrap_or_default();
                Held::One(value)
            }
        };
        let value = match (is_more, self.held.remove(&name), value) {
            (_, _, value @ Held::Unknown(_)) => value,
            (true, Some(Held::One(before)), Held::One(more)) => Held::One(before.joined(more)),
            (true, Some(Held::List(before)), Held::List(more)) => {
                Held::List(before.into_iter().chain(more).collect())
            }
            (true, Some(Held::Unknown(why)), _) => Held::Unknown(why),
            (_, _, value) => value,
        };
        let value = match is_conditional {
            true => Held::Unknown(format!("`{name}` is set under a condition")),
            false => value,
        };
        let value = if value.is_long() {
            Held::Unknown(format!("`{name}` holds more than a launch can take"))
        } else {
            value
        };
        self.held.insert(name, value);
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.source.clone(), span }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..self.end].chars().next()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    /// Blanks, and line ends that are taken back.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("\\\n") {
                self.at += 2;
            } else if rest.starts_with("\\\r\n") {
                self.at += 3;
            } else if rest.starts_with([' ', '\t', '\r']) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn comment(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Whether what comes next sends a stream elsewhere: `>`, `2>`, `&>`, `<`, `<<`.
    fn is_redirection(&self) -> bool {
        let rest = self.rest().trim_start_matches(|letter: char| letter.is_ascii_digit());
        let is_process = rest.starts_with("<(") || rest.starts_with(">(");
        let has_number = rest.len() < self.rest().len();
        let is_both = rest.starts_with("&>") && !has_number;
        (rest.starts_with(['<', '>']) && !is_process) || is_both
    }

    fn redirection(&mut self) {
        let digits =
            self.rest().len() - self.rest().trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        self.at += digits;
        let signs: usize = self.rest().chars().take_while(|letter| "<>&|".contains(*letter)).count();
        let is_document = self.rest().starts_with("<<") && !self.rest().starts_with("<<<");
        self.at += signs;
        if is_document && self.rest().starts_with('-') {
            self.at += 1;
        }
        self.blanks();
        let target = self.word();
        if is_document {
            let end = target.first().map(|word| word.text.written()).unwrap_or_default();
            self.documents.push(end);
        }
    }

    /// The lines of the here-documents that begin here.
    fn skip_documents(&mut self) {
        for end in std::mem::take(&mut self.documents) {
            while self.at < self.end {
                let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
                self.at += line.len();
                if line.trim() == end {
                    break;
                }
            }
        }
    }
}

/// Whether a word is a program that may launch: a client of an engine, or a run.sh.
fn is_launcher(word: &str) -> bool {
    let name = Path::new(word).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    ["docker", "podman", "nerdctl", "finch", "run.sh"].contains(&name)
}

/// A text of the command line as a script's file.
#[must_use]
pub fn as_source(path: &Path, name: &str, text: String) -> Source {
    Source::new(crate::finding::SourceFile {
        kind: FileKind::Given,
        path: path.to_owned(),
        name: name.to_owned(),
        text,
    })
}
