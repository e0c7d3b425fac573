//! Files, pipes, terminals and answers that a launch meets and that are not as they should be.

use super::case::{Case, wait_for};
use super::proxy::{Fault, Proxy, rule};
use super::shell::shell;
use crate::pty::Pty;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;

/// docker's own file is no matter of a launch that needs nothing of it.
#[test]
fn a_config_that_is_no_object_is_no_panic() {
    for text in [
        "[1]",
        "\"x\"",
        "5",
        "{\"proxies\": [1]}",
        "{\"proxies\": {\"default\": {\"httpProxy\": null}}}",
        "{",
    ] {
        let case = Case::new();
        case.file("config.json", text);
        let folder = case.folder().to_str().expect("a path").to_owned();
        let call = case.launch(&["--rm"], &["echo", "hi"]).env("DOCKER_CONFIG", &folder);
        call.run().expect(0, "hi\n", "");
    }
}

#[test]
fn a_config_without_end_is_not_read_for_ever() {
    let case = Case::new();
    std::os::unix::fs::symlink("/dev/zero", case.folder().join("config.json")).expect("a link");
    let folder = case.folder().to_str().expect("a path").to_owned();
    case.launch(&["--rm"], &["echo", "hi"]).env("DOCKER_CONFIG", &folder).run().expect(0, "hi\n", "");
}

#[test]
fn proxies_are_read_in_any_case() {
    let case = Case::new();
    case.file(
        "config.json",
        "{\"Proxies\": {\"default\": {\"HTTPProxy\": \"http://p:1\", \"noProxy\": null}}}",
    );
    let folder = case.folder().to_str().expect("a path").to_owned();
    let call = case.launch(&["--rm"], &["sh", "-c", "echo $http_proxy"]).env("DOCKER_CONFIG", &folder);
    call.run().expect(0, "http://p:1\n", "");
}

#[test]
fn a_report_into_a_pipe_that_nobody_reads_holds_nothing_up() {
    let case = Case::new();
    let pipe = case.folder().join("pipe");
    nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).expect("a pipe");
    let path = pipe.to_str().expect("a path");
    let done = case.launch(&["--rm", "--report", path], &["echo", "hi"]).limit(10).run();
    assert_eq!((done.code, done.text().as_str()), (0, "hi\n"));
    assert!(
        done.stderr.starts_with("warning[report-file]: the report cannot be written to "),
        "{}",
        done.stderr
    );
}

#[test]
fn folders_that_the_engine_made_go_with_a_failed_launch() {
    for options in [&["--rm"][..], &["-d"]] {
        let case = Case::new();
        let mount = ["--preflight", "off", "-v", "./new/x:/c"];
        case.launch(&[options, &mount].concat(), &["nosuch"]).run().refused(127, "command-not-found");
        assert!(!case.folder().join("new").exists(), "a folder is left");
        case.launch(&[&["--rm"][..], &mount].concat(), &["true"]).run().expect(0, "", "");
        assert!(case.folder().join("new/x").exists(), "a launch that ran has its folder");
    }
}

/// A named volume is made on demand, and is known by its labels. M28.
#[test]
fn a_volume_of_a_mount_goes_with_a_failed_launch() {
    let case = Case::new();
    let volume = case.name("vol");
    let mount = format!("type=volume,source={volume},target=/c,volume-label=a=b");
    let launch = |command| case.launch(&["--rm", "--mount", &mount], &[command]).run();
    launch("nosuch").refused(127, "command-not-found");
    case.leaves_nothing();
    launch("true").expect(0, "", "");
    let labels = case.docker(&["volume", "inspect", "--format", "{{.Labels.a}}", &volume]);
    assert_eq!(labels, "b", "what the mount says of a new volume holds");
}

/// The engine takes it away with its state, so that its words are all there is.
#[test]
fn a_missing_command_in_the_background_keeps_its_code_with_rm() {
    let case = Case::new();
    case.launch(&["-d", "--rm"], &["nosuch"]).run().refused(127, "command-not-found");
    case.launch(&["-d", "--rm"], &["/etc/passwd"]).run().refused(126, "command-not-invocable");
    case.leaves_nothing();
}

/// What somebody has started again is somebody's.
#[test]
fn a_container_that_was_restarted_is_not_removed() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", "echo up; exec sleep 300"]).start();
    running.says("up");
    let id = case.container();
    case.docker(&["restart", "-t", "0", &id]);
    let done = running.end();
    let note = "note: the container was started again meanwhile and runs on; once it has ended, the next launch removes it\n";
    assert_eq!(done.stderr, note);
    // The engine's answer to the wait may have the code that the new start has set back.
    assert!([0, 137].contains(&done.code), "{}", done.code);
    assert_eq!(case.inspect(&id)["State"]["Running"], true);
}

/// A name that is no id would be found in any process's groups, and that process be signalled.
#[test]
fn an_id_that_is_none_is_refused() {
    let case = Case::new();
    let body = r#"{"Id":"/","Name":"/box","State":{"Running":true}}"#;
    let proxy = Proxy::new(&case, vec![rule("GET", "/containers/box/json", Fault::Answer(200, body))]);
    let done = shell(&case, &["box", "--host", &proxy.address]).run();
    let stderr = done.refused(125, "engine-error");
    assert!(stderr.contains("it names no container"), "{stderr}");
}

#[test]
fn a_signal_ends_a_shell_that_is_being_started() {
    let case = Case::new();
    let name = case.name("box");
    case.launch(&["-d", "--name", &name], &["sleep", "300"]).run();
    let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::Silent)]);
    let running = shell(&case, &[&name, "--host", &proxy.address, "--", "true"]).limit(5).start();
    proxy.met(1);
    running.signal(Signal::SIGTERM);
    let done = running.end();
    let told = format!(
        "warning[interrupted]: a signal came before the command was started in {name}: it may be started yet\n  \
         help: see what runs there: docker top {name}\n"
    );
    assert_eq!((done.code, done.stderr), (143, told));
}

/// The kernel would stop the whole process for a read of its terminal, and what ends the container with it.
#[test]
fn a_launch_in_the_background_of_a_shell_runs_on() {
    let case = Case::new();
    let line = "set -m; $LAUNCH --rm -it -- sh -c 'sleep 1; exit 7' & wait $!; echo code $?";
    let pty = Pty::run(&case.shell(line).into_command(), 24, 80);
    pty.takes("code 7");
    case.leaves_nothing();
}

/// The word of the end may be an error: then the container's state tells.
#[test]
fn a_wait_that_is_answered_by_an_error_is_no_clean_end() {
    let case = Case::new();
    let body = r#"{"StatusCode":0,"Error":{"Message":"boom"}}"#;
    let proxy = Proxy::new(&case, vec![rule("POST", "/wait", Fault::Answer(200, body))]);
    let call = case.launch(&["--rm", "--host", &proxy.address], &["sh", "-c", "sleep 0.3; exit 7"]);
    call.run().expect(7, "", "");
    wait_for("its end", || case.containers().is_empty().then_some(()));
}
