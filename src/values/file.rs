//! `File`: a file of the host, for `--label-file`; and `CidFile`, for `--cidfile`, which may be none.

use super::{Offer, Power, Roots, Value, ValueError};
use std::path::{Path, PathBuf};

/// A file of the host. A relative path waits for `rooted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File(pub PathBuf);

impl AsRef<Path> for File {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Value for File {
    const FORM: &'static str = "FILE";
    const OFFER: Offer = Offer::Files;

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Err(ValueError::new("the file's path is empty"));
        }
        if word.contains('\0') {
            return Err(ValueError::new("the file's path holds a NUL byte"));
        }
        Ok(Self(PathBuf::from(word)))
    }

    fn word(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        Self(roots.absolute(&self.0))
    }

    fn power(&self) -> Option<Power> {
        Some(Power::HostPath(self.0.clone()))
    }
}

/// Where the container's id is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CidFile {
    /// Nowhere: the empty word.
    None,
    /// To this file, which must not exist yet.
    File(File),
}

impl Value for CidFile {
    const FORM: &'static str = File::FORM;
    const OFFER: Offer = File::OFFER;

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() { Ok(Self::None) } else { File::parse(word).map(Self::File) }
    }

    fn word(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::File(file) => file.word(),
        }
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self {
            Self::None => Self::None,
            Self::File(file) => Self::File(file.rooted(roots)),
        }
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::None => None,
            Self::File(file) => file.power(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn words_are_read_and_written() {
        reads::<File>(&[("labels", "labels"), ("/a b", "/a b"), ("~/x", "~/x"), ("-", "-")]);
        reads::<CidFile>(&[("", ""), ("id", "id"), ("../id", "../id")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<File>(&[("", "the file's path is empty"), ("a\0", "the file's path holds a NUL byte")]);
        refuses::<CidFile>(&[("a\0", "the file's path holds a NUL byte")]);
    }

    #[test]
    fn a_relative_path_starts_at_its_root() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        for (word, want) in [("x/../id", "/base/id"), ("~/x", "/home/me/x"), ("/a", "/a")] {
            let power = Some(Power::HostPath(want.into()));
            let file = File::parse(word).unwrap().rooted(&roots);
            assert_eq!((file.word(), file.power()), (want.to_owned(), power.clone()));
            let id = CidFile::parse(word).unwrap().rooted(&roots);
            assert_eq!((id.word(), id.power()), (want.to_owned(), power));
        }
        let none = CidFile::parse("").unwrap().rooted(&roots);
        assert_eq!((none.word(), none.power()), (String::new(), None));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(path in "[^\\x00]{1,9}") {
            round_trips(&File(path.clone().into()));
            round_trips(&CidFile::File(File(path.into())));
        }
    }
}
