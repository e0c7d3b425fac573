//! The container that has the name which a launch asks for: who it is, in what it differs from the launch, and how it
//! makes way and comes back.

use super::aside::Aside;
use super::ask::encoded;
use super::error::EngineError;
use super::labels::{self, Identity, Lifetime};
use super::launch::{Cancel, LaunchError, called_off};
use super::orphans::Asker;
use super::state::ContainerState;
use super::{ANSWER, Engine};
use crate::finding::{Code, Finding};
use crate::host::Presence;
use crate::spec::{Attachment, LaunchSpec, Setting, asked, without_values};
use crate::values::{ContainerName, IfExists, ImageRef, PortPolicy, Value as _};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long an old container's name may be another's that is being removed or launched.
const BACK: Duration = Duration::from_secs(30);
/// How often a container is asked to make way that ends and is started again all the time.
const ROUNDS: usize = 3;
/// How often that is looked at.
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// What is about the launch, and makes nothing of the container.
const OF_LAUNCH: [&str; 3] = ["pull", "quiet", "wait"];
/// The lists in whose order there is something: which network is the first, who is asked first, what lies over what.
const IN_ORDER: [&str; 9] = [
    "network",
    "dns",
    "dns-search",
    "add-host",
    "env-file",
    "label-file",
    "volumes-from",
    "device-cgroup-rule",
    "reset",
];

/// The container that has a name.
#[derive(Debug, Clone)]
pub struct Namesake {
    /// What the engine knows of it.
    pub state: ContainerState,
    /// Since when it is what it is, in the engine's words: `Up 3 hours`.
    pub since: String,
}

/// What a launch does about its name.
#[derive(Debug)]
pub enum Way {
    /// Nothing: nobody has it, or the create finds out who.
    Free,
    /// It takes the container that has it.
    Reuse(Namesake),
    /// It takes that container's place.
    Replace(Namesake),
}

/// A container that has made way for another one.
#[derive(Debug)]
pub struct SetAside {
    namesake: Namesake,
    /// Its name meanwhile.
    aside: Aside,
    /// Whether its stop was not answered, and may be on its way.
    is_stopping: bool,
    /// Whether it runs on meanwhile.
    is_beside: bool,
}

/// A container of a list.
#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "Status", default)]
    status: String,
}

impl Namesake {
    /// Whether dynrun launched it.
    fn is_dynruns(&self) -> bool {
        self.state.labels.contains_key(labels::RUN)
    }

    /// The launch as it came to be when this container was launched: with the ports that were moved then, where this launch
    /// would move them, too. What the caller says of a port does not move.
    #[must_use]
    pub fn as_there(&self, spec: &LaunchSpec) -> LaunchSpec {
        let label = self.state.labels.get(labels::MOVED).filter(|_| spec.port_policy == PortPolicy::Next);
        let moves = label.and_then(|label| labels::moves(label));
        moves.and_then(|moves| spec.moved(&moves).ok()).unwrap_or_else(|| spec.clone())
    }

    /// The stack that it is of, where the launch is of another: two stacks may come to the same name (`a` with `b-x`, and
    /// `a-b` with `x`).
    fn other_stack(&self, spec: &LaunchSpec) -> Option<&str> {
        let (own, other) = (spec.stack()?, self.state.labels.get(labels::STACK)?);
        (own.instance != *other).then_some(other.as_str())
    }

    /// The process of dynrun that launches it just now, or attends to it.
    fn attending(&self, asker: &Asker) -> Option<u32> {
        let (owner, _) = labels::owner(self.state.labels.get(labels::OWNER)?)?;
        let is_here = matches!(owner.presence(&asker.me, asker.shares_machine), Presence::Here);
        (is_here && owner.pid != asker.me.pid).then_some(owner.pid)
    }

    /// Whether its launch is over once dynrun has gone.
    fn is_launched_to_stay(&self) -> bool {
        let lifetime = self.state.labels.get(labels::LIFETIME).map(String::as_str).and_then(Lifetime::read);
        lifetime == Some(Lifetime::Own)
    }

    /// Whether it is another launch's, and that launch is over.
    fn has_taken_over(&self, identity: &Identity, asker: &Asker) -> bool {
        let run = self.state.labels.get(labels::RUN);
        run.is_some_and(|run| *run != identity.nonce) && self.attending(asker).is_none()
    }

    /// Whether it can make way, and come back.
    fn makes_way(self, spec: &LaunchSpec) -> Result<Way, Finding> {
        if self.is_gone_once_stopped() && !spec.stands_beside() {
            let message = "a container of --rm is gone once it is stopped, and could not be brought back";
            let finding = self.refused(message, spec).helped(self.ways_on());
            let both = spec.update.and_then(|_| spec.shared());
            return Err(both.iter().fold(finding, |finding, both| {
                finding.noted(format!("it cannot run on beside the new one: they cannot both have {both}"))
            }));
        }
        Ok(Way::Replace(self))
    }

    /// Whether the engine removes it at its end, which is still to come.
    fn is_gone_once_stopped(&self) -> bool {
        self.state.auto_remove && self.state.running
    }

    /// How a new one takes its place: what is refused is not advised.
    fn ways_on(&self) -> Vec<String> {
        match self.is_gone_once_stopped() {
            true => vec![
                format!("let it go first: dynrun stop {}", self.state.name),
                "one that is to be replaced is launched with --rm=false".to_owned(),
            ],
            false => vec!["let a new one take its place: --if-exists replace".to_owned()],
        }
    }

    /// What is told of it, a line each.
    fn described(&self) -> [String; 3] {
        let state = &self.state;
        let is = match state {
            _ if state.paused => "it is paused".to_owned(),
            _ if state.restarting => "it is being restarted".to_owned(),
            _ if state.running => "it is running".to_owned(),
            _ if !state.has_run => "it was never started".to_owned(),
            _ => format!("it ended with exit code {}", state.exit_code),
        };
        let since = if self.since.is_empty() { "made" } else { &self.since };
        let label = |name: &str| state.labels.get(name).filter(|word| !word.is_empty());
        let by = match (self.is_dynruns(), label(labels::SERVICE), label(labels::PROFILE)) {
            (false, ..) => "dynrun did not launch it".to_owned(),
            (true, Some(service), _) => format!("dynrun launched it, as the service {service}"),
            (true, None, Some(profile)) => format!("dynrun launched it, with the profile {profile}"),
            (true, None, None) => "dynrun launched it".to_owned(),
        };
        [is, format!("{since}, of the image {}", state.image), by]
    }

    /// The finding for a launch that it is in the way of.
    #[must_use]
    pub fn taken(&self, said: &Setting<ContainerName>) -> Finding {
        let finding = self.described().into_iter().fold(taken(said), Finding::noted);
        match self.is_dynruns() {
            // With --rm it would be gone, and could not come back.
            true if !self.state.auto_remove => {
                finding.help("or let the new one take its place: --if-exists replace")
            }
            true => finding.help(format!("or end it, which removes it: dynrun stop {}", self.state.name)),
            false => finding,
        }
    }

    /// The finding for a wish that cannot be followed.
    pub(super) fn refused(&self, message: impl Into<String>, spec: &LaunchSpec) -> Finding {
        let finding = Finding::error(Code::IfExists, message);
        let finding = match spec.options.name.setting() {
            Some(name) => finding.asked(asked("name", &name.value.0, &name.origin), &name.origin),
            None => finding,
        };
        self.described().into_iter().fold(finding, Finding::noted)
    }
}

/// The finding for a name that a container has of which nothing is known.
pub(super) fn taken(said: &Setting<ContainerName>) -> Finding {
    let name = &said.value.0;
    Finding::error(Code::NameTaken, format!("a container named {name} exists already"))
        .asked(asked("name", name, &said.origin), &said.origin)
        .help(format!("choose another name, or remove it: docker rm -f {name}"))
}

impl SetAside {
    /// The name that it had.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.namesake.state.name
    }
}

impl Engine {
    /// The container that has the name which a launch asks for.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn namesake(&self, spec: &LaunchSpec) -> Result<Option<Namesake>, EngineError> {
        match spec.options.name.get().filter(|name| !name.is_empty()) {
            Some(name) => self.named(&name.0).await,
            None => Ok(None),
        }
    }

    async fn named(&self, name: &str) -> Result<Option<Namesake>, EngineError> {
        // An id is found by its first digits, too, and is no name.
        let Some(state) = self.container(name).await?.filter(|state| state.name == name) else {
            return Ok(None);
        };
        let listed = self.listed("/containers/json?all=1&", &json!({ "id": [state.id] })).await;
        let since = listed.map(|listed: Vec<Listed>| listed.into_iter().map(|one| one.status).collect());
        Ok(Some(Namesake { state, since: since.unwrap_or_default() }))
    }

    /// In what a container differs from the one that a launch would make, a line each. Values of secrets are compared
    /// and never named.
    ///
    /// # Errors
    /// The engine does not tell.
    async fn differences(
        &self,
        Namesake { state, .. }: &Namesake,
        spec: &LaunchSpec,
    ) -> Result<Vec<String>, Finding> {
        let mut lines = Vec::new();
        let wanted = labels::settled(spec);
        for (label, what) in [(labels::SERVICE, "service"), (labels::PROFILE, "profile")] {
            let (has, wants) = (state.labels.get(label), wanted.get(label));
            if has != wants {
                lines.push(line(what, has.map(String::as_str), wants.map(String::as_str)));
            }
        }
        let image = self.image(&spec.image.reference).await?;
        // Another one that is asked for is among the options.
        let asked = spec.image.reference.tagged();
        let is_same = ImageRef::parse(&state.image).is_ok_and(|there| there.tagged() == asked);
        if is_same && image.as_ref().is_some_and(|image| image.id() != state.image_id) {
            lines.push(format!("image: {asked} has changed since"));
        }
        let command = match (spec.command.is_empty(), &image) {
            (false, _) => &spec.command,
            (true, Some(image)) => &image.command().to_vec(),
            (true, None) => &state.command,
        };
        if *command != state.command {
            lines.push(of_commands(state, command, spec));
        }
        lines.extend(of_options(state.labels.get(labels::OPTIONS), wanted.get(labels::OPTIONS)));
        lines.extend(self.off_networks(state, spec).await?);
        let secrets = spec.options.env.values().filter(|variable| spec.secrets.is_secret(&variable.name));
        for variable in secrets {
            let Some(value) = &variable.value else { continue };
            let wanted = format!("{}={}", variable.name, value.expose());
            if !state.env.contains(&wanted) {
                lines.push(format!("env: {} has another value", variable.name));
            }
        }
        // Its own secrets need not be this launch's.
        let env = state.record().map(|record| record.words("env")).unwrap_or_default();
        let names = spec.secrets.clone().with_hidden(env.iter().map(String::as_str));
        let pairs = state.env.iter().filter_map(|pair| pair.split_once('='));
        let theirs = pairs.filter(|(name, _)| names.is_secret(name)).map(|(_, value)| value);
        let theirs: Vec<&str> = theirs.collect();
        let shown = |line: &String| {
            let line = without_values(&spec.without_secret_values(line), theirs.iter().copied());
            spec.secrets.without_secrets(&line)
        };
        Ok(lines.iter().map(shown).collect())
    }

    /// The networks that a launch asks for and that a container is not on, a line each: it may have been taken off one, or
    /// one may be gone that it cannot be started without.
    async fn off_networks(&self, state: &ContainerState, spec: &LaunchSpec) -> Result<Vec<String>, Finding> {
        let mut lines = Vec::new();
        for Attachment { network: name, .. } in spec.networking.attachments() {
            let failed = |error: EngineError| error.finding(&format!("look for {name}"), &self.endpoint);
            let Some(network) = self.network(name).await.map_err(failed)? else {
                lines.push(format!("network: {name} is gone"));
                continue;
            };
            // Podman tells a network's name for its id, and an engine none of one that was never joined.
            let is_it = |id: &str| ["", &network.id, &network.name].contains(&id);
            match state.networks.get(&network.name).or_else(|| state.networks.get(name)) {
                Some(id) if is_it(id) => {}
                Some(_) => lines.push(format!("network: {name} was made anew, and it is on the former one")),
                None => lines.push(format!("network: {name} asked for, and it is not on it")),
            }
        }
        Ok(lines)
    }

    /// What a launch does about its name. Only what dynrun launched is reused or replaced, and reused only where it is
    /// what is asked for. A launch of the same name that is on its way is waited for, so long, and `waits` hears of that
    /// once: the container's name, and the process that is at it.
    ///
    /// # Errors
    /// Why the container that has the name can be neither.
    pub async fn way(
        &self,
        spec: &LaunchSpec,
        asker: &Asker,
        patience: Duration,
        waits: &dyn Fn(&str, u32),
    ) -> Result<Way, Vec<Finding>> {
        if spec.if_exists == IfExists::Fail {
            return Ok(Way::Free);
        }
        let failed = |error: EngineError| vec![error.finding("look for the name", &self.endpoint)];
        let (until, mut is_told) = (Instant::now() + patience, false);
        let namesake = loop {
            let Some(namesake) = self.namesake(spec).await.map_err(failed)? else { return Ok(Way::Free) };
            match namesake.attending(asker) {
                Some(pid) if namesake.is_launched_to_stay() && Instant::now() < until => {
                    if !is_told {
                        waits(&namesake.state.name, pid);
                        is_told = true;
                    }
                    sleep(PAUSE).await;
                }
                Some(pid) => {
                    let message = format!("another dynrun, process {pid}, is at it");
                    let stop = format!("end it first: dynrun stop {}", namesake.state.name);
                    return Err(vec![namesake.refused(message, spec).help(stop)]);
                }
                None => break namesake,
            }
        };
        let name = &namesake.state.name;
        if !namesake.is_dynruns() {
            let message = format!("the container {name} is not dynrun's to reuse or to replace");
            return Err(vec![namesake.refused(message, spec).help(format!("docker rm -f {name}"))]);
        }
        if let Some(other) = namesake.other_stack(spec) {
            let message =
                format!("the container {name} is the stack {other}'s, and no other stack's to take");
            let finding =
                namesake.refused(message, spec).help(format!("take that stack down: dynrun down {other}"));
            return Err(vec![finding.help("or call this one otherwise: dynrun up STACK --as NAME")]);
        }
        if spec.if_exists == IfExists::Replace {
            return namesake.makes_way(spec).map_err(|finding| vec![finding]);
        }
        let as_there = namesake.as_there(spec);
        let differences = self.differences(&namesake, &as_there).await.map_err(|finding| vec![finding])?;
        if differences.is_empty() {
            return Ok(Way::Reuse(namesake));
        }
        let finding = namesake.refused(format!("the container {name} is not what is asked for"), spec);
        // What is off its network does not start as it is.
        let starts = !namesake.state.running && !differences.iter().any(|line| line.starts_with("network: "));
        let finding = differences.into_iter().fold(finding, Finding::noted).helped(namesake.ways_on());
        let start = starts.then(|| format!("or start it again as it is: docker start {name}"));
        Err(vec![start.into_iter().fold(finding, Finding::help)])
    }

    /// Has a container make way: it gets another name, and stops unless it is to run on beside the new one.
    ///
    /// # Errors
    /// The engine refused, or the launch was called off; the container is to be brought back.
    pub async fn set_aside(
        &self,
        (namesake, is_beside): (Namesake, bool),
        identity: &Identity,
        cancel: &mut Cancel,
    ) -> Result<SetAside, (LaunchError, SetAside)> {
        let state = &namesake.state;
        let is_beside = is_beside && state.running && !state.paused;
        let name = Aside::new(state, identity, is_beside);
        let mut aside = SetAside { aside: name, namesake, is_stopping: false, is_beside };
        let state = &aside.namesake.state;
        let moved = match self.renamed_aside(state, &aside.aside).await {
            Ok(()) if is_beside => Ok(()),
            Ok(()) if state.running || state.restarting => {
                let mut stop = pin!(self.stop_in_time(state));
                tokio::select! {
                    stopped = &mut stop => stopped.map_err(Ok),
                    why = called_off(cancel) => {
                        // The engine goes on with it. Where it was started before that is done, it would end.
                        aside.is_stopping = stop.await.is_err();
                        Err(Err(why))
                    }
                }
            }
            moved => moved.map_err(Ok),
        };
        match moved {
            Ok(()) => Ok(aside),
            Err(Ok(error)) => {
                aside.is_stopping = !matches!(error, EngineError::Refused { .. });
                let finding = error.finding("have the old container make way", &self.endpoint);
                Err((LaunchError::Failed(vec![finding]), aside))
            }
            Err(Err(why)) => Err((LaunchError::Cancelled { why, findings: Vec::new() }, aside)),
        }
    }

    /// Gives a container the name under which it makes way. The engine renames none that waits to be started again after
    /// its end: that one stops first. No other one does: what refuses the name may keep it from starting again, as a disk
    /// that is full.
    async fn renamed_aside(&self, state: &ContainerState, aside: &Aside) -> Result<(), EngineError> {
        let name = aside.to_string();
        let waits = |now: Option<ContainerState>| now.is_some_and(|now| now.restarting);
        let mut renamed = self.rename(&state.id, &name).await;
        // It runs for a moment in between.
        for _ in 0..ROUNDS {
            match renamed {
                Err(EngineError::Refused { .. }) if !["", "no"].contains(&state.restart.as_str()) => {
                    if waits(self.container(&state.id).await?) {
                        self.stop_in_time(state).await?;
                    }
                    renamed = self.rename(&state.id, &name).await;
                }
                renamed => return renamed,
            }
        }
        renamed
    }

    /// Brings a container back that has made way, and says whether it is back: another launch may have taken its place,
    /// and be responsible for it.
    ///
    /// # Errors
    /// It is still where it was put aside, or has its name again and does not start; with the line that does the rest.
    pub async fn brought_back(
        &self,
        aside: SetAside,
        identity: &Identity,
        asker: &Asker,
    ) -> Result<bool, Finding> {
        let SetAside { namesake: Namesake { state, .. }, aside, is_stopping, is_beside } = aside;
        let until = Instant::now() + BACK;
        let error = loop {
            match self.renamed_back(&state).await {
                Ok(()) if is_beside && self.still_runs(&state).await => return Ok(true),
                Ok(()) => match self.runs_again(&state, is_stopping).await {
                    Ok(()) => return Ok(true),
                    Err(error) => return Err(self.not_running_again(&error, &aside)),
                },
                Err(error) if error.is_status(404) => return Ok(false),
                Err(error) if !error.is_status(409) || Instant::now() > until => break error,
                // What failed is being removed, or another launch has the name.
                Err(_) => match self.named(&state.name).await {
                    Ok(Some(other)) if other.has_taken_over(identity, asker) => {
                        let _ = self.remove(&state.id).await;
                        return Ok(false);
                    }
                    Ok(_) | Err(_) => sleep(PAUSE).await,
                },
            }
        };
        let finding = error.finding("bring the old container back", &self.endpoint);
        let finding = Finding { code: Code::CleanupFailed, ..finding };
        Err(finding.help(aside.line()))
    }

    /// The finding for a container that has its name again and does not do what it did.
    fn not_running_again(&self, error: &EngineError, aside: &Aside) -> Finding {
        let doing = format!("start the old container {} again, which has its name back", aside.of);
        let finding = error.finding(&doing, &self.endpoint);
        Finding { code: Code::CleanupFailed, ..finding }.helped(aside.line_once_named())
    }

    /// Gives a container its name again. One that has it still is as it should be, and the engine refuses to say so.
    async fn renamed_back(&self, state: &ContainerState) -> Result<(), EngineError> {
        let Err(error) = self.rename(&state.id, &state.name).await else { return Ok(()) };
        match self.container(&state.id).await {
            Ok(Some(now)) if now.name == state.name => Ok(()),
            Ok(_) | Err(_) => Err(error),
        }
    }

    /// Whether a container that was to run on has done so.
    async fn still_runs(&self, state: &ContainerState) -> bool {
        matches!(self.container(&state.id).await, Ok(Some(now)) if now.running)
    }

    /// Has a container do again what it did.
    async fn runs_again(&self, state: &ContainerState, is_stopping: bool) -> Result<(), EngineError> {
        if state.running || state.restarting {
            if is_stopping {
                self.runs_after_a_stop(state).await?;
            } else {
                self.start_again(state).await?;
            }
        }
        if state.paused {
            self.done(Method::POST, &format!("/containers/{}/pause", state.id), ANSWER).await?;
        }
        Ok(())
    }

    /// Removes a container that has made way for one that is up; what could not be done is said. One that ran on has its
    /// grace first.
    pub async fn let_go(&self, aside: SetAside) -> Option<Finding> {
        let state = &aside.namesake.state;
        if aside.is_beside {
            // What does not stop is killed.
            let _ = self.stop_in_time(state).await;
        }
        let error = self.remove(&state.id).await.err()?;
        let finding = error.finding("remove the old container", &self.endpoint);
        let finding = Finding { level: crate::finding::Level::Warning, code: Code::CleanupFailed, ..finding };
        Some(finding.help(format!("docker rm -fv {}", aside.aside)))
    }

    /// Gives a container another name.
    pub(super) async fn rename(&self, id: &str, name: &str) -> Result<(), EngineError> {
        self.done(Method::POST, &format!("/containers/{id}/rename?name={}", encoded(name)), ANSWER).await
    }
}

/// `memory: 1g there, 2g asked for`.
fn line(what: &str, has: Option<&str>, wants: Option<&str>) -> String {
    match (has, wants) {
        (Some(has), Some(wants)) => format!("{what}: {has} there, {wants} asked for"),
        (Some(has), None) => format!("{what}: {has} there, and not asked for"),
        (None, Some(wants)) => format!("{what}: {wants} asked for, and not there"),
        (None, None) => what.to_owned(),
    }
}

/// In what the commands differ, for any reader's eyes: which program reads the words, the entrypoints say.
fn of_commands(state: &ContainerState, wanted: &[String], spec: &LaunchSpec) -> String {
    let shown = |words: &[String]| {
        let words = spec.secrets.without_secrets_of(&state.program, words);
        spec.shown_words(&words).join(" ")
    };
    let (has, wants) = (shown(&state.command), shown(wanted));
    match has == wants {
        true => format!("command: {has} has another secret"),
        false => line("command", Some(&has), Some(&wants)),
    }
}

/// In what the options differ, as the labels have them, a line each.
fn of_options(has: Option<&String>, wants: Option<&String>) -> Vec<String> {
    let options = |label: Option<&String>| -> Map<String, Value> {
        label.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let (has, wants) = (options(has), options(wants));
    let names: BTreeSet<&String> = has.keys().chain(wants.keys()).collect();
    let differing = names.into_iter().filter_map(|name| {
        let (has, wants) = (content(name, has.get(name)), content(name, wants.get(name)));
        let joined = |words: Vec<&str>| words.join(", ");
        (has != wants).then(|| line(name, has.map(joined).as_deref(), wants.map(joined).as_deref()))
    });
    differing.collect()
}

/// What an option makes of a container, by its words as its label has them; none where it makes nothing of it.
fn content<'v>(name: &str, words: Option<&'v Value>) -> Option<Vec<&'v str>> {
    let mut words: Vec<&str> = words?.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if OF_LAUNCH.contains(&name) || (name == "rm" && words == ["false"]) {
        return None;
    }
    if !IN_ORDER.contains(&name) {
        // Of one key the last word counts: these stay as they are.
        words.sort_by_key(|word| word.split_once('=').map_or(*word, |(key, _)| key));
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(has: &Value, wants: &Value) -> Vec<String> {
        of_options(Some(&has.to_string()), Some(&wants.to_string()))
    }

    #[test]
    fn options_are_compared_by_what_they_make_of_a_container() {
        let has = json!({
            "log-opt": ["max-file=3", "max-size=10m"], "env": ["B=1", "A=2"], "publish": ["81:81", "80:80"],
            "pull": ["never"],
        });
        let wants = json!({
            "log-opt": ["max-size=10m", "max-file=3"], "env": ["A=2", "B=1"], "publish": ["80:80", "81:81"],
            "rm": ["false"], "wait": ["30s"],
        });
        assert_eq!(told(&has, &wants), Vec::<String>::new());
    }

    #[test]
    fn an_order_that_tells_something_is_a_difference() {
        for (has, wants, lines) in [
            (json!({ "rm": ["true"] }), json!({}), &["rm: true there, and not asked for"][..]),
            (json!({}), json!({ "init": ["false"] }), &["init: false asked for, and not there"]),
            (
                json!({ "dns": ["9.9.9.9", "1.1.1.1"] }),
                json!({ "dns": ["1.1.1.1", "9.9.9.9"] }),
                &["dns: 9.9.9.9, 1.1.1.1 there, 1.1.1.1, 9.9.9.9 asked for"],
            ),
            (
                json!({ "env": ["B=1", "A=1", "A=2"] }),
                json!({ "env": ["A=2", "A=1", "B=1"] }),
                &["env: A=1, A=2, B=1 there, A=2, A=1, B=1 asked for"],
            ),
        ] {
            assert_eq!(told(&has, &wants), lines);
        }
    }
}
