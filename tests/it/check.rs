//! `dynrun check` where no engine answers, and what refuses a launch before one is asked: what is printed where, and
//! the exit codes. B17, N4.

use crate::common::{NOWHERE, Test};

fn check(words: &[&str]) -> Test {
    Test::new().args(["check"]).args(words)
}

#[test]
fn an_engine_that_does_not_answer_is_a_problem() {
    check(&["gateway"])
        .stdout(
            "
            service gateway, profile dev, image dynrun/state-gateway:latest
            refused
            ",
        )
        .stderr_has("error[engine-unreachable]: no engine answers at unix:///nonexistent/docker.sock")
        .status(1)
        .run();
}

/// Findings of several stages stand in one report, and a stage that refuses is the last one.
#[test]
fn what_is_refused_without_an_engine_is_told() {
    check(&["gateway", "-p", "9999:9999"])
        .stdout("refused\n")
        .stderr(
            "
            error[publish-protocol]: 9999:9999 publishes TCP, and gateway listens on 9999/udp
              asked: `-p 9999:9999` on the command line
              help: publish its protocol: -p 9999:9999/udp
            ",
        )
        .status(1)
        .run();
    check(&["gateway", "--network", "host", "-p", "1:2/udp"])
        .stdout("refused\n")
        .stderr_has("error[dead-publish]: ")
        .status(1)
        .run();
    check(&["nosuch"]).stdout("refused\n").stderr_has("error[unknown-service]: ").status(1).run();
}

#[test]
fn json_has_all_of_it_and_standard_error_nothing() {
    let output = check(&["gateway", "-p", "9999:9999", "--format", "json"]).any_stdout().status(1).run();
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let want = serde_json::json!({
        "service": null,
        "profile": null,
        "image": null,
        "refused": true,
        "ports": [],
        "findings": [{
            "level": "error",
            "code": "publish-protocol",
            "message": "9999:9999 publishes TCP, and gateway listens on 9999/udp",
            "place": null,
            "asked": [{ "words": "-p 9999:9999", "origin": "on the command line" }],
            "notes": [],
            "help": ["publish its protocol: -p 9999:9999/udp"],
        }],
    });
    assert_eq!(document, want);
    let output = check(&["gateway", "--format", "json"]).any_stdout().status(1).run();
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(document["findings"][0]["code"], "engine-unreachable");
    assert_eq!(document["findings"][0]["asked"][0]["words"], NOWHERE);
    assert_eq!(document["image"], "dynrun/state-gateway:latest");
}

/// A secret stands in no report.
#[test]
fn a_secret_is_not_told() {
    let words = ["gateway", "--profile", "prod", "-e", "HF_TOKEN=canary-7261", "--format", "json"];
    let output = check(&words).any_stdout().status(1).run();
    assert!(output.stdout.contains("secret-literal") && !output.all().contains("canary"), "{}", output.all());
}

/// Wrong usage of a verb that launches nothing.
#[test]
fn wrong_usage_is_2() {
    check(&["--nosuch"])
        .stderr(
            "
            error[unknown-option]: unknown option `--nosuch`
              help: usage: dynrun check [OPTIONS] [SERVICE] [-- COMMAND...]
            ",
        )
        .status(2)
        .run();
}
