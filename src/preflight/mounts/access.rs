//! Whether the container's user may use what is mounted, by its owner and mode; and whose the files will be that it
//! writes. What lies above the source does not matter: the engine mounts it, and the container starts below it.

use super::bind::Bind;
use crate::finding::{Code, Finding, Findings, Level};
use crate::host::Root;
use crate::spec::LaunchSpec;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Who launches, and from where.
pub(super) struct Caller<'a> {
    pub(super) uid: u32,
    pub(super) root: &'a Root,
}

/// Whom the command runs as, in the host's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    uid: u32,
    /// Its groups; none where only a file of the image tells the first one.
    groups: Option<Vec<u32>>,
}

/// What a file's mode lets somebody do.
const READ: u32 = 0o4;
const WRITE: u32 = 0o2;
const ENTER: u32 = 0o1;

/// Checks every source against the command's user. A name says nothing: its number stands in a file of the image.
pub(super) fn check(
    binds: &[Bind<'_>],
    spec: &LaunchSpec,
    user: Option<&str>,
    caller: &Caller<'_>,
) -> Findings {
    let further: Vec<&str> = spec.options.group_add.values().map(|group| group.0.as_str()).collect();
    let Some(identity) = user.and_then(|user| identity(user, &further)) else { return Findings::new() };
    let found = |bind: &Bind<'_>| caller.root.path(bind.path).metadata().ok();
    let used = binds.iter().filter_map(|bind| Some((bind, found(bind)?)));
    // Sockets, pipes and devices have rules of their own.
    let used = used.filter(|(_, found)| found.is_dir() || found.is_file());
    if identity.uid == 0 {
        let owned = used.filter(|(bind, found)| !bind.is_read_only && is_callers_own(found, caller.uid));
        return root_owned(&owned.map(|(bind, _)| bind).collect::<Vec<_>>()).into_iter().collect();
    }
    let used = used.filter(|(bind, _)| !has_access_list(&caller.root.path(bind.path)));
    used.filter_map(|(bind, found)| refused(bind, &found, &identity)).collect()
}

/// Reads a user as the engine does: `1000`, `1000:1000`, root's number and name.
fn identity(user: &str, further: &[&str]) -> Option<Identity> {
    let (user, group) = user.split_once(':').map_or((user, None), |(user, group)| (user, Some(group)));
    let uid = match user {
        "" | "root" => 0,
        number => number.parse().ok()?,
    };
    let first = group.filter(|group| !group.is_empty()).and_then(|group| group.parse::<u32>().ok());
    let further: Option<Vec<u32>> = further.iter().map(|group| group.parse().ok()).collect();
    let groups = first.zip(further).map(|(first, further)| [vec![first], further].concat());
    Some(Identity { uid, groups })
}

/// Whether the file lets somebody do this. Groups that are not known may be the file's.
fn allows(found: &Metadata, identity: &Identity, wanted: u32) -> bool {
    allows_by(found.mode(), (found.uid(), found.gid()), identity, wanted)
}

fn allows_by(mode: u32, (owner, group): (u32, u32), identity: &Identity, wanted: u32) -> bool {
    let (of_owner, of_group, of_others) = (mode >> 6, mode >> 3, mode);
    let bits = match &identity.groups {
        _ if owner == identity.uid => of_owner,
        Some(groups) if groups.contains(&group) => of_group,
        Some(_) => of_others,
        None => of_group | of_others,
    };
    bits & wanted == wanted
}

/// Whether more than the mode decides: an access list, which may let in whom the mode keeps out.
fn has_access_list(path: &Path) -> bool {
    let mut list = [0; 1024];
    match rustix::fs::getxattr(path, "system.posix_acl_access", &mut list) {
        Ok(_) => true,
        Err(error) => error == rustix::io::Errno::RANGE,
    }
}

/// What the command's user cannot do with the source.
fn refused(bind: &Bind<'_>, found: &Metadata, identity: &Identity) -> Option<Finding> {
    let enter = if found.is_dir() { ENTER } else { 0 };
    let verb = if !allows(found, identity, READ | enter) {
        "read"
    } else if !bind.is_read_only && !allows(found, identity, WRITE | enter) {
        "write to"
    } else {
        return None;
    };
    let (path, uid) = (bind.path.display(), identity.uid);
    let (owner, group, mode) = (found.uid(), found.gid(), found.mode() & 0o7777);
    let message = format!(
        "the container's user {uid} may not {verb} {path}, which is of {owner}:{group} with the mode {mode:04o}"
    );
    let finding = bind.finding(Level::Warning, Code::MountAccess, message);
    let as_owner = (owner != 0).then(|| format!("run the command as its owner: --user {owner}:{group}"));
    // The first of several ways begins no sentence with "or".
    let or = if as_owner.is_some() { "or " } else { "" };
    let rights = match verb {
        "read" if bind.secret.is_some() => format!("{or}give the secret to that user: chown {uid} {path}"),
        "read" => format!("let others read it: chmod -R o+rX {path}"),
        _ => "mount it read-only, if the command only reads: `:ro`, or `readonly` in --mount".to_owned(),
    };
    Some(finding.helped(as_owner).help(rights))
}

/// Whether the caller works in the folder, and is not the superuser, who can mend anything.
fn is_callers_own(found: &Metadata, caller: u32) -> bool {
    caller != 0 && found.is_dir() && found.uid() == caller
}

/// S23: what a command that is root writes into the caller's folders.
fn root_owned(owned: &[&Bind<'_>]) -> Option<Finding> {
    let paths: Vec<String> = owned.iter().map(|bind| bind.path.display().to_string()).collect();
    let message =
        format!("the command runs as root: what it writes into {} will be root's", paths.join(", "));
    let first = owned.first()?.finding(Level::Note, Code::MountRootOwned, message);
    Some(
        first
            .help("run it as yourself: --user $(id -u):$(id -g)")
            .help("or mount it read-only, if the command only reads: `:ro`, or `readonly` in --mount"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(uid: u32, groups: &[u32]) -> Identity {
        Identity { uid, groups: Some(groups.to_vec()) }
    }

    #[test]
    fn a_user_is_read_as_the_engine_reads_it() {
        let unknown = |uid| Identity { uid, groups: None };
        for (user, further, want) in [
            ("", &[][..], Some(unknown(0))),
            ("root", &[], Some(unknown(0))),
            ("0:5", &[], Some(known(0, &[5]))),
            ("1000", &[], Some(unknown(1000))),
            ("1000:", &[], Some(unknown(1000))),
            ("1000:7", &["0", "8"], Some(known(1000, &[7, 0, 8]))),
            ("1000:7", &["video"], Some(unknown(1000))),
            ("1000:video", &[], Some(unknown(1000))),
            ("dynamo", &[], None),
        ] {
            assert_eq!(identity(user, further), want, "{user} {further:?}");
        }
    }

    #[test]
    fn owner_group_and_others_are_told_apart() {
        let me = known(1000, &[7]);
        for (mode, owner, want) in [
            (0o700, (1000, 0), true),
            (0o700, (0, 7), false),
            (0o070, (0, 7), true),
            (0o070, (1000, 7), false),
            (0o007, (0, 0), true),
            (0o007, (0, 7), false),
            (0o755, (0, 0), false),
        ] {
            assert_eq!(allows_by(mode, owner, &me, READ | WRITE | ENTER), want, "{mode:o} {owner:?}");
        }
        let stranger = Identity { uid: 1000, groups: None };
        assert!(allows_by(0o070, (0, 5), &stranger, READ), "its group may be that one");
        assert!(!allows_by(0o700, (0, 5), &stranger, READ));
    }

    /// Only a caller who is not root is told: root takes anything back.
    #[test]
    fn files_of_root_are_foreseen_in_the_callers_folders() {
        let folder = tempfile::tempdir().unwrap();
        let found = folder.path().metadata().unwrap();
        assert_eq!(is_callers_own(&found, found.uid()), found.uid() != 0);
        assert!(!is_callers_own(&found, 4_000_000));
        let origin = crate::finding::Origin::Flag("-v".to_owned());
        let bind = Bind {
            option: "volume",
            word: "/work:/w".to_owned(),
            origin: &origin,
            path: Path::new("/work"),
            target: "/w",
            is_read_only: false,
            label: None,
            is_made: false,
            secret: None,
        };
        let finding = root_owned(&[&bind]).unwrap();
        assert_eq!(
            (finding.level, finding.message.as_str()),
            (Level::Note, "the command runs as root: what it writes into /work will be root's")
        );
        assert_eq!(root_owned(&[]), None);
    }
}
