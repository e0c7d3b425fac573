//! What `prod` refuses, and waivers: judged without an engine, and nothing made. N5, M20, user-ask 21.

use crate::common::Test;
use crate::rules::{USER, codes, dry, finds};
use dynrun::finding;
use dynrun::rules::POLICIES;
use std::collections::BTreeSet;

/// What `prod` wants to be told of the gateway.
const STATED: &[&str] = &["--profile", "prod", "--publish-ip", "127.0.0.1"];

/// What goes against each policy, and the whole finding's first line.
const REFUSED: &[(&str, &[&str], &str)] = &[
    ("privileged", &["--privileged"], "a privileged container has every right on the host"),
    ("capability", &["--cap-add", "sys_ptrace"], "CAP_SYS_PTRACE reaches beyond what a container may do"),
    ("capability", &["--cap-add", "ALL"], "ALL reaches beyond what a container may do"),
    (
        "host-network",
        &["--network", "host"],
        "on the host's network, nothing stands between the container and the host's ports",
    ),
    ("host-ipc", &["--ipc", "host"], "the container would share the memory of the host's programs"),
    (
        "engine-socket",
        &["-v", "/var/run/docker.sock:/s:ro"],
        "/var/run/docker.sock:/s:ro gives the container the engine's socket: who writes there is root on the host",
    ),
    ("host-namespace", &["--pid", "host"], "the container would share the host's processes"),
    ("host-namespace", &["--uts", "host"], "the container would share the host's names"),
    ("host-namespace", &["--userns", "host"], "the container would share the host's users"),
    ("host-namespace", &["--cgroupns", "host"], "the container would share the host's control groups"),
    ("device", &["--device", "/dev/null"], "/dev/null hands a device of the host to the container"),
    ("device", &["--device-cgroup-rule", "c 1:3 r"], "c 1:3 r opens devices of the host to the container"),
    (
        "engine-socket",
        &["--mount", "type=bind,src=/run/docker.sock,dst=/s"],
        "type=bind,source=/run/docker.sock,target=/s gives the container the engine's socket: who writes there is root on the host",
    ),
    (
        "engine-socket",
        &["--host", "unix:///run/own.sock", "--use-api-socket"],
        "type=bind,source=/run/own.sock,target=/var/run/docker.sock gives the container the engine's socket: who writes there is root on the host",
    ),
    (
        "engine-socket",
        &["-v", "/run:/host"],
        "/run:/host gives the container the engine's socket: who writes there is root on the host",
    ),
    (
        "host-path",
        &["-v", "/etc:/x:ro"],
        "/etc:/x:ro gives the container the host's configuration, with its users and their passwords",
    ),
    (
        "volumes-from",
        &["--volumes-from", "web:ro"],
        "whatever web mounts would be mounted, the host's own folders among it",
    ),
    (
        "unconfined",
        &["--security-opt", "seccomp=unconfined"],
        "seccomp=unconfined turns off what confines the container",
    ),
    (
        "unconfined",
        &["--security-opt", "apparmor:unconfined"],
        "apparmor=unconfined turns off what confines the container",
    ),
    (
        "unconfined",
        &["--security-opt", "label=disable"],
        "label=disable turns off what confines the container",
    ),
    (
        "unconfined",
        &["--security-opt", "label=type:spc_t"],
        "label=type:spc_t turns off what confines the container",
    ),
    (
        "unconfined",
        &["--security-opt", "label:type:unconfined_t"],
        "label=type:unconfined_t turns off what confines the container",
    ),
    (
        "host-path",
        &["-v", "/etc/cron.d:/x"],
        "/etc/cron.d:/x lets the container write the host's configuration, by which its programs are started",
    ),
    (
        "host-path",
        &["--mount", "type=bind,src=/opt,dst=/x"],
        "type=bind,source=/opt,target=/x lets the container write the host's programs",
    ),
    (
        "host-path",
        &["-v", "/home/other/.ssh/id:/x:ro"],
        "/home/other/.ssh/id:/x:ro gives the container a user's keys: /home/other/.ssh/id leads to /home/other/.ssh",
    ),
    (
        "publish-everywhere",
        &["-P"],
        "every port that the image exposes would be published on every address of the host",
    ),
    (
        "new-privileges",
        &["--security-opt", "no-new-privileges=false"],
        "programs in the container can gain rights, by setuid or file capabilities",
    ),
    (
        "new-privileges",
        &["--reset", "security-opt"],
        "programs in the container can gain rights, by setuid or file capabilities",
    ),
    ("user-root", &["--user", "0:0"], "the command runs as root"),
    ("user-root", &["--user", "00"], "the command runs as root"),
    ("user-root", &["--user", "+0"], "the command runs as root"),
    ("user-root", &["--user=-0"], "the command runs as root"),
    ("user-root", &["--user", "000:0"], "the command runs as root"),
    ("user-root", &["--user", "root"], "the command runs as root"),
    ("user-root", &["--reset", "user"], "nobody says which user the command runs as: most images have root"),
    ("memory-limit", &["--memory", "0"], "--memory limits nothing: the container may take what the host has"),
    (
        "memory-limit",
        &["--reset", "memory"],
        "--memory limits nothing: the container may take what the host has",
    ),
    ("cpus-limit", &["--cpus", "0"], "--cpus limits nothing: the container may take what the host has"),
    (
        "pids-limit",
        &["--pids-limit=-1"],
        "--pids-limit limits nothing: the container may take what the host has",
    ),
    ("image-latest", &["--image", "app"], "app:latest is another image whenever somebody pushes one"),
    ("image-latest", &["--image", "app:latest"], "app:latest is another image whenever somebody pushes one"),
    ("secret-literal", &["-e", "HF_TOKEN=hush"], "HF_TOKEN holds a secret in plain"),
    ("secret-literal", &["-e", "URL=nats://u:hush@h.example"], "URL holds a secret in plain"),
    ("secret-literal", &["-l", "api_key=hush"], "the label api_key holds a secret in plain"),
    (
        "secret-literal",
        &["--log-driver", "splunk", "--log-opt", "splunk-token=hush", "--reset", "log-opt"],
        "--log-opt splunk-token holds a secret in plain",
    ),
    ("secret-literal", &["--entrypoint", "/get=http://u:hush@h/x"], "--entrypoint holds a secret in plain"),
    ("secret-literal", &["-e", "ARGS=serve --api-key hush"], "ARGS holds a secret in plain"),
    ("secret-literal", &["-e", "HEADERS=Authorization: Bearer hush"], "HEADERS holds a secret in plain"),
    ("secret-literal", &["--health-cmd", "redis-cli -a hush ping"], "--health-cmd holds a secret in plain"),
    (
        "secret-literal",
        &["--health-cmd", "[\"CMD\", \"mysqladmin\", \"ping\", \"-phush\"]"],
        "--health-cmd holds a secret in plain",
    ),
    (
        "secret-literal",
        &["-d", "--wait", "--ready", "command:PGPASSWORD=hush psql -c 'select 1'"],
        "--ready holds a secret in plain",
    ),
    (
        "secret-literal",
        &["--network", "name=own,driver-opt=vpn-token=hush"],
        "--network holds a secret in plain",
    ),
    (
        "secret-literal",
        &["--mount", "src=vol,dst=/m,volume-opt=password=hush"],
        "--mount holds a secret in plain",
    ),
    ("secret-literal", &["-l", "cmd=curl -u me:hush h"], "the label cmd holds a secret in plain"),
];

/// Policies that are tried elsewhere: what is refused for what is not said, below; variables that the gateway does not have
/// (rule_cases); and files of secrets, which have to be there (secret_references).
const ELSEWHERE: [&str; 4] =
    ["publish-everywhere", "development-value", "secret-committed", "secret-file-open"];

/// N5: `check` judges a launch as `run` does, and asks no engine for what is refused without one.
#[test]
fn check_refuses_what_run_refuses() {
    let words = [&["gateway"], STATED, &["--privileged", "--host", "unix:///nonexistent/sock"]].concat();
    let checked = Test::new().args(["check"]).args(&words).stdout("refused\n").any_stderr().status(1).run();
    let ran = Test::new().args(["run"]).args(&words).any_stderr().status(125).run();
    assert_eq!(codes(&checked), ["error[privileged]"]);
    assert_eq!(checked.stderr, ran.stderr);
}

/// N5, M20: each policy of `prod` refuses, names where it was asked for and refused, and how it is waived.
#[test]
fn prod_refuses() {
    for (code, words, message) in REFUSED {
        let output = finds(&[STATED, words].concat(), &[&format!("error[{code}]")]);
        let text = &output.stderr;
        assert!(text.starts_with(&format!("error[{code}]: {message}\n")), "{text}");
        assert!(text.contains(&format!("  asked: `refuse {code}` at profiles/prod.toml:")), "{text}");
        let waiver =
            format!("profile.prod.service.gateway.allow = [{{ code = \"{code}\", reason = \"WHY\" }}]\n");
        assert!(text.contains(&waiver) && !text.contains("hush"), "{text}");
        // The waiver can be pasted, and works.
        let waived = dry("gateway", &[STATED, words].concat()).file(USER, &waiver).status(0).run();
        assert_eq!(codes(&waived), ["note[waived]"], "{}", waived.stderr);
    }
    let tried: BTreeSet<&str> = REFUSED.iter().map(|(code, _, _)| *code).chain(ELSEWHERE).collect();
    let policies: Vec<&str> = POLICIES.iter().map(|policy| policy.code.name()).collect();
    assert_eq!(tried, policies.iter().copied().collect(), "every policy is tried");
    let known: Vec<&str> = finding::POLICIES.iter().map(|code| code.name()).collect();
    assert_eq!(known, policies, "files know every policy");
}

/// N5: an engine's socket is found under every path that leads to one: its own, a folder's above it, a link's, and that
/// of the engine that is asked.
#[test]
fn prod_hands_no_engine_to_a_container() {
    for (source, refused) in [
        ("/run", true),
        ("/var/run", true),
        ("/var", true),
        ("/run/docker.sock", true),
        ("/run/containerd", true),
        ("/run/docker/containerd", true),
        ("/run/k3s/containerd", true),
        ("/run/podman", true),
        ("/run/user", true),
        ("/run/user/1000", true),
        ("/var/run/user/1000", true),
        ("/run/user/1000/podman/podman.sock", true),
        ("/home/me/.docker/run/docker.sock", true),
        ("[DIR]/engine", true),
        ("[DIR]/engine/own.sock", true),
        ("[DIR]/to-own", true),
        ("[DIR]/to-folder", true),
        ("[DIR]/to-docker", true),
        ("[DIR]/to-run/docker.sock", true),
        ("[DIR]/to-missing/user", true),
        ("[DIR]", true),
        ("/run/other", false),
        ("/var/lib/app", false),
        ("[DIR]/data", false),
        ("[DIR]/to-itself", false),
    ] {
        let volume = format!("{source}:/x");
        let words = [STATED, &["-v", &volume, "--host", "unix://[DIR]/engine/own.sock"]].concat();
        let output = dry("gateway", &words)
            .file("engine/own.sock", "")
            .dir("data")
            .link("to-own", "engine/own.sock")
            .link("to-folder", "engine")
            .link("to-docker", "/var/run/docker.sock")
            .link("to-run", "/run")
            .link("to-missing", "/run/missing/..")
            .link("to-itself", "to-itself")
            .run();
        let wanted: &[&str] = match source {
            // The engine's data are below it, too; or it is beside a user's credentials.
            "/var" | "/home/me/.docker/run/docker.sock" => &["error[engine-socket]", "error[host-path]"],
            _ if refused => &["error[engine-socket]"],
            _ => &[],
        };
        assert_eq!(codes(&output), wanted, "{source}: {}", output.stderr);
    }
}

/// Each of several refusals names its waiver, and the last one all of them on one line that works as it stands.
#[test]
fn several_refusals_are_waived_on_one_line() {
    let words =
        [STATED, &["--user", "0", "--ipc", "host", "--cap-add", "SYS_PTRACE", "--cap-add", "NET_ADMIN"]]
            .concat();
    let output = dry("gateway", &words).status(125).run();
    let helps: Vec<&str> = output.stderr.lines().filter(|line| line.contains("code = ")).collect();
    let short = |code: &str| format!("  help: or waive it: {{ code = \"{code}\", reason = \"WHY\" }}");
    let whole = "profile.prod.service.gateway.allow = [{ code = \"capability\", reason = \"WHY\" }, \
                 { code = \"host-ipc\", reason = \"WHY\" }, { code = \"user-root\", reason = \"WHY\" }]";
    let line = format!("  help: in ~/.config/dynrun/config.toml: {whole}");
    let wanted = [short("capability"), short("capability"), short("host-ipc"), short("user-root"), line];
    assert_eq!(helps, wanted, "{}", output.stderr);
    let waived = dry("gateway", &words).file(USER, &format!("{whole}\n")).status(0).run();
    assert_eq!(codes(&waived), ["note[waived]"; 4], "{}", waived.stderr);
    // One that has run out is given a new day, and no second waiver.
    let expired =
        "[profile.prod]\nallow = [{ code = \"host-ipc\", reason = \"x\", until = \"2020-01-01\" }]\n";
    let output = dry("gateway", &words).file(USER, expired).status(125).run();
    let whole = whole.replace("{ code = \"host-ipc\", reason = \"WHY\" }, ", "");
    assert!(output.stderr.ends_with(&format!("{whole}\n")), "{}", output.stderr);
    assert!(
        output.stderr.contains("  help: or change `until` at .config/dynrun/config.toml:2\n"),
        "{}",
        output.stderr
    );
}

/// What `prod` does not refuse.
#[test]
fn prod_launches_what_is_stated() {
    for words in [
        &[] as &[&str],
        &["--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"],
        &["--security-opt", "seccomp=builtin"],
        &["--image", "app:1"],
        &["--image", "app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
        &["--user", "me"],
        &["--user", "10"],
        &["--user", "+10"],
        &["--security-opt", "label=type:svirt_t"],
        &["--env-file", "secrets.env"],
        &["--secret", "id=hub,env=HF_TOKEN"],
        &["-e", "HF_TOKEN"],
        &["-e", "HF_TOKEN="],
        &["-v", "/run/other:/x"],
        &["-v", "data:/data"],
    ] {
        let test = dry("gateway", &[STATED, words].concat());
        let test = test.file("secrets.env", "API_KEY=hush\n").mode("secrets.env", 0o600);
        let output = test.env("HF_TOKEN", "hush").run();
        assert_eq!(codes(&output), [""; 0], "{words:?}");
        assert_eq!(output.status, 0);
        assert!(output.stdout.contains("--security-opt no-new-privileges"), "{}", output.stdout);
    }
}

/// User-ask 21: a port faces the world only by somebody's word.
#[test]
fn prod_wants_to_know_whom_a_port_is_for() {
    dry("gateway", &["--profile", "prod"])
        .stderr(
            "
            error[publish-everywhere]: nobody says on which address of the host: 9999:9999/udp
              asked: `publish-service = true` at profiles/gateway.toml:12 (built in)
              asked: `refuse publish-everywhere` at profiles/prod.toml:32 (built in)
              help: for this host alone: --publish-ip 127.0.0.1
              help: for everybody who reaches the host: --publish-ip 0.0.0.0
              help: or waive it, in ~/.config/dynrun/config.toml: profile.prod.service.gateway.allow = [{ code = \"publish-everywhere\", reason = \"WHY\" }]
            ",
        )
        .status(125)
        .run();
    for words in [
        &["-p", "10.0.0.7:9999:9999/udp"] as &[&str],
        &["--publish-ip", "0.0.0.0"],
        &["--publish-ip", "::"],
        &["--network", "backend", "--publish-ip", "127.0.0.1"],
    ] {
        finds(&[&["--profile", "prod"], words].concat(), &[]);
    }
    finds(&["--profile", "prod", "--network", "backend"], &["error[publish-everywhere]"]);
    finds(&["--profile", "prod", "--publish-service=false"], &["warning[not-published]"]);
}

/// Secrets by reference only: what a file holds in plain is refused, and what it names is not.
#[test]
fn prod_wants_secrets_named() {
    for (line, refused) in [
        ("env = [\"HF_TOKEN=hush\"]", true),
        ("env = [\"HF_TOKEN\"]", false),
        ("env.HF_TOKEN = \"hush\"", true),
        ("env.HF_TOKEN = \"${env.HF_TOKEN}\"", false),
        ("env.HF_TOKEN = \"${env.HF_TOKEN:?say it}\"", false),
        ("env.HF_TOKEN = \"${env.NOT_SET:-hush}\"", true),
        ("env.HF_TOKEN = \"$${env.HF_TOKEN}\"", true),
        ("env.HF_TOKEN = \"${uid}hush\"", true),
        ("env.URL = \"nats://u:hush@h.example\"", true),
        ("env.PLAIN = \"not secret\"", false),
        ("label = [\"token=hush\"]", true),
        ("[profile.prod]\nlog-driver = \"splunk\"\nlog-opt.splunk-token = \"hush\"", true),
        ("[profile.prod]\nlog-driver = \"splunk\"\nlog-opt.splunk-index = \"plain\"", false),
        ("entrypoint = \"http://u:hush@h/x\"", true),
        ("hostname = \"plain\"", false),
        ("health-cmd = \"curl -u me:hush http://localhost\"", true),
        ("health-cmd = \"curl -fu me:$PASSWORD http://localhost\"", false),
        ("ready = [\"command:mysql -phush -e 'select 1'\"]", true),
        ("ready = [\"command:mysql -p db -P 3306\"]", false),
        ("env.ARGS = \"--api-key hush\"", true),
        ("env.ARGS = \"--max-tokens 4096 --token-limit 4096 -p 8080:80 -u 1000:1000\"", false),
        ("network = \"name=own,driver-opt=vpn-token=hush\"", true),
        ("network = \"name=own,driver-opt=mtu=1450\"", false),
        ("command = [\"-u\", \"me:hush\"]\nentrypoint = \"curl\"\nimage = \"app:1\"", true),
        ("command = [\"-u\", \"me:hush2\"]\nimage = \"curlimages/curl:8\"", true),
        ("command = [\"-u\", \"1000:1000\", \"-p\", \"8080:80\"]\nimage = \"app:1\"", false),
        ("command = [\"--db\", \"pg://u:hush@h.example\"]\nimage = \"app:1\"", true),
        ("command = [\"--db\", \"pg://h.example\"]\nimage = \"app:1\"", false),
        ("image = \"app:1\"\nbuild = { context = \".\", args = { HF_TOKEN = \"hush\" } }", true),
        ("image = \"app:1\"\nbuild = { context = \".\", args = [\"HF_TOKEN\", \"PLAIN=x\"] }", false),
        ("image = \"app:1\"\nbuild = { context = \".\", args = { HF_TOKEN = \"${env.HF_TOKEN}\" } }", false),
    ] {
        let test = dry("gateway", STATED).file(USER, &format!("[service.gateway]\n{line}\n"));
        let output = test.env("HF_TOKEN", "hush").run();
        let wanted: &[&str] = if refused { &["error[secret-literal]"] } else { &[] };
        assert_eq!(codes(&output), wanted, "{line}\n{}", output.stderr);
        assert!(!output.all().contains("hush"), "{}", output.all());
    }
    let words = [STATED, &["--image", "app:1", "--", "--db", "pg://u:hush@h.example"]].concat();
    let command =
        Test::new().args(["run", "nats", "--dry-run", "--memory", "1g", "--cpus", "1", "--pids-limit", "9"]);
    let output = command.args(["--user", "9"]).args(words).any_stdout().any_stderr().any_status().run();
    assert_eq!(codes(&output), ["error[secret-literal]"], "{}", output.stderr);
    // What is replaced by a reference is not used.
    let file = "[service.gateway]\nenv.HF_TOKEN = \"hush\"\n";
    let output =
        dry("gateway", &[STATED, &["-e", "HF_TOKEN"]].concat()).file(USER, file).env("HF_TOKEN", "x").run();
    assert_eq!(codes(&output), [""; 0]);
}

/// A label of a file is in the engine's answers as any other is; what a file holds that git tracks is refused by all.
#[test]
fn a_file_of_labels_holds_no_secret() {
    for (text, wanted) in [
        ("token=hush\n", Some("token")),
        ("team=a\nurl=nats://u:hush@h\n", Some("url")),
        ("team=a\ntoken=\n", None),
    ] {
        let words = [STATED, &["--label-file", "l"]].concat();
        let output = dry("gateway", &words).file("l", text).mode("l", 0o600).run();
        let codes = codes(&output);
        match wanted {
            None => assert_eq!(codes, [""; 0], "{}", output.stderr),
            Some(name) => {
                assert_eq!(codes, ["error[secret-literal]"], "{}", output.stderr);
                let want = format!("error[secret-literal]: the label {name} holds a secret in plain\n");
                assert!(output.stderr.starts_with(&want), "{}", output.stderr);
            }
        }
        assert!(!output.all().contains("hush"), "{}", output.all());
    }
    let output = dry("gateway", &["--label-file", "l"]).file("l", "token=hush\n").mode("l", 0o644).run();
    assert_eq!(codes(&output), ["warning[secret-file-open]"], "{}", output.stderr);
}

/// A waiver of one's own, with its reason, wherever it may stand.
#[test]
fn a_waiver_is_said() {
    let waiver =
        "allow = [{ code = \"host-network\", reason = \"engines broadcast\", until = \"2999-12-31\" }]";
    dry("gateway", &["--profile", "prod", "--network", "host"])
        .file(USER, &format!("[profile.prod]\n{waiver}\n"))
        .stderr(
            "
            note[waived]: host-network is waived until 2999-12-31 (engines broadcast): on the host's network, nothing stands between the container and the host's ports
              asked: `allow host-network` at .config/dynrun/config.toml:2
            assumed: the engine has the image dynrun/state-gateway:latest (dynrun makes it when it launches)
            assumed: nobody waits until it is ready: docker run has no --wait
            ",
        )
        .status(0)
        .run();
    for (section, counts) in [
        ("service.gateway", true),
        ("profile.prod.service.gateway", true),
        ("service.nats", false),
        ("profile.dev", false),
        ("profile.prod.service.nats", false),
    ] {
        let test = dry("gateway", &["--profile", "prod", "--network", "host", "--config", "w.toml"]);
        let output = test.file("w.toml", &format!("[{section}]\n{waiver}\n")).run();
        let wanted = if counts { "note[waived]" } else { "error[host-network]" };
        assert_eq!(codes(&output), [wanted], "{section}");
    }
    // A waiver of what nobody asks for is nobody's concern.
    let output = dry("gateway", STATED).file(USER, &format!("[profile.prod]\n{waiver}\n")).run();
    assert_eq!(codes(&output), [""; 0]);
}

/// A waiver ends with its day, in UTC.
#[test]
fn a_waiver_runs_out() {
    let launch = |until: &str| {
        let waiver = format!("allow = [{{ code = \"host-ipc\", reason = \"one more run\"{until} }}]");
        dry("gateway", &[STATED, &["--ipc", "host"]].concat())
            .file(USER, &format!("[profile.prod]\n{waiver}\n"))
    };
    launch(", until = \"2020-02-29\"")
        .stderr(
            "
            error[host-ipc]: the container would share the memory of the host's programs
              asked: `--ipc host` on the command line
              asked: `refuse host-ipc` at profiles/prod.toml:24 (built in)
              asked: `allow host-ipc` at .config/dynrun/config.toml:2
              note: the waiver ran out on 2020-02-29: one more run
              help: leave it out, and give the container's own memory its size: --shm-size
              help: or change `until` at .config/dynrun/config.toml:2
            ",
        )
        .status(125)
        .run();
    let today = std::process::Command::new("date").args(["-u", "+%F"]).output().unwrap().stdout;
    let today = String::from_utf8(today).unwrap();
    for (until, wanted) in [
        (format!(", until = \"{}\"", today.trim()), "note[waived]"),
        (format!(", until = {}", today.trim()), "note[waived]"),
        (", until = 2020-01-01".to_owned(), "error[host-ipc]"),
        (String::new(), "note[waived]"),
    ] {
        assert_eq!(codes(&launch(&until).run()), [wanted], "{until}");
    }
}

#[test]
fn a_waiver_has_a_reason_and_a_day() {
    for (waiver, wanted) in [
        ("{ code = \"host-ipc\" }", "error[wrong-type]: a waiver needs `reason`"),
        ("{ code = \"host-ipc\", reason = \" \" }", "error[wrong-type]: a waiver needs `reason`"),
        ("{ code = \"host-ipc\", reason = \"\u{200b}\" }", "error[wrong-type]: a waiver needs `reason`"),
        (
            "{ code = \"host-ipc\", reason = \"\u{3164}\u{ad}.\" }",
            "error[wrong-type]: a waiver needs `reason`",
        ),
        ("{ reason = \"x\" }", "error[wrong-type]: a waiver needs `code`"),
        (
            "{ code = \"host-ipc\", reason = \"x\", until = \"2026-02-30\" }",
            "error[bad-value]: the calendar has no such day",
        ),
        (
            "{ code = \"host-ipc\", reason = \"x\", until = \"soon\" }",
            "error[bad-value]: a day is written YYYY-MM-DD",
        ),
        (
            "{ code = \"host-ipc\", reason = \"x\", til = \"\" }",
            "error[unknown-key]: a waiver has no key `til`",
        ),
        ("\"host-ipc\"", "error[wrong-type]: `allow` is a table, not a string"),
    ] {
        let test =
            dry("gateway", &["--ipc", "host"]).file(USER, &format!("[profile.prod]\nallow = [{waiver}]\n"));
        test.stderr_has(wanted).status(125).run();
    }
}

/// design.md section 4: a stranger's file waives nothing, adds refusals, and takes none away.
#[test]
fn a_project_waives_nothing() {
    let words = [STATED, &["--ipc", "host"]].concat();
    let project = |text: &str, words: &[&str]| dry("gateway", words).file("dynrun.toml", text);
    let waiver = "[profile.prod]\nallow = [{ code = \"host-ipc\", reason = \"trust me\" }]\n";
    project(waiver, &words)
        .stderr_has("error[untrusted]: dynrun.toml asks for what a project's file may not give\n  asked: `a waiver (allow host-ipc)` at dynrun.toml:2\n")
        .status(125)
        .run();
    let trusted = project(waiver, &[&words[..], &["--trust"]].concat()).status(0).run();
    assert_eq!(codes(&trusted), ["note[waived]"]);
    // A waiver of another profile's is none of this launch's.
    assert_eq!(codes(&project(waiver, &[]).status(0).run()), [""; 0]);
    let emptied = project("[profile.prod]\nrefuse = []\n", &words).status(125).run();
    assert_eq!(codes(&emptied), ["error[host-ipc]"]);
    let added = project("[profile.dev]\nrefuse = [\"memory-limit\"]\n", &[]).status(125).run();
    assert_eq!(codes(&added), ["error[memory-limit]"]);
}

/// Any profile may refuse, and one that extends `prod` refuses what that does.
#[test]
fn refusals_are_inherited() {
    let file = "[profile.strict]\nextends = \"prod\"\nservice = \"gateway\"\n[profile.small]\nrefuse = [\"host-network\"]\n";
    for (profile, words, wanted) in [
        ("strict", &["--ipc", "host"] as &[&str], "error[host-ipc]"),
        ("small", &["--network", "host"], "error[host-network]"),
    ] {
        let words = [&["--profile", profile, "--publish-ip", "127.0.0.1"], words].concat();
        assert_eq!(codes(&dry("gateway", &words).file(USER, file).run()), [wanted], "{profile}");
    }
}

/// Nothing refused where nobody asks for it: the same launches in `dev`.
#[test]
fn dev_refuses_nothing() {
    for (code, words, _) in REFUSED {
        let output = dry("gateway", words).run();
        // What hands the host over is told all the same.
        let told = codes(&output);
        let is_refused = told.iter().any(|code| code.starts_with("error"));
        let is_told = ["engine-socket", "host-path"].contains(code);
        assert_eq!((is_refused, told.is_empty()), (false, !is_told), "{words:?}: {}", output.stderr);
        assert_eq!(output.status, 0, "{words:?}: {}", output.stderr);
    }
}

/// `config` judges nothing: it shows what was said.
#[test]
fn config_does_not_judge() {
    let words = ["config", "gateway", "--profile", "prod", "--privileged", "-p", "9999:9999"];
    Test::new().args(words).any_stdout().run();
}

/// The guide has a line for each policy, and quotes what is really said.
#[test]
fn the_guide_lists_the_policies() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let refused = dry("gateway", &["--profile", "prod"]).run().stderr;
    assert!(refused.lines().all(|line| guide.contains(&format!("    {line}\n"))), "{refused}");
    for policy in POLICIES {
        let line = format!("| `{}` | {} |\n", policy.code, policy.about);
        assert!(guide.contains(&line), "docs/profiles.md lacks {line}");
    }
}

/// S6: what the host runs is not written to, under whichever name; to read it is no matter, and neither are folders of
/// the service's own.
#[test]
fn what_the_host_runs_is_not_written_to() {
    for (source, refused) in [
        ("/usr/local/share:/x", true),
        ("/usr/local/share:/x:ro", false),
        ("/lib/systemd/system:/x", true),
        ("/lib/modules:/x:ro", false),
        ("/bin:/x:z", true),
        ("/etc/ssl/certs:/x:ro", false),
        ("/etc/app.conf:/x", true),
        ("/var/spool/cron:/x", true),
        ("/var/spool:/x", true),
        ("/var/spool/app:/x", false),
        ("/opt/app/data:/x", false),
        ("/srv/models:/x", false),
        ("/home/other/models:/x", false),
        ("[DIR]/to-usr:/x", true),
        ("[DIR]/to-usr/share/missing:/x", true),
        ("[DIR]/to-usr:/x:ro", false),
    ] {
        let words = [STATED, &["-v", source]].concat();
        let output = dry("gateway", &words).link("to-usr", "/usr").run();
        let wanted: &[&str] = if refused { &["error[host-path]"] } else { &[] };
        assert_eq!(codes(&output), wanted, "{source}: {}", output.stderr);
    }
}

/// Links that nobody here may read, and that the engine follows. S6.
#[test]
fn a_process_of_the_host_leads_to_its_files() {
    for path in ["/proc/1/root", "/proc/1/root/etc", "/proc/4121/cwd", "/proc/1/fd/3"] {
        let volume = format!("{path}:/x");
        let output = dry("gateway", &[STATED, &["-v", &volume]].concat()).status(125).run();
        assert_eq!(codes(&output), ["error[host-path]"], "{path}: {}", output.stderr);
    }
}
