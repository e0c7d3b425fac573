//! Further names of a launch on a network of the caller's. The engine gives one name to as many containers as want it, and
//! who asks for it gets to any of them.

use super::about;
use crate::engine::{Engine, NetworkState, Reachable};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{Attachment, LaunchSpec};

/// Warns of each further name that leads to another container as well. Those of the launch's own stack share one on purpose.
pub(super) async fn check(
    attachment: &Attachment,
    state: &NetworkState,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Findings {
    if attachment.aliases.is_empty() || state.members.is_empty() {
        return Findings::new();
    }
    let (name, stack) = (spec.options.name.get(), spec.stack().map(|stack| stack.instance.as_str()));
    let mut others = engine.reachable(state).await;
    others.retain(|other| {
        let is_replaced = name.is_some_and(|name| name.0 == other.name);
        !is_replaced && (stack.is_none() || other.stack.as_deref() != stack)
    });
    let shared = attachment.aliases.iter().filter_map(|alias| {
        let other = others.iter().find(|other| other.names.contains(alias))?;
        Some(shared(alias, other, attachment, spec))
    });
    shared.collect()
}

fn shared(
    alias: &str,
    other: &Reachable,
    Attachment { network, .. }: &Attachment,
    spec: &LaunchSpec,
) -> Finding {
    let of = other.stack.as_ref().map(|stack| format!(" of the stack {stack}")).unwrap_or_default();
    let message = format!(
        "on the network {network} the container {}{of} is called {alias}, too: who asks for {alias} gets to either",
        other.name
    );
    let finding = about(Finding::warning(Code::NameShared, message), network, spec);
    match spec.stack() {
        Some(_) => finding.help("leave `network` out: then each stack has a network of its own"),
        None => finding
            .help(format!("say another name: --network name={network},alias=NAME"))
            .help("or have them on networks of their own: --network NAME --create-network"),
    }
}
