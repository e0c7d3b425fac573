//! A launch as a compose file that `docker-compose config` takes, the older 1.29 as well as today's.

use super::yaml::Yaml;
use super::{Exported, Format, finished, left_out, title, without_counterpart};
use crate::convert::import::{COMPOSE_KEYS, Shape};
use crate::finding::{Finding, Findings, Origin};
use crate::options::{Layer, ROWS, Row};
use crate::spec::{Attachment, LaunchSpec, Networking};
use crate::values::{
    BindMount, Device, Gpus, HealthCommand, Mount, MountSource, Restart, SecurityOpt, Submounts, Value as _,
    VolumeSource,
};
use std::collections::BTreeMap;

/// Options that are written in a form of their own, by whom they are.
const OWN: [&str; 12] = [
    "annotation",
    "cgroupns",
    "uts",
    "label-file",
    "use-api-socket",
    "env",
    "pull",
    "security-opt",
    "device",
    "link",
    "network",
    "restart",
];

/// Keys whose values the older schema takes as numbers alone.
const NUMBERS: [&str; 6] =
    ["cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "mem_swappiness", "oom_score_adj"];

/// Writes a compose file of one service.
#[must_use]
pub fn to_compose(spec: &LaunchSpec) -> Exported {
    let mut findings = without_counterpart(spec, Format::Compose);
    let mut service =
        Service { members: Vec::new(), volumes: BTreeMap::new(), findings: Findings::new(), spec };
    service.program();
    service.plain();
    service.networks();
    service.storage();
    service.rights();
    service.limits();
    service.health();
    service.logging();
    let Service { members, volumes, findings: further, .. } = service;
    findings.extend(further);
    let name: String = title(spec)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' })
        .collect();
    let named = |map: BTreeMap<String, Yaml>| Yaml::Map(map.into_iter().collect()).unless_empty();
    let document = Yaml::map([
        ("services", Some(Yaml::Map(vec![(name, Yaml::Map(members))]))),
        ("networks", named(networks(spec))),
        ("volumes", named(volumes)),
    ]);
    finished(&document.document(), findings, spec)
}

/// The service as it is written.
struct Service<'a> {
    members: Vec<(String, Yaml)>,
    /// Volumes that the file has to know, by their names.
    volumes: BTreeMap<String, Yaml>,
    findings: Findings,
    spec: &'a LaunchSpec,
}

/// A text for compose, which fills in what stands behind a `$`.
fn text(text: impl AsRef<str>) -> Yaml {
    Yaml::text(text.as_ref().replace('$', "$$"))
}

fn texts(all: impl IntoIterator<Item = impl AsRef<str>>) -> Yaml {
    Yaml::List(all.into_iter().map(text).collect())
}

/// A list in which nothing stands twice: the schema refuses that.
fn set(all: impl IntoIterator<Item = impl AsRef<str>>) -> Yaml {
    let mut kept: Vec<Yaml> = Vec::new();
    for item in all.into_iter().map(text) {
        kept.retain(|held| *held != item);
        kept.push(item);
    }
    Yaml::List(kept)
}

/// A mapping: of several values under one name, the last counts.
fn members(all: impl IntoIterator<Item = (String, Yaml)>) -> Yaml {
    let mut kept: Vec<(String, Yaml)> = Vec::new();
    for (key, value) in all {
        kept.retain(|(held, _)| *held != key);
        kept.push((key, value));
    }
    Yaml::Map(kept)
}

impl Service<'_> {
    fn options(&self) -> &Layer {
        &self.spec.options
    }

    fn say(&mut self, key: &str, value: Option<Yaml>) {
        self.members.extend(value.and_then(Yaml::unless_empty).map(|value| (key.to_owned(), value)));
    }

    fn lost(&mut self, option: &str, why: &str, words: &str, origin: &Origin) {
        self.findings.push(left_out(option, why, words, origin));
    }

    /// What runs.
    fn program(&mut self) {
        let spec = self.spec;
        self.say("image", Some(text(spec.image.reference.word())));
        let entrypoint = spec.options.entrypoint.get().map(|program| Yaml::List(vec![text(&program.0)]));
        self.say("entrypoint", entrypoint);
        self.say("command", Some(texts(&spec.command)));
        let env = spec.options.env.values().map(|variable| {
            let value = variable.value.as_ref().map(|value| value.expose()).unwrap_or_default();
            let is_secret = spec.secrets.is_secret(&variable.name) || spec.secrets.has_url_password(value);
            if is_secret { variable.name.clone() } else { variable.word() }
        });
        let env: Vec<String> = env.collect();
        self.say("environment", Some(texts(env)));
        let restart = spec
            .options
            .restart
            .get()
            .filter(|restart| **restart != Restart::No)
            .map(|restart| text(restart.word()));
        self.say("restart", restart);
    }

    /// Options that are a key by another name.
    fn plain(&mut self) {
        for row in ROWS.iter().filter(|row| !OWN.contains(&row.name) && row.name != "image") {
            let Some((key, _, shape)) = COMPOSE_KEYS.iter().find(|(_, option, _)| *option == row.name) else {
                continue;
            };
            if self.is_written_elsewhere(row) {
                continue;
            }
            let words = (row.slots.words)(self.options());
            let shown: Vec<String> = (row.slots.said)(self.options(), &self.spec.secrets)
                .into_iter()
                .map(|said| said.text)
                .collect();
            let words = self.without_secrets(row, words, shown);
            let value = match shape {
                Shape::Switch => words.last().map(|word| Yaml::switch(word == "true")),
                Shape::One if NUMBERS.contains(key) => words.last().map(|word| Yaml::Plain(word.clone())),
                Shape::One => words.last().filter(|word| !word.is_empty()).map(text),
                Shape::Many => Some(set(words)),
                Shape::Pairs('=') if *key == "storage_opt" => {
                    Some(members(words.iter().map(|word| pair(word))))
                }
                Shape::Pairs(_) => Some(set(words)),
            };
            self.say(key, value);
        }
    }

    /// What belongs to a network says so there.
    fn is_written_elsewhere(&self, row: &Row) -> bool {
        ["hostname", "dns", "dns-option", "dns-search", "add-host", "expose", "mac-address"]
            .contains(&row.name)
    }

    /// The words without those that are not shown as they are.
    fn without_secrets(&mut self, row: &Row, words: Vec<String>, shown: Vec<String>) -> Vec<String> {
        let mut kept = Vec::new();
        for (word, shown) in words.into_iter().zip(shown) {
            let is_secret_label = row.name == "label"
                && word
                    .split_once('=')
                    .is_some_and(|(name, value)| !value.is_empty() && self.spec.secrets.is_secret(name));
            if word == shown && !is_secret_label {
                kept.push(word);
            } else {
                let message =
                    format!("a value of --{} is left out: it is a secret, and no file holds it", row.name);
                self.findings.push(Finding::note(crate::finding::Code::NotCarriedOver, message));
            }
        }
        kept
    }

    fn networks(&mut self) {
        let spec = self.spec;
        match &spec.networking {
            Networking::Host { .. } => self.say("network_mode", Some(text("host"))),
            Networking::None { .. } => self.say("network_mode", Some(text("none"))),
            Networking::Container { target } => {
                self.say("network_mode", Some(text(format!("container:{target}"))));
            }
            Networking::Bridge { links, mac, .. } => {
                self.say("network_mode", Some(text("bridge")));
                self.say("external_links", Some(set(links.iter().map(|link| link.word()))));
                self.say("mac_address", mac.map(|mac| text(mac.word())));
            }
            Networking::Own { attachments, mac, .. } => {
                let joined = attachments
                    .iter()
                    .map(|attachment| (attachment.network.clone(), self.attachment(attachment)));
                let joined = Yaml::Map(joined.collect::<Vec<_>>());
                self.say("networks", Some(joined));
                let links =
                    attachments.iter().flat_map(|attachment| &attachment.links).map(|link| link.word());
                self.say("external_links", Some(set(links)));
                let mac = attachments.iter().find_map(|attachment| attachment.mac).or(*mac);
                self.say("mac_address", mac.map(|mac| text(mac.word())));
                let detailed =
                    attachments.iter().any(|one| one.gw_priority.is_some() || !one.driver_opts.is_empty());
                if let Some(network) = spec.options.network.iter().next().filter(|_| detailed) {
                    let why = "only newer versions of compose have a key for a gateway's priority and a driver's options";
                    self.findings.push(left_out("network", why, &network.value.word(), &network.origin));
                }
            }
        }
        let (publish, names) = (spec.networking.publish(), spec.networking.names());
        self.say("ports", Some(set(publish.iter().map(|publish| publish.word()))));
        self.say("expose", Some(set(spec.networking.expose().iter().map(|expose| expose.word()))));
        self.say("hostname", names.hostname.map(|name| text(name.word())));
        self.say("extra_hosts", Some(set(names.hosts.iter().map(|host| host.word()))));
        self.say("dns", Some(set(names.dns.iter().map(ToString::to_string))));
        self.say("dns_opt", Some(set(&names.dns_options)));
        self.say("dns_search", Some(set(&names.dns_search)));
    }

    /// The container's place on one network.
    fn attachment(&self, attachment: &Attachment) -> Yaml {
        let ips = attachment.link_local_ips.iter().map(ToString::to_string);
        Yaml::map([
            ("aliases", texts(&attachment.aliases).unless_empty()),
            ("ipv4_address", attachment.ip.map(|ip| text(ip.to_string()))),
            ("ipv6_address", attachment.ip6.map(|ip| text(ip.to_string()))),
            ("link_local_ips", texts(ips).unless_empty()),
        ])
    }

    fn storage(&mut self) {
        let spec = self.spec;
        let driver = spec
            .options
            .volume_driver
            .get()
            .map(|driver| driver.0.clone())
            .filter(|driver| !driver.is_empty());
        let others = spec.options.volumes_from.values().map(|from| format!("container:{}", from.word()));
        self.say("volumes_from", Some(set(others)));
        let has_names =
            spec.options.volume.values().any(|volume| matches!(volume.source, VolumeSource::Named(_)));
        if let Some(said) = spec.options.volume_driver.setting().filter(|_| driver.is_some() && !has_names) {
            let origin = said.origin.clone();
            self.lost(
                "volume-driver",
                "compose says a driver of a volume that has a name",
                &said.value.0,
                &origin,
            );
        }
        let mut all: Vec<Yaml> = Vec::new();
        for volume in spec.options.volume.values() {
            if let VolumeSource::Named(name) = &volume.source {
                self.volume(name, driver.as_deref(), &[], &[]);
            }
            all.push(text(volume.bind_word()));
        }
        for mount in &spec.options.mount {
            if let Some(why) = unmountable(&mount.value) {
                self.lost("mount", why, &mount.value.shown(&spec.secrets), &mount.origin);
                continue;
            }
            if let MountSource::Volume(volume) = &mount.value.source
                && let Some(name) = &volume.name
            {
                let is_secret = volume.driver_opts.iter().any(|(key, value)| {
                    spec.secrets.is_secret(key)
                        || spec.secrets.without_secrets(&format!("{key}={value}")) != format!("{key}={value}")
                });
                if is_secret {
                    self.lost(
                        "mount",
                        "its driver's options hold a secret, and no file does",
                        &mount.value.shown(&spec.secrets),
                        &mount.origin,
                    );
                    continue;
                }
                let driver = Some(volume.driver.as_str()).filter(|driver| !driver.is_empty());
                self.volume(name, driver, &volume.driver_opts, &volume.labels);
            }
            all.push(mounted(&mount.value));
        }
        self.say("volumes", Some(Yaml::List(all)));
    }

    /// A volume that the file has to know. Its name is not the project's.
    fn volume(
        &mut self,
        name: &str,
        driver: Option<&str>,
        options: &[(String, String)],
        labels: &[(String, String)],
    ) {
        let options = options.iter().map(|(key, value)| (key.clone(), text(value)));
        let labels = labels.iter().map(|(key, value)| (key.clone(), text(value)));
        let declared = Yaml::map([
            ("name", Some(text(name))),
            ("driver", driver.map(text)),
            ("driver_opts", Yaml::Map(options.collect()).unless_empty()),
            ("labels", Yaml::Map(labels.collect()).unless_empty()),
        ]);
        self.volumes.insert(name.to_owned(), declared);
    }

    fn rights(&mut self) {
        let options = &self.spec.options;
        let builtin =
            options.security_opt.iter().find(|option| option.value == SecurityOpt::SeccompBuiltIn).cloned();
        let words = options.security_opt.values().filter(|option| **option != SecurityOpt::SeccompBuiltIn);
        let words: Vec<String> = words.map(SecurityOpt::word).collect();
        if let Some(option) = builtin {
            self.lost(
                "security-opt",
                "compose takes its name for a file's; it holds anyway",
                &option.value.word(),
                &option.origin,
            );
        }
        self.say("security_opt", Some(set(words)));
        let devices: Vec<String> = options.device.values().map(Device::word).collect();
        self.say("devices", Some(set(devices)));
        let policy = options.pull.get().map(|pull| match pull.word().as_str() {
            "missing" => "if_not_present".to_owned(),
            word => word.to_owned(),
        });
        self.say("pull_policy", policy.map(text));
        let grace = options.stop_timeout.setting();
        match grace.map(|grace| (i64::from(grace.value.0), grace)) {
            None => {}
            Some((seconds @ 0.., _)) => self.say("stop_grace_period", Some(text(format!("{seconds}s")))),
            Some((_, grace)) => {
                let origin = grace.origin.clone();
                self.lost("stop-timeout", "compose waits for a time", "-1", &origin);
            }
        }
    }

    fn limits(&mut self) {
        let options = &self.spec.options;
        let mut limits: Vec<(String, Yaml)> = Vec::new();
        for limit in options.ulimit.values() {
            limits.retain(|(name, _)| *name != limit.name);
            let both = [("soft", Some(Yaml::number(limit.soft))), ("hard", Some(Yaml::number(limit.hard)))];
            limits.push((limit.name.clone(), Yaml::map(both)));
        }
        self.say("ulimits", Some(Yaml::Map(limits)));
        let rates = |words: Vec<(String, String)>, key: &str| {
            let one = |(path, rate): (String, String)| {
                let rate = if key == "rate" { text(rate) } else { Yaml::Plain(rate) };
                Yaml::map([("path", Some(text(path))), (key, Some(rate))])
            };
            Yaml::List(words.into_iter().map(one).collect()).unless_empty()
        };
        let cut = |words: Vec<String>| {
            words
                .into_iter()
                .filter_map(|word| {
                    word.rsplit_once(':').map(|(path, rate)| (path.to_owned(), rate.to_owned()))
                })
                .collect::<Vec<_>>()
        };
        let of = |name: &str| cut(Row::find(name).map(|row| (row.slots.words)(options)).unwrap_or_default());
        let blkio = Yaml::map([
            ("weight", options.blkio_weight.get().map(|weight| Yaml::number(weight.0))),
            ("weight_device", rates(of("blkio-weight-device"), "weight")),
            ("device_read_bps", rates(of("device-read-bps"), "rate")),
            ("device_write_bps", rates(of("device-write-bps"), "rate")),
            ("device_read_iops", rates(of("device-read-iops"), "rate")),
            ("device_write_iops", rates(of("device-write-iops"), "rate")),
        ]);
        self.say("blkio_config", Some(blkio));
        let gpus = options.gpus.get().and_then(gpus);
        self.say("deploy", gpus);
    }

    fn health(&mut self) {
        let options = &self.spec.options;
        if options.no_healthcheck.is_on() {
            return self.say("healthcheck", Some(Yaml::map([("disable", Some(Yaml::switch(true)))])));
        }
        let test = options.health_cmd.get().and_then(|command| match command {
            HealthCommand::Shell(line) if line.is_empty() => None,
            HealthCommand::Shell(line) => Some(texts(["CMD-SHELL", line])),
            HealthCommand::Program(words) => {
                Some(texts(std::iter::once("CMD").chain(words.iter().map(String::as_str))))
            }
            HealthCommand::None => Some(texts(["NONE"])),
        });
        let time = |name: &str| {
            let words = Row::find(name).map(|row| (row.slots.words)(options)).unwrap_or_default();
            words.last().filter(|word| !word.starts_with('0')).map(text)
        };
        let check = Yaml::map([
            ("test", test),
            ("interval", time("health-interval")),
            ("timeout", time("health-timeout")),
            (
                "retries",
                options
                    .health_retries
                    .get()
                    .filter(|retries| retries.0 > 0)
                    .map(|retries| Yaml::number(retries.0)),
            ),
            ("start_period", time("health-start-period")),
        ]);
        self.say("healthcheck", Some(check));
    }

    fn logging(&mut self) {
        let options = self.options();
        let said = options.log_opt.values().filter(|option| !option.is_secret(&self.spec.secrets));
        let said: Vec<(String, Yaml)> = said
            .map(|option| (option.key.clone(), text(option.value.as_deref().unwrap_or_default())))
            .collect();
        let driver = options.log_driver.get().map(|driver| text(&driver.0));
        let hidden: Vec<_> = options
            .log_opt
            .iter()
            .filter(|option| option.value.is_secret(&self.spec.secrets))
            .cloned()
            .collect();
        for option in hidden {
            self.lost(
                "log-opt",
                "it is a secret, and no file holds it",
                &option.value.shown(&self.spec.secrets),
                &option.origin,
            );
        }
        let logging = Yaml::map([("driver", driver), ("options", members(said).unless_empty())]);
        self.say("logging", Some(logging));
    }
}

/// `KEY=VALUE` as a member.
fn pair(word: &str) -> (String, Yaml) {
    let (key, value) = word.split_once('=').unwrap_or((word, ""));
    (key.to_owned(), text(value))
}

/// The networks that the file has to know: those that are there, and those that it is to make.
fn networks(spec: &LaunchSpec) -> BTreeMap<String, Yaml> {
    let Networking::Own { attachments, .. } = &spec.networking else { return BTreeMap::new() };
    let declared = |attachment: &Attachment| {
        let name = attachment.network.clone();
        let Some(made) = spec.create_networks.get(&name) else {
            let there = Yaml::map([("name", Some(text(&name))), ("external", Some(Yaml::switch(true)))]);
            return (name, there);
        };
        let on = |setting: &Option<crate::spec::Setting<bool>>| {
            setting.as_ref().filter(|said| said.value).map(|_| Yaml::switch(true))
        };
        let subnets =
            made.subnets.iter().map(|subnet| Yaml::map([("subnet", Some(text(subnet.value.word())))]));
        let subnets = Yaml::List(subnets.collect()).unless_empty();
        let network = Yaml::map([
            ("name", Some(text(&name))),
            ("driver", made.driver.as_ref().map(|driver| text(&driver.value))),
            ("attachable", on(&made.attachable)),
            ("internal", on(&made.internal)),
            ("ipam", subnets.map(|subnets| Yaml::map([("config", Some(subnets))]))),
        ]);
        (name, network)
    };
    attachments.iter().map(declared).collect()
}

/// Why compose's long form cannot say a mount.
fn unmountable(mount: &Mount) -> Option<&'static str> {
    const NEWER: &str = "only newer versions of compose have a key for it";
    match &mount.source {
        MountSource::Image(_) => Some(NEWER),
        MountSource::Bind(bind) if bind.is_flat || bind.submounts != Submounts::WhereAble => Some(NEWER),
        MountSource::Volume(volume) if volume.subpath.is_some() => Some(NEWER),
        MountSource::Volume(volume) if volume.name.is_none() && !volume.driver.is_empty() => {
            Some("compose says a driver of a volume that has a name")
        }
        MountSource::Tmpfs(tmpfs) if tmpfs.mode.is_some() => Some(NEWER),
        MountSource::Bind(_) | MountSource::Volume(_) | MountSource::Tmpfs(_) => None,
    }
}

/// A mount, key by key.
fn mounted(mount: &Mount) -> Yaml {
    let read_only = mount.read_only.then(|| Yaml::switch(true));
    let (kind, source, detail) = match &mount.source {
        MountSource::Bind(BindMount { path, propagation, .. }) => {
            let propagation = propagation.map(|word| Yaml::map([("propagation", Some(text(word.word())))]));
            ("bind", Some(path.to_string_lossy().into_owned()), propagation.map(|detail| ("bind", detail)))
        }
        MountSource::Volume(volume) => {
            let detail = volume.no_copy.then(|| Yaml::map([("nocopy", Some(Yaml::switch(true)))]));
            ("volume", volume.name.clone(), detail.map(|detail| ("volume", detail)))
        }
        MountSource::Tmpfs(tmpfs) => {
            let size = tmpfs.size.map(|size| Yaml::map([("size", Some(Yaml::number(size.0)))]));
            ("tmpfs", None, size.map(|detail| ("tmpfs", detail)))
        }
        MountSource::Image(image) => ("image", Some(image.image.word()), None),
    };
    let consistency = mount.consistency.as_ref().map(text);
    let mut members = vec![
        ("type", Some(text(kind))),
        ("source", source.map(text)),
        ("target", Some(text(&mount.target))),
        ("read_only", read_only),
        ("consistency", consistency),
    ];
    members.extend(detail.map(|(key, detail)| (key, Some(detail))));
    Yaml::map(members)
}

/// A request for GPUs.
fn gpus(gpus: &Gpus) -> Option<Yaml> {
    let request = |count: Option<Yaml>, ids: &[String], driver: &str, capabilities: &[String]| {
        let further: Vec<&str> =
            capabilities.iter().map(String::as_str).filter(|word| *word != "gpu").collect();
        Yaml::map([
            ("driver", Some(driver).filter(|driver| !driver.is_empty()).map(text)),
            ("count", count),
            ("device_ids", texts(ids).unless_empty()),
            ("capabilities", Some(texts(std::iter::once("gpu").chain(further)))),
        ])
    };
    let count = |count: i64| if count < 0 { text("all") } else { Yaml::number(count) };
    let request = match gpus {
        Gpus::None | Gpus::Auto => return None,
        Gpus::All => request(Some(text("all")), &[], "", &[]),
        Gpus::Count(number) => request(Some(Yaml::number(*number)), &[], "", &[]),
        Gpus::Devices(ids) if ids.iter().any(|id| Gpus::is_cdi(id)) => request(None, ids, "cdi", &[]),
        Gpus::Devices(ids) => request(None, ids, "", &[]),
        Gpus::Request(it) => {
            let capabilities = it.capabilities.first().map(Vec::as_slice).unwrap_or_default();
            let mut whole = request(it.count.map(count), &it.device_ids, &it.driver, capabilities);
            let options = it.options.iter().map(|(key, value)| (key.clone(), text(value)));
            if let (Yaml::Map(members), Some(options)) =
                (&mut whole, Yaml::Map(options.collect()).unless_empty())
            {
                members.push(("options".to_owned(), options));
            }
            whole
        }
    };
    let devices = Yaml::map([("devices", Some(Yaml::List(vec![request])))]);
    let reservations = Yaml::map([("reservations", Some(devices))]);
    Some(Yaml::map([("resources", Some(reservations))]))
}
