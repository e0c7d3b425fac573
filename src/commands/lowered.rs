//! Taking containers of a stack down: each as soon as nobody of the stack needs it any more, then the networks that were
//! made for it.

use crate::engine::{Engine, EngineError, StackContainer, StackNetwork};
use crate::finding::{Finding, Findings};
use crate::stack::Order;

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
                Err(error) => {
                    let doing = format!("remove the network {}", network.name);
                    let finding = error.finding(&doing, engine.endpoint());
                    self.findings.push(finding.help(format!("docker network rm {}", network.name)));
                }
            }
        }
        self
    }
}

async fn taken_down(
    engine: &Engine,
    container: &StackContainer,
    fate: Fate,
    seconds: Option<i32>,
) -> Result<(), Finding> {
    let StackContainer { id, name, is_running, .. } = container;
    let failed = |doing: &str, error: &EngineError| {
        error.finding(&format!("{doing} the container {name}"), engine.endpoint())
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
            removed.map_err(|error| failed("remove", &error).help(format!("docker rm -fv {name}")))
        }
    }
}

/// Who needs whom, as the containers' own labels say. Where these make a circle, they count for nothing.
fn order(containers: &[StackContainer]) -> Order {
    let at = |service: &String| containers.iter().position(|container| container.service == *service);
    let after = containers.iter().map(|container| container.needs.iter().filter_map(at).collect()).collect();
    Order::of(after).unwrap_or_else(|_| Order::free(containers.len()))
}
