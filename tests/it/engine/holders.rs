//! Who holds a port where an engine is: the container behind docker's proxy, the one that shares the host's network,
//! an engine elsewhere; and `ss`, whose word dynrun's is held to. E18, N4.

use super::case::{Case, DYNRUN, wait_for};
use dynrun::engine::{Engine, Listeners, choose};
use dynrun::host::Host;
use dynrun::sockets::{Proof, is_same_machine, is_same_network};
use std::collections::BTreeSet;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;

const TITLES: &str = "PROTOCOL ADDRESS STATE PID PROCESS CONTAINER KNOWN AS";

/// A table's lines, their columns one space apart.
fn collapsed(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What `dynrun ports` prints on both streams, with pids as PID.
#[track_caller]
fn ports(case: &Case, arguments: &[&str]) -> (Vec<String>, String) {
    let done = case.dynrun(&[&["ports"], arguments].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let lines = collapsed(&done.text()).into_iter().map(|line| {
        let words = line.split(' ').enumerate().map(|(at, word)| match word.parse::<u32>() {
            Ok(_) if at == 3 => "PID",
            _ => word,
        });
        words.collect::<Vec<_>>().join(" ")
    });
    (lines.collect(), done.stderr)
}

#[test]
fn a_published_port_is_its_containers() {
    let case = Case::new();
    let name = case.name("box");
    let done = case
        .launch(
            &["-d", "--name", &name, "-p", "127.0.0.1:21201:80", "-p", "127.0.0.1:21202:81/udp"],
            &["sleep", "60"],
        )
        .run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let want = [
        TITLES.to_owned(),
        format!("tcp 127.0.0.1:21201 listening PID docker-proxy {name} -"),
        "udp *:21201 free - - - -".to_owned(),
        format!("udp 127.0.0.1:21202 bound PID docker-proxy {name} -"),
    ];
    assert_eq!(ports(&case, &["21201", "21202/udp"]), (want.to_vec(), String::new()));
    // Without the engine's word, the proxy is all there is to see.
    let want = [TITLES.to_owned(), "tcp 127.0.0.1:21201 listening PID docker-proxy - -".to_owned()];
    let nowhere = ports(&case, &["--host", "unix:///nonexistent/docker.sock", "21201/tcp"]);
    assert_eq!(nowhere, (want.to_vec(), String::new()));
}

#[test]
fn a_container_on_the_hosts_network_is_named_with_its_service() {
    let case = Case::new();
    let name = case.name("gw");
    let port = ["-e", "VLLM_STATE_GATEWAY_UDP_PORT=21203"];
    let label = case.label();
    let run = ["run", "gateway", "--network", "host", "-d", "--name", &name, "--label", &label];
    let done = case.dynrun(&[&run[..], &port].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let want = [TITLES.to_owned(), format!("udp 0.0.0.0:21203 bound PID dynrun {name} (gateway) -")];
    let got = wait_for("the gateway's port", || {
        let got = ports(&case, &["21203/udp"]);
        (!got.0[1].contains(" free ")).then_some(got)
    });
    assert_eq!(got, (want.to_vec(), String::new()));
    let id = case.container();
    let json = case.dynrun(&["ports", "--format", "json", "21203/udp"]).run().text();
    let rows: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let container = serde_json::json!({ "id": id, "name": name, "service": "gateway" });
    assert_eq!((rows.as_array().map(Vec::len), &rows[0]["container"]), (Some(1), &container));
}

/// An engine is only asked where it has something to say.
#[test]
fn a_port_of_a_process_asks_no_engine() {
    let case = Case::new();
    let held = TcpListener::bind("127.0.0.1:21204").expect("a free port");
    let command = std::fs::read_to_string("/proc/self/comm").expect("a command").trim_end().to_owned();
    let done = case.dynrun(&["ports", "--log-level", "debug", "21204-21205/tcp"]).run();
    let pid = std::process::id();
    let want = [
        TITLES.to_owned(),
        format!("tcp 127.0.0.1:21204 listening {pid} {command} - -"),
        "tcp *:21205 free - - - -".to_owned(),
    ];
    assert_eq!((done.code, collapsed(&done.text()), done.stderr.as_str()), (0, want.to_vec(), ""));
    drop(held);
}

/// What is held here says nothing of an engine in another network.
#[test]
fn of_an_engine_elsewhere_only_what_it_publishes_is_known() {
    let case = Case::new();
    let name = case.name("far");
    let done = case.launch(&["-d", "--name", &name, "-p", "127.0.0.1:21206:80"], &["sleep", "60"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let want = [
        TITLES.to_owned(),
        format!("tcp 127.0.0.1:21206 published - - {name} -"),
        "tcp *:21207-21208 unknown - - - -".to_owned(),
    ];
    let note = "note: the engine is in another network namespace: only the ports that its containers publish are listed\n";
    let done = case.call("unshare", &["--net", DYNRUN, "ports", "21206-21208/tcp"]).run();
    assert_eq!((done.code, collapsed(&done.text()), done.stderr.as_str()), (0, want.to_vec(), note));
    // Other files change nothing about ports.
    let done = case.call("unshare", &["--mount", DYNRUN, "ports", "21208/tcp"]).run();
    let want = [TITLES.to_owned(), "tcp *:21208 free - - - -".to_owned()];
    assert_eq!((done.code, collapsed(&done.text()), done.stderr.as_str()), (0, want.to_vec(), ""));
    let refused = case.dynrun(&["ports", "--host", "tcp://127.0.0.1:1"]).run();
    let note = "note: the engine is reached over tcp://127.0.0.1:1: only the ports that its containers publish are listed\n";
    assert_eq!((refused.code, refused.text().as_str()), (1, ""), "{}", refused.stderr);
    assert!(
        refused.stderr.starts_with(&format!("{note}error[engine-not-listening]: ")),
        "{}",
        refused.stderr
    );
}

/// The proof behind it, as the rest of dynrun asks for it.
#[tokio::test]
async fn the_engine_is_on_this_machine() {
    let case = Case::new();
    let endpoint = choose(&Host::default(), Some(&case.engine), None).expect("an address");
    let engine = Engine::connect(endpoint, Listeners::default()).await.expect("an engine");
    let pid = engine.peer_pid();
    assert_eq!((is_same_machine(pid), is_same_network(pid)), (Proof::Same, Proof::Same));
    // A socket that passes on what it hears proves nothing of the one behind it.
    let proxy = super::proxy::Proxy::new(&case, Vec::new());
    let endpoint = choose(&Host::default(), Some(&proxy.address), None).expect("an address");
    let engine = Engine::connect(endpoint, Listeners::default()).await.expect("an engine");
    let (own, command) = (std::process::id(), std::fs::read_to_string("/proc/self/comm").expect("a command"));
    let why =
        format!("the engine's socket is held by {} (pid {own}), which is no engine", command.trim_end());
    assert_eq!(is_same_machine(engine.peer_pid()), Proof::CannotTell(why));
}

/// Address, pid and command of every socket on one of the ports, as `ss -uanp` has them.
fn told_by_ss(text: &str, ports: &BTreeSet<u16>) -> BTreeSet<(String, String, String)> {
    let row = |line: &str| {
        let address = line.split_whitespace().nth(3)?.to_owned();
        let (_, port) = address.rsplit_once(':')?;
        if !ports.contains(&port.parse().ok()?) {
            return None;
        }
        let (command, rest) = line.split_once("((\"")?.1.split_once("\",pid=")?;
        let (pid, _) = rest.split_once(',')?;
        // What serves both families stands as `*` there.
        Some((address.replace('*', "[::]"), pid.to_owned(), command.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// E18: twenty ports that the kernel chose, in both families.
#[test]
fn ss_says_the_same() {
    let case = Case::new();
    let addresses = ["0.0.0.0:0", "127.0.0.1:0", "[::]:0", "[::1]:0", "127.0.0.9:0"];
    let held: Vec<UdpSocket> =
        (0..20).map(|at| UdpSocket::bind(addresses[at % addresses.len()]).expect("a free port")).collect();
    let ports: BTreeSet<u16> =
        held.iter().map(|socket| socket.local_addr().expect("an address").port()).collect();
    let words: Vec<String> = ports.iter().map(u16::to_string).collect();
    let arguments: Vec<&str> =
        ["ports", "--udp"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let ours = case.dynrun(&arguments).run();
    assert_eq!((ours.code, ours.stderr.as_str()), (0, ""));
    let lines = collapsed(&ours.text());
    let ours: BTreeSet<_> = lines[1..]
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!((words[0], words[2], words.len()), ("udp", "bound", 7), "{line}");
            (words[1].to_owned(), words[3].to_owned(), words[4].to_owned())
        })
        .collect();
    let theirs = told_by_ss(&case.call("ss", &["-uanp"]).run().text(), &ports);
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), held.len());
}

/// Another user's process is not the caller's to see: the user is named, and nothing fails.
#[test]
fn without_rights_the_user_is_named() {
    let case = Case::new();
    let held = TcpListener::bind("127.0.0.1:21209").expect("a free port");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(case.folder(), open.clone()).expect("a folder");
    let dynrun = case.folder().join("dynrun");
    std::fs::copy(DYNRUN, &dynrun).expect("a copy");
    std::fs::set_permissions(&dynrun, open).expect("a file");
    let dynrun = dynrun.to_str().expect("a path");
    let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", dynrun, "ports"];
    let done = case.call("setpriv", &[&nobody[..], &["21209/tcp"]].concat()).run();
    let want = [TITLES.to_owned(), "tcp 127.0.0.1:21209 listening - user root - -".to_owned()];
    let note = "note: who holds 1 socket is not the caller's to see: ask as root\n";
    assert_eq!((done.code, collapsed(&done.text()), done.stderr.as_str()), (0, want.to_vec(), note));
    // What is the user's own is seen.
    let script = format!(
        "{} sh -c 'VLLM_STATE_GATEWAY_NETWORK_MODE=unicast VLLM_STATE_GATEWAY_BIND_ADDRESS=127.0.0.1 \
         VLLM_STATE_GATEWAY_UDP_PORT=21210 {dynrun} state-gateway >/dev/null 2>&1 & echo $!; \
         until {dynrun} ports 21210/udp | grep -q bound; do sleep 0.05; done; \
         {dynrun} ports 21210/udp; kill $!'",
        "setpriv --reuid 65534 --regid 65534 --clear-groups"
    );
    let done = case.call("sh", &["-c", &script]).run();
    let text = done.text();
    let (pid, table) = text.split_once('\n').expect("a pid");
    let want = [TITLES.to_owned(), format!("udp 127.0.0.1:21210 bound {pid} dynrun - -")];
    assert_eq!((done.code, collapsed(table)), (0, want.to_vec()), "{}", done.stderr);
    drop(held);
}
