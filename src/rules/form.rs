//! The form in which a service reads its variables: the word that was said is held to the variable's kind, and written
//! as the service has it.

use crate::finding::nearest;
use crate::spec::{Variable, VariableKind};
use crate::values::{Authority, ImageRef, RoleToken, Value, ValueError};
use std::net::IpAddr;

/// The words of a switch that services read as `true` and `false`.
const SWITCH: [(&str, &[&str]); 2] = [
    ("true", &["true", "t", "yes", "y", "on", "1", "enable", "enabled"]),
    ("false", &["false", "f", "no", "n", "off", "0", "disable", "disabled"]),
];

/// How many milliseconds the units of a time have.
const UNITS: [(&str, u64); 5] = [("", 1), ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

/// The word as the service reads it.
pub(super) fn canonical(variable: &Variable, word: &str) -> Result<String, ValueError> {
    let kind = variable.kind.as_ref().map_or(VariableKind::Text, |kind| kind.value);
    let form = match kind {
        VariableKind::Text => word.to_owned(),
        VariableKind::Integer => integer(word)?,
        VariableKind::Port => port(word)?,
        VariableKind::Ip => <IpAddr as Value>::parse(word)?.word(),
        VariableKind::Milliseconds => milliseconds(word)?,
        VariableKind::Boolean => boolean(word)?,
        VariableKind::Path => path(word)?,
        VariableKind::Count => count(word)?,
        VariableKind::Url => url(word)?,
        VariableKind::Image => ImageRef::parse(word).map(|_| word.to_owned())?,
        VariableKind::Tokens => {
            let roles: Vec<&str> = variable.values.iter().map(|role| role.value.as_str()).collect();
            return RoleToken::list(word, &roles).map(|_| word.to_owned());
        }
    };
    let values: Vec<&str> = variable.values.iter().map(|value| value.value.as_str()).collect();
    if values.is_empty() || values.contains(&form.as_str()) {
        return Ok(form);
    }
    let error = ValueError::new(format!("it is one of {}", values.join(", ")));
    Err(match nearest(&form.to_lowercase(), values) {
        Some(near) => error.suggest(near),
        None => error,
    })
}

fn integer(word: &str) -> Result<String, ValueError> {
    let number: Option<i64> = word.parse().ok();
    number.map(|_| word.to_owned()).ok_or_else(|| ValueError::new("it is a whole number"))
}

/// In digits only: `parse` alone would take `+5`, which not every language does.
fn count(word: &str) -> Result<String, ValueError> {
    let is_digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let number: Option<u32> = word.parse().ok().filter(|number| is_digits && *number > 0);
    number.map(|_| word.to_owned()).ok_or_else(|| ValueError::new("it is a whole number above 0"))
}

/// Whatever it is that is wrong with it, the URL is not repeated: it may hold a password.
fn url(word: &str) -> Result<String, ValueError> {
    let all = Authority::all(word);
    let is_whole = !all.is_empty() && all.iter().all(|one| one.is_url);
    if is_whole { Ok(word.to_owned()) } else { Err(ValueError::new("it is a URL: SCHEME://HOST[:PORT]")) }
}

/// As strict as a count.
fn port(word: &str) -> Result<String, ValueError> {
    let is_digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let port: Option<u16> = word.parse().ok().filter(|port| is_digits && *port > 0);
    port.map(|_| word.to_owned()).ok_or_else(|| ValueError::new("a port is a number from 1 to 65535"))
}

fn boolean(word: &str) -> Result<String, ValueError> {
    let lower = word.to_ascii_lowercase();
    let form = SWITCH.iter().find(|(_, words)| words.contains(&lower.as_str()));
    form.map(|(form, _)| (*form).to_owned()).ok_or_else(|| ValueError::new("it is true or false"))
}

/// A number of milliseconds, or a number with its unit: `2s`, `1.5s`.
fn milliseconds(word: &str) -> Result<String, ValueError> {
    let wrong = || ValueError::new("it is a time above 0: milliseconds, or a number with ms, s, m or h");
    let unit_at = word.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(word.len());
    let (number, unit) = word.split_at(unit_at);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than these are no milliseconds in any unit but hours.
    if !is_digits(whole) || !is_digits(part) || part.len() > 9 {
        return Err(wrong());
    }
    let scale = 10u128.pow(u32::try_from(part.len()).unwrap_or_default());
    let digits = |text: &str| text.parse::<u64>().map(u128::from).map_err(|_| wrong());
    let scaled = (digits(whole)? * scale + digits(part)?) * u128::from(*factor);
    let total = u64::try_from(scaled / scale).map_err(|_| wrong())?;
    if scaled % scale != 0 || total == 0 {
        return Err(wrong());
    }
    // What needs no conversion is left as it was said.
    Ok(if unit.is_empty() && !number.contains('.') { word.to_owned() } else { total.to_string() })
}

fn path(word: &str) -> Result<String, ValueError> {
    let is_file = !word.ends_with('/') && std::path::Path::new(word).file_name().is_some();
    if is_file { Ok(word.to_owned()) } else { Err(ValueError::new("it is the path of a file")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(read: fn(&str) -> Result<String, ValueError>, rows: &[(&str, Option<&str>)]) {
        for (word, want) in rows {
            assert_eq!(read(word).ok().as_deref(), *want, "{word}");
        }
    }

    /// E12.
    #[test]
    fn a_port_is_digits_from_1_to_65535() {
        kinds(
            port,
            &[
                ("9999", Some("9999")),
                ("1", Some("1")),
                ("65535", Some("65535")),
                ("0", None),
                ("65536", None),
                ("", None),
                ("+5", None),
                ("-1", None),
                (" 99", None),
                ("9999/udp", None),
                ("udp", None),
            ],
        );
    }

    /// E14.
    #[test]
    fn a_time_with_a_unit_becomes_milliseconds() {
        kinds(
            milliseconds,
            &[
                ("2000", Some("2000")),
                ("02000", Some("02000")),
                ("2s", Some("2000")),
                ("2000ms", Some("2000")),
                ("1.5s", Some("1500")),
                ("0.5m", Some("30000")),
                ("1h", Some("3600000")),
                ("1.0", Some("1")),
                ("0.0005h", Some("1800")),
                ("18446744073709551615", Some("18446744073709551615")),
                ("18446744073709551616", None),
                ("18446744073709551615s", None),
                ("0", None),
                ("0s", None),
                ("0.5ms", None),
                ("1.5", None),
                ("-1", None),
                ("+1", None),
                ("", None),
                ("s", None),
                (".5s", None),
                ("2 s", None),
                ("2S", None),
                ("2d", None),
                ("2s5", None),
                ("1.5.5s", None),
                ("\u{662}s", None),
            ],
        );
    }

    /// E15.
    #[test]
    fn a_switch_has_two_words() {
        for (form, words) in SWITCH {
            for word in words {
                assert_eq!(boolean(word).as_deref(), Ok(form));
                assert_eq!(boolean(&word.to_uppercase()).as_deref(), Ok(form));
            }
        }
        kinds(boolean, &[("", None), ("2", None), ("maybe", None), ("truee", None), (" true", None)]);
    }

    #[test]
    fn a_path_names_a_file() {
        kinds(
            path,
            &[
                ("/data/x", Some("/data/x")),
                ("x", Some("x")),
                ("", None),
                ("/", None),
                ("/data/", None),
                ("..", None),
            ],
        );
    }

    #[test]
    fn an_integer_has_no_letters() {
        kinds(integer, &[("5", Some("5")), ("-5", Some("-5")), ("5.0", None), ("0x5", None), ("", None)]);
    }

    /// B10.
    #[test]
    fn a_count_is_above_zero() {
        kinds(
            count,
            &[
                ("120", Some("120")),
                ("4294967295", Some("4294967295")),
                ("4294967296", None),
                ("0", None),
                ("-1", None),
                ("+1", None),
                ("1.0", None),
                ("", None),
            ],
        );
    }

    /// B16.
    #[test]
    fn a_url_has_a_scheme_and_a_host() {
        kinds(
            url,
            &[
                ("http://xtrace:8742", Some("http://xtrace:8742")),
                ("postgres://u:p@db/xtrace", Some("postgres://u:p@db/xtrace")),
                ("nats://a:1,nats://b:2", Some("nats://a:1,nats://b:2")),
                ("mysql://root:p@tcp(10.0.0.7:3306)/kine", Some("mysql://root:p@tcp(10.0.0.7:3306)/kine")),
                ("xtrace:8742", None),
                ("http://", None),
                ("", None),
            ],
        );
    }
}
