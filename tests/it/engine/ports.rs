//! Ports and names that are taken: the holder is named, and the loser leaves nothing. Of launches that come at once the
//! engine's answer decides.

use super::case::Case;
use std::net::{TcpListener, UdpSocket};

/// A launch that meets a taken port, and one under the same name that does not. The holder is named as given.
#[track_caller]
fn taken(case: &Case, protocol: &str, port: u16, word: &str, holder: &str, remedy: &str) {
    let name = case.name("late");
    let next = word.replacen(&port.to_string(), &(port + 1).to_string(), 1);
    for way in ["--rm", "-d"] {
        let done = case.launch(&[way, "--name", &name, "-p", word], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[port-taken]: {protocol} {port} is held by {holder}\n  \
                 asked: `-p {word}` on the command line\n  \
                 help: {remedy}\n  \
                 help: or take {}, which is free: -p {next}\n",
                port + 1
            ),
        );
        let named = case.docker(&["ps", "--all", "--quiet", "--filter", &format!("name={name}")]);
        assert_eq!(named, "", "the container is left behind");
    }
    case.launch(&["--rm", "--name", &name], &["true"]).run().expect(0, "", "");
}

/// User-ask 10: the holder of a published port is the container, not its proxy.
#[test]
fn a_port_of_another_container_is_taken() {
    let case = Case::new();
    let name = case.name("first");
    case.launch(&["-d", "--name", &name, "-p", "21010:80", "-p", "21020:80/udp"], &["sleep", "60"]).run();
    let (holder, remedy) = (format!("the container {name}"), format!("stop it: dynrun stop {name}"));
    taken(&case, "TCP", 21010, "21010:81", &holder, &remedy);
    taken(&case, "UDP", 21020, "21020:81/udp", &holder, &remedy);
}

#[test]
fn a_port_of_a_process_is_taken() {
    let case = Case::new();
    let tcp = TcpListener::bind("0.0.0.0:21012").expect("a free port");
    let udp = UdpSocket::bind("0.0.0.0:21022").expect("a free port");
    let (holder, remedy) = (crate::ports::own_process(), format!("end it: kill {}", std::process::id()));
    taken(&case, "TCP", 21012, "21012:81", &holder, &remedy);
    taken(&case, "UDP", 21022, "21022:81/udp", &holder, &remedy);
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

/// What is said of a container before the line with its age, and after it.
#[track_caller]
pub(super) fn without_age(stderr: &str) -> (&str, &str) {
    let end = ", of the image dynrun-test/busybox:1\n";
    let (front, tail) = stderr.split_once(end).expect("the image");
    (front.rsplit_once('\n').expect("a line").0, tail)
}

#[test]
fn a_name_is_taken_by_a_container_in_some_state() {
    let case = Case::new();
    let (ended, running) = (case.name("ended"), case.name("running"));
    assert_eq!(case.launch(&["--rm=false", "--name", &ended], &["sh", "-c", "exit 4"]).run().code, 4);
    assert_eq!(case.launch(&["-d", "--name", &running], &["sleep", "60"]).run().code, 0);
    for (name, state) in [(ended, "it ended with exit code 4"), (running, "it is running")] {
        let done = case.launch(&["--rm", "--name", &name], &["true"]).run();
        let (head, tail) = without_age(done.refused(125, "name-taken"));
        assert_eq!(
            head,
            format!(
                "error[name-taken]: a container named {name} exists already\n  \
                 asked: `--name {name}` on the command line\n  \
                 note: {state}"
            )
        );
        assert_eq!(
            tail,
            format!(
                "  note: dynrun launched it, with the profile bare\n  \
                 help: choose another name, or remove it: docker rm -f {name}\n  \
                 help: or let the new one take its place: --if-exists replace\n"
            )
        );
        case.docker(&["container", "inspect", &name]);
    }
    assert_eq!(case.containers().len(), 2);
}
