//! What the engine remembers to have happened.

use super::ask::encoded;
use super::{ANSWER, Engine};
use http::Method;
use serde::Deserialize;
use serde_json::{Deserializer, json};
use std::collections::HashMap;

/// The attribute of an end that holds the exit code.
const EXIT_CODE: &str = "exitCode";

/// Something that happened.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Actor", default)]
    actor: Actor,
}

#[derive(Deserialize, Default)]
struct Actor {
    #[serde(rename = "Attributes", default)]
    attributes: HashMap<String, String>,
}

impl Engine {
    /// The exit code with which a container has ended the first time; none where that is not known any more. Of one that
    /// is started again and again the engine's word of an end may hold the code of the next life, which is 0.
    pub async fn first_exit_code(&self, id: &str) -> Option<i64> {
        let state = self.container(id).await.ok()??;
        // The engine's own clock: ends before its present life are remembered, and it answers at once.
        let filters = json!({ "container": [id], "event": ["die"] }).to_string();
        let path =
            format!("/events?since=0&until={}&filters={}", encoded(&state.started_at), encoded(&filters));
        let bytes = self.transport.call(Method::GET, &path, None, ANSWER).await.ok()?;
        let first = Deserializer::from_slice(&bytes).into_iter::<Event>().next().and_then(Result::ok);
        match first {
            Some(event) => event.actor.attributes.get(EXIT_CODE)?.parse().ok(),
            None => (state.restarting || !state.running).then_some(state.exit_code),
        }
    }
}
