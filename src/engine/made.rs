//! What a launch has made so far, and the one way in which it is taken away again.

use super::anew::Former;
use super::container::Created;
use super::error::EngineError;
use super::{ANSWER, Cancel, Engine, cidfile, folder, labels, urged};
use crate::finding::{Code, Finding};
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long the clean-up of a failed launch may take.
const CLEANUP: Duration = Duration::from_secs(15);
/// How much longer for each port that is published: the engine took 31 s to take 500 back on a busy machine.
const CLEANUP_OF_PORT: Duration = Duration::from_millis(100);
/// How much of it a container may take that is still being made: the rest is for what else was made.
const SEARCH: Duration = Duration::from_secs(12);
/// How much of it the answer to a create of a network or a volume may take. What is there by then is removed.
const LATE: Duration = Duration::from_secs(4);
/// How long the clean-up goes on when it is called off, too: what is being removed is given that much.
const HURRY: Duration = Duration::from_secs(1);
/// How long the engine may take to answer for a container that it shows already.
const TAIL: Duration = Duration::from_secs(1);
/// How often a container is looked for whose create has not been answered.
const PAUSE: Duration = Duration::from_millis(200);

/// What a launch has made so far.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The word that the launch's makings are known by.
    pub(super) nonce: String,
    /// How many ports it publishes.
    pub(super) ports: u32,
    /// The folders of the host, outermost first.
    pub(super) folders: Vec<PathBuf>,
    /// The file for the container's id.
    pub(super) cidfile: Option<PathBuf>,
    /// The create of a network was sent: those that are there are known by their label.
    pub(super) maybe_networks: bool,
    /// The networks that were taken away, to be made anew.
    pub(super) former: Vec<Former>,
    /// The volumes whose create was sent.
    pub(super) volumes: Vec<String>,
    /// The create of a network or a volume that is not answered yet. It goes on when the launch is called off.
    pub(super) asked: Option<JoinHandle<Result<(), EngineError>>>,
    /// The container.
    pub(super) container: Making,
}

/// How far the making of a container has come.
#[derive(Debug, Default)]
pub(super) enum Making {
    /// It was not asked for, or the engine refused: there is none.
    #[default]
    Nothing,
    /// The engine is at it. The request goes on when the launch is called off: its answer says what there is.
    Asked(JoinHandle<Result<Created, EngineError>>),
    /// The engine has answered, and which one it made cannot be read: if there is one, it is there by now.
    Unnamed,
    /// The answer was lost: the engine may have made it, or still be at it.
    Lost,
    /// It is there, under this id.
    Known(String),
}

impl Making {
    /// Sends the request. Its answer is `answered`'s.
    pub(super) fn ask(engine: &Engine, query: String, body: serde_json::Value) -> Self {
        let engine = engine.clone();
        Self::Asked(tokio::spawn(async move { engine.create(&query, &body).await }))
    }

    /// Waits for the engine's answer, and keeps what it says. Nothing is lost when the wait is given up.
    pub(super) async fn answered(&mut self) -> Result<Created, EngineError> {
        let answer = match self {
            Self::Asked(request) => request.await.unwrap_or_else(|error| Err(EngineError::garbled(error))),
            Self::Nothing | Self::Unnamed | Self::Lost | Self::Known(_) => std::future::pending().await,
        };
        *self = match &answer {
            Ok(created) => Self::Known(created.id.clone()),
            Err(EngineError::Refused { status, .. }) if !PROXYS_OWN.contains(status) => Self::Nothing,
            // The request never left.
            Err(EngineError::Unreachable(_) | EngineError::NotListening | EngineError::Denied) => {
                Self::Nothing
            }
            Err(EngineError::Garbled(_)) => Self::Unnamed,
            Err(
                EngineError::Refused { .. }
                | EngineError::Silent(_)
                | EngineError::Cut(_)
                | EngineError::Connect(_),
            ) => Self::Lost,
        };
        answer
    }

    /// Its id, once the engine has told it.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Known(id) => Some(id),
            Self::Nothing | Self::Asked(_) | Self::Unnamed | Self::Lost => None,
        }
    }

    /// The containers that there are: what the engine's late answer says, or what carries the launch's label. An
    /// answer that was lost may be followed by its container at any time, so finding none ends no search.
    async fn found(mut self, engine: &Engine, nonce: &str) -> Vec<String> {
        loop {
            let is_made = match &self {
                Self::Nothing => return Vec::new(),
                Self::Known(id) => return vec![id.clone()],
                Self::Unnamed => true,
                Self::Asked(_) | Self::Lost => false,
            };
            tokio::select! {
                _ = self.answered() => {}
                found = engine.made_by(nonce) => match found {
                    // The engine shows a container before it is done with it: one that is removed too soon comes back.
                    Ok(found) if !found.is_empty() => {
                        let _ = tokio::time::timeout(TAIL, self.answered()).await;
                        return found;
                    }
                    Ok(found) if is_made => return found,
                    Ok(_) | Err(_) => {
                        // The answer may come meanwhile; then the next turn has it.
                        let _ = tokio::time::timeout(PAUSE, self.answered()).await;
                    }
                },
            }
        }
    }
}

/// What a proxy before the engine answers when the engine did not answer it in time, or broke off.
pub(super) const PROXYS_OWN: [u16; 2] = [502, 504];

impl Made {
    /// Sends the create of a network or a volume, and waits for its answer. When the wait is given up, the clean-up takes
    /// it up again: what is not there yet cannot be found.
    pub(super) async fn asked(
        &mut self,
        request: impl Future<Output = Result<(), EngineError>> + Send + 'static,
    ) -> Result<(), EngineError> {
        let answer = self.asked.insert(tokio::spawn(request)).await;
        self.asked = None;
        answer.unwrap_or_else(|error| Err(EngineError::garbled(error)))
    }

    /// Removes everything, and says what could not be removed, or may be there yet.
    pub(super) async fn undo(self, engine: &Engine, cancel: &mut Cancel) -> Vec<Finding> {
        let (folders, cidfile) = (self.folders.clone(), self.cidfile.clone());
        let findings = self.removed_in_time(engine, cancel).await;
        folder::undo(&folder::unused(engine, folders).await);
        cidfile::undo(cidfile.as_deref());
        findings
    }

    async fn removed_in_time(self, engine: &Engine, cancel: &mut Cancel) -> Vec<Finding> {
        let remedies = self.remedies();
        let within = self.within();
        let hurried = async {
            urged(cancel).await;
            tokio::time::sleep(HURRY).await;
        };
        let message = tokio::select! {
            findings = tokio::time::timeout(within, self.removed(engine)) => match findings {
                Ok(findings) => return findings,
                Err(_) => "the engine did not answer while the failed launch was cleaned up",
            },
            () = hurried => "a second signal cut the clean-up short: what was made may be there yet",
        };
        let finding = Finding::error(Code::CleanupFailed, message);
        vec![remedies.into_iter().fold(finding, Finding::help)]
    }

    /// How long the clean-up may take.
    fn within(&self) -> Duration {
        CLEANUP + CLEANUP_OF_PORT * self.ports
    }

    /// The lines that remove whatever the launch may have made.
    fn remedies(&self) -> Vec<String> {
        let label = format!("label={}={}", labels::RUN, self.nonce);
        let mut lines = Vec::new();
        match &self.container {
            Making::Nothing => {}
            Making::Known(id) => lines.push(format!("docker rm -fv {id}")),
            Making::Asked(_) | Making::Unnamed | Making::Lost => lines.push(by_label(&self.nonce)),
        }
        if !self.volumes.is_empty() {
            lines.push(format!("docker volume rm {}", self.volumes.join(" ")));
        }
        if self.maybe_networks {
            lines.push(format!("docker network ls -q --filter {label} | xargs -r docker network rm"));
        }
        lines.extend(self.former.iter().map(|former| former.line.clone()));
        lines
    }

    async fn removed(self, engine: &Engine) -> Vec<Finding> {
        let (mut findings, remedies) = (Vec::new(), self.remedies());
        let within = self.within();
        // Whatever the answer is: what is there is looked for.
        let is_open = match self.asked {
            Some(request) => tokio::time::timeout(LATE, request).await.is_err(),
            None => false,
        };
        let found = tokio::time::timeout(SEARCH, self.container.found(engine, &self.nonce)).await;
        let containers = found.unwrap_or_else(|_| {
            let message =
                "the engine has not said whether it made the container: it may be there yet, or come";
            findings.push(Finding::error(Code::CleanupFailed, message).help(by_label(&self.nonce)));
            Vec::new()
        });
        for id in containers {
            if let Err(error) = engine.remove_within(&id, ANSWER.max(within)).await {
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
        for former in self.former {
            if let Err(error) = former.put_back(engine).await {
                findings.push(left(&error, engine, "put the network back", former.line));
            }
        }
        if is_open {
            let message =
                "the engine has not said whether it made a network or a volume: it may be there yet, or come";
            findings
                .push(remedies.into_iter().fold(Finding::error(Code::CleanupFailed, message), Finding::help));
        }
        findings
    }
}

/// The line that removes the containers of a launch, whatever their ids are.
fn by_label(nonce: &str) -> String {
    format!("docker ps -aq --filter label={}={nonce} | xargs -r docker rm -fv", labels::RUN)
}

fn left(error: &EngineError, engine: &Engine, doing: &str, help: String) -> Finding {
    let finding = error.finding(doing, engine.endpoint());
    Finding { code: Code::CleanupFailed, ..finding }.help(help)
}
