//! The name under which a container makes way for another one. The engine lets no label be changed, so that the name alone
//! tells whose place it is, what the container did in it, and which process was to put another one there.

use super::labels::Identity;
use super::orphans::Asker;
use super::state::ContainerState;
use crate::host::{Owner, Presence};
use sha2::{Digest, Sha256};
use std::fmt;

/// What stands between the container's own name and the rest.
const MARK: &str = "-replaced-";
/// How many letters of the launch's random word are in it.
const WORD: usize = 8;
/// How many letters stand for the machine, for its boot, and for the namespace of processes.
const PLACE: usize = 8;
/// What stands for one of these that could not be read.
const UNREAD: &str = "________";

/// What a container did before it made way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Did {
    /// It ran.
    Ran,
    /// It ran, and runs on beside the other one.
    Runs,
    /// It was paused.
    Paused,
    /// It had ended, or was never started.
    Ended,
}

impl Did {
    const ALL: [Self; 4] = [Self::Ran, Self::Runs, Self::Paused, Self::Ended];

    const fn word(self) -> &'static str {
        match self {
            Self::Ran => "up",
            Self::Runs => "beside",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// A container that has made way, as its name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aside {
    /// The name that it had.
    pub(super) of: String,
    /// What it did.
    pub(super) did: Did,
    /// The first letters of the random word of the launch that it made way for.
    word: String,
    /// The process of that launch, with digests of where it is.
    owner: Owner,
}

impl Aside {
    /// What a container is called that makes way for this launch; `is_beside` says that it runs on meanwhile.
    pub(super) fn new(state: &ContainerState, identity: &Identity, is_beside: bool) -> Self {
        let did = match state {
            _ if state.paused => Did::Paused,
            _ if is_beside && state.running => Did::Runs,
            _ if state.running || state.restarting => Did::Ran,
            _ => Did::Ended,
        };
        let word = identity.nonce.chars().take(WORD).collect();
        Self { of: state.name.clone(), did, word, owner: digested(&identity.owner) }
    }

    /// Reads such a name.
    pub(super) fn read(name: &str) -> Option<Self> {
        let (of, rest) = name.rsplit_once(MARK)?;
        let parts: Vec<&str> = rest.split('.').collect();
        let [word, did, pid, start_time, place] = parts[..] else { return None };
        let did = Did::ALL.into_iter().find(|one| one.word() == did)?;
        if word.len() != WORD || place.len() != 3 * PLACE || !place.is_ascii() {
            return None;
        }
        let part = |index: usize| match &place[index * PLACE..(index + 1) * PLACE] {
            UNREAD => String::new(),
            digest => digest.to_owned(),
        };
        let owner = Owner {
            machine: part(0),
            boot: part(1),
            pid_namespace: part(2),
            pid: pid.parse().ok()?,
            start_time: start_time.parse().ok()?,
        };
        Some(Self { of: of.to_owned(), did, word: word.to_owned(), owner })
    }

    /// The process that was to put another container in its place.
    pub(super) fn pid(&self) -> u32 {
        self.owner.pid
    }

    /// Whether that process is still there.
    pub(super) fn presence(&self, asker: &Asker) -> Presence {
        self.owner.presence(&digested(&asker.me), asker.shares_machine)
    }

    /// Whether a launch of this random word is the one that it made way for.
    pub(super) fn is_for(&self, nonce: &str) -> bool {
        nonce.starts_with(&self.word)
    }

    /// The line that brings it back, once nobody has its name.
    pub(super) fn line(&self) -> String {
        let renamed = format!("docker rename {self} {}", self.of);
        match self.line_once_named() {
            Some(rest) => format!("{renamed}; {rest}"),
            None => renamed,
        }
    }

    /// The line that has it do again what it did, once it has its name; none where it did nothing.
    pub(super) fn line_once_named(&self) -> Option<String> {
        match self.did {
            Did::Ran => Some(format!("docker start {}", self.of)),
            Did::Paused => Some(format!("docker start {0}; docker pause {0}", self.of)),
            Did::Runs | Did::Ended => None,
        }
    }
}

/// How whoever needs what a running container holds comes by it. One that has made way is another launch's.
#[must_use]
pub fn way_to_free(name: &str) -> String {
    match Aside::read(name) {
        Some(aside) => format!(
            "it is {}, which has made way for a launch of process {}: wait for that one, or see what comes of it: \
             dynrun gc --dry-run",
            aside.of, aside.owner.pid
        ),
        None => format!("stop it: dynrun stop {name}"),
    }
}

impl fmt::Display for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, did, word, owner } = self;
        write!(f, "{of}{MARK}{word}.{}.{}.{}.", did.word(), owner.pid, owner.start_time)?;
        [&owner.machine, &owner.boot, &owner.pid_namespace]
            .into_iter()
            .try_for_each(|part| f.write_str(if part.is_empty() { UNREAD } else { part }))
    }
}

/// The owner with digests in the place of what a name has no room for. Owners compare as their digests do.
fn digested(owner: &Owner) -> Owner {
    let digest = |text: &str| match text {
        "" => String::new(),
        text => format!("{:x}", Sha256::digest(text)).chars().take(PLACE).collect(),
    };
    Owner {
        machine: digest(&owner.machine),
        boot: digest(&owner.boot),
        pid_namespace: digest(&owner.pid_namespace),
        ..*owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

    fn made(owner: Owner, state: &ContainerState) -> Aside {
        Aside::new(state, &Identity { nonce: NONCE.to_owned(), owner }, false)
    }

    #[test]
    fn one_that_runs_on_needs_no_start() {
        let state = ContainerState { name: "gw".to_owned(), running: true, ..ContainerState::default() };
        let identity = Identity { nonce: NONCE.to_owned(), owner: Owner::read() };
        let aside = Aside::new(&state, &identity, true);
        assert_eq!((aside.did, Aside::read(&aside.to_string()).as_ref()), (Did::Runs, Some(&aside)));
        assert_eq!(aside.line(), format!("docker rename {aside} gw"));
        let ended = ContainerState { running: false, ..state };
        assert_eq!(Aside::new(&ended, &identity, true).did, Did::Ended);
    }

    #[test]
    fn a_name_is_read_back() {
        let named = |name: &str| ContainerState { name: name.to_owned(), ..ContainerState::default() };
        let running = ContainerState { running: true, ..named("gw") };
        let paused = ContainerState { paused: true, ..running.clone() };
        for (state, did, line) in [
            (running, Did::Ran, "docker rename NAME gw; docker start gw"),
            (paused, Did::Paused, "docker rename NAME gw; docker start gw; docker pause gw"),
            (named("gw"), Did::Ended, "docker rename NAME gw"),
            (named("a-replaced-b.c"), Did::Ended, "docker rename NAME a-replaced-b.c"),
        ] {
            for owner in [Owner::read(), Owner { machine: String::new(), ..Owner::read() }] {
                let aside = made(owner, &state);
                let name = aside.to_string();
                assert_eq!(Aside::read(&name).as_ref(), Some(&aside), "{name}");
                assert_eq!((aside.did, aside.line()), (did, line.replace("NAME", &name)));
                assert!(aside.is_for(NONCE) && !aside.is_for("1b4e28bb-2fa1"));
                assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)));
            }
        }
    }

    #[test]
    fn another_name_is_none() {
        let place = "0".repeat(24);
        for name in [
            "gw".to_owned(),
            "gw-replaced-1b4e28ba".to_owned(),
            format!("gw-replaced-1b4e28b.up.1.2.{place}"),
            format!("gw-replaced-1b4e28ba.down.1.2.{place}"),
            format!("gw-replaced-1b4e28ba.up.x.2.{place}"),
            format!("gw-replaced-1b4e28ba.up.1.2.{place}0"),
            format!("gw-replaced-1b4e28ba.up.1.2.3.{place}"),
        ] {
            assert_eq!(Aside::read(&name), None, "{name}");
        }
    }

    #[test]
    fn its_owner_is_told_as_by_a_label() {
        let me = Owner::read();
        let asker = Asker { me: me.clone(), shares_machine: true };
        let is = |owner: Owner| made(owner, &ContainerState::default()).presence(&asker);
        assert_eq!(is(me.clone()), Presence::Here);
        assert_eq!(is(Owner { start_time: me.start_time + 1, ..me.clone() }), Presence::Gone);
        assert_eq!(is(Owner { boot: "other".to_owned(), ..me.clone() }), Presence::Gone);
        for other in [
            Owner { machine: "other".to_owned(), ..me.clone() },
            Owner { machine: String::new(), ..me.clone() },
            Owner { pid_namespace: "pid:[1]".to_owned(), ..me },
        ] {
            assert!(matches!(is(other), Presence::Unknown(_)));
        }
    }
}
