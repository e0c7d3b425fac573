//! What the engine's lists say of the things that launches made, and what can be proven from it.
//!
//! Labels prove nothing by themselves: a container that was committed to an image hands them on. So what carries them
//! must also have been made when its labels say, and alone.

use super::labels::{self, Lifetime};
use super::orphans::{Asker, Leftover, Verdict};
use crate::host::Presence;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// How long before and after the moment that its labels name a thing may have been made, in seconds: the labels are
/// written right before the engine is asked, which answers within that time.
const MADE: (i64, i64) = (2, 30);
/// How old a container is that was never started before a launch takes it away, in seconds.
const FRESH: i64 = 30;

/// The labels of a thing, as the engine tells of them.
pub(super) type Labels = Option<HashMap<String, String>>;

/// What one of them says.
pub(super) fn label<'a>(labels: &'a Labels, name: &str) -> Option<&'a str> {
    labels.as_ref()?.get(name).map(String::as_str)
}

/// A container.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Container {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Names", default)]
    pub(super) names: Option<Vec<String>>,
    #[serde(rename = "ImageID", default)]
    pub(super) image: String,
    #[serde(rename = "Created", default)]
    pub(super) created: i64,
    #[serde(rename = "State", default)]
    pub(super) state: String,
    #[serde(rename = "Labels", default)]
    pub(super) labels: Labels,
}

/// A network.
#[derive(Deserialize)]
pub(super) struct Network {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Name")]
    pub(super) name: String,
    #[serde(rename = "Labels", default)]
    pub(super) labels: Labels,
}

/// A volume.
#[derive(Deserialize)]
pub(super) struct Volume {
    #[serde(rename = "Name")]
    pub(super) name: String,
    #[serde(rename = "Mountpoint", default)]
    pub(super) mountpoint: String,
    #[serde(rename = "Driver", default)]
    pub(super) driver: String,
    #[serde(rename = "Options", default)]
    pub(super) options: Option<HashMap<String, String>>,
    #[serde(rename = "Labels", default)]
    pub(super) labels: Labels,
}

/// The answer that lists volumes.
#[derive(Deserialize)]
pub(super) struct Volumes {
    #[serde(rename = "Volumes", default)]
    pub(super) volumes: Option<Vec<Volume>>,
}

impl Container {
    /// What a label of it says.
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        label(&self.labels, name)
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        let name = self.names.iter().flatten().next();
        name.map_or("", |name| name.trim_start_matches('/'))
    }

    /// Whether it has ended, or was never started and is not about to be, at this moment.
    pub(super) fn has_ended(&self, now: Duration) -> bool {
        let age = i64::try_from(now.as_secs()).unwrap_or_default().saturating_sub(self.created);
        match self.state.as_str() {
            "exited" | "dead" => true,
            "created" => age > FRESH,
            _ => false,
        }
    }

    /// As it is told.
    pub(super) fn leftover(&self, verdict: Verdict) -> Leftover {
        let options = self.label(labels::OPTIONS);
        let cidfile = options.and_then(|options| labels::option(options, "cidfile")).map(PathBuf::from);
        let names = (self.id.clone(), self.name().to_owned());
        Leftover::container(names, self.state.clone(), verdict, cidfile)
    }
}

impl Volume {
    /// Whether there is provably nothing in it: what may not be looked into may hold anything.
    pub(super) fn is_empty(&self) -> bool {
        let is_plain = self.driver == "local" && self.options.as_ref().is_none_or(HashMap::is_empty);
        let mut entries = std::fs::read_dir(&self.mountpoint).ok();
        is_plain && entries.as_mut().is_some_and(|entries| entries.next().is_none())
    }
}

/// The number of the process that owned it, or why it cannot be taken for gone.
pub(super) fn gone(label: Option<&str>, asker: &Asker) -> Result<(u32, i64), String> {
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
pub(super) fn judged(container: &Container, all: &[Container], asker: &Asker) -> Verdict {
    let (pid, at) = match gone(container.label(labels::OWNER), asker) {
        Ok(gone) => gone,
        Err(why) => return Verdict::Kept(why),
    };
    let nonce = container.label(labels::RUN);
    if all.iter().filter(|other| other.label(labels::RUN) == nonce).count() > 1 {
        return Verdict::Kept("another container carries the labels of the same launch".to_owned());
    }
    if container.label(labels::NAME).is_some_and(|name| name != container.name()) {
        return Verdict::Kept("its labels name another container: they may be copied".to_owned());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Owner;
    use serde_json::json;

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
            ("created", "attended", AT + 25, true),
            ("exited", "attended", AT, true),
            ("dead", "detachable", AT, true),
            ("running", "attended", AT, true),
            ("paused", "attended", AT, true),
            ("running", "detachable", AT, false),
            ("running", "own", AT, false),
            ("exited", "own", AT, false),
            ("exited", "", AT, false),
            ("exited", "attended", AT + 35, false),
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
    /// F62. A process is known by its start since the machine's, which no clock moves; and one that jumps between the
    /// label and the create leaves a container that is not taken for what it may be.
    #[test]
    fn a_clock_that_jumps_takes_nothing_from_a_living_owner() {
        const DAY: i64 = 24 * 60 * 60;
        let me = Owner::read();
        for jump in [-DAY, 0, DAY] {
            let mut one = container("exited", "attended", AT);
            let owner = json!({
                "machine": me.machine, "boot": me.boot, "pidns": me.pid_namespace, "pid": me.pid, "start": me.start_time,
                "at": AT + jump,
            });
            one.labels.as_mut().unwrap().insert(labels::OWNER.to_owned(), owner.to_string());
            let verdict = judged(&one, std::slice::from_ref(&one), &asker());
            assert_eq!(verdict, Verdict::Kept(format!("its owner, process {}, runs", me.pid)));
            let one = container("exited", "attended", AT + jump);
            let is_kept = matches!(judged(&one, std::slice::from_ref(&one), &asker()), Verdict::Kept(_));
            assert_eq!(is_kept, jump != 0, "{jump}");
        }
    }

    /// What was never started is left alone for a while by the next launch; a clock that was put back makes that longer.
    #[test]
    fn how_old_it_is_counts_for_what_was_never_started() {
        for (state, age, has_ended) in [
            ("created", 29, false),
            ("created", 31, true),
            ("created", -86_400, false),
            ("created", 86_400, true),
            ("exited", -86_400, true),
            ("running", 86_400, false),
        ] {
            let now = Duration::from_secs(u64::try_from(AT + age).unwrap());
            assert_eq!(container(state, "attended", AT).has_ended(now), has_ended, "{state} {age}");
        }
    }
}
