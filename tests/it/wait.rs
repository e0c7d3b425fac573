//! What is asked of a launch and is nothing of docker's: said where it would be dropped.

use crate::common::Test;

const BASE: [&str; 6] = ["run", "--profile", "bare", "--image", "app:1", "--dry-run"];

/// A line for each, and none for what changes nothing.
#[test]
fn a_dry_run_says_what_dockers_line_goes_without() {
    let wait = "assumed: nobody waits until it is ready: docker run has no --wait\n";
    let ready = "assumed: nothing is asked whether it is ready: docker run has no --ready\n";
    let name = |word| format!("assumed: no container has the name: docker run has no --if-exists {word}\n");
    for (options, line, said) in [
        (&["-d", "--wait"][..], "--detach", wait.to_owned()),
        (&["-d", "--wait=5s", "--ready", "tcp:80"], "--detach", format!("{wait}{ready}")),
        (&["-d", "--wait=false", "--ready", "tcp:80"], "--detach", String::new()),
        (&["-d", "--name", "gw", "--if-exists", "replace"], "--name gw --detach", name("replace")),
        (&["-d", "--name", "gw", "--if-exists", "reuse"], "--name gw --detach", name("reuse")),
        (&["-d", "--name", "gw", "--if-exists", "fail"], "--name gw --detach", String::new()),
    ] {
        Test::new()
            .args(BASE)
            .args(options)
            .stdout(&format!("docker run {line} app:1\n"))
            .stderr(&format!("assumed: the engine has the image app:1\n{said}"))
            .run();
    }
}

/// M18: docker's client knows a line for a shell alone. The request has the list.
#[test]
fn a_dry_run_says_what_dockers_line_makes_of_a_health_check() {
    let shell = "assumed: the image has a shell: docker run gives its health check to one, and dynrun runs the program \
                 itself (--format json has it exactly)\n";
    let engine = "assumed: the engine has the image app:1\n";
    for (check, line, note, test) in [
        (
            "[\"CMD\", \"say\", \"$HOME\", \"a b\"]",
            r#"--health-cmd "say '"'$HOME'"' 'a b'""#,
            shell,
            "[\"CMD\",\"say\",\"$HOME\",\"a b\"]",
        ),
        (
            "[\"CMD\", \"${option.workdir}/check\"]",
            "--health-cmd /srv/check",
            shell,
            "[\"CMD\",\"/srv/check\"]",
        ),
        ("[\"CMD-SHELL\", \"a | b\"]", "--health-cmd 'a | b'", "", "[\"CMD-SHELL\",\"a | b\"]"),
        ("[\"NONE\"]", "--no-healthcheck", "", "[\"NONE\"]"),
    ] {
        let file = format!("[service.app]\nimage = \"app:1\"\nworkdir = \"/srv\"\nhealth-cmd = {check}\n");
        let dry = |further: &[&str]| {
            let test = Test::new().file("app.toml", &file);
            test.args(["run", "app", "--profile", "bare", "--config", "app.toml", "--dry-run"]).args(further)
        };
        dry(&[])
            .stdout(&format!("docker run --workdir /srv {line} app:1\n"))
            .stderr(&format!("{engine}{note}"))
            .run();
        let json = dry(&["--format", "json"]).any_stdout().stderr(&format!("{engine}{note}")).run().stdout;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["Healthcheck"]["Test"].to_string(), test);
    }
}

/// M18: what dynrun's own files say of a check gives way to who wants none; what somebody says is not dropped.
#[test]
fn none_is_no_health_check() {
    for none in ["--no-healthcheck", "--health-cmd=[\"NONE\"]"] {
        let test = Test::new().args(["run", "model-compose", "--dry-run", none]);
        let line = test.any_stdout().any_stderr().run().stdout;
        assert!(line.contains("--no-healthcheck") && !line.contains("--health-"), "{line}");
    }
    let file = "[service.app]\nimage = \"app:1\"\nhealth-cmd = [\"NONE\"]\nmax-retry-count = 3\n";
    Test::new()
        .file("app.toml", file)
        .args(["run", "app", "--config", "app.toml", "--dry-run"])
        .stderr(
            "error[health-conflict]: the health check is switched off, and described\n  \
             asked: `health-cmd = \"[\\\"NONE\\\"]\"` at app.toml:3\n  \
             asked: `health-retries = \"3\"` at app.toml:4\n  \
             help: leave one out\n",
        )
        .status(125)
        .run();
}

/// An engine makes the first check one interval after the start. What is left to it, or comes in time, says nothing.
#[test]
fn a_wait_that_is_over_before_the_first_health_check_is_told() {
    let engine = "assumed: the engine has the image app:1\n\
                  assumed: nobody waits until it is ready: docker run has no --wait\n";
    let dry = |options: &[&str], words: &str| {
        let test = Test::new().args(BASE).args(["-d", "--health-cmd", "true"]).args(options).any_stdout();
        test.stderr(&format!("{words}{engine}")).run();
    };
    let told = |wait: &str, first: &str, words: &str| {
        format!(
            "warning[not-ready]: the wait is over after {wait}, before the health check is made for the first time: {first} after the start\n  \
             asked: `--wait={wait}` on the command line\n  \
             asked: `--health-cmd true` on the command line\n{words}"
        )
    };
    let unsaid = "  note: that is the engine's interval, where the image says no other one\n";
    let ways = |longer: &str, sooner: &str| {
        format!(
            "  help: give it more time: --wait={longer}\n  help: or have it checked sooner: --health-interval {sooner}\n"
        )
    };
    dry(&["--wait=10s"], &told("10s", "30s", &format!("{unsaid}{}", ways("40s", "2s"))));
    let said = "  asked: `--health-interval 8s` on the command line\n";
    let words = told("2s", "8s", &format!("{said}{}", ways("10s", "500ms")));
    dry(&["--wait=2s", "--health-interval", "8s"], &words);
    for options in [
        &["--wait"][..],
        &["--wait=31s"],
        &["--wait=10s", "--health-interval", "2s"],
        &["--wait=10s", "--health-start-period", "1m"],
    ] {
        dry(options, "");
    }
}

/// On the command line, where it can only be a mistake. In a file it says what a service is like.
#[test]
fn ready_without_wait_is_refused() {
    let refused = |options: &[&str], asked: &str, help: &str| {
        let message = "nobody waits until the container is ready: what is to tell that is never asked";
        Test::new()
            .args(BASE)
            .args(options)
            .stderr(&format!("error[ready-unheard]: {message}\n{asked}  help: wait for it: {help}\n"))
            .status(125)
            .run();
    };
    let asked = "  asked: `--ready tcp:80` on the command line\n";
    refused(&["-d", "--ready", "tcp:80"], asked, "--wait");
    let both = format!("{asked}  asked: `--ready health` on the command line\n");
    refused(&["--ready", "tcp:80", "--ready", "health"], &both, "-d --wait");
    let file = "[service.app]\nimage = \"app:1\"\nready = [\"tcp:80\"]\n";
    Test::new()
        .file("c.toml", file)
        .args(["run", "app", "--profile", "bare", "--config", "c.toml", "--dry-run", "-d"])
        .stdout("docker run --detach app:1\n")
        .stderr("assumed: the engine has the image app:1\n")
        .run();
}
