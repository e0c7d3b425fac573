//! `Mount`: something that the container sees under a path of its own, said field by field, for `--mount`.

mod bind;
mod fields;
mod image;
mod made;
mod offer;
mod tmpfs;
mod volume;

pub use bind::{BindMount, Submounts};
pub use image::ImageMount;
pub use made::{FileMode, FileOwner, NewFolder};
pub use tmpfs::TmpfsMount;
pub use volume::VolumeMount;

use super::record::join;
use super::{Offer, Power, Roots, SecretNames, Value, ValueError, mountpoint};
use fields::Draft;

/// What is mounted, with what can be said of its kind alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountSource {
    /// A path of the host.
    Bind(BindMount),
    /// A volume of the engine.
    Volume(VolumeMount),
    /// A file system in memory.
    Tmpfs(TmpfsMount),
    /// The files of another image.
    Image(ImageMount),
}

/// Something that is mounted in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// The absolute path in the container, as said.
    pub target: String,
    /// Whether the container only reads it.
    pub read_only: bool,
    /// What is handed on to the engine as said, in lower case: it has no meaning on Linux.
    pub consistency: Option<String>,
}

impl Mount {
    /// Whether what is written there outlives the container: memory does not, and an image cannot be written to.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        match self.source {
            MountSource::Bind(_) | MountSource::Volume(_) => true,
            MountSource::Tmpfs(_) | MountSource::Image(_) => false,
        }
    }
}

impl MountSource {
    /// The fields that say it, but for the source itself.
    fn fields(&self) -> Vec<String> {
        match self {
            Self::Bind(bind) => bind.fields(),
            Self::Volume(volume) => volume.fields(),
            Self::Tmpfs(tmpfs) => tmpfs.fields(),
            Self::Image(image) => image.fields(),
        }
    }

    /// The word of its type, and the source, if it has one.
    fn words(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Bind(bind) => ("bind", Some(bind.path.to_string_lossy().into_owned())),
            Self::Volume(volume) => ("volume", volume.name.clone()),
            Self::Tmpfs(_) => ("tmpfs", None),
            Self::Image(image) => ("image", Some(image.image.word())),
        }
    }
}

impl Value for Mount {
    const FORM: &'static str = "type=TYPE,source=SOURCE,target=PATH[,FIELD[=VALUE]]";
    const OFFER: Offer = Offer::Fields(offer::after);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the mount holds a NUL byte"));
        }
        Draft::read(word)?.finish(word)
    }

    fn word(&self) -> String {
        let (kind, source) = self.source.words();
        let mut out = vec![format!("type={kind}")];
        out.extend(source.map(|source| format!("source={source}")));
        out.push(format!("target={}", self.target));
        out.extend(self.read_only.then(|| "readonly".to_owned()));
        out.extend(self.consistency.iter().map(|word| format!("consistency={word}")));
        out.extend(self.source.fields());
        join(&out)
    }

    /// An option of a volume's driver may hold the password of a file server.
    fn shown(&self, names: &SecretNames) -> String {
        let mut shown = self.clone();
        if let MountSource::Volume(volume) = &mut shown.source {
            volume.hide_secrets(names);
        }
        names.without_url_passwords(&shown.word())
    }

    fn key(&self) -> Option<String> {
        Some(mountpoint::key(&self.target))
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self.source {
            MountSource::Bind(bind) => Self { source: MountSource::Bind(bind.rooted(roots)), ..self },
            MountSource::Volume(_) | MountSource::Tmpfs(_) | MountSource::Image(_) => self,
        }
    }

    fn powers(&self) -> Vec<Power> {
        let paths = match &self.source {
            MountSource::Bind(bind) => vec![bind.path.clone()],
            MountSource::Volume(volume) => volume.host_paths(),
            MountSource::Tmpfs(_) | MountSource::Image(_) => Vec::new(),
        };
        paths.into_iter().map(Power::HostPath).collect()
    }
}

#[cfg(test)]
mod tests;
