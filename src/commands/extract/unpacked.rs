//! An archive into files. Nothing is written outside of the root: no part of a path is a link, and a link is only made.

use super::place::Place;
use nix::fcntl::AT_FDCWD;
use nix::sys::stat::{Mode, UtimensatFlags, utimensat};
use nix::sys::time::TimeSpec;
use nix::unistd::mkfifo;
use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use tar::{Archive, Entry, EntryType};

/// The bits of a mode.
const MODE: u32 = 0o7777;

/// Writes what is in the archive, as the caller's own, with modes and times; what cannot be written is told.
///
/// # Errors
/// The archive is none, leads out of the root, or cannot be written, in words.
pub(super) fn unpacked(from: impl Read, place: &Place) -> Result<Vec<String>, String> {
    let mut archive = Archive::new(from);
    let (mut left_out, mut folders) = (Vec::new(), Vec::new());
    for entry in archive.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let path = entry.path().map_err(|error| broken(&error))?.into_owned();
        let parts = place.parts(&path)?;
        let Some((name, above)) = parts.split_last() else { continue };
        let failed = |error: io::Error| format!("{} cannot be written: {error}", path.display());
        let at = folder(&place.root, above).map_err(failed)?.join(name);
        match entry.header().entry_type() {
            EntryType::Directory => {
                make_folder(&at).map_err(failed)?;
                folders.push((at, mode(&entry), time(&entry)));
            }
            EntryType::Symlink => {
                let target =
                    entry.link_name().map_err(|error| broken(&error))?.unwrap_or_default().into_owned();
                let made = cleared(&at).and_then(|()| symlink(target, &at));
                made.and_then(|()| made_at(&at, time(&entry))).map_err(failed)?;
            }
            EntryType::Link => {
                let target =
                    entry.link_name().map_err(|error| broken(&error))?.unwrap_or_default().into_owned();
                let target = linked(place, &target)?;
                cleared(&at).and_then(|()| fs::hard_link(target, &at)).map_err(failed)?;
            }
            EntryType::Fifo => {
                let made = cleared(&at).and_then(|()| Ok(mkfifo(&at, Mode::S_IRUSR | Mode::S_IWUSR)?));
                let mode = Permissions::from_mode(mode(&entry));
                let given = made.and_then(|()| fs::set_permissions(&at, mode));
                given.and_then(|()| made_at(&at, time(&entry))).map_err(failed)?;
            }
            EntryType::Char | EntryType::Block => left_out.push(format!("the device {}", path.display())),
            _ => write(&mut entry, &at).map_err(failed)?,
        }
    }
    // A folder that is only read is filled first, and what is made in one changes its time.
    for (at, mode, time) in folders.into_iter().rev() {
        let given = made_at(&at, time).and_then(|()| fs::set_permissions(&at, Permissions::from_mode(mode)));
        given.map_err(|error| format!("{} cannot be given its mode: {error}", at.display()))?;
    }
    Ok(left_out)
}

fn broken(error: &io::Error) -> String {
    format!("the archive cannot be read: {error}")
}

fn mode<R: Read>(entry: &Entry<'_, R>) -> u32 {
    entry.header().mode().unwrap_or(0o644) & MODE
}

fn time<R: Read>(entry: &Entry<'_, R>) -> TimeSpec {
    TimeSpec::new(entry.header().mtime().ok().and_then(|time| time.try_into().ok()).unwrap_or_default(), 0)
}

/// Gives it the time that it has in the archive, a link its own.
fn made_at(at: &Path, time: TimeSpec) -> io::Result<()> {
    Ok(utimensat(AT_FDCWD, at, &time, &time, UtimensatFlags::NoFollowSymlink)?)
}

/// The folder of these parts below the root. Those that are missing are made, and none is a link.
fn folder(root: &Path, parts: &[OsString]) -> io::Result<PathBuf> {
    let mut at = root.to_owned();
    for part in parts {
        at.push(part);
        make_folder(&at)?;
    }
    Ok(at)
}

/// Sees to it that a folder is there, and that it is one.
fn make_folder(at: &Path) -> io::Result<()> {
    match fs::create_dir(at) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match at.symlink_metadata()?.is_dir() {
            true => Ok(()),
            false => Err(io::Error::new(ErrorKind::NotADirectory, "something that is no folder is there")),
        },
        made => made,
    }
}

/// Sees to it that nothing is there; a folder stays.
fn cleared(at: &Path) -> io::Result<()> {
    match at.symlink_metadata() {
        Ok(there) if there.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "a folder is there")),
        Ok(_) => fs::remove_file(at),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A file of the archive that another one is to be the same as.
fn linked(place: &Place, target: &Path) -> Result<PathBuf, String> {
    let parts = place.parts(target)?;
    let mut at = place.root.clone();
    for (index, part) in parts.iter().enumerate() {
        at.push(part);
        let there = at.symlink_metadata().map_err(|error| format!("{}: {error}", target.display()))?;
        let is_last = index + 1 == parts.len();
        if there.is_symlink() && !is_last || is_last && there.is_dir() {
            return Err(format!("{} is no file of the archive", target.display()));
        }
    }
    Ok(at)
}

fn write<R: Read>(entry: &mut Entry<'_, R>, at: &Path) -> io::Result<()> {
    cleared(at)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(at)?;
    let written = io::copy(entry, &mut file)?;
    if written != entry.header().size().unwrap_or(written)
        && entry.header().entry_type() == EntryType::Regular
    {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, "the archive ends in the middle of it"));
    }
    file.set_permissions(Permissions::from_mode(mode(entry)))?;
    made_at(at, time(entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::PathStat;
    use std::os::unix::fs::MetadataExt as _;
    use tar::{Builder, Header};

    /// An archive of entries: type, path, target or content.
    fn archive(entries: &[(EntryType, &str, &str)]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (kind, path, text) in entries {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(if *kind == EntryType::Directory { 0o500 } else { 0o4640 });
            header.set_mtime(1_000_000_000);
            // A path that leads out is written past the checks of whoever writes archives.
            let name = &mut header.as_old_mut().name;
            name[..path.len()].copy_from_slice(path.as_bytes());
            let content = if *kind == EntryType::Regular { text.as_bytes() } else { b"" };
            if *kind != EntryType::Regular && !text.is_empty() {
                header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
            }
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn place(base: &Path) -> Place {
        let stat: PathStat =
            serde_json::from_value(serde_json::json!({ "name": "src", "mode": 1_u32 << 31 })).unwrap();
        Place::find(base, "root", &stat, "/src").unwrap()
    }

    fn base() -> tempfile::TempDir {
        let base = tempfile::tempdir().unwrap();
        fs::create_dir(base.path().join("root")).unwrap();
        fs::write(base.path().join("outside"), "untouched").unwrap();
        base
    }

    #[test]
    fn files_have_their_content_mode_and_time() {
        use EntryType::{Char, Directory, Fifo, Link, Regular, Symlink};
        let base = base();
        let bytes = archive(&[
            (Directory, "src/", ""),
            (Regular, "src/a", "one"),
            (Link, "src/b", "src/a"),
            (Symlink, "src/c", "../../../etc/passwd"),
            (Fifo, "src/f", ""),
            (Char, "src/null", ""),
            (Regular, "src/deep/er/d", "two"),
        ]);
        let left_out = unpacked(&bytes[..], &place(base.path())).unwrap();
        assert_eq!(left_out, ["the device src/null"]);
        let src = base.path().join("root/src");
        let of = |name: &str| src.join(name).symlink_metadata().unwrap();
        assert_eq!(fs::read_to_string(src.join("a")).unwrap(), "one");
        assert_eq!((of("a").mode() & MODE, of("a").mtime()), (0o4640, 1_000_000_000));
        assert_eq!(of("a").ino(), of("b").ino());
        assert_eq!(fs::read_link(src.join("c")).unwrap(), Path::new("../../../etc/passwd"));
        let folder = src.symlink_metadata().unwrap();
        assert_eq!((folder.mode() & MODE, folder.mtime()), (0o500, 1_000_000_000));
        assert_eq!(fs::read_to_string(src.join("deep/er/d")).unwrap(), "two");
        fs::set_permissions(&src, Permissions::from_mode(0o700)).unwrap();
        // Once more: files are replaced, folders are filled.
        assert!(unpacked(&bytes[..], &place(base.path())).is_ok());
        fs::set_permissions(&src, Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn nothing_is_written_outside() {
        use EntryType::{Directory, Link, Regular, Symlink};
        for (entries, why) in [
            (vec![(Regular, "../outside", "x")], "leads out of the archive"),
            (vec![(Regular, "/tmp/outside", "x")], "leads out of the archive"),
            (vec![(Regular, "src/../../outside", "x")], "leads out of the archive"),
            (vec![(Symlink, "src", ".."), (Regular, "src/outside", "x")], "no folder is there"),
            (vec![(Symlink, "src/up", "../.."), (Regular, "src/up/outside", "x")], "no folder is there"),
            (vec![(Symlink, "src/up", "../.."), (Directory, "src/up/", "")], "no folder is there"),
            (vec![(Link, "src/l", "../outside")], "leads out of the archive"),
            (
                vec![(Symlink, "src/up", "../.."), (Link, "src/l", "src/up/outside")],
                "is no file of the archive",
            ),
            (vec![(Directory, "src/d", ""), (Regular, "src/d", "x")], "a folder is there"),
        ] {
            let base = base();
            let error = unpacked(&archive(&entries)[..], &place(base.path())).unwrap_err();
            assert!(error.contains(why), "{entries:?}: {error}");
            assert_eq!(fs::read_to_string(base.path().join("outside")).unwrap(), "untouched", "{entries:?}");
        }
        // A link to a file outside is replaced, and not written through.
        let base = base();
        let entries = [(Symlink, "src/l", "../../outside"), (Regular, "src/l", "x")];
        unpacked(&archive(&entries)[..], &place(base.path())).unwrap();
        assert_eq!(fs::read_to_string(base.path().join("outside")).unwrap(), "untouched");
        assert_eq!(fs::read_to_string(base.path().join("root/src/l")).unwrap(), "x");
    }

    #[test]
    fn an_archive_that_ends_in_the_middle_is_told() {
        let base = base();
        let bytes = archive(&[(EntryType::Regular, "src/a", &"x".repeat(4000))]);
        for length in [100, 512 + 700] {
            assert!(unpacked(&bytes[..length], &place(base.path())).is_err(), "{length}");
        }
    }
}
