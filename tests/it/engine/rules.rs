//! What `prod` makes of the gateway on a real engine, and that a launch that the rules refuse asks it for nothing.

use super::case::{Case, wait_for};
use serde_json::{Value, json};

const LOG: &[&str] =
    &["-e", "VLLM_STATE_GATEWAY_ENABLE_LOG=yes", "-e", "VLLM_STATE_GATEWAY_LOG_FILE=/data/states.jsonl"];

/// M20, E32: limits, no new rights, a user without any; and it works: states arrive, and are logged on a volume.
#[test]
fn prods_gateway_has_no_rights_and_works() {
    let case = Case::new();
    let (name, volume, label) = (case.name("gw"), case.name("log"), case.label());
    let mount = format!("{volume}:/data");
    let options = ["run", "gateway", "--profile", "prod", "--name", &name, "--label", &label, "-v", &mount];
    let port = ["-p", "127.0.0.1:21340:9999/udp"];
    let done = case.dynrun(&[&options[..], &port, LOG].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("note[variable-normalised]: VLLM_STATE_GATEWAY_ENABLE_LOG is passed on as `true`\n")
    );
    let state = case.inspect(&name);
    for (pointer, wanted) in [
        ("/Config/User", json!("65532:65532")),
        ("/HostConfig/Memory", json!(256 << 20)),
        ("/HostConfig/NanoCpus", json!(500_000_000)),
        ("/HostConfig/PidsLimit", json!(32)),
        ("/HostConfig/SecurityOpt", json!(["no-new-privileges"])),
        ("/HostConfig/Privileged", json!(false)),
        ("/HostConfig/RestartPolicy/Name", json!("unless-stopped")),
        ("/HostConfig/AutoRemove", json!(false)),
        ("/HostConfig/PortBindings/9999~1udp/0/HostIp", json!("127.0.0.1")),
    ] {
        assert_eq!(state.pointer(pointer), Some(&wanted), "{pointer}");
    }
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", state["State"]["Pid"])).expect("a process");
    for line in ["Uid:\t65532\t65532\t65532\t65532", "NoNewPrivs:\t1", "CapEff:\t0000000000000000"] {
        assert!(status.lines().any(|held| held == line), "{line}: {status}");
    }
    let done = case.dynrun(&["probe", "gateway", &name, "--engine-id", "one"]).run();
    assert_eq!(done.code, 0, "{}{}", done.text(), done.stderr);
    let lines = wait_for("the log", || {
        let done = case.launch(&["--rm", "-v", &mount], &["cat", "/data/states.jsonl"]).run();
        (!done.text().is_empty()).then(|| done.text())
    });
    let logged: Value = serde_json::from_str(lines.trim()).expect("one line");
    assert_eq!(logged["engine_id"], "one");
}

/// A refusal comes before anything is made: neither container, network, volume nor image.
#[test]
fn what_is_refused_makes_nothing() {
    let case = Case::new();
    let label = case.label();
    let volume = case.name("v");
    let mount = format!("{volume}:/data");
    for (words, code) in [
        (&["-p", "9999:9999"] as &[&str], "publish-protocol"),
        (&["--profile", "prod", "--privileged"], "privileged"),
        (&["-e", "VLLM_STATE_GATEWAY_UDP_PORT=0"], "variable-value"),
    ] {
        let options = ["run", "gateway", "--label", &label, "-v", &mount];
        case.dynrun(&[&options[..], words].concat()).run().refused(125, code);
    }
    assert_eq!(case.containers(), [""; 0]);
    assert_eq!(case.docker(&["volume", "ls", "--quiet", "--filter", &format!("name={volume}")]), "");
}
