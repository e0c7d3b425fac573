//! Whether a word of a file that is read for variables or labels may be a name at all. Somebody hands over the wrong
//! file: a key, `/etc/shadow`. What no name looks like is none of it that a message may quote.

/// The longest name that is quoted.
const LONGEST: usize = 64;
/// The longest part of one, between underscores, dots, slashes and hyphens: few words of any language are longer.
const LONGEST_PART: usize = 24;
/// The longest part with digits among its letters: `k8s`, `v1beta1`. Words of a key have them everywhere.
const LONGEST_MIXED: usize = 7;
/// How many digits may stand at the end of a part: `utf8`, `year2026`.
const MOST_DIGITS: usize = 4;

/// Whether a word looks like the name of a variable or of a label, and not like a piece of a key.
#[must_use]
pub fn is_plausible_name(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins && name.len() <= LONGEST && name.split(['_', '.', '/', '-']).all(is_plausible_part)
}

/// A part in one case, with its digits at the end.
fn is_plausible_part(part: &str) -> bool {
    let letters = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_of_one_case =
        |allowed: fn(&u8) -> bool| part.bytes().all(|letter| allowed(&letter) || letter.is_ascii_digit());
    let is_plain = is_of_one_case(u8::is_ascii_uppercase) || is_of_one_case(u8::is_ascii_lowercase);
    let ends_in_digits = !letters.contains(|letter: char| letter.is_ascii_digit());
    let has_few = part.len() - letters.len() <= MOST_DIGITS;
    is_plain && part.len() <= LONGEST_PART && (part.len() <= LONGEST_MIXED || (ends_in_digits && has_few))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_pieces_of_keys() {
        for (name, want) in [
            ("PATH", true),
            ("HF_TOKEN", true),
            ("https_proxy", true),
            ("K8S_NODE_NAME", true),
            ("_X", true),
            ("UTF8", true),
            ("PYTHONDONTWRITEBYTECODE", true),
            ("com.example.team", true),
            ("app.kubernetes.io/name", true),
            ("A-B.C", true),
            ("", false),
            ("1X", false),
            ("camelCase", false),
            ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", false),
            ("aGVsbG8", false),
            ("JBSWY3DPEHPK3PXP", false),
            ("deadbeef0123456789abcdef01234567", false),
            ("d41d8cd98f00b204e9800998ecf8427e", false),
            ("root:$6$abc:19000:0:99999:7:::", false),
            ("correct horse", false),
            ("p\u{e4}ssword", false),
        ] {
            assert_eq!(is_plausible_name(name), want, "{name}");
        }
    }
}
