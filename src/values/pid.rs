//! `Pid`: whose processes the container sees, for `--pid`.

use super::name::other_container;
use super::nearest::unknown;
use super::{Names, Offer, Power, Value, ValueError};

/// The PID namespace of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pid {
    /// Its own: the empty word.
    Own,
    /// The host's.
    Host,
    /// Another container's, by name or id.
    Container(String),
}

impl Value for Pid {
    const FORM: &'static str = "host|container:NAME";
    const OFFER: Offer =
        Offer::Any(&[Offer::Form, Offer::Behind("container:", &Offer::Names(Names::Running))]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "" => Ok(Self::Own),
            "host" => Ok(Self::Host),
            "container" => Err(ValueError::new("the container is missing: container:NAME")),
            _ => match word.strip_prefix("container:") {
                Some(name) => Ok(Self::Container(other_container(name)?)),
                None => {
                    Err(unknown("this is no pid mode; unsaid, it is the container's own", word, ["host"]))
                }
            },
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Own => String::new(),
            Self::Host => "host".to_owned(),
            Self::Container(name) => format!("container:{name}"),
        }
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::Own => None,
            Self::Host => Some(Power::HostNamespace),
            Self::Container(_) => Some(Power::OtherContainer),
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
        reads::<Pid>(&[
            ("", ""),
            ("host", "host"),
            ("container:web", "container:web"),
            ("container:/web", "container:web"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Pid>(&[
            ("Host", "this is no pid mode; unsaid, it is the container's own -> host"),
            ("private", "this is no pid mode; unsaid, it is the container's own"),
            ("container", "the container is missing: container:NAME"),
            ("container:", "the container after `container:` is missing"),
            ("container:a b", "what follows `container:` is not a container's name or id"),
        ]);
    }

    #[test]
    fn the_hosts_and_another_containers_are_powers() {
        assert_eq!(Pid::Host.power(), Some(Power::HostNamespace));
        assert_eq!(Pid::Container("x".into()).power(), Some(Power::OtherContainer));
        assert_eq!(Pid::Own.power(), None);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,9}") {
            round_trips(&Pid::Container(name));
        }
    }
}
