//! What a launch needs in the network that it shares: a real NATS and a real etcd on their ports are recognised and
//! reused, strangers there are named, and a second one of them is refused. N4, N23; user-ask 49.

use super::case::{BUSYBOX, Case, wait_for};
use crate::ports::own_process;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// A real server, which ends with this.
pub(super) struct Server(Child);

impl Server {
    /// Starts one of the programs below a folder, and waits until it listens.
    pub(super) fn start(
        programs: &Path,
        (program, arguments): (&str, &[&str]),
        folder: &Path,
        port: u16,
    ) -> Self {
        let mut command = Command::new(programs.join(program));
        command.args(arguments).current_dir(folder).stdin(Stdio::null());
        let server = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
        wait_for(program, || TcpStream::connect(("127.0.0.1", port)).ok());
        server
    }

    /// NATS with its monitoring, as Dynamo has it.
    pub(super) fn nats(programs: &Path, folder: &Path) -> Self {
        let arguments = ["-js", "-sd", "nats.data", "-p", "4222", "-m", "8222"];
        Self::start(programs, ("usr/sbin/nats-server", &arguments), folder, 4222)
    }

    /// etcd on loopback, as Debian has it.
    pub(super) fn etcd(programs: &Path, folder: &Path) -> Self {
        let arguments = ["--data-dir", "etcd.data", "--log-level", "error"];
        let server = Self::start(programs, ("usr/bin/etcd", &arguments), folder, 2379);
        // A member without a leader is not healthy.
        wait_for("a leader", || {
            let mut stream = TcpStream::connect(("127.0.0.1", 2379)).ok()?;
            stream.write_all(b"GET /health HTTP/1.0\r\n\r\n").ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).ok()?;
            answer.contains("\"true\"").then_some(())
        });
        server
    }

    /// As a finding names it.
    fn words(&self, command: &str) -> String {
        let pid = self.0.id();
        let container = dynrun::sockets::container_of(pid).map(|id| format!(", container {}", &id[..12]));
        format!("{command} (pid {pid}{})", container.unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The folder that scripts/test unpacks the workloads into.
#[expect(clippy::disallowed_methods, reason = "scripts/test says so where the workloads are")]
pub(super) fn workloads() -> PathBuf {
    std::env::var_os("DYNRUN_TEST_WORKLOADS").expect("scripts/test unpacks the workloads").into()
}

/// A server of our own that is neither: it greets as another would.
fn stranger(port: u16) -> TcpListener {
    let listener = TcpListener::bind(("0.0.0.0", port)).expect("a free port");
    let greeting = listener.try_clone().expect("a descriptor");
    thread::spawn(move || {
        for stream in greeting.incoming() {
            let _ = stream.and_then(|mut stream| stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"));
        }
    });
    listener
}

/// A service of the test's own that needs both, without a command of the caller's.
fn worker(case: &Case) {
    case.file(
        "dynrun.toml",
        &format!(
            "[service.worker]\nimage = {BUSYBOX:?}\nnetwork = \"host\"\ncommand = [\"echo\", \"works\"]\n\
             needs = [\"nats\", \"etcd\"]\n"
        ),
    );
}

/// The port of what is needed, its status and its holder, as `dynrun check` has them.
fn needed(document: &Value) -> Vec<(u64, &str, &str)> {
    let ports = document["ports"].as_array().expect("a list").iter();
    let needed = ports.filter(|port| port["purpose"] == "needed").map(|port| {
        let holder = port["holder"]["words"].as_str().unwrap_or_default();
        (port["port"].as_u64().unwrap_or_default(), port["status"].as_str().unwrap_or_default(), holder)
    });
    needed.collect()
}

#[test]
fn nats_and_etcd_are_recognised_and_reused() {
    let case = Case::new();
    worker(&case);
    let run = ["run", "worker", "--trust", "--rm"];
    let check = || {
        let done = case.dynrun(&["check", "worker", "--trust", "--format", "json"]).run();
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{}", done.text());
        serde_json::from_str::<Value>(&done.text()).expect("JSON")
    };
    assert_eq!(needed(&check()), [(4222, "missing", ""), (2379, "missing", "")]);
    let (nats, etcd) = (Server::nats(&workloads(), case.folder()), Server::etcd(&workloads(), case.folder()));
    let (nats_words, etcd_words) = (nats.words("nats-server"), etcd.words("etcd"));
    let asked = |name: &str| format!("  asked: `needs = [\"{name}\"]` at dynrun.toml:5\n");
    let notes = format!(
        "note[port-reused]: nats on TCP 4222 is reused: {nats_words}\n{}\
         note[port-reused]: etcd on TCP 2379 is reused: {etcd_words}\n{}",
        asked("nats"),
        asked("etcd")
    );
    case.dynrun(&run).run().expect(0, "works\n", &notes);
    let document = check();
    let want = [(4222, "reused", nats_words.as_str()), (2379, "reused", etcd_words.as_str())];
    assert_eq!(needed(&document), want);
    assert_eq!(document["refused"], json!(false));
    // A worker that is told of another machine looks there; one on a bridge cannot look here.
    let elsewhere = ["-e", "NATS_SERVER=nats://bus:4222", "-e", "ETCD_ENDPOINTS=https://127.0.0.1:2379"];
    case.dynrun(&[&run[..], &elsewhere].concat()).run().expect(0, "works\n", "");
    let label = case.label();
    let bridge = ["--network", "bridge", "--label", &label];
    let told = |network: &str, name: &str| {
        format!(
            "{}  help: start it: dynrun run {name} --detach --name {name} --network {network}",
            unset(name)
        )
    };
    let both = |name: &str, value: &str| {
        format!(
            "{} --create-network\n  help: and name both: --network NETWORK -e {value}\n",
            told("NETWORK", name)
        )
    };
    let (nats_there, etcd_there) = ("NATS_SERVER=nats://nats:4222", "ETCD_ENDPOINTS=http://etcd:2379");
    let want = both("nats", nats_there) + &both("etcd", etcd_there);
    case.dynrun(&[&run[..], &bridge].concat()).run().expect(0, "works\n", &want);
}

/// What is said of a service that is needed and that no variable tells of.
fn unset(name: &str) -> String {
    let variable = if name == "nats" { "NATS_SERVER" } else { "ETCD_ENDPOINTS" };
    format!(
        "warning[need-missing]: worker needs {name}, and nothing tells it where that is: {variable} is not set\n  \
         asked: `needs = [\"{name}\"]` at dynrun.toml:5\n"
    )
}

/// Each network has a line of its own that starts what is missing where it is found.
#[test]
fn what_is_missing_has_the_line_that_starts_it() {
    let case = Case::new();
    worker(&case);
    let (owner, net, bus) = (case.name("owner"), case.name("net"), case.name("bus"));
    case.launch(&["-d", "--name", &owner], &["sleep", "60"]).run();
    case.docker(&["network", "create", "--subnet", "10.98.41.0/24", &net]);
    let label = case.label();
    let run = |more: &[&str]| {
        let base = ["run", "worker", "--trust", "--rm", "--label", &label];
        case.dynrun(&[&base[..], more].concat()).run()
    };
    let at_home = |name: &str, port: u16, whose: &str, network: &str| {
        format!(
            "warning[need-missing]: worker needs {name}, and nobody listens on TCP {port} {whose}\n  \
             asked: `needs = [\"{name}\"]` at dynrun.toml:5\n  help: start it: dynrun run {name} --detach --network {network}\n"
        )
    };
    let want = at_home("nats", 4222, "of the host", "host") + &at_home("etcd", 2379, "of the host", "host");
    run(&[]).expect(0, "works\n", &want);
    let (whose, target) = (format!("of the container {owner}"), format!("container:{owner}"));
    let want = at_home("nats", 4222, &whose, &target) + &at_home("etcd", 2379, &whose, &target);
    run(&["--network", &target]).expect(0, "works\n", &want);
    // One that dynrun launched there is named.
    let service = "dev.dynrun.service=nats";
    let options =
        ["run", "-d", "--name", &bus, "--label", &label, "--label", service, "--network", &net, BUSYBOX];
    case.docker(&[&options[..], &["sleep", "60"]].concat());
    let want = format!(
        "{}  help: name it: -e NATS_SERVER=nats://{bus}:4222\n{}  \
         help: start it: dynrun run etcd --detach --name etcd --network {net}\n  \
         help: and name it: -e ETCD_ENDPOINTS=http://etcd:2379\n",
        unset("nats"),
        unset("etcd")
    );
    run(&["--network", &net]).expect(0, "works\n", &want);
    // Whether a command of the caller's needs them, nobody knows.
    run(&["--network", &net, "--", "true"]).expect(0, "", "");
}

/// N4: what is needed is there twice: as NATS, and as a stranger in etcd's place.
#[test]
fn a_stranger_is_named_and_nothing_is_made() {
    let case = Case::new();
    worker(&case);
    let nats = stranger(4222);
    let etcd = stranger(2379);
    let (own, pid) = (own_process(), std::process::id());
    let one = |level: &str, name: &str, port: u16, service: &str, place: &str| {
        format!(
            "{level}[port-taken]: TCP {port}, where {service} needs {name}, is held by {own}, which does not answer as {name}\n  \
             asked: `needs = [\"{name}\"]` at {place}\n  help: end it: kill {pid}\n"
        )
    };
    let both = |level: &str, service: &str, place: &str| {
        one(level, "nats", 4222, service, place) + &one(level, "etcd", 2379, service, place)
    };
    let done = case.dynrun(&["run", "worker", "--trust", "--rm"]).run();
    done.expect(125, "", &both("error", "worker", "dynrun.toml:5"));
    case.leaves_nothing();
    // A command of the caller's may not need them at all: it is warned.
    let label = case.label();
    let run =
        ["run", "inference", "--image", BUSYBOX, "--gpus", "none", "--runtime", "runc", "--reset", "ulimit"];
    let done = case.dynrun(&[&run[..], &["--label", &label, "--", "true"]].concat()).run();
    assert_eq!((done.code, done.text().as_str()), (0, ""), "{}", done.stderr);
    assert!(
        done.stderr.contains(&both("warning", "inference", "profiles/inference.toml:25 (built in)")),
        "{}",
        done.stderr
    );
    drop((nats, etcd));
}

/// N4: there is one NATS and one etcd a host; every port of the second that the first has is told.
#[test]
fn a_second_one_is_refused_on_the_hosts_network() {
    let case = Case::new();
    let (nats, etcd) = (Server::nats(&workloads(), case.folder()), Server::etcd(&workloads(), case.folder()));
    // Each has a port of its own that is free: etcd's two are neighbours.
    let free = |port: u16| {
        if port == 2379 {
            2381
        } else if port == 2380 {
            2382
        } else {
            port + 1
        }
    };
    let run = |service: &str| {
        case.dynrun(&["run", service, "--image", BUSYBOX, "--network", "host", "--profile", "bare"]).run()
    };
    let one = |port: u16, what: &str, holder: &Server, command: &str, asked: &str, bound: &str| {
        format!(
            "error[port-taken]: TCP {port} ({what}) is held by {}\n  asked: {asked} (built in)\n\
             {bound}  help: end it: kill {}\n  help: or take {}, which is free: --port-policy next\n",
            holder.words(command),
            holder.0.id(),
            free(port)
        )
    };
    let want =
        one(4222, "nats clients", &nats, "nats-server", "`port = \"4222/tcp\"` at profiles/nats.toml:16", "")
            + &one(
                8222,
                "nats monitoring",
                &nats,
                "nats-server",
                "`port = \"8222/tcp\"` at profiles/nats.toml:22",
                "",
            );
    run("nats").expect(125, "", &want);
    let bound = "  note: it is bound to 127.0.0.1\n";
    let want = one(
        2379,
        "etcd clients",
        &etcd,
        "etcd",
        "`ETCD_LISTEN_CLIENT_URLS = \"http://0.0.0.0:2379\"` at profiles/etcd.toml:17",
        bound,
    ) + &one(
        2380,
        "etcd other members",
        &etcd,
        "etcd",
        "`ETCD_LISTEN_PEER_URLS = \"http://localhost:2380\"` at profiles/etcd.toml:20",
        bound,
    );
    run("etcd").expect(125, "", &want);
    case.leaves_nothing();
}
