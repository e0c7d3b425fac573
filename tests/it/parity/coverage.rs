//! What the cases cover: every option twice, every type's errors, every deviation.

use super::case::{self, Case, HEADINGS, VERSIONS, Who, cases};
use super::side::Side;
use dynrun::engine::{DEVIATIONS, LABEL_PREFIX};
use dynrun::options::{Kind, ROWS, Row};

/// What differs in every request, and is taken out of each.
const ALWAYS: [&str; 1] = ["own-labels"];

/// What differs only where a launch is checked first, and the test that has it.
const CHECKED: [(&str, &str, &str); 2] = [
    (
        "free-port-of-range",
        "a_range_is_taken_where_no_port_of_it_is_left",
        include_str!("../engine/plans.rs"),
    ),
    ("missing-source", "a_missing_source_is_refused_and_not_made", include_str!("../engine/volumes.rs")),
];

/// Options whose words mean something to somebody else only, so that there is no wrong one.
const ANY_WORD: [&str; 6] =
    ["entrypoint", "group-add", "dns-option", "volume-driver", "cgroup-parent", "runtime"];

/// Options of Windows' engines, which docker's client refuses for every other.
const WINDOWS: [&str; 4] = ["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"];

fn all() -> Vec<Case> {
    HEADINGS.iter().flat_map(|heading| cases(heading)).collect()
}

/// Docker's own options.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| !row.is_own)
}

/// Whether a case says the option, under any of its names.
fn says(case: &Case, row: &Row) -> bool {
    let longs: Vec<String> =
        std::iter::once(&row.name).chain(row.aliases).map(|name| format!("--{name}")).collect();
    case.args.iter().any(|word| {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        let is_short = word.starts_with('-') && !word.starts_with("--");
        longs.iter().any(|long| long == name)
            || (is_short && row.short.is_some_and(|short| name.contains(short)))
    })
}

#[test]
fn every_option_is_said_twice_and_refused_where_it_can_be() {
    let all = all();
    let mut wrong = Vec::new();
    for row in rows() {
        let sent = all.iter().filter(|case| case.who == Who::Nobody && says(case, row)).count();
        if sent < 2 && !WINDOWS.contains(&row.name) {
            wrong.push(format!("--{} is sent by {sent} cases", row.name));
        }
        let is_checked = row.kind != Kind::Switch && !ANY_WORD.contains(&row.name);
        let is_refused = |case: &&Case| case.expected.contains("error[") && says(case, row);
        if is_checked && !all.iter().any(|case| is_refused(&case)) {
            wrong.push(format!("no case refuses a word of --{}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A deviation that no case exercises is none: either it is not true, or nobody would notice when it ceases to be.
#[test]
fn every_deviation_has_a_case() {
    let all = all();
    let names = DEVIATIONS.iter().map(|row| row.name).filter(|name| !ALWAYS.contains(name));
    let names = names.filter(|name| !CHECKED.iter().any(|(checked, ..)| checked == name));
    for (name, test, file) in CHECKED {
        assert!(file.contains(&format!("fn {test}()")), "{name}: there is no {test}");
    }
    let missing: Vec<&str> =
        names.filter(|name| !all.iter().any(|case| case.who == Who::Deviation(name))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The launch is known by its labels. M24.
#[test]
fn labels_of_its_own_are_put_on_every_container() {
    let side = Side::new();
    for version in VERSIONS {
        let labels = side.dynrun_labels(&case::plain(), version);
        assert!(labels.iter().any(|name| name.starts_with(LABEL_PREFIX)), "{labels:?}");
        assert!(labels.iter().all(|name| name.starts_with(LABEL_PREFIX)), "{labels:?}");
    }
}

#[test]
fn there_are_at_least_three_hundred_cases() {
    let all = all();
    let at = |version: &str| all.iter().filter(|case| case.versions.contains(&version)).count();
    let counts = VERSIONS.map(|version| (version, at(version)));
    println!("cases by version of the API: {counts:?}");
    assert!(counts.iter().all(|(_, count)| *count >= 300), "{counts:?}");
}

#[test]
fn no_case_stands_there_twice() {
    let mut heads: Vec<String> = all().iter().map(Case::head).collect();
    heads.sort_unstable();
    let twice: Vec<&[String]> = heads.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
