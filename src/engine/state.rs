//! A container as the engine knows it.

use super::Engine;
use super::ask::encoded;
use super::container::is_id;
use super::error::EngineError;
use super::health::Health;
use super::transport::ApiVersion;
use crate::host::now;
use crate::spec::{HealthTimes, Readiness};
use crate::values::Moment;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// How the engine begins a moment that has not come yet: with Go's zero time.
const NEVER: &str = "0001-";
/// The first API of engines that know an interval of the health check for the start.
const START_INTERVAL: ApiVersion = ApiVersion(1, 44);

/// What the engine knows of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerState {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The image's name that it was made of.
    pub image: String,
    /// The id of that image.
    pub image_id: String,
    /// Its labels.
    pub labels: HashMap<String, String>,
    /// Its command and the arguments, its image's own included.
    pub command: Vec<String>,
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
    /// When it was started the last time, in the engine's words.
    pub started_at: String,
    /// When it ended the last time, in the engine's words.
    pub finished_at: String,
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
    /// Whether it has a terminal.
    pub tty: bool,
    /// Its environment.
    pub env: Vec<String>,
    /// The host's addresses of its ports, by `9999/udp`.
    pub ports: HashMap<String, Vec<(String, u16)>>,
    /// The ids of its networks, by their names; empty where it has not joined them yet.
    pub networks: HashMap<String, String>,
    /// Its own addresses on its networks.
    pub addresses: Vec<IpAddr>,
    /// What its health check says; none where it has none.
    pub health: Option<Health>,
    /// When that is made, its image's own times included.
    pub health_times: HealthTimes,
    /// The driver of its log.
    pub log_driver: String,
    /// Whether the engine removes it at its end.
    pub auto_remove: bool,
    /// When the engine starts it again: `no`, `always`, `unless-stopped`, `on-failure`.
    pub restart: String,
    /// The signal that asks it to end, its image's own included; empty where nobody chose one.
    pub stop_signal: String,
    /// How many seconds it has after that signal, where somebody chose; negative for ever.
    pub stop_timeout: Option<i64>,
}

impl ContainerState {
    /// Whether it runs, and has done so for so long.
    #[must_use]
    pub fn has_run_for(&self, time: Duration) -> bool {
        let now = i64::try_from(now().as_secs()).unwrap_or_default();
        let began = seconds(&self.started_at).filter(|_| self.running);
        began.is_some_and(|began| now.saturating_sub(began) >= whole_seconds(time))
    }

    /// Whether it has ended, so soon after its start.
    pub(super) fn ended_within(&self, time: Duration) -> bool {
        let times = seconds(&self.started_at).zip(seconds(&self.finished_at)).filter(|_| !self.running);
        times.is_some_and(|(began, ended)| (0..=whole_seconds(time)).contains(&(ended - began)))
    }

    /// Where its ports are, as docker writes it: `0.0.0.0:9999->9999/udp`.
    #[must_use]
    pub fn published(&self) -> Vec<String> {
        let mut published: Vec<String> = self
            .ports
            .iter()
            .flat_map(|(port, bindings)| bindings.iter().map(move |(ip, host)| leads(ip, *host, port)))
            .collect();
        published.sort_unstable();
        published
    }
}

/// A moment of the engine's as seconds since 1970.
fn seconds(moment: &str) -> Option<i64> {
    match Moment::parse(moment).ok()? {
        Moment::At { seconds, .. } => Some(seconds),
        Moment::Ago(_) | Moment::Ahead(_) | Moment::Unix(_) => None,
    }
}

fn whole_seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// Where a port of the host leads, as docker writes it.
pub(super) fn leads(ip: &str, host: u16, port: &str) -> String {
    match ip.contains(':') {
        true => format!("[{ip}]:{host}->{port}"),
        false => format!("{ip}:{host}->{port}"),
    }
}

impl Engine {
    /// What the engine knows of a container; none when there is none.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn container(&self, name: &str) -> Result<Option<ContainerState>, EngineError> {
        let found: Option<Inspected> = self.find(&format!("/containers/{}/json", encoded(name))).await?;
        let Some(found) = found else { return Ok(None) };
        // What is done with an id trusts it to be one.
        if !is_id(&found.id) {
            return Err(EngineError::garbled("it names no container"));
        }
        Ok(Some(found.state()))
    }

    /// What a container is waited for: where its health check is to tell, and nobody said how long, there is room for the
    /// first one.
    pub async fn with_room(&self, readiness: &Readiness, id: &str) -> Readiness {
        match self.container(id).await {
            Ok(Some(ContainerState { health: Some(_), health_times, .. })) => {
                readiness.with_room(&health_times, self.knows_start_interval())
            }
            Ok(_) | Err(_) => readiness.clone(),
        }
    }

    /// How long after its start a container's health check is made for the first time, and the option that says so.
    #[must_use]
    pub fn first_check(&self, state: &ContainerState) -> (Duration, &'static str) {
        state.health_times.first(self.knows_start_interval())
    }

    fn knows_start_interval(&self) -> bool {
        self.newest() >= START_INTERVAL
    }
}

/// A container as the engine tells of it. Only what is asked for is read: an engine may say words that no list has.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Inspected {
    id: String,
    name: String,
    path: String,
    image: String,
    state: State,
    host_config: HostConfig,
    config: Config,
    network_settings: NetworkSettings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct State {
    running: bool,
    paused: bool,
    restarting: bool,
    started_at: String,
    finished_at: String,
    error: String,
    pid: i64,
    exit_code: i64,
    #[serde(rename = "OOMKilled")]
    oom_killed: bool,
    health: Option<Health>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct HostConfig {
    network_mode: String,
    log_config: LogConfig,
    auto_remove: bool,
    restart_policy: RestartPolicy,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RestartPolicy {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LogConfig {
    #[serde(rename = "Type")]
    driver: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Config {
    image: String,
    cmd: Option<Vec<String>>,
    labels: Option<HashMap<String, String>>,
    tty: bool,
    env: Option<Vec<String>>,
    stop_signal: Option<String>,
    stop_timeout: Option<i64>,
    healthcheck: Option<Healthcheck>,
}

/// Its times are in nanoseconds.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Healthcheck {
    test: Option<Vec<String>>,
    interval: i64,
    timeout: i64,
    start_period: i64,
    start_interval: i64,
}

impl Healthcheck {
    fn times(&self) -> HealthTimes {
        let time = |nanoseconds| Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0));
        HealthTimes {
            interval: time(self.interval),
            timeout: time(self.timeout),
            start_period: time(self.start_period),
            start_interval: time(self.start_interval),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NetworkSettings {
    ports: Option<HashMap<String, Option<Vec<Binding>>>>,
    networks: Option<HashMap<String, Joined>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Joined {
    #[serde(rename = "NetworkID")]
    id: String,
    #[serde(rename = "IPAddress")]
    v4: String,
    #[serde(rename = "GlobalIPv6Address")]
    v6: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    #[serde(default)]
    host_ip: String,
    #[serde(default)]
    host_port: String,
}

impl Inspected {
    fn state(self) -> ContainerState {
        let Self { state, host_config: host, config, .. } = self;
        let networks = self.network_settings.networks.unwrap_or_default();
        let addresses = networks.values().flat_map(|joined| [&joined.v4, &joined.v6]);
        let addresses: Vec<IpAddr> = addresses.filter_map(|address| address.parse().ok()).collect();
        let ports = self.network_settings.ports.unwrap_or_default().into_iter().map(|(port, bindings)| {
            let bindings = bindings.unwrap_or_default().into_iter();
            let addresses =
                bindings.filter_map(|binding| Some((binding.host_ip, binding.host_port.parse().ok()?)));
            (port, addresses.collect())
        });
        let check = config.healthcheck.unwrap_or_default();
        let is_checked = |health: &Health| health.status != "none" && !health.status.is_empty();
        let health = state.health.filter(is_checked);
        ContainerState {
            id: self.id,
            name: self.name.trim_start_matches('/').to_owned(),
            image: config.image,
            image_id: self.image,
            labels: config.labels.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
            program: self.path,
            running: state.running,
            paused: state.paused,
            restarting: state.restarting,
            has_run: !state.started_at.is_empty() && !state.started_at.starts_with(NEVER),
            started_at: state.started_at,
            finished_at: state.finished_at,
            error: state.error,
            pid: u32::try_from(state.pid).ok().filter(|pid| *pid > 0),
            exit_code: state.exit_code,
            out_of_memory: state.oom_killed,
            network_mode: host.network_mode,
            tty: config.tty,
            env: config.env.unwrap_or_default(),
            ports: ports.collect(),
            addresses,
            networks: networks.into_iter().map(|(name, joined)| (name, joined.id)).collect(),
            health: health.map(|health| health.of(check.test.as_deref().unwrap_or_default())),
            health_times: check.times(),
            log_driver: host.log_config.driver,
            auto_remove: host.auto_remove,
            restart: host.restart_policy.name,
            stop_signal: config.stop_signal.unwrap_or_default(),
            stop_timeout: config.stop_timeout,
        }
    }
}
