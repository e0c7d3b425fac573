//! What `dynrun export compose` makes of docker's own lines: a file that, imported again, asks for what the line does; and
//! that `docker-compose config` takes, of which all files of a heading are read in one.

use super::case::{self, Case, Who, cases};
use super::imported::{answer, launched, messages, said, world};
use super::lines;
use super::recorded::Recorded;
use super::side::{Answer, Side};
use crate::share::share;
use dynrun::config::secret_names;
use dynrun::convert::{
    Composed, Exported, Import, Part, Reading, SectionKind, as_source, compose, to_compose, to_kubernetes,
};
use dynrun::finding::{Code, Finding, Source};
use dynrun::host::Host;
use dynrun::spec::LaunchSpec;
use dynrun::values::Roots;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The file of a case, imported again.
fn imported(text: &str, host: &Host) -> Result<String, String> {
    let path = host.folder().join("compose.yaml");
    let nothing = |path: &Path| -> Result<Source, Finding> {
        Err(Finding::error(Code::ConfigUnreadable, path.display().to_string()))
    };
    let source = as_source(&path, "compose.yaml", text.to_owned());
    let composed = Composed { source, services: &[], project: Some("p".to_owned()), read: &nothing };
    let (secrets, set) = (secret_names(), BTreeMap::new());
    let roots = Roots { base: host.folder(), home: host.home() };
    let mut import = Import::new(SectionKind::Service, Some("case".to_owned()));
    let read = compose(&composed, Reading { secrets: &secrets, roots, set: &set }, &mut import);
    read.map_err(|faults| messages(&faults))?;
    let said = messages(&import.findings);
    if said.is_empty() { Ok(import.toml()) } else { Err(said) }
}

/// A request as compose can say it: a network that nobody names is `bridge`, the service's name is known on every
/// network of its own, and what a file holds no more than once stands there once.
fn as_compose_says(answer: &Answer) -> Answer {
    let Answer::Sent(request) = answer else { return answer.clone() };
    let mut request = request.clone();
    let host = &mut request["body"]["HostConfig"];
    if host["NetworkMode"] == "default" {
        host["NetworkMode"] = "bridge".into();
    }
    let endpoints =
        request["body"].pointer_mut("/NetworkingConfig/EndpointsConfig").and_then(Value::as_object_mut);
    if let Some(default) = endpoints.and_then(|all| all.remove("default")) {
        request["body"]["NetworkingConfig"]["EndpointsConfig"]["bridge"] = default;
    }
    let endpoints =
        request["body"].pointer_mut("/NetworkingConfig/EndpointsConfig").and_then(Value::as_object_mut);
    for (_, endpoint) in endpoints.into_iter().flatten() {
        if let Some(aliases) = endpoint["Aliases"].as_array_mut() {
            aliases.retain(|alias| alias != "img");
        }
        endpoint
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null() && !value.as_array().is_some_and(Vec::is_empty));
    }
    let endpoints =
        request["body"].pointer_mut("/NetworkingConfig/EndpointsConfig").and_then(Value::as_object_mut);
    let is_empty = endpoints.is_some_and(|all| {
        all.retain(|_, endpoint| endpoint.as_object().is_some_and(|members| !members.is_empty()));
        all.is_empty()
    });
    if is_empty {
        request["body"].as_object_mut().unwrap().remove("NetworkingConfig");
    }
    // A list of a file holds nothing twice.
    if let Some(groups) = request["body"]["HostConfig"]["GroupAdd"].as_array_mut() {
        groups.sort_by_key(Value::to_string);
        groups.dedup();
    }
    // Who is attached is the launch's.
    for name in ["AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce"] {
        request["body"].as_object_mut().unwrap().remove(name);
    }
    request["body"]["HostConfig"].as_object_mut().unwrap().remove("ContainerIDFile");
    Answer::Sent(request)
}

/// A launch that needs no other.
fn alone(spec: &LaunchSpec) -> Part<'_> {
    Part { spec, needs: Vec::new() }
}

/// The cases that are launched, with the launch of each.
fn launches(cases: impl IntoIterator<Item = Case>, side: &Side) -> Vec<(Case, LaunchSpec)> {
    let all = cases.into_iter().filter(|case| case.who == Who::Nobody);
    all.filter_map(|case| said(&case, &world(side, &case)).ok().map(|spec| (case, spec))).collect()
}

/// Compose says the driver of the volume, which is another request for the same.
const OF_THE_VOLUME: &str = "--volume-driver local -v data:/data";

/// What differs between a launch and that of the compose file which it becomes.
fn differs(case: &Case, spec: LaunchSpec, side: &Side, recorded: &Recorded) -> Option<String> {
    let version = *case.versions.last().unwrap();
    let base = recorded.base(version);
    let Exported { text, findings } = to_compose(&[alone(&spec)]);
    // What has no counterpart is named.
    if !findings.is_empty() || case.line == OF_THE_VOLUME {
        return None;
    }
    let host = world(side, case);
    let toml = match imported(&text, &host) {
        Ok(toml) => toml,
        Err(said) => return Some(format!("{}:\n{text}\n{said}", case.line)),
    };
    let before = as_compose_says(&answer(&Ok(spec), side, version, base));
    let after = as_compose_says(&answer(&launched(&toml, side, &host), side, version, base));
    let how = match (&before, &after) {
        (before, after) if before == after => return None,
        (Answer::Sent(before), Answer::Sent(after)) => lines(before, after),
        (before, after) => format!("{before}\n{after}"),
    };
    Some(format!("{}:\n{text}\n{toml}\n{how}", case.line))
}

/// Whether every object of a manifest has the four members of one, and nothing else.
fn is_well_formed(text: &str) -> bool {
    let starts = ["apiVersion: ", "kind: ", "metadata:", "spec:"];
    text.split("---\n").all(|document| {
        let keys: Vec<&str> = document.lines().filter(|line| !line.starts_with([' ', '-'])).collect();
        keys.len() == starts.len() && keys.iter().zip(starts).all(|(key, start)| key.starts_with(start))
    })
}

fn holds(heading: &str) {
    let (recorded, side) = (Recorded::read(), Side::new());
    let mut wrong = Vec::new();
    for (case, spec) in launches(share(cases(heading), 3), &side) {
        let Exported { text, .. } = to_kubernetes(&[alone(&spec)]);
        assert!(is_well_formed(&text), "{}: {text}", case.line);
        wrong.extend(differs(&case, spec, &side, &recorded));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A launch becomes a compose file that becomes the same launch.
mod a_launch_becomes_a_compose_file_that_becomes_the_same_launch {
    super::super::headings!(super::holds: general network environment storage resources gpu security health lifecycle logging metadata);
}

/// Files of one service each as one file: the services are numbered.
#[derive(Default)]
struct Together {
    services: String,
    count: usize,
    /// Networks and volumes, each block once.
    others: BTreeMap<String, BTreeSet<String>>,
}

impl Together {
    fn add(&mut self, text: &str) {
        let mut part = String::new();
        for line in text.split_inclusive('\n') {
            match line.strip_suffix(":\n").filter(|key| !key.starts_with(' ')) {
                Some(key) => key.clone_into(&mut part),
                None if part == "services" && line == "  img:\n" => {
                    self.count += 1;
                    self.services += &format!("  case-{}:\n", self.count);
                }
                None if part == "services" => self.services += line,
                None => {
                    let blocks = self.others.entry(part.clone()).or_default();
                    if line.starts_with("   ") {
                        let last = blocks.pop_last().unwrap();
                        blocks.insert(last + line);
                    } else {
                        blocks.insert(line.to_owned());
                    }
                }
            }
        }
    }

    fn file(&self) -> String {
        let others = self
            .others
            .iter()
            .map(|(part, blocks)| format!("{part}:\n{}", blocks.iter().cloned().collect::<String>()));
        format!("services:\n{}{}", self.services, others.collect::<String>())
    }
}

/// Every file is one that Debian's `docker-compose config` takes.
#[test]
fn compose_1_takes_every_file() {
    let side = Side::new();
    let mut together = Together::default();
    for heading in case::HEADINGS {
        for (_, spec) in launches(cases(heading), &side) {
            together.add(&to_compose(&[alone(&spec)]).text);
        }
    }
    let path = side.file("compose.yaml", together.file().as_bytes());
    let output = Command::new("docker-compose").args(["-f", &path, "config", "-q"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(together.count > 300, "{}", together.count);
}
