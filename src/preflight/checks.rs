//! The table of checks. A row is a check: what it is called, how much it may say, what it looks at, and the function
//! that looks. `dynrun check --list`, `--skip` and docs/checks.md come from it.

use super::{Subject, advice, cache, engine, foresight, gpu, limits, logging, mounts, network, ports, ready};
use crate::engine::{Asker, Engine};
use crate::finding::{Finding, Findings, Level};
use crate::host::Host;
use crate::values::Day;
use std::fmt;
use std::pin::Pin;

/// What a launch is checked against: the world as it is, which no check changes.
#[derive(Debug)]
pub struct World<'a> {
    /// The engine that is asked.
    pub engine: &'a Engine,
    /// This machine, and the caller.
    pub host: &'a Host,
    /// Who asks.
    pub asker: Asker,
}

/// When a check is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before every launch.
    Launch,
    /// Where a launch is only looked at: a launch finds out by itself, or it is in nobody's way.
    Ahead,
}

/// What a check that was made has to say. No finding is: fine.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// What is wrong, or worth knowing.
    pub(super) findings: Findings,
    /// Why it cannot be told whether anything is wrong, if so.
    pub(super) cannot_tell: Option<String>,
}

impl From<Findings> for Said {
    fn from(findings: Findings) -> Self {
        Self { findings, cannot_tell: None }
    }
}

impl From<Option<Finding>> for Said {
    fn from(finding: Option<Finding>) -> Self {
        Self::from(Findings::from_iter(finding))
    }
}

/// What a check that is at work comes to.
type Work<'a> = Pin<Box<dyn Future<Output = Said> + 'a>>;

/// The function of a check.
type Run = for<'a> fn(&'a mut Subject, &'a World<'a>) -> Work<'a>;

/// A check of a launch.
pub struct Check {
    /// Its stable name.
    pub name: &'static str,
    /// The most that it says.
    pub level: Level,
    /// When it is made.
    pub moment: Moment,
    /// What it looks at, in a line.
    pub about: &'static str,
    /// Looks. It changes nothing but the launch itself, where that leaves a choice: a free port, the GPUs of `auto`.
    pub(super) run: Run,
    /// What is done in its place where it is left out, if anything has to be.
    pub(super) without: Option<Run>,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The checks, in the order in which they are made and told.
pub const CHECKS: &[Check] = &[
    Check {
        name: "gpus",
        level: Level::Error,
        moment: Moment::Launch,
        about: "GPUs and runtime: devices, driver, toolkit, engine, memory and who holds it",
        run: |subject, world| Box::pin(gpu::settle(subject, world)),
        without: Some(|subject, world| Box::pin(gpu::choose(subject, world))),
    },
    Check {
        name: "engine",
        level: Level::Warning,
        moment: Moment::Launch,
        about: "what an engine elsewhere, one without root's rights, or podman does in another way",
        run: |subject, world| {
            Box::pin(async move { engine::check(&subject.spec, world.engine).await.into() })
        },
        without: None,
    },
    Check {
        name: "limits",
        level: Level::Error,
        moment: Moment::Launch,
        about: "limits of processors, memory and open files, beside what the engine's machine has",
        run: |subject, world| {
            Box::pin(async move { limits::check(&subject.spec, world.engine, world.host).await.into() })
        },
        without: None,
    },
    Check {
        name: "network",
        level: Level::Error,
        moment: Moment::Launch,
        about: "networks that are joined, made or shared, their subnets, and what needs one",
        run: |subject, world| {
            let today = Day::of(world.host.now.as_secs());
            Box::pin(async move { network::check(&subject.spec, world.engine, today).await.into() })
        },
        without: None,
    },
    Check {
        name: "mounts",
        level: Level::Error,
        moment: Moment::Launch,
        about: "sources of mounts: there, of which kind, whose, and what of the host they open",
        run: |subject, world| Box::pin(mounts::check(&subject.spec, world.engine, world.host)),
        without: None,
    },
    Check {
        name: "log-driver",
        level: Level::Error,
        moment: Moment::Launch,
        about: "whether the engine has the log driver",
        run: |subject, world| {
            Box::pin(async move { logging::check(&subject.spec, world.engine).await.into() })
        },
        without: None,
    },
    Check {
        name: "hf-cache",
        level: Level::Warning,
        moment: Moment::Launch,
        about: "whether models are mounted where the image's user looks for them",
        run: |subject, world| Box::pin(async move { cache::check(&subject.spec, world.engine).await.into() }),
        without: None,
    },
    Check {
        name: "ports",
        level: Level::Error,
        moment: Moment::Launch,
        about: "every port that is published, opened or needed, and who holds it",
        run: |subject, world| Box::pin(ports::look(subject, world)),
        without: None,
    },
    Check {
        name: "port-outlook",
        level: Level::Warning,
        moment: Moment::Launch,
        about: "ports that stopped containers, the kernel or missing rights may keep from the launch",
        run: |subject, world| {
            Box::pin(async move { ports::outlook(&subject.spec, world.engine).await.into() })
        },
        without: None,
    },
    Check {
        name: "ready",
        level: Level::Note,
        moment: Moment::Launch,
        about: "what a launch could wait for that waits for nothing but a while",
        run: |subject, world| Box::pin(async move { ready::check(&subject.spec, world.engine).await.into() }),
        without: None,
    },
    Check {
        name: "name",
        level: Level::Error,
        moment: Moment::Ahead,
        about: "the container that has the name already",
        run: |subject, world| {
            Box::pin(async move { foresight::name(&subject.spec, world.engine, &world.asker).await.into() })
        },
        without: None,
    },
    Check {
        name: "image",
        level: Level::Error,
        moment: Moment::Ahead,
        about: "whether the engine has the image, or would pull it",
        run: |subject, world| Box::pin(foresight::image(&subject.spec, world.engine)),
        without: None,
    },
    Check {
        name: "exposure",
        level: Level::Note,
        moment: Moment::Ahead,
        about: "a firewall that published ports pass by, and datagrams that come back from elsewhere",
        run: |subject, world| Box::pin(async move { advice(&subject.spec, world.host).into() }),
        without: None,
    },
];

/// The check of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_in_order() {
        let mut names = BTreeSet::new();
        for check in CHECKS {
            assert!(names.insert(check.name), "{} twice", check.name);
            let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(check.name.bytes().all(is_kebab), "{}", check.name);
            assert!(!check.about.ends_with('.') && check.about.len() <= 90, "{}", check.about);
        }
    }
}
