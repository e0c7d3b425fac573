//! A container as the options of a launch that makes the same one again, with the same volumes.

use super::There;
use crate::config::Layer;
use crate::convert::{Cgroupns, Inspected, OptionWords};
use crate::engine::{LABEL_PREFIX, Record, retold};
use crate::finding::{Findings, Origin};
use crate::options::Row;
use crate::values::{ContainerName, IfExists, Roots};
use serde_json::{Value, json};
use std::path::Path;

/// What is said of the new one, before the caller says more.
pub(super) struct Repeated {
    pub(super) options: Layer,
    /// Empty where the image says it itself.
    pub(super) command: Vec<String>,
}

/// Options that no engine tells of, and that its label keeps.
const OF_LABEL: [&str; 3] = ["pull", "platform", "wait"];

/// Reads it.
///
/// # Errors
/// What the engine says is no word of dynrun's.
pub(super) fn repeated(there: &There, said: &mut Findings) -> Result<Repeated, Findings> {
    let There { state, record, portrait: (container, image), cgroupns } = there;
    let cgroupns = Cgroupns::of(container, *cgroupns);
    let labels = labels(container, image.as_ref());
    let container = sayable(container.clone(), record);
    let image = image.as_ref().map(|image| (image, words(image)));
    let it = Inspected {
        container: &container,
        options: words(&container),
        image,
        cgroupns,
        origin: Origin::REPEATED,
    };
    let roots = Roots { base: Path::new("/"), home: None };
    let (mut options, mut faults) = (Layer::default(), Findings::new());
    let mut put = |row: &Row, word: &str| {
        let put = (row.slots.put)(&mut options, word, roots, Origin::REPEATED);
        faults.extend(put.err().map(|error| row.bad_value(word, &error, &Origin::REPEATED)));
    };
    it.each_word(roots, said, |row, word, _| put(row, &word));
    let more = OF_LABEL.map(|name| (name, of_label(record, name)));
    for (name, words) in [("label", labels)].into_iter().chain(more) {
        let row = Row::find(name);
        row.iter().for_each(|row| words.iter().for_each(|word| put(row, word)));
    }
    it.unsaid(said);
    options.name.set(ContainerName(state.name.clone()), Origin::REPEATED);
    options.if_exists.set(IfExists::Replace, Origin::REPEATED);
    options.detach.set(true, Origin::REPEATED);
    if faults.is_empty() { Ok(Repeated { options, command: it.command() }) } else { Err(faults) }
}

/// What a label keeps of such an option. One that is never pulled is not pulled now; any other is, where there is a newer
/// one.
fn of_label(record: &Record, name: &str) -> Vec<String> {
    match name {
        "wait" => record.wait.iter().cloned().collect(),
        "pull" => record.words(name).into_iter().filter(|word| word == "never").collect(),
        _ => record.words(name),
    }
}

fn words(it: &Value) -> OptionWords {
    retold(it).into_iter().map(|said| (said.name, said.words)).collect()
}

/// Its own labels, whoever reads them, without those of the image and dynrun's.
fn labels(container: &Value, image: Option<&Value>) -> Vec<String> {
    let of = |it: &Value| it["Config"]["Labels"].as_object().cloned().unwrap_or_default();
    let images = image.map(of).unwrap_or_default();
    let own = of(container).into_iter().filter(|(name, value)| {
        !name.starts_with(LABEL_PREFIX) && images.get(name).is_none_or(|other| other != value)
    });
    own.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect()
}

/// The container with names for its volumes that have none, so that the new one has them, too; with the file of its
/// seccomp profile in the place of the text that was read from it; and without labels, which are told apart.
fn sayable(mut container: Value, record: &Record) -> Value {
    let volumes = container["Mounts"].as_array().cloned().unwrap_or_default();
    for volume in volumes.iter().filter(|mount| mount["Type"] == "volume") {
        if let (Some(name), Some(target)) = (volume["Name"].as_str(), volume["Destination"].as_str()) {
            give_name(&mut container, name, target, volume["RW"] == false);
        }
    }
    container["Config"]["Volumes"] = Value::Null;
    container["Config"]["Labels"] = Value::Null;
    let file = record.words("security-opt").into_iter().find(|word| word.starts_with("seccomp="));
    let options = container["HostConfig"]["SecurityOpt"].as_array_mut().into_iter().flatten();
    let texts = options.filter(|option| option.as_str().is_some_and(|word| word.starts_with("seccomp={")));
    for text in texts {
        if let Some(file) = &file {
            *text = json!(file);
        }
    }
    container
}

/// Says the name of a volume that is mounted there, where nobody has said it.
fn give_name(container: &mut Value, name: &str, target: &str, is_read_only: bool) {
    let is_there = |other: &str| other.trim_end_matches('/') == target.trim_end_matches('/');
    let host = &mut container["HostConfig"];
    let mut mounts = host["Mounts"].as_array_mut().into_iter().flatten();
    if let Some(mount) = mounts.find(|mount| mount["Target"].as_str().is_some_and(is_there)) {
        if mount["Source"].as_str().is_none_or(str::is_empty) {
            mount["Source"] = json!(name);
        }
        return;
    }
    let binds = host["Binds"].as_array().cloned().unwrap_or_default();
    let of_bind = |bind: &Value| bind.as_str().and_then(|word| word.split(':').nth(1)).is_some_and(is_there);
    let declared = container["Config"]["Volumes"].as_object();
    let is_declared = declared.is_some_and(|declared| declared.keys().any(|other| is_there(other)));
    if is_declared && !binds.iter().any(of_bind) {
        let mode = if is_read_only { ":ro" } else { "" };
        let bind = json!(format!("{name}:{target}{mode}"));
        container["HostConfig"]["Binds"] = binds.into_iter().chain([bind]).collect();
    }
}
