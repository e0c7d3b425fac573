//! Values that guides show, and that trust everybody: a profile may refuse them.

use super::World;
use super::variable::{said, words};
use super::word::exposed;
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Variable, VariableKind};
use crate::values::RoleToken;

/// B9, B14, K14. No secret is told of: the value that everybody knows may still be in use somewhere.
pub(super) fn judge(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let variables = spec.terms.schema.variables.iter();
    let found = variables.filter_map(|(name, variable)| {
        let setting = said(spec, name)?;
        if !is_for_development(variable, exposed(&setting.value)?) {
            return None;
        }
        let message = match (spec.secrets.is_secret(name), exposed(&setting.value)) {
            (false, Some(value)) => format!("{name} is {value}, which its service keeps for development"),
            _ => format!("{name} holds a secret that guides show to everybody"),
        };
        let finding = Finding::error(Code::DevelopmentValue, message);
        let finding = finding.asked(words(setting, &spec.secrets), &setting.origin);
        Some(match variable.values.iter().find(|value| !is_for_development(variable, &value.value)) {
            Some(other) if !spec.secrets.is_secret(name) => {
                finding.help(format!("say another: -e {name}={}", other.value))
            }
            _ => finding.help("make one of your own, and forward it by its name"),
        })
    });
    found.collect()
}

fn is_for_development(variable: &Variable, value: &str) -> bool {
    let is_known = |word: &str| variable.development.iter().any(|known| known.value == word);
    match variable.kind.as_ref().map(|kind| kind.value) {
        Some(VariableKind::Tokens) => {
            let tokens = RoleToken::list(value, &[]).unwrap_or_default();
            tokens.iter().any(|one| is_known(one.token.expose()))
        }
        _ => is_known(value),
    }
}
