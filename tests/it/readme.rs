//! The documents are true: their tables are the code's, and README.md's commands do what it says they do. `DYNRUN_BLESS=1`
//! writes the tables into the documents in place of comparing them.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use crate::document::{Document, bless, read, root};
use dynrun::cli::VERBS;
use dynrun::commands::EXIT_CODES;
use dynrun::engine::DEVIATIONS;
use dynrun::options::{Kind, ROWS, Row};
use dynrun::preflight::{CHECKS, Moment};
use std::fmt::Write as _;
use std::fs;

#[test]
fn the_options_are_the_tables_rows() {
    let mut table = String::from("| option | value | |\n|---|---|---|\n");
    let mut heading = None;
    for row in ROWS {
        if heading.replace(row.heading) != Some(row.heading) {
            let _ = writeln!(table, "| **{}** | | |", row.heading.title());
        }
        let _ = writeln!(table, "| {} | {} | {} |", flags(row), form(row), about(row));
    }
    compare("README.md", "options", &table);
}

fn flags(row: &Row) -> String {
    let short = row.short.map(|short| format!("-{short}"));
    let long = std::iter::once(&row.name).chain(row.aliases).map(|name| format!("--{name}"));
    short.into_iter().chain(long).map(|flag| format!("`{flag}`")).collect::<Vec<_>>().join(", ")
}

/// The form of the value; a switch needs none, and is told apart from `true` and `false` only where it takes more.
fn form(row: &Row) -> String {
    let form = row.form.replace('|', "\\|");
    match row.kind {
        Kind::Switch => String::new(),
        Kind::One => format!("`{form}`"),
        Kind::Many => format!("`{form}`, repeatable"),
    }
}

fn about(row: &Row) -> String {
    let own = if row.is_own && row.name != "image" { "; not docker's" } else { "" };
    format!("{}{own}", row.help.trim())
}

#[test]
fn the_verbs_are_the_tables_rows() {
    let rows = VERBS.iter().map(|verb| format!("| `dynrun {}` | {} |\n", verb.name, verb.about));
    compare("README.md", "verbs", &format!("| verb | |\n|---|---|\n{}", rows.collect::<String>()));
}

#[test]
fn the_exit_codes_are_the_tables() {
    let rows = EXIT_CODES.iter().map(|(code, meaning)| format!("| {code} | {meaning} |\n"));
    compare("README.md", "exit codes", &format!("| code | means |\n|---|---|\n{}", rows.collect::<String>()));
}

#[test]
fn the_differences_from_docker_are_the_tables() {
    let rows = DEVIATIONS.iter().map(|row| format!("| {} | {} | {} |\n", row.what, row.when, row.why));
    let table = format!("| what differs | when | why |\n|---|---|---|\n{}", rows.collect::<String>());
    compare("docs/docker.md", "differences", &table);
}

#[test]
fn the_checks_are_the_tables_rows() {
    let rows = CHECKS.iter().map(|check| {
        let ahead = if check.moment == Moment::Ahead { "looks ahead alone" } else { "" };
        format!("| `{}` | {} | {} | {ahead} |\n", check.name, check.about, check.level.word())
    });
    let head = "| check | looks at | says at most | |\n|---|---|---|---|\n";
    compare("docs/checks.md", "checks", &format!("{head}{}", rows.collect::<String>()));
}

#[test]
fn every_link_leads_to_a_file() {
    let text = read("README.md");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets.filter(|target| !target.contains("://")) {
        assert!(root().join(target).exists(), "README.md links to {target}");
    }
}

#[test]
fn commands_without_an_engine_do_what_the_readme_says() {
    Document::open("README.md", "unix:///nonexistent/docker.sock").run(|block| !block.needs_engine());
}

/// Holds what stands between a document's marks to a text.
#[track_caller]
pub(crate) fn compare(document: &str, mark: &str, wanted: &str) {
    let text = read(document);
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = text.split_once(&open).unwrap();
    let (held, after) = rest.split_once(&close).unwrap();
    if bless() {
        fs::write(root().join(document), format!("{before}{open}{wanted}{close}{after}")).unwrap();
    } else {
        assert_eq!(
            held, wanted,
            "{document} is not the code's; DYNRUN_BLESS=1 scripts/test -- readme writes it"
        );
    }
}
