//! `${env.X}`, `${workspace}`, `${home}`, `${uid}`, `${gid}`, `${script}` and `${option.NAME}` in the strings of a
//! file; `$${` is a literal `${`. `${X:-default}` says what stands where X is not known; a default may hold more.

use crate::host::Host;
use crate::options::{Kind, Row};
use crate::values::csv_field;
use std::path::Path;

/// How many `${` may lie in each other. Nobody writes as many; each takes a part of the stack, and a look at all that it
/// holds.
const DEEPEST: usize = 32;

/// What may be named in a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The caller's environment, home and ids.
    pub host: &'a Host,
    /// The root of the repository that the caller stands in, else the working directory.
    pub workspace: &'a Path,
    /// The folder of the `run.sh` that dynrun is called as; where that would lie in the workspace, if it is not.
    pub script: &'a Path,
}

/// A string with everything filled in that is known before any option is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Text as it stands.
    Text(String),
    /// The word that a launch option comes to, by its name.
    Option(&'static str),
    /// The same, between the quotes of a text in JSON.
    Quoted(&'static str),
}

impl Piece {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Option(_) | Self::Quoted(_) => None,
        }
    }
}

impl Template {
    /// The text, where it waits for no option.
    pub(super) fn plain(&self) -> Option<String> {
        self.0.iter().map(Piece::text).collect()
    }

    /// The text with the words of the options.
    ///
    /// # Errors
    /// The name of an option that nobody says.
    pub(super) fn filled(&self, word: impl Fn(&str) -> Option<String>) -> Result<String, &'static str> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => Ok(text.clone()),
            Piece::Option(name) => word(name).ok_or(*name),
            Piece::Quoted(name) => word(name).map(|word| escaped(&word)).ok_or(*name),
        };
        self.0.iter().map(text).collect()
    }

    /// The same behind a text.
    pub(super) fn behind(mut self, front: &str) -> Self {
        if !front.is_empty() {
            self.0.insert(0, Piece::Text(front.to_owned()));
        }
        self
    }

    /// The same before a text.
    pub(super) fn and(mut self, end: &str) -> Self {
        self.text(end);
        self
    }

    /// Several, with a text between them.
    pub(super) fn joined(items: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut whole = Self(Vec::new());
        for (at, item) in items.into_iter().enumerate() {
            whole.text(if at == 0 { "" } else { between });
            whole.0.extend(item.0);
        }
        whole
    }

    /// Several as one record of fields, each in quotes where it needs them: where it holds a comma, or waits for an
    /// option that could.
    pub(super) fn record(fields: impl IntoIterator<Item = Self>) -> Self {
        let quoted = |piece| match piece {
            Piece::Text(text) => Piece::Text(text.replace('"', "\"\"")),
            Piece::Option(_) | Piece::Quoted(_) => piece,
        };
        let field = |field: Self| match field.plain() {
            Some(text) => Self::from(csv_field(&text)),
            None => Self(field.0.into_iter().map(quoted).collect()).behind("\"").and("\""),
        };
        Self::joined(fields.into_iter().map(field), ",")
    }

    /// Several as a list in JSON.
    pub(super) fn list(items: Vec<Self>) -> Self {
        let quoted = |piece| match piece {
            Piece::Text(text) => Piece::Text(escaped(&text)),
            Piece::Option(name) | Piece::Quoted(name) => Piece::Quoted(name),
        };
        let mut list = Self(Vec::new());
        for (at, item) in items.into_iter().enumerate() {
            list.text(if at == 0 { "[\"" } else { "\", \"" });
            list.0.extend(item.0.into_iter().map(quoted));
        }
        list.text(if list.0.is_empty() { "[]" } else { "\"]" });
        list
    }

    /// The beginning of the text, up to that letter, as far as it waits for no option.
    pub(super) fn start_before(&self, letter: char) -> String {
        let known = self.0.iter().map_while(Piece::text);
        known.collect::<String>().split(letter).next().unwrap_or_default().to_owned()
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }
}

/// A text as it stands between the quotes of JSON.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

impl From<String> for Template {
    fn from(text: String) -> Self {
        Self(vec![Piece::Text(text)])
    }
}

/// A string's template, and the variables of the caller that were looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Interpolated {
    /// The template.
    pub template: Template,
    /// The variables.
    pub variables: Vec<String>,
}

/// Why a string cannot be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub problem: String,
    /// What the file says of that: `${env.NAME:?TEXT}`.
    pub said: Option<String>,
    /// What to do.
    pub help: String,
}

/// Fills in a string.
///
/// # Errors
/// An unset variable without a default, an unknown name, or a `${` that does not end.
pub(super) fn interpolate(text: &str, scope: &Scope<'_>) -> Result<Interpolated, Fault> {
    let mut done = Interpolated { template: Template(Vec::new()), variables: Vec::new() };
    fill(text, scope, &mut done)?;
    Ok(done)
}

fn fill(text: &str, scope: &Scope<'_>, done: &mut Interpolated) -> Result<(), Fault> {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            done.template.text(&rest[..at - 1]);
            done.template.text("${");
            rest = &rest[at + 2..];
            continue;
        }
        done.template.text(&rest[..at]);
        let end = end_of(&rest[at..])?;
        expression(&rest[at + 2..at + end], scope, done)?;
        rest = &rest[at + end + 1..];
    }
    done.template.text(rest);
    Ok(())
}

/// Where the `}` stands that ends the `${` at the front: another `${` in between has one of its own.
fn end_of(text: &str) -> Result<usize, Fault> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if text[..at].ends_with('$') => open += 1,
            b'}' if open == 1 => return Ok(at),
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST {
            let problem = format!("more than {DEEPEST} `${{` lie in each other");
            return Err(fault(&problem, "say the last default in fewer steps"));
        }
    }
    Err(fault("a `${` has no `}`", "write `$${` where `${` itself is meant"))
}

fn expression(inner: &str, scope: &Scope<'_>, done: &mut Interpolated) -> Result<(), Fault> {
    let (name, otherwise) = match inner.find(":-").or_else(|| inner.find(":?")) {
        Some(at) => (&inner[..at], Some((&inner[at..at + 2], &inner[at + 2..]))),
        None => (inner, None),
    };
    if let Some(option) = name.strip_prefix("option.") {
        done.template.0.push(Piece::Option(single(option)?));
        return Ok(());
    }
    match (value(name, scope, done)?, otherwise) {
        (Known(value), _) => done.template.text(&value),
        (Unknown { .. }, Some((":-", default))) => return fill(default, scope, done),
        (Unknown { problem, help, .. }, Some((_, message))) => {
            return Err(Fault { said: Some(message.to_owned()), ..fault(&problem, &help) });
        }
        // A variable that is set to nothing is nothing, unless something else is said.
        (Unknown { is_empty: true, .. }, None) => {}
        (Unknown { problem, help, .. }, None) => {
            return Err(fault(&problem, &format!("{help}, or give a default: ${{{name}:-...}}")));
        }
    }
    Ok(())
}

/// What a name comes to.
enum Found {
    Known(String),
    Unknown { problem: String, help: String, is_empty: bool },
}

use Found::{Known, Unknown};

fn value(name: &str, scope: &Scope<'_>, done: &mut Interpolated) -> Result<Found, Fault> {
    if let Some(variable) = name.strip_prefix("env.") {
        done.variables.push(variable.to_owned());
        let is_empty = scope.host.var(variable).is_some();
        let is_garbled = scope.host.is_garbled(variable);
        let state = if is_garbled { "is set to what is not valid UTF-8" } else { "is not set" };
        let (problem, help) = (format!("{variable} {state}"), format!("export {variable}=..."));
        let unset = || Unknown { problem, help, is_empty };
        return Ok(scope.host.var_said(variable).map_or_else(unset, |value| Known(value.to_owned())));
    }
    let path = |path: &Path| Known(path.to_string_lossy().into_owned());
    Ok(match name {
        "workspace" => path(scope.workspace),
        "script" => path(scope.script),
        "uid" => Known(scope.host.uid.to_string()),
        "gid" => Known(scope.host.gid.to_string()),
        "home" => {
            let problem = "`${home}` is unknown: HOME is not set".to_owned();
            let help = "set HOME to an absolute path".to_owned();
            scope.host.home().map_or(Unknown { problem, help, is_empty: false }, path)
        }
        _ => {
            return Err(fault(
                // Not quoted: a secret that stands in a file in plain may hold a `${`.
                "what stands in `${...}` is unknown",
                "known are ${env.NAME}, ${workspace}, ${home}, ${uid}, ${gid}, ${script} and ${option.NAME}; \
                 write `$${` for a literal `${`",
            ));
        }
    })
}

/// An option that comes to one word.
fn single(name: &str) -> Result<&'static str, Fault> {
    match Row::find(name).filter(|row| row.kind != Kind::Many) {
        Some(row) => Ok(row.name),
        None => Err(fault(
            "`${option.NAME}` names no option of a single value",
            "`dynrun run --help` lists the options",
        )),
    }
}

fn fault(problem: &str, help: &str) -> Fault {
    Fault { problem: problem.to_owned(), said: None, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    fn filled(text: &str) -> Result<String, String> {
        let env = [("A", "one"), ("EMPTY", ""), ("HOME", "/home/me")];
        let mut env: BTreeMap<OsString, OsString> =
            env.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        env.insert("BYTES".into(), OsString::from_vec(vec![0xff]));
        let host = Host { env, uid: 7, gid: 8, ..Host::default() };
        let scope = Scope { host: &host, workspace: Path::new("/ws"), script: Path::new("/ws/container") };
        let word = |name: &str| (name == "name").then(|| "box".to_owned());
        let words = |Fault { problem, said, .. }| [vec![problem], Vec::from_iter(said)].concat().join(": ");
        let done = interpolate(text, &scope).map_err(words)?;
        done.template.filled(word).map_err(|name| format!("nobody says {name}"))
    }

    /// Defaults in defaults, down to a word.
    fn nested(depth: usize) -> String {
        format!("{}end{}", "${env.B:-".repeat(depth), "}".repeat(depth))
    }

    #[test]
    fn defaults_lie_in_each_other_up_to_a_limit() {
        let deep = Err("more than 32 `${` lie in each other".to_owned());
        for (depth, want) in [(32, Ok("end".to_owned())), (33, deep.clone()), (80_000, deep.clone())] {
            assert_eq!(filled(&nested(depth)), want, "{depth}");
        }
        // Whether a default is needed does not matter.
        assert_eq!(filled(&format!("${{env.A:-{}}}", nested(32))), deep);
    }

    /// 800 KB of what is allowed take no longer than their length: all beside each other, and as deep as it goes.
    #[test]
    fn a_long_text_is_filled_in_at_once() {
        let start = std::time::Instant::now();
        assert_eq!(filled(&"${env.A}".repeat(100_000)), Ok("one".repeat(100_000)));
        assert_eq!(filled(&nested(32).repeat(2_500)), Ok("end".repeat(2_500)));
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }

    #[test]
    fn every_form_is_filled_in() {
        for (text, want) in [
            ("plain $A ${", Err("a `${` has no `}`")),
            ("${env.A}/x", Ok("one/x")),
            ("${env.B:-two}", Ok("two")),
            ("${env.EMPTY:-two}", Ok("two")),
            ("${env.EMPTY}", Ok("")),
            ("${env.B:?say B}", Err("B is not set: say B")),
            ("${env.BYTES}", Err("BYTES is set to what is not valid UTF-8")),
            ("${env.BYTES:-two}", Ok("two")),
            ("${env.B}", Err("B is not set")),
            ("${workspace}:${home}:${uid}:${gid}", Ok("/ws:/home/me:7:8")),
            ("$${env.A}", Ok("${env.A}")),
            ("${oops}", Err("what stands in `${...}` is unknown")),
            ("a$b", Ok("a$b")),
            ("${env.B:-${env.C:-${home}/x}}/y", Ok("/home/me/x/y")),
            ("${env.A:-${env.B}}", Ok("one")),
            ("${env.B:-${env.C}}", Err("C is not set")),
            ("${env.B:-${env.C}", Err("a `${` has no `}`")),
            ("${env.B:-a}}", Ok("a}")),
            ("${script}/..", Ok("/ws/container/..")),
            ("a-${option.name}-$${option.name}", Ok("a-box-${option.name}")),
            ("${option.image}", Err("nobody says image")),
            ("${option.env}", Err("`${option.NAME}` names no option of a single value")),
            ("${option.nmae}", Err("`${option.NAME}` names no option of a single value")),
        ] {
            assert_eq!(filled(text), want.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }
}
