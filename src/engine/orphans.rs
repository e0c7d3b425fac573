//! What launches have left: which of it is provably nobody's any more, and why the rest is not.
//!
//! Labels prove nothing by themselves: a container that was committed to an image hands them on. So what carries them
//! must also have been made when its labels say, alone, and from an image without them.

use super::Engine;
use super::error::EngineError;
use super::image::Image;
use super::labels::{self, Lifetime};
use crate::host::{Owner, Presence, now};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;

/// How long before and after the moment that its labels name a thing may have been made, in seconds: the labels are
/// written right before the engine is asked, which answers within that time.
const MADE: (i64, i64) = (2, 150);
/// How many things are removed at once.
const AT_ONCE: usize = 8;
/// How old a container is that was never started before a launch takes it away, in seconds.
const FRESH: i64 = 30;
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
    /// It stays, for this reason.
    Kept(String),
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
}

/// Who asks what is left, and what he can prove.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The process that asks.
    pub me: Owner,
    /// Whether the engine is proven to be on this machine.
    pub shares_machine: bool,
}

/// The labels of a thing, as the engine tells of them.
type Labels = Option<HashMap<String, String>>;

fn label<'a>(labels: &'a Labels, name: &str) -> Option<&'a str> {
    labels.as_ref()?.get(name).map(String::as_str)
}

#[derive(Debug, Clone, Deserialize)]
struct Container {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Names", default)]
    names: Option<Vec<String>>,
    #[serde(rename = "ImageID", default)]
    image: String,
    #[serde(rename = "Created", default)]
    created: i64,
    #[serde(rename = "State", default)]
    state: String,
    #[serde(rename = "Labels", default)]
    labels: Labels,
}

#[derive(Deserialize)]
struct Network {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Labels", default)]
    labels: Labels,
}

#[derive(Deserialize)]
struct Volume {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Mountpoint", default)]
    mountpoint: String,
    #[serde(rename = "Driver", default)]
    driver: String,
    #[serde(rename = "Options", default)]
    options: Option<HashMap<String, String>>,
    #[serde(rename = "Labels", default)]
    labels: Labels,
}

#[derive(Deserialize)]
struct Volumes {
    #[serde(rename = "Volumes", default)]
    volumes: Option<Vec<Volume>>,
}

impl Container {
    fn label(&self, name: &str) -> Option<&str> {
        label(&self.labels, name)
    }

    fn name(&self) -> &str {
        let name = self.names.iter().flatten().next();
        name.map_or("", |name| name.trim_start_matches('/'))
    }

    /// Whether it has ended, or was never started and is not about to be.
    fn has_ended(&self) -> bool {
        let age = i64::try_from(now().as_secs()).unwrap_or_default() - self.created;
        match self.state.as_str() {
            "exited" | "dead" => true,
            "created" => age > FRESH,
            _ => false,
        }
    }

    fn leftover(&self, verdict: Verdict) -> Leftover {
        Leftover {
            kind: Kind::Container,
            id: self.id.clone(),
            name: self.name().to_owned(),
            state: self.state.clone(),
            verdict,
        }
    }
}

impl Leftover {
    /// Whether it is provably nobody's.
    #[must_use]
    pub fn is_ownerless(&self) -> bool {
        matches!(self.verdict, Verdict::Ownerless(_))
    }
}

/// The number of the process that owned it, or why it cannot be taken for gone.
fn gone(label: Option<&str>, asker: &Asker) -> Result<(u32, i64), String> {
    let Some((owner, at)) = label.and_then(labels::owner) else {
        return Err("its labels do not say who owns it".to_owned());
    };
    match owner.presence(&asker.me, asker.shares_machine) {
        Presence::Gone => Ok((owner.pid, at)),
        Presence::Here => Err(format!("its owner, process {}, runs", owner.pid)),
        Presence::Unknown(why) => Err(why.to_owned()),
    }
}

/// What can be said of a container without another question to the engine.
fn judged(container: &Container, all: &[Container], asker: &Asker) -> Verdict {
    let (pid, at) = match gone(container.label(labels::OWNER), asker) {
        Ok(gone) => gone,
        Err(why) => return Verdict::Kept(why),
    };
    let nonce = container.label(labels::RUN);
    if all.iter().filter(|other| other.label(labels::RUN) == nonce).count() > 1 {
        return Verdict::Kept("another container carries the labels of the same launch".to_owned());
    }
    if !(at - MADE.0..=at + MADE.1).contains(&container.created) {
        return Verdict::Kept("it was not made when its labels say".to_owned());
    }
    let lifetime = container.label(labels::LIFETIME).and_then(Lifetime::read);
    match (lifetime, container.state.as_str()) {
        (_, "created") => {
            Verdict::Ownerless(format!("it was never started, and its owner, process {pid}, is gone"))
        }
        (Some(Lifetime::Own), _) => Verdict::Kept("it was launched to stay".to_owned()),
        (None, _) => Verdict::Kept("its labels do not say how long it is to live".to_owned()),
        (Some(_), "exited" | "dead") => {
            Verdict::Ownerless(format!("it has ended, and its owner, process {pid}, is gone"))
        }
        (Some(Lifetime::Attended), _) => {
            Verdict::Ownerless(format!("it runs for its owner, process {pid}, which is gone"))
        }
        (Some(Lifetime::Detachable), _) => {
            Verdict::Kept(format!("its owner, process {pid}, is gone, and may have detached from it"))
        }
    }
}

impl Engine {
    /// What launches have left, containers first.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn leftovers(&self, asker: &Asker) -> Result<Vec<Leftover>, EngineError> {
        let containers: Vec<Container> = self.carrying("/containers/json?all=1&", &json!({})).await?;
        let mut leftovers = Vec::new();
        for container in &containers {
            leftovers.push(container.leftover(self.verdict(container, &containers, asker).await?));
        }
        let networks: Vec<Network> = self.carrying("/networks?", &json!({})).await?;
        for network in networks {
            let verdict =
                match self.unused(("network", &network.id), &network.labels, &leftovers, asker).await? {
                    Err(why) => Verdict::Kept(why),
                    Ok(pid) => Verdict::Ownerless(format!(
                        "no container uses it, and its owner, process {pid}, is gone"
                    )),
                };
            let (id, name) = (network.id, network.name);
            leftovers.push(Leftover { kind: Kind::Network, id, name, state: String::new(), verdict });
        }
        let volumes: Volumes = self.carrying("/volumes?", &json!({})).await?;
        for volume in volumes.volumes.into_iter().flatten() {
            let verdict =
                match self.unused(("volume", &volume.name), &volume.labels, &leftovers, asker).await? {
                    Err(why) => Verdict::Kept(why),
                    Ok(pid) if asker.shares_machine && volume.is_empty() => {
                        Verdict::Ownerless(format!("it is empty, and its owner, process {pid}, is gone"))
                    }
                    Ok(_) => Verdict::Kept("it may hold data".to_owned()),
                };
            let (id, name) = (volume.name.clone(), volume.name);
            leftovers.push(Leftover { kind: Kind::Volume, id, name, state: String::new(), verdict });
        }
        Ok(leftovers)
    }

    /// Removes a thing that is nobody's. One that is gone meanwhile is as it should be.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub async fn reap(&self, leftover: &Leftover) -> Result<(), EngineError> {
        let id = &leftover.id;
        match leftover.kind {
            Kind::Container => self.remove(id).await,
            Kind::Network => self.remove_network(id).await,
            Kind::Volume => self.remove_volume(id).await,
        }
    }

    /// Removes several, some at once; each with what came of it.
    pub async fn reap_all(&self, leftovers: Vec<Leftover>) -> Vec<(Leftover, Result<(), EngineError>)> {
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
            let filter = json!({ "status": ["created", "exited", "dead"] });
            let found: Vec<Container> = self.carrying("/containers/json?all=1&", &filter).await?;
            let mut ended = Vec::new();
            for container in &found {
                let verdict = self.verdict(container, &found, asker).await?;
                if let (Verdict::Ownerless(_), true) = (&verdict, container.has_ended()) {
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

    /// The number of the process that owned a network or a volume which no container uses that stays; or why it is not
    /// to be removed.
    async fn unused(
        &self,
        (what, id): (&str, &str),
        labels: &Labels,
        judged: &[Leftover],
        asker: &Asker,
    ) -> Result<Result<u32, String>, EngineError> {
        let pid = match gone(label(labels, labels::OWNER), asker) {
            Ok((pid, _)) => pid,
            Err(why) => return Ok(Err(why)),
        };
        let users: Vec<Container> = self.listed("/containers/json?all=1&", &json!({ what: [id] })).await?;
        let goes = |user: &Container| judged.iter().any(|one| one.id == user.id && one.is_ownerless());
        Ok(match users.iter().find(|user| !goes(user)) {
            Some(user) => Err(format!("the container {} uses it", user.name())),
            None => Ok(pid),
        })
    }
}

impl Volume {
    /// Whether there is provably nothing in it: what may not be looked into may hold anything.
    fn is_empty(&self) -> bool {
        let is_plain = self.driver == "local" && self.options.as_ref().is_none_or(HashMap::is_empty);
        let mut entries = std::fs::read_dir(&self.mountpoint).ok();
        is_plain && entries.as_mut().is_some_and(|entries| entries.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_700_000_000;

    fn asker() -> Asker {
        Asker { me: Owner::read(), shares_machine: true }
    }

    /// A container of an owner that is gone, unless `label` says otherwise.
    fn container(state: &str, lifetime: &str, created: i64) -> Container {
        let me = Owner::read();
        let owner = json!({
            "machine": me.machine, "boot": me.boot, "pidns": me.pid_namespace, "pid": me.pid, "start": me.start_time + 1,
            "at": AT,
        });
        let labels =
            [(labels::RUN, "nonce"), (labels::OWNER, &owner.to_string()), (labels::LIFETIME, lifetime)];
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Container {
            id: format!("{state}{created}"),
            names: None,
            image: String::new(),
            created,
            state: state.to_owned(),
            labels: Some(labels.into()),
        }
    }

    #[test]
    fn only_what_can_be_proven_is_ownerless() {
        for (state, lifetime, created, wanted) in [
            ("created", "own", AT, true),
            ("created", "attended", AT + 100, true),
            ("exited", "attended", AT, true),
            ("dead", "detachable", AT, true),
            ("running", "attended", AT, true),
            ("paused", "attended", AT, true),
            ("running", "detachable", AT, false),
            ("running", "own", AT, false),
            ("exited", "own", AT, false),
            ("exited", "", AT, false),
            ("exited", "attended", AT + 1000, false),
            ("exited", "attended", AT - 10, false),
        ] {
            let one = container(state, lifetime, created);
            let verdict = judged(&one, std::slice::from_ref(&one), &asker());
            assert_eq!(
                matches!(verdict, Verdict::Ownerless(_)),
                wanted,
                "{state} {lifetime} {created}: {verdict:?}"
            );
        }
    }

    #[test]
    fn two_of_one_launch_are_not_told_apart() {
        let (one, other) = (container("exited", "attended", AT), container("exited", "attended", AT + 1));
        let verdict = judged(&one, &[one.clone(), other], &asker());
        assert_eq!(
            verdict,
            Verdict::Kept("another container carries the labels of the same launch".to_owned())
        );
    }
}
