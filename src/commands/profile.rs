//! `dynrun profile`: which profiles there are, what one says, and the JSON Schema of a file.

use super::{Desk, Exit};
use crate::cli::{Call, Format, ProfileQuery, ProfileSubject};
use crate::config::{self, Block, Line, ProfileOutline, Request, json_schema};
use crate::finding::Findings;
use crate::ui::{clean, clean_json, table};
use crate::values::toml_string;
use serde_json::json;
use std::fmt::Write as _;

/// Prints what was asked for.
pub(super) fn run(query: &ProfileQuery, desk: &Desk<'_>) -> Exit {
    let request = |name: Option<&String>| Request {
        profile: name.or(query.call.profile.as_ref()).cloned(),
        files: query.call.config.clone(),
        ..Request::default()
    };
    match &query.subject {
        ProfileSubject::Schema => desk.print(&clean_json(&json_schema()), Exit::Fine),
        ProfileSubject::List => {
            let found = config::profiles(&request(None), desk.host);
            told(found, desk, |profiles| list(&profiles, &query.call))
        }
        ProfileSubject::Show(name) => {
            let found = config::profile(&request(name.as_ref()), desk.host);
            told(found, desk, |blocks| show(&blocks, &query.call))
        }
    }
}

fn told<T>(found: Result<(T, Findings), Findings>, desk: &Desk<'_>, text: impl FnOnce(T) -> String) -> Exit {
    match found {
        Err(findings) => desk.refuse(&findings, Exit::Problem),
        Ok((found, findings)) => {
            desk.ui.findings(&findings);
            desk.print(&text(found), Exit::Fine)
        }
    }
}

fn list(profiles: &[ProfileOutline], call: &Call) -> String {
    if call.format == Format::Json {
        let one = |one: &ProfileOutline| {
            json!({
                "name": one.name, "about": one.about, "extends": one.extends, "services": one.services,
                "default": one.is_default,
            })
        };
        return clean_json(&profiles.iter().map(one).collect::<Vec<_>>());
    }
    let titles = ["PROFILE", "EXTENDS", "ABOUT"].map(str::to_owned);
    let cells = profiles.iter().map(|one| {
        let default = if one.is_default { " (default)" } else { "" };
        [format!("{}{default}", one.name), one.extends.join(", "), one.about.clone()].map(|cell| clean(&cell))
    });
    table(&std::iter::once(titles).chain(cells).collect::<Vec<_>>())
}

fn show(blocks: &[Block], call: &Call) -> String {
    if call.format == Format::Json {
        let line = |line: &Line| json!({ "key": line.key, "values": line.values, "origin": line.origin.to_string() });
        let one = |block: &Block| json!({ "section": block.title, "says": block.lines.iter().map(line).collect::<Vec<_>>() });
        return clean_json(&blocks.iter().map(one).collect::<Vec<_>>());
    }
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        let gap = if at == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{gap}[{}]", clean(&block.title));
        for line in &block.lines {
            let _ = writeln!(text, "{} # {}", said(line), clean(&line.origin.to_string()));
        }
    }
    text
}

/// A key as a file says it.
fn said(line: &Line) -> String {
    let word = |word: &String| match word.as_str() {
        "true" | "false" => word.clone(),
        word => toml_string(word),
    };
    let words: Vec<String> = line.values.iter().map(word).collect();
    match line.is_list {
        true => format!("{} = [{}]", line.key, words.join(", ")),
        false => format!("{} = {}", line.key, words.join(" ")),
    }
}
