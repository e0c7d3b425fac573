//! What dynrun has to say about a launch: findings, each with a stable code, where it was asked for and its help.
//!
//! Every room may make findings; only `src/ui` prints them.

mod codes;
mod origin;

pub use codes::{CODES, Code, Explanation, POLICIES};
pub use origin::{FileKind, Origin, Place, SourceFile};

use std::sync::Arc;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Probably not what was meant; the launch goes on.
    Warning,
    /// The launch is refused.
    Error,
}

impl Level {
    /// Its word, as it is printed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something asked for: the words as they were said (without secrets) and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// `-p 9999:9999/udp`, `network = "hots"`.
    pub words: String,
    /// Where it was said.
    pub origin: Origin,
}

/// A change of a file's text that would mend a fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// The bytes to replace.
    pub span: std::ops::Range<usize>,
    /// What to write there.
    pub text: String,
}

/// A place in a file to point at, and what to say there.
#[derive(Debug, Clone, PartialEq)]
pub struct Snippet {
    /// The place.
    pub place: Place,
    /// The words under the caret.
    pub label: String,
    /// The change that would mend it.
    pub patch: Option<Patch>,
    /// Whether what is quoted there could be a secret.
    pub is_hidden: bool,
}

/// One thing that is wrong, or worth knowing, about what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// Its stable name.
    pub code: Code,
    /// What happened, to what: a lower-case fragment without a period.
    pub message: String,
    /// What was asked for, and where.
    pub asked: Vec<Asked>,
    /// The place in a file that is at fault.
    pub snippet: Option<Snippet>,
    /// What else is known, the engine's own words included.
    pub notes: Vec<String>,
    /// Lines that can be pasted, or followed.
    pub help: Vec<String>,
}

impl Finding {
    /// A finding that refuses the launch.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, message)
    }

    /// A finding that the launch survives.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message)
    }

    /// A finding that is only worth knowing.
    #[must_use]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Level::Note, code, message)
    }

    fn new(level: Level, code: Code, message: impl Into<String>) -> Self {
        let (asked, notes, help) = (Vec::new(), Vec::new(), Vec::new());
        Self { level, code, message: message.into(), asked, snippet: None, notes, help }
    }

    /// Adds what was asked for, and where.
    #[must_use]
    pub fn asked(mut self, words: impl Into<String>, origin: &Origin) -> Self {
        self.asked.push(Asked { words: words.into(), origin: origin.clone() });
        self
    }

    /// Points at a place in a file.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.snippet = Some(Snippet { place, label: label.into(), patch: None, is_hidden: false });
        self
    }

    /// Keeps what is quoted at the place from being shown.
    #[must_use]
    pub fn hidden(mut self, is_hidden: bool) -> Self {
        if let Some(snippet) = &mut self.snippet {
            snippet.is_hidden = is_hidden;
        }
        self
    }

    /// Adds the change that would mend the place pointed at.
    #[must_use]
    pub fn patched(mut self, text: impl Into<String>) -> Self {
        if let Some(snippet) = &mut self.snippet {
            let span = snippet.place.span.clone();
            snippet.patch = Some(Patch { span, text: text.into() });
        }
        self
    }

    /// Adds the change that would mend it at another place of the same file.
    #[must_use]
    pub fn patched_at(mut self, span: std::ops::Range<usize>, text: impl Into<String>) -> Self {
        if let Some(snippet) = &mut self.snippet {
            snippet.patch = Some(Patch { span, text: text.into() });
        }
        self
    }

    /// Adds something else that is known.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds which of several services it is about. What is wrong with services or profiles that are not launched is
    /// about none of these.
    #[must_use]
    pub fn of_service(self, service: &str) -> Self {
        let is_elsewhere = self.level == Level::Warning
            && matches!(
                self.code,
                Code::NeedsCycle
                    | Code::ProfileCycle
                    | Code::UnknownProfile
                    | Code::UnknownService
                    | Code::UnknownStack
            );
        if is_elsewhere {
            return self;
        }
        self.noted(format!("that is the service {service}"))
    }

    /// Adds what else is known of another finding that led to this one.
    #[must_use]
    pub fn also(mut self, other: &Self) -> Self {
        self.notes.extend(other.notes.iter().cloned());
        self
    }

    /// Adds a line that can be pasted, or followed.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds several such lines.
    #[must_use]
    pub fn helped(self, lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        lines.into_iter().fold(self, Self::help)
    }

    /// Adds the question whether the nearest of the candidates was meant, where one is near enough.
    #[must_use]
    pub fn near<'a>(self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, candidates) {
            Some(near) => self.help(format!("did you mean {near}?")),
            None => self,
        }
    }
}

/// All findings of a stage. A stage that finds an error says everything it found.
pub type Findings = Vec<Finding>;

/// Whether one of the findings refuses the launch.
#[must_use]
pub fn refuses(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

/// The candidate nearest to a word, if one is near enough to have been meant: a slip of the fingers away, or much
/// the same from its beginning on.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    candidates
        .into_iter()
        .map(|candidate| {
            (strsim::osa_distance(word, candidate), strsim::jaro_winkler(word, candidate), candidate)
        })
        // As many slips as there are letters make any word of any other.
        .filter(|(distance, likeness, _)| {
            (*distance <= slips(word) && *distance < length) || *likeness > 0.85
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map(|(_, _, candidate)| candidate)
}

/// How many letters of a word may be wrong.
fn slips(word: &str) -> usize {
    if word.chars().count() <= 4 { 1 } else { 2 }
}

/// The candidate that was meant, where the word is most likely no name of its own: a slip of the fingers away, and of
/// another number alone it is none.
#[must_use]
pub fn slip<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.replace(|letter: char| letter.is_ascii_digit(), "");
    let candidates = candidates.into_iter().filter(|candidate| {
        strsim::osa_distance(word, candidate) <= slips(word) && plain(word) != plain(candidate)
    });
    nearest(word, candidates)
}

/// A file that was read, shared by every value that it said.
pub type Source = Arc<SourceFile>;
