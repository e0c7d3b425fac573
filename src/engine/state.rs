//! A container as the engine knows it.

use super::Engine;
use super::error::EngineError;
use super::network::answered;
use crate::finding::{Code, Finding};
use crate::spec::{Setting, asked};
use crate::values::ContainerName;
use std::collections::HashMap;

/// How the engine begins a moment that has not come yet: with Go's zero time.
const NEVER: &str = "0001-";

/// What the engine knows of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerState {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The program that it starts, behind its init process if it has one.
    pub program: String,
    /// Whether it runs; a paused one does.
    pub running: bool,
    /// Whether its processes are held.
    pub paused: bool,
    /// Whether it has ended and is about to be started again.
    pub restarting: bool,
    /// Whether it was ever started.
    pub has_run: bool,
    /// Why it could not be started the last time, in the engine's words; empty where it could.
    pub error: String,
    /// Its first process, while it runs.
    pub pid: Option<u32>,
    /// Its exit code, once it ended.
    pub exit_code: i64,
    /// Whether the kernel killed it for memory.
    pub out_of_memory: bool,
    /// Its network mode: `host`, `bridge`, a network's name.
    pub network_mode: String,
    /// Its environment.
    pub env: Vec<String>,
    /// The host's addresses of its ports, by `9999/udp`.
    pub ports: HashMap<String, Vec<(String, u16)>>,
    /// The driver of its log.
    pub log_driver: String,
    /// Whether the engine removes it at its end.
    pub auto_remove: bool,
    /// The signal that asks it to end, its image's own included; empty where nobody chose one.
    pub stop_signal: String,
    /// How many seconds it has after that signal, where somebody chose; negative for ever.
    pub stop_timeout: Option<i64>,
}

impl ContainerState {
    /// Where its ports are, as docker writes it: `0.0.0.0:9999->9999/udp`.
    #[must_use]
    pub fn published(&self) -> Vec<String> {
        let mut published: Vec<String> = self
            .ports
            .iter()
            .flat_map(|(port, bindings)| {
                bindings.iter().map(move |(ip, host)| match ip.contains(':') {
                    true => format!("[{ip}]:{host}->{port}"),
                    false => format!("{ip}:{host}->{port}"),
                })
            })
            .collect();
        published.sort_unstable();
        published
    }
}

/// The finding for a name that a launch asks for and that a container has.
#[must_use]
pub fn name_taken(said: &Setting<ContainerName>, held: Option<&ContainerState>) -> Finding {
    let name = &said.value.0;
    let finding = Finding::error(Code::NameTaken, format!("a container named {name} exists already"))
        .asked(asked("name", name, &said.origin), &said.origin);
    let finding = match held {
        Some(held) if held.running => finding.noted("it is running"),
        Some(held) => finding.noted(format!("it ended with exit code {}", held.exit_code)),
        None => finding,
    };
    finding.help(format!("choose another name, or remove it: docker rm -f {name}"))
}

impl Engine {
    /// What the engine knows of a container; none when there is none.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn container(&self, name: &str) -> Result<Option<ContainerState>, EngineError> {
        let found = match answered(self.docker.inspect_container(name, None)).await {
            Ok(found) => found,
            Err(error) if error.is_status(404) => return Ok(None),
            Err(error) => return Err(error),
        };
        let state = found.state.unwrap_or_default();
        let host = found.host_config.unwrap_or_default();
        let config = found.config.unwrap_or_default();
        let ports = found.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
        let ports = ports.into_iter().map(|(port, bindings)| {
            let bindings = bindings.unwrap_or_default().into_iter();
            let addresses = bindings.filter_map(|binding| {
                Some((binding.host_ip.unwrap_or_default(), binding.host_port?.parse().ok()?))
            });
            (port, addresses.collect())
        });
        Ok(Some(ContainerState {
            id: found.id.unwrap_or_default(),
            name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
            program: found.path.unwrap_or_default(),
            running: state.running.unwrap_or_default(),
            paused: state.paused.unwrap_or_default(),
            restarting: state.restarting.unwrap_or_default(),
            has_run: state.started_at.is_some_and(|moment| !moment.is_empty() && !moment.starts_with(NEVER)),
            error: state.error.unwrap_or_default(),
            pid: state.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|pid| *pid > 0),
            exit_code: state.exit_code.unwrap_or_default(),
            out_of_memory: state.oom_killed.unwrap_or_default(),
            network_mode: host.network_mode.unwrap_or_default(),
            env: config.env.unwrap_or_default(),
            ports: ports.collect(),
            log_driver: host.log_config.and_then(|log| log.typ).unwrap_or_default(),
            auto_remove: host.auto_remove.unwrap_or_default(),
            stop_signal: config.stop_signal.unwrap_or_default(),
            stop_timeout: config.stop_timeout,
        }))
    }
}
