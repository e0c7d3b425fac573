//! What the engine has of a launch: the options of a container, as words of `docker run`, read out of its inspection.

use super::Engine;
use super::ask::encoded;
use super::error::EngineError;
use super::labels::{self, Lifetime};
use super::retold;
use serde_json::{Map, Value};

/// An option as the engine has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActualOption {
    /// Its name.
    pub name: &'static str,
    /// Its words, as they would stand behind the flag.
    pub words: Vec<String>,
}

/// A container: what was asked for, as its labels keep it, and what the engine has.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its state: `running`, `exited`.
    pub state: String,
    /// Its exit code, once it has ended.
    pub exit_code: Option<i64>,
    /// Whether its memory was used up, and the kernel killed a process of it.
    pub out_of_memory: bool,
    /// What its health check says, where it has one: `healthy`.
    pub health: Option<String>,
    /// The service; none where it was none, or where dynrun did not launch it.
    pub service: Option<String>,
    /// The profile.
    pub profile: Option<String>,
    /// The version of dynrun that launched it; none where another program did.
    pub version: Option<String>,
    /// The command and its arguments: what was asked for, else what the image says.
    pub command: Vec<String>,
    /// Where the engine keeps its log on its own machine; none where its log's driver keeps no file.
    pub log_path: Option<String>,
    /// The options that were asked for, without the values of secrets.
    pub intended: Map<String, Value>,
    /// The options that it has.
    pub actual: Vec<ActualOption>,
}

/// How the words of an option are found.
pub(super) type Words = fn(&Value) -> Vec<String>;

/// The options that an inspection tells of.
pub(super) const OPTIONS: &[(&str, Words)] = &[
    ("image", |it| text(&it["Config"]["Image"])),
    ("name", |it| text(&it["Name"]).iter().map(|name| name.trim_start_matches('/').to_owned()).collect()),
    ("interactive", |it| switch(&it["Config"]["OpenStdin"])),
    ("tty", |it| switch(&it["Config"]["Tty"])),
    ("entrypoint", |it| list(&it["Config"]["Entrypoint"]).into_iter().take(1).collect()),
    ("workdir", |it| text(&it["Config"]["WorkingDir"])),
    ("domainname", |it| text(&it["Config"]["Domainname"])),
    ("user", |it| text(&it["Config"]["User"])),
    ("group-add", |it| list(&it["HostConfig"]["GroupAdd"])),
    ("network", networks),
    ("publish", published),
    ("publish-all", |it| switch(&it["HostConfig"]["PublishAllPorts"])),
    ("expose", |it| keys(&it["Config"]["ExposedPorts"])),
    ("hostname", |it| text(&it["Config"]["Hostname"])),
    ("add-host", |it| list(&it["HostConfig"]["ExtraHosts"])),
    ("dns", |it| list(&it["HostConfig"]["Dns"])),
    ("dns-option", |it| list(&it["HostConfig"]["DnsOptions"])),
    ("dns-search", |it| list(&it["HostConfig"]["DnsSearch"])),
    ("env", |it| list(&it["Config"]["Env"])),
    ("volume", |it| list(&it["HostConfig"]["Binds"])),
    ("tmpfs", |it| pairs(&it["HostConfig"]["Tmpfs"], ':')),
    ("volumes-from", |it| list(&it["HostConfig"]["VolumesFrom"])),
    ("shm-size", |it| bytes(&it["HostConfig"]["ShmSize"])),
    ("memory", |it| bytes(&it["HostConfig"]["Memory"])),
    ("memory-reservation", |it| bytes(&it["HostConfig"]["MemoryReservation"])),
    ("memory-swap", |it| bytes(&it["HostConfig"]["MemorySwap"])),
    ("oom-kill-disable", |it| switch(&it["HostConfig"]["OomKillDisable"])),
    ("oom-score-adj", |it| number(&it["HostConfig"]["OomScoreAdj"])),
    ("cpus", |it| cpus(&it["HostConfig"]["NanoCpus"])),
    ("cpu-shares", |it| number(&it["HostConfig"]["CpuShares"])),
    ("cpu-period", |it| number(&it["HostConfig"]["CpuPeriod"])),
    ("cpu-quota", |it| number(&it["HostConfig"]["CpuQuota"])),
    ("cpuset-cpus", |it| text(&it["HostConfig"]["CpusetCpus"])),
    ("cpuset-mems", |it| text(&it["HostConfig"]["CpusetMems"])),
    ("pids-limit", |it| number(&it["HostConfig"]["PidsLimit"])),
    ("ulimit", ulimits),
    ("cgroup-parent", |it| text(&it["HostConfig"]["CgroupParent"])),
    ("runtime", |it| text(&it["HostConfig"]["Runtime"])),
    ("privileged", |it| switch(&it["HostConfig"]["Privileged"])),
    ("cap-add", |it| list(&it["HostConfig"]["CapAdd"])),
    ("cap-drop", |it| list(&it["HostConfig"]["CapDrop"])),
    ("read-only", |it| switch(&it["HostConfig"]["ReadonlyRootfs"])),
    ("sysctl", |it| pairs(&it["HostConfig"]["Sysctls"], '=')),
    ("cgroupns", |it| text(&it["HostConfig"]["CgroupnsMode"])),
    ("ipc", |it| text(&it["HostConfig"]["IpcMode"])),
    ("pid", |it| text(&it["HostConfig"]["PidMode"])),
    ("userns", |it| text(&it["HostConfig"]["UsernsMode"])),
    ("uts", |it| text(&it["HostConfig"]["UTSMode"])),
    ("security-opt", |it| list(&it["HostConfig"]["SecurityOpt"])),
    ("log-driver", |it| text(&it["HostConfig"]["LogConfig"]["Type"])),
    ("log-opt", |it| pairs(&it["HostConfig"]["LogConfig"]["Config"], '=')),
    ("restart", restart),
    ("init", |it| switch(&it["HostConfig"]["Init"])),
    ("stop-signal", |it| text(&it["Config"]["StopSignal"])),
    ("stop-timeout", |it| number(&it["Config"]["StopTimeout"])),
    ("label", |it| pairs(&it["Config"]["Labels"], '=')),
    ("rm", removed),
    ("health-cmd", health_command),
    ("health-interval", |it| nanoseconds(&it["Config"]["Healthcheck"]["Interval"])),
    ("health-timeout", |it| nanoseconds(&it["Config"]["Healthcheck"]["Timeout"])),
    ("health-start-period", |it| nanoseconds(&it["Config"]["Healthcheck"]["StartPeriod"])),
    ("health-start-interval", |it| nanoseconds(&it["Config"]["Healthcheck"]["StartInterval"])),
    ("health-retries", |it| number(&it["Config"]["Healthcheck"]["Retries"])),
    ("no-healthcheck", |it| {
        health_test(it).iter().take(1).filter(|word| *word == "NONE").map(|_| on()).collect()
    }),
];

fn on() -> String {
    true.to_string()
}

/// In the foreground it is dynrun that removes a container, and that it will stands in its label.
fn removed(it: &Value) -> Vec<String> {
    let lifetime = it["Config"]["Labels"][labels::LIFETIME].as_str().and_then(Lifetime::read);
    let is_removed = lifetime.is_some_and(|lifetime| lifetime != Lifetime::Own);
    if is_removed { vec![on()] } else { switch(&it["HostConfig"]["AutoRemove"]) }
}

fn health_test(it: &Value) -> Vec<String> {
    list(&it["Config"]["Healthcheck"]["Test"])
}

/// A line for a shell stands as such; any other list as it is, in JSON.
fn health_command(it: &Value) -> Vec<String> {
    let test = health_test(it);
    match test.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["NONE", ..] => Vec::new(),
        ["CMD-SHELL", line] => vec![(*line).to_owned()],
        _ => vec![Value::from(test).to_string()],
    }
}

fn nanoseconds(value: &Value) -> Vec<String> {
    number(value).into_iter().map(|word| format!("{word}ns")).collect()
}

/// A text that is not empty.
pub(super) fn text(value: &Value) -> Vec<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect()
}

/// A switch that is on.
pub(super) fn switch(value: &Value) -> Vec<String> {
    value.as_bool().filter(|on| *on).map(|on| on.to_string()).into_iter().collect()
}

/// A number that is not zero.
pub(super) fn number(value: &Value) -> Vec<String> {
    value.as_i64().filter(|number| *number != 0).map(|number| number.to_string()).into_iter().collect()
}

/// A number of bytes, or -1.
pub(super) fn bytes(value: &Value) -> Vec<String> {
    number(value).into_iter().map(|word| if word == "-1" { word } else { format!("{word}b") }).collect()
}

/// Billionths of a processor.
fn cpus(value: &Value) -> Vec<String> {
    let nanos = value.as_u64().filter(|nanos| *nanos > 0);
    let word = nanos.map(|nanos| {
        let word = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        word.trim_end_matches('0').trim_end_matches('.').to_owned()
    });
    word.into_iter().collect()
}

pub(super) fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn keys(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// The entries of an object, each as one word.
pub(super) fn pairs(value: &Value, between: char) -> Vec<String> {
    let entries = value.as_object().into_iter().flatten();
    entries
        .map(|(key, value)| match value.as_str().unwrap_or_default() {
            "" => key.clone(),
            value => format!("{key}{between}{value}"),
        })
        .collect()
}

/// Networks of its own, all of them; else its mode.
fn networks(it: &Value) -> Vec<String> {
    let mode = text(&it["HostConfig"]["NetworkMode"]);
    let is_plain = mode.iter().all(|mode| {
        ["host", "none", "default", "bridge"].contains(&mode.as_str()) || mode.starts_with("container:")
    });
    let joined = keys(&it["NetworkSettings"]["Networks"]);
    match joined.len() {
        0 => mode,
        1 if is_plain => mode,
        _ if is_plain => joined,
        _ => retold::networks(it),
    }
}

fn published(it: &Value) -> Vec<String> {
    let mut words = Vec::new();
    for (port, bindings) in it["HostConfig"]["PortBindings"].as_object().into_iter().flatten() {
        for binding in bindings.as_array().into_iter().flatten() {
            let part = |name: &str| binding[name].as_str().unwrap_or_default();
            let (ip, host) = (part("HostIp"), part("HostPort"));
            words.push(match (ip, host) {
                ("", "") => port.clone(),
                ("", host) => format!("{host}:{port}"),
                (ip, host) if ip.contains(':') => format!("[{ip}]:{host}:{port}"),
                (ip, host) => format!("{ip}:{host}:{port}"),
            });
        }
    }
    words
}

fn ulimits(it: &Value) -> Vec<String> {
    let limits = it["HostConfig"]["Ulimits"].as_array().into_iter().flatten();
    limits
        .filter_map(|limit| {
            Some(format!(
                "{}={}:{}",
                limit["Name"].as_str()?,
                limit["Soft"].as_i64()?,
                limit["Hard"].as_i64()?
            ))
        })
        .collect()
}

fn restart(it: &Value) -> Vec<String> {
    let policy = &it["HostConfig"]["RestartPolicy"];
    match (policy["Name"].as_str().unwrap_or_default(), policy["MaximumRetryCount"].as_i64()) {
        ("", _) => Vec::new(),
        ("on-failure", Some(retries)) if retries > 0 => vec![format!("on-failure:{retries}")],
        (name, _) => vec![name.to_owned()],
    }
}

impl Engine {
    /// What was asked of a container, and what the engine has.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn inspection(&self, id: &str) -> Result<Option<Inspection>, EngineError> {
        let found: Option<Value> = self.find(&format!("/containers/{}/json", encoded(id))).await?;
        Ok(found.as_ref().map(inspection))
    }
}

fn inspection(it: &Value) -> Inspection {
    let label = |name: &str| it["Config"]["Labels"][name].as_str();
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let intended = label(labels::OPTIONS).and_then(|text| serde_json::from_str(text).ok());
    // One that was never started has the exit code 0, too.
    let has_ended = ["exited", "dead", "restarting"].contains(&words(&it["State"]["Status"]).as_str());
    let of = |(name, words): &(&'static str, Words)| ActualOption { name, words: words(it) };
    Inspection {
        name: words(&it["Name"]).trim_start_matches('/').to_owned(),
        id: words(&it["Id"]),
        state: words(&it["State"]["Status"]),
        exit_code: it["State"]["ExitCode"].as_i64().filter(|_| has_ended),
        out_of_memory: it["State"]["OOMKilled"].as_bool().unwrap_or_default(),
        log_path: text(&it["LogPath"]).into_iter().next(),
        health: it["State"]["Health"]["Status"].as_str().filter(|word| *word != "none").map(str::to_owned),
        service: label(labels::SERVICE).map(str::to_owned),
        profile: label(labels::PROFILE).map(str::to_owned),
        version: label(labels::VERSION).map(str::to_owned),
        command: list(&it["Config"]["Cmd"]),
        intended: intended.unwrap_or_default(),
        actual: OPTIONS.iter().map(of).collect(),
    }
}
