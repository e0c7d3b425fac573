//! A folder of the host that is mounted and not there yet. The engine would make it as root; it is made as the
//! caller, and taken away again where the launch fails.

use super::{Address, Engine};
use crate::finding::{Code, Finding};
use crate::host::{Accounts, Root};
use crate::spec::{HfCache, LaunchSpec, MadeFolder, asked};
use crate::values::{FileMode, FileOwner, MountSource, Value as _, VolumeSource};
use nix::fcntl::OFlag;
use serde::Deserialize;
use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::timeout;

/// How long the engine may take to tell who uses a folder.
const USERS: Duration = Duration::from_secs(2);

/// Makes the models' folder, and those that are asked for, where they are missing. The folders that were made come
/// first in `made`, outermost first. Another machine's folders are not the caller's to make.
pub(super) fn ensure(engine: &Engine, spec: &LaunchSpec, made: &mut Vec<PathBuf>) -> Result<(), Finding> {
    let Address::Unix(_) = engine.endpoint().address else { return Ok(()) };
    // Before any is made: the one that may not be given away is perhaps the last of them.
    let owners = owners(&spec.made_folders)?;
    for (folder, owner) in spec.made_folders.iter().zip(owners) {
        make_as(&folder.path, folder.how.mode, owner, made).map_err(|error| not_made(folder, &error))?;
    }
    spec.hf_cache.as_ref().map_or(Ok(()), |cache| ensure_cache(cache, made))
}

fn ensure_cache(cache: &HfCache, made: &mut Vec<PathBuf>) -> Result<(), Finding> {
    make_as(&cache.folder, None, None, made)
        .map_err(|error| failed(cache, &format!("is missing and cannot be made: {error}")))?;
    // What may not be looked at may still be a folder for the engine.
    let is_other = cache.folder.metadata().is_ok_and(|found| !found.is_dir());
    if is_other { Err(failed(cache, "is no folder")) } else { Ok(()) }
}

/// The folders of the host that are mounted and missing, which the engine makes: on this machine they come to `made`, so
/// that a launch that fails takes them away again.
pub(super) fn foresee(engine: &Engine, spec: &LaunchSpec, made: &mut Vec<PathBuf>) {
    let Address::Unix(_) = engine.endpoint().address else { return };
    for volume in spec.options.volume.values() {
        if let VolumeSource::Path(folder) = &volume.source {
            made.extend(missing(folder).into_iter().map(Path::to_owned));
        }
    }
}

/// A folder and those around it that are not there, outermost first.
fn missing(folder: &Path) -> Vec<&Path> {
    let mut missing: Vec<&Path> =
        folder.ancestors().take_while(|part| part.symlink_metadata().is_err()).collect();
    missing.reverse();
    missing
}

/// Whose a folder becomes: the user's number, and the group's where one is said.
type Owner = (u32, Option<u32>);

/// The numbers of the owners, in their folders' order; none where none is said, or where the folder is there.
fn owners(folders: &[MadeFolder]) -> Result<Vec<Option<Owner>>, Finding> {
    let accounts = Accounts::read(&Root::default());
    let owner = |folder: &MadeFolder| match &folder.how.owner {
        Some(owner) if !missing(&folder.path).is_empty() => given(folder, owner, &accounts).map(Some),
        Some(_) | None => Ok(None),
    };
    folders.iter().map(owner).collect()
}

/// Why a folder that is to be made cannot be given to its owner; none where nothing is in the way of that.
#[must_use]
pub fn ungivable(folder: &MadeFolder, accounts: &Accounts) -> Option<Finding> {
    given(folder, folder.how.owner.as_ref()?, accounts).err()
}

/// The numbers of a folder's owner, whom the caller may give it to.
fn given(folder: &MadeFolder, owner: &FileOwner, accounts: &Accounts) -> Result<Owner, Finding> {
    let unknown = |what: &str, name: &str| {
        let message =
            format!("this machine knows no {what} {name}, whose {} was to be", folder.path.display());
        Finding::error(Code::MountOwner, message)
            .asked(&folder.words, &folder.origin)
            .noted("names are looked up in /etc/passwd and /etc/group alone")
            .help("say the number: owner=UID:GID")
    };
    let user = accounts.user(&owner.user).ok_or_else(|| unknown("user", &owner.user))?;
    let group = owner.group.as_ref().map(|name| accounts.group(name).ok_or_else(|| unknown("group", name)));
    let group = group.transpose()?;
    match accounts.may_give(user, group) {
        true => Ok((user, group)),
        false => Err(not_given(folder, owner)),
    }
}

fn not_given(folder: &MadeFolder, owner: &FileOwner) -> Finding {
    let MadeFolder { path, words, origin, .. } = folder;
    let message = format!("{} was to be made for {owner}, and you may not give it away", path.display());
    Finding::error(Code::MountOwner, message)
        .asked(words, origin)
        .noted(
            "files are given to others with root's rights (CAP_CHOWN) alone, and to a group by its members",
        )
        .help("leave `owner` out: it is made as you")
        .help(format!("or have root make it before: {}", folder.line()))
}

/// Makes a folder where it is missing, and those around it. Mode and owner are the folder's own: the others are made
/// as the caller makes any. One that is there, or that another launch makes meanwhile, stays as it is.
fn make_as(
    folder: &Path,
    mode: Option<FileMode>,
    owner: Option<Owner>,
    made: &mut Vec<PathBuf>,
) -> io::Result<()> {
    let missing = missing(folder);
    let Some((last, around)) = missing.split_last() else { return Ok(()) };
    for part in around {
        make(part, None, made)?;
    }
    if make(last, mode, made)? && (mode.is_some() || owner.is_some()) {
        dress(last, mode, owner)?;
    }
    Ok(())
}

/// Makes one folder, and says whether it was not there. One that gets a mode is nobody else's until it has it.
fn make(folder: &Path, mode: Option<FileMode>, made: &mut Vec<PathBuf>) -> io::Result<bool> {
    match DirBuilder::new().mode(if mode.is_some() { 0o700 } else { 0o777 }).create(folder) {
        Ok(()) => {
            made.push(folder.to_owned());
            Ok(true)
        }
        // Another launch was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives a folder that was just made its mode and its owner. It is held while that is done: what somebody puts in its
/// place meanwhile, a link above all, gets neither. The mode comes first, as it is the owner's to set.
fn dress(folder: &Path, mode: Option<FileMode>, owner: Option<Owner>) -> io::Result<()> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW;
    let folder = File::options().read(true).custom_flags(flags.bits()).open(folder)?;
    if let Some(mode) = mode {
        folder.set_permissions(Permissions::from_mode(mode.bits()))?;
    }
    owner.map_or(Ok(()), |(user, group)| fchown(&folder, Some(user), group))
}

/// A container, as far as it is mounted from the host.
#[derive(Deserialize)]
struct Mounted {
    #[serde(rename = "Mounts", default)]
    mounts: Option<Vec<Mount>>,
}

#[derive(Deserialize)]
struct Mount {
    #[serde(rename = "Source", default)]
    source: PathBuf,
}

/// Those of the folders that no container has as a mount, nor anything in them: another launch may have found one there.
/// Where the engine does not tell, nobody is known to.
pub(super) async fn unused(engine: &Engine, made: Vec<PathBuf>) -> Vec<PathBuf> {
    if made.is_empty() {
        return made;
    }
    let listed = timeout(USERS, engine.get::<Vec<Mounted>>("/containers/json?all=1")).await;
    let containers = listed.ok().and_then(Result::ok).unwrap_or_default();
    let sources: Vec<PathBuf> =
        containers.into_iter().filter_map(|one| one.mounts).flatten().map(|mount| mount.source).collect();
    made.into_iter().filter(|folder| !sources.iter().any(|source| source.starts_with(folder))).collect()
}

/// Takes the folders away that are still empty.
pub(super) fn undo(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        // What somebody has put something into since is no longer the launch's.
        let _ = std::fs::remove_dir(folder);
    }
}

/// What runc says where a file is mounted over a folder, or a folder over a file.
const KINDS: &str = "Are you trying to mount a directory onto a file";

/// The finding for a start that failed because the image has something of another kind at a mount's place; none for any
/// other. The engine's words hold source and target of the mount.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    if !message.contains(KINDS) {
        return None;
    }
    let is_it = |path: &str, target: &str| message.contains(path) && message.contains(target);
    let volume = spec.options.volume.iter().find_map(|setting| match &setting.value.source {
        VolumeSource::Path(path) if is_it(&path.to_string_lossy(), &setting.value.target) => {
            let words = asked("volume", &setting.value.word(), &setting.origin);
            Some((path, &setting.value.target, words, &setting.origin))
        }
        _ => None,
    });
    let mount = spec.options.mount.iter().find_map(|setting| match &setting.value.source {
        MountSource::Bind(bind) if is_it(&bind.path.to_string_lossy(), &setting.value.target) => {
            let words = asked("mount", &setting.value.word(), &setting.origin);
            Some((&bind.path, &setting.value.target, words, &setting.origin))
        }
        _ => None,
    });
    let finding = match volume.or(mount) {
        Some((path, target, words, origin)) => {
            let message = format!(
                "{} and what the image has at {target} are not both a file, and not both a folder",
                path.display()
            );
            Finding::error(Code::MountSourceKind, message).asked(words, origin)
        }
        None => Finding::error(
            Code::MountSourceKind,
            "a file is to be mounted over a folder, or a folder over a file",
        ),
    };
    let finding = finding.noted(format!("the engine says: {message}"));
    Some(finding.help("mount a file over a file, and a folder over a folder"))
}

fn not_made(folder: &MadeFolder, error: &io::Error) -> Finding {
    let MadeFolder { path, words, origin, .. } = folder;
    let message = format!("{} is missing and cannot be made: {error}", path.display());
    Finding::error(Code::MountSourceMissing, message)
        .asked(words, origin)
        .help("name a folder that you may write to, or have it made by who may")
}

fn failed(cache: &HfCache, problem: &str) -> Finding {
    let HfCache { folder, words, origin, .. } = cache;
    let folder = folder.display();
    Finding::error(Code::HfHome, format!("the models' folder {folder} {problem}"))
        .asked(words, origin)
        .help("name a folder that you may write to: --hf-home FOLDER, or HF_HOME=FOLDER in the environment")
        .help("or mount none: --hf-home none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::NewFolder;
    use std::os::unix::fs::MetadataExt as _;

    #[test]
    fn missing_folders_are_made_and_taken_away_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b/c");
        let mut made = Vec::new();
        make_as(&folder, None, None, &mut made).unwrap();
        assert_eq!(made.len(), 3);
        assert_eq!(folder.metadata().unwrap().uid(), root.path().metadata().unwrap().uid());
        make_as(&folder, None, None, &mut made).unwrap();
        assert_eq!(made.len(), 3, "what is there is not made");
        std::fs::write(root.path().join("a/kept"), "").unwrap();
        undo(&made);
        assert!(!root.path().join("a/b").exists() && root.path().join("a/kept").exists());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nonexistent/x", root.path().join("link")).unwrap();
        let mut made = Vec::new();
        assert!(make_as(&root.path().join("link/hf"), None, None, &mut made).is_err());
        assert_eq!(made, Vec::<PathBuf>::new());
    }

    /// What the caller's mask takes away is in a mode that is said, and the folders around are the caller's own.
    #[test]
    fn a_mode_is_that_of_the_folder_alone() {
        let root = tempfile::tempdir().unwrap();
        let mode = |path: &str| root.path().join(path).metadata().unwrap().mode() & 0o7777;
        std::fs::create_dir(root.path().join("plain")).unwrap();
        let mut made = Vec::new();
        for (path, word, want) in
            [("a/b", "0777", 0o777), ("c", "1770", 0o1770), ("plain", "0700", mode("plain"))]
        {
            make_as(&root.path().join(path), Some(read(word)), None, &mut made).unwrap();
            assert_eq!(mode(path), want, "{path}");
        }
        assert_eq!(mode("a"), mode("plain"));
        assert_eq!(made.len(), 3, "what is there is not made");
    }

    fn read(mode: &str) -> FileMode {
        let mount =
            crate::values::Mount::parse(&format!("type=bind,src=/a,dst=/b,create,mode={mode}")).unwrap();
        let MountSource::Bind(bind) = mount.source else { panic!("no bind") };
        bind.made.unwrap().mode.unwrap()
    }

    #[test]
    fn whom_the_caller_may_not_give_a_folder_is_refused_by_name() {
        let accounts = Accounts::default();
        let owned = |user: &str, group: Option<&str>| {
            let owner = FileOwner { user: user.to_owned(), group: group.map(str::to_owned) };
            let folder = MadeFolder {
                path: "/srv/x y".into(),
                how: NewFolder { mode: None, owner: Some(owner) },
                words: "words".to_owned(),
                origin: crate::finding::Origin::Flag("--mount".to_owned()),
            };
            ungivable(&folder, &accounts).map(|finding| (finding.message, finding.help))
        };
        assert_eq!(owned("0", None), None, "the caller is nobody but root here");
        let number = vec!["say the number: owner=UID:GID".to_owned()];
        for (user, group, what) in [
            ("nosuch", None, "user nosuch"),
            ("0", Some("nosuch"), "group nosuch"),
            ("a", Some("b"), "user a"),
        ] {
            let message = format!("this machine knows no {what}, whose /srv/x y was to be");
            assert_eq!(owned(user, group), Some((message, number.clone())));
        }
        let help = vec![
            "leave `owner` out: it is made as you".to_owned(),
            "or have root make it before: mkdir -p '/srv/x y' && chown 7:8 '/srv/x y'".to_owned(),
        ];
        let message = "/srv/x y was to be made for 7:8, and you may not give it away".to_owned();
        assert_eq!(owned("7", Some("8")), Some((message, help)));
    }
}
