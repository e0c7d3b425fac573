//! A path in the container that something is mounted over, checked by the engine's rules.

use super::{ValueError, clean};
use std::path::Path;

/// Checks the path, which is a part of a longer word; `whole` makes that word with the path put right.
pub(super) fn check(path: &str, whole: impl FnOnce(&str) -> String) -> Result<(), ValueError> {
    if path.is_empty() {
        return Err(ValueError::new("the path in the container is missing"));
    }
    if !path.starts_with('/') {
        let error = ValueError::new("the path in the container is not absolute");
        let right = format!("/{}", path.trim_start_matches("./"));
        // An option, an image and an address are no paths that lack a slash.
        let is_path = !path.contains(['=', '@', ':']) && !path.starts_with("..");
        return Err(if is_path { error.suggest(whole(&right)) } else { error });
    }
    // The engine takes a backslash for a slash here.
    if key(&path.replace('\\', "/")) == "/" {
        return Err(ValueError::new("the root of the container cannot be mounted over"));
    }
    Ok(())
}

/// What two paths of the same place have in common: the path without its detours.
pub(super) fn key(path: &str) -> String {
    clean(Path::new(path)).to_string_lossy().into_owned()
}
