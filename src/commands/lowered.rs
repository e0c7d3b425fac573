//! Taking containers of a stack down: each as soon as nobody of the stack needs it any more, then the networks that were
//! made for it.

use crate::engine::{Engine, EngineError, StackContainer, StackNetwork};
use crate::finding::{Code, Finding, Findings};
use crate::stack::Order;
use std::collections::BTreeSet;

/// What becomes of a container that is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is stopped, and stays.
    Stopped,
    /// It is stopped, and removed.
    Removed,
}

/// What has become of a stack that was taken down.
#[derive(Debug, Default)]
pub(super) struct Lowered {
    /// The names of the containers that are down, and of the networks that are gone, in this order.
    pub(super) down: Vec<String>,
    /// What could not be done.
    pub(super) findings: Findings,
}

/// Takes the containers down. One that cannot be does not keep the others from it.
pub(super) async fn lowered(
    engine: &Engine,
    containers: &[StackContainer],
    fate: Fate,
    seconds: Option<i32>,
) -> Lowered {
    let mut lowered = Lowered::default();
    let take_down = |index: usize| {
        let container = &containers[index];
        async move { Ok::<_, ()>(taken_down(engine, container, fate, seconds).await) }
    };
    let outcomes = order(containers).reversed().done(take_down, || ()).await;
    for (container, outcome) in containers.iter().zip(outcomes) {
        match outcome {
            Some(Ok(Ok(()))) => lowered.down.push(container.name.clone()),
            Some(Ok(Err(finding))) => lowered.findings.push(finding),
            Some(Err(())) | None => {}
        }
    }
    lowered
}

impl Lowered {
    /// Removes the networks, too.
    pub(super) async fn with_networks(mut self, engine: &Engine, networks: &[StackNetwork]) -> Self {
        for network in networks {
            match engine.remove_stack_network(network).await {
                Ok(()) => self.down.push(network.name.clone()),
                Err(error) => self.findings.push(not_removed(&network.name, &error, engine).await),
            }
        }
        self
    }
}

/// The finding for a network that stays. An engine keeps one that somebody is in.
async fn not_removed(name: &str, error: &EngineError, engine: &Engine) -> Finding {
    let members = match error {
        EngineError::Refused { .. } => engine.network(name).await.ok().flatten(),
        _ => None,
    };
    let members = members.map(|network| network.members).unwrap_or_default();
    let of_stacks = match members.is_empty() {
        true => Vec::new(),
        false => engine.stack_containers(None).await.unwrap_or_default(),
    };
    let stacks: BTreeSet<&str> =
        of_stacks.iter().filter(|one| members.contains(&one.name)).map(|one| one.stack.as_str()).collect();
    let finding = match members.as_slice() {
        [] => error.finding(&format!("remove the network {name}"), engine.endpoint()),
        names => {
            let message = format!("the network {name} stays, as others are in it: {}", names.join(", "));
            let finding = Finding::error(Code::CleanupFailed, message);
            let last =
                stacks.iter().map(|stack| format!("it goes with the stack {stack}: dynrun down {stack}"));
            finding.helped(last)
        }
    };
    let out = members.iter().map(|member| format!("docker network disconnect {name} {member}"));
    finding.help(out.chain([format!("docker network rm {name}")]).collect::<Vec<_>>().join("; "))
}

async fn taken_down(
    engine: &Engine,
    container: &StackContainer,
    fate: Fate,
    seconds: Option<i32>,
) -> Result<(), Finding> {
    let StackContainer { id, name, is_running, .. } = container;
    let failed = |doing: &str, error: &EngineError| {
        let finding = error.finding(&format!("{doing} the container {name}"), engine.endpoint());
        match fate {
            Fate::Stopped => finding,
            Fate::Removed => finding.help(format!("docker rm -fv {name}")),
        }
    };
    if *is_running
        && let Err(error) = engine.stop(id, seconds).await
        && !error.is_status(404)
    {
        return Err(failed("stop", &error));
    }
    match fate {
        Fate::Stopped => Ok(()),
        Fate::Removed => {
            let removed = engine.remove(id).await;
            removed.map_err(|error| failed("remove", &error))
        }
    }
}

/// Who needs whom, as the containers' own labels say. Where these make a circle, they count for nothing.
fn order(containers: &[StackContainer]) -> Order {
    let at = |service: &String| containers.iter().position(|container| container.service == *service);
    let after = containers.iter().map(|container| container.needs.iter().filter_map(at).collect()).collect();
    Order::of(after).unwrap_or_else(|_| Order::free(containers.len()))
}
