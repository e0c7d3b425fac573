//! `dynrun export`: to docker, to compose, to Kubernetes.

use crate::common::{Test, expected};
use crate::readme::compare;
use dynrun::convert::{COUNTERPARTS, Side};
use dynrun::options::ROWS;
use std::fmt::Write as _;
use std::process::Command;

/// A launch that says a bit of everything.
const EVERYTHING: &[&str] = &[
    "--profile",
    "bare",
    "--image",
    "vllm/vllm-openai:v1",
    "--name",
    "my_app",
    "--restart",
    "always",
    "--network",
    "front",
    "--network-alias",
    "app",
    "--ip",
    "10.9.0.5",
    "-p",
    "127.0.0.1:8000:8000",
    "-p",
    "9999:9999/udp",
    "--expose",
    "9000",
    "-e",
    "PLAIN=a b $c $(d)",
    "-e",
    "HF_TOKEN",
    "-v",
    "models:/models",
    "-v",
    "/data:/data:ro",
    "--mount",
    "type=tmpfs,target=/cache,tmpfs-size=64m",
    "--tmpfs",
    "/run:size=1m",
    "--shm-size",
    "10g",
    "--memory",
    "16g",
    "--memory-reservation",
    "8g",
    "--cpus",
    "4",
    "--gpus",
    "2",
    "--user",
    "1000:1000",
    "--cap-add",
    "SYS_PTRACE",
    "--cap-drop",
    "ALL",
    "--read-only",
    "--security-opt",
    "no-new-privileges",
    "--health-cmd",
    "curl -f localhost:8000",
    "--health-interval",
    "10s",
    "--health-start-period",
    "2m",
    "--health-retries",
    "5",
    "--stop-timeout",
    "30",
    "--ulimit",
    "nofile=1024:2048",
    "--label",
    "role=app",
    "--label",
    "note=two words",
    "--log-driver",
    "journald",
    "--add-host",
    "db:10.0.0.7",
    "--dns",
    "10.0.0.2",
    "--init",
    "--sysctl",
    "net.core.somaxconn=1024",
    "--device",
    "/dev/fuse",
    "-w",
    "/srv",
    "--entrypoint",
    "python3",
    "--pull",
    "always",
    "--annotation",
    "a=b",
    "--group-add",
    "44",
    "--pid",
    "host",
    "--",
    "-m",
    "vllm",
    "--model",
    "$MODEL",
];

fn exported(target: &str) -> String {
    let test = Test::new().args(["export", target]).args(EVERYTHING).env("HF_TOKEN", "canary");
    let output = test.any_stdout().any_stderr().run();
    assert!(!output.all().contains("canary"), "{}", output.all());
    format!("{}---\n{}--- {}\n", output.stdout, output.stderr, output.status)
}

#[test]
fn everything_is_exported_to_compose() {
    expected("export-compose.txt", &exported("compose"));
}

#[test]
fn everything_is_exported_to_kubernetes() {
    expected("export-kubernetes.txt", &exported("kubernetes"));
}

#[test]
fn to_docker_it_is_the_dry_runs_line() {
    let launch = ["gateway", "--name", "gw", "-p", "9999:9999/udp"];
    let line = |args: &[&str]| Test::new().args(args.iter().chain(&launch)).any_stdout().any_stderr().run();
    assert_eq!(line(&["export", "docker"]).stdout, line(&["run", "--dry-run"]).stdout);
}

#[test]
fn what_is_refused_is_not_exported() {
    Test::new()
        .args("export compose --profile bare --image x --network none -p 80:80".split(' '))
        .status(1)
        .stderr_has("error[dead-publish]")
        .run();
    Test::new().args(["export", "swarm"]).status(2).stderr_has("kubernetes").run();
}

/// Each service that is built in, as Debian's docker-compose reads it.
#[test]
fn compose_1_takes_every_service() {
    for service in ["gateway", "elrar", "nats", "etcd", "inference"] {
        let output = Test::new()
            .args(["export", "compose", service, "--gpus", "none"])
            .any_stdout()
            .any_stderr()
            .any_status()
            .run();
        assert_eq!(output.status, 0, "{service}: {}", output.stderr);
        let path = output.folder.path().join("compose.yaml");
        std::fs::write(&path, &output.stdout).unwrap();
        let read = Command::new("docker-compose")
            .args(["-f", path.to_str().unwrap(), "config", "-q"])
            .output()
            .unwrap();
        assert!(
            read.status.success(),
            "{service}: {}\n{}",
            String::from_utf8_lossy(&read.stderr),
            output.stdout
        );
    }
}

#[test]
fn every_option_has_its_counterparts() {
    let options: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    let rows: Vec<&str> = COUNTERPARTS.iter().map(|row| row.option).collect();
    assert_eq!(options, rows);
}

#[test]
fn the_documents_table_is_the_codes() {
    let mut table = String::from("| option | compose | Kubernetes |\n|---|---|---|\n");
    let cell = |side: Side| match side {
        Side::Has(key) if key.contains(' ') => key.to_owned(),
        Side::Has(key) => format!("`{key}`"),
        Side::Lacks(why) => format!("left out: {why}"),
        Side::Settled => String::new(),
    };
    for row in
        COUNTERPARTS.iter().filter(|row| (row.compose, row.kubernetes) != (Side::Settled, Side::Settled))
    {
        let _ = writeln!(table, "| `--{}` | {} | {} |", row.option, cell(row.compose), cell(row.kubernetes));
    }
    compare("docs/convert.md", "counterparts", &table);
}
