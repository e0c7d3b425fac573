//! Which containers a word means where there are stacks: one container's name may come of two of them, and a stack's name
//! is no container's. B4, B17.

use super::case::{BUSYBOX, Case, Done};
use std::net::TcpListener;

/// A stack of two services; each is ready at once.
const TWO: &str = r#"
[service.x]
image = "IMAGE"
command = ["sh", "-c", "echo up; exec sleep 1000"]
ready = ["log:up"]
init = true
[service.y]
image = "IMAGE"
command = ["sh", "-c", "echo up; exec sleep 1000"]
ready = ["log:up"]
init = true
[service.b-x]
image = "IMAGE"
command = ["sh", "-c", "echo up; exec sleep 1000"]
ready = ["log:up"]
init = true
[stack.two]
services = ["x", "y"]
label = ["LABEL"]
[stack.one]
services = ["b-x"]
label = ["LABEL"]
"#;

/// A case whose stack `two` is up, called after the name that is returned.
#[track_caller]
fn two() -> (Case, String) {
    let case = Case::new();
    case.file("stack.toml", &TWO.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label()));
    let name = case.name("a-b");
    let done = up(&case, "two", &name, &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    (case, name)
}

fn up(case: &Case, stack: &str, name: &str, more: &[&str]) -> Done {
    case.dynrun(&[&["up", stack, "-d", "--config", "stack.toml", "--as", name], more].concat()).run()
}

/// What was printed: two that are started at once are listed in any order.
fn sorted(done: &Done) -> String {
    let text = done.text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

#[track_caller]
fn ids(case: &Case) -> Vec<String> {
    let mut ids = case.containers();
    ids.sort_unstable();
    ids
}

#[test]
fn no_stack_takes_a_container_of_another() {
    let (case, name) = two();
    let (before, other) = (ids(&case), case.name("a"));
    for policy in ["replace", "reuse"] {
        let done = up(&case, "one", &other, &["--if-exists", policy]);
        let said = done.refused(125, "if-exists");
        let head = format!(
            "error[if-exists]: the container {name}-x is the stack {name}'s, and no other stack's to take\n"
        );
        assert!(said.starts_with(&head), "{said}");
        assert!(said.contains(&format!("\n  help: take that stack down: dynrun down {name}\n")), "{said}");
        assert_eq!(ids(&case), before);
    }
    case.dynrun(&["down", &name, "--time", "0"]).run();
    case.leaves_nothing();
}

/// Before the first container makes way, and not once it has.
#[test]
fn a_port_that_is_taken_replaces_nothing() {
    let (case, name) = two();
    let (before, held) = (ids(&case), TcpListener::bind("127.0.0.1:0").expect("a port"));
    let port = held.local_addr().expect("an address").port();
    let text = std::fs::read_to_string(case.folder().join("stack.toml")).expect("the file");
    let published = format!("[service.y]\npublish = [\"127.0.0.1:{port}:80\"]");
    case.file("stack.toml", &text.replace("[service.y]", &published));
    let done = up(&case, "two", &name, &["--if-exists", "replace"]);
    let said = done.refused(125, "port-taken");
    assert!(said.contains("\n  note: that is the service y\n"), "{said}");
    assert_eq!(ids(&case), before);
    drop(held);
    let done = up(&case, "two", &name, &["--if-exists", "replace"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(ids(&case).iter().all(|id| !before.contains(id)));
    case.dynrun(&["down", &name, "--time", "0"]).run();
    case.leaves_nothing();
}

#[test]
fn a_stack_is_not_stopped_for_one_of_it() {
    let (case, name) = two();
    let one = format!("{name}-x");
    for words in [[name.as_str(), &one], [&one, &name]] {
        let done = case.dynrun(&[&["stop"][..], &words].concat()).run();
        let want = format!(
            "error[usage]: {one} is one of the stack {name}, all of which would stop; nothing was stopped\n  \
             help: it alone: dynrun stop {one}\n  help: all of them: dynrun stop {name}\n"
        );
        done.expect(1, "", &want);
    }
    let stopped = case.dynrun(&["stop", "--time", "0", &one, "nosuch"]).run();
    assert_eq!((stopped.code, stopped.text()), (1, format!("{one}\n")));
    let stopped = case.dynrun(&["stop", "--time", "0", &name]).run();
    assert_eq!((stopped.code, sorted(&stopped)), (0, format!("{name}-x\n{name}-y\n")), "{}", stopped.stderr);
}

/// Two stacks on one network of the house: each would find the other's half of the time.
#[test]
fn a_name_that_another_stack_has_on_the_same_network_is_told() {
    let case = Case::new();
    let network = case.name("house");
    case.docker(&["network", "create", "--label", &case.label(), &network]);
    let of_house = format!("services = [\"x\", \"y\"]\nnetwork = \"{network}\"");
    let text = TWO.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label());
    case.file("stack.toml", &text.replace("services = [\"x\", \"y\"]", &of_house));
    let (first, second) = (case.name("first"), case.name("second"));
    let done = up(&case, "two", &first, &[]);
    assert!(done.code == 0 && !done.stderr.contains("name-shared"), "{}", done.stderr);
    let told = |service: &str| {
        format!(
            "warning[name-shared]: on the network {network} the container {first}-{service} of the stack {first} is called \
             {service}, too: who asks for {service} gets to either\n  asked: `network = \"{network}\"` at "
        )
    };
    let check = case.dynrun(&["check", "two", "--config", "stack.toml", "--as", &second]).run();
    let done = up(&case, "two", &second, &[]);
    for done in [&check, &done] {
        assert_eq!(done.code, 0, "{}", done.stderr);
        for service in ["x", "y"] {
            assert_eq!(done.stderr.matches(&told(service)).count(), 1, "{}", done.stderr);
        }
        assert!(
            done.stderr.contains("  help: leave `network` out: then each stack has a network of its own\n")
        );
    }
    // What makes way for the new one shares nothing with it.
    let again = up(&case, "two", &second, &["--if-exists", "replace"]);
    let own = format!("of the stack {second} ");
    assert!(again.code == 0 && !again.stderr.contains(&own), "{}", again.stderr);
    let alias = format!("name={network},alias=z,alias=y");
    let single = case.launch(&["--rm", "--network", &alias], &["true"]).run();
    assert_eq!((single.code, single.stderr.matches("[name-shared]").count()), (0, 1), "{}", single.stderr);
    assert!(single.stderr.contains("  help: say another name: --network name="), "{}", single.stderr);
}

#[test]
fn one_that_is_said_twice_is_one() {
    let (case, name) = two();
    let (x, y) = (format!("{name}-x"), format!("{name}-y"));
    let stopped = case.dynrun(&["stop", "--time", "0", &name, &name]).run();
    let text = stopped.text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    assert_eq!((stopped.code, lines), (0, vec![x.as_str(), &y]), "{}", stopped.stderr);
    case.dynrun(&["rm", &x, &x]).run().expect(0, &format!("{x}\n"), "");
    case.dynrun(&["down", &name, &name]).run().expect(0, &format!("{y}\n{name}\n"), "");
    case.leaves_nothing();
}

/// A verb for one container says which there are.
#[test]
fn what_a_stack_is_taken_for_is_told() {
    let (case, name) = two();
    for verb in ["update", "inspect", "rm"] {
        let done = case.dynrun(&[verb, &name]).run();
        let want = format!(
            "error[no-container]: there is no container `{name}`\n  \
             help: it is a stack: say which of it, {name}-x, {name}-y\n"
        );
        assert_eq!(done.stderr, want, "{verb}");
    }
    let done = case.dynrun(&["extract", &format!("{name}-x"), "/etc/passwd", "a file"]).run();
    let want = format!(
        "error[extract-failed]: there is no image {name}-x, and {name}-x is a container\n  \
         help: out of that: docker cp {name}-x:/etc/passwd 'a file'\n"
    );
    done.expect(1, "", &want);
}

/// All that is there otherwise than the file has it by now is told at once, by `check` and by `up`.
#[test]
fn what_is_there_otherwise_is_told_of_every_service() {
    let (case, name) = two();
    let check = ["check", "two", "--config", "stack.toml", "--as", &name];
    let fine = case.dynrun(&check).run();
    assert_eq!(fine.code, 0, "{}", fine.stderr);
    let text = std::fs::read_to_string(case.folder().join("stack.toml")).expect("the file");
    case.file(
        "stack.toml",
        &text
            .replace("[service.x]", "[service.x]\nenv = [\"A=1\"]")
            .replace("[service.y]", "[service.y]\nenv = [\"B=2\"]"),
    );
    for done in [case.dynrun(&check).run(), up(&case, "two", &name, &[])] {
        assert!([1, 125].contains(&done.code), "{}", done.stderr);
        for (service, variable) in [("x", "A=1"), ("y", "B=2")] {
            let head = format!("error[if-exists]: the container {name}-{service} is not what is asked for\n");
            let difference = format!("  note: env: {variable} asked for, and not there\n");
            assert!(done.stderr.contains(&head) && done.stderr.contains(&difference), "{}", done.stderr);
        }
    }
}

/// All words are looked at before the first stack goes.
#[test]
fn no_stack_is_taken_down_for_one_of_it() {
    let (case, name) = two();
    let one = format!("{name}-x");
    for words in [[name.as_str(), "x"], ["x", &name], [&name, &one]] {
        let done = case.dynrun(&[&["down"][..], &words].concat()).run();
        let word = words.into_iter().find(|word| *word != name).unwrap();
        let want = format!(
            "error[usage]: {word} is one of the stack {name}, all of which would be taken down; nothing was\n  \
             help: it alone: dynrun rm -f {one}\n  help: all of them: dynrun down {name}\n"
        );
        done.expect(1, "", &want);
    }
    let done = case.dynrun(&["down", &name, "nosuchstack"]).run();
    let said = done.refused(1, "unknown-stack");
    assert!(said.contains("  note: nothing was taken down\n"), "{said}");
    assert_eq!((done.text(), case.containers().len()), (String::new(), 2));
    assert_eq!(case.dynrun(&["down", &name, "--time", "0"]).run().code, 0);
    case.leaves_nothing();
}

/// No container is called by one letter, and a stack may be.
#[test]
fn a_stack_of_one_letter_is_found() {
    let case = Case::new();
    let text =
        TWO.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label()).replace("[stack.two]", "[stack.q]");
    case.file("stack.toml", &text);
    let done = case.dynrun(&["up", "q", "-d", "--config", "stack.toml"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let logs = case.dynrun(&["logs", "q"]).run();
    let mut lines: Vec<&str> = std::str::from_utf8(&logs.stdout).unwrap().lines().collect();
    lines.sort_unstable();
    assert_eq!((logs.code, lines), (0, vec!["x | up", "y | up"]), "{}", logs.stderr);
    case.dynrun(&["inspect", "q"]).run().expect(
        1,
        "",
        "error[no-container]: there is no container `q`\n  help: it is a stack: say which of it, q-x, q-y\n",
    );
    let stopped = case.dynrun(&["stop", "q", "--time", "0"]).run();
    assert_eq!((stopped.code, sorted(&stopped)), (0, "q-x\nq-y\n".to_owned()), "{}", stopped.stderr);
    let down = case.dynrun(&["down", "q", "--time", "0"]).run();
    assert_eq!((down.code, sorted(&down)), (0, "q\nq-x\nq-y\n".to_owned()), "{}", down.stderr);
    case.leaves_nothing();
}
