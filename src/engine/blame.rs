//! Which of the options that were said an engine's refusal is about: those whose words it holds.

use crate::finding::Finding;
use crate::spec::{LaunchSpec, SaidWord, said_words};

/// The shortest word that says something by itself.
const SHORTEST: usize = 5;
/// How many options are named at most: more is no blame.
const MOST: usize = 3;
/// What engines say without a word that was said, and the option that it is about.
const ABOUT: [(&str, &str); 5] = [
    ("Range of CPUs is from", "cpus"),
    ("Requested CPUs are not available", "cpuset-cpus"),
    ("Requested memory nodes are not available", "cpuset-mems"),
    ("--storage-opt is supported only", "storage-opt"),
    ("volume plugin", "volume-driver"),
];

/// The finding, with the options that the engine's words name.
pub(super) fn with_words(finding: Finding, message: &str, spec: &LaunchSpec) -> Finding {
    let named: Vec<_> =
        said_words(&spec.options, &spec.secrets).filter(|said| is_about(said, message)).collect();
    if named.len() > MOST {
        return finding;
    }
    named.into_iter().fold(finding, |finding, said| finding.asked(said.asked, &said.origin))
}

fn is_about(said: &SaidWord, message: &str) -> bool {
    ABOUT.iter().any(|(words, option)| said.option == *option && message.contains(words))
        || tokens(&said.word).any(|token| is_named(token, message))
}

/// The parts of a value that an engine may quote.
fn tokens(word: &str) -> impl Iterator<Item = &str> {
    word.split([',', '=', ':']).filter(|token| token.len() >= SHORTEST)
}

/// Whether a text holds the word by itself, and not as a part of another.
fn is_named(word: &str, text: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(|letter| is_part(letter) || letter == '/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_named_where_it_stands_alone() {
        for (word, text, wanted) in [
            ("/dev/nosuch", "error gathering device information: lstat /dev/nosuch: no such file", true),
            ("/dev/nosuch", "lstat /dev/nosuch2: no such file", false),
            ("/tmp", "bind source /tmp/x does not exist", false),
            ("nosuch", "unable to find user nosuch: no matching entries", true),
            ("bogus", "unknown log opt 'bogus' for json-file log driver", true),
        ] {
            assert_eq!(is_named(word, text), wanted, "{word} in {text}");
        }
        assert_eq!(tokens("type=bind,src=/tmp/x,dst=/y").collect::<Vec<_>>(), ["/tmp/x"]);
    }
}
