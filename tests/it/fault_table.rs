//! The table of faults in `docs/faults.md`: every fault, how it is made to happen, and what came of it, out of the tables that
//! the tests with an engine are held to.

use crate::readme::compare;
use std::collections::BTreeMap;
use std::path::Path;

/// How a launch is made, by how the name of its table begins.
const WAYS: [(&str, &str); 6] = [
    ("in_pipes_", "`--rm -i`, in pipes"),
    ("on_a_terminal_", "`--rm -it`"),
    ("in_the_background_", "`-d`"),
    ("until_it_is_ready_", "`-d --wait`"),
    ("in_the_place_of_one_", "`--if-exists replace`"),
    ("by_one_that_is_there_", "`--if-exists reuse`"),
];

/// What happens at a request and how, by how the name ends.
const BLOWS: [(&str, &str, &str); 10] = [
    ("unheard", "a request is lost", "the proxy ends the connection before the engine hears of it"),
    ("unanswered", "an answer is lost", "the engine does it, then the proxy ends the connection"),
    ("silent", "no answer ever comes", "the proxy keeps the connection and the request"),
    ("refused", "the engine refuses", "the proxy answers 500"),
    ("html", "a gateway answers", "the proxy answers 502 with a page"),
    ("empty", "an empty answer", "the proxy answers 200 with nothing"),
    ("garbage", "an answer that is none", "the proxy answers 200 with other words"),
    ("interrupted", "Ctrl-C", "SIGINT while the request is on its way"),
    ("terminated", "it is ended", "SIGTERM while the request is on its way"),
    ("killed", "it is killed", "SIGKILL while the request is on its way, then `dynrun gc`"),
];

/// What a table adds to a code, and what that says.
const NOTES: [(&str, &str); 4] = [
    ("and it runs", ", and the container runs"),
    ("and a line", ", with the line that brings the old one back"),
    ("and the old one is back", ", and the old one is back"),
    ("and the old one is left", ", with the line that removes the old one"),
];

/// What came of a launch, out of a line of a table, and how often.
fn outcomes(text: &str) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines() {
        *counts.entry(outcome(line.split_once(": ").unwrap().1)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.iter().map(|(outcome, count)| format!("{count}: {outcome}")).collect::<Vec<_>>().join("<br>")
}

/// `125 and a line engine-lost cleanup-failed` in words.
fn outcome(words: &str) -> String {
    let (code, rest) = words.split_once(' ').unwrap_or((words, ""));
    let note = NOTES.iter().find(|(note, _)| rest.starts_with(note));
    let (note, codes) = note.map_or(("", rest), |(note, words)| (words, &rest[note.len()..]));
    let code = match code {
        "0" | "7" => "it goes on".to_owned(),
        "-9" => "what is left goes with gc".to_owned(),
        code => code.to_owned(),
    };
    let codes: String = codes.split_whitespace().map(|code| format!(" `{code}`")).collect();
    format!("{code}{codes}{note}")
}

#[test]
fn the_faults_are_the_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/expected/faults");
    let mut tables: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let way = WAYS.iter().position(|(begins, _)| name.starts_with(begins));
        let way = way.unwrap_or_else(|| panic!("no way is known: {name}"));
        let blow = BLOWS.iter().position(|(ends, ..)| name[WAYS[way].0.len()..] == **ends);
        let blow = blow.unwrap_or_else(|| panic!("no blow is known: {name}"));
        tables.insert((blow, way), std::fs::read_to_string(path).unwrap());
    }
    let mut table = String::from(
        "| fault | how it is injected | launch | launches | what came of them |\n|---|---|---|---|---|\n",
    );
    for ((blow, way), text) in &tables {
        let ((_, fault, how), (_, launch)) = (BLOWS[*blow], WAYS[*way]);
        let (count, came) = (text.lines().count(), outcomes(text));
        table.push_str(&format!("| {fault} | {how} | {launch} | {count} | {came} |\n"));
    }
    let all: usize = tables.values().map(|text| text.lines().count()).sum();
    table.push_str(&format!("| all | | | {all} | |\n"));
    compare("docs/faults.md", "faults", &table);
}
