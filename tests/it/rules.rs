//! The rules of a service: judged without an engine, all findings in one report, and nothing made. E1, E2, E3, E6, E9 to
//! E16, N7, N8, user-ask 20.

use crate::common::{Output, Test};
use dynrun::config::{Request, settle};
use dynrun::finding::Origin;
use dynrun::host::Host;
use dynrun::options::{Layer, Row};
use dynrun::rules::{BIND, BindClass, BindVerdict, RULES, World, judge};
use dynrun::spec::{MODES, plan};
use dynrun::values::{Day, Roots};

/// The user's own configuration.
pub(crate) const USER: &str = ".config/dynrun/config.toml";

const MODE: &str = "VLLM_STATE_GATEWAY_NETWORK_MODE";
const PORT: &str = "VLLM_STATE_GATEWAY_UDP_PORT";
const BIND_ADDRESS: &str = "VLLM_STATE_GATEWAY_BIND_ADDRESS";
const THRESHOLD: &str = "VLLM_STATE_GATEWAY_STALE_THRESHOLD";
const ENABLE_LOG: &str = "VLLM_STATE_GATEWAY_ENABLE_LOG";
const LOG_FILE: &str = "VLLM_STATE_GATEWAY_LOG_FILE";

fn set(name: &str, value: &str) -> String {
    format!("{name}={value}")
}

/// A dry run of a service.
pub(crate) fn dry(service: &str, words: &[&str]) -> Test {
    Test::new().args(["run", service, "--dry-run"]).args(words).any_stdout().any_stderr().any_status()
}

/// The findings of a run, `level[code]`, in their order.
pub(crate) fn codes(output: &Output) -> Vec<String> {
    let heads = output.stderr.lines().filter(|line| !line.starts_with(' ') && line.contains("]: "));
    heads.map(|line| line.split_inclusive(']').next().unwrap().to_owned()).collect()
}

/// Holds a launch of the gateway to its findings; what is refused prints no line.
#[track_caller]
pub(crate) fn finds(words: &[&str], wanted: &[&str]) -> Output {
    let output = dry("gateway", words).run();
    assert_eq!(codes(&output), wanted, "{words:?}\n{}", output.stderr);
    let refused = wanted.iter().any(|code| code.starts_with("error"));
    assert_eq!(output.status, if refused { 125 } else { 0 }, "{words:?}");
    assert_eq!(output.stdout.is_empty(), refused, "{words:?}");
    output
}

/// The variable as the container gets it.
#[track_caller]
fn gets(output: &Output, name: &str, value: &str) {
    let words: Vec<&str> = output.stdout.split_whitespace().collect();
    assert!(words.contains(&set(name, value).as_str()), "{}", output.stdout);
}

/// E6: without a word for it, docker publishes TCP, and the datagrams go nowhere.
#[test]
fn another_protocol_is_refused() {
    dry("gateway", &["-p", "9999:9999"])
        .stderr(
            "
            error[publish-protocol]: 9999:9999 publishes TCP, and gateway listens on 9999/udp
              asked: `-p 9999:9999` on the command line
              help: publish its protocol: -p 9999:9999/udp
            ",
        )
        .status(125)
        .run();
    for (word, mended) in [
        ("8888:9999", "-p 8888:9999/udp"),
        ("127.0.0.1:9999:9999/tcp", "-p 127.0.0.1:9999:9999/udp"),
        ("9999", "-p 9999/udp"),
        ("9998-9999:9998-9999", "-p 9998-9999:9998-9999/udp"),
    ] {
        let output = finds(&["-p", word], &["error[publish-protocol]"]);
        assert!(output.stderr.contains(&format!("{mended}\n")), "{}", output.stderr);
    }
    let output = dry("elrar", &["-p", "9999:9999"]).status(125).run();
    assert_eq!(codes(&output), ["error[publish-protocol]"]);
}

/// E9: what is forwarded to another port than the variable's is lost.
#[test]
fn another_port_is_refused() {
    dry("gateway", &["-e", &set(PORT, "8888"), "-p", "9999:9999/udp"])
        .stderr(
            "
            error[publish-mismatch]: 9999:9999/udp publishes port 9999/udp of the container, and gateway listens on 8888/udp
              asked: `-p 9999:9999/udp` on the command line
              help: publish the port where it listens: -p 9999:8888/udp
              help: or have it listen there: -e VLLM_STATE_GATEWAY_UDP_PORT=9999
            ",
        )
        .status(125)
        .run();
    finds(&["-p", "9999:8888/udp"], &["error[publish-mismatch]"]);
    finds(&["-p", "9999:9999/udp", "-p", "8888:8888/udp"], &["error[publish-mismatch]"]);
    finds(&["-p", "9000-9003:9000-9003/udp"], &["error[publish-mismatch]"]);
}

/// E9: both moved together, a range that holds the port, and another port of the host are right.
#[test]
fn the_port_where_the_service_listens_is_published() {
    for words in [
        &["-p", "9999:9999/udp"] as &[&str],
        &["-p", "8888:9999/udp"],
        &["-p", "9998-9999:9998-9999/udp"],
        &["-p", "9999/udp"],
        &["-e", "VLLM_STATE_GATEWAY_UDP_PORT=8888", "-p", "9999:8888/udp"],
        &["-e", "VLLM_STATE_GATEWAY_UDP_PORT=8888"],
        &["--network", "backend", "-p", "9999:9999/udp"],
    ] {
        finds(words, &[]);
    }
}

/// An address that `--publish-ip` gives was not typed with the port: both are quoted, each as it was said.
#[test]
fn what_was_typed_is_quoted_beside_the_address_of_another_option() {
    dry("gateway", &["--publish-ip", "0.0.0.0", "-p", "9999:9999"])
        .stderr(
            "
            error[publish-protocol]: 9999:9999 publishes TCP, and gateway listens on 9999/udp
              asked: `-p 9999:9999` on the command line
              asked: `--publish-ip 0.0.0.0` on the command line
              help: publish its protocol: -p 9999:9999/udp
            ",
        )
        .status(125)
        .run();
    dry("gateway", &["--publish-ip", "0.0.0.0", "-p", "0.0.0.0:9999:9999"])
        .stderr(
            "
            error[publish-protocol]: 0.0.0.0:9999:9999 publishes TCP, and gateway listens on 9999/udp
              asked: `-p 0.0.0.0:9999:9999` on the command line
              help: publish its protocol: -p 0.0.0.0:9999:9999/udp
            ",
        )
        .status(125)
        .run();
    dry("gateway", &["--network", "host", "--publish-ip", "127.0.0.1", "-p", "9999:9999/udp"])
        .stderr(
            "
            error[dead-publish]: --publish does nothing in host mode: the service itself chooses its address
              asked: `-p 9999:9999/udp` on the command line
              asked: `--publish-ip 127.0.0.1` on the command line
              asked: `--network host` on the command line
              help: leave it out, or use --network bridge -p 9999:9999/udp
            ",
        )
        .status(125)
        .run();
    dry("gateway", &["--publish-ip", "127.0.0.1", "-p", "80:9999/udp", "-p", "80:9998/udp"])
        .stderr(
            "
            error[port-twice]: UDP 80 of the host is published twice
              asked: `-p 80:9999/udp` on the command line
              asked: `-p 80:9998/udp` on the command line
              help: give each its own port of the host, or its own address
            ",
        )
        .status(125)
        .run();
    // The service's own switch publishes nothing where nothing is published.
    dry("gateway", &["--network", "none", "--publish-service"])
        .stderr(
            "
            error[dead-publish]: --publish-service does nothing without a network: there is no address to forward to
              asked: `--publish-service` on the command line
              asked: `--network none` on the command line
              help: leave it out, or give the container a network: --network bridge
            ",
        )
        .status(125)
        .run();
    finds(&["--network", "host", "--publish-service"], &[]);
}

/// N8: any service that says where it listens; one that says no variable may listen elsewhere, too.
#[test]
fn other_services_are_held_to_their_ports() {
    let of = |words: &[&str]| codes(&dry("nats", words).run());
    assert_eq!(of(&["-p", "4222:4222"]), [""; 0]);
    assert_eq!(of(&["-p", "4222:4222/udp"]), ["error[publish-protocol]"]);
    dry("nats", &["-p", "4223:4223"])
        .stderr(
            "
            error[publish-mismatch]: 4223:4223 publishes port 4223/tcp of the container, and nats listens on 4222/tcp, 8222/tcp, 6222/tcp
              asked: `-p 4223:4223` on the command line
              help: publish the port where it listens: -p 4223:4222
              help: or have it listen there, by -p of its command
            ",
        )
        .status(125)
        .run();
    let image = Test::new().args(["run", "--image", "app:1", "--dry-run", "-p", "1:1"]);
    assert_eq!(codes(&image.any_stdout().any_stderr().run()), [""; 0]);
}

/// N7: nobody reaches it; and it is no fault where a file wishes it so, or where published ports are not the way.
#[test]
fn a_service_that_nobody_reaches_is_named() {
    dry("gateway", &["--publish-service=false"])
        .stderr(
            "
            warning[not-published]: gateway listens on 9999/udp, and nothing of it is published: only containers of the same bridge reach it
              asked: `--publish-service=false` on the command line
              help: publish it: --publish-service, or -p 9999:9999/udp
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            ",
        )
        .status(0)
        .run();
    let output = dry("nats", &["--reset", "publish-service"]).status(0).run();
    assert_eq!(codes(&output), ["warning[not-published]"]);
    assert!(output.stderr.contains("-p 4222:4222 -p 8222:8222 -p 6222:6222"), "{}", output.stderr);
    for words in [
        &["--publish-service=false", "-p", "9999:9999/udp"] as &[&str],
        &["--publish-service=false", "--network", "host"],
        &["--publish-service=false", "--network", "backend"],
        &["--profile", "ci"],
    ] {
        finds(words, &[]);
    }
    let two = "[service.two]\nimage = \"app:1\"\nnetwork = \"bridge\"\n[[service.two.listen]]\nport = \"80\"\n\
               [[service.two.listen]]\nport = \"7946\"\ninternal = true\n";
    dry("two", &[])
        .file(USER, two)
        .stderr(
            "
            warning[not-published]: two listens on 80/tcp, and nothing of it is published: only containers of the same bridge reach it
              help: publish it: --publish-service, or -p 80:80
            assumed: the engine has the image app:1
            ",
        )
        .status(0)
        .run();
    let inward = two.replace("port = \"80\"", "port = \"80\"\ninternal = true");
    assert_eq!(codes(&dry("two", &[]).file(USER, &inward).run()), [""; 0]);
    let in_a_file = dry("nats", &[]).file(USER, "[service.nats]\npublish-service = false\n");
    assert_eq!(codes(&in_a_file.run()), [""; 0]);
}

/// The table that E2 asks for: what is bound, in which network. Columns: host, bridge, none, container:X, own.
const BOUND: &[(&str, BindClass, [char; 5])] = &[
    ("0.0.0.0", BindClass::Every, ['.', '.', '.', '.', '.']),
    ("::", BindClass::Every, ['.', '.', '.', '.', '.']),
    ("127.0.0.1", BindClass::Loopback, ['w', 'e', 'e', 'e', 'e']),
    ("127.0.0.2", BindClass::Loopback, ['w', 'e', 'e', 'e', 'e']),
    ("::1", BindClass::Loopback, ['w', 'e', 'e', 'e', 'e']),
    ("[HOST]", BindClass::Host, ['.', 'e', 'e', 'e', 'e']),
    ("172.17.0.250", BindClass::Other, ['e', 'e', 'e', 'e', 'e']),
    ("203.0.113.7", BindClass::Other, ['e', 'e', 'e', 'e', 'e']),
    ("2001:db8::7", BindClass::Other, ['e', 'e', 'e', 'e', 'e']),
];

/// An address of this machine that is not loopback, if it has one.
fn address_of_the_host() -> Option<String> {
    let addresses = dynrun::host::addresses().expect("the kernel tells");
    let usable = addresses.into_iter().find(|ip| ip.is_ipv4() && !ip.is_loopback() && !ip.is_unspecified());
    usable.map(|ip| ip.to_string())
}

/// E1, E2, user-ask 20.
#[test]
fn what_is_bound_must_be_reached() {
    let networks = ["host", "bridge", "none", "container:db", "backend"];
    for (address, class, cells) in BOUND {
        let Some(address) =
            (if *address == "[HOST]" { address_of_the_host() } else { Some((*address).to_owned()) })
        else {
            continue;
        };
        let row = BIND.iter().find(|row| row.class == *class).unwrap();
        for ((network, cell), verdict) in networks.iter().zip(cells).zip(row.verdicts) {
            let wanted: &[&str] = match cell {
                'w' => &["warning[bind-address]"],
                'e' => &["error[bind-address]"],
                _ => &[],
            };
            // Without a network nobody reaches it anyway.
            let unheard: &[&str] = if *network == "none" { &["warning[no-network]"] } else { &[] };
            let all = [wanted, unheard].concat();
            let output = finds(&["--network", network, "-e", &set(BIND_ADDRESS, &address)], &all);
            let said = wanted.is_empty() || output.stderr.contains(&format!("{BIND_ADDRESS} is {address}: "));
            assert!(said, "{}", output.stderr);
            let of_table = match verdict {
                BindVerdict::Fine => '.',
                BindVerdict::HostOnly => 'w',
                BindVerdict::Refused => 'e',
            };
            assert_eq!(of_table, *cell, "{address} on {network}");
        }
        assert_eq!(networks.len(), MODES.len());
    }
}

/// E2: the host is asked for its addresses on its own network alone, and by what it answers the verdict is given.
#[test]
fn an_address_of_the_host_may_be_bound_on_its_network() {
    let asked = std::cell::Cell::new(0);
    let addresses = || {
        asked.set(asked.get() + 1);
        Some(vec!["10.1.2.3".parse().unwrap()])
    };
    let world = World {
        today: Day::of(0),
        addresses: &addresses,
        interfaces: &|| None,
        socket: &|| None,
        real: &|_| None,
        file: &|_| None,
        home: None,
    };
    let refused = |network: &str, address: &str| {
        let mut options = Layer::default();
        let base = std::path::Path::new("/");
        let mut say = |name: &str, word: &str| {
            let origin = Origin::Flag(format!("--{name}"));
            let roots = Roots { base, home: None };
            (Row::find(name).unwrap().slots.put)(&mut options, word, roots, origin).unwrap();
        };
        say("network", network);
        say("env", &set(BIND_ADDRESS, address));
        let request = Request { options, service: Some("gateway".to_owned()), ..Request::default() };
        let host = Host { cwd: Some(base.to_owned()), ..Host::default() };
        let (spec, _) = plan(settle(&request, &host).unwrap().0).unwrap();
        judge(spec, &world).is_err()
    };
    assert!(!refused("host", "10.1.2.3"));
    assert!(refused("host", "10.1.2.4"));
    assert_eq!(asked.get(), 2);
    assert!(refused("bridge", "10.1.2.3"));
    assert!(!refused("host", "0.0.0.0"));
    assert!(!refused("host", "127.0.0.1"));
    assert_eq!(asked.get(), 2, "the host is asked where it matters");
}

/// E1: variable, value, reason and mending, whole.
#[test]
fn a_containers_address_is_refused() {
    dry("gateway", &["-e", &set(BIND_ADDRESS, "172.17.0.2")])
        .stderr(
            "
            error[bind-address]: VLLM_STATE_GATEWAY_BIND_ADDRESS is 172.17.0.2: the container does not keep an address of its own, and has none of the host's
              asked: `-e VLLM_STATE_GATEWAY_BIND_ADDRESS=172.17.0.2` on the command line
              help: bind every address of the container: -e VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0
            ",
        )
        .status(125)
        .run();
    dry("elrar", &["--config", "bind.toml"])
        .file("bind.toml", &format!("[service.elrar.env]\n{BIND_ADDRESS} = \"127.0.0.1\"\n"))
        .stderr(
            "
            error[bind-address]: VLLM_STATE_GATEWAY_BIND_ADDRESS is 127.0.0.1: the container's own loopback, where nobody outside of it reaches the service
              asked: `VLLM_STATE_GATEWAY_BIND_ADDRESS=127.0.0.1` at bind.toml:2
              help: bind every address of the container: -e VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0
              help: and to be reached from this host alone: --publish-ip 127.0.0.1
            ",
        )
        .status(125)
        .run();
}

/// The addresses of another machine are not this one's.
#[test]
fn the_address_of_a_distant_host_cannot_be_told() {
    let words =
        ["--network", "host", "--host", "tcp://203.0.113.9:2375", "-e", &set(BIND_ADDRESS, "203.0.113.7")];
    let output = finds(&words, &["warning[bind-address]"]);
    assert!(output.stderr.contains("cannot be told from here"), "{}", output.stderr);
}

/// E3: the explanation carries the three reasons of the guide, and the mending.
#[test]
fn the_reasons_are_explained() {
    let text = Test::new().args(["explain", "bind-address"]).any_stdout().run().stdout;
    for reason in
        ["network of its own", "another when the container is made again", "other networks", "0.0.0.0"]
    {
        assert!(text.contains(reason), "{reason}: {text}");
    }
}

/// E10: a slip, and a word of the other network mode.
#[test]
fn a_network_mode_is_unicast_or_broadcast() {
    dry("gateway", &["-e", &set(MODE, "Brodcast")])
        .stderr(
            "
            error[variable-value]: VLLM_STATE_GATEWAY_NETWORK_MODE is `Brodcast`: it is one of unicast, broadcast
              asked: `-e VLLM_STATE_GATEWAY_NETWORK_MODE=Brodcast` on the command line
              note: it says how engines send their states: to the gateway's own address, or to their LAN's broadcast address
              note: it is not to be confused with --network
              help: did you mean -e VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast?
            ",
        )
        .status(125)
        .run();
    for word in ["host", "bridge", "", "UNICAST", "unicast ", "multicast"] {
        finds(&["-e", &set(MODE, word)], &["error[variable-value]"]);
    }
}

/// E11: broadcasts of the LAN arrive on the host's network alone.
#[test]
fn broadcasts_need_the_hosts_network() {
    let mode = set(MODE, "broadcast");
    dry("gateway", &["-e", &mode, "--network", "bridge"])
        .stderr(
            "
            error[broadcast-network]: VLLM_STATE_GATEWAY_NETWORK_MODE is broadcast: broadcasts of the LAN do not cross the bridge
              asked: `-e VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast` on the command line
              asked: `--network bridge` on the command line
              help: put it on the host's network: --network host
            ",
        )
        .status(125)
        .run();
    for (network, wanted) in [
        ("host", &[] as &[&str]),
        ("none", &["error[broadcast-network]", "warning[no-network]"]),
        ("container:db", &["error[broadcast-network]"]),
        ("backend", &["warning[broadcast-network]"]),
    ] {
        finds(&["-e", &mode, "--network", network], wanted);
    }
    let lan = dry("gateway", &["-e", &mode, "--network", "lan", "--config", "lan.toml"]);
    assert_eq!(codes(&lan.file("lan.toml", "[network.lan]\ndriver = \"macvlan\"\n").run()), [""; 0]);
}

/// E11: a bind address means nothing there; dynrun's own is no fault of the caller's.
#[test]
fn a_bind_address_is_ignored_with_broadcast() {
    dry("gateway", &["--network", "host", "-e", &set(MODE, "broadcast"), "-e", &set(BIND_ADDRESS, "203.0.113.7")])
        .stderr(
            "
            warning[variable-ignored]: VLLM_STATE_GATEWAY_BIND_ADDRESS is ignored where VLLM_STATE_GATEWAY_NETWORK_MODE is broadcast
              asked: `-e VLLM_STATE_GATEWAY_BIND_ADDRESS=203.0.113.7` on the command line
              help: leave it out
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            ",
        )
        .status(0)
        .run();
}

/// E12.
#[test]
fn a_port_is_from_1_to_65535() {
    dry("gateway", &["-e", &set(PORT, "65536")])
        .stderr(
            "
            error[variable-value]: VLLM_STATE_GATEWAY_UDP_PORT is `65536`: a port is a number from 1 to 65535
              asked: `-e VLLM_STATE_GATEWAY_UDP_PORT=65536` on the command line
              note: it says the port that the gateway listens on
            ",
        )
        .status(125)
        .run();
    for word in ["0", "-1", "udp", "", "9999/udp", "+9999"] {
        finds(&["-e", &set(PORT, word)], &["error[variable-value]"]);
    }
    dry("gateway", &["-e", &set(PORT, "999")])
        .stderr(
            "
            note[privileged-port]: VLLM_STATE_GATEWAY_UDP_PORT is 999: below 1024, a rootless engine cannot publish it, and on the host's network it needs root or CAP_NET_BIND_SERVICE
              asked: `-e VLLM_STATE_GATEWAY_UDP_PORT=999` on the command line
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            ",
        )
        .status(0)
        .run();
    finds(&["-e", &set(PORT, "1024")], &[]);
}

/// E13.
#[test]
fn a_bind_address_is_an_ip_address() {
    for (word, near) in
        [("localhost", "127.0.0.1"), ("[::]", "::"), ("0.0.0", ""), ("*", ""), ("eth0", ""), ("", "")]
    {
        let output = finds(&["-e", &set(BIND_ADDRESS, word)], &["error[variable-value]"]);
        let hint = format!("did you mean -e {BIND_ADDRESS}={near}?");
        assert_eq!(output.stderr.contains(&hint), !near.is_empty(), "{}", output.stderr);
    }
}

/// E14: the container gets milliseconds, and that is said.
#[test]
fn a_time_with_a_unit_is_passed_on_in_milliseconds() {
    let output = dry("gateway", &["-e", &set(THRESHOLD, "2s")])
        .stderr(
            "
            note[variable-normalised]: VLLM_STATE_GATEWAY_STALE_THRESHOLD is passed on as `2000`
              asked: `-e VLLM_STATE_GATEWAY_STALE_THRESHOLD=2s` on the command line
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            ",
        )
        .status(0)
        .run();
    gets(&output, THRESHOLD, "2000");
    for (word, value) in [("1.5s", "1500"), ("500ms", "500"), ("1m", "60000")] {
        let output = finds(&["-e", &set(THRESHOLD, word)], &["note[variable-normalised]"]);
        gets(&output, THRESHOLD, value);
    }
    gets(&finds(&["-e", &set(THRESHOLD, "750")], &[]), THRESHOLD, "750");
    for word in ["0", "0s", "-1", "2 s", "2days", "soon", ""] {
        finds(&["-e", &set(THRESHOLD, word)], &["error[variable-value]"]);
    }
}

/// E15: never passed on raw; and the rules see what the service will.
#[test]
fn a_switch_is_passed_on_as_true_or_false() {
    for (word, value) in [
        ("yes", "true"),
        ("1", "true"),
        ("on", "true"),
        ("True", "true"),
        ("no", "false"),
        ("0", "false"),
        ("off", "false"),
    ] {
        let words = ["-v", "states:/data", "-e", &set(ENABLE_LOG, word)];
        gets(&finds(&words, &["note[variable-normalised]"]), ENABLE_LOG, value);
    }
    for word in ["maybe", "2", "", "ja"] {
        finds(&["-e", &set(ENABLE_LOG, word)], &["error[variable-value]"]);
    }
    finds(&["-e", &set(ENABLE_LOG, "yes")], &["note[variable-normalised]", "warning[log-lost]"]);
}

/// E16.
#[test]
fn a_log_lies_on_a_mount() {
    let on = set(ENABLE_LOG, "true");
    dry("gateway", &["-e", &on])
        .stderr(
            "
            warning[log-lost]: VLLM_STATE_GATEWAY_LOG_FILE is /data/engine_states.jsonl: it lies on no mount, and goes with the container
              asked: `VLLM_STATE_GATEWAY_LOG_FILE=/data/engine_states.jsonl` at profiles/gateway.toml:26 (built in)
              help: keep it on a volume: -v states:/data
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            ",
        )
        .status(0)
        .run();
    let lost: &[&str] = &["warning[log-lost]"];
    for (words, wanted) in [
        (&["-v", "states:/data"] as &[&str], &[] as &[&str]),
        (&["-v", "states:/data/"], &[]),
        (&["-v", "states:/data/../data"], &[]),
        (&["-v", "states:/database"], lost),
        (&["-v", "states:/data:ro"], lost),
        (&["-v", "va:/data", "-v", "vb:/data/sub"], &[]),
        (&["-v", "va:/data", "-v", "vb:/data/engine_states.jsonl:ro"], lost),
    ] {
        finds(&[&["-e", &on], words].concat(), wanted);
    }
    let file = set(LOG_FILE, "states.jsonl");
    finds(&["-e", &on, "-e", &file, "-v", "states:/data"], lost);
    finds(&["-e", &set(LOG_FILE, "/nowhere/x")], &[]);
    for word in ["", "/data/", "/"] {
        finds(&["-e", &set(LOG_FILE, word)], &["error[variable-value]"]);
    }
}

/// E10, E12, E13: what the service does not start without.
#[test]
fn what_is_required_is_set() {
    dry("gateway", &["--reset", "env"])
        .stderr(
            "
            error[variable-missing]: VLLM_STATE_GATEWAY_NETWORK_MODE is not set: gateway does not start without it
              note: it says how engines send their states: to the gateway's own address, or to their LAN's broadcast address
              help: say it: -e VLLM_STATE_GATEWAY_NETWORK_MODE=unicast
            error[variable-missing]: VLLM_STATE_GATEWAY_UDP_PORT is not set: gateway does not start without it
              note: it says the port that the gateway listens on
              help: say it: -e VLLM_STATE_GATEWAY_UDP_PORT=...
            ",
        )
        .status(125)
        .run();
    let (mode, port) = (set(MODE, "unicast"), set(PORT, "9999"));
    let output = finds(&["--reset", "env", "-e", &mode, "-e", &port], &["error[variable-missing]"]);
    assert!(output.stderr.contains("gateway needs it where VLLM_STATE_GATEWAY_NETWORK_MODE is unicast"));
    let broadcast = set(MODE, "broadcast");
    finds(&["--reset", "env", "-e", &broadcast, "-e", &port, "--network", "host"], &[]);
    let (bind, log) = (set(BIND_ADDRESS, "0.0.0.0"), set(ENABLE_LOG, "true"));
    finds(
        &["--reset", "env", "-e", &mode, "-e", &port, "-e", &bind, "-e", &log],
        &["error[variable-missing]"],
    );
    finds(&["--reset", "env", "-e", &mode, "-e", &port, "-e", &bind], &[]);
}

/// Where a value was said is told, whichever way it came.
#[test]
fn a_value_is_told_with_its_origin() {
    for (test, asked) in [
        (
            dry("gateway", &["--env-file", "e"]).file("e", "VLLM_STATE_GATEWAY_UDP_PORT=0\n"),
            "`VLLM_STATE_GATEWAY_UDP_PORT=0 in a file of --env-file` on the command line",
        ),
        (
            dry("gateway", &[]).env("DYNRUN_ENV", "VLLM_STATE_GATEWAY_UDP_PORT=0"),
            "`VLLM_STATE_GATEWAY_UDP_PORT=0` DYNRUN_ENV in the environment",
        ),
        (
            dry("gateway", &["-e", PORT]).env(PORT, "0"),
            "`-e VLLM_STATE_GATEWAY_UDP_PORT=0` on the command line",
        ),
        (
            dry("gateway", &[]).file(USER, "[service.gateway.env]\nVLLM_STATE_GATEWAY_UDP_PORT = 0\n"),
            "`VLLM_STATE_GATEWAY_UDP_PORT=0` at .config/dynrun/config.toml:2",
        ),
    ] {
        test.stderr_has(&format!("  asked: {asked}\n")).status(125).run();
    }
}

/// All findings of all kinds in one report, errors first, and the report names the first error.
#[test]
fn everything_is_said_at_once() {
    let words = [
        "-e",
        &set(THRESHOLD, "2s"),
        "-e",
        &set(BIND_ADDRESS, "10.1.2.3"),
        "-p",
        "9999:9999",
        "-e",
        &set(ENABLE_LOG, "true"),
        "--profile",
        "prod",
        "--report",
        "report.json",
    ];
    let output = finds(
        &words,
        &[
            "error[bind-address]",
            "error[publish-protocol]",
            "error[publish-everywhere]",
            "warning[log-lost]",
            "note[variable-normalised]",
        ],
    );
    let report = std::fs::read_to_string(output.folder.path().join("report.json")).unwrap();
    assert!(report.contains("\"error\": \"bind-address\""), "{report}");
}

/// A service of one's own says a schema in a file, and is held to it; a secret's value is not told.
#[test]
fn a_service_of_ones_own_has_rules() {
    let file = "
        [service.own]
        image = \"own:1\"
        [service.own.variable.LEVEL]
        about = \"how much is logged\"
        values = [\"info\", \"debug\"]
        [service.own.variable.PASSPHRASE]
        secret = true
        type = \"integer\"
        [service.own.variable.HTTP]
        required = true
        [[service.own.listen]]
        port = \"8080\"
        variable = \"HTTP\"
        [[service.own.rule]]
        check = \"variable-missing\"
        variable = \"KEY\"
        when = \"LEVEL=debug\"
    ";
    let own = |words: &[&str]| {
        let test =
            Test::new().file("own.toml", file).args(["run", "own", "--config", "own.toml", "--dry-run"]);
        test.args(words).any_stdout().any_stderr().any_status().run()
    };
    assert_eq!(codes(&own(&["-e", "HTTP=80", "--publish-service"])), ["note[privileged-port]"]);
    assert_eq!(codes(&own(&["-e", "HTTP=x", "-p", "1:1"])), ["error[variable-value]"]);
    assert_eq!(
        codes(&own(&["-e", "HTTP=8080", "-p", "1:8080", "-e", "LEVEL=debug"])),
        ["error[variable-missing]"]
    );
    let output = own(&["-e", "HTTP=8080", "-p", "1:8080", "-e", "PASSPHRASE=hush"]);
    assert_eq!(codes(&output), ["error[variable-value]"]);
    assert!(!output.all().contains("hush"), "{}", output.all());
}

/// What a file says each time is told of no launch: it is passed on in the service's form all the same.
#[test]
fn what_a_file_says_is_passed_on_without_a_note() {
    let file = "
        [service.own]
        image = \"own:1\"
        env = { VERBOSE = \"yes\" }
        [service.own.variable.WAIT]
        type = \"milliseconds\"
        default = \"2s\"
        [service.own.variable.VERBOSE]
        type = \"boolean\"
    ";
    let own = |words: &[&str]| {
        let own =
            Test::new().file("own.toml", file).args(["run", "own", "--config", "own.toml", "--dry-run"]);
        own.args(words).any_stdout().any_stderr().run()
    };
    let output = own(&[]);
    assert_eq!(codes(&output), [""; 0]);
    assert!(output.stdout.contains("-e WAIT=2000"), "{}", output.stdout);
    assert!(output.stdout.contains("-e VERBOSE=true"), "{}", output.stdout);
    let output = own(&["-e", "WAIT=3s"]);
    assert_eq!(codes(&output), ["note[variable-normalised]"]);
    assert!(output.stdout.contains("-e WAIT=3000"), "{}", output.stdout);
}

#[test]
fn what_no_rule_is_called_is_named() {
    for (text, message, help) in [
        (
            "[[service.gateway.rule]]\ncheck = \"bind-adress\"\n",
            "there is no check `bind-adress`",
            "bind-address",
        ),
        (
            "[[service.gateway.rule]]\ncheck = \"bind-address\"\n",
            "the rule `bind-address` checks nothing: it needs `variable` or `argument`",
            "",
        ),
        (
            "[[service.gateway.rule]]\ncheck = \"values-differ\"\nvariable = \"A\"\n",
            "the rule `values-differ` checks nothing: it needs `variable` and `argument`",
            "",
        ),
        (
            "[service.gateway]\nschema = \"state-gatway\"\n",
            "there is no schema `state-gatway`",
            "state-gateway",
        ),
    ] {
        let output = dry("gateway", &[]).file(USER, text).status(125).run();
        assert!(output.stderr.contains(&format!("error[unknown-rule]: {message}\n")), "{}", output.stderr);
        let hint = format!("did you mean {help}?");
        assert_eq!(output.stderr.contains(&hint), !help.is_empty(), "{}", output.stderr);
        assert!(output.stderr.contains(".config/dynrun/config.toml:"), "{}", output.stderr);
    }
}

/// The guide has a line for each check that a schema may name.
#[test]
fn the_guide_lists_the_rules() {
    let read = |path: &str| {
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    };
    let guide = read("docs/rules.md");
    for rule in RULES {
        assert!(guide.contains(&format!("| `{}` |", rule.code)), "docs/rules.md lacks {}", rule.code);
    }
}

/// N21: what names an interface is held to those of the container's network; who can see none of it says nothing.
#[test]
fn interfaces_are_there_in_the_containers_network() {
    let said = |words: &[&str]| {
        let run = [&["run", "inference", "--gpus", "none", "--dry-run"][..], words].concat();
        let output = Test::new().args(run).any_stdout().any_stderr().any_status().run();
        (output.status, output.stderr)
    };
    let missing = |name: &str, value: &str, named: &str, there: &str| {
        format!(
            "error[interface-missing]: {name} names {named}, which the container does not see\n  \
             asked: `-e {name}={value}` on the command line\n  help: it sees {there}\n  \
             help: the host's are seen on the host's network: --network host\n"
        )
    };
    let (nccl, gloo, ucx) = ("NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "UCX_NET_DEVICES");
    for (network, name, value, named, there) in [
        ("bridge", nccl, "ib0", "ib0", "eth0, lo"),
        ("bridge", nccl, "=eth0,ens1f0", "ens1f0", "eth0, lo"),
        ("bridge", gloo, "enp3s0,enp4s0", "enp3s0, enp4s0", "eth0, lo"),
        ("bridge", ucx, "mlx5_0:1,ib0", "ib0", "eth0, lo"),
        ("none", nccl, "eth0", "eth0", "lo"),
        ("backend", nccl, "eth1", "eth1", "eth0, lo"),
    ] {
        let (status, stderr) = said(&["--network", network, "-e", &set(name, value)]);
        assert_eq!((status, stderr), (125, missing(name, value, named, there)), "{network} {name}={value}");
    }
    for (network, name, value) in [
        ("bridge", nccl, "eth"),
        ("bridge", nccl, "^docker0,lo"),
        ("bridge", ucx, "all"),
        ("bridge", ucx, "mlx5_0:1"),
        ("host", gloo, "lo"),
        ("container:other", nccl, "ib0"),
    ] {
        let (status, stderr) = said(&["--network", network, "-e", &set(name, value)]);
        assert!(status == 0 && !stderr.contains("interface-missing"), "{network} {name}={value}: {stderr}");
    }
    let (status, stderr) = said(&["--network", "host", "-e", &set(gloo, "nosuch7")]);
    let head = format!(
        "error[interface-missing]: {gloo} names nosuch7, which the container does not see\n  \
         asked: `-e {gloo}=nosuch7` on the command line\n  help: it sees "
    );
    assert!(status == 125 && stderr.starts_with(&head) && stderr.lines().count() == 3, "{stderr}");
}
