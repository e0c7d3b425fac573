//! `dynrun state-gateway` as a process: what the gateway's image runs.

use crate::common::Test;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::process::Stdio;

/// A port that nobody holds at the moment.
fn free_port() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port().to_string()
}

fn gateway(port: &str) -> Test {
    Test::new()
        .args(["state-gateway"])
        .env("VLLM_STATE_GATEWAY_NETWORK_MODE", "unicast")
        .env("VLLM_STATE_GATEWAY_UDP_PORT", port)
        .env("VLLM_STATE_GATEWAY_BIND_ADDRESS", "127.0.0.1")
}

#[test]
fn it_reports_on_sigusr1_and_exits_0_on_sigterm_and_sigint() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let port = free_port();
        let mut child =
            gateway(&port).command().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let listening = lines.next().unwrap();
        assert!(listening.starts_with(&format!("{{\"listening\":\"127.0.0.1:{port}\"")), "{listening}");
        let state = r#"{"engine_id":"e","timestamp_ms":1,"latency_pred_ms":1.5,"scheduling_mode":"m","pending_tokens_total":1,"kv_cache_free_blocks":1,"kv_cache_total_blocks":2,"engine_capacity":1.0}"#;
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.send_to(state.as_bytes(), format!("127.0.0.1:{port}")).unwrap();
        kill(pid, Signal::SIGUSR1).unwrap();
        let report = lines.next().unwrap();
        assert!(
            report.starts_with("{\"report\":\"signal\",\"counters\":{\"received\":1,\"valid\":1,"),
            "{report}"
        );
        kill(pid, signal).unwrap();
        let end = lines.next().unwrap();
        assert!(end.starts_with("{\"report\":\"end\",\"counters\":{\"received\":1,\"valid\":1,"), "{end}");
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

/// F6: no second gateway takes the port of a first one.
#[test]
fn a_port_that_is_taken_is_refused() {
    let held = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    gateway(&port)
        .stderr(&format!(
            "error[gateway-settings]: cannot bind UDP 127.0.0.1:{port}: Address already in use (os error 98)\n"
        ))
        .status(1)
        .run();
}

/// E10, E12-E16: every variable that cannot be followed is named, with its accepted form.
#[test]
fn settings_that_it_cannot_follow_are_all_named() {
    Test::new()
        .args(["state-gateway"])
        .env("VLLM_STATE_GATEWAY_NETWORK_MODE", "Unicast")
        .env("VLLM_STATE_GATEWAY_UDP_PORT", "0")
        .stderr_has("VLLM_STATE_GATEWAY_NETWORK_MODE is \"Unicast\"")
        .stderr_has("VLLM_STATE_GATEWAY_UDP_PORT is \"0\", must be a port from 1 to 65535")
        .stderr_has("VLLM_STATE_GATEWAY_BIND_ADDRESS is not set")
        .status(1)
        .run();
}
