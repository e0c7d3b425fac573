//! `dynrun shell` in a running container: which shell runs there, with what, and what is refused. `docker exec` is the
//! reference.

use super::case::{BUSYBOX, Call, Case};
use crate::pty::Pty;
use crate::recorder::Recorder;
use serde_json::{Value, json};

/// A container that runs until the test ends.
pub(super) fn running(case: &Case, what: &str, options: &[&str]) -> String {
    let (name, label) = (case.name(what), case.label());
    let base = ["run", "-d", "--name", &name, "--label", &label];
    case.docker(&[&base[..], options, &[BUSYBOX, "sleep", "600"]].concat());
    name
}

/// Gives a container a `bash`: a script that says so, and is busybox's shell.
fn give_bash(case: &Case, name: &str) {
    let line = "printf '#!/bin/sh\\necho this is bash\\nexec sh \"$@\"\\n' >/bin/bash; chmod +x /bin/bash";
    case.docker(&["exec", name, "sh", "-c", line]);
}

/// `dynrun shell` with these words.
pub(super) fn shell(case: &Case, words: &[&str]) -> Call {
    case.dynrun(&[&["shell"], words].concat())
}

/// E5, P1: code and streams are those of docker's client on the same engine. What did not start is told in dynrun's own
/// words.
#[test]
fn codes_and_streams_are_dockers() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    for (options, command) in [
        (&[][..], &["true"][..]),
        (&[], &["sh", "-c", "echo out; echo err >&2; exit 3"]),
        (&[], &["sh", "-c", "exit 255"]),
        (&[], &["sh", "-c", "exit 125"]),
        (&[], &["sh", "-c", "kill -9 $$"]),
        (&[], &["sh", "-c", "kill -TERM $$"]),
        (&["-w", "/tmp", "-u", "nobody"], &["sh", "-c", "pwd; id -un"]),
        (&["-e", "A=1", "-e", "B", "--env-file", "list"], &["env"]),
        (&["--privileged"], &["grep", "CapEff", "/proc/self/status"]),
        (&[], &["nosuchcommand"]),
        (&[], &["/no/such/command"]),
        (&[], &["/etc"]),
        (&[], &["/etc/passwd"]),
        (&["-w", "/nope"], &["true"]),
        (&["-u", "nosuchuser"], &["true"]),
    ] {
        case.file("list", "C=3\nA=from the file\n");
        let docker = [&["exec", "-i"], options, &[&name], command].concat();
        let docker = case.call("docker", &docker).env("B", "2").run();
        let dynrun =
            shell(&case, &[&[name.as_str()], options, &["--"], command].concat()).env("B", "2").run();
        assert_eq!(dynrun.code, docker.code, "{options:?} {command:?}: {}", dynrun.stderr);
        if docker.text().starts_with("OCI") || docker.text().starts_with("unable to find user") {
            let words = docker.text().trim().to_owned();
            assert_eq!(dynrun.text(), "", "{command:?}");
            assert!(
                dynrun.stderr.ends_with(&format!("note: the engine says: {words}\n")),
                "{}",
                dynrun.stderr
            );
        } else {
            assert_eq!(sorted(&dynrun.text()), sorted(&docker.text()), "{options:?} {command:?}");
            assert_eq!(dynrun.stderr, docker.stderr, "{options:?} {command:?}");
        }
    }
}

/// The lines in an order of their own: an environment has none.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn what_did_not_start_is_said() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    for (words, head) in [
        (&["--", "nosuch"][..], format!("error[command-not-found]: nosuch was not found in {name}\n")),
        (&["--", "/no/such"], format!("error[command-not-found]: /no/such was not found in {name}\n")),
        (&["--", "/etc"], format!("error[command-not-invocable]: /etc cannot be started in {name}\n")),
        (&["-w", "/nope"], format!("error[command-not-invocable]: bash cannot be started in {name}\n")),
        (&["-u", "nosuchuser"], format!("error[command-not-invocable]: bash cannot be started in {name}\n")),
    ] {
        let done = shell(&case, &[&[name.as_str()], words].concat()).run();
        assert_eq!(done.text(), "");
        assert!(done.stderr.starts_with(&head), "{}", done.stderr);
    }
}

#[test]
fn bash_is_taken_where_there_is_one_and_sh_else() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    shell(&case, &[&name]).input(b"echo $0; exit 4").run().expect(4, "sh\n", "");
    give_bash(&case, &name);
    shell(&case, &[&name]).input(b"exit 5").run().expect(5, "this is bash\n", "");
}

#[test]
fn a_container_without_a_shell_is_named() {
    let case = Case::new();
    let name = case.name("bare");
    let nowhere = ["run", "-d", "--name", &name, "--label", &case.label(), "-e", "PATH=/nope", BUSYBOX];
    case.docker(&[&nowhere[..], &["/bin/sleep", "600"]].concat());
    let done = shell(&case, &[&name]).run();
    let head = format!("error[command-not-found]: there is no shell in {name}: neither bash nor sh\n");
    assert!(done.stderr.starts_with(&head), "{}", done.stderr);
    assert!(
        done.stderr.contains(&format!("help: run a program that it has: dynrun shell {name} -- PROGRAM\n"))
    );
    let docker = case.call("docker", &["exec", &name, "sh"]).run();
    assert_eq!((done.code, done.text()), (docker.code, String::new()));
    shell(&case, &[&name, "--", "/bin/echo", "here"]).run().expect(0, "here\n", "");
}

#[test]
fn an_id_its_beginning_and_a_name_are_the_same_container() {
    let case = Case::new();
    let name = running(&case, "box", &["--hostname", "inside"]);
    let id = case.container();
    for word in [&name, &id, &id[..12], &format!("/{name}")] {
        shell(&case, &[word, "--", "hostname"]).run().expect(0, "inside\n", "");
    }
}

#[test]
fn what_does_not_run_is_refused_with_the_line_that_helps() {
    let case = Case::new();
    let (stopped, paused) = (case.name("stopped"), running(&case, "paused", &[]));
    case.docker(&["create", "--name", &stopped, "--label", &case.label(), BUSYBOX]);
    case.docker(&["pause", &paused]);
    shell(&case, &[&stopped]).run().expect(
        125,
        "",
        &format!(
            "error[not-running]: the container {stopped} does not run\n  \
             help: start it, then enter it: docker start {stopped}, dynrun shell {stopped}\n"
        ),
    );
    shell(&case, &[&paused]).run().expect(
        125,
        "",
        &format!(
            "error[not-running]: the container {paused} is paused\n  help: let it go on: docker unpause {paused}\n"
        ),
    );
    case.docker(&["unpause", &paused]);
}

#[test]
fn a_word_that_nothing_is_called_by_is_refused_with_the_nearest() {
    let case = Case::new();
    let name = running(&case, "worker", &[]);
    let near = format!("{name}x");
    let done = shell(&case, &[&near]).run();
    let said = done.refused(125, "no-container");
    assert!(said.starts_with(&format!(
        "error[no-container]: there is neither a service nor a container `{near}`\n  help: did you mean {name}?\n"
    )));
    let done = shell(&case, &["gatewy"]).run();
    assert!(done.refused(125, "no-container").contains("help: did you mean gateway?\n"), "{}", done.stderr);
    for word in ["no/such", "..", "a b"] {
        shell(&case, &[word]).run().refused(125, "no-container");
    }
}

/// Nothing that was said is left out in silence.
#[test]
fn options_of_a_launch_are_refused_where_a_container_runs() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    let done =
        shell(&case, &[&name, "--network", "host", "-e", "HF_TOKEN=hush-5b1f", "--profile", "dev"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[already-running]: {name} runs already: what is said of a launch cannot be followed in it\n  \
             asked: `--network host` on the command line\n  \
             asked: `--profile dev` on the command line\n  \
             help: enter it as it is: dynrun shell {name}\n  \
             help: or launch a new one with them: dynrun shell --new ...\n"
        ),
    );
    shell(&case, &[&name, "-d"]).run().refused(125, "usage");
}

/// M23: a value reaches the command, and nobody else.
#[test]
fn secrets_reach_the_command_alone() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    let secret = "hush-5b1f";
    let said = format!("HF_TOKEN={secret}");
    case.file("list", &format!("API_KEY={secret}\n"));
    let options = [&name, "--log-level", "debug", "-e", &said, "--env-file", "list"];
    let line = "test $HF_TOKEN$API_KEY = hush-5b1fhush-5b1f && echo both";
    let done = shell(&case, &[&options[..], &["--", "sh", "-c", line]].concat()).run();
    assert_eq!((done.code, done.text().as_str()), (0, "both\n"), "{}", done.stderr);
    assert!(done.stderr.contains("/exec") && !done.stderr.contains(secret), "{}", done.stderr);
    for words in [
        &["--dry-run"][..],
        &["--dry-run=engine"],
        &["--dry-run", "--format", "json"],
        &["-w", "/nope"],
        &["--network", "host"],
    ] {
        let done = shell(&case, &[&options[..], words].concat()).run();
        let said = format!("{}{}", done.text(), done.stderr);
        assert!(!said.contains(secret), "{words:?}: {said}");
    }
}

/// What the dry run prints does the same.
#[test]
fn the_dry_runs_line_is_docker_execs() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    let said = ["-e", "A=it's 1", "-w", "/tmp", "-u", "nobody", "--interactive=false"];
    let command = ["--", "sh", "-c", "echo $A $(pwd) $(id -un); exit 3"];
    for kind in ["--dry-run", "--dry-run=engine"] {
        let dry = shell(&case, &[&[&name, kind], &said[..], &command].concat()).run();
        assert_eq!(dry.code, 0, "{}", dry.stderr);
        let line = case.call("sh", &["-c", &dry.text()]).run();
        line.expect(3, "it's 1 /tmp nobody\n", "");
    }
    let bare = shell(&case, &[&name, "--dry-run=engine"]).run();
    let assumed = format!("assumed: {name} has bash (without it, sh is taken)\n");
    bare.expect(0, &format!("docker exec --interactive {name} bash\n"), &assumed);
}

/// The requests are docker's own, at the newest API that dynrun speaks, in a terminal and out of it.
#[test]
fn the_request_is_dockers() {
    let case = Case::new();
    let recorder = Recorder::new(case.folder(), "1.45");
    case.file("list", "C=3\n");
    for options in [
        &[][..],
        &["-e", "A=1", "-e", "B", "--env-file", "list"],
        &["-w", "/tmp", "-u", "1000:1000", "--privileged"],
        &["--detach-keys", "ctrl-a,d"],
    ] {
        let command = ["sh", "-c", "exit 1"];
        let docker = [&["exec", "-i"], options, &["box"], &command].concat();
        let docker = case.call("docker", &docker).env("DOCKER_HOST", &recorder.address).env("B", "2");
        let dynrun = shell(&case, &[&["box"], options, &["--"], &command].concat());
        let dynrun = dynrun.env("DOCKER_HOST", &recorder.address).env("B", "2");
        docker.run();
        let wanted = said(recorder.taken().body);
        dynrun.run();
        assert_eq!(said(recorder.taken().body), wanted, "{options:?}");
    }
    let on_terminal = |call: Call| {
        let call = call.env("DOCKER_HOST", &recorder.address);
        Pty::run(&call.into_command(), 33, 99).ends();
        said(recorder.taken().body)
    };
    let docker = on_terminal(case.call("docker", &["exec", "-it", "box", "sh"]));
    assert_eq!(docker["ConsoleSize"], json!([33, 99]));
    assert_eq!(on_terminal(shell(&case, &["box", "--", "sh"])), docker);
}

/// What a request says: docker sends the rest empty.
fn said(mut body: Value) -> Value {
    let object = body.as_object_mut().expect("an object");
    let is_said = |value: &Value| {
        *value != Value::Null && *value != json!(false) && *value != json!("") && *value != json!([])
    };
    object.retain(|_, value| is_said(value));
    // docker reads its variables in no order of the caller's.
    if let Some(env) = object.get_mut("Env").and_then(Value::as_array_mut) {
        env.sort_by_key(Value::to_string);
    }
    body
}

#[test]
fn a_report_tells_of_the_command() {
    let case = Case::new();
    let name = running(&case, "box", &[]);
    let report = || -> Value {
        let text = std::fs::read_to_string(case.folder().join("report.json")).expect("a report");
        serde_json::from_str(&text).expect("JSON")
    };
    let words = [&name, "--report", "report.json"];
    shell(&case, &[&words[..], &["--", "sh", "-c", "exit 6"]].concat()).run().expect(6, "", "");
    let ended = json!({
        "phase": "ended", "error": null, "container": case.container(), "ports": [], "exit_code": 6,
    });
    assert_eq!(report(), ended);
    shell(&case, &[&words[..], &["--", "nosuch"]].concat()).run();
    assert_eq!((&report()["phase"], &report()["error"]), (&json!("launch"), &json!("command-not-found")));
    shell(&case, &["nosuchbox", "--report", "report.json"]).run();
    assert_eq!((&report()["phase"], &report()["error"]), (&json!("plan"), &json!("no-container")));
}
