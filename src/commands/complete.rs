//! `dynrun __complete`: the words that a shell may put in the place of the one under the cursor. Whatever goes wrong has
//! no words; nothing is told, made or started, and nobody is waited for longer than a key press may take.

mod files;
mod service;

use super::import::services;
use super::{Desk, Exit, block_on, shell};
use crate::cli::{Answer, Candidate, Goal, Line, Question, What, Wish};
use crate::config::{House, Reach, Request, house, log_drivers};
use crate::engine::{choose, context_names, names};
use crate::finding::CODES;
use crate::options::ROWS;
use crate::preflight::CHECKS;
use crate::preflight::gpu::of_driver;
use crate::ui::clean;
use crate::values::{Names, Roots};
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};

/// Answers.
pub(super) fn run(question: Option<&Question>, desk: &Desk<'_>) -> Exit {
    let Some(question) = question else { return Exit::Fine };
    let roots = Roots { base: desk.host.folder(), home: desk.host.home() };
    let line = Line::read(&question.words(), roots);
    let answer = match &line.goal {
        Goal::Command(at) => Answer::Command(*at),
        Goal::Word(wishes) => path(wishes).unwrap_or_else(|| Answer::Words(words(&line, wishes, desk))),
    };
    // A shell that no longer listens has no use for an error either.
    let _ = desk.ui.result(&question.answered(&answer));
    Exit::Fine
}

/// A path that is the whole word is the shell's own business: it knows its user's ways.
fn path(wishes: &[Wish]) -> Option<Answer> {
    let [wish] = wishes else { return None };
    let is_folder = match wish.what {
        What::Folders => true,
        What::Files => false,
        What::Words(_) | What::Names(_) => return None,
    };
    wish.before.is_empty().then(|| Answer::Path { typed: wish.typed.clone(), is_folder })
}

/// The candidates of all wishes, each word once, in the order of the alphabet.
fn words(line: &Line, wishes: &[Wish], desk: &Desk<'_>) -> Vec<Candidate> {
    let house = Known::read(line, wishes, desk);
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for wish in wishes {
        for candidate in house.candidates(wish, desk) {
            let held = all.entry(candidate.word).or_default();
            if held.is_empty() {
                *held = clean(&candidate.help);
            }
        }
    }
    all.into_iter().map(|(word, help)| Candidate { word, help }).collect()
}

/// What is known by name, as far as the wishes need it.
struct Known {
    house: House,
    /// The services of the compose file that is said.
    composed: Vec<String>,
    engine: BTreeMap<Names, Vec<(String, String)>>,
    /// Whether the engine is on this machine, as far as its address tells.
    is_local: bool,
}

impl Known {
    fn read(line: &Line, wishes: &[Wish], desk: &Desk<'_>) -> Self {
        let named = || {
            wishes.iter().filter_map(|wish| match wish.what {
                What::Names(names) => Some(names),
                What::Words(_) | What::Files | What::Folders => None,
            })
        };
        let reach = named().filter_map(reach).max();
        let house = reach.map(|reach| house(&request(line), reach, desk.host)).unwrap_or_default();
        let call = &line.said.call;
        let endpoint = choose(desk.host, call.host.as_deref(), call.context.as_deref()).ok();
        let asked: BTreeSet<Names> = named().filter(|names| is_of_engine(*names)).collect();
        let composed = line.composed.as_deref().filter(|_| named().any(|names| names == Names::Composed));
        let composed = composed.map(|path| services(path, desk.host)).unwrap_or_default();
        let answers = endpoint.as_ref().filter(|_| !asked.is_empty()).and_then(|endpoint| {
            let ask = async |kind| (kind, names(endpoint, kind, house.wait).await);
            block_on(join_all(asked.into_iter().map(ask))).ok()
        });
        let engine = answers.into_iter().flatten().collect();
        let is_local = endpoint.is_some_and(|endpoint| !endpoint.address.is_remote());
        Self { house, composed, engine, is_local }
    }

    fn candidates(&self, wish: &Wish, desk: &Desk<'_>) -> Vec<Candidate> {
        match &wish.what {
            What::Words(words) => wish.candidates(words.clone()).collect(),
            What::Files => wish.candidates(files::below(desk.host, &wish.typed, false)).collect(),
            What::Folders => wish.candidates(files::below(desk.host, &wish.typed, true)).collect(),
            What::Names(names) => wish.candidates(self.names(*names, &wish.typed, desk)).collect(),
        }
    }

    fn names(&self, names: Names, typed: &str, desk: &Desk<'_>) -> Vec<(String, String)> {
        let bare = |name: &str| (name.to_owned(), String::new());
        match names {
            Names::Services => self.house.services.clone(),
            Names::Profiles => self.house.profiles.clone(),
            Names::Stacks => self.house.stacks.clone(),
            Names::Groups => self.house.groups.clone(),
            Names::Members => self.house.members.clone(),
            Names::Composed => self.composed.iter().map(|name| bare(name)).collect(),
            Names::Options => {
                ROWS.iter().map(|row| (row.name.to_owned(), row.help.trim().to_owned())).collect()
            }
            Names::Codes => {
                CODES.iter().map(|one| (one.code.name().to_owned(), one.cause.to_owned())).collect()
            }
            Names::Checks => {
                CHECKS.iter().map(|check| (check.name.to_owned(), check.about.to_owned())).collect()
            }
            Names::Contexts => context_names(desk.host).iter().map(|name| bare(name)).collect(),
            Names::Variables => service::variables(&self.house.schema, typed, desk.host),
            Names::Ports => service::ports(&self.house, typed),
            Names::Gpus if self.is_local => of_driver(desk.host),
            Names::Gpus => Vec::new(),
            Names::LogDrivers => {
                log_drivers().driver.keys().map(String::as_str).chain(["none"]).map(bare).collect()
            }
            Names::LogOptions => service::log_options(self.house.log_driver.as_deref()),
            Names::Networks => {
                let declared = self.house.networks.iter().map(|name| (name.clone(), "declared".to_owned()));
                self.of_engine(names).into_iter().chain(declared).collect()
            }
            Names::Containers
            | Names::Running
            | Names::Logged
            | Names::RunningStacks
            | Names::Images
            | Names::Volumes => self.of_engine(names),
        }
    }

    fn of_engine(&self, names: Names) -> Vec<(String, String)> {
        self.engine.get(&names).cloned().unwrap_or_default()
    }
}

/// What an engine is asked for.
fn is_of_engine(names: Names) -> bool {
    matches!(
        names,
        Names::Containers
            | Names::Running
            | Names::Logged
            | Names::RunningStacks
            | Names::Networks
            | Names::Images
            | Names::Volumes
    )
}

/// How much of the configuration knows names of this kind; it says how long an engine is waited for, too.
fn reach(names: Names) -> Option<Reach> {
    match names {
        Names::Services
        | Names::Profiles
        | Names::Stacks
        | Names::Groups
        | Names::Members
        | Names::Variables
        | Names::Ports
        | Names::LogOptions => Some(Reach::Whole),
        names => is_of_engine(names).then_some(Reach::Own),
    }
}

/// The launch that is only begun.
fn request(line: &Line) -> Request {
    let said = &line.said;
    Request {
        options: said.options.clone(),
        service: said.positional.clone(),
        of_verb: (line.verb == Some("shell")).then_some(shell::SERVICE),
        profile: said.call.profile.clone(),
        files: said.call.config.clone(),
        ..Request::default()
    }
}
