//! `dynrun shell` without an engine: what is printed in the place of a shell, and what is refused before anybody is asked.

use crate::common::Test;
use serde_json::{Value, json};

fn shell(words: &[&str]) -> Test {
    Test::new().args(["shell"]).args(words)
}

/// Without a word the service is `inference` (design.md section 3), and the shell stands in the entrypoint's place.
#[test]
fn the_dry_run_of_a_service_is_a_launch_of_the_shell() {
    for words in [&["--dry-run"][..], &["inference", "--dry-run"], &["--service", "inference", "--dry-run"]] {
        shell(words)
            .stdout_has("docker run --interactive --entrypoint bash --workdir /workspace ")
            .stdout_has(" --rm --init dynamo:latest-vllm\n")
            .stderr_has("assumed: no container of inference runs: one would be entered\n")
            .stderr_has("assumed: the image has bash (a launch without it takes sh)\n")
            .run();
    }
}

#[test]
fn the_profile_and_the_options_are_the_launchs() {
    for (words, line) in [
        (
            &["--profile", "bare", "--image", "app:1"][..],
            "docker run --interactive --entrypoint bash --rm app:1\n",
        ),
        (
            &["--profile", "bare", "--image", "app:1", "--rm=false", "-t", "--interactive=false"],
            "docker run --interactive=false --tty --entrypoint bash --rm=false app:1\n",
        ),
        (
            &["--profile", "bare", "--image", "app:1", "--entrypoint", "zsh"],
            "docker run --interactive --entrypoint zsh --rm app:1\n",
        ),
        (
            &["--profile", "bare", "--image", "app:1", "--entrypoint", "", "--", "ls"],
            "docker run --interactive --entrypoint '' --rm app:1 ls\n",
        ),
        (
            &["--profile", "bare", "--image", "app:1", "--restart", "always", "--", "ls", "-l"],
            "docker run --interactive --entrypoint ls --restart always app:1 -l\n",
        ),
    ] {
        let (options, command) =
            words.split_at(words.iter().position(|word| *word == "--").unwrap_or(words.len()));
        shell(options).args(["--dry-run"]).args(command).stdout(line).any_stderr().run();
    }
}

/// A service's own command is no argument of a shell, nor is it one of an entrypoint of the caller's.
#[test]
fn a_services_command_does_not_run() {
    let file = "
        [service.x]
        image = \"app:1\"
        entrypoint = \"/serve\"
        command = [\"--port\", \"1\"]
    ";
    for (words, line) in [
        (&[][..], "docker run --interactive --entrypoint bash --rm app:1\n"),
        (&["--entrypoint", "zsh"], "docker run --interactive --entrypoint zsh --rm app:1\n"),
    ] {
        let test = shell(&["x", "--profile", "bare", "--config", "x.toml", "--dry-run"]).args(words);
        test.file("x.toml", file).stdout(line).any_stderr().run();
    }
}

/// In production nobody types: a shell is in the foreground all the same.
#[test]
fn a_profile_of_the_background_yields() {
    let file = "
        [profile.back]
        detach = true
        restart = \"always\"
        rm = false
        tty = false
    ";
    shell(&["--image", "app:1", "--profile", "back", "--config", "p.toml", "--dry-run"])
        .file("p.toml", file)
        .stdout("docker run --interactive --entrypoint bash --rm app:1\n")
        .any_stderr()
        .run();
}

/// Nobody is asked: a word that is no service is taken for a container.
#[test]
fn the_dry_run_of_a_container_is_a_docker_exec() {
    shell(&[
        "box",
        "--dry-run",
        "-e",
        "HF_TOKEN=hush",
        "-e",
        "A=1",
        "-w",
        "/tmp",
        "-u",
        "me",
        "--privileged",
        "-t",
    ])
    .stdout(
        "docker exec --interactive --tty --workdir /tmp --user me -e HF_TOKEN -e A=1 --privileged box bash\n",
    )
    .stderr(
        "
            assumed: the container box runs
            assumed: box has bash (without it, sh is taken)
            assumed: the environment holds HF_TOKEN
            ",
    )
    .run();
    shell(&["box", "--dry-run", "--", "ls", "a b"])
        .stdout("docker exec --interactive box ls 'a b'\n")
        .stderr("assumed: the container box runs\n")
        .run();
    let output = shell(&["box", "--dry-run", "--format", "json", "-e", "HF_TOKEN=hush", "--", "ls"])
        .any_stdout()
        .any_stderr()
        .run();
    let body: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&body["Cmd"], &body["Env"]), (&json!(["ls"]), &json!(["HF_TOKEN"])));
    assert!(!output.all().contains("hush"));
}

#[test]
fn what_cannot_be_a_shell_is_refused() {
    for (words, code) in [
        (&["-d"][..], "usage"),
        (&["gateway", "--dry-run"], "no-command"),
        (&["nosuch", "--new"], "unknown-service"),
        (&["--profile", "nosuch"], "unknown-profile"),
        (&["--config", "/nonexistent.toml"], "config-unreadable"),
        (&["one", "two"], "usage"),
        (&["box", "--dry-run", "--env-file", "/nonexistent"], "env-file"),
        (&["box"], "engine-unreachable"),
        (&["--new", "--image", "app:1", "-t"], "not-a-terminal"),
    ] {
        let test = shell(words).status(125);
        test.stderr_has(&format!("error[{code}]: ")).run();
    }
}

#[test]
fn a_word_too_many_is_a_command() {
    shell(&["box", "ls", "-l"]).stderr_has("help: a command follows `--`: dynrun shell ").status(125).run();
}
