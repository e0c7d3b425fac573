//! What of a stack an engine has: its containers, and the networks that were made for it.

use super::aside::Aside;
use super::error::EngineError;
use super::{Engine, Identity, LaunchedContainer, labels};
use crate::spec::NetworkDeclaration;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;

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
        Ok(listed.into_iter().map(|Network { id, name }| StackNetwork { id, name }).collect())
    }

    /// The names of the stacks that have a container.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn stacks(&self) -> Result<BTreeSet<String>, EngineError> {
        let containers = self.stack_containers(None).await?;
        Ok(containers.into_iter().map(|container| container.stack).collect())
    }

    /// Makes a network for a stack as it was declared, unless there is one of its name. Whether it was made.
    ///
    /// # Errors
    /// The engine refused.
    pub async fn make_stack_network(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
        (identity, stack): (&Identity, &str),
    ) -> Result<bool, EngineError> {
        if self.network(name).await?.is_some() {
            return Ok(false);
        }
        self.create_network(name, declared, (identity, Some(stack))).await
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
