//! `HostNamespace` and `CgroupNamespace`: what the container shares with the host, for `--uts`, `--userns` and
//! `--cgroupns`.

use super::nearest::unknown;
use super::{Power, Value, ValueError};

/// A namespace that is the host's where that is said: of host names, or of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostNamespace {
    /// What the engine gives every container: the empty word.
    Default,
    /// The host's.
    Host,
}

impl Value for HostNamespace {
    const FORM: &'static str = "host";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "" => Ok(Self::Default),
            "host" => Ok(Self::Host),
            _ => Err(unknown("only the host's can be said; unsaid, the engine chooses", word, ["host"])),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Default => "",
            Self::Host => "host",
        }
        .to_owned()
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::Default => None,
            Self::Host => Some(Power::HostNamespace),
        }
    }
}

/// The cgroup namespace of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CgroupNamespace {
    /// The engine's default: the empty word.
    Default,
    /// Its own.
    Private,
    /// The host's.
    Host,
}

impl Value for CgroupNamespace {
    const FORM: &'static str = "private|host";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "" => Ok(Self::Default),
            "private" => Ok(Self::Private),
            "host" => Ok(Self::Host),
            _ => Err(unknown("this is no cgroup namespace", word, ["private", "host"])),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Default => "",
            Self::Private => "private",
            Self::Host => "host",
        }
        .to_owned()
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::Default | Self::Private => None,
            Self::Host => Some(Power::HostNamespace),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};

    #[test]
    fn words_are_read_and_written() {
        reads::<HostNamespace>(&[("", ""), ("host", "host")]);
        reads::<CgroupNamespace>(&[("", ""), ("private", "private"), ("host", "host")]);
        for value in [HostNamespace::Default, HostNamespace::Host] {
            round_trips(&value);
        }
        for value in [CgroupNamespace::Default, CgroupNamespace::Private, CgroupNamespace::Host] {
            round_trips(&value);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let only = "only the host's can be said; unsaid, the engine chooses";
        refuses::<HostNamespace>(&[
            ("hots", &format!("{only} -> host")),
            ("private", only),
            ("keep-id", only),
            ("host:", &format!("{only} -> host")),
        ]);
        refuses::<CgroupNamespace>(&[
            ("Private", "this is no cgroup namespace -> private"),
            ("hots", "this is no cgroup namespace -> host"),
            ("none", "this is no cgroup namespace"),
        ]);
    }

    #[test]
    fn the_hosts_are_powers() {
        assert_eq!(HostNamespace::Host.power(), Some(Power::HostNamespace));
        assert_eq!(HostNamespace::Default.power(), None);
        assert_eq!(CgroupNamespace::Host.power(), Some(Power::HostNamespace));
        assert_eq!(CgroupNamespace::Private.power(), None);
        assert_eq!(CgroupNamespace::Default.power(), None);
    }
}
