//! `Ulimit`: a limit on what one process of the container takes, for `--ulimit`.

use super::nearest::unknown;
use super::{Offer, Value, ValueError};

/// The limits that docker knows. `as` is missing there, too: the engine could not start a container under it.
const NAMES: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// Unlimited.
const UNLIMITED: i64 = -1;

/// A limit, in the unit of `setrlimit(2)`; -1 is unlimited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ulimit {
    /// Its name: `nofile`, `memlock`.
    pub name: String,
    /// The limit that holds.
    pub soft: i64,
    /// The limit up to which a process may raise its own.
    pub hard: i64,
}

/// What a shell offers: a limit follows.
const OFFERED: [&str; NAMES.len()] = [
    "core=",
    "cpu=",
    "data=",
    "fsize=",
    "locks=",
    "memlock=",
    "msgqueue=",
    "nice=",
    "nofile=",
    "nproc=",
    "rss=",
    "rtprio=",
    "rttime=",
    "sigpending=",
    "stack=",
];

impl Value for Ulimit {
    const FORM: &'static str = "NAME=SOFT[:HARD]";
    const OFFER: Offer = Offer::Words(&OFFERED);
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some((name, limits)) = word.split_once('=') else {
            return Err(ValueError::new("the limit after the name is missing"));
        };
        if !NAMES.contains(&name) {
            let error = unknown("this is no limit that docker knows", name, NAMES);
            let suggestion = error.suggestion.map(|known| format!("{known}={limits}"));
            return Err(ValueError { problem: error.problem, suggestion });
        }
        let (soft, hard) = match limits.split_once(':') {
            Some((soft, hard)) => (limit(soft, name)?, limit(hard, name)?),
            None => {
                let both = limit(limits, name)?;
                (both, both)
            }
        };
        if hard != UNLIMITED && (soft == UNLIMITED || soft > hard) {
            return Err(ValueError::new("the soft limit is above the hard one")
                .suggest(format!("{name}={hard}:{soft}")));
        }
        Ok(Self { name: name.to_owned(), soft, hard })
    }

    fn word(&self) -> String {
        if self.soft == self.hard {
            format!("{}={}", self.name, self.soft)
        } else {
            format!("{}={}:{}", self.name, self.soft, self.hard)
        }
    }

    fn key(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

/// Reads one limit.
fn limit(word: &str, name: &str) -> Result<i64, ValueError> {
    if word.contains(':') {
        return Err(ValueError::new("there are more than a soft and a hard limit"));
    }
    match word.parse() {
        Ok(limit) if limit >= UNLIMITED => Ok(limit),
        _ => {
            let error = ValueError::new("a limit is a whole number, or -1 for unlimited");
            Err(match word.to_lowercase().as_str() {
                "unlimited" | "infinity" | "inf" => error.suggest(format!("{name}=-1")),
                _ => error,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Ulimit>(&[
            ("nofile=1", "nofile=1"),
            ("nofile=1:2", "nofile=1:2"),
            ("nofile=1:-1", "nofile=1:-1"),
            ("memlock=-1", "memlock=-1"),
            ("stack=67108864", "stack=67108864"),
            ("core=0", "core=0"),
            ("nofile=-1:-1", "nofile=-1"),
            ("nofile=5:5", "nofile=5"),
            ("nofile=+5", "nofile=5"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Ulimit>(&[
            ("nofile", "the limit after the name is missing"),
            ("nofile=", "a limit is a whole number, or -1 for unlimited"),
            ("nofile=x", "a limit is a whole number, or -1 for unlimited"),
            ("nofile=unlimited", "a limit is a whole number, or -1 for unlimited -> nofile=-1"),
            ("nofile=-5", "a limit is a whole number, or -1 for unlimited"),
            ("as=1", "this is no limit that docker knows"),
            ("NOFILE=1", "this is no limit that docker knows -> nofile=1"),
            ("nofiles=1:2", "this is no limit that docker knows -> nofile=1:2"),
            ("nofile=1:2:3", "there are more than a soft and a hard limit"),
            ("nofile=2:1", "the soft limit is above the hard one -> nofile=1:2"),
            ("nofile=-1:5", "the soft limit is above the hard one -> nofile=5:-1"),
        ]);
    }

    #[test]
    fn the_name_is_the_key() {
        assert_eq!(Ulimit::parse("nofile=1").unwrap().key(), Some("nofile".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in prop::sample::select(NAMES.to_vec()), soft in 0..=i64::MAX, more in prop::option::of(0..=i64::MAX)) {
            let hard = more.map_or(UNLIMITED, |more| soft.saturating_add(more));
            round_trips(&Ulimit { name: name.to_owned(), soft, hard });
        }
    }
}
