//! `dynrun explain [CODE]`.

use super::{Desk, Exit};
use crate::config::stated;
use crate::finding::{CODES, Code, Finding};
use crate::host::Host;
use crate::ui::clean;
use std::fmt::Write as _;

/// The line before an example that needs an image.
const IMAGE: &str = "  BUSYBOX=busybox    # or any other image with a shell\n";

/// Explains a code, or lists all of them.
pub(super) fn run(code: Option<&str>, desk: &Desk<'_>) -> Exit {
    let Some(code) = code else {
        return desk.print(&list(), Exit::Fine);
    };
    let Some(found) = CODES.iter().find(|explanation| explanation.code.name() == code) else {
        let finding = Finding::error(Code::Usage, format!("there is no code `{code}`"));
        let finding = finding.near(code, CODES.iter().map(|explanation| explanation.code.name()));
        return desk.refuse(&[finding.help("dynrun explain lists the codes")], Exit::Usage);
    };
    let example = found.example.unwrap_or("(no line produces it on cue)");
    let setup = if example.contains("$BUSYBOX") { IMAGE } else { "" };
    let rules = rules(found.code, desk.host);
    let text = format!(
        "{}\n\n{}\n\nfor example:\n{setup}  {example}\n\nwhat mends it:\n  {}\n{rules}",
        found.code, found.cause, found.fix
    );
    desk.print(&text, Exit::Fine)
}

/// The rules of services that give the code, and where it is written that they are so.
fn rules(code: Code, host: &Host) -> String {
    let mut text = String::new();
    for rule in stated(host).iter().filter(|rule| rule.check == code.name()) {
        if text.is_empty() {
            text.push_str("\nwho is held to it:\n");
        }
        let source = rule.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        let line = if rule.about.is_empty() { source } else { format!(" {}{source}", rule.about) };
        let _ = writeln!(text, "  {}", clean(&format!("{}:{line}", rule.owner)));
    }
    text
}

fn list() -> String {
    let mut text = String::new();
    for explanation in CODES {
        let first = explanation.cause.split_inclusive(". ").next().unwrap_or_default();
        let _ = writeln!(text, "{:<24}{}", explanation.code.name(), first.trim_end());
    }
    text
}
