//! Several services decided as one stack: what `up` launches, and what `check` and `config` look at.

use super::Desk;
use super::planned::{planned_as, request};
use crate::cli::{FOR_ONE, Launch};
use crate::config::{self, Loaded, Membership, Request, Settled, StackChoice, StackOutline, secret_names};
use crate::finding::{Code, Finding, Findings, Origin, refuses};
use crate::options::ROWS;
use crate::stack::{Member, Stack};
use crate::values::SecretNames;
use std::sync::Arc;

/// How a verb looks at each launch of a stack.
pub(super) struct Lens {
    /// What it changes of the caller's request.
    pub request: fn(Request) -> Request,
    /// What it changes of what that settles to.
    pub settled: fn(&mut Settled),
}

impl Lens {
    /// As it will be launched.
    pub(super) const PLAIN: Self = Self { request: |request| request, settled: |_| () };
}

/// That nothing is asked of a stack where a single service is meant.
pub(super) fn of_no_stack(choice: &StackChoice) -> Result<(), Finding> {
    let StackChoice { groups, without, instance, .. } = choice;
    let said = [("group", groups.first()), ("without", without.first()), ("as", instance.as_ref())];
    match said.iter().find_map(|(name, word)| Some((name, word.as_ref()?))) {
        Some((name, word)) => {
            let finding =
                Finding::error(Code::Usage, format!("--{name} is said of a stack, and none is named"));
            Err(finding.asked(format!("--{name} {word}"), &Origin::Flag(format!("--{name}"))))
        }
        None => Ok(()),
    }
}

/// What each of the services is asked for with, as one of the stack.
pub(super) fn requests(
    outline: &StackOutline,
    files: &Arc<Loaded>,
    launch: &Launch,
    desk: &Desk<'_>,
) -> Vec<Request> {
    let members: Vec<String> = outline.members.iter().map(|member| member.service.clone()).collect();
    let base = Request { loaded: Some(Arc::clone(files)), ..request(launch, desk) };
    let of = |service: &String| {
        let (stack, instance) = (outline.stack.clone(), outline.instance.clone());
        let membership = Membership { stack, instance, members: members.clone() };
        Request { service: Some(service.clone()), membership: Some(membership), ..base.clone() }
    };
    members.iter().map(of).collect()
}

/// Decides every service's launch, and then the stack.
///
/// # Errors
/// Everything that refuses one of them, or all of them together.
pub(super) fn decided(
    (choice, files): (&StackChoice, &Arc<Loaded>),
    launch: &Launch,
    lens: &Lens,
    desk: &Desk<'_>,
    said: &mut Findings,
) -> Result<Stack, Findings> {
    let refused = for_one(launch);
    if !refused.is_empty() {
        return Err(refused);
    }
    let outline = config::stack(choice, files, desk.host)?;
    let requests = requests(&outline, files, launch, desk);
    let names: Vec<String> = outline.members.iter().map(|member| member.service.clone()).collect();
    let (mut members, mut findings) = (Vec::new(), Findings::new());
    for (config::Member { service, needs, .. }, request) in outline.members.into_iter().zip(requests) {
        let mut notes = Findings::new();
        let planned = planned_as(&(lens.request)(request), lens.settled, launch, desk, &mut notes);
        said.extend(notes.into_iter().map(|finding| finding.of_service(&service)));
        match planned {
            Ok(mut spec) => {
                // What of the stack it needs is up before it.
                spec.needs.retain(|need| !names.contains(&need.name));
                members.push(Member { spec, needs });
            }
            Err(refused) => findings.extend(refused.into_iter().map(|finding| finding.of_service(&service))),
        }
    }
    if refuses(&findings) {
        return Err(findings);
    }
    let (stack, notes) = Stack::of(outline.instance, members, &outline.same)?;
    said.extend(notes);
    Ok(stack)
}

/// Each finding once, of all the services that it is about.
pub(super) fn once(findings: Findings) -> Findings {
    let mut told = Findings::new();
    for finding in findings {
        let is_alike = |told: &&mut Finding| (told.code, &told.message) == (finding.code, &finding.message);
        match told.iter_mut().find(is_alike) {
            Some(told) => {
                // What refuses is not less for a warning of the same before it.
                told.level = told.level.max(finding.level);
                let further = finding.notes.into_iter().filter(|note| !told.notes.contains(note));
                let further: Vec<String> = further.collect();
                told.notes.extend(further);
                let further = finding.help.into_iter().filter(|line| !told.help.contains(line));
                let further: Vec<String> = further.collect();
                told.help.extend(further);
            }
            None => told.push(finding),
        }
    }
    told
}

/// Whether a warning is about a circle that the stack is refused for: it may begin with another service there.
pub(super) fn is_told_again(told: &Finding, refused: &[Finding]) -> bool {
    told.code == Code::NeedsCycle && refused.iter().any(|refusal| refusal.code == told.code)
}

/// A finding for every option that is one container's alone, and for a command.
pub(super) fn for_one(launch: &Launch) -> Findings {
    let rows = ROWS.iter().filter(|row| FOR_ONE.contains(&row.name));
    let said = rows.filter_map(|row| {
        let said = (row.slots.said)(&launch.options, &SecretNames::default()).into_iter().next()?;
        let message = format!("`{}` is one container's, and a stack has several", row.name);
        Some(
            Finding::error(Code::StackOption, message)
                .asked(row.asked(&said.text, &said.origin), &said.origin)
                .help(format!("say it in a file: [stack.NAME.service.SERVICE] {} = ...", row.name))
                .help("or launch that service alone: dynrun run SERVICE"),
        )
    });
    let command = (!launch.command.is_empty()).then(|| {
        let message = "a command is one container's, and a stack has several";
        let words = format!("-- {}", secret_names().without_set_secrets(&launch.command).join(" "));
        let finding = Finding::error(Code::StackOption, message);
        let finding = finding.asked(words, &Origin::Flag("--".to_owned()));
        finding.help("say it in a file: [stack.NAME.service.SERVICE] command = [...]")
    });
    said.chain(command).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_one_container_is_one() {
        for name in FOR_ONE {
            assert!(ROWS.iter().any(|row| row.name == name), "{name}");
        }
    }
}
