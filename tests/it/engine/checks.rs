//! The checks of a launch on a real engine: enforced, warned of, left out; what each came to.

use super::case::{BUSYBOX, Case};

/// Each check's answer in a check's JSON.
fn answers(text: &str) -> Vec<(String, String)> {
    let document: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let rows = document["checks"].as_array().cloned().unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (word(&row["name"]), word(&row["answer"]))).collect()
}

#[test]
fn each_check_has_its_answer() {
    let case = Case::new();
    let check = |more: &[&str]| {
        let words =
            ["check", "--image", BUSYBOX, "--profile", "bare", "--network", "nosuch", "--format", "json"];
        case.dynrun(&[&words[..], more].concat()).run()
    };
    let done = check(&[]);
    let told = answers(&done.text());
    assert_eq!(done.code, 1);
    assert_eq!(told.len(), dynrun::preflight::CHECKS.len());
    for (name, answer) in told {
        assert_eq!(answer, if name == "network" { "wrong" } else { "fine" }, "{name}");
    }
    let done = check(&["--skip", "network"]);
    assert_eq!(done.code, 0);
    assert!(answers(&done.text()).contains(&("network".to_owned(), "skipped".to_owned())));
    let done = check(&["--preflight", "warn"]);
    assert_eq!(done.code, 0);
    assert!(answers(&done.text()).contains(&("network".to_owned(), "wrong".to_owned())));
}

/// What is left out is told in the table, too.
#[test]
fn a_check_that_is_left_out_is_named() {
    let case = Case::new();
    let words =
        ["check", "--image", BUSYBOX, "--profile", "bare", "--network", "nosuch", "--skip", "network"];
    let want = format!("profile bare, image {BUSYBOX}\nnetwork: skipped\nfine\n");
    case.dynrun(&words).run().expect(0, &want, "");
}

/// Who wants no more than a warning gets the engine's own answer, and nothing is left.
#[test]
fn what_is_only_warned_of_is_the_engines_to_decide() {
    let case = Case::new();
    let warning = "warning[network-missing]: there is no network nosuch\n  asked: `--network nosuch` on the command line\n";
    let done = case.launch(&["--network", "nosuch", "--preflight", "warn"], &["true"]).run();
    assert_eq!((done.code, done.text().as_str()), (125, ""));
    assert!(done.stderr.starts_with(warning), "{}", done.stderr);
    assert!(done.stderr.contains("\nerror["), "{}", done.stderr);
    let done = case.launch(&["--network", "nosuch", "--skip", "network"], &["true"]).run();
    assert_eq!((done.code, done.text().as_str()), (125, ""));
    assert!(done.stderr.starts_with("error["), "{}", done.stderr);
    case.leaves_nothing();
}

/// What the engine would refuse is refused before anything is made, all of it; what limits nothing is told.
#[test]
fn limits_beyond_the_machine_are_told_before_the_launch() {
    let case = Case::new();
    let processors = case.docker(&["info", "--format", "{{.NCPU}}"]);
    let done = case.launch(&["--rm", "--cpus", "9999", "--cpuset-cpus", "8000"], &["true"]).run();
    let counted = format!("{processors} processor{}", if processors == "1" { "" } else { "s" });
    let cpus = format!(
        "error[limit-beyond-machine]: the engine's machine has {counted}, and no 9999\n  \
         asked: `--cpus 9999` on the command line\n  help: take what there is: --cpus {processors}\n"
    );
    assert_eq!((done.code, done.text().as_str()), (125, ""));
    let cpuset = done.stderr.strip_prefix(&cpus).unwrap_or_else(|| panic!("{}", done.stderr));
    let mut lines = cpuset.lines();
    let first = lines.next().unwrap_or_default();
    assert!(
        first.starts_with("error[limit-beyond-machine]: the engine's machine has the processors "),
        "{first}"
    );
    assert!(first.ends_with(", and no 8000"), "{first}");
    assert_eq!(lines.next(), Some("  asked: `--cpuset-cpus 8000` on the command line"));
    // Its own remedy is launched.
    let help = lines.next().and_then(|help| help.strip_prefix("  help: all that there are: ")).unwrap();
    let words: Vec<&str> = help.split(' ').chain(["--rm", "--cpus", &processors]).collect();
    case.launch(&words, &["true"]).run().expect(0, "", "");
    let files = ["--rm", "--ulimit", "nofile=99999999999"];
    case.launch(&files, &["true"]).run().refused(125, "limit-beyond-machine");
    // The engine's own word is no other.
    let done = case.launch(&[&["--skip", "limits"], &files[..]].concat(), &["true"]).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    let done = case.launch(&["--rm", "--memory", "900t"], &["true"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stderr.starts_with("warning[limit-beyond-machine]: the engine's machine has "),
        "{}",
        done.stderr
    );
    case.leaves_nothing();
}

/// A launch that is refused is looked at further: a name and a port that are taken stand in one report.
#[test]
fn a_taken_name_and_a_taken_port_are_told_together() {
    let case = Case::new();
    let name = case.name("taken");
    assert_eq!(case.launch(&["-d", "--name", &name], &["sleep", "60"]).run().code, 0);
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let publish = format!("127.0.0.1:{}:80", held.local_addr().unwrap().port());
    let options = ["--name", &name, "-p", &publish, "--rm"];
    let launched = case.launch(&options, &["true"]).run();
    let checked =
        case.dynrun(&[&["check", "--profile", "bare", "--image", BUSYBOX], &options[..]].concat()).run();
    for done in [launched, checked] {
        assert!(matches!(done.code, 125 | 1), "{}", done.stderr);
        let count = |code: &str| done.stderr.matches(&format!("error[{code}]: ")).count();
        assert_eq!((count("port-taken"), count("name-taken")), (1, 1), "{}", done.stderr);
    }
}
