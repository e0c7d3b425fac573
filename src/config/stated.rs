//! `Stated`: what services and schemas are held to, one line a rule, and where it is written that it is so.

use super::schema::{Relation, Schema, Variable, VariableKind};
use super::{Sources, load};
use crate::finding::Code;
use crate::host::Host;

/// Something that a service is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The service, or the schema that services share.
    pub owner: String,
    /// The check, by its code.
    pub check: String,
    /// What it looks at: variables, arguments, a folder, a network.
    pub about: String,
    /// Where it is written: a guide, with its line.
    pub source: Option<String>,
}

/// Everything that the configuration states, in the order of its services.
#[must_use]
pub fn stated(host: &Host) -> Vec<Stated> {
    let document = load(host, Sources::All, &[]).document;
    let services = document.services.iter().map(|(name, service)| (name, &service.own));
    let schemas = document.schemas.iter();
    services.chain(schemas).flat_map(|(owner, schema)| of_schema(owner, schema)).collect()
}

fn of_schema(owner: &str, schema: &Schema) -> Vec<Stated> {
    let variables = schema.variables.iter().flat_map(|(name, variable)| of_variable(owner, name, variable));
    let rules = schema.rules.iter().map(|rule| of_rule(owner, &rule.value));
    variables.chain(rules).collect()
}

/// A variable states its own checks.
fn of_variable(owner: &str, name: &str, variable: &Variable) -> Vec<Stated> {
    let is_formed = variable.kind.as_ref().is_some_and(|kind| kind.value != VariableKind::Text);
    let is_required = variable.required.as_ref().is_some_and(|required| required.value);
    let checks = [
        (Code::VariableValue, is_formed || !variable.values.is_empty()),
        (Code::VariableMissing, is_required),
        (Code::DevelopmentValue, !variable.development.is_empty()),
    ];
    let held = checks.into_iter().filter(|(_, is_held)| *is_held);
    let stated = held.map(|(code, _)| Stated {
        owner: owner.to_owned(),
        check: code.name().to_owned(),
        about: name.to_owned(),
        source: variable.source.as_ref().map(|source| source.value.clone()),
    });
    stated.collect()
}

fn of_rule(owner: &str, rule: &Relation) -> Stated {
    let looked_at = [&rule.variable, &rule.argument, &rule.path, &rule.network];
    let names: Vec<&str> = looked_at.into_iter().flatten().map(String::as_str).collect();
    let when = rule.when.as_ref().map(|(name, value)| format!("where {name} is {value}"));
    let about: Vec<String> =
        [names.join(", ")].into_iter().filter(|names| !names.is_empty()).chain(when).collect();
    Stated {
        owner: owner.to_owned(),
        check: rule.check.clone(),
        about: about.join(" "),
        source: rule.source.clone(),
    }
}
