//! Where a service's files and networks are: paths from the compose file's folder, volumes and networks under the names
//! that the engine has for those of the project.

use super::keys::is_true;
use super::project::Project;
use super::service::Draft;
use super::yaml::{Node, Tree};
use crate::convert::import::Text;
use crate::host::read_text;
use crate::values::{clean, record};
use std::path::Path;

/// The project's own network, under the service's name, which a service joins that names none.
pub(super) fn default_network(draft: &mut Draft<'_>, node: &Node) {
    let network = draft.project.resource("networks", "default");
    join(draft, &network, "default", None, node);
}

/// The names of the networks that a service joins.
pub(super) fn names(networks: &Node) -> Vec<String> {
    match networks.map() {
        Some(map) => map.iter().map(|(name, _)| name.clone()).collect(),
        None => networks.items().iter().filter_map(Node::text).map(str::to_owned).collect(),
    }
}

pub(super) fn networks(draft: &mut Draft<'_>, node: &Node) {
    for name in names(node) {
        let network = draft.project.resource("networks", &name);
        join(draft, &network, &name, node.get(&name), node);
    }
}

/// Joins a network: the service's name is another of the container's there.
fn join(draft: &mut Draft<'_>, network: &Text, name: &str, said: Option<&Node>, node: &Node) {
    let mut fields = vec![format!("alias={}", draft.name)];
    for (key, value) in said.and_then(Node::map).into_iter().flatten() {
        let words: Vec<String> = value.items().iter().filter_map(Node::text).map(str::to_owned).collect();
        let field = match key.as_str() {
            "aliases" => "alias",
            "ipv4_address" => "ip",
            "ipv6_address" => "ip6",
            "link_local_ips" => "link-local-ip",
            "mac_address" => "mac-address",
            "gw_priority" => "gw-priority",
            "driver_opts" => {
                let options = value.map().into_iter().flatten();
                fields.extend(
                    options.filter_map(|(name, value)| Some(format!("driver-opt={name}={}", value.text()?))),
                );
                continue;
            }
            _ => {
                draft.lost(
                    &format!("`networks.{name}.{key}` is left out: a container joins a network without it"),
                    key,
                    value,
                );
                continue;
            }
        };
        for field in words.iter().map(|word| format!("{field}={word}")) {
            // Its own name may be said, too: an exported stack does.
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    match network.plain() {
        Some(plain) => {
            fields.insert(0, format!("name={plain}"));
            draft.say("networks", "network", &Text::from(record(&fields)), node);
        }
        None => draft.fault("the network's name is made from a variable", node),
    }
    if !draft.project.is_external(name) {
        draft.say("networks", "create-network", &Text::from("true"), node);
    }
}

pub(super) fn network_mode(draft: &mut Draft<'_>, node: &Node) {
    if let Some(text) = draft.text(node) {
        let text = match text.plain() {
            Some(word) if word.starts_with("service:") => draft.of_service(word, node),
            _ => text,
        };
        draft.say("network_mode", "network", &text, node);
    }
}

/// A path that starts from the compose file's folder, as one that starts where the caller stands.
pub(super) fn from_here(draft: &Draft<'_>, text: &Text, node: &Node) -> Text {
    let start = text.start();
    let here = draft.project.reading.roots.base;
    let folder = node.source.path.parent().unwrap_or(draft.project.folder);
    if !start.starts_with('.') || folder == here {
        return text.clone();
    }
    let (path, rest) = start.split_once(':').map_or((start, ""), |(path, _)| (path, &start[path.len()..]));
    let end = if path.ends_with('/') && path.len() > 1 { "/" } else { "" };
    let absolute = clean(&folder.join(path));
    let path = match absolute.strip_prefix(here) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => format!("./{}{end}", below.display()),
        Err(_) => format!("{}{end}", absolute.display()),
    };
    let behind = text.strip_prefix(start).unwrap_or_default();
    Text::from(path + rest).joined(behind)
}

/// A path that may have no dot in front.
fn file(draft: &Draft<'_>, text: &Text, node: &Node) -> Text {
    let is_relative = text.plain().is_some_and(|plain| !plain.starts_with(['/', '.', '~']));
    let text = if is_relative { Text::from("./").joined(text.clone()) } else { text.clone() };
    from_here(draft, &text, node)
}

pub(super) fn env_files(draft: &mut Draft<'_>, node: &Node) {
    for item in node.items() {
        let path = item.get("path").unwrap_or(item);
        let Some(text) = draft.text(path) else { continue };
        let text = file(draft, &text, item);
        let absolute = text.plain().map(|plain| draft.project.reading.roots.absolute(Path::new(plain)));
        let optional = item.get("required").filter(|required| !is_true(required));
        if let Some(optional) = optional {
            let is_there = absolute.as_ref().is_none_or(|path| path.exists());
            let message = match is_there {
                true => "`env_file.required` is left out: the file has to be there when it is launched",
                false => "a file of variables that need not be there is not there, and is left out",
            };
            draft.lost(message, "required", optional);
            if !is_there {
                continue;
            }
        }
        draft.say("env_file", "env-file", &text, item);
        if is_raw(draft, item) {
            continue;
        }
        let held = absolute.and_then(|path| read_text(&path).ok()).unwrap_or_default();
        let has_dialect = |line: &str| {
            let value = line.split_once('=').map_or("", |(_, value)| value.trim());
            !line.trim_start().starts_with('#')
                && (value.starts_with(['"', '\'']) || value.contains('$') || line.starts_with("export "))
        };
        if held.lines().any(has_dialect) {
            draft.lost("compose takes quotes and `$` of env_file away, and dynrun reads each line as it stands: write the values plainly", "env_file", item);
        }
    }
}

/// Whether a file of variables is said to be read as it stands; what else is said of it is named.
fn is_raw(draft: &mut Draft<'_>, item: &Node) -> bool {
    for (key, value) in item.map().into_iter().flatten() {
        let is_known =
            ["path", "required"].contains(&key.as_str()) || (key == "format" && value.text() == Some("raw"));
        if !is_known {
            let message = format!("`env_file.{key}` is left out: dynrun has one way to read such a file");
            draft.lost(&message, key, value);
        }
    }
    item.get("format").and_then(Node::text) == Some("raw")
}

pub(super) fn volumes_from(draft: &mut Draft<'_>, node: &Node) {
    for item in node.items() {
        let Some(text) = item.text() else { continue };
        let word = match text.strip_prefix("container:") {
            Some(container) => container.to_owned(),
            None => {
                let (service, mode) =
                    text.split_once(':').map_or((text, ""), |(service, _)| (service, &text[service.len()..]));
                let container =
                    draft.of_service(service, item).strip_prefix("container:").unwrap_or_default();
                format!("{}{mode}", container.written())
            }
        };
        draft.say("volumes_from", "volumes-from", &Text::from(word), item);
    }
}

pub(super) fn volumes(draft: &mut Draft<'_>, node: &Node) {
    for item in node.items() {
        match item.tree {
            Tree::Map(_) => long(draft, item),
            _ => short(draft, item),
        }
    }
}

/// `SOURCE:TARGET[:MODE]`, or a target alone.
fn short(draft: &mut Draft<'_>, item: &Node) {
    let Some(text) = draft.text(item) else { return };
    let Some((source, rest)) = text.split_once(':') else {
        return draft.say("volumes", "volume", &text, item);
    };
    let is_name = source.plain().is_some_and(|name| !name.starts_with(['/', '.', '~']));
    if !is_name {
        let word = from_here(draft, &text, item);
        return draft.say("volumes", "volume", &word, item);
    }
    let name = source.plain().unwrap_or_default().to_owned();
    match driver(draft.project, &name) {
        Some(mut driver) => {
            let (target, modes) = match rest.split_once(':') {
                Some((target, modes)) => (target, modes.plain().unwrap_or_default().to_owned()),
                None => (rest, String::new()),
            };
            let source = draft.project.resource("volumes", &name);
            for mode in modes.split(',').filter(|mode| !["", "ro", "rw"].contains(mode)) {
                match mode {
                    "nocopy" => driver.push("volume-nocopy".to_owned()),
                    _ => draft.lost(
                        &format!("`{mode}` is left out: a mount of a volume has nothing like it"),
                        mode,
                        item,
                    ),
                }
            }
            mounted(
                draft,
                [("type", "volume".into()), ("source", source), ("target", target)],
                modes.split(',').any(|mode| mode == "ro"),
                &driver,
                item,
            );
        }
        None => {
            let word = draft.project.resource("volumes", &name).then(":").joined(rest);
            draft.say("volumes", "volume", &word, item);
        }
    }
}

/// What the project says of how a volume is made, as fields of a mount.
fn driver(project: &Project<'_>, name: &str) -> Option<Vec<String>> {
    let declared = project.root.get("volumes")?.get(name)?;
    let driver = declared.get("driver").and_then(Node::text).map(|driver| format!("volume-driver={driver}"));
    let pairs = |key: &str, field: &str| {
        let map = declared.get(key).and_then(Node::map).into_iter().flatten();
        map.filter_map(|(name, value)| Some(format!("{field}={name}={}", value.text()?))).collect::<Vec<_>>()
    };
    let fields: Vec<String> = driver
        .into_iter()
        .chain(pairs("driver_opts", "volume-opt"))
        .chain(pairs("labels", "volume-label"))
        .collect();
    (!fields.is_empty()).then_some(fields)
}

fn mounted(
    draft: &mut Draft<'_>,
    said: [(&str, Text); 3],
    is_read_only: bool,
    further: &[String],
    item: &Node,
) {
    let mut fields: Vec<String> = Vec::new();
    for (key, text) in said {
        match text.plain() {
            Some("") => {}
            Some(plain) => fields.push(format!("{key}={plain}")),
            None => {
                return draft
                    .fault("a mount that is made from a variable is written in its short form", item);
            }
        }
    }
    fields.extend(is_read_only.then(|| "readonly".to_owned()));
    fields.extend(further.iter().cloned());
    draft.say("volumes", "mount", &Text::from(record(&fields)), item);
}

/// A mount, key by key.
fn long(draft: &mut Draft<'_>, item: &Node) {
    let text = |draft: &mut Draft<'_>, key: &str| {
        item.get(key).and_then(|node| draft.text(node)).unwrap_or_default()
    };
    let kind = text(draft, "type");
    let kind_word = kind.plain().unwrap_or("volume").to_owned();
    let (source, target) = (text(draft, "source"), text(draft, "target"));
    let mut further = Vec::new();
    let source = match (kind_word.as_str(), source.plain()) {
        ("volume", Some(name)) if !name.is_empty() => {
            further.extend(driver(draft.project, name).unwrap_or_default());
            draft.project.resource("volumes", name)
        }
        ("bind", _) => from_here(draft, &source, item),
        _ => source,
    };
    for (key, value) in item.map().into_iter().flatten() {
        match key.as_str() {
            "type" | "source" | "target" | "read_only" => {}
            "consistency" => further.extend(value.text().map(|word| format!("consistency={word}"))),
            "bind" | "volume" | "tmpfs" | "image" => detail(draft, key, value, &mut further),
            _ => draft.lost(&format!("`volumes.{key}` is left out: a mount has nothing like it"), key, value),
        }
    }
    let is_read_only = item.get("read_only").is_some_and(super::keys::is_true);
    mounted(draft, [("type", kind), ("source", source), ("target", target)], is_read_only, &further, item);
}

/// What is said of a mount of one kind alone.
fn detail(draft: &mut Draft<'_>, kind: &str, node: &Node, fields: &mut Vec<String>) {
    for (key, value) in node.map().into_iter().flatten() {
        let word = value.text().unwrap_or_default();
        let is_on = super::keys::is_true(value);
        match (kind, key.as_str()) {
            ("bind", "propagation") => fields.push(format!("bind-propagation={word}")),
            ("bind", "create_host_path") => fields.extend(is_on.then(|| "create".to_owned())),
            ("bind", "recursive") => fields.push(format!("bind-recursive={word}")),
            ("volume", "nocopy") => fields.extend(is_on.then(|| "volume-nocopy".to_owned())),
            ("volume", "subpath") => fields.push(format!("volume-subpath={word}")),
            ("tmpfs", "size") => fields.push(format!("tmpfs-size={word}")),
            // Compose's number is octal in most files, and written with its 0.
            ("tmpfs", "mode") => {
                fields.push(format!("tmpfs-mode={}", word.trim_start_matches("0o").trim_start_matches('0')));
            }
            ("image", "subpath") => fields.push(format!("image-subpath={word}")),
            _ => draft.lost(
                &format!("`volumes.{kind}.{key}` is left out: say a label with -v SOURCE:TARGET:z"),
                key,
                value,
            ),
        }
    }
}

/// Configurations and secrets that are files are mounted for reading.
pub(super) fn files(draft: &mut Draft<'_>, kind: &str, node: &Node) {
    for item in node.items() {
        let name = item.text().or(item.get("source").and_then(Node::text)).unwrap_or_default();
        let declared = draft.project.root.get(kind).and_then(|all| all.get(name)).cloned();
        let path = declared.as_ref().and_then(|it| it.get("file")).cloned();
        let Some(path) = path else {
            let message = format!("{kind} `{name}` is left out: only one that is a file can be mounted");
            draft.lost(&message, kind, item);
            continue;
        };
        let Some(text) = draft.text(&path) else { continue };
        let source = file(draft, &text, &path);
        let target = item.get("target").and_then(Node::text).unwrap_or(name);
        let target = match (target.starts_with('/'), kind) {
            (true, _) => target.to_owned(),
            (false, "secrets") => format!("/run/secrets/{target}"),
            (false, _) => format!("/{target}"),
        };
        mounted(
            draft,
            [("type", "bind".into()), ("source", source), ("target", target.into())],
            true,
            &[],
            item,
        );
    }
}
