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

/// The value for any reader's eyes: the key may name a secret, and the value may hold one by itself, in a URL, in the words
/// of a command, or as one of several options (`o=addr=h,password=x`).
pub(super) fn shown_value(key: &str, value: &str, names: &SecretNames) -> String {
    match is_secret(key, Some(value), names) {
        true => "***".to_owned(),
        false => names.without_secrets_in(value),
    }
}

/// Puts `***` in the place of every value that may be a secret.
pub fn hide_values(pairs: &mut [(String, String)], names: &SecretNames) {
    for (key, value) in pairs {
        *value = shown_value(key, value, names);
    }
}

/// Writes a word for any reader's eyes.
pub(super) fn shown(key: &str, value: Option<&str>, names: &SecretNames) -> String {
    let value = value.map(|value| shown_value(key, value, names));
    names.without_url_passwords(&join(key, value.as_deref()))
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
        let names = SecretNames { endings: vec!["API_KEY".to_owned()], ..SecretNames::default() };
        for (key, value, want) in [
            ("hub-api-key", Some("hush"), "hub-api-key=***"),
            ("HUB_API_KEY", Some(""), "HUB_API_KEY="),
            ("api-key", None, "api-key"),
            ("db", Some("pg://u:hush@h"), "db=pg://u:***@h"),
            ("o", Some("addr=h,api_key=hush"), "o=addr=h,api_key=***"),
            ("args", Some("serve --api-key hush --port 80"), "args=serve --api-key ***"),
            ("args", Some("serve --max-tokens 4096 -p 8080:80"), "args=serve --max-tokens 4096 -p 8080:80"),
        ] {
            assert_eq!(shown(key, value, &names), want);
        }
    }
}
