//! What a killed dynrun leaves: the next launch and `dynrun gc` remove what is provably nobody's, and nothing else.
//! E4, F5, F46, F60, F61, S20.

use super::case::{BUSYBOX, Case, wait_for};
use super::proxy::{Fault, Proxy, rule};
use crate::pty::Pty;
use nix::sys::signal::Signal;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A launch that was killed while its container ran: the container's id.
#[track_caller]
fn orphan(case: &Case, options: &[&str], command: &[&str]) -> String {
    let running = case.launch(options, command).start();
    running.says("up");
    let id = case.containers().into_iter().next().expect("a container");
    running.signal(Signal::SIGKILL);
    assert_eq!(running.end().code, -9);
    id
}

/// What `dynrun gc` says of this test's things: by id or name, its fate and the reason.
#[track_caller]
fn collected(case: &Case, options: &[&str]) -> Vec<(String, String, String)> {
    let done = case.dynrun(&[&["gc", "--format", "json"], options].concat()).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let rows: Vec<Value> = serde_json::from_slice(&done.stdout).expect("JSON");
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    rows.iter().map(|row| (text(row, "id"), text(row, "fate"), text(row, "because"))).collect()
}

#[track_caller]
fn fate<'a>(rows: &'a [(String, String, String)], id: &str) -> (&'a str, &'a str) {
    let row = rows.iter().find(|row| row.0 == id).expect("a row");
    (&row.1, &row.2)
}

/// Who launched it, as its label says.
fn owner(case: &Case, id: &str) -> u64 {
    let label =
        case.inspect(id)["Config"]["Labels"]["dev.dynrun.owner"].as_str().expect("a label").to_owned();
    serde_json::from_str::<Value>(&label).expect("JSON")["pid"].as_u64().expect("a number")
}

#[test]
fn a_container_whose_owner_was_killed_goes_with_gc() {
    let case = Case::new();
    let id = orphan(&case, &["--rm"], &["sh", "-c", "echo up; sleep 300"]);
    let pid = owner(&case, &id);
    let because = format!("it runs for its owner, process {pid}, which is gone");
    assert_eq!(fate(&collected(&case, &["--dry-run"]), &id), ("would be removed", because.as_str()));
    assert_eq!(case.containers(), [id.as_str()], "a dry run removes nothing");
    assert_eq!(fate(&collected(&case, &[]), &id), ("removed", because.as_str()));
    case.leaves_nothing();
}

#[test]
fn the_table_is_for_people() {
    let case = Case::new();
    let name = case.name("orphan");
    let id = orphan(&case, &["--rm", "--name", &name], &["sh", "-c", "echo up; sleep 300"]);
    let pid = owner(&case, &id);
    let done = case.dynrun(&["gc"]).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let text = done.text();
    let line = text.lines().find(|line| line.contains(&name)).expect("a line");
    let words: Vec<&str> = line.split_whitespace().collect();
    let told = format!(
        "container {name} {} running removed it runs for its owner, process {pid}, which is gone",
        &id[..12]
    );
    assert_eq!(words.join(" "), told);
    case.leaves_nothing();
}

/// What has ended goes with the next launch, which is not held up by it and says nothing of it.
#[test]
fn the_next_launch_removes_what_has_ended() {
    let case = Case::new();
    let id = orphan(&case, &["--rm"], &["sh", "-c", "echo up; sleep 300"]);
    let next = || case.launch(&["--rm"], &["sh", "-c", "sleep 0.5; echo hi"]).run().expect(0, "hi\n", "");
    next();
    assert_eq!(case.containers(), [id.as_str()], "it runs still: gc's business");
    case.docker(&["kill", &id]);
    next();
    case.leaves_nothing();
}

/// Killed between create and start: the container, the network and the volume that the launch made.
#[test]
fn a_launch_that_was_killed_before_the_start_leaves_nothing_behind_gc() {
    for step in ["/attach", "/wait", "/start"] {
        let case = Case::new();
        let (network, volume) = (case.name("net"), case.name("vol"));
        let mount = format!("type=volume,source={volume},target=/data,volume-label=a=b");
        let proxy = Proxy::new(&case, vec![rule("POST", step, Fault::Silent)]);
        let options =
            ["--rm", "--host", &proxy.address, "--network", &network, "--create-network", "--mount", &mount];
        let running = case.launch(&options, &["true"]).start();
        proxy.met(1);
        running.signal(Signal::SIGKILL);
        assert_eq!(running.end().code, -9);
        let rows = collected(&case, &[]);
        let fates: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
        assert!(fates.iter().filter(|fate| **fate == "removed").count() >= 3, "{rows:#?}");
        case.leaves_nothing();
    }
}

#[test]
fn data_is_never_removed() {
    let case = Case::new();
    let volume = case.name("vol");
    let mount = format!("{volume}:/data");
    case.launch(&["--rm", "-v", &mount], &["sh", "-c", "echo x > /data/x"]).run().expect(0, "", "");
    assert_eq!(fate(&collected(&case, &[]), &volume), ("kept", "it may hold data"));
    case.docker(&["volume", "inspect", &volume]);
}

#[test]
fn a_living_owners_container_is_kept() {
    let case = Case::new();
    let running = case.launch(&["--rm"], &["sh", "-c", "echo up; read x"]).start();
    running.says("up");
    let (id, pid) = (case.container(), running.pid());
    let because = format!("its owner, process {pid}, runs");
    assert_eq!(fate(&collected(&case, &[]), &id), ("kept", because.as_str()));
    running.signal(Signal::SIGTERM);
    running.end();
    case.leaves_nothing();
}

#[test]
fn what_was_launched_to_stay_stays() {
    let case = Case::new();
    let id = case.launch(&["-d"], &["sleep", "300"]).run().text().trim().to_owned();
    assert_eq!(fate(&collected(&case, &[]), &id), ("kept", "it was launched to stay"));
    case.launch(&["--rm=false"], &["true"]).run().expect(0, "", "");
    collected(&case, &[]);
    assert_eq!(case.containers().len(), 2, "a container that was to be kept is kept");
}

/// Its owner may have typed the keys.
#[test]
fn a_container_that_could_be_detached_from_is_kept_while_it_runs() {
    let case = Case::new();
    let command = case.launch(&["--rm", "-it"], &["sh", "-c", "echo up; sleep 300"]).into_command();
    let pty = Pty::run(&command, 24, 80);
    pty.takes("up");
    let id = case.container();
    let pid = owner(&case, &id);
    pty.types("\x10\x11");
    assert_eq!(pty.ends().code, 0);
    let because = format!("its owner, process {pid}, is gone, and may have detached from it");
    assert_eq!(fate(&collected(&case, &[]), &id), ("kept", because.as_str()));
}

/// S20: by hand, and by an image that was committed from one.
#[test]
fn labels_that_were_copied_prove_nothing() {
    let case = Case::new();
    let id = orphan(&case, &["--rm"], &["sh", "-c", "echo up; sleep 300"]);
    let labels = case.inspect(&id)["Config"]["Labels"].as_object().expect("labels").clone();
    std::thread::sleep(Duration::from_millis(2100)); // made within two seconds, a copy is told apart by its fellow alone
    let mut words = vec!["create".to_owned()];
    for (name, value) in &labels {
        words.extend(["--label".to_owned(), format!("{name}={}", value.as_str().expect("a text"))]);
    }
    words.extend([BUSYBOX.to_owned(), "true".to_owned()]);
    let stranger = case.docker(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = collected(&case, &[]);
    let twice = ("kept", "another container carries the labels of the same launch");
    assert_eq!((fate(&rows, &id), fate(&rows, &stranger)), (twice, twice));
    let image = format!("{}:1", case.name("image"));
    case.docker(&["commit", &id, &image]);
    case.docker(&["rm", "-f", &id, &stranger]);
    let child = case.docker(&["create", "--label", &case.label(), &image, "true"]);
    let kept = collected(&case, &[]);
    assert_eq!(fate(&kept, &child), ("kept", "its labels come from its image"));
    case.docker(&["rm", &child]);
    case.docker(&["rmi", &image]);
}

/// The labels of a launch that is all gone, on a container of another name.
#[test]
fn copied_labels_of_a_named_container_prove_nothing() {
    let case = Case::new();
    let name = case.name("box");
    let id = orphan(&case, &["--rm", "--name", &name], &["sh", "-c", "echo up; sleep 300"]);
    let labels = case.inspect(&id)["Config"]["Labels"].as_object().expect("labels").clone();
    assert_eq!(labels["dev.dynrun.name"], name);
    case.docker(&["rm", "-f", &id]);
    let labels = labels.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
    let words: Vec<String> = labels.flat_map(|label| ["--label".to_owned(), label]).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let copy = case.docker(&[&["create"], &words[..], &[BUSYBOX, "true"]].concat());
    let kept = ("kept", "its labels name another container: they may be copied");
    assert_eq!(fate(&collected(&case, &[]), &copy), kept);
    case.docker(&["rm", &copy]);
}

/// A volume or a network of somebody else's, with the labels of one that a killed launch left.
#[test]
fn copied_labels_of_volumes_and_networks_prove_nothing() {
    let case = Case::new();
    let (volume, network) = (case.name("vol"), case.name("net"));
    let options = ["--rm", "-v", &format!("{volume}:/data"), "--network", &network, "--create-network"];
    orphan(&case, &options, &["sh", "-c", "echo up; sleep 300"]);
    let kept = ("kept", "its labels do not name it: they may be copied");
    let mut copies = Vec::new();
    for (what, original) in [("volume", &volume), ("network", &network)] {
        let text = case.docker(&[what, "inspect", "--format", "{{json .Labels}}", original]);
        let labels: Value = serde_json::from_str(&text).expect("JSON");
        let labels = labels.as_object().expect("labels").iter();
        let labels = labels.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
        let words: Vec<String> = labels.flat_map(|label| ["--label".to_owned(), label]).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let copy = case.name(&format!("{what}-copy"));
        let id = case.docker(&[&[what, "create"], &words[..], &[&copy]].concat());
        copies.push(id);
    }
    let rows = collected(&case, &[]);
    for copy in &copies {
        assert_eq!(fate(&rows, copy), kept);
    }
    assert_eq!(fate(&rows, &volume).0, "removed");
    case.clean_up();
}

/// F61: and neither is in the other's way.
#[test]
fn two_at_once_and_a_hundred_orphans() {
    const ORPHANS: usize = 100;
    let case = Case::new();
    let one = orphan(&case, &["--rm"], &["sh", "-c", "echo up; sleep 300"]);
    let labels = case.inspect(&one)["Config"]["Labels"].as_object().expect("labels").clone();
    let me: Value =
        serde_json::from_str(labels["dev.dynrun.owner"].as_str().expect("a label")).expect("JSON");
    for number in 1..ORPHANS {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs();
        let mut owner = me.clone();
        owner["at"] = now.into();
        let (run, owner) = (format!("dev.dynrun.run={number}"), format!("dev.dynrun.owner={owner}"));
        let marks = [
            "--label",
            &case.label(),
            "--label",
            &run,
            "--label",
            &owner,
            "--label",
            "dev.dynrun.lifetime=attended",
        ];
        case.docker(&[&["create"], &marks[..], &[BUSYBOX, "true"]].concat());
    }
    assert_eq!(case.containers().len(), ORPHANS);
    let began = Instant::now();
    let (first, second) = (case.dynrun(&["gc"]).start(), case.dynrun(&["gc"]).start());
    let (first, second) = (first.end(), second.end());
    assert_eq!((first.code, second.code), (0, 0), "{}{}", first.stderr, second.stderr);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    wait_for("the end of them", || case.containers().is_empty().then_some(()));
    case.leaves_nothing();
}
