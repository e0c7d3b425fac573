//! The ports of a launch against real holders: who is in the way is named and nothing is made, what is free is
//! launched, and what may move moves with all that follows it. E8, E17, N4, N6, N9, N14, K25; F52 to F56; user-asks 10
//! and 15 to 18.

use super::case::{BUSYBOX, Case, wait_for};
use super::ports::without_age;
use crate::ports::{How, Unshared, held, own_process};
use nix::sys::socket::SockType;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;

const TCP: SockType = SockType::Stream;
const UDP: SockType = SockType::Datagram;

/// A socket that listens.
const LISTENING: How = How { reuse: false, only_v6: false, listen: true };

/// The word that publishes a port: `*` in it is the port.
fn word(pattern: &str, port: u16) -> String {
    pattern.replace('*', &port.to_string())
}

/// A holder and a launch that it stands in the way of: the refusal, whole.
#[track_caller]
fn stands_in_the_way(kind: SockType, address: &str, how: How, pattern: &str) {
    let case = Case::new();
    let (_held, at) = held(kind, address, how);
    let word = word(pattern, at.port());
    let done = case.launch(&["--rm", "-p", &word], &["true"]).run();
    let bound =
        if at.ip().is_unspecified() { String::new() } else { format!("  note: it is bound to {address}\n") };
    let protocol = if kind == TCP { "TCP" } else { "UDP" };
    let begin = format!(
        "error[port-taken]: {protocol} {} is held by {}\n  asked: `-p {word}` on the command line\n{bound}  \
         help: end it: kill {}\n  help: or take ",
        at.port(),
        own_process(),
        std::process::id()
    );
    assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
    assert!(done.stderr.starts_with(&begin), "{address} against {word}:\n{}\nwanted:\n{begin}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn addresses_and_families_stand_in_each_others_way() {
    let shared = How { reuse: true, ..How::default() };
    let only_v6 = How { only_v6: true, ..LISTENING };
    // E8, F6: a second gateway that sets SO_REUSEADDR would take every datagram.
    stands_in_the_way(UDP, "0.0.0.0", shared, "*:80/udp");
    stands_in_the_way(TCP, "0.0.0.0", LISTENING, "*:80");
    // F7: a socket on one address is in the way of all.
    stands_in_the_way(TCP, "127.0.0.1", LISTENING, "*:80");
    stands_in_the_way(TCP, "127.0.0.2", LISTENING, "*:80");
    stands_in_the_way(TCP, "0.0.0.0", LISTENING, "127.0.0.1:*:80");
    stands_in_the_way(TCP, "::", LISTENING, "127.0.0.1:*:80");
    stands_in_the_way(TCP, "::", only_v6, "*:80");
    stands_in_the_way(TCP, "::", only_v6, "[::1]:*:80");
    // F54: bound and not listened on.
    stands_in_the_way(UDP, "127.0.0.1", How::default(), "127.0.0.1:*:80/udp");
}

/// F54: who has only bound the port is not told by every kernel.
#[test]
fn a_port_that_is_only_bound_is_taken() {
    let case = Case::new();
    let (_held, at) = held(TCP, "0.0.0.0", How::default());
    let done = case.launch(&["--rm", "-p", &format!("{}:80", at.port())], &["true"]).run();
    done.refused(125, "port-taken");
    assert!(done.stderr.starts_with(&format!("error[port-taken]: TCP {} is held by ", at.port())));
    case.leaves_nothing();
}

/// A launch that has to go well beside the holder.
#[track_caller]
fn is_launched(case: &Case, word: &str) {
    let done = case.launch(&["--rm", "-p", word], &["true"]).run();
    assert_eq!((done.code, done.text().as_str(), done.stderr.as_str()), (0, "", ""), "{word}");
}

#[test]
fn what_is_free_is_launched() {
    let case = Case::new();
    let other = |kind, address, how| -> (OwnedFd, SocketAddr) { held(kind, address, how) };
    let only_v6 = How { only_v6: true, ..LISTENING };
    for (kind, address, how, pattern) in [
        (TCP, "127.0.0.2", LISTENING, "127.0.0.1:*:80"),
        (TCP, "127.0.0.1", LISTENING, "127.0.0.2:*:80"),
        (TCP, "::", only_v6, "0.0.0.0:*:80"),
        (TCP, "::", only_v6, "127.0.0.1:*:80"),
        (TCP, "::1", LISTENING, "127.0.0.1:*:80"),
        (TCP, "0.0.0.0", LISTENING, "*:80/udp"),
        (UDP, "0.0.0.0", How::default(), "*:80/tcp"),
        (UDP, "127.0.0.2", How::default(), "127.0.0.1:*:80/udp"),
    ] {
        let (_held, at) = other(kind, address, how);
        is_launched(&case, &word(pattern, at.port()));
    }
    // The engine chooses.
    is_launched(&case, "80");
    is_launched(&case, "0:80");
    case.leaves_nothing();
}

/// F54: TIME_WAIT holds nothing that listens with SO_REUSEADDR, as docker's proxy does.
#[test]
fn a_connection_that_has_ended_holds_nothing() {
    let case = Case::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = listener.local_addr().expect("an address");
    let client = TcpStream::connect(at).expect("a connection");
    let (server, _) = listener.accept().expect("a connection");
    // The side that ends it first waits.
    drop(server);
    drop((client, listener));
    is_launched(&case, &format!("127.0.0.1:{}:80", at.port()));
}

/// F56: another namespace's port is another port.
#[test]
fn a_port_of_another_namespace_is_free() {
    let case = Case::new();
    let unshared = Unshared::gateway();
    is_launched(&case, &format!("{}:80/udp", unshared.port));
}

/// F55: a container that does not run holds no port.
#[test]
fn a_stopped_container_holds_nothing() {
    let case = Case::new();
    case.docker(&["create", "--label", &case.label(), "-p", "21311:80", BUSYBOX, "true"]);
    is_launched(&case, "21311:80");
}

/// A range to choose from has a way out; a range of as many ports has none.
#[test]
fn a_range_is_taken_where_no_port_of_it_is_left() {
    let case = Case::new();
    let first = TcpListener::bind("0.0.0.0:21320").expect("a free port");
    let done = case.launch(&["--rm", "-p", "21320-21321:80"], &["true"]).run();
    let note = format!(
        "note[port-moved]: 21320 of the range TCP 21320-21321 is held by {}: 21321 is taken in its place\n  \
         asked: `-p 21320-21321:80` on the command line\n",
        own_process()
    );
    done.expect(0, "", &note);
    let second = TcpListener::bind("0.0.0.0:21321").expect("a free port");
    let done = case.launch(&["--rm", "-p", "21320-21321:80"], &["true"]).run();
    let holder = own_process();
    let kill = format!("  help: end it: kill {}\n", std::process::id());
    done.expect(
        125,
        "",
        &format!(
            "error[port-taken]: TCP 21320-21321 is held by {holder}\n  \
             asked: `-p 21320-21321:80` on the command line\n{kill}"
        ),
    );
    // N6: ranges of one length; each port is one of its own, and each conflict is told.
    let done = case.launch(&["--rm", "-p", "21319-21321:79-81"], &["true"]).run();
    let one = |port: u16, free: u16| {
        format!(
            "error[port-taken]: TCP {port} is held by {holder}\n  \
             asked: `-p 21319-21321:79-81` on the command line\n{kill}  \
             help: or take {free}, which is free: -p {free}:{}\n",
            port - 21240
        )
    };
    done.expect(125, "", &format!("{}{}", one(21320, 21322), one(21321, 21323)));
    drop((first, second));
    case.leaves_nothing();
}

/// Conflicts of one launch are advised free ports of their own.
#[test]
fn each_free_port_is_advised_once() {
    let case = Case::new();
    let held: Vec<TcpListener> =
        (21380..21382).map(|port| TcpListener::bind(("0.0.0.0", port)).expect("a free port")).collect();
    let told = |port: u16, inside: u16, next: u16| {
        format!(
            "error[port-taken]: TCP {port} is held by {}\n  asked: `-p {port}:{inside}` on the command line\n  \
             help: end it: kill {}\n  help: or take {next}, which is free: -p {next}:{inside}\n",
            own_process(),
            std::process::id()
        )
    };
    let options = ["--rm", "-p", "21380:80", "-p", "21381:81"];
    let want = told(21380, 80, 21382) + &told(21381, 81, 21383);
    case.launch(&options, &["true"]).run().expect(125, "", &want);
    drop(held);
}

/// User-ask 16: every port of the plan is looked at, and every conflict is told at once: a process, a container that
/// publishes, and one that shares the host's network.
#[test]
fn all_conflicts_are_told_at_once() {
    let case = Case::new();
    let udp = std::net::UdpSocket::bind("0.0.0.0:21330").expect("a free port");
    let (publisher, sharer) = (case.name("publisher"), case.name("sharer"));
    let label = case.label();
    case.launch(&["-d", "--name", &publisher, "-p", "21331:80"], &["sleep", "60"]).run();
    let port = "VLLM_STATE_GATEWAY_UDP_PORT=21332";
    let run = ["run", "gateway", "-d", "--network", "host", "--name", &sharer, "--label", &label, "-e", port];
    assert_eq!(case.dynrun(&run).run().code, 0);
    let id = case.inspect(&sharer)["State"]["Pid"].to_string();
    let listens = || {
        let done = case.dynrun(&["ports", "21332/udp"]).run();
        done.text().contains(" bound ").then_some(())
    };
    wait_for("the gateway's port", listens);
    let ports = ["-p", "21330:80/udp", "-p", "21331:81", "-p", "21332:82/udp", "-p", "21333:83"];
    let done = case.launch(&[&["--rm"], &ports[..]].concat(), &["true"]).run();
    let asked = |word: &str| format!("  asked: `-p {word}` on the command line\n");
    let want = [
        format!(
            "error[port-taken]: UDP 21330 is held by {}\n{}  help: end it: kill {}\n  \
             help: or take 21331, which is free: -p 21331:80/udp\n",
            own_process(),
            asked("21330:80/udp"),
            std::process::id()
        ),
        format!(
            "error[port-taken]: TCP 21331 is held by the container {publisher}\n{}  \
             help: stop it: dynrun stop {publisher}\n  help: or take 21332, which is free: -p 21332:81\n",
            asked("21331:81")
        ),
        format!(
            "error[port-taken]: UDP 21332 is held by dynrun (pid {id}, container {sharer}, service gateway)\n{}  \
             help: stop it: dynrun stop {sharer}\n  help: or take 21333, which is free: -p 21333:82/udp\n",
            asked("21332:82/udp")
        ),
    ];
    done.expect(125, "", &want.concat());
    drop(udp);
}

/// K25, held to docker: what one launch publishes twice is refused where docker fails, and nowhere else.
#[test]
fn a_port_that_is_published_twice_is_refused_where_docker_fails() {
    let case = Case::new();
    let label = case.label();
    for words in [
        &["21340:80", "21340:81"][..],
        &["21340:80", "21340:80"],
        &["127.0.0.1:21340:80", "21340:81"],
        &["127.0.0.1:21340:80", "0.0.0.0:21340:81"],
        &["21340-21342:80-82", "21341:90"],
        &["127.0.0.1:21340:80", "127.0.0.2:21340:80"],
        &["21340:80", "21340:80/udp"],
        &["21340:80", "21341:80"],
        &["21340-21341:80", "21340:81"],
    ] {
        let ports: Vec<&str> = words.iter().flat_map(|word| ["-p", word]).collect();
        let docker = [&["run", "--rm", "--label", &label][..], &ports, &[BUSYBOX, "true"]].concat();
        let docker = case.call("docker", &docker).run();
        let dynrun = case.launch(&[&["--rm"], &ports[..]].concat(), &["true"]).run();
        assert_eq!(
            (dynrun.code, dynrun.code == 0),
            (docker.code, docker.code == 0),
            "{words:?}: {}",
            dynrun.stderr
        );
        if dynrun.code != 0 {
            let head = "error[port-twice]: TCP 2134";
            assert!(
                dynrun.stderr.starts_with(head),
                "{words:?}: {}\ndocker: {}",
                dynrun.stderr,
                docker.stderr
            );
        }
        case.leaves_nothing();
    }
}

/// What the gateway listens on, what is published, and what the launch says of it.
#[track_caller]
fn gateway(case: &Case, options: &[&str]) -> (String, String, String) {
    let label = case.label();
    let run = ["run", "gateway", "-d", "--label", &label, "--port-policy", "next"];
    let done = case.dynrun(&[&run[..], options].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let state = case.inspect(done.text().trim());
    let env = state["Config"]["Env"].as_array().expect("an environment").clone();
    let port = env.iter().filter_map(|one| one.as_str()?.strip_prefix("VLLM_STATE_GATEWAY_UDP_PORT="));
    let port: Vec<&str> = port.collect();
    let published = state["HostConfig"]["PortBindings"].to_string();
    (port.join(" and "), published, done.stderr)
}

/// E17, user-ask 18: variable, publish and what is said move together. N9: a third stands beside the second.
#[test]
#[ignore = "twenty seconds"]
fn gateways_stand_beside_each_other() {
    let case = Case::new();
    let udp = std::net::UdpSocket::bind("0.0.0.0:9999").expect("a free port");
    let moved = |port: u16, origin: &str| {
        format!(
            "note[port-moved]: UDP 9999 (gateway states of engines) is held by {}: {port} is taken in its place\n  \
             asked: `{origin} (built in)\n",
            own_process()
        )
    };
    for port in 10000..10003_u16 {
        let (listens, published, said) = gateway(&case, &["--network", "bridge"]);
        let binding = format!("{{\"{port}/udp\":[{{\"HostIp\":\"\",\"HostPort\":\"{port}\"}}]}}");
        assert_eq!((listens, published), (port.to_string(), binding));
        let published = format!("note: published: 0.0.0.0:{port}->{port}/udp, [::]:{port}->{port}/udp\n");
        let asked = "VLLM_STATE_GATEWAY_UDP_PORT = \"9999\"` at profiles/gateway.toml:19";
        assert_eq!(said, format!("{}{published}", moved(port, asked)));
    }
    let (listens, published, said) = gateway(&case, &["--network", "host"]);
    assert_eq!((listens.as_str(), published.as_str()), ("10003", "null"));
    let asked = "VLLM_STATE_GATEWAY_UDP_PORT = \"9999\"` at profiles/gateway.toml:19";
    assert_eq!(said, format!("{}note: on the host's network: 10003/udp\n", moved(10003, asked)));
    drop(udp);
}

/// User-ask 17: what the caller said does not move by itself.
#[test]
fn a_port_that_the_caller_said_stays() {
    let case = Case::new();
    let udp = std::net::UdpSocket::bind("0.0.0.0:21350").expect("a free port");
    let port = "VLLM_STATE_GATEWAY_UDP_PORT=21350";
    for (options, asked, next) in [
        (&["-p", "21350:9999/udp"][..], "-p 21350:9999/udp", "-p 21351:9999/udp"),
        (&["--network", "host", "-e", port], &format!("-e {port}"), "-e VLLM_STATE_GATEWAY_UDP_PORT=21351"),
    ] {
        let run = ["run", "gateway", "--rm", "--port-policy", "next"];
        let done = case.dynrun(&[&run[..], options].concat()).run();
        done.expect(
            125,
            "",
            &format!(
                "error[port-taken]: UDP 21350 (gateway states of engines) is held by {}\n  \
                 asked: `{asked}` on the command line\n  \
                 note: --port-policy next does not move it: the command line says it\n  help: end it: kill {}\n  \
                 help: or take 21351, which is free: {next}\n",
                own_process(),
                std::process::id()
            ),
        );
    }
    drop(udp);
}

/// What a service's own switch publishes is quoted as it was typed, or as its file has it; nobody said its number on the
/// host, so it moves. Two that are held are told of two free ports.
#[test]
fn what_a_service_publishes_is_told_as_it_was_said() {
    let case = Case::new();
    let file = |publishes: &str| {
        case.file(
            "dynrun.toml",
            &format!(
                "[service.server]\nimage = {BUSYBOX:?}\nnetwork = \"bridge\"\ncommand = [\"sleep\", \"60\"]\n{publishes}\
                 [service.server.env]\nPORT = \"21370\"\n[[service.server.listen]]\nabout = \"web\"\nport = \"80\"\n\
                 variable = \"PORT\"\n[[service.server.listen]]\nport = \"21371\"\n"
            ),
        )
    };
    let held: Vec<TcpListener> =
        (21370..21372).map(|port| TcpListener::bind(("0.0.0.0", port)).expect("a free port")).collect();
    let label = case.label();
    let run = |options: &[&str], variable: Option<&str>| {
        let call = case.dynrun(&[&["run", "server", "-d", "--rm", "--label", &label][..], options].concat());
        match variable {
            Some(word) => call.env("DYNRUN_PUBLISH_SERVICE", word).run(),
            None => call.run(),
        }
    };
    let told = |port: &str, asked: &str, next: u16| {
        format!(
            "error[port-taken]: TCP {port} is held by {}\n  asked: {asked}\n  help: end it: kill {}\n  \
             help: or take {next}, which is free: --port-policy next\n",
            own_process(),
            std::process::id()
        )
    };
    file("");
    let both = |asked: &str| told("21370 (server web)", asked, 21372) + &told("21371", asked, 21373);
    let flag = "`--publish-service` on the command line";
    run(&["--publish-service"], None).expect(125, "", &both(flag));
    let variable = "`DYNRUN_PUBLISH_SERVICE=true` in the environment";
    run(&[], Some("true")).expect(125, "", &both(variable));
    file("publish-service = true\n");
    let places = told("21370 (server web)", "`PORT = \"21370\"` at dynrun.toml:7", 21372)
        + &told("21371", "`port = \"21371/tcp\"` at dynrun.toml:13", 21373);
    run(&[], None).expect(125, "", &places);
    file("");
    let done = run(&["--publish-service", "--port-policy", "next"], None);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let moved = |port: &str, to: u16| {
        format!(
            "note[port-moved]: TCP {port} is held by {}: {to} is taken in its place\n  asked: {flag}\n",
            own_process()
        )
    };
    let notes = moved("21370 (server web)", 21372) + &moved("21371", 21373);
    assert!(done.stderr.starts_with(&notes), "{}", done.stderr);
    let state = case.inspect(done.text().trim());
    let env = state["Config"]["Env"].as_array().expect("an environment");
    assert!(env.contains(&"PORT=21372".into()), "{env:?}");
    let bound = |port: &str, host: &str| state["HostConfig"]["PortBindings"][port][0]["HostPort"] == host;
    assert!(bound("21372/tcp", "21372") && bound("21371/tcp", "21373"), "{state}");
    drop(held);
}

/// What moves a port may be an argument of the service's command, or nothing at all: then the host's side moves alone.
#[test]
fn an_argument_moves_and_so_does_the_hosts_side_alone() {
    let case = Case::new();
    case.file(
        "dynrun.toml",
        &format!(
            "[service.server]\nimage = {BUSYBOX:?}\nnetwork = \"bridge\"\npublish-service = true\n\
             command = [\"sh\", \"-c\", \"sleep 60\", \"--http-port=21360\", \"--admin\", \"21361\"]\n\
             [[service.server.listen]]\nport = \"21360\"\nargument = \"--http-port\"\n\
             [[service.server.listen]]\nport = \"21361\"\nargument = \"--admin\"\n\
             [[service.server.listen]]\nport = \"21362\"\n"
        ),
    );
    let held: Vec<TcpListener> =
        (21360..21363).map(|port| TcpListener::bind(("0.0.0.0", port)).expect("a free port")).collect();
    let label = case.label();
    let run = ["run", "server", "-d", "--rm", "--label", &label, "--port-policy", "next"];
    let done = case.dynrun(&run).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let state = case.inspect(done.text().trim());
    let command = ["sh", "-c", "sleep 60", "--http-port=21363", "--admin", "21364"];
    assert_eq!(state["Config"]["Cmd"], serde_json::json!(command));
    let bound = |port: &str, host: &str| state["HostConfig"]["PortBindings"][port][0]["HostPort"] == host;
    assert!(bound("21363/tcp", "21363") && bound("21364/tcp", "21364") && bound("21362/tcp", "21365"));
    drop(held);
}

/// A service that listens where its variable says, with more lines of its section.
fn server(case: &Case, port: u16, lines: &str) {
    let command = "[\"sh\", \"-c\", \"exec httpd -f -p $PORT\"]";
    let listen =
        format!("[[service.server.listen]]\nabout = \"web\"\nport = \"{port}\"\nvariable = \"PORT\"\n");
    case.file(
        "dynrun.toml",
        &format!(
            "[service.server]\nimage = {BUSYBOX:?}\ncommand = {command}\nhealth-interval = \"200ms\"\n{lines}\
             [service.server.env]\nPORT = \"{port}\"\n{listen}"
        ),
    );
}

/// What is asked whether a service is ready moves with its port; what asks another port stays.
#[test]
fn what_tells_that_it_is_ready_moves_along() {
    let case = Case::new();
    server(&case, 21390, "publish-service = true\nready = [\"tcp:21390\", \"http:21390/none,status=404\"]\n");
    let held = TcpListener::bind("0.0.0.0:21390").expect("a free port");
    let label = case.label();
    let run = ["run", "server", "-d", "--rm", "--wait=20s", "--label", &label, "--port-policy", "next"];
    let waits = |checks: &str| format!("note: waiting until it is ready, 20s at most: {checks}\n");
    for (network, options, checks) in [
        ("bridge", &[][..], "tcp:21391, http:21391/none,status=404"),
        (
            "host",
            &["--ready", "http:21390/two,status=404"],
            "tcp:21392, http:21392/none,status=404, http:21392/two,status=404",
        ),
    ] {
        let done = case.dynrun(&[&run[..], &["--network", network], options].concat()).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert!(done.stderr.contains(&waits(checks)), "{}", done.stderr);
    }
    drop(held);
}

/// Somebody's health check is not rewritten: where it would ask a stranger, its port stays.
#[test]
fn a_health_check_that_would_ask_a_stranger_holds_its_port() {
    let case = Case::new();
    let check = "[\"CMD\", \"wget\", \"-q\", \"http://localhost:21394/\"]";
    server(&case, 21394, &format!("health-cmd = {check}\n"));
    let held = TcpListener::bind("0.0.0.0:21394").expect("a free port");
    let label = case.label();
    let run = ["run", "server", "-d", "--rm", "--label", &label, "--port-policy", "next", "--network"];
    let mends = "  help: write the check with the variable, as a line for the image's shell: http://localhost:$PORT/\n  \
                 help: or leave the check out, and ask from outside of the container: --no-healthcheck --wait --ready tcp:21394\n";
    let quoted = r#"health-cmd = "[\"CMD\", \"wget\", \"-q\", \"http://localhost:21394/\"]""#;
    let asked = format!("  asked: `{quoted}` at dynrun.toml:5\n");
    let refused = format!(
        "error[port-taken]: TCP 21394 (server web) is held by {}\n  asked: `PORT = \"21394\"` at dynrun.toml:7\n{asked}  \
         note: it does not move: the health check asks TCP 21394, and would ask its holder\n  help: end it: kill {}\n{mends}",
        own_process(),
        std::process::id()
    );
    case.dynrun(&[&run[..], &["host"]].concat()).run().expect(125, "", &refused);
    let done = case.dynrun(&[&run[..], &["bridge", "--publish-service"]].concat()).run();
    let warned = format!(
        "warning[health-port]: the health check asks port 21394, and server has moved to 21395\n{asked}{mends}"
    );
    assert!(done.code == 0 && done.stderr.contains(&warned), "{}\nwanted:\n{warned}", done.stderr);
    // Who takes the port from the variable asks the right one.
    let check = ["--health-cmd", "wget -q http://localhost:$PORT/ 2>&1 | grep -q 404"];
    let wait = ["host", "--wait=20s", "--ready", "health"];
    let done = case.dynrun(&[&run[..], &wait, &check].concat()).run();
    assert_eq!((done.code, done.stderr.contains("health-port")), (0, false), "{}", done.stderr);
    drop(held);
}

/// The image's own health check holds its port as one that was said does, and one without a scheme as one with it.
#[test]
fn a_health_check_of_the_images_holds_its_port() {
    let case = Case::new();
    let image = format!("dynrun-test/{}:1", case.word);
    let made = case.docker(&["create", "--label", &case.label(), BUSYBOX, "true"]);
    case.docker(&["commit", "--change", "HEALTHCHECK CMD wget -q localhost:21398/", &made, &image]);
    server(&case, 21398, "");
    let held = TcpListener::bind("0.0.0.0:21398").expect("a free port");
    let label = case.label();
    let run = ["run", "server", "-d", "--rm", "--label", &label, "--port-policy", "next", "--image", &image];
    let launch = |options: &[&str]| case.dynrun(&[&run[..], options].concat()).run();
    let named = "  note: the image's own health check: wget -q localhost:21398/\n";
    let done = launch(&["--network", "host"]);
    let stays = "  note: it does not move: the health check asks TCP 21398, and would ask its holder\n";
    assert!(done.refused(125, "port-taken").contains(&format!("{named}{stays}")), "{}", done.stderr);
    let done = launch(&["--network", "bridge", "--publish-service"]);
    let warned = "warning[health-port]: the health check asks port 21398, and server has moved to 21399\n";
    assert!(done.code == 0 && done.stderr.contains(warned) && done.stderr.contains(named), "{}", done.stderr);
    let done = launch(&["--network", "host", "--no-healthcheck", "--reset", "health-interval"]);
    assert!(done.code == 0 && !done.stderr.contains("health"), "{}", done.stderr);
    drop((held, case));
    Case::new().docker(&["rmi", "--force", &image]);
}

/// N14: in another container's network its own listeners are in the way, and the host's are not.
#[test]
fn the_ports_of_a_shared_network_are_its_containers() {
    let case = Case::new();
    let target = case.name("target");
    case.launch(&["-d", "--name", &target], &["nc", "-ll", "-p", "4222", "-e", "cat"]).run();
    let pid = case.inspect(&target)["State"]["Pid"].to_string();
    let on_host = TcpListener::bind("0.0.0.0:8222").expect("a free port");
    let shared = format!("container:{target}");
    let launch = || case.dynrun(&["run", "nats", "--image", BUSYBOX, "--network", &shared]).run();
    let done = wait_for("a listener in the container", || {
        let done = launch();
        done.stderr.contains("port-taken").then_some(done)
    });
    done.expect(
        125,
        "",
        &format!(
            "error[port-taken]: TCP 4222 (nats clients) of the container {target} is held by nc (pid {pid}, container {target})\n  \
             asked: `port = \"4222/tcp\"` at profiles/nats.toml:16 (built in)\n  \
             help: take 4223, which is free: --port-policy next\n"
        ),
    );
    drop(on_host);
    assert_eq!(case.containers().len(), 1);
}

/// `dynrun check` tells each port with its holder, makes nothing, and exits with 1 where the launch would be refused.
#[test]
fn a_check_tells_each_port_and_makes_nothing() {
    let case = Case::new();
    let tcp = TcpListener::bind("0.0.0.0:21370").expect("a free port");
    let check = [
        "check",
        "--image",
        BUSYBOX,
        "--profile",
        "bare",
        "-p",
        "21370:80",
        "-p",
        "127.0.0.1:21371:21371/udp",
    ];
    let (holder, pid) = (own_process(), std::process::id());
    let done = case.dynrun(&check).run();
    done.expect(
        1,
        &format!(
            "profile bare, image {BUSYBOX}\n\
             TCP 21370        published  held     {holder}\n\
             UDP 21371        published  free\n\
             refused\n"
        ),
        &format!(
            "error[port-taken]: TCP 21370 is held by {holder}\n  asked: `-p 21370:80` on the command line\n  \
             help: end it: kill {pid}\n  help: or take 21371, which is free: -p 21371:80\n"
        ),
    );
    let json = [&check[..], &["--format", "json"]].concat();
    let told: serde_json::Value = serde_json::from_str(&case.dynrun(&json).run().text()).expect("JSON");
    let held = &told["ports"][0];
    assert_eq!((&held["status"], &held["holder"]["words"]), (&"held".into(), &holder.as_str().into()));
    assert_eq!((&held["holder"]["pid"], &held["holder"]["service"]), (&pid.into(), &().into()));
    drop(tcp);
    let done = case.dynrun(&json).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let mut document: serde_json::Value = serde_json::from_str(&done.text()).expect("JSON");
    let port = |protocol: &str, port: u16| {
        serde_json::json!({
            "protocol": protocol, "port": port, "last_port": port, "purpose": "published", "status": "free",
            "holder": null,
        })
    };
    let want = serde_json::json!({
        "service": null, "profile": "bare", "image": BUSYBOX, "refused": false,
        "ports": [port("tcp", 21370), port("udp", 21371)], "findings": [],
    });
    let answers =
        document.as_object_mut().and_then(|document| document.remove("checks")).expect("the checks");
    let is_fine = |row: &serde_json::Value| row["answer"] == "fine" && row["why"].is_null();
    assert!(answers.as_array().expect("a list").iter().all(is_fine), "{answers}");
    assert_eq!(document, want);
    case.leaves_nothing();
}

/// A name that is taken and an image that is missing are told before a launch, by a check and by a dry run that asks.
#[test]
fn a_check_tells_of_name_and_image() {
    let case = Case::new();
    let name = case.name("held");
    case.launch(&["-d", "--name", &name], &["sleep", "60"]).run();
    let taken = |stderr: &str| {
        let (head, tail) = without_age(stderr);
        assert_eq!(
            head,
            format!(
                "error[name-taken]: a container named {name} exists already\n  \
                 asked: `--name {name}` on the command line\n  note: it is running"
            )
        );
        assert!(tail.contains(&format!("help: choose another name, or remove it: docker rm -f {name}\n")));
    };
    let words = ["--image", BUSYBOX, "--profile", "bare", "--name", &name];
    let done = case.dynrun(&[&["check"], &words[..]].concat()).run();
    assert_eq!((done.code, done.text()), (1, format!("profile bare, image {BUSYBOX}\nrefused\n")));
    taken(&done.stderr);
    taken(case.dynrun(&[&["run", "--dry-run=engine"], &words[..]].concat()).run().refused(125, "name-taken"));
    let check = |pull: &str| {
        let words = ["check", "--image", "app:nosuch", "--profile", "bare", "--pull", pull];
        case.dynrun(&words).run()
    };
    let head = "profile bare, image app:nosuch\n";
    let note = "note[image-pulled]: the engine does not have the image app:nosuch: a launch pulls it\n";
    let untried = "image: cannot tell: whether app:nosuch can be pulled was not tried\n";
    check("missing").expect(0, &format!("{head}{untried}fine\n"), note);
    check("always").expect(0, &format!("{head}{untried}fine\n"), "");
    let missing = "error[image-missing]: the engine does not have the image app:nosuch, and --pull never forbids to pull it\n  \
         asked: `--image app:nosuch` on the command line\n  \
         help: load it: docker load -i FILE, or build it: docker build -t app:nosuch FOLDER\n";
    check("never").expect(1, &format!("{head}refused\n"), missing);
}

/// E17: ten launches in a row find their port taken, and each is of one piece: variable, publish, report.
#[test]
fn ten_picks_are_of_one_piece() {
    let case = Case::new();
    let udp = std::net::UdpSocket::bind("0.0.0.0:9999").expect("a free port");
    let label = case.label();
    let run = ["run", "elrar", "--image", BUSYBOX, "-d", "--label", &label, "--reset", "volume"];
    let rest = ["--port-policy", "next", "--report", "report.json", "--", "sleep", "60"];
    for port in 10000..10010_u16 {
        let done = case.dynrun(&[&run[..], &rest].concat()).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        let state = case.inspect(done.text().trim());
        let env = state["Config"]["Env"].as_array().expect("an environment");
        assert!(env.contains(&format!("VLLM_STATE_GATEWAY_UDP_PORT={port}").into()), "{env:?}");
        let bindings = &state["HostConfig"]["PortBindings"];
        let want =
            serde_json::json!({ format!("{port}/udp"): [{ "HostIp": "", "HostPort": port.to_string() }] });
        assert_eq!(bindings, &want);
        let report = std::fs::read_to_string(case.folder().join("report.json")).expect("a report");
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        let want = [format!("0.0.0.0:{port}->{port}/udp"), format!("[::]:{port}->{port}/udp")];
        assert_eq!(report["ports"], serde_json::json!(want));
    }
    drop(udp);
}
