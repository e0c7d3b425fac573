//! A container as words of `docker run`: everything that an inspection tells of how it was made. Where `actual` compares a
//! few options with what was asked for, this is the whole of it, for a launch that makes the same container.

use super::Engine;
use super::actual::{ActualOption, OPTIONS, Words, bytes, keys, list, number, pairs, switch, text};
use super::ask::encoded;
use super::error::EngineError;
use crate::values::{GpuRequest, Gpus, Value as _, record};
use serde_json::Value;

/// The options that an inspection tells of beside, or in more detail.
const FURTHER: &[(&str, Words)] = &[
    ("detach", |it| {
        let config = &it["Config"];
        let is_attached =
            ["AttachStdin", "AttachStdout", "AttachStderr"].iter().any(|name| config[name] == true);
        switch(&Value::from(!is_attached))
    }),
    ("entrypoint", |it| match it["Config"]["Entrypoint"].as_array() {
        Some(words) if words.len() == 1 && words[0] == "" => vec![String::new()],
        _ => list(&it["Config"]["Entrypoint"]).into_iter().take(1).collect(),
    }),
    ("network", networks),
    ("expose", exposed),
    ("link", links),
    ("mac-address", |it| text(&it["Config"]["MacAddress"])),
    ("volume", |it| list(&it["HostConfig"]["Binds"]).into_iter().chain(anonymous(it)).collect()),
    ("mount", mounts),
    ("volume-driver", |it| text(&it["HostConfig"]["VolumeDriver"])),
    ("storage-opt", |it| {
        let options = it["HostConfig"]["StorageOpt"].as_object().into_iter().flatten();
        options.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect()
    }),
    ("memory-swappiness", |it| signed(&it["HostConfig"]["MemorySwappiness"])),
    ("kernel-memory", |it| bytes(&it["HostConfig"]["KernelMemory"])),
    ("cpu-rt-period", |it| number(&it["HostConfig"]["CpuRealtimePeriod"])),
    ("cpu-rt-runtime", |it| number(&it["HostConfig"]["CpuRealtimeRuntime"])),
    ("blkio-weight", |it| number(&it["HostConfig"]["BlkioWeight"])),
    ("blkio-weight-device", |it| throttled(&it["HostConfig"]["BlkioWeightDevice"], "Weight", "")),
    ("device-read-bps", |it| throttled(&it["HostConfig"]["BlkioDeviceReadBps"], "Rate", "b")),
    ("device-write-bps", |it| throttled(&it["HostConfig"]["BlkioDeviceWriteBps"], "Rate", "b")),
    ("device-read-iops", |it| throttled(&it["HostConfig"]["BlkioDeviceReadIOps"], "Rate", "")),
    ("device-write-iops", |it| throttled(&it["HostConfig"]["BlkioDeviceWriteIOps"], "Rate", "")),
    ("device", devices),
    ("device-cgroup-rule", |it| list(&it["HostConfig"]["DeviceCgroupRules"])),
    ("gpus", gpus),
    ("security-opt", security_options),
    ("isolation", |it| text(&it["HostConfig"]["Isolation"])),
    ("init", |it| it["HostConfig"]["Init"].as_bool().map(|on| on.to_string()).into_iter().collect()),
    ("health-cmd", health_command),
    ("no-healthcheck", |it| switch(&Value::from(it["Config"]["Healthcheck"]["Test"][0] == "NONE"))),
    ("health-interval", |it| time(&it["Config"]["Healthcheck"]["Interval"])),
    ("health-timeout", |it| time(&it["Config"]["Healthcheck"]["Timeout"])),
    ("health-start-period", |it| time(&it["Config"]["Healthcheck"]["StartPeriod"])),
    ("health-start-interval", |it| time(&it["Config"]["Healthcheck"]["StartInterval"])),
    ("health-retries", |it| number(&it["Config"]["Healthcheck"]["Retries"])),
    ("stop-timeout", |it| signed(&it["Config"]["StopTimeout"])),
    ("rm", |it| switch(&it["HostConfig"]["AutoRemove"])),
    ("annotation", |it| pairs(&it["HostConfig"]["Annotations"], '=')),
];

/// Every option of an inspected container, as words.
#[must_use]
pub fn retold(container: &Value) -> Vec<ActualOption> {
    let is_further = |name: &str| FURTHER.iter().any(|(further, _)| *further == name);
    let rows = OPTIONS.iter().filter(|(name, _)| !is_further(name)).chain(FURTHER);
    rows.map(|(name, words)| ActualOption { name, words: words(container) })
        .filter(|said| !said.words.is_empty())
        .collect()
}

impl Engine {
    /// A container and the image that it is made from, as the engine tells of both; none where there is no such container.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn portrayed(&self, id: &str) -> Result<Option<(Value, Option<Value>)>, EngineError> {
        let container: Option<Value> = self.find(&format!("/containers/{}/json", encoded(id))).await?;
        let Some(container) = container else { return Ok(None) };
        let image = container["Image"].as_str().unwrap_or_default();
        let image = self.find(&format!("/images/{}/json", encoded(image))).await?;
        Ok(Some((container, image)))
    }
}

/// A number that is said, even where it is zero.
fn signed(value: &Value) -> Vec<String> {
    value.as_i64().map(|number| number.to_string()).into_iter().collect()
}

/// Nanoseconds as a time.
fn time(value: &Value) -> Vec<String> {
    let nanoseconds = value.as_u64().filter(|time| *time > 0);
    let word = nanoseconds.map(|time| {
        let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"), (1, "ns")];
        let unit = units.iter().find(|(size, _)| time % size == 0);
        unit.map(|(size, name)| format!("{}{name}", time / size)).unwrap_or_default()
    });
    word.into_iter().collect()
}

/// The networks in full: with aliases and addresses where some were asked for.
pub(super) fn networks(it: &Value) -> Vec<String> {
    let mode = text(&it["HostConfig"]["NetworkMode"]);
    let is_own = mode.iter().any(|mode| {
        !["host", "none", "default", "bridge"].contains(&mode.as_str()) && !mode.starts_with("container:")
    });
    let joined = it["NetworkSettings"]["Networks"].as_object();
    match joined.filter(|_| is_own) {
        None => mode,
        Some(joined) if joined.is_empty() => mode,
        Some(joined) => {
            // The one that it was made in comes first.
            let first = joined.iter().filter(|(name, _)| mode.contains(name));
            let others = joined.iter().filter(|(name, _)| !mode.contains(name));
            first.chain(others).map(|(name, endpoint)| network(it, name, endpoint)).collect()
        }
    }
}

fn network(it: &Value, name: &str, endpoint: &Value) -> String {
    let id = it["Id"].as_str().unwrap_or_default();
    let ipam = &endpoint["IPAMConfig"];
    // The engine adds the beginning of the id by itself.
    let aliases = list(&endpoint["Aliases"])
        .into_iter()
        .filter(|alias| alias.len() < 12 || !id.starts_with(alias.as_str()));
    let mut fields = vec![format!("name={name}")];
    fields.extend(aliases.map(|alias| format!("alias={alias}")));
    fields.extend(text(&ipam["IPv4Address"]).iter().map(|ip| format!("ip={ip}")));
    fields.extend(text(&ipam["IPv6Address"]).iter().map(|ip| format!("ip6={ip}")));
    fields.extend(list(&ipam["LinkLocalIPs"]).iter().map(|ip| format!("link-local-ip={ip}")));
    fields.extend(pairs(&endpoint["DriverOpts"], '=').iter().map(|pair| format!("driver-opt={pair}")));
    fields.extend(number(&endpoint["GwPriority"]).iter().map(|priority| format!("gw-priority={priority}")));
    record(&fields)
}

/// Ports that are exposed and not published.
fn exposed(it: &Value) -> Vec<String> {
    let published = &it["HostConfig"]["PortBindings"];
    keys(&it["Config"]["ExposedPorts"]).into_iter().filter(|port| published.get(port).is_none()).collect()
}

/// `/peer:/name/alias`, as the engine writes it; `peer:alias`, as it was said.
fn links(it: &Value) -> Vec<String> {
    let of_networks = it["NetworkSettings"]["Networks"].as_object().into_iter().flatten();
    let of_networks = of_networks.flat_map(|(_, endpoint)| list(&endpoint["Links"]));
    // A network of its own is told the same once more.
    let of_host = list(&it["HostConfig"]["Links"]);
    let further: Vec<String> = of_networks.filter(|link| !of_host.contains(link)).collect();
    let all = of_host.into_iter().chain(further);
    let word = |link: String| match link.split_once(":/") {
        Some((peer, alias)) => {
            format!("{}:{}", peer.trim_start_matches('/'), alias.rsplit('/').next().unwrap_or(alias))
        }
        None => link,
    };
    all.map(word).collect()
}

/// Volumes without a name, which are told by their places alone.
fn anonymous(it: &Value) -> Vec<String> {
    keys(&it["Config"]["Volumes"])
}

fn mounts(it: &Value) -> Vec<String> {
    it["HostConfig"]["Mounts"].as_array().into_iter().flatten().map(mount).collect()
}

fn mount(mount: &Value) -> String {
    let (bind, volume, tmpfs) = (&mount["BindOptions"], &mount["VolumeOptions"], &mount["TmpfsOptions"]);
    let driver = &volume["DriverConfig"];
    let said = |key: &str, value: &Value| {
        text(value).into_iter().map(|word| format!("{key}={word}")).collect::<Vec<_>>()
    };
    let on =
        |key: &str, value: &Value| (*value == true).then(|| key.to_owned()).into_iter().collect::<Vec<_>>();
    let each = |key: &str, value: &Value| {
        pairs(value, '=').iter().map(|pair| format!("{key}={pair}")).collect::<Vec<_>>()
    };
    let size = number(&tmpfs["SizeBytes"]).into_iter().map(|size| format!("tmpfs-size={size}"));
    let mode = tmpfs["Mode"].as_u64().filter(|mode| *mode > 0).map(|mode| format!("tmpfs-mode={mode:o}"));
    let fields = [
        said("type", &mount["Type"]),
        said("source", &mount["Source"]),
        said("target", &mount["Target"]),
        on("readonly", &mount["ReadOnly"]),
        said("consistency", &mount["Consistency"]),
        on("create", &bind["CreateMountpoint"]),
        said("bind-propagation", &bind["Propagation"]),
        on("bind-recursive=disabled", &bind["NonRecursive"]),
        on("bind-recursive=writable", &bind["ReadOnlyNonRecursive"]),
        on("bind-recursive=readonly", &bind["ReadOnlyForceRecursive"]),
        on("volume-nocopy", &volume["NoCopy"]),
        said("volume-subpath", &volume["Subpath"]),
        said("volume-driver", &driver["Name"]),
        each("volume-opt", &driver["Options"]),
        each("volume-label", &volume["Labels"]),
        size.chain(mode).collect(),
        said("image-subpath", &mount["ImageOptions"]["Subpath"]),
    ];
    record(&fields.concat())
}

/// `PATH:RATE`.
fn throttled(limits: &Value, key: &str, unit: &str) -> Vec<String> {
    let limits = limits.as_array().into_iter().flatten();
    let word = |limit: &Value| {
        Some(format!("{}:{}{unit}", limit["Path"].as_str()?, limit[key].as_u64().unwrap_or_default()))
    };
    limits.filter_map(word).collect()
}

/// Devices of the host, and those with CDI names.
fn devices(it: &Value) -> Vec<String> {
    let nodes = it["HostConfig"]["Devices"].as_array().into_iter().flatten();
    let node = |device: &Value| {
        let part = |name: &str| device[name].as_str().unwrap_or_default();
        format!("{}:{}:{}", part("PathOnHost"), part("PathInContainer"), part("CgroupPermissions"))
    };
    let named = requests(it)
        .filter(|request| request["Driver"] == "cdi")
        .flat_map(|request| list(&request["DeviceIDs"]));
    nodes.map(node).chain(named).collect()
}

fn requests(it: &Value) -> impl Iterator<Item = &Value> {
    it["HostConfig"]["DeviceRequests"].as_array().into_iter().flatten()
}

/// What is asked of other drivers of devices: GPUs.
fn gpus(it: &Value) -> Vec<String> {
    let gpus = requests(it).filter(|request| request["Driver"] != "cdi").map(|request| {
        // The option names all but `gpu` itself, which comes last.
        let of_gpus = |all: &Value| {
            let others = list(all).into_iter().filter(|word| word != "gpu");
            others.chain(["gpu".to_owned()]).collect()
        };
        let capabilities = request["Capabilities"].as_array().into_iter().flatten().map(of_gpus);
        let options = request["Options"].as_object().into_iter().flatten();
        let options =
            options.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()));
        let device_ids = list(&request["DeviceIDs"]);
        Gpus::Request(GpuRequest {
            driver: request["Driver"].as_str().unwrap_or_default().to_owned(),
            count: request["Count"].as_i64().filter(|count| *count != 0 || device_ids.is_empty()),
            device_ids,
            capabilities: capabilities.collect(),
            options: options.collect(),
        })
        .word()
    });
    gpus.collect()
}

/// A privileged container has its label off by itself; empty lists of hidden paths are an option of their own.
fn security_options(it: &Value) -> Vec<String> {
    let host = &it["HostConfig"];
    let is_privileged = host["Privileged"] == true;
    let said =
        list(&host["SecurityOpt"]).into_iter().filter(|word| !is_privileged || word != "label=disable");
    let is_empty = |name: &str| host[name].as_array().is_some_and(Vec::is_empty);
    let opened = is_empty("MaskedPaths") && is_empty("ReadonlyPaths");
    said.chain(opened.then(|| "systempaths=unconfined".to_owned())).collect()
}

/// A line for the image's shell, or a list in JSON.
fn health_command(it: &Value) -> Vec<String> {
    let test = list(&it["Config"]["Healthcheck"]["Test"]);
    match test.split_first() {
        Some((first, [line])) if first == "CMD-SHELL" => vec![line.clone()],
        Some((first, _)) if first == "CMD" => vec![Value::from(test).to_string()],
        _ => Vec::new(),
    }
}
