//! The variables of a service: each is what its schema says, and reaches the container in the form that the service
//! reads. Elsewhere `2s` and `yes` would be passed on as they are, and misread there.

use super::form::canonical;
use crate::finding::{Code, Finding, Findings};
pub(super) use crate::spec::variable_words as words;
use crate::spec::{LaunchSpec, Setting, Variable, is_callers};
use crate::values::{EnvVar, Secret, SecretNames, ValueError};

/// Checks every variable that the service's schema knows, and gives it its form.
pub(super) fn settle(spec: &mut LaunchSpec) -> Findings {
    let mut findings = Findings::new();
    let schema = spec.terms.schema.clone();
    for (name, variable) in &schema.variables {
        match filled(spec, name) {
            None if lacks(spec, name)
                && variable.required.as_ref().is_some_and(|required| required.value) =>
            {
                findings.push(missing(spec, name, None));
            }
            None => {}
            Some(setting) => {
                let setting = setting.clone();
                let word = setting.value.value.as_ref().map(Secret::expose).unwrap_or_default();
                match canonical(variable, word) {
                    Err(error) => findings.push(wrong(name, variable, &setting, &error, &spec.secrets)),
                    Ok(form) if form == word => {}
                    Ok(form) => {
                        let told = is_callers(&setting.origin)
                            .then(|| normalised(name, &form, &setting, &spec.secrets));
                        findings.extend(told);
                        rewrite(spec, name, &form);
                    }
                }
            }
        }
    }
    findings
}

/// A note that the container gets another word than the caller's. What a file says is told to nobody at each launch.
fn normalised(name: &str, form: &str, setting: &Setting<EnvVar>, secrets: &SecretNames) -> Finding {
    let message = match secrets.is_secret(name) {
        true => format!("{name} is passed on in the form that its service reads"),
        false => format!("{name} is passed on as `{form}`"),
    };
    Finding::note(Code::VariableNormalised, message).asked(words(setting, secrets), &setting.origin)
}

/// What the container gets under the name: of several, the last counts. One without a value it does not get.
pub(super) fn said<'a>(spec: &'a LaunchSpec, name: &str) -> Option<&'a Setting<EnvVar>> {
    spec.options.env.named(name).filter(|setting| setting.value.value.is_some())
}

/// The same, where it says something: an empty value is as good as none, unless it is one that cannot be, which is told
/// of as such.
pub(super) fn filled<'a>(spec: &'a LaunchSpec, name: &str) -> Option<&'a Setting<EnvVar>> {
    let variable = spec.terms.schema.variables.get(name);
    let may_be_empty = variable.is_none_or(|variable| canonical(variable, "").is_ok());
    let is_empty = |setting: &Setting<EnvVar>| {
        setting.value.value.as_ref().is_some_and(|value| value.expose().is_empty())
    };
    said(spec, name).filter(|setting| !(may_be_empty && is_empty(setting)))
}

/// Whether the container does not get it, and nobody takes it to be there.
pub(super) fn lacks(spec: &LaunchSpec, name: &str) -> bool {
    filled(spec, name).is_none() && !spec.terms.assumed.contains(name)
}

/// The variable's value.
pub(super) fn value<'a>(spec: &'a LaunchSpec, name: &str) -> Option<&'a str> {
    said(spec, name)?.value.value.as_ref().map(Secret::expose)
}

/// The finding that a variable is not set, and why it has to be.
pub(super) fn missing(spec: &LaunchSpec, name: &str, when: Option<&(String, String)>) -> Finding {
    let service = spec.service.as_deref().unwrap_or("the service");
    let why = match when {
        Some((other, value)) => format!("{service} needs it where {other} is {value}"),
        None => format!("{service} does not start without it"),
    };
    let variable = spec.terms.schema.variables.get(name);
    let example = variable.and_then(|variable| variable.values.first());
    let example = example.map_or("...", |example| example.value.as_str());
    let finding = Finding::error(Code::VariableMissing, format!("{name} is not set: {why}"));
    let help = match spec.secrets.is_secret(name) {
        // In a command it would be seen by everybody who lists processes.
        true => format!("hand it over by its name, with {name} in your environment: -e {name}"),
        false => format!("say it: -e {name}={example}"),
    };
    with_about(finding, variable).help(help)
}

fn wrong(
    name: &str,
    variable: &Variable,
    setting: &Setting<EnvVar>,
    error: &ValueError,
    secrets: &SecretNames,
) -> Finding {
    let word = setting.value.value.as_ref().map(Secret::expose).unwrap_or_default();
    let is_secret = secrets.is_secret(name);
    // The values that a secret may have are as secret.
    let is_list = is_secret && !variable.values.is_empty();
    let problem = if is_list { "its service takes no such value" } else { &error.problem };
    // What has credentials in it is not repeated, whatever its form.
    let message = match is_secret || word.contains('@') {
        true => format!("{name}: {problem}"),
        false => format!("{name} is `{word}`: {problem}"),
    };
    let finding = Finding::error(Code::VariableValue, message);
    let finding = finding.asked(words(setting, secrets), &setting.origin);
    let finding = with_about(finding, Some(variable));
    let finding = match &variable.unlike {
        Some(option) => finding.noted(format!("it is not to be confused with --{}", option.value)),
        None => finding,
    };
    match &error.suggestion {
        Some(suggestion) if !is_secret => finding.help(format!("did you mean -e {name}={suggestion}?")),
        Some(_) | None => finding,
    }
}

fn with_about(finding: Finding, variable: Option<&Variable>) -> Finding {
    match variable.and_then(|variable| variable.about.as_ref()) {
        Some(about) => finding.noted(format!("it says {}", about.value)),
        None => finding,
    }
}

/// The container gets the form in the variable's place.
fn rewrite(spec: &mut LaunchSpec, name: &str, form: &str) {
    spec.options.env.change(|setting| {
        if setting.value.name == name {
            setting.value.value = Some(Secret::new(form));
        }
    });
}
