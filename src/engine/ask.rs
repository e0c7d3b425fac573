//! Questions to the engine. An answer is read as JSON, and is no longer than an answer may be.

use super::error::EngineError;
use super::{ANSWER, Engine};
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

impl Engine {
    /// The answer to a question.
    ///
    /// # Errors
    /// The engine does not tell, or not what was asked.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        let bytes = self.transport.call(Method::GET, path, None, ANSWER).await?;
        serde_json::from_slice(&bytes).map_err(EngineError::garbled)
    }

    /// The answer to a question about one thing; none where there is no such thing.
    ///
    /// # Errors
    /// As with `get`.
    pub(super) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, EngineError> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is in one of the engine's lists, by its filters; `list` ends where another parameter may follow.
    ///
    /// # Errors
    /// As with `get`.
    pub(super) async fn listed<T: DeserializeOwned>(
        &self,
        list: &str,
        filters: &Value,
    ) -> Result<T, EngineError> {
        self.get(&format!("{list}filters={}", encoded(&filters.to_string()))).await
    }

    /// Has the engine do something, and reads no more of its answer than that it did.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub(super) async fn told(&self, method: Method, path: &str, body: &Value) -> Result<(), EngineError> {
        self.transport.call(method, path, Some(body), ANSWER).await.map(drop)
    }
}

/// A path, or another text, as a value of a query.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b':' => text.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => text.push(byte.into()),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_path_is_one_value() {
        for (path, want) in [
            ("/bin/bash", "/bin/bash"),
            ("/a b/c&d=e?f#g%", "/a%20b/c%26d%3De%3Ff%23g%25"),
            ("/ä", "/%C3%A4"),
        ] {
            assert_eq!(encoded(path), want);
        }
    }
}
