//! The line that a dry run prints, run by a shell with docker's client, creates the container that dynrun creates.
//!
//! Neither container starts: a proxy answers the start, and the engine is asked what it holds. What may differ
//! stands in `dynrun::engine::DEVIATIONS`, and in `settled`, each with its reason.

use super::case::{BUSYBOX, Case};
use super::proxy::{Fault, Proxy, rule};
use crate::pty::Pty;
use nix::sys::signal::Signal;
use serde_json::{Value, json};

/// Options, one launch a line. NET is an own network with the addresses SUBNET.N, NAME a name, DIR a folder of the
/// host, PEER a container on the default bridge, PEER2 one on NET. (No `--mac-address`: docker's client
/// refuses it where the engine is as old as 1.41; see the test below.)
const DETACHED: &[&[&str]] = &[
    &[],
    &["--name=NAME"],
    &["-e", "A=1", "-e", "EMPTY=", "-e", "SPACES=a b  c ", "-e", "QUOTES=it's \"q\" `b` $HOME \\n"],
    &[
        "-e",
        "LINES=one\ntwo\n",
        "-e",
        "FORWARDED",
        "-e",
        "UNSET_HERE",
        "--env",
        "UNICODE=\u{e9}\u{4e16}",
        "-e",
        "A=1",
        "-e",
        "A=2",
    ],
    &["--env-file", "env.list", "-e", "B=from the line"],
    &["-v", "NAME-v:/data", "-v", "NAME-w:/w:ro"],
    &["-v", "DIR:/host:ro", "-v", "DIR/with space:/host two"],
    &["-v", "./rel:/rel", "-v", "DIR:/z:rw"],
    &["-v", "/anonymous", "-v", "/another"],
    &["--expose", "8080", "--expose", "53/udp", "--expose", "9000-9003"],
    &["-p", "21030:80", "-p", "127.0.0.1:21031:80", "-p", "21032:53/udp", "-p", "[::1]:21033:80"],
    &["-p", "21040-21043:90-93", "-p", "80", "-p", "127.0.0.1::81", "-p", "21050-21055:82"],
    &["--ulimit", "nofile=1024:2048", "--ulimit", "memlock=-1", "--ulimit", "stack=67108864"],
    &["--shm-size", "64m", "--ipc", "private"],
    &["--ipc", "host"],
    &["--ipc=shareable"],
    &["--memory", "128m", "--cpus", "1.5"],
    &["-m", "1g", "--cpus", "0.25"],
    &["--pids-limit", "64"],
    &["--pids-limit=-1", "--security-opt", "no-new-privileges"],
    &["--security-opt", "no-new-privileges:false", "--security-opt", "seccomp=unconfined"],
    &["--security-opt", "apparmor=unconfined", "--security-opt", "label=disable"],
    &["--security-opt", "seccomp=builtin", "--pids-limit", "0"],
    &["--cap-add", "SYS_PTRACE", "--cap-add", "net_admin", "--cap-drop", "ALL"],
    &["--cap-add", "CAP_SYS_NICE", "--cap-drop", "chown"],
    &["--user", "1000:1000", "--group-add", "44", "--group-add", "video"],
    &["-u", "nobody", "-w", "/tmp"],
    &["--entrypoint", "/bin/echo"],
    &["--entrypoint", ""],
    &["--stop-signal", "SIGINT", "--stop-timeout", "30"],
    &["--stop-signal=9", "--stop-timeout=-1"],
    &["--stop-timeout", "0x10"],
    &["--log-driver", "local", "--log-opt", "max-size=1m", "--log-opt", "compress=false"],
    &["--log-driver=none"],
    &["--log-opt", "max-size=10m", "--log-opt", "max-file=3", "--log-opt", "max-size=5m"],
    &["--log-driver", "json-file", "--log-opt", "labels=a,b=c", "--log-opt", "tag={{.Name}} {{.ID}}"],
    &["--init"],
    &["--init=false"],
    &["--restart", "unless-stopped"],
    &["--restart=on-failure:3"],
    &["--restart", "no"],
    &["--rm"],
    &["--hostname", "box"],
    &["-h", "box.example"],
    &["-l", "a=1", "--label", "b", "--label", "c.d=x=y z"],
    &["--add-host", "db:10.0.0.7", "--add-host", "gw:host-gateway", "--add-host", "six:::1"],
    &["--dns", "9.9.9.9", "--dns", "::1", "--dns-option", "ndots:2", "--dns-search", "example.org"],
    &["--link", "PEER:alias"],
    &["--network", "bridge"],
    &["--network", "default"],
    &["--network", "host"],
    &["--network", "none", "--hostname", "alone"],
    &["--network", "container:PEER"],
    &["--network", "NET"],
    &["--network", "NET", "--network-alias", "a1", "--network-alias", "a2", "--ip", "SUBNET.70"],
    &["--network", "name=NET,alias=b1,ip=SUBNET.71"],
    &["--network", "NET", "-p", "21060:80", "--expose", "7", "--dns", "8.8.8.8", "--link", "PEER2:other"],
    &["--privileged"],
    &["--pull", "never", "-i"],
    &["-t"],
    &["-it"],
    &["--runtime", "runc"],
    &["--detach-keys", "ctrl-[,ctrl-\\,~", "--sig-proxy=false"],
];

/// The same in the foreground.
const ATTACHED: &[&[&str]] = &[
    &[],
    &["-i"],
    &["-a", "stderr"],
    &["-a", "stdin"],
    &["-a", "stdin", "-a", "stdout", "-i"],
    &["--rm=false", "--init", "-e", "A=b c"],
    &["-i", "-p", "21070:70"],
    &["-t"],
    &["-it"],
    &["-it", "-a", "stdout"],
];

/// What stands in place of the words above.
struct Stage {
    case: Case,
    network: String,
    prefix: String,
    peers: [String; 2],
}

impl Stage {
    /// A stage whose network is 10.97.N.0/24.
    fn new(subnet: usize) -> Self {
        let case = Case::new();
        let network = case.name("net");
        let prefix = format!("10.97.{subnet}.");
        let subnet = format!("{prefix}0/24");
        let peers = [case.name("peer"), case.name("peer2")];
        let label = case.label();
        std::fs::create_dir_all(case.folder().join("with space")).expect("a folder");
        std::fs::create_dir_all(case.folder().join("rel")).expect("a folder");
        case.file("env.list", "# a comment\nFROM_FILE=a 'b' c\nB=from the file\nFORWARDED\n");
        case.docker(&["network", "create", "--subnet", &subnet, &network]);
        case.docker(&["run", "-d", "--label", &label, "--name", &peers[0], BUSYBOX, "sleep", "600"]);
        case.docker(&[
            "run",
            "-d",
            "--label",
            &label,
            "--name",
            &peers[1],
            "--network",
            &network,
            BUSYBOX,
            "sleep",
            "600",
        ]);
        Self { case, network, prefix, peers }
    }

    fn words(&self, options: &[&str]) -> Vec<String> {
        let folder = self.case.folder().to_str().expect("a path").to_owned();
        let one = |word: &&str| {
            word.replace("NAME", &self.case.name("n"))
                .replace("SUBNET.", &self.prefix)
                .replace("NET", &self.network)
                .replace("DIR", &folder)
                .replace("PEER2", &self.peers[1])
                .replace("PEER", &self.peers[0])
        };
        options.iter().map(one).collect()
    }

    /// The containers that are neither of the peers.
    fn made(&self) -> Vec<String> {
        let id = |peer: &String| self.case.inspect(peer)["Id"].as_str().expect("an id").to_owned();
        let peers: Vec<String> = self.peers.iter().map(id).collect();
        self.case.containers().into_iter().filter(|id| !peers.contains(id)).collect()
    }

    /// What the engine holds of the one container that was made; it is removed.
    #[track_caller]
    fn taken(&self) -> Value {
        let made = self.made();
        assert_eq!(made.len(), 1, "one container is made");
        let state = self.case.inspect(&made[0]);
        self.case.docker(&["rm", "--force", "--volumes", &made[0]]);
        settled(state)
    }
}

/// What is compared: without ids, names, times, paths that hold the id, and dynrun's own labels.
fn settled(mut state: Value) -> Value {
    let labels = state["Config"]["Labels"].as_object_mut().expect("labels");
    labels.retain(|name, _| !name.starts_with(dynrun::engine::LABEL_PREFIX));
    let id = state["Id"].as_str().expect("an id").to_owned();
    if state["Config"]["Hostname"] == id[..12] {
        state["Config"]["Hostname"] = json!("ID");
    }
    for mount in state["Mounts"].as_array_mut().expect("mounts") {
        if mount["Name"].as_str().is_some_and(|name| name.len() == 64) {
            mount["Name"] = json!("ANONYMOUS");
            mount["Source"] = json!("ANONYMOUS");
        }
    }
    // The engine keeps mounts in no order.
    state["Mounts"].as_array_mut().expect("mounts").sort_by_key(|mount| mount["Destination"].to_string());
    for (_, network) in state["NetworkSettings"]["Networks"].as_object_mut().expect("networks") {
        let aliases = network["Aliases"].take();
        let aliases = aliases
            .as_array()
            .map(|aliases| aliases.iter().filter(|alias| **alias != id[..12]).cloned().collect::<Vec<_>>());
        network["Aliases"] = json!(aliases);
    }
    // Docker's client sends these through a map, or sorted: their order means nothing, and of variables the last wins.
    let mut env: Vec<String> = Vec::new();
    for line in state["Config"]["Env"].as_array().expect("a list").iter().filter_map(Value::as_str) {
        let name = line.split('=').next().unwrap_or_default().to_owned() + "=";
        env.retain(|other| !other.starts_with(&name));
        env.push(line.to_owned());
    }
    env.sort_unstable();
    state["Config"]["Env"] = json!(env);
    for list in ["Binds", "CapAdd", "CapDrop", "Ulimits"] {
        if let Some(list) = state["HostConfig"][list].as_array_mut() {
            list.sort_by_key(Value::to_string);
        }
    }
    // A link holds the name of the container that has it.
    let name = format!("{}/", state["Name"].as_str().expect("a name"));
    for link in state["HostConfig"]["Links"].as_array_mut().into_iter().flatten() {
        *link = json!(link.as_str().expect("a link").replace(&name, "/ITSELF/"));
    }
    // Docker's client sends an empty list, and `no`, where nobody said anything; dynrun sends nothing.
    for list in UNSAID {
        let value = &mut state["HostConfig"][*list];
        if value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(|map| map.is_empty())
        {
            *value = Value::Null;
        }
    }
    if state["HostConfig"]["RestartPolicy"]["Name"] == "" {
        state["HostConfig"]["RestartPolicy"]["Name"] = json!("no");
    }
    // The size of docker's terminal, for a terminal that the container does not have.
    state["HostConfig"].as_object_mut().expect("an object").remove("ConsoleSize");
    json!({
        "Config": state["Config"],
        "HostConfig": state["HostConfig"],
        "Mounts": state["Mounts"],
        "Networks": state["NetworkSettings"]["Networks"],
    })
}

/// What docker's client sends empty.
const UNSAID: &[&str] = &[
    "BlkioDeviceReadBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceWriteIOps",
    "BlkioWeightDevice",
    "Devices",
    "Dns",
    "DnsOptions",
    "DnsSearch",
    "PortBindings",
    "Ulimits",
];

/// Every place where two values differ.
fn differences(path: &str, docker: &Value, dynrun: &Value, found: &mut Vec<String>) {
    match (docker, dynrun) {
        (Value::Object(one), Value::Object(two)) => {
            let mut keys: Vec<&String> = one.keys().chain(two.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let none = &Value::Null;
                differences(
                    &format!("{path}.{key}"),
                    one.get(key).unwrap_or(none),
                    two.get(key).unwrap_or(none),
                    found,
                );
            }
        }
        _ if docker == dynrun => {}
        _ => found.push(format!("{path}: docker {docker}, dynrun {dynrun}")),
    }
}

/// Compares one launch in the background.
fn detached(stage: &Stage, proxy: &Proxy, options: &[&str]) -> Vec<String> {
    let case = &stage.case;
    let words = stage.words(options);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = [&["-d"], &words[..]].concat();
    let command = ["sleep", "60"];
    let forwarded = |call: super::case::Call| call.env("FORWARDED", "by name");
    let dry = forwarded(case.launch(&[&["--dry-run"], &said[..]].concat(), &command)).run();
    assert_eq!(dry.code, 0, "{options:?}: {}", dry.stderr);
    assert_eq!(
        dry.text().lines().count() - dry.text().matches("one\ntwo\n").count() * 2,
        1,
        "{}",
        dry.text()
    );
    let shell = forwarded(case.call("sh", &["-c", &dry.text()])).env("DOCKER_HOST", &proxy.address).run();
    if shell.code != 0 {
        return vec![format!("{options:?} docker refuses {}: {}", dry.text(), shell.stderr)];
    }
    let docker = stage.taken();
    let done = forwarded(case.launch(&said, &command)).env("DOCKER_HOST", &proxy.address).run();
    if done.code != 0 {
        return vec![format!("{options:?} dynrun refuses: {}", done.stderr)];
    }
    let mut found = Vec::new();
    differences("", &docker, &stage.taken(), &mut found);
    found.into_iter().map(|difference| format!("{options:?} {difference}")).collect()
}

#[track_caller]
fn all_detached(part: usize) {
    let stage = Stage::new(part);
    let proxy = Proxy::new(&stage.case, vec![rule("POST", "/start", Fault::Answer(204, ""))]);
    let rows = DETACHED.iter().skip(part).step_by(2);
    let found: Vec<String> = rows.flat_map(|options| detached(&stage, &proxy, options)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_dry_runs_line_creates_what_dynrun_creates() {
    all_detached(0);
}

#[test]
#[ignore = "half a minute: the other half of the table is always run"]
fn the_dry_runs_line_creates_what_dynrun_creates_too() {
    all_detached(1);
}

/// `docker create` takes what `docker run` takes, and creates the same in the foreground.
#[test]
fn the_dry_runs_line_creates_what_dynrun_creates_in_the_foreground() {
    let stage = Stage::new(2);
    let case = &stage.case;
    let mut found = Vec::new();
    for options in ATTACHED {
        let dry = case.launch(&[&["--dry-run"], *options].concat(), &["sleep", "60"]).run();
        assert_eq!(dry.code, 0, "{}", dry.stderr);
        let line = dry.text().replacen("docker run", "docker create", 1);
        let shell = case.call("sh", &["-c", &line]).run();
        assert_eq!(shell.code, 0, "{line}: {}", shell.stderr);
        let docker = stage.taken();
        let proxy = Proxy::new(case, vec![rule("POST", "/start", Fault::Silent)]);
        let call = case.launch(&[&["--host", &proxy.address], *options].concat(), &["sleep", "60"]);
        // Where a terminal is asked for, one has to be there.
        let running = Pty::run(&call.into_command(), 24, 80);
        proxy.met(1);
        let made = stage.made();
        let dynrun = settled(case.inspect(&made[0]));
        running.signal(Signal::SIGTERM);
        assert_eq!(running.ends().code, 143);
        differences("", &docker, &dynrun, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Docker's client asks for API 1.44; the engine itself has known the option for ever.
#[test]
fn a_mac_address_reaches_an_engine_of_any_age() {
    let stage = Stage::new(3);
    let address = "02:42:0a:61:03:09";
    for network in ["bridge", &stage.network] {
        let done = stage.case.launch(
            &["--rm", "--network", network, "--mac-address", address],
            &["cat", "/sys/class/net/eth0/address"],
        );
        done.run().expect(0, &format!("{address}\n"), "");
    }
}

/// The one deviation in the foreground: the engine's own removal is not asked for.
#[test]
fn in_the_foreground_dynrun_removes_the_container_itself() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", "echo up; sleep 60"]).start();
    running.says("up");
    assert_eq!(case.inspect(&case.container())["HostConfig"]["AutoRemove"], false);
    let dry = case.launch(&["--rm", "--dry-run"], &["true"]).run();
    assert!(dry.text().contains(" --rm "), "{}", dry.text());
    case.clean_up();
    running.end();
    let what: Vec<&str> = dynrun::engine::DEVIATIONS.iter().map(|row| row.what).collect();
    assert!(what.iter().any(|what| what.contains("AutoRemove")), "{what:?}");
}
