//! A spec and the world into findings: what will go wrong, before anything is made. Changes nothing.

mod advice;
mod cache;
mod checks;
pub mod doctor;
mod engine;
mod foresight;
pub mod gpu;
mod limits;
mod logging;
mod mounts;
mod network;
pub mod ports;
mod ready;

pub use advice::advice;
pub use checks::{CHECKS, Check, Moment, World, find};
pub use network::explain;
pub use ports::{Holder, PortState, PortStatus};

use crate::finding::{Finding, Findings, Level, refuses};
use crate::spec::LaunchSpec;
use checks::Said;

/// A launch that is being checked.
#[derive(Debug)]
struct Subject {
    /// The launch, as far as it is decided.
    spec: LaunchSpec,
    /// Its ports, once they were looked at.
    ports: Vec<PortState>,
}

/// Which checks are made, and what an error of theirs comes to.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Whether any check is made.
    pub is_on: bool,
    /// Whether what a check would refuse is only warned of.
    pub only_warns: bool,
    /// The names of the checks that are left out.
    pub skip: &'a [String],
    /// The launch itself, or a look ahead, for which further checks are made.
    pub moment: Moment,
}

impl Scope<'_> {
    /// What a launch is checked for unless the caller says otherwise.
    pub const LAUNCH: Self = Self { is_on: true, only_warns: false, skip: &[], moment: Moment::Launch };

    /// Whether a check is to be made; none where it is made at another moment alone.
    fn makes(&self, check: &Check) -> Option<bool> {
        let is_now = check.moment == Moment::Launch || self.moment == Moment::Ahead;
        is_now.then(|| self.would_make(check))
    }

    /// Whether nobody leaves the check out.
    fn would_make(&self, check: &Check) -> bool {
        self.is_on && !self.skip.iter().any(|name| name == check.name)
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing is wrong.
    Fine,
    /// Something is.
    Wrong,
    /// It cannot be told, for this reason.
    CannotTell(String),
    /// It was not made.
    Skipped,
}

impl Answer {
    fn of(said: &Said) -> Self {
        let is_known = |finding: &&Finding| finding.level > Level::Note && !finding.code.is_unknown();
        let unknown = said.findings.iter().find(|finding| finding.code.is_unknown());
        match (said.findings.iter().find(is_known), &said.cannot_tell, unknown) {
            (Some(_), ..) => Self::Wrong,
            (None, Some(why), _) => Self::CannotTell(why.clone()),
            (None, None, Some(unknown)) => Self::CannotTell(unknown.message.clone()),
            (None, None, None) => Self::Fine,
        }
    }

    /// Its word in a table and in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Wrong => "wrong",
            Self::CannotTell(_) => "cannot tell",
            Self::Skipped => "skipped",
        }
    }
}

/// A launch that was checked.
#[derive(Debug)]
pub struct Checked {
    /// The launch, with the ports and GPUs that it will have.
    pub spec: LaunchSpec,
    /// What is to be said of it.
    pub findings: Findings,
    /// Its ports.
    pub ports: Vec<PortState>,
    /// What each check came to, in the table's order.
    pub answers: Vec<(&'static Check, Answer)>,
}

/// Checks a launch against the engine and this machine: all of the table that is in scope, whatever the ones before
/// had to say; and, where it is refused anyway, what else would have refused it on its way. What the engine would drop without a word is refused in any case, and what only this machine and the
/// engine can decide is decided.
pub async fn check(spec: LaunchSpec, scope: Scope<'_>, world: &World<'_>) -> Checked {
    let mut findings = world.engine.too_old_for(&spec);
    let mut subject = Subject { spec, ports: Vec::new() };
    let mut answers = Vec::new();
    for check in CHECKS {
        let is_refused = refuses(&findings) && !scope.only_warns;
        let Some(is_made) = scope.makes(check) else {
            if is_refused && check.level == Level::Error && scope.would_make(check) {
                let said = (check.run)(&mut subject, world).await;
                findings.extend(said.findings.into_iter().filter(|finding| finding.level == Level::Error));
            }
            continue;
        };
        let run = if is_made { Some(check.run) } else { check.without };
        let said = match run {
            Some(run) => run(&mut subject, world).await,
            None => Said::default(),
        };
        answers.push((check, if is_made { Answer::of(&said) } else { Answer::Skipped }));
        let eased = said.findings.into_iter().map(|finding| eased(finding, scope.only_warns));
        findings.extend(eased);
    }
    let Subject { spec, ports } = subject;
    Checked { spec, findings, ports, answers }
}

/// An error is a warning where the caller wants no more.
fn eased(finding: Finding, only_warns: bool) -> Finding {
    match finding.level {
        Level::Error if only_warns => Finding { level: Level::Warning, ..finding },
        Level::Error | Level::Warning | Level::Note => finding,
    }
}
