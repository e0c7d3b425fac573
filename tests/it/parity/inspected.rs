//! What `dynrun import --inspect` makes of a container: a file whose launch asks for what the container was made with. The
//! containers are those that an engine would have made of docker's recorded requests.

use super::case::{self, Case, VERSIONS, Who, cases};
use super::imported::{answer, launched, messages, world};
use super::recorded::Recorded;
use super::side::{Answer, Side};
use super::{DIR, lines};
use crate::share::share;
use dynrun::config::secret_names;
use dynrun::convert::{Cgroupns, Import, Inspected, Reading, SectionKind, inspected};
use dynrun::engine::retold;
use dynrun::finding::Origin;
use dynrun::values::Roots;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an engine does not tell again, or fills in the same where nobody says it.
const UNTOLD: &[&str] = &[
    // Who is attached at the start belongs to the launch.
    "-a stdout",
    "-a stdin -a stdout -i",
    "--attach stdin",
    // The file is of one launch alone; it is named.
    "--cidfile [DIR]/cid",
    "--cidfile [DIR]/sub/../cid2 --cidfile [DIR]/cid",
    // Only its text is told; it is named.
    "--security-opt seccomp=seccomp.json",
    "--security-opt seccomp=[DIR]/seccomp.json",
    // No container is without one.
    "--network name=net1,mac-address=02:42:ac:11:00:02",
    "--mac-address 02:42:ac:11:00:02",
    "--network net1 --mac-address 02:42:ac:11:00:03",
    // The image has one.
    "--platform linux/amd64",
    "--platform linux/arm64/v8",
    "--platform amd64",
    // The engine's own choice.
    "--network bridge",
    "--runtime runc",
    "--log-driver json-file",
    "--ipc private",
    "--cgroupns private",
    "--memory 1g --memory-swap 2g",
    "--isolation default",
    "--shm-size 64m",
];

/// The container that an engine makes of a request, as it tells of it.
fn container(request: &Value, folder: &str, engine: &str) -> Value {
    let text =
        request.to_string().replace(DIR, folder).replace("[ENGINE]", engine.trim_start_matches("unix://"));
    let request: Value = serde_json::from_str(&text).unwrap();
    let mut config = request["body"].clone();
    let members = config.as_object_mut().unwrap();
    let host = members.remove("HostConfig").unwrap_or(json!({}));
    let networks = members.remove("NetworkingConfig").unwrap_or(json!({}));
    for set in ["ExposedPorts", "Volumes"] {
        let names = members.get(set).and_then(Value::as_array).cloned().unwrap_or_default();
        let object = names.iter().map(|name| (name.as_str().unwrap().to_owned(), json!({})));
        let object: serde_json::Map<String, Value> = object.collect();
        members.insert(set.to_owned(), json!(object));
    }
    json!({
        "Id": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "Name": format!("/{}", request["query"]["name"].as_str().unwrap_or_default()),
        "Image": "sha256:00",
        "Config": config,
        "HostConfig": host,
        "NetworkSettings": { "Networks": networks["EndpointsConfig"] },
    })
}

/// What differs between the request that made a container and that of the file which the container becomes.
fn differs(case: &Case, side: &Side, recorded: &Recorded) -> Option<String> {
    let version = VERSIONS[VERSIONS.len() - 1];
    let docker @ Answer::Sent(request) = recorded.answer(&case.line, version) else { return None };
    let host = world(side, case);
    let container = container(request, host.folder().to_str().unwrap(), side.address(VERSIONS[0]));
    let words = |it: &Value| retold(it).into_iter().map(|said| (said.name, said.words)).collect::<Vec<_>>();
    let image = json!({ "Config": {} });
    let it = Inspected {
        cgroupns: Cgroupns::Other("private"),
        container: &container,
        options: words(&container),
        image: Some((&image, words(&image))),
        origin: Origin::Rule("inspected"),
    };
    let (secrets, set) = (secret_names(), BTreeMap::new());
    let roots = Roots { base: host.folder(), home: host.home() };
    let mut import = Import::new(SectionKind::Service, Some("case".to_owned()));
    let section = inspected(&it, Reading { secrets: &secrets, roots, set: &set }, &mut import.findings);
    match section {
        Ok(section) => drop(import.take(section)),
        Err(faults) => return Some(format!("{} is not imported: {}", case.line, messages(&faults))),
    }
    let toml = import.toml();
    let launch = launched(&toml, side, &host);
    let answer = answer(&launch, side, version, recorded.base(version));
    match (answer == *docker, UNTOLD.contains(&case.line.as_str())) {
        (true, false) | (false, true) => return None,
        (true, true) => return Some(format!("{} is told again", case.line)),
        (false, false) => {}
    }
    let how = match &answer {
        Answer::Sent(answer) => lines(request, answer),
        Answer::Refused(said) => said.clone(),
    };
    Some(format!("{}:\n{toml}{}\n{how}", case.line, messages(&import.findings)))
}

fn holds(heading: &str) {
    let (recorded, side) = (Recorded::read(), Side::new());
    let at_newest =
        |case: &Case| case.who == Who::Nobody && case.versions.contains(&VERSIONS[VERSIONS.len() - 1]);
    let cases = share(cases(heading), 3).filter(at_newest);
    let wrong: Vec<String> = cases.filter_map(|case| differs(&case, &side, &recorded)).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A container becomes a file that asks for what the container was made with.
mod a_container_becomes_a_file_that_asks_for_the_same {
    super::super::headings!(super::holds: general network environment storage resources gpu security health lifecycle logging metadata);
}
