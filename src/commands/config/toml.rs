//! Settled options as a file of the configuration, which settles to the same again.

use super::Rows;
use crate::config::{Settled, Waiver};
use crate::finding::Origin;
use crate::options::{Kind, Row, Said};
use crate::ui::clean;
use crate::values::{Value as _, toml_key, toml_string};
use std::fmt::Write as _;

/// The profile that the file describes.
const PROFILE: &str = "settled";

/// The options that are no words of a container: who launches says them by the file's own sections.
const ELSEWHERE: [&str; 2] = ["service", "reset"];

/// A whole file. What the service itself says is dropped first.
pub(super) fn file(rows: &Rows, settled: &Settled, lower: &[&str], origin: bool) -> String {
    let service = settled.service.as_ref().map(|service| service.name.as_str());
    let (said, profile) = (service.unwrap_or("none"), &settled.profile);
    let mut text = format!(
        "# The settled options of service {}, profile {}: --config with this file settles to the same, beside the files\n\
         # that describe the service.\n\
         default-profile = \"{PROFILE}\"\n",
        clean(said),
        clean(profile)
    );
    if let Some(service) = service {
        let _ = writeln!(text, "default-service = {}", toml_string(service));
    }
    let own = keeps_image(settled);
    if let Some(service) = service.filter(|_| !own && !settled.command.is_empty()) {
        let _ = writeln!(text, "\n[service.{}]\n{}", toml_key(service), command(settled));
    }
    let _ =
        writeln!(text, "\n[profile.{PROFILE}]\nabout = {}", toml_string(&format!("{said} under {profile}")));
    if service.is_none() {
        text.push_str("service = \"none\"\n");
    }
    terms(settled, &mut text);
    if let Some(service) = service {
        let _ = writeln!(text, "\n[profile.{PROFILE}.service.{}]", toml_key(service));
        let lower = lower.iter().filter(|name| !(own && **name == "image"));
        let lower: Vec<String> = lower.map(|name| toml_string(name)).collect();
        if !lower.is_empty() {
            let _ = writeln!(text, "reset = [{}]", lower.join(", "));
        }
    }
    for (row, said) in rows.iter().filter(|(row, _)| !ELSEWHERE.contains(&row.name)) {
        if !(own && row.name == "image") {
            text.push_str(&lines(row, said, settled, origin));
        }
    }
    text
}

/// Whether image and command are best left to what is built in, which says both and knows how the image is made.
fn keeps_image(settled: &Settled) -> bool {
    let image = settled.options.image.setting();
    settled.service.is_some()
        && !settled.command_is_callers
        && image.is_some_and(|image| image.origin.is_built_in())
}

/// The command, where no secret stands in it.
fn command(settled: &Settled) -> String {
    let words = &settled.command;
    if settled.shown_command() != *words {
        return "# the command holds a secret and is left out".to_owned();
    }
    let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
    format!("command = [{}]", words.join(", "))
}

/// What the profile refuses, and what of that is waived.
fn terms(settled: &Settled, text: &mut String) {
    let policies: Vec<String> = settled.terms.refuse.iter().map(|policy| literal(&policy.value)).collect();
    if !policies.is_empty() {
        let _ = writeln!(text, "refuse = [{}]", policies.join(", "));
    }
    let waivers: Vec<String> = settled.terms.allow.iter().map(|waiver| table(&waiver.value)).collect();
    if !waivers.is_empty() {
        let _ = writeln!(text, "allow = [\n  {},\n]", waivers.join(",\n  "));
    }
}

fn table(waiver: &Waiver) -> String {
    let until = waiver.until.map(|until| format!(", until = {}", toml_string(&until.word())));
    let (code, reason) = (literal(&waiver.code), literal(&waiver.reason));
    format!("{{ code = {code}, reason = {reason}{} }}", until.unwrap_or_default())
}

/// An option as a file says it.
pub(super) fn lines(row: &Row, said: &[Said], settled: &Settled, origin: bool) -> String {
    let words = (row.slots.words)(&settled.options);
    let written = said.iter().zip(words).map(|(said, word)| (written(row, said, &word), &said.origin));
    let kept: Vec<(Written, &Origin)> =
        written.filter(|(_, origin)| !matches!(origin, Origin::Rule(_))).collect();
    let place = |at: &Origin| if origin { format!(" # {}", clean(&at.to_string())) } else { String::new() };
    let mut text = String::new();
    if row.kind == Kind::Many {
        if kept.is_empty() {
            return text;
        }
        let _ = writeln!(text, "{} = [", row.name);
        for (word, at) in &kept {
            let _ = match word {
                Written::Whole(word) => writeln!(text, "  {word},{}", place(at)),
                Written::Secret(Some(name)) => writeln!(text, "  {name}, # a secret: its name alone"),
                Written::Secret(None) => writeln!(text, "  # a secret is left out"),
            };
        }
        text.push_str("]\n");
    } else if let Some((word, at)) = kept.first() {
        let _ = match word {
            Written::Whole(word) => writeln!(text, "{} = {word}{}", row.name, place(at)),
            Written::Secret(_) => writeln!(text, "# {} holds a secret and is left out", row.name),
        };
    }
    text
}

/// A word as a file says it.
enum Written {
    Whole(String),
    /// It may not be printed; a variable's name may.
    Secret(Option<String>),
}

fn written(row: &Row, said: &Said, word: &str) -> Written {
    if said.text != word {
        let name = word.split('=').next().unwrap_or_default();
        return Written::Secret((row.name == "env").then(|| literal(name)));
    }
    Written::Whole(match (row.kind, word) {
        (Kind::Switch, "true" | "false") => word.to_owned(),
        (Kind::Switch | Kind::One | Kind::Many, _) => literal(word),
    })
}

/// A string in which nothing is filled in.
fn literal(word: &str) -> String {
    toml_string(&word.replace("${", "$${"))
}
