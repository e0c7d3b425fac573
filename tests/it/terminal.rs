//! Whether a launch gets a terminal (N34, K13, K23), without an engine: what is refused, what `auto` becomes, and what
//! the request says. And a panic.

use crate::common::Test;
use crate::pty::Pty;
use serde_json::Value;
use std::process::Command;

/// In the foreground, `-t` without a terminal is refused before an engine is asked (N34).
#[test]
fn a_terminal_in_a_pipe_is_refused() {
    Test::new()
        .args(["run", "--profile", "bare", "--image", "app:1", "-it", "--", "sh"])
        .stderr(
            "
            error[not-a-terminal]: the input device is not a TTY: a terminal needs one on standard input
              asked: `-t` on the command line
              help: leave it out: with -i alone, standard input reaches the command as it is
              help: or have one only where there is one: --tty=auto
            ",
        )
        .status(125)
        .run();
    Test::new()
        .env("DYNRUN_TTY", "true")
        .args(["run", "--image", "app:1"])
        .stderr_has("error[not-a-terminal]: ")
        .stderr_has("  asked: `DYNRUN_TTY=true` in the environment\n")
        .status(125)
        .run();
}

/// In the background nobody has to sit at a terminal (K23): the launch gets as far as the engine.
#[test]
fn a_terminal_in_the_background_needs_none() {
    for flags in ["-dt", "-dit"] {
        Test::new()
            .args(["run", "--profile", "bare", "--image", "app:1", flags])
            .stderr_has("error[engine-unreachable]: ")
            .status(125)
            .run();
    }
}

/// A dry run is for another time and place.
#[test]
fn a_dry_run_says_the_terminal_in_a_pipe() {
    for (flags, line) in [
        ("-it", "docker run --interactive --tty app:1\n"),
        ("-t", "docker run --tty app:1\n"),
        ("-i", "docker run --interactive app:1\n"),
        ("-dit", "docker run --detach --interactive --tty app:1\n"),
        ("--tty=false", "docker run app:1\n"),
        ("--tty=auto", "docker run app:1\n"),
        ("--interactive=auto", "docker run app:1\n"),
    ] {
        let test = Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", flags]);
        test.stdout(line).any_stderr().run();
    }
}

/// In the background there is nobody to attach to, as docker's client has it.
#[test]
fn a_stream_in_the_background_is_refused() {
    Test::new()
        .args([
            "run",
            "--profile",
            "bare",
            "--image",
            "app:1",
            "--dry-run",
            "-d",
            "-a",
            "STDOUT",
            "-a",
            "stderr",
        ])
        .stderr(
            "
            error[attach-detached]: a container in the background has nobody to attach its streams to
              asked: `-a stdout` on the command line
              asked: `-d` on the command line
              help: leave one out: --detach=false, or --reset attach
            ",
        )
        .status(125)
        .run();
}

/// Keys that there are not are refused first (F49): docker's client would leave a container behind.
#[test]
fn keys_that_there_are_not_are_refused() {
    Test::new()
        .args(["run", "--profile", "bare", "--image", "app:1", "-it", "--detach-keys", "ctrl-P,ctrl-Q"])
        .stderr(
            "
            error[bad-value]: --detach-keys: there is no such key
              asked: `--detach-keys ctrl-P,ctrl-Q` on the command line
              help: did you mean --detach-keys ctrl-p,ctrl-q?
              help: the accepted form is ctrl-KEY|CHARACTER[,...]
            ",
        )
        .status(125)
        .run();
}

/// Docker's own configuration says the keys where no option does, and where somebody types: a fault of it is none of
/// any other launch.
#[test]
fn the_keys_of_dockers_configuration_count() {
    let dry_run = |config: &str, options: &str| {
        let line = format!("dynrun run --profile bare --image app:1 --dry-run {options}");
        let test = Test::sh(&line).file(".docker/config.json", config).env("NO_COLOR", "1");
        let ended = Pty::run(&test.command(), 33, 99).ends();
        (ended.code, ended.text().replace("\r\n", "\n").replace(test.folder().to_str().unwrap(), "[DIR]"))
    };
    let keys = r#"{"detachKeys": "ctrl-a,d"}"#;
    let wrong = r#"{"detachKeys": "ctrl-zz"}"#;
    for (config, options, line) in [
        (keys, "-it", "docker run --interactive --tty --detach-keys ctrl-a,d app:1\n"),
        (keys, "-it --detach-keys=x", "docker run --interactive --tty --detach-keys x app:1\n"),
        (wrong, "-it --detach-keys=x", "docker run --interactive --tty --detach-keys x app:1\n"),
        (wrong, "-t", "docker run --tty app:1\n"),
        (wrong, "-i", "docker run --interactive app:1\n"),
        (wrong, "-dit", "docker run --detach --interactive --tty app:1\n"),
    ] {
        let (code, text) = dry_run(config, &format!("{options} 2>/dev/null"));
        assert_eq!((code, text.as_str()), (0, line), "{options}");
    }
    let refused = "error[bad-value]: [DIR]/.docker/config.json: detachKeys: there is no such key
  asked: `\"detachKeys\": \"ctrl-zz\"`, docker's own configuration
  help: did you mean \"detachKeys\": \"ctrl-z\"?
  help: the accepted form is ctrl-KEY|CHARACTER[,...]
";
    assert_eq!(dry_run(wrong, "-it"), (125, refused.to_owned()));
}

/// What docker's client sends for each; the tests with an engine hold the list to that client.
#[test]
fn the_request_says_terminal_and_streams() {
    let names = ["Tty", "OpenStdin", "StdinOnce", "AttachStdin", "AttachStdout", "AttachStderr"];
    for (flags, wanted) in [
        (&[][..], [false, false, false, false, true, true]),
        (&["-t"], [true, false, false, false, true, true]),
        (&["-i"], [false, true, true, true, true, true]),
        (&["-it"], [true, true, true, true, true, true]),
        (&["-d"], [false, false, false, false, false, false]),
        (&["-dt"], [true, false, false, false, false, false]),
        (&["-dit"], [true, true, false, false, false, false]),
        (&["-t", "--interactive=auto"], [true, true, true, true, true, true]),
        (&["-dt", "--interactive=auto"], [true, false, false, false, false, false]),
    ] {
        let test = Test::new()
            .args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", "--format", "json"])
            .args(flags);
        let request: Value = serde_json::from_str(&test.any_stdout().any_stderr().run().stdout).unwrap();
        assert_eq!(names.map(|name| request[name] == true), wanted, "{flags:?}");
        assert_eq!(request["HostConfig"]["ConsoleSize"], Value::Null, "{flags:?}");
    }
}

/// What a dry run prints on a terminal.
#[track_caller]
fn on_terminal(script: &str) -> String {
    let test = Test::sh(script);
    let ended = Pty::run(&test.command(), 33, 99).ends();
    assert_eq!(ended.code, 0, "{}", ended.text());
    ended.text().replace("\r\n", "\n")
}

/// `auto` is a terminal to type in, where the caller has one on both sides (N34, K13).
#[test]
fn auto_follows_the_caller() {
    let run = "dynrun run --image app:1 --dry-run 2>/dev/null";
    let with = "docker run --interactive --tty --rm --init app:1\n";
    let without = "docker run --rm --init app:1\n";
    assert_eq!(on_terminal(run), with);
    assert_eq!(on_terminal(&format!("{run} >file; cat file")), without);
    assert_eq!(on_terminal(&format!("{run} </dev/null")), without);
    assert_eq!(on_terminal(&format!("{run} --tty=false")), without);
    assert_eq!(
        on_terminal(&format!("{run} --interactive=false")),
        with.replace("--interactive", "--interactive=false")
    );
    // A log that nobody watches is bounded.
    let bounded = "--detach --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 --rm";
    assert_eq!(on_terminal(&format!("{run} -d")), without.replace("--rm", bounded));
    // A terminal whose output nobody sees is of no use.
    assert_eq!(on_terminal(&format!("{run} -a stderr")), without.replace("--rm", "--attach stderr --rm"));
    assert_eq!(on_terminal(&format!("{run} -a stdout")), with.replace("--tty", "--tty --attach stdout"));
    // Nobody types to the gateway.
    let gateway = on_terminal("dynrun run gateway --dry-run 2>/dev/null");
    assert!(!gateway.contains("--tty") && !gateway.contains("--interactive"), "{gateway}");
}

/// From API 1.42 on the terminal has its size before the command runs.
#[test]
fn the_request_says_the_terminals_size() {
    let text = on_terminal("dynrun run --image app:1 --dry-run --format json 2>/dev/null");
    let request: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(request["HostConfig"]["ConsoleSize"], serde_json::json!([33, 99]));
}

/// Release builds abort on a panic: only the hook gives the terminal back (E14).
#[test]
fn a_panic_gives_the_terminal_back() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "terminal::in_raw_mode", "--nocapture"]).env("DYNRUN_TEST_PANICS", "1");
    let pty = Pty::run(command.current_dir("/"), 24, 80);
    pty.takes("raw: true");
    let ended = pty.ends();
    assert_eq!(ended.code, 125, "{}", ended.text());
    assert!(ended.text().contains("error[internal]: dynrun itself is at fault: "), "{}", ended.text());
}

/// No test of its own: what the one above runs on a terminal.
#[test]
fn in_raw_mode() {
    if std::env::var_os("DYNRUN_TEST_PANICS").is_none() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| std::process::exit(dynrun::panicked(panic).code().into())));
    dynrun::session::take_terminal();
    let modes = nix::sys::termios::tcgetattr(std::io::stdin()).unwrap();
    println!("raw: {}", !modes.local_flags.contains(nix::sys::termios::LocalFlags::ECHO));
    panic!("on purpose");
}
