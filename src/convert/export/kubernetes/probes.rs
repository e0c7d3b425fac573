//! What tells whether a container is well, and whether it is ready, as probes.

use super::super::left_out;
use super::super::yaml::Yaml;
use super::{lost, text};
use crate::finding::Findings;
use crate::spec::LaunchSpec;
use crate::values::{HealthCommand, HealthTime, Ready, SecretNames, Value as _};
use std::time::Duration;

/// What the engine takes where a health check says no time, and no count.
const INTERVAL: u64 = 30;
const RETRIES: i64 = 3;

/// How often a cluster asks whether a container is ready, in seconds: dynrun asks all the time, and only at the start.
const READY_PERIOD: u64 = 2;

/// A probe, where there is one, by its field.
type Probes = Vec<(&'static str, Option<Yaml>)>;

/// The probes. A container has one by which it is ready: `--ready` says it, else the health check does.
pub(super) fn probes(spec: &LaunchSpec, findings: &mut Findings) -> Probes {
    let mut probes = of_health(spec, findings);
    if let Some(ready) = of_ready(spec, findings) {
        probes.retain(|(field, _)| *field != READY);
        probes.push((READY, Some(ready)));
    }
    probes
}

const READY: &str = "readinessProbe";

/// The first of `--ready` that a cluster can ask; the others are named.
fn of_ready(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let mut probe = None;
    for ready in spec.said_ready() {
        let why = match action(&ready.value, &spec.secrets) {
            _ if ready.value == Ready::Health => continue,
            Some(action) if probe.is_none() => {
                probe = Some(Yaml::map([action, ("periodSeconds", Some(Yaml::number(READY_PERIOD)))]));
                continue;
            }
            Some(_) => "a container has one probe by which it is ready",
            None => "a cluster asks for a socket of TCP, a web server or a command",
        };
        findings.push(left_out("ready", why, &ready.value.shown(&spec.secrets), &ready.origin));
    }
    probe
}

/// What is done to find out, by its field.
fn action(ready: &Ready, secrets: &SecretNames) -> Option<(&'static str, Option<Yaml>)> {
    let get = |path: &str, port: u16| {
        let get = Yaml::map([("path", Some(text(path))), ("port", Some(Yaml::number(port)))]);
        ("httpGet", Some(get))
    };
    match ready {
        Ready::Tcp(port) | Ready::Nats(port) => {
            Some(("tcpSocket", Some(Yaml::map([("port", Some(Yaml::number(*port)))]))))
        }
        Ready::Http(http) if http.status.is_none() && http.body.is_none() => Some(get(&http.path, http.port)),
        Ready::Etcd(port) => Some(get("/health", *port)),
        Ready::Command(line) => {
            let line = secrets.without_secrets_in(line);
            let words = ["/bin/sh", "-c", &line];
            Some(("exec", Some(Yaml::map([("command", Some(Yaml::texts(words)))]))))
        }
        Ready::Http(_) | Ready::Udp(_) | Ready::Log(_) | Ready::Health => None,
    }
}

/// The health check as probes: unhealthy, it is restarted, and nothing is sent to it.
fn of_health(spec: &LaunchSpec, findings: &mut Findings) -> Probes {
    let options = &spec.options;
    let command = options.health_cmd.get().map(|command| command.without_secrets(&spec.secrets));
    let command: Vec<String> = match command {
        Some(HealthCommand::Shell(line)) if !line.is_empty() => {
            vec!["/bin/sh".to_owned(), "-c".to_owned(), line]
        }
        Some(HealthCommand::Program(words)) => words,
        Some(HealthCommand::Shell(_) | HealthCommand::None) | None => Vec::new(),
    };
    let seconds =
        |time: Option<&HealthTime>| time.map(|time| time.0.0).filter(|time| !time.is_zero()).map(ceil);
    let (period, timeout) = (seconds(options.health_interval.get()), seconds(options.health_timeout.get()));
    if command.is_empty() || options.no_healthcheck.is_on() {
        if period.is_some() || timeout.is_some() {
            lost(
                findings,
                "the times of the image's own health check",
                "a cluster knows no check of an image's",
            );
        }
        return Vec::new();
    }
    let retries = options
        .health_retries
        .get()
        .map(|retries| retries.0)
        .filter(|retries| *retries > 0)
        .unwrap_or(RETRIES);
    let probe = |period: u64, failures: u64| {
        Yaml::map([
            ("exec", Some(Yaml::map([("command", Some(Yaml::texts(&command)))]))),
            ("periodSeconds", Some(Yaml::number(period))),
            ("timeoutSeconds", Some(Yaml::number(timeout.unwrap_or(INTERVAL)))),
            ("failureThreshold", Some(Yaml::number(failures))),
        ])
    };
    let period = period.unwrap_or(INTERVAL);
    let retries = u64::try_from(retries).unwrap_or(1);
    let often = probe(period, retries);
    let start = seconds(options.health_start_period.get()).map(|start| {
        let each = seconds(options.health_start_interval.get()).unwrap_or(5).min(start).max(1);
        // A container whose startup probe fails is killed: that is not before docker calls it unhealthy.
        let unhealthy = start.saturating_add(retries.saturating_mul(period));
        probe(each, unhealthy.div_ceil(each))
    });
    vec![("startupProbe", start), ("livenessProbe", Some(often.clone())), ("readinessProbe", Some(often))]
}

/// Whole seconds, at least one.
fn ceil(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}
