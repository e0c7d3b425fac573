//! What docker's own client is configured with, in `config.json`: a launch through dynrun means the same.

use super::Endpoint;
use crate::finding::{Code, Finding, Origin};
use crate::host::{Host, read_text};
use crate::spec::Setting;
use crate::values::{DetachKeys, EnvVar, Secret, Value};
use std::ffi::OsStr;
use std::path::PathBuf;

/// The key of the file that says how to detach.
const DETACH_KEYS: &str = "detachKeys";

/// The proxies of containers: the variable and the file's key for each.
const PROXIES: [(&str, &str); 5] = [
    ("HTTP_PROXY", "httpProxy"),
    ("HTTPS_PROXY", "httpsProxy"),
    ("NO_PROXY", "noProxy"),
    ("FTP_PROXY", "ftpProxy"),
    ("ALL_PROXY", "allProxy"),
];

/// The folder of the configuration.
pub(super) fn folder(host: &Host) -> Option<PathBuf> {
    let said =
        host.env.get(OsStr::new("DOCKER_CONFIG")).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    said.or_else(|| host.home().map(|home| home.join(".docker")))
}

/// The context that `docker context use` chose.
pub(super) fn current_context(host: &Host) -> Option<String> {
    text(host, "currentContext")
}

/// The keys that detach where no option says so, and where they were said; none where docker's own do.
///
/// # Errors
/// The file names a key that there is not.
pub fn detach_keys(host: &Host) -> Result<Option<(DetachKeys, Origin)>, Finding> {
    let Some(word) = text(host, DETACH_KEYS) else { return Ok(None) };
    match DetachKeys::parse(&word) {
        Ok(keys) => Ok(Some((keys, Origin::DOCKERS))),
        Err(error) => {
            let file = file(host).unwrap_or_default();
            let message = format!("{}: {DETACH_KEYS}: {}", file.display(), error.problem);
            let said = |word: &str| format!("\"{DETACH_KEYS}\": {word:?}");
            let finding = Finding::error(Code::BadValue, message).asked(said(&word), &Origin::DOCKERS);
            let meant = error.suggestion.map(|word| format!("did you mean {}?", said(&word)));
            Err(finding.helped(meant).help(format!("the accepted form is {}", DetachKeys::FORM)))
        }
    }
}

/// The variables that containers of this engine get for their proxies, each in both of its spellings.
#[must_use]
pub fn proxies(host: &Host, endpoint: &Endpoint) -> Vec<Setting<EnvVar>> {
    let Some(config) = config(host) else { return Vec::new() };
    let Some(all) = member(&config, "proxies") else { return Vec::new() };
    let own = all.get(endpoint.address.to_string()).or_else(|| all.get("default"));
    let Some(proxies) = own else { return Vec::new() };
    let said = PROXIES.into_iter().filter_map(|(name, key)| Some((name, member(proxies, key)?.as_str()?)));
    let said = said.filter(|(_, value)| !value.is_empty());
    said.flat_map(|(name, value)| [name.to_owned(), name.to_ascii_lowercase()].map(|name| (name, value)))
        .map(|(name, value)| Setting {
            value: EnvVar { name, value: Some(Secret::new(value)) },
            origin: Origin::DOCKERS,
        })
        .collect()
}

/// The file.
pub(super) fn file(host: &Host) -> Option<PathBuf> {
    folder(host).map(|folder| folder.join("config.json"))
}

/// The file. One that cannot be read is docker's matter, not a launch's.
fn config(host: &Host) -> Option<serde_json::Value> {
    let text = read_text(&file(host)?).ok()?;
    serde_json::from_str(&text).ok()
}

/// A member, in whatever case its name is written: to docker's client they are all the same.
pub(super) fn member<'a>(value: &'a serde_json::Value, name: &str) -> Option<&'a serde_json::Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    })
}

/// A text of the file, if it says one.
fn text(host: &Host, key: &str) -> Option<String> {
    config(host)?.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::choose;

    /// What a file with this text says.
    fn said(config: &str) -> Result<Option<String>, Finding> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let mut host = Host::default();
        host.env.insert("DOCKER_CONFIG".into(), folder.path().into());
        detach_keys(&host).map(|said| said.map(|(keys, _)| keys.word()))
    }

    #[test]
    fn the_keys_are_what_the_file_says() {
        for (config, want) in [
            (r#"{"detachKeys": "ctrl-a,d"}"#, Some("ctrl-a,d")),
            (r#"{"detachKeys": ""}"#, None),
            (r#"{"detachKeys": 5}"#, None),
            (r#"{"currentContext": "desk"}"#, None),
            ("{", None),
        ] {
            assert_eq!(said(config), Ok(want.map(str::to_owned)), "{config}");
        }
        assert_eq!(detach_keys(&Host::default()), Ok(None));
    }

    #[test]
    fn a_key_that_there_is_not_is_refused_with_the_files_name() {
        let finding = said(r#"{"detachKeys": "ctrl-P,ctrl-Q"}"#).unwrap_err();
        assert!(finding.message.ends_with("/config.json: detachKeys: there is no such key"), "{finding:?}");
        assert_eq!(finding.asked[0].words, r#""detachKeys": "ctrl-P,ctrl-Q""#);
        let form = "the accepted form is ctrl-KEY|CHARACTER[,...]";
        assert_eq!(finding.help, [r#"did you mean "detachKeys": "ctrl-p,ctrl-q"?"#, form]);
    }

    #[test]
    fn an_engine_has_its_own_proxies_or_the_default_ones() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"auths": {}, "proxies": {
            "default": {"httpProxy": "http://all:1", "noProxy": ""},
            "tcp://h:2375": {"httpsProxy": "https://h:2"}
        }}"#;
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        let mut host = Host::default();
        host.env.insert("DOCKER_CONFIG".into(), folder.path().into());
        let of = |url: &str| -> Vec<String> {
            let found = proxies(&host, &choose(&host, Some(url), None).unwrap());
            found.iter().map(|setting| crate::values::Value::word(&setting.value)).collect()
        };
        assert_eq!(of("tcp://h:2375"), ["HTTPS_PROXY=https://h:2", "https_proxy=https://h:2"]);
        assert_eq!(of("unix:///x"), ["HTTP_PROXY=http://all:1", "http_proxy=http://all:1"]);
    }

    #[test]
    fn a_file_that_is_not_there_or_not_json_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut host = Host::default();
        host.env.insert("DOCKER_CONFIG".into(), folder.path().into());
        let none = || proxies(&host, &choose(&host, Some("unix:///x"), None).unwrap()).is_empty();
        assert!(none());
        std::fs::write(folder.path().join("config.json"), "{").unwrap();
        assert!(none());
    }
}
