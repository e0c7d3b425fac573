//! Launches that race: each comes up, or is refused and names who won. None leaves anything behind. The port is the
//! engine's to give: what a check saw free may be gone by the start.

use super::case::{Case, Done};
use super::proxy::{Fault, Proxy, rule};
use nix::sys::signal::Signal;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

/// So many launches at once, each by its number.
fn at_once(count: usize, launch: impl Fn(usize) -> Done + Sync) -> Vec<Done> {
    thread::scope(|scope| {
        let launch = &launch;
        let running: Vec<_> = (0..count).map(|number| scope.spawn(move || launch(number))).collect();
        running.into_iter().map(|running| running.join().expect("no panic")).collect()
    })
}

/// The ids of those that came up; the others have to be refused with this code.
#[track_caller]
fn winners(all: &[Done], code: &str) -> Vec<String> {
    let (won, lost): (Vec<&Done>, Vec<&Done>) = all.iter().partition(|done| done.code == 0);
    for done in lost {
        done.refused(125, code);
    }
    won.into_iter().map(|done| done.text().trim_end().to_owned()).collect()
}

/// Nine of ten that docker's client would leave behind are gone, and each has said who has the port.
#[test]
fn of_ten_for_one_port_one_wins_and_the_others_name_it() {
    let case = Case::new();
    let name = |number: usize| case.name(&format!("racer{number}"));
    let all = at_once(10, |number| {
        let options = ["-d", "--name", &name(number), "-p", "127.0.0.1:21971:80"];
        case.launch(&options, &["sleep", "60"]).limit(60).run()
    });
    let won = winners(&all, "port-taken");
    assert_eq!((won.len(), case.containers()), (1, won.clone()));
    let winner = case.inspect(&won[0])["Name"].as_str().unwrap().trim_start_matches('/').to_owned();
    for done in all.iter().filter(|done| done.code != 0) {
        assert!(done.stderr.contains("21971 "), "{}", done.stderr);
        assert!(done.stderr.contains(&winner), "{winner} is not named: {}", done.stderr);
    }
}

#[test]
fn of_ten_for_one_name_one_wins_and_the_others_describe_it() {
    let case = Case::new();
    let name = case.name("one");
    let all = at_once(10, |_| case.launch(&["-d", "--name", &name], &["sleep", "60"]).limit(60).run());
    let won = winners(&all, "name-taken");
    assert_eq!((won.len(), case.containers()), (1, won.clone()));
    let head = format!("error[name-taken]: a container named {name} exists already\n");
    assert!(all.iter().filter(|done| done.code != 0).all(|done| done.stderr.starts_with(&head)));
}

#[test]
fn thirty_at_once_have_thirty_ports() {
    let case = Case::new();
    let file = case.file(
        "racer.toml",
        "[service.racer]\nimage = \"dynrun-test/busybox:1\"\nnetwork = \"bridge\"\npublish-service = true\n\
         publish-ip = \"127.0.0.1\"\ncommand = [\"sleep\", \"60\"]\n[service.racer.env]\nPORT = \"21980\"\n\
         [[service.racer.listen]]\nport = \"21980\"\nvariable = \"PORT\"\n",
    );
    let (file, label) = (file.to_str().unwrap(), case.label());
    let all = at_once(30, |_| {
        let options = ["run", "racer", "--config", file, "--profile", "bare", "-d", "--label", &label];
        case.dynrun(&[&options[..], &["--port-policy", "next"]].concat()).limit(100).run()
    });
    for done in &all {
        assert_eq!(done.code, 0, "{}", done.stderr);
    }
    let mut ports = BTreeSet::new();
    for id in case.containers() {
        let state = case.inspect(&id);
        let bound = state["NetworkSettings"]["Ports"].as_object().expect("ports");
        let (inside, outside) = bound.iter().next().expect("a port");
        let outside = outside[0]["HostPort"].as_str().expect("a port").to_owned();
        // What is published, what the service listens on and what it was told are one port.
        assert_eq!(*inside, format!("{outside}/tcp"));
        let env = state["Config"]["Env"].as_array().expect("variables");
        assert!(env.contains(&format!("PORT={outside}").into()), "{env:?}");
        ports.insert(outside);
    }
    assert_eq!((case.containers().len(), ports.len()), (30, 30), "{ports:?}");
}

/// What a hundred do to an engine: each is right, or cleanly refused.
#[test]
#[ignore = "a minute of the engine"]
fn a_hundred_at_once() {
    let case = Case::new();
    let all = at_once(100, |number| {
        let port = format!("127.0.0.1:{}:80", 22000 + number % 50);
        let line = format!("echo {number}; exit {}", number % 100);
        match number % 2 {
            0 => case.launch(&["--rm"], &["sh", "-c", &line]).limit(110).run(),
            _ => case.launch(&["-d", "-p", &port], &["sleep", "60"]).limit(110).run(),
        }
    });
    let mut up = Vec::new();
    for (number, done) in all.iter().enumerate() {
        match number % 2 {
            0 => {
                assert_eq!((done.code, done.text()), (i32::try_from(number).unwrap(), format!("{number}\n")));
            }
            _ if done.code == 0 => up.push(done.text().trim_end().to_owned()),
            _ => drop(done.refused(125, "port-taken")),
        }
    }
    let mut there = case.containers();
    up.sort();
    there.sort();
    // Each port of the fifty is wanted twice by odd numbers, and one of the two has it.
    assert_eq!((up.len(), up), (25, there));
}

/// The check saw it free; by the start somebody else has it.
#[test]
fn a_port_that_is_lost_between_check_and_start() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::Slow(1500))]);
    let options = ["-d", "--host", &proxy.address, "-v", "/anonymous", "-p", "127.0.0.1:21972:80"];
    let running = case.launch(&options, &["sleep", "60"]).start();
    proxy.met(1);
    let holder = TcpListener::bind("127.0.0.1:21972").expect("a free port");
    let done = running.end();
    let stderr = done.refused(125, "port-taken");
    assert!(stderr.contains("TCP 21972 ") && stderr.contains("`-p 127.0.0.1:21972:80`"), "{stderr}");
    case.leaves_nothing();
    drop(holder);
}

/// Signals that the command may hear as often as it likes change nothing else.
#[test]
fn a_thousand_signals() {
    let case = Case::new();
    let line = "trap 'n=$((n+1))' USR1; trap 'echo heard some; exit 7' TERM; n=0; echo up; \
                while :; do sleep 0.02; done";
    let running = case.launch(&["--rm"], &["sh", "-c", line]).limit(60).start();
    running.says("up\n");
    for number in 0..1000 {
        running.signal(if number % 2 == 0 { Signal::SIGUSR1 } else { Signal::SIGWINCH });
        if number % 50 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
    running.signal(Signal::SIGTERM);
    running.end().expect(7, "up\nheard some\n", "");
    case.leaves_nothing();
}

/// Input that comes a byte at a time, and output that is taken a byte at a time, are whole.
#[test]
fn short_writes_and_short_reads() {
    let case = Case::new();
    let mut running = case.launch(&["--rm", "-i"], &["sh", "-c", "cat; echo done"]).start();
    let mut stdin = running.child.stdin.take().expect("a pipe");
    let text = "short \u{e9}\n".repeat(60);
    for byte in text.as_bytes() {
        stdin.write_all(std::slice::from_ref(byte)).expect("it is read");
    }
    drop(stdin);
    running.end().expect(0, &format!("{text}done\n"), "");
    let done = case.shell("$LAUNCH --rm -- seq 1 400 | dd bs=1 status=none").run();
    let want: String = (1..=400).map(|number| format!("{number}\n")).collect();
    done.expect(0, &want, "");
    case.leaves_nothing();
}
