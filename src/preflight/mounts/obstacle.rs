//! What is in the way of a folder that is to be made: a link that leads nowhere, a place where the caller may make nothing,
//! or where nobody does.

use crate::host::Root;
use rustix::fs::{Access, PROC_SUPER_MAGIC, access, statfs};
use rustix::io::Errno;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What the kernel calls the file system of `/sys`.
const SYSFS_MAGIC: i64 = 0x6265_6572;

/// What is in the way, and what mends it, where that is plain.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    pub(super) why: String,
    pub(super) help: Option<String>,
}

/// The nearest part of a path that is there, a link that leads nowhere included.
pub(super) fn nearest_there<'a>(path: &'a Path, root: &Root) -> Option<&'a Path> {
    path.ancestors().find(|part| root.path(part).symlink_metadata().is_ok())
}

/// What is wrong with a link, or with the last of those that it leads to; none where it leads somewhere, or is none.
pub(super) fn dead_link(link: &Path, root: &Root) -> Option<Obstacle> {
    let leads = fs::read_link(root.path(link)).ok()?;
    let error = root.path(link).metadata().err()?;
    match Errno::from_io_error(&error)? {
        Errno::LOOP => {
            let why = format!("{} is a link to {}, in a loop of links", link.display(), leads.display());
            Some(Obstacle { why, help: None })
        }
        Errno::NOENT => {
            let place = link.parent().unwrap_or(link).join(&leads);
            if let Some(further) = nearest_there(&place, root).and_then(|there| dead_link(there, root)) {
                return Some(further);
            }
            let why = format!("{} is a link to {}, which is not there", link.display(), leads.display());
            Some(Obstacle { why, help: Some(format!("make what it leads to: mkdir -p {}", quoted(&place))) })
        }
        _ => None,
    }
}

/// What is in the way of a folder to be made at a path; none where the caller can make it, as far as is seen.
pub(super) fn of_folder(path: &Path, root: &Root) -> Option<Obstacle> {
    let there = nearest_there(path, root)?;
    if let Some(obstacle) = dead_link(there, root) {
        return Some(obstacle);
    }
    let place = root.path(there);
    let found = place.metadata().ok().filter(Metadata::is_dir)?;
    if is_kernels(&place) {
        let why = format!("{} is the kernel's, and nobody makes anything in it", there.display());
        return Some(Obstacle { why, help: None });
    }
    match access(&place, Access::WRITE_OK | Access::EXEC_OK).err()? {
        Errno::ROFS => {
            let why = format!("{} is on a file system that is read-only", there.display());
            Some(Obstacle { why, help: None })
        }
        Errno::ACCESS | Errno::PERM => Some(not_callers(path, there, &found)),
        _ => None,
    }
}

fn not_callers(path: &Path, there: &Path, found: &Metadata) -> Obstacle {
    let (owner, group, mode) = (found.uid(), found.gid(), found.mode() & 0o7777);
    let why = format!(
        "you may make nothing in {}, which is of {owner}:{group} with the mode {mode:04o}",
        there.display()
    );
    Obstacle { why, help: Some(format!("have it made by whoever may: mkdir -p {}", quoted(path))) }
}

/// Whether the kernel alone decides what is in the folder.
fn is_kernels(place: &PathBuf) -> bool {
    let kind = statfs(place).map(|found| found.f_type);
    kind.is_ok_and(|kind| kind == PROC_SUPER_MAGIC || kind == SYSFS_MAGIC)
}

/// A path as a shell reads it.
pub(super) fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    shlex::try_quote(&path).unwrap_or(path.as_ref().into()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_is_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::at(folder.path());
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("work")).unwrap();
        symlink("nowhere", at("work/dead")).unwrap();
        symlink("work/dead/z", at("chain")).unwrap();
        symlink("other", at("work/one")).unwrap();
        symlink("one", at("work/other")).unwrap();
        let of = |path: &str| of_folder(Path::new(path), &root).map(|found| (found.why, found.help));
        let dead = "/work/dead is a link to nowhere, which is not there".to_owned();
        let help = "make what it leads to: mkdir -p /work/nowhere".to_owned();
        for path in ["/work/dead/x/y", "/chain/x"] {
            assert_eq!(of(path), Some((dead.clone(), Some(help.clone()))), "{path}");
        }
        let way = "/work/one is a link to other, in a loop of links".to_owned();
        assert_eq!(of("/work/one/x"), Some((way, None)));
        assert_eq!(of("/work/new/x"), None);
        let real = |path: &str| of_folder(Path::new(path), &Root::default());
        for place in ["/proc", "/sys"] {
            let why = format!("{place} is the kernel's, and nobody makes anything in it");
            assert_eq!(real(&format!("{place}/nowhere/x")), Some(Obstacle { why, help: None }));
        }
    }
}
