//! A spec and the world into findings: what will go wrong, before anything is made. Changes nothing.

mod advice;
mod cache;
mod foresight;
pub mod gpu;
mod network;
pub mod ports;

pub use advice::advice;
pub use foresight::foresee;
pub use network::explain;
pub use ports::{Holder, PortState, PortStatus};

use crate::engine::Engine;
use crate::finding::Findings;
use crate::host::Host;
use crate::spec::LaunchSpec;
use crate::values::Day;

/// A launch that was checked.
#[derive(Debug)]
pub struct Checked {
    /// The launch, with the ports that it will have.
    pub spec: LaunchSpec,
    /// What is to be said of it.
    pub findings: Findings,
    /// Its ports.
    pub ports: Vec<PortState>,
}

/// Checks a launch against the engine and this machine. An engine that does not tell is no fault of the launch's.
pub async fn check(spec: LaunchSpec, engine: &Engine, host: &Host) -> Checked {
    let mut findings = engine.too_old_for(&spec);
    let (gpus, said) = gpu::decide(&spec, engine, host).await;
    findings.extend(said);
    findings.extend(network::check(&spec, engine, Day::of(host.now.as_secs())).await);
    findings.extend(cache::check(&spec, engine).await);
    let (spec, ports) = ports::settle(spec, engine, 0).await;
    findings.extend(ports.findings);
    findings.extend(ports::outlook(&spec, engine).await);
    Checked { spec: spec.with_gpus(gpus), findings, ports: ports.states }
}

/// A launch that nobody wants checked: what only this machine and the engine can decide is decided, and what the engine
/// would drop without a word is refused.
pub async fn unchecked(spec: LaunchSpec, engine: &Engine, host: &Host) -> Checked {
    let mut findings = engine.too_old_for(&spec);
    let (gpus, said) = match spec.gpus() {
        gpus if gpus.is_auto() => gpu::decide(&spec, engine, host).await,
        gpus => (gpus, Findings::new()),
    };
    findings.extend(said);
    Checked { spec: spec.with_gpus(gpus), findings, ports: Vec::new() }
}
