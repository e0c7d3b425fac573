//! The container's network against the engine's: what it joins is there and may be joined, what it shares is there and
//! stays, and what it names is found there.

mod driver;
mod names;
mod own;
mod shared;
mod subnet;
mod swarm;
mod target;

pub use target::explain;

use crate::engine::Engine;
use crate::finding::{Finding, Findings};
use crate::spec::{LaunchSpec, Networking, asked};
use crate::values::Day;

/// Checks the network of a launch.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine, today: Day) -> Findings {
    let mut findings = Findings::new();
    match &spec.networking {
        Networking::Own { attachments, .. } => {
            for attachment in attachments {
                findings.extend(own::check(attachment, spec, engine).await);
            }
        }
        Networking::Container { target } => findings.extend(target::check(target, spec, engine, today).await),
        Networking::Host { .. } | Networking::Bridge { .. } | Networking::None { .. } => {}
    }
    findings.extend(names::check(spec, engine).await);
    findings
}

/// A finding about a network of the launch, with where that was asked for.
fn about(finding: Finding, network: &str, spec: &LaunchSpec) -> Finding {
    let said = spec.options.network.iter().find(|choice| choice.value.network.name() == network);
    match said {
        Some(said) => finding.asked(asked("network", network, &said.origin), &said.origin),
        None => finding,
    }
}
