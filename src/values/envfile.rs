//! `EnvFile`: a file of variables, for `--env-file`, and the reading of its bytes in docker's own dialect.

use std::path::{Path, PathBuf};

use super::file::File;
use super::{EnvVar, Offer, Power, Roots, Secret, Value, ValueError, pair};

/// The longest line of one.
pub(super) const LONGEST: usize = EnvVar::LONGEST;

/// The path of a file of variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile(pub PathBuf);

impl Value for EnvFile {
    const FORM: &'static str = File::FORM;
    const OFFER: Offer = File::OFFER;

    fn parse(word: &str) -> Result<Self, ValueError> {
        File::parse(word).map(|file| Self(file.0))
    }

    fn word(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        Self(roots.absolute(&self.0))
    }

    fn power(&self) -> Option<Power> {
        Some(Power::HostPath(self.0.clone()))
    }
}

impl AsRef<Path> for EnvFile {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

/// One variable of a file, with the line that said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFileLine {
    /// The line, counted from 1.
    pub line: usize,
    /// The variable's name.
    pub name: String,
    /// Its value, every byte as it stands; none forwards what the caller's environment holds under the name.
    pub value: Option<Secret>,
}

/// Why a file of variables cannot be read. It never holds what the line says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct EnvFileError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, as a lower-case fragment.
    pub problem: String,
}

/// Reads a file of variables in docker's dialect: a BOM and the CR of a CRLF are dropped, blanks before a name are
/// trimmed, `#` starts a comment only where the line starts, quotes and everything else are literal.
///
/// # Errors
/// Names the first line that docker, or the kernel later on, would refuse.
pub fn parse_env_file(bytes: &[u8]) -> Result<Vec<EnvFileLine>, EnvFileError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = Vec::new();
    for (index, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        match variable(raw) {
            Ok(Some((name, value))) => lines.push(EnvFileLine { line, name, value }),
            Ok(None) => {}
            Err(problem) => return Err(EnvFileError { line, problem }),
        }
    }
    Ok(lines)
}

/// What is wrong with a variable's name that a file says: the engine would take it, and no program asks for it.
#[must_use]
pub fn odd_name(name: &str) -> Option<&'static str> {
    match name {
        name if name.starts_with("export ") || name.starts_with("export\t") => {
            Some("`export` is a shell's word: it starts with the name")
        }
        name if name.contains([' ', '\t']) => Some("the name holds a blank"),
        _ => None,
    }
}

/// Reads one line; none where it is blank or a comment.
fn variable(raw: &[u8]) -> Result<Option<(String, Option<Secret>)>, String> {
    let text = std::str::from_utf8(raw).map_err(|_| "the line is not valid UTF-8".to_owned())?;
    let text = text.trim_start();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    if text.contains('\0') {
        return Err("the line holds a NUL byte".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("the line has {} bytes: the kernel takes {LONGEST} at most", text.len()));
    }
    let (name, value) = pair::split(text);
    if name.is_empty() {
        return Err("the name is missing".to_owned());
    }
    if let Some(problem) = odd_name(name) {
        return Err(problem.replace("it starts", "the line starts"));
    }
    Ok(Some((name.to_owned(), value.map(Secret::new))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<EnvFile>(&[(".env", ".env"), ("/a/b", "/a/b"), ("../x", "../x"), ("~/x", "~/x"), ("-", "-")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<EnvFile>(&[("", "the file's path is empty"), ("a\0", "the file's path holds a NUL byte")]);
    }

    #[test]
    fn a_relative_path_starts_at_the_base() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        for (word, want) in [("x/../.env", "/base/.env"), ("~/x", "/home/me/x"), ("/a", "/a")] {
            let file = EnvFile::parse(word).unwrap().rooted(&roots);
            assert_eq!(file.word(), want);
            assert_eq!(file.power(), Some(Power::HostPath(want.into())));
        }
    }

    /// What a file says, as `line:name=value`.
    fn said(bytes: &[u8]) -> Result<Vec<String>, String> {
        let lines = parse_env_file(bytes).map_err(|error| error.to_string())?;
        let value = |line: &EnvFileLine| line.value.as_ref().map(|value| format!("={}", value.expose()));
        Ok(lines
            .iter()
            .map(|line| format!("{}:{}{}", line.line, line.name, value(line).unwrap_or_default()))
            .collect())
    }

    #[test]
    fn lines_are_read_in_dockers_dialect() {
        for (bytes, want) in [
            (&b""[..], vec![]),
            (b"\xef\xbb\xbfA=1\r\nB=2\r\n", vec!["1:A=1", "2:B=2"]),
            (b"\n# c\n  # d\n \t A=1", vec!["4:A=1"]),
            (b"A=\"quoted\"\nB='x'\nC=$A", vec!["1:A=\"quoted\"", "2:B='x'", "3:C=$A"]),
            (b"A=x # c\nB= sp \n", vec!["1:A=x # c", "2:B= sp "]),
            (b"HOME\nE=\nA=b=c", vec!["1:HOME", "2:E=", "3:A=b=c"]),
            (b"1X=2\nA-B.C=1\nA=\\n\nA=2", vec!["1:1X=2", "2:A-B.C=1", "3:A=\\n", "4:A=2"]),
            (b"A=1\r\r\n", vec!["1:A=1\r"]),
        ] {
            assert_eq!(said(bytes), Ok(want.into_iter().map(str::to_owned).collect()));
        }
    }

    #[test]
    fn errors_name_the_line_and_nothing_of_it() {
        for (bytes, want) in [
            (&b"A=1\n=hush"[..], "line 2: the name is missing"),
            (b"B =hush", "line 1: the name holds a blank"),
            (b"\nHOME ", "line 2: the name holds a blank"),
            (b"export G=hush", "line 1: `export` is a shell's word: the line starts with the name"),
            (b"A=hush\xff", "line 1: the line is not valid UTF-8"),
            (b"A=hush\0", "line 1: the line holds a NUL byte"),
        ] {
            assert_eq!(said(bytes), Err(want.to_owned()));
        }
    }

    #[test]
    fn a_line_has_128_kib_with_its_nul() {
        let longest = format!("A={}", "x".repeat(LONGEST - 2));
        assert!(parse_env_file(longest.as_bytes()).is_ok());
        let error = said(format!("{longest}x").as_bytes()).unwrap_err();
        assert_eq!(error, "line 1: the line has 131072 bytes: the kernel takes 131071 at most");
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(path in "[^\\x00]{1,9}") {
            round_trips(&EnvFile(path.into()));
        }
    }
}
