//! `dynrun config`: the settled options of a launch, where each was said, and what was overridden.

mod stack;
mod toml;

use super::stacked::of_no_stack;
use super::{
    Desk, Exit,
    planned::{known_checks, request, reworded},
};
use crate::cli::{ConfigQuery, Format};
use crate::config::{self, History, Loaded, Overridden, Request, Settled, Surroundings};
use crate::finding::{Code, Finding, Origin};
use crate::options::{Kind, ROWS, Row, Said};
use crate::ui::{clean, clean_json};
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;

/// The options that are said, each with its words.
type Rows = Vec<(&'static Row, Vec<Said>)>;

/// Prints the options.
pub(super) fn run(mut query: ConfigQuery, desk: &Desk<'_>) -> Exit {
    let key = match key(&mut query) {
        Ok(key) => key,
        Err(finding) => return desk.refuse(&[finding], Exit::Usage),
    };
    if let Err(unknown) = known_checks(&query.launch.call) {
        return desk.refuse(&unknown, Exit::Usage);
    }
    let files = Arc::new(Loaded::read(desk.host, &query.launch.call.config));
    if let Some(stack) = query.launch.positional.as_ref().filter(|word| files.is_stack(word)) {
        return stack::run(stack, key, &files, &query, desk);
    }
    if let Err(finding) = of_no_stack(&query.of_stack) {
        return desk.refuse(&[finding], Exit::Usage);
    }
    let request = looking(Request { loaded: Some(files), ..request(&query.launch, desk) });
    let (settled, history, findings) = match config::settle_with_history(&request, desk.host) {
        Ok(settled) => settled,
        Err(findings) => return desk.refuse(&reworded(findings, &query.launch), Exit::Problem),
    };
    desk.ui.findings(&findings);
    let (rows, overridden) = asked(&settled, &history, key, query.all);
    let origin = query.origin || query.all;
    let text = match (query.is_toml, query.launch.call.format, key) {
        (true, _, None) => toml::file(&rows, &settled, &history.of_service, origin),
        (true, _, Some(_)) => {
            rows.iter().map(|(row, said)| toml::lines(row, said, &settled, origin)).collect()
        }
        (false, Format::Json, _) => as_json(&rows, &settled, origin, &overridden),
        (false, Format::Text, Some(_)) => as_values(&rows, origin, &overridden),
        (false, Format::Text, None) => as_table(&rows, &settled, origin, &overridden),
    };
    // An option that nobody says has no value to print, as with `git config KEY`: the exit code tells.
    if text.is_empty() { Exit::Problem } else { desk.print(&text, Exit::Fine) }
}

/// What is said is shown, whether the secrets are here or not.
fn looking(request: Request) -> Request {
    Request { surroundings: Surroundings::AsFound, tells_overridden: true, ..request }
}

/// What is said of each option that is asked for, and what of it does not count.
fn asked<'h>(
    settled: &Settled,
    history: &'h History,
    key: Option<&Row>,
    all: bool,
) -> (Rows, Vec<&'h Overridden>) {
    let is_asked = |row: &Row| key.is_none_or(|key| key.name == row.name);
    let overridden: Vec<&Overridden> =
        history.overridden.iter().filter(|one| all && is_asked(one.row)).collect();
    let rows = ROWS
        .iter()
        .filter(|row| is_asked(row))
        .map(|row| (row, (row.slots.said)(&settled.options, &settled.secrets)))
        .filter(|(row, said)| !said.is_empty() || overridden.iter().any(|one| one.row.name == row.name));
    (rows.collect(), overridden)
}

/// The option that is asked for. A single word that names no service may be one.
fn key(query: &mut ConfigQuery) -> Result<Option<&'static Row>, Finding> {
    let launch = &mut query.launch;
    if let Some(word) = launch.second_positional.take() {
        let unknown = || launch.stray_value().unwrap_or_else(|| unknown_key(&word));
        return Row::find(&word).map(Some).ok_or_else(unknown);
    }
    let row = launch.positional.as_deref().and_then(Row::find);
    if row.is_some() {
        launch.positional = None;
    }
    Ok(row)
}

fn unknown_key(word: &str) -> Finding {
    let finding = Finding::error(Code::UnknownOption, format!("there is no option `{word}`"));
    finding.near(word, ROWS.iter().map(|row| row.name))
}

/// One option a line, as a file would say it; below it what does not count.
fn as_table(rows: &Rows, settled: &Settled, origin: bool, overridden: &[&Overridden]) -> String {
    let service = settled.service.as_ref().map_or("none", |service| service.name.as_str());
    let mut text = format!("# service {service}, profile {}\n", settled.profile);
    if !settled.command.is_empty() {
        let words = settled.shown_command();
        let _ = writeln!(text, "# command {:?}", words.iter().map(|word| clean(word)).collect::<Vec<_>>());
    }
    for (row, said) in rows {
        let mut line = |name: &str, one: &Said| {
            let value = shown(row, one);
            let _ = match origin {
                true => writeln!(text, "{name:<16} {value:<56} {}", place(row, &one.origin)),
                false => writeln!(text, "{name:<16} {value}"),
            };
        };
        let names = std::iter::once(row.name).chain(std::iter::repeat(""));
        said.iter().zip(names).for_each(|(one, name)| line(name, one));
        let overridden = overridden.iter().filter(|one| one.row.name == row.name);
        if said.is_empty() {
            let _ = writeln!(text, "{}", row.name);
        }
        for one in overridden {
            let value = shown(row, &one.said);
            let _ = writeln!(
                text,
                "  {:<14} {value:<56} {}, by {}",
                "overridden",
                place(one.row, &one.said.origin),
                sayer(&one.by.origin)
            );
        }
    }
    text
}

/// Where it was said; of what came of another option, as the variables of a file do, by which.
fn place(row: &Row, origin: &Origin) -> String {
    let is_own = |flag: &str| {
        let long = flag.strip_prefix("--");
        let short = flag.strip_prefix('-');
        long.is_some_and(|name| name == row.name || row.aliases.contains(&name))
            || row.short.is_some_and(|letter| short.is_some_and(|name| name == letter.to_string()))
    };
    match origin {
        Origin::Flag(flag) if !is_own(flag) => format!("by {}, on the command line", clean(flag)),
        Origin::Flag(_) | Origin::File(_) | Origin::Variable(_) | Origin::Rule(_) => {
            clean(&origin.to_string())
        }
    }
}

/// Who says it, behind `by`.
fn sayer(origin: &Origin) -> String {
    match origin {
        Origin::Flag(_) => "the command line".to_owned(),
        Origin::File(_) | Origin::Variable(_) | Origin::Rule(_) => clean(&origin.to_string()),
    }
}

/// A word as a file would say it.
fn shown(row: &Row, one: &Said) -> String {
    match row.kind {
        Kind::Switch if one.text == "true" || one.text == "false" => one.text.clone(),
        Kind::Switch | Kind::One | Kind::Many => format!("{:?}", clean(&one.text)),
    }
}

/// The values alone, one a line: for a script.
fn as_values(rows: &Rows, origin: bool, overridden: &[&Overridden]) -> String {
    let mut text = String::new();
    for (row, one) in rows.iter().flat_map(|(row, said)| said.iter().map(move |one| (row, one))) {
        let _ = match origin {
            true => writeln!(text, "{}\t{}", clean(&one.text), place(row, &one.origin)),
            false => writeln!(text, "{}", clean(&one.text)),
        };
    }
    for one in overridden {
        let (value, at) = (clean(&one.said.text), place(one.row, &one.said.origin));
        let _ = writeln!(text, "{value}\t{at}\toverridden by {}", sayer(&one.by.origin));
    }
    text
}

fn as_json(rows: &Rows, settled: &Settled, origin: bool, overridden: &[&Overridden]) -> String {
    clean_json(&document(rows, settled, origin, overridden))
}

fn document(rows: &Rows, settled: &Settled, origin: bool, overridden: &[&Overridden]) -> serde_json::Value {
    let one = |row: &Row, said: &Said| match origin {
        true => json!({ "value": said.text, "origin": place(row, &said.origin) }),
        false => json!(said.text),
    };
    let options: serde_json::Map<String, serde_json::Value> = rows
        .iter()
        .filter(|(_, said)| !said.is_empty())
        .map(|(row, said)| {
            let value = match row.kind {
                Kind::Many => json!(said.iter().map(|said| one(row, said)).collect::<Vec<_>>()),
                Kind::One | Kind::Switch => said.first().map(|said| one(row, said)).unwrap_or_default(),
            };
            (row.name.to_owned(), value)
        })
        .collect();
    let service = settled.service.as_ref().map(|service| service.name.as_str());
    let mut document = json!({ "service": service, "profile": settled.profile, "options": options });
    if !overridden.is_empty() {
        let overridden = overridden.iter().map(|one| {
            let (origin, by) = (place(one.row, &one.said.origin), one.by.origin.to_string());
            json!({ "option": one.row.name, "value": one.said.text, "origin": origin, "by": by })
        });
        document["overridden"] = overridden.collect();
    }
    document
}
