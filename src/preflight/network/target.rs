//! `--network container:NAME`: the container whose network is to be shared is there, has one, and keeps it.

use super::about;
use crate::engine::{ContainerState, Engine, short_id};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Lifecycle, Setting, Waiver};
use crate::values::{Day, Restart};

/// How a container's network mode begins that is another container's.
const SHARED: &str = "container:";

/// Checks the container whose network is to be shared. An engine that does not tell is no fault of the launch's.
pub(super) async fn check(name: &str, spec: &LaunchSpec, engine: &Engine, today: Day) -> Findings {
    let Ok(found) = engine.container(name).await else { return Findings::new() };
    let refused = match &found {
        None => Some(missing(name, spec, engine).await),
        Some(target) => unusable(name, target, engine).await,
    };
    let findings: Findings = match (refused, &found) {
        (Some(refused), _) => vec![refused],
        (None, Some(target)) => {
            let policy = hosts_by_another(name, target, spec, today);
            [policy, paused(name, target), restarts(name, target, spec)].into_iter().flatten().collect()
        }
        (None, None) => Findings::new(),
    };
    findings.into_iter().map(|finding| about(finding, &format!("{SHARED}{name}"), spec)).collect()
}

/// There is none of that name, or it would be the launch's own container.
async fn missing(name: &str, spec: &LaunchSpec, engine: &Engine) -> Finding {
    if spec.options.name.get().is_some_and(|own| own.0 == name) {
        let message =
            format!("{name} is the container that is to be launched: it cannot share its own network");
        return Finding::error(Code::NetworkTarget, message).help("give it one of its own: --network bridge");
    }
    let names = engine.container_names().await.unwrap_or_default();
    let message = format!("there is no container {name} whose network could be shared");
    let finding = Finding::error(Code::NetworkTarget, message);
    finding.near(name, names.iter().map(String::as_str)).help("docker ps")
}

/// It is there, and nothing can share its network as it is.
async fn unusable(name: &str, target: &ContainerState, engine: &Engine) -> Option<Finding> {
    let whose = format!("the container {name}, whose network is to be shared,");
    let (message, help) = if target.restarting {
        // The engine says that it runs, and shares nothing of it.
        (
            format!("{whose} is being started again: it ended with exit code {}", target.exit_code),
            format!("see why it ends: docker logs --tail 20 {name}"),
        )
    } else if !target.running {
        (format!("{whose} is not running"), format!("docker start {name}"))
    } else {
        let other = target.network_mode.strip_prefix(SHARED)?;
        let named = engine.container(other).await.ok().flatten().map(|owner| owner.name);
        (
            format!("the container {name} has no network of its own: it shares another's"),
            format!("name that one: --network container:{}", named.as_deref().unwrap_or(short_id(other))),
        )
    };
    Some(Finding::error(Code::NetworkTarget, message).help(help))
}

/// A container whose network is to be shared may be on the host's: then the launch is, too.
fn hosts_by_another(name: &str, target: &ContainerState, spec: &LaunchSpec, today: Day) -> Option<Finding> {
    let policy = Code::HostNetwork.name();
    let is_waived = |waiver: &Setting<Waiver>| waiver.value.counts(Code::HostNetwork, today);
    let refused = spec.terms.refuse.iter().find(|refused| refused.value == policy)?;
    if target.network_mode != "host" || spec.terms.allow.iter().any(is_waived) {
        return None;
    }
    let message = format!("the container {name}, whose network is to be shared, is on the host's network");
    let finding = Finding::error(Code::HostNetwork, message)
        .asked(format!("refuse {policy}"), &refused.origin)
        .help("share the network of a container that has its own");
    Some(finding)
}

/// Its network is there, and nothing in it answers.
fn paused(name: &str, target: &ContainerState) -> Option<Finding> {
    target.paused.then(|| {
        let message =
            format!("the container {name}, whose network is to be shared, is paused: nothing of it answers");
        Finding::warning(Code::NetworkTarget, message).help(format!("docker unpause {name}"))
    })
}

/// User-ask 7: with its restart a container gets a new network, and who shared the old one is left in it alone. That
/// matters to who stays.
fn restarts(name: &str, target: &ContainerState, spec: &LaunchSpec) -> Option<Finding> {
    let again = target.restart.as_str();
    // The host's network stays what it is.
    if again.is_empty() || again == "no" || target.network_mode == "host" {
        return None;
    }
    let message = format!(
        "the container {name}, whose network is to be shared, is started again when it ends ({again}): this one is left \
         without a network then"
    );
    let stays = matches!(spec.lifecycle, Lifecycle::Detached { .. })
        || spec.options.restart.get().is_some_and(|restart| *restart != Restart::No);
    let finding = match stays {
        true => Finding::warning(Code::NetworkTargetRestarts, message),
        false => Finding::note(Code::NetworkTargetRestarts, message),
    };
    let own = spec.options.name.get().map(|own| own.0.as_str()).filter(|own| !own.is_empty());
    Some(
        finding
            .noted(format!(
                "the engine knows it by its id, {}: one made anew as {name} is another",
                short_id(&target.id)
            ))
            .help(format!("start this one again after it: docker restart {}", own.unwrap_or("CONTAINER"))),
    )
}

/// Adds to a refusal what only the engine knows: what the container whose network is shared publishes.
pub async fn explain(findings: Findings, target: &str, engine: &Engine) -> Findings {
    let Ok(Some(found)) = engine.container(target).await else { return findings };
    let published = found.published();
    let note = if published.is_empty() {
        format!("{} publishes nothing", found.name)
    } else {
        format!("{} publishes {}", found.name, published.join(", "))
    };
    findings
        .into_iter()
        .map(|finding| if finding.code == Code::DeadPublish { finding.noted(note.clone()) } else { finding })
        .collect()
}
