//! Ports that are free now, and what may become of them: a container that is stopped wants one back, an outgoing
//! connection is given one, a user or an engine without root's rights may not open one.

use super::finding::name;
use super::plan::{Wanted, wanted};
use crate::engine::{Address, Engine, StoppedContainer, StoppedPort};
use crate::finding::{Code, Finding, Findings, Level};
use crate::sockets::{KernelPorts, Proof, is_same_network};
use crate::spec::{LaunchSpec, Networking};
use crate::values::{Restart, ip};

/// What may become of the launch's ports.
pub(in crate::preflight) async fn outlook(spec: &LaunchSpec, engine: &Engine) -> Findings {
    let wanted = wanted(spec);
    let mut findings = wanted_back(&wanted, spec, engine).await;
    if matches!(engine.endpoint().address, Address::Unix(_)) {
        let kernel = KernelPorts::read();
        findings.extend(ephemeral(spec, &kernel).filter(|finding| finding.level == Level::Warning));
        findings.extend(without_rights(&wanted, &kernel, spec, engine).await);
    }
    findings
}

/// A stopped container holds nothing, and will want its ports again.
async fn wanted_back(wanted: &[Wanted], spec: &LaunchSpec, engine: &Engine) -> Findings {
    let is_own = matches!(spec.networking, Networking::Container { .. });
    let fixed: Vec<&Wanted> = wanted.iter().filter(|one| one.ports.is_single() && !is_own).collect();
    if fixed.is_empty() {
        return Findings::new();
    }
    let stopped = engine.stopped_containers().await.unwrap_or_default();
    let stays = stopped.iter().filter(|container| !makes_way(container, spec));
    let found = stays.flat_map(|container| {
        let met = |one: &&&Wanted| container.published.iter().any(|port| meets(port, one));
        fixed.iter().find(met).map(|one| back(one, container))
    });
    found.collect()
}

/// Whether the container is the one in whose place the launch comes.
fn makes_way(container: &StoppedContainer, spec: &LaunchSpec) -> bool {
    let own = spec.options.name.get().map(|own| own.0.as_str()).filter(|own| !own.is_empty());
    own.is_some_and(|own| container.name == own || container.name.starts_with(&format!("{own}-replaced-")))
}

fn meets(port: &StoppedPort, wanted: &Wanted) -> bool {
    let is_address = |address| port.address.is_none_or(|other| ip::meet(other, address));
    port.protocol == wanted.protocol
        && port.ports.contains(wanted.ports.start)
        && wanted.addresses.iter().copied().any(is_address)
}

fn back(wanted: &Wanted, container: &StoppedContainer) -> Finding {
    let StoppedContainer { name: other, service, restart, .. } = container;
    let service = service.as_ref().map(|service| format!(" (service {service})")).unwrap_or_default();
    let message = format!(
        "{} is free now, and the stopped container {other}{service} wants it back when it is started again",
        name(wanted)
    );
    let finding = Finding::warning(Code::PortWantedBack, message).asked(&wanted.words, &wanted.origin);
    let finding = match restart.as_str() {
        "" => finding,
        policy => finding.noted(format!("the engine may start it by itself: its restart policy is {policy}")),
    };
    finding.help(format!("remove it, if nobody needs it: docker rm {other}"))
}

/// Ports that the kernel may give to an outgoing connection before the service has them. That matters to what is
/// started again and again; of others it is worth knowing.
pub(in crate::preflight) fn ephemeral(
    spec: &LaunchSpec,
    kernel: &KernelPorts,
) -> impl Iterator<Item = Finding> + use<> {
    let restarts = spec.options.restart.get().is_some_and(|restart| *restart != Restart::No);
    let level = if restarts { Level::Warning } else { Level::Note };
    let is_own = matches!(spec.networking, Networking::Container { .. });
    let wanted = wanted(spec).into_iter().filter(|one| one.ports.is_single() && !is_own);
    let met: Vec<Wanted> = wanted.filter(|one| kernel.is_ephemeral(one.ports.start)).collect();
    let range = kernel.ephemeral.filter(|_| !met.is_empty());
    let reserved = kernel.reserved.iter().copied().chain(met.iter().map(|one| one.ports));
    let reserved: Vec<String> = reserved.map(|range| range.to_string()).collect();
    let finding = range.map(|range| {
        let names: Vec<String> = met.iter().map(name).collect();
        let (be, it) = if met.len() == 1 { ("is", "it") } else { ("are", "them") };
        let message = format!(
            "{} {be} among {range}, which the kernel gives to outgoing connections: one may have {it} when the service starts",
            names.join(", ")
        );
        let finding = Finding { level, ..Finding::note(Code::PortEphemeral, message) };
        met.iter().fold(finding, |finding, one| finding.asked(&one.words, &one.origin)).help(format!(
            "hold {it} back: sysctl -w net.ipv4.ip_local_reserved_ports={}",
            reserved.join(",")
        ))
    });
    finding.into_iter()
}

/// Ports that need a right, where nobody is there to give it.
async fn without_rights(
    wanted: &[Wanted],
    kernel: &KernelPorts,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Findings {
    let low: Vec<&Wanted> = wanted.iter().filter(|one| one.ports.start < kernel.unprivileged).collect();
    let is_host = matches!(spec.networking, Networking::Host { .. });
    // Only an engine of a user's is not where its machine's ports are.
    let is_elsewhere = is_host && is_same_network(engine.peer_pid()) != Proof::Same;
    if low.is_empty() && !is_elsewhere {
        return Findings::new();
    }
    let is_rootless = match is_elsewhere || low.iter().any(|one| one.is_published) {
        true => engine.info().await.is_ok_and(|info| info.is_rootless),
        false => false,
    };
    if is_rootless && is_host {
        return vec![rootless_host(spec)];
    }
    let user = if is_host && !low.is_empty() { user(spec, engine).await } else { None };
    let judged = low.iter().filter_map(|one| match (one.is_published, &user) {
        (true, _) => is_rootless.then(|| unpublished(one, kernel)),
        (false, Some(user)) => Some(unopened(one, user, kernel)),
        (false, None) => None,
    });
    judged.collect()
}

/// The user that the command runs as, where it is not root.
async fn user(spec: &LaunchSpec, engine: &Engine) -> Option<String> {
    let said = spec.options.user.get().map(|user| user.0.clone()).filter(|user| !user.is_empty());
    let user = match said {
        Some(user) => user,
        None => engine.image_facts(&spec.image.reference).await.ok()??.user,
    };
    let name = user.split(':').next().unwrap_or_default();
    (!["", "0", "root"].contains(&name)).then(|| name.to_owned())
}

/// The rule of the kernel's that would let them.
fn lowered(one: &Wanted) -> String {
    format!("or let every user open it: sysctl -w net.ipv4.ip_unprivileged_port_start={}", one.ports.start)
}

fn unpublished(one: &Wanted, kernel: &KernelPorts) -> Finding {
    let message = format!(
        "the engine runs without root's rights, and may not open {}: it is below {}",
        name(one),
        kernel.unprivileged
    );
    Finding::warning(Code::PrivilegedPort, message)
        .asked(&one.words, &one.origin)
        .help(format!("publish on {} or above", kernel.unprivileged))
        .help(lowered(one))
}

fn unopened(one: &Wanted, user: &str, kernel: &KernelPorts) -> Finding {
    let message = format!(
        "the user {user} may not open {} on the host's network: it is below {}",
        name(one),
        kernel.unprivileged
    );
    Finding::warning(Code::PrivilegedPort, message)
        .asked(&one.words, &one.origin)
        .help("give it a network of its own, where every user may: --network bridge")
        .help(lowered(one))
}

/// User-ask 26.
fn rootless_host(spec: &LaunchSpec) -> Finding {
    let message = "the engine runs without root's rights: what it calls the host's network is its own, and ports that are \
                   opened there are not this machine's";
    let finding = Finding::warning(Code::RootlessHost, message);
    let said = spec.options.network.iter().next();
    let finding = said.into_iter().fold(finding, |finding, said| {
        finding.asked(crate::spec::asked("network", "host", &said.origin), &said.origin)
    });
    let ports = spec.listeners.iter().map(|listen| match listen.protocol {
        crate::values::Protocol::Tcp => format!(" -p {0}:{0}", listen.port),
        other => format!(" -p {0}:{0}/{other}", listen.port),
    });
    finding.help(format!("publish its ports: --network bridge{}", ports.collect::<String>()))
}
