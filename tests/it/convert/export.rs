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

/// A stack with all that its services say of each other, of a network, and of when they are ready.
const STACK: &str = r#"
default-profile = "bare"

[network.back]
subnet = ["10.9.0.0/24", "fd00:9::/64"]
gateway = ["10.9.0.1"]
ip-range = ["10.9.0.128/25"]
ipv6 = true
options = { "com.docker.network.bridge.name" = "back0" }
labels = { team = "a$b" }

[service.store]
image = "store:1"
listen = [{ port = "5000" }, { port = "5001/udp" }]
health-cmd = "check"
ready = ["health", "tcp:5000"]

[service.api]
image = "api:1"
publish = ["8080:80"]
needs = ["store", "nats"]
ready = ["http:80/health", "log:up"]
command = ["--store", "store:5000"]

[service.watch]
image = "watch:1"
needs = ["api"]
ready = ["command:test -f /up", "etcd:2379"]

[stack.web]
services = ["store", "api", "watch"]
network = "back"
"#;

#[test]
fn a_stack_is_exported_whole() {
    let export = |target: &str| {
        let test = Test::new()
            .file("web.toml", STACK)
            .args(["export", "--config", "web.toml", target, "web"])
            .any_stdout();
        let output = test.any_stderr().run();
        format!("{target}\n{}---\n{}", output.stdout, output.stderr)
    };
    expected("export-stack.txt", &["docker", "compose", "kubernetes"].map(export).join("\n"));
}

/// What two services of a stack have alike, each of them has to have made; and what others need is found by a Service alone.
#[test]
fn a_cluster_is_told_what_each_service_of_a_stack_needs() {
    let stack = r#"
        default-profile = "bare"
        [service.store]
        image = "store:1"
        env = ["HF_TOKEN"]
        secret = ["id=key,src=/k"]
        [service.api]
        image = "api:1"
        needs = ["store"]
        env = ["HF_TOKEN"]
        secret = ["id=key,src=/k"]
        [stack.web]
        services = ["store", "api"]
        network = "back"
        [stack.web.service.store]
        network = "name=back,alias=db,alias=cache"
    "#;
    Test::new()
        .file("web.toml", stack)
        .env("HF_TOKEN", "canary")
        .args(["export", "--config", "web.toml", "kubernetes", "web"])
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: the files of the secrets key are left out: no file holds them
              note: that is the service store
              note: that is the service api
              help: kubectl create secret generic store-files '--from-file=key=/k'
              help: kubectl create secret generic api-files '--from-file=key=/k'
            note[not-carried-over]: the values of HF_TOKEN are left out: no file holds them
              note: that is the service store
              note: that is the service api
              help: kubectl create secret generic store-secrets --from-literal=HF_TOKEN=...
              help: kubectl create secret generic api-secrets --from-literal=HF_TOKEN=...
            note[not-carried-over]: --network back, where it is db, cache, too, is left out: a pod has one network, the cluster's
              note: that is the service store
            note[not-carried-over]: a Service for store is left out: others need it, and nothing says on which port it listens
              note: that is the service store
              help: say the port: listen = [{ port = \"PORT\" }]
            note[not-carried-over]: that it waits until store can be used is left out: a cluster starts all at once, and restarts what fails
              note: that is the service api
            note[not-carried-over]: --network back is left out: a pod has one network, the cluster's
              note: that is the service api
            ",
        )
        .run();
}

/// Each service that is built in, and each stack, as Debian's docker-compose reads it.
#[test]
fn compose_1_takes_every_service() {
    for service in ["gateway", "elrar", "nats", "etcd", "inference", "dynamo", "nebula"] {
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

/// What docker's client takes as a number alone is one, and stays one.
#[test]
fn compose_1_is_given_numbers() {
    let options = [
        "--cpu-period=100000",
        "--cpu-quota=50000",
        "--cpu-rt-period=1000000",
        "--cpu-rt-runtime=950000",
        "--cpu-shares=512",
        "--memory-swappiness=10",
        "--oom-score-adj=-5",
        "--pids-limit=50",
    ];
    let export = ["export", "compose", "--image", "app", "--profile", "bare"];
    let output = Test::new()
        .args(export.iter().chain(&options))
        .stdout(
            "services:\n  app:\n    image: app\n    mem_swappiness: 10\n    oom_score_adj: -5\n    cpu_shares: 512\n    \
             cpu_period: 100000\n    cpu_quota: 50000\n    cpu_rt_period: 1000000\n    cpu_rt_runtime: 950000\n    \
             pids_limit: 50\n    network_mode: bridge\n",
        )
        .run();
    let path = output.folder.path().join("compose.yaml");
    std::fs::write(&path, &output.stdout).unwrap();
    let read =
        Command::new("docker-compose").args(["-f", path.to_str().unwrap(), "config"]).output().unwrap();
    let text = String::from_utf8_lossy(&read.stdout);
    for number in ["cpu_shares: 512\n", "pids_limit: 50\n", "cpu_quota: 50000\n"] {
        assert!(text.contains(number), "{number}: {text}{}", String::from_utf8_lossy(&read.stderr));
    }
}

/// A launch with secrets by reference, and a variable that is forwarded; none of them is here.
const REFERENCES: [&str; 13] = [
    "--profile",
    "bare",
    "--image",
    "app",
    "--name",
    "app",
    "-e",
    "ZONE",
    "--secret",
    "id=hub,env=MY_HUB,target=HUB",
    "--secret",
    "id=key,src=.keys/the key",
    "--secret=id=cert,src=/etc/cert,target=/etc/app/cert.pem",
];

/// Nothing of a secret is printed, so that none has to be here.
#[test]
fn secrets_need_not_be_here_to_be_exported() {
    let export = |target: &str| Test::new().args(["export", target]).args(REFERENCES).any_stderr();
    let docker = "docker run --name app -e ZONE -e HUB --mount 'type=bind,source=[DIR]/.keys/the key,target=/run/secrets/key,readonly' \
                  --mount type=bind,source=/etc/cert,target=/etc/app/cert.pem,readonly app\n";
    export("docker").stdout(docker).run();
    export("compose")
        .stdout(
            "
            services:
              app:
                image: app
                environment:
                  - ZONE
                  - \"HUB=${MY_HUB}\"
                container_name: app
                network_mode: bridge
                volumes:
                  - type: bind
                    source: \"[DIR]/.keys/the key\"
                    target: /run/secrets/key
                    read_only: true
                  - type: bind
                    source: /etc/cert
                    target: /etc/app/cert.pem
                    read_only: true
            ",
        )
        .run();
}

/// A secret is one of the cluster's, a variable that is forwarded stands in a ConfigMap, and no path of this machine is
/// mounted for either.
#[test]
fn what_a_cluster_has_to_hold_is_named() {
    Test::new()
        .args(["export", "kubernetes"])
        .args(REFERENCES)
        .stdout(
            "
            apiVersion: v1
            kind: Pod
            metadata:
              name: app
              labels:
                app: app
            spec:
              restartPolicy: Never
              containers:
                - name: app
                  image: app
                  env:
                    - name: ZONE
                      valueFrom:
                        configMapKeyRef:
                          name: app-env
                          key: ZONE
                    - name: HUB
                      valueFrom:
                        secretKeyRef:
                          name: app-secrets
                          key: HUB
                  volumeMounts:
                    - name: data-1
                      mountPath: /run/secrets/key
                      subPath: key
                      readOnly: true
                    - name: data-1
                      mountPath: /etc/app/cert.pem
                      subPath: cert
                      readOnly: true
              volumes:
                - name: data-1
                  secret:
                    secretName: app-files
            ",
        )
        .stderr(
            "
            warning[variable-unset]: ZONE is not set here, so the container does not get it
              asked: `-e ZONE` on the command line
              help: export ZONE=..., or say a value: -e ZONE=...
            note[not-carried-over]: the files of the secrets key, cert are left out: no file holds them
              help: kubectl create secret generic app-files '--from-file=key=[DIR]/.keys/the key' '--from-file=cert=/etc/cert'
            note[not-carried-over]: the values of HUB are left out: no file holds them
              help: kubectl create secret generic app-secrets --from-literal=HUB=...
            note[not-carried-over]: the values of ZONE are left out: they are forwarded, and not set here
              help: kubectl create configmap app-env --from-literal=ZONE=...
            ",
        )
        .run();
}

/// Manifests as Kubernetes' own schemas have them, the oldest and the newest that the validator knows.
#[test]
fn kubernetes_schemas_take_every_manifest() {
    let everything: Vec<&str> = EVERYTHING.to_vec();
    let mut pod = everything.clone();
    let restart = pod.iter().position(|word| *word == "--restart").unwrap();
    pod[restart + 1] = "on-failure:3";
    let mut launches = vec![everything, pod, REFERENCES.to_vec()];
    launches
        .extend(["gateway", "elrar", "nats", "etcd", "inference", "dynamo", "nebula"].map(|name| vec![name]));
    launches.push(vec!["--config", "web.toml", "web"]);
    for launch in launches {
        let test =
            Test::new().file("web.toml", STACK).args(["export", "kubernetes"]).args(launch.iter().copied());
        let output = test.env("HF_TOKEN", "canary").any_stdout().any_stderr().run();
        let path = output.folder.path().join("manifest.yaml");
        std::fs::write(&path, &output.stdout).unwrap();
        for version in ["1.25", "1.37"] {
            let read = Command::new("kubernetes-validate")
                .args(["--strict", "-k", version, path.to_str().unwrap()])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&read.stderr);
            assert!(read.status.success(), "{launch:?} {version}: {said}\n{}", output.stdout);
        }
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
