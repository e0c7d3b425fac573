//! `KEY[=VALUE]`, read and written for every option that is made of it.

use super::{SecretNames, ValueError};

/// Cuts a word at its first `=`.
pub(super) fn split(word: &str) -> (&str, Option<&str>) {
    match word.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (word, None),
    }
}

/// Writes the word that `split` cuts into these.
pub(super) fn join(key: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{key}={value}"),
        None => key.to_owned(),
    }
}

/// Reads a word, and names in errors what it is and what its key is called: `label`, `key`.
pub(super) fn read(word: &str, what: &str, key_is: &str) -> Result<(String, Option<String>), ValueError> {
    let (key, value) = split(word);
    if key.is_empty() {
        return Err(ValueError::new(format!("the {what}'s {key_is} is missing")));
    }
    if word.contains('\0') {
        return Err(ValueError::new(format!("the {what} holds a NUL byte")));
    }
    Ok((key.to_owned(), value.map(str::to_owned)))
}

/// Whether the key names a secret, as a variable's name does: `splunk-token`.
pub(super) fn is_secret(key: &str, value: Option<&str>, names: &SecretNames) -> bool {
    value.is_some_and(|value| !value.is_empty()) && names.is_secret(&key.replace('-', "_"))
}

/// Writes a word for any reader's eyes.
pub(super) fn shown(key: &str, value: Option<&str>, names: &SecretNames) -> String {
    if is_secret(key, value, names) {
        return join(key, Some("***"));
    }
    names.without_url_passwords(&join(key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_ends_the_key() {
        for (word, want) in [
            ("a", ("a", None)),
            ("a=", ("a", Some(""))),
            ("a=b=c", ("a", Some("b=c"))),
            ("=", ("", Some(""))),
        ] {
            assert_eq!(split(word), want);
            assert_eq!(join(want.0, want.1), word);
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let names = SecretNames { endings: vec!["API_KEY".to_owned()], declared: Vec::new() };
        for (key, value, want) in [
            ("hub-api-key", Some("hush"), "hub-api-key=***"),
            ("HUB_API_KEY", Some(""), "HUB_API_KEY="),
            ("api-key", None, "api-key"),
            ("db", Some("pg://u:hush@h"), "db=pg://u:***@h"),
        ] {
            assert_eq!(shown(key, value, &names), want);
        }
    }
}
