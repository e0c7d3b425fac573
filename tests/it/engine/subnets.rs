//! Networks that are there and cannot be joined, that are not as declared, and whose addresses are somebody else's. N18,
//! K5, K6, K8; user-ask 46.

use super::case::Case;

/// A network with one subnet, as a file declares it.
fn declared(case: &Case, name: &str, subnet: &str) {
    case.file("net.toml", &format!("[network.{name}]\nsubnet = [\"{subnet}\"]\n"));
}

#[test]
fn a_subnet_that_another_network_has_is_refused_before_the_engine_does() {
    let case = Case::new();
    let (first, second) = (case.name("first"), case.name("second"));
    case.docker(&["network", "create", "--subnet", "10.98.31.0/24", &first]);
    declared(&case, &second, "10.98.31.128/25");
    let options = ["--config", "net.toml", "--network", &second, "--create-network"];
    case.launch(&options, &["true"]).run().expect(
        125,
        "",
        &format!(
            "error[subnet-overlap]: the network {second} would have 10.98.31.128/25, and the network {first} has 10.98.31.0/24\n  \
             asked: `subnet = 10.98.31.128/25` at net.toml:2\n  asked: `--network {second}` on the command line\n  \
             help: declare another subnet, or none: the engine takes a free one\n  \
             help: or name that network: --network {first}\n"
        ),
    );
    assert!(case.containers().is_empty());
}

/// A bridge of the test's own on the engine's machine, which goes with it.
struct Bridge<'a>(&'a Case, String);

impl<'a> Bridge<'a> {
    fn new(case: &'a Case, address: &str) -> Self {
        let bridge = Self(case, format!("br{}", std::process::id()));
        for line in [
            format!("ip link add {} type bridge", bridge.1),
            format!("ip addr add {address} dev {}", bridge.1),
            format!("ip link set {} up", bridge.1),
        ] {
            let done = case.call("sh", &["-c", &line]).run();
            assert_eq!(done.code, 0, "{line}: {}", done.stderr);
        }
        bridge
    }
}

impl Drop for Bridge<'_> {
    fn drop(&mut self) {
        self.0.call("ip", &["link", "del", &self.1]).run();
    }
}

/// Of both families; and a network's own bridge is none of the others'.
#[test]
fn a_subnet_that_the_host_reaches_elsewhere_is_said() {
    let case = Case::new();
    let name = case.name("lan");
    let bridge = Bridge::new(&case, "10.97.1.1/16");
    declared(&case, &name, "10.97.3.0/24");
    let told = |level: &str, has: &str, more: &str| {
        format!(
            "{level}[subnet-overlap]: the network {name} {has} 10.97.3.0/24, and the host reaches 10.97.0.0/16 by {}\n{more}  \
             asked: `--network {name}` on the command line\n  \
             note: what both have, one of the host and the containers does not reach\n  \
             help: take a subnet that `ip route` does not list\n",
            bridge.1
        )
    };
    let options = ["--rm", "--config", "net.toml", "--network", &name, "--create-network"];
    let asked = "  asked: `subnet = 10.97.3.0/24` at net.toml:2\n";
    let want = told("warning", "would have", asked) + &format!("note: created the network {name}\n");
    case.launch(&options, &["true"]).run().expect(0, "", &want);
    case.launch(&options, &["true"]).run().expect(0, "", &told("note", "has", ""));
    drop(bridge);
    case.launch(&options, &["true"]).run().expect(0, "", "");
}

/// K8: the subnet of Kuscia's guide. A network that is there is somebody's choice, and only noted.
#[test]
fn public_addresses_are_said_with_the_private_ranges() {
    let case = Case::new();
    let name = case.name("public");
    declared(&case, &name, "16.96.0.0/16");
    let told = |level: &str, has: &str, more: &str| {
        format!(
            "{level}[subnet-public]: the network {name} {has} 16.96.0.0/16, which is others' on the Internet: its containers \
             do not reach them\n{more}  asked: `--network {name}` on the command line\n  help: take a part of a private range: \
             10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fd00::/8\n"
        )
    };
    let options = ["--rm", "--config", "net.toml", "--network", &name, "--create-network"];
    let want = told("warning", "would have", "  asked: `subnet = 16.96.0.0/16` at net.toml:2\n");
    let want = want + &format!("note: created the network {name}\n");
    case.launch(&options, &["true"]).run().expect(0, "", &want);
    case.launch(&options, &["true"]).run().expect(0, "", &told("note", "has", ""));
}

/// K6: who has joined it is named, and nobody is told to remove it under them.
#[test]
fn a_subnet_that_was_declared_otherwise_is_a_difference() {
    let case = Case::new();
    let (name, member) = (case.name("net"), case.name("member"));
    case.docker(&["network", "create", "--subnet", "10.98.32.0/24", &name]);
    case.launch(&["-d", "--name", &member, "--network", &name], &["sleep", "60"]).run();
    declared(&case, &name, "10.98.33.0/24");
    case.launch(&["--config", "net.toml", "--network", &name], &["true"]).run().expect(
        125,
        "",
        &format!(
            "error[network-differs]: the network {name} has subnet 10.98.32.0/24, and was declared with 10.98.33.0/24\n  \
             asked: `subnet = 10.98.33.0/24` at net.toml:2\n  asked: `--network {name}` on the command line\n  \
             note: {member} has joined it\n  help: change the declaration, or name another network\n"
        ),
    );
}

#[test]
fn networks_that_no_container_can_join_are_refused() {
    let case = Case::new();
    let settings = case.name("settings");
    case.docker(&["network", "create", "--config-only", &settings]);
    let id = |name: &str| case.docker(&["network", "inspect", name, "--format", "{{.Id}}"]);
    let (host, none) = (id("host"), id("none"));
    for (network, message, help) in [
        (
            settings.as_str(),
            format!("the network {settings} only holds settings for others: no container can join it"),
            format!("make one of it: docker network create --config-from {settings} NAME"),
        ),
        (
            &host,
            "the host's own network cannot be joined by its id".to_owned(),
            "name it: --network host".to_owned(),
        ),
        (
            &none,
            "the network none is none: it cannot be joined by its id".to_owned(),
            "name it: --network none".to_owned(),
        ),
    ] {
        case.launch(&["--network", network], &["true"]).run().expect(
            125,
            "",
            &format!(
                "error[network-not-attachable]: {message}\n  asked: `--network {network}` on the command line\n  help: {help}\n"
            ),
        );
    }
    assert!(case.containers().is_empty());
}

/// N18: compose puts its project before the name.
#[test]
fn a_network_of_composes_is_near_and_can_be_named() {
    let case = Case::new();
    let (short, whole) = (case.name("server"), format!("{}-project_{}", case.word, case.name("server")));
    case.docker(&["network", "create", "--subnet", "10.98.34.0/24", &whole]);
    case.launch(&["--network", &short], &["true"]).run().expect(
        125,
        "",
        &format!(
            "error[network-missing]: there is no network {short}\n  asked: `--network {short}` on the command line\n  \
             help: did you mean {whole}?\n  help: create it: docker network create {short}\n  \
             help: or let dynrun create it: --create-network\n"
        ),
    );
    case.launch(&["--rm", "--network", &whole], &["true"]).run().expect(0, "", "");
}
