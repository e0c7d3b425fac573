//! Keys of a service that hold keys of their own.

use super::keys::is_true;
use super::places::from_here;
use super::service::Draft;
use super::yaml::{Node, Tree};
use crate::convert::import::{Text, toml};
use crate::values::{Duration, Value as _, record, toml_string};

/// `ports`: the short form is docker's, the long one says its parts.
pub(super) fn ports(draft: &mut Draft<'_>, node: &Node) {
    for item in node.items() {
        let Some(map) = item.map() else {
            if let Some(text) = draft.text(item) {
                draft.say("ports", "publish", &text, item);
            }
            continue;
        };
        let part = |draft: &mut Draft<'_>, key: &str| item.get(key).and_then(|node| draft.text(node));
        let (ip, published) = (part(draft, "host_ip"), part(draft, "published"));
        let (target, protocol) = (part(draft, "target").unwrap_or_default(), part(draft, "protocol"));
        let ip = ip.map(|ip| match ip.plain() {
            Some(plain) if plain.contains(':') => Text::from(format!("[{plain}]")),
            _ => ip,
        });
        let has_ip = ip.is_some();
        let host = match published {
            Some(published) => published.then(":"),
            None => Text::from(if has_ip { ":" } else { "" }),
        };
        let word = ip.map(|ip| ip.then(":")).unwrap_or_default().joined(host).joined(target);
        let word = match protocol {
            Some(protocol) => word.then("/").joined(protocol),
            None => word,
        };
        draft.say("ports", "publish", &word, item);
        for (key, value) in map {
            let is_known = ["host_ip", "published", "target", "protocol", "name"].contains(&key.as_str());
            let is_plain = key == "mode" && value.text() == Some("host");
            if !is_known && !is_plain {
                draft.lost(
                    &format!("`ports.{key}` is left out: a published port has nothing like it"),
                    key,
                    value,
                );
            }
        }
    }
}

pub(super) fn health(draft: &mut Draft<'_>, node: &Node) {
    for (key, value) in node.map().into_iter().flatten() {
        match key.as_str() {
            "test" => health_test(draft, value),
            "interval" => one(draft, key, "health-interval", value),
            "timeout" => one(draft, key, "health-timeout", value),
            "retries" => one(draft, key, "health-retries", value),
            "start_period" => one(draft, key, "health-start-period", value),
            "start_interval" => one(draft, key, "health-start-interval", value),
            "disable" => one(draft, key, "no-healthcheck", value),
            _ => draft.lost(
                &format!("`healthcheck.{key}` is left out: a health check has nothing like it"),
                key,
                value,
            ),
        }
    }
}

/// A line for a shell, or a list whose first word says what it is.
fn health_test(draft: &mut Draft<'_>, node: &Node) {
    let Tree::List(items) = &node.tree else {
        return one(draft, "healthcheck", "health-cmd", node);
    };
    let words: Vec<Text> = items.iter().filter_map(|item| draft.text(item)).collect();
    let first = words.first().and_then(Text::plain).unwrap_or_default().to_owned();
    match (first.as_str(), words.as_slice()) {
        ("NONE", _) => draft.say("healthcheck", "no-healthcheck", &Text::from("true"), node),
        ("CMD-SHELL", [_, line]) => draft.say("healthcheck", "health-cmd", line, node),
        _ => {
            let quoted = |text: &Text| {
                let plain = serde_json::Value::from(text.plain().unwrap_or_default()).to_string();
                if text.plain().is_some() {
                    Text::from(plain)
                } else {
                    Text::from("\"").joined(text.clone()).then("\"")
                }
            };
            let list = words
                .iter()
                .map(quoted)
                .reduce(|list, word| list.then(", ").joined(word))
                .unwrap_or_default();
            let list = Text::from("[").joined(list).then("]");
            draft.say("healthcheck", "health-cmd", &list, node);
        }
    }
}

pub(super) fn logging(draft: &mut Draft<'_>, node: &Node) {
    for (key, value) in node.map().into_iter().flatten() {
        match key.as_str() {
            "driver" => one(draft, key, "log-driver", value),
            "options" => draft.pairs(key, "log-opt", '=', value),
            _ => draft.lost(&format!("`logging.{key}` is left out: a log has nothing like it"), key, value),
        }
    }
}

pub(super) fn ulimits(draft: &mut Draft<'_>, node: &Node) {
    for (name, value) in node.map().into_iter().flatten() {
        let part = |draft: &mut Draft<'_>, key: &str| {
            value.get(key).and_then(|node| draft.text(node)).unwrap_or_default()
        };
        let limit = match value.map() {
            Some(_) => part(draft, "soft").then(":").joined(part(draft, "hard")),
            None => draft.text(value).unwrap_or_default(),
        };
        let word = Text::from(format!("{name}=")).joined(limit);
        draft.say("ulimits", "ulimit", &word, value);
    }
}

pub(super) fn deploy(draft: &mut Draft<'_>, node: &Node) {
    for (key, value) in node.map().into_iter().flatten() {
        match key.as_str() {
            "resources" => resources(draft, value),
            "restart_policy" => restart_policy(draft, value),
            _ => draft.lost(
                &format!("`deploy.{key}` is left out: it is for a swarm, and a launch makes one container"),
                key,
                value,
            ),
        }
    }
}

fn resources(draft: &mut Draft<'_>, node: &Node) {
    for (kind, limits) in node.map().into_iter().flatten() {
        for (key, value) in limits.map().into_iter().flatten() {
            match (kind.as_str(), key.as_str()) {
                ("limits", "cpus") => one(draft, key, "cpus", value),
                ("limits", "memory") => one(draft, key, "memory", value),
                ("limits", "pids") => one(draft, key, "pids-limit", value),
                ("reservations", "memory") => one(draft, key, "memory-reservation", value),
                ("reservations", "devices") => gpus(draft, value),
                _ => draft.lost(
                    &format!("`resources.{kind}.{key}` is left out: one container reserves nothing of it"),
                    key,
                    value,
                ),
            }
        }
    }
}

fn restart_policy(draft: &mut Draft<'_>, node: &Node) {
    let condition = node.get("condition").and_then(Node::text).unwrap_or("any");
    let attempts = node.get("max_attempts").and_then(Node::text);
    let word = match (condition, attempts) {
        ("none", _) => "no".to_owned(),
        ("on-failure", Some(attempts)) => format!("on-failure:{attempts}"),
        ("on-failure", None) => "on-failure".to_owned(),
        _ => "always".to_owned(),
    };
    draft.say("restart_policy", "restart", &Text::from(word), node);
    for (key, value) in node.map().into_iter().flatten() {
        if !["condition", "max_attempts"].contains(&key.as_str()) {
            draft.lost(
                &format!("`restart_policy.{key}` is left out: the engine has its own times"),
                key,
                value,
            );
        }
    }
}

/// Devices that a driver of the engine's hands over: `all`, or a list of requests.
pub(super) fn gpus(draft: &mut Draft<'_>, node: &Node) {
    for item in node.items() {
        let Some(map) = item.map() else {
            one(draft, "gpus", "gpus", item);
            continue;
        };
        let mut fields = Vec::new();
        for (key, value) in map {
            let words: Vec<&str> = value.items().iter().filter_map(Node::text).collect();
            match key.as_str() {
                "count" => fields.push(format!("count={}", words.concat())),
                "device_ids" => fields.push(format!("device={}", words.join(","))),
                "driver" => fields.push(format!("driver={}", words.concat())),
                "capabilities" => {
                    let further: Vec<&str> = words.into_iter().filter(|word| *word != "gpu").collect();
                    fields
                        .extend((!further.is_empty()).then(|| format!("capabilities={}", further.join(","))));
                }
                "options" => {
                    let pairs = value.map().into_iter().flatten();
                    let pairs: Vec<String> =
                        pairs.filter_map(|(name, value)| Some(format!("{name}={}", value.text()?))).collect();
                    fields.push(format!("options={}", record(&pairs)));
                }
                _ => draft.lost(
                    &format!("`devices.{key}` is left out: a request for devices has nothing like it"),
                    key,
                    value,
                ),
            }
        }
        // Compose asks for all of them where no count is said.
        if !fields.iter().any(|field| field.starts_with("count=") || field.starts_with("device=")) {
            fields.insert(0, "count=all".to_owned());
        }
        let is_cdi = fields.iter().any(|field| field == "driver=cdi");
        match item.get("device_ids").filter(|_| is_cdi) {
            Some(ids) => ids.items().iter().for_each(|id| one(draft, "devices", "device", id)),
            None => draft.say("gpus", "gpus", &Text::from(record(&fields)), item),
        }
    }
}

pub(super) fn blkio(draft: &mut Draft<'_>, node: &Node) {
    for (key, value) in node.map().into_iter().flatten() {
        let option = match key.as_str() {
            "weight" => {
                one(draft, key, "blkio-weight", value);
                continue;
            }
            "weight_device" => "blkio-weight-device",
            "device_read_bps" => "device-read-bps",
            "device_write_bps" => "device-write-bps",
            "device_read_iops" => "device-read-iops",
            "device_write_iops" => "device-write-iops",
            _ => {
                draft.lost(
                    &format!("`blkio_config.{key}` is left out: a disk's limits have nothing like it"),
                    key,
                    value,
                );
                continue;
            }
        };
        for item in value.items() {
            let part = |key: &str| item.get(key).and_then(Node::text).unwrap_or_default();
            let rate = if option == "blkio-weight-device" { part("weight") } else { part("rate") };
            draft.say(key, option, &Text::from(format!("{}:{rate}", part("path"))), item);
        }
    }
}

/// A time, as whole seconds.
pub(super) fn grace(draft: &mut Draft<'_>, node: &Node) {
    let Some(text) = draft.text(node) else { return };
    let seconds = text
        .plain()
        .and_then(|plain| Duration::parse(plain).ok())
        .map(|time| time.0.as_millis().div_ceil(1000));
    match seconds {
        Some(seconds) => {
            draft.say("stop_grace_period", "stop-timeout", &Text::from(seconds.to_string()), node);
        }
        None => draft.wrong("stop_grace_period", node, "a time such as 1m30s"),
    }
}

/// How the image is built where it cannot be had.
pub(super) fn build(draft: &mut Draft<'_>, node: &Node) {
    let context = node.get("context").unwrap_or(node);
    let folder = match context.text() {
        Some(_) => draft.text(context).unwrap_or_default(),
        None => Text::from("."),
    };
    let is_far = folder.plain().is_some_and(|folder| folder.contains("://") || folder.starts_with("git@"));
    if is_far {
        return draft.lost("`build` is left out: dynrun builds from a folder alone", "build", node);
    }
    let folder = match folder.plain() {
        Some(plain) if !plain.starts_with(['/', '.', '~']) => Text::from(format!("./{plain}")),
        _ => folder,
    };
    let folder = from_here(draft, &folder, node);
    let mut fields = vec![format!("context = {}", toml_string(&folder.written()))];
    for (key, value) in node.map().into_iter().flatten() {
        let text = |draft: &mut Draft<'_>| draft.text(value).map(|text| toml_string(&text.written()));
        match key.as_str() {
            "context" => {}
            "dockerfile" | "target" | "network" => {
                fields.extend(text(draft).map(|text| format!("{key} = {text}")));
            }
            "pull" if is_true(value) => fields.push("pull = true".to_owned()),
            "pull" => {}
            "args" | "labels" => {
                let words = pairs(draft, value);
                fields.push(format!("{key} = {}", toml::list(&words, 0)));
            }
            "cache_from" => {
                let words: Vec<String> = value
                    .items()
                    .iter()
                    .filter_map(|item| draft.text(item))
                    .map(|text| text.written())
                    .collect();
                fields.push(format!("cache-from = {}", toml::list(&words, 0)));
            }
            _ => draft.lost(
                &format!("`build.{key}` is left out: dynrun's builds have nothing like it"),
                key,
                value,
            ),
        }
    }
    draft.section.raw_key("build", format!("{{ {} }}", fields.join(", ")));
    if draft.section.words("image").is_empty() {
        let image = format!("{}-{}", draft.project.name, draft.name);
        draft.say("build", "image", &Text::from(image), node);
    }
}

/// A build's arguments or labels; a secret is forwarded by its name.
fn pairs(draft: &mut Draft<'_>, node: &Node) -> Vec<String> {
    let secrets = draft.project.reading.secrets;
    let mut words = Vec::new();
    let mut take = |draft: &mut Draft<'_>, name: &str, value: Option<Text>, at: &Node| match value {
        Some(value)
            if secrets.is_secret(name)
                || value.secret(secrets).is_some()
                || secrets.has_url_password(&value.written()) =>
        {
            draft.lost(
                &format!("the build's argument {name} is a secret, and no file holds it: it is forwarded"),
                name,
                at,
            );
            words.push(name.to_owned());
        }
        Some(value) => words.push(format!("{name}={}", value.written())),
        None => words.push(name.to_owned()),
    };
    match node.map() {
        Some(map) => {
            for (name, value) in map {
                let text = value.text().is_some().then(|| draft.text(value)).flatten();
                take(draft, name, text, value);
            }
        }
        None => {
            for item in node.items() {
                let Some(text) = draft.text(item) else { continue };
                match text.split_once('=') {
                    Some((name, value)) => take(draft, &name.written(), Some(value), item),
                    None => take(draft, &text.written(), None, item),
                }
            }
        }
    }
    words
}

fn one(draft: &mut Draft<'_>, key: &str, option: &str, node: &Node) {
    if let Some(text) = draft.text(node) {
        draft.say(key, option, &text, node);
    }
}
