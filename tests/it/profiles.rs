//! What is built in: every file of `profiles/` is read, every service resolves with every profile, and the presets are
//! what their guides say. E4, E5, E7, E10, N20.

use crate::common::{Test, expected};
use crate::share::share;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

pub(crate) const SERVICES: &[&str] = &[
    "elrar",
    "etcd",
    "frontend",
    "gateway",
    "inference",
    "kuscia-autonomy",
    "kuscia-lite",
    "kuscia-master",
    "model-compose",
    "mysql",
    "nats",
    "nebula-bff",
    "nebula-gateway",
    "nebula-node",
    "nebula-router",
    "nebula-scheduler",
    "xtrace",
];
pub(crate) const PROFILES: &[&str] = &["bare", "ci", "dev", "prod", "run-sh"];

/// What an operator says for a service in `prod`, beside its name: what neither the service nor the profile can know.
fn for_prod(service: &str) -> &'static [&'static str] {
    match service {
        "gateway" => &["--publish-ip", "10.0.0.7"],
        "elrar" => &[
            "--publish-ip",
            "10.0.0.7",
            "--image",
            "elrar/state-gateway:1.0",
            "--user",
            "1000:1000",
            "--pids-limit",
            "64",
        ],
        _ => &[
            "--publish-ip",
            "127.0.0.1",
            "--user",
            "1000:1000",
            "--memory",
            "1g",
            "--cpus",
            "2",
            "--pids-limit",
            "256",
        ],
    }
}

/// A run with what services forward from the caller, and with versions of the images that nobody publishes.
fn forwarding() -> Test {
    let variables = [
        ("MYSQL_ROOT_PASSWORD", "hush"),
        ("XTRACE_TOKEN", "hush"),
        ("NEBULA_AUTH_TOKENS", "hush:admin"),
        ("XTRACE_IMAGE", "lipish/xtrace:1.0"),
        ("NEBULA_VERSION", "1.0"),
        ("MODEL_COMPOSE_VERSION", "1.0"),
    ];
    variables.into_iter().fold(Test::new(), |test, (name, value)| test.env(name, value))
}

/// Every file of `profiles/`, but for the names of secrets, as a table.
fn files() -> BTreeMap<String, toml::Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
            (name, table)
        })
        .filter(|(name, _)| name != "secrets.toml")
        .collect()
}

/// A file that nobody embeds would default nothing; a file with an unknown key would refuse every launch.
#[test]
fn every_file_is_read() {
    let output = |args: &[&str]| Test::new().args(args).any_stdout().run().stdout;
    for (name, table) in files() {
        let named = |kind: &str| match table.get(kind) {
            Some(toml::Value::Table(sections)) => sections.keys().cloned().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        for service in named("service") {
            assert!(SERVICES.contains(&service.as_str()), "{service} is not tested");
            let text = output(&["config", &service, "--origin"]);
            assert!(text.contains(&format!("profiles/{name}:")), "{name} is not embedded:\n{text}");
        }
        for schema in named("schema") {
            let uses = |table: &toml::Table| {
                let services = table.get("service").and_then(toml::Value::as_table);
                services.is_some_and(|services| {
                    services.values().any(|service| {
                        service.get("schema").and_then(toml::Value::as_str) == Some(schema.as_str())
                    })
                })
            };
            assert!(files().values().any(uses), "no service understands {schema}");
            let refused =
                Test::new().args(["run", "--dry-run", "--reset", "env"]).any_stderr().status(125).run();
            assert!(
                refused.stderr.contains("[variable-missing]"),
                "{name} is not embedded: {}",
                refused.stderr
            );
        }
        for profile in named("profile") {
            assert!(PROFILES.contains(&profile.as_str()), "{profile} is not tested");
            output(&["config", "nats", "--profile", &profile]);
        }
    }
    assert_eq!(output(&["config"]).lines().next(), Some("# service gateway, profile dev"));
}

#[test]
fn every_service_resolves_with_every_profile() {
    let pairs = SERVICES.iter().flat_map(|service| PROFILES.iter().map(move |profile| (service, profile)));
    for (service, profile) in share(pairs, 3) {
        Test::new().args(["config", service, "--profile", profile, "--origin"]).any_stdout().run();
        let words = if *profile == "prod" { for_prod(service) } else { &[] };
        forwarding()
            .args(["run", service, "--profile", profile, "--dry-run"])
            .args(words)
            .any_stdout()
            .any_stderr()
            .run();
    }
}

/// N20: the lines that the profiles make of the services. M32.
#[test]
fn lines_of_the_services() {
    let mut text = String::new();
    for profile in PROFILES {
        for service in SERVICES {
            let mut launch = |words: &[&str], status| {
                let words = [&["run", service, "--profile", profile], words, &["--dry-run"]].concat();
                let output = forwarding().args(&words).any_stdout().any_stderr().status(status).run();
                let line = unnamed(&output.all());
                let _ = writeln!(text, "$ dynrun {}\n{line}", words.join(" "));
            };
            if *profile == "prod" {
                launch(&[], 125);
                launch(for_prod(service), 0);
            } else {
                launch(&[], 0);
            }
        }
    }
    expected("services.txt", &text);
}

/// A line without the word that no other launch has.
fn unnamed(line: &str) -> String {
    let Some((before, after)) = line.split_once("--name dynrun-ci-") else { return line.to_owned() };
    let (name, rest) = after.split_at(after.find(' ').unwrap());
    let (service, word) = name.rsplit_once('-').unwrap();
    assert!(word.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    format!("{before}--name dynrun-ci-{service}-WORD{rest}")
}

/// The create request of the guide's container, without what its network makes different.
fn guides(network: &str) -> Value {
    json!({
        "AttachStdin": false,
        "AttachStdout": false,
        "AttachStderr": false,
        "Tty": false,
        "OpenStdin": false,
        "StdinOnce": false,
        "Env": [
            "VLLM_STATE_GATEWAY_NETWORK_MODE=unicast",
            "VLLM_STATE_GATEWAY_UDP_PORT=9999",
            "VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0",
            "VLLM_STATE_GATEWAY_STALE_THRESHOLD=2000",
            "VLLM_STATE_GATEWAY_ENABLE_LOG=true",
            "VLLM_STATE_GATEWAY_LOG_FILE=/data/engine_states.jsonl",
        ],
        "Image": "elrar/state-gateway:latest",
        "Labels": {},
        "HostConfig": { "Binds": ["/tmp/elrar:/data"], "NetworkMode": network },
    })
}

#[track_caller]
fn elrar(words: &[&str]) -> Value {
    let test = Test::new().args([
        "run",
        "elrar",
        "-d",
        "--name",
        "elrar-state-gateway",
        "--dry-run",
        "--format",
        "json",
    ]);
    let output = test.args(words).any_stdout().any_stderr().run();
    let mut body: Value = serde_json::from_str(&output.stdout).unwrap();
    sort(&mut body["Env"]);
    body
}

fn sort(list: &mut Value) {
    if let Value::Array(items) = list {
        items.sort_by_key(Value::to_string);
    }
}

#[track_caller]
fn assert_same(got: &Value, mut wanted: Value) {
    sort(&mut wanted["Env"]);
    let pretty = |value: &Value| serde_json::to_string_pretty(&sorted(value)).unwrap();
    assert_eq!(pretty(got), pretty(&wanted));
}

/// The order of keys means nothing.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> =
                map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            sorted.into_iter().collect()
        }
        other => other.clone(),
    }
}

/// E4: the guide's first deployment, on the host's network.
#[test]
fn elrar_on_host_is_the_guides_container() {
    assert_same(&elrar(&["--network", "host"]), guides("host"));
}

/// E5: the guide's second deployment: on the bridge its port is published without being asked for.
#[test]
fn elrar_on_bridge_is_the_guides_container() {
    let mut wanted = guides("bridge");
    wanted["ExposedPorts"] = json!({ "9999/udp": {} });
    wanted["HostConfig"]["PortBindings"] = json!({ "9999/udp": [{ "HostIp": "", "HostPort": "9999" }] });
    assert_same(&elrar(&["--network", "bridge"]), wanted.clone());
    assert_same(&elrar(&["--network", "bridge", "-p", "9999:9999/udp"]), wanted.clone());
    assert_same(&elrar(&[]), wanted);
}

/// E7: the guide's third deployment, on a network of its own.
#[test]
fn elrar_on_its_own_network_is_the_guides_container() {
    let got = elrar(&["--network", "elrar-network"]);
    assert_eq!(got["HostConfig"]["NetworkMode"], "elrar-network");
    assert_eq!(got["HostConfig"]["PortBindings"]["9999/udp"][0]["HostPort"], "9999");
}

/// N20: a name that a file gives is the next run's as well; one that the caller gives is meant.
#[test]
fn ci_drops_a_services_name_and_not_the_callers() {
    let line = |words: &[&str]| {
        let file = "[service.job]\nimage = \"app:1\"\nname = \"job\"\npublish = [\"80:80\"]\n";
        let run = ["run", "job", "--dry-run", "--config", "job.toml"];
        let test = Test::new().file("job.toml", file).args(run).args(words);
        test.any_stdout().any_stderr().run().stdout
    };
    assert!(line(&[]).starts_with("docker run --name job --publish 80:80 "));
    let named = unnamed(&line(&["--profile", "ci"]));
    assert!(
        named.starts_with("docker run --name dynrun-ci-job-WORD --network bridge --memory 8g "),
        "{named}"
    );
    let named = line(&["--profile", "ci", "--name", "mine", "-p", "81:80"]);
    assert!(named.starts_with("docker run --name mine --network bridge --publish 81:80 "), "{named}");
    let prefixed = line(&["--profile", "ci", "--name-prefix", "nightly"]);
    assert!(prefixed.starts_with("docker run --name nightly-job-"), "{prefixed}");
}

/// The line that launches a service in a profile.
#[track_caller]
fn line_of(service: &str, words: &[&str]) -> String {
    let test = Test::new().args(["run", service, "-d", "--dry-run"]).args(words);
    test.any_stdout().any_stderr().run().stdout
}

/// K17: what Kuscia gives each role; none where the caller says none, as its -1. K11: the image is what the variable says.
#[test]
fn kuscia_has_the_limits_of_its_role_and_the_image_of_its_variable() {
    for (role, memory) in [("autonomy", "6g"), ("lite", "4g"), ("master", "2g")] {
        let service = format!("kuscia-{role}");
        let line = line_of(&service, &[]);
        assert!(
            line.contains(&format!(" --memory {memory} ")) && line.contains(" secretflow/kuscia:0.14.0b0 "),
            "{line}"
        );
        assert!(!line_of(&service, &["--reset", "memory"]).contains("--memory "), "{line}");
    }
    let run = ["run", "kuscia-lite", "-d", "--dry-run"];
    let test = Test::new().env("KUSCIA_IMAGE", "registry.example/kuscia:1.0").args(run);
    let line = test.any_stdout().any_stderr().run().stdout;
    assert!(line.contains(" registry.example/kuscia:1.0 "), "{line}");
    let test = Test::new().env("KUSCIA_IMAGE", "registry.example/kuscia:latest").args(run);
    let test = test.args(["--profile", "prod"]).args(for_prod("kuscia-lite"));
    let stderr = test.status(125).any_stderr().run().stderr;
    assert!(stderr.contains("error[image-latest]: "), "{stderr}");
}

/// B24: nothing of the control plane asks for a GPU; B22: what ends in silence tells why, in `dev` alone.
#[test]
fn the_control_plane_of_nebula_has_no_gpus_and_a_backtrace_in_dev() {
    for service in
        SERVICES.iter().filter(|name| name.starts_with("nebula-") || **name == "xtrace" || **name == "etcd")
    {
        let line = line_of(service, &[]);
        assert!(!line.contains("--gpus") && !line.contains("--runtime"), "{line}");
    }
    let backtrace =
        |profile: &str| line_of("nebula-router", &["--profile", profile]).contains(" RUST_BACKTRACE=1 ");
    assert_eq!(["dev", "ci"].map(backtrace), [true, false]);
}

/// The gateway ends on SIGTERM by itself: no profile puts an init process in front of it.
#[test]
fn the_gateway_has_no_init_process() {
    for profile in PROFILES {
        Test::new().args(["config", "gateway", "init", "--profile", profile]).status(1).run();
    }
}
