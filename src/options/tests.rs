use super::*;
use crate::finding::Origin;
use crate::values::Roots;
use std::collections::BTreeSet;

#[test]
fn names_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for row in ROWS {
        for name in [&row.name].into_iter().chain(row.aliases) {
            assert!(seen.insert((*name).to_owned()), "{name} stands twice");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        }
        if let Some(short) = row.short {
            assert!(seen.insert(short.to_string()), "-{short} stands twice");
        }
    }
}

#[test]
fn help_is_one_line_without_a_period() {
    for row in ROWS {
        let help = row.help.trim();
        assert!(!help.is_empty() && help.len() <= 78 && !help.ends_with('.'), "{}: {help}", row.name);
        assert!(help.starts_with(char::is_uppercase), "{}: {help}", row.name);
        assert!(!row.form.is_empty(), "{} has no form", row.name);
    }
}

/// What a form spells out is what a shell completes; a part that is a caller's own is not.
#[test]
fn forms_spell_their_words() {
    let cases: &[(&str, &[&str])] = &[
        ("network", &["host", "bridge", "none", "container:"]),
        ("ipc", &["none", "private", "shareable", "host", "container:"]),
        ("pid", &["host", "container:"]),
        ("uts", &["host"]),
        ("cgroupns", &["private", "host"]),
        ("isolation", &["default"]),
        ("restart", &["no", "always", "unless-stopped", "on-failure"]),
        ("gpus", &["all", "none", "auto"]),
        ("pull", &["always", "missing", "newer", "never"]),
        ("tty", &["true", "false", "auto"]),
        ("rm", &["true", "false"]),
        ("memory", &[]),
        ("memory-swap", &[]),
        ("cpu-quota", &[]),
        ("device", &[]),
        ("device-cgroup-rule", &[]),
        ("cpu-count", &[]),
        ("user", &[]),
        ("publish", &[]),
        ("add-host", &[]),
        ("env", &[]),
    ];
    for (name, words) in cases {
        let row = Row::find(name).unwrap();
        assert_eq!(row.spelled(), *words, "{name}: {}", row.form);
    }
}

/// A word that completes to one that is refused would mislead: each is read as a value, but for one that is only
/// begun with.
#[test]
fn what_is_offered_is_taken() {
    let roots = Roots { base: std::path::Path::new("/"), home: None };
    for row in ROWS {
        for word in words(row, &row.offer) {
            let whole = match word.chars().next_back() {
                Some(':') => format!("{word}8000"),
                Some('=') => format!("{word}1"),
                _ => word,
            };
            let whole = if row.name == "tmpfs" { format!("/x:{whole}") } else { whole };
            let put =
                (row.slots.put)(&mut Layer::default(), &whole, roots, Origin::Flag(row.name.to_owned()));
            assert_eq!(put, Ok(()), "{} {whole}", row.name);
        }
    }
}

/// The words that an offer has by itself where nothing is typed yet, and those of the second part of a mount in memory.
fn words(row: &Row, offer: &Offer) -> Vec<String> {
    match offer {
        Offer::Form => row.spelled(),
        Offer::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Offer::Any(offers) => offers.iter().flat_map(|offer| words(row, offer)).collect(),
        Offer::List(offer) => words(row, offer),
        Offer::Parts(_, [Offer::Words([]), second]) if row.name == "tmpfs" => words(row, second),
        Offer::Behind(front, offer) => {
            words(row, offer).iter().map(|word| format!("{front}{word}")).collect()
        }
        Offer::Parts(..)
        | Offer::Begun(..)
        | Offer::Fields(_)
        | Offer::Names(_)
        | Offer::Files
        | Offer::Folders => Vec::new(),
    }
}
