//! `HealthCommand`, `HealthTime` and `HealthRetries`: how the engine asks a container for its health, for `--health-cmd`,
//! `--health-interval` and their like.

use super::authority::Authority;
use super::duration::Duration;
use super::integer::signed;
use super::{SecretNames, Value, ValueError};
use std::time::Duration as Time;

/// What tells whether a container is healthy: a line for the image's shell, or a list as in a Dockerfile and in compose:
/// `["CMD", "curl", "-f", "http://localhost:8080/health"]`, `["CMD-SHELL", "LINE"]`, `["NONE"]`.
///
/// As a word, a list is JSON. A shell would take a word that begins so for the name of a program, which none has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthCommand {
    /// A line for the image's shell; the empty one leaves the check to the image.
    Shell(String),
    /// A program and its arguments, which need no shell.
    Program(Vec<String>),
    /// No check, whatever the image says.
    None,
}

/// How a list begins.
const KINDS: [&str; 3] = ["CMD", "CMD-SHELL", "NONE"];

impl HealthCommand {
    /// The words of a list, if the word is one.
    fn list(word: &str) -> Option<Vec<String>> {
        let is_list = word == "[]" || word.starts_with("[\"");
        is_list.then(|| serde_json::from_str(word).ok()).flatten()
    }

    /// Reads a list of words, as images have it.
    ///
    /// # Errors
    /// The list begins with none of the three words, or the words behind it are not those that it takes.
    pub fn listed(words: &[String]) -> Result<Self, ValueError> {
        let first = words.first().map_or("", String::as_str);
        match (first, &words[words.len().min(1)..]) {
            ("CMD", program @ [_, ..]) => Ok(Self::Program(program.to_vec())),
            ("CMD", []) => Err(ValueError::new("behind CMD stand a program and its arguments")),
            ("CMD-SHELL", [line]) => Ok(Self::Shell(line.clone())),
            ("CMD-SHELL", _) => {
                Err(ValueError::new("behind CMD-SHELL stands one line for the image's shell"))
            }
            ("NONE", []) => Ok(Self::None),
            ("NONE", _) => Err(ValueError::new("behind NONE stands nothing").suggest(written(&["NONE"]))),
            _ => Err(unknown_kind(first, words)),
        }
    }

    /// The command as a line for a shell.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Shell(line) => line.clone(),
            // A NUL cannot stand in it: it is refused.
            Self::Program(words) => shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default(),
            Self::None => String::new(),
        }
    }

    /// The same for any reader's eyes: a secret in it is `***`.
    #[must_use]
    pub fn without_secrets(&self, names: &SecretNames) -> Self {
        match self {
            Self::Shell(line) => Self::Shell(names.without_secrets_in(line)),
            Self::Program(words) => Self::Program(names.without_set_secrets(words)),
            Self::None => Self::None,
        }
    }

    /// The ports of the container's own loopback that it asks: `http://localhost:80/`, `localhost:80`, `localhost 80` as
    /// `nc` takes it, and the shell's own `/dev/tcp/localhost/80`.
    #[must_use]
    pub fn loopback_ports(&self) -> Vec<u16> {
        let line = self.line();
        let words: Vec<&str> = line.split(AROUND_URLS).filter(|word| !word.is_empty()).collect();
        let joined = words.iter().flat_map(|word| Authority::all(word));
        let joined = joined.filter(Authority::is_loopback).filter_map(|one| one.port());
        let apart = words.windows(2).filter_map(|pair| port_of_loopback(pair[0], pair[1]));
        let opened = words.iter().filter_map(|word| {
            let (host, port) = word.strip_prefix("/dev/tcp/")?.split_once('/')?;
            port_of_loopback(host, port)
        });
        joined.chain(apart).chain(opened).collect()
    }
}

/// The port, where the host is nothing but the loopback.
fn port_of_loopback(host: &str, port: &str) -> Option<u16> {
    let is_loopback = Authority::all(host).iter().any(|one| one.is_loopback() && one.host() == host);
    port.parse().ok().filter(|_| is_loopback)
}

/// What stands around a URL in a shell's line.
const AROUND_URLS: [char; 11] = [' ', '\t', '"', '\'', '`', '(', ')', ';', '|', '<', '>'];

/// A list that begins with none of the three words. Most miss the first one, as they would stand in an `entrypoint`.
fn unknown_kind(first: &str, words: &[String]) -> ValueError {
    let error = ValueError::new(
        "a list of the health check begins with CMD (a program, then its arguments), CMD-SHELL (one line for the \
         image's shell) or NONE (no check)",
    );
    let mut meant: Vec<&str> = words.iter().map(String::as_str).collect();
    match (first, KINDS.iter().find(|kind| first.to_ascii_uppercase().replace('_', "-") == **kind)) {
        ("", _) => return error,
        (_, Some(kind)) => meant[0] = kind,
        (_, None) => meant.insert(0, KINDS[0]),
    }
    error.suggest(written(&meant))
}

/// A list as a word. TOML and JSON have the same form of it.
fn written(words: &[&str]) -> String {
    let quoted = words.iter().map(|word| serde_json::Value::from(*word).to_string());
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}

impl Value for HealthCommand {
    const FORM: &'static str = "COMMAND";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let words = Self::list(word);
        let holds_nul = |text: &str| text.contains('\0');
        if holds_nul(word) || words.iter().flatten().any(|word| holds_nul(word)) {
            return Err(ValueError::new("the command holds a NUL byte"));
        }
        words.map_or_else(|| Ok(Self::Shell(word.to_owned())), |words| Self::listed(&words))
    }

    fn word(&self) -> String {
        match self {
            Self::Shell(line) if Self::list(line).is_some() => written(&["CMD-SHELL", line]),
            Self::Shell(line) => line.clone(),
            Self::Program(words) => {
                let words = words.iter().map(String::as_str);
                written(&std::iter::once("CMD").chain(words).collect::<Vec<_>>())
            }
            Self::None => written(&["NONE"]),
        }
    }

    fn shown(&self, names: &SecretNames) -> String {
        self.without_secrets(names).word()
    }
}

/// The shortest time that the engine takes.
const SHORTEST: Time = Time::from_millis(1);

/// An interval, a limit or a grace of the health check; 0 leaves it to the image, and to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthTime(pub Duration);

impl Value for HealthTime {
    const FORM: &'static str = "NUMBER[h|m|s|ms]...";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let time = Duration::with_units(word)?;
        if !time.is_zero() && time.0 < SHORTEST {
            return Err(ValueError::new(
                "a time of the health check is 1ms at least, or 0 for the image's own",
            ));
        }
        Ok(Self(time))
    }

    fn word(&self) -> String {
        self.0.word()
    }
}

/// How often in a row the check fails before the container counts as unhealthy; 0 leaves it to the image, and to the
/// engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthRetries(pub i64);

impl Value for HealthRetries {
    const FORM: &'static str = "NUMBER";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new("the count of failures is a whole number, 0 for the image's own");
        signed(word).filter(|count| *count >= 0).map(Self).ok_or_else(error)
    }

    fn word(&self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<HealthCommand>(&[
            ("", ""),
            ("curl -f http://localhost:8080/health", "curl -f http://localhost:8080/health"),
            ("[ -e /well ]", "[ -e /well ]"),
            ("[ \"CMD\" ]", "[ \"CMD\" ]"),
            ("[\"CMD\"", "[\"CMD\""),
            ("[\"CMD\",\"curl\",  \"-f\"]", "[\"CMD\", \"curl\", \"-f\"]"),
            ("[\"CMD\", \"say\", \"a \\\"b\\\"\"]", "[\"CMD\", \"say\", \"a \\\"b\\\"\"]"),
            ("[\"CMD-SHELL\", \"test -e /x\"]", "test -e /x"),
            ("[\"CMD-SHELL\", \"[\\\"NONE\\\"]\"]", "[\"CMD-SHELL\", \"[\\\"NONE\\\"]\"]"),
            ("[\"NONE\"]", "[\"NONE\"]"),
        ]);
        reads::<HealthTime>(&[
            ("5s", "5s"),
            ("100ms", "100ms"),
            ("1000us", "1ms"),
            ("1h1m1.5s", "1h1m1s500ms"),
            ("+.5s", "500ms"),
            ("0", "0s"),
            ("-0s", "0s"),
            ("0.0000000001s", "0s"),
        ]);
        reads::<HealthRetries>(&[("3", "3"), ("0", "0"), ("+3", "3"), ("0x10", "16"), ("1_000", "1000")]);
    }

    #[test]
    fn the_ports_that_it_asks_are_known() {
        for (word, ports) in [
            ("curl -f \"http://localhost:8080/health\" || exit 1", &[8080][..]),
            (r#"["CMD", "wget", "http://127.0.0.1:8000/", "http://[::1]:8001/"]"#, &[8000, 8001]),
            ("wget http://localhost:$PORT/", &[]),
            ("wget http://localhost:${PORT:-8000}/", &[]),
            ("wget http://other:8000/", &[]),
            ("pgrep server", &[]),
            ("curl localhost:8000", &[8000]),
            ("curl -fsS 127.0.0.1:8000/health?full=1 || exit 1", &[8000]),
            (r#"["CMD", "curl", "[::1]:8000"]"#, &[8000]),
            ("curl localhost:$PORT", &[]),
            ("curl other:8000", &[]),
            ("nc -z localhost 8000", &[8000]),
            ("nc -z other 8000", &[]),
            ("bash -c 'exec 3<>/dev/tcp/127.0.0.1/8000'", &[8000]),
            ("sleep 8000", &[]),
        ] {
            assert_eq!(HealthCommand::parse(word).unwrap().loopback_ports(), ports, "{word}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let kinds = "a list of the health check begins with CMD (a program, then its arguments), CMD-SHELL (one line for \
                     the image's shell) or NONE (no check)";
        let meant = |list: &str| format!("{kinds} -> {list}");
        refuses::<HealthCommand>(&[
            ("a\0b", "the command holds a NUL byte"),
            ("[\"CMD\", \"a\\u0000\"]", "the command holds a NUL byte"),
            ("[]", kinds),
            ("[\"\"]", kinds),
            ("[\"curl\", \"-f\"]", &meant("[\"CMD\", \"curl\", \"-f\"]")),
            ("[\"cmd_shell\", \"a b\"]", &meant("[\"CMD-SHELL\", \"a b\"]")),
            ("[\"none\"]", &meant("[\"NONE\"]")),
            ("[\"CMD\"]", "behind CMD stand a program and its arguments"),
            ("[\"CMD-SHELL\"]", "behind CMD-SHELL stands one line for the image's shell"),
            ("[\"CMD-SHELL\", \"a\", \"b\"]", "behind CMD-SHELL stands one line for the image's shell"),
            ("[\"NONE\", \"x\"]", "behind NONE stands nothing -> [\"NONE\"]"),
        ]);
        let short = "a time of the health check is 1ms at least, or 0 for the image's own";
        refuses::<HealthTime>(&[
            ("", "a duration is numbers, each with its unit"),
            ("5", "the last number has no unit -> 5s"),
            ("1.5", "the last number has no unit"),
            ("-1s", "a duration cannot be negative"),
            ("1d", "the unit is not one of h, m, s, ms, us, ns"),
            ("999us", short),
            ("1ns", short),
        ]);
        let count = "the count of failures is a whole number, 0 for the image's own";
        refuses::<HealthRetries>(&[
            ("", count),
            ("-1", count),
            ("3.0", count),
            ("9223372036854775808", count),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(milliseconds in 0..=9_223_372_036_854_u64, retries in 0..=i64::MAX) {
            round_trips(&HealthTime(Duration(Time::from_millis(milliseconds))));
            round_trips(&HealthRetries(retries));
        }

        #[test]
        fn every_command_is_read_back(line in "[^\0]*", words in prop::collection::vec("[^\0]*", 1..4)) {
            round_trips(&HealthCommand::Shell(line));
            round_trips(&HealthCommand::Program(words));
        }
    }
}
