//! `dynrun import --container`: a container that is there becomes a file that makes it again.

use super::case::{BUSYBOX, Case};
use serde_json::Value;

/// A container without what is of one launch alone: its own name on the host, who was attached, dynrun's labels.
fn lasting(container: &Value) -> Value {
    let mut lasting =
        serde_json::json!({ "Config": container["Config"], "HostConfig": container["HostConfig"] });
    let config = lasting["Config"].as_object_mut().unwrap();
    config.retain(|name, _| !name.starts_with("Attach") && name != "Hostname");
    config["Labels"].as_object_mut().unwrap().retain(|name, _| !name.starts_with("dev.dynrun."));
    // Docker's client says that a list is empty where dynrun says nothing.
    for (_, value) in lasting["HostConfig"].as_object_mut().unwrap() {
        if value.as_array().is_some_and(Vec::is_empty) {
            *value = Value::Null;
        }
    }
    lasting
}

#[test]
fn a_container_is_made_again_from_what_was_imported() {
    let case = Case::new();
    let (name, label) = (case.name("web"), case.label());
    let volume = format!("{name}:/data:ro");
    let words = [
        "create",
        "--name",
        &name,
        "--label",
        &label,
        "--label",
        "role=web",
        "-e",
        "A=b c",
        "-v",
        &volume,
        "-p",
        "127.0.0.1:21994:80",
        "--memory",
        "64m",
        "--cpus",
        "0.5",
        "--cap-add",
        "SYS_PTRACE",
        "--ulimit",
        "nofile=1024:2048",
        "--health-cmd",
        "true",
        "--health-interval",
        "30s",
        "--restart",
        "on-failure:3",
        "--add-host",
        "db:10.0.0.7",
        "--tmpfs",
        "/run:size=1m",
        "--entrypoint",
        "sleep",
        BUSYBOX,
        "60",
    ];
    case.docker(&words);
    let before = lasting(&case.inspect(&name));
    let imported = case.dynrun(&["import", "--service", "again", "--container", &name]).run();
    assert_eq!((imported.code, imported.stderr.as_str()), (0, ""));
    let file = case.file("again.toml", &imported.text()).display().to_string();
    case.docker(&["rm", "-f", &name]);
    let launched = case.dynrun(&["--config", &file, "run", "again", "-d"]).run();
    assert_eq!(launched.code, 0, "{}", launched.stderr);
    let after = lasting(&case.inspect(&name));
    case.docker(&["rm", "-f", &name]);
    case.docker(&["volume", "rm", "-f", &name]);
    assert_eq!(after, before, "{}", imported.text());
}

/// What `dynrun inspect` wrote down is launched again as it was.
#[test]
fn what_inspect_wrote_is_launched_again() {
    let case = Case::new();
    let (name, label) = (case.name("kept"), case.label());
    let options =
        ["-d", "--name", &name, "-e", "A=1", "--memory", "32m", "--label", &label, "--entrypoint", "sleep"];
    assert_eq!(case.launch(&options, &["60"]).run().code, 0);
    let before = lasting(&case.inspect(&name));
    let inspected = case.dynrun(&["inspect", &name, "--format", "json"]).run();
    let kept = case.file("kept.json", &inspected.text()).display().to_string();
    case.docker(&["rm", "-f", &name]);
    let imported = case.dynrun(&["import", "--inspect", &kept]).run();
    assert_eq!((imported.code, imported.stderr.as_str()), (0, ""));
    let file = case.file("kept.toml", &imported.text()).display().to_string();
    let launched = case.dynrun(&["--config", &file, "run", &name]).run();
    assert_eq!(launched.code, 0, "{}", launched.stderr);
    let after = lasting(&case.inspect(&name));
    case.docker(&["rm", "-f", &name]);
    assert_eq!(after, before, "{}", imported.text());
}

#[test]
fn a_container_that_is_not_there_is_told() {
    let case = Case::new();
    let done = case.dynrun(&["import", "--container", &case.name("nobody")]).run();
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.starts_with("error[no-container]: "), "{}", done.stderr);
}

/// What a compose file says of who needs whom, who is to be healthy first, and who shares whose network.
const COMPOSED: &str = r#"
name: NAME
services:
  web:
    image: IMAGE
    labels: ["LABEL"]
    stop_grace_period: 1s
    depends_on: {db: {condition: service_healthy}}
    command: sh -c "nslookup db && exec sleep 1000"
  db:
    image: IMAGE
    labels: ["LABEL"]
    stop_grace_period: 1s
    command: sh -c "sleep 1; touch /up; exec sleep 1000"
    healthcheck: {test: test -e /up, interval: 1s, retries: 30}
  side:
    image: IMAGE
    labels: ["LABEL"]
    stop_grace_period: 1s
    network_mode: service:db
    command: sleep 1000
"#;

#[test]
fn a_compose_file_is_imported_and_comes_up_as_a_stack() {
    let case = Case::new();
    let name = case.name("s");
    let text = COMPOSED.replace("NAME", &name).replace("IMAGE", BUSYBOX).replace("LABEL", &case.label());
    case.file("compose.yaml", &text);
    let imported = case.dynrun(&["import", "--compose", "compose.yaml"]).run();
    assert_eq!((imported.code, imported.stderr.as_str()), (0, ""));
    case.file("stack.toml", &imported.text());
    let up = case.dynrun(&["up", "--config", "stack.toml", "-d"]).run();
    assert_eq!(up.code, 0, "{}", up.stderr);
    let state = |service: &str| case.inspect(&format!("{name}-{service}"));
    let db = state("db");
    assert_eq!(db["State"]["Health"]["Status"], "healthy");
    assert_eq!(
        state("side")["HostConfig"]["NetworkMode"],
        format!("container:{}", db["Id"].as_str().unwrap())
    );
    assert_eq!(state("web")["State"]["Running"], true);
    let down = case.dynrun(&["down", &name]).run();
    assert_eq!(down.code, 0, "{}", down.stderr);
}
