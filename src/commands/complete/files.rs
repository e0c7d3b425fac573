//! The files below a path that is only begun, where they stand beside other candidates or in the middle of a word.

use crate::host::Host;
use std::fs;
use std::path::PathBuf;

/// The paths that begin with what is typed, folders with a slash behind them. A hidden one is named where its dot is
/// typed. `~/` is the caller's home.
pub(super) fn below(host: &Host, typed: &str, folders_only: bool) -> Vec<(String, String)> {
    let (front, begun) = typed.split_at(typed.rfind('/').map_or(0, |at| at + 1));
    let folder: PathBuf = match (front.strip_prefix("~/"), host.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        (Some(_), None) | (None, _) => host.folder().join(front),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let is_wanted = name.starts_with(begun) && (begun.starts_with('.') || !name.starts_with('.'));
        let is_folder = is_wanted && entry.path().is_dir();
        let slash = if is_folder { "/" } else { "" };
        (is_wanted && (is_folder || !folders_only)).then(|| (format!("{front}{name}{slash}"), String::new()))
    });
    paths.collect()
}
