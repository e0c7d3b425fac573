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

#[test]
fn a_container_that_is_not_there_is_told() {
    let case = Case::new();
    let done = case.dynrun(&["import", "--container", &case.name("nobody")]).run();
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.starts_with("error[no-container]: "), "{}", done.stderr);
}
