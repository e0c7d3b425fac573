//! The reading of a `.env` in the dialect of compose: quotes, escapes, values of several lines, `export`, and `${NAME}`
//! and `${NAME:-DEFAULT}` made from lines above or from the caller's environment.
//!
//! Held to what docker-compose 1.29.2 reads. Of three things it makes something else: a line that it cannot read is
//! skipped there and refused here; so is a `${` that is none of the two forms; and between single quotes all is literal.

use super::envfile::LONGEST;
use super::{EnvFileError, Secret};
use std::collections::BTreeMap;

/// One variable of a `.env`, with the line that said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DotenvLine {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The variable's name.
    pub name: String,
    /// Its value; none forwards what the caller's environment holds under the name.
    pub value: Option<Secret>,
    /// The variables of the caller's that the value was made from, and whether each is set.
    pub taken: Vec<(String, bool)>,
    /// The variables that the value is made from, of the file or of the caller.
    pub made_of: Vec<String>,
}

/// Reads the file. `caller` tells what a variable of the caller's environment holds.
///
/// # Errors
/// Names the first line that cannot be read, and nothing of it.
pub fn parse_dotenv(
    bytes: &[u8],
    caller: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<DotenvLine>, EnvFileError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| EnvFileError {
        line: bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1,
        problem: "the line is not valid UTF-8".to_owned(),
    })?;
    // Compose opens the file as text, which makes all ends of lines one.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader { text: &text, at: 0 };
    let (mut lines, mut above) = (Vec::new(), BTreeMap::new());
    loop {
        reader.skip(char::is_whitespace);
        if reader.rest().is_empty() {
            return Ok(lines);
        }
        let line = lines_of(&text[..reader.at]) + 1;
        let fault = |problem: String| EnvFileError { line, problem };
        let Some(Binding { name, value }) = reader.binding().map_err(|problem| fault(problem.to_owned()))?
        else {
            continue;
        };
        let (mut made_of, mut taken) = (Vec::new(), Vec::new());
        let value = value.map(|value| value.filled(&above, caller, (&mut made_of, &mut taken))).transpose();
        let value = value.map_err(|problem| fault(problem.to_owned()))?;
        check(&name, value.as_deref()).map_err(fault)?;
        above.insert(name.clone(), value.clone());
        lines.push(DotenvLine { line, name, value: value.map(Secret::new), made_of, taken });
    }
}

/// How many lines end in a text.
fn lines_of(text: &str) -> usize {
    text.matches('\n').count()
}

/// What no engine and no kernel takes.
fn check(name: &str, value: Option<&str>) -> Result<(), String> {
    let value = value.unwrap_or_default();
    if name.contains('\0') || value.contains('\0') {
        return Err("the line holds a NUL byte".to_owned());
    }
    let length = name.len() + 1 + value.len();
    if length > LONGEST {
        return Err(format!("the variable has {length} bytes: the kernel takes {LONGEST} at most"));
    }
    Ok(())
}

/// A name with what stands behind its `=`.
struct Binding<'a> {
    name: String,
    value: Option<Said<'a>>,
}

/// A value before anything is filled in.
enum Said<'a> {
    Plain(&'a str),
    Single(&'a str),
    Double(&'a str),
}

/// The text, and how far it is read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_skipped).len();
    }

    /// Takes everything up to the first letter that ends it.
    fn take(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// A comment is none, and neither is `export` before one.
    fn binding(&mut self) -> Result<Option<Binding<'a>>, &'static str> {
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let name = match self.rest().chars().next() {
            Some('#') => None,
            Some('\'') => Some(self.quoted('\'').map_err(|_| "the name's quote is not closed")?),
            _ => Some(self.take(|letter| letter == '=' || letter == '#' || letter.is_whitespace())),
        };
        if name == Some("") {
            return Err("the name is missing");
        }
        self.skip(is_blank);
        let value = if self.rest().starts_with('=') { Some(self.value()?) } else { None };
        self.end(value.is_some())?;
        Ok(name.map(|name| Binding { name: name.to_owned(), value }))
    }

    fn value(&mut self) -> Result<Said<'a>, &'static str> {
        self.at += 1;
        self.skip(is_blank);
        Ok(match self.rest().chars().next() {
            Some('\'') => Said::Single(self.quoted('\'')?),
            Some('"') => Said::Double(self.quoted('"')?),
            _ => Said::Plain(without_comment(self.take(is_break))),
        })
    }

    /// What stands between two quotes; one behind a backslash is no end.
    fn quoted(&mut self, quote: char) -> Result<&'a str, &'static str> {
        let inner = &self.rest()[1..];
        let mut is_escaped = false;
        for (at, letter) in inner.char_indices() {
            if letter == quote && !is_escaped {
                self.at += at + 2;
                return Ok(&inner[..at]);
            }
            is_escaped = letter == '\\' && !is_escaped;
        }
        Err("a quote is not closed")
    }

    /// The end of the line, perhaps behind a comment.
    fn end(&mut self, has_value: bool) -> Result<(), &'static str> {
        self.skip(is_blank);
        if self.rest().starts_with('#') {
            self.take(is_break);
        }
        match self.rest().chars().next() {
            None => Ok(()),
            Some(letter) if is_break(letter) => Ok(()),
            Some(_) if has_value => Err("something stands behind the closing quote"),
            Some(_) => Err("something stands behind the name, and no `=` between them"),
        }
    }
}

fn is_break(letter: char) -> bool {
    letter == '\n'
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() && !is_break(letter)
}

/// A value without quotes ends before a blank with a `#` behind it.
fn without_comment(text: &str) -> &str {
    let mut hashes = text.match_indices('#').map(|(at, _)| &text[..at]);
    hashes.find(|before| before.ends_with(char::is_whitespace)).unwrap_or(text).trim_end()
}

impl Said<'_> {
    fn filled(
        &self,
        above: &BTreeMap<String, Option<String>>,
        caller: &dyn Fn(&str) -> Option<String>,
        (made_of, taken): (&mut Vec<String>, &mut Vec<(String, bool)>),
    ) -> Result<String, &'static str> {
        let text = match self {
            Self::Single(text) => {
                return Ok(unescaped(text, |letter| ['\\', '\''].contains(&letter).then_some(letter)));
            }
            Self::Plain(text) => (*text).to_owned(),
            Self::Double(text) => unescaped(text, of_escape),
        };
        let (mut out, mut rest) = (String::new(), text.as_str());
        while let Some(at) = rest.find("${") {
            out.push_str(&rest[..at]);
            let (name, default, after) = reference(&rest[at + 2..])?;
            rest = after;
            made_of.push(name.to_owned());
            if let Some(value) = above.get(name) {
                out.push_str(value.as_deref().unwrap_or_default());
                continue;
            }
            let value = caller(name);
            taken.push((name.to_owned(), value.is_some() || default.is_some()));
            out.push_str(value.as_deref().or(default).unwrap_or_default());
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// What follows `${`: the name, its default, and the text behind `}`.
fn reference(text: &str) -> Result<(&str, Option<&str>, &str), &'static str> {
    const FORMS: &str = "a `${` is neither ${NAME} nor ${NAME:-DEFAULT}; single quotes keep it as it is";
    let (inner, after) = text.split_once('}').ok_or(FORMS)?;
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    let is_letter = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let is_name = !name.is_empty() && name.bytes().all(is_letter) && !name.as_bytes()[0].is_ascii_digit();
    if is_name { Ok((name, default, after)) } else { Err(FORMS) }
}

/// What a backslash makes of the letter behind it, between double quotes.
fn of_escape(letter: char) -> Option<char> {
    Some(match letter {
        '\\' | '\'' | '"' => letter,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        _ => return None,
    })
}

/// The text with its escapes decoded. A backslash before any other letter stays.
fn unescaped(text: &str, of_escape: impl Fn(char) -> Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let meant = if letter == '\\' { letters.clone().next().and_then(&of_escape) } else { None };
        if meant.is_some() {
            letters.next();
        }
        out.push(meant.unwrap_or(letter));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn caller(name: &str) -> Option<String> {
        match name {
            "SET" => Some("set".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn what_is_taken_from_the_caller_is_told() {
        let text = b"A=1\nB=${A}${SET}${UNSET}${UNSET_TOO:-x}\nC='${SET}'\n";
        let lines = parse_dotenv(text, &caller).unwrap();
        let taken: Vec<_> = lines.iter().map(|line| line.taken.clone()).collect();
        let of_b = [("SET", true), ("UNSET", false), ("UNSET_TOO", true)];
        let of_b = of_b.map(|(name, is_set)| (name.to_owned(), is_set)).to_vec();
        assert_eq!(taken, [vec![], of_b, vec![]]);
        assert_eq!(lines[1].value.as_ref().map(Secret::expose), Some("1setx"));
    }

    #[test]
    fn errors_name_the_line_and_nothing_of_it() {
        let forms = "a `${` is neither ${NAME} nor ${NAME:-DEFAULT}; single quotes keep it as it is";
        for (text, line, problem) in [
            (&b"A=1\n=hush"[..], 2, "the name is missing"),
            (b"A hush", 1, "something stands behind the name, and no `=` between them"),
            (b"\r\n\rA='hush' hush", 3, "something stands behind the closing quote"),
            (b"A=1\n\nB=\"hush\nhush", 3, "a quote is not closed"),
            (b"'A=hush", 1, "the name's quote is not closed"),
            (b"A=${hush", 1, forms),
            (b"A=${}", 1, forms),
            (b"A=${X:?hush}", 1, forms),
            (b"A=${1X}", 1, forms),
            (b"A=1\nB=hush\xff", 2, "the line is not valid UTF-8"),
            (b"A=hush\0", 1, "the line holds a NUL byte"),
        ] {
            let error = parse_dotenv(text, &caller).unwrap_err();
            assert_eq!((error.line, error.problem.as_str()), (line, problem), "{text:?}");
        }
        let long = format!("A=1\nB='{}'", "x".repeat(LONGEST));
        let error = parse_dotenv(long.as_bytes(), &caller).unwrap_err().to_string();
        assert_eq!(error, "line 2: the variable has 131073 bytes: the kernel takes 131071 at most");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(\\PC{0,9}|[A-Z=#'\"\\\\ \n\r${}:-]{0,24})") {
            let _ = parse_dotenv(text.as_bytes(), &caller);
        }

        #[test]
        fn what_is_quoted_is_read_back(value in "[^\\x00\r]{0,20}") {
            let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
            let lines = parse_dotenv(format!("A='{quoted}'\nB=2").as_bytes(), &caller).unwrap();
            prop_assert_eq!(lines[0].value.as_ref().map(Secret::expose), Some(value.as_str()));
        }
    }
}
