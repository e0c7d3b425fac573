//! `dynrun ps`, `logs` and `inspect`: what was launched, what it wrote, and whether it is as it was asked for. M33.

use super::case::{BUSYBOX, Case, wait_for};
use crate::pty::Pty;
use serde_json::{Value, json};

/// A file that declares a service of that name, in the test's folder.
fn service(case: &Case, name: &str) -> String {
    let text = format!(
        "[service.{name}]\nimage = \"{BUSYBOX}\"\ncommand = [\"sleep\", \"60\"]\nnetwork = \"none\"\n"
    );
    case.file("services.toml", &text).display().to_string()
}

/// Launches that service in the background; its name.
#[track_caller]
fn launched(case: &Case, service_name: &str, name: &str) -> String {
    let (file, label, name) = (service(case, service_name), case.label(), case.name(name));
    let words = [
        "run",
        service_name,
        "--config",
        &file,
        "--profile",
        "bare",
        "-d",
        "--label",
        &label,
        "--name",
        &name,
    ];
    let done = case.dynrun(&words).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    name
}

#[test]
fn ps_lists_what_dynrun_launched() {
    let case = Case::new();
    let (one, ended, strange) = (case.name("one"), case.name("ended"), case.name("strange"));
    let options = ["-d", "--name", &one, "-p", "127.0.0.1:21995:80"];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    assert_eq!(case.launch(&["--rm=false", "--name", &ended], &["false"]).run().code, 1);
    case.docker(&["create", "--name", &strange, "--label", &case.label(), BUSYBOX, "true"]);
    let id = case.inspect(&one)["Id"].as_str().unwrap().to_owned();
    let text = case.dynrun(&["ps"]).run().text();
    let words = |name: &str, text: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split("  ").map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
    };
    assert_eq!(
        words("NAME", &text),
        ["NAME", "ID", "STACK", "SERVICE", "PROFILE", "IMAGE", "STATUS", "PORTS"]
    );
    let line = words(&one, &text);
    assert_eq!(line[..4], [&one, &id[..12], "bare", BUSYBOX]);
    assert!(line[4].starts_with("Up ") && line[5] == "127.0.0.1:21995->80/tcp", "{line:?}");
    assert!(!text.contains(&ended) && !text.contains(&strange), "{text}");
    let text = case.dynrun(&["ps", "--all"]).run().text();
    assert!(words(&ended, &text)[4].starts_with("Exited (1) ") && !text.contains(&strange), "{text}");
    assert!(case.dynrun(&["ps", "-q"]).run().text().lines().any(|line| line == id));
    let all: Value =
        serde_json::from_str(&case.dynrun(&["ps", "-a", "--format", "json"]).run().text()).unwrap();
    let found = all.as_array().unwrap().iter().find(|found| found["name"] == ended).expect("it is there");
    let parts = ["id", "image", "state", "service", "profile", "ports"].map(|name| found[name].clone());
    let id = case.inspect(&ended)["Id"].clone();
    assert_eq!(parts, [id, json!(BUSYBOX), json!("exited"), json!(""), json!("bare"), json!([])]);
}

#[test]
fn logs_are_dockers() {
    let case = Case::new();
    let name = case.name("wrote");
    let line = "echo one; echo two >&2; printf 'three\\001\\377\\n'; exec sleep 60";
    assert_eq!(case.launch(&["-d", "--name", &name], &["sh", "-c", line]).run().code, 0);
    super::case::wait_for("its words", || case.docker(&["logs", &name]).contains("three").then_some(()));
    for options in [&[][..], &["--tail", "1"], &["-n", "2"], &["--tail", "all"], &["--tail", "0"], &["-t"]] {
        let done = case.dynrun(&[&["logs"], options, &[&name]].concat()).run();
        let want = case.call("docker", &[&["logs"], options, &[&name]].concat()).run();
        assert_eq!((done.code, &done.stdout, &done.stderr), (0, &want.stdout, &want.stderr), "{options:?}");
    }
    assert_eq!(
        case.dynrun(&["logs", "--since", "1h", &name]).run().stdout,
        "one\nthree\u{1}\u{fffd}\n".as_bytes()
    );
    // It goes on until the container ends.
    let follow = case.dynrun(&["logs", "--follow", &name]).start();
    follow.says("one\n");
    case.docker(&["kill", &name]);
    assert_eq!(follow.end().code, 0);
    let done = case.shell(&format!("$DYNRUN logs {name} | true; $DYNRUN logs {name} >/dev/full")).run();
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.contains("error[output-closed]: the log cannot be written: "), "{}", done.stderr);
}

#[test]
fn a_container_is_found_by_its_name_its_service_or_its_id() {
    let case = Case::new();
    let service = format!("{}svc", case.name("").trim_end_matches('-'));
    let first = launched(&case, &service, "first");
    let id = case.inspect(&first)["Id"].as_str().unwrap().to_owned();
    for word in [&first, &service, &id, &id[..12]] {
        let done = case.dynrun(&["inspect", word]).run();
        assert!(
            done.code == 0 && done.text().starts_with(&format!("{first}\nid: {id}\nstate: running\n")),
            "{word}"
        );
        assert!(done.text().contains(&format!("\nservice: {service}\nprofile: bare\n")), "{}", done.text());
    }
    let second = launched(&case, &service, "second");
    let done = case.dynrun(&["logs", &service]).run();
    assert_eq!((done.code, done.text().as_str()), (1, ""));
    let head = format!("error[no-container]: there are 2 containers of the service {service}\n");
    assert!(done.stderr.starts_with(&head), "{}", done.stderr);
    assert!(done.stderr.contains(&format!("note: {first}: Up ")), "{}", done.stderr);
    assert!(done.stderr.contains(&format!("note: {second}: Up ")), "{}", done.stderr);
    let missing = "error[no-container]: there is no container `no/such`\n  help: dynrun ps -a\n";
    case.dynrun(&["inspect", "no/such"]).run().expect(1, "", missing);
}

/// The one that runs of a service; of several none, whatever else is named.
#[test]
fn stop_takes_a_services_name() {
    let case = Case::new();
    let service = format!("{}svc", case.name("").trim_end_matches('-'));
    let (first, second, third) = (
        launched(&case, &service, "first"),
        launched(&case, &service, "second"),
        launched(&case, &format!("{service}-other"), "third"),
    );
    let runs = |name: &str| case.inspect(name)["State"]["Running"] == true;
    let done = case.dynrun(&["stop", "-t", "0", &service, &third]).run();
    // Their age is the engine's to tell.
    let lines = done.stderr.lines().map(|line| line.split_once(": Up ").map_or(line, |(name, _)| name));
    let several = [
        format!("error[no-container]: there are 2 containers of the service {service}"),
        format!("  note: {second}"),
        format!("  note: {first}"),
        "  help: say which, by its name".to_owned(),
    ];
    assert_eq!(lines.collect::<Vec<_>>(), several);
    assert_eq!((done.code, done.text()), (1, format!("{third}\n")));
    assert_eq!([&first, &second, &third].map(|name| runs(name)), [true, true, false]);
    case.dynrun(&["stop", "-t", "0", &second]).run().expect(0, &format!("{second}\n"), "");
    // One that has ended is none that is meant.
    case.dynrun(&["stop", "-t", "0", &service]).run().expect(0, &format!("{first}\n"), "");
    assert!(!runs(&first));
    let missing =
        format!("error[no-container]: no container of the service {service} runs\n  help: dynrun ps -a\n");
    case.dynrun(&["stop", &service]).run().expect(1, "", &missing);
}

/// What somebody has changed since stands out; a secret's value is in neither column.
#[test]
fn inspect_shows_what_was_asked_for_beside_what_is() {
    let case = Case::new();
    let name = case.name("seen");
    let volume = format!("{}:/data", case.name("volume"));
    let options = [
        "-d",
        "--name",
        &name,
        "--memory",
        "64m",
        "--cpus",
        "0.5",
        "-e",
        "A=1",
        "-e",
        "API_TOKEN=hunter2",
        "-p",
        "127.0.0.1:21996:80",
        "-v",
        &volume,
        "--ulimit",
        "nofile=99",
        "--restart",
        "on-failure:3",
        "--log-opt",
        "max-size=1m",
        "--cap-drop",
        "all",
        "--init",
        "--stop-signal",
        "SIGINT",
        "--dns",
        "127.0.0.9",
    ];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    let differing = |case: &Case| -> Vec<String> {
        let text = case.dynrun(&["inspect", &name]).run().text();
        assert!(!text.contains("hunter2") && text.contains("API_TOKEN"), "{text}");
        text.lines()
            .filter(|line| line.starts_with('!'))
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(differing(&case), [""; 0]);
    case.docker(&["update", "--memory", "128m", "--memory-swap", "-1", "--restart", "always", &name]);
    assert_eq!(differing(&case), ["! memory 64m 128m", "! restart on-failure:3 always"]);
    let done = case.dynrun(&["inspect", &name, "--format", "json"]).run();
    let document: Value = serde_json::from_str(&done.text()).expect("JSON");
    let option = |name: &str| document["options"][name].clone();
    assert_eq!(option("memory"), json!({ "intended": ["64m"], "actual": ["128m"], "differs": true }));
    assert_eq!(option("cap-drop"), json!({ "intended": ["ALL"], "actual": ["ALL"], "differs": false }));
    assert_eq!(option("detach"), json!({ "intended": ["true"], "actual": null, "differs": false }));
    let strange = case.name("strange");
    case.docker(&["create", "--name", &strange, "--label", &case.label(), BUSYBOX, "true"]);
    case.dynrun(&["inspect", &strange]).run().expect(
        1,
        "",
        &format!(
            "error[no-container]: dynrun did not launch the container {strange}\n  help: docker inspect {strange}\n"
        ),
    );
}

/// Further names on a network, and a switch that is off: nothing of that differs.
#[test]
fn inspect_marks_nothing_that_is_as_it_was_asked_for() {
    let case = Case::new();
    let (net, joined) = (case.name("net"), case.name("joined"));
    case.docker(&["network", "create", "--label", &case.label(), &net]);
    let network = format!("name={net},alias=api");
    let options = ["-d", "--rm=false", "--name", &joined, "--network", &network];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    let done = case.dynrun(&["inspect", &joined, "--format", "json"]).run();
    let document: Value = serde_json::from_str(&done.text()).expect("JSON");
    let same = |word: &str| json!({ "intended": [word], "actual": [word], "differs": false });
    assert_eq!(document["options"]["network"], same(&network));
    assert_eq!(document["options"]["rm"], same("false"));
}

/// A terminal's lines are not broken by it: what is too wide for them goes on below, and nothing is left out.
#[test]
fn inspect_is_as_wide_as_the_terminal() {
    let case = Case::new();
    let (name, label) = (case.name("wide"), case.label());
    let long = format!("LONG={}", "0123456789".repeat(6));
    let options = ["-d", "--name", &name, "-e", &long, "-e", "B=2"];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    let id = case.inspect(&name)["Id"].as_str().unwrap().to_owned();
    let text = Pty::run(&case.dynrun(&["inspect", &name]).into_command(), 24, 80).ends().text();
    let head = format!(
        "{name}\r\nid: {id}\r\nstate: running\r\nprofile: bare\r\nlaunched by dynrun: 0.1.0\r\ncommand: sleep 60\r\n\r\n"
    );
    let line = |option: &str, asked: &str, has: &str| format!("  {option:<8}{asked:<36}{has}\r\n");
    let cell = |option: &str, word: &str| line(option, word, word);
    let table = [
        line("OPTION", "ASKED FOR", "THE ENGINE HAS"),
        cell("image", BUSYBOX),
        cell("name", &name),
        line("detach", "true", "?"),
        cell("env", "LONG=01234567890123456789012345678"),
        cell("", "9012345678901234567890123456789,"),
        cell("", "B=2"),
        cell("label", &label),
    ];
    assert_eq!(text, head + &table.concat());
}

/// How its health is checked, what becomes of it at its end, and how it ended.
#[test]
fn inspect_knows_the_health_check_and_the_end() {
    let case = Case::new();
    let name = case.name("checked");
    let options = [
        "-d",
        "--name",
        &name,
        "--health-cmd",
        "test -e /bin",
        "--health-interval",
        "200ms",
        "--health-retries",
        "3",
        "--rm",
    ];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    wait_for("its health", || (case.inspect(&name)["State"]["Health"]["Status"] == "healthy").then_some(()));
    let text = case.dynrun(&["inspect", &name]).run().text();
    assert!(text.contains("\nstate: running\nhealth: healthy\n"), "{text}");
    let lines: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "rm true true",
        "health-cmd test -e /bin test -e /bin",
        "health-interval 200ms 200ms",
        "health-retries 3 3",
    ] {
        assert!(lines.iter().any(|one| one == line), "{line}\n{text}");
    }
    let ended = case.name("ended");
    case.launch(&["--name", &ended, "--no-healthcheck"], &["sh", "-c", "exit 7"]).run().expect(7, "", "");
    let text = case.dynrun(&["inspect", &ended]).run().text();
    assert!(text.contains("\nstate: exited (exit code 7)\n"), "{text}");
    let done = case.dynrun(&["inspect", &ended, "--format", "json"]).run();
    let document: Value = serde_json::from_str(&done.text()).expect("JSON");
    let end = (&document["exit_code"], &document["out_of_memory"], &document["health"]);
    assert_eq!(end, (&json!(7), &json!(false), &Value::Null));
    // M34: where docker keeps its log.
    assert_eq!(document["log_path"], case.inspect(&ended)["LogPath"]);
    assert!(document["log_path"].as_str().is_some_and(|path| path.ends_with("-json.log")), "{document}");
    assert_eq!(document["options"]["no-healthcheck"]["actual"], json!(["true"]));
}
