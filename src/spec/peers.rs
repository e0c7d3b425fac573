//! `Peer`: another machine that a variable of the launch names, as in `NATS_SERVER=nats://bus:4222`.

use super::{LaunchSpec, Setting, is_habit};
use crate::finding::Origin;
use crate::values::{EnvVar, Secret, SecretNames, Value as _};

/// Another machine that a variable names.
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    /// The variable.
    pub variable: String,
    /// The machine, by its name or address.
    pub host: String,
    /// The variable as it was said, without what it may hide.
    pub words: String,
    /// Where it was said.
    pub origin: Origin,
}

/// Schemes of what lies on this machine.
const LOCAL: [&str; 4] = ["file", "unix", "ipc", "fd"];

/// The machines that variables name which somebody said; of a variable the first one. What a secret holds is nobody's
/// to read, and the proxies are docker's own.
#[must_use]
pub fn peers(spec: &LaunchSpec) -> Vec<Peer> {
    let said = spec.options.env.iter().filter(|setting| {
        let name = &setting.value.name;
        !is_habit(&setting.origin)
            && !spec.secrets.is_secret(name)
            && !name.to_ascii_lowercase().ends_with("_proxy")
    });
    let found = said.filter_map(|setting| {
        let host = host(setting.value.value.as_ref().map(Secret::expose)?)?.to_owned();
        let words = variable_words(setting, &spec.secrets);
        let (variable, origin) = (setting.value.name.clone(), setting.origin.clone());
        Some(Peer { variable, host, words, origin })
    });
    found.collect()
}

/// A variable as it was said, without what may be secret.
pub(crate) fn variable_words(setting: &Setting<EnvVar>, secrets: &SecretNames) -> String {
    let word = setting.value.shown(secrets);
    match &setting.origin {
        Origin::Flag(spelling) if ["--env-file", "--dotenv"].contains(&spelling.as_str()) => {
            format!("{word} in a file of {spelling}")
        }
        Origin::Flag(spelling) if spelling == "--secret" => format!("{word} by {spelling}"),
        Origin::Flag(spelling) => format!("{spelling} {word}"),
        Origin::File(_) | Origin::Variable(_) | Origin::Rule(_) => word,
    }
}

/// The other machine of a URL. A password may hold anything: what stands before the last `@` is none of it.
fn host(value: &str) -> Option<&str> {
    let (scheme, rest) = value.trim().split_once("://")?;
    let is_scheme =
        !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '+');
    if !is_scheme || LOCAL.contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let host = match rest.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => rest.split(['/', ',', ':', '?', '#']).next(),
    }?;
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
    let is_home = ["localhost", "::1", "0.0.0.0", "::"].contains(&host) || host.starts_with("127.");
    (!host.is_empty() && host.chars().all(is_name) && !is_home).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_machine_is_one() {
        for (value, want) in [
            ("nats://bus:4222", Some("bus")),
            ("http://10.0.0.7:2379/v3", Some("10.0.0.7")),
            ("http://[fd00::7]:2379", Some("fd00::7")),
            ("nats://user:pa@ss/w:1@bus:4222", Some("bus")),
            ("http://a:1,http://b:2", Some("a")),
            ("etcd+http://store", Some("store")),
            ("http://localhost:2379", None),
            ("http://127.0.0.1:2379", None),
            ("http://[::1]:2379", None),
            ("file:///data/states", None),
            ("unix:///run/x.sock", None),
            ("bus:4222", None),
            ("see https://x", None),
            ("http://", None),
            ("http://${HOST}:80", None),
            ("", None),
        ] {
            assert_eq!(host(value), want, "{value}");
        }
    }
}
