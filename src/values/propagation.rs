//! `Propagation`: which mounts below a path of the host show on its other side, for `--volume` and `--mount`.

/// Whether later mounts of the host show in the container, and the container's on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// `private`: mounts below it stay on their side.
    Private,
    /// `rprivate`: so do those below these. What docker means when nothing is said.
    RecursivePrivate,
    /// `shared`: mounts below it show on both sides.
    Shared,
    /// `rshared`: so do those below these.
    RecursiveShared,
    /// `slave`: mounts of the host below it show in the container.
    Slave,
    /// `rslave`: so do those below these.
    RecursiveSlave,
}

impl Propagation {
    /// All of them.
    pub(super) const ALL: [Self; 6] = [
        Self::Private,
        Self::RecursivePrivate,
        Self::Shared,
        Self::RecursiveShared,
        Self::Slave,
        Self::RecursiveSlave,
    ];

    /// Its word: `rshared`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::RecursivePrivate => "rprivate",
            Self::Shared => "shared",
            Self::RecursiveShared => "rshared",
            Self::Slave => "slave",
            Self::RecursiveSlave => "rslave",
        }
    }

    /// Reads a word.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}
