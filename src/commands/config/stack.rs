//! `dynrun config STACK`: its services, and what each comes to as one of it.

use super::{as_table, as_values, asked, document, looking};
use crate::cli::{ConfigQuery, Format};
use crate::commands::stacked::{for_one, once, requests};
use crate::commands::{Desk, Exit};
use crate::config::{self, History, Loaded, Settled, StackChoice, StackOutline};
use crate::finding::{Code, Finding, Findings};
use crate::options::Row;
use crate::ui::{clean, clean_json};
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;

/// Prints the stack.
pub(super) fn run(
    stack: &str,
    key: Option<&Row>,
    files: &Arc<Loaded>,
    query: &ConfigQuery,
    desk: &Desk<'_>,
) -> Exit {
    if query.is_toml {
        let finding =
            Finding::error(Code::Usage, format!("`{stack}` is a stack: no section holds all of it"));
        let finding = finding.help("one of its services alone: dynrun config SERVICE --format toml");
        return desk.refuse(&[finding], Exit::Usage);
    }
    let refused = for_one(&query.launch);
    if !refused.is_empty() {
        return desk.refuse(&refused, Exit::Problem);
    }
    let choice = StackChoice { words: vec![stack.to_owned()], ..query.of_stack.clone() };
    let mut said = Findings::new();
    let outline = config::stack(&choice, files, desk.host);
    let outline = outline.and_then(|outline| {
        let settled = settled(&outline, files, query, desk, &mut said)?;
        Ok((outline, settled))
    });
    desk.ui.findings(&once(said));
    let (outline, settled) = match outline {
        Ok(outline) => outline,
        Err(findings) => return desk.refuse(&once(findings), Exit::Problem),
    };
    let origin = query.origin || query.all;
    let text = match query.launch.call.format {
        Format::Json => as_json(&outline, &settled, key, query),
        Format::Text if key.is_some() => settled.iter().map(|one| values(one, key, query)).collect(),
        Format::Text => {
            let tables = settled.iter().map(|(settled, history)| {
                let (rows, overridden) = asked(settled, history, None, query.all);
                as_table(&rows, settled, origin, &overridden)
            });
            std::iter::once(services(&outline, origin)).chain(tables).collect::<Vec<_>>().join("\n")
        }
    };
    if text.is_empty() { Exit::Problem } else { desk.print(&text, Exit::Fine) }
}

/// What each of the services comes to.
fn settled(
    outline: &StackOutline,
    files: &Arc<Loaded>,
    query: &ConfigQuery,
    desk: &Desk<'_>,
    said: &mut Findings,
) -> Result<Vec<(Settled, History)>, Findings> {
    let (mut all, mut refused) = (Vec::new(), Findings::new());
    for request in requests(outline, files, &query.launch, desk) {
        let service = request.service.clone().unwrap_or_default();
        let about = |findings: Findings| {
            findings.into_iter().map(|one| one.of_service(&service)).collect::<Findings>()
        };
        match config::settle_with_history(&looking(request), desk.host) {
            Ok((settled, history, findings)) => {
                said.extend(about(findings));
                all.push((settled, history));
            }
            Err(findings) => refused.extend(about(findings)),
        }
    }
    if refused.is_empty() { Ok(all) } else { Err(refused) }
}

/// Its services, one a line, each with who wants it.
fn services(outline: &StackOutline, origin: bool) -> String {
    let mut text = format!("# stack {}\n", clean(&outline.instance));
    let names = std::iter::once("services").chain(std::iter::repeat(""));
    for (member, name) in outline.members.iter().zip(names) {
        let value = format!("{:?}", clean(&member.service));
        let _ = match origin {
            true => writeln!(text, "{name:<16} {value:<56} {}", clean(&member.origin.to_string())),
            false => writeln!(text, "{name:<16} {value}"),
        };
    }
    text
}

/// The values of one option, each behind its service.
fn values((settled, history): &(Settled, History), key: Option<&Row>, query: &ConfigQuery) -> String {
    let (rows, overridden) = asked(settled, history, key, query.all);
    let service = settled.service.as_ref().map_or("none", |service| service.name.as_str());
    let text = as_values(&rows, query.origin || query.all, &overridden);
    text.lines().map(|line| format!("{service}\t{line}\n")).collect()
}

fn as_json(
    outline: &StackOutline,
    settled: &[(Settled, History)],
    key: Option<&Row>,
    query: &ConfigQuery,
) -> String {
    let one = |(settled, history): &(Settled, History)| {
        let (rows, overridden) = asked(settled, history, key, query.all);
        document(&rows, settled, query.origin || query.all, &overridden)
    };
    let services: Vec<_> = settled.iter().map(one).collect();
    clean_json(&json!({ "stack": outline.instance, "services": services }))
}
