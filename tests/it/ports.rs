//! `dynrun ports`: who holds a port, with real sockets of this test's own and without an engine. E8, E18, N4, F6, F7;
//! F52, F54, F56 of the faults that are prepared for.

use crate::common::{DYNRUN, Test};
use dynrun::sockets::{EVERY_PORT, Namespace, Verdict, bind_probe, conflicts, owners};
use dynrun::values::{PortRange, Protocol};
use nix::sys::socket::sockopt::{Ipv6V6Only, ReuseAddr};
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrStorage, bind, getsockname, listen, setsockopt,
    socket,
};
use serde_json::{Value, json};
use std::io::Read;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What `dynrun ports` prints, a line a row, its columns one space apart.
#[track_caller]
fn lines(arguments: &[&str]) -> Vec<String> {
    let output = Test::new().args(["ports"]).args(arguments).any_stdout().any_stderr().run();
    output.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

const TITLES: &str = "PROTOCOL ADDRESS STATE PID PROCESS CONTAINER KNOWN AS";

/// This process as a finding names it.
pub(crate) fn own_process() -> String {
    let pid = std::process::id();
    let container = dynrun::sockets::container_of(pid);
    let container = container.map(|id| format!(", container {}", &id[..12])).unwrap_or_default();
    let command = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
    format!("{} (pid {pid}{container})", command.trim_end())
}

/// This process as a row names it.
fn own() -> String {
    let pid = std::process::id();
    let command = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
    format!("{pid} {}", command.trim_end())
}

/// The container that the tests themselves run in, if any, in a row's words.
fn row(protocol: &str, address: SocketAddr, state: &str) -> String {
    let container = dynrun::sockets::container_of(std::process::id());
    let container = container.map_or("-".to_owned(), |id| id[..12].to_owned());
    format!("{protocol} {address} {state} {} {container} -", own())
}

/// How a socket of the test is made, beside its address.
#[derive(Clone, Copy, Default)]
pub(crate) struct How {
    pub(crate) reuse: bool,
    pub(crate) only_v6: bool,
    pub(crate) listen: bool,
}

/// A socket on a port that nobody holds, and where it is.
#[track_caller]
pub(crate) fn held(kind: SockType, address: &str, how: How) -> (OwnedFd, SocketAddr) {
    let address: IpAddr = address.parse().unwrap();
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, kind, SockFlag::SOCK_CLOEXEC, None).unwrap();
    if how.reuse {
        setsockopt(&socket, ReuseAddr, &true).unwrap();
    }
    if address.is_ipv6() {
        setsockopt(&socket, Ipv6V6Only, &how.only_v6).unwrap();
    }
    bind(socket.as_raw_fd(), &SockaddrStorage::from(SocketAddr::new(address, 0))).unwrap();
    if how.listen {
        listen(&socket, Backlog::new(1).unwrap()).unwrap();
    }
    let bound: SockaddrStorage = getsockname(socket.as_raw_fd()).unwrap();
    let port = bound.as_sockaddr_in().map(|bound| bound.port());
    let port = port.or_else(|| bound.as_sockaddr_in6().map(|bound| bound.port())).unwrap();
    (socket, SocketAddr::new(address, port))
}

/// E8, F6: a gateway sets `SO_REUSEADDR`, and a second one would take its datagrams in silence.
#[test]
fn a_udp_port_is_held_although_it_may_be_shared() {
    let (_held, at) = held(SockType::Datagram, "0.0.0.0", How { reuse: true, ..How::default() });
    let port = at.port().to_string();
    assert_eq!(lines(&["--udp", &port]), [TITLES.to_owned(), row("udp", at, "bound")]);
    assert_eq!(bind_probe(Protocol::Udp, at.ip(), at.port()), Verdict::Taken);
    assert_eq!(lines(&[&format!("{port}/tcp")]), [TITLES, &format!("tcp *:{port} free - - - -")]);
}

/// F7, F52: each address, family and protocol is told apart.
#[test]
fn the_socket_is_listed_as_it_is_bound() {
    let listening = How { listen: true, ..How::default() };
    for (address, only_v6, told, blocks_v4) in [
        ("127.0.0.2", false, None, true),
        ("0.0.0.0", false, None, true),
        ("::", false, Some(false), true),
        ("::", true, Some(true), false),
        // The kernel makes it so with the bind.
        ("::1", false, Some(true), false),
        ("::ffff:127.0.0.1", false, Some(false), true),
    ] {
        let (_held, at) = held(SockType::Stream, address, How { only_v6, ..listening });
        let port = at.port().to_string();
        assert_eq!(lines(&["--tcp", &port]), [TITLES.to_owned(), row("tcp", at, "listening")], "{address}");
        let sockets = Namespace::Own.sockets(Protocol::Tcp, &[PortRange::single(at.port())]).unwrap();
        let [socket] = sockets.as_slice() else { panic!("{sockets:?}") };
        let is_v6 = at.is_ipv6() && !address.starts_with("::ffff");
        assert_eq!(socket.only_v6, told, "{address}");
        let any: IpAddr = "0.0.0.0".parse().unwrap();
        assert_eq!(conflicts(socket, Protocol::Tcp, any, at.port()), blocks_v4, "{address}");
        // What is said of the sockets is what the kernel does.
        let want = if blocks_v4 { Verdict::Taken } else { Verdict::Free };
        assert_eq!(bind_probe(Protocol::Tcp, any, at.port()), want, "{address} against 0.0.0.0");
        let any: IpAddr = "::".parse().unwrap();
        assert_eq!(conflicts(socket, Protocol::Tcp, any, at.port()), is_v6, "{address} against ::");
        let want = if is_v6 { Verdict::Taken } else { Verdict::Free };
        assert_eq!(bind_probe(Protocol::Tcp, any, at.port()), want, "{address} against ::");
    }
}

/// Whether this kernel tells of TCP sockets that are only bound.
fn tells_of_bound() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(['.', '-']).map(|word| word.trim().parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(6), Some(8))
}

/// F54.
#[test]
fn a_port_that_is_bound_and_not_listened_on_is_held() {
    let (_held, at) = held(SockType::Stream, "127.0.0.1", How::default());
    let port = at.port();
    assert_eq!(bind_probe(Protocol::Tcp, at.ip(), port), Verdict::Taken);
    let want = match tells_of_bound() {
        true => row("tcp", at, "bound"),
        false => format!("tcp *:{port} taken - - - -"),
    };
    assert_eq!(lines(&["--tcp", &port.to_string()]), [TITLES.to_owned(), want]);
}

/// F54: a connection that has ended is no conflict.
#[test]
fn time_wait_holds_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let mut client = TcpStream::connect(at).unwrap();
    // Who closes first waits.
    drop(listener.accept().unwrap());
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    drop((client, listener));
    let waiting = || std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let mark = format!(":{:04X} ", at.port());
    let end = Instant::now() + Duration::from_secs(10);
    while !waiting().lines().any(|line| line.contains(&mark) && line.contains(" 06 ")) {
        assert!(Instant::now() < end, "no TIME_WAIT");
        std::thread::sleep(Duration::from_millis(5));
    }
    let port = at.port();
    assert_eq!(
        lines(&["--tcp", &port.to_string()]),
        [TITLES.to_owned(), format!("tcp *:{port} free - - - -")]
    );
}

/// An outgoing connection may have been given the port that a service wants.
#[test]
fn a_port_that_a_connection_was_given_is_held() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let at = client.local_addr().unwrap();
    assert_eq!(lines(&["--tcp", &at.port().to_string()]), [TITLES.to_owned(), row("tcp", at, "connected")]);
}

/// F55, F56: the other namespace's socket is found there, and is nothing here.
#[test]
fn another_namespace_is_another_machine() {
    let mut unshared = Unshared::gateway();
    let port = unshared.port;
    let here = lines(&[&format!("{port}/udp")]);
    assert_eq!(here, [TITLES.to_owned(), format!("udp *:{port} free - - - -")]);
    let there = Namespace::Of(unshared.child.id());
    let sockets = there.sockets(Protocol::Udp, &[EVERY_PORT]).unwrap();
    let [socket] = sockets.as_slice() else { panic!("{sockets:?}") };
    let any: IpAddr = "0.0.0.0".parse().unwrap();
    assert_eq!((socket.address, socket.port, socket.only_v6), (any, port, None));
    assert!(conflicts(socket, Protocol::Udp, any, port));
    let owner = owners(&sockets).remove(0);
    let pids: Vec<u32> = owner.processes.iter().map(|process| process.pid).collect();
    assert_eq!((pids, owner.more), (vec![unshared.child.id()], 0));
    unshared.child.kill().unwrap();
    unshared.child.wait().unwrap();
    let gone = there.sockets(Protocol::Udp, &[EVERY_PORT]).unwrap_err();
    let path = format!("/proc/{}/net/udp", unshared.child.id());
    assert!(gone.0.starts_with(&format!("{path} cannot be read: ")), "{gone}");
}

/// The built-in gateway in a network namespace of its own, on a port that is free here.
pub(crate) struct Unshared {
    child: Child,
    pub(crate) port: u16,
}

impl Unshared {
    pub(crate) fn gateway() -> Self {
        let port = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
        // Without root, a user namespace gives the right to have one.
        let user: &[&str] =
            if nix::unistd::geteuid().is_root() { &[] } else { &["--user", "--map-root-user"] };
        let mut command = Command::new("unshare");
        command.args(user).args(["--net", DYNRUN, "state-gateway"]);
        command.env("VLLM_STATE_GATEWAY_UDP_PORT", port.to_string());
        command.env("VLLM_STATE_GATEWAY_BIND_ADDRESS", "0.0.0.0");
        command.env("VLLM_STATE_GATEWAY_NETWORK_MODE", "unicast");
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let unshared = Self { child, port };
        let end = Instant::now() + Duration::from_secs(10);
        let there = Namespace::Of(unshared.child.id());
        while !there.sockets(Protocol::Udp, &[PortRange::single(port)]).is_ok_and(|found| found.len() == 1) {
            assert!(Instant::now() < end, "no gateway in another namespace");
            std::thread::sleep(Duration::from_millis(10));
        }
        unshared
    }
}

impl Drop for Unshared {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server and its workers: the one that opened the socket is named, the others are counted.
#[test]
fn of_several_processes_the_eldest_is_named() {
    let (listener, at) = held(SockType::Stream, "127.0.0.1", How { listen: true, ..How::default() });
    // All three have the socket as 3: a shell gives /dev/null for 0 to what runs in the background.
    let line = "exec 3<&0 </dev/null; sleep 60 & sleep 60 & echo up; wait";
    let mut command = Command::new("sh");
    let mut shell = command.args(["-c", line]).stdin(listener).stdout(Stdio::piped()).spawn().unwrap();
    // A descriptor of the command would hold the socket here as well.
    drop(command);
    let mut word = [0; 3];
    shell.stdout.take().unwrap().read_exact(&mut word).unwrap();
    let port = at.port().to_string();
    let got = lines(&["--tcp", &port]);
    let json = Test::new().args(["ports", "--tcp", &port, "--format", "json"]).any_stdout().run().stdout;
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", shell.id())).unwrap();
    for pid in children.split_whitespace() {
        let pid = nix::unistd::Pid::from_raw(pid.parse().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    }
    shell.wait().unwrap();
    let container = row("tcp", at, "listening").split(' ').nth(5).unwrap().to_owned();
    let want = format!("tcp {at} listening {} sh and 2 more {container} -", shell.id());
    assert_eq!(got, [TITLES.to_owned(), want]);
    let rows: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["pid"], json!(shell.id()));
    let commands: Vec<&str> =
        rows[0]["processes"].as_array().unwrap().iter().map(|p| p["process"].as_str().unwrap()).collect();
    assert_eq!((commands, &rows[0]["more_processes"]), (vec!["sh", "sleep", "sleep"], &json!(0)));
}

#[test]
fn the_json_is_a_list_of_objects() {
    let (_held, at) = held(SockType::Stream, "::1", How { listen: true, only_v6: true, ..How::default() });
    let port = at.port();
    let query = format!("{port}/tcp");
    let text = Test::new()
        .args(["ports", "--format", "json", &query, &format!("{port}/udp")])
        .any_stdout()
        .run()
        .stdout;
    let got: Value = serde_json::from_str(&text).unwrap();
    let pid = std::process::id();
    let own = own();
    let command = own.split_once(' ').unwrap().1;
    let uid = nix::unistd::geteuid().as_raw();
    let container =
        dynrun::sockets::container_of(pid).map(|id| json!({ "id": id, "name": null, "service": null }));
    let free = json!({
        "protocol": "udp", "port": port, "address": null, "only_v6": null, "state": "free",
        "pid": null, "process": null, "processes": [], "more_processes": null, "uid": null, "user": null,
        "container": null, "known_as": [],
    });
    let mut held = json!({
        "protocol": "tcp", "port": port, "address": "::1", "only_v6": true, "state": "listening",
        "pid": pid, "process": command, "processes": [{ "pid": pid, "process": command }], "more_processes": 0,
        "uid": uid, "user": null, "container": container, "known_as": [],
    });
    held["user"] = got[0]["user"].clone();
    assert!(uid != 0 || held["user"] == json!("root"), "{}", held["user"]);
    assert_eq!(got, json!([held, free]));
    // The keys stand in one order, for who reads them with their eyes.
    assert!(text.starts_with("[\n  {\n    \"protocol\": \"tcp\",\n    \"port\": "), "{text}");
}

/// N4: whose a number is, where nobody else says it.
#[test]
fn free_ports_are_put_together_and_known_ones_named() {
    let free = |port: u16| {
        bind_probe(Protocol::Tcp, "0.0.0.0".parse().unwrap(), port) == Verdict::Free
            && bind_probe(Protocol::Tcp, "::".parse().unwrap(), port) == Verdict::Free
    };
    let known = [
        (10814, "Nebula vLLM of a node"),
        (18081, "Nebula router"),
        (20080, "Dynamo KV events of a vLLM worker"),
    ];
    let (port, name) =
        known.into_iter().find(|(port, _)| free(*port)).expect("one of the known ports is free");
    assert_eq!(
        lines(&[&format!("{port}/tcp")]),
        [TITLES.to_owned(), format!("tcp *:{port} free - - - {name}")]
    );
    let (_held, at) = held(SockType::Stream, "127.0.0.1", How { listen: true, ..How::default() });
    let (first, last) = (at.port() - 1, at.port() + 1);
    let got = lines(&["--tcp", &format!("{first}-{last}")]);
    assert!(got.contains(&row("tcp", at, "listening")), "{got:?}");
}

#[test]
fn without_ports_all_that_are_held_are_listed() {
    let (_tcp, tcp) = held(SockType::Stream, "127.0.0.3", How { listen: true, ..How::default() });
    let (_udp, udp) = held(SockType::Datagram, "::1", How::default());
    let (tcp, udp) = (row("tcp", tcp, "listening"), row("udp", udp, "bound"));
    for (arguments, has_tcp, has_udp) in [
        (&[] as &[&str], true, true),
        (&["--tcp"], true, false),
        (&["--udp"], false, true),
        (&["--tcp", "--udp"], true, true),
    ] {
        let got = lines(arguments);
        assert_eq!(got[0], TITLES);
        assert_eq!((got.contains(&tcp), got.contains(&udp)), (has_tcp, has_udp), "{arguments:?}: {got:#?}");
    }
}

#[test]
fn what_is_no_port_is_refused() {
    let form = "  help: the accepted form is PORT[-PORT][/PROTOCOL]\n";
    for (words, problem) in [
        (
            &["http"] as &[&str],
            "error[bad-value]: `http` is no port: the host port is not a number\n".to_owned() + form,
        ),
        (&["0"], "error[bad-value]: `0` is no port: nobody can hold port 0\n".to_owned() + form),
        (
            &["70000", "80/dcp"],
            format!(
                "error[bad-value]: `70000` is no port: the host port is above 65535\n{form}\
                 error[bad-value]: `80/dcp` is no port: the protocol is not one of tcp, udp, sctp\n  \
                 help: did you mean 80/tcp?\n{form}"
            ),
        ),
    ] {
        Test::new().args(["ports"]).args(words).stderr(&problem).status(2).run();
    }
    let sctp = "error[port-unknown]: who holds 80/sctp cannot be told: SCTP sockets are not read\n";
    Test::new().args(["ports", "80/sctp"]).stderr(sctp).status(1).run();
}
