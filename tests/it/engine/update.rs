//! `dynrun update`: a container's launch once more in its place, with its words, its secrets and its volumes; and whatever
//! goes wrong, the old one serves again. E34, F13.

use super::case::{BUSYBOX, Case, DYNRUN, Done, wait_for};
use super::deaths::OwnEngine;
use super::proxy::{Fault, Proxy, Rule, rule};
use super::sender::{Sender, Taken};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// The command of a server whose files are in its anonymous volume.
const SERVER: &str = "echo here >/data/mark; echo up; exec httpd -f -p 80 -h /data";

/// A server in a container of dynrun's, on a port of the host.
struct Served {
    case: Case,
    name: String,
    port: u16,
    /// Its container, before any update.
    old: String,
}

impl Served {
    #[track_caller]
    fn new(port: u16, options: &[&str]) -> Self {
        let case = Case::new();
        let (name, publish) = (case.name("web"), format!("127.0.0.1:{port}:80"));
        let base = ["-d", "--name", &name, "-p", &publish, "-v", "/data", "--stop-signal", "KILL"];
        let base = [&base[..], &["--wait=20s", "--ready", "log:up"], options].concat();
        let done = case.launch(&base, &["sh", "-c", SERVER]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        let old = done.text().trim_end().to_owned();
        Self { case, name, port, old }
    }

    fn update<'a>(&'a self, more: &[&'a str], command: &[&'a str]) -> Vec<&'a str> {
        let base = ["update", &self.name, "--pull", "never"];
        let command = if command.is_empty() { vec![] } else { [&["--"], command].concat() };
        [&base[..], more, &command].concat()
    }

    /// Runs an update.
    #[track_caller]
    fn updated(&self, more: &[&str], command: &[&str]) -> Done {
        self.case.dynrun(&self.update(more, command)).run()
    }

    /// What it answers to a request for the file of its volume.
    fn answer(&self) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.write_all(b"GET /mark HTTP/1.0\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// The old one has its name, is the only one, and serves what is in its volume.
    #[track_caller]
    fn serves_again(&self, what: &str) {
        let state = self.case.inspect(&self.name);
        let found = (state["Id"].as_str(), &state["State"]["Running"]);
        assert_eq!(found, (Some(&*self.old), &json!(true)), "{what}");
        assert_eq!(self.case.containers(), [&*self.old], "{what}");
        let serves = || self.answer().filter(|text| text.ends_with("\r\n\r\nhere\n"));
        wait_for(&format!("the old one to serve after {what}"), serves);
    }
}

/// What goes wrong on the way.
enum Blow {
    /// The update itself is bad.
    Itself,
    /// This is what the engine does with a request.
    Engine(Rule),
    /// Somebody takes the port that the new one asks for, once the checks are done.
    PortTaken,
    /// SIGTERM while the new one is waited for.
    Ended,
    /// SIGKILL when this is asked, or while the new one is waited for.
    Killed(Option<Rule>),
}

/// A bad update: what it is, its options, its command, what goes wrong, and how it ends.
type Bad = (&'static str, &'static [&'static str], &'static [&'static str], Blow, (i32, &'static str));

const NEVER: &[&str] = &["--wait=1s", "--ready", "log:never"];
/// The engine's answer where its disk is full.
const FULL: &str = "{\"message\":\"mkdir /var/lib/docker/overlay2/l: no space left on device\"}";

fn bad_updates() -> Vec<Bad> {
    use Blow::{Ended, Engine, Itself, Killed, PortTaken};
    let killed = |step, fault| Killed(Some(rule("POST", step, fault)));
    let engine = |fault| Engine(rule("POST", "/create", fault));
    vec![
        ("a missing image", &["--image", "dynrun-test/nosuch:1"], &[], Itself, (125, "image-missing")),
        ("a command that is not there", &[], &["nosuch"], Itself, (127, "command-not-found")),
        ("a crash at the start", &[], &["sh", "-c", "exit 3"], Itself, (125, "ended-early")),
        ("one that is never ready", NEVER, &[], Itself, (125, "not-ready")),
        (
            "one that is never healthy",
            &[
                "--wait=20s",
                "--ready",
                "health",
                "--health-cmd",
                "false",
                "--health-interval",
                "100ms",
                "--health-retries",
                "1",
            ],
            &[],
            Itself,
            (125, "not-ready"),
        ),
        ("a device that is not there", &["--device", "/dev/nosuch"], &[], Itself, (125, "engine-error")),
        ("a network that is not there", &["--network", "nosuch"], &[], Itself, (125, "network-missing")),
        (
            "a port that is taken meanwhile",
            &["-p", "127.0.0.1:21939:80"],
            &[],
            PortTaken,
            (125, "port-taken"),
        ),
        (
            "an answer that is lost",
            &[],
            &["sh", "-c", SERVER],
            engine(Fault::Unanswered),
            (125, "engine-lost"),
        ),
        (
            "a disk that is full",
            &[],
            &["sh", "-c", SERVER],
            engine(Fault::Answer(500, FULL)),
            (125, "engine-error"),
        ),
        ("a SIGTERM", &["--wait=20s", "--ready", "log:never"], &[], Ended, (143, "interrupted")),
        ("a SIGKILL at the rename", NEVER, &[], killed("/rename", Fault::Withheld), (-9, "")),
        ("a SIGKILL at the stop", NEVER, &[], killed("/stop", Fault::Withheld), (-9, "")),
        ("a SIGKILL at the create", NEVER, &[], killed("/create", Fault::Silent), (-9, "")),
        ("a SIGKILL at the start", NEVER, &[], killed("/start", Fault::Silent), (-9, "")),
        ("a SIGKILL during the wait", NEVER, &[], Killed(None), (-9, "")),
    ]
}

/// Has it happen, and the old one serves again: at once, or where dynrun was killed by `dynrun gc`.
#[track_caller]
fn happens(served: &Served, (what, options, command, blow, (code, word)): &Bad) {
    let (case, is_changed) = (&served.case, &["-e", "CHANGED=1"][..]);
    let options = [options, is_changed].concat();
    let through = |rules: Vec<Rule>| {
        let proxy = Proxy::new(case, rules);
        let words = [&options[..], &["--host", &proxy.address]].concat();
        let running = case.dynrun(&served.update(&words, command)).start();
        (proxy, running)
    };
    let waits = "waiting until it is ready";
    let done = match blow {
        Blow::Itself => served.updated(&options, command),
        Blow::Engine(rule) => through(vec![rule.clone()]).1.end(),
        Blow::PortTaken => {
            let (proxy, running) = through(vec![rule("POST", "/stop", Fault::Slow(300))]);
            proxy.met(1);
            let _holder = TcpListener::bind("127.0.0.1:21939").expect("a free port");
            running.end()
        }
        Blow::Ended => {
            let running = case.dynrun(&served.update(&options, command)).start();
            wait_for("the wait", || running.has_complained(waits).then_some(()));
            running.signal(Signal::SIGTERM);
            running.end()
        }
        Blow::Killed(rule) => {
            let (proxy, running) = through(rule.iter().cloned().collect());
            match rule {
                Some(_) => proxy.met(1),
                None => wait_for("the wait", || running.has_complained(waits).then_some(())),
            }
            running.signal(Signal::SIGKILL);
            let done = running.end();
            wait_for(&format!("gc to bring the old one back after {what}"), || {
                let gc = case.dynrun(&["gc"]).run();
                assert_eq!(gc.code, 0, "{what}: {}", gc.stderr);
                (case.containers() == [&*served.old]).then_some(())
            });
            done
        }
    };
    let told = word.is_empty() || done.stderr.contains(&format!("[{word}]"));
    assert!(done.code == *code && told, "{what}: {}: {}", done.code, done.stderr);
    served.serves_again(what);
}

#[test]
fn the_old_one_serves_again_after_every_bad_update() {
    let served = Served::new(21930, &[]);
    bad_updates().iter().for_each(|bad| happens(&served, bad));
    // What an update takes is what is advised after one.
    let done = served.updated(&[NEVER, &["-e", "CHANGED=1"]].concat(), &[]);
    let look = "to look at both, update it with --wait=false, which gives the old one up, then dynrun logs ";
    assert!(done.stderr.contains(look) && !done.stderr.contains("--name"), "{}", done.stderr);
}

#[test]
#[ignore = "minutes"]
fn the_old_one_serves_again_after_every_bad_update_five_times() {
    let served = Served::new(21931, &[]);
    for _ in 0..5 {
        bad_updates().iter().for_each(|bad| happens(&served, bad));
    }
}

/// A container without what is of one launch alone.
fn lasting(container: &Value) -> Value {
    let mut config = container["Config"].clone();
    config.as_object_mut().expect("an object").remove("Hostname");
    let labels = config["Labels"].as_object_mut().expect("labels");
    labels.retain(|name, _| !name.starts_with("dev.dynrun.") || name == "dev.dynrun.profile");
    config["Volumes"] = Value::Null;
    let mut host = container["HostConfig"].clone();
    host["Binds"] = Value::Null;
    host["Mounts"] = Value::Null;
    let mounts = container["Mounts"].as_array().expect("mounts").iter();
    let mut mounts: Vec<String> =
        mounts.map(|one| format!("{} {} {}", one["Name"], one["Destination"], one["RW"])).collect();
    mounts.sort();
    json!({ "config": config, "host": host, "mounts": mounts, "name": container["Name"] })
}

/// Options of every kind.
const MANY: &[&str] = &[
    "-e",
    "A=b c",
    "-e",
    "API_TOKEN=hunter2",
    "--memory",
    "64m",
    "--cpus",
    "0.5",
    "--cap-add",
    "SYS_PTRACE",
    "--ulimit",
    "nofile=1024:2048",
    "--restart",
    "on-failure:3",
    "--add-host",
    "db:10.0.0.7",
    "--tmpfs",
    "/run:size=1m",
    "--mount",
    "type=volume,target=/more",
    "--label",
    "com.docker.compose.project=x",
    "--hostname",
    "own",
    "--log-driver",
    "json-file",
    "--log-opt",
    "max-size=1m",
    "--read-only",
    "--workdir",
    "/",
    "--stop-timeout",
    "3",
    "--init",
    "--security-opt",
    "no-new-privileges",
];

/// All of it, secrets and anonymous volumes included; but for what the caller says.
#[test]
fn the_new_one_is_as_the_old_one_was() {
    let served = Served::new(21932, MANY);
    let (case, name) = (&served.case, &served.name);
    let before = lasting(&case.inspect(name));
    let done = served.updated(&["-e", "A=d", "-e", "B=2"], &[]);
    let new = done.text().trim_end().to_owned();
    done.expect(
        0,
        &format!("{new}\n"),
        &format!(
            "note: waiting until it is ready, 20s at most: log:up\nnote[replaced]: the container {name} was replaced\n\
             note: published: 127.0.0.1:21932->80/tcp\n"
        ),
    );
    assert_eq!(case.containers(), [&*new]);
    let mut after = lasting(&case.inspect(name));
    let mut env = after["config"]["Env"].as_array().cloned().expect("an environment");
    env.sort_by_key(ToString::to_string);
    assert_eq!(Value::from(env), json!(["A=d", "API_TOKEN=hunter2", "B=2", "PATH=/bin"]));
    after["config"]["Env"] = before["config"]["Env"].clone();
    assert_eq!(after, before);
    // And once more, from what the first update has made.
    let done = served.updated(&["--memory", "32m", "--reset", "cap-add"], &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let host = &case.inspect(name)["HostConfig"];
    assert_eq!((&host["Memory"], &host["CapAdd"]), (&json!(32 << 20), &Value::Null));
    assert!(!done.stderr.contains("hunter2"), "{}", done.stderr);
}

/// What the engine says by itself of control groups is not said again, whichever that is; what somebody said is.
#[test]
fn the_engines_own_control_groups_stay_its_own() {
    let served = Served::new(21967, &[]);
    let own = served.case.inspect(&served.name)["HostConfig"]["CgroupnsMode"].clone();
    let other = if own == "host" { "private" } else { "host" };
    let options = |name: &str| {
        let label = served.case.inspect(name)["Config"]["Labels"]["dev.dynrun.options"].clone();
        serde_json::from_str::<Value>(label.as_str().unwrap_or_default()).unwrap_or_default()
    };
    let done = served.updated(&["-e", "A=1"], &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(served.case.inspect(&served.name)["HostConfig"]["CgroupnsMode"], own);
    assert_eq!(options(&served.name)["cgroupns"], Value::Null);
    let done = served.updated(&["--cgroupns", other], &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let done = served.updated(&["-e", "A=2"], &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(options(&served.name)["cgroupns"], json!([other]));
}

#[test]
fn one_that_has_nothing_newer_is_left_alone() {
    let served = Served::new(21933, &[]);
    let (name, old) = (&served.name, &served.old);
    served.updated(&["--wait=5s"], &[]).expect(
        0,
        &format!("{old}\n"),
        &format!(
            "note[up-to-date]: the container {name} is up to date: {BUSYBOX} has not changed\n\
             note: published: 127.0.0.1:21933->80/tcp\n"
        ),
    );
    served.serves_again("an update without a change");
    // One that has ended is no container that is as it is to be.
    served.case.docker(&["kill", name]);
    let done = served.updated(&[], &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(served.case.inspect(name)["Id"] != **old);
    assert!(served.answer().is_some());
}

#[test]
fn what_would_be_done_is_told() {
    let served = Served::new(21934, &["-e", "API_TOKEN=hunter2"]);
    let (name, old) = (&served.name, &served.old);
    let done = served.updated(&["--dry-run", "-e", "B=2"], &[]);
    let notes = format!(
        "note: 1. {BUSYBOX} has to be there\n\
         note: 2. {name} is stopped: old and new cannot both have TCP 21934 of the host\n\
         note: 3. the new {name} is launched, and waited for 20s at most: log:up\n\
         note: 4. the old one, {}, is removed; whatever fails before that, it is back\n",
        &old[..12]
    );
    assert!(done.code == 0 && done.stderr.starts_with(&notes), "{}", done.stderr);
    let line = done.text();
    assert!(line.starts_with(&format!("docker run --name {name} --detach ")), "{line}");
    assert!(line.contains(" -e API_TOKEN -e B=2 ") && !line.contains("hunter2"), "{line}");
    served.serves_again("a dry run");
}

/// Without a port of the host, a name on a network or a file to write to, nothing is away for a moment.
#[test]
fn where_both_can_be_there_the_old_one_runs_until_the_new_one_is_ready() {
    let case = Case::new();
    let name = case.name("job");
    // With --rm, too: it is not stopped before.
    let options = ["-d", "--name", &name, "--rm", "-p", "80", "--stop-signal", "KILL"];
    let old = case.launch(&options, &["sleep", "600"]).run().text().trim_end().to_owned();
    let update = |more: &[&str], command: &[&str]| {
        case.dynrun(&[&["update", &name, "--pull", "never"], more, &["--"], command].concat())
    };
    let began = case.inspect(&old)["State"]["StartedAt"].clone();
    // A failure leaves it alone, and so does a SIGKILL.
    let done = update(&["--wait=20s"], &["false"]).run();
    done.refused(125, "ended-early");
    let running = update(&["--wait=1s", "--ready", "log:never"], &["sleep", "601"]).start();
    wait_for("the wait", || running.has_complained("waiting until").then_some(()));
    let aside = case.inspect(&old);
    assert!(aside["Name"].as_str().is_some_and(|now| now.contains(".beside.")), "{}", aside["Name"]);
    assert_eq!(aside["State"]["Running"], true);
    running.signal(Signal::SIGKILL);
    running.end();
    wait_for("gc to give it its name back", || {
        assert_eq!(case.dynrun(&["gc"]).run().code, 0);
        (case.containers() == [&*old]).then_some(())
    });
    let state = case.inspect(&name);
    assert_eq!((&state["Id"], &state["State"]["StartedAt"]), (&json!(old), &began));
    let done = update(&["--wait=20s", "--ready", "log:up"], &["sh", "-c", "echo up; exec sleep 602"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let new = done.text().trim_end().to_owned();
    wait_for("the old one to be gone", || (case.containers() == [&*new]).then_some(()));
    assert_eq!(case.inspect(&name)["Id"], new);
}

/// A dynrun that is gone has nobody told that the new one is ready: `dynrun gc` and the next update ask it.
#[test]
fn a_new_one_that_is_ready_after_a_kill_has_taken_over() {
    for is_gc in [true, false] {
        let served = Served::new(21935, &[]);
        let Served { case, name, old, .. } = &served;
        let line = "until [ -e /data/go ]; do sleep 0.05; done; echo ready; exec httpd -f -p 80 -h /data";
        let words = ["--wait=20s", "--ready", "log:^ready$", "--reset", "ready"];
        let running = case.dynrun(&served.update(&words, &["sh", "-c", line])).start();
        wait_for("the wait", || running.has_complained("waiting until").then_some(()));
        running.signal(Signal::SIGKILL);
        running.end();
        // Not yet: the time of its wait goes on.
        assert_eq!(case.dynrun(&["gc"]).run().code, 0);
        assert_eq!(case.containers().len(), 2);
        case.docker(&["exec", name, "touch", "/data/go"]);
        wait_for("it to serve", || served.answer());
        if is_gc {
            let done = case.dynrun(&["gc"]).run();
            let told = format!("the new {name} has taken its place");
            assert!(done.code == 0 && done.text().contains(&told), "{}{}", done.text(), done.stderr);
        } else {
            let done = served.updated(&[], &[]);
            assert_eq!(done.code, 0, "{}", done.stderr);
            assert!(done.stderr.starts_with("note[up-to-date]: "), "{}", done.stderr);
        }
        let state = case.inspect(name);
        assert!(state["Id"] != **old && case.containers().len() == 1, "{state}");
    }
}

#[test]
fn what_cannot_be_updated_is_told() {
    let case = Case::new();
    let (theirs, going, label) = (case.name("theirs"), case.name("going"), case.label());
    case.docker(&["run", "-d", "--name", &theirs, "--label", &label, BUSYBOX, "sleep", "60"]);
    case.dynrun(&["update", &theirs]).run().expect(
        125,
        "",
        &format!(
            "error[not-updated]: dynrun did not launch the container {theirs}, and cannot repeat it\n  \
             help: to launch it with dynrun: dynrun import --container {theirs}\n"
        ),
    );
    let options = ["-d", "--name", &going, "--rm", "-p", "127.0.0.1:21936:80"];
    assert_eq!(case.launch(&options, &["sleep", "60"]).run().code, 0);
    let done = case.dynrun(&["update", &going, "--pull", "never", "-e", "A=1"]).run();
    let stderr = done.refused(125, "if-exists");
    let both = "  note: it cannot run on beside the new one: they cannot both have TCP 21936 of the host\n";
    assert!(
        stderr.contains("a container of --rm is gone once it is stopped") && stderr.contains(both),
        "{stderr}"
    );
    case.dynrun(&["update", &case.name("nobody")]).run().refused(125, "no-container");
}

/// The container's own command, which its service's file gave it, is not lost with another image.
#[test]
fn another_image_keeps_the_command() {
    let case = Case::new();
    let (name, label) = (case.name("web"), case.label());
    let other = format!("dynrun-test/{}:2", case.word);
    case.docker(&["tag", BUSYBOX, &other]);
    case.file(
        "dynrun.toml",
        &format!(
            "[service.web]\nimage = \"{BUSYBOX}\"\ncommand = [\"sh\", \"-c\", \"echo up; exec sleep 1000\"]\n\
             ready = [\"log:up\"]\nlabel = [\"{label}\"]\nname = \"{name}\"\npull = \"never\"\ninit = true\n"
        ),
    );
    let done = case.dynrun(&["run", "web", "--profile", "bare", "-d", "--wait"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let done = case.dynrun(&["update", &name, "--image", &other]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let state = case.inspect(&name);
    let has = (&state["Config"]["Image"], &state["Config"]["Cmd"]);
    assert_eq!(has, (&json!(other), &json!(["sh", "-c", "echo up; exec sleep 1000"])));
    case.docker(&["rm", "-f", &name]);
    case.docker(&["rmi", &other]);
}

/// The service is known again by its label: what makes its image, what it listens on, and what its rules are.
#[test]
fn a_gateway_stays_a_gateway() {
    let case = Case::new();
    let (name, label) = (case.name("gw"), case.label());
    let words =
        ["run", "gateway", "-d", "--rm=false", "--name", &name, "--label", &label, "-p", "21937:9999/udp"];
    assert_eq!(case.dynrun(&words).run().code, 0);
    let old = case.container();
    let threshold = "VLLM_STATE_GATEWAY_STALE_THRESHOLD";
    let done = case.dynrun(&["update", &name, "-e", &format!("{threshold}=3000")]).run();
    let stderr = format!(
        "note: waiting until it is ready, 30s at most: udp:9999\nnote[replaced]: the container {name} was replaced\n\
         note: published: 0.0.0.0:21937->9999/udp, [::]:21937->9999/udp\n"
    );
    done.expect(0, &format!("{}\n", case.container()), &stderr);
    let state = case.inspect(&name);
    assert!(state["Id"] != *old && state["Config"]["Labels"]["dev.dynrun.service"] == "gateway");
    let env: Vec<&str> =
        state["Config"]["Env"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(env.contains(&&*format!("{threshold}=3000")), "{env:?}");
    // Its rules hold.
    let done = case.dynrun(&["update", &name, "-e", &format!("{threshold}=soon")]).run();
    assert_eq!((done.code, case.containers().len()), (125, 1), "{}", done.stderr);
    case.dynrun(&["update", &name, "--", "true"]).run().refused(125, "no-command");
}

/// What an engine sends from one port all the time arrives again within two seconds, by the gateways' own count. E34.
#[test]
fn a_sender_that_keeps_its_port_loses_little() {
    let case = Case::new();
    let (name, label) = (case.name("gw"), case.label());
    let words =
        ["run", "gateway", "-d", "--rm=false", "--name", &name, "--label", &label, "-p", "21940:9999/udp"];
    assert_eq!(case.dynrun(&[&words[..], &["--wait=20s"]].concat()).run().code, 0);
    let host =
        case.docker(&["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]);
    let sender = Sender::new(&host, 21940);
    let reported = |name: &str| {
        case.docker(&["kill", "--signal", "USR1", name]);
        Taken::read(&case.docker(&["logs", name]))
    };
    wait_for("states to arrive", || reported(&name));
    let old = case.call("docker", &["logs", "--follow", &name]).start();
    let done = case.dynrun(&["update", &name, "-e", "VLLM_STATE_GATEWAY_STALE_THRESHOLD=3000"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(!done.stderr.contains("sender-lost"), "{}", done.stderr);
    let new = wait_for("states to arrive again", || reported(&name));
    let gap = sender.gap(Taken::read(&old.end().text()).expect("a report at the end"), new);
    assert!(gap <= Duration::from_secs(2), "{gap:?}");
}

/// For real, on a disk of an engine's own: at each step at which the last of it may be gone.
#[test]
fn the_old_one_serves_again_after_an_update_on_a_full_disk() {
    const FILLS: &str = "dd if=/dev/zero of=/more bs=64k count=64 && echo up && exec sleep 600";
    let engine = OwnEngine::on_disk("24m");
    let (case, name) = (&engine.case, engine.case.name("web"));
    let options = ["-d", "--name", &name, "-v", "/data", "--stop-signal", "KILL", "-p", "127.0.0.1:21942:80"];
    let options = [&options[..], &["--wait=20s", "--ready", "log:up"]].concat();
    let done = case.launch(&options, &["sh", "-c", SERVER]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let old = case.container();
    for (kib, code) in [(0, "engine-error"), (32, "engine-error"), (1024, "ended-early")] {
        let fill = format!(
            "cd /data; dd if=/dev/zero of=spare bs=1k count={kib}; dd if=/dev/zero of=fill bs=4k; rm -f spare"
        );
        case.docker(&["exec", &name, "sh", "-c", &fill]);
        let words = ["update", &name, "--pull", "never", "-e", "CHANGED=1", "--", "sh", "-c", FILLS];
        let done = case.dynrun(&words).run();
        let stderr = done.refused(125, code);
        assert!(stderr.to_lowercase().contains("no space left on device"), "{kib} KiB: {stderr}");
        let state = case.inspect(&name);
        let found = (state["Id"].as_str(), &state["State"]["Running"]);
        assert_eq!(found, (Some(&*old), &json!(true)), "{kib} KiB: {stderr}");
        assert_eq!(case.containers(), [&*old], "{kib} KiB");
        let ask = ["exec", &name, "wget", "-q", "-O", "-", "http://127.0.0.1/mark"];
        wait_for("the old one to serve", || {
            Some(case.call("docker", &ask).run().text()).filter(|text| text == "here\n")
        });
        case.docker(&["exec", &name, "rm", "/data/fill"]);
    }
    let done =
        case.dynrun(&["update", &name, "--pull", "never", "-e", "CHANGED=1", "--", "sh", "-c", SERVER]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
}

/// Without docker's proxy the kernel leads a flow on that began in between, past the new container: that is told, with the
/// line that mends it.
#[test]
fn a_sender_that_is_led_past_the_new_one_is_told() {
    let engine = OwnEngine::new(r#"{"userland-proxy": false}"#);
    let case = &engine.case;
    let net = format!("--net={}", engine.network());
    let inside = |words: &[&str]| case.call("nsenter", &[&[net.as_str()], words].concat());
    let name = case.name("gw");
    let words = ["run", "gateway", "-d", "--rm=false", "--name", &name, "-p", "21941:9999/udp", "--wait=20s"];
    let done = inside(&[&[DYNRUN], &words[..]].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let line = "exec 3<>/dev/udp/172.29.0.1/21941; while :; do echo x >&3; sleep 0.01; done 2>/dev/null";
    let sending = inside(&["bash", "-c", line]).start();
    let done = inside(&[DYNRUN, "update", &name, "--memory", "64m"]).run();
    sending.signal(Signal::SIGKILL);
    sending.end();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let told = "warning[sender-lost]: what 172.29.0.1:";
    let help = "  help: have it forgotten, as root: conntrack -D -p udp --dport 21941\n";
    assert!(done.stderr.contains(told) && done.stderr.contains(help), "{}", done.stderr);
}
