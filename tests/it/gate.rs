//! `prod` as a gate for a pipeline: `dynrun check --offline` judges without an engine and without secrets, the same
//! everywhere. N5.

use crate::common::Test;
use crate::rules::USER;
use serde_json::Value;
use std::os::unix::net::UnixListener;

/// What a team launches: one service as `prod` has it, and one that is not.
const TEAM: &str = "
        [service.api]
        image = \"registry.example/api:1.4\"
        memory = \"1g\"
        cpus = 2
        pids-limit = 256
        user = \"1000:1000\"
        publish = [\"127.0.0.1:8080:80\"]
        [service.api.secret.db]
        file = \"/srv/secrets/db\"
        [service.api.secret.hub]
        variable = \"HUB_TOKEN\"
        [service.worker]
        image = \"registry.example/worker\"
        privileged = true
        ";

/// A gate for a pipeline: no engine, no secrets, the same answer with the same bytes wherever it is asked.
#[test]
fn the_gate_is_the_same_everywhere() {
    let temp = tempfile::tempdir().unwrap();
    let socket = temp.path().join("engine.sock");
    let engine = UnixListener::bind(&socket).unwrap();
    engine.set_nonblocking(true).unwrap();
    let answer = |service: &str, change: &dyn Fn(Test) -> Test| {
        let test = Test::new().file(USER, TEAM).args([
            "check",
            "--profile",
            "prod",
            "--offline",
            "--format",
            "json",
            service,
        ]);
        let output = change(test).any_stdout().any_status().run();
        (output.status, output.stdout)
    };
    for (service, status) in [("api", 0), ("worker", 1)] {
        let plain = answer(service, &|test| test);
        assert_eq!(plain.0, status, "{}", plain.1);
        let said: Value = serde_json::from_str(&plain.1).unwrap();
        assert_eq!(said["refused"], status == 1);
        let address = format!("unix://{}", socket.display());
        assert_eq!(answer(service, &|test| test.env("DOCKER_HOST", &address)), plain);
        assert_eq!(answer(service, &|test| test.no_env("DOCKER_HOST").env("HUB_TOKEN", "hush")), plain);
        assert_eq!(answer(service, &|test| test.env("REGION", "mars").env("HUB_TOKEN", "")), plain);
        assert_eq!(
            answer(service, &|test| test.env("DOCKER_CONTEXT", "nosuch").no_env("DOCKER_HOST")),
            plain
        );
        assert_eq!(
            answer(service, &|test| test.file(".docker/config.json", "{ not JSON").env("TERM", "x")),
            plain
        );
    }
    assert_eq!(engine.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody is asked");
    let codes: Value = serde_json::from_str(&answer("worker", &|test| test).1).unwrap();
    let codes: Vec<&str> = codes["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    let wanted = ["privileged", "user-root", "memory-limit", "cpus-limit", "pids-limit", "image-latest"];
    assert_eq!(codes, wanted);
}

/// The same for people.
#[test]
fn the_gate_is_told_in_text() {
    Test::new()
        .args(["check", "--profile", "prod", "--offline", "gateway", "--publish-ip", "10.0.0.7"])
        .stdout("service gateway, profile prod, image dynrun/state-gateway:latest\nfine\n")
        .run();
    Test::new()
        .args([
            "check",
            "--profile",
            "prod",
            "--offline",
            "gateway",
            "--publish-ip",
            "10.0.0.7",
            "--pid",
            "host",
        ])
        .stdout("refused\n")
        .stderr_has("error[host-namespace]: the container would share the host's processes\n")
        .status(1)
        .run();
    // What hands over the engine is refused as that, and where nobody refuses it there is nothing to refuse.
    let socket =
        ["check", "--offline", "gateway", "--publish-ip", "10.0.0.7", "--use-api-socket", "--profile"];
    let refused = Test::new().args(socket).args(["prod"]).stdout("refused\n");
    refused.stderr_has("error[engine-socket]: ").status(1).run();
    Test::new().args(socket).args(["dev"]).any_stdout().stderr_has("warning[engine-socket]: ").run();
}
