//! What the parity's cases say the engine refuses, it does refuse when docker's client asks: at create, at attach, or
//! when the container starts.

use super::case::{BUSYBOX, Case};
use crate::parity::{HEADINGS, VERSIONS, Who, cases, folder};

/// The cases that this engine is old enough for: the first of the versions is that of the oldest engine.
fn refused(part: usize) {
    let case = Case::new();
    let files = folder().join("files");
    let label = case.label();
    let mut wrong = Vec::new();
    let all = HEADINGS.iter().flat_map(|heading| cases(heading));
    let of_engine = all.filter(|one| one.who == Who::Engine && one.versions.contains(&VERSIONS[0]));
    for one in of_engine.skip(part).step_by(2) {
        let args: Vec<String> =
            one.args.iter().map(|word| word.replace("[DIR]", files.to_str().unwrap())).collect();
        let mut words: Vec<&str> = vec!["run", "--label", &label];
        words.extend(args.iter().map(String::as_str));
        words.extend([BUSYBOX, "true"]);
        let done = case.call("docker", &words).run();
        if done.code == 0 {
            wrong.push(format!("{}: {}", one.line, done.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_engine_refuses_what_is_said_of_it() {
    refused(0);
}

#[test]
fn the_engine_refuses_what_is_said_of_it_too() {
    refused(1);
}
