//! Values that several services have to agree on.

use super::Member;
use crate::finding::{Code, Finding, Findings};
use crate::spec::{Same, Setting};

/// A finding for each value that services which have to agree on it have differently.
pub(super) fn differences(members: &[Member], same: &[Setting<Same>]) -> Findings {
    same.iter().filter_map(|same| difference(members, same)).collect()
}

fn difference(members: &[Member], Setting { value: same, origin }: &Setting<Same>) -> Option<Finding> {
    let among = members.iter().filter(|member| same.services.iter().any(|name| name == member.service()));
    let found: Vec<(&Member, Option<&str>)> = among.map(|member| (member, value(member, same))).collect();
    let (_, first) = found.first()?;
    if found.iter().all(|(_, value)| value == first) {
        return None;
    }
    let what = same.argument.as_ref().or(same.variable.as_ref())?;
    let names: Vec<&str> = found.iter().map(|(member, _)| member.service()).collect();
    let message = format!("{what} has to be the same in {}", names.join(", "));
    let finding = Finding::error(Code::StackValue, message).asked(format!("same: {what}"), origin);
    Some(found.into_iter().fold(finding, |finding, (member, value)| {
        let is_secret = same.variable.as_ref().is_some_and(|name| member.spec.secrets.is_secret(name));
        let value = match value {
            None => "says none".to_owned(),
            Some(_) if is_secret => "has a value of its own".to_owned(),
            Some(value) => format!("has {value}"),
        };
        finding.noted(format!("{} {value}{}", member.service(), place(member, same)))
    }))
}

/// Where the variable was said.
fn place(member: &Member, same: &Same) -> String {
    let said = same.variable.as_ref().and_then(|name| member.spec.options.env.named(name));
    said.map(|said| format!(" ({})", said.origin)).unwrap_or_default()
}

fn value<'m>(member: &'m Member, same: &Same) -> Option<&'m str> {
    match (&same.argument, &same.variable) {
        (Some(argument), _) => member.spec.argument(argument),
        (None, Some(variable)) => {
            let said = member.spec.options.env.named(variable)?;
            said.value.value.as_ref().map(|value| value.expose())
        }
        (None, None) => None,
    }
}
