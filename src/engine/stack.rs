//! What of a stack an engine has: its containers, and the networks that were made for it.

use super::aside::Aside;
use super::error::EngineError;
use super::{Engine, Identity, LaunchedContainer, labels};
use crate::finding::{Code, Finding};
use crate::spec::NetworkDeclaration;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// How long the answer to the making of a network is looked for once nobody wants it any more.
const LATE: Duration = Duration::from_secs(4);
/// How often the network is looked for meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// The making of a network, on its way.
pub type NetworkMaking = JoinHandle<Result<bool, EngineError>>;

/// A container of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackContainer {
    /// Its id.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The stack that it is of.
    pub stack: String,
    /// Its service.
    pub service: String,
    /// The services of the stack that it needs.
    pub needs: Vec<String>,
    /// Whether it runs.
    pub is_running: bool,
}

impl StackContainer {
    /// Whether it makes way for another one of its service, just now.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        Aside::read(&self.name).is_some()
    }
}

/// A network that was made for a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackNetwork {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Network {
    id: String,
    name: String,
    #[serde(default)]
    labels: HashMap<String, String>,
}

impl Engine {
    /// The containers of a stack, whether they run or not; of every stack, where none is named.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn stack_containers(&self, stack: Option<&str>) -> Result<Vec<StackContainer>, EngineError> {
        Ok(self.launched_with(true, Some(of(stack))).await?.into_iter().map(container).collect())
    }

    /// The networks that were made for a stack.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn stack_networks(&self, stack: &str) -> Result<Vec<StackNetwork>, EngineError> {
        let filters = json!({ "label": [labels::RUN, of(Some(stack))] });
        let listed: Vec<Network> = self.listed("/networks?", &filters).await?;
        Ok(listed.into_iter().map(|Network { id, name, .. }| StackNetwork { id, name }).collect())
    }

    /// The networks that were made for other stacks of which no container is left, and that containers of this one are on.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn inherited_networks(&self, stack: &str) -> Result<Vec<StackNetwork>, EngineError> {
        let filters = json!({ "label": [labels::RUN, labels::STACK] });
        let listed: Vec<Network> = self.listed("/networks?", &filters).await?;
        let there = self.stacks().await?;
        let mut inherited = Vec::new();
        for Network { id, name, labels } in listed {
            if labels.get(labels::STACK).is_some_and(|of| of == stack || there.contains(of)) {
                continue;
            }
            let filters = json!({ "network": [id], "label": [of(Some(stack))] });
            let members: Vec<IgnoredAny> = self.listed("/containers/json?all=1&", &filters).await?;
            if !members.is_empty() {
                inherited.push(StackNetwork { id, name });
            }
        }
        Ok(inherited)
    }

    /// The names of the stacks that have a container.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn stacks(&self) -> Result<BTreeSet<String>, EngineError> {
        let containers = self.stack_containers(None).await?;
        Ok(containers.into_iter().map(|container| container.stack).collect())
    }

    /// Makes a network for a stack as it was declared. Whether it was made: another launch may be faster. It goes on where
    /// nobody waits for it.
    pub fn make_stack_network(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
        (identity, stack): (&Identity, &str),
    ) -> NetworkMaking {
        tokio::spawn(self.create_network(name, declared, (identity, Some(stack))))
    }

    /// What there is of a network whose making is not waited for any more. The engine is given a moment: what is not there
    /// yet cannot be found.
    ///
    /// # Errors
    /// The engine has not said by then.
    pub async fn made_so_far(
        &self,
        name: &str,
        identity: &Identity,
        mut making: NetworkMaking,
    ) -> Result<Option<StackNetwork>, Finding> {
        let until = Instant::now() + LATE;
        loop {
            let is_answered = timeout(PAUSE, &mut making).await.is_ok();
            match self.network(name).await {
                Ok(Some(found)) if found.labels.get(labels::RUN) == Some(&identity.nonce) => {
                    return Ok(Some(StackNetwork { id: found.id, name: found.name }));
                }
                Ok(_) if is_answered => return Ok(None),
                Err(_) if is_answered => break,
                Ok(_) | Err(_) if Instant::now() > until => break,
                Ok(_) | Err(_) => {}
            }
        }
        let message = "the engine has not said whether it made a network: it may be there yet, or come";
        let label = format!("label={}={}", labels::RUN, identity.nonce);
        let line = format!("docker network ls -q --filter {label} | xargs -r docker network rm");
        Err(Finding::error(Code::CleanupFailed, message).help(line))
    }

    /// Removes a network of a stack. One that is gone is what was wanted.
    ///
    /// # Errors
    /// The engine refused: somebody else is in it.
    pub async fn remove_stack_network(&self, network: &StackNetwork) -> Result<(), EngineError> {
        self.remove_network(&network.id).await
    }
}

/// The filter for what is of a stack, or of any.
fn of(stack: Option<&str>) -> String {
    stack.map_or(labels::STACK.to_owned(), |stack| format!("{}={stack}", labels::STACK))
}

fn container(launched: LaunchedContainer) -> StackContainer {
    let LaunchedContainer { id, name, stack, service, needs, state, .. } = launched;
    let is_running = ["running", "paused", "restarting"].contains(&state.as_str());
    StackContainer { id, name, stack, service, needs, is_running }
}
