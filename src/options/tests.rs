use super::*;
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
