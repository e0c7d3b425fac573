//! `dynrun check` where no engine answers, and what refuses a launch before one is asked: what is printed where, and
//! the exit codes; and what is worth knowing. B17, E19, N4; user-asks 23, 24.

use crate::common::{NOWHERE, Test};
use dynrun::config::{Request, settle};
use dynrun::finding::Origin;
use dynrun::host::{Host, Root};
use dynrun::options::{Layer, Row};
use dynrun::preflight::{CHECKS, advice};
use dynrun::spec::plan;
use dynrun::values::Roots;
use std::path::Path;

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
        .stderr_has("  asked: `DOCKER_HOST=unix:///nonexistent/docker.sock` in the environment\n")
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
        "checks": [],
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
    assert_eq!(document["findings"][0]["asked"][0]["words"], format!("DOCKER_HOST={NOWHERE}"));
    assert_eq!(document["image"], "dynrun/state-gateway:latest");
}

/// A secret stands in no report.
#[test]
fn a_secret_is_not_told() {
    let words = ["gateway", "--profile", "prod", "-e", "HF_TOKEN=canary-7261", "--format", "json"];
    let output = check(&words).any_stdout().status(1).run();
    assert!(output.stdout.contains("secret-literal") && !output.all().contains("canary"), "{}", output.all());
}

/// The table of checks, without an engine; what is to be left out has to be in it.
#[test]
fn checks_are_listed_and_left_out_by_name() {
    let output = check(&["--list"]).any_stdout().run();
    let names = output.stdout.lines().skip(1).map(|line| line.split(' ').next().unwrap_or_default());
    assert!(names.eq(CHECKS.iter().map(|check| check.name)), "{}", output.stdout);
    assert!(output.stdout.starts_with("CHECK "), "{}", output.stdout);
    let output = check(&["--list", "--format", "json"]).any_stdout().run();
    let rows: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let first = serde_json::json!({
        "name": CHECKS[0].name, "level": "error", "when": "launch", "about": CHECKS[0].about,
    });
    assert_eq!((rows.as_array().map(Vec::len), &rows[0]), (Some(CHECKS.len()), &first));
    check(&["gateway", "--skip", "gpus", "--skip", "prots"])
        .stderr(
            "
            error[unknown-check]: there is no check `prots`
              asked: `--skip prots` on the command line
              help: did you mean ports?
              help: dynrun check --list names them
            ",
        )
        .status(2)
        .run();
    check(&["--list", "--skip", "prots"]).any_stderr().status(2).run();
    for (verb, status) in [("run", 125), ("shell", 125), ("config", 2)] {
        Test::new()
            .args([verb, "--skip", "zzz"])
            .stderr(
                "
                error[unknown-check]: there is no check `zzz`
                  asked: `--skip zzz` on the command line
                  help: dynrun check --list names them
                ",
            )
            .status(status)
            .run();
    }
}

/// Wrong usage of a verb that launches nothing.
#[test]
fn wrong_usage_is_2() {
    check(&["--nosuch"])
        .stderr(
            "
            error[unknown-option]: unknown option `--nosuch`
              help: usage: dynrun check [OPTIONS] [SERVICE|STACK] [-- COMMAND...]
            ",
        )
        .status(2)
        .run();
}

/// The advice on a gateway with these options, on a machine whose files are these: message and first help.
fn advised(machine: &[(&str, &str)], words: &[(&str, &str)]) -> Vec<(String, String)> {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in machine {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let base = Path::new("/");
    let mut options = Layer::default();
    for (name, word) in words {
        let roots = Roots { base, home: None };
        let put = Row::find(name).unwrap().slots.put;
        put(&mut options, word, roots, Origin::Flag(format!("--{name}"))).unwrap();
    }
    let request = Request { options, service: Some("gateway".to_owned()), ..Request::default() };
    let host = Host { cwd: Some(base.to_owned()), root: Root::at(root.path()), ..Host::default() };
    let (spec, _) = plan(settle(&request, &host).unwrap().0).unwrap();
    let found = advice(&spec, &host).into_iter();
    // How many addresses this machine has is its own business.
    let found = found.filter(|finding| finding.code.name() != "many-addresses");
    found.map(|finding| (finding.message, finding.help[0].clone())).collect()
}

/// E19: on a bridge a firewall is passed by, on the host's network it decides.
#[test]
fn a_firewall_is_told() {
    const UFW: (&str, &str) = ("etc/ufw/ufw.conf", "# on boot\nENABLED=yes\nLOGLEVEL=low\n");
    const OFF: (&str, &str) = ("etc/ufw/ufw.conf", "ENABLED=no\n");
    const FIREWALLD: (&str, &str) = ("run/firewalld.pid", "812\n");
    let passed = |name: &str| {
        vec![(
            format!("{name} is on, and does not guard 9999/udp: docker forwards before its rules"),
            "publish for this host alone: --publish-ip 127.0.0.1".to_owned(),
        )]
    };
    let decides = |name: &str, line: &str| {
        vec![(
            format!("{name} is on: on the host's network it decides who reaches 9999/udp"),
            line.to_owned(),
        )]
    };
    assert_eq!(advised(&[], &[]), []);
    assert_eq!(advised(&[OFF], &[]), []);
    assert_eq!(advised(&[UFW], &[]), passed("ufw"));
    assert_eq!(advised(&[OFF, FIREWALLD], &[]), passed("firewalld"));
    assert_eq!(advised(&[UFW], &[("publish-ip", "127.0.0.1")]), []);
    assert_eq!(advised(&[UFW], &[("network", "host")]), decides("ufw", "ufw allow 9999/udp"));
    let added = "firewall-cmd --add-port=9999/udp";
    assert_eq!(advised(&[FIREWALLD], &[("network", "host")]), decides("firewalld", added));
    assert_eq!(advised(&[UFW], &[("network", "none"), ("publish-service", "false")]), []);
    // The service's own ports are named beside those that were said.
    let several = advised(&[UFW], &[("publish", "80:80"), ("publish", "443")]);
    let want = "ufw is on, and does not guard 80/tcp, the port for 443/tcp, 9999/udp: docker forwards before its rules";
    assert_eq!(several[0].0, want);
}

/// User-ask 23: the same number on both sides needs no translation.
#[test]
fn another_number_of_a_udp_port_is_told() {
    let want = (
        "UDP 8888 leads to 9999 of the container".to_owned(),
        "where the service can listen there, publish the same number on both sides".to_owned(),
    );
    assert_eq!(advised(&[], &[("publish", "8888:9999/udp")]), [want]);
    assert_eq!(advised(&[], &[("publish", "9999:9999/udp"), ("publish", "8888:80")]), []);
}

/// A variable that is forwarded by its name is there when the launch is made: no line and no judgement without an engine needs
/// it before. One that nobody names is missing to both.
#[test]
fn what_is_forwarded_is_missing_to_nobody_who_only_looks() {
    let service = "[service.t]\nimage = \"app:1\"\n[service.t.variable.SEED]\nrequired = true\ntype = \"integer\"\n\
                   [service.t.variable.KEY]\nrequired = true\nsecret = true\n";
    let codes = |verb: &[&str], words: &[&str]| {
        let test = Test::new().file("c.toml", service).args(verb).args(["t", "--config", "c.toml"]);
        let output = test.args(words).any_stdout().any_stderr().any_status().run();
        let errors = output.stderr.lines().filter(|line| line.starts_with("error["));
        errors.map(str::to_owned).collect::<Vec<_>>()
    };
    for (words, missing) in [
        (&[] as &[&str], &["KEY", "SEED"] as &[&str]),
        (&["-e", "SEED=1"], &["KEY"]),
        (&["-e", "SEED"], &["KEY"]),
        (&["-e", "SEED", "-e", "KEY"], &[]),
        (&["-e", "SEED", "--secret", "id=k,env=KEY"], &[]),
        (&["-e", "SEED", "--secret", "id=k,env=OTHER,target=KEY"], &[]),
    ] {
        let wanted: Vec<String> = missing
            .iter()
            .map(|name| format!("error[variable-missing]: {name} is not set: t does not start without it"))
            .collect();
        assert_eq!(codes(&["check", "--offline"], words), wanted, "{words:?}");
        assert_eq!(codes(&["run", "--dry-run"], words), wanted, "{words:?}");
    }
}
