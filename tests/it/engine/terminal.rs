//! The terminal (design.md section 8), held to `docker run -it` on the same pseudo-terminal: bytes, size, keys, exit
//! code, and the caller's terminal as it was on every way out. `Pty::ends` compares the modes.

use super::case::{BUSYBOX, Case, wait_for, wait_for_stop};
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

/// Whoever has seen a byte of the command, or was read by it, finds the size right at the first look, on an engine of any age.
#[test]
fn the_first_size_after_a_byte_is_right() {
    let case = Case::new();
    for (rows, columns) in [(33, 99), (7, 300), (200, 20), (24, 80)] {
        let call = case.launch(
            &["--rm", "-it"],
            &["sh", "-c", "stty -echo; echo READY; read go; stty size; echo BYE; read end"],
        );
        let pty = Pty::run(&call.into_command(), rows, columns);
        pty.takes("READY\r\n");
        pty.types("go\r");
        assert_eq!(pty.takes("BYE\r\n"), format!("{rows} {columns}\r\nBYE\r\n").into_bytes());
        pty.types("end\r");
        assert_eq!(pty.ends(), Ended { code: 0, bytes: Vec::new() });
    }
    case.leaves_nothing();
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
    wait_for("the caller's own modes", || {
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
    let proxy = Proxy::new(&case, Vec::new());
    let pty = sh(&case, &["-it", "--host", &proxy.address], &format!("{UP}sleep 60"));
    pty.takes("up\r\n");
    proxy.close();
    let ended = pty.ends();
    assert_eq!(ended.code, 125, "{}", ended.text());
    assert!(ended.text().contains("error[engine-lost]: "), "{}", ended.text());
}

#[test]
fn output_that_is_cut_off_comes_from_the_log() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/attach", Fault::CutAfterHead(333))]);
    let line = "for i in $(seq 101 300); do echo the line no $i; done; exit 7";
    let ended = sh(&case, &["-it", "--host", &proxy.address], line).ends();
    let whole: String = (101..=300).map(|number| format!("the line no {number}\r\n")).collect();
    // The terminal is the caller's again by then, and begins its own lines.
    assert_eq!((ended.code, ended.text().replace("\r\r\n", "\r\n")), (7, whole));
    case.leaves_nothing();
}

/// An engine that never takes the size holds nothing up for long.
#[test]
fn a_size_that_nobody_takes_is_not_waited_for() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/resize", Fault::Silent)]);
    let ended = sh(&case, &["-it", "--host", &proxy.address], "echo up; exit 3").ends();
    assert_eq!(ended, Ended { code: 3, bytes: b"up\r\n".to_vec() });
    case.leaves_nothing();
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
        "\r\nnote: detached; the container {name} runs on; once it has ended, the next launch removes it\r\n\
         note: back to it: docker attach {name}; its end: dynrun stop {name}, docker rm -fv {name}\r\n"
    );
    assert_eq!((ended.code, ended.text()), (0, said));
    assert_eq!(case.inspect(&name)["State"]["Running"], true);
    let again = Pty::run(&case.call("docker", &["attach", &name]).into_command(), 33, 99);
    again.types("two\r");
    again.takes("got two\r\n");
}

/// Gives every byte back as it was read.
const RAW: &str = "stty raw -echo; printf 'up\\r\\n'; exec cat";

/// Other keys take the place of docker's, which are bytes like any then: the engine is told, too, or it would take them.
#[test]
fn other_keys_detach_in_the_place_of_dockers() {
    let case = Case::new();
    let script = |pty: Pty| {
        pty.takes("up\r\n");
        // Each waits for the last one: what is held back comes with the key that tells.
        for (typed, read) in
            [("\x10", "\x10"), ("\x11x", "\x11x"), ("\x01y", "\x01y"), ("\x01\x01z", "\x01\x01z")]
        {
            pty.types(typed);
            assert_eq!(pty.takes(read), read.as_bytes());
        }
        pty.types("\x01");
        pty.types("d");
        pty.ends()
    };
    let (ours, dockers) = (case.name("ours"), case.name("dockers"));
    let ended = script(sh(&case, &["-it", "--name", &ours, "--detach-keys", "ctrl-a,d"], RAW));
    assert!(ended.text().starts_with(&format!("\r\nnote: detached; the container {ours} runs on")));
    let docker = script(docker_sh(&case, &["-it", "--name", &dockers, "--detach-keys", "ctrl-a,d"], RAW));
    assert_eq!((ended.code, docker.code), (0, 0));
    assert_eq!(case.inspect(&ours)["State"]["Running"], true);
}

/// Docker's own configuration names the keys where no option does; the empty option names none.
#[test]
fn the_keys_of_dockers_configuration_detach() {
    let case = Case::new();
    std::fs::create_dir(case.folder().join(".docker")).expect("a folder");
    case.file(".docker/config.json", r#"{"detachKeys": "ctrl-b,q"}"#);
    for (options, keys) in [(&[][..], "\x02q"), (&["--detach-keys="], "\x02q"), (&["--detach-keys=x"], "x")] {
        let pty = sh(&case, &[&["-it"], options].concat(), RAW);
        pty.takes("up\r\n");
        pty.types("\x10\x11y");
        pty.takes("\x10\x11y");
        pty.types(keys);
        let ended = pty.ends();
        assert!(
            ended.code == 0 && ended.text().contains("note: detached; "),
            "{options:?}: {}",
            ended.text()
        );
    }
}

/// Switches the other screen, the mouse and marks around pastes on, and the cursor off.
const UNTIDY: &str = "stty -echo; printf '\\033[?1049h\\033[?1000;1006h\\033[?2004h\\033[?25l'; echo up; ";
/// Puts them right.
const TIDIED: &str = "\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h";

/// What a command has left on is put right, however it ended, but for what it has put right itself (E14).
#[test]
fn what_is_left_switched_on_is_put_right() {
    let case = Case::new();
    let killed = sh(&case, &["-it"], &format!("{UNTIDY}cat"));
    killed.takes("up\r\n");
    case.docker(&["kill", &case.container()]);
    assert_eq!(killed.ends(), Ended { code: 137, bytes: TIDIED.into() });
    let failed = sh(&case, &["-t"], &format!("{UNTIDY}printf '\\033[?1000l\\033[?47l'; exit 3")).ends();
    assert_eq!(failed.code, 3);
    assert!(failed.text().ends_with("\x1b[?47l\x1b[?1006l\x1b[?2004l\x1b[?25h"), "{:?}", failed.text());
    let tidy = sh(&case, &["-it"], &format!("{UNTIDY}printf '\\033c'; exit 4")).ends();
    assert!(tidy.code == 4 && tidy.text().ends_with("up\r\n\x1bc"), "{:?}", tidy.text());
    case.leaves_nothing();
    let left = sh(&case, &["-it"], &format!("{UNTIDY}cat"));
    left.takes("up\r\n");
    left.types("\x10\x11");
    let left = left.ends();
    assert!(left.text().starts_with(&format!("{TIDIED}\r\nnote: detached; ")), "{:?}", left.text());
}

/// Output that goes elsewhere gets no byte of dynrun's, while the keys are the container's.
#[test]
fn a_pipe_beside_the_terminal_gets_the_bytes_alone() {
    let case = Case::new();
    let line = format!("{UNTIDY}read -r l; echo got $l; exit 5");
    let line = format!("$LAUNCH --rm -it -- sh -c '{}' | cat >out; cat out", line.replace('\'', "'\\''"));
    let pty = Pty::run(&case.shell(&line).into_command(), 24, 80);
    wait_for("the first bytes", || {
        std::fs::metadata(case.folder().join("out")).ok().filter(|out| out.len() > 9)
    });
    pty.types("this\r");
    let ended = pty.ends();
    let bytes = "\x1b[?1049h\x1b[?1000;1006h\x1b[?2004h\x1b[?25lup\r\ngot this\r\n";
    // The terminal itself ends each line once more.
    assert_eq!((ended.code, ended.text()), (0, bytes.replace('\n', "\r\n")));
    case.leaves_nothing();
}

/// Every byte, and every pair of them but for the keys that detach, in and out of a raw terminal.
#[test]
fn every_byte_passes_both_ways() {
    let case = Case::new();
    let mut bytes: Vec<u8> = (0..=255).rev().collect();
    let mut word = 0x2545_f491_4f6c_dd1d_u64;
    while bytes.len() < 256 << 10 {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        // An escape character could begin a sequence that is put right in the end, as a shift is: there is another at
        // the end.
        bytes.extend(word.to_le_bytes().map(|byte| if byte == 0x1b { 0 } else { byte }));
    }
    bytes.dedup_by(|next, byte| (*byte, *next) == (0x10, 0x11));
    let line = format!("stty raw -echo; printf READY; head -c {}; printf 'BYE\\017'; exit 6", bytes.len());
    let pty = sh(&case, &["-it"], &line);
    pty.takes("READY");
    pty.types(&bytes);
    let ended = pty.ends();
    assert_eq!((ended.code, ended.bytes.len()), (6, bytes.len() + 4));
    assert!(ended.bytes.starts_with(&bytes) && ended.bytes.ends_with(b"BYE\x0f"));
    case.leaves_nothing();
}

/// Standard error alone is nothing of a terminal: as with docker, its bytes are all standard output's.
#[test]
fn a_terminal_whose_output_is_not_attached_shows_nothing() {
    let case = Case::new();
    for attach in ["stderr", "stdin"] {
        let ended = sh(&case, &["-it", "-a", attach], "echo out; echo err >&2; exit 3").ends();
        assert_eq!(ended, Ended { code: 3, bytes: Vec::new() }, "{attach}");
        assert_eq!(docker_sh(&case, &["-it", "-a", attach], "echo out; echo err >&2; exit 3").ends(), ended);
    }
    let ended = sh(&case, &["-it", "-a", "stdout"], "echo out; echo err >&2; exit 3").ends();
    assert_eq!((ended.code, ended.text().as_str()), (3, "out\r\nerr\r\n"));
    case.leaves_nothing();
}

/// A window that is closed ends an attached container, as a signal would.
#[test]
fn a_window_that_is_closed_ends_the_container() {
    let case = Case::new();
    let pty = sh(&case, &["-it"], &format!("trap 'exit 7' HUP; {UP}while :; do sleep 0.02; done"));
    pty.takes("up\r\n");
    drop(pty);
    wait_for("an empty engine", || case.containers().is_empty().then_some(()));
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
    wait_for("raw mode", || (pty.modes() == raw).then_some(()));
    pty.types("x\r\x04");
    pty.takes("x\r\n");
    assert_eq!(pty.ends().code, 3);
}

/// Asked to stop, dynrun gives the terminal back first; continued, it takes it again, in the size that it has then.
#[test]
fn a_dynrun_that_is_asked_to_stop_gives_the_terminal_back_meanwhile() {
    let case = Case::new();
    let line =
        "read -r l; trap 'echo now $(stty size)' WINCH; echo go; while :; do read -r l && exit 3; done";
    let pty = sh(&case, &["-it"], &format!("{UNTIDY}{line}"));
    pty.takes("up\r\n");
    pty.types("\r");
    pty.takes("go\r\n");
    let raw = pty.modes();
    for (rows, columns) in [(20, 60), (40, 120)] {
        pty.signal(Signal::SIGTSTP);
        wait_for_stop(pty.command());
        assert!(pty.is_as_before(), "the terminal's modes");
        assert_eq!(pty.takes(TIDIED), TIDIED.as_bytes());
        pty.resize(rows, columns);
        pty.signal(Signal::SIGCONT);
        let again = "\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?1049h\x1b[?25l";
        assert_eq!(pty.takes(again), again.as_bytes());
        wait_for("raw mode", || (pty.modes() == raw).then_some(()));
        pty.takes(&format!("now {rows} {columns}\r\n"));
    }
    pty.types("x\r");
    assert_eq!(pty.ends(), Ended { code: 3, bytes: TIDIED.into() });
    case.leaves_nothing();
}

/// Without input the keys are the caller's, Ctrl-Z too: dynrun stops, and the command runs on.
#[test]
fn control_z_stops_a_dynrun_that_reads_nothing() {
    let case = Case::new();
    let pty = sh(&case, &["-t"], "trap 'exit 7' TERM; echo up; while :; do sleep 0.02; done");
    pty.takes("up\r");
    pty.types("\x1a");
    wait_for_stop(pty.command());
    pty.signal(Signal::SIGCONT);
    pty.signal(Signal::SIGTERM);
    assert_eq!(pty.ends().code, 7);
    case.leaves_nothing();
}
