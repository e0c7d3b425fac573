//! Overlay networks, seen from an engine in every place that it may have in a swarm: a manager for real, on an engine of the
//! test's own; the others by what such engines answer. K3, K4, K5, K9; user-ask 45.

use super::case::{Case, wait_for};
use super::deaths::OwnEngine;
use super::proxy::{Fault, Proxy, rule};

/// The overlay that is to be made, as a file declares it.
fn declared(case: &Case, more: &str) {
    case.file("net.toml", &format!("[network.kuscia-exchange]\ndriver = \"overlay\"\n{more}"));
}

const OPTIONS: [&str; 5] = ["--rm", "--config", "net.toml", "--network", "kuscia-exchange"];

/// An engine of which `/info` says this.
fn told(case: &Case, swarm: &'static str) -> Proxy {
    Proxy::new(case, vec![rule("GET", "/info", Fault::Answer(200, swarm))])
}

const JOIN: &str =
    "  help: or have it join one, with the line that a manager prints: docker swarm join-token worker\n";

/// K3: four places, and what leads out of each. A token is in none of the lines.
#[test]
fn what_an_engine_cannot_make_is_refused_with_its_place_in_the_swarm() {
    for (swarm, why, helps) in [
        (
            r#"{"Swarm":{"LocalNodeState":"inactive","ControlAvailable":false}}"#,
            "it is in no swarm",
            format!("  help: make it the manager of a new one: docker swarm init --advertise-addr ADDRESS\n{JOIN}"),
        ),
        (
            r#"{"Swarm":{"LocalNodeState":"pending","ControlAvailable":false}}"#,
            "it is still on its way into its swarm",
            "  help: see how far it is: docker info --format '{{.Swarm.LocalNodeState}}'\n".to_owned(),
        ),
        (
            r#"{"Swarm":{"LocalNodeState":"locked","ControlAvailable":false}}"#,
            "its swarm is locked",
            "  help: unlock it: docker swarm unlock\n".to_owned(),
        ),
        (
            r#"{"Swarm":{"LocalNodeState":"active","ControlAvailable":false}}"#,
            "it is a worker of its swarm, and only managers make them",
            "  help: make it on a manager: docker network create --driver overlay --attachable kuscia-exchange\n"
                .to_owned(),
        ),
        (
            r#"{"Swarm":{"LocalNodeState":"error","Error":"the certificate has expired"}}"#,
            "it cannot work in its swarm: the certificate has expired",
            "  help: leave it, and join again with the line that a manager prints: docker swarm leave; docker swarm join-token \
             worker\n"
                .to_owned(),
        ),
    ] {
        let case = Case::new();
        declared(&case, "");
        let proxy = told(&case, swarm);
        let options = [&OPTIONS[..], &["--create-network"]].concat();
        let done = case.launch(&options, &["true"]).env("DOCKER_HOST", &proxy.address).run();
        done.expect(
            125,
            "",
            &format!(
                "error[no-overlay]: this engine cannot make the overlay network kuscia-exchange: {why}\n  \
                 asked: `driver = overlay` at net.toml:2\n  asked: `--network kuscia-exchange` on the command line\n{helps}"
            ),
        );
        let made = proxy.requests().iter().any(|line| line.contains("create") || line.contains("swarm"));
        assert!(!made, "{:?}", proxy.requests());
    }
}

/// K9: a worker does not know an overlay before a container of its own joins it. It is tried; the engine has the last word.
#[test]
fn a_workers_404_is_not_an_answer() {
    let case = Case::new();
    let worker = r#"{"Swarm":{"LocalNodeState":"active","ControlAvailable":false}}"#;
    let warning = "warning[network-unknown]: this engine is a swarm worker and cannot tell whether the network kuscia-exchange \
                   exists\n  asked: `--network kuscia-exchange` on the command line\n  help: ask a manager: docker network ls\n";
    for (status, answer, want) in [
        (
            403,
            r#"{"message":"Could not attach to network kuscia-exchange: rpc error: code = PermissionDenied desc = network kuscia-exchange not manually attachable"}"#,
            "error[network-not-attachable]: the network kuscia-exchange is for the swarm's services alone: it is not attachable\n  \
             asked: `--network kuscia-exchange` on the command line\n  \
             note: the engine says: Could not attach to network kuscia-exchange: rpc error: code = PermissionDenied desc = \
             network kuscia-exchange not manually attachable\n  \
             help: make it anew on a manager: docker network rm kuscia-exchange && docker network create --driver overlay \
             --attachable kuscia-exchange\n",
        ),
        (
            404,
            r#"{"message":"network kuscia-exchange not found"}"#,
            "error[network-missing]: there is no network kuscia-exchange\n  \
             asked: `--network kuscia-exchange` on the command line\n  \
             note: the engine says: network kuscia-exchange not found\n  \
             help: see which there are, on a manager: docker network ls\n  \
             help: or make it, where there is none: docker network create kuscia-exchange\n",
        ),
    ] {
        let rules = vec![
            rule("GET", "/info", Fault::Answer(200, worker)),
            rule("POST", "/start", Fault::Answer(status, answer)),
        ];
        let proxy = Proxy::new(&case, rules);
        let call = case.launch(&["--rm", "--network", "kuscia-exchange"], &["true"]);
        call.env("DOCKER_HOST", &proxy.address).run().expect(125, "", &format!("{warning}{want}"));
        assert!(case.containers().is_empty());
    }
}

/// K5: a manager, for real: what may be joined, what may not, and what dynrun makes itself and takes away.
#[test]
#[ignore = "an engine of its own and a swarm: five seconds and more"]
fn a_manager_knows_its_overlays() {
    let own = OwnEngine::new("{}");
    let case = &own.case;
    case.docker(&["swarm", "init", "--advertise-addr", "127.0.0.1"]);
    case.docker(&["network", "create", "--driver", "overlay", "services"]);
    case.docker(&["network", "create", "--driver", "overlay", "--attachable", "open"]);
    let links = &["sh", "-c", "ls /sys/class/net | tr '\\n' ' '"];
    case.launch(&["--rm", "--network", "open"], links).run().expect(0, "eth0 eth1 lo ", "");
    case.launch(&["--network", "services"], &["true"]).run().expect(
        125,
        "",
        "error[network-not-attachable]: the network services is for the swarm's services alone: it is not attachable\n  \
         asked: `--network services` on the command line\n  \
         help: make it anew: docker network rm services && docker network create --driver overlay --attachable services\n",
    );
    let ingress = case.docker(&["network", "inspect", "ingress", "--format", "{{.Id}}"]);
    let done = case.launch(&["--network", &ingress], &["true"]).run();
    let words =
        "the network ingress is the swarm's own, for the ports of its services: no container can join it";
    assert!(done.refused(125, "network-not-attachable").contains(words), "{}", done.stderr);
    // What is to be made has to be one that a container can join.
    declared(case, "subnet = [\"10.96.1.0/24\"]\n");
    let options = [&OPTIONS[..], &["--create-network"]].concat();
    case.launch(&options, &["true"]).run().expect(
        125,
        "",
        "error[network-not-attachable]: the network kuscia-exchange would be for the swarm's services alone: it is not \
         attachable\n  asked: `driver = overlay` at net.toml:2\n  asked: `--network kuscia-exchange` on the command line\n  \
         help: declare it so: attachable = true under [network.kuscia-exchange]\n",
    );
    declared(case, "attachable = true\nscope = \"swarm\"\nsubnet = [\"10.96.1.0/24\"]\n");
    let done = case.launch(&options, &["nosuchcommand"]).run();
    assert_eq!(done.code, 127, "{}", done.stderr);
    let overlays = || case.docker(&["network", "ls", "--filter", "name=kuscia", "--format", "{{.Name}}"]);
    assert!(!done.stderr.contains("cleanup-failed"), "{}", done.stderr);
    // A manager says that it has removed one, and does so.
    wait_for("the end of the network", || overlays().is_empty().then_some(()));
    let created = "note: created the network kuscia-exchange\n";
    case.launch(&options, &["echo", "up"]).run().expect(0, "up\n", created);
    case.launch(&options, &["echo", "up"]).run().expect(0, "up\n", "");
    assert_eq!(overlays(), "kuscia-exchange");
    // A bridge in the place of the overlay: which field, expected and actual.
    case.docker(&["network", "rm", "kuscia-exchange"]);
    wait_for("the end of the network", || overlays().is_empty().then_some(()));
    case.docker(&["network", "create", "--subnet", "10.96.1.0/24", "kuscia-exchange"]);
    let done = case.launch(&OPTIONS, &["true"]).run();
    let stderr = done.refused(125, "network-differs");
    for (what, found, wanted) in
        [("driver", "bridge", "overlay"), ("scope", "local", "swarm"), ("attachable", "false", "true")]
    {
        let line =
            format!("the network kuscia-exchange has {what} {found}, and was declared with {wanted}\n");
        assert!(stderr.contains(&line), "no {line} in {stderr}");
    }
    assert_eq!(stderr.matches("error[").count(), 3, "{stderr}");
}
