//! What was said of a launch and does not count: every word that a higher source has replaced or dropped.

use super::{Chosen, Code, Finding, Findings, Layer, Membership, Origin, Rank, Request};
use crate::options::{Many, ROWS, Row, Said, Setting};
use crate::values::{EnvVar, SecretNames, Value as _, toml_key};

/// A word that does not count.
#[derive(Debug, Clone)]
pub struct Overridden {
    /// The option.
    pub row: &'static Row,
    /// What was said, and where.
    pub said: Said,
    /// What is said in its place, and where; where it was dropped, by whom.
    pub by: Said,
    /// Whether it was dropped on purpose, by `reset`.
    pub is_dropped: bool,
    /// Who said it.
    rank: Rank,
    /// Who overrides it.
    by_rank: Rank,
}

/// What was said of a launch below what counts.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What does not count, in the order of the table of options, the lowest first.
    pub overridden: Vec<Overridden>,
    /// The options that the service's own section says.
    pub of_service: Vec<&'static str>,
    /// The options that somebody above the profile says.
    above_profile: Vec<&'static str>,
}

/// What the sections of a launch say, lowest first.
pub(super) type Layers = [(Rank, Layer)];

impl History {
    /// The history of these layers.
    pub(super) fn of(layers: &Layers, secrets: &SecretNames) -> Self {
        let said_by = |who: fn(Rank) -> bool| {
            let says = |row: &&Row| {
                let mut theirs = layers.iter().filter(|(rank, _)| who(*rank));
                theirs.any(|(_, layer)| !(row.slots.words)(layer).is_empty())
            };
            ROWS.iter().filter(says).map(|row| row.name).collect::<Vec<_>>()
        };
        Self {
            overridden: overridden(layers, secrets),
            of_service: said_by(|rank| rank == Rank::Service),
            above_profile: said_by(|rank| rank > Rank::Profile),
        }
    }

    /// Adds the variables that were said in files of variables, or as defaults, and in whose place the container gets
    /// another value; and those of a file that give way to them.
    pub(super) fn add_variables(
        &mut self,
        said: impl IntoIterator<Item = Setting<EnvVar>>,
        settled: &Many<EnvVar>,
        secrets: &SecretNames,
    ) {
        let Some(row) = Row::find("env") else { return };
        let shown = |setting: &Setting<EnvVar>| Said {
            text: setting.value.shown(secrets),
            origin: setting.origin.clone(),
        };
        let gone = said.into_iter().filter_map(|said| {
            let by = settled.named(&said.value.name).filter(|by| **by != said && by.value.value.is_some())?;
            let (rank, by_rank) = (Rank::Environment, Rank::CommandLine);
            Some(Overridden { row, said: shown(&said), by: shown(by), is_dropped: false, rank, by_rank })
        });
        self.overridden.extend(gone);
        sort(&mut self.overridden);
    }

    /// Notes on the words of a service that a profile overrides, which is easily overlooked. What is built in on both sides
    /// was meant so.
    fn notes(&self, chosen: &Chosen) -> Findings {
        let Some((service, _)) = &chosen.service else { return Findings::new() };
        let silent = self.overridden.iter().filter(|one| {
            one.rank == Rank::Service
                && one.by_rank == Rank::Profile
                && !one.is_dropped
                && one.said.text != one.by.text
                && !self.above_profile.contains(&one.row.name)
                && !one.said.origin.is_built_in()
        });
        let profile = chosen.profile_name();
        silent
            .map(|one| {
                let name = one.row.name;
                let message = format!(
                    "what [service.{service}] says of `{name}` does not count: the profile says another"
                );
                Finding::note(Code::Overridden, message)
                    .asked(as_said(one.row, &one.said.text), &one.said.origin)
                    .asked(as_said(one.row, &one.by.text), &one.by.origin)
                    .help(format!("to have it count, say it in [profile.{profile}.service.{service}]"))
            })
            .collect()
    }

    /// What is easily overlooked: of a profile's words to who looks, of a stack's to who launches it, too.
    pub(super) fn told(&self, request: &Request, chosen: &Chosen) -> Findings {
        let of_profile = if request.tells_overridden { self.notes(chosen) } else { Findings::new() };
        let of_stack = request.membership.iter().flat_map(|of| self.stack_notes(chosen, of));
        of_profile.into_iter().chain(of_stack).collect()
    }

    /// What the service says, and what as one of a stack it does not: the stack's own habits lie over it.
    fn stack_notes(&self, chosen: &Chosen, membership: &Membership) -> Findings {
        let Some((service, _)) = &chosen.service else { return Findings::new() };
        let counts = |habit: &Said, row: &Row| {
            let mut gone = self.overridden.iter().filter(|other| other.row.name == row.name);
            !gone.any(|other| other.said.origin == habit.origin)
        };
        let silent = self.overridden.iter().filter(|one| {
            one.rank == Rank::Service
                && one.by_rank == Rank::Stack
                && !one.said.origin.is_built_in()
                && matches!(one.by.origin, Origin::Rule(_))
                && one.said.text != one.by.text
                && counts(&one.by, one.row)
        });
        let stack = membership.stack.as_deref().map_or_else(|| "NAME".to_owned(), toml_key);
        silent
            .map(|one| {
                let name = one.row.name;
                let message = format!(
                    "what [service.{service}] says of `{name}` does not count in a stack: it is {} there",
                    one.by.text
                );
                let finding = Finding::note(Code::Overridden, message)
                    .asked(as_said(one.row, &one.said.text), &one.said.origin);
                let section = match name {
                    "name" => format!("[stack.{stack}.service.{}]", toml_key(service)),
                    _ => format!("[stack.{stack}]"),
                };
                finding.help(format!("to have it count, say it in {section}"))
            })
            .collect()
    }
}

/// The words that do not count, in the order of the table of options, the lowest first.
fn overridden(layers: &Layers, secrets: &SecretNames) -> Vec<Overridden> {
    let mut all: Vec<Overridden> = Vec::new();
    for (at, (rank, layer)) in layers.iter().enumerate() {
        let mut held = layer.clone();
        for (by_rank, upper) in &layers[at + 1..] {
            let before = held.clone();
            held.lay_over(upper);
            all.extend(ROWS.iter().flat_map(|row| {
                let gone = gone(row, layer, (&before, &held), secrets).into_iter();
                let by = by(row, upper, secrets);
                let is_dropped = dropper(row, upper).is_some();
                gone.filter_map(move |said| {
                    let (rank, by_rank) = (*rank, *by_rank);
                    Some(Overridden { row, said, by: by.clone()?, is_dropped, rank, by_rank })
                })
            }));
        }
    }
    sort(&mut all);
    all
}

/// In the order of the table.
fn sort(all: &mut [Overridden]) {
    let place = |row: &Row| ROWS.iter().position(|other| other.name == row.name);
    all.sort_by_key(|one| place(one.row));
}

/// The words of a layer that a step has taken away.
fn gone(row: &Row, layer: &Layer, (before, after): (&Layer, &Layer), secrets: &SecretNames) -> Vec<Said> {
    let words = (row.slots.said)(layer, secrets);
    if words.is_empty() {
        return words;
    }
    let said = |layer: &Layer| (row.slots.said)(layer, secrets);
    let (before, after) = (said(before), said(after));
    let is_in = |list: &[Said], one: &Said| list.iter().any(|said| said.origin == one.origin);
    words.into_iter().filter(|one| is_in(&before, one) && !is_in(&after, one)).collect()
}

/// What a layer says of an option in the place of lower ones.
pub(super) fn by(row: &Row, upper: &Layer, secrets: &SecretNames) -> Option<Said> {
    let dropped = || Some(Said { text: String::new(), origin: dropper(row, upper)? });
    (row.slots.said)(upper, secrets).pop().or_else(dropped)
}

/// Where a layer drops what lower ones say of an option.
fn dropper(row: &Row, upper: &Layer) -> Option<Origin> {
    let names = |name: &str| Row::find(name).is_some_and(|found| found.name == row.name);
    upper.reset.iter().find(|reset| names(&reset.value.0)).map(|reset| reset.origin.clone())
}

/// A word for any reader's eyes, as a file says it.
fn as_said(row: &Row, text: &str) -> String {
    match text {
        "true" | "false" => format!("{} = {text}", row.name),
        _ => format!("{} = {text:?}", row.name),
    }
}
