//! The context of a build: a folder, without what `.dockerignore` leaves out, as a tar that is made while it is sent.

use super::ignore::Ignore;
use crate::host::read_text;
use crate::spec::Build;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// The name of a Dockerfile that lies outside of the context, in the context.
const FOREIGN: &str = ".dockerfile.dynrun";
/// The file that says what stays out.
const IGNORE: &str = ".dockerignore";

/// A context that is ready to be sent.
#[derive(Debug)]
pub(super) struct Context {
    folder: PathBuf,
    /// The Dockerfile's name in the context.
    pub(super) dockerfile: String,
    /// Its text.
    pub(super) text: String,
    is_foreign: bool,
    ignore: Ignore,
    /// The text of the file that says what stays out.
    ignore_text: String,
}

/// What cannot be sent, and why.
#[derive(Debug)]
pub(super) struct Unsent {
    pub(super) path: PathBuf,
    pub(super) problem: String,
}

/// What is wrong with it, in words.
struct Problem(String);

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<String> for Problem {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl Unsent {
    fn new(path: &Path, problem: impl Into<Problem>) -> Self {
        Self { path: path.to_owned(), problem: problem.into().0 }
    }
}

impl Context {
    /// Looks at the folder, and reads its Dockerfile and what stays out.
    pub(super) fn of(build: &Build) -> Result<Self, Unsent> {
        let said = build.context.as_ref().map(|context| context.value.as_path());
        let said = said.unwrap_or(Path::new("."));
        let folder = said.canonicalize().map_err(|error| Unsent::new(said, error))?;
        if !folder.is_dir() {
            return Err(Unsent::new(said, "it is not a folder".to_owned()));
        }
        let file = match &build.dockerfile {
            Some(file) => folder.join(&file.value),
            None => default_dockerfile(&folder),
        };
        let real = file.canonicalize().map_err(|error| Unsent::new(&file, error))?;
        let text = read_text(&real).map_err(|error| Unsent::new(&file, error))?;
        let inside = real.strip_prefix(&folder).ok().and_then(Path::to_str);
        let dockerfile = inside.unwrap_or(FOREIGN).to_owned();
        let (ignore, ignore_text) = ignored(&folder, &real)?;
        let mut context =
            Self { folder, is_foreign: inside.is_none(), dockerfile, text, ignore, ignore_text };
        context.ignore.keep(&context.dockerfile);
        context.ignore.keep(IGNORE);
        Ok(context)
    }

    /// Writes the tar. Its memory does not grow with the folder.
    pub(super) fn write(&self, out: impl Write) -> Result<(), Unsent> {
        let mut tar = Builder::new(out);
        self.folder_into(&mut tar, "")?;
        let whole = |error| Unsent::new(&self.folder, error);
        if self.is_foreign {
            text_into(&mut tar, FOREIGN, &self.text).map_err(whole)?;
            // The engine takes it away again before the first step.
            let ignore = format!("{}\n{IGNORE}\n{FOREIGN}\n", self.ignore_text);
            text_into(&mut tar, IGNORE, &ignore).map_err(whole)?;
        }
        tar.into_inner().and_then(|mut out| out.flush()).map_err(whole)
    }

    /// What lies in a folder of the context, in the order of its names.
    fn folder_into(&self, tar: &mut Builder<impl Write>, inside: &str) -> Result<(), Unsent> {
        let folder = self.folder.join(inside);
        let unread = |error| Unsent::new(&folder, error);
        let entries = std::fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(unread)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            let name = match inside {
                "" => name.to_string_lossy().into_owned(),
                inside => format!("{inside}/{}", name.to_string_lossy()),
            };
            let found = path.symlink_metadata().map_err(|error| Unsent::new(&path, error))?;
            let is_out = self.ignore.leaves_out(&name) || (self.is_foreign && name == IGNORE);
            if !is_out {
                let inside = path.strip_prefix(&self.folder).unwrap_or(&path);
                entry_into(tar, inside, &path, &found).map_err(|error| Unsent::new(&path, error))?;
            }
            if found.is_dir() && (!is_out || self.ignore.may_take_from(&name)) {
                self.folder_into(tar, &name)?;
            }
        }
        Ok(())
    }
}

/// `Dockerfile`, or `dockerfile` where there is that one alone.
fn default_dockerfile(folder: &Path) -> PathBuf {
    let names = ["Dockerfile", "dockerfile"].map(|name| folder.join(name));
    let found = names.iter().find(|file| file.exists()).cloned();
    let [first, _] = names;
    found.unwrap_or(first)
}

/// What stays out: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` in the context.
fn ignored(folder: &Path, dockerfile: &Path) -> Result<(Ignore, String), Unsent> {
    let mut own = dockerfile.as_os_str().to_owned();
    own.push(IGNORE);
    for file in [PathBuf::from(own), folder.join(IGNORE)] {
        match read_text(&file) {
            Ok(text) => {
                let ignore = Ignore::parse(&text);
                let ignore = ignore
                    .map_err(|(line, problem)| Unsent::new(&file, format!("line {line}: {problem}")))?;
                return Ok((ignore, text));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Unsent::new(&file, error)),
        }
    }
    Ok((Ignore::default(), String::new()))
}

/// One entry, as docker's client writes it: owned by the superuser. A socket is passed over.
fn entry_into(tar: &mut Builder<impl Write>, name: &Path, path: &Path, found: &Metadata) -> io::Result<()> {
    let kind = found.file_type();
    if kind.is_socket() {
        return Ok(());
    }
    let mut header = header(found.mode(), found.mtime());
    if kind.is_symlink() {
        header.set_entry_type(EntryType::Symlink);
        return tar.append_link(&mut header, name, path.read_link()?);
    }
    if kind.is_file() {
        header.set_size(found.len());
        let file = Exactly { file: crate::host::open_regular(path)?, left: found.len() };
        return tar.append_data(&mut header, name, file);
    }
    if kind.is_dir() {
        let mut name = name.as_os_str().to_owned();
        name.push("/");
        header.set_entry_type(EntryType::Directory);
        return tar.append_data(&mut header, PathBuf::from(name), io::empty());
    }
    header.set_entry_type(match kind {
        kind if kind.is_fifo() => EntryType::Fifo,
        kind if kind.is_block_device() => EntryType::Block,
        _ => EntryType::Char,
    });
    if !kind.is_fifo() {
        header.set_device_major(u32::try_from(nix::sys::stat::major(found.rdev())).unwrap_or_default())?;
        header.set_device_minor(u32::try_from(nix::sys::stat::minor(found.rdev())).unwrap_or_default())?;
    }
    tar.append_data(&mut header, name, io::empty())
}

fn text_into(tar: &mut Builder<impl Write>, name: &str, text: &str) -> io::Result<()> {
    let mut header = header(0o600, 0);
    header.set_size(text.len() as u64);
    tar.append_data(&mut header, OsStr::from_bytes(name.as_bytes()), text.as_bytes())
}

fn header(mode: u32, mtime: i64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(0);
    header.set_mode(mode & 0o7777);
    header.set_mtime(u64::try_from(mtime).unwrap_or_default());
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// As many bytes of a file as its header says: one that grows is cut, and one that shrinks fails.
struct Exactly {
    file: File,
    left: u64,
}

impl Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Origin;
    use crate::spec::Setting;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;

    fn build(folder: &Path, dockerfile: Option<&str>) -> Build {
        let origin = || Origin::Flag("-".to_owned());
        Build {
            context: Some(Setting { value: folder.to_owned(), origin: origin() }),
            dockerfile: dockerfile.map(|file| Setting { value: file.into(), origin: origin() }),
            ..Build::default()
        }
    }

    /// The entries: name, kind, mode, and the text or where it leads.
    fn sent(context: &Context) -> Vec<String> {
        let mut bytes = Vec::new();
        context.write(&mut bytes).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            let (mode, kind) = (header.mode().unwrap(), header.entry_type());
            let name = entry.path().unwrap().display().to_string();
            let link = entry.link_name().unwrap().map(|link| link.display().to_string());
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let kind = if kind == EntryType::Fifo { "fifo".to_owned() } else { format!("{mode:o}") };
            format!("{name} {kind} {}", link.unwrap_or(text)).trim_end().to_owned()
        });
        entries.collect()
    }

    #[test]
    fn a_folder_is_sent_as_docker_sends_it() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let long = "n".repeat(120);
        std::fs::create_dir(at("sub")).unwrap();
        for (name, text) in [
            ("Dockerfile", "FROM x"),
            ("sub/a", "A"),
            ("sub/b.o", "B"),
            (&long, "L"),
            (IGNORE, "*.o\n**/*.o\nDockerfile\n"),
        ] {
            std::fs::write(at(name), text).unwrap();
            std::fs::set_permissions(at(name), Permissions::from_mode(0o640)).unwrap();
        }
        std::fs::set_permissions(at("sub"), Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("../nowhere", at("sub/link")).unwrap();
        let _socket = UnixListener::bind(at("sub/socket")).unwrap();
        nix::unistd::mkfifo(&at("sub/pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let context = Context::of(&build(root.path(), None)).unwrap();
        let long = format!("{long} 640 L");
        let want = [
            ".dockerignore 640 *.o\n**/*.o\nDockerfile",
            "Dockerfile 640 FROM x",
            &long,
            "sub/ 755",
            "sub/a 640 A",
            "sub/link 777 ../nowhere",
            "sub/pipe fifo",
        ];
        assert_eq!(sent(&context), want);
    }

    #[test]
    fn a_dockerfile_from_elsewhere_comes_along_and_brings_its_own_rules() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("context");
        std::fs::create_dir(&folder).unwrap();
        let write = |name: &str, text: &str| std::fs::write(root.path().join(name), text).unwrap();
        write("context/a", "A");
        write("context/b", "B");
        write("context/.dockerignore", "a");
        write("Other", "FROM y");
        write("Other.dockerignore", "b");
        let context = Context::of(&build(&folder, Some("../Other"))).unwrap();
        assert_eq!((context.dockerfile.as_str(), context.text.as_str()), (FOREIGN, "FROM y"));
        let names: Vec<String> = sent(&context);
        let want = [
            "a 644 A",
            ".dockerfile.dynrun 600 FROM y",
            ".dockerignore 600 b\n.dockerignore\n.dockerfile.dynrun",
        ];
        assert_eq!(names, want);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let root = tempfile::tempdir().unwrap();
        let unsent = |build: &Build| {
            let Unsent { path, problem } = Context::of(build).unwrap_err();
            format!("{}: {problem}", path.strip_prefix(root.path()).unwrap().display())
        };
        assert_eq!(
            unsent(&build(&root.path().join("no"), None)),
            "no: No such file or directory (os error 2)"
        );
        std::fs::write(root.path().join("file"), "").unwrap();
        assert_eq!(unsent(&build(&root.path().join("file"), None)), "file: it is not a folder");
        let none = "Dockerfile: No such file or directory (os error 2)";
        assert_eq!(unsent(&build(root.path(), None)), none);
        std::fs::write(root.path().join("dockerfile"), "FROM x").unwrap();
        std::fs::write(root.path().join(IGNORE), "a\n[").unwrap();
        assert_eq!(unsent(&build(root.path(), None)), ".dockerignore: line 2: `[` is no pattern");
    }

    #[test]
    fn a_file_that_changes_is_cut_or_refused() {
        let read = |left| {
            let file = tempfile::tempfile().unwrap();
            (&file).write_all(b"abc").unwrap();
            io::Seek::rewind(&mut &file).unwrap();
            let mut text = String::new();
            Exactly { file, left }.read_to_string(&mut text).map(|_| text).map_err(|error| error.to_string())
        };
        assert_eq!(read(2), Ok("ab".to_owned()));
        assert_eq!(read(4), Err("it became shorter while it was read".to_owned()));
    }
}
