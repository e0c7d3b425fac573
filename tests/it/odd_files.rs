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
