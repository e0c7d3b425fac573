//! The fields of a mount's word, one after the other, and what they say together.

use super::bind::BindDraft;
use super::{ImageMount, Mount, MountSource, TmpfsMount, VolumeMount};
use crate::values::nearest::unknown_in;
use crate::values::record::{fields, join};
use crate::values::{Value, ValueError, mountpoint, pair};

/// The fields that docker's client knows, and those that are dynrun's own.
const KEYS: [&str; 23] = [
    "type",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "consistency",
    "bind-propagation",
    "bind-recursive",
    "bind-nonrecursive",
    "create",
    "mode",
    "owner",
    "volume-nocopy",
    "volume-subpath",
    "volume-driver",
    "volume-opt",
    "volume-label",
    "tmpfs-size",
    "tmpfs-mode",
    "image-subpath",
];

/// One field of a mount's word.
pub(super) struct Field<'a> {
    /// Its name, in lower case.
    pub(super) key: String,
    value: Option<&'a str>,
    word: &'a str,
}

impl<'a> Field<'a> {
    fn new(field: &'a str, word: &'a str) -> Self {
        let (key, value) = pair::split(field);
        Self { key: key.to_lowercase(), value, word }
    }

    /// Its value.
    pub(super) fn text(&self) -> Result<&'a str, ValueError> {
        self.value.ok_or_else(|| {
            let problem = format!("{} needs a value: {0}=VALUE", self.key);
            if KEYS.contains(&self.key.as_str()) { ValueError::new(problem) } else { self.unknown() }
        })
    }

    /// Its value where it is said alone, too.
    pub(super) fn switch(&self) -> Result<bool, ValueError> {
        let value = self.value.unwrap_or("true");
        bool::parse(value).map_err(|_| ValueError::new(format!("{} is true or false", self.key)))
    }

    /// The error where its value is none of the known ones.
    pub(super) fn no_choice<'b>(
        &self,
        problem: &str,
        known: impl IntoIterator<Item = &'b str>,
    ) -> ValueError {
        unknown_in(problem, self.value.unwrap_or_default(), self.word, known)
    }

    /// The error where no mount has such a field.
    pub(super) fn unknown(&self) -> ValueError {
        if self.key.is_empty() {
            return ValueError::new("a field is empty");
        }
        unknown_in("a mount has no such field", &self.key, self.word, KEYS)
    }
}

/// What a mount is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bind,
    Volume,
    Tmpfs,
    Image,
}

impl Kind {
    /// All of them.
    const ALL: [Self; 4] = [Self::Bind, Self::Volume, Self::Tmpfs, Self::Image];

    /// The word of the type, which begins the names of its own fields.
    const fn word(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Volume => "volume",
            Self::Tmpfs => "tmpfs",
            Self::Image => "image",
        }
    }

    /// Reads a type; docker's client takes what names none for a volume.
    fn read(said: Option<&str>, word: &str) -> Result<Self, ValueError> {
        let said = said.unwrap_or(Self::Volume.word());
        if let Some(known) = Self::ALL.into_iter().find(|known| known.word() == said) {
            return Ok(known);
        }
        Err(match said {
            "" => ValueError::new("the type is empty: it is bind, volume, tmpfs or image"),
            "npipe" => ValueError::new("npipe is Windows' own: the engine's host is Linux"),
            "cluster" => ValueError::new("a cluster volume is for the services of a swarm alone"),
            _ => {
                let problem = "the type is not one of bind, volume, tmpfs, image";
                unknown_in(problem, said, word, Self::ALL.map(Self::word))
            }
        })
    }
}

/// A path or a name, with the field that said it.
#[derive(Default)]
pub(super) struct Said {
    pub(super) value: String,
    field: String,
}

impl Said {
    fn new(value: &str, field: &str) -> Self {
        Self { value: value.to_owned(), field: field.to_owned() }
    }

    /// The mount's word with this value put right.
    pub(super) fn put_right(&self, right: &str, word: &str) -> String {
        let key = &self.field[..self.field.len() - self.value.len()];
        let mut all = fields(word).unwrap_or_default();
        all.iter_mut()
            .filter(|field| **field == self.field)
            .for_each(|field| *field = format!("{key}{right}"));
        join(&all)
    }
}

/// What the fields said so far: of a field said again, the last counts.
#[derive(Default)]
pub(super) struct Draft {
    kind: Option<String>,
    source: Said,
    target: Said,
    read_only: bool,
    consistency: Option<String>,
    bind: Option<BindDraft>,
    volume: Option<VolumeMount>,
    tmpfs: Option<TmpfsMount>,
    image_subpath: Option<String>,
}

impl Draft {
    /// Reads the fields of a word.
    pub(super) fn read(word: &str) -> Result<Self, ValueError> {
        let mut draft = Self::default();
        for field in fields(word)? {
            draft.take(&field, word)?;
        }
        Ok(draft)
    }

    fn take(&mut self, said: &str, word: &str) -> Result<(), ValueError> {
        let field = Field::new(said, word);
        match field.key.as_str() {
            "type" => self.kind = Some(field.text()?.to_lowercase()),
            "source" | "src" => self.source = Said::new(field.text()?, said),
            "target" | "dst" | "destination" => self.target = Said::new(field.text()?, said),
            "readonly" | "ro" => self.read_only = field.switch()?,
            "consistency" => {
                self.consistency = Some(field.text()?.to_lowercase()).filter(|word| !word.is_empty());
            }
            // Docker's client lets this pass with any type: it is so anyway.
            "bind-recursive" if field.value == Some("enabled") => {}
            key if BindDraft::OWN.contains(&key) || key.starts_with("bind-") => {
                self.bind.get_or_insert_default().take(&field)?;
            }
            key if key.starts_with("volume-") => self.volume.get_or_insert_default().take(&field)?,
            key if key.starts_with("tmpfs-") => self.tmpfs.get_or_insert_default().take(&field)?,
            "image-subpath" => self.image_subpath = Some(field.text()?.to_owned()),
            _ => return Err(field.unknown()),
        }
        Ok(())
    }

    /// What the fields of the word say together.
    pub(super) fn finish(self, word: &str) -> Result<Mount, ValueError> {
        let kind = Kind::read(self.kind.as_deref(), word)?;
        mountpoint::check(&self.target.value, |right| self.target.put_right(right, word))?;
        if let Some(other) = self.kinds().find(|other| *other != kind) {
            let (kind, other) = (kind.word(), other.word());
            return Err(ValueError::new(format!("{kind} mounts take no {other}-* fields")));
        }
        let Self { source, target, read_only, consistency, .. } = self;
        let source = match kind {
            Kind::Bind => MountSource::Bind(self.bind.unwrap_or_default().of(&source, read_only, word)?),
            Kind::Volume => {
                let volume = self.volume.unwrap_or_default();
                MountSource::Volume(volume.of(&source.value, read_only, word)?)
            }
            Kind::Tmpfs => MountSource::Tmpfs(self.tmpfs.unwrap_or_default().of(&source.value)?),
            Kind::Image => MountSource::Image(ImageMount::of(&source, self.image_subpath, word)?),
        };
        Ok(Mount { source, target: target.value, read_only, consistency })
    }

    /// The kinds of mounts that the fields were said of.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        let is_said =
            [self.bind.is_some(), self.volume.is_some(), self.tmpfs.is_some(), self.image_subpath.is_some()];
        Kind::ALL.into_iter().zip(is_said).filter_map(|(kind, is_said)| is_said.then_some(kind))
    }
}
