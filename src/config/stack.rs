//! `[stack.NAME]`: services that are launched together. Who is in it, what each needs of the others, and what a launch
//! says as one of them.

use super::document::{Document, Section, replace};
use super::names::{self, unknown_service};
use super::{Rank, needed};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Layer, Setting};
use crate::values::{
    ContainerName, EnvVar, IfExists, Network, NetworkChoice, Secret, Text, Value as _, Wait,
};
use std::collections::BTreeMap;

/// Where what a stack does by itself was said.
const OWN: Origin = Origin::STACKS;

/// Services that are launched together, as files say them.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    /// Where it is named.
    pub named: Option<Origin>,
    /// One line for people.
    pub about: Option<Setting<String>>,
    /// Its services.
    pub services: Vec<Setting<String>>,
    /// Further services, launched where their group is asked for.
    pub groups: BTreeMap<String, Vec<Setting<String>>>,
    /// Launch options of all of them.
    pub section: Section,
    /// What it says of one of them.
    pub members: BTreeMap<String, StackService>,
    /// What has to be the same in several of them.
    pub same: Vec<Setting<Same>>,
}

/// What a stack says of one of its services.
#[derive(Debug, Clone, Default)]
pub(super) struct StackService {
    /// Where the service is named.
    pub named: Option<Origin>,
    /// Its launch options.
    pub section: Section,
    /// The command that its image is given.
    pub command: Option<Setting<Vec<String>>>,
    /// The services that it cannot work without, beside those that it says itself.
    pub needs: Vec<Setting<String>>,
}

/// A value that several services of a stack have to agree on: `[[stack.S.same]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Same {
    /// The argument of their commands that holds it: `--node-id`.
    pub argument: Option<String>,
    /// The variable that holds it.
    pub variable: Option<String>,
    /// The services.
    pub services: Vec<String>,
}

/// A stack that is to be launched.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Its name in the configuration; none where services were named.
    pub stack: Option<String>,
    /// What its containers are called after, and its network.
    pub instance: String,
    /// Its services, in the order in which they were said.
    pub members: Vec<Member>,
    /// What has to be the same in several of them.
    pub same: Vec<Setting<Same>>,
}

/// A service of a stack that is to be launched.
#[derive(Debug, Clone)]
pub struct Member {
    /// The service.
    pub service: String,
    /// Who wants it: the stack, the caller, or another service that needs it.
    pub origin: Origin,
    /// The services that it cannot work without.
    pub needs: Vec<Setting<String>>,
}

/// Which services are to be launched together.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// A stack, or services.
    pub words: Vec<String>,
    /// The groups of the stack that are launched, too.
    pub groups: Vec<String>,
    /// The services that are left out, and are there already.
    pub without: Vec<String>,
    /// What the containers are called after.
    pub instance: Option<String>,
}

/// A launch as one of a stack.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// The stack's name in the configuration, if it has one.
    pub stack: Option<String>,
    /// What its containers are called after.
    pub instance: String,
    /// The services that are launched with it.
    pub members: Vec<String>,
}

impl Stack {
    /// Lays a higher file's words over these.
    pub(super) fn lay_over(&mut self, upper: Self) {
        replace(&mut self.named, upper.named);
        replace(&mut self.about, upper.about);
        append(&mut self.services, upper.services);
        for (name, services) in upper.groups {
            append(self.groups.entry(name).or_default(), services);
        }
        self.section.parts.extend(upper.section.parts);
        for (name, service) in upper.members {
            let held = self.members.entry(name).or_default();
            replace(&mut held.named, service.named);
            held.section.parts.extend(service.section.parts);
            replace(&mut held.command, service.command);
            append(&mut held.needs, service.needs);
        }
        for same in upper.same {
            if !self.same.iter().any(|held| held.value == same.value) {
                self.same.push(same);
            }
        }
    }

    /// The names of its services, with those of all groups.
    fn names(&self) -> Vec<&str> {
        self.services.iter().chain(self.groups.values().flatten()).map(|one| one.value.as_str()).collect()
    }

    fn has(&self, service: &str) -> bool {
        self.names().contains(&service)
    }

    /// The services of a launch of the stack, with those of the groups that are asked for.
    ///
    /// # Errors
    /// There is no such group.
    fn services(&self, name: &str, groups: &[String]) -> Result<Vec<Setting<String>>, Finding> {
        let mut services = self.services.clone();
        for group in groups {
            let Some(further) = self.groups.get(group) else {
                let message = format!("the stack {name} has no group `{group}`");
                let finding = Finding::error(Code::UnknownStack, message);
                let finding = finding.asked(format!("--group {group}"), &Origin::Flag("--group".to_owned()));
                let names: Vec<&str> = self.groups.keys().map(String::as_str).collect();
                let finding = finding.near(group, names.iter().copied());
                return Err(if names.is_empty() {
                    finding
                } else {
                    finding.help(format!("its groups are {}", names.join(", ")))
                });
            };
            append(&mut services, further.clone());
        }
        Ok(services)
    }
}

/// Adds what is not there yet.
fn append(held: &mut Vec<Setting<String>>, further: Vec<Setting<String>>) {
    for one in further {
        if !held.iter().any(|there| there.value == one.value) {
            held.push(one);
        }
    }
}

/// Who is launched together, and who needs whom.
///
/// # Errors
/// Nothing is called so.
pub(super) fn outline(choice: &Choice, workspace: &str, document: &Document) -> Result<Outline, Findings> {
    let one = |finding: Finding| vec![finding];
    let (stack, words) = chosen(choice, document).map_err(one)?;
    let named: Vec<Setting<String>> = words
        .iter()
        .map(|word| Setting { value: word.clone(), origin: Origin::Flag(word.clone()) })
        .collect();
    let held = stack.as_ref().map(|name| (name, &document.stacks[name]));
    let all = match held {
        Some((name, stack)) => stack.services(name, &choice.groups).map_err(one)?,
        None => Vec::new(),
    };
    if let Some((name, stack)) = held {
        let findings = names::of_stack(name, stack, document);
        let outside = named
            .iter()
            .filter(|word| !stack.has(&word.value) && document.services.contains_key(&word.value));
        let outside = outside.map(|word| {
            Finding::error(Code::UnknownStack, format!("the stack {name} has no service `{}`", word.value))
                .help(format!("its services are {}", stack.names().join(", ")))
        });
        let findings: Findings = findings.into_iter().chain(outside).collect();
        if !findings.is_empty() {
            return Err(findings);
        }
    }
    let wanted = if named.is_empty() { all } else { named };
    let is_out = |name: &String| choice.without.contains(name);
    let mut members: Vec<Member> = Vec::new();
    let mut next: Vec<Setting<String>> = wanted.into_iter().filter(|one| !is_out(&one.value)).collect();
    let mut findings = Findings::new();
    while !next.is_empty() {
        let service = next.remove(0);
        if members.iter().any(|member| member.service == service.value) {
            continue;
        }
        let needs = match document.services.get(&service.value) {
            Some(known) => needs_of(&service.value, &known.needs, held.map(|(_, stack)| stack)),
            None => {
                findings.push(unknown_service("services", &service, document));
                continue;
            }
        };
        let what = ("service of a stack", "its container and its name on the network are called after it");
        findings.extend(names::misnamed(what, &service));
        // What is needed is launched, too, whoever was named.
        next.extend(needs.iter().filter(|need| !is_out(&need.value)).cloned());
        members.push(Member { service: service.value, origin: service.origin, needs });
    }
    findings.extend(unknown_without(choice, document));
    if members.is_empty() && findings.is_empty() {
        findings.push(Finding::error(Code::UnknownStack, "nothing is left to launch"));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let instance = instance(choice, stack.as_deref(), workspace).map_err(one)?;
    let same = held.map(|(_, stack)| stack.same.clone()).unwrap_or_default();
    Ok(Outline { stack, instance, members, same })
}

/// What is to be left out, and nothing is called so.
fn unknown_without(choice: &Choice, document: &Document) -> Findings {
    let unknown = choice.without.iter().filter(|name| !document.services.contains_key(*name));
    let told = unknown.map(|name| {
        let origin = Origin::Flag("--without".to_owned());
        unknown_service("--without", &Setting { value: name.clone(), origin }, document)
    });
    told.collect()
}

/// The stack, and the services that were named beside it.
fn chosen(choice: &Choice, document: &Document) -> Result<(Option<String>, Vec<String>), Finding> {
    match choice.words.split_first() {
        Some((first, rest)) if document.stacks.contains_key(first) => {
            Ok((Some(first.clone()), rest.to_vec()))
        }
        Some((first, rest)) if rest.is_empty() && !document.services.contains_key(first) => {
            let message = format!("there is no stack and no service `{first}`");
            let names = document.stacks.keys().chain(document.services.keys()).map(String::as_str);
            let finding = Finding::error(Code::UnknownStack, message).near(first, names);
            Err(with_stacks(finding, document))
        }
        Some(_) => Ok((None, choice.words.clone())),
        None => match &document.default_stack {
            Some(name) if document.stacks.contains_key(&name.value) => {
                Ok((Some(name.value.clone()), Vec::new()))
            }
            Some(_) | None => Err(names::default_stack(document).unwrap_or_else(|| {
                let message = "nothing says what to launch: neither a stack nor a service is named";
                with_stacks(Finding::error(Code::UnknownStack, message), document)
            })),
        },
    }
}

fn with_stacks(finding: Finding, document: &Document) -> Finding {
    let names: Vec<&str> = document.stacks.keys().map(String::as_str).collect();
    finding.help(format!("the stacks are {}", names.join(", ")))
}

fn needs_of(service: &str, own: &[Setting<String>], stack: Option<&Stack>) -> Vec<Setting<String>> {
    let mut needs = own.to_vec();
    let further = stack.and_then(|stack| stack.members.get(service)).map(|member| member.needs.clone());
    append(&mut needs, further.unwrap_or_default());
    needs
}

/// What the containers are called after: what was said, else the stack, else the folder of the project.
fn instance(choice: &Choice, stack: Option<&str>, workspace: &str) -> Result<String, Finding> {
    if let Some(name) = &choice.instance {
        return match ContainerName::parse(name) {
            Ok(parsed) if !parsed.is_empty() => Ok(parsed.0),
            Ok(_) => Err(Finding::error(Code::BadValue, "--as: the name is empty")),
            Err(error) => Err(Finding::error(Code::BadValue, format!("--as: {}", error.problem))),
        };
    }
    let plain: String = stack
        .unwrap_or(workspace)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "_.-".contains(letter) { letter } else { '-' })
        .collect();
    let plain = plain.trim_start_matches(['_', '.', '-']);
    Ok(if plain.is_empty() { "stack".to_owned() } else { plain.to_owned() })
}

impl Membership {
    /// What a launch says as one of the stack, lowest first, where the service is that.
    pub(super) fn sections(&self, service: &str, document: &Document) -> Vec<(Rank, Section)> {
        let mut sections = vec![(Rank::Stack, Section::of(self.habits(service)))];
        let Some(stack) = self.stack.as_ref().and_then(|name| document.stacks.get(name)) else {
            return sections;
        };
        sections.push((Rank::Stack, stack.section.clone()));
        let member = stack.members.get(service).map(|member| member.section.clone());
        sections.extend(member.map(|section| (Rank::StackService, section)));
        sections
    }

    /// What the service's container is called: `dynamo-nats`. A service that is called after the stack keeps its name.
    fn name(&self, service: &str) -> String {
        match service.strip_prefix(&self.instance) {
            Some(rest) if rest.starts_with('-') => service.to_owned(),
            Some(_) | None => format!("{}-{service}", self.instance),
        }
    }

    /// What every stack does with each of its services, unless somebody says otherwise.
    fn habits(&self, service: &str) -> Layer {
        let mut layer = Layer::default();
        // Also where the stack itself is followed: its containers are the same then.
        layer.detach.set(true, OWN);
        layer.name.set(ContainerName(self.name(service)), OWN);
        layer.network.push(NetworkChoice::plain(Network::Own(self.instance.clone())), OWN);
        layer.create_network.set(true, OWN);
        layer.if_exists.set(IfExists::Reuse, OWN);
        layer
    }

    /// The command that the stack gives the service.
    pub(super) fn command<'d>(
        &self,
        service: &str,
        document: &'d Document,
    ) -> Option<&'d Setting<Vec<String>>> {
        let stack = document.stacks.get(self.stack.as_ref()?)?;
        stack.members.get(service)?.command.as_ref()
    }

    /// Makes one of a stack out of a launch: it is in the background, waited for, stays until the stack is taken down, is found by
    /// its service's name, and is told where the others are that it needs.
    pub(super) fn join(&self, service: &str, options: &mut Layer, document: &Document) {
        options.detach.set(true, OWN);
        // How long is the service's own business.
        if options.wait.get().is_none() {
            options.wait.set(Wait::On, OWN);
        }
        options.interactive.clear();
        options.tty.clear();
        if options.rm.setting().is_some_and(|rm| rm.origin.is_built_in()) {
            options.rm.clear();
        }
        is_found_as(service, options);
        let Some(place) = place(options) else { return };
        let own = document.services.get(service).and_then(|service| service.command.as_ref());
        let command = self.command(service, document).or(own);
        for need in self.needs(service, document) {
            let Some(needed) = needed(&need, document) else { continue };
            let Some(variable) = needed.found_by.as_ref() else { continue };
            let value = needed.url(place.unwrap_or(&needed.name));
            let is_said = command.is_some_and(|words| words.value.iter().any(|word| word.contains(&value)));
            if options.env.named(variable).is_none() && !is_said {
                options.env.push(EnvVar { name: variable.clone(), value: Some(Secret::new(value)) }, OWN);
            }
        }
    }

    /// What of the stack the service needs.
    pub(super) fn needs(&self, service: &str, document: &Document) -> Vec<Setting<String>> {
        let own = document.services.get(service).map(|service| service.needs.as_slice()).unwrap_or_default();
        let stack = self.stack.as_ref().and_then(|name| document.stacks.get(name));
        let mut needs = needs_of(service, own, stack);
        needs.retain(|need| self.members.contains(&need.value));
        needs
    }
}

/// Has the container found by its service's name on each network; on the first one beside the names of `network-alias`, where
/// these are said.
fn is_found_as(service: &str, options: &mut Layer) {
    let mut is_said_apart = options.network_alias.values().next().is_some();
    if is_said_apart && options.network_alias.values().all(|alias| alias.0 != service) {
        options.network_alias.push(Text(service.to_owned()), OWN);
    }
    options.network.change(|choice| {
        let is_apart = std::mem::take(&mut is_said_apart);
        let NetworkChoice { network, aliases, .. } = &mut choice.value;
        if !is_apart && matches!(network, Network::Own(_)) && !aliases.iter().any(|alias| alias == service) {
            aliases.push(service.to_owned());
        }
    });
}

/// Where the others are: none by themselves where the network knows no names, else each by its own name, or all at
/// home.
fn place(options: &Layer) -> Option<Option<&'static str>> {
    match options.network.values().next().map(|choice| &choice.network) {
        Some(Network::Own(_)) => Some(None),
        Some(Network::Host | Network::Container(_)) => Some(Some("127.0.0.1")),
        Some(Network::Bridge | Network::Default | Network::None) | None => None,
    }
}
