//! The main job: a gateway in a container, and states that reach it from this host.

use super::case::{BUSYBOX, Call, Case, DYNRUN, wait_for};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::UdpSocket;

/// Sends a state to a port of this host.
fn send(port: u16, engine: &str, timestamp_ms: i64) -> Value {
    let state = json!({
        "engine_id": engine, "timestamp_ms": timestamp_ms, "latency_pred_ms": 12.5,
        "scheduling_mode": "latency_optimized", "pending_tokens_total": 7, "kv_cache_free_blocks": 90,
        "kv_cache_total_blocks": 100, "engine_capacity": 5.0,
    });
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.send_to(state.to_string().as_bytes(), ("127.0.0.1", port)).expect("it is sent");
    state
}

/// `dynrun run gateway`, its port of the host this one, marked with the test's label.
fn gateway(case: &Case, port: u16, options: &[&str]) -> Call {
    let (label, publish) = (case.label(), format!("{port}:9999/udp"));
    case.dynrun(&[&["run", "gateway", "--label", &label, "-p", &publish], options].concat())
}

/// The same in the background; its name.
#[track_caller]
fn launched(case: &Case, port: u16, options: &[&str]) -> String {
    let name = case.name("gw");
    let done = gateway(case, port, &[&["-d", "--name", &name], options].concat()).run();
    assert_eq!((done.code, done.text().len()), (0, 65), "{}", done.stderr);
    wait_for("the gateway to listen", || {
        case.docker(&["logs", &name]).contains("\"listening\"").then_some(())
    });
    name
}

#[test]
fn a_state_sent_to_the_host_shows_up_in_the_gateway() {
    let case = Case::new();
    let running =
        case.dynrun(&["--network", "bridge", "-p", "9999:9999/udp", "--label", &case.label()]).start();
    running.says("{\"listening\":\"0.0.0.0:9999\",\"mode\":\"unicast\",");
    let state = send(9999, "engine-1", 1_700_000_000_000);
    let id = case.container();
    wait_for("the state", || {
        case.docker(&["kill", "--signal", "USR1", &id]);
        case.docker(&["logs", &id]).contains("\"engine-1\"").then_some(())
    });
    running.signal(Signal::SIGTERM);
    let done = running.end();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let text = done.text();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).expect("a report");
    assert_eq!((&last["report"], &last["engines"][0]["state"]), (&json!("end"), &state), "{last}");
    case.leaves_nothing();
}

#[test]
fn a_probe_sends_and_reads_back() {
    let case = Case::new();
    let name = launched(&case, 21100, &[]);
    let arguments = ["probe", "gateway", &name, "--engine-id", "e1", "--engine-id", "e2"];
    let done = case.dynrun(&[&arguments[..], &["--format", "json"]].concat()).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{}", done.text());
    let probed: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&probed), ["sent", "gateway"]);
    assert_eq!(keys(&probed["gateway"]), ["report", "counters", "engines"]);
    let ids = ["e1", "e2"];
    for (index, id) in ids.iter().enumerate() {
        let engine = &probed["gateway"]["engines"][index];
        assert_eq!(keys(engine), ["engine_id", "stale", "age_ms", "states", "state"]);
        assert_eq!(
            (&engine["engine_id"], &engine["stale"], &engine["states"]),
            (&json!(id), &json!(false), &json!(1))
        );
        assert_eq!(engine["state"], probed["sent"][index]);
        let fields = [
            "engine_id",
            "timestamp_ms",
            "latency_pred_ms",
            "scheduling_mode",
            "pending_tokens_total",
            "kv_cache_free_blocks",
            "kv_cache_total_blocks",
            "engine_capacity",
        ];
        assert_eq!(keys(&engine["state"]), fields);
    }
    let counters = &probed["gateway"]["counters"];
    assert_eq!((&counters["received"], &counters["valid"]), (&json!(2), &json!(2)), "{counters}");
    let done = case.dynrun(&arguments).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let text = done.text();
    let words: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(words, ["ENGINE", "e1", "e2", "received"]);
    assert!(text.ends_with("received 4, valid 4, dropped 0, lost by the kernel 0\n"), "{text}");
}

#[test]
fn a_gateway_moves_its_port_by_its_variable() {
    let case = Case::new();
    let name = case.name("gw");
    let label = case.label();
    let options = [
        "run",
        "gateway",
        "-d",
        "--name",
        &name,
        "--label",
        &label,
        "-e",
        "VLLM_STATE_GATEWAY_UDP_PORT=21101",
    ];
    let done = case.dynrun(&options).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stderr.ends_with("note: published: 0.0.0.0:21101->21101/udp\n")
            || done.stderr.contains(", [::]:21101->21101/udp"),
        "{}",
        done.stderr
    );
    let done = case.dynrun(&["probe", "gateway", &name]).run();
    assert!(done.code == 0 && done.text().contains("\ndynrun-probe "), "{}{}", done.text(), done.stderr);
}

#[test]
fn a_gateway_on_the_hosts_network_is_probed_there() {
    let case = Case::new();
    let name = case.name("gw");
    let label = case.label();
    let options = ["run", "gateway", "-d", "--name", &name, "--label", &label, "--network", "host"];
    let done = case.dynrun(&[&options[..], &["-e", "VLLM_STATE_GATEWAY_UDP_PORT=21102"]].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let done = case.dynrun(&["probe", "gateway", &name]).run();
    assert!(done.code == 0 && done.text().contains("\ndynrun-probe "), "{}{}", done.text(), done.stderr);
}

#[test]
fn a_log_on_a_volume_holds_every_state() {
    let case = Case::new();
    let volume = case.name("log");
    let mount = format!("{volume}:/data");
    let options = [
        "-v",
        &mount,
        "-e",
        "VLLM_STATE_GATEWAY_ENABLE_LOG=true",
        "-e",
        "VLLM_STATE_GATEWAY_LOG_FILE=/data/states.jsonl",
    ];
    let name = launched(&case, 21103, &options);
    let done = case.dynrun(&["probe", "gateway", &name, "--engine-id", "one", "--engine-id", "two"]).run();
    assert_eq!(done.code, 0, "{}{}", done.text(), done.stderr);
    case.dynrun(&["stop", &name]).run().expect(0, &format!("{name}\n"), "");
    let done = case.launch(&["--rm", "-v", &mount], &["cat", "/data/states.jsonl"]).run();
    let text = done.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(text.contains("\"one\"") && text.contains("\"two\""), "{text}");
}

#[test]
fn a_gateway_ends_well_when_it_is_stopped() {
    let case = Case::new();
    let name = launched(&case, 21104, &["--rm=false"]);
    case.docker(&["kill", "--signal", "TERM", &name]);
    assert_eq!(case.docker(&["wait", &name]), "0");
}

/// A service of the test's own, so that no other test meets its image.
fn own_image(case: &Case) -> String {
    let image = format!("dynrun-test/{}:1", case.word);
    let text = format!(
        "[service.own]\nimage = \"{image}\"\nbuilt-in = true\nnetwork = \"none\"\n[service.own.env]\n\
         VLLM_STATE_GATEWAY_NETWORK_MODE = \"unicast\"\nVLLM_STATE_GATEWAY_UDP_PORT = \"9999\"\n\
         VLLM_STATE_GATEWAY_BIND_ADDRESS = \"0.0.0.0\"\n"
    );
    case.file("own.toml", &text);
    image
}

#[test]
fn the_image_is_made_from_this_binary_and_used_while_it_is_this_binarys() {
    let case = Case::new();
    let image = own_image(&case);
    let label = case.label();
    let launch = || case.dynrun(&["run", "own", "--config", "own.toml", "-d", "--label", &label]).run();
    let made = format!("note: making the image {image} from this dynrun\n");
    let id = || case.docker(&["image", "inspect", "--format", "{{.Id}}", &image]);
    let digest: String =
        Sha256::digest(std::fs::read(DYNRUN).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    let held = || {
        case.docker(&[
            "image",
            "inspect",
            "--format",
            "{{index .Config.Labels \"dev.dynrun.binary\"}}",
            &image,
        ])
    };

    let first = launch();
    assert_eq!((first.code, first.stderr.as_str()), (0, made.as_str()));
    assert_eq!(held(), digest);
    let first_id = id();

    let second = launch();
    assert_eq!((second.code, second.stderr.as_str()), (0, ""));
    assert_eq!(id(), first_id, "an equal image is made again");

    // An older dynrun's image, under the same name.
    case.clean_up();
    case.docker(&["rmi", &image]);
    let from = format!("FROM {BUSYBOX}\nLABEL dev.dynrun.binary=0000 word={}\n", case.word);
    case.file("Dockerfile", &from);
    let build =
        case.call("docker", &["build", "--quiet", "--tag", &image, "."]).env("DOCKER_BUILDKIT", "0").run();
    assert_eq!(build.code, 0, "{}", build.stderr);
    let older = id();
    let third = launch();
    assert_eq!((third.code, third.stderr.as_str()), (0, made.as_str()));
    assert_eq!(held(), digest);
    assert_eq!(case.call("docker", &["image", "inspect", &older]).run().code, 1, "the older image is left");
    case.clean_up();
    case.docker(&["rmi", &image]);
}

#[test]
fn what_is_no_gateway_is_not_probed() {
    let case = Case::new();
    let probe = |arguments: &[&str]| case.dynrun(&[&["probe", "gateway"], arguments].concat()).run();
    let done = probe(&["nosuchgateway"]);
    done.expect(
        1,
        "",
        "error[no-container]: there is no running container `nosuchgateway`\n  help: launch one: dynrun run gateway -d --name gateway\n",
    );
    let (hidden, mute) = (case.name("hidden"), case.name("mute"));
    case.launch(&["-d", "--name", &hidden], &["sleep", "60"]).run();
    let done = probe(&[&hidden]);
    assert!(
        done.refused(1, "probe-failed").contains(&format!("{hidden} does not publish its port 9999/udp"))
    );
    case.launch(&["-d", "--name", &mute, "-p", "21105:9999/udp"], &["sleep", "60"]).run();
    let done = probe(&[&mute, "--timeout", "300"]);
    assert!(done.refused(1, "probe-failed").contains(&format!("{mute} did not report what it holds")));
    let quiet = case.name("quiet");
    case.docker(&[
        "run",
        "-d",
        "--label",
        &case.label(),
        "--name",
        &quiet,
        "--log-driver",
        "none",
        "-p",
        "21106:9999/udp",
        BUSYBOX,
        "sleep",
        "60",
    ]);
    let done = probe(&[&quiet]);
    assert!(done.refused(1, "probe-failed").contains(&format!("{quiet} keeps no log")));
}

#[test]
fn a_state_that_does_not_arrive_is_told() {
    let case = Case::new();
    let name = case.name("deaf");
    let gateway = launched(&case, 21107, &[]);
    case.docker(&["kill", "--signal", "USR1", &gateway]);
    let empty = wait_for("a report", || {
        let logs = case.docker(&["logs", &gateway]);
        logs.lines().find(|line| line.contains("\"signal\"")).map(str::to_owned)
    });
    // It reports what a gateway reports that hears nothing.
    let line = "trap 'echo $REPORT' USR1; while :; do sleep 0.05; done";
    let report = format!("REPORT={empty}");
    case.launch(&["-d", "--name", &name, "-p", "21109:9999/udp", "-e", &report], &["sh", "-c", line]).run();
    let done = case.dynrun(&["probe", "gateway", &name, "--engine-id", "lost", "--timeout", "500"]).run();
    assert_eq!((done.code, done.text().lines().count()), (1, 2), "{}", done.stderr);
    assert_eq!(
        done.stderr,
        "error[probe-failed]: states did not arrive: lost\n  help: a firewall, or another gateway on the port, may take the datagrams: dynrun ports 9999/udp\n"
    );
}

#[test]
fn stop_ends_containers_and_names_what_it_cannot_stop() {
    let case = Case::new();
    let (one, two) = (case.name("one"), case.name("two"));
    case.launch(&["-d", "--rm", "--init", "--name", &one], &["sleep", "60"]).run();
    case.launch(&["-d", "--name", &two], &["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]).run();
    let done = case.dynrun(&["stop", "-t", "1", &one, "nosuchcontainer", &two]).run();
    done.expect(
        1,
        &format!("{one}\n{two}\n"),
        "error[no-container]: there is no container `nosuchcontainer`\n  help: dynrun ps\n",
    );
    let three = case.name("three");
    case.launch(&["-d", "--name", &three], &["sleep", "60"]).run();
    case.dynrun(&["stop", &format!("{three}x")]).run().expect(
        1,
        "",
        &format!(
            "error[no-container]: there is no container `{three}x`\n  help: did you mean {three}?\n  help: dynrun ps\n"
        ),
    );
    assert_eq!(case.call("docker", &["container", "inspect", &one]).run().code, 1, "{one} is still there");
    assert_eq!(case.inspect(&two)["State"]["ExitCode"], 137);
    case.dynrun(&["stop", &two]).run().expect(0, &format!("{two}\n"), "");
}

#[test]
fn the_dockerfile_builds_both_images() {
    let case = Case::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(root.join("Dockerfile"), case.folder().join("Dockerfile")).unwrap();
    std::fs::copy(DYNRUN, case.folder().join("built")).unwrap();
    let images = ["gateway", "dynrun"].map(|target| {
        let tag = format!("dynrun-test/{}-{target}:1", case.word);
        let arguments =
            ["build", "--quiet", "--build-arg", "BINARY=built", "--target", target, "--tag", &tag, "."];
        let done = case.call("docker", &arguments).env("DOCKER_BUILDKIT", "0").run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        tag
    });
    let name = case.name("gw");
    case.docker(&[
        "run",
        "-d",
        "--label",
        &case.label(),
        "--name",
        &name,
        "-p",
        "21108:9999/udp",
        "-e",
        "VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast",
        "-e",
        "VLLM_STATE_GATEWAY_UDP_PORT=9999",
        &images[0],
    ]);
    let done = case.dynrun(&["probe", "gateway", &name]).run();
    assert!(done.code == 0 && done.text().contains("\ndynrun-probe "), "{}{}", done.text(), done.stderr);
    let socket = format!("{}:/var/run/docker.sock", case.engine.trim_start_matches("unix://"));
    let label = case.label();
    let inside = case.docker(&[
        "run",
        "--rm",
        "--label",
        &label,
        "-v",
        &socket,
        &images[1],
        "run",
        "--profile",
        "bare",
        "--rm",
        "--image",
        BUSYBOX,
        "--label",
        &label,
        "--",
        "echo",
        "from within",
    ]);
    assert_eq!(inside, "from within");
    case.clean_up();
    for image in &images {
        case.docker(&["rmi", image]);
    }
}
