//! `VolumeMode`: how a volume is mounted, for `--volume` and `--volumes-from`.

use super::nearest::unknown_in;
use super::propagation::Propagation;
use super::{Offer, ValueError};

/// How a volume is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeMode {
    /// `ro`: the container only reads.
    ReadOnly,
    /// `rw`: the container reads and writes, what docker means when nothing is said.
    ReadWrite,
    /// `z`: relabelled for `SELinux`, shared between containers.
    SharedLabel,
    /// `Z`: relabelled for `SELinux`, for this container alone.
    PrivateLabel,
    /// `rshared` and its like: which mounts below it show on the other side.
    Propagation(Propagation),
    /// `create`: a folder of the host that is missing is made by dynrun, as the caller. No word of docker's.
    Create,
    /// `nocopy`: a new volume stays empty, whatever the image has under its path.
    NoCopy,
    /// `consistent`: no meaning on Linux.
    Consistent,
    /// `cached`: no meaning on Linux.
    Cached,
    /// `delegated`: no meaning on Linux.
    Delegated,
}

/// What a mode is about: one of each is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Writing,
    Label,
    Propagation,
    Copying,
    Making,
    Consistency,
}

impl VolumeMode {
    /// What a shell offers: those that mean something on Linux.
    pub(super) const OFFER: Offer = Offer::List(&Offer::Words(&[
        "ro", "rw", "z", "Z", "nocopy", "create", "private", "rprivate", "shared", "rshared", "slave",
        "rslave",
    ]));

    /// All of them but the propagations.
    const PLAIN: [Self; 9] = [
        Self::ReadOnly,
        Self::ReadWrite,
        Self::SharedLabel,
        Self::PrivateLabel,
        Self::NoCopy,
        Self::Create,
        Self::Consistent,
        Self::Cached,
        Self::Delegated,
    ];

    /// The mode's word: `ro`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReadOnly => "ro",
            Self::ReadWrite => "rw",
            Self::SharedLabel => "z",
            Self::PrivateLabel => "Z",
            Self::Propagation(propagation) => propagation.word(),
            Self::NoCopy => "nocopy",
            Self::Create => "create",
            Self::Consistent => "consistent",
            Self::Cached => "cached",
            Self::Delegated => "delegated",
        }
    }

    /// What the mode is about.
    pub(super) const fn about(self) -> About {
        match self {
            Self::ReadOnly | Self::ReadWrite => About::Writing,
            Self::SharedLabel | Self::PrivateLabel => About::Label,
            Self::Propagation(_) => About::Propagation,
            Self::NoCopy => About::Copying,
            Self::Create => About::Making,
            Self::Consistent | Self::Cached | Self::Delegated => About::Consistency,
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(Propagation::ALL.map(Self::Propagation))
    }

    /// Reads `MODE,MODE`, which ends the word.
    pub(super) fn read(modes: &str, word: &str) -> Result<Vec<Self>, ValueError> {
        let mut read: Vec<Self> = Vec::new();
        for said in modes.split(',') {
            if said.is_empty() {
                return Err(ValueError::new("a mode is empty"));
            }
            if said == "U" {
                return Err(ValueError::new(
                    "the mode U is podman's, and gives the folder to the container's user: chown it yourself",
                ));
            }
            let Some(mode) = Self::all().find(|known| known.word() == said) else {
                return Err(unknown_in(
                    "this is no mode of a volume",
                    said,
                    word,
                    Self::all().map(Self::word),
                ));
            };
            if let Some(other) = read.iter().find(|other| other.about() == mode.about()) {
                return Err(clash(*other, mode));
            }
            read.push(mode);
        }
        Ok(read)
    }

    /// Writes `MODE,MODE`.
    pub(super) fn join(modes: &[Self]) -> String {
        let words: Vec<&str> = modes.iter().map(|mode| mode.word()).collect();
        words.join(",")
    }
}

fn clash(one: VolumeMode, other: VolumeMode) -> ValueError {
    ValueError::new(if one == other {
        format!("the mode {} is said twice", one.word())
    } else {
        format!("the modes {} and {} exclude each other", one.word(), other.word())
    })
}
