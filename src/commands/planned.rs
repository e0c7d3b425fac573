//! What every verb begins with that looks at a launch: settle, plan, judge. An engine is asked for words alone.

use super::{Desk, block_on};
use crate::cli::{Call, DryRun, Launch};
use crate::config::{self, Layer, Request, Settled, Surroundings};
use crate::engine::{Address, choose, detach_keys, proxies};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::{addresses, interfaces};
use crate::preflight;
use crate::rules::{self, World};
use crate::spec::{LaunchSpec, Lifecycle, plan};
use crate::values::{Day, Network, clean};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Decides a launch. What does not refuse it is added to what is said.
///
/// # Errors
/// Everything that the first stage that refuses it has to say.
pub(super) fn planned(launch: &Launch, desk: &Desk<'_>, said: &mut Findings) -> Result<LaunchSpec, Findings> {
    planned_as(&request(launch, desk), |_| (), launch, desk, said)
}

/// The same of a request that is not quite what the caller said, with a change to what it settles to.
pub(super) fn planned_as(
    request: &Request,
    change: impl FnOnce(&mut Settled),
    launch: &Launch,
    desk: &Desk<'_>,
    said: &mut Findings,
) -> Result<LaunchSpec, Findings> {
    known_checks(&launch.call)?;
    let settled = config::settle(request, desk.host).map_err(|findings| reworded(findings, launch));
    let (mut settled, findings) = settled?;
    said.extend(findings);
    change(&mut settled);
    let target = shared_network(&settled);
    let (spec, findings) = plan(settled).map_err(|findings| explained(findings, target, launch, desk))?;
    said.extend(findings);
    let (mut spec, findings) = judged(spec, request.engine_socket.as_deref(), desk)?;
    said.extend(findings);
    let is_typed_to = match spec.lifecycle {
        Lifecycle::Attached { streams, .. } => streams.stdin && spec.options.tty.is_on(),
        Lifecycle::Detached { .. } => false,
    };
    decide_detach_keys(&mut spec.options, is_typed_to, desk).map_err(|finding| vec![finding])?;
    Ok(spec)
}

/// The same findings, but for a word that is no service: it may be a secret, which is not named, or a switch's value.
pub(super) fn reworded(findings: Findings, launch: &Launch) -> Findings {
    let names_it = |finding: &Finding| finding.code == Code::UnknownService;
    match launch.stray_value() {
        Some(stray) if findings.iter().any(names_it) => vec![stray],
        _ => findings
            .into_iter()
            .map(|finding| if names_it(&finding) { launch.or_joined(finding) } else { finding })
            .collect(),
    }
}

/// Sees to it that the checks that are left out exist.
///
/// # Errors
/// Those that do not: a wrong word of the caller's.
pub(super) fn known_checks(call: &Call) -> Result<(), Findings> {
    let unknown = call.skip.iter().filter(|name| preflight::find(name).is_none()).map(|name| {
        Finding::error(Code::UnknownCheck, format!("there is no check `{name}`"))
            .asked(format!("--skip {name}"), &Origin::Flag("--skip".to_owned()))
            .near(name, preflight::CHECKS.iter().map(|check| check.name))
            .help("dynrun check --list names them")
    });
    let unknown: Findings = unknown.collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown) }
}

/// Where no option says which keys detach, docker's own configuration may. Keys that nobody can type are not looked for.
pub(super) fn decide_detach_keys(
    options: &mut Layer,
    is_typed_to: bool,
    desk: &Desk<'_>,
) -> Result<(), Finding> {
    let is_said = options.detach_keys.get().is_some_and(|keys| !keys.bytes().is_empty());
    if is_typed_to
        && !is_said
        && let Some((keys, origin)) = detach_keys(desk.host)?
    {
        options.detach_keys.set(keys, origin);
    }
    Ok(())
}

/// What the caller said, as the configuration takes it.
pub(super) fn request(launch: &Launch, desk: &Desk<'_>) -> Request {
    let endpoint = choose(desk.host, launch.call.host.as_deref(), launch.call.context.as_deref()).ok();
    let socket = |address: &Address| match address {
        Address::Unix(path) => Some(path.clone()),
        Address::Tcp { .. } | Address::Ssh(_) => None,
    };
    Request {
        options: launch.options.clone(),
        service: launch.positional.clone(),
        of_verb: None,
        membership: None,
        profile: launch.call.profile.clone(),
        sources: launch.sources,
        files: launch.call.config.clone(),
        trust: launch.call.trust,
        command: launch.command.clone(),
        proxies: endpoint.as_ref().map(|endpoint| proxies(desk.host, endpoint)).unwrap_or_default(),
        engine_socket: endpoint.as_ref().and_then(|endpoint| socket(&endpoint.address)),
        surroundings: match launch.call.dry_run {
            Some(DryRun::Offline) => Surroundings::AsFound,
            Some(DryRun::Engine) | None => Surroundings::Needed,
        },
        tells_overridden: false,
        loaded: None,
    }
}

/// Judges a launch by what is known here. This machine's addresses and interfaces are the engine's host's where its socket is a file.
fn judged(
    spec: LaunchSpec,
    socket: Option<&Path>,
    desk: &Desk<'_>,
) -> Result<(LaunchSpec, Findings), Findings> {
    let addresses = || socket.and_then(|_| addresses());
    let interfaces = || socket.and_then(|_| interfaces());
    let is_here = socket.is_some();
    let file = |path: &Path| {
        let path = desk.host.folder().join(path);
        is_here.then(|| path.metadata().ok()).flatten().map(|found| (found.dev(), found.ino()))
    };
    let socket = || socket.map(Path::to_owned);
    let today = Day::of(desk.host.now.as_secs());
    let home = desk.host.home().map(Path::to_owned);
    let world = World {
        today,
        addresses: &addresses,
        interfaces: &interfaces,
        socket: &socket,
        real: &real,
        file: &file,
        home,
    };
    rules::judge(spec, &world)
}

/// The container whose network is to be shared.
fn shared_network(settled: &Settled) -> Option<String> {
    settled.options.network.values().find_map(|choice| match &choice.network {
        Network::Container(name) => Some(name.clone()),
        Network::Default | Network::Host | Network::Bridge | Network::None | Network::Own(_) => None,
    })
}

/// A refused publish is told with what the shared container publishes, where an engine answers.
fn explained(findings: Findings, target: Option<String>, launch: &Launch, desk: &Desk<'_>) -> Findings {
    let (Some(target), None) = (target, launch.call.dry_run) else { return findings };
    let told = block_on(async {
        match desk.engine(&launch.call).await {
            Ok(engine) => preflight::explain(findings.clone(), &target, &engine).await,
            Err(_) => findings.clone(),
        }
    });
    told.unwrap_or(findings)
}

/// Where a path leads, with every link followed as far as it exists, the last one even where it leads to nothing.
fn real(path: &Path) -> Option<PathBuf> {
    /// As many links as the kernel follows.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let (at, rest) = path
            .ancestors()
            .find_map(|part| Some((part.canonicalize().ok()?, path.strip_prefix(part).ok()?.to_owned())))?;
        let mut missing = rest.components();
        let Some(next) = missing.next() else { return Some(at) };
        match at.join(next).read_link() {
            Ok(link) => path = clean(&at.join(link)).join(missing.as_path()),
            Err(_) => return Some(at.join(rest)),
        }
    }
    None
}
