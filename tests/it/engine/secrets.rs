//! A secret's value reaches the container, and nothing else: nothing printed, labelled, reported or passed on.

use super::case::{Case, Done};
use super::proxy::{Fault, Proxy, rule};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

/// What must not be seen.
const CANARY: &str = "c4n4ry-8d1f";

/// The ways in which a launch is given a secret.
const SAID: &[&str] =
    &["-e", "HF_TOKEN=c4n4ry-8d1f", "-e", "OPENAI_API_KEY", "-e", "DB_URL=postgres://u:c4n4ry-8d1f@h/d"];

/// A launch that holds the secret in all ways, and says all it can.
fn launch(case: &Case, options: &[&str], command: &[&str]) -> super::case::Call {
    let base =
        [SAID, &["--report", "report.json", "--log-level", "trace", "--env-file", "env.list"], options]
            .concat();
    case.file("env.list", "MINIO_ACCESS_KEY=c4n4ry-8d1f\n");
    case.launch(&base, command).env("OPENAI_API_KEY", CANARY)
}

#[track_caller]
fn is_silent(case: &Case, what: &str, done: &Done) {
    for (stream, text) in [("stdout", done.text()), ("stderr", done.stderr.clone())] {
        assert!(!text.contains(CANARY), "{what}: {stream} has it: {text}");
    }
    let report = std::fs::read_to_string(case.folder().join("report.json")).unwrap_or_default();
    assert!(!report.contains(CANARY), "{what}: the report has it: {report}");
}

#[test]
fn a_launch_that_succeeds_shows_none() {
    let case = Case::new();
    let done = launch(
        &case,
        &["--rm"],
        &["sh", "-c", "echo ${#HF_TOKEN} ${#OPENAI_API_KEY} ${#MINIO_ACCESS_KEY} ${#DB_URL}"],
    )
    .run();
    assert_eq!((done.code, done.text().as_str()), (0, "11 11 11 28\n"), "{}", done.stderr);
    is_silent(&case, "attached", &done);
    let done = launch(&case, &["-d"], &["sleep", "60"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    is_silent(&case, "detached", &done);
    let labels = case.inspect(&case.container())["Config"]["Labels"].to_string();
    assert!(labels.contains("dev.dynrun.options") && !labels.contains(CANARY), "{labels}");
}

/// By reference: a file is there to be read and not to be written to, and a variable has its value under its own name.
#[test]
fn references_are_handed_over() {
    let case = Case::new();
    case.file("token", "c4n4ry-8d1f\n");
    let said = ["--rm", "--secret", "id=hub,src=token", "--secret", "id=key,env=OPENAI_API_KEY,target=SEED"];
    let script =
        "cat /run/secrets/hub | tr -d c; echo $SEED | tr -d c; echo x >/run/secrets/hub || echo kept";
    let done = launch(&case, &said, &["sh", "-c", script]).run();
    assert_eq!((done.code, done.text().as_str()), (0, "4n4ry-8d1f\n4n4ry-8d1f\nkept\n"), "{}", done.stderr);
    assert!(!done.stderr.contains(CANARY), "{}", done.stderr);
    // Who runs in the container has to be able to read it, and nobody else.
    std::fs::set_permissions(case.folder().join("token"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let other =
        launch(&case, &["--rm", "--user", "65532:65532", "--secret", "id=hub,src=token"], &["true"]).run();
    // Whose file it is, may be said first, where that is not root.
    let owner = std::fs::metadata(case.folder().join("token")).unwrap().uid();
    let or = if owner == 0 { "" } else { "or " };
    let help =
        format!("  help: {or}give the secret to that user: chown 65532 {}/token\n", case.folder().display());
    assert!(
        other.stderr.contains("warning[mount-access]: the container's user 65532 may not read "),
        "{}",
        other.stderr
    );
    assert!(other.stderr.contains("  asked: `--secret id=hub,src="), "{}", other.stderr);
    assert!(other.stderr.contains(&help) && !other.stderr.contains("o+rX"), "{}", other.stderr);
    let missing = launch(&case, &["--secret", "id=hub,src=nosuchfile"], &["true"]).run();
    assert_eq!(missing.code, 125, "{}", missing.stderr);
    assert!(
        missing.stderr.contains("error[secret-missing]: the secret hub is missing: "),
        "{}",
        missing.stderr
    );
    is_silent(&case, "missing", &missing);
}

#[test]
fn a_dry_run_names_them_only() {
    let case = Case::new();
    for format in ["text", "json"] {
        for kind in ["--dry-run", "--dry-run=engine"] {
            let done = launch(&case, &[kind, "--format", format], &["true"]).run();
            assert_eq!(done.code, 0, "{}", done.stderr);
            is_silent(&case, kind, &done);
            assert!(
                done.text().contains("HF_TOKEN") && done.text().contains("MINIO_ACCESS_KEY"),
                "{}",
                done.text()
            );
        }
    }
    let done = case
        .dynrun(&[&["config", "--origin", "--profile", "bare"], SAID].concat())
        .env("OPENAI_API_KEY", CANARY);
    is_silent(&case, "config", &done.run());
}

#[test]
fn a_launch_that_fails_at_any_step_shows_none() {
    // An engine repeats what it was sent.
    const ECHO: &str = r#"{"message":"invalid environment"}"#;
    for (method, step) in [
        ("HEAD", "/_ping"),
        ("GET", "/json"),
        ("POST", "/create"),
        ("POST", "/attach"),
        ("POST", "/wait"),
        ("POST", "/start"),
    ] {
        // What is lost of these two is looked for, which takes its time and tells nothing new.
        let lost = Some(Fault::Unheard).filter(|_| !["/create", "/start"].contains(&step));
        for fault in [Fault::Answer(500, ECHO)].into_iter().chain(lost) {
            let case = Case::new();
            let proxy = Proxy::new(&case, vec![rule(method, step, fault)]);
            let done = launch(&case, &["--rm", "--host", &proxy.address], &["true"]).run();
            // The container's own state answers for a wait.
            let code = if step == "/wait" { 0 } else { 125 };
            assert_eq!(done.code, code, "{step}: {}", done.stderr);
            is_silent(&case, step, &done);
            case.leaves_nothing();
        }
    }
    let case = Case::new();
    for options in [&["--network", "nosuchnetwork"][..], &["--user", "nosuchuser"], &["--network", "hots"]] {
        let done = launch(&case, options, &["true"]).run();
        assert_eq!(done.code, 125, "{}", done.stderr);
        is_silent(&case, "refused", &done);
    }
    let done = launch(&case, &[], &["nosuchcommand"]).run();
    assert_eq!(done.code, 127, "{}", done.stderr);
    is_silent(&case, "127", &done);
}

#[test]
fn no_other_process_is_told() {
    let case = Case::new();
    let running = launch(&case, &["--rm"], &["sh", "-c", "echo up; sleep 60"]).start();
    running.says("up");
    let children = format!("/proc/{0}/task/{0}/children", running.pid());
    assert_eq!(std::fs::read_to_string(children).unwrap(), "", "dynrun has children");
    running.signal(nix::sys::signal::Signal::SIGINT);
    running.signal(nix::sys::signal::Signal::SIGTERM);
    case.clean_up();
    is_silent(&case, "while it runs", &running.end());
}

/// Whatever the variable is called: its container's label names it, and every verb that reads the container knows by that.
#[test]
fn what_was_a_secret_stays_one() {
    let case = Case::new();
    let name = case.name("kept");
    let secret = ["--secret", "id=o,env=OTHER", "--secret", "id=k,env=OTHER,target=SEED"];
    let said = [&["-d", "--name", &name, "--init"][..], &secret].concat();
    let done = case.launch(&said, &["sleep", "1000"]).env("OTHER", CANARY).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let quiet = |words: &[&str]| {
        let done = case.dynrun(words).run();
        is_silent(&case, &words.join(" "), &done);
        done
    };
    let inspected = quiet(&["inspect", &name]);
    assert!(inspected.text().contains("OTHER") && !inspected.text().contains('!'), "{}", inspected.text());
    let imported = quiet(&["import", "--container", &name]);
    assert!(imported.text().contains("env = [\"OTHER\", \"SEED\"]"), "{}", imported.text());
    for text in
        [case.docker(&["inspect", &name]), case.dynrun(&["inspect", &name, "--format", "json"]).run().text()]
    {
        case.file("inspected.json", &text);
        let imported = quiet(&["import", "--inspect", "inspected.json"]);
        assert_eq!(imported.code, 0, "{}", imported.stderr);
    }
    let update = ["update", &name, "--pull", "never", "-e", "A=2"];
    quiet(&[&update[..], &["--dry-run"]].concat());
    assert_eq!(quiet(&update).code, 0);
    let state = case.inspect(&name);
    let labels = state["Config"]["Labels"].to_string();
    assert!(labels.contains("OTHER") && !labels.contains(CANARY), "{labels}");
    assert!(state["Config"]["Env"].to_string().contains(CANARY), "the container has it");
    let failed = quiet(&[&update[..4], &["--", "sh", "-c", "echo key $OTHER; sleep 1; exit 3"]].concat());
    assert!(failed.stderr.contains("key ***"), "{}", failed.stderr);
    let said = ["-d", "--name", &name, "--init", "--if-exists", "reuse", "-e", "OTHER=plain"];
    let reused = case.launch(&said, &["sleep", "1000"]).run();
    reused.refused(125, "if-exists");
    is_silent(&case, "reuse", &reused);
}
