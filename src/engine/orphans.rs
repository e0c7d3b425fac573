//! What launches have left: which of it is provably nobody's any more, and why the rest is not.

use super::aside::Aside;
use super::error::EngineError;
use super::image::Image;
use super::labels;
use super::proof::{Container, Labels, Network, Volumes, gone, judged, label};
use super::replaced::{Standing, Unproven};
use super::{Engine, cidfile};
use crate::finding::{Code, Finding};
use crate::host::{Owner, now};
use futures_util::{StreamExt, stream};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::timeout;

/// Docker's word for a container that was never started.
const NEVER_STARTED: &str = "created";
/// How many things are removed at once.
const AT_ONCE: usize = 8;
/// How long a launch looks for what earlier ones have left.
const SWEEP: Duration = Duration::from_secs(10);

/// A kind of thing that a launch makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A container.
    Container,
    /// A network.
    Network,
    /// A volume.
    Volume,
}

impl Kind {
    /// Docker's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
        }
    }
}

/// Whether a thing is anybody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is provably nobody's, for this reason.
    Ownerless(String),
    /// It made way for a container that never came up, for this reason: it is to be back.
    Displaced(String),
    /// It made way for one that has to be asked whether it is ready.
    Unproven(Unproven),
    /// It stays, for this reason.
    Kept(String),
}

impl From<Standing> for Verdict {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Superseded(why) => Self::Ownerless(why),
            Standing::Back(why) => Self::Displaced(why),
            Standing::Unproven(unproven) => Self::Unproven(unproven),
            Standing::Underway(why) | Standing::Open(why) => Self::Kept(why),
        }
    }
}

/// Something that a launch made and that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What it is.
    pub kind: Kind,
    /// Its id; of a volume its name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The container's state, in docker's word; empty for others.
    pub state: String,
    /// Whether it is anybody's.
    pub verdict: Verdict,
    /// The file that its id was to be written to.
    pub(super) cidfile: Option<PathBuf>,
    /// The container for which it made way in vain, where that runs.
    unready: Option<String>,
}

/// Who asks what is left, and what he can prove.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The process that asks.
    pub me: Owner,
    /// Whether the engine is proven to be on this machine.
    pub shares_machine: bool,
}

impl Leftover {
    /// What is no container.
    fn plain(kind: Kind, id: String, name: String, verdict: Verdict) -> Self {
        Self { kind, id, name, state: String::new(), verdict, cidfile: None, unready: None }
    }

    /// A container.
    pub(super) fn container(
        (id, name): (String, String),
        state: String,
        verdict: Verdict,
        cidfile: Option<PathBuf>,
    ) -> Self {
        Self { kind: Kind::Container, id, name, state, verdict, cidfile, unready: None }
    }

    /// The same, once it is known whether the container is ready for which it made way.
    #[must_use]
    pub fn proven(mut self, is_ready: bool) -> Self {
        if let Verdict::Unproven(unproven) = self.verdict.clone() {
            self.unready = (!is_ready).then(|| unproven.id.clone());
            self.verdict = unproven.proven(is_ready).into();
        }
        self
    }

    /// Whether it is a container that made way for another one.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        self.kind == Kind::Container && Aside::read(&self.name).is_some()
    }

    /// Whether it is provably nobody's.
    #[must_use]
    pub fn is_ownerless(&self) -> bool {
        matches!(self.verdict, Verdict::Ownerless(_))
    }
}

impl Engine {
    /// What launches have left, containers first.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn leftovers(&self, asker: &Asker) -> Result<Vec<Leftover>, EngineError> {
        let mut leftovers = self.left_containers(asker).await?;
        let others = self.left_otherwise(&leftovers, asker).await?;
        leftovers.extend(others);
        Ok(leftovers)
    }

    /// The containers that launches have left.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn left_containers(&self, asker: &Asker) -> Result<Vec<Leftover>, EngineError> {
        let containers: Vec<Container> = self.carrying("/containers/json?all=1&", &json!({})).await?;
        let mut leftovers = Vec::new();
        for container in &containers {
            leftovers.push(container.leftover(self.verdict(container, &containers, asker).await?));
        }
        Ok(leftovers)
    }

    /// The networks and volumes that launches have left. What a container uses that is judged to go is free with it.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn left_otherwise(
        &self,
        judged: &[Leftover],
        asker: &Asker,
    ) -> Result<Vec<Leftover>, EngineError> {
        let mut leftovers = Vec::new();
        let networks: Vec<Network> = self.carrying("/networks?", &json!({})).await?;
        for network in networks {
            let verdict = match self
                .unused(("network", &network.id, &network.name), &network.labels, judged, asker)
                .await?
            {
                Err(why) => Verdict::Kept(why),
                Ok(pid) => {
                    Verdict::Ownerless(format!("no container uses it, and its owner, process {pid}, is gone"))
                }
            };
            let (id, name) = (network.id, network.name);
            leftovers.push(Leftover::plain(Kind::Network, id, name, verdict));
        }
        let volumes: Volumes = self.carrying("/volumes?", &json!({})).await?;
        for volume in volumes.volumes.into_iter().flatten() {
            let verdict = match self
                .unused(("volume", &volume.name, &volume.name), &volume.labels, judged, asker)
                .await?
            {
                Err(why) => Verdict::Kept(why),
                Ok(pid) if asker.shares_machine && volume.is_empty() => {
                    Verdict::Ownerless(format!("it is empty, and its owner, process {pid}, is gone"))
                }
                Ok(_) => Verdict::Kept("it may hold data".to_owned()),
            };
            let (id, name) = (volume.name.clone(), volume.name);
            leftovers.push(Leftover::plain(Kind::Volume, id, name, verdict));
        }
        Ok(leftovers)
    }

    /// The container of an id, if it is provably nobody's.
    pub(super) async fn orphan(&self, id: &str, asker: &Asker) -> Result<Option<Leftover>, EngineError> {
        Ok(self.leftover(id, asker).await?.filter(Leftover::is_ownerless))
    }

    /// Removes a thing that is nobody's, and of a container the file of its id. One that is gone meanwhile is as it
    /// should be; one that was never started and has come up meanwhile stays: an engine may be at the start of a launch
    /// that is gone. Whether it does not stay.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub async fn reap(&self, leftover: &Leftover) -> Result<bool, EngineError> {
        let id = &leftover.id;
        match leftover.kind {
            Kind::Container => {
                if leftover.state == NEVER_STARTED {
                    if self.container(id).await?.is_some_and(|state| state.has_run) {
                        return Ok(false);
                    }
                    if let Err(error) = self.discard(id, false, true).await {
                        let has_started = self.container(id).await?.is_some_and(|state| state.has_run);
                        return if has_started { Ok(false) } else { Err(error) };
                    }
                } else {
                    self.remove(id).await?;
                }
                if let Some(path) = &leftover.cidfile {
                    cidfile::forget(path, id);
                }
            }
            Kind::Network => self.remove_network(id).await?,
            Kind::Volume => self.remove_volume(id).await?,
        }
        Ok(true)
    }

    /// A container that a launch has left, judged as it is now; none where it is gone.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn leftover(&self, id: &str, asker: &Asker) -> Result<Option<Leftover>, EngineError> {
        let all: Vec<Container> = self.carrying("/containers/json?all=1&", &json!({})).await?;
        let Some(container) = all.iter().find(|container| container.id == id) else { return Ok(None) };
        Ok(Some(container.leftover(self.verdict(container, &all, asker).await?)))
    }

    /// Brings a container back that made way for one that never came up. Whether it is back: somebody else may have seen to
    /// it, and gone on with it.
    ///
    /// # Errors
    /// The engine refused, or is gone, with the line that does it.
    pub async fn reinstate(&self, leftover: &Leftover) -> Result<bool, Finding> {
        let Some(aside) = Aside::read(&leftover.name) else { return Ok(false) };
        let back = self.back(&leftover.id, &aside, leftover.unready.as_deref()).await;
        back.map_err(|error| {
            let finding = error.finding(&format!("bring the container {} back", aside.of), &self.endpoint);
            Finding { code: Code::CleanupFailed, ..finding }.help(aside.line())
        })
    }

    /// Removes several, some at once; each with what came of it.
    pub async fn reap_all(&self, leftovers: Vec<Leftover>) -> Vec<(Leftover, Result<bool, EngineError>)> {
        let reaped = stream::iter(leftovers).map(|leftover| async {
            let result = self.reap(&leftover).await;
            (leftover, result)
        });
        reaped.buffered(AT_ONCE).collect().await
    }

    /// Removes, beside a launch, the containers of earlier ones that were never started or have ended, and that are
    /// nobody's. What is wrong with that is no matter of the launch.
    pub async fn sweep(&self, asker: &Asker) {
        let swept = async {
            // Podman knows no dead ones, and refuses the word.
            let states = ["created", "exited", "dead"];
            let filter = json!({ "status": if self.is_podman() { &states[..2] } else { &states } });
            let found: Vec<Container> = self.carrying("/containers/json?all=1&", &filter).await?;
            let mut ended = Vec::new();
            for container in &found {
                let verdict = self.verdict(container, &found, asker).await?;
                if let (Verdict::Ownerless(_), true) = (&verdict, container.has_ended(now())) {
                    ended.push(container.leftover(verdict));
                }
            }
            self.reap_all(ended).await;
            Ok::<(), EngineError>(())
        };
        let _ = timeout(SWEEP, swept).await;
    }

    /// The things in a list of the engine's that carry a launch's label.
    async fn carrying<T: DeserializeOwned>(
        &self,
        list: &str,
        filter: &serde_json::Value,
    ) -> Result<T, EngineError> {
        let mut filter = filter.clone();
        filter["label"] = json!([labels::RUN]);
        self.listed(list, &filter).await
    }

    /// Whether a container is anybody's. Its image is asked for last: labels that it hands on are nobody's word.
    async fn verdict(
        &self,
        container: &Container,
        all: &[Container],
        asker: &Asker,
    ) -> Result<Verdict, EngineError> {
        if let Some(aside) = Aside::read(container.name()) {
            return self.displaced(&aside, all, asker).await;
        }
        let verdict = judged(container, all, asker);
        if !matches!(verdict, Verdict::Ownerless(_)) {
            return Ok(verdict);
        }
        let Some(image) = self.find::<Image>(&format!("/images/{}/json", container.image)).await? else {
            return Ok(Verdict::Kept("its image, which may have its labels, is gone".to_owned()));
        };
        let is_inherited = image.labels().is_some_and(|labels| labels.contains_key(labels::RUN));
        Ok(match is_inherited {
            true => Verdict::Kept("its labels come from its image".to_owned()),
            false => verdict,
        })
    }

    /// The same of a container that made way for another one.
    async fn displaced(
        &self,
        aside: &Aside,
        all: &[Container],
        asker: &Asker,
    ) -> Result<Verdict, EngineError> {
        let asides = all.iter().filter_map(|other| Aside::read(other.name()));
        let is_alone = asides.filter(|other| other.of == aside.of).count() == 1;
        Ok(self.standing(aside, is_alone, asker).await?.into())
    }

    /// The number of the process that owned a network or a volume which no container uses that stays; or why it is not
    /// to be removed.
    async fn unused(
        &self,
        (what, id, name): (&str, &str, &str),
        labels: &Labels,
        judged: &[Leftover],
        asker: &Asker,
    ) -> Result<Result<u32, String>, EngineError> {
        let pid = match gone(label(labels, labels::OWNER), asker) {
            Ok((pid, _)) => pid,
            Err(why) => return Ok(Err(why)),
        };
        if label(labels, labels::NAME) != Some(name) {
            return Ok(Err("its labels do not name it: they may be copied".to_owned()));
        }
        let users: Vec<Container> = self.listed("/containers/json?all=1&", &json!({ what: [id] })).await?;
        let goes = |user: &Container| judged.iter().any(|one| one.id == user.id && one.is_ownerless());
        Ok(match users.iter().find(|user| !goes(user)) {
            Some(user) => Err(format!("the container {} uses it", user.name())),
            None => Ok(pid),
        })
    }
}
