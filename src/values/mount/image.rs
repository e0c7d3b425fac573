//! `ImageMount`: the files of another image, for a mount of the type `image`.

use super::fields::Said;
use crate::values::{ImageRef, Value, ValueError};
use std::path::{Component, Path};

/// The files of an image, which the container only reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMount {
    /// The image.
    pub image: ImageRef,
    /// The folder of the image that is mounted; none mounts all of it.
    pub subpath: Option<String>,
}

impl ImageMount {
    /// The mount of this source.
    pub(super) fn of(source: &Said, subpath: Option<String>, word: &str) -> Result<Self, ValueError> {
        if source.value.is_empty() {
            return Err(ValueError::new("the source is missing: the image that is mounted"));
        }
        let subpath = subpath.filter(|path| !path.is_empty());
        if let Some(subpath) = &subpath {
            check_subpath(subpath, "image-subpath")?;
        }
        let image = ImageRef::parse(&source.value).map_err(|error| ValueError {
            suggestion: error.suggestion.map(|right| source.put_right(&right, word)),
            ..error
        })?;
        Ok(Self { image, subpath })
    }

    pub(super) fn fields(&self) -> Vec<String> {
        self.subpath.iter().map(|path| format!("image-subpath={path}")).collect()
    }
}

/// Checks that a folder lies in what is mounted, whatever its links.
pub(super) fn check_subpath(path: &str, field: &str) -> Result<(), ValueError> {
    let mut depth = 0;
    let is_inside = Path::new(path).components().all(|part| {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return false,
        }
        depth >= 0
    });
    let error = || ValueError::new(format!("{field} is a relative path that does not lead out"));
    is_inside.then_some(()).ok_or_else(error)
}
