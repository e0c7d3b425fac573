//! What goes on in a shell in a running container: its bytes, its terminal, its end, and that it leaves nothing running
//! in the container that was there before it.

use super::case::{Case, wait_for};
use super::proxy::{Fault, Proxy, rule};
use super::shell::shell;
use crate::pty::{Ended, Pty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::LocalFlags;
use nix::unistd::Pid;
use sha2::{Digest, Sha256};
use std::time::Instant;

/// A command that is told apart from all others, for as long as a test may take.
const MARK: &str = "sleep 4711";
/// Says that it runs, and hears of no signal; with a child that hears of it.
const DEAF: &str = "trap '' INT TERM HUP; echo up; sleep 4711";

/// A container that runs until the test ends, and reaps what is left in it.
fn running(case: &Case) -> String {
    super::shell::running(case, "box", &["--init"])
}

/// The same on a terminal of that size.
fn on_terminal(case: &Case, words: &[&str], (rows, columns): (u16, u16)) -> Pty {
    Pty::run(&shell(case, words).env("NO_COLOR", "1").into_command(), rows, columns)
}

/// The commands that run in a container.
fn commands(case: &Case, name: &str) -> String {
    case.docker(&["top", name, "-o", "pid,args"])
}

/// Waits until nothing of the test's runs in a container.
#[track_caller]
fn leaves_nothing_in(case: &Case, name: &str) {
    wait_for("an end of all that was started", || {
        let commands = commands(case, name);
        (!commands.contains("sh") && !commands.contains(MARK)).then_some(())
    });
}

#[test]
fn megabytes_come_back_as_they_went() {
    let case = Case::new();
    let name = running(&case);
    let mut bytes = Vec::with_capacity(32 << 20);
    let mut word = 0x9e37_79b9_7f4a_7c15_u64;
    while bytes.len() < 32 << 20 {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let done = shell(&case, &[&name, "--", "cat"]).input(&bytes).run();
    assert_eq!((done.code, done.stdout.len(), done.stderr.as_str()), (0, bytes.len(), ""));
    assert_eq!(Sha256::digest(&done.stdout), Sha256::digest(&bytes));
}

#[test]
fn the_streams_stay_apart_and_exact() {
    let case = Case::new();
    let name = running(&case);
    let line = r"printf 'a\000\001\377\r\n'; printf 'e\000\002' >&2; exit 3";
    let done = shell(&case, &[&name, "--", "sh", "-c", line]).run();
    assert_eq!((done.code, &done.stdout[..], done.stderr.as_str()), (3, &b"a\0\x01\xff\r\n"[..], "e\0\x02"));
}

/// The end of the input is the shell's; what it does then still arrives.
#[test]
fn a_shell_reads_its_commands_from_a_pipe() {
    let case = Case::new();
    let name = running(&case);
    let done = shell(&case, &[&name]).input(b"cat <<X\nhere\nX\nsleep 0.2; echo late; exit 9\n").run();
    done.expect(9, "here\nlate\n", "");
    // Who says that nothing is to be read.
    shell(&case, &[&name, "--interactive=false", "--", "cat"]).input(b"unread").run().expect(0, "", "");
}

#[test]
fn bytes_and_code_on_a_terminal_are_dockers() {
    let case = Case::new();
    let name = running(&case);
    let line = r"stty -a | sed 1d; tty | cut -c1-9; echo ready; read a; echo said $a
        printf 'a\000\001\002\377\n\033[31mred\033[0m\t'; exit 3";
    let script = |pty: Pty| {
        pty.takes("ready\r\n");
        pty.types("hello\r");
        pty.takes("said hello\r\n");
        pty.ends()
    };
    let docker = ["exec", "-it", &name, "sh", "-c", line];
    let docker = script(Pty::run(&case.call("docker", &docker).into_command(), 33, 99));
    let dynrun = script(on_terminal(&case, &[&name, "--", "sh", "-c", line], (33, 99)));
    assert_eq!((dynrun.code, dynrun.text()), (3, docker.text()));
    assert_eq!(dynrun, docker);
    assert!(dynrun.bytes.ends_with(b"a\0\x01\x02\xff\r\n\x1b[31mred\x1b[0m\t"), "{:?}", dynrun.text());
}

/// Two people in one container: each has the size of a window of their own, and follows it.
#[test]
fn two_shells_have_two_sizes() {
    let case = Case::new();
    let name = running(&case);
    let line = "trap 'echo now $(stty size)' WINCH; until stty size | grep -qv '^0 0'; do :; done; stty size
        while :; do sleep 0.02; done";
    let words = [&name, "--", "sh", "-c", line];
    let (one, two) = (on_terminal(&case, &words, (33, 99)), on_terminal(&case, &words, (20, 60)));
    one.takes("33 99\r\n");
    two.takes("20 60\r\n");
    for (rows, columns) in [(40, 120), (7, 300)] {
        one.resize(rows, columns);
        two.resize(rows + 1, columns + 1);
        one.takes(&format!("now {rows} {columns}\r\n"));
        two.takes(&format!("now {} {}\r\n", rows + 1, columns + 1));
    }
    for pty in [one, two] {
        pty.types("\x03");
        assert_eq!(pty.ends().code, 130);
    }
    leaves_nothing_in(&case, &name);
}

/// A shell to talk to: a prompt, keys, the end of the input.
#[test]
fn a_shell_is_one_to_talk_to() {
    let case = Case::new();
    let name = running(&case);
    let pty = on_terminal(&case, &[&name], (24, 80));
    pty.takes("# ");
    assert!(!pty.modes().local_flags.intersects(LocalFlags::ECHO | LocalFlags::ISIG | LocalFlags::ICANON));
    pty.types("echo $((6*7)) $TERM; false\r");
    pty.takes("42 xterm\r\n");
    pty.takes("# ");
    pty.types("\x04");
    assert_eq!(pty.ends().code, 1);
}

/// The container is ended from elsewhere: the code is docker's, and the terminal the caller's again.
#[test]
fn a_container_that_ends_takes_the_shell_along() {
    let case = Case::new();
    let name = running(&case);
    let pty = on_terminal(&case, &[&name, "--", "sh", "-c", "stty -echo; echo up; sleep 600"], (24, 80));
    pty.takes("up\r\n");
    case.docker(&["kill", &name]);
    let said = format!("note: the container {name} has ended, and with it what ran in it\r\n");
    assert_eq!(pty.ends(), Ended { code: 137, bytes: said.into_bytes() });
}

/// One that is removed meanwhile knows its commands no more.
#[test]
fn a_container_that_is_removed_takes_the_shell_along() {
    let case = Case::new();
    let name = running(&case);
    let running = shell(&case, &[&name, "--", "sh", "-c", "echo up; sleep 600"]).start();
    running.says("up\n");
    case.docker(&["rm", "-f", &name]);
    let said = format!("note: the container {name} has ended, and with it what ran in it\n");
    running.end().expect(137, "up\n", &said);
}

/// Docker's client leaves the shell behind in all of these.
#[test]
fn a_signal_leaves_nothing_behind() {
    let case = Case::new();
    let name = running(&case);
    for (signal, code) in [(Signal::SIGTERM, 129), (Signal::SIGHUP, 129)] {
        let pty = on_terminal(&case, &[&name], (24, 80));
        pty.takes("# ");
        pty.types(format!("{MARK}\r"));
        wait_for("the command", || commands(&case, &name).contains(MARK).then_some(()));
        pty.signal(signal);
        assert_eq!(pty.ends().code, code, "{signal}");
        leaves_nothing_in(&case, &name);
        let line = format!("echo up; {MARK}");
        let running = shell(&case, &[&name, "--", "sh", "-c", &line]).start();
        running.says("up\n");
        running.signal(signal);
        running.end().expect(128 + signal as i32, "up\n", "");
        leaves_nothing_in(&case, &name);
    }
}

#[test]
fn a_window_that_is_closed_ends_the_shell() {
    let case = Case::new();
    let name = running(&case);
    let pty = on_terminal(&case, &[&name], (24, 80));
    pty.takes("# ");
    pty.types(format!("{MARK}\r"));
    wait_for("the command", || commands(&case, &name).contains(MARK).then_some(()));
    drop(pty);
    leaves_nothing_in(&case, &name);
}

#[test]
fn an_output_that_nobody_reads_ends_the_command() {
    let case = Case::new();
    let name = running(&case);
    let line = format!("$DYNRUN shell {name} -- sh -c 'echo first; {MARK}' | head -n 1");
    case.shell(&line).run().expect(0, "first\n", "");
    leaves_nothing_in(&case, &name);
}

/// The command gives its own answer to a signal, and has its grace.
#[test]
fn a_command_hears_the_signal_itself() {
    let case = Case::new();
    let name = running(&case);
    let line = "trap 'echo got; exit 21' TERM; echo up; while :; do sleep 0.05; done";
    let running = shell(&case, &[&name, "--", "sh", "-c", line]).start();
    running.says("up\n");
    running.signal(Signal::SIGTERM);
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (21, "up\ngot\n"), "{}", done.stderr);
}

#[test]
fn a_command_that_hears_nothing_is_killed_when_its_grace_is_over() {
    let case = Case::new();
    let name = running(&case);
    let running = shell(&case, &[&name, "--", "sh", "-c", DEAF]).limit(40).start();
    running.says("up\n");
    let began = Instant::now();
    running.signal(Signal::SIGTERM);
    running.end().expect(137, "up\n", "");
    assert!(began.elapsed().as_secs() >= 9, "the grace was {:?}", began.elapsed());
    leaves_nothing_in(&case, &name);
}

#[test]
fn the_third_interrupt_kills_at_once() {
    let case = Case::new();
    let name = running(&case);
    let running = shell(&case, &[&name, "--", "sh", "-c", DEAF]).limit(9).start();
    running.says("up\n");
    for _ in 0..3 {
        running.signal(Signal::SIGINT);
        std::thread::sleep(std::time::Duration::from_millis(100)); // signals of a kind merge while they wait
    }
    running.end().expect(137, "up\n", "");
    leaves_nothing_in(&case, &name);
}

/// Who may talk to the engine and may not signal the shell's user: the container's own `kill` does it.
#[test]
fn without_the_right_to_signal_the_container_does_it() {
    let case = Case::new();
    let name = running(&case);
    let line = format!("echo up; {MARK}");
    let base = ["--bounding-set=-kill", super::case::DYNRUN, "shell", &name, "-u", "nobody"];
    let running = case.call("setpriv", &[&base[..], &["--", "sh", "-c", &line]].concat()).start();
    running.says("up\n");
    running.signal(Signal::SIGTERM);
    running.end().expect(143, "up\n", "");
    leaves_nothing_in(&case, &name);
}

/// From another pid namespace, as from another machine, the shell's process cannot be seen: that is said.
#[test]
fn what_is_out_of_reach_is_said() {
    let case = Case::new();
    let name = running(&case);
    let base = ["--pid", "--fork", "--mount-proc", super::case::DYNRUN, "shell", &name];
    let running = case.call("unshare", &[&base[..], &["--", "sh", "-c", DEAF]].concat()).limit(20).start();
    running.says("up\n");
    let unshare = running.pid();
    let children = std::fs::read_to_string(format!("/proc/{unshare}/task/{unshare}/children")).unwrap();
    kill(Pid::from_raw(children.trim().parse().unwrap()), Signal::SIGTERM).unwrap();
    running.end().expect(
        125,
        "up\n",
        &format!(
            "error[out-of-reach]: what was started in {name} is out of reach, and may run on\n  \
             note: the engine's API cannot end it, and its process is not on this machine\n  \
             help: see what runs there: docker top {name}\n"
        ),
    );
    assert!(commands(&case, &name).contains(MARK));
}

/// The keys leave the shell to itself, as with docker.
#[test]
fn the_detach_keys_leave_the_shell_running() {
    let case = Case::new();
    let name = running(&case);
    let line = format!("stty -echo; echo up; {MARK}");
    let pty = on_terminal(&case, &[&name, "--", "sh", "-c", &line], (24, 80));
    pty.takes("up\r\n");
    pty.types("\x10");
    pty.types("\x11");
    let said = format!(
        "\r\nnote: detached; what was started in {name} runs on, and nobody can come back to it\r\n\
         note: see it: docker top {name}; its end: that of the container, or a kill in it\r\n"
    );
    assert_eq!(pty.ends(), Ended { code: 0, bytes: said.into_bytes() });
    assert!(commands(&case, &name).contains(MARK));
}

/// The stream breaks, and the shell goes on: the keys are the caller's again, and end it.
#[test]
fn a_stream_that_breaks_gives_the_terminal_back() {
    let case = Case::new();
    let name = running(&case);
    let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::CutAfterHead(4))]);
    let line = "trap 'exit 8' INT; stty -echo; echo up; while :; do sleep 0.02; done";
    let pty = on_terminal(&case, &["--host", &proxy.address, &name, "--", "sh", "-c", line], (24, 80));
    pty.takes("up\r\n");
    wait_for("the caller's own modes", || {
        pty.modes().local_flags.contains(LocalFlags::ECHO | LocalFlags::ISIG).then_some(())
    });
    pty.types("\x03");
    assert_eq!(pty.ends().code, 8);
    leaves_nothing_in(&case, &name);
}

/// An engine that does not answer holds nobody for ever, and one that refuses is quoted.
#[test]
fn an_engine_that_refuses_is_quoted() {
    let case = Case::new();
    let name = running(&case);
    let refusal = Fault::Answer(409, "{\"message\":\"not today\"}");
    for path in ["/exec", "/start"] {
        let proxy = Proxy::new(&case, vec![rule("POST", path, refusal.clone())]);
        let done = shell(&case, &["--host", &proxy.address, &name]).run();
        let said = done.refused(125, "engine-error");
        assert!(said.ends_with("note: the engine says: not today\n"), "{said}");
    }
}
