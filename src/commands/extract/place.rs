//! `Place`: where an archive's entries go, as `docker cp` decides it: into a folder that is there, in the place of a file, or
//! under a new name.

use crate::engine::PathStat;
use std::ffi::OsString;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Component, Path, PathBuf};

/// Where the entries go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The folder that nothing is written outside of.
    pub(super) root: PathBuf,
    /// The new name of what is extracted, where it gets one.
    name: Option<OsString>,
    /// Whether what is in the folder is extracted without the folder.
    is_content: bool,
}

impl Place {
    /// Finds it for what is to be extracted from `path`.
    ///
    /// # Errors
    /// There is no such place, in words.
    pub(super) fn find(base: &Path, dest: &str, stat: &PathStat, path: &str) -> Result<Self, String> {
        let (at, is_content) = (base.join(dest), stat.is_folder() && path.ends_with("/."));
        let place = |root: &Path, name: Option<OsString>| {
            let root = root.canonicalize().map_err(|error| format!("{}: {error}", root.display()))?;
            Ok(Self { root, name, is_content })
        };
        match at.canonicalize() {
            // What a link leads to is called as the link.
            Ok(real) if real.is_dir() && stat.is_followed && !is_content => {
                place(&real, Some(OsString::from(&stat.name)))
            }
            Ok(real) if real.is_dir() => place(&real, None),
            // As `docker cp` does: what is written to a device is gone, and the device with it where a file replaces it.
            Ok(real) if is_device(&real) => Err(format!("{dest} is a device, and no folder or file")),
            Ok(_) if stat.is_folder() => Err(format!("{dest} is a file, and {path} a folder")),
            Ok(_) if dest.ends_with('/') => Err(format!("{dest} is no folder")),
            Ok(real) => place(real.parent().unwrap_or(&real), real.file_name().map(OsString::from)),
            Err(_) if !stat.is_folder() && dest.ends_with('/') => Err(format!("there is no folder {dest}")),
            Err(_) => {
                let name = at.file_name().map(OsString::from);
                let parent = at.parent().filter(|parent| parent.is_dir());
                let parent = parent.ok_or_else(|| format!("there is no folder for {dest}"))?;
                place(parent, name)
            }
        }
    }

    /// The parts of an entry's path below the root; none for the root itself.
    ///
    /// # Errors
    /// It leads out of the archive.
    pub(super) fn parts(&self, entry: &Path) -> Result<Vec<OsString>, String> {
        let mut parts: Vec<OsString> = Vec::new();
        for component in entry.components() {
            match component {
                Component::Normal(part) => parts.push(part.to_owned()),
                Component::CurDir => {}
                Component::RootDir | Component::ParentDir | Component::Prefix(_) => {
                    return Err(format!("{} leads out of the archive", entry.display()));
                }
            }
        }
        match &self.name {
            Some(name) if self.is_content || parts.is_empty() => parts.insert(0, name.clone()),
            Some(name) => parts[0].clone_from(name),
            None => {}
        }
        Ok(parts)
    }
}

fn is_device(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.file_type().is_char_device() || found.file_type().is_block_device())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(is_folder: bool) -> PathStat {
        let mode = if is_folder { 1_u32 << 31 } else { 0o644 };
        serde_json::from_value(serde_json::json!({ "name": "src", "mode": mode })).unwrap()
    }

    #[test]
    fn a_place_is_found_as_docker_finds_it() {
        let base = tempfile::tempdir().unwrap();
        let base = base.path().canonicalize().unwrap();
        std::fs::create_dir(base.join("folder")).unwrap();
        std::fs::write(base.join("file"), "").unwrap();
        std::os::unix::fs::symlink("folder", base.join("link")).unwrap();
        std::os::unix::fs::symlink("/dev/null", base.join("null")).unwrap();
        let found = |dest: &str, is_folder: bool, path: &str, entry: &str| {
            let place = Place::find(&base, dest, &stat(is_folder), path)?;
            let parts = place.parts(Path::new(entry))?;
            let at = place.root.join(parts.iter().collect::<PathBuf>());
            Ok::<_, String>(at.strip_prefix(&base).unwrap().display().to_string())
        };
        for (dest, is_folder, path, entry, want) in [
            ("folder", false, "/src", "src", Ok("folder/src")),
            ("folder/", true, "/src", "src/a", Ok("folder/src/a")),
            ("link", true, "/src/", "src/a", Ok("folder/src/a")),
            ("folder", true, "/src/.", "./a", Ok("folder/a")),
            ("file", false, "/src", "src", Ok("file")),
            ("file", true, "/src", "src", Err("file is a file, and /src a folder")),
            ("file/", false, "/src", "src", Err("there is no folder file/")),
            ("new", false, "/src", "src", Ok("new")),
            ("/dev/null", false, "/src", "src", Err("/dev/null is a device, and no folder or file")),
            ("null", false, "/src", "src", Err("null is a device, and no folder or file")),
            ("null", true, "/src", "src", Err("null is a device, and no folder or file")),
            ("new", true, "/src", "src/a", Ok("new/a")),
            ("new", true, "/src/.", "./a", Ok("new/a")),
            ("new/", true, "/src", "src/a", Ok("new/a")),
            ("new/", false, "/src", "src", Err("there is no folder new/")),
            ("no/new", false, "/src", "src", Err("there is no folder for no/new")),
            ("folder", true, "/src", "src/../../a", Err("src/../../a leads out of the archive")),
            ("folder", true, "/src", "/etc/a", Err("/etc/a leads out of the archive")),
        ] {
            let want = want.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(found(dest, is_folder, path, entry), want, "{dest} {path} {entry}");
        }
    }
}
