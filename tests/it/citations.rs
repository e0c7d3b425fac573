//! Every requirement of the guides is cited by a test, or stands in `docs/scope.md` with why dynrun does not do it. Which numbers there
//! are says that page.

use crate::document::{read, root};
use std::collections::BTreeSet;
use std::path::Path;

/// Where tests cite them.
const CITING: [&str; 2] = ["rs", "toml"];

/// The numbers of a text, `E4` or `N24-N33`: each with its letter.
fn numbers(text: &str) -> BTreeSet<(char, u32)> {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    text.split(|letter: char| !word(letter)).filter_map(range).flatten().collect()
}

/// `E4` or `N24-N33`; of any other word none.
fn range(word: &str) -> Option<Vec<(char, u32)>> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let (letter, from) = number(first)?;
    let (same, to) = number(last)?;
    (letter == same).then(|| (from..=to).map(|number| (letter, number)).collect())
}

fn number(word: &str) -> Option<(char, u32)> {
    let letter = word.chars().next().filter(|letter| "ENKBM".contains(*letter))?;
    Some((letter, word[1..].parse().ok()?))
}

/// What tests below a folder cite: in the lines of their comments.
fn cited(folder: &Path, found: &mut BTreeSet<(char, u32)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cited(&path, found);
        } else if CITING.iter().any(|kind| path.extension().is_some_and(|extension| extension == *kind)) {
            // What is to be refused need not be text.
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let comments = text
                .lines()
                .map(str::trim_start)
                .filter(|line| line.starts_with("//") || line.starts_with('#'));
            comments.for_each(|line| found.extend(numbers(line)));
        }
    }
}

#[test]
fn every_requirement_is_cited_or_out_of_scope() {
    let scope = read("docs/scope.md");
    let (_, section) = scope.split_once("## Requirements out of scope").expect("the section");
    let (all, reasons) = section.split_once("\n- ").expect("a list");
    let (all, mut held) = (numbers(all.split(". Each is").next().unwrap_or_default()), numbers(""));
    assert_eq!(all.len(), 35 + 34 + 26 + 26 + 37);
    for reason in format!("- {reasons}").lines().filter_map(|line| line.strip_prefix("- ")) {
        held.extend(numbers(reason.split(':').next().unwrap_or_default()));
    }
    cited(&root().join("tests"), &mut held);
    let missing: Vec<String> =
        all.difference(&held).map(|(letter, number)| format!("{letter}{number}")).collect();
    assert_eq!(missing, [""; 0], "neither cited by a test nor in docs/scope.md");
}
