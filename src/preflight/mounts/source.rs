//! The source of a mount: is it there, and is it of the kind that its place wants.

use super::bind::Bind;
use super::obstacle::{self, dead_link, nearest_there, quoted};
use crate::finding::{Code, Finding, Findings, Level, nearest};
use crate::host::Root;
use crate::spec::LaunchSpec;
use crate::values::Value as _;
use rustix::io::Errno;
use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

/// Devices that any container has, so that a mount of the host's gives nothing that it may not use.
const COMMON: [&str; 7] =
    ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/fuse"];

/// What engines call their sockets: those have a finding of their own.
const ENGINES: [&str; 4] = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];

/// How many names of a folder are looked at for one that was meant.
const MOST_NAMES: usize = 4096;

/// Checks one source. What may not be looked at says nothing: the engine may see it.
pub(super) fn check(bind: &Bind<'_>, spec: &LaunchSpec, root: &Root) -> Findings {
    let error = match root.path(bind.path).metadata() {
        Ok(found) => return kind(bind, spec, found.file_type(), root).into_iter().collect(),
        Err(error) => error,
    };
    let is_absent = [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind())
        || Errno::from_io_error(&error) == Some(Errno::LOOP);
    match bind.is_made && error.kind() != ErrorKind::NotADirectory && !is_link(bind.path, root) {
        true => unmakeable(bind, spec, root).into_iter().collect(),
        false if is_absent => vec![missing(bind, root)],
        false => Findings::new(),
    }
}

/// A source that is to be made where it is missing, and cannot be. Of the models' folder, a launch tells that itself.
fn unmakeable(bind: &Bind<'_>, spec: &LaunchSpec, root: &Root) -> Option<Finding> {
    let folder = spec.made_folders.iter().find(|folder| folder.path == bind.path)?;
    let obstacle = obstacle::of_folder(bind.path, root)?;
    let message = format!("{} is missing and cannot be made: {}", bind.path.display(), obstacle.why);
    // The word of the mount itself has lost its `create` by now.
    let finding = Finding::error(Code::MountSourceMissing, message).asked(&folder.words, &folder.origin);
    Some(finding.helped(obstacle.help))
}

fn is_link(path: &Path, root: &Root) -> bool {
    root.path(path).symlink_metadata().is_ok_and(|found| found.is_symlink())
}

/// A source that is not there, with what is there in its stead.
fn missing(bind: &Bind<'_>, root: &Root) -> Finding {
    let Bind { path, target, .. } = bind;
    let message = format!("{} is not there, and was to be mounted at {target}", path.display());
    let finding = bind.finding(Level::Error, Code::MountSourceMissing, message);
    let Some(there) = nearest_there(path, root) else { return finding };
    if let Some(obstacle) = dead_link(there, root) {
        let help = obstacle.help.filter(|_| !is_called_like_a_file(bind));
        return finding.noted(obstacle.why).helped(help);
    }
    if root.path(there).metadata().is_ok_and(|found| !found.is_dir()) {
        return finding.noted(format!("{} is no folder", there.display()));
    }
    let finding = match path.parent() == Some(there) {
        true => finding,
        false => finding.noted(format!("the nearest folder that is there is {}", there.display())),
    };
    let meant = meant(path, there, root);
    let finding = meant
        .into_iter()
        .fold(finding, |finding, name| finding.help(format!("did you mean {}?", there.join(name).display())));
    made(finding, bind)
}

/// The name in the folder that is nearest to the path's own.
fn meant(path: &Path, there: &Path, root: &Root) -> Option<String> {
    let wanted = path.strip_prefix(there).ok()?.components().next()?.as_os_str().to_str()?.to_owned();
    let entries = fs::read_dir(root.path(there)).ok()?.take(MOST_NAMES);
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    nearest(&wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

/// How it is made. Of what is called like a file, the engine would make a folder.
fn made(finding: Finding, bind: &Bind<'_>) -> Finding {
    if is_called_like_a_file(bind) {
        return finding
            .help("make the file first: an engine that is asked for it makes a folder of that name");
    }
    let create = match bind.option {
        "mount" => format!("--mount {},create", bind.word),
        _ if bind.word.matches(':').count() > 1 => format!("-v {},create", bind.word),
        _ => format!("-v {}:create", bind.word),
    };
    finding
        .help(format!("make it: mkdir -p {}", quoted(bind.path)))
        .help(format!("or have it made as you: {create}"))
}

/// Whether the names on both sides are a file's: `nginx.conf`.
fn is_called_like_a_file(bind: &Bind<'_>) -> bool {
    let extension = |path: &Path| path.extension().is_some_and(|end| end != "d" && end != "git");
    !bind.target.ends_with('/') && extension(bind.path) && extension(Path::new(bind.target))
}

/// A source of another kind than its place.
fn kind(bind: &Bind<'_>, spec: &LaunchSpec, kind: FileType, root: &Root) -> Option<Finding> {
    let (path, target) = (bind.path.display(), bind.target);
    if kind.is_dir() {
        return folder_for_file(bind, root);
    }
    if target.ends_with('/') {
        let message = format!("{path} is {}, and {target} is a folder", name(kind));
        let place = target.trim_end_matches('/');
        let file = bind.path.file_name().unwrap_or_default().to_string_lossy();
        return Some(
            bind.finding(Level::Error, Code::MountSourceKind, message)
                .help(format!("name the file in the container, too: {place}/{file}")),
        );
    }
    if bind.is_made {
        let message = format!("{path} is {}, and a folder was to be made there", name(kind));
        return Some(bind.finding(Level::Error, Code::MountSourceKind, message).help("leave `create` out"));
    }
    special(bind, spec, kind)
}

/// K22: an empty folder where a file is called for is what an engine made of a file that was missing.
fn folder_for_file(bind: &Bind<'_>, root: &Root) -> Option<Finding> {
    let is_empty = || fs::read_dir(root.path(bind.path)).is_ok_and(|mut entries| entries.next().is_none());
    if !is_called_like_a_file(bind) || !is_empty() {
        return None;
    }
    let path = bind.path.display();
    let message = format!("{path} is an empty folder, and {} is called like a file", bind.target);
    Some(
        bind.finding(Level::Warning, Code::MountSourceKind, message)
            .noted("an engine makes such a folder where a file is missing")
            .help(format!("if it is none of yours: rmdir {path}, and make the file")),
    )
}

/// A device, a pipe or a socket.
fn special(bind: &Bind<'_>, spec: &LaunchSpec, kind: FileType) -> Option<Finding> {
    let (path, target, options) = (bind.path, bind.target, &spec.options);
    let message = format!("{} is {}", path.display(), name(kind));
    if kind.is_block_device() || kind.is_char_device() {
        let is_allowed = options.privileged.is_on()
            || options.device_cgroup_rule.iter().next().is_some()
            || options.device.values().any(|device| device.word().split(':').next() == path.to_str())
            || COMMON.iter().any(|common| path == Path::new(common));
        let finding = bind.finding(
            Level::Warning,
            Code::MountSourceKind,
            format!("{message}: the container sees it, and may not open it"),
        );
        return (!is_allowed)
            .then(|| finding.help(format!("hand it over: --device {}:{target}", path.display())));
    }
    let is_engines = path.file_name().is_some_and(|name| ENGINES.iter().any(|engine| name == *engine));
    ((kind.is_fifo() || kind.is_socket()) && !is_engines).then(|| {
        let what = match kind.is_fifo() {
            true => "whoever opens it waits for the other end",
            false => "the container can speak to whoever listens there now, and not to who does later",
        };
        bind.finding(Level::Note, Code::MountSourceKind, format!("{message}: {what}"))
    })
}

/// What a file is, in words.
fn name(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "a folder",
        kind if kind.is_block_device() => "a disk or another block device",
        kind if kind.is_char_device() => "a device",
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a file",
    }
}
