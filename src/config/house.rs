//! `House`: what there is by name in the configuration that applies, for whoever completes a word. Nothing is settled,
//! and no fault is told: what cannot be read has no names.

use super::choice::choose;
use super::document::{Document, NetworkDeclaration};
use super::stack::Stack;
use super::{Layer, Listen, Request, Schema, Setting, Sources, environment, files, load_over, terms};
use crate::finding::FileKind;
use crate::host::Host;
use std::collections::BTreeSet;
use std::time::Duration;

/// The longest that a press of a key may take, whatever a stranger's file says.
const LONGEST: Duration = Duration::from_secs(1);

/// What there is by name.
#[derive(Debug, Default)]
pub struct House {
    /// The services, each with a line for people.
    pub services: Vec<(String, String)>,
    /// The profiles, too.
    pub profiles: Vec<(String, String)>,
    /// The stacks, too.
    pub stacks: Vec<(String, String)>,
    /// The groups of the stack that is named, or of the one that is launched where none is, each with its services.
    pub groups: Vec<(String, String)>,
    /// The services of the same stack, with those that they need; all, where no stack is named or launched.
    pub members: Vec<(String, String)>,
    /// The networks that are declared, but for those of dynrun's own services.
    pub networks: Vec<String>,
    /// What the service of the launch understands; empty where there is none.
    pub schema: Schema,
    /// The ports that it listens on.
    pub listens: Vec<Listen>,
    /// Whether the launch is of a service.
    pub has_service: bool,
    /// The log driver that is said, by the caller or for the service.
    pub log_driver: Option<String>,
    /// How long an engine is waited for.
    pub wait: Duration,
}

/// How much of the configuration is read: what is built in takes longer than all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The user's own files, and the plain defaults.
    Own,
    /// All of it.
    Whole,
}

/// What there is by name for a launch that is only begun.
#[must_use]
pub fn house(request: &Request, reach: Reach, host: &Host) -> House {
    let built_in = match reach {
        Reach::Whole => files::built_in(),
        Reach::Own => files::plain_defaults(),
    };
    let document = load_over(built_in, host, Sources::All, &request.files).document;
    let (environment, _) = environment::layer(host);
    let chosen = choose(request, &environment, &document).ok();
    let service = chosen.as_ref().and_then(|chosen| chosen.service.as_ref());
    let schema = service.and_then(|(_, service)| terms::schema(service, &document).ok());
    let about =
        |about: &Option<Setting<String>>| about.as_ref().map(|about| about.value.clone()).unwrap_or_default();
    let services = document.services.iter().map(|(name, service)| (name.clone(), about(&service.about)));
    let services: Vec<(String, String)> = services.collect();
    let members = members(request.service.as_ref(), &document);
    let is_member = |(name, _): &&(String, String)| members.as_ref().is_none_or(|all| all.contains(name));
    let members = services.iter().filter(is_member).cloned().collect();
    let profiles = document.profiles.iter().map(|(name, profile)| (name.clone(), about(&profile.about)));
    let stacks = document.stacks.iter().map(|(name, stack)| (name.clone(), about(&stack.about)));
    let said = |layer: &Layer| layer.log_driver.get().map(|driver| driver.0.clone());
    let profile_says = || {
        let profiles = chosen.iter().flat_map(|chosen| chosen.profiles.iter().rev());
        profiles.map(|(_, profile)| profile.section.options()).find_map(|layer| said(&layer))
    };
    House {
        services,
        profiles: profiles.collect(),
        stacks: stacks.collect(),
        groups: groups(request.service.as_ref(), &document),
        members,
        networks: declared(&document),
        schema: schema.unwrap_or_default(),
        listens: service
            .iter()
            .flat_map(|(_, service)| &service.listens)
            .map(|one| one.value.clone())
            .collect(),
        has_service: service.is_some(),
        log_driver: said(&request.options).or_else(|| said(&environment)).or_else(profile_says),
        wait: document.completion_wait.as_ref().map(|wait| wait.value.0.min(LONGEST)).unwrap_or_default(),
    }
}

/// The stack that is named, or the one that is launched where none is.
fn stack<'d>(named: Option<&String>, document: &'d Document) -> Option<&'d Stack> {
    let default = document.default_stack.as_ref().map(|said| &said.value);
    named.or(default).and_then(|name| document.stacks.get(name))
}

/// What a stack may launch: its services, and all that these need. A service may stand in a stack's place.
fn members(named: Option<&String>, document: &Document) -> Option<BTreeSet<String>> {
    let mut next: Vec<&String> = match (stack(named, document), named) {
        (Some(stack), _) => {
            let of_groups = stack.groups.values().flatten();
            stack.services.iter().chain(of_groups).map(|service| &service.value).collect()
        }
        (None, Some(service)) if document.services.contains_key(service) => vec![service],
        (None, _) => return None,
    };
    let mut members = BTreeSet::new();
    while let Some(name) = next.pop() {
        if members.insert(name.clone()) {
            let of_stack = stack(named, document).and_then(|stack| stack.members.get(name));
            let needs = document.services.get(name).map(|service| &service.needs);
            next.extend(
                needs
                    .into_iter()
                    .chain(of_stack.map(|member| &member.needs))
                    .flatten()
                    .map(|need| &need.value),
            );
        }
    }
    Some(members)
}

fn groups(named: Option<&String>, document: &Document) -> Vec<(String, String)> {
    let groups = stack(named, document).into_iter().flat_map(|stack| &stack.groups);
    let services = |services: &[Setting<String>]| {
        services.iter().map(|service| service.value.as_str()).collect::<Vec<_>>().join(", ")
    };
    groups.map(|(name, members)| (name.clone(), services(members))).collect()
}

fn declared(document: &Document) -> Vec<String> {
    let is_built_in = |network: &NetworkDeclaration| {
        network.declared.as_ref().is_some_and(|place| place.file.kind == FileKind::BuiltIn)
    };
    let networks = document.networks.iter().filter(|(_, network)| !is_built_in(network));
    networks.map(|(name, _)| name.clone()).collect()
}
