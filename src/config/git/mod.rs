//! Whether git keeps a file, or would with the next `git add`. Read from git's own files: no program is started, which a
//! stranger's repository could name in its configuration.
//!
//! Approximated: `core.excludesFile` is not read but for git's own place for it, nor what stands in a split index, nor
//! other systems than git. A file is then taken for one that git does not ignore.

mod ignore;
mod index;

use crate::host::{Host, open_regular};
use ignore::Patterns;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest index that is read: of a million files.
const LARGEST_INDEX: u64 = 128 << 20;

/// The largest file of patterns.
const LARGEST_PATTERNS: u64 = 256 << 10;

/// How git knows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is in the index, and so in the commits to come.
    Tracked,
    /// It lies in a work tree, and nothing keeps it out.
    NotIgnored,
}

/// A work tree, and where git keeps what it knows of it.
struct WorkTree {
    root: PathBuf,
    git: PathBuf,
    /// What all work trees of the repository have in common.
    common: PathBuf,
}

/// How git knows the file; none where it does not, and will not.
pub(super) fn kept(file: &Path, host: &Host) -> Option<Kept> {
    let file = file.canonicalize().ok()?;
    let tree = WorkTree::of(&file)?;
    let inside = file.strip_prefix(&tree.root).ok()?.to_str()?;
    if tree.tracks(inside) {
        Some(Kept::Tracked)
    } else {
        (!tree.ignores(inside, host)).then_some(Kept::NotIgnored)
    }
}

impl WorkTree {
    /// The nearest work tree that the file lies in.
    fn of(file: &Path) -> Option<Self> {
        let root = file.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        let git = root.join(".git");
        // Of a linked work tree, and of a submodule, `.git` is a file that names the folder.
        let git = match text(&git, LARGEST_PATTERNS) {
            Some(link) => root.join(link.strip_prefix("gitdir:")?.trim()),
            None => git,
        };
        let common = text(&git.join("commondir"), LARGEST_PATTERNS).map(|common| git.join(common.trim()));
        Some(Self { root: root.to_owned(), common: common.unwrap_or_else(|| git.clone()), git })
    }

    fn tracks(&self, inside: &str) -> bool {
        let index = bytes(&self.git.join("index"), LARGEST_INDEX);
        index.is_some_and(|index| index::holds(&index, inside.as_bytes()))
    }

    /// Whether patterns keep the file out, or a folder that it lies in: what lies in such a folder is not looked at.
    fn ignores(&self, inside: &str, host: &Host) -> bool {
        let ends = inside.match_indices('/').map(|(at, _)| (&inside[..at], true));
        let mut parts = ends.chain([(inside, false)]);
        parts.any(|(part, is_folder)| self.fits(part, is_folder, host))
    }

    /// Whether the last pattern that fits keeps the path out. The nearer a file of patterns is, the later it counts.
    fn fits(&self, path: &str, is_folder: bool, host: &Host) -> bool {
        let own = host.var_said("XDG_CONFIG_HOME").map(PathBuf::from);
        let own = own.or_else(|| host.home().map(|home| home.join(".config")));
        let of_user = own.map(|folder| (folder.join("git/ignore"), ""));
        let of_repository = (self.common.join("info/exclude"), "");
        let folders = std::iter::once("").chain(path.match_indices('/').map(|(at, _)| &path[..at]));
        let of_folders = folders.map(|folder| (self.root.join(folder).join(".gitignore"), folder));
        let mut is_out = false;
        for (file, folder) in of_user.into_iter().chain([of_repository]).chain(of_folders) {
            let Some(text) = text(&file, LARGEST_PATTERNS) else { continue };
            let below = path[folder.len()..].trim_start_matches('/');
            is_out = Patterns::parse(&text).verdict(below, is_folder).unwrap_or(is_out);
        }
        is_out
    }
}

fn text(path: &Path, largest: u64) -> Option<String> {
    bytes(path, largest).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A regular file of a size that it may have.
fn bytes(path: &Path, largest: u64) -> Option<Vec<u8>> {
    let file = open_regular(path).ok()?;
    let mut bytes = Vec::new();
    let read = file.take(largest + 1).read_to_end(&mut bytes).ok()?;
    (read as u64 <= largest).then_some(bytes)
}
