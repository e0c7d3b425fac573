//! `Folder`: a folder of the host, for `--workspace`; and `HfHome`, for `--hf-home`, which may be none.

use super::{Offer, Power, Roots, Value, ValueError};
use std::path::PathBuf;

/// A folder of the host. A relative one waits for `rooted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(pub PathBuf);

impl Value for Folder {
    const FORM: &'static str = "FOLDER";
    const OFFER: Offer = Offer::Folders;

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Err(ValueError::new("the folder's path is empty"));
        }
        if word.contains('\0') {
            return Err(ValueError::new("the folder's path holds a NUL byte"));
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

/// Where the host keeps the models of the Hugging Face hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HfHome {
    /// Nowhere: no cache is mounted.
    None,
    /// In this folder.
    Folder(Folder),
}

impl Value for HfHome {
    const FORM: &'static str = "FOLDER|none";
    const OFFER: Offer = Offer::Any(&[Offer::Form, Offer::Folders]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.eq_ignore_ascii_case("none") {
            return Ok(Self::None);
        }
        Folder::parse(word).map(Self::Folder)
    }

    fn word(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Folder(folder) => folder.word(),
        }
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self {
            Self::None => Self::None,
            Self::Folder(folder) => Self::Folder(folder.rooted(roots)),
        }
    }

    fn power(&self) -> Option<Power> {
        match self {
            Self::None => None,
            Self::Folder(folder) => folder.power(),
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
        reads::<Folder>(&[("/a b", "/a b"), ("rel/x", "rel/x"), ("none", "none")]);
        reads::<HfHome>(&[
            ("/hf", "/hf"),
            ("none", "none"),
            ("NONE", "none"),
            ("NoNe", "none"),
            ("./none", "./none"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<HfHome>(&[
            ("", "the folder's path is empty"),
            ("\0", "the folder's path holds a NUL byte"),
        ]);
    }

    #[test]
    fn a_relative_folder_starts_at_its_root() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        let rooted = |word| HfHome::parse(word).unwrap().rooted(&roots).word();
        assert_eq!([rooted("hf/.."), rooted("~/hf"), rooted("None")], ["/base", "/home/me/hf", "none"]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(path in "/[^\\x00]{0,9}") {
            round_trips(&HfHome::Folder(Folder(PathBuf::from(path))));
        }
    }
}
