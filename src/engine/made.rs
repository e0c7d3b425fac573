//! What a launch has made so far, and the one way in which it is taken away again.

use super::error::EngineError;
use super::{Engine, folder, labels};
use crate::finding::{Code, Finding};
use std::path::PathBuf;
use std::time::Duration;

/// How long the clean-up of a failed launch may take.
const CLEANUP: Duration = Duration::from_secs(15);
/// How often, and how many times, a container whose create was cut short is looked for.
const LOOKS: (Duration, u32) = (Duration::from_millis(200), 5);

/// What a launch has made so far.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The word that the launch's makings are known by.
    pub(super) nonce: String,
    /// The folders of the host, outermost first.
    pub(super) folders: Vec<PathBuf>,
    /// The create of a network was sent: those that are there are known by their label.
    pub(super) maybe_networks: bool,
    /// The volumes whose create was sent.
    pub(super) volumes: Vec<String>,
    /// The container's id.
    pub(super) container: Option<String>,
    /// A create was sent: the container may be there though its id is not known.
    pub(super) maybe_container: bool,
}

impl Made {
    /// Removes everything, and says what could not be removed.
    pub(super) async fn undo(self, engine: &Engine) -> Vec<Finding> {
        let (nonce, folders) = (self.nonce.clone(), self.folders.clone());
        let findings = self.removed_in_time(engine, &nonce).await;
        folder::undo(&folders);
        findings
    }

    async fn removed_in_time(self, engine: &Engine, nonce: &str) -> Vec<Finding> {
        match tokio::time::timeout(CLEANUP, self.removed(engine)).await {
            Ok(findings) => findings,
            Err(_) => {
                let message = "the engine did not answer while the failed launch was cleaned up";
                vec![Finding::error(Code::CleanupFailed, message).help(format!(
                    "docker ps -aq --filter label={}={nonce} | xargs docker rm -fv",
                    labels::RUN
                ))]
            }
        }
    }

    async fn removed(self, engine: &Engine) -> Vec<Finding> {
        let mut findings = Vec::new();
        let containers = match self.container {
            Some(id) => vec![id],
            None if self.maybe_container => looked_for(engine, &self.nonce).await,
            None => Vec::new(),
        };
        for id in containers {
            if let Err(error) = engine.remove(&id).await {
                let help = format!("docker rm -fv {id}");
                findings.push(left(&error, engine, "remove the container", help));
            }
        }
        for name in self.volumes {
            if let Err(error) = engine.remove_made_volume(&name, &self.nonce).await {
                findings.push(left(&error, engine, "remove the volume", format!("docker volume rm {name}")));
            }
        }
        let networks = match self.maybe_networks {
            true => engine.networks_made_by(&self.nonce).await,
            false => Ok(Vec::new()),
        };
        let networks = networks.unwrap_or_else(|error| {
            let help = format!("docker network ls --filter label={}={}", labels::RUN, self.nonce);
            findings.push(left(&error, engine, "list the networks", help));
            Vec::new()
        });
        for id in networks {
            if let Err(error) = engine.remove_network(&id).await {
                let help = format!("docker network rm {id}");
                findings.push(left(&error, engine, "remove the network", help));
            }
        }
        findings
    }
}

/// The containers of a create whose answer was lost. The engine may still be at it, so one look is not enough.
async fn looked_for(engine: &Engine, nonce: &str) -> Vec<String> {
    let (pause, times) = LOOKS;
    for _ in 0..times {
        match engine.made_by(nonce).await {
            Ok(found) if !found.is_empty() => return found,
            _ => tokio::time::sleep(pause).await,
        }
    }
    Vec::new()
}

fn left(error: &EngineError, engine: &Engine, doing: &str, help: String) -> Finding {
    let finding = error.finding(doing, engine.endpoint());
    Finding { code: Code::CleanupFailed, ..finding }.help(help)
}
