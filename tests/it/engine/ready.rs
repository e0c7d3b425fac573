//! `--wait`: a launch in the background is done when its container is ready, and undone when it does not get there.
//! E24, B3, B21.

use super::case::{BUSYBOX, Case, Done, wait_for};
use super::proxy::Proxy;
use nix::sys::signal::Signal;
use std::fs::Permissions;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;

/// A web server on port 8000 that comes up a little later: its page says hello.
const SERVER: &str =
    "mkdir w; cd w; echo hello > index.html; sleep 0.3; echo up on 8000; exec httpd -f -p 8000";

/// Launches a shell's line in the background.
#[track_caller]
fn waited(case: &Case, options: &[&str], line: &str) -> Done {
    case.launch(&[&["-d"], options].concat(), &["sh", "-c", line]).run()
}

/// Fails unless the launch ended well, and its container runs.
#[track_caller]
fn is_ready(case: &Case, done: &Done, note: &str) {
    let id = case.container();
    done.expect(0, &format!("{id}\n"), &format!("note: waiting until it is ready, {note}\n"));
    assert_eq!(case.inspect(&id)["State"]["Running"], true);
}

/// Fails unless the launch was taken back with these words, but for the first line.
#[track_caller]
fn is_undone(case: &Case, done: &Done, words: &str) {
    assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
    let (note, rest) = done.stderr.split_once('\n').expect("a line");
    assert!(note.starts_with("note: waiting until it is ready, "), "{note}");
    assert_eq!(rest, words);
    case.leaves_nothing();
}

/// The same of one that was not ready: it is gone, and how to keep it is said.
#[track_caller]
fn is_undone_and_gone(case: &Case, done: &Done, words: &str) {
    let look = "  help: it is gone, and its log: to look at both, launch it without --wait, then dynrun logs NAME, dynrun shell NAME\n";
    is_undone(case, done, &format!("{words}{look}"));
}

#[test]
fn each_of_them_tells_that_it_is_ready() {
    for ready in [
        "tcp:8000",
        "http:8000",
        "http:8000/index.html,status=200,body=hello",
        "http:8000/none,status=404",
        "log:^up on [0-9]+$",
        "command:wget -q -O - localhost:8000 | grep -q hello",
    ] {
        let case = Case::new();
        let done = waited(&case, &["--wait=20s", "--ready", ready], SERVER);
        is_ready(&case, &done, &format!("20s at most: {ready}"));
        let id = case.container();
        case.docker(&["exec", &id, "wget", "-q", "-O", "/dev/null", "localhost:8000"]);
    }
}

#[test]
fn all_of_them_have_to_tell() {
    let case = Case::new();
    let options = ["--wait=20s", "--ready", "tcp:8000", "--ready", "log:up on", "-p", "127.0.0.1:21951:8000"];
    let done = waited(&case, &options, SERVER);
    let id = case.container();
    let notes = "note: waiting until it is ready, 20s at most: tcp:8000, log:up on\nnote: published: 127.0.0.1:21951->8000/tcp\n";
    done.expect(0, &format!("{id}\n"), notes);
    let case = Case::new();
    let done = waited(&case, &["--wait=2s", "--ready", "tcp:8000", "--ready", "log:never"], SERVER);
    is_undone_and_gone(
        &case,
        &done,
        "error[not-ready]: the container was not ready within 2s\n  \
         asked: `--wait=2s` on the command line\n  \
         note: log:never: it has written no such line\n  \
         note: it wrote: up on 8000\n  \
         help: give it more time: --wait=4s\n",
    );
}

/// What it writes is read from its own streams: no driver has to keep it, and a terminal's bytes do as well.
#[test]
fn a_line_is_found_without_a_log() {
    for options in [&["--log-driver", "none"][..], &["-t"], &["--rm"]] {
        let case = Case::new();
        let line = "printf 'half '; sleep 0.2; echo of it; exec sleep 60";
        let done = waited(&case, &[options, &["--wait", "--ready", "log:^half of it"]].concat(), line);
        is_ready(&case, &done, "30s at most: log:^half of it");
    }
}

#[test]
fn a_health_check_tells_by_itself() {
    let check = |command: &'static str| {
        ["--wait=20s", "--health-interval", "200ms", "--health-retries", "2", "--health-cmd", command]
    };
    let case = Case::new();
    let done = waited(&case, &check("test -e /well"), "sleep 0.3; touch /well; exec sleep 60");
    is_ready(&case, &done, "20s at most");
    assert_eq!(case.inspect(&case.container())["State"]["Health"]["Status"], "healthy");
    let case = Case::new();
    let done = waited(&case, &check("echo not well; exit 1"), "exec sleep 60");
    is_undone_and_gone(
        &case,
        &done,
        "error[not-ready]: the container is not ready\n  \
         asked: `--wait=20s` on the command line\n  \
         note: health: the health check failed: not well\n",
    );
    let case = Case::new();
    let done = waited(&case, &["--wait", "--ready", "health"], "exec sleep 60");
    is_undone(
        &case,
        &done,
        "error[not-ready]: the container is not ready\n  \
         asked: `--ready health` on the command line\n  \
         asked: `--wait` on the command line\n  \
         note: health: the container has no health check\n  \
         help: say how its health is checked: --health-cmd 'COMMAND'\n",
    );
}

/// The engine makes the first check one interval after the start: a time that nobody chose leaves room for it.
#[test]
#[ignore = "half a minute of waiting"]
fn a_time_that_nobody_chose_begins_with_the_first_health_check() {
    let case = Case::new();
    let options = ["-d", "--rm", "--health-cmd", "true", "--wait"];
    let done = case.launch(&options, &["sleep", "200"]).limit(60).run();
    is_ready(&case, &done, "1m30s at most");
    let case = Case::new();
    let times = ["--health-interval", "1s", "--health-timeout", "2s", "--health-cmd", "true", "--wait"];
    let done = waited(&case, &times, "exec sleep 60");
    is_ready(&case, &done, "33s at most");
}

/// One that was chosen stays, and what can do is said.
#[test]
fn a_wait_that_is_over_before_the_first_health_check_says_what_can_do() {
    let case = Case::new();
    let done = waited(&case, &["--wait=1s", "--ready", "health", "--health-cmd", "true"], "exec sleep 60");
    let warning = "warning[not-ready]: the wait is over after 1s, before the health check is made for the first time: 30s after the start\n  \
                   asked: `--wait=1s` on the command line\n  \
                   asked: `--health-cmd true` on the command line\n  \
                   note: that is the engine's interval, where the image says no other one\n  \
                   help: give it more time: --wait=31s\n  \
                   help: or have it checked sooner: --health-interval 250ms\n";
    let error = "note: waiting until it is ready, 1s at most: health\n\
                 error[not-ready]: the container was not ready within 1s\n  \
                 asked: `--wait=1s` on the command line\n  \
                 note: health: the health check goes on\n  \
                 note: the engine makes the first check 30s after the start\n  \
                 help: give it more time: --wait=31s\n  \
                 help: or have it checked sooner: --health-interval 250ms\n  \
                 help: it is gone, and its log: to look at both, launch it without --wait, then dynrun logs NAME, dynrun shell NAME\n";
    done.expect(125, "", &format!("{warning}{error}"));
    case.leaves_nothing();
}

/// M18: the image has no curl, and no shell finds one.
#[test]
fn a_program_that_the_health_check_lacks_is_named() {
    let timing = "health-interval = \"200ms\"\nmax_retry_count = 2\nwait = \"20s\"";
    for (check, words) in [
        (
            "\"curl -f http://localhost:8000/health || exit 1\"",
            "the health check cannot be run: /bin/sh: curl: not found",
        ),
        ("[\"CMD\", \"curl\", \"-f\", \"http://localhost:8000/health\"]", "executable file not found"),
    ] {
        let case = Case::new();
        let file = case.file(
            "health.toml",
            &format!("[service.web]\nimage = \"{BUSYBOX}\"\nhealth-cmd = {check}\n{timing}\n"),
        );
        let (label, file) = (case.label(), file.display().to_string());
        let arguments = [
            "run",
            "web",
            "--profile",
            "bare",
            "--config",
            &file,
            "--label",
            &label,
            "-d",
            "--",
            "sleep",
            "60",
        ];
        let done = case.dynrun(&arguments).run();
        let said = done.refused(125, "not-ready");
        for part in [
            words,
            "  note: the image does not have what its health check runs: curl\n",
            "  help: check it with a program that the image has, often wget: --health-cmd 'wget -q -O /dev/null \
             http://localhost:8000/health'\n",
            "  help: or switch it off, and ask from outside of the container: --no-healthcheck --ready http:8000/health\n",
        ] {
            assert!(said.contains(part), "{part}\n{said}");
        }
        case.leaves_nothing();
    }
}

/// M18: a list is sent as it stands, and needs no shell; NONE switches the check off.
#[test]
fn a_health_check_may_be_a_list() {
    let case = Case::new();
    for (check, test) in [
        ("[\"CMD\", \"test\", \"-e\", \"/bin\"]", serde_json::json!(["CMD", "test", "-e", "/bin"])),
        ("[\"CMD-SHELL\", \"test -e /bin\"]", serde_json::json!(["CMD-SHELL", "test -e /bin"])),
        ("[\"NONE\"]", serde_json::json!(["NONE"])),
    ] {
        let timing = if test[0] == "NONE" { "" } else { "health-interval = \"200ms\"\n" };
        let text = format!("[service.web]\nimage = \"{BUSYBOX}\"\nhealth-cmd = {check}\n{timing}");
        let (label, file) = (case.label(), case.file("health.toml", &text).display().to_string());
        let arguments =
            ["run", "web", "--profile", "bare", "--config", &file, "--label", &label, "-d", "--wait=20s"];
        let done = case.dynrun(&[&arguments[..], &["--", "sleep", "60"]].concat()).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        let found = case.inspect(done.text().trim());
        assert_eq!(found["Config"]["Healthcheck"]["Test"], test);
        let status = if test[0] == "NONE" { serde_json::Value::Null } else { "healthy".into() };
        assert_eq!(found["State"]["Health"]["Status"], status, "{check}");
    }
}

/// NATS says who it is unasked; of etcd it is not enough that it answers (B3).
#[test]
fn nats_and_etcd_are_asked_who_they_are() {
    let case = Case::new();
    let nats = "exec nc -ll -p 4222 -e printf 'INFO {\"server_id\":\"N\"}\\r\\n'";
    let done = waited(&case, &["--wait=20s", "--ready", "nats:4222"], nats);
    is_ready(&case, &done, "20s at most: nats:4222");
    for (health, is_well) in [("true", true), ("false", false)] {
        let case = Case::new();
        let etcd = format!(
            "mkdir w; cd w; echo '{{\"etcdserver\":\"3.5.0\"}}' > version; \
             echo '{{\"health\":\"{health}\"}}' > health; exec httpd -f -p 2379"
        );
        let done = waited(&case, &["--wait=3s", "--ready", "etcd:2379"], &etcd);
        if is_well {
            is_ready(&case, &done, "3s at most: etcd:2379");
        } else {
            let stderr = done.refused(125, "not-ready");
            assert!(stderr.contains(":2379 does not say that it is healthy\n"), "{stderr}");
            case.leaves_nothing();
        }
    }
}

#[test]
fn a_port_that_nobody_opens_undoes_the_launch() {
    for (ready, instead, help) in [
        (
            "tcp:8001",
            "it listens on TCP 8000 instead",
            "  help: where that is the port that was meant, wait for it: --ready tcp:8000\n",
        ),
        ("udp:8000", "the container has no UDP port open at all", ""),
    ] {
        let case = Case::new();
        let volume = format!("{}:/data", case.name("volume"));
        let done = waited(&case, &["--wait=1s", "--ready", ready, "-v", &volume], SERVER);
        is_undone_and_gone(
            &case,
            &done,
            &format!(
                "error[not-ready]: the container was not ready within 1s\n  \
                 asked: `--wait=1s` on the command line\n  \
                 note: {ready}: nobody holds the port in the container's network\n  \
                 note: {instead}\n  \
                 note: it wrote: up on 8000\n\
                 {help}  \
                 help: give it more time: --wait=2s\n"
            ),
        );
    }
    let case = Case::new();
    let done = waited(&case, &["--wait=1s", "--ready", "http:8000/none"], SERVER);
    let stderr = done.refused(125, "not-ready");
    assert!(stderr.contains(":8000 answers 404\n"), "{stderr}");
    case.leaves_nothing();
}

/// What listens for the container alone is asked in vain; on the host's network its own sockets are told from others'.
#[test]
fn what_a_container_listens_on_instead_is_named() {
    let case = Case::new();
    let name = case.name("inward");
    let options = ["--name", &name, "--wait=1s", "--ready", "http:8000"];
    let done = waited(&case, &options, "exec httpd -f -p 127.0.0.1:8000");
    let stderr = done.refused(125, "not-ready");
    let tail = format!(
        ":8000 does not answer: Connection refused (os error 111)\n  \
         note: it listens on 127.0.0.1:8000: that is loopback, where nobody outside the container reaches it\n  \
         help: have it listen on every address of the container: 0.0.0.0\n  \
         help: it is gone, and its log: to look at both, launch it without --wait, then dynrun logs {name}, dynrun shell {name}\n"
    );
    assert!(stderr.ends_with(&tail), "{stderr}");
    case.leaves_nothing();
    let case = Case::new();
    let config = case.file("c.toml", "[profile.bare]\nwait = \"1s\"\nready = [\"tcp:21954\"]\n");
    let options = ["--network", "host", "--config", config.to_str().unwrap()];
    let done = waited(&case, &options, "exec httpd -f -p 127.0.0.1:21955");
    let stderr = done.refused(125, "not-ready");
    let tail = "  note: tcp:21954: nobody holds the port in the container's network\n  \
                note: it listens on TCP 21955 instead\n  \
                help: where that is the port that was meant, wait for it: --ready tcp:21955\n  \
                help: give it more time: --wait=2s\n  \
                help: it is gone, and its log: to look at both, launch it with --wait=false, then dynrun logs NAME, dynrun shell NAME\n";
    assert!(stderr.ends_with(tail), "{stderr}");
    case.leaves_nothing();
}

/// E24: with its exit code and its last words, whoever would remove it, and without a secret.
#[test]
fn a_container_that_ends_is_reported() {
    for options in [&[][..], &["--rm"], &["--restart", "always"], &["--ready", "tcp:1"]] {
        let case = Case::new();
        let options = [&["--wait", "-e", "API_TOKEN=hunter2"], options].concat();
        let done = waited(&case, &options, "echo key $API_TOKEN; sleep 0.3; echo no settings >&2; exit 3");
        is_undone(
            &case,
            &done,
            "error[ended-early]: the container ended with exit code 3 before it was ready\n  \
             asked: `--wait` on the command line\n  \
             note: it wrote: key ***\n  \
             note: it wrote: no settings\n",
        );
    }
}

/// What the files of secrets hold is hidden as variables are, line by line; a short line where it is all that is written.
#[test]
fn what_it_wrote_shows_no_secret_of_a_file() {
    let case = Case::new();
    for (name, text) in [("one", "hunter2\n"), ("many", "first-line\nab\n")] {
        std::fs::set_permissions(case.file(name, text), Permissions::from_mode(0o600)).unwrap();
    }
    let options = ["--wait", "--secret", "id=one,src=one", "--secret", "id=many,src=many"];
    let line = "cd /run/secrets; echo key $(cat one) table; cat many; exit 3";
    let done = waited(&case, &options, line);
    is_undone(
        &case,
        &done,
        "error[ended-early]: the container ended with exit code 3 before it was ready\n  \
         asked: `--wait` on the command line\n  \
         note: it wrote: key *** table\n  \
         note: it wrote: ***\n  \
         note: it wrote: ***\n",
    );
}

/// An engine that starts it again at once may tell the next life's code, which is none yet: the first end counts.
#[test]
fn the_first_end_of_one_that_is_started_again_is_told() {
    for restart in ["always", "on-failure", "unless-stopped"] {
        let case = Case::new();
        let done = waited(&case, &["--wait=10s", "--restart", restart], "exit 3");
        assert!(done.refused(125, "ended-early").contains(" ended with exit code 3 "), "{}", done.stderr);
        case.leaves_nothing();
    }
}

/// The ports that it publishes could tell, and are named; not where an image's own health check does.
#[test]
fn published_ports_that_could_be_waited_for_are_named() {
    let case = Case::new();
    let ports = ["-p", "127.0.0.1::8000", "-p", "127.0.0.1::9999/udp"];
    let options = [&["--wait=1s"], &ports[..]].concat();
    let done = waited(&case, &options, "exec sleep 60");
    let note = "note[ready-unsaid]: nothing tells when the container is ready: it counts as ready once it has run for 1s\n  \
                asked: `--wait=1s` on the command line\n  \
                help: wait for ports that it publishes: --ready tcp:8000 --ready udp:9999\n";
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains(note), "{}", done.stderr);
    let case = Case::new();
    let health = ["--health-cmd", "true", "--health-interval", "200ms"];
    let done = waited(&case, &[&options[..], &health].concat(), "exec sleep 60");
    assert!(done.code == 0 && !done.stderr.contains("ready-unsaid"), "{}", done.stderr);
}

/// A check that cannot be run at all never tells: the wait is over at the first one, whatever the retries.
#[test]
fn a_health_check_that_cannot_be_run_ends_the_wait() {
    for (check, words) in [
        ("nosuchprogram", "nosuchprogram"),
        ("/etc/passwd", "Permission denied"),
        ("exit 127", "its exit code says so"),
    ] {
        let case = Case::new();
        let times = ["--health-interval", "200ms", "--health-retries", "1000"];
        let begun = std::time::Instant::now();
        let options = [&["--wait=50s", "--health-cmd", check], &times[..]].concat();
        let done = waited(&case, &options, "exec sleep 60");
        let stderr = done.refused(125, "not-ready");
        assert!(begun.elapsed() < std::time::Duration::from_secs(25), "{stderr}");
        let why = stderr.lines().find(|line| line.contains("the health check cannot be run: "));
        assert!(why.is_some_and(|why| why.contains(words)), "{check}: {stderr}");
        case.leaves_nothing();
    }
}

/// Where nothing tells, one that runs for a while is taken for ready.
#[test]
fn one_that_nothing_is_known_of_has_to_run_for_a_while() {
    let case = Case::new();
    let done = waited(&case, &["--wait=1s"], "exec sleep 60");
    is_ready(&case, &done, "1s at most");
    let case = Case::new();
    let done = waited(&case, &["--wait=3s"], "sleep 1");
    assert!(done.refused(125, "ended-early").contains(" ended with exit code 0 "), "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn a_signal_ends_the_wait_and_undoes_the_launch() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let case = Case::new();
        let options = ["-d", "--rm", "--wait=60s", "--ready", "tcp:8000"];
        let running = case.launch(&options, &["sleep", "60"]).start();
        case.container();
        while !running.has_complained("waiting until it is ready") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        running.signal(signal);
        let done = running.end();
        assert_eq!((done.code, done.text().as_str()), (code, ""), "{}", done.stderr);
        assert!(done.stderr.contains("nothing was left behind\n"), "{}", done.stderr);
        case.leaves_nothing();
    }
}

/// In a network that others are in, a port that a stranger holds says nothing of the container.
#[test]
fn a_strangers_port_is_not_the_containers() {
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
    for (protocol, port) in
        [("tcp", tcp.local_addr().unwrap().port()), ("udp", udp.local_addr().unwrap().port())]
    {
        let case = Case::new();
        let ready = format!("{protocol}:{port}");
        let options = ["--network", "host", "--wait=1s", "--ready", &ready];
        // It is known before anything is made.
        let done = waited(&case, &options, "exec sleep 60");
        let stderr = done.refused(125, "port-taken");
        assert!(stderr.contains(&format!("  asked: `--ready {ready}` on the command line\n")), "{stderr}");
        let done = waited(&case, &[&["--skip", "ports"], &options[..]].concat(), "exec sleep 60");
        let stderr = done.refused(125, "not-ready");
        let words = format!("(pid {}), not by the container\n", std::process::id());
        assert!(
            stderr.contains(&format!("{ready}: the port is held by ")) && stderr.contains(&words),
            "{stderr}"
        );
        case.leaves_nothing();
    }
}

/// B21: whose port it wanted is why it ended.
#[test]
fn who_holds_the_port_of_a_container_that_ended_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().unwrap().port();
    let case = Case::new();
    let service = format!(
        "[service.router]\nimage = \"dynrun-test/busybox:1\"\nnetwork = \"host\"\n\
         command = [\"sh\", \"-c\", \"echo cannot bind; exit 4\"]\n[[service.router.listen]]\nport = \"{port}\"\n"
    );
    let file = case.file("router.toml", &service);
    let (file, label) = (file.to_str().unwrap(), case.label());
    let options =
        ["--config", file, "--profile", "bare", "--preflight", "off", "--label", &label, "-d", "--wait"];
    let done = case.dynrun(&[&["run", "router"], &options[..]].concat()).run();
    let stderr = done.refused(125, "ended-early");
    let head = format!(
        "note: waiting until it is ready, 30s at most: tcp:{port}\n\
         error[ended-early]: router ended with exit code 4 before it was ready\n  \
         asked: `--wait` on the command line\n  note: TCP {port} is held by "
    );
    let tail = format!("(pid {})\n  note: it wrote: cannot bind\n", std::process::id());
    assert!(stderr.starts_with(&head) && stderr.ends_with(&tail), "{stderr}");
    case.leaves_nothing();
}

/// Behind a proxy nothing proves that the engine is on this machine: the container is looked into.
#[test]
fn of_an_engine_elsewhere_the_container_is_asked() {
    for ready in ["tcp:8000", "log:up on 8000", "command:wget -q -O /dev/null localhost:8000"] {
        let case = Case::new();
        let proxy = Proxy::new(&case, Vec::new());
        let done = waited(&case, &["--host", &proxy.address, "--wait=20s", "--ready", ready], SERVER);
        is_ready(&case, &done, &format!("20s at most: {ready}"));
    }
    let case = Case::new();
    let proxy = Proxy::new(&case, Vec::new());
    let options = ["--host", &proxy.address, "--wait=2s", "--ready", "tcp:8001"];
    let done = waited(&case, &options, SERVER);
    assert!(done.refused(125, "not-ready").contains("tcp:8001: nobody holds the port"), "{}", done.stderr);
    case.leaves_nothing();
}

/// A container that is paused does not run, though its time goes on.
#[test]
fn a_paused_container_is_not_ready_by_its_time() {
    let case = Case::new();
    let config = case.file("c.toml", "default-uptime = \"1s\"\n").display().to_string();
    let running = case.launch(&["-d", "--config", &config, "--wait=3s"], &["sleep", "60"]).start();
    case.docker(&[
        "pause",
        &wait_for("a container that runs", || {
            let id = case.containers().pop()?;
            (case.inspect(&id)["State"]["Running"] == true).then_some(id)
        }),
    ]);
    let done = running.end();
    let stderr = done.refused(125, "not-ready");
    assert!(stderr.contains("\n  note: the container is paused\n"), "{stderr}");
    case.leaves_nothing();
}

/// The gateway's own port tells, wherever it moves.
#[test]
fn a_service_is_ready_when_its_ports_are_open() {
    let case = Case::new();
    let (label, publish) = (case.label(), "127.0.0.1:21953:21952/udp");
    let variable = "VLLM_STATE_GATEWAY_UDP_PORT=21952";
    let options = ["run", "gateway", "-d", "--wait", "--label", &label, "-p", publish, "-e", variable];
    let done = case.dynrun(&options).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stderr.ends_with(
            "note: waiting until it is ready, 30s at most: udp:21952\nnote: published: 127.0.0.1:21953->21952/udp\n"
        ),
        "{}",
        done.stderr
    );
    assert!(case.docker(&["logs", &case.container()]).contains("\"listening\":\"0.0.0.0:21952\""));
}

/// The caller sees by itself when it is ready; what a profile says of the background has no meaning there.
#[test]
fn nobody_is_waited_for_in_the_foreground() {
    let case = Case::new();
    case.launch(&["--wait=5"], &["true"]).run().expect(
        125,
        "",
        "error[wait-attached]: a launch in the foreground is not waited for: its output is seen from the start\n  \
         asked: `--wait=5s` on the command line\n  \
         help: run it in the background: -d\n",
    );
    case.launch(&["--wait=0"], &["true"]).run().expect(0, "", "");
    case.launch(&["-d", "--wait=false"], &["true"]).run();
}

/// In whatever is said: a health check's words, a value of several lines, the check itself, a launch before this one.
#[test]
fn no_word_tells_a_secret() {
    let key = "TLS_KEY_TOKEN=-----BEGIN\nhunter2body\n-----END";
    let health = [
        "--health-cmd",
        "echo for $API_TOKEN; exit 1",
        "--health-interval",
        "200ms",
        "--health-retries",
        "1",
    ];
    for (options, line) in [
        (&[&["--ready", "health"][..], &health].concat()[..], "exec sleep 60"),
        (&["-e", key], "echo \"$TLS_KEY_TOKEN\"; env; exit 5"),
        (&["--ready", "command:echo hunter2 | grep x", "--ready", "http:80/?k=hunter2"], "exec sleep 60"),
    ] {
        let case = Case::new();
        let options = [&["--wait=2s", "-e", "API_TOKEN=hunter2"], options].concat();
        let done = waited(&case, &options, line);
        assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
        assert!(!done.stderr.contains("hunter2") && done.stderr.contains("***"), "{}", done.stderr);
        case.leaves_nothing();
    }
    let case = Case::new();
    let name = case.name("told");
    let launch = |line: &str, secret: &str| {
        let secret = format!("API_TOKEN={secret}");
        let options = ["--name", &name, "--if-exists", "reuse", "-e", &secret];
        waited(&case, &options, line)
    };
    assert_eq!(launch("sleep 60 # hunter2", "hunter2").code, 0);
    let done = launch("sleep 60 # hunter3", "hunter3");
    assert!(done.refused(125, "if-exists").contains("command: sh -c sleep 60 # ***"), "{}", done.stderr);
    assert!(!done.stderr.contains("hunter"), "{}", done.stderr);
}

/// Server-sent events never end: the status is there with the head, and the body is searched as it comes.
#[test]
fn a_stream_is_an_answer() {
    let server = "mkdir -p w/cgi-bin; cd w; printf '#!/bin/sh\\nprintf \"Content-Type: text/event-stream\\\\r\\\\n\\\\r\\\\ndata: hello\\\\n\\\\n\"; exec sleep 60\\n' > cgi-bin/x; \
                  chmod +x cgi-bin/x; exec httpd -f -p 8000";
    for ready in ["http:8000/cgi-bin/x", "http:8000/cgi-bin/x,body=data: hello"] {
        let case = Case::new();
        let done = waited(&case, &["--wait=10s", "--ready", ready], server);
        is_ready(&case, &done, &format!("10s at most: {ready}"));
    }
}

/// A terminal ends its lines in another way; half a line has no end.
#[test]
fn the_end_of_a_line_is_its_end() {
    let case = Case::new();
    let done = waited(&case, &["-t", "--wait=20s", "--ready", "log:^up$"], "echo up; exec sleep 60");
    is_ready(&case, &done, "20s at most: log:^up$");
    let case = Case::new();
    let line = "printf ready; sleep 0.5; echo ' in five minutes'; exec sleep 60";
    let done = waited(&case, &["--wait=2s", "--ready", "log:^ready$"], line);
    assert!(done.refused(125, "not-ready").contains("it wrote: ready in five minutes\n"), "{}", done.stderr);
}
