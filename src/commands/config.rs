//! `dynrun config`: the settled options of a launch, and where each was said.

use super::{
    Desk, Exit,
    planned::{known_checks, request, reworded},
};
use crate::cli::{ConfigQuery, Format};
use crate::config::{self, Request, Settled, Surroundings};
use crate::finding::{Code, Finding};
use crate::options::{Kind, ROWS, Row, Said};
use crate::ui::{clean, clean_json};
use serde_json::json;
use std::fmt::Write as _;

/// Prints the options.
pub(super) fn run(mut query: ConfigQuery, desk: &Desk<'_>) -> Exit {
    let key = match key(&mut query) {
        Ok(key) => key,
        Err(finding) => return desk.refuse(&[finding], Exit::Usage),
    };
    if let Err(unknown) = known_checks(&query.launch.call) {
        return desk.refuse(&unknown, Exit::Usage);
    }
    // What is said is shown, whether the secrets are here or not.
    let request = Request { surroundings: Surroundings::AsFound, ..request(&query.launch, desk) };
    let (settled, findings) = match config::settle(&request, desk.host) {
        Ok(settled) => settled,
        Err(findings) => return desk.refuse(&reworded(findings, &query.launch), Exit::Problem),
    };
    desk.ui.findings(&findings);
    let rows: Vec<(&Row, Vec<Said>)> = ROWS
        .iter()
        .filter(|row| key.is_none_or(|key| key.name == row.name))
        .map(|row| (row, (row.slots.said)(&settled.options, &settled.secrets)))
        .filter(|(_, said)| !said.is_empty())
        .collect();
    let text = match (query.launch.call.format, key) {
        (Format::Json, _) => as_json(&rows, &settled, query.origin),
        (Format::Text, Some(_)) => as_values(&rows, query.origin),
        (Format::Text, None) => as_table(&rows, &settled, query.origin),
    };
    // An option that nobody says has no value to print, as with `git config KEY`: the exit code tells.
    if text.is_empty() { Exit::Problem } else { desk.print(&text, Exit::Fine) }
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

/// One option a line, as a file would say it.
fn as_table(rows: &[(&Row, Vec<Said>)], settled: &Settled, origin: bool) -> String {
    let service = settled.service.as_ref().map_or("none", |service| service.name.as_str());
    let mut text = format!("# service {service}, profile {}\n", settled.profile);
    if !settled.command.is_empty() {
        let words = settled.command.iter().map(|word| clean(&settled.secrets.without_url_passwords(word)));
        let _ = writeln!(text, "# command {:?}", words.collect::<Vec<_>>());
    }
    for (row, said) in rows {
        for (index, one) in said.iter().enumerate() {
            let value = match row.kind {
                Kind::Switch if one.text == "true" || one.text == "false" => one.text.clone(),
                Kind::Switch | Kind::One | Kind::Many => format!("{:?}", clean(&one.text)),
            };
            let name = if index == 0 { row.name } else { "" };
            let _ = match origin {
                true => writeln!(text, "{name:<16} {value:<56} {}", clean(&one.origin.to_string())),
                false => writeln!(text, "{name:<16} {value}"),
            };
        }
    }
    text
}

/// The values alone, one a line: for a script.
fn as_values(rows: &[(&Row, Vec<Said>)], origin: bool) -> String {
    let mut text = String::new();
    for one in rows.iter().flat_map(|(_, said)| said) {
        let _ = match origin {
            true => writeln!(text, "{}\t{}", clean(&one.text), clean(&one.origin.to_string())),
            false => writeln!(text, "{}", clean(&one.text)),
        };
    }
    text
}

fn as_json(rows: &[(&Row, Vec<Said>)], settled: &Settled, origin: bool) -> String {
    let one = |said: &Said| match origin {
        true => json!({ "value": said.text, "origin": said.origin.to_string() }),
        false => json!(said.text),
    };
    let options: serde_json::Map<String, serde_json::Value> = rows
        .iter()
        .map(|(row, said)| {
            let value = match row.kind {
                Kind::Many => json!(said.iter().map(one).collect::<Vec<_>>()),
                Kind::One | Kind::Switch => said.first().map(one).unwrap_or_default(),
            };
            (row.name.to_owned(), value)
        })
        .collect();
    let service = settled.service.as_ref().map(|service| service.name.as_str());
    let document = json!({ "service": service, "profile": settled.profile, "options": options });
    clean_json(&document)
}
