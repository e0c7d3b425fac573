//! What docker's own client is configured with, in `~/.docker/config.json`: a launch through dynrun means the same.

use super::Endpoint;
use crate::finding::Origin;
use crate::host::Host;
use crate::spec::Setting;
use crate::values::{EnvVar, Secret};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;

/// The part of the file that a launch listens to. One that cannot be read is docker's matter, not a launch's.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ClientConfig {
    /// The context that `docker context use` chose.
    pub(super) current_context: String,
    /// The proxies of containers, by the engine's address, or `default`.
    proxies: HashMap<String, Proxies>,
}

/// The proxies of containers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Proxies {
    http_proxy: String,
    https_proxy: String,
    no_proxy: String,
    ftp_proxy: String,
    all_proxy: String,
}

impl ClientConfig {
    pub(super) fn read(host: &Host) -> Self {
        let path = folder(host).map(|folder| folder.join("config.json"));
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }
}

/// The folder of docker's client configuration.
pub(super) fn folder(host: &Host) -> Option<PathBuf> {
    let said = host.var_said("DOCKER_CONFIG").map(PathBuf::from);
    said.or_else(|| host.home().map(|home| home.join(".docker")))
}

/// The variables that containers of this engine get for their proxies, each in both of its spellings.
#[must_use]
pub fn proxies(host: &Host, endpoint: &Endpoint) -> Vec<Setting<EnvVar>> {
    let config = ClientConfig::read(host);
    let known = config.proxies.get(&endpoint.address.to_string()).or_else(|| config.proxies.get("default"));
    let Some(proxies) = known else { return Vec::new() };
    let variables = [
        ("HTTP_PROXY", &proxies.http_proxy),
        ("HTTPS_PROXY", &proxies.https_proxy),
        ("NO_PROXY", &proxies.no_proxy),
        ("FTP_PROXY", &proxies.ftp_proxy),
        ("ALL_PROXY", &proxies.all_proxy),
    ];
    let said = variables.into_iter().filter(|(_, value)| !value.is_empty());
    said.flat_map(|(name, value)| [name.to_owned(), name.to_ascii_lowercase()].map(|name| (name, value)))
        .map(|(name, value)| Setting {
            value: EnvVar { name, value: Some(Secret::new(value)) },
            origin: Origin::DOCKERS,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::choose;

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
