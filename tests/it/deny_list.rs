//! What `prod` refuses is judged on what comes of all layers: however dangerous words are spread over files, variables and
//! flags, in whatever spelling, the request to the engine is harmless, or there is none. S5 to S8.

use dynrun::config::{Request, settle};
use dynrun::engine::{NEWEST, create_request};
use dynrun::finding::{Findings, Origin};
use dynrun::host::Host;
use dynrun::options::{Kind, Layer, Row};
use dynrun::rules::{World, judge};
use dynrun::spec::{LaunchSpec, plan};
use dynrun::values::{Day, Roots};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What makes a container dangerous, in the spellings that the options take.
const DANGEROUS: &[(&str, &str)] = &[
    ("privileged", "true"),
    ("privileged", "T"),
    ("cap-add", "ALL"),
    ("cap-add", "sys_admin"),
    ("cap-add", "CAP_NET_ADMIN"),
    ("network", "host"),
    ("network", "name=host"),
    ("ipc", "host"),
    ("pid", "host"),
    ("uts", "host"),
    ("userns", "host"),
    ("cgroupns", "host"),
    ("device", "/dev/null"),
    ("device", "/dev/fuse:/dev/x:rwm"),
    ("device-cgroup-rule", "a *:* rwm"),
    ("security-opt", "seccomp=unconfined"),
    ("security-opt", "seccomp:unconfined"),
    ("security-opt", "seccomp=allow.json"),
    ("security-opt", "apparmor=unconfined"),
    ("security-opt", "label=disable"),
    ("security-opt", "label:type:spc_t"),
    ("security-opt", "label=type:unconfined_t"),
    ("security-opt", "label:type:unconfined_service_t"),
    ("security-opt", "label:type:container_runtime_t"),
    ("security-opt", "label:disable"),
    ("security-opt", "systempaths=unconfined"),
    ("security-opt", "writable-cgroups=true"),
    ("security-opt", "no-new-privileges=false"),
    ("security-opt", "no-new-privileges:false"),
    ("volume", "/var/run/docker.sock:/a"),
    ("volume", "/run:/b:ro"),
    ("volume", "/:/c:ro"),
    ("volume", "//etc/../etc/.:/d"),
    ("volume", "/var/./run//docker.sock:/e"),
    ("volume", "/usr:/usr"),
    ("volume", "/usr/local/bin:/w/a:z"),
    ("volume", "/opt/../lib/./systemd/system:/w/b"),
    ("volume", "/lib:/w/c"),
    ("volume", "/bin/sh:/w/d"),
    ("volume", "/sbin:/w/e:rw"),
    ("volume", "/home:/w/f:ro"),
    ("volume", "/home/other/.ssh:/w/g:ro"),
    ("volume", "/opt:/w/h"),
    ("volume", "/var/spool:/w/i"),
    ("volume", "/var/spool/cron/crontabs:/w/j"),
    ("volume", "/etc/cron.d:/w/k"),
    ("volume", "/proc/1:/r/a:ro"),
    ("volume", "/proc/self/environ:/r/b:ro"),
    ("volume", "/proc/kcore:/r/c:ro"),
    ("volume", "/var/lib/docker/volumes/x/_data:/r/d:ro"),
    ("volume", "/etc/shadow:/r/e:ro"),
    ("volume", "/etc/ssh/ssh_host_rsa_key:/r/f:ro"),
    ("volume", "/run/cri-dockerd.sock:/r/g"),
    ("volume", "/run/buildkit:/r/h"),
    ("volume", "/var/snap/lxd/common/lxd/unix.socket:/r/i"),
    ("volume", "/run/snapd.socket:/r/j"),
    ("volume", "/root/.bashrc:/w/o"),
    ("volume", "/home/other/.config/autostart:/w/p"),
    ("volume", "/var/lib/etcd:/w/q"),
    ("volume", "/nix/store:/w/r"),
    ("mount", "type=bind,src=/etc/systemd/system,dst=/w/l"),
    ("mount", "type=bind,src=/sys/fs/cgroup,dst=/w/m"),
    ("mount", "src=vol,dst=/w/n,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/usr/bin"),
    ("mount", "type=bind,src=/var/run/docker.sock,dst=/f"),
    ("mount", "type=bind,src=/,dst=/g,readonly"),
    ("mount", "type=volume,dst=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc"),
    ("mount", "src=vol,dst=/i,volume-opt=o=rbind,volume-opt=device=etc"),
    ("mount", "src=vol,dst=/j,volume-opt=type=ext4,volume-opt=device=/dev/sda1"),
    (
        "mount",
        "src=vol,dst=/k,volume-opt=type=overlay,\"volume-opt=o=lowerdir=/etc:/root\",volume-opt=device=overlay",
    ),
    ("mount", "src=vol,dst=/l,volume-opt=type=proc,volume-opt=device=proc"),
    ("mount", "src=vol,dst=/n,volume-opt=type=debugfs,volume-opt=device=debugfs"),
    ("mount", "src=vol,dst=/o,volume-opt=type=ext4,volume-opt=device=LABEL=root"),
    ("mount", "src=vol,dst=/p,volume-opt=type=overlay,volume-opt=o=lowerdir=root:etc,volume-opt=device=o"),
    ("use-api-socket", "true"),
    ("user", "root"),
    ("user", "0"),
    ("user", "0:0"),
    ("user", "+00"),
    ("user", "-1"),
    ("user", "0x0"),
    ("user", "4294967296"),
    ("memory", "0"),
    ("cpus", "0"),
    ("pids-limit", "-1"),
    ("pids-limit", "0"),
    ("image", "app"),
    ("image", "app:latest"),
    ("publish", "80:80"),
    ("publish", "90"),
    ("publish-all", "true"),
    ("reset", "memory"),
    ("reset", "cpus"),
    ("reset", "pids-limit"),
    ("reset", "user"),
    ("reset", "security-opt"),
];

/// What takes danger back, where it stands higher. Of any other option, all that was said is dropped.
const SAFE: &[(&str, &str)] = &[
    ("privileged", "false"),
    ("use-api-socket", "false"),
    ("publish-all", "false"),
    ("ipc", "private"),
    ("user", "1000"),
    ("memory", "1g"),
    ("cpus", "2"),
    ("pids-limit", "99"),
    ("image", "app:2"),
    ("security-opt", "no-new-privileges"),
];

/// The tables of a file in which launch options stand. `strict` extends `prod`, and is the profile.
const TABLES: [&str; 7] = [
    "service.s",
    "profile.prod",
    "profile.prod.service.s",
    "profile.strict",
    "profile.strict.service.s",
    "profile.prod.when.rm.false",
    "service.s.when.detach.true",
];

/// Where a word stands: a table of the user's file, of the project's, of one that is named, a variable, a flag.
#[derive(Debug, Clone, Copy)]
enum At {
    User(usize),
    Project(usize),
    Given(usize),
    Variable,
    Flag,
}

fn at() -> impl Strategy<Value = At> {
    prop_oneof![
        (0..TABLES.len()).prop_map(At::User),
        (0..TABLES.len()).prop_map(At::Project),
        (0..TABLES.len()).prop_map(At::Given),
        Just(At::Variable),
        Just(At::Flag),
    ]
}

/// A word, and where it stands.
type Said = (&'static str, &'static str, At);

/// Dangerous words, each perhaps with one that takes it back.
fn spread() -> impl Strategy<Value = Vec<Said>> {
    let undone = prop_oneof![Just(None), at().prop_map(Some), Just(Some(At::Flag))];
    let danger = (0..DANGEROUS.len(), at(), undone).prop_map(|(danger, at, undone)| {
        let (name, word) = DANGEROUS[danger];
        let back = SAFE.iter().find(|(safe, _)| *safe == name).copied().unwrap_or(("reset", name));
        let back = undone.map(|at| (back.0, back.1, at));
        [Some((name, word, at)), back].into_iter().flatten().collect::<Vec<Said>>()
    });
    prop::collection::vec(danger, 1..4).prop_map(|dangers| dangers.concat())
}

/// A file's tables, each with its keys and their words.
type Tables = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>;

fn toml(front: &str, tables: &Tables) -> String {
    let value = |name: &str, words: &[&str]| match Row::find(name).unwrap().kind {
        Kind::Many => format!("{words:?}"),
        Kind::Switch => (!words.ends_with(&["false"])).to_string(),
        Kind::One => format!("{:?}", words.last().unwrap()),
    };
    let table = |(name, keys): (&&str, &BTreeMap<&str, Vec<&str>>)| {
        let keys = keys.iter().map(|(key, words)| format!("{key} = {}\n", value(key, words)));
        format!("[{name}]\n{}", keys.collect::<String>())
    };
    front.to_owned() + &tables.iter().map(table).collect::<String>()
}

/// A world for a launch: the words in their files, variables and flags.
fn world(folder: &Path, words: &[Said]) -> (Host, Request) {
    let mut files: [Tables; 3] = Default::default();
    let mut env: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut options = Layer::default();
    for (name, word, at) in words {
        let row = Row::find(name).unwrap();
        match at {
            At::User(table) | At::Project(table) | At::Given(table) => {
                let file = &mut files[match at {
                    At::User(_) => 0,
                    At::Project(_) => 1,
                    _ => 2,
                }];
                file.entry(TABLES[*table]).or_default().entry(name).or_default().push(word);
            }
            At::Variable => env.entry(row.variable()).or_default().push(word),
            At::Flag => {
                let roots = Roots { base: folder, home: None };
                (row.slots.put)(&mut options, word, roots, Origin::Flag(format!("--{name}"))).unwrap();
            }
        }
    }
    let base = "[service.s]\nimage = \"app:1\"\nmemory = \"1g\"\ncpus = 1\npids-limit = 64\nuser = \"65532\"\nready = [\"tcp:80\"]\n";
    std::fs::create_dir_all(folder.join("config/dynrun")).unwrap();
    std::fs::write(folder.join("allow.json"), "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}").unwrap();
    std::fs::write(folder.join("base.toml"), format!("{base}[profile.strict]\nextends = \"prod\"\n"))
        .unwrap();
    for (path, tables) in ["config/dynrun/config.toml", "dynrun.toml", "given.toml"].iter().zip(&files) {
        std::fs::write(folder.join(path), toml("", tables)).unwrap();
    }
    let many = |row: &Row, words: &[&str]| match row.kind {
        Kind::Many => format!("{words:?}"),
        Kind::One | Kind::Switch => (*words.last().unwrap()).to_owned(),
    };
    let row_of =
        |variable: &str| dynrun::options::ROWS.iter().find(|row| row.variable() == variable).unwrap();
    let said = env.iter().map(|(name, words)| (name.into(), many(row_of(name), words).into()));
    let config = folder.join("config");
    let env =
        said.chain([("XDG_CONFIG_HOME".into(), config.into()), ("HOME".into(), folder.into())]).collect();
    let host =
        Host { env, cwd: Some(folder.to_owned()), uid: nix::unistd::geteuid().as_raw(), ..Host::default() };
    // The base lies lowest of the files that are named: the others stand over it, or beside it.
    let files = ["base.toml", "given.toml"].map(|name| folder.join(name)).to_vec();
    let request = Request {
        options,
        service: Some("s".to_owned()),
        profile: Some("strict".to_owned()),
        files,
        trust: true,
        engine_socket: Some("/var/run/docker.sock".into()),
        ..Request::default()
    };
    (host, request)
}

/// The launch, judged as `dynrun check` judges it.
fn judged(host: &Host, request: &Request) -> Result<LaunchSpec, Findings> {
    let (settled, _) = settle(request, host)?;
    let (spec, _) = plan(settled)?;
    let world = World {
        today: Day::of(0),
        addresses: &|| None,
        interfaces: &|| None,
        socket: &|| Some("/var/run/docker.sock".into()),
        real: &|path: &Path| Some(path.to_owned()),
        file: &|_: &Path| None,
        home: None,
    };
    judge(spec, &world).map(|(spec, _)| spec)
}

/// What is dangerous about a request to the engine, by the request alone.
fn dangers(body: &Value) -> Vec<String> {
    let host = &body["HostConfig"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut dangers = Vec::new();
    let mut is_bad = |bad: bool, what: &str| dangers.extend(bad.then(|| what.to_owned()));
    is_bad(host["Privileged"] == true, "privileged");
    is_bad(!list(&host["CapAdd"]).is_empty(), "capabilities");
    for mode in ["NetworkMode", "IpcMode", "PidMode", "UTSMode", "UsernsMode", "CgroupnsMode"] {
        is_bad(host[mode] == "host", mode);
    }
    is_bad(body["NetworkingConfig"]["EndpointsConfig"].get("host").is_some(), "the host's network");
    is_bad(!list(&host["Devices"]).is_empty() || !list(&host["DeviceCgroupRules"]).is_empty(), "devices");
    let security: Vec<String> = list(&host["SecurityOpt"]).iter().map(text).collect();
    let is_open = |word: &String| {
        ["unconfined", "disable", "spc_t", "runtime_t", "SCMP_ACT_ALLOW", "writable-cgroups=true"]
            .iter()
            .any(|open| word.contains(open))
    };
    is_bad(security.iter().any(is_open), "less confined");
    let gains = security.iter().rfind(|word| word.starts_with("no-new-privileges"));
    is_bad(gains.is_none_or(|word| word.ends_with("false")), "new privileges");
    is_bad(host["MaskedPaths"] == serde_json::json!([]), "nothing masked");
    let binds = list(&host["Binds"]).into_iter().map(|bind| {
        let bind = text(&bind);
        let is_read = bind.split(':').nth(2).is_some_and(|modes| modes.split(',').any(|mode| mode == "ro"));
        (bind.split(':').next().unwrap_or_default().to_owned(), !is_read)
    });
    let mounts = list(&host["Mounts"]);
    let sources = mounts.iter().filter(|mount| mount["Type"] == "bind");
    let sources = sources.map(|mount| (text(&mount["Source"]), mount["ReadOnly"] != true));
    for (source, is_writable) in binds.chain(sources) {
        let is_held = ["/", "/run", "/etc", "/home", "/home/other/.ssh", "/var/run/docker.sock", "/opt"];
        let whole = ["/proc", "/run", "/var/lib", "/var/snap", "/etc/shadow", "/etc/ssh"];
        is_bad(whole.iter().any(|place| Path::new(&source).starts_with(place)), &source);
        let is_run =
            ["/usr", "/lib", "/bin", "/sbin", "/etc", "/sys", "/var/spool", "/nix", "/root", "/home"];
        let is_run = is_writable && is_run.iter().any(|place| Path::new(&source).starts_with(place));
        is_bad(is_held.contains(&source.as_str()) || is_run, &source);
    }
    let by_driver =
        |mount: &&Value| mount["VolumeOptions"]["DriverConfig"]["Options"].get("device").is_some();
    is_bad(mounts.iter().any(|mount| by_driver(&mount)), "what a driver mounts");
    for limit in ["Memory", "NanoCpus", "PidsLimit"] {
        is_bad(host[limit].as_i64().is_none_or(|limit| limit <= 0), limit);
    }
    let image = text(&body["Image"]);
    is_bad(!image.contains(':') || image.ends_with(":latest"), "the latest image");
    is_bad(!["65532", "1000"].contains(&text(&body["User"]).as_str()), "root");
    is_bad(host["PublishAllPorts"] == true, "all published");
    let ports = host["PortBindings"].as_object().cloned().unwrap_or_default();
    is_bad(
        ports.values().flat_map(list).any(|port| text(&port["HostIp"]).is_empty()),
        "published everywhere",
    );
    dangers
}

/// What the launch would send, where it is not refused.
fn sent(words: &[Said]) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().canonicalize().unwrap();
    let (host, request) = world(&path, words);
    let spec = judged(&host, &request).ok()?;
    Some(create_request(&spec, &BTreeMap::new(), NEWEST).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// S7: no order of layers and no spelling gets past what `prod` refuses.
    #[test]
    fn nothing_gets_round_the_gate(said in spread()) {
        if let Some(body) = sent(&said) {
            prop_assert_eq!(dangers(&body), Vec::<String>::new(), "{:?} sends {:#}", said, body);
        }
    }
}

/// Each dangerous word alone is refused, wherever it stands; and the test's own eye sees it where nobody refuses.
#[test]
fn each_danger_is_refused_wherever_it_stands() {
    let everywhere = (0..TABLES.len()).flat_map(|table| [At::User(table), At::Given(table)]);
    let everywhere: Vec<At> = everywhere.chain([At::Variable, At::Flag]).collect();
    for (index, (name, word)) in DANGEROUS.iter().enumerate() {
        // The base stands over the user's file, and a reset in a section drops what is below that section alone.
        let is_below = |at: &At| matches!(at, At::User(0 | 6)) || *name == "reset";
        let at = everywhere[index % everywhere.len()];
        let at = if is_below(&at) { At::Flag } else { at };
        let sent = sent(&[(name, word, at)]);
        assert_eq!(sent, None, "{name} {word} {at:?}");
    }
    let harmless = sent(&[]).expect("nothing dangerous is said");
    assert_eq!(dangers(&harmless), [""; 0]);
    let taken_back = [("privileged", "true", At::User(1)), ("privileged", "false", At::Flag)];
    assert_eq!(
        sent(&taken_back).map(|body| dangers(&body)),
        Some(Vec::new()),
        "what is taken back is not refused"
    );
}

/// What is said below and taken back above is launched: the gate looks at what comes of all layers, and not at a word.
#[test]
fn what_is_taken_back_is_launched() {
    let taken_back = DANGEROUS.iter().filter(|(name, _)| *name != "reset").filter(|(name, word)| {
        let back = SAFE.iter().find(|(safe, _)| safe == name).copied().unwrap_or(("reset", name));
        let body = sent(&[(name, word, At::User(1)), (back.0, back.1, At::Flag)]);
        body.is_some_and(|body| dangers(&body).is_empty())
    });
    // Another security option is not taken back by one, and what the service itself says of its image stays.
    assert!(taken_back.count() > 30);
}
