//! One service into a section, key by key.

use super::keys::{LOST, PLAIN, Shape};
use super::nested;
use super::places;
use super::project::Project;
use super::yaml::{Node, Tree};
use crate::convert::import::{Section, Text, left_out, overlap};
use crate::finding::{Code, Finding, Findings, nearest};
use crate::options::Row;

/// Keys that are read by themselves, or that no launch needs.
const OWN: [&str; 24] = [
    "blkio_config",
    "build",
    "command",
    "configs",
    "depends_on",
    "deploy",
    "entrypoint",
    "env_file",
    "environment",
    "extends",
    "extra_hosts",
    "gpus",
    "healthcheck",
    "links",
    "logging",
    "network_mode",
    "networks",
    "ports",
    "profiles",
    "secrets",
    "stop_grace_period",
    "ulimits",
    "volumes",
    "volumes_from",
];

/// A service on its way into a section.
pub(super) struct Draft<'a> {
    pub name: &'a str,
    pub project: &'a Project<'a>,
    pub section: Section,
    pub said: &'a mut Findings,
    pub faults: Findings,
    entrypoint: Vec<Text>,
    command: Vec<Text>,
}

/// Reads a service.
///
/// # Errors
/// Everything of it that cannot be understood.
pub(super) fn read(
    name: &str,
    node: &Node,
    project: &Project<'_>,
    said: &mut Findings,
) -> Result<Section, Findings> {
    let section = Section::titled(name);
    let (entrypoint, command) = (Vec::new(), Vec::new());
    let mut draft = Draft { name, project, section, said, faults: Findings::new(), entrypoint, command };
    for (key, value) in node.map().into_iter().flatten() {
        draft.key(key, value);
    }
    if node.get("networks").is_none() && node.get("network_mode").is_none() {
        places::default_network(&mut draft, node);
    }
    let Draft { mut section, faults, entrypoint, command, said, .. } = draft;
    said.extend(overlap::named(&section, &node.origin(), project.reading));
    let words = entrypoint.into_iter().skip(1).chain(command).collect();
    section.command(words, &node.origin(), project.reading.secrets, said);
    if faults.is_empty() { Ok(section) } else { Err(faults) }
}

/// The networks of the project that a service joins.
pub(super) fn networks_of(node: &Node) -> Vec<String> {
    match (node.get("networks"), node.get("network_mode")) {
        (None, None) => vec!["default".to_owned()],
        (None, Some(_)) => Vec::new(),
        (Some(networks), _) => places::names(networks),
    }
}

impl Draft<'_> {
    fn key(&mut self, key: &str, node: &Node) {
        if matches!(node.tree, Tree::Null) || key.starts_with("x-") {
            return;
        }
        if let Some((_, option, shape)) = PLAIN.iter().find(|(known, ..)| *known == key) {
            return self.plain(key, option, *shape, node);
        }
        match key {
            "build" => nested::build(self, node),
            "command" => self.command = self.words(node),
            "entrypoint" => self.entrypoint(node),
            "environment" => self.pairs("environment", "env", '=', node),
            "env_file" => places::env_files(self, node),
            "ports" => nested::ports(self, node),
            "volumes" => places::volumes(self, node),
            "volumes_from" => places::volumes_from(self, node),
            "networks" => places::networks(self, node),
            "network_mode" => places::network_mode(self, node),
            "configs" | "secrets" => places::files(self, key, node),
            "healthcheck" => nested::health(self, node),
            "logging" => nested::logging(self, node),
            "ulimits" => nested::ulimits(self, node),
            "deploy" => nested::deploy(self, node),
            "gpus" => nested::gpus(self, node),
            "blkio_config" => nested::blkio(self, node),
            "stop_grace_period" => nested::grace(self, node),
            "extra_hosts" => self.pairs("extra_hosts", "add-host", ':', node),
            "links" => self.links(node),
            "extends" | "depends_on" | "profiles" => {}
            _ => self.unknown(key, node),
        }
    }

    /// A key that is an option by another name.
    fn plain(&mut self, key: &str, option: &str, shape: Shape, node: &Node) {
        match shape {
            Shape::One | Shape::Switch if node.text().is_none() => self.wrong(key, node, "one value"),
            Shape::One | Shape::Switch => {
                if let Some(text) = self.text(node) {
                    let text = match (key, text.plain()) {
                        ("pull_policy", Some("if_not_present")) => Text::from("missing"),
                        ("pull_policy", Some(policy @ ("build" | "daily" | "weekly"))) => {
                            let message = format!(
                                "pull_policy `{policy}` is left out: dynrun knows missing, newer, always and never"
                            );
                            return self.lost(&message, key, node);
                        }
                        ("ipc" | "pid", Some(word)) if word.starts_with("service:") => {
                            self.of_service(word, node)
                        }
                        _ => text,
                    };
                    self.say(key, option, &text, node);
                }
            }
            Shape::Many => {
                for item in node.items() {
                    if let Some(text) = self.text(item) {
                        self.say(key, option, &text, item);
                    }
                }
            }
            Shape::Pairs(between) => self.pairs(key, option, between, node),
        }
    }

    /// `service:NAME` as the container that it is.
    pub(super) fn of_service(&mut self, word: &str, node: &Node) -> Text {
        let name = word.trim_start_matches("service:");
        let service = self.project.root.get("services").and_then(|all| all.get(name));
        let said = service.and_then(|service| service.get("container_name")).and_then(Node::text);
        let said = said.and_then(|said| self.project.fill.text(said).ok());
        let of_stack = self.project.stack.as_ref().map(|_| Text::from(self.project.container(name)));
        let container = said.or(of_stack).unwrap_or_else(|| {
            let container = format!("{}-{name}-1", self.project.name);
            let message =
                format!("the container of `{name}` is to be called {container}, as compose calls it");
            let note = left_out(format!("service `{}`: {message}", self.name)).asked(word, &node.origin());
            self.said.push(note.help(format!("dynrun run {name} --name {container}")));
            Text::from(container)
        });
        Text::from("container:").joined(container)
    }

    /// A mapping, or a list of pairs.
    pub(super) fn pairs(&mut self, key: &str, option: &str, between: char, node: &Node) {
        let Some(map) = node.map() else {
            for item in node.items() {
                if let Some(text) = self.text(item) {
                    self.say(key, option, &text, item);
                }
            }
            return;
        };
        for (name, value) in map {
            for value in if value.map().is_some() { std::slice::from_ref(value) } else { value.items() } {
                if let Some(text) = self.text(value) {
                    let word = Text::from(format!("{name}{between}")).joined(text);
                    self.say(key, option, &word, value);
                }
            }
            if matches!(value.tree, Tree::Null) {
                self.say(key, option, &Text::from(name.as_str()), value);
            }
        }
    }

    fn links(&mut self, node: &Node) {
        for item in node.items() {
            let Some(text) = item.text() else { continue };
            let (service, alias) = text.split_once(':').unwrap_or((text, text));
            let container = self.of_service(service, item).strip_prefix("container:").unwrap_or_default();
            self.say("links", "link", &container.then(&format!(":{alias}")), item);
        }
    }

    fn entrypoint(&mut self, node: &Node) {
        self.entrypoint = self.words(node);
        let program = self.entrypoint.first().cloned().unwrap_or_default();
        self.say("entrypoint", "entrypoint", &program, node);
    }

    /// A command: a list, or a line that is cut as a shell cuts it.
    pub(super) fn words(&mut self, node: &Node) -> Vec<Text> {
        match node.text() {
            None => node.items().iter().filter_map(|item| self.text(item)).collect(),
            Some(_) => {
                let Some(line) = self.text(node) else { return Vec::new() };
                let words = line.split_as_shell();
                if words.is_none() {
                    self.fault("the line has a quote without an end", node);
                }
                words.unwrap_or_default()
            }
        }
    }

    /// The text of a scalar, with its variables.
    pub(super) fn text(&mut self, node: &Node) -> Option<Text> {
        let text = match node.text() {
            Some(text) => self.project.fill.text(text),
            None => Err("one value is expected here".to_owned()),
        };
        match text {
            Ok(text) => Some(text),
            // What a text that is not understood belongs to is not known here: it may be a secret's.
            Err(why) => {
                self.fault_in("...", &why, node);
                None
            }
        }
    }

    pub(super) fn say(&mut self, key: &str, option: &str, word: &Text, node: &Node) {
        let Some(row) = Row::find(option) else { return };
        let said = self.section.say(row, word, (key, &node.origin()), self.project.reading, self.said);
        self.faults.extend(said.err());
    }

    pub(super) fn fault(&mut self, why: &str, node: &Node) {
        self.fault_in(node.text().unwrap_or("..."), why, node);
    }

    fn fault_in(&mut self, quoted: &str, why: &str, node: &Node) {
        let finding = Finding::error(Code::NotUnderstood, format!("service `{}`: {why}", self.name));
        self.faults.push(finding.asked(quoted, &node.origin()));
    }

    pub(super) fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        self.fault(&format!("`{key}` is {wanted}"), node);
    }

    pub(super) fn lost(&mut self, message: &str, key: &str, node: &Node) {
        self.said.push(
            left_out(format!("service `{}`: {message}", self.name))
                .asked(format!("{key}: ..."), &node.origin()),
        );
    }

    fn unknown(&mut self, key: &str, node: &Node) {
        match LOST.iter().find(|(known, _)| *known == key) {
            Some((_, why)) => self.lost(&format!("`{key}` is left out: {why}"), key, node),
            None => {
                let known =
                    PLAIN.iter().map(|(key, ..)| *key).chain(OWN).chain(LOST.iter().map(|(key, _)| *key));
                let near =
                    nearest(key, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                // What stands there is not known, and may be a secret.
                self.fault_in("...", &format!("compose has no key `{key}`{near}"), node);
            }
        }
    }
}
