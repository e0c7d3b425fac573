//! `dynrun up`: a stack decided as a whole, checked as a whole, and launched in the order of what its services need.

mod followed;
mod raised;

use super::planned::{planned_as, request};
use super::{Desk, Exit, block_on, dry_run};
use crate::cli::{FOR_ONE, Up};
use crate::config::{self, Layer, Membership, Request};
use crate::finding::{Code, Finding, Findings, refuses};
use crate::options::ROWS;
use crate::stack::{Member, Stack};
use crate::values::SecretNames;

/// Launches the stack, or prints what it would launch.
pub(super) fn run(up: &Up, desk: &Desk<'_>) -> Exit {
    let mut said = Findings::new();
    let stack = decided(up, desk, &mut said);
    desk.ui.findings(&once(said));
    let stack = match stack {
        Ok(stack) => stack,
        Err(findings) => return desk.refuse(&once(findings), Exit::Launch),
    };
    if let Some(kind) = up.launch.call.dry_run {
        let specs = stack.order.sequence().into_iter().map(|index| stack.members[index].spec.clone());
        let exits: Vec<Exit> = specs.map(|spec| dry_run::run(spec, kind, &up.launch, desk)).collect();
        return exits.into_iter().find(|exit| *exit != Exit::Fine).unwrap_or(Exit::Fine);
    }
    match block_on(raised::raised(stack, up, desk)) {
        Ok(exit) => exit,
        Err(finding) => desk.refuse(&[finding], Exit::Launch),
    }
}

/// Decides every service's launch, and then the stack.
fn decided(up: &Up, desk: &Desk<'_>, said: &mut Findings) -> Result<Stack, Findings> {
    let refused = for_one(&up.launch.options);
    if !refused.is_empty() {
        return Err(refused);
    }
    let outline = config::stack(&up.choice, &up.launch.call.config, desk.host)?;
    let names: Vec<String> = outline.members.iter().map(|member| member.service.clone()).collect();
    let (mut members, mut findings) = (Vec::new(), Findings::new());
    for config::Member { service, needs } in outline.members {
        let membership = Membership {
            stack: outline.stack.clone(),
            instance: outline.instance.clone(),
            members: names.clone(),
        };
        let request = Request {
            service: Some(service.clone()),
            membership: Some(membership),
            ..request(&up.launch, desk)
        };
        let mut notes = Findings::new();
        let planned = planned_as(&request, |_| (), &up.launch, desk, &mut notes);
        said.extend(notes.into_iter().map(|finding| of(finding, &service)));
        match planned {
            Ok(mut spec) => {
                // What of the stack it needs is up before it.
                spec.needs.retain(|need| !names.contains(&need.name));
                members.push(Member { spec, needs });
            }
            Err(refused) => findings.extend(refused.into_iter().map(|finding| of(finding, &service))),
        }
    }
    if refuses(&findings) {
        return Err(findings);
    }
    let (stack, notes) = Stack::of(outline.instance, members, &outline.same)?;
    said.extend(notes);
    Ok(stack)
}

/// A finding about one of the services.
fn of(finding: Finding, service: &str) -> Finding {
    finding.noted(format!("that is the service {service}"))
}

/// Each finding once, of all the services that it is about.
fn once(findings: Findings) -> Findings {
    let mut told = Findings::new();
    for finding in findings {
        let is_alike = |told: &&mut Finding| (told.code, &told.message) == (finding.code, &finding.message);
        match told.iter_mut().find(is_alike) {
            Some(told) => {
                let further = finding.notes.into_iter().filter(|note| !told.notes.contains(note));
                let further: Vec<String> = further.collect();
                told.notes.extend(further);
            }
            None => told.push(finding),
        }
    }
    told
}

/// A finding for every option that is one container's alone.
fn for_one(options: &Layer) -> Findings {
    let rows = ROWS.iter().filter(|row| FOR_ONE.contains(&row.name));
    let said = rows.filter_map(|row| {
        let said = (row.slots.said)(options, &SecretNames::default()).into_iter().next()?;
        let message = format!("`{}` is one container's, and `dynrun up` launches several", row.name);
        Some(
            Finding::error(Code::StackOption, message)
                .asked(row.asked(&said.text, &said.origin), &said.origin)
                .help(format!("say it in a file: [stack.NAME.service.SERVICE] {} = ...", row.name))
                .help("or launch that service alone: dynrun run SERVICE"),
        )
    });
    said.collect()
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
