//! `dynrun check STACK`: its services as one plan, as `dynrun up` checks them before it makes anything.

use super::{Checked, anywhere, fields, lines, settled_anywhere, verdict, without_engine};
use crate::cli::{CheckQuery, Format};
use crate::commands::stacked::{Lens, decided, is_told_again, of_one_that_is_there, once};
use crate::commands::{Desk, Exit, block_on};
use crate::config::{Loaded, Request, StackChoice};
use crate::finding::{Finding, Findings, refuses};
use crate::preflight::{self, Moment};
use crate::stack::{Member, Stack};
use crate::ui::clean_json;
use serde_json::json;
use std::sync::Arc;

/// What the services look like without an engine.
const ANYWHERE: Lens = Lens { request: |request| told(anywhere(request)), settled: settled_anywhere };
/// What they look like with one.
const HERE: Lens = Lens { request: told, settled: |_| () };

/// What is overridden is told, as it is of one service.
fn told(request: Request) -> Request {
    Request { tells_overridden: true, ..request }
}

/// Checks the stack and prints what was found.
pub(super) fn run(stack: &str, files: &Arc<Loaded>, query: &CheckQuery, desk: &Desk<'_>) -> Exit {
    let choice = StackChoice { words: vec![stack.to_owned()], ..query.of_stack.clone() };
    let launch = if query.offline { without_engine(&query.launch) } else { query.launch.clone() };
    let lens = if query.offline { &ANYWHERE } else { &HERE };
    let mut findings = Findings::new();
    let parts = match decided((&choice, files), &launch, lens, desk, &mut findings) {
        Err(refused) => {
            findings.retain(|told| !is_told_again(told, &refused));
            findings.extend(refused);
            Vec::new()
        }
        Ok(stack) if query.offline => stack.members.into_iter().map(unchecked).collect(),
        Ok(stack) => looked_at(stack, query, desk, &mut findings),
    };
    let findings = once(findings);
    let exit = if refuses(&findings) { Exit::Problem } else { Exit::Fine };
    match launch.call.format {
        Format::Json => {
            let document = json!({
                "stack": stack,
                "refused": refuses(&findings),
                "services": parts.iter().map(fields).collect::<Vec<_>>(),
                "findings": desk.ui.findings_json(&findings),
            });
            desk.print(&clean_json(&document), exit)
        }
        Format::Text => {
            desk.ui.findings(&findings);
            desk.print(&(parts.iter().map(lines).collect::<String>() + verdict(&findings)), exit)
        }
    }
}

fn unchecked(member: Member) -> Checked {
    Checked { spec: Some(member.spec), ..Checked::default() }
}

/// Every launch against this machine and the engine, in the order of the launches. What is up already holds its own
/// ports, and is to be what it is launched as.
fn looked_at(stack: Stack, query: &CheckQuery, desk: &Desk<'_>, findings: &mut Findings) -> Vec<Checked> {
    let call = &query.launch.call;
    let asked = block_on(async {
        let engine = desk.engine(call).await?;
        let before = engine.stack_containers(Some(&stack.instance)).await;
        let before = before.map_err(|error| error.finding("look for the stack", engine.endpoint()))?;
        let names: Vec<&str> = before.iter().map(|one| one.name.as_str()).collect();
        let mut parts = Vec::new();
        for index in stack.order.sequence() {
            let member = &stack.members[index];
            let checked = desk.checked(member.spec.clone(), &engine, call, Moment::Ahead).await;
            if before.iter().any(|one| one.service == member.service()) {
                let said = of_one_that_is_there(member, checked, &names);
                parts.push((unchecked(member.clone()), said));
                continue;
            }
            let preflight::Checked { spec, findings, ports, answers } = checked;
            let said = findings.into_iter().map(|finding| finding.of_service(member.service())).collect();
            parts.push((Checked { spec: Some(spec), findings: Findings::new(), ports, answers }, said));
        }
        Ok::<_, Finding>(parts)
    });
    match asked.and_then(|asked| asked) {
        Ok(parts) => parts
            .into_iter()
            .map(|(part, said)| {
                findings.extend(said);
                part
            })
            .collect(),
        Err(finding) => {
            findings.push(finding.help("to judge what is said of the stack alone: add --offline"));
            stack.members.into_iter().map(unchecked).collect()
        }
    }
}
