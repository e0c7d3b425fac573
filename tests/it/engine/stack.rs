//! `dynrun up` and `down`: several services in the order of what they need, each ready before the next, and all of it taken
//! back where one fails. B4, B17, M1, M2.

use super::case::{BUSYBOX, Case, Done, wait_for};
use super::proxy::{Fault, Proxy, rule};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::time::{Duration, Instant};

/// Three services in a row: `a` serves, `b` asks it by its name and where it is told to, `c` comes last.
const THREE: &str = r#"
[service.a]
image = "IMAGE"
found-by = "A_URL"
listen = [{ port = 4222 }]
[service.b]
image = "IMAGE"
needs = ["a"]
[service.c]
image = "IMAGE"
needs = ["b"]

[stack.three]
services = ["c", "b", "a"]
wait = "20s"
label = ["LABEL"]
[stack.three.service.a]
command = ["sh", "-c", "echo a is up; exec nc -ll -p 4222 -e cat"]
ready = ["tcp:4222"]
[stack.three.service.b]
command = ["sh", "-c", "trap 'echo b ends; exit 0' TERM; echo to $A_URL; echo hello | nc a 4222; echo asked; while :; do sleep 0.05; done"]
ready = ["log:asked"]
[stack.three.service.c]
command = ["sh", "-c", "echo last; exec sleep 1000"]
ready = ["log:last"]
"#;

/// A case with the file of three services, with some words of it changed.
fn case(changes: &[(&str, &str)]) -> Case {
    let case = Case::new();
    let text = THREE.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label());
    let text = changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    case.file("stack.toml", &text);
    case
}

/// `dynrun up three` of the case's file under the case's name, and more.
fn up(case: &Case, more: &[&str]) -> super::case::Call {
    let name = case.name("s");
    case.dynrun(&[&["up", "three", "--config", "stack.toml", "--as", &name, "--init"], more].concat())
}

fn down(case: &Case, more: &[&str]) -> Done {
    let name = case.name("s");
    case.dynrun(&[&["down", &name, "--time", "2"], more].concat()).run()
}

/// What was said, without how long something took.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_once(" after ").map_or(line, |(head, _)| head));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The names of the stack's running containers, in their alphabetical order.
fn running(case: &Case) -> Vec<String> {
    let filter = format!("label=dev.dynrun.stack={}", case.name("s"));
    let names = case.docker(&["ps", "--filter", &filter, "--format", "{{.Names}}"]);
    let mut names: Vec<String> = names.lines().map(str::to_owned).collect();
    names.sort_unstable();
    names
}

fn names(case: &Case) -> [String; 3] {
    ["s-a", "s-b", "s-c"].map(|name| case.name(name))
}

#[test]
fn services_come_up_in_the_order_of_what_they_need_and_go_down_the_other_way_round() {
    let case = case(&[]);
    let done = up(&case, &["-d"]).run();
    let [a, b, c] = names(&case);
    let width = a.len();
    let table = format!("SERVICE  {:<width$}  PORTS\na        {a}\nb        {b}\nc        {c}\n", "NAME");
    assert_eq!((done.code, done.text()), (0, table), "{}", done.stderr);
    assert_eq!(timeless(&done.stderr), "note: a: ready\nnote: b: ready\nnote: c: ready\n");
    assert_eq!(case.docker(&["logs", &b]), "to http://a:4222\nhello\nasked");
    let labels = &case.inspect(&b)["Config"]["Labels"];
    assert_eq!(labels["dev.dynrun.needs"], "[\"a\"]");
    assert_eq!(labels["dev.dynrun.stack"], case.name("s").as_str());

    let again = up(&case, &["-d"]).run();
    let reused = |name: &str| format!("note[reused]: the container {name} is reused\n");
    assert_eq!(
        (again.code, again.stderr.as_str()),
        (0, [&a, &b, &c].map(|name| reused(name)).concat().as_str())
    );

    let logs = case.dynrun(&["logs", &case.name("s")]).run();
    let mut lines: Vec<&str> = std::str::from_utf8(&logs.stdout).unwrap().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a | a is up", "b | asked", "b | hello", "b | to http://a:4222", "c | last"]);
    let stopped = case.dynrun(&["stop", &case.name("s"), "--time", "1"]).run();
    stopped.expect(0, &format!("{c}\n{b}\n{a}\n"), "");
    assert_eq!(running(&case), Vec::<String>::new());
    let again = up(&case, &["-d"]).run();
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(running(&case), names(&case));
    let listed = case.dynrun(&["ps"]).run();
    assert!(listed.text().starts_with("NAME"), "{}", listed.text());
    let first = format!(" {} ", case.name("s"));
    let is_first = |line: &str| line.contains(&first) && line.contains(" a ");
    assert!(listed.text().lines().any(is_first), "{}", listed.text());

    let done = down(&case, &[]);
    done.expect(0, &format!("{c}\n{b}\n{a}\n{}\n", case.name("s")), "");
    case.leaves_nothing();
    let done = down(&case, &[]);
    let message = format!("error[unknown-stack]: the engine has nothing of a stack `{}`\n", case.name("s"));
    assert_eq!((done.code, done.text()), (1, String::new()));
    assert!(done.stderr.starts_with(&message), "{}", done.stderr);
}

#[test]
fn one_that_does_not_come_up_takes_down_what_came_up_before_it() {
    let case = case(&[("log:last", "log:never"), ("wait = \"20s\"", "wait = \"2s\"")]);
    let done = up(&case, &["-d"]).run();
    let want = format!(
        "note: a: ready\nnote: b: ready\nnote: taken down again: a, b\n\
         error[not-ready]: c was not ready within 2s\n  \
         asked: `wait = \"2s\"` at stack.toml:15\n  \
         note: log:never: it has written no such line\n  \
         note: it wrote: last\n  \
         note: that is the service c\n  \
         help: give it more time: --wait=4s\n  \
         help: it is gone, and its log: to look at both, launch it with --wait=false, then dynrun logs {c}, dynrun shell {c}\n",
        c = case.name("s-c"),
    );
    assert_eq!((done.code, done.text(), timeless(&done.stderr)), (125, String::new(), want));
    case.leaves_nothing();
    // What the command line says stands over the file; a stack that replaces one has a name of its own then.
    for (more, look) in [
        (
            &["-d", "--wait=2s"][..],
            format!(
                "launch it with --wait=false, then dynrun logs {0}, dynrun shell {0}\n",
                case.name("s-c")
            ),
        ),
        (
            &["-d", "--wait=2s", "--if-exists", "replace"],
            "launch the stack with --wait=false --as NAME, then dynrun logs NAME-c, dynrun shell NAME-c\n"
                .to_owned(),
        ),
    ] {
        let done = up(&case, more).run();
        let look = format!("help: it is gone, and its log: to look at both, {look}");
        assert!(done.code == 125 && done.stderr.ends_with(&look), "{}", done.stderr);
        case.leaves_nothing();
    }
}

#[test]
fn what_was_there_before_stays_where_another_one_fails() {
    let case = case(&[("log:last", "log:never"), ("wait = \"20s\"", "wait = \"2s\"")]);
    let done = up(&case, &["-d", "a"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let [a, ..] = names(&case);
    let id = case.docker(&["inspect", "--format", "{{.Id}}", &a]);
    let done = up(&case, &["-d"]).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    assert!(done.stderr.contains("note: taken down again: b\n"), "{}", done.stderr);
    assert_eq!(running(&case), std::slice::from_ref(&a));
    assert_eq!(case.docker(&["inspect", "--format", "{{.Id}}", &a]), id);
    assert_eq!(down(&case, &[]).code, 0);
    case.leaves_nothing();
}

#[test]
fn nothing_is_made_where_a_check_of_the_last_one_fails() {
    let case = case(&[(
        "[service.c]\nimage = \"dynrun-test/busybox:1\"",
        "[service.c]\nimage = \"dynrun-test/missing:1\"\npull = \"never\"",
    )]);
    let events =
        case.call("docker", &["events", "--filter", "type=container", "--filter", "type=network"]).start();
    let done = up(&case, &["-d"]).run();
    assert_eq!((done.code, done.text()), (125, String::new()));
    assert!(done.stderr.starts_with("error[image-missing]: "), "{}", done.stderr);
    assert!(done.stderr.contains("  note: that is the service c\n"), "{}", done.stderr);
    case.leaves_nothing();
    std::thread::sleep(Duration::from_millis(300));
    events.signal(Signal::SIGINT);
    let word = case.name("s");
    let seen = events.end();
    assert!(!seen.text().contains(&word), "{}", seen.text());
}

#[test]
fn in_the_foreground_its_output_is_followed_and_ctrl_c_takes_it_down() {
    let case = case(&[]);
    let stack = up(&case, &[]).start();
    stack.says("c | last");
    assert_eq!(running(&case), names(&case));
    stack.signal(Signal::SIGINT);
    let done = stack.end();
    assert_eq!(done.code, 130, "{}", done.stderr);
    let text = done.text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let want = ["a | a is up", "b | asked", "b | b ends", "b | hello", "b | to http://a:4222", "c | last"];
    assert_eq!(lines, want);
    let notes = "note: a: ready\nnote: b: ready\nnote: c: ready\nnote: the stack is stopped; once more, and it is killed\n";
    let said: String = done
        .stderr
        .lines()
        .filter(|line| !line.contains("has ended"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(timeless(&said), notes);
    case.leaves_nothing();
}

#[test]
fn a_second_ctrl_c_kills_it() {
    let case = case(&[
        ("exec sleep 1000", "trap '' TERM; while :; do sleep 0.1; done"),
        ("wait = \"20s\"", "wait = \"20s\"\nstop-timeout = 300"),
    ]);
    let stack = up(&case, &[]).start();
    stack.says("c | last");
    stack.signal(Signal::SIGINT);
    wait_for("the stop", || stack.has_complained("the stack is stopped").then_some(()));
    stack.signal(Signal::SIGINT);
    assert_eq!(stack.end().code, 130);
    case.leaves_nothing();
}

#[test]
fn a_signal_while_it_comes_up_leaves_nothing() {
    let case = case(&[("log:last", "log:never"), ("wait = \"20s\"", "wait = \"60s\"")]);
    let stack = up(&case, &["-d"]).start();
    wait_for("the last one", || (running(&case).len() == 3).then_some(()));
    stack.signal(Signal::SIGTERM);
    let done = stack.end();
    assert_eq!(done.code, 143, "{}", done.stderr);
    let last = "warning[interrupted]: a signal called the launch off; nothing of it was left behind\n";
    assert!(done.stderr.ends_with(last), "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn it_ends_when_all_have_ended_with_the_code_of_the_first_that_failed() {
    let case = case(&[
        ("exec nc -ll -p 4222 -e cat", "nc -l -p 4222 -e cat; exit 0"),
        ("while :; do sleep 0.05; done", "exit 7"),
        ("exec sleep 1000", "sleep 2; exit 3"),
        ("ready = [\"log:asked\"]\n", "wait = false\n"),
    ]);
    let done = up(&case, &["--report", "report.json"]).run();
    assert_eq!(done.code, 7, "{}", done.stderr);
    let ended = report(&case);
    assert_eq!(
        (&ended["phase"], &ended["error"], &ended["exit_code"]),
        (&"ended".into(), &Value::Null, &7.into())
    );
    let services: Vec<_> =
        ended["services"].as_array().expect("services").iter().map(|one| &one["service"]).collect();
    assert_eq!(services, ["a", "b", "c"]);
    assert!(done.stderr.contains("note: b has ended, with exit code 7\n"), "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn who_reads_no_more_ends_it() {
    let case = case(&[("exec sleep 1000", "while :; do echo more; sleep 0.05; done")]);
    let name = case.name("s");
    let line = format!("{} up three --config stack.toml --as {name} --init | head -1", super::case::DYNRUN);
    let done = case.call("sh", &["-c", &line]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(done.text().lines().count(), 1);
    case.leaves_nothing();
}

/// Nobody would know what runs in the background. What ran before runs on.
#[test]
fn a_list_that_nobody_gets_is_no_launch() {
    let case = case(&[]);
    let full = || OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let done = up(&case, &["-d"]).start_into(full()).end();
    let stderr = done.refused(125, "output-closed");
    assert!(stderr.contains("note: taken down again: a, b, c\n"), "{stderr}");
    case.leaves_nothing();
    assert_eq!(up(&case, &["-d"]).run().code, 0);
    let before = ids(&case);
    up(&case, &["-d"]).start_into(full()).end().refused(125, "output-closed");
    assert_eq!(ids(&case), before);
    down(&case, &[]);
    case.leaves_nothing();
}

#[test]
fn a_second_one_stands_beside_the_first() {
    let case = case(&[(
        "[stack.three.service.a]\n",
        "[stack.three.service.a]\npublish = [\"127.0.0.1:21990:4222\"]\n",
    )]);
    let done = up(&case, &["-d"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let other = case.name("t");
    let beside = ["up", "three", "--config", "stack.toml", "--init", "-d", "--as", &other];
    let done = case.dynrun(&beside).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    let taken = format!("error[port-taken]: TCP 21990 is held by the container {}", case.name("s-a"));
    assert!(done.stderr.starts_with(&taken), "{}", done.stderr);
    let done = case.dynrun(&[&beside[..], &["--port-policy", "next", "--format", "json"]].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let listed: serde_json::Value = serde_json::from_str(&done.text()).unwrap();
    let ports: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|one| one["ports"][0].as_str()).collect();
    assert_eq!(ports, ["127.0.0.1:21991->4222/tcp"]);
    let done = case.dynrun(&["down", &case.name("s"), &other, "-t", "2"]).run();
    assert_eq!((done.code, done.text().lines().count()), (0, 8), "{}", done.stderr);
    case.leaves_nothing();
}

/// The others know a service by its name and its own port: that one stays, the host's moves, and all that they need is there.
#[test]
fn a_port_that_moves_stays_where_the_others_find_it() {
    let case = Case::new();
    let text = r#"
[service.a]
image = "IMAGE"
found-by = "A_URL"
listen = [{ port = 4222 }]
[service.b]
image = "IMAGE"
needs = ["a"]
publish-service = true
listen = [{ port = 21993, argument = "-p" }]
[service.c]
image = "IMAGE"
needs = ["b"]

[stack.chain]
services = ["c", "b", "a"]
wait = "20s"
label = ["LABEL"]
[stack.chain.service.a]
command = ["nc", "-ll", "-p", "4222", "-e", "cat"]
[stack.chain.service.b]
command = ["sh", "-c", "exec nc -ll -p $1 -e echo http://a:4222", "-p", "21993"]
[stack.chain.service.c]
command = ["sh", "-c", "nc b 21993 </dev/null; exec sleep 1000"]
ready = ["log:http://a:4222"]
"#;
    case.file("stack.toml", &text.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label()));
    let names = [case.name("s"), case.name("t")];
    let up = ["up", "chain", "--config", "stack.toml", "--init", "-d", "--port-policy", "next", "--as"];
    let done = names.each_ref().map(|name| case.dynrun(&[&up[..], &[name.as_str()]].concat()).run());
    assert_eq!(done.each_ref().map(|done| done.code), [0, 0], "{}", done[1].stderr);
    let want = format!(
        "note: a: ready\n\
         note[port-moved]: TCP 21993 is held by the container {} (service b): 21994 is taken in its place\n  \
         asked: `-p 21993` at stack.toml:10\n\
         note: b: ready\nnote: c: ready\n",
        case.name("s-b")
    );
    assert_eq!(timeless(&done[1].stderr), want);
    assert!(done[1].text().contains("0.0.0.0:21994->21993/tcp"), "{}", done[1].text());
    let done = case.dynrun(&["down", &names[0], &names[1], "-t", "2"]).run();
    assert_eq!((done.code, done.text().lines().count()), (0, 8), "{}", done.stderr);
    case.leaves_nothing();
}

/// Three services on the host's network: `b` is told of `a` in variables and in its command, `c` shares the network of `b`.
const CHAIN: &str = r#"
[service.a]
image = "IMAGE"
found-by = "A_URL"
listen = [{ port = 21980, variable = "A_LISTEN" }]
env = ["A_LISTEN=0.0.0.0:21980", "A_ADVERTISED=http://127.0.0.1:21980"]
variable.A_LISTEN.type = "text"
[service.b]
image = "IMAGE"
needs = ["a"]
env = ["MORE=http://localhost:21980/x,http://127.0.0.1:21999", "OTHER=http://10.0.0.7:21980"]
[service.c]
image = "IMAGE"
needs = ["a", "b"]
network = "container:STACK-b"

[stack.chain]
services = ["c", "b", "a"]
network = "host"
wait = "20s"
label = ["LABEL"]
[stack.chain.service.a]
command = ["sh", "-c", "nc -ll -p $${A_LISTEN##*:} -e echo hello from $A_ADVERTISED"]
[stack.chain.service.b]
command = ["sh", "-c", "echo $A_URL $MORE $OTHER $0; nc 127.0.0.1 $${A_URL##*:} </dev/null; exec sleep 1000", "--to=127.0.0.1:21980"]
ready = ["log:hello"]
[stack.chain.service.c]
command = ["sh", "-c", "echo $A_URL; exec sleep 1000"]
ready = ["log:http"]
network = "container:STACK-b"
"#;

/// `dynrun up chain` under that name.
fn up_chain(case: &Case, name: &str, more: &[&str]) -> Done {
    let text = CHAIN.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label()).replace("STACK", name);
    case.file("stack.toml", &text);
    let words =
        ["up", "chain", "--config", "stack.toml", "--init", "-d", "--port-policy", "next", "--as", name];
    case.dynrun(&[&words[..], more].concat()).run()
}

/// On the host's network a port that moves is another one for everybody: what the others say of it goes along, in variables and
/// in arguments, and what the service says of itself. What the caller says stays. E17, N9.
#[test]
fn on_the_hosts_network_the_others_follow_a_port_that_moves() {
    let case = Case::new();
    let names = [case.name("s"), case.name("t")];
    for (name, port) in names.iter().zip([21980, 21981]) {
        let done = up_chain(&case, name, &[]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert_eq!(
            case.docker(&["logs", &format!("{name}-b")]),
            format!(
                "http://127.0.0.1:{port} http://localhost:{port}/x,http://127.0.0.1:21999 http://10.0.0.7:21980 \
                 --to=127.0.0.1:{port}\nhello from http://127.0.0.1:{port}"
            )
        );
        assert_eq!(case.docker(&["logs", &format!("{name}-c")]), format!("http://127.0.0.1:{port}"));
        // And it is the same stack the next time.
        let again = up_chain(&case, name, &[]);
        let reused = |service| format!("note[reused]: the container {name}-{service} is reused\n");
        assert_eq!((again.code, again.stderr.as_str()), (0, &*["a", "b", "c"].map(reused).concat()));
    }
    // What the caller says of another's port is his.
    assert_eq!(case.dynrun(&["down", &names[1], "-t", "2"]).run().code, 0);
    let done = up_chain(&case, &names[1], &["-e", "A_URL=http://127.0.0.1:21980"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let said = case.docker(&["logs", &format!("{}-b", names[1])]);
    let want = "http://127.0.0.1:21980 http://localhost:21981/x,http://127.0.0.1:21999 ";
    assert!(said.starts_with(want), "{said}");
    assert_eq!(case.dynrun(&["down", &names[0], &names[1], "-t", "2"]).run().code, 0);
    case.leaves_nothing();
}

/// The containers of the stack's services, and whether each runs.
#[track_caller]
fn ids(case: &Case) -> Vec<(String, bool)> {
    let state = |name: &String| {
        let state = case.inspect(name);
        (state["Id"].as_str().expect("an id").to_owned(), state["State"]["Running"] == true)
    };
    names(case).iter().map(state).collect()
}

/// Each that was replaced is held until all of the stack is ready, and is back where that fails: the same container, running.
#[test]
fn what_was_replaced_is_back_where_a_later_one_fails() {
    let bad = [("log:last", "log:never"), ("wait = \"20s\"", "wait = \"2s\"")];
    let case = case(&[]);
    assert_eq!(up(&case, &["-d"]).run().code, 0);
    let (before, good) =
        (ids(&case), std::fs::read_to_string(case.folder().join("stack.toml")).expect("the file"));
    let text = bad.iter().fold(good.clone(), |text, (from, to)| text.replace(from, to));
    case.file("stack.toml", &text);
    let [a, b, c] = names(&case);
    let replace = ["-d", "--if-exists", "replace"];
    let done = up(&case, &replace).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    let back = |name: &str| format!("note: the old container {name} is back\n");
    let want = format!(
        "note: a: ready\nnote: b: ready\nnote: taken down again: a, b\n{}{}{}error[not-ready]: c was not ready within 2s\n",
        back(&a),
        back(&b),
        back(&c)
    );
    let said = timeless(&done.stderr).replace(&format!("{c} was not"), "c was not");
    assert!(said.starts_with(&want), "{said}");
    assert_eq!(ids(&case), before);
    assert_eq!(case.containers().len(), 3);
    // They do what they did: the second one asks the first one anew.
    wait_for("the second one to ask", || case.docker(&["logs", &b]).ends_with("hello\nasked").then_some(()));
    // One that was never put aside is as it was: here the last one's image is missing.
    let missing = good.replace(
        "[service.c]\nimage = \"dynrun-test/busybox:1\"",
        "[service.c]\nimage = \"dynrun-test/missing:1\"\npull = \"never\"",
    );
    case.file("stack.toml", &missing);
    assert_eq!(up(&case, &replace).run().code, 125);
    assert_eq!(ids(&case), before);
    // Where all are ready, they go.
    case.file("stack.toml", &good);
    let done = up(&case, &replace).run();
    let replaced = |name: &str| format!("note[replaced]: the container {name} was replaced\n");
    let want = format!(
        "note: a: ready\nnote: b: ready\nnote: c: ready\n{}",
        [&a, &b, &c].map(|name| replaced(name)).concat()
    );
    assert_eq!((done.code, timeless(&done.stderr)), (0, want));
    let after = ids(&case);
    assert!(after.iter().zip(&before).all(|(new, old)| new.0 != old.0 && new.1), "{after:?}");
    assert_eq!(case.containers().len(), 3);
    assert_eq!(down(&case, &[]).code, 0);
    case.leaves_nothing();
}

/// Ctrl-C brings them back as a failure does; and a dynrun that is killed leaves to gc what it leaves of an update.
#[test]
fn what_was_replaced_is_back_after_a_signal_and_after_a_kill() {
    let case = case(&[("log:asked", "log:asked"), ("wait = \"20s\"", "wait = \"60s\"")]);
    assert_eq!(up(&case, &["-d"]).run().code, 0);
    let (before, [a, _, c]) = (ids(&case), names(&case));
    let text = std::fs::read_to_string(case.folder().join("stack.toml")).expect("the file");
    let text = text.replace("log:last", "log:never").replace("wait = \"60s\"", "wait = \"3s\"");
    let slow = text.replace("wait = \"3s\"", "wait = \"60s\"");
    let begin = |text: &str| {
        case.file("stack.toml", text);
        let stack = up(&case, &["-d", "--if-exists", "replace"]).start();
        let is_last = || case.docker(&["ps", "--filter", &format!("name=^{c}$"), "--format", "{{.ID}}"]);
        wait_for("the last one's turn", || {
            let id = is_last();
            (!id.is_empty() && !before[2].0.starts_with(&id)).then_some(())
        });
        stack
    };
    let stack = begin(&slow);
    stack.signal(Signal::SIGINT);
    let done = stack.end();
    assert_eq!(done.code, 130, "{}", done.stderr);
    assert!(done.stderr.contains("note: taken down again: a, b\n"), "{}", done.stderr);
    assert_eq!((ids(&case), case.containers().len()), (before.clone(), 3), "{}", done.stderr);
    // Those that are ready have taken over, and the one that is not makes way for the old one.
    let stack = begin(&text);
    stack.signal(Signal::SIGKILL);
    assert_eq!(stack.end().code, -9);
    wait_for("gc to settle it", || {
        assert_eq!(case.dynrun(&["gc"]).run().code, 0);
        (case.containers().len() == 3).then_some(())
    });
    let after = ids(&case);
    assert!(after[0].0 != before[0].0 && after[1].0 != before[1].0, "{after:?}");
    assert_eq!(after[2], before[2], "{a}");
    assert!(after.iter().all(|one| one.1), "{after:?}");
    assert_eq!(down(&case, &[]).code, 0);
    case.leaves_nothing();
}

/// What is followed is the service, whichever container it has.
#[test]
fn a_log_that_is_followed_goes_on_with_the_container_that_replaces_another() {
    let case = case(&[]);
    assert_eq!(up(&case, &["-d"]).run().code, 0);
    let [_, _, c] = names(&case);
    let logs = case.dynrun(&["logs", "--follow", "--tail", "1", &case.name("s")]).start();
    logs.says("c | last\n");
    for value in ["A=1", "A=2"] {
        let done = case.dynrun(&["update", &c, "--config", "stack.toml", "-e", value]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
    }
    assert_eq!(down(&case, &[]).code, 0);
    let done = logs.end();
    assert_eq!((done.code, done.text().matches("c | last\n").count()), (0, 3), "{}", done.text());
}

/// The report that an `up` wrote.
#[track_caller]
fn report(case: &Case) -> Value {
    let path = case.folder().join("report.json");
    let text = std::fs::read_to_string(&path).expect("a report");
    std::fs::remove_file(path).expect("the report");
    serde_json::from_str(&text).expect("JSON")
}

/// A report has the form of a single launch's, and what there is of services.
#[test]
fn a_report_tells_what_became_of_it() {
    let case = case(&[("log:last", "log:never"), ("wait = \"20s\"", "wait = \"2s\"")]);
    for (options, phase, error) in [
        (&["--image", "app:1"][..], "plan", "stack-option"),
        (&["--host", "unix:///nonexistent/docker.sock"], "preflight", "engine-unreachable"),
        (&["--network", "nosuchnetwork", "--create-network=false"], "preflight", "network-missing"),
        (&[], "launch", "not-ready"),
    ] {
        assert_eq!(up(&case, &[&["-d", "--report", "report.json"], options].concat()).run().code, 125);
        let want = json!({
            "phase": phase, "error": error, "container": null, "ports": [], "exit_code": null, "services": [],
        });
        assert_eq!(report(&case), want);
    }
    let text = std::fs::read_to_string(case.folder().join("stack.toml")).expect("the file");
    let text = text.replace("log:never", "log:last").replace("wait = \"2s\"", "wait = \"20s\"");
    case.file(
        "stack.toml",
        &text.replace("[service.b]", "publish = [\"127.0.0.1:21977:4222\"]\n[service.b]"),
    );
    assert_eq!(up(&case, &["-d", "--report", "report.json"]).run().code, 0);
    let service = |service: &str, ports: &[&str]| {
        let name = case.name(&format!("s-{service}"));
        json!({ "service": service, "name": name, "id": case.inspect(&name)["Id"], "ports": ports })
    };
    let services = [service("a", &["127.0.0.1:21977->4222/tcp"]), service("b", &[]), service("c", &[])];
    let want = json!({
        "phase": "running", "error": null, "container": null, "ports": [], "exit_code": null, "services": services,
    });
    assert_eq!(report(&case), want);
    assert_eq!(down(&case, &[]).code, 0);
    case.leaves_nothing();
}

/// Each goes once the one before it has: it reuses what that one has made, or replaces it.
#[test]
fn of_several_at_once_each_waits_for_the_one_before() {
    // Two that need nothing of each other: each launch would have one of them.
    let case = case(&[("needs = [\"a\"]", "needs = []"), ("echo hello | nc a 4222; ", "")]);
    let at_once = |more: &[&str]| -> Vec<Done> {
        std::thread::scope(|scope| {
            let launch = || up(&case, &[&["-d"], more].concat()).limit(60).run();
            let running: Vec<_> = (0..3).map(|_| scope.spawn(launch)).collect();
            running.into_iter().map(|running| running.join().expect("no panic")).collect()
        })
    };
    let reused = |done: &Done| done.stderr.matches("note[reused]").count();
    let mut all = at_once(&[]);
    all.sort_by_key(reused);
    assert_eq!(
        all.iter().map(|done| (done.code, reused(done))).collect::<Vec<_>>(),
        [(0, 0), (0, 3), (0, 3)]
    );
    let waits = |done: &Done| {
        let waits = |line: &str| {
            line.starts_with("note: waiting for another dynrun, process ") && line.ends_with(&case.name("s"))
        };
        done.stderr.lines().any(waits)
    };
    assert!(all[1..].iter().any(waits), "{} {}", all[1].stderr, all[2].stderr);
    let before = ids(&case);
    for done in at_once(&["--if-exists", "replace"]) {
        assert_eq!((done.code, done.stderr.matches("note[replaced]").count()), (0, 3), "{}", done.stderr);
    }
    let after = ids(&case);
    assert!(after.iter().zip(&before).all(|(new, old)| new.0 != old.0 && new.1), "{after:?}");
    assert_eq!(case.containers().len(), 3);
    assert_eq!(down(&case, &[]).code, 0);
    case.leaves_nothing();
}

#[test]
fn what_needs_nothing_of_the_others_is_started_at_once() {
    // Each is ready only once it has met all the others: one after the other, none would ever be.
    const MEETS: &str = "nc -ll -p 7 -e true & for n in 0 1 2 3 4 5; do until echo | nc p$n 7; do sleep 0.05; done; done; echo met; exec sleep 1000";
    let case = Case::new();
    let services = (0..6).map(|n| {
        format!(
            "[service.p{n}]\nimage = \"{BUSYBOX}\"\n\
             [stack.wide.service.p{n}]\ncommand = [\"sh\", \"-c\", \"{MEETS}\"]\nready = [\"log:met\"]\n"
        )
    });
    let names: Vec<String> = (0..6).map(|n| format!("\"p{n}\"")).collect();
    let stack = format!("[stack.wide]\nservices = [{}]\nlabel = [\"{}\"]\n", names.join(", "), case.label());
    let text: String = std::iter::once(stack).chain(services).collect();
    case.file("wide.toml", &text);
    let name = case.name("s");
    let done = case.dynrun(&["up", "wide", "--config", "wide.toml", "--as", &name, "--init", "-d"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(running(&case).len(), 6);
    assert_eq!(case.dynrun(&["down", &name, "-t", "1"]).run().code, 0);
    case.leaves_nothing();
}

/// What an engine does not answer is not waited for after Ctrl-C.
#[test]
fn a_signal_before_the_first_answer_is_heard_at_once() {
    for (method, path) in [("GET", "/containers/json"), ("GET", "/networks"), ("POST", "/networks/create")] {
        let case = case(&[]);
        let proxy = Proxy::new(&case, vec![rule(method, path, Fault::Silent)]);
        let stack = up(&case, &["-d", "--host", &proxy.address]).start();
        proxy.met(1);
        let asked = Instant::now();
        stack.signal(Signal::SIGINT);
        let done = stack.end();
        let last = match path {
            "/networks/create" => " | xargs -r docker network rm\n",
            _ => "warning[interrupted]: a signal called the launch off; nothing of it was left behind\n",
        };
        assert!(done.code == 130 && done.stderr.ends_with(last), "{}", done.stderr);
        assert!(asked.elapsed() < Duration::from_secs(8), "{path}: {:?}", asked.elapsed());
        case.leaves_nothing();
    }
}
