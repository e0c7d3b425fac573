//! The registry of an image: its name, the key of its credentials, and what it means when it does not give an image
//! out.

use crate::engine::Engine;
use serde::Deserialize;

/// The name of the engine's own registry, where the engine does not tell it.
const UNTOLD: &str = "the engine's own registry";

/// A registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Registry {
    /// As people name it: `registry.test:5000`.
    pub(in crate::engine) name: String,
    /// The name that its credentials are kept under; none where nobody tells it.
    pub(in crate::engine) key: Option<String>,
}

impl Engine {
    /// The registry that an image of this repository comes from.
    pub(in crate::engine) async fn registry(&self, repository: &str) -> Registry {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Info {
            index_server_address: Option<String>,
        }
        let named = domain(repository);
        // A port, or one word, is no name of the registry that every engine knows.
        if let Some(domain) = named.filter(|domain| domain.contains(':') || !domain.contains('.')) {
            return Registry::named(domain);
        }
        let info: Option<Info> = self.get("/info").await.ok();
        let index = info.and_then(|info| info.index_server_address).filter(|index| !index.is_empty());
        Registry::of(named, index)
    }
}

impl Registry {
    fn named(domain: &str) -> Self {
        Self { name: domain.to_owned(), key: Some(domain.to_owned()) }
    }

    /// The registry of a domain, or the engine's own, whose address is an index's.
    fn of(domain: Option<&str>, index: Option<String>) -> Self {
        let host = index.as_deref().map(host);
        let is_own = |domain: &str| {
            host.is_some_and(|host| host == domain || host.strip_prefix("index.") == Some(domain))
        };
        match domain {
            Some(domain) if !is_own(domain) => Self::named(domain),
            Some(_) | None => Self { name: host.unwrap_or(UNTOLD).to_owned(), key: index },
        }
    }
}

/// The registry that a repository's name begins with. `org/app` begins with none: a registry's name has a dot, a port
/// or a capital, or is `localhost`.
pub(in crate::engine) fn domain(repository: &str) -> Option<&str> {
    let (front, _) = repository.split_once('/')?;
    let is_one = front.contains(['.', ':'])
        || front == "localhost"
        || front.contains(|letter: char| letter.is_ascii_uppercase());
    is_one.then_some(front)
}

/// The host, and port, of an address that may be a URL.
pub(super) fn host(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    bare.split('/').next().unwrap_or(bare)
}

/// Why a registry's image was not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Who asks is not known, or may not have it.
    Denied,
    /// There is none of that name, or the registry says no more than that.
    Missing,
    /// There is one, for other platforms.
    Platform,
    /// The registry cannot be spoken to.
    Unreachable,
    /// The registry is spoken to in another way than it speaks: with TLS, or without.
    Tls,
    /// Anything else.
    Other,
}

/// The words by which a refusal is known, the surest first.
const WORDS: [(Refusal, &[&str]); 5] = [
    (Refusal::Platform, &["no matching manifest", "does not match the specified platform"]),
    (Refusal::Tls, &["server gave HTTP response to HTTPS client", "x509:", "tls: "]),
    (
        Refusal::Unreachable,
        &[
            "dial tcp",
            "dial udp",
            "no such host",
            "connection refused",
            "connection reset by peer",
            "network is unreachable",
            "i/o timeout",
            "Client.Timeout exceeded",
            "TLS handshake timeout",
            "context deadline exceeded",
        ],
    ),
    (
        // The largest registry says this of what is not there, too.
        Refusal::Missing,
        &["repository does not exist or may require", "manifest unknown", "name unknown", "not found"],
    ),
    (
        Refusal::Denied,
        &[
            "unauthorized",
            "no basic auth credentials",
            "authentication required",
            "access denied",
            "denied:",
            "401 Unauthorized",
            "403 Forbidden",
        ],
    ),
];

/// What the engine's status and words mean.
pub(super) fn refusal(status: u16, words: &str) -> Refusal {
    let known = WORDS.iter().find(|(_, all)| all.iter().any(|word| words.contains(word)));
    match (known, status) {
        (Some((refusal, _)), _) => *refusal,
        (None, 401 | 403) => Refusal::Denied,
        (None, 404) => Refusal::Missing,
        (None, _) => Refusal::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{ImageRef, Value as _};

    #[test]
    fn a_registry_is_told_from_an_organisation() {
        for (image, want) in [
            ("nats", None),
            ("org/app:1", None),
            ("registry.test/app", Some("registry.test")),
            ("127.0.0.1:5000/org/app:1", Some("127.0.0.1:5000")),
            ("localhost/app", Some("localhost")),
            (
                "host:5000/app@sha256:67536cf8e123d86e3d61f4e4bec139d49dfde9eaf8945a7a26f86198fdfb6fd0",
                Some("host:5000"),
            ),
        ] {
            assert_eq!(domain(ImageRef::parse(image).unwrap().repository()), want, "{image}");
        }
    }

    #[test]
    fn the_engines_own_registry_has_its_index_for_a_key() {
        let index = Some("https://index.hub.test/v1/".to_owned());
        let own = Registry { name: "index.hub.test".to_owned(), key: index.clone() };
        for domain in [None, Some("hub.test"), Some("index.hub.test")] {
            assert_eq!(Registry::of(domain, index.clone()), own, "{domain:?}");
        }
        assert_eq!(Registry::of(Some("registry.test"), index), Registry::named("registry.test"));
        assert_eq!(Registry::of(None, None), Registry { name: UNTOLD.to_owned(), key: None });
    }

    #[test]
    fn a_refusal_is_known_by_its_words() {
        for (status, words, want) in [
            (404, "manifest for r:1/app:9 not found: manifest unknown: manifest unknown", Refusal::Missing),
            (
                404,
                "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                Refusal::Missing,
            ),
            (500, "Head \"http://r:1/v2/app/manifests/1\": no basic auth credentials", Refusal::Denied),
            (500, "unauthorized: authentication required", Refusal::Denied),
            (403, "no", Refusal::Denied),
            (500, "Get \"http://r:1/v2/\": dial tcp r:1: connect: connection refused", Refusal::Unreachable),
            (500, "Get \"https://r/v2/\": http: server gave HTTP response to HTTPS client", Refusal::Tls),
            (500, "Get \"https://r/v2/\": net/http: TLS handshake timeout", Refusal::Unreachable),
            (404, "no matching manifest for linux/arm64/v8 in the manifest list entries", Refusal::Platform),
            (500, "no space left on device", Refusal::Other),
            (404, "", Refusal::Missing),
        ] {
            assert_eq!(refusal(status, words), want, "{words}");
        }
    }
}
