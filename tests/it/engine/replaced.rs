//! A `--if-exists replace` that is killed on its way: `dynrun gc` and the next launch bring the old container back, or see
//! that the new one has taken its place, and else name the lines; and a file for the id goes with its container. F5, F60.

use super::case::{Case, Done, wait_for};
use super::proxy::{Fault, Proxy, Rule, rule};
use nix::sys::signal::Signal;
use serde_json::Value;

/// A container that ends at once when it is stopped.
const QUICK: [&str; 2] = ["--stop-signal", "KILL"];

/// A launch in the background under a name.
#[track_caller]
fn named(case: &Case, name: &str, options: &[&str], command: &[&str]) -> Done {
    case.launch(&[&["-d", "--name", name], &QUICK[..], options].concat(), command).run()
}

/// The id of one that was launched.
#[track_caller]
fn launched(case: &Case, name: &str, options: &[&str], command: &[&str]) -> String {
    let done = named(case, name, options, command);
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.text().trim_end().to_owned()
}

/// A replacement that is killed once this request was met: the number of its process.
#[track_caller]
fn killed(case: &Case, name: &str, options: &[&str], rule: Rule) -> u32 {
    let proxy = Proxy::new(case, vec![rule]);
    let base = ["-d", "--name", name, "--if-exists", "replace", "--host", &proxy.address];
    let options = [&base[..], &QUICK, options].concat();
    let running = case.launch(&options, &["sleep", "601"]).start();
    proxy.met(1);
    let pid = running.child.id();
    running.signal(Signal::SIGKILL);
    assert_eq!(running.end().code, -9);
    pid
}

/// What `dynrun gc` says of the test's things: name, fate, reason.
#[track_caller]
fn collected(case: &Case, options: &[&str]) -> Vec<(String, String, String)> {
    let done = case.dynrun(&[&["gc", "--format", "json"], options].concat()).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let rows: Vec<Value> = serde_json::from_slice(&done.stdout).expect("JSON");
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let told = rows.iter().map(|row| (text(row, "name"), text(row, "fate"), text(row, "because")));
    told.filter(|(name, ..)| name.starts_with(&case.word)).collect()
}

/// What it says of the container that made way.
#[track_caller]
fn told<'a>(rows: &'a [(String, String, String)], name: &str) -> (&'a str, &'a str) {
    let mark = format!("{name}-replaced-");
    let row = rows.iter().find(|row| row.0.starts_with(&mark)).unwrap_or_else(|| panic!("no row: {rows:#?}"));
    (&row.1, &row.2)
}

/// The old one has its name, runs, and is the only one.
#[track_caller]
fn is_back(case: &Case, name: &str, old: &str) {
    let state = case.inspect(name);
    assert_eq!((&state["Id"], &state["State"]["Running"]), (&old.into(), &true.into()));
    assert_eq!(case.containers(), [old]);
}

/// At each step before the new one runs: while the old one is stopped, before the create, before the start.
#[test]
fn gc_brings_back_what_made_way_for_one_that_never_came_up() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    for (step, fault, why) in [
        ("/rename", Fault::Withheld, "nobody has its name"),
        ("/stop", Fault::Withheld, "nobody has its name"),
        ("/create", Fault::Silent, "nobody has its name"),
        ("/start", Fault::Silent, &*format!("the new {name} was never started")),
    ] {
        let pid = killed(&case, &name, &[], rule("POST", step, fault));
        let because = format!("process {pid}, which was to replace it, is gone, and {why}");
        let would = collected(&case, &["--dry-run"]);
        assert_eq!(told(&would, &name), ("would be brought back", &*because), "{step}");
        let did = collected(&case, &[]);
        // What was there of the new one is gone by then.
        let because = format!("process {pid}, which was to replace it, is gone, and nobody has its name");
        assert_eq!(told(&did, &name), ("brought back", &*because), "{step}");
        is_back(&case, &name, &old);
    }
}

#[test]
fn one_that_had_ended_comes_back_as_it_was() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sh", "-c", "exit 3"]);
    wait_for("its end", || (case.inspect(&old)["State"]["Status"] == "exited").then_some(()));
    killed(&case, &name, &[], rule("POST", "/create", Fault::Silent));
    assert_eq!(told(&collected(&case, &[]), &name).0, "brought back");
    let state = case.inspect(&name);
    let (id, status, code) = (&state["Id"], &state["State"]["Status"], &state["State"]["ExitCode"]);
    assert_eq!((id, status, code), (&old.into(), &"exited".into(), &3.into()));
}

#[test]
fn one_whose_new_one_is_up_is_removed() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    killed(&case, &name, &[], rule("DELETE", "/containers/ID", Fault::Silent));
    let rows = collected(&case, &[]);
    let because = format!("the new {name} has taken its place");
    assert_eq!(told(&rows, &name), ("removed", &*because));
    let state = case.inspect(&name);
    assert!(state["Id"] != *old && state["State"]["Running"] == true, "{state}");
    assert_eq!(case.containers().len(), 1);
}

/// The engine was at the start of the new one when its launch was killed: gc sees one that was never started, and it is up
/// before gc removes it. It stays, and the old one goes, and never both.
#[test]
fn one_that_comes_up_while_gc_looks_has_taken_its_place() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    killed(&case, &name, &[], rule("POST", "/start", Fault::Silent));
    let proxy = Proxy::new(&case, vec![rule("DELETE", "/containers/ID", Fault::Slow(2000))]);
    let gc = case.dynrun(&["gc", "--format", "json", "--host", &proxy.address]).start();
    proxy.met(1);
    case.docker(&["start", &name]);
    let done = gc.end();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let state = case.inspect(&name);
    assert!(state["Id"] != *old && state["State"]["Running"] == true, "{state}");
    assert_eq!(case.containers().len(), 1);
}

/// Nobody knows whether the new one is ready: the lines are named, and do what they say. The next launch that waits knows.
#[test]
fn what_cannot_be_proven_is_left_with_the_lines() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    let wait = ["--wait=60s", "--ready", "log:never"];
    let pid = killed_waiting(&case, &name, &wait);
    let rows = collected(&case, &[]);
    let (fate, because) = told(&rows, &name);
    let head = format!(
        "process {pid}, which was to replace it, is gone, and nobody knows whether the new {name} is ready; to bring it back: "
    );
    let lines = because.strip_prefix(&*head).unwrap_or_else(|| panic!("{because}"));
    assert_eq!((fate, case.containers().len()), ("kept", 2));
    let (back, _) = lines.split_once("; to do without it: docker rm -fv ").expect("both lines");
    assert_eq!(case.call("sh", &["-c", back]).run().code, 0, "{back}");
    is_back(&case, &name, &old);
    killed_waiting(&case, &name, &wait);
    // Without a wait it is not known, either; and one that is ready supersedes the old one.
    let reuse = [&wait[..], &["--if-exists", "reuse"]].concat();
    let done = named(&case, &name, &[&reuse[..], &["--wait=1s"]].concat(), &["sleep", "601"]);
    assert_eq!((done.code, case.containers().len()), (125, 2), "{}", done.stderr);
    let done = named(&case, &name, &["--if-exists", "replace"], &["sleep", "602"]);
    let id = done.text().trim_end().to_owned();
    done.expect(0, &format!("{id}\n"), &format!("note[replaced]: the container {name} was replaced\n"));
    assert_eq!(case.containers(), [id]);
}

/// A replacement that is killed while it waits: the number of its process.
#[track_caller]
fn killed_waiting(case: &Case, name: &str, wait: &[&str]) -> u32 {
    let base = ["-d", "--name", name, "--if-exists", "replace"];
    let running = case.launch(&[&base[..], &QUICK, wait].concat(), &["sleep", "601"]).start();
    while !running.has_complained("waiting until it is ready") {
        std::thread::yield_now();
    }
    let pid = running.child.id();
    running.signal(Signal::SIGKILL);
    assert_eq!(running.end().code, -9);
    pid
}

#[test]
fn the_next_launch_brings_the_old_one_back_first() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    let back = format!("note: the container {name} is back, which a launch that was killed had put aside\n");
    for step in ["/create", "/start"] {
        killed(&case, &name, &[], rule("POST", step, Fault::Silent));
        let reused = format!("{back}note[reused]: the container {name} is reused\n");
        named(&case, &name, &["--if-exists", "reuse"], &["sleep", "600"]).expect(
            0,
            &format!("{old}\n"),
            &reused,
        );
        is_back(&case, &name, &old);
    }
    // And where the next one fails, too.
    killed(&case, &name, &[], rule("POST", "/create", Fault::Silent));
    let done = named(&case, &name, &["--if-exists", "replace", "--wait=20s"], &["false"]);
    let stderr = done.refused(125, "ended-early");
    assert!(stderr.starts_with(&back), "{stderr}");
    is_back(&case, &name, &old);
    killed(&case, &name, &[], rule("POST", "/create", Fault::Silent));
    let done = named(&case, &name, &["--if-exists", "replace"], &["sleep", "602"]);
    let id = done.text().trim_end().to_owned();
    let replaced = format!("{back}note[replaced]: the container {name} was replaced\n");
    done.expect(0, &format!("{id}\n"), &replaced);
    assert_eq!(case.containers(), [id]);
}

#[test]
fn a_replacement_on_its_way_is_left_alone() {
    let case = Case::new();
    let name = case.name("gw");
    launched(&case, &name, &[], &["sleep", "600"]);
    let proxy = Proxy::new(&case, vec![rule("POST", "/create", Fault::Slow(1500))]);
    let options = ["-d", "--name", &name, "--if-exists", "replace", "--host", &proxy.address];
    let running = case.launch(&[&options[..], &QUICK].concat(), &["sleep", "601"]).start();
    proxy.met(1);
    let because = format!("process {} is replacing it", running.child.id());
    assert_eq!(told(&collected(&case, &[]), &name), ("kept", &*because));
    // The next one waits for it, and takes what it makes.
    let done = named(&case, &name, &["--if-exists", "reuse"], &["sleep", "601"]);
    let first = running.end();
    assert_eq!((first.code, done.code), (0, 0), "{}{}", first.stderr, done.stderr);
    assert_eq!(first.text(), done.text());
    assert_eq!(case.containers(), [done.text().trim_end()]);
}

/// An id that nobody gets is a launch that failed: the old one is back.
#[test]
fn the_old_one_is_back_where_the_new_ones_id_cannot_be_told() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    for word in ["replace", "reuse"] {
        let line =
            format!("$LAUNCH -d --name {name} --stop-signal KILL --if-exists {word} -- sleep 600 >/dev/full");
        let done = case.shell(&line).run();
        done.refused(125, "output-closed");
        is_back(&case, &name, &old);
    }
}

/// It is there with an id in it or not at all, and goes with what a killed launch has left.
#[test]
fn a_file_for_the_id_goes_with_its_container() {
    let case = Case::new();
    let file = case.folder().join("cid");
    let launch = |proxy: &Proxy| {
        let options = ["--rm", "--cidfile", "cid", "--host", &proxy.address];
        let running = case.launch(&options, &["sh", "-c", "echo up; sleep 300"]).start();
        proxy.met(1);
        running.signal(Signal::SIGKILL);
        assert_eq!(running.end().code, -9);
    };
    launch(&Proxy::new(&case, vec![rule("POST", "/create", Fault::Silent)]));
    assert!(!file.exists());
    let attach = || Proxy::new(&case, vec![rule("POST", "/attach", Fault::Silent)]);
    launch(&attach());
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), case.container());
    collected(&case, &[]);
    assert!(!file.exists());
    case.leaves_nothing();
    // The next launch that says it takes it over.
    launch(&attach());
    let id = case.container();
    let note =
        format!("note: the container {} is removed, which a launch that was killed had left\n", &id[..12]);
    let next = || case.launch(&["--rm", "--cidfile", "cid"], &["echo", "hi"]).run();
    next().expect(0, "hi\n", &note);
    assert_ne!(std::fs::read_to_string(&file).expect("a file"), id);
    // A file of one that ended well is left, as docker leaves it.
    next().refused(125, "cid-file");
    case.leaves_nothing();
}

/// Neither the old one nor the new one is taken from under a replacement: the verbs say whose it is, and an update waits.
#[test]
fn who_is_at_a_container_is_told_to_the_other_verbs() {
    let case = Case::new();
    let name = case.name("gw");
    launched(&case, &name, &["--rm=false"], &["sleep", "600"]);
    let proxy = Proxy::new(&case, vec![rule("POST", "/create", Fault::Slow(4000))]);
    let options = ["-d", "--name", &name, "--if-exists", "replace", "--host", &proxy.address];
    let running = case.launch(&[&options[..], &QUICK].concat(), &["sleep", "601"]).start();
    proxy.met(1);
    let pid = running.child.id();
    let want = format!(
        "error[no-container]: another dynrun, process {pid}, is replacing the container {name}\n  \
         help: wait until that one is done, and say it again\n  \
         help: or call it off, and the old one is back: kill -INT {pid}\n"
    );
    for words in [&["stop", &name][..], &["rm", &name], &["rm", "-f", &name]] {
        case.dynrun(words).run().expect(1, "", &want);
    }
    let updated = case.dynrun(&["update", &name, "--memory", "64m", "--pull", "never", "--wait=false"]).run();
    let waits = format!("note: waiting for another dynrun, process {pid}, which is at {name}\n");
    assert!(updated.code == 0 && updated.stderr.starts_with(&waits), "{}", updated.stderr);
    let first = running.end();
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_ne!(first.text(), updated.text());
    assert_eq!(case.containers(), [updated.text().trim_end()]);
}

/// Whoever is faster brings it back, and the others have nothing to say of it.
#[test]
fn several_gc_at_once_bring_it_back_in_peace() {
    let case = Case::new();
    let name = case.name("gw");
    let old = launched(&case, &name, &[], &["sleep", "600"]);
    killed(&case, &name, &[], rule("POST", "/create", Fault::Unheard));
    let all: Vec<Done> = std::thread::scope(|scope| {
        let one = || case.dynrun(&["gc"]).run();
        let all: Vec<_> = (0..5).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    for done in all {
        assert_eq!(
            (done.code, done.stderr.replace("note: launches have left nothing\n", "")),
            (0, String::new())
        );
    }
    is_back(&case, &name, &old);
}
