//! Ports that are free now: a stopped container wants one back, the kernel gives them to connections, a right is missing, or
//! nobody may see who is there. F55, F57; user-asks 26, 27, 48.

use super::case::{BUSYBOX, Case, DYNRUN};
use super::proxy::{Fault, Proxy, rule};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

/// F55: what does not run holds nothing. One that comes back by itself or that dynrun launched is named.
#[test]
fn a_stopped_container_wants_its_port_back() {
    let case = Case::new();
    let (ended, made, plain, gone) =
        (case.name("ended"), case.name("made"), case.name("plain"), case.name("gone"));
    let label = case.label();
    case.launch(&["--rm=false", "--name", &ended, "-p", "127.0.0.1:21440:80"], &["true"]).run();
    let create = ["create", "--label", &label, "--name"];
    case.docker(&[&create[..], &[&made, "--restart", "always", "-p", "21441:80/udp", BUSYBOX]].concat());
    case.docker(&[&create[..], &[&plain, "-p", "21442:80", BUSYBOX]].concat());
    case.docker(&[&create[..], &[&gone, "--rm", "-p", "21443:80", BUSYBOX]].concat());
    let launch = |word: &str| case.launch(&["--rm", "-p", word], &["true"]).run();
    let back = |port: &str, word: &str, name: &str, note: &str| {
        format!(
            "warning[port-wanted-back]: {port} is free now, and the stopped container {name} wants it back when it is started \
             again\n  asked: `-p {word}` on the command line\n{note}  help: remove it, if nobody needs it: docker rm {name}\n"
        )
    };
    launch("21440:80").expect(0, "", &back("TCP 21440", "21440:80", &ended, ""));
    let note = "  note: the engine may start it by itself: its restart policy is always\n";
    launch("21441:80/udp").expect(0, "", &back("UDP 21441", "21441:80/udp", &made, note));
    // Another address, another protocol, a container that nobody starts again, one that goes by itself.
    for word in ["127.0.0.2:21440:80", "21441:80", "21442:80", "21443:80"] {
        launch(word).expect(0, "", "");
    }
    // The one in whose place the launch comes makes way for good.
    let options = ["-d", "--if-exists", "replace", "--name", &ended, "-p", "127.0.0.1:21440:80"];
    let done = case.launch(&options, &["sleep", "60"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(!done.stderr.contains("port-wanted-back"), "{}", done.stderr);
}

/// User-ask 48. Where the kernel was told to hold a port back, nothing is said, and nothing is taken.
#[test]
fn a_port_that_a_connection_may_have_is_said_where_it_matters() {
    let case = Case::new();
    let told = |level: &str, asked: &str| {
        format!(
            "{level}[port-ephemeral]: TCP 45690 is among 32768-60999, which the kernel gives to outgoing connections: one may \
             have it when the service starts\n  asked: `{asked}` on the command line\n  \
             help: hold it back: sysctl -w net.ipv4.ip_local_reserved_ports="
        )
    };
    let publish = ["-p", "127.0.0.1:45690:80"];
    case.launch(&[&["--rm"][..], &publish].concat(), &["true"]).run().expect(0, "", "");
    let check = |more: &[&str]| {
        let base = ["check", "--profile", "bare", "--image", BUSYBOX];
        case.dynrun(&[&base[..], more].concat()).run()
    };
    let done = check(&publish);
    assert!(done.stderr.starts_with(&told("note", "-p 127.0.0.1:45690:80")), "{}", done.stderr);
    let again = [&["-d", "--restart", "always"][..], &publish].concat();
    let done = case.launch(&again, &["sleep", "60"]).run();
    assert!(done.stderr.starts_with(&told("warning", "-p 127.0.0.1:45690:80")), "{}", done.stderr);
    case.clean_up();
    // Other tests hold nothing back.
    let reserve = |ports: &str| {
        case.call("sysctl", &["-qw", &format!("net.ipv4.ip_local_reserved_ports={ports}")]).run()
    };
    assert_eq!(reserve("45690,21451-21452").code, 0);
    let quiet = check(&publish);
    case.file(
        "dynrun.toml",
        &format!(
            "[service.web]\nimage = {BUSYBOX:?}\ncommand = [\"true\"]\nnetwork = \"host\"\n[[service.web.listen]]\n\
             port = \"21450\"\nvariable = \"PORT\"\n"
        ),
    );
    let held = std::net::TcpListener::bind("0.0.0.0:21450").expect("a free port");
    let moved = case.dynrun(&["check", "web", "--trust", "--port-policy", "next"]).run();
    assert_eq!(reserve("").code, 0);
    drop(held);
    assert!(!quiet.stderr.contains("port-ephemeral"), "{}", quiet.stderr);
    assert!(moved.stderr.contains(": 21453 is taken in its place\n"), "{}", moved.stderr);
}

/// What an engine without root's rights says of itself.
const ROOTLESS: &str = r#"{"SecurityOptions":["name=seccomp,profile=builtin","name=rootless"]}"#;

/// User-asks 26 and 27.
#[test]
fn an_engine_without_rights_opens_no_low_port_and_has_no_host() {
    let case = Case::new();
    let refusal = r#"{"message":"driver failed programming external connectivity: Error starting userland proxy: error while calling PortManager.AddPort(): cannot expose privileged port 88, you can add 'net.ipv4.ip_unprivileged_port_start=88' to /etc/sysctl.conf"}"#;
    let rules = vec![
        rule("GET", "/info", Fault::Answer(200, ROOTLESS)),
        rule("POST", "/start", Fault::Answer(500, refusal)),
    ];
    let proxy = Proxy::new(&case, rules);
    let launch = |options: &[&str]| case.launch(options, &["true"]).env("DOCKER_HOST", &proxy.address).run();
    let asked = "  asked: `-p 88:80` on the command line\n";
    let lower = "let every user open it: sysctl -w net.ipv4.ip_unprivileged_port_start=88\n";
    let warning = format!(
        "warning[privileged-port]: the engine runs without root's rights, and may not open TCP 88: it is below 1024\n{asked}  \
         help: publish on 1024 or above\n  help: or {lower}"
    );
    let done = launch(&["--rm", "-p", "88:80"]);
    assert!(done.stderr.contains(&warning), "{}", done.stderr);
    let refused = format!(
        "error[privileged-port]: the engine runs without root's rights, and may not open port 88 of the host\n{asked}  \
         note: the engine says: "
    );
    assert!(done.refused(125, "privileged-port").contains(&refused), "{}", done.stderr);
    assert!(
        done.stderr.ends_with(&format!("  help: publish on a higher port\n  help: or {lower}")),
        "{}",
        done.stderr
    );
    assert!(case.containers().is_empty());
    case.file(
        "web.toml",
        &format!("[service.web]\nimage = {BUSYBOX:?}\n[[service.web.listen]]\nport = \"8085\"\n"),
    );
    let done = case
        .dynrun(&["check", "web", "--config", "web.toml", "--network", "host"])
        .env("DOCKER_HOST", &proxy.address)
        .run();
    let host = "warning[rootless-host]: the engine runs without root's rights: what it calls the host's network is its own, and \
                ports that are opened there are not this machine's\n  asked: `--network host` on the command line\n  \
                help: publish its ports: --network bridge -p 8085:8085\n";
    assert!(done.stderr.contains(host), "{}", done.stderr);
}

/// As 20.10 without root's rights has it on cgroup v1: `docker info` says so, the answer to the create does not.
#[test]
fn an_engine_without_control_groups_drops_limits() {
    let case = Case::new();
    let info = r#"{"CgroupDriver":"none","SecurityOptions":["name=rootless"]}"#;
    let proxy = Proxy::new(&case, vec![rule("GET", "/info", Fault::Answer(200, info))]);
    let options = ["--rm", "--memory", "100m", "--cpus", "1", "--ulimit", "nofile=99"];
    let done = case.launch(&options, &["true"]).env("DOCKER_HOST", &proxy.address).run();
    done.expect(
        0,
        "",
        "warning[limit-ignored]: the engine has no control groups, and drops limits of resources without a word\n  \
         asked: `--memory 100m` on the command line\n  \
         asked: `--cpus 1` on the command line\n  \
         help: give its machine cgroup v2: systemd.unified_cgroup_hierarchy=1 on the kernel's command line\n",
    );
    let done =
        case.launch(&["--rm", "--ulimit", "nofile=99"], &["true"]).env("DOCKER_HOST", &proxy.address).run();
    done.expect(0, "", "");
}

#[test]
fn a_user_without_rights_opens_no_low_port_on_the_hosts_network() {
    let case = Case::new();
    case.file(
        "web.toml",
        &format!("[service.web]\nimage = {BUSYBOX:?}\ncommand = [\"true\"]\n[[service.web.listen]]\nport = \"89\"\n"),
    );
    let run = |user: &str| {
        let label = case.label();
        let base = ["run", "web", "--config", "web.toml", "--network", "host", "--label", &label, "--user"];
        case.dynrun(&[&base[..], &[user]].concat()).run()
    };
    run("nobody").expect(
        0,
        "",
        "warning[privileged-port]: the user nobody may not open TCP 89 on the host's network: it is below 1024\n  \
         asked: `port = \"89/tcp\"` at web.toml:5\n  \
         help: give it a network of its own, where every user may: --network bridge\n  \
         help: or let every user open it: sysctl -w net.ipv4.ip_unprivileged_port_start=89\n",
    );
    run("0:0").expect(0, "", "");
}

/// F57: where `/proc` hides others' processes, their user is named and the engine's place is unknown; nothing fails.
#[test]
fn where_proc_hides_processes_the_user_is_named_and_nothing_fails() {
    let case = Case::new();
    let held = std::net::TcpListener::bind("127.0.0.1:21460").expect("a free port");
    let open = |path: &std::path::Path| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    };
    open(case.folder());
    let dynrun = case.folder().join("dynrun");
    std::fs::copy(DYNRUN, &dynrun).expect("a copy");
    open(&dynrun);
    let socket = case.engine.trim_start_matches("unix://");
    let here = case.file("engine.sock", "");
    let group = std::fs::metadata(socket).expect("a socket").gid();
    let (dynrun, here) = (dynrun.display(), here.display());
    let line = format!(
        "mount -t proc -o hidepid=2 proc /proc && mount --bind {socket} {here} && \
         exec setpriv --reuid 65534 --regid {group} --clear-groups {dynrun} \"$@\" --host unix://{here}"
    );
    let hidden = |arguments: &[&str]| {
        let base = ["--mount", "sh", "-c", &line, "-"];
        case.call("unshare", &[&base[..], arguments].concat()).env("HOME", "/nonexistent").run()
    };
    let done = hidden(&["ports", "21460/tcp"]);
    let why = "the engine's process cannot be seen: /proc hides those of other users (hidepid)";
    assert_eq!(done.code, 0, "{}", done.stderr);
    let row = done.text().lines().nth(1).expect("a row").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(row, "tcp 127.0.0.1:21460 listening - user root - -", "{}", done.stderr);
    let done = hidden(&["check", "--profile", "bare", "--image", BUSYBOX, "-p", "127.0.0.1:21460:80"]);
    let told = format!("whether TCP 21460 is free cannot be told from here: {why}\n");
    let table = format!(
        "profile bare, image {BUSYBOX}\nTCP 21460        published  unknown\nports: cannot tell: {told}fine\n"
    );
    let note = format!("note[port-unknown]: {told}");
    done.expect(0, &table, &note);
    drop(held);
}
