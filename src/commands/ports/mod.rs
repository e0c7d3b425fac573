//! `dynrun ports [PORT...]`: who holds which port of this machine; of an engine elsewhere, what it publishes.

mod row;

use super::{Desk, Exit, block_on};
use crate::cli::{Call, Format, Ports};
use crate::engine::{Address, Endpoint, RunningContainer, choose};
use crate::finding::{Code, Finding, Findings};
use crate::sockets::{
    self, CannotTell, EVERY_PORT, PortUse, Process, Proof, Socket, gaps, is_same_network, owners,
};
use crate::values::{PortRange, Protocol};
use row::{Row, State};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long an engine may take to name its containers. Who holds a port is known without it.
const NAMES: Duration = Duration::from_secs(1);

/// Who holds the ports that are asked about, each with the port's name; those that nobody holds are left out.
pub(super) fn holders(query: &Ports, desk: &Desk<'_>) -> (Vec<(String, String)>, Findings) {
    match listed(query, desk) {
        Ok((mut rows, findings)) => {
            row::sort(&mut rows);
            (rows.iter().filter_map(Row::holder_of).collect(), findings)
        }
        Err(finding) => (Vec::new(), vec![finding]),
    }
}

/// Prints the ports. Held or free: both are answers.
pub(super) fn run(query: &Ports, desk: &Desk<'_>) -> Exit {
    let (mut rows, findings) = match listed(query, desk) {
        Ok(listed) => listed,
        Err(finding) => return desk.refuse(&[finding], Exit::Problem),
    };
    if rows.is_empty() && !findings.is_empty() {
        return desk.refuse(&findings, Exit::Problem);
    }
    row::sort(&mut rows);
    let text = match query.call.format {
        Format::Text => row::table(&rows),
        Format::Json => row::json(&rows),
    };
    let exit = desk.print(&text, Exit::Fine);
    if findings.is_empty() { exit } else { desk.refuse(&findings, Exit::Problem) }
}

/// The rows, and what cannot be told.
fn listed(query: &Ports, desk: &Desk<'_>) -> Result<(Vec<Row>, Findings), Finding> {
    let endpoint = choose(desk.host, query.call.host.as_deref(), query.call.context.as_deref())?;
    match place(&endpoint) {
        Place::Here => Ok(here(query, true, desk)),
        Place::Untold(why) => {
            desk.ui.note(&format!("whether the engine is on this machine cannot be told: {why}"));
            Ok(here(query, false, desk))
        }
        Place::Elsewhere(why) => {
            desk.ui.note(&format!("{why}: only the ports that its containers publish are listed"));
            elsewhere(query, desk).map(|rows| (rows, Findings::new()))
        }
    }
}

/// Where the engine is.
enum Place {
    /// On this machine, or nowhere.
    Here,
    /// On another machine, or in a network of its own.
    Elsewhere(String),
    /// It cannot be told.
    Untold(String),
}

fn place(endpoint: &Endpoint) -> Place {
    match (&endpoint.address, endpoint.peer_pid()) {
        (address @ (Address::Tcp { .. } | Address::Ssh(_)), _) => {
            Place::Elsewhere(format!("the engine is reached over {address}"))
        }
        (Address::Unix(_), None) => Place::Here,
        (Address::Unix(_), pid) => match is_same_network(pid) {
            Proof::Same => Place::Here,
            Proof::Other(why) => Place::Elsewhere(why),
            Proof::CannotTell(why) => Place::Untold(why),
        },
    }
}

/// What is asked, by protocol; where nothing is, every port.
fn wanted(query: &Ports) -> Vec<(Protocol, Vec<PortRange>)> {
    if query.asked.is_empty() {
        return query.protocols.iter().map(|protocol| (*protocol, vec![EVERY_PORT])).collect();
    }
    let of = |protocol: Protocol| {
        let is_meant = |said: Option<Protocol>| match said {
            Some(said) => said == protocol,
            None => query.protocols.contains(&protocol),
        };
        query.asked.iter().filter(|asked| is_meant(asked.protocol)).map(|asked| asked.range).collect()
    };
    let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].map(|protocol| (protocol, of(protocol)));
    all.into_iter().filter(|(_, ranges): &(_, Vec<PortRange>)| !ranges.is_empty()).collect()
}

/// The ports of this machine.
fn here(query: &Ports, is_proven: bool, desk: &Desk<'_>) -> (Vec<Row>, Findings) {
    let (mut held, mut rows, mut findings) = (Vec::new(), Vec::new(), Findings::new());
    for (protocol, ranges) in wanted(query) {
        let found = if query.asked.is_empty() { sockets::held } else { sockets::survey };
        match found(protocol, &ranges) {
            Ok(survey) => {
                held.extend(survey.held);
                rows.extend(
                    survey.others.into_iter().map(|(ports, is)| Row::other(protocol, ports, is.into())),
                );
            }
            Err(why) => findings.push(untold(protocol, &ranges, &why)),
        }
    }
    // All owners are looked for at once.
    let (sockets, uses): (Vec<Socket>, Vec<PortUse>) = held.into_iter().unzip();
    let owned = sockets.iter().zip(uses).zip(owners(&sockets));
    rows.extend(owned.map(|((socket, is), owner)| Row::held(socket, is.into(), owner)));
    let hidden = rows.iter().filter(|row| row.is_hidden).count();
    if hidden > 0 {
        desk.ui.note(&unseen_holders(hidden, desk.host.uid));
    }
    if rows.iter().any(|row| row.container.is_some() || (is_proven && is_proxied(row))) {
        let containers = names(&query.call, desk);
        for row in &mut rows {
            name(row, &containers, is_proven);
        }
    }
    (rows, findings)
}

fn unseen_holders(count: usize, uid: u32) -> String {
    let sockets = if count == 1 { "1 socket".to_owned() } else { format!("{count} sockets") };
    match uid {
        0 => format!("no process that can be seen from here holds {sockets}: another pid namespace has it"),
        _ => format!("who holds {sockets} is not the caller's to see: ask as root"),
    }
}

fn untold(protocol: Protocol, ranges: &[PortRange], why: &CannotTell) -> Finding {
    let ports: Vec<String> = ranges.iter().map(|range| format!("{range}/{protocol}")).collect();
    Finding::error(Code::PortUnknown, format!("who holds {} cannot be told: {why}", ports.join(", ")))
}

/// Whether the engine holds the port for a container.
fn is_proxied(row: &Row) -> bool {
    row.processes().iter().any(Process::is_proxy)
}

/// Names the container that a row belongs to. An id means the same on every engine; a port only on the engine here.
fn name(row: &mut Row, containers: &[RunningContainer], is_proven: bool) {
    let found = match &row.container {
        Some(held) => containers.iter().find(|container| container.id == held.id),
        None if is_proven && is_proxied(row) => row.address.and_then(|address| {
            containers.iter().find(|container| container.is_behind(row.protocol, address, row.ports.start))
        }),
        None => None,
    };
    if let Some(container) = found {
        row.container = Some(container.into());
    }
}

/// The running containers; none where the engine does not answer soon.
fn names(call: &Call, desk: &Desk<'_>) -> Vec<RunningContainer> {
    let asked = async {
        let engine = desk.engine(call).await.ok()?;
        engine.running_containers().await.ok()
    };
    let bounded = async { tokio::time::timeout(NAMES, asked).await.ok().flatten() };
    block_on(bounded).ok().flatten().unwrap_or_default()
}

/// What an engine that is not here publishes. What else is held there, nobody here can tell.
fn elsewhere(query: &Ports, desk: &Desk<'_>) -> Result<Vec<Row>, Finding> {
    let containers = block_on(async {
        let engine = desk.engine(&query.call).await?;
        let failed =
            |error: crate::engine::EngineError| error.finding("list its containers", engine.endpoint());
        engine.all_running_containers().await.map_err(failed)
    })??;
    let mut rows = Vec::new();
    for (protocol, ranges) in wanted(query) {
        let mut used = BTreeSet::new();
        for container in &containers {
            let published = container.published.iter().filter(|port| {
                port.protocol == protocol && ranges.iter().any(|range| range.contains(port.port))
            });
            for port in published {
                used.insert(port.port);
                rows.push(Row::published(port, container));
            }
        }
        if !query.asked.is_empty() {
            let unknown = |gap| Row::other(protocol, gap, State::Unknown);
            rows.extend(gaps(&ranges, &used).map(unknown));
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::PortQuery;

    #[test]
    fn a_port_without_a_protocol_is_one_of_both() {
        let single = PortRange::single;
        let asked = |port, protocol| PortQuery { range: single(port), protocol };
        let query = |asked: &[PortQuery], protocols: &[Protocol]| Ports {
            call: Call::default(),
            asked: asked.to_vec(),
            protocols: protocols.to_vec(),
        };
        let (tcp, udp, sctp) = (Protocol::Tcp, Protocol::Udp, Protocol::Sctp);
        let some = [asked(80, None), asked(81, Some(udp)), asked(82, Some(sctp))];
        for (asked, protocols, want) in [
            (&some[..0], vec![udp], vec![(udp, vec![EVERY_PORT])]),
            (&some[..1], vec![tcp, udp], vec![(tcp, vec![single(80)]), (udp, vec![single(80)])]),
            (
                &some[..],
                vec![tcp],
                vec![(tcp, vec![single(80)]), (udp, vec![single(81)]), (sctp, vec![single(82)])],
            ),
        ] {
            assert_eq!(wanted(&query(asked, &protocols)), want);
        }
    }
}
