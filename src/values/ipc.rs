//! `Ipc`: whose shared memory the container uses, for `--ipc`.

use super::name::other_container;
use super::nearest::unknown;
use super::{Names, Offer, Power, Value, ValueError};

const MODES: [&str; 4] = ["none", "private", "shareable", "host"];

/// The IPC namespace of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ipc {
    /// The engine's default: the empty word.
    Default,
    /// Its own, without `/dev/shm`.
    None,
    /// Its own.
    Private,
    /// Its own, open to other containers.
    Shareable,
    /// The host's.
    Host,
    /// Another container's, by name or id.
    Container(String),
}

impl Value for Ipc {
    const FORM: &'static str = "none|private|shareable|host|container:NAME";
    const OFFER: Offer =
        Offer::Any(&[Offer::Form, Offer::Behind("container:", &Offer::Names(Names::Running))]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "" => Ok(Self::Default),
            "none" => Ok(Self::None),
            "private" => Ok(Self::Private),
            "shareable" => Ok(Self::Shareable),
            "host" => Ok(Self::Host),
            "container" => Err(ValueError::new("the container is missing: container:NAME")),
            _ => match word.strip_prefix("container:") {
                Some(name) => Ok(Self::Container(other_container(name)?)),
                None => Err(unknown("this is no ipc mode", word, MODES)),
            },
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Default => String::new(),
            Self::None => "none".to_owned(),
            Self::Private => "private".to_owned(),
            Self::Shareable => "shareable".to_owned(),
            Self::Host => "host".to_owned(),
            Self::Container(name) => format!("container:{name}"),
        }
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::Host => Some(Power::HostNamespace),
            Self::Container(_) => Some(Power::OtherContainer),
            Self::Default | Self::None | Self::Private | Self::Shareable => None,
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
        reads::<Ipc>(&[
            ("", ""),
            ("none", "none"),
            ("private", "private"),
            ("shareable", "shareable"),
            ("host", "host"),
            ("container:web", "container:web"),
            ("container:/web", "container:web"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Ipc>(&[
            ("Host", "this is no ipc mode -> host"),
            ("hots", "this is no ipc mode -> host"),
            ("foo", "this is no ipc mode"),
            ("container", "the container is missing: container:NAME"),
            ("container:", "the container after `container:` is missing"),
            ("container:a b", "what follows `container:` is not a container's name or id"),
        ]);
    }

    #[test]
    fn the_hosts_and_another_containers_are_powers() {
        assert_eq!(Ipc::Host.power(), Some(Power::HostNamespace));
        assert_eq!(Ipc::Container("x".into()).power(), Some(Power::OtherContainer));
        assert_eq!(Ipc::Private.power(), None);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,9}") {
            round_trips(&Ipc::Container(name));
        }
    }
}
