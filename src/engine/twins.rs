//! Two networks of one name, which an engine makes where two launches ask for it at once: the first stays, and whoever made
//! the other takes it away again. Until then the name is nobody's.

use super::Engine;
use super::error::EngineError;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What an engine says of a name that two networks have.
const AMBIGUOUS: &str = "is ambiguous";
/// How long the other launch may take to take its own back.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long is waited between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// One of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Twin {
    id: String,
    name: String,
    created: String,
}

impl Twin {
    /// What sorts the first to the front: its moment, to the last digit of a second's parts, and its id.
    fn age(&self) -> (String, String) {
        let moment = self.created.trim_end_matches('Z');
        let (seconds, parts) = moment.split_once('.').unwrap_or((moment, ""));
        (format!("{seconds}.{parts:0<9}"), self.id.clone())
    }
}

impl Engine {
    /// Whether the network that was made just now stays: the first of its name does. Another one is removed.
    ///
    /// # Errors
    /// The engine refused to remove it.
    pub(super) async fn is_first(&self, name: &str, id: &str) -> Result<bool, EngineError> {
        let listed = self.listed("/networks?", &json!({ "name": [name] })).await;
        // An engine that does not tell has most likely made no other one.
        let Ok::<Vec<Twin>, _>(listed) = listed else { return Ok(true) };
        let first = listed.iter().filter(|twin| twin.name == name).min_by_key(|twin| twin.age());
        if first.is_none_or(|first| first.id == id) {
            return Ok(true);
        }
        self.remove_network(id).await?;
        Ok(false)
    }
}

/// Asks, and again while two networks have the name that is asked for.
///
/// # Errors
/// As what asks.
pub(super) async fn when_clear<T, F>(mut ask: impl FnMut() -> F) -> Result<T, EngineError>
where
    F: Future<Output = Result<T, EngineError>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        match ask().await {
            Err(EngineError::Refused { message, .. })
                if message.contains(AMBIGUOUS) && Instant::now() < until =>
            {
                sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_the_first_by_every_digit() {
        let twin = |created: &str, id: &str| Twin {
            id: id.to_owned(),
            name: "n".to_owned(),
            created: created.to_owned(),
        };
        for (first, second) in [
            (twin("2026-01-02T03:04:05.1Z", "b"), twin("2026-01-02T03:04:05.12Z", "a")),
            (twin("2026-01-02T03:04:05Z", "b"), twin("2026-01-02T03:04:05.000000001Z", "a")),
            (twin("2026-01-02T03:04:05.5Z", "a"), twin("2026-01-02T03:04:05.5Z", "b")),
        ] {
            assert!(first.age() < second.age(), "{first:?} {second:?}");
        }
    }
}
