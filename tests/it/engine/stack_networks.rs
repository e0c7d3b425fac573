//! The networks that are made for a stack: who is in one keeps it, who goes last takes it away, and a container whose network
//! is gone is not reused. B4, B17.

use super::case::{BUSYBOX, Case, Done};

/// Two stacks of one service each, on a network that the first one to come makes.
const SHARED: &str = r#"
[service.w]
image = "IMAGE"
command = ["sh", "-c", "echo up; exec sleep 1000"]
ready = ["log:up"]
init = true
label = ["LABEL"]
[stack.one]
services = ["w"]
network = ["NET"]
[stack.own]
services = ["w"]
"#;

fn case() -> Case {
    let case = Case::new();
    let text = SHARED.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label());
    case.file("stack.toml", &text.replace("NET", &case.name("net")));
    case
}

/// `dynrun up` of one of them in the background, under a name.
fn up(case: &Case, stack: &str, name: &str, more: &[&str]) -> Done {
    case.dynrun(&[&["up", stack, "-d", "--config", "stack.toml", "--as", name], more].concat()).run()
}

#[track_caller]
fn is_up(case: &Case, stack: &str, name: &str, more: &[&str]) {
    let done = up(case, stack, name, more);
    assert_eq!(done.code, 0, "{}", done.stderr);
}

fn down(case: &Case, names: &[&str]) -> Done {
    case.dynrun(&[&["down", "-t", "0"], names].concat()).run()
}

#[test]
fn a_network_stays_for_a_container_of_somebody_else() {
    let case = case();
    let (name, foreign) = (case.name("s"), case.name("foreign"));
    is_up(&case, "own", &name, &[]);
    let run =
        ["run", "-d", "--init", "--name", &foreign, "--label", &case.label(), "--network", &name, BUSYBOX];
    case.docker(&[&run[..], &["sleep", "600"]].concat());
    let want = format!(
        "error[cleanup-failed]: the network {name} stays, as others are in it: {foreign}\n  \
         help: docker network disconnect {name} {foreign}; docker network rm {name}\n"
    );
    down(&case, &[&name]).expect(1, &format!("{name}-w\n"), &want);
    // The line is the one that removes it.
    let line = want.lines().last().and_then(|line| line.strip_prefix("  help: ")).unwrap();
    assert_eq!(case.call("sh", &["-c", line]).run().code, 0);
    case.docker(&["rm", "-f", &foreign]);
    case.leaves_nothing();
}

#[test]
fn who_goes_last_takes_a_shared_network_away() {
    let case = case();
    let (a, b, net) = (case.name("a"), case.name("b"), case.name("net"));
    for name in [&a, &b] {
        is_up(&case, "one", name, &[]);
    }
    let want = format!(
        "error[cleanup-failed]: the network {net} stays, as others are in it: {b}-w\n  \
         help: it goes with the stack {b}: dynrun down {b}\n  \
         help: docker network disconnect {net} {b}-w; docker network rm {net}\n"
    );
    down(&case, &[&a]).expect(1, &format!("{a}-w\n"), &want);
    down(&case, &[&b]).expect(0, &format!("{b}-w\n{net}\n"), "");
    case.leaves_nothing();
    // What others have made and still use stays without a word; and both at once leave nothing.
    for name in [&a, &b] {
        is_up(&case, "one", name, &[]);
    }
    down(&case, &[&b]).expect(0, &format!("{b}-w\n"), "");
    is_up(&case, "one", &b, &[]);
    down(&case, &[&a, &b]).expect(0, &format!("{a}-w\n{b}-w\n{net}\n"), "");
    case.leaves_nothing();
}

#[test]
fn a_container_that_is_off_its_network_is_not_reused() {
    let case = case();
    let name = case.name("s");
    let one = format!("{name}-w");
    is_up(&case, "own", &name, &[]);
    let id = case.docker(&["inspect", "--format", "{{.Id}}", &one]);
    for (make, line) in [
        (
            &["network", "disconnect", &name, &one][..],
            format!("network: {name} asked for, and it is not on it"),
        ),
        (&["network", "rm", &name], format!("network: {name} is gone")),
    ] {
        if make[1] == "rm" {
            is_up(&case, "own", &name, &["--if-exists", "replace"]);
            case.dynrun(&["stop", &name, "--time", "0"]).run().expect(0, &format!("{one}\n"), "");
        }
        case.docker(make);
        let done = up(&case, "own", &name, &[]);
        let said = done.refused(125, "if-exists");
        assert!(
            said.starts_with(&format!("error[if-exists]: the container {one} is not what is asked for\n")),
            "{said}"
        );
        assert!(said.contains(&format!("  note: {line}\n")), "{said}");
        assert!(said.ends_with("  help: let a new one take its place: --if-exists replace\n"), "{said}");
        assert_eq!(case.containers().len(), 1);
    }
    is_up(&case, "own", &name, &["--if-exists", "replace"]);
    assert_ne!(case.docker(&["inspect", "--format", "{{.Id}}", &one]), id);
    assert_eq!(down(&case, &[&name]).code, 0);
    case.leaves_nothing();
}
