//! `Origin`: where a value was said. Every value keeps it to the end, and errors print it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The kinds of configuration files, lowest first: a later one overrides an earlier one, key by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// Embedded in the binary, from `profiles/`.
    BuiltIn,
    /// `/etc/dynrun/config.toml`.
    System,
    /// `$XDG_CONFIG_HOME/dynrun/config.toml`.
    User,
    /// The nearest `dynrun.toml` upwards.
    Project,
    /// `--config FILE`.
    Given,
}

/// A configuration file as it was read. `Eq`, too, so that an `Arc` of one is compared by its address first, and not by
/// its text: places are compared by the thousand.
#[derive(PartialEq, Eq)]
pub struct SourceFile {
    /// Which file it is.
    pub kind: FileKind,
    /// Its path, or `profiles/NAME.toml` for one that is built in.
    pub path: PathBuf,
    /// The name to print: relative to the working directory where that is shorter.
    pub name: String,
    /// Its whole text.
    pub text: String,
}

/// The text may hold secrets.
impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile")
            .field("kind", &self.kind)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SourceFile {
    /// The folder that relative paths in the file start from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    /// Line and column, from 1, of a byte of the text. Columns count characters.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let mut end = byte.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A range of bytes of a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes.
    pub span: Range<usize>,
}

/// Two places of one file, as most are, are told apart without a look at its text.
impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span && (Arc::ptr_eq(&self.file, &other.file) || self.file == other.file)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, _) = self.file.position(self.span.start);
        write!(f, "{}:{line}", self.file.name)?;
        match self.file.kind {
            FileKind::BuiltIn => f.write_str(" (built in)"),
            FileKind::System | FileKind::User | FileKind::Project | FileKind::Given => Ok(()),
        }
    }
}

/// Where a value was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// In a configuration file.
    File(Place),
    /// In an environment variable, by its name.
    Variable(String),
    /// On the command line, by the spelling of the flag.
    Flag(String),
    /// By dynrun itself, which names the rule that made it so.
    Rule(&'static str),
}

impl Origin {
    /// The configuration of docker's own client, which its launches follow by themselves.
    pub const DOCKERS: Self = Self::Rule("docker's own configuration");
    /// A stack, for each of its services.
    pub const STACKS: Self = Self::Rule("the stack's own");
    /// A container that is there, whose launch is repeated: somebody said so then.
    pub const REPEATED: Self = Self::Rule("as the container has it");

    /// Whether a file says it that is built in.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        matches!(self, Self::File(place) if place.file.kind == FileKind::BuiltIn)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => place.fmt(f),
            Self::Variable(name) => write!(f, "{name} in the environment"),
            Self::Flag(_) => f.write_str("on the command line"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}
