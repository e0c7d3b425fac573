//! The health check of a service whose port is to move. It is somebody's command, and dynrun rewrites none.

use super::finding::name;
use super::plan::Wanted;
use crate::engine::Engine;
use crate::finding::{Code, Finding, Origin};
use crate::spec::{LaunchSpec, Listener, Mover, Networking, asked};
use crate::values::{HealthCommand, Protocol, Value as _};

/// The health check of a launch, or of its image.
#[derive(Debug)]
pub(super) struct Check {
    command: HealthCommand,
    /// Where it was said; none for the image's own.
    origin: Option<Origin>,
}

/// The health check that the container will have, as far as that is known: an image that is not there yet says nothing.
pub(super) async fn of(spec: &LaunchSpec, engine: &Engine) -> Option<Check> {
    let said = spec.options.health_cmd.setting().filter(|said| !said.value.line().is_empty());
    if let Some(said) = said {
        return Some(Check { command: said.value.clone(), origin: Some(said.origin.clone()) });
    }
    if spec.options.no_healthcheck.is_on() {
        return None;
    }
    let image = engine.image_facts(&spec.image.reference).await.ok()??;
    Some(Check { command: image.health?, origin: None })
}

/// A health check that asks a port that is to move inside of the container.
pub(super) struct Left<'a> {
    check: &'a Check,
    listener: &'a Listener,
}

/// The health check that would go on asking a port that the service has left.
pub(super) fn left<'a>(wanted: &Wanted, check: Option<&'a Check>, spec: &'a LaunchSpec) -> Option<Left<'a>> {
    let port = wanted.ports.start;
    let check = check?;
    let moves = |listener: &&Listener| {
        let is_meant = (listener.port, listener.protocol) == (port, wanted.protocol);
        is_meant && listener.protocol == Protocol::Tcp && listener.is_movable()
    };
    let listener = spec.listeners.iter().find(moves)?;
    check.command.loopback_ports().contains(&port).then_some(Left { check, listener })
}

/// Whether it would ask a stranger, who may well answer: its loopback is the holder's.
pub(super) fn asks_a_stranger(spec: &LaunchSpec) -> bool {
    match spec.networking {
        Networking::Host { .. } | Networking::Container { .. } => true,
        Networking::Bridge { .. } | Networking::None { .. } | Networking::Own { .. } => false,
    }
}

impl Left<'_> {
    /// Why the port stays, told of who is in the way.
    pub(super) fn refuse(&self, finding: Finding, wanted: &Wanted, spec: &LaunchSpec) -> Finding {
        let why =
            format!("it does not move: the health check asks {}, and would ask its holder", name(wanted));
        self.helped(self.named(finding, spec).noted(why))
    }

    /// That it fails from now on, in a network of its own.
    pub(super) fn warn(&self, wanted: &Wanted, to: u16, spec: &LaunchSpec) -> Finding {
        let service = spec.service.as_deref().unwrap_or("the service");
        let from = wanted.ports.start;
        let message = format!("the health check asks port {from}, and {service} has moved to {to}");
        let finding = Finding::warning(Code::HealthPort, message);
        self.helped(self.named(finding, spec))
    }

    /// Which check it is.
    fn named(&self, finding: Finding, spec: &LaunchSpec) -> Finding {
        let shown = self.check.command.shown(&spec.secrets);
        match &self.check.origin {
            Some(origin) => finding.asked(asked("health-cmd", &shown, origin), origin),
            None => finding.noted(format!("the image's own health check: {shown}")),
        }
    }

    /// What mends it. A list that begins with CMD has no shell that puts the variable in.
    fn helped(&self, finding: Finding) -> Finding {
        let port = self.listener.port;
        let finding = match &self.listener.mover {
            Some(Mover::Variable(name)) => finding.help(format!(
                "write the check with the variable, as a line for the image's shell: http://localhost:${name}/"
            )),
            Some(Mover::Argument(_)) | None => finding,
        };
        finding.help(format!(
            "or leave the check out, and ask from outside of the container: --no-healthcheck --wait --ready tcp:{port}"
        ))
    }
}
