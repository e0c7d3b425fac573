//! A network of the caller's: is it there, and is it as it was declared.

use crate::engine::{Engine, EngineError, NetworkState};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{LaunchSpec, NetworkDeclaration, Setting, asked};

/// Checks one network.
pub(super) async fn check(name: &str, spec: &LaunchSpec, engine: &Engine) -> Findings {
    let said = spec.options.network.iter().find(|choice| choice.value.network.name() == name);
    let origin = said.map_or(Origin::Rule("dynrun"), |choice| choice.origin.clone());
    match engine.network(name).await {
        Ok(Some(state)) => {
            let declared = spec.declared_networks.get(name);
            declared.map(|declared| differences(name, &state, declared, &origin)).unwrap_or_default()
        }
        Ok(None) if spec.create_networks.contains_key(name) => Findings::new(),
        Ok(None) => vec![missing(name, &origin, engine).await],
        Err(error) => vec![cannot_tell(name, &origin, &error)],
    }
}

/// Every declared property that the network does not have.
fn differences(name: &str, state: &NetworkState, declared: &NetworkDeclaration, origin: &Origin) -> Findings {
    let words = |setting: &Option<Setting<String>>, found: &str, what: &'static str| {
        let setting = setting.as_ref().filter(|setting| setting.value != found)?;
        Some((what, setting.value.clone(), found.to_owned(), setting.origin.clone()))
    };
    let switch = |setting: &Option<Setting<bool>>, found: bool, what: &'static str| {
        let setting = setting.as_ref().filter(|setting| setting.value != found)?;
        Some((what, setting.value.to_string(), found.to_string(), setting.origin.clone()))
    };
    let found = [
        words(&declared.driver, &state.driver, "driver"),
        words(&declared.scope, &state.scope, "scope"),
        switch(&declared.attachable, state.attachable, "attachable"),
        switch(&declared.internal, state.internal, "internal"),
    ];
    found
        .into_iter()
        .flatten()
        .map(|(what, wanted, found, where_declared)| {
            let message = format!("the network {name} has {what} {found}, and was declared with {wanted}");
            Finding::error(Code::NetworkDiffers, message)
                .asked(format!("{what} = {wanted}"), &where_declared)
                .asked(asked("network", name, origin), origin)
                .help(format!("change the declaration, or make the network anew: docker network rm {name}"))
        })
        .collect()
}

async fn missing(name: &str, origin: &Origin, engine: &Engine) -> Finding {
    if engine.is_swarm_worker().await.unwrap_or_default() {
        let message =
            format!("this engine is a swarm worker and cannot tell whether the network {name} exists");
        return Finding::warning(Code::NetworkUnknown, message)
            .asked(asked("network", name, origin), origin)
            .help("ask a manager: docker network ls");
    }
    let names = engine.network_names().await.unwrap_or_default();
    let finding = Finding::error(Code::NetworkMissing, format!("there is no network {name}"))
        .asked(asked("network", name, origin), origin);
    let finding = finding.near(name, names.iter().map(String::as_str));
    finding
        .help(format!("create it: docker network create {name}"))
        .help("or let dynrun create it: --create-network")
}

fn cannot_tell(name: &str, origin: &Origin, error: &EngineError) -> Finding {
    Finding::warning(
        Code::NetworkUnknown,
        format!("whether the network {name} exists cannot be told: {error}"),
    )
    .asked(asked("network", name, origin), origin)
}
