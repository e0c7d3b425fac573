//! `dynrun doctor` where no engine answers: the machine is told all the same.

use crate::common::Test;

#[test]
fn the_machine_is_told_without_an_engine() {
    let output = Test::new()
        .args(["doctor"])
        .any_stdout()
        .stderr_has("error[engine-unreachable]: no engine answers at unix:///nonexistent/docker.sock")
        .status(1)
        .run();
    let parts: Vec<&str> = output.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    assert_eq!(parts, ["engine", "machine", "ports", "dynrun"], "{}", output.stdout);
    assert!(output.stdout.starts_with("engine   answers "), "{}", output.stdout);
}

/// What keeps the engine from telling keeps its ports from it, too, and is said once.
#[test]
fn an_engine_that_is_not_reached_is_said_once() {
    for (words, stderr) in [
        (
            ["--host", "tcp://127.0.0.1:1"],
            "
            note: the engine is reached over tcp://127.0.0.1:1: only the ports that its containers publish are listed
            error[engine-not-listening]: nobody listens at tcp://127.0.0.1:1: connection refused
              asked: `--host tcp://127.0.0.1:1` on the command line
              help: start it there, with this address among its own: dockerd --host tcp://ADDRESS:PORT --tlsverify
              help: or go through ssh: --host ssh://USER@HOST
            ",
        ),
        (
            ["--context", "nope"],
            "
            error[engine-context]: the docker context `nope` does not exist
              asked: `--context nope` on the command line
              help: docker context ls
            ",
        ),
    ] {
        let output = Test::new().args(["doctor"]).args(words).any_stdout().stderr(stderr).status(1).run();
        assert!(output.stdout.contains("\nports    known ones       cannot be told\n"), "{}", output.stdout);
    }
}

/// A file of dynrun's that is wrong is told, as a launch would.
#[test]
fn a_file_that_is_wrong_is_told() {
    Test::new()
        .file("dynrun.toml", "[service.x]\nnetwrok = \"host\"\n")
        .args(["doctor"])
        .any_stdout()
        .stderr_has("error[unknown-key]: a service has no key `netwrok`")
        .status(1)
        .run();
}
