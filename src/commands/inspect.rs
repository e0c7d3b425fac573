//! `dynrun inspect CONTAINER`: what was asked for beside what the engine has.

use super::launched::{self, Among};
use super::{Desk, Exit, block_on};
use crate::cli::{Format, Inspect};
use crate::config::secret_names;
use crate::engine::{ActualOption, Inspection};
use crate::finding::{Code, Finding, Origin};
use crate::options::{Kind, Layer, Row};
use crate::ui::{clean, clean_json, table_within};
use crate::values::{ImageRef, NetworkChoice, Roots, SecretNames, Value as _};
use serde_json::{Value, json};
use std::path::Path;

/// An option of a container.
struct Line {
    name: String,
    intended: Vec<String>,
    /// None where the engine does not tell of it.
    actual: Option<Vec<String>>,
}

impl Line {
    /// Whether the engine has something else than was asked for.
    fn differs(&self) -> bool {
        self.actual.as_ref().is_some_and(|actual| *actual != self.intended)
    }
}

/// Prints it; a container that is not as it was asked for is no problem of the verb's.
pub(super) fn run(inspect: &Inspect, desk: &Desk<'_>) -> Exit {
    let inspected = block_on(async {
        let engine = desk.engine(&inspect.call).await?;
        let container = launched::container(&inspect.container, Among::All, &engine).await?;
        let inspection = engine.inspection(&container.id).await;
        let inspection =
            inspection.map_err(|error| error.finding("inspect the container", engine.endpoint()))?;
        inspection.ok_or_else(|| Finding::error(Code::NoContainer, "the container is gone"))
    });
    match inspected {
        Ok(Ok(inspection)) if inspection.version.is_none() => {
            let message = format!("dynrun did not launch the container {}", inspection.name);
            let finding = Finding::error(Code::NoContainer, message);
            desk.refuse(&[finding.help(format!("docker inspect {}", inspection.name))], Exit::Problem)
        }
        Ok(Ok(inspection)) => {
            let lines = lines(&inspection, &names(&inspection));
            match inspect.call.format {
                Format::Text => {
                    let width = desk.host.window.map(|window| window.columns);
                    desk.print(text(&inspection, &lines, width).trim_end(), Exit::Fine)
                }
                Format::Json => desk.print(&document(&inspection, &lines), Exit::Fine),
            }
        }
        Ok(Err(finding)) | Err(finding) => desk.refuse(&[finding], Exit::Problem),
    }
}

/// Every option that was asked for, with what the engine has of it.
fn lines(inspection: &Inspection, secrets: &SecretNames) -> Vec<Line> {
    let of = |(name, words): (&String, &Value)| {
        let words = words.as_array().into_iter().flatten().filter_map(Value::as_str);
        let intended: Vec<String> = words.map(str::to_owned).collect();
        let known = inspection.actual.iter().find(|actual| actual.name == name);
        let actual = known.map(|actual| match name.as_str() {
            "network" => ActualOption { name: actual.name, words: in_kind(&actual.words, &intended) },
            _ => actual.clone(),
        });
        let actual = actual.map(|actual| asked_for(shown(&actual, secrets), &intended, name));
        Line { name: name.clone(), intended, actual }
    };
    inspection.intended.iter().map(of).collect()
}

/// An option's words as dynrun writes them; as the engine does, where dynrun cannot read them.
fn shown(ActualOption { name, words }: &ActualOption, secrets: &SecretNames) -> Vec<String> {
    let Some(row) = Row::find(name) else { return words.clone() };
    let roots = Roots { base: Path::new("/"), home: None };
    let each = words.iter().flat_map(|word| {
        let mut layer = Layer::default();
        match (row.slots.put)(&mut layer, word, roots, Origin::Rule("the engine's")) {
            Ok(()) => (row.slots.said)(&layer, secrets).into_iter().map(|said| said.text).collect(),
            Err(_) => vec![secrets.without_secrets(word)],
        }
    });
    each.collect()
}

/// The networks, as they were asked for: by its name alone where nothing else was, for what the engine has there then is
/// its own choice, or another option's.
fn in_kind(actual: &[String], intended: &[String]) -> Vec<String> {
    let read = |word: &String| NetworkChoice::parse(word).ok();
    let asked: Vec<NetworkChoice> = intended.iter().filter_map(read).collect();
    let one = |word: &String| {
        let Some(choice) = read(word) else { return word.clone() };
        let plain = NetworkChoice::plain(choice.network.clone());
        let known = asked.iter().find(|asked| asked.network == choice.network);
        match known.filter(|asked| **asked != plain) {
            None => plain.word(),
            // A container that does not run has no other hardware address than the one that was asked for.
            Some(asked) => NetworkChoice { mac: asked.mac, ..choice }.word(),
        }
    };
    actual.iter().map(one).collect()
}

/// Of what an image or the engine adds by itself to a list, nothing is shown: only the entries that were asked for, in
/// their order, and what has come in the place of one.
fn asked_for(actual: Vec<String>, intended: &[String], name: &str) -> Vec<String> {
    let is_switch = Row::find(name).is_some_and(|row| row.kind == Kind::Switch);
    if is_switch && actual.is_empty() && intended == ["false"] {
        // The engine has no word for a switch that is off.
        return intended.to_vec();
    }
    if !["env", "label", "expose"].contains(&name) {
        let mut rest = actual;
        let mut sorted: Vec<String> = Vec::new();
        for word in intended {
            if let Some(at) = rest.iter().position(|other| other == word) {
                sorted.push(rest.remove(at));
            }
        }
        sorted.extend(rest);
        return sorted;
    }
    let key = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    let named = |word: &String| actual.iter().find(|other| key(other) == key(word)).cloned();
    intended.iter().filter_map(named).collect()
}

/// As wide as the terminal; as wide as it takes where there is none.
fn text(inspection: &Inspection, lines: &[Line], width: Option<u16>) -> String {
    let command = command(inspection);
    let command = shlex::try_join(command.iter().map(String::as_str)).ok().filter(|line| !line.is_empty());
    let Inspection { name, id, state, service, profile, version, .. } = inspection;
    let mut text =
        format!("{}\nid: {}\nstate: {}{}\n", clean(name), clean(id), clean(state), end(inspection));
    let Inspection { health, .. } = inspection;
    for (what, word) in [
        ("health", health),
        ("service", service),
        ("profile", profile),
        ("launched by dynrun", version),
        ("command", &command),
    ] {
        if let Some(word) = word {
            text.push_str(&format!("{what}: {}\n", clean(word)));
        }
    }
    let titles = ["", "OPTION", "ASKED FOR", "THE ENGINE HAS"].map(str::to_owned);
    let cells = lines.iter().map(|line| {
        let mark = if line.differs() { "!" } else { "" };
        let actual = line.actual.as_ref().map_or("?".to_owned(), |words| words.join(", "));
        [mark, &line.name, &line.intended.join(", "), &actual].map(clean)
    });
    let rows: Vec<[String; 4]> = std::iter::once(titles).chain(cells).collect();
    text.push('\n');
    text.push_str(&table_within(&rows, width.filter(|width| *width > 0)));
    text
}

/// How it has ended: ` (exit code 137, out of memory)`.
fn end(inspection: &Inspection) -> String {
    let code = inspection.exit_code.map(|code| format!("exit code {code}"));
    let memory = inspection.out_of_memory.then(|| "out of memory".to_owned());
    let said: Vec<String> = code.into_iter().chain(memory).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// The command, without secrets.
fn command(inspection: &Inspection) -> Vec<String> {
    let said = |name: &str| inspection.actual.iter().find(|actual| actual.name == name)?.words.first();
    let image = || Some(ImageRef::parse(said("image")?).ok()?.program().to_owned());
    let program = said("entrypoint").cloned().or_else(image).unwrap_or_default();
    names(inspection).without_secrets_of(&program, &inspection.command)
}

/// Which names hold secrets, with those that its launch knew.
fn names(inspection: &Inspection) -> SecretNames {
    let asked = inspection.intended.get("env").and_then(Value::as_array);
    secret_names().with_hidden(asked.into_iter().flatten().filter_map(Value::as_str))
}

fn document(inspection: &Inspection, lines: &[Line]) -> String {
    let options: serde_json::Map<String, Value> = lines
        .iter()
        .map(|line| {
            let value =
                json!({ "intended": line.intended, "actual": line.actual, "differs": line.differs() });
            (line.name.clone(), value)
        })
        .collect();
    clean_json(&json!({
        "name": inspection.name, "id": inspection.id, "state": inspection.state,
        "exit_code": inspection.exit_code, "out_of_memory": inspection.out_of_memory, "health": inspection.health,
        "log_path": inspection.log_path, "service": inspection.service,
        "profile": inspection.profile, "version": inspection.version, "command": command(inspection),
        "options": options,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_reads_a_secret_is_the_images_without_its_tag() {
        let option = |name, word: &str| ActualOption { name, words: vec![word.to_owned()] };
        let inspection = |actual| Inspection {
            name: "c".to_owned(),
            id: "1".to_owned(),
            state: "running".to_owned(),
            exit_code: None,
            out_of_memory: false,
            health: None,
            service: None,
            profile: None,
            version: None,
            command: vec!["-u".to_owned(), "me:canary".to_owned()],
            log_path: None,
            intended: serde_json::Map::new(),
            actual,
        };
        let image = option("image", "curlimages/curl:8");
        assert_eq!(command(&inspection(vec![image.clone()])), ["-u", "me:***"]);
        assert_eq!(command(&inspection(vec![image, option("entrypoint", "id")])), ["-u", "me:canary"]);
    }
}
