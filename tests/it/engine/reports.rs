//! `--report FILE`: what became of a launch, as JSON.

use super::case::Case;
use serde_json::{Value, json};

/// The report that a launch wrote, and nothing beside it.
#[track_caller]
fn report(case: &Case) -> Value {
    let text = std::fs::read_to_string(case.folder().join("report.json")).expect("a report");
    assert!(text.ends_with("}\n"), "{text}");
    let names: Vec<_> =
        std::fs::read_dir(case.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["report.json"], "what a report is written to is left behind");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_launch_in_the_background() {
    let case = Case::new();
    let done =
        case.launch(&["-d", "-p", "127.0.0.1:21080:80", "--report", "report.json"], &["sleep", "60"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let wanted = json!({
        "phase": "running", "error": null, "container": case.container(),
        "ports": ["127.0.0.1:21080->80/tcp"], "exit_code": null,
    });
    assert_eq!(report(&case), wanted);
}

#[test]
fn a_launch_that_ended() {
    let case = Case::new();
    case.launch(&["--rm=false", "--report", "report.json"], &["sh", "-c", "exit 6"]).run().expect(6, "", "");
    let wanted = json!({
        "phase": "ended", "error": null, "container": case.container(), "ports": [], "exit_code": 6,
    });
    assert_eq!(report(&case), wanted);
}

#[test]
fn a_launch_that_failed_says_in_which_phase() {
    let case = Case::new();
    for (options, command, phase, error) in [
        (&["--network", "nosuchnetwork"][..], "true", "preflight", "network-missing"),
        (&["--host", "unix:///nonexistent/docker.sock"], "true", "preflight", "engine-unreachable"),
        (&["--network", "none", "-p", "80:80"], "true", "plan", "dead-publish"),
        (&["--user", "nosuchuser"], "true", "launch", "engine-error"),
        (&[], "nosuchcommand", "launch", "command-not-found"),
    ] {
        let done = case.launch(&[&["--report", "report.json"], options].concat(), &[command]).run();
        assert!(done.stderr.contains(&format!("error[{error}]")), "{}", done.stderr);
        let wanted =
            json!({ "phase": phase, "error": error, "container": null, "ports": [], "exit_code": null });
        assert_eq!(report(&case), wanted);
    }
    case.leaves_nothing();
}

#[test]
fn a_report_that_cannot_be_written_changes_nothing() {
    let case = Case::new();
    let done = case.launch(&["--rm", "--report", "/nonexistent/report.json"], &["sh", "-c", "exit 3"]).run();
    done.expect(
        3,
        "",
        "warning[report-file]: the report cannot be written to /nonexistent/report.json: No such file or directory (os error 2)\n",
    );
}

/// A report that is moved to its place would take a device's.
#[test]
fn a_report_is_written_into_what_is_no_file() {
    let case = Case::new();
    let full = case.folder().join("full");
    let node = case.call("mknod", &[full.to_str().expect("a path"), "c", "1", "7"]).run();
    assert_eq!(node.code, 0, "{}", node.stderr);
    let done = case.launch(&["--rm", "--report", "full"], &["sh", "-c", "exit 3"]).run();
    assert!(done.code == 3 && done.stderr.contains("No space left on device"), "{}", done.stderr);
    let kind = std::fs::metadata(&full).expect("it is there").file_type();
    assert!(!kind.is_file(), "the device was replaced");
    let done = case.launch(&["--rm", "--report", "/dev/stderr"], &["true"]).run();
    let report: Value = serde_json::from_str(&done.stderr).expect("a report");
    assert_eq!((done.code, &report["phase"]), (0, &json!("ended")));
}
