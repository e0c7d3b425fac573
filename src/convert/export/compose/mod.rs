//! A launch as a compose file that `docker-compose config` takes, the older 1.29 as well as today's.

mod limits;
mod networks;
mod storage;

use super::yaml::Yaml;
use super::{Exported, Format, Part, about, finished, left_out, title, without_counterpart};
use crate::convert::import::{COMPOSE_KEYS, Shape};
use crate::finding::{Finding, Findings, Origin};
use crate::options::{Layer, ROWS, Row};
use crate::spec::LaunchSpec;
use crate::values::{Device, Restart, SecurityOpt, Value as _};
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

/// Keys whose values are numbers: of some the schema of docker-compose 1.29 takes a text, too, with which its `up` fails.
const NUMBERS: [&str; 8] = [
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "mem_swappiness",
    "oom_score_adj",
    "pids_limit",
];

/// Writes a compose file.
#[must_use]
pub fn to_compose(parts: &[Part<'_>]) -> Exported {
    let mut findings = Findings::new();
    let (mut services, mut networks, mut volumes) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for part in parts {
        let service = service(part, parts);
        findings.extend(about(part, parts, service.findings));
        services.push((service_name(part.spec), Yaml::Map(service.members)));
        volumes.extend(service.volumes);
        networks.extend(networks::declared(part.spec));
    }
    let named = |map: BTreeMap<String, Yaml>| Yaml::Map(map.into_iter().collect()).unless_empty();
    let document = Yaml::map([
        ("services", Some(Yaml::Map(services))),
        ("networks", named(networks)),
        ("volumes", named(volumes)),
    ]);
    finished(&document.document(), findings, parts)
}

/// What a service is called in the file.
fn service_name(spec: &LaunchSpec) -> String {
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
    title(spec).chars().map(plain).collect()
}

/// Writes one service.
fn service<'a>(part: &Part<'a>, parts: &[Part<'_>]) -> Service<'a> {
    let spec = part.spec;
    let findings = without_counterpart(spec, Format::Compose).into_iter().chain(part.alone(parts)).collect();
    let mut service = Service { members: Vec::new(), volumes: BTreeMap::new(), findings, spec };
    service.program();
    service.needs(&part.needed(parts));
    service.plain();
    service.networks();
    service.storage();
    service.rights();
    service.limits();
    service.health();
    service.logging();
    service
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
        let entrypoint =
            spec.options.entrypoint.get().map(|program| Yaml::List(vec![text(program.shown(&spec.secrets))]));
        self.say("entrypoint", entrypoint);
        self.say("command", Some(texts(spec.shown_command())));
        let env = spec.options.env.values().map(|variable| {
            let value = variable.value.as_ref().map(|value| value.expose()).unwrap_or_default();
            let is_secret = spec.secrets.is_secret(&variable.name) || spec.secrets.are_in(value);
            match spec.source_of(&variable.name) {
                Some(source) => Yaml::text(format!("{}=${{{source}}}", variable.name)),
                None if is_secret => text(&variable.name),
                None => text(variable.word()),
            }
        });
        let env = Yaml::List(env.collect());
        self.say("environment", Some(env));
        let restart = spec
            .options
            .restart
            .get()
            .filter(|restart| **restart != Restart::No)
            .map(|restart| text(restart.word()));
        self.say("restart", restart);
    }

    /// The services that are started before it: compose waits for their health checks, and for nothing else.
    fn needs(&mut self, needed: &[&Part<'_>]) {
        let condition = |part: &&Part<'_>| {
            let condition = if has_health_check(part.spec) { "service_healthy" } else { "service_started" };
            (service_name(part.spec), Yaml::map([("condition", Some(text(condition)))]))
        };
        self.say("depends_on", Some(Yaml::Map(needed.iter().map(condition).collect())));
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

/// Whether a health check of its own is said; the image's nobody knows here.
fn has_health_check(spec: &LaunchSpec) -> bool {
    spec.options.health_cmd.get().is_some() && !spec.options.no_healthcheck.is_on()
}

/// `KEY=VALUE` as a member.
fn pair(word: &str) -> (String, Yaml) {
    let (key, value) = word.split_once('=').unwrap_or((word, ""));
    (key.to_owned(), text(value))
}
