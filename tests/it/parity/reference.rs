//! Docker's own client, where the one is at hand that the data was recorded with: it still does what was recorded, and
//! what it makes of the line that dynrun prints is what dynrun sends.

use super::case::{self, Case, VERSIONS, Who, cases};
use super::recorded::Recorded;
use super::side::{Answer, Side};
use super::updates;
use crate::share::share;
use dynrun::options::ROWS;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::Command;

/// Docker's client does with each case of a heading what was recorded.
fn recorded(heading: &str) {
    let known = Recorded::read();
    let side = Side::new();
    let mut found: Vec<(Case, &str, Answer)> = Vec::new();
    for case in share(cases(heading), 3) {
        for version in case.versions.clone() {
            let base = known.base(version);
            let answer = without_help(side.docker(&case, version, Some(base)));
            found.push((case.clone(), version, answer));
        }
    }
    if updates() {
        return Recorded::change(|recorded| {
            found.into_iter().for_each(|(case, version, answer)| recorded.put(&case.line, version, answer));
        });
    }
    let differs = |(case, version, answer): &(Case, &str, Answer)| {
        let known = known.answer(&case.line, version);
        (known != answer).then(|| format!("{} at {version}:\n- {known}\n+ {answer}", case.head()))
    };
    let wrong: Vec<String> = found.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of what docker's client says, what follows is how to get help.
fn without_help(answer: Answer) -> Answer {
    match answer {
        Answer::Refused(said) => {
            Answer::Refused(said.split("\n\n").next().unwrap_or_default().trim().to_owned())
        }
        Answer::Sent(request) => Answer::Sent(request),
    }
}

/// The line that dynrun prints for each case makes docker's client send what dynrun sends; or what docker's client
/// makes of the case itself, where dynrun differs in the request and not in what is asked for.
fn printed(heading: &str) {
    let known = Recorded::read();
    let side = Side::new();
    let mut wrong = Vec::new();
    for case in share(cases(heading), 3).filter(|case| case.who != Who::Client) {
        for version in case.versions.clone() {
            let base = known.base(version);
            let dynrun = side.dynrun(&case, version, base);
            // What is refused has no line.
            let Answer::Sent(_) = dynrun else { continue };
            let printed = without_help(side.printed(&case, version, base));
            let differs =
                matches!(case.who, Who::Deviation(_)) && printed == *known.answer(&case.line, version);
            if printed != dynrun && !differs {
                wrong.push(format!("{} at {version}:\n- {dynrun}\n+ {printed}", case.head()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every option in docker's own list is a row, under its name and its letter; and nothing else pretends to be one.
#[test]
fn every_option_of_dockers_help_is_a_row() {
    // It leaves out what the engine that answers is too old for.
    let asked = Command::new("docker").args(["run", "--help"]).env("DOCKER_HOST", "unix:///nowhere").output();
    let output = asked.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let option = |line: &str| {
        let (letter, rest) = line.split_once("--")?;
        let name = rest.split_whitespace().next()?.to_owned();
        let letter =
            letter.trim().trim_end_matches(',').strip_prefix('-').and_then(|rest| rest.chars().next());
        (line.starts_with("  ") && letter.is_none_or(|_| line.starts_with("  -"))).then_some((name, letter))
    };
    let listed = help.lines().filter(|line| line.trim_start().starts_with('-')).filter_map(option);
    let listed: BTreeSet<(String, Option<char>)> = listed.filter(|(name, _)| name != "help").collect();
    let rows = ROWS.iter().filter(|row| !row.is_own);
    let ours: BTreeSet<(String, Option<char>)> = rows.map(|row| (row.name.to_owned(), row.short)).collect();
    let missing: Vec<_> = listed.difference(&ours).collect();
    let invented: Vec<_> = ours.difference(&listed).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
    assert!(listed.len() > 100, "{}", listed.len());
}

/// What docker's client sends where nothing is said: all other requests are read beside it.
#[test]
fn nothing_said() {
    let side = Side::new();
    let plain = case::plain();
    for version in VERSIONS {
        let Answer::Sent(request) = side.docker(&plain, version, None) else { panic!("nothing is sent") };
        if updates() {
            Recorded::change(|recorded| recorded.put_base(version, request["body"].clone()));
        }
        let known = Recorded::read();
        assert_eq!((&request["body"], &request["query"]), (known.base(version), &json!({})), "{version}");
    }
}

mod does_what_is_recorded {
    use super::super::headings;
    headings!(super::recorded: general network environment storage resources gpu security health lifecycle logging metadata);
}

mod makes_the_same_of_the_dry_runs_line {
    use super::super::headings;
    headings!(super::printed, ignore = "a minute, all of them": general network environment storage resources gpu security health lifecycle logging metadata);
}
