//! What docker's own client would show a registry: the credentials in its `config.json`, and those of its helpers.

use super::helper;
use super::registry::host;
use crate::engine::client_config::{file, member};
use crate::host::{Host, read_text};
use crate::values::Secret;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE};
use serde_json::{Map, Value, json};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// How long a helper may take. One that asks a keychain or a cloud takes a second or two.
const HELPER: Duration = Duration::from_secs(10);
/// The user by which a helper says that the secret is a token.
const TOKEN_USER: &str = "<token>";
/// What a file holds is read with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where docker's own client keeps credentials. It is read when a registry is to be asked, and no sooner: a file that is
/// broken is nothing to a launch of an image that is there.
#[derive(Debug, Clone, Default)]
pub struct CredentialStore {
    file: Option<PathBuf>,
}

/// What a registry is shown.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::engine) struct Credentials {
    user: String,
    password: Secret,
    identity_token: Secret,
    registry_token: Secret,
}

/// What was found for a registry.
pub(in crate::engine) struct Found {
    /// The credentials, if any.
    pub(in crate::engine) credentials: Option<Credentials>,
    /// Where they come from, or who has none, in words.
    pub(in crate::engine) words: String,
    /// Whether whoever should have had them failed.
    pub(in crate::engine) is_trouble: bool,
}

impl CredentialStore {
    /// That of the caller.
    #[must_use]
    pub fn of(host: &Host) -> Self {
        Self { file: file(host) }
    }

    /// The credentials for a registry, by the name that they are kept under.
    pub(in crate::engine) async fn find(&self, key: &str) -> Found {
        let Some(file) = &self.file else { return Found::none("nobody says where docker keeps credentials") };
        let file = file.display();
        let config = match self.read() {
            Ok(config) => config,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Found::none(format!("there are no credentials for {}: no {file}", host(key)));
            }
            Err(error) => return Found::trouble(format!("{file} cannot be read: {error}")),
        };
        let said = |found: Result<Option<Credentials>, String>, from: String| match found {
            Ok(Some(credentials)) => {
                let words = format!("credentials of {} from {from}", credentials.name());
                Found { credentials: Some(credentials), words, is_trouble: false }
            }
            Ok(None) => Found::none(format!("there are no credentials for {} in {from}", host(key))),
            Err(problem) => Found::trouble(format!("{from} {problem}")),
        };
        match helper_for(&config, key) {
            Some(name) => {
                let answer = helper::ask(name, key, HELPER).await.map(|answer| answer.and_then(of_helper));
                said(answer, format!("the helper {}", helper::program(name)))
            }
            None => said(of_file(&config, key), file.to_string()),
        }
    }

    fn read(&self) -> io::Result<Value> {
        let Some(file) = &self.file else { return Ok(Value::Null) };
        let text = read_text(file)?;
        // The error names a line and a column, and quotes nothing.
        serde_json::from_str(&text).map_err(io::Error::other)
    }
}

impl Found {
    fn none(words: impl Into<String>) -> Self {
        Self { credentials: None, words: words.into(), is_trouble: false }
    }

    fn trouble(words: String) -> Self {
        Self { is_trouble: true, ..Self::none(words) }
    }
}

impl Credentials {
    /// As the API takes them.
    fn json(&self, key: &str) -> Value {
        let members = [
            ("username", self.user.as_str()),
            ("password", self.password.expose()),
            ("identitytoken", self.identity_token.expose()),
            ("registrytoken", self.registry_token.expose()),
            ("serveraddress", key),
        ];
        let said = members.into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>().into()
    }

    /// The header that shows them to one registry.
    pub(in crate::engine) fn header(&self, key: &str) -> String {
        encoded(&self.json(key))
    }

    fn name(&self) -> &str {
        if self.user.is_empty() { "a token" } else { &self.user }
    }
}

/// The header that shows each registry its own.
pub(in crate::engine) fn all_header(all: &[(String, Credentials)]) -> String {
    let members: Map<String, Value> = all.iter().map(|(key, one)| (key.clone(), one.json(key))).collect();
    encoded(&members.into())
}

fn encoded(value: &Value) -> String {
    URL_SAFE.encode(value.to_string())
}

/// The helper that has a registry's credentials: its own, or that of all.
fn helper_for<'a>(config: &'a Value, key: &str) -> Option<&'a str> {
    let own = member(config, "credHelpers").and_then(|helpers| helpers.get(key)).and_then(Value::as_str);
    own.or_else(|| member(config, "credsStore").and_then(Value::as_str)).filter(|name| !name.is_empty())
}

/// What a helper has said: the name, and the secret.
fn of_helper((user, secret): (String, Secret)) -> Option<Credentials> {
    let none = || Secret::new("");
    let credentials = Credentials { user, password: none(), identity_token: none(), registry_token: none() };
    match (credentials.user.as_str(), secret.expose()) {
        ("", "") => None,
        (TOKEN_USER, _) => Some(Credentials { user: String::new(), identity_token: secret, ..credentials }),
        _ => Some(Credentials { password: secret, ..credentials }),
    }
}

/// What the file itself holds: under the very name, or under another one of the same host.
fn of_file(config: &Value, key: &str) -> Result<Option<Credentials>, String> {
    let Some(auths) = member(config, "auths").and_then(Value::as_object) else { return Ok(None) };
    let same_host = || auths.iter().find(|(name, _)| host(name) == host(key)).map(|(_, entry)| entry);
    let Some(entry) = auths.get(key).or_else(same_host) else { return Ok(None) };
    let text = |name: &str| member(entry, name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (mut user, mut password) = (text("username"), text("password"));
    let auth = text("auth");
    if !auth.is_empty() {
        (user, password) =
            pair(&auth).ok_or_else(|| format!("holds an `auth` for {} that is none", host(key)))?;
    }
    let (identity_token, registry_token) = (text("identitytoken"), text("registrytoken"));
    if [&user, &password, &identity_token, &registry_token].iter().all(|text| text.is_empty()) {
        return Ok(None);
    }
    Ok(Some(Credentials {
        user,
        password: Secret::new(&password),
        identity_token: Secret::new(&identity_token),
        registry_token: Secret::new(&registry_token),
    }))
}

/// `USER:PASSWORD`, as a file holds it.
fn pair(auth: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64.decode(auth.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.trim_matches('\0').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(config: &str, key: &str) -> Result<Option<String>, String> {
        let config: Value = serde_json::from_str(config).unwrap();
        of_file(&config, key).map(|found| found.map(|credentials| credentials.json(key).to_string()))
    }

    #[test]
    fn a_file_is_read_as_docker_reads_it() {
        let me = |key: &str| format!(r#"{{"username":"me","password":"a:b","serveraddress":"{key}"}}"#);
        let auth = "bWU6YTpi";
        for (entry, key) in [
            (format!(r#""r.test": {{"auth": "{auth}"}}"#), "r.test"),
            (format!(r#""https://r.test/v1/": {{"auth": "{auth}"}}"#), "r.test"),
            (format!(r#""http://r.test:5000": {{"Auth": "{auth}"}}"#), "r.test:5000"),
            (r#""r.test": {"username": "me", "password": "a:b"}"#.to_owned(), "r.test"),
            (format!(r#""https://hub.test/v1/": {{"auth": "{auth}"}}"#), "https://hub.test/v1/"),
        ] {
            let config = format!(r#"{{"auths": {{{entry}}}}}"#);
            assert_eq!(shown(&config, key), Ok(Some(me(key))), "{config}");
        }
        let token = r#"{"auths": {"r.test": {"identitytoken": "x"}}}"#;
        let want = r#"{"identitytoken":"x","serveraddress":"r.test"}"#.to_owned();
        assert_eq!(shown(token, "r.test"), Ok(Some(want)));
        for none in
            [r#"{"auths": {"r.test": {}}}"#, r#"{"auths": {"r.test:1": {"auth": "bWU6YTpi"}}}"#, "{}", "[]"]
        {
            assert_eq!(shown(none, "r.test"), Ok(None), "{none}");
        }
        for broken in ["bWU", "%%%", "bWU="] {
            let config = format!(r#"{{"auths": {{"r.test": {{"auth": "{broken}"}}}}}}"#);
            assert_eq!(shown(&config, "r.test"), Err("holds an `auth` for r.test that is none".to_owned()));
        }
    }

    #[test]
    fn a_registrys_own_helper_comes_before_that_of_all() {
        let config = json!({"credsStore": "all", "credHelpers": {"r.test": "own", "none.test": ""}});
        for (key, want) in [("r.test", Some("own")), ("other.test", Some("all")), ("none.test", None)] {
            assert_eq!(helper_for(&config, key), want, "{key}");
        }
        assert_eq!(helper_for(&json!({}), "r.test"), None);
    }

    #[test]
    fn a_helper_may_say_a_token() {
        let said = |user: &str, secret: &str| {
            of_helper((user.to_owned(), Secret::new(secret))).map(|found| found.json("r").to_string())
        };
        assert_eq!(said("<token>", "t").unwrap(), r#"{"identitytoken":"t","serveraddress":"r"}"#);
        assert_eq!(said("me", "p").unwrap(), r#"{"username":"me","password":"p","serveraddress":"r"}"#);
        assert_eq!(said("", ""), None);
    }
}
