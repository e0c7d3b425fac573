//! A network of the caller's: is it there, is it as it was declared, and may a container join it.

use super::{about, driver, shared, subnet, swarm};
use crate::engine::{Difference, Engine, EngineError, NetworkState, SwarmState};
use crate::finding::{Code, Finding, Findings, slip};
use crate::spec::{Attachment, LaunchSpec, NetworkDeclaration};

/// Checks one network.
pub(super) async fn check(attachment: &Attachment, spec: &LaunchSpec, engine: &Engine) -> Findings {
    let name = attachment.network.as_str();
    match engine.network(name).await {
        Ok(Some(state)) => {
            let mut findings: Findings = barred(name, &state, spec).into_iter().collect();
            if let Some(declared) = spec.declared_networks.get(name) {
                findings.extend(differences(name, &state, declared, spec, engine).await);
            }
            findings.extend(subnet::existing(&state, spec, engine));
            findings.extend(shared::check(attachment, &state, spec, engine).await);
            findings
        }
        Ok(None) if spec.create_networks.contains_key(name) => {
            let slipped = slipped(name, spec).into_iter();
            slipped.chain(makeable(name, &spec.create_networks[name], spec, engine).await).collect()
        }
        Ok(None) => vec![missing(name, spec, engine).await],
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
            format!("make it anew: docker network rm {real} && {}", declared(name, spec).overlay_line(real)),
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

/// Every declared property that the network does not have; and what becomes of the network.
async fn differences(
    name: &str,
    state: &NetworkState,
    declared: &NetworkDeclaration,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Findings {
    let differences = state.differences(declared);
    if differences.is_empty() {
        return Findings::new();
    }
    let holders = engine.network_holders(state).await;
    let holders = holders.unwrap_or_else(|error| vec![format!("who has joined it cannot be told: {error}")]);
    let is_fixed = spec.fix_networks && holders.is_empty() && state.name == name;
    let told = |difference: Difference| {
        let Difference { what, wanted, found, origin } = difference;
        let message = format!("the network {name} has {what} {found}, and was declared with {wanted}");
        let asked =
            |finding: Finding| about(finding.asked(format!("{what} = {wanted}"), &origin), name, spec);
        if is_fixed {
            return asked(Finding::note(Code::NetworkDiffers, format!("{message}: it is made anew")));
        }
        let finding = asked(Finding::error(Code::NetworkDiffers, message));
        match holders.is_empty() {
            true => finding
                .help(format!(
                    "change the declaration, or make the network anew: docker network rm {name} && {}",
                    declared.create_line(name)
                ))
                .help("or have dynrun do that, as nobody has joined it: --create-network --fix-network"),
            false => holders
                .iter()
                .fold(finding, |finding, holder| finding.noted(holder.clone()))
                .help("change the declaration, or name another network"),
        }
    };
    let mut findings: Findings = differences.into_iter().map(told).collect();
    if is_fixed {
        findings.extend(makeable(name, declared, spec, engine).await);
    }
    findings
}

/// What is wrong with a network that is to be made.
async fn makeable(name: &str, declared: &NetworkDeclaration, spec: &LaunchSpec, engine: &Engine) -> Findings {
    let mut findings: Findings = swarm::hindered(name, declared, spec, engine).await.into_iter().collect();
    findings.extend(driver::unknown(name, declared, spec, engine).await);
    findings.extend(subnet::wanted(name, declared, spec, engine).await);
    findings
}

/// A network that is to be made, and that nothing declares: of a name that is nearly a declared one's, that one was meant.
fn slipped(name: &str, spec: &LaunchSpec) -> Option<Finding> {
    let declared = &spec.declared_networks;
    if declared.contains_key(name) {
        return None;
    }
    let meant = slip(name, declared.keys().map(String::as_str))?;
    let message = format!("there is no network {name}, and nothing declares the one that is made");
    let finding = about(Finding::warning(Code::NetworkMissing, message), name, spec);
    Some(finding.help(format!("did you mean {meant}?")).help(format!("else declare it: [network.{name}]")))
}

/// What was declared of a network; nothing, where nobody did.
fn declared(name: &str, spec: &LaunchSpec) -> NetworkDeclaration {
    spec.declared_networks.get(name).cloned().unwrap_or_default()
}

async fn missing(name: &str, spec: &LaunchSpec, engine: &Engine) -> Finding {
    let state = engine.swarm().await.unwrap_or(SwarmState::Inactive);
    if state == SwarmState::Worker {
        let message =
            format!("this engine is a swarm worker and cannot tell whether the network {name} exists");
        return about(Finding::warning(Code::NetworkUnknown, message), name, spec)
            .help("ask a manager: docker network ls");
    }
    let networks = engine.networks().await.unwrap_or_default();
    let names = networks.iter().map(|network| &network.name).chain(spec.declared_networks.keys());
    let names: Vec<&str> = names.map(String::as_str).collect();
    let line = declared(name, spec);
    let finding = Finding::error(Code::NetworkMissing, format!("there is no network {name}"));
    let finding = about(finding, name, spec);
    // Compose puts its project's name before those of its networks.
    let of_compose: Vec<&str> =
        names.iter().copied().filter(|other| other.ends_with(&format!("_{name}"))).collect();
    let finding = match of_compose.as_slice() {
        [] => finding.near(name, names),
        found => finding.help(format!("did you mean {}?", found.join(", or "))),
    };
    let finding = match line.is_overlay() {
        true => finding.helped(swarm::remedy(&state, &networks, engine)),
        false => finding,
    };
    finding
        .help(format!("create it: {}", line.create_line(name)))
        .help("or let dynrun create it: --create-network")
}

fn cannot_tell(name: &str, spec: &LaunchSpec, error: &EngineError) -> Finding {
    let message = format!("whether the network {name} exists cannot be told: {error}");
    about(Finding::warning(Code::NetworkUnknown, message), name, spec)
}
