//! dynrun held to docker itself: a recording engine takes the create request of `docker run OPTIONS img cmd` and of
//! `dynrun run --profile bare --preflight off --image img OPTIONS -- cmd`. The cases are data (`case`); so is what
//! docker's client sent for each (`recorded.jsonl`), and where that client is at hand it is asked again.
//!
//! `DYNRUN_BLESS=1` writes anew what the client sends, and what dynrun says where it differs.

mod case;
mod coverage;
mod exported;
mod imported;
mod inspected;
mod moments;
mod random;
mod recorded;
mod reference;
mod request;
mod side;

use crate::share::share;
use case::Case;
pub(crate) use case::{HEADINGS, VERSIONS, Who, cases};
use recorded::Recorded;
use serde_json::Value;
use side::{Answer, Side};
use std::path::{Path, PathBuf};

/// What stands in the data for the folder in which a case runs.
const DIR: &str = "[DIR]";

/// The folder of this module.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/parity")
}

/// Whether the data is to be written anew.
fn updates() -> bool {
    std::env::var_os("DYNRUN_BLESS").is_some()
}

/// Compares what dynrun does with each case of a heading with what docker's client was recorded to do.
#[track_caller]
fn holds(heading: &str) {
    let recorded = Recorded::read();
    let side = Side::new();
    let mut cases = cases(heading);
    let mut wrong = Vec::new();
    for case in share(&mut cases, 2) {
        let mut said = Vec::new();
        for version in case.versions.clone() {
            let docker = recorded.answer(&case.line, version);
            let dynrun = side.dynrun(case, version, recorded.base(version));
            match told(case, docker, &dynrun) {
                Ok(text) => said.push(text),
                Err(problem) => wrong.push(format!("{} at {version}: {problem}", case.head())),
            }
        }
        said.dedup();
        let said = said.concat();
        if said != case.expected {
            wrong.push(format!("{}:\n{}", case.head(), crate::common::diff(&case.expected, &said)));
            case.expected = said;
        }
    }
    if updates() {
        case::write_expected(heading, &cases);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is to stand below a case; or why it is not what its head says.
fn told(case: &Case, docker: &Answer, dynrun: &Answer) -> Result<String, String> {
    match (case.who, docker, dynrun) {
        (Who::Nobody, Answer::Sent(docker), Answer::Sent(dynrun)) if docker == dynrun => Ok(String::new()),
        (Who::Nobody, Answer::Sent(docker), Answer::Sent(dynrun)) => {
            Err(format!("\n{}", lines(docker, dynrun)))
        }
        (Who::Client, Answer::Refused(_), Answer::Refused(said))
        | (Who::Engine, Answer::Sent(_), Answer::Refused(said)) => Ok(said.clone()),
        (Who::Deviation(_), _, Answer::Refused(said)) => match docker {
            Answer::Sent(_) => Ok(said.clone()),
            Answer::Refused(why) => Err(format!("docker's client refuses it as well: {why}")),
        },
        (Who::Deviation(_), Answer::Sent(docker), Answer::Sent(dynrun)) => match docker == dynrun {
            true => Err("docker's client sends the same".to_owned()),
            false => Ok(format!("{}\n", request::patch(docker, dynrun))),
        },
        (Who::Deviation(_), Answer::Refused(_), Answer::Sent(dynrun)) => Ok(format!("{dynrun}\n")),
        (_, docker, dynrun) => Err(format!("docker {docker}, dynrun {dynrun}")),
    }
}

/// Two requests, line by line.
fn lines(docker: &Value, dynrun: &Value) -> String {
    let pretty = |value| serde_json::to_string_pretty(value).unwrap();
    crate::common::diff(&pretty(docker), &pretty(dynrun))
}

/// A test for each heading.
macro_rules! headings {
    ($holds:path: $($heading:ident)+) => { crate::parity::headings!($holds, cfg(test): $($heading)+); };
    // The same with a word on each: `ignore = "long"`.
    ($holds:path, $attribute:meta: $($heading:ident)+) => {
        $( #[test] #[$attribute] fn $heading() { $holds(stringify!($heading)); } )+

        #[test]
        fn every_heading_is_tested() {
            assert_eq!([$(stringify!($heading)),+], super::case::HEADINGS);
        }
    };
}
use headings;

/// dynrun beside what docker's client was recorded to do.
mod holds {
    super::headings!(super::holds: general network environment storage resources gpu security health lifecycle logging metadata);
}
