//! The health check of a service whose port is to move. It is somebody's command, and dynrun rewrites none.

use super::finding::name;
use super::plan::Wanted;
use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Listener, Mover, Networking, Setting, asked};
use crate::values::{HealthCommand, Protocol, Value as _};

/// A health check that asks a port that is to move inside of the container.
pub(super) struct Left<'a> {
    command: &'a Setting<HealthCommand>,
    listener: &'a Listener,
}

/// The health check that would go on asking a port that the service has left.
pub(super) fn left<'a>(wanted: &Wanted, spec: &'a LaunchSpec) -> Option<Left<'a>> {
    let port = wanted.ports.start;
    let command = spec.options.health_cmd.setting()?;
    let moves = |listener: &&Listener| {
        let is_meant = (listener.port, listener.protocol) == (port, wanted.protocol);
        is_meant && listener.protocol == Protocol::Tcp && listener.is_movable()
    };
    let listener = spec.listeners.iter().find(moves)?;
    command.value.loopback_ports().contains(&port).then_some(Left { command, listener })
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
        self.helped(finding.asked(self.words(spec), &self.command.origin).noted(why))
    }

    /// That it fails from now on, in a network of its own.
    pub(super) fn warn(&self, wanted: &Wanted, to: u16, spec: &LaunchSpec) -> Finding {
        let service = spec.service.as_deref().unwrap_or("the service");
        let from = wanted.ports.start;
        let message = format!("the health check asks port {from}, and {service} has moved to {to}");
        let finding = Finding::warning(Code::HealthPort, message);
        self.helped(finding.asked(self.words(spec), &self.command.origin))
    }

    fn words(&self, spec: &LaunchSpec) -> String {
        asked("health-cmd", &self.command.value.shown(&spec.secrets), &self.command.origin)
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
