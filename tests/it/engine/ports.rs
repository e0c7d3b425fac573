//! Ports and names that are taken: the engine's answer decides, and the loser leaves nothing.

use super::case::Case;
use std::net::{TcpListener, UdpSocket};

/// The refusal of a taken port, whole.
fn refusal(protocol: &str, port: u16, word: &str, option: &str, engine: &str) -> String {
    format!(
        "error[port-taken]: {protocol} {port} of the host is held already\n  \
         asked: `-p {word}` on the command line\n  \
         note: the engine says: {engine}\n  \
         help: see who holds it: ss -lnp {option} 'sport = :{port}'; docker ps --filter publish={port}\n"
    )
}

/// The engine's words, which are not dynrun's to hold still.
fn engines_words(stderr: &str) -> &str {
    let line = stderr.lines().find_map(|line| line.strip_prefix("  note: the engine says: "));
    line.expect("the engine's words")
}

/// A launch that meets a taken port, and one under the same name that does not.
#[track_caller]
fn taken(case: &Case, protocol: &str, port: u16, word: &str, option: &str) {
    let name = case.name("late");
    for way in ["--rm", "-d"] {
        let done = case.launch(&[way, "--name", &name, "-p", word], &["true"]).run();
        let stderr = done.refused(125, "port-taken");
        assert_eq!(stderr, refusal(protocol, port, word, option, engines_words(stderr)));
        let named = case.docker(&["ps", "--all", "--quiet", "--filter", &format!("name={name}")]);
        assert_eq!(named, "", "the container is left behind");
    }
    case.launch(&["--rm", "--name", &name], &["true"]).run().expect(0, "", "");
}

#[test]
fn a_port_of_another_container_is_taken() {
    let case = Case::new();
    case.launch(&["-d", "-p", "21010:80", "-p", "21011:80/udp"], &["sleep", "60"]).run();
    taken(&case, "TCP", 21010, "21010:81", "-t");
    taken(&case, "UDP", 21011, "21011:81/udp", "-u");
}

#[test]
fn a_port_of_a_process_is_taken() {
    let case = Case::new();
    let tcp = TcpListener::bind("0.0.0.0:21012").expect("a free port");
    let udp = UdpSocket::bind("0.0.0.0:21013").expect("a free port");
    taken(&case, "TCP", 21012, "21012:81", "-t");
    taken(&case, "UDP", 21013, "21013:81/udp", "-u");
    drop((tcp, udp));
    case.leaves_nothing();
}

#[test]
fn a_port_of_the_other_protocol_is_free() {
    let case = Case::new();
    let tcp = TcpListener::bind("0.0.0.0:21014").expect("a free port");
    let done = case.launch(&["--rm", "-p", "21014:80/udp"], &["true"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    drop(tcp);
}

#[test]
fn of_many_at_once_one_gets_the_port() {
    let case = Case::new();
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let launch = |_| {
            let case = &case;
            scope.spawn(move || {
                let done = case.launch(&["-d", "-p", "21015:80"], &["sleep", "60"]).run();
                assert!(done.code == 0 || done.stderr.contains("error[port-taken]"), "{}", done.stderr);
                done.code
            })
        };
        let running: Vec<_> = (0..10).map(launch).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 125).count(), 9, "{codes:?}");
    assert_eq!(case.containers().len(), 1, "losers are left behind");
}

#[test]
fn a_name_is_taken_by_a_container_in_some_state() {
    let case = Case::new();
    let (ended, running) = (case.name("ended"), case.name("running"));
    assert_eq!(case.launch(&["--rm=false", "--name", &ended], &["sh", "-c", "exit 4"]).run().code, 4);
    assert_eq!(case.launch(&["-d", "--name", &running], &["sleep", "60"]).run().code, 0);
    for (name, state) in [(ended, "it ended with exit code 4"), (running, "it is running")] {
        let done = case.launch(&["--rm", "--name", &name], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[name-taken]: a container named {name} exists already\n  \
                 asked: `--name {name}` on the command line\n  \
                 note: {state}\n  \
                 help: choose another name, or remove it: docker rm -f {name}\n"
            ),
        );
        case.docker(&["container", "inspect", &name]);
    }
    assert_eq!(case.containers().len(), 2);
}

#[test]
fn of_many_at_once_one_gets_the_name() {
    let case = Case::new();
    let name = case.name("one");
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let launch = |_| {
            let (case, name) = (&case, &name);
            scope.spawn(move || case.launch(&["-d", "--name", name], &["sleep", "60"]).run().code)
        };
        let running: Vec<_> = (0..6).map(launch).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(case.containers().len(), 1, "losers are left behind");
}
