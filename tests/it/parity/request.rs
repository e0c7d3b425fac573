//! A create request in one form, so that two of them can be compared: without what says nothing, and with an order
//! where the request has none.

use super::DIR;
use crate::recorder::Asked;
use serde_json::{Map, Value, json};

/// What docker's client sends as a value though nobody said anything, and dynrun leaves out.
const UNSAID: [&str; 2] = ["MemorySwappiness", "Name"];

/// Lists that docker's client writes from a map, or sorts.
const UNORDERED: [&str; 5] = ["Binds", "CapAdd", "CapDrop", "Links", "Ulimits"];

/// Lists that say something by being empty: the engine puts its own in the place of none.
const TELLING: [&str; 2] = ["MaskedPaths", "ReadonlyPaths"];

/// Objects whose members have the user's names: an empty value is one.
const MAPS: [&str; 8] =
    ["Labels", "Config", "Sysctls", "Tmpfs", "StorageOpt", "Annotations", "DriverOpts", "Options"];

/// The request, with the folder's path as `[DIR]` and the engine's socket as `[ENGINE]`. `base` is what docker's client sends where nothing is said; without
/// one, everything stays.
pub(super) fn settled(asked: &Asked, base: Option<&Value>, folder: &str, engine: &str) -> Value {
    let mut body = asked.body.clone();
    for set in ["ExposedPorts", "Volumes"] {
        if let Some(members) = body[set].as_object() {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            body[set] = json!(names);
        }
    }
    if let Some(labels) = body["Labels"].as_object_mut() {
        labels.retain(|name, _| !name.starts_with(dynrun::engine::LABEL_PREFIX));
    }
    // Where there are several, the name alone says something.
    let endpoints = body.pointer_mut("/NetworkingConfig/EndpointsConfig").and_then(Value::as_object_mut);
    for (name, endpoint) in endpoints.into_iter().filter(|all| all.len() > 1).flatten() {
        endpoint["Name"] = json!(name);
    }
    body["Env"] = last_of_each(&body["Env"]);
    for list in UNORDERED {
        if let Some(list) = body["HostConfig"][list].as_array_mut() {
            list.sort_by_key(Value::to_string);
        }
    }
    let body = match base {
        Some(base) => without_unsaid(&body, Some(base), true).unwrap_or(json!({})),
        None => body,
    };
    let request = json!({ "query": asked.query, "body": body });
    let socket = engine.trim_start_matches("unix://");
    let text = request.to_string().replace(socket, "[ENGINE]").replace(folder, DIR);
    let mut request: Value = serde_json::from_str(&text).unwrap();
    request.sort_all_objects();
    request
}

/// The variables, sorted: docker's client sends them through a map, and of each the last counts.
fn last_of_each(env: &Value) -> Value {
    let mut lines: Vec<&str> = Vec::new();
    for line in env.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let name = |line: &str| line.split('=').next().map(str::to_owned);
        // A name without a value takes the image's variable away, and none of the request.
        let is_bare = !line.contains('=');
        if is_bare && lines.iter().any(|other| name(other) == name(line)) {
            continue;
        }
        lines.retain(|other| name(other) != name(line));
        lines.push(line);
    }
    lines.sort_unstable();
    json!(lines)
}

/// The value without what it says no more than `base` does. Go writes the zero value of every member of a structure:
/// it says nothing where `base` has it as well, or where `base` has no such structure.
fn without_unsaid(value: &Value, base: Option<&Value>, base_has_structure: bool) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let kept =
                members.iter().filter_map(|(name, value)| Some((name.clone(), member(name, value, base)?)));
            let kept: Map<String, Value> = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let item = |item: &Value| without_unsaid(item, None, false).unwrap_or(json!({}));
            let items = items.iter().map(|value| if value.is_object() { item(value) } else { value.clone() });
            let items: Vec<Value> = items.collect();
            let is_zero = items.iter().all(|item| *item == 0) && base.is_some_and(|base| base == value);
            (!items.is_empty() && !is_zero).then_some(Value::Array(items))
        }
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Bool(false) if base == Some(value) || !base_has_structure => None,
        Value::Number(number)
            if number.as_i64() == Some(0) && (base == Some(value) || !base_has_structure) =>
        {
            None
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.clone()),
    }
}

fn member(name: &str, value: &Value, base: Option<&Value>) -> Option<Value> {
    let of_base = base.and_then(|base| base.get(name));
    if UNSAID.contains(&name) && of_base == Some(value) {
        return None;
    }
    if TELLING.contains(&name) && value.is_array() {
        return Some(value.clone());
    }
    match value.as_object() {
        Some(members) if MAPS.contains(&name) => (!members.is_empty()).then(|| value.clone()),
        Some(_) | None => without_unsaid(value, of_base, base.is_some()),
    }
}

/// What `to` has that `from` has not, as a JSON merge patch (RFC 7396).
pub(super) fn patch(from: &Value, to: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (from, to) else { return to.clone() };
    let changed = new.iter().filter(|(name, value)| old.get(*name) != Some(*value));
    let changed =
        changed.map(|(name, value)| (name.clone(), patch(old.get(name).unwrap_or(&Value::Null), value)));
    let gone = old.keys().filter(|name| !new.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    Value::Object(changed.chain(gone).collect())
}
