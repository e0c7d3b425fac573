//! What the engine remembers to have happened.

use super::ask::encoded;
use super::state::ContainerState;
use super::{ANSWER, Engine};
use http::Method;
use serde::Deserialize;
use serde_json::{Deserializer, json};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked at, and how long is waited before the next time: about as long as a start takes.
const LOOKS: usize = 10;
const PAUSE: Duration = Duration::from_millis(100);

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
        let mut code = None;
        for _ in 0..LOOKS {
            let state = self.container(id).await.ok()??;
            if let Some(code) = self.remembered_exit_code(id, &state).await {
                return Some(code);
            }
            if state.restarting {
                return Some(state.exit_code);
            }
            // On its way into the next life it has no code, and is not told to be restarting.
            code = (!state.running).then_some(state.exit_code);
            sleep(PAUSE).await;
        }
        code
    }

    /// The code of its first end before its present life.
    async fn remembered_exit_code(&self, id: &str, state: &ContainerState) -> Option<i64> {
        // The engine's own clock: ends before its present life are remembered, and it answers at once.
        let filters = json!({ "container": [id], "event": ["die"] }).to_string();
        let path =
            format!("/events?since=0&until={}&filters={}", encoded(&state.started_at), encoded(&filters));
        let bytes = self.transport.call(Method::GET, &path, None, ANSWER).await.ok()?;
        let first = Deserializer::from_slice(&bytes).into_iter::<Event>().next()?.ok()?;
        first.actor.attributes.get(EXIT_CODE)?.parse().ok()
    }
}
