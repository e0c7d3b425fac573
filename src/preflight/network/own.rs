//! A network of the caller's: is it there, is it as it was declared, and may a container join it.

use super::{about, subnet, swarm};
use crate::engine::{Engine, EngineError, NetworkState, SwarmState};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, NetworkDeclaration, Setting};
use crate::values::Value;

/// Checks one network.
pub(super) async fn check(name: &str, spec: &LaunchSpec, engine: &Engine) -> Findings {
    let declared = spec.declared_networks.get(name);
    match engine.network(name).await {
        Ok(Some(state)) => {
            let mut findings: Findings = barred(name, &state, spec).into_iter().collect();
            findings.extend(
                declared.map(|declared| differences(name, &state, declared, spec)).unwrap_or_default(),
            );
            findings.extend(subnet::existing(&state, spec, engine));
            findings
        }
        Ok(None) if spec.create_networks.contains_key(name) => {
            let declared = &spec.create_networks[name];
            let mut findings: Findings =
                swarm::hindered(name, declared, spec, engine).await.into_iter().collect();
            findings.extend(subnet::wanted(name, declared, spec, engine).await);
            findings
        }
        Ok(None) => vec![missing(name, declared, spec, engine).await],
        Err(error) => vec![cannot_tell(name, spec, &error)],
    }
}

/// A network that no container may join, whatever was declared.
fn barred(name: &str, state: &NetworkState, spec: &LaunchSpec) -> Option<Finding> {
    let real = &state.name;
    let (message, help) = if state.config_only {
        (
            format!("the network {real} only holds settings for others: no container can join it"),
            format!("make one of it: docker network create --config-from {real} NAME"),
        )
    } else if state.ingress {
        (
            format!(
                "the network {real} is the swarm's own, for the ports of its services: no container can join it"
            ),
            "name another one: docker network ls".to_owned(),
        )
    } else if state.driver == "host" {
        // By its id the engine takes it, and the container has loopback alone.
        ("the host's own network cannot be joined by its id".to_owned(), "name it: --network host".to_owned())
    } else if state.driver == "null" {
        (
            format!("the network {real} is none: it cannot be joined by its id"),
            "name it: --network none".to_owned(),
        )
    } else if state.scope == swarm::SWARM && !state.attachable {
        (
            format!("the network {real} is for the swarm's services alone: it is not attachable"),
            format!(
                "make it anew: docker network rm {real} && docker network create --driver {} --attachable {real}",
                state.driver
            ),
        )
    } else {
        return None;
    };
    let finding = about(Finding::error(Code::NetworkNotAttachable, message), name, spec);
    Some(
        match state.members.as_slice() {
            [] => finding,
            members => finding.noted(format!("{} has joined it", members.join(", "))),
        }
        .help(help),
    )
}

/// Every declared property that the network does not have.
fn differences(
    name: &str,
    state: &NetworkState,
    declared: &NetworkDeclaration,
    spec: &LaunchSpec,
) -> Findings {
    let words = |setting: &Option<Setting<String>>, found: &str, what: &'static str| {
        let setting = setting.as_ref().filter(|setting| setting.value != found)?;
        Some((what, setting.value.clone(), found.to_owned(), setting.origin.clone()))
    };
    let switch = |setting: &Option<Setting<bool>>, found: bool, what: &'static str| {
        let setting = setting.as_ref().filter(|setting| setting.value != found)?;
        Some((what, setting.value.to_string(), found.to_string(), setting.origin.clone()))
    };
    let has: Vec<String> = state.subnets.iter().map(Value::word).collect();
    let has = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
    let subnets = declared.subnets.iter().filter(|subnet| !state.subnets.contains(&subnet.value));
    let found = [
        words(&declared.driver, &state.driver, "driver"),
        words(&declared.scope, &state.scope, "scope"),
        switch(&declared.attachable, state.attachable, "attachable"),
        switch(&declared.internal, state.internal, "internal"),
    ];
    let subnets = subnets.map(|subnet| ("subnet", subnet.value.word(), has.clone(), subnet.origin.clone()));
    found
        .into_iter()
        .flatten()
        .chain(subnets)
        .map(|(what, wanted, found, where_declared)| {
            let message = format!("the network {name} has {what} {found}, and was declared with {wanted}");
            let finding = Finding::error(Code::NetworkDiffers, message)
                .asked(format!("{what} = {wanted}"), &where_declared);
            let finding = about(finding, name, spec);
            match state.members.as_slice() {
                [] => finding.help(format!(
                    "change the declaration, or make the network anew: docker network rm {name}"
                )),
                members => finding
                    .noted(format!("{} has joined it", members.join(", ")))
                    .help("change the declaration, or name another network"),
            }
        })
        .collect()
}

async fn missing(
    name: &str,
    declared: Option<&NetworkDeclaration>,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Finding {
    let state = engine.swarm().await.unwrap_or(SwarmState::Inactive);
    if state == SwarmState::Worker {
        let message =
            format!("this engine is a swarm worker and cannot tell whether the network {name} exists");
        return about(Finding::warning(Code::NetworkUnknown, message), name, spec)
            .help("ask a manager: docker network ls");
    }
    let networks = engine.networks().await.unwrap_or_default();
    let names: Vec<&str> = networks.iter().map(|network| network.name.as_str()).collect();
    let finding = Finding::error(Code::NetworkMissing, format!("there is no network {name}"));
    let finding = about(finding, name, spec);
    // Compose puts its project's name before those of its networks.
    let of_compose: Vec<&str> =
        names.iter().copied().filter(|other| other.ends_with(&format!("_{name}"))).collect();
    let finding = match of_compose.as_slice() {
        [] => finding.near(name, names),
        found => finding.help(format!("did you mean {}?", found.join(", or "))),
    };
    let finding = match declared.is_some_and(swarm::is_overlay) {
        true => finding.helped(swarm::remedy(&state, &networks, engine)),
        false => finding,
    };
    finding
        .help(format!("create it: docker network create {}{name}", create_options(declared)))
        .help("or let dynrun create it: --create-network")
}

/// The options of docker's client that make a network as it was declared.
pub(super) fn create_options(declared: Option<&NetworkDeclaration>) -> String {
    let Some(declared) = declared else { return String::new() };
    let word = |name: &str, setting: &Option<Setting<String>>| {
        setting.as_ref().map(|setting| format!("--{name} {} ", setting.value))
    };
    let is_on = |setting: &Option<Setting<bool>>| setting.as_ref().is_some_and(|setting| setting.value);
    let switch = |name: &str, is_on: bool| is_on.then(|| format!("--{name} "));
    let parts = [
        word("driver", &declared.driver),
        word("scope", &declared.scope),
        switch("attachable", is_on(&declared.attachable) || swarm::is_overlay(declared)),
        switch("internal", is_on(&declared.internal)),
    ];
    let subnets = declared.subnets.iter().map(|subnet| format!("--subnet {} ", subnet.value.word()));
    parts.into_iter().flatten().chain(subnets).collect()
}

fn cannot_tell(name: &str, spec: &LaunchSpec, error: &EngineError) -> Finding {
    let message = format!("whether the network {name} exists cannot be told: {error}");
    about(Finding::warning(Code::NetworkUnknown, message), name, spec)
}
