//! `Word`: what a variable, or an argument of the command, says to the service.

use super::relation::Subject;
use super::variable::{said, words};
use crate::finding::{Finding, Origin};
use crate::spec::LaunchSpec;
use crate::values::{EnvVar, Secret};

/// A name with what is said under it.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    /// `XTRACE_URL`, `--router-url`.
    pub(super) name: &'a str,
    /// Its value, which may hold a password.
    pub(super) value: &'a str,
    /// Whether it is an argument of the command.
    pub(super) is_argument: bool,
    /// Where it was said.
    pub(super) origin: &'a Origin,
    asked: String,
    /// Whether the value must not be shown, nor any that is made from it.
    is_hidden: bool,
}

impl<'a> Word<'a> {
    /// What the rule looks at: its variable, its argument, or both.
    pub(super) fn of(subject: &Subject<'a>) -> Vec<Self> {
        let relation = subject.relation;
        let variable = relation.variable.as_deref().and_then(|name| Self::variable(subject.spec, name));
        let argument = relation.argument.as_deref().and_then(|name| Self::argument(subject.spec, name));
        variable.into_iter().chain(argument).collect()
    }

    /// A variable that is set.
    pub(super) fn variable(spec: &'a LaunchSpec, name: &'a str) -> Option<Self> {
        let setting = said(spec, name)?;
        let EnvVar { value: Some(value), .. } = &setting.value else { return None };
        Some(Self {
            name,
            value: value.expose(),
            is_argument: false,
            origin: &setting.origin,
            asked: words(setting, &spec.secrets),
            is_hidden: spec.secrets.is_secret(name) || spec.secrets.are_in(value.expose()),
        })
    }

    /// An argument that is given, by its name.
    pub(super) fn argument(spec: &'a LaunchSpec, name: &'a str) -> Option<Self> {
        Some(Self::in_command(spec, name, spec.argument(name)?))
    }

    /// An argument as it stands in the command.
    pub(super) fn in_command(spec: &'a LaunchSpec, name: &'a str, value: &'a str) -> Self {
        let shown =
            spec.secrets.without_set_secrets(&[name.to_owned(), value.to_owned()]).pop().unwrap_or_default();
        Self {
            name,
            value,
            is_argument: true,
            origin: &spec.command_origin,
            asked: if name.is_empty() { shown.clone() } else { format!("{name} {shown}") },
            is_hidden: shown != value,
        }
    }

    /// Whatever every variable and every argument says, the variables first.
    pub(super) fn all(spec: &'a LaunchSpec) -> Vec<Self> {
        let names = spec.options.env.values().map(|variable| variable.name.as_str());
        let variables = names.filter_map(|name| Self::variable(spec, name));
        variables.chain(arguments(spec)).collect()
    }

    /// The finding, with the words as they were said.
    pub(super) fn asked(&self, finding: Finding) -> Finding {
        finding.asked(self.asked.as_str(), self.origin)
    }

    /// How another value is said in its place; none where it must not be shown.
    pub(super) fn saying(&self, value: &str) -> Option<String> {
        let form = match (self.is_argument, self.name.is_empty()) {
            (false, _) => format!("-e {}={value}", self.name),
            (true, false) => format!("{} {value}", self.name),
            (true, true) => value.to_owned(),
        };
        (!self.is_hidden).then_some(form)
    }

    /// What it is called in a sentence.
    pub(super) fn title(&self) -> &str {
        if self.name.is_empty() { "an argument" } else { self.name }
    }
}

/// `--name VALUE`, `--name=VALUE`, and words that stand alone.
fn arguments(spec: &LaunchSpec) -> impl Iterator<Item = Word<'_>> {
    let words = spec.command.iter().map(String::as_str);
    let before = std::iter::once("").chain(words.clone());
    words.zip(before).filter_map(|(word, before)| match word.split_once('=') {
        Some((name, value)) if word.starts_with('-') => Some(Word::in_command(spec, name, value)),
        _ if word.starts_with('-') => None,
        _ => {
            let name = if before.starts_with('-') && !before.contains('=') { before } else { "" };
            Some(Word::in_command(spec, name, word))
        }
    })
}

/// The value of a variable that is a secret, or none.
pub(super) fn exposed(variable: &EnvVar) -> Option<&str> {
    variable.value.as_ref().map(Secret::expose)
}
