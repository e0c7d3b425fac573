//! What other launchers read into the sections of a file: `docker run` lines, shell scripts, inspect output, compose
//! files. What is said is written down as it was said; what cannot be carried over is named, never dropped.

mod compose;
mod docker;
mod foreign;
mod inspected;
mod intended;
pub mod loose;
mod overlap;
mod section;
mod shell;
mod stack;
mod text;
mod toml;
mod untold;

pub(super) use compose::{COMPOSE_KEYS, Shape};
pub use compose::{Composed, compose, compose_services};
pub use docker::launch as docker;
pub use inspected::{Cgroupns, Inspected, OptionWords, inspected, kept_options};
pub use intended::{intended, is_intended};
pub use section::{Section, SectionKind};
pub use shell::{Command, as_source, commands as shell_commands, unwrapped};
pub use text::Text;

use crate::config::{built_in_profiles, built_in_services, built_in_stacks};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Roots, SecretNames, toml_key, toml_string};
use stack::Stack;
use std::collections::{BTreeMap, BTreeSet};

/// A word, and where it was said.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word.
    pub text: Text,
    /// Where it was said.
    pub origin: Origin,
    /// Whether a shell leaves it out where nothing sets its variables.
    pub is_loose: bool,
}

/// What words are read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Which names hold secrets.
    pub secrets: &'a SecretNames,
    /// Where relative paths start.
    pub roots: Roots<'a>,
    /// The variables that were set before, in the same script.
    pub set: &'a BTreeMap<String, Text>,
}

/// What was imported so far.
#[derive(Debug, Default)]
pub struct Import {
    sections: Vec<Section>,
    /// Networks that are to be declared, by their names, with what is said of them.
    networks: BTreeMap<String, String>,
    /// Services that are launched together.
    stacks: Vec<Stack>,
    /// What is to be said: what was not carried over, and what could not be understood.
    pub findings: Findings,
    /// The name that the first section is to have.
    named: Option<String>,
    kind: SectionKind,
    names: Names,
}

/// What has a name of its own in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Section(SectionKind),
    Stack,
}

/// Names that are taken.
#[derive(Debug)]
struct Names {
    taken: BTreeSet<(Named, String)>,
    /// The number that the next one of a name gets.
    next: BTreeMap<(Named, String), usize>,
}

impl Default for Names {
    fn default() -> Self {
        let none = || std::iter::once(NO_SERVICE.to_owned());
        let all = |kind| move |name| (kind, name);
        let services = built_in_services().into_iter().chain(none());
        let profiles = built_in_profiles().into_iter().chain(none());
        let taken = services
            .map(all(Named::Section(SectionKind::Service)))
            .chain(profiles.map(all(Named::Section(SectionKind::Profile))))
            .chain(built_in_stacks().into_iter().map(all(Named::Stack)));
        Self { taken: taken.collect(), next: BTreeMap::new() }
    }
}

impl Names {
    /// The name, or the first with a number behind it that nothing else has.
    fn take(&mut self, named: Named, wanted: &str) -> String {
        let next = self.next.entry((named, wanted.to_owned())).or_insert(1);
        loop {
            let name = if *next == 1 { wanted.to_owned() } else { format!("{wanted}-{next}") };
            *next += 1;
            if self.taken.insert((named, name.clone())) {
                return name;
            }
        }
    }
}

/// The profile that adds nothing to an imported service.
const AS_IMPORTED: &str = "as-imported";

/// The word that says: no service.
const NO_SERVICE: &str = "none";

impl Import {
    /// An import whose first section has this name, if one is said.
    #[must_use]
    pub fn new(kind: SectionKind, named: Option<String>) -> Self {
        Self { kind, named, ..Self::default() }
    }

    /// Takes a launch in, under a name that nothing else has: which.
    pub fn take(&mut self, mut section: Section) -> String {
        let kind = section.only.unwrap_or(self.kind);
        let said = self.named.take();
        let wanted = said.clone().unwrap_or_else(|| section.wanted_name());
        section.name = self.names.take(Named::Section(kind), &wanted);
        if said.is_some() && section.name != wanted {
            let message = format!(
                "`{wanted}` is dynrun's own, and would keep its options: what was imported is called `{}`",
                section.name
            );
            self.findings.push(left_out(message));
        }
        section.kind = kind;
        self.findings.extend(section.lost_as_profile());
        let name = section.name.clone();
        self.sections.push(section);
        name
    }

    /// What launches become.
    pub(super) fn kind(&self) -> SectionKind {
        self.kind
    }

    /// The section of this name, to say more in.
    pub(super) fn section(&mut self, name: &str) -> Option<&mut Section> {
        self.sections.iter_mut().find(|section| section.name == name)
    }

    /// The name of a stack: the wanted one, unless something else has it.
    pub(super) fn stack_name(&mut self, wanted: &str) -> String {
        self.names.take(Named::Stack, wanted)
    }

    /// Takes in services that are launched together.
    fn together(&mut self, stack: Stack) {
        self.stacks.push(stack);
    }

    /// Declares a network, with its keys as they are written; whether it was not declared before.
    pub(super) fn declare(&mut self, name: String, keys: String) -> bool {
        self.networks.insert(name, keys).is_none()
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The file.
    #[must_use]
    pub fn toml(&self) -> String {
        let of_kind = |kind| self.sections.iter().filter(move |section| section.kind == kind);
        let services: Vec<&Section> = of_kind(SectionKind::Service).collect();
        let mut text = String::new();
        if !services.is_empty() {
            // dynrun's own habits would change the container.
            text.push_str(&toml::line("default-profile", &toml_string(AS_IMPORTED)));
        } else if let [section] = self.sections.as_slice() {
            text.push_str(&toml::line("default-profile", &toml_string(&section.name)));
            let service =
                section.of_service.iter().map(|service| toml::line("default-service", &toml_string(service)));
            text.extend(service);
        }
        if let [section] = services.as_slice() {
            text.push_str(&toml::line("default-service", &toml_string(&section.name)));
        }
        if let [stack] = self.stacks.as_slice() {
            text.push_str(&toml::line("default-stack", &toml_string(&stack.name)));
        }
        if !services.is_empty() {
            text.push_str(&format!("\n[profile.{AS_IMPORTED}]\n"));
            text.push_str(&toml::line("about", &toml_string("nothing but what was imported")));
        }
        for (name, keys) in &self.networks {
            text.push_str(&format!("\n[network.{}]\n{keys}", toml_key(name)));
        }
        for section in &self.sections {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&section.toml());
        }
        text.extend(self.stacks.iter().map(Stack::toml));
        text
    }
}

/// A note that something is not carried over.
fn left_out(message: impl Into<String>) -> Finding {
    Finding::note(Code::NotCarriedOver, message)
}
