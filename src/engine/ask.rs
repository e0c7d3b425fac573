//! Questions to the engine. An answer is read as JSON, and is no longer than an answer may be.

use super::error::EngineError;
use super::transport::{json_request, whole};
use super::{ANSWER, Engine};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

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

    /// Asks for what an engine answers with a status alone. Success of any other kind is no engine's: what was asked
    /// for may not have been done.
    ///
    /// # Errors
    /// As with `told`.
    pub(super) async fn done(
        &self,
        method: Method,
        path: &str,
        deadline: Duration,
    ) -> Result<(), EngineError> {
        let exchange = async {
            let answer = self.transport.send(json_request(method, path, None)?).await?;
            match answer.status() {
                StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Ok(()),
                status if status.is_success() => {
                    Err(EngineError::Garbled(format!("it has status {status} in the place of 204")))
                }
                status => Err(EngineError::refused(status.as_u16(), &whole(answer.into_body()).await?)),
            }
        };
        timeout(deadline, exchange).await.unwrap_or(Err(EngineError::Silent(deadline)))
    }

    /// Removes a thing. One that is gone is what was wanted.
    ///
    /// # Errors
    /// As with `told`.
    pub(super) async fn removed(&self, path: &str) -> Result<(), EngineError> {
        self.removed_within(path, ANSWER).await
    }

    /// The same of what takes the engine another time.
    pub(super) async fn removed_within(&self, path: &str, deadline: Duration) -> Result<(), EngineError> {
        match self.done(Method::DELETE, path, deadline).await {
            Err(error) if error.is_status(404) => Ok(()),
            removed => removed,
        }
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
