//! `dynrun doctor` on a real engine: the page, and who holds known ports. E18, E20, B17.

use super::case::Case;
use serde_json::Value;
use std::net::TcpListener;

fn page(case: &Case) -> (i32, Value) {
    let done = case.dynrun(&["doctor", "--format", "json"]).run();
    (done.code, serde_json::from_str(&done.text()).expect("JSON"))
}

#[test]
fn the_page_is_what_docker_says() {
    let case = Case::new();
    let (code, document) = page(&case);
    let findings = document["findings"].as_array().expect("a list");
    let is_well = findings.iter().all(|finding| finding["level"] == "note");
    assert_eq!(
        (code, document["well"].as_bool()),
        (if is_well { 0 } else { 1 }, Some(is_well)),
        "{document}"
    );
    let engine = &document["parts"]["engine"];
    let info = |format: &str| case.docker(&["info", "--format", format]);
    for (fact, format) in [
        ("version", "{{.ServerVersion}}"),
        ("storage", "{{.Driver}}"),
        ("log driver", "{{.LoggingDriver}}"),
        ("groups", "cgroup v{{.CgroupVersion}}"),
        ("system", "{{.OperatingSystem}}, Linux {{.KernelVersion}}, {{.Architecture}}"),
    ] {
        assert_eq!(engine[fact], info(format), "{fact}");
    }
    assert_eq!(engine["place"], "this machine");
    let folder = info("{{.DockerRootDir}}");
    assert!(document["parts"]["disk"][&folder].as_str().is_some_and(|room| room.contains(" free of ")));
}

/// A port that is known for something is told with who holds it.
#[test]
fn a_known_port_is_told_with_its_holder() {
    let case = Case::new();
    let _held = TcpListener::bind("127.0.0.1:20080").expect("a free port");
    let (_, document) = page(&case);
    let holder = document["parts"]["ports"]["tcp 127.0.0.1:20080"].as_str().unwrap_or_default().to_owned();
    let wanted = format!("(pid {}): known as Dynamo KV events of a vLLM worker", std::process::id());
    assert!(holder.ends_with(&wanted), "{document}");
}
