//! A container that has made way for a launch: it goes once the new one is up, and is back where that fails. Of a stack each
//! is held until the stack is ready as a whole.

use super::Desk;
use crate::engine::{Asker, Engine, Identity, Launched, Remains, SetAside};
use crate::finding::{Code, Finding, Findings};
use crate::preflight;
use crate::spec::LaunchSpec;
use crate::values::Protocol;
use std::cell::RefCell;

/// A container that has made way.
#[derive(Debug)]
pub(super) struct MadeWay {
    /// The container.
    pub(super) aside: SetAside,
    /// The launch that it made way for.
    pub(super) identity: Identity,
}

impl MadeWay {
    /// Lets it go, as the new one is up; what is to be told of that.
    pub(super) async fn goes(self, new: &(LaunchSpec, String), engine: &Engine) -> Findings {
        let message = format!("the container {} was replaced", self.aside.name());
        let left = engine.let_go(self.aside).await;
        let lost = lost_senders(new, engine).await;
        [Finding::note(Code::Replaced, message)].into_iter().chain(left).chain(lost).collect()
    }

    /// Has it back, as there is no new one; what could not be done.
    pub(super) async fn back(self, engine: &Engine, asker: &Asker, desk: &Desk<'_>) -> Option<Finding> {
        let Self { aside, identity } = self;
        let name = aside.name().to_owned();
        match engine.brought_back(aside, &identity, asker).await {
            Ok(true) => {
                desk.ui.note(&format!("the old container {name} is back"));
                None
            }
            Ok(false) => None,
            Err(finding) => Some(finding),
        }
    }
}

/// What is told of senders that do not reach the new container.
async fn lost_senders((spec, id): &(LaunchSpec, String), engine: &Engine) -> Findings {
    if !spec.networking.publish().iter().any(|publish| publish.protocol == Protocol::Udp) {
        return Findings::new();
    }
    match engine.container(id).await {
        Ok(Some(state)) => preflight::ports::lost_senders(&state, engine),
        Ok(None) | Err(_) => Findings::new(),
    }
}

/// A container that is held, with the launch and the id of the new one, once that is up.
type HeldOne = (MadeWay, Option<(LaunchSpec, String)>);

/// What the launches of a stack have put aside, in that order, and so in the order of what needs what.
#[derive(Debug, Default)]
pub(super) struct Held {
    made_way: RefCell<Vec<HeldOne>>,
    /// What earlier launches that were killed have left, and whether a new container supersedes it.
    remains: RefCell<Vec<(Remains, bool)>>,
}

impl Held {
    /// Holds a container whose new one is up, or has failed.
    pub(super) fn hold(&self, made_way: MadeWay, new: Option<(&LaunchSpec, &Launched)>) {
        let new = new.map(|(spec, launched)| (spec.clone(), launched.id.clone()));
        self.made_way.borrow_mut().push((made_way, new));
    }

    /// Holds what a launch would supersede.
    pub(super) fn hold_remains(&self, remains: Remains, is_new: bool) {
        self.remains.borrow_mut().push((remains, is_new));
    }

    /// The stack is ready: all of it goes.
    pub(super) async fn go(&self, engine: &Engine) -> Findings {
        let mut told = Findings::new();
        for (made_way, new) in self.made_way.take() {
            // Where all are ready, each has its new one.
            if let Some(new) = new {
                told.extend(made_way.goes(&new, engine).await);
            }
        }
        for (remains, is_new) in self.remains.take() {
            engine.supersede(&remains, is_new).await;
        }
        told
    }

    /// The stack is taken down again: each is back, what the others need first. What could not be done.
    pub(super) async fn are_back(&self, engine: &Engine, asker: &Asker, desk: &Desk<'_>) -> Findings {
        let mut left = Findings::new();
        for (made_way, _) in self.made_way.take() {
            left.extend(made_way.back(engine, asker, desk).await);
        }
        left
    }
}
