//! One line of `dynrun ports`, and the list as a table or as JSON.

use crate::config::known_as;
use crate::engine::{PublishedPort, RunningContainer, short_id};
use crate::sockets::{Owner, PortUse, Process, Socket};
use crate::ui::{self, clean};
use crate::values::{PortRange, Protocol};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::net::{IpAddr, SocketAddr};

/// What a port is: here, or at an engine elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// What it is on this machine.
    Here(PortUse),
    /// A container of an engine elsewhere publishes it.
    Published,
    /// An engine elsewhere does not publish it; more cannot be told.
    Unknown,
}

impl From<PortUse> for State {
    fn from(is: PortUse) -> Self {
        Self::Here(is)
    }
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Here(PortUse::Listening) => "listening",
            Self::Here(PortUse::Bound) => "bound",
            Self::Here(PortUse::Connected) => "connected",
            Self::Here(PortUse::Taken) => "taken",
            Self::Here(PortUse::Free) => "free",
            Self::Published => "published",
            Self::Unknown => "unknown",
        }
    }
}

/// A container, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Container {
    /// Its id.
    pub(super) id: String,
    /// Its name, where the engine told it.
    pub(super) name: Option<String>,
    /// The service that dynrun launched in it.
    pub(super) service: Option<String>,
}

impl From<&RunningContainer> for Container {
    fn from(running: &RunningContainer) -> Self {
        Self { id: running.id.clone(), name: Some(running.name.clone()), service: running.service.clone() }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) protocol: Protocol,
    /// One port; several in a row where they are alike.
    pub(super) ports: PortRange,
    pub(super) address: Option<IpAddr>,
    pub(super) state: State,
    pub(super) only_v6: Option<bool>,
    pub(super) owner: Option<Owner>,
    pub(super) container: Option<Container>,
    /// Whether a process holds the socket that the caller may not see.
    pub(super) is_hidden: bool,
}

impl Row {
    /// A socket, and what it is.
    pub(super) fn held(socket: &Socket, state: State, owner: Owner) -> Self {
        let id = owner.processes.iter().find_map(|process| process.container.clone());
        Self {
            address: Some(socket.address),
            only_v6: socket.only_v6,
            container: id.map(|id| Container { id, name: None, service: None }),
            is_hidden: owner.processes.is_empty() && socket.inode != 0,
            owner: Some(owner),
            ..Self::other(socket.protocol, PortRange::single(socket.port), state)
        }
    }

    /// Ports of which no socket is known.
    pub(super) fn other(protocol: Protocol, ports: PortRange, state: State) -> Self {
        Self {
            protocol,
            ports,
            address: None,
            state,
            only_v6: None,
            owner: None,
            container: None,
            is_hidden: false,
        }
    }

    /// A port that a container publishes somewhere else.
    pub(super) fn published(port: &PublishedPort, container: &RunningContainer) -> Self {
        Self {
            address: Some(port.address),
            container: Some(container.into()),
            ..Self::other(port.protocol, PortRange::single(port.port), State::Published)
        }
    }

    /// The processes that hold it, as far as they are known.
    pub(super) fn processes(&self) -> &[Process] {
        self.owner.as_ref().map(|owner| owner.processes.as_slice()).unwrap_or_default()
    }

    /// Who the port is known for; many free ports at once are nobody's in particular.
    fn known_as(&self) -> Vec<String> {
        if self.ports.is_single() { known_as(self.ports.start, self.protocol) } else { Vec::new() }
    }

    fn place(&self) -> String {
        match self.address {
            Some(address) => SocketAddr::new(address, self.ports.start).to_string(),
            None => format!("*:{}", self.ports),
        }
    }

    /// The pid of the first process, and its command; the user where no process can be seen.
    fn holder(&self) -> (String, String) {
        let nobody = || "-".to_owned();
        let Some(owner) = &self.owner else { return (nobody(), nobody()) };
        match owner.processes.split_first() {
            Some((first, others)) => {
                let more = others.len() + owner.more;
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                (first.pid.to_string(), format!("{}{more}", first.command))
            }
            None if self.is_hidden => {
                (nobody(), format!("user {}", owner.user.clone().unwrap_or_else(|| owner.uid.to_string())))
            }
            None => (nobody(), nobody()),
        }
    }

    /// The port, and who holds it, in words; none where nobody does.
    pub(super) fn holder_of(&self) -> Option<(String, String)> {
        if let State::Here(PortUse::Free | PortUse::Connected) | State::Unknown = self.state {
            return None;
        }
        let (pid, process) = self.holder();
        let process = if pid == "-" { process } else { format!("{process} (pid {pid})") };
        let holder = match &self.container {
            Some(_) => format!("container {}", self.container_word()),
            None => process,
        };
        let known = self.known_as().join(" or ");
        Some((format!("{} {}", self.protocol, self.place()), format!("{holder}: known as {known}")))
    }

    fn container_word(&self) -> String {
        let Some(container) = &self.container else { return "-".to_owned() };
        let name = container.name.as_deref().unwrap_or(short_id(&container.id));
        match &container.service {
            Some(service) => format!("{name} ({service})"),
            None => name.to_owned(),
        }
    }

    fn cells(&self) -> [String; 7] {
        let (pid, process) = self.holder();
        let known = self.known_as();
        let known = if known.is_empty() { "-".to_owned() } else { known.join(" or ") };
        let state = self.state.word().to_owned();
        [self.protocol.to_string(), self.place(), state, pid, process, self.container_word(), known]
            .map(|cell| clean(&cell))
    }

    fn value(&self, port: u16) -> Value {
        let owner = self.owner.as_ref();
        let process = |process: &Process| json!({ "pid": process.pid, "process": process.command });
        let container = self.container.as_ref().map(
            |container| json!({ "id": container.id, "name": container.name, "service": container.service }),
        );
        json!({
            "protocol": self.protocol.to_string(),
            "port": port,
            "address": self.address.map(|address| address.to_string()),
            "only_v6": self.only_v6,
            "state": self.state.word(),
            "pid": self.processes().first().map(|process| process.pid),
            "process": self.processes().first().map(|process| &process.command),
            "processes": self.processes().iter().map(process).collect::<Vec<_>>(),
            "more_processes": owner.map(|owner| owner.more),
            "uid": owner.map(|owner| owner.uid),
            "user": owner.and_then(|owner| owner.user.as_deref()),
            "container": container,
            "known_as": Self { ports: PortRange::single(port), ..self.clone() }.known_as(),
        })
    }
}

/// Puts the rows in order, and sockets that look alike together.
pub(super) fn sort(rows: &mut Vec<Row>) {
    rows.sort_by(order);
    rows.dedup();
}

fn order(a: &Row, b: &Row) -> Ordering {
    let key = |row: &Row| (row.ports, row.protocol, row.address, row.processes().first().map(|p| p.pid));
    key(a).cmp(&key(b))
}

/// The rows in columns.
pub(super) fn table(rows: &[Row]) -> String {
    let titles = ["PROTOCOL", "ADDRESS", "STATE", "PID", "PROCESS", "CONTAINER", "KNOWN AS"];
    let lines: Vec<[String; 7]> =
        std::iter::once(titles.map(str::to_owned)).chain(rows.iter().map(Row::cells)).collect();
    ui::table(&lines)
}

/// The rows as a list of objects, one a port.
pub(super) fn json(rows: &[Row]) -> String {
    let values: Vec<Value> =
        rows.iter().flat_map(|row| row.ports.ports().map(|port| row.value(port))).collect();
    ui::clean_json(&values)
}
