//! `VolumesFrom`: another container whose volumes this one has, too, for `--volumes-from`.

use super::name::is_name;
use super::volume_mode::{About, VolumeMode};
use super::{Names, Offer, Power, Value, ValueError};

/// Another container, and how its volumes are mounted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumesFrom {
    /// The other container, by name or id.
    pub container: String,
    /// How its volumes are mounted, in the order said; where nothing is said, as they are there.
    pub mode: Vec<VolumeMode>,
}

impl Value for VolumesFrom {
    const FORM: &'static str = "CONTAINER[:MODE[,MODE]]";
    const OFFER: Offer = Offer::Parts(
        ':',
        &[Offer::Names(Names::Containers), Offer::List(&Offer::Words(&["ro", "rw", "z", "Z"]))],
    );

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (container, modes) = word.split_once(':').unwrap_or((word, ""));
        let container = container.strip_prefix('/').unwrap_or(container);
        if container.is_empty() {
            return Err(ValueError::new("the container is missing"));
        }
        if !is_name(container) {
            return Err(ValueError::new("what the volumes are of is not a container's name or id"));
        }
        let mode = if modes.is_empty() { Vec::new() } else { VolumeMode::read(modes, word)? };
        let own = mode
            .iter()
            .find(|mode| matches!(mode.about(), About::Propagation | About::Copying | About::Making));
        if let Some(own) = own {
            return Err(ValueError::new(format!("{} is for a volume of this container alone", own.word())));
        }
        Ok(Self { container: container.to_owned(), mode })
    }

    fn word(&self) -> String {
        let separator = if self.mode.is_empty() { "" } else { ":" };
        format!("{}{separator}{}", self.container, VolumeMode::join(&self.mode))
    }

    fn power(&self) -> Option<Power> {
        Some(Power::OtherContainer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<VolumesFrom>(&[
            ("web", "web"),
            ("/web", "web"),
            ("web:", "web"),
            ("0123456789ab:ro", "0123456789ab:ro"),
            ("web:rw,z", "web:rw,z"),
            ("web:Z,cached", "web:Z,cached"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<VolumesFrom>(&[
            ("", "the container is missing"),
            (":ro", "the container is missing"),
            ("a b", "what the volumes are of is not a container's name or id"),
            ("web:rx", "this is no mode of a volume -> web:ro"),
            ("web:ro:z", "this is no mode of a volume"),
            ("web:ro,", "a mode is empty"),
            ("web:ro,rw", "the modes ro and rw exclude each other"),
            ("web:rshared", "rshared is for a volume of this container alone"),
            ("web:nocopy", "nocopy is for a volume of this container alone"),
        ]);
    }

    #[test]
    fn another_containers_volumes_are_a_power() {
        let from = VolumesFrom::parse("web:ro").unwrap();
        assert_eq!((from.power(), from.key()), (Some(Power::OtherContainer), None));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            container in "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,6}",
            writing in prop::option::of(prop::sample::select(vec![VolumeMode::ReadOnly, VolumeMode::ReadWrite])),
            label in prop::option::of(prop::sample::select(vec![VolumeMode::SharedLabel, VolumeMode::PrivateLabel])),
        ) {
            round_trips(&VolumesFrom { container, mode: writing.into_iter().chain(label).collect() });
        }
    }
}
