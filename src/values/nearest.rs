//! The known word that an unknown one was probably meant to be.

use super::ValueError;

/// The known word closest to this one, letters' case aside: one slip in a short word, two in a longer one.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let slips = if lower.chars().count() <= 4 { 1 } else { 2 };
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// An error about a word that is none of the known ones, with the closest of them as a suggestion.
pub(super) fn unknown<'a>(problem: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> ValueError {
    let error = ValueError::new(problem);
    match nearest(word, known) {
        Some(candidate) => error.suggest(candidate),
        None => error,
    }
}

/// The same about a part of a longer word: the suggestion is that word with its part put right.
pub(super) fn unknown_in<'a>(
    problem: &str,
    part: &str,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> ValueError {
    let error = ValueError::new(problem);
    let (Some(candidate), Some(at)) = (nearest(part, known), position(part, word)) else {
        return error;
    };
    error.suggest(format!("{}{candidate}{}", &word[..at], &word[at + part.len()..]))
}

/// Where the part stands last in the word, with no letter, digit or hyphen beside it.
fn position(part: &str, word: &str) -> Option<usize> {
    let goes_on = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    word.rmatch_indices(part)
        .map(|(at, _)| at)
        .find(|at| !word[..*at].ends_with(goes_on) && !word[at + part.len()..].starts_with(goes_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_may_have_one_slip_and_a_longer_one_two() {
        let known = ["tcp", "udp", "always", "never"];
        for (word, want) in [
            ("tpc", Some("tcp")),
            ("TCP", Some("tcp")),
            ("pct", None),
            ("alwasy", Some("always")),
            ("allwasy", Some("always")),
            ("sctp", None),
            ("foo", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), want, "{word}");
        }
    }

    #[test]
    fn a_part_is_put_right_in_its_word() {
        let suggestion = |part, word| unknown_in("", part, word, ["name", "alias", "ip"]).suggestion;
        assert_eq!(suggestion("alais", "name=alais,alais=b"), Some("name=alais,alias=b".into()));
        assert_eq!(suggestion("p", "p=1,ip=2"), Some("ip=1,ip=2".into()));
        assert_eq!(suggestion("foo", "foo=1"), None);
    }
}
