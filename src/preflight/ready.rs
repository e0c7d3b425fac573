//! What a launch could wait for that waits for nothing but a while: the ports that it publishes.

use crate::engine::Engine;
use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Readiness, asked};
use crate::values::{Protocol, Ready, Value as _};

/// How many ports are named.
const MOST: usize = 3;

/// Names them where nothing else tells: neither the service, nor the caller, nor a health check. An image that is not
/// there yet may have one.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let readiness = spec.lifecycle.readiness().filter(|readiness| readiness.checks.is_empty())?;
    let ports = published(spec);
    let options = &spec.options;
    let is_said = options.health_cmd.get().is_some_and(|check| !check.line().is_empty());
    if ports.is_empty() || is_said {
        return None;
    }
    if !options.no_healthcheck.is_on() {
        let image = engine.image_facts(&spec.image.reference).await.ok()??;
        if image.health.is_some() {
            return None;
        }
    }
    Some(told(readiness, &ports))
}

/// The ports of the container that it publishes, as what may be waited for.
fn published(spec: &LaunchSpec) -> Vec<Ready> {
    let parts = spec.options.publish.values().flat_map(|publish| publish.spread());
    let ready = parts.filter_map(|publish| match publish.protocol {
        Protocol::Tcp => Some(Ready::Tcp(publish.container.start)),
        Protocol::Udp => Some(Ready::Udp(publish.container.start)),
        Protocol::Sctp => None,
    });
    ready.fold(Vec::new(), |mut ports, ready| {
        if !ports.contains(&ready) {
            ports.push(ready);
        }
        ports
    })
}

fn told(readiness: &Readiness, ports: &[Ready]) -> Finding {
    let uptime = readiness.uptime.word();
    let message =
        format!("nothing tells when the container is ready: it counts as ready once it has run for {uptime}");
    let asked_for = &readiness.asked;
    let finding = Finding::note(Code::ReadyUnsaid, message)
        .asked(asked("wait", &asked_for.value.word(), &asked_for.origin), &asked_for.origin);
    let words = ports.iter().take(MOST).map(|port| format!("--ready {}", port.word()));
    let more = if ports.len() > MOST { " and more" } else { "" };
    let which = if ports.len() == 1 { "the port that it publishes" } else { "ports that it publishes" };
    finding.help(format!("wait for {which}: {}{more}", words.collect::<Vec<_>>().join(" ")))
}
