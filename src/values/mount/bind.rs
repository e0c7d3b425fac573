//! `BindMount`: a path of the host, for a mount of the type `bind`.

use super::fields::{Field, Said};
use super::made::{FileMode, FileOwner, NewFolder};
use crate::values::propagation::Propagation;
use crate::values::volume::host_path;
use crate::values::{Roots, ValueError};
use std::path::PathBuf;

/// What becomes of the mounts below a path that the container only reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Submounts {
    /// They are read-only, too, where engine and kernel can do it: what docker means when nothing is said.
    #[default]
    WhereAble,
    /// They stay writable.
    Writable,
    /// They are read-only, too, or the container does not start.
    ReadOnly,
}

/// A path of the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BindMount {
    /// The path. `~` and relative ones wait for `rooted`.
    pub path: PathBuf,
    /// Which mounts below it show on the other side; none leaves it to the engine, which takes `rprivate`.
    pub propagation: Option<Propagation>,
    /// How dynrun makes it where it is missing; none where it does not.
    pub made: Option<NewFolder>,
    /// Whether what is mounted below it stays out.
    pub is_flat: bool,
    /// What becomes of the mounts below it where it is read-only.
    pub submounts: Submounts,
}

/// What the fields of a bind said so far.
#[derive(Default)]
pub(super) struct BindDraft {
    bind: BindMount,
    is_made: bool,
    new: NewFolder,
}

impl BindDraft {
    /// The fields that are dynrun's own. Docker's newer clients have `bind-create-src`, by which the engine makes a
    /// folder as root.
    pub(super) const OWN: [&str; 3] = ["create", "mode", "owner"];

    /// Takes one field.
    pub(super) fn take(&mut self, field: &Field<'_>) -> Result<(), ValueError> {
        match field.key.as_str() {
            "create" => self.is_made = field.switch()?,
            "mode" => self.new.mode = Some(FileMode::read(field.text()?)?),
            "owner" => self.new.owner = Some(FileOwner::read(field.text()?)?),
            "bind-propagation" => self.bind.propagation = propagation(field)?,
            "bind-nonrecursive" => self.bind.is_flat = field.switch()?,
            "bind-recursive" => match field.text()? {
                "disabled" => self.bind.is_flat = true,
                "writable" => self.bind.set_submounts(Submounts::Writable)?,
                "readonly" => self.bind.set_submounts(Submounts::ReadOnly)?,
                _ => {
                    let known = ["enabled", "disabled", "writable", "readonly"];
                    let problem = format!("bind-recursive is one of {}", known.join(", "));
                    return Err(field.no_choice(&problem, known));
                }
            },
            _ => return Err(field.unknown()),
        }
        Ok(())
    }

    /// The mount of this source.
    pub(super) fn of(self, source: &Said, read_only: bool, word: &str) -> Result<BindMount, ValueError> {
        if !self.is_made && !self.new.is_plain() {
            let error =
                ValueError::new("mode and owner are for a folder that dynrun makes: they need create");
            return Err(error.suggest(format!("{word},create")));
        }
        let made = self.is_made.then_some(self.new);
        BindMount { made, ..self.bind }.of(source, read_only, word)
    }
}

impl BindMount {
    fn set_submounts(&mut self, submounts: Submounts) -> Result<(), ValueError> {
        if self.submounts != Submounts::WhereAble && self.submounts != submounts {
            return Err(ValueError::new("bind-recursive is writable or readonly, not both"));
        }
        self.submounts = submounts;
        Ok(())
    }

    /// The same of this source.
    fn of(self, source: &Said, read_only: bool, word: &str) -> Result<Self, ValueError> {
        if source.value.is_empty() {
            return Err(ValueError::new("the source is missing: the path of the host that is mounted"));
        }
        let Some(path) = host_path(&source.value)? else {
            let error = ValueError::new("the source of a bind starts with `/`, `.` or `~`");
            return Err(error.suggest(source.put_right(&format!("./{}", source.value), word)));
        };
        match (self.submounts, read_only, self.propagation) {
            (Submounts::Writable | Submounts::ReadOnly, false, _) => Err(ValueError::new(
                "bind-recursive=writable and bind-recursive=readonly are for what is mounted readonly",
            )),
            (Submounts::ReadOnly, true, Some(Propagation::RecursivePrivate)) => Ok(Self { path, ..self }),
            (Submounts::ReadOnly, true, _) => {
                Err(ValueError::new("bind-recursive=readonly needs bind-propagation=rprivate"))
            }
            (Submounts::WhereAble | Submounts::Writable, _, _) => Ok(Self { path, ..self }),
        }
    }

    pub(super) fn rooted(self, roots: &Roots<'_>) -> Self {
        Self { path: roots.absolute(&self.path), ..self }
    }

    pub(super) fn fields(&self) -> Vec<String> {
        let propagation =
            self.propagation.map(|propagation| format!("bind-propagation={}", propagation.word()));
        let flat = self.is_flat.then(|| "bind-recursive=disabled".to_owned());
        let submounts = match self.submounts {
            Submounts::WhereAble => None,
            Submounts::Writable => Some("bind-recursive=writable".to_owned()),
            Submounts::ReadOnly => Some("bind-recursive=readonly".to_owned()),
        };
        let said = [propagation, flat, submounts].into_iter().flatten();
        said.chain(self.made.iter().flat_map(NewFolder::fields)).collect()
    }
}

fn propagation(field: &Field<'_>) -> Result<Option<Propagation>, ValueError> {
    let lower = field.text()?.to_lowercase();
    if lower.is_empty() {
        return Ok(None);
    }
    let words = Propagation::ALL.map(Propagation::word);
    let problem = format!("bind-propagation is one of {}", words.join(", "));
    Propagation::named(&lower).map(Some).ok_or_else(|| field.no_choice(&problem, words))
}
