//! The terminal (design.md section 8), held to `docker run -it` on the same pseudo-terminal: bytes, size, keys, exit
//! code, and the caller's terminal as it was on every way out. `Pty::ends` compares the modes.

use super::case::{BUSYBOX, Case};
use super::proxy::{Fault, Proxy, rule};
use crate::pty::{Ended, Pty};
use nix::sys::signal::Signal;
use nix::sys::termios::LocalFlags;

/// `dynrun run --rm` of a shell's line on a terminal of 33 lines of 99 characters.
#[track_caller]
fn sh(case: &Case, options: &[&str], line: &str) -> Pty {
    let call = case.launch(&[&["--rm"], options].concat(), &["sh", "-c", line]);
    Pty::run(&call.env("NO_COLOR", "1").into_command(), 33, 99)
}

/// The same by docker's client.
#[track_caller]
fn docker_sh(case: &Case, options: &[&str], line: &str) -> Pty {
    let label = case.label();
    let words = [&["run", "--rm", "--label", &label], options, &[BUSYBOX, "sh", "-c", line]].concat();
    Pty::run(&case.call("docker", &words).into_command(), 33, 99)
}

/// Waits for the line that a command writes once it runs.
const UP: &str = "stty -echo; echo up; ";

#[test]
fn bytes_and_exit_code_are_dockers() {
    let case = Case::new();
    let script = |pty: Pty| {
        pty.takes("ready\r\n");
        pty.types("hello\r");
        pty.takes("said hello\r\n");
        pty.types("b\x7fab\x04\r");
        pty.ends()
    };
    let line = r"stty size >/dev/null; stty -a | sed 1d; echo ready; read a; echo said $a; read b; echo said $b
        printf 'a\000\001\002\377\376\n\033[31mred\033[0m\t'; exit 3";
    let dynrun = script(sh(&case, &["-it"], line));
    let docker = script(docker_sh(&case, &["-it"], line));
    assert_eq!((dynrun.code, dynrun.text()), (3, docker.text()));
    assert_eq!(dynrun, docker);
    assert!(dynrun.bytes.ends_with(b"a\0\x01\x02\xff\xfe\r\n\x1b[31mred\x1b[0m\t"), "{:?}", dynrun.text());
    case.leaves_nothing();
}

#[test]
fn the_container_sees_a_terminal_as_with_docker() {
    let case = Case::new();
    let line = "test -t 0 && test -t 1 && test -t 2; echo $?; tty; stty -g; echo $TERM; env | grep -c TERM=";
    let dynrun = sh(&case, &["-it"], line).ends();
    assert_eq!(dynrun, docker_sh(&case, &["-it"], line).ends());
    assert!(dynrun.text().starts_with("0\r\n/dev/pts/0\r\n"), "{}", dynrun.text());
}

/// An engine as old as 1.41 learns the size after the start only: a command waits a moment for it here, as a shell
/// does by reading its files.
#[test]
fn the_size_is_the_callers_and_follows_it() {
    let case = Case::new();
    let line = "trap 'echo now $(stty size)' WINCH; until stty size | grep -qv '^0 0'; do :; done; stty size
        while :; do sleep 0.02; done";
    let pty = sh(&case, &["-it"], line);
    pty.takes("33 99\r\n");
    for (rows, columns) in [(20, 60), (40, 120), (7, 300)] {
        pty.resize(rows, columns);
        pty.takes(&format!("now {rows} {columns}\r\n"));
    }
    pty.types("\x03");
    assert_eq!(pty.ends().code, 130);
    case.leaves_nothing();
}

/// From API 1.42 on the first read is right, and no moment too early for it.
#[test]
fn the_first_size_is_right_where_the_engine_takes_it_along() {
    let case = Case::new();
    let version = case.docker(&["version", "--format", "{{.Server.APIVersion}}"]);
    let minor: u32 = version.strip_prefix("1.").and_then(|minor| minor.parse().ok()).expect("a version");
    let call = case.launch(&["--rm", "-it"], &["stty", "size"]);
    let text = Pty::run(&call.into_command(), 33, 99).ends().text();
    // An older engine's terminal begins without a size: busybox has an error for that.
    assert!(text == "33 99\r\n" || (minor < 42 && text == "stty: standard input\r\n"), "{version}: {text}");
}

/// Keys that come before the container does wait for it.
#[test]
fn what_is_typed_ahead_is_read() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], "read a; read b; echo $a-$b; exit 2");
    pty.types("one\rtwo\r");
    pty.takes("one-two\r\n");
    assert_eq!(pty.ends().code, 2);
}

#[test]
fn what_is_typed_is_echoed_once_and_ends_with_control_d() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], "echo up; cat; exit 4");
    pty.takes("up\r\n");
    pty.types("one\r");
    assert_eq!(pty.takes("one\r\none\r\n"), b"one\r\none\r\n");
    pty.types("\x04");
    assert_eq!(pty.ends(), Ended { code: 4, bytes: Vec::new() });
}

/// The key is a byte: the container's terminal makes a signal of it, for the command alone.
#[test]
fn control_c_interrupts_the_command_and_not_dynrun() {
    let case = Case::new();
    let line =
        "trap 'echo caught' INT; stty -echo; echo up; until [ \"$l\" = end ]; do read -r l; done; exit 6";
    let pty = sh(&case, &["-it"], line);
    pty.takes("up\r\n");
    for _ in 0..4 {
        pty.types("\x03");
        pty.takes("caught\r\n");
    }
    pty.types("end\r");
    assert_eq!(pty.ends(), Ended { code: 6, bytes: Vec::new() });
    case.leaves_nothing();
}

/// Without `-i` nobody reads the keys, and the caller's terminal stays as it is: Ctrl-C climbs dynrun's ladder.
#[test]
fn a_terminal_without_input_leaves_the_keys_to_the_caller() {
    let case = Case::new();
    let pty = sh(&case, &["-t"], "trap 'echo caught; exit 5' INT; echo up; while :; do sleep 0.02; done");
    pty.takes("up\r");
    assert!(pty.modes().local_flags.contains(LocalFlags::ECHO | LocalFlags::ISIG));
    pty.types("\x03");
    pty.takes("caught\r");
    assert_eq!(pty.ends().code, 5);
    case.leaves_nothing();
}

#[test]
fn a_burst_at_the_end_arrives_whole() {
    let case = Case::new();
    let ended = sh(&case, &["-it"], "yes 0123456789abcde | head -c 1048576; exit 9").ends();
    assert_eq!((ended.code, ended.bytes.len()), (9, (1 << 20) + (1 << 16)));
    assert!(ended.bytes.chunks_exact(17).all(|line| line == b"0123456789abcde\r\n"));
    case.leaves_nothing();
}

/// The terminal is raw while the container has it, and as it was when the container is killed from elsewhere.
#[test]
fn a_container_that_is_killed_gives_the_terminal_back() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], &format!("{UP}cat"));
    pty.takes("up\r\n");
    assert!(!pty.modes().local_flags.intersects(LocalFlags::ECHO | LocalFlags::ISIG | LocalFlags::ICANON));
    case.docker(&["kill", &case.container()]);
    assert_eq!(pty.ends(), Ended { code: 137, bytes: Vec::new() });
    case.leaves_nothing();
}

#[test]
fn signals_to_dynrun_give_the_terminal_back() {
    let case = Case::new();
    for (signal, word, code) in
        [(Signal::SIGTERM, "TERM", 21), (Signal::SIGHUP, "HUP", 22), (Signal::SIGINT, "INT", 23)]
    {
        let pty =
            sh(&case, &["-it"], &format!("trap 'exit {code}' {word}; {UP}while :; do sleep 0.02; done"));
        pty.takes("up\r\n");
        pty.signal(signal);
        assert_eq!(pty.ends(), Ended { code, bytes: Vec::new() });
    }
    case.leaves_nothing();
}

#[test]
fn a_launch_that_fails_leaves_the_terminal_alone() {
    let case = Case::new();
    let call = case.launch(&["--rm", "-it"], &["nosuchcommand"]).env("NO_COLOR", "1");
    let ended = Pty::run(&call.into_command(), 24, 80).ends();
    assert_eq!(ended.code, 127, "{}", ended.text());
    assert!(ended.text().starts_with("error[command-not-found]: "), "{}", ended.text());
    case.leaves_nothing();
}

/// The stream breaks, and the container goes on: the keys are the caller's again, and end it.
#[test]
fn a_stream_that_breaks_gives_the_terminal_back() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/attach", Fault::CutAfterHead(4))]);
    let line = "trap 'exit 8' INT; stty -echo; echo up; while :; do sleep 0.02; done";
    let pty = sh(&case, &["-it", "--host", &proxy.address], line);
    pty.takes("up\r\n");
    proxy.met(1);
    super::case::wait_for("the caller's own modes", || {
        pty.modes().local_flags.contains(LocalFlags::ECHO | LocalFlags::ISIG).then_some(())
    });
    pty.types("\x03");
    assert_eq!(pty.ends().code, 8);
    case.leaves_nothing();
}

/// The engine is gone for good: dynrun says so, in a terminal that is the caller's.
#[test]
fn an_engine_that_goes_away_gives_the_terminal_back() {
    let case = Case::new();
    let wait = rule("POST", "/wait", Fault::CutAfterHead(0));
    let proxy = Proxy::new(&case, vec![rule("POST", "/attach", Fault::CutAfterHead(4)), wait]);
    let pty = sh(&case, &["-it", "--host", &proxy.address], &format!("{UP}sleep 60"));
    let ended = pty.ends();
    assert_eq!(ended.code, 125, "{}", ended.text());
    assert!(ended.text().contains("error[engine-lost]: "), "{}", ended.text());
}

/// The container runs on, `--rm` or not, and can be come back to.
#[test]
fn the_detach_keys_leave_the_container_to_itself() {
    let case = Case::new();
    let name = case.name("left");
    let line = format!("{UP}while read -r l; do echo got $l; done");
    let pty = sh(&case, &["-it", "--name", &name], &line);
    pty.takes("up\r\n");
    pty.types("\x10one\r");
    pty.takes("got \x10one\r\n");
    pty.types("\x10");
    pty.types("\x11");
    let ended = pty.ends();
    let said = format!(
        "\r\nnote: detached; the container {name} runs on; --rm does not remove it any more\r\n\
         note: back to it: docker attach {name}; its end: dynrun stop {name}, docker rm -fv {name}\r\n"
    );
    assert_eq!((ended.code, ended.text()), (0, said));
    assert_eq!(case.inspect(&name)["State"]["Running"], true);
    let again = Pty::run(&case.call("docker", &["attach", &name]).into_command(), 33, 99);
    again.types("two\r");
    again.takes("got two\r\n");
}

/// A window that is closed ends an attached container, as a signal would.
#[test]
fn a_window_that_is_closed_ends_the_container() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], &format!("trap 'exit 7' HUP; {UP}while :; do sleep 0.02; done"));
    pty.takes("up\r\n");
    drop(pty);
    super::case::wait_for("an empty engine", || case.containers().is_empty().then_some(()));
}

/// Keys that are typed while dynrun is stopped are the container's, once it goes on: raw mode is back.
#[test]
fn a_dynrun_that_is_continued_is_raw_again() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], &format!("{UP}cat; exit 3"));
    pty.takes("up\r\n");
    let raw = pty.modes();
    pty.signal(Signal::SIGSTOP);
    pty.set_modes_as_before();
    pty.signal(Signal::SIGCONT);
    super::case::wait_for("raw mode", || (pty.modes() == raw).then_some(()));
    pty.types("x\r\x04");
    pty.takes("x\r\n");
    assert_eq!(pty.ends().code, 3);
}
