//! Signals, and outputs that close: what they mean for the container, at every moment of a launch.

use super::case::{Case, Running, wait_for_stop};
use super::proxy::{Fault, Proxy, rule};
use nix::sys::signal::Signal;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Instant;

/// Ignores every signal that can be ignored.
const DEAF: &str = "trap '' INT TERM HUP QUIT USR1 USR2; echo up; while :; do sleep 0.1; done";

/// A command that traps a signal, once it runs.
#[track_caller]
fn trapping(case: &Case, signal: &str, exit: u8) -> Running {
    let line = format!("trap 'exit {exit}' {signal}; echo up; while :; do sleep 0.05; done");
    let running = case.launch(&["--rm"], &["sh", "-c", &line]).start();
    running.says("up\n");
    running
}

#[test]
fn an_interrupt_is_the_commands() {
    let case = Case::new();
    let running = trapping(&case, "INT", 7);
    running.signal(Signal::SIGINT);
    running.end().expect(7, "up\n", "");
    case.leaves_nothing();
}

#[test]
fn term_hangup_and_quit_are_forwarded() {
    let case = Case::new();
    for (word, signal, exit) in
        [("TERM", Signal::SIGTERM, 8), ("HUP", Signal::SIGHUP, 9), ("QUIT", Signal::SIGQUIT, 10)]
    {
        let running = trapping(&case, word, exit);
        running.signal(signal);
        running.end().expect(exit.into(), "up\n", "");
    }
    case.leaves_nothing();
}

#[test]
fn user_signals_reach_the_command() {
    let case = Case::new();
    let line = "trap 'echo one' USR1; trap 'echo two; exit 3' USR2; echo up; while :; do sleep 0.05; done";
    let running = case.launch(&["--rm"], &["sh", "-c", line]).start();
    running.says("up\n");
    running.signal(Signal::SIGUSR1);
    running.says("one\n");
    running.signal(Signal::SIGUSR2);
    running.end().expect(3, "up\none\ntwo\n", "");
}

#[test]
fn the_second_interrupt_asks_the_command_to_end() {
    let case = Case::new();
    let line = "trap 'echo int' INT; trap 'exit 11' TERM; echo up; while :; do sleep 0.05; done";
    let running = case.launch(&["--rm"], &["sh", "-c", line]).start();
    running.says("up\n");
    running.signal(Signal::SIGINT);
    running.says("int\n");
    running.signal(Signal::SIGINT);
    running.end().expect(11, "up\nint\n", "");
    case.leaves_nothing();
}

#[test]
fn the_third_interrupt_kills_at_once() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", DEAF]).limit(9).start();
    running.says("up\n");
    for _ in 0..3 {
        running.signal(Signal::SIGINT);
        std::thread::sleep(std::time::Duration::from_millis(100)); // signals of a kind merge while they wait
    }
    running.end().expect(137, "up\n", "");
    case.leaves_nothing();
}

#[test]
fn a_command_that_ignores_term_is_killed_when_its_grace_is_over() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", DEAF]).limit(40).start();
    running.says("up\n");
    let began = Instant::now();
    running.signal(Signal::SIGTERM);
    running.end().expect(137, "up\n", "");
    assert!(began.elapsed().as_secs() >= 9, "the grace was {:?}", began.elapsed());
    case.leaves_nothing();
}

#[test]
fn a_command_that_ignores_the_hangup_is_killed_when_its_grace_is_over() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", DEAF]).limit(40).start();
    running.says("up\n");
    running.signal(Signal::SIGHUP);
    running.end().expect(137, "up\n", "");
    case.leaves_nothing();
}

#[test]
fn a_hangup_that_was_ignored_at_the_start_stays_ignored() {
    let case = Case::new();
    let line = "trap '' HUP; exec $LAUNCH --rm -- sh -c \"trap 'echo hup' HUP; trap 'exit 5' USR1; echo up; while :; do sleep 0.05; done\"";
    let running = case.shell(line).start();
    running.says("up\n");
    running.signal(Signal::SIGHUP);
    running.signal(Signal::SIGUSR1);
    running.end().expect(5, "up\n", "");
}

/// The command runs on, the engine sees to that; what it writes waits for dynrun.
#[test]
fn a_stop_is_dynruns_own() {
    let case = Case::new();
    let line = "trap 'echo stopped' TSTP; while read -r l; do echo got $l; done; exit 6";
    let mut running = case.launch(&["--rm", "-i"], &["sh", "-c", line]).start();
    let mut stdin = running.child.stdin.take().expect("a pipe");
    stdin.write_all(b"one\n").expect("it is read");
    running.says("got one\n");
    running.signal(Signal::SIGTSTP);
    wait_for_stop(running.pid());
    assert_eq!(case.inspect(&case.container())["State"]["Status"], "running");
    stdin.write_all(b"two\n").expect("the pipe takes it");
    running.signal(Signal::SIGCONT);
    drop(stdin);
    running.end().expect(6, "got one\ngot two\n", "");
    case.leaves_nothing();
}

/// A command that says which signals it gets, in a container whose stop signal is SIGUSR2.
#[track_caller]
fn telling(case: &Case, options: &[&str]) -> Running {
    let line =
        "for one in INT TERM HUP QUIT USR1; do trap \"echo $one\" $one; done; trap 'echo asked; exit 9' USR2
        echo up; while :; do sleep 0.05; done";
    let options = [&["--rm", "--stop-signal", "SIGUSR2", "--sig-proxy=false"], options].concat();
    let running = case.launch(&options, &["sh", "-c", line]).start();
    running.says("up\n");
    running
}

/// Ctrl-C leaves a container to itself that is to hear of no signal: said, and never behind the caller's back.
#[test]
fn without_the_proxy_an_interrupt_detaches() {
    let case = Case::new();
    let name = case.name("left");
    let running = telling(&case, &["--name", &name]);
    running.signal(Signal::SIGQUIT);
    running.signal(Signal::SIGUSR1);
    running.signal(Signal::SIGINT);
    let said = format!(
        "note: detached; the container {name} runs on; once it has ended, the next launch removes it\n\
         note: back to it: docker attach {name}; its end: dynrun stop {name}, docker rm -fv {name}\n"
    );
    running.end().expect(0, "up\n", &said);
    assert_eq!(case.inspect(&name)["State"]["Running"], true);
    // Once it has ended, a launch of another test may remove it at any time.
    let log = case.call("docker", &["logs", "--follow", &name]).start();
    log.says("up\n");
    case.docker(&["stop", &name]);
    log.end().expect(0, "up\nasked\n", "");
}

/// What ends dynrun ends the container, too: it is asked by its own signal, not by dynrun's.
#[test]
fn without_the_proxy_term_and_hangup_ask_for_the_end() {
    let case = Case::new();
    for signal in [Signal::SIGTERM, Signal::SIGHUP] {
        let running = telling(&case, &[]);
        running.signal(signal);
        running.end().expect(9, "up\nasked\n", "");
    }
    case.leaves_nothing();
}

/// Who has asked for the end and interrupts then does not wait for it, and leaves nothing behind.
#[test]
fn without_the_proxy_an_interrupt_after_the_end_was_asked_for_kills() {
    let case = Case::new();
    let line = "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done";
    let running = case.launch(&["--rm", "--sig-proxy=false"], &["sh", "-c", line]).limit(9).start();
    running.says("up\n");
    running.signal(Signal::SIGTERM);
    running.says("asked\n");
    running.signal(Signal::SIGINT);
    running.end().expect(137, "up\nasked\n", "");
    case.leaves_nothing();
}

/// A launch whose step does not end, and a signal meanwhile.
#[track_caller]
fn called_off(method: &'static str, step: &'static str, fault: Fault, signal: Signal, options: &[&str]) {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule(method, step, fault)]);
    let call = case.launch(&[&["--host", &proxy.address], options].concat(), &["sleep", "30"]);
    let running = call.limit(20).start();
    proxy.met(1);
    running.signal(signal);
    let note = "warning[interrupted]: a signal called the launch off; nothing was left behind\n";
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (128 + signal as i32, ""), "{}", done.stderr);
    assert!(done.stderr.ends_with(note), "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn a_signal_while_the_engine_is_asked() {
    called_off("HEAD", "/_ping", Fault::Silent, Signal::SIGINT, &["--rm"]);
    called_off("GET", "/json", Fault::Silent, Signal::SIGTERM, &["--rm"]);
}

/// The create has happened, and the id never came.
#[test]
fn a_signal_while_a_create_is_on_its_way() {
    for (signal, options) in
        [(Signal::SIGINT, "--rm"), (Signal::SIGTERM, "-d"), (Signal::SIGHUP, "--rm=false")]
    {
        called_off("POST", "/containers/create", Fault::Withheld, signal, &[options]);
    }
}

/// The create happens after the launch was called off: its container and anonymous volume go, too.
#[test]
fn a_slow_create_that_is_called_off_leaves_nothing() {
    for (signal, options, code) in [
        (Some(Signal::SIGTERM), &["--rm"][..], 143),
        (Some(Signal::SIGINT), &["-d"], 130),
        (None, &["--rm=false", "--time-limit", "300ms"], 124),
    ] {
        let case = Case::new();
        let proxy = Proxy::new(&case, vec![rule("POST", "/containers/create", Fault::Slow(2500))]);
        let marks = ["--host", &proxy.address, "-v", "/anonymous", "-v", "/another"];
        let call = case.launch(&[&marks, options].concat(), &["sleep", "30"]);
        let (began, running) = (Instant::now(), call.limit(20).start());
        proxy.met(1);
        if let Some(signal) = signal {
            running.signal(signal);
        }
        let done = running.end();
        assert_eq!((done.code, done.text().as_str()), (code, ""), "{}", done.stderr);
        assert!(done.stderr.contains("nothing was left behind\n"), "{}", done.stderr);
        assert!(began.elapsed().as_millis() >= 2500, "the create was not waited for");
        case.leaves_nothing();
        let requests = proxy.requests();
        let removals: Vec<&String> = requests.iter().filter(|line| line.starts_with("DELETE /")).collect();
        assert!(removals.len() == 1 && removals[0].contains("?force=1&v=1 "), "{requests:#?}");
    }
}

/// Whether there will be a container, nobody knows: that is said, with the line that removes it.
#[track_caller]
fn open_end(running: Running, words: &str) {
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (143, ""), "{}", done.stderr);
    let (head, help) = done.stderr.split_once("\n  help: ").expect("a line to paste");
    assert_eq!(head, format!("error[cleanup-failed]: {words}"));
    let line = help.strip_prefix("docker ps -aq --filter label=dev.dynrun.run=").expect("the launch's label");
    let (nonce, rest) = line.split_once(' ').expect("more words");
    assert!(
        nonce.len() == 36 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        "{nonce}"
    );
    assert_eq!(rest, "| xargs -r docker rm -fv\n");
}

#[test]
fn a_create_that_is_never_answered_is_no_clean_end() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/containers/create", Fault::Silent)]);
    let running = case.launch(&["--host", &proxy.address], &["true"]).limit(20).start();
    proxy.met(1);
    running.signal(Signal::SIGTERM);
    open_end(running, "the engine has not said whether it made the container: it may be there yet, or come");
    case.leaves_nothing();
}

#[test]
fn a_second_signal_ends_the_clean_up() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/containers/create", Fault::Silent)]);
    let running = case.launch(&["--host", &proxy.address], &["true"]).limit(4).start();
    proxy.met(1);
    running.signal(Signal::SIGTERM);
    std::thread::sleep(std::time::Duration::from_millis(300)); // signals of a kind merge while they wait
    running.signal(Signal::SIGTERM);
    open_end(running, "a second signal cut the clean-up short: what was made may be there yet");
    case.leaves_nothing();
}

#[test]
fn a_signal_while_a_start_is_on_its_way() {
    for (signal, options) in
        [(Signal::SIGINT, "--rm"), (Signal::SIGTERM, "-d"), (Signal::SIGQUIT, "--rm=false")]
    {
        called_off("POST", "/start", Fault::Withheld, signal, &[options]);
    }
    called_off("POST", "/start", Fault::Silent, Signal::SIGTERM, &["--rm"]);
    called_off("POST", "/attach", Fault::Silent, Signal::SIGTERM, &["--rm"]);
    called_off("POST", "/wait", Fault::Silent, Signal::SIGTERM, &["--rm"]);
}

#[test]
fn a_signal_while_a_network_is_made() {
    let case = Case::new();
    let network = case.name("net");
    let proxy = Proxy::new(&case, vec![rule("POST", "/networks/create", Fault::Withheld)]);
    let options = ["--rm", "--host", &proxy.address, "--network", &network, "--create-network"];
    let running = case.launch(&options, &["sleep", "30"]).limit(20).start();
    proxy.met(1);
    running.signal(Signal::SIGTERM);
    assert_eq!(running.end().code, 143);
    case.leaves_nothing();
}

#[test]
fn a_reader_that_goes_stops_the_container() {
    let case = Case::new();
    let done = case.shell("{ $LAUNCH --rm --init -- yes; echo $? >code; } | head -n 1").limit(30).run();
    done.expect(0, "y\n", "");
    assert_eq!(std::fs::read_to_string(case.folder().join("code")).unwrap(), "141\n");
    case.leaves_nothing();
    let done = case.shell("{ $LAUNCH --rm=false --init -- yes; echo $? >code; } | head -n 1").limit(30).run();
    done.expect(0, "y\n", "");
    assert_eq!(case.inspect(&case.container())["State"]["Running"], false);
}

/// The pipe is full, and dynrun waits in a write.
#[test]
fn a_reader_that_does_not_read_holds_no_signal_up() {
    let case = Case::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let writer = std::fs::File::from(std::os::fd::OwnedFd::from(writer));
    let running = case.launch(&["--rm"], &["sh", "-c", "trap '' INT TERM; yes"]).limit(30).start_into(writer);
    std::thread::sleep(std::time::Duration::from_secs(2)); // until every buffer on the way is full
    for _ in 0..3 {
        running.signal(Signal::SIGINT);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let done = running.end();
    assert_eq!(done.code, 137, "{}", done.stderr);
    // What was on its way is lost, and that is said.
    assert!(done.stderr.starts_with("warning[output-lost]: "), "{}", done.stderr);
    drop(reader);
    case.leaves_nothing();
}

#[test]
fn an_output_that_is_full_stops_the_container() {
    let case = Case::new();
    let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let done = case.launch(&["--rm", "--init"], &["yes"]).limit(30).start_into(full).end();
    let stderr = done.refused(125, "output-closed");
    let words = "the container's output cannot be written: No space left on device (os error 28); the container was stopped";
    assert!(stderr.contains(words), "{stderr}");
    case.leaves_nothing();
}

/// A descriptor that is closed at the start is /dev/null from then on: Rust's runtime opens it.
#[test]
fn streams_that_are_closed_are_in_nobodys_way() {
    let case = Case::new();
    case.shell("exec $LAUNCH --rm -- echo hi <&- 2>&-").run().expect(0, "hi\n", "");
    case.shell("exec $LAUNCH --rm -- sh -c 'echo out; echo err >&2; exit 3' >&-")
        .run()
        .expect(3, "", "err\n");
    case.shell("exec $LAUNCH --rm -i -- sh -c 'cat; exit 4' <&- >&- 2>&-").run().expect(4, "", "");
    case.leaves_nothing();
}
