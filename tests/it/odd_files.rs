//! Files that are none: devices without an end, folders, pipes. Each is read to a limit or refused; nothing hangs.

use crate::common::Test;

#[test]
fn a_device_without_an_end_is_refused() {
    for (words, code, said) in [
        (["--env-file", "/dev/zero"], "env-file", "/dev/zero is larger than 16 MiB"),
        (["--label-file", "/dev/zero"], "env-file", "/dev/zero is larger than 16 MiB"),
        (
            ["--security-opt", "seccomp=/dev/zero"],
            "seccomp-profile",
            "the seccomp profile /dev/zero is larger than 16 MiB",
        ),
    ] {
        Test::new()
            .args(["run", "--dry-run", "--image", "app:1"])
            .args(words)
            .stderr(&format!(
                "
                error[{code}]: {said}
                  asked: `{}` on the command line
                ",
                words.join(" ")
            ))
            .status(125)
            .run();
    }
    Test::new()
        .args(["run", "--dry-run", "--image", "app:1", "--config", "/dev/zero"])
        .stderr(
            "
            error[config-unreadable]: /dev/zero cannot be read: it is not a regular file
            ",
        )
        .status(125)
        .run();
}

/// A file that another one names may be anything: what has no end is not read, and what nobody writes is not waited for.
#[test]
fn an_import_waits_for_no_pipe_that_a_file_names() {
    let a = "services: {a: {image: \"x:1\"";
    for (name, text, words, code, said) in [
        ("env", &*format!("{a}, env_file: pipe}}}}\n"), "--compose f", 0, ""),
        ("env-zero", &*format!("{a}, env_file: /dev/zero}}}}\n"), "--compose f", 0, ""),
        ("script", "docker run --env-file pipe -e A=1 x:1\n", "f", 0, ""),
        ("script-zero", "docker run --env-file /dev/zero -e A=1 x:1\n", "f", 0, ""),
        (
            "include",
            &*format!("include: [pipe]\n{a}}}}}\n"),
            "--compose f",
            1,
            "/pipe cannot be read: it is not a regular file\n",
        ),
        (
            "extends",
            "services: {a: {extends: {file: pipe, service: b}}}\n",
            "--compose f",
            1,
            "/pipe cannot be read: it is not a regular file\n",
        ),
    ] {
        let test = Test::sh(&format!("mkfifo pipe; timeout 5 dynrun import {words}"));
        let output = test.file("f", text).any_stdout().any_stderr().any_status().run();
        assert_eq!(output.status, code, "{name}: {}", output.stderr);
        assert!(output.stderr.contains(said), "{name}: {}", output.stderr);
    }
}

/// What another program writes is read to its end, however late that comes.
#[test]
fn what_another_program_writes_is_read() {
    Test::sh(
        "(sleep 0.3; echo A=1; sleep 0.3; echo B=2) | dynrun run --dry-run --profile bare --image app:1 --env-file /dev/stdin; \
         mkfifo pipe; (sleep 0.3; echo C=3) >pipe & dynrun run --dry-run --profile bare --image app:1 --env-file pipe",
    )
    .stdout(
        "
        docker run -e A=1 -e B=2 app:1
        docker run -e C=3 app:1
        ",
    )
    .any_stderr()
    .run();
}
