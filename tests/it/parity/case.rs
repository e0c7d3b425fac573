//! The cases as data: `cases/HEADING.txt`, one line each.
//!
//! A line is the words of `docker run` before the image, as a shell splits them; `NAME=VALUE` in front of them is a
//! variable. `WHO:` in front of all says that dynrun and docker's client differ: `client` and `engine` refuse it
//! themselves, and dynrun as well; any other word is the `name` of a row of `DEVIATIONS`. `WHO@1.41:` says so of this
//! version of the API alone, and `sent@1.50:` that the line is tried at that one alone. The lines below that are
//! indented are what dynrun says instead, to the letter, or what it sends instead.

use std::fmt;
use std::fs;
use std::path::PathBuf;

/// The versions of the API at which every case is tried: the oldest that dynrun speaks, and the newest.
pub(crate) const VERSIONS: [&str; 2] = ["1.41", "1.50"];

/// The headings, each a file.
pub(crate) const HEADINGS: [&str; 11] = [
    "general",
    "network",
    "environment",
    "storage",
    "resources",
    "gpu",
    "security",
    "health",
    "lifecycle",
    "logging",
    "metadata",
];

/// Who parts from whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// Nobody: both send the same request.
    Nobody,
    /// Docker's client refuses the words.
    Client,
    /// The engine refuses what docker's client sends.
    Engine,
    /// dynrun differs, as this row of `DEVIATIONS` says.
    Deviation(&'static str),
}

impl Who {
    fn parse(word: &str) -> Self {
        match word {
            "sent" => Self::Nobody,
            "client" => Self::Client,
            "engine" => Self::Engine,
            _ => {
                let row = dynrun::engine::DEVIATIONS.iter().find(|row| row.name == word);
                Self::Deviation(row.unwrap_or_else(|| panic!("DEVIATIONS has no row {word}")).name)
            }
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "sent",
            Self::Client => "client",
            Self::Engine => "engine",
            Self::Deviation(name) => name,
        })
    }
}

/// One line of a file.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The words in one line, without who differs.
    pub(crate) line: String,
    /// The variables.
    pub(crate) env: Vec<(String, String)>,
    /// The options.
    pub(crate) args: Vec<String>,
    /// Who parts from whom.
    pub(crate) who: Who,
    /// The versions of the API at which it is tried.
    pub(crate) versions: Vec<&'static str>,
    /// What dynrun says or sends where it differs; empty elsewhere.
    pub(crate) expected: String,
}

impl Case {
    fn parse(text: &str) -> Self {
        let (head, line) = match text.split_once(": ") {
            Some((head, line))
                if head.bytes().all(|byte| b"@.-".contains(&byte) || byte.is_ascii_alphanumeric()) =>
            {
                (head, line)
            }
            _ => ("sent", text),
        };
        // An option is no head.
        let (head, line) = if head.starts_with('-') { ("sent", text) } else { (head, line) };
        let (who, version) = head.split_once('@').map_or((head, None), |(who, version)| (who, Some(version)));
        let versions = VERSIONS.into_iter().filter(|known| version.is_none_or(|version| version == *known));
        let mut args = shlex::split(line).unwrap_or_else(|| panic!("{line}"));
        let is_variable = |word: &&String| {
            let name = word.split_once('=').map(|(name, _)| name).unwrap_or_default();
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        };
        let options = args.split_off(args.iter().take_while(is_variable).count());
        let pair =
            |word: String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            line: line.to_owned(),
            env: args.into_iter().filter_map(pair).collect(),
            args: options,
            who: Who::parse(who),
            versions: versions.collect(),
            expected: String::new(),
        }
    }

    /// The case as a line of its file.
    pub(super) fn head(&self) -> String {
        let head = match (self.who, &self.versions[..]) {
            (Who::Nobody, versions) if versions.len() == VERSIONS.len() => return self.line.clone(),
            (who, versions) if versions.len() == VERSIONS.len() => who.to_string(),
            (who, versions) => format!("{who}@{}", versions[0]),
        };
        format!("{head}: {}", self.line)
    }
}

/// The file of a heading.
pub(super) fn path(heading: &str) -> PathBuf {
    super::folder().join(format!("cases/{heading}.txt"))
}

/// The cases of a heading.
pub(crate) fn cases(heading: &str) -> Vec<Case> {
    let text = fs::read_to_string(path(heading)).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix("    "), cases.last_mut()) {
            (Some(said), Some(case)) => case.expected += &format!("{said}\n"),
            (Some(said), None) => panic!("{heading}: {said}"),
            (None, _) => cases.push(Case::parse(line)),
        }
    }
    cases
}

/// The words of every case, in the order of the files; those that stand there for each version apart come once.
pub(super) fn lines() -> Vec<String> {
    let all = HEADINGS.iter().flat_map(|heading| cases(heading)).map(|case| case.line);
    let mut lines: Vec<String> = all.collect();
    lines.dedup();
    lines
}

/// Writes what dynrun says or sends below the cases of a heading; everything else of the file stays.
pub(super) fn write_expected(heading: &str, cases: &[Case]) {
    let text = fs::read_to_string(path(heading)).unwrap();
    let mut next = cases.iter();
    let mut written = String::new();
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        written += &format!("{line}\n");
        if !line.is_empty() && !line.starts_with('#') {
            let case = next.next().unwrap();
            assert_eq!(case.head(), line);
            written.extend(case.expected.lines().map(|said| format!("    {said}\n")));
        }
    }
    fs::write(path(heading), written).unwrap();
}

/// The case in which nothing is said.
pub(super) fn plain() -> Case {
    Case::parse("")
}
