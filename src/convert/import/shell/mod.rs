//! A shell script, or a part of one, into its simple commands: quotes, continuations, comments, redirections and
//! here-documents as a shell reads them, what is assigned before it is used, and the caller's variables by their names.
//! Nothing is run; what only a run would tell is named where a launch needs it.

mod builtin;
mod expansion;
mod hidden;
mod program;
mod redirection;
mod word;

use super::{Text, Word, left_out};
use crate::finding::{Code, FileKind, Finding, Findings, Origin, Place, Source};
use crate::values::SecretNames;
use program::{file_name, is_client, is_launcher, program, wrappers};
use redirection::Document;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;
use word::Built;

pub use program::unwrapped;

/// A command of a script.
#[derive(Debug, Clone)]
pub struct Command {
    /// Its words, the program first.
    pub words: Vec<Word>,
    /// What the variables hold that it names and that were set before it.
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

/// How much of a word is shown.
const MOST_SHOWN: usize = 120;

/// What every message holds of a sign without an end.
const UNENDED: &str = "has no end";

/// Words that begin with an assignment.
const DECLARATIONS: [&str; 5] = ["export", "local", "readonly", "declare", "typeset"];

/// How deep commands may lie in each other, and what is filled in.
const DEEPEST: usize = 16;
const DEEPEST_FILLED: usize = 64;

/// Reads every command of a script, those in `$(...)` as well, and tells what of the script cannot be read. Variables that
/// nobody assigns are the caller's.
#[must_use]
pub fn commands(source: &Source, secrets: &SecretNames) -> (Vec<Command>, Findings) {
    let mut script = Script::new((source, secrets), 0..source.text.len(), Rc::default(), 0);
    script.read();
    (script.commands, script.faults)
}

/// A script as it is read.
struct Script<'a> {
    source: &'a Source,
    secrets: &'a SecretNames,
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    end: usize,
    /// What variables hold: a command in brackets sees it, too, and seldom changes it.
    held: Rc<BTreeMap<String, Held>>,
    commands: Vec<Command>,
    /// How many conditions and loops are open.
    conditions: usize,
    /// The here-documents that begin with the next line.
    documents: Vec<Document>,
    depth: usize,
    /// How deep the text that is read lies in what is filled in.
    filled: usize,
    /// Whether it lay too deep: then it ends with its line.
    is_deep: bool,
    /// Where the script went that is elsewhere than its file's folder.
    moved: Option<Range<usize>>,
    /// What is to be said of the command that is read.
    findings: Findings,
    /// What the command that is read gets on standard input: a file, a here-document, another command's output.
    input: Option<Range<usize>>,
    /// What of the script itself cannot be read.
    faults: Findings,
    /// Whether a quote or a bracket of the command that is read has no end.
    is_cut: bool,
}

impl<'a> Script<'a> {
    fn new(
        (source, secrets): (&'a Source, &'a SecretNames),
        range: Range<usize>,
        held: Rc<BTreeMap<String, Held>>,
        depth: usize,
    ) -> Self {
        Self {
            source,
            secrets,
            text: source.text.as_str(),
            at: range.start,
            end: range.end,
            held,
            commands: Vec::new(),
            conditions: 0,
            documents: Vec::new(),
            depth,
            filled: 0,
            is_deep: false,
            moved: None,
            findings: Findings::new(),
            input: None,
            faults: Findings::new(),
            is_cut: false,
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
        self.is_deep = false;
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
        // Behind a function's brackets there is none.
        let is_one = rest.starts_with([';', '&', '|', ')']);
        let is_pipe = rest.starts_with('|') && !is_conditional;
        self.input = is_pipe.then_some(self.at..self.at + 1);
        self.at += if is_conditional || rest.starts_with(";;") { 2 } else { usize::from(is_one) };
        is_conditional
    }

    /// What a command does to what is known, and the command itself where it is none of the shell's own.
    fn take(&mut self, mut words: &[Built], is_conditional: bool) {
        let mut findings = std::mem::take(&mut self.findings);
        let input = self.input.take();
        if std::mem::take(&mut self.is_cut) {
            return;
        }
        let mut before = Vec::new();
        let mut is_declared = false;
        while let Some((first, rest)) = words.split_first() {
            match first.plain() {
                Some(word @ ("if" | "while" | "until" | "case" | "for" | "select")) => {
                    self.conditions += 1;
                    if word == "for" || word == "select" {
                        let name = rest.first().and_then(Built::plain).unwrap_or_default();
                        self.forget(name, "is another in each round of the loop");
                    }
                    if word == "for" || word == "select" || word == "case" {
                        return;
                    }
                }
                Some("fi" | "done" | "esac" | "}") => self.conditions = self.conditions.saturating_sub(1),
                Some(word) if DECLARATIONS.contains(&word) => is_declared = true,
                Some(word) if is_declared && word.starts_with('-') => {}
                Some(word) if KEYWORDS.contains(&word) => {}
                _ if first.assigned().is_some() => {
                    before.extend(self.before(first));
                    self.assign(first, is_conditional || self.conditions > 0);
                }
                _ => break,
            }
            words = rest;
        }
        if !words.is_empty() {
            findings.extend(input.and_then(|input| self.fed(words, input)));
            self.run(words, findings);
            // What stands before a command is set for it alone.
            if !is_declared {
                self.restore(before);
            }
        }
    }

    /// What the variable holds that is about to be assigned.
    fn before(&self, word: &Built) -> Option<(String, Option<Held>)> {
        let (name, _) = word.assigned()?;
        Some((name.to_owned(), self.held(name).cloned()))
    }

    fn restore(&mut self, before: Vec<(String, Option<Held>)>) {
        for (name, held) in before.into_iter().rev() {
            match held {
                Some(held) => self.hold(name, held),
                None => drop(Rc::make_mut(&mut self.held).remove(&name)),
            }
        }
    }

    /// A command: a launch, one of the shell's own, or one that something is to be said of.
    fn run(&mut self, words: &[Built], mut findings: Findings) {
        if self.builtin(words) {
            return;
        }
        let programs: Vec<bool> = words.iter().map(|word| program(word).is_some()).collect();
        let first = words.first().and_then(Built::plain).unwrap_or_default();
        let (wrappers, inner) = words.split_at(wrappers(first, &programs));
        let mut before = Vec::new();
        for word in wrappers {
            before.extend(self.before(word));
            self.assign(word, false);
        }
        let is_launch = inner.first().is_some_and(|first| program(first).is_some());
        let has_limit =
            wrappers.first().and_then(Built::plain).is_some_and(|word| file_name(word) == "timeout");
        if has_limit && is_launch {
            let place = Origin::File(self.place(wrappers[0].span.clone()));
            let note = left_out("`timeout` is left out: dynrun ends a container by itself");
            findings.push(
                note.asked("timeout ...", &place).help("say the time in the file: time-limit = \"...\""),
            );
        }
        match self.hidden(inner) {
            Some(note) if !is_launch => self.faults.push(note),
            _ => self.push(inner, findings),
        }
        self.restore(before);
    }

    fn push(&mut self, words: &[Built], said: Findings) {
        let mut findings = said;
        findings.extend(words.iter().filter_map(|word| self.fault(word)));
        let origin = |word: &Built| Origin::File(self.place(word.span.clone()));
        let launcher = words.first().and_then(program);
        if launcher.is_some() {
            findings.extend(self.elsewhere(words));
        }
        let set = launcher.iter().flat_map(|_| self.named(words)).collect();
        let mut texts: Vec<Text> = words.iter().map(|word| word.text.clone()).collect();
        if let (Some(first), Some(launcher)) = (texts.first_mut(), launcher) {
            *first = Text::from(launcher);
        }
        let words = texts.into_iter().zip(words).map(|(text, word)| Word {
            text,
            origin: origin(word),
            is_loose: word.is_loose,
        });
        self.commands.push(Command { words: words.collect(), set, findings });
    }

    /// What the variables hold that these words name: `-e NAME`, `-eNAME`, `--env=NAME`, or that hold a secret of theirs.
    fn named(&self, words: &[Built]) -> Vec<(String, Text)> {
        let of_word = |word: &Built| {
            let plain = word.text.plain().unwrap_or_default().to_owned();
            let behind = plain.split_once('=').map(|(_, name)| name.to_owned());
            let joined = plain
                .strip_prefix('-')
                .and_then(|rest| rest.split_once('e'))
                .map(|(_, name)| name.to_owned());
            let secret = word.text.secret(self.secrets).map(str::to_owned);
            [Some(plain), behind, joined, secret].into_iter().flatten()
        };
        let names = words.iter().flat_map(of_word);
        let held = names.filter_map(|name| match self.held(&name)? {
            Held::One(text) => Some((name.clone(), text.clone())),
            Held::List(_) | Held::Unknown(_) => None,
        });
        held.collect()
    }

    /// Why a word is not known, as an error.
    fn fault(&self, word: &Built) -> Option<Finding> {
        let why = word.unknown.as_ref()?;
        let place = self.place(word.span.clone());
        let finding = Finding::error(Code::NotUnderstood, why.clone());
        let finding = finding.asked(self.shown(word.span.clone()), &Origin::File(place));
        Some(finding.help("write down what it comes to, and import again"))
    }

    /// A part of the script as it is shown: no more than a line of it.
    fn shown(&self, span: Range<usize>) -> String {
        let text = &self.text[span];
        let shown: String = text.chars().take(MOST_SHOWN).take_while(|letter| *letter != '\n').collect();
        let rest = if shown.len() < text.len() { "..." } else { "" };
        shown + rest
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
        let before = Rc::make_mut(&mut self.held).remove(&name);
        let value = match (is_more, before, value) {
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
        self.hold(name, value);
    }

    fn hold(&mut self, name: String, value: Held) {
        Rc::make_mut(&mut self.held).insert(name, value);
    }

    /// From here on nobody knows what the variable holds.
    fn forget(&mut self, name: &str, why: &str) {
        self.hold(name.to_owned(), Held::Unknown(format!("`{name}` {why}")));
    }

    /// Tells of a sign that opens something which nothing closes: all that follows belongs to it.
    fn unended(&mut self, at: usize, sign: &str) {
        self.is_cut = true;
        let message = format!("a `{sign}` opens here and {UNENDED}: what follows is not read");
        let finding = Finding::error(Code::NotUnderstood, message);
        let place = Origin::File(self.place(at..at + sign.len()));
        // The innermost comes first, and those around it have no end because of it.
        if !self.faults.iter().any(|fault| fault.message.contains(UNENDED)) {
            self.faults.push(finding.asked(sign, &place).help("close it, and import again"));
        }
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
