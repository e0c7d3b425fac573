//! `dynrun probe gateway`: sends states over UDP and reads back, from the gateway's own report, what it holds.
//!
//! The protocol has no question that a gateway answers, so the report that it writes on SIGUSR1 is read from its log.

use crate::cli::{Format, Probe};
use crate::commands::{Desk, Exit, block_on};
use crate::engine::{ContainerState, Engine};
use crate::finding::{Code, Finding};
use crate::gateway::{EngineReport, Report, ReportKind, State};
use crate::host::now;
use crate::ui::clean_json;
use crate::values::{ContainerName, Value};
use serde_json::json;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the states may take to show up, where nobody says.
const TIMEOUT: Duration = Duration::from_secs(3);
/// How often a state that has not shown up is sent again.
const AGAIN: Duration = Duration::from_millis(800);
/// How often the gateway's log is looked at.
const PAUSE: Duration = Duration::from_millis(100);
/// The engine in whose name a state is sent where none is named.
const ENGINE_ID: &str = "dynrun-probe";
/// The variable that says where a gateway listens.
const PORT: &str = "VLLM_STATE_GATEWAY_UDP_PORT";

/// Sends, reads back, prints.
pub(super) fn run(probe: &Probe, container: Option<&str>, desk: &Desk<'_>) -> Exit {
    let probed = block_on(probed(probe, container, desk)).and_then(|probed| probed);
    let (report, sent) = match probed {
        Ok(probed) => probed,
        Err(finding) => return desk.refuse(&[finding], Exit::Problem),
    };
    let text = match probe.call.format {
        Format::Json => clean_json(&json!({ "sent": sent, "gateway": report })),
        Format::Text => text(&report),
    };
    let arrived = sent.iter().all(|state| held(&report, state));
    let exit = desk.print(&text, if arrived { Exit::Fine } else { Exit::Problem });
    if !arrived {
        let missing = sent.iter().filter(|state| !held(&report, state)).map(|state| state.engine_id.as_str());
        let message = format!("states did not arrive: {}", missing.collect::<Vec<_>>().join(", "));
        let finding = Finding::error(Code::ProbeFailed, message);
        let finding = finding.help(
            "a firewall, or another gateway on the port, may take the datagrams: dynrun ports 9999/udp",
        );
        return desk.refuse(&[finding], Exit::Problem);
    }
    exit
}

async fn probed(
    probe: &Probe,
    container: Option<&str>,
    desk: &Desk<'_>,
) -> Result<(Report, Vec<State>), Finding> {
    let engine = desk.engine(&probe.call).await?;
    let gateway = gateway(container, &engine).await?;
    if gateway.log_driver == "none" {
        let message = format!("{} keeps no log, so what it holds cannot be read back", gateway.name);
        return Err(Finding::error(Code::ProbeFailed, message));
    }
    let address = address(&gateway, &engine)?;
    let sent = states(&probe.engine_ids);
    let deadline = Instant::now() + probe.timeout_ms.map_or(TIMEOUT, Duration::from_millis);
    let (mut send_at, mut missing) = (Instant::now(), sent.iter().collect::<Vec<_>>());
    loop {
        // A gateway that has just started may not listen yet, and a datagram is lost without a word.
        if Instant::now() >= send_at {
            missing.iter().try_for_each(|state| send_to(state, address))?;
            send_at = Instant::now() + AGAIN;
        }
        let report = report(&gateway, &engine).await?;
        missing.retain(|state| !report.as_ref().is_some_and(|report| held(report, state)));
        match report {
            Some(report) if sent.iter().all(|state| held(&report, state)) => return Ok((report, sent)),
            Some(report) if Instant::now() > deadline => return Ok((report, sent)),
            None if Instant::now() > deadline => {
                let message = format!("{} did not report what it holds", gateway.name);
                return Err(
                    Finding::error(Code::ProbeFailed, message).help(format!("docker logs {}", gateway.name))
                );
            }
            Some(_) | None => sleep(PAUSE).await,
        }
    }
}

fn send_to(state: &State, address: SocketAddr) -> Result<(), Finding> {
    send(state, address).map_err(|error| {
        Finding::error(Code::ProbeFailed, format!("a state cannot be sent to {address}: {error}"))
    })
}

/// The gateway's container: the one named, else the only one that runs.
async fn gateway(container: Option<&str>, engine: &Engine) -> Result<ContainerState, Finding> {
    let failed = |error: crate::engine::EngineError| error.finding("look for the gateway", engine.endpoint());
    let missing = |name: &str| {
        let finding = Finding::error(Code::NoContainer, format!("there is no running container `{name}`"));
        finding.help("launch one: dynrun run gateway -d --name gateway")
    };
    let name = match container {
        Some(name) if !ContainerName::parse(name).is_ok_and(|name| !name.is_empty()) => {
            return Err(missing(name));
        }
        Some(name) => name.trim_start_matches('/').to_owned(),
        None => {
            let running = engine.running("gateway").await.map_err(failed)?;
            match running.as_slice() {
                [one] => one.clone(),
                [] => {
                    return Err(Finding::error(Code::NoContainer, "no gateway is running")
                        .help("launch one: dynrun run gateway -d --name gateway"));
                }
                several => {
                    let finding = Finding::error(Code::NoContainer, "several gateways are running");
                    return Err(finding.help(format!("name one of {}", several.join(", "))));
                }
            }
        }
    };
    let found = engine.container(&name).await.map_err(failed)?;
    found.filter(|state| state.running).ok_or_else(|| missing(&name))
}

/// Where the gateway's port can be reached from here.
fn address(gateway: &ContainerState, engine: &Engine) -> Result<SocketAddr, Finding> {
    let said = gateway.env.iter().find_map(|line| line.strip_prefix(PORT)?.strip_prefix('='));
    let port: u16 = said.and_then(|port| port.parse().ok()).unwrap_or(9999);
    let here = engine.endpoint().address.host().and_then(|host| host.parse::<IpAddr>().ok());
    let reachable = |ip: &str| match (here, ip.parse::<IpAddr>()) {
        (Some(engine), Ok(ip)) if ip.is_unspecified() => engine,
        (None, Ok(IpAddr::V6(ip))) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        (_, Ok(ip)) if !ip.is_unspecified() => ip,
        (engine, _) => engine.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
    };
    if gateway.network_mode == "host" {
        return Ok(SocketAddr::new(reachable(""), port));
    }
    let published = gateway.ports.get(&format!("{port}/udp")).and_then(|bindings| bindings.first());
    published.map(|(ip, port)| SocketAddr::new(reachable(ip), *port)).ok_or_else(|| {
        let message = format!("{} does not publish its port {port}/udp", gateway.name);
        Finding::error(Code::ProbeFailed, message)
            .help(format!("launch it with -p {port}:{port}/udp, or with --network host"))
    })
}

/// A state for every engine, with this moment as its mark.
fn states(engine_ids: &[String]) -> Vec<State> {
    let ids: Vec<&str> = match engine_ids {
        [] => vec![ENGINE_ID],
        ids => ids.iter().map(String::as_str).collect(),
    };
    let now = now().as_millis();
    let timestamp_ms = i64::try_from(now).unwrap_or(i64::MAX);
    ids.into_iter()
        .map(|id| State {
            engine_id: id.to_owned(),
            timestamp_ms,
            latency_pred_ms: 100.0,
            scheduling_mode: "latency_optimized".to_owned(),
            pending_tokens_total: 10,
            kv_cache_free_blocks: 100,
            kv_cache_total_blocks: 1000,
            engine_capacity: 1000.0,
        })
        .collect()
}

fn send(state: &State, to: SocketAddr) -> std::io::Result<()> {
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.send_to(&serde_json::to_vec(state)?, to).map(drop)
}

/// Asks the gateway for a report, and reads the newest one in its log.
async fn report(gateway: &ContainerState, engine: &Engine) -> Result<Option<Report>, Finding> {
    let failed =
        |error: crate::engine::EngineError| error.finding("read the gateway's log", engine.endpoint());
    let now = now().as_secs();
    let since = i32::try_from(now).unwrap_or(i32::MAX);
    engine.signal(&gateway.id, "SIGUSR1").await.map_err(failed)?;
    sleep(PAUSE).await;
    let log = engine.log_since(&gateway.id, since).await.map_err(failed)?;
    let reports = String::from_utf8_lossy(&log);
    let newest = reports.lines().rev().find_map(|line| serde_json::from_str::<Report>(line).ok());
    Ok(newest.filter(|report| report.report == ReportKind::Signal))
}

/// Whether the gateway's latest state of the engine is the one that was sent.
fn held(report: &Report, sent: &State) -> bool {
    report
        .engines
        .iter()
        .any(|engine| engine.engine_id == sent.engine_id && engine.state.timestamp_ms >= sent.timestamp_ms)
}

fn text(report: &Report) -> String {
    let mut text = format!(
        "{:<24} {:<7} {:>8} {:>7} {:>12} {:>10} {:>16}  {}\n",
        "ENGINE", "STATE", "AGE", "STATES", "LATENCY", "PENDING", "KV FREE/TOTAL", "MODE"
    );
    for EngineReport { engine_id, stale, age_ms, states, state } in &report.engines {
        let freshness = if *stale { "stale" } else { "fresh" };
        let blocks = format!("{}/{}", state.kv_cache_free_blocks, state.kv_cache_total_blocks);
        let _ = writeln!(
            text,
            "{:<24} {freshness:<7} {:>8} {states:>7} {:>12} {:>10} {blocks:>16}  {}",
            crate::ui::clean(engine_id),
            format!("{age_ms} ms"),
            format!("{} ms", state.latency_pred_ms),
            state.pending_tokens_total,
            crate::ui::clean(&state.scheduling_mode),
        );
    }
    let counters = &report.counters;
    let dropped = counters.received - counters.valid;
    let _ = writeln!(
        text,
        "received {}, valid {}, dropped {dropped}, lost by the kernel {}",
        counters.received, counters.valid, counters.kernel_dropped
    );
    text
}
