//! `${env.X}`, `${env.X:-default}`, `${env.X:?message}`, `${workspace}`, `${home}`, `${uid}`, `${gid}` in the
//! strings of a file; `$${` is a literal `${`.

use crate::host::Host;
use std::path::Path;

/// What may be named in a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The caller's environment, home and ids.
    pub host: &'a Host,
    /// The root of the repository that the caller stands in, else the working directory.
    pub workspace: &'a Path,
}

/// A string with everything filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Interpolated {
    /// The text.
    pub text: String,
    /// The variables of the caller that were looked at.
    pub variables: Vec<String>,
}

/// Why a string cannot be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub help: String,
}

/// Fills in a string.
///
/// # Errors
/// An unset variable without a default, an unknown name, or a `${` that does not end.
pub(super) fn interpolate(text: &str, scope: &Scope<'_>) -> Result<Interpolated, Fault> {
    let mut done = Interpolated { text: String::with_capacity(text.len()), variables: Vec::new() };
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            done.text.push_str(&rest[..at - 1]);
            done.text.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        done.text.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            return Err(fault("a `${` has no `}`", "write `$${` where `${` itself is meant"));
        };
        let value = expression(&rest[at + 2..at + end], scope, &mut done.variables)?;
        done.text.push_str(&value);
        rest = &rest[at + end + 1..];
    }
    done.text.push_str(rest);
    Ok(done)
}

fn expression(inner: &str, scope: &Scope<'_>, used: &mut Vec<String>) -> Result<String, Fault> {
    if let Some(variable) = inner.strip_prefix("env.") {
        return variable_expression(variable, scope, used);
    }
    match inner {
        "workspace" => Ok(scope.workspace.to_string_lossy().into_owned()),
        "uid" => Ok(scope.host.uid.to_string()),
        "gid" => Ok(scope.host.gid.to_string()),
        "home" => match scope.host.home() {
            Some(home) => Ok(home.to_string_lossy().into_owned()),
            None => Err(fault("`${home}` is unknown: HOME is not set", "set HOME to an absolute path")),
        },
        _ => Err(fault(
            // Not quoted: a secret that stands in a file in plain may hold a `${`.
            "what stands in `${...}` is unknown",
            "known are ${env.NAME}, ${workspace}, ${home}, ${uid} and ${gid}; write `$${` for a literal `${`",
        )),
    }
}

fn variable_expression(inner: &str, scope: &Scope<'_>, used: &mut Vec<String>) -> Result<String, Fault> {
    let (name, otherwise) = match inner.find(":-").or_else(|| inner.find(":?")) {
        Some(at) => (&inner[..at], Some((&inner[at..at + 2], &inner[at + 2..]))),
        None => (inner, None),
    };
    used.push(name.to_owned());
    if let Some(value) = scope.host.var_said(name) {
        return Ok(value.to_owned());
    }
    match otherwise {
        Some((":-", default)) => Ok(default.to_owned()),
        Some((_, message)) => {
            Err(fault(&format!("{name} is not set: {message}"), &format!("export {name}=...")))
        }
        None => match scope.host.var(name) {
            Some(empty) => Ok(empty.to_owned()),
            None => Err(fault(
                &format!("{name} is not set"),
                &format!("export {name}=..., or give a default: ${{env.{name}:-...}}"),
            )),
        },
    }
}

fn fault(problem: &str, help: &str) -> Fault {
    Fault { problem: problem.to_owned(), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let env = [("A", "one"), ("EMPTY", ""), ("HOME", "/home/me")];
        let env = env.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let host = Host { env, uid: 7, gid: 8, ..Host::default() };
        let scope = Scope { host: &host, workspace: Path::new("/ws") };
        interpolate(text, &scope).map(|done| done.text).map_err(|fault| fault.problem)
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
            ("${env.B}", Err("B is not set")),
            ("${workspace}:${home}:${uid}:${gid}", Ok("/ws:/home/me:7:8")),
            ("$${env.A}", Ok("${env.A}")),
            ("${oops}", Err("what stands in `${...}` is unknown")),
            ("a$b", Ok("a$b")),
        ] {
            assert_eq!(filled(text), want.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }
}
