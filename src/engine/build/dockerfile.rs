//! The images that a Dockerfile starts from: their registries may want to be shown credentials.

use std::collections::{BTreeMap, BTreeSet};

/// The images, as far as the file and the build's arguments tell. Stages of the file itself are none.
pub(super) fn bases(text: &str, args: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let (mut stages, mut bases) = (BTreeSet::new(), BTreeSet::new());
    let mut has_begun = false;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((instruction, words)) = words.split_first() else { continue };
        match instruction.to_ascii_uppercase().as_str() {
            "ARG" if !has_begun => {
                for word in words {
                    let (name, default) = word.split_once('=').unwrap_or((word, ""));
                    let value = args.get(name).map_or(default.trim_matches(['"', '\'']), String::as_str);
                    values.insert(name.to_owned(), value.to_owned());
                }
            }
            "FROM" => {
                has_begun = true;
                let mut words = words.iter().filter(|word| !word.starts_with("--"));
                bases.extend(words.next().map(|image| filled(image, &values)));
                if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                    stages.extend(words.next().map(|stage| stage.to_ascii_lowercase()));
                }
            }
            "COPY" => bases.extend(
                words
                    .iter()
                    .filter_map(|word| word.strip_prefix("--from="))
                    .map(|image| filled(image, &values)),
            ),
            _ => {}
        }
    }
    let is_stage = |image: &String| {
        stages.contains(&image.to_ascii_lowercase())
            || image == "scratch"
            || image.is_empty()
            || image.bytes().all(|byte| byte.is_ascii_digit())
    };
    bases.retain(|image| !is_stage(image));
    bases
}

/// A word with `$NAME`, `${NAME}` and `${NAME:-default}` filled in.
fn filled(word: &str, values: &BTreeMap<String, String>) -> String {
    let Some((front, rest)) = word.split_once('$') else { return word.to_owned() };
    let (name, rest) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some(braced) => braced,
        None => {
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            rest.split_at(rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()))
        }
    };
    let (name, default) = name.split_once(":-").unwrap_or((name, ""));
    let value = values.get(name).map(String::as_str).filter(|value| !value.is_empty()).unwrap_or(default);
    format!("{front}{value}{}", filled(rest, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_are_found() {
        let args: BTreeMap<String, String> = [("TAG".to_owned(), "2".to_owned())].into();
        for (text, want) in [
            ("FROM nats:2\nRUN x", &["nats:2"][..]),
            (
                "from --platform=linux/amd64 r.test/a as b\nFROM b\nCOPY --from=r.test/c /x /\nCOPY --from=0 / /",
                &["r.test/a", "r.test/c"],
            ),
            (
                "ARG TAG=1\nARG R=\"r.test\"\nFROM ${R}/app:$TAG\nARG R=no\nFROM ${X:-y}:3",
                &["r.test/app:2", "y:3"],
            ),
            ("FROM scratch\n# FROM no", &[]),
            ("", &[]),
        ] {
            let found: Vec<String> = bases(text, &args).into_iter().collect();
            assert_eq!(found, want, "{text}");
        }
    }
}
