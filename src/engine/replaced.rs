//! A replacement that did not come to its end, as dynrun was killed on the way: the container that made way for it is
//! brought back, or is superseded, or is left to the caller with the line that brings it back.

use super::aside::{Aside, Did};
use super::container::Listed;
use super::error::EngineError;
use super::labels::{self, Lifetime};
use super::namesake::PAUSE;
use super::orphans::Asker;
use super::state::ContainerState;
use super::{ANSWER, Engine};
use crate::host::Presence;
use crate::spec::LaunchSpec;
use crate::values::{self, Value as _};
use http::Method;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long another one may take that brings the same container back.
const OTHERS: Duration = Duration::from_secs(2);

/// A container that makes way just now for one of another process's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underway {
    /// The name that it had.
    pub of: String,
    /// Its name meanwhile.
    pub name: String,
    /// Its service; empty where it is none.
    pub service: String,
    /// Its stack; empty where it is of none.
    pub stack: String,
    /// The process that replaces it.
    pub pid: u32,
}

/// What is to become of a container that made way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// A process that runs is at it.
    Underway(String),
    /// The new one never came up: it comes back, for this reason.
    Back(String),
    /// The new one is up: it goes, for this reason.
    Superseded(String),
    /// The new one runs, and has to be asked whether it is ready.
    Unproven(Unproven),
    /// Neither can be proven, for this reason.
    Open(String),
}

/// A new container that was waited for by a dynrun that is gone: it has to be asked itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// Its id.
    pub id: String,
    /// What tells that it is ready, in words.
    pub checks: Vec<String>,
    /// For how long it was to be waited for.
    pub within: Duration,
    /// Whether that time is over.
    is_over: bool,
    /// What is said where it is ready, is not, and may yet be.
    superseded: String,
    back: String,
    open: String,
}

impl Unproven {
    /// What is to become of the old one, once it is known whether the new one is ready.
    pub(super) fn proven(self, is_ready: bool) -> Standing {
        match (is_ready, self.is_over) {
            (true, _) => Standing::Superseded(self.superseded),
            (false, true) => Standing::Back(self.back),
            (false, false) => Standing::Open(self.open),
        }
    }
}

/// What is left of earlier replacements of the container of a name.
#[derive(Debug, Default)]
pub struct Remains {
    /// What was brought back, in words.
    pub notes: Vec<String>,
    /// The containers that made way and that are nobody's: a launch that comes up in their place supersedes them.
    left: Vec<Left>,
    /// Those whose new one has to be asked.
    unproven: Vec<(String, Aside, Unproven)>,
}

impl Remains {
    /// The new ones that have to be asked whether they are ready, in their order.
    pub fn unproven(&self) -> impl Iterator<Item = &Unproven> {
        self.unproven.iter().map(|(_, _, unproven)| unproven)
    }
}

/// One of them.
#[derive(Debug)]
struct Left {
    id: String,
    /// Whether the container that has the name now is the one that it made way for.
    is_followed: bool,
}

/// What is to become of it. `holder` is the container that has its name; `is_alone` says that no other one made way
/// under this name.
pub(super) fn standing(
    aside: &Aside,
    holder: Option<&ContainerState>,
    is_alone: bool,
    asker: &Asker,
) -> Standing {
    let Aside { of, .. } = aside;
    let process = format!("process {}, which was to replace it,", aside.pid());
    let open = |why: &str| Standing::Open(format!("{why}; {}", remedy(aside, holder)));
    match aside.presence(asker) {
        Presence::Here => return Standing::Underway(format!("process {} is replacing it", aside.pid())),
        Presence::Unknown(why) => return open(why),
        Presence::Gone => {}
    }
    match holder {
        None if !is_alone => open(&format!("several containers made way for one named {of}")),
        None => Standing::Back(format!("{process} is gone, and nobody has its name")),
        Some(holder) if !is_new(aside, holder) => open(&format!("another container is named {of} now")),
        Some(holder) if goes(holder) && is_alone => {
            let what = if holder.has_run { "goes with it" } else { "was never started" };
            Standing::Back(format!("{process} is gone, and the new {of} {what}"))
        }
        Some(holder) if is_up(holder) => Standing::Superseded(format!("the new {of} has taken its place")),
        Some(holder) if holder.running => {
            let open = open(&format!("{process} is gone, and nobody knows whether the new {of} is ready"));
            match unproven(aside, holder, (is_alone, &process), open) {
                Ok(unproven) => Standing::Unproven(unproven),
                Err(open) => open,
            }
        }
        Some(holder) if is_alone && waited(holder).is_some_and(|within| holder.ended_within(within)) => {
            Standing::Back(format!("{process} is gone, and the new {of} has ended before it was ready"))
        }
        Some(_) => open(&format!("{process} is gone, and the new {of} has ended")),
    }
}

/// For how long a container was to be waited for.
fn waited(holder: &ContainerState) -> Option<Duration> {
    let word = holder.labels.get(labels::WAIT)?;
    values::Duration::parse(word).ok().map(|time| time.0)
}

/// What has to be asked of a new one that runs; `open` where nobody knows what that would be, or what to do then.
fn unproven(
    aside: &Aside,
    holder: &ContainerState,
    (is_alone, process): (bool, &str),
    open: Standing,
) -> Result<Unproven, Standing> {
    let (Some(within), Some(record), Standing::Open(open)) = (waited(holder), holder.record(), open.clone())
    else {
        return Err(open);
    };
    // What is paused says nothing.
    if !is_alone || holder.paused || !holder.labels.contains_key(labels::READY) {
        return Err(Standing::Open(open));
    }
    let of = &aside.of;
    Ok(Unproven {
        id: holder.id.clone(),
        checks: record.ready,
        within,
        is_over: holder.restarting || holder.has_run_for(within),
        superseded: format!("the new {of} has taken its place"),
        back: format!("{process} is gone, and the new {of} is not ready"),
        open,
    })
}

/// Whether a container is the one that another one made way for.
fn is_new(aside: &Aside, holder: &ContainerState) -> bool {
    holder.labels.get(labels::RUN).is_some_and(|nonce| aside.is_for(nonce))
}

/// Whether it goes with its launch, which is over: what `judged` takes for nobody's.
fn goes(holder: &ContainerState) -> bool {
    let lifetime = holder.labels.get(labels::LIFETIME).and_then(|word| Lifetime::read(word));
    let goes_with_its_owner = match lifetime {
        Some(Lifetime::Attended) => true,
        Some(Lifetime::Detachable) => !holder.running,
        Some(Lifetime::Own) | None => false,
    };
    goes_with_its_owner || !holder.has_run
}

/// Whether a container does what it is to do, as far as the engine tells: one that was to be waited for is up once its
/// health check says so.
fn is_up(holder: &ContainerState) -> bool {
    let runs = holder.running && !holder.restarting && !holder.paused;
    runs && !goes(holder)
        && match &holder.health {
            Some(health) => health.status == "healthy",
            None => !holder.labels.contains_key(labels::WAIT),
        }
}

/// What is told of one that was brought back.
fn back_again(aside: &Aside) -> String {
    format!("the container {} is back, which a launch that was killed had put aside", aside.of)
}

/// The lines that bring it back, or do without it.
fn remedy(aside: &Aside, holder: Option<&ContainerState>) -> String {
    match holder {
        None => format!("to bring it back: {}", aside.line()),
        Some(_) => format!(
            "to bring it back: docker rm -f {}; {}; to do without it: docker rm -fv {aside}",
            aside.of,
            aside.line()
        ),
    }
}

impl Engine {
    /// What is to become of a container that made way; `is_alone` as with `standing`.
    pub(super) async fn standing(
        &self,
        aside: &Aside,
        is_alone: bool,
        asker: &Asker,
    ) -> Result<Standing, EngineError> {
        Ok(standing(aside, self.holder(aside).await?.as_ref(), is_alone, asker))
    }

    /// The container that has the name which another one had.
    async fn holder(&self, aside: &Aside) -> Result<Option<ContainerState>, EngineError> {
        // An id is found by its first digits, too, and is no name.
        Ok(self.container(&aside.of).await?.filter(|holder| holder.name == aside.of))
    }

    /// Brings a container back whose replacement never came up: what is there of that goes. One that runs and is known to
    /// be unready is named. Whether it is back: another gc or launch may have seen to it meanwhile, and gone on with it.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub(super) async fn back(
        &self,
        id: &str,
        aside: &Aside,
        unready: Option<&str>,
    ) -> Result<bool, EngineError> {
        let error = match self.restored(id, aside, unready).await {
            Ok(()) => return Ok(true),
            Err(error @ (EngineError::Refused { .. } | EngineError::Garbled(_))) => error,
            Err(error) => return Err(error),
        };
        let until = Instant::now() + OTHERS;
        loop {
            match self.container(id).await? {
                Some(state) if state.name == aside.of => return Ok(true),
                Some(state) if state.name == aside.to_string() && Instant::now() > until => {
                    return Err(error);
                }
                Some(state) if state.name == aside.to_string() => sleep(PAUSE).await,
                Some(_) | None => return Ok(false),
            }
        }
    }

    async fn restored(&self, id: &str, aside: &Aside, unready: Option<&str>) -> Result<(), EngineError> {
        if let Some(holder) = self.holder(aside).await?
            && is_new(aside, &holder)
            && (goes(&holder) || !holder.running || unready == Some(&holder.id))
        {
            // One that comes up at this moment has taken the place of this one: it is no longer to go.
            self.discard(&holder.id, holder.running, true).await?;
        }
        let state = match self.container(id).await? {
            Some(state) if state.name == aside.to_string() => state,
            // Another gc was faster.
            Some(state) if state.name == aside.of => return Ok(()),
            Some(_) | None => return Err(EngineError::Garbled(format!("{aside} is not there any more"))),
        };
        // The name comes last: whoever is cut short before it leaves what the next one brings back.
        match aside.did {
            Did::Ended => {}
            // Nobody has stopped it.
            Did::Runs if state.running => {}
            Did::Ran | Did::Paused if state.running => self.runs_after_a_stop(&state).await?,
            Did::Ran | Did::Runs | Did::Paused => self.start_again(&state).await?,
        }
        if aside.did == Did::Paused {
            self.done(Method::POST, &format!("/containers/{id}/pause"), ANSWER).await?;
        }
        self.rename(id, &aside.of).await
    }

    /// Sees to what earlier launches have put aside under the name that a launch asks for, and that were killed. One that
    /// is on its way is waited for, so long.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn recovered(
        &self,
        spec: &LaunchSpec,
        asker: &Asker,
        patience: Duration,
    ) -> Result<Remains, EngineError> {
        let mut remains = Remains::default();
        let Some(name) = spec.options.name.get().filter(|name| !name.is_empty()) else { return Ok(remains) };
        let until = Instant::now() + patience;
        let asides = loop {
            let asides = self.asides(&name.0).await?;
            let is_underway = asides.iter().any(|(_, aside)| aside.presence(asker) == Presence::Here);
            let is_waited_for = is_underway && Instant::now() < until;
            // While it has a container of the name, that one says who is at it.
            if !is_waited_for || self.container(&name.0).await?.is_some() {
                break asides;
            }
            sleep(PAUSE).await;
        };
        for (id, aside) in &asides {
            let holder = self.holder(aside).await?;
            match standing(aside, holder.as_ref(), asides.len() == 1, asker) {
                Standing::Underway(_) => {}
                Standing::Superseded(_) => self.remove(id).await?,
                Standing::Unproven(unproven) => {
                    remains.unproven.push((id.clone(), aside.clone(), unproven));
                }
                Standing::Back(_) => {
                    let is_back = self.back(id, aside, None).await?;
                    remains.notes.extend(is_back.then(|| back_again(aside)));
                }
                Standing::Open(_) if aside.presence(asker) == Presence::Gone => {
                    let is_followed = holder.is_some_and(|holder| is_new(aside, &holder));
                    remains.left.push(Left { id: id.clone(), is_followed });
                }
                Standing::Open(_) => {}
            }
        }
        Ok(remains)
    }

    /// Does what remains to be done once it is known which of the new ones are ready, in the order in which they were told.
    ///
    /// # Errors
    /// The engine does not do it.
    pub async fn proven(&self, remains: &mut Remains, are_ready: &[bool]) -> Result<(), EngineError> {
        let unproven = std::mem::take(&mut remains.unproven);
        for ((id, aside, unproven), is_ready) in unproven.into_iter().zip(are_ready) {
            let new = unproven.id.clone();
            match unproven.proven(*is_ready) {
                Standing::Superseded(_) => self.remove(&id).await?,
                Standing::Back(_) => {
                    let is_back = self.back(&id, &aside, Some(&new)).await?;
                    remains.notes.extend(is_back.then(|| back_again(&aside)));
                }
                _ => remains.left.push(Left { id, is_followed: true }),
            }
        }
        Ok(())
    }

    /// The containers that make way just now for those of other processes that run.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn underway(&self, asker: &Asker) -> Result<Vec<Underway>, EngineError> {
        let all = self.launched_containers(true, None).await?;
        let underway = all.into_iter().filter_map(|container| {
            let aside = Aside::read(&container.name)?;
            (aside.presence(asker) == Presence::Here).then(|| Underway {
                pid: aside.pid(),
                of: aside.of,
                name: container.name,
                service: container.service,
                stack: container.stack,
            })
        });
        Ok(underway.collect())
    }

    /// The containers that made way under a name.
    async fn asides(&self, name: &str) -> Result<Vec<(String, Aside)>, EngineError> {
        let filters = json!({ "name": [name], "label": [labels::RUN] });
        let listed: Vec<Listed> = self.listed("/containers/json?all=1&", &filters).await?;
        let aside = |listed: Listed| {
            let names = listed.names.unwrap_or_default();
            let aside = Aside::read(names.first()?.trim_start_matches('/'))?;
            (aside.of == name).then_some((listed.id, aside))
        };
        Ok(listed.into_iter().filter_map(aside).collect())
    }

    /// Removes what a container that has come up supersedes: all that made way under its name where it is new, else what
    /// made way for it. What cannot be removed is gc's to tell.
    pub async fn supersede(&self, remains: &Remains, is_new: bool) {
        for left in remains.left.iter().filter(|left| is_new || left.is_followed) {
            let _ = self.remove(&left.id).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::super::labels::Identity;
    use super::*;
    use crate::host::Owner;

    const NONCE: &str = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

    fn aside(owner: Owner) -> Aside {
        let state = ContainerState { name: "gw".to_owned(), running: true, ..ContainerState::default() };
        Aside::new(&state, &Identity { nonce: NONCE.to_owned(), owner }, false)
    }

    /// A new one that runs, launched to stay.
    fn new() -> ContainerState {
        let labels = [(labels::RUN, NONCE), (labels::LIFETIME, "own")];
        ContainerState {
            name: "gw".to_owned(),
            labels: labels.map(|(name, word)| (name.to_owned(), word.to_owned())).into(),
            running: true,
            has_run: true,
            ..ContainerState::default()
        }
    }

    /// The same with another label.
    fn with(label: &str, word: &str) -> ContainerState {
        let mut one = new();
        one.labels.insert(label.to_owned(), word.to_owned());
        one
    }

    /// One that is waited for, and tells what is asked then.
    fn waited(time: &str, checks: &[&str]) -> ContainerState {
        let mut one = with(labels::WAIT, time);
        one.labels.insert(labels::READY.to_owned(), json!({ "checks": checks }).to_string());
        one
    }

    /// One that has ended so many seconds after its start, and was waited for thirty.
    fn ended(seconds: u32) -> ContainerState {
        ContainerState {
            running: false,
            started_at: "2026-11-29T19:55:00.5Z".to_owned(),
            finished_at: format!("2026-11-29T19:55:{seconds}.1Z"),
            ..waited("30s", &[])
        }
    }

    fn asker() -> Asker {
        Asker { me: Owner::read(), shares_machine: true }
    }

    /// What has made way for a process that is gone.
    fn gone() -> Aside {
        let me = Owner::read();
        aside(Owner { start_time: me.start_time + 1, ..me })
    }

    #[test]
    fn one_that_was_waited_for_is_asked() {
        let (gone, asker) = (gone(), asker());
        let long_ago = ContainerState {
            id: "new".to_owned(),
            started_at: "2026-11-29T19:55:00.5Z".to_owned(),
            ..waited("30s", &["tcp:80"])
        };
        let just_now = ContainerState { started_at: String::new(), ..long_ago.clone() };
        let proven = |holder: &ContainerState, is_ready: bool| {
            let Standing::Unproven(one) = standing(&gone, Some(holder), true, &asker) else { panic!() };
            assert_eq!((one.id.as_str(), one.checks.as_slice()), ("new", &["tcp:80".to_owned()][..]));
            one.proven(is_ready)
        };
        for holder in [&long_ago, &just_now] {
            assert!(matches!(proven(holder, true), Standing::Superseded(_)));
        }
        assert!(matches!(proven(&long_ago, false), Standing::Back(_)));
        assert!(matches!(proven(&just_now, false), Standing::Open(_)));
    }

    #[test]
    fn what_becomes_of_it_is_what_can_be_proven() {
        let (me, asker, gone) = (Owner::read(), asker(), gone());
        let health = |status: &str| {
            let mut health = Health::default();
            status.clone_into(&mut health.status);
            Some(health)
        };
        for (holder, is_alone, wanted) in [
            (None, true, "back"),
            (None, false, "open"),
            (Some(ContainerState { has_run: false, running: false, ..new() }), true, "back"),
            (Some(ContainerState { has_run: false, running: false, ..new() }), false, "open"),
            (Some(new()), true, "superseded"),
            (Some(new()), false, "superseded"),
            (Some(with(labels::WAIT, "30s")), true, "open"),
            (
                Some(ContainerState { health: health("healthy"), ..with(labels::WAIT, "30s") }),
                true,
                "superseded",
            ),
            (Some(ContainerState { health: health("starting"), ..new() }), true, "open"),
            (Some(waited("30s", &[])), true, "unproven"),
            (Some(waited("30s", &[])), false, "open"),
            (Some(waited("what", &[])), true, "open"),
            (Some(ContainerState { paused: true, ..waited("30s", &[]) }), true, "open"),
            (Some(ended(10)), true, "back"),
            (Some(ended(31)), true, "open"),
            (Some(ended(10)), false, "open"),
            (Some(ContainerState { running: false, ..new() }), true, "open"),
            (Some(ContainerState { restarting: true, ..new() }), true, "open"),
            (Some(ContainerState { paused: true, ..new() }), true, "open"),
            (Some(with(labels::LIFETIME, "attended")), true, "back"),
            (Some(with(labels::LIFETIME, "detachable")), true, "superseded"),
            (Some(ContainerState { running: false, ..with(labels::LIFETIME, "detachable") }), true, "back"),
            (Some(with(labels::RUN, "another")), true, "open"),
        ] {
            let word = match standing(&gone, holder.as_ref(), is_alone, &asker) {
                Standing::Unproven(_) => "unproven",
                Standing::Underway(_) => "underway",
                Standing::Back(_) => "back",
                Standing::Superseded(_) => "superseded",
                Standing::Open(why) => {
                    assert!(why.contains(&gone.line()), "{why}");
                    "open"
                }
            };
            assert_eq!(word, wanted, "{holder:?}");
        }
        let here = standing(&aside(me.clone()), None, true, &asker);
        assert_eq!(here, Standing::Underway(format!("process {} is replacing it", me.pid)));
        let elsewhere = aside(Owner { machine: "other".to_owned(), ..me });
        let told = format!("its owner is on another machine; to bring it back: {}", elsewhere.line());
        assert_eq!(standing(&elsewhere, None, true, &asker), Standing::Open(told));
    }
}
