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
