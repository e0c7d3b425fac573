//! Taking containers of a stack down: each as soon as nobody of the stack needs it any more, then the networks that were
//! made for it.

use crate::engine::{Engine, EngineError, StackContainer, StackNetwork};
use crate::finding::{Finding, Findings};
use crate::stack::Order;

/// What has become of a stack that was taken down.
#[derive(Debug, Default)]
pub(super) struct Lowered {
    /// The names of the containers that are gone, and of the networks, in this order.
    pub(super) gone: Vec<String>,
    /// What could not be done.
    pub(super) findings: Findings,
}

/// Stops and removes the containers, and removes the networks. One that cannot be removed does not keep the others.
pub(super) async fn lowered(
    engine: &Engine,
    containers: &[StackContainer],
    networks: &[StackNetwork],
    seconds: Option<i32>,
) -> Lowered {
    let mut lowered = Lowered::default();
    let take_down = |index: usize| {
        let container = &containers[index];
        async move { Ok::<_, ()>(taken_down(engine, container, seconds).await) }
    };
    let outcomes = order(containers).reversed().done(take_down, || ()).await;
    for (container, outcome) in containers.iter().zip(outcomes) {
        match outcome {
            Some(Ok(Ok(()))) => lowered.gone.push(container.name.clone()),
            Some(Ok(Err(finding))) => lowered.findings.push(finding),
            Some(Err(())) | None => {}
        }
    }
    for network in networks {
        match engine.remove_stack_network(network).await {
            Ok(()) => lowered.gone.push(network.name.clone()),
            Err(error) => {
                let doing = format!("remove the network {}", network.name);
                let finding = error.finding(&doing, engine.endpoint());
                lowered.findings.push(finding.help(format!("docker network rm {}", network.name)));
            }
        }
    }
    lowered
}

async fn taken_down(
    engine: &Engine,
    container: &StackContainer,
    seconds: Option<i32>,
) -> Result<(), Finding> {
    let StackContainer { id, name, is_running, .. } = container;
    let failed = |doing: &str, error: &EngineError| {
        let finding = error.finding(&format!("{doing} the container {name}"), engine.endpoint());
        Err(finding.help(format!("docker rm -fv {name}")))
    };
    if *is_running {
        match engine.stop(id, seconds).await {
            Err(error) if !error.is_status(404) => return failed("stop", &error),
            Ok(()) | Err(_) => {}
        }
    }
    engine.remove(id).await.or_else(|error| failed("remove", &error))
}

/// Who needs whom, as the containers' own labels say. Where these make a circle, they count for nothing.
fn order(containers: &[StackContainer]) -> Order {
    let at = |service: &String| containers.iter().position(|container| container.service == *service);
    let after = containers.iter().map(|container| container.needs.iter().filter_map(at).collect()).collect();
    Order::of(after).unwrap_or_else(|_| Order::free(containers.len()))
}
