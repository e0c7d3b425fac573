//! Which configuration files there are, and their text. A file that somebody else could have written is not
//! read as the project's.

use super::document::MAX_FILE;
use crate::finding::{Code, FileKind, Finding, Findings, Source, SourceFile};
use crate::host::{Host, open};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of a project's file.
const PROJECT_FILE: &str = "dynrun.toml";

/// Every default, as it stands in `profiles/`.
const BUILT_IN: &[(&str, &str)] = &[
    ("defaults.toml", include_str!("../../profiles/defaults.toml")),
    ("dev.toml", include_str!("../../profiles/dev.toml")),
    ("ci.toml", include_str!("../../profiles/ci.toml")),
    ("prod.toml", include_str!("../../profiles/prod.toml")),
    ("bare.toml", include_str!("../../profiles/bare.toml")),
    ("state-gateway.toml", include_str!("../../profiles/state-gateway.toml")),
    ("run-sh.toml", include_str!("../../profiles/run-sh.toml")),
    ("inference.toml", include_str!("../../profiles/inference.toml")),
    ("frontend.toml", include_str!("../../profiles/frontend.toml")),
    ("gateway.toml", include_str!("../../profiles/gateway.toml")),
    ("elrar.toml", include_str!("../../profiles/elrar.toml")),
    ("nats.toml", include_str!("../../profiles/nats.toml")),
    ("etcd.toml", include_str!("../../profiles/etcd.toml")),
    ("mysql.toml", include_str!("../../profiles/mysql.toml")),
    ("kuscia.toml", include_str!("../../profiles/kuscia.toml")),
    ("nebula.toml", include_str!("../../profiles/nebula.toml")),
    ("model-compose.toml", include_str!("../../profiles/model-compose.toml")),
    ("stacks.toml", include_str!("../../profiles/stacks.toml")),
];

/// The files that are built in, in their order.
#[must_use]
pub(super) fn built_in() -> Vec<Source> {
    let source = |(name, text): &(&str, &str)| {
        let path = Path::new("profiles").join(name);
        let name = path.to_string_lossy().into_owned();
        Arc::new(SourceFile { kind: FileKind::BuiltIn, path, name, text: (*text).to_owned() })
    };
    BUILT_IN.iter().map(source).collect()
}

/// Of the files that are built in, the one that describes no service and no profile.
pub(super) fn plain_defaults() -> Vec<Source> {
    built_in().into_iter().filter(|source| source.path.ends_with("defaults.toml")).collect()
}

/// The names under a key of the files that are built in: `service`, `profile`.
pub(super) fn built_in_names(key: &str) -> Vec<String> {
    let tables = BUILT_IN.iter().filter_map(|(_, text)| text.parse::<toml::Table>().ok());
    let mut names: Vec<String> = tables
        .filter_map(|table| table.get(key)?.as_table().cloned())
        .flat_map(|names| names.into_iter().map(|(name, _)| name))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The files of this machine, user, project and call, lowest first, with what is to be said of them.
#[must_use]
pub(super) fn found(host: &Host, given: &[PathBuf]) -> (Vec<Source>, Findings) {
    let (mut sources, mut findings) = (Vec::new(), Findings::new());
    let mut keep = |read: Result<Option<Source>, Finding>| match read {
        Ok(source) => sources.extend(source),
        Err(finding) => findings.push(finding),
    };
    keep(read_if_there(host, Path::new("/etc/dynrun/config.toml"), FileKind::System));
    if let Some(folder) = user_folder(host) {
        keep(read_if_there(host, &folder.join("dynrun/config.toml"), FileKind::User));
    }
    keep(project(host));
    for path in given {
        let path = host.folder().join(path);
        keep(read_if_there(host, &path, FileKind::Given).and_then(|source| {
            source.map(Some).ok_or_else(|| {
                let message = format!("{} does not exist", path.display());
                Finding::error(Code::ConfigUnreadable, message)
                    .asked(format!("--config {}", path.display()), &flag())
            })
        }));
    }
    (sources, findings)
}

fn flag() -> crate::finding::Origin {
    crate::finding::Origin::Flag("--config".to_owned())
}

/// `$XDG_CONFIG_HOME`, else `~/.config`.
fn user_folder(host: &Host) -> Option<PathBuf> {
    let said = host.var_said("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    said.or_else(|| host.home().map(|home| home.join(".config")))
}

/// The root of the repository that the caller stands in, else the working directory.
#[must_use]
pub fn workspace(host: &Host) -> PathBuf {
    let cwd = host.folder();
    let root = cwd.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(cwd).to_owned()
}

/// The nearest project file upwards. The search ends at the repository's root, at `$HOME`, and where another
/// file system begins.
fn project(host: &Host) -> Result<Option<Source>, Finding> {
    let Some(cwd) = host.cwd.as_deref() else { return Ok(None) };
    let device = fs::metadata(cwd).map(|meta| meta.dev()).ok();
    for folder in cwd.ancestors() {
        if fs::metadata(folder).map(|meta| meta.dev()).ok() != device {
            return Ok(None);
        }
        let path = folder.join(PROJECT_FILE);
        if let Some(finding) = led_nowhere(&path).or_else(|| led_out(&path, folder, host)) {
            return Err(finding);
        }
        if let Some(source) = read_if_there(host, &path, FileKind::Project)? {
            return Ok(Some(source));
        }
        if folder.join(".git").exists() || Some(folder) == host.home() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// What is said of a project's file that is a link to nothing: somebody meant a file there.
fn led_nowhere(path: &Path) -> Option<Finding> {
    let target = path.read_link().ok()?;
    let is_missing = path.metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound);
    let message =
        format!("{} is not read: it is a link to {}, which there is not", path.display(), target.display());
    is_missing.then(|| {
        Finding::warning(Code::ConfigIgnored, message)
            .help(format!("mend the link, or: rm {}", path.display()))
    })
}

/// What is said of a project's file that is a link to somewhere else: whatever it leads to is not the project's, is not
/// opened, and nothing of it is shown.
fn led_out(path: &Path, folder: &Path, host: &Host) -> Option<Finding> {
    let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let real = path.canonicalize().ok().filter(|_| is_link)?;
    let roots = [folder.canonicalize().ok()?, workspace(host).canonicalize().ok()?];
    if roots.iter().any(|root| real.starts_with(root)) {
        return None;
    }
    let message =
        format!("{} is not read: it leads out of its folder, to {}", path.display(), real.display());
    let help = format!("if that is your own file, name it: --config {}", real.display());
    Some(Finding::warning(Code::ConfigIgnored, message).help(help))
}

fn read_if_there(host: &Host, path: &Path, kind: FileKind) -> Result<Option<Source>, Finding> {
    let unreadable = |why: String| {
        let message = format!("{} cannot be read: {why}", path.display());
        Finding::error(Code::ConfigUnreadable, message)
    };
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if kind != FileKind::Given && error.kind() == ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if kind == FileKind::Project
        && let Some(why) = somebody_elses(&file, host)
    {
        let message = format!("{} is not read: {why}", path.display());
        let help = format!("chown {} {1}; chmod go-w {1}", host.uid, path.display());
        return Err(Finding::warning(Code::ConfigIgnored, message).help(help));
    }
    let text = text_of(&file).map_err(unreadable)?;
    let name = shown(path, host);
    Ok(Some(Arc::new(SourceFile { kind, path: path.to_owned(), name, text })))
}

/// Why a file is not the caller's own word: a stranger owns it, or others may write to it.
pub(super) fn somebody_elses(file: &File, host: &Host) -> Option<String> {
    let meta = file.metadata().ok()?;
    if meta.uid() != host.uid && meta.uid() != 0 {
        return Some(format!("it belongs to user {}", meta.uid()));
    }
    (meta.mode() & 0o022 != 0).then(|| format!("others may write to it (mode {:03o})", meta.mode() & 0o777))
}

fn text_of(file: &File) -> Result<String, String> {
    let meta = file.metadata().map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE.0 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_FILE.0 {
        return Err("it is larger than 1 MiB".to_owned());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16, and has to be UTF-8".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
        format!("line {} is not valid UTF-8", line + 1)
    })
}

/// The path as it is printed: relative where the file lies below the working directory.
fn shown(path: &Path, host: &Host) -> String {
    let relative = host.cwd.as_deref().and_then(|cwd| path.strip_prefix(cwd).ok());
    relative.unwrap_or(path).to_string_lossy().into_owned()
}
