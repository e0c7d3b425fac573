//! Folders that are to be made in a certain way: may the caller give them to their owner; and what is there already, and
//! stays as it is.

use crate::engine::ungivable;
use crate::finding::{Code, Finding, Findings};
use crate::host::{Accounts, Root};
use crate::spec::{LaunchSpec, MadeFolder};
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;

/// Checks every folder of which more is said than that it is made.
pub(super) fn check(spec: &LaunchSpec, root: &Root) -> Findings {
    let accounts = Accounts::read(root);
    let folders = spec.made_folders.iter().filter(|folder| !folder.how.is_plain());
    folders
        .filter_map(|folder| match root.path(&folder.path).metadata() {
            Ok(found) => as_found(folder, &found, &accounts),
            Err(error) if error.kind() == ErrorKind::NotFound => ungivable(folder, &accounts),
            Err(_) => None,
        })
        .collect()
}

/// A folder that is there, and is not as it was to be made. What is there is somebody's: nothing of it is changed.
fn as_found(folder: &MadeFolder, found: &Metadata, accounts: &Accounts) -> Option<Finding> {
    let MadeFolder { path, how, words, origin } = folder;
    let (uid, gid, mode) = (found.uid(), found.gid(), found.mode() & 0o7777);
    let other_mode = how.mode.filter(|wanted| wanted.bits() != mode);
    let other_owner = how.owner.as_ref().filter(|owner| {
        let is_groups = |group: &String| accounts.group(group) == Some(gid);
        accounts.user(&owner.user) != Some(uid) || !owner.group.as_ref().is_none_or(is_groups)
    });
    if !found.is_dir() || (other_mode.is_none() && other_owner.is_none()) {
        return None;
    }
    let path = path.to_string_lossy();
    let line = |command: &str, word: String| shlex::try_join([command, &word, &path]).ok();
    let message = format!(
        "{path} is there already, of {uid}:{gid} with the mode {mode:04o}, and is mounted as it is: only what is missing is made"
    );
    Some(
        Finding::warning(Code::MountAsFound, message)
            .asked(words, origin)
            .helped(other_mode.and_then(|mode| line("chmod", mode.to_string())))
            .helped(other_owner.and_then(|owner| line("chown", owner.to_string()))),
    )
}
