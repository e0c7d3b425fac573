//! `--secret`: a secret by reference becomes a variable of the container, or a file that the container only reads. And
//! files that hold secrets and that others may read.

use super::variables::FromFile;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::Host;
use crate::options::{Layer, Setting};
use crate::values::{
    BindMount, EnvVar, Mount, MountSource, Secret, SecretNames, SecretReference, SecretSource, Value as _,
};
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Which secrets have to be here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// All of them: the launch is done.
    #[default]
    Needed,
    /// None: the launch is looked at, perhaps on a machine that must not have them.
    Assumed,
}

/// A file that holds a secret and that others may read, or write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// The file.
    pub path: PathBuf,
    /// Its mode.
    pub mode: u32,
    /// As it was asked for.
    pub words: String,
}

/// Where secrets are looked for.
pub(super) struct Place<'a> {
    pub host: &'a Host,
    /// Which of them have to be there.
    pub presence: Presence,
    /// Whether files of this machine are those that the engine mounts.
    pub is_here: bool,
}

/// The variables of the container that hold secrets by reference.
pub(super) fn variables(options: &Layer) -> impl Iterator<Item = String> + '_ {
    options.secret.values().filter_map(SecretReference::variable)
}

/// Puts each secret where it goes. What others may read is given back.
pub(super) fn settle(
    options: &mut Layer,
    place: &Place<'_>,
    findings: &mut Findings,
) -> Vec<Setting<OpenFile>> {
    let mut open = Vec::new();
    for Setting { value: secret, origin } in &options.secret.clone() {
        let problem = match &secret.source {
            SecretSource::Variable(name) => match value(name, place) {
                Ok(value) => {
                    options.env.push(EnvVar { name: secret.place(), value: Some(value) }, origin.clone());
                    None
                }
                Err(problem) => Some((problem, format!("export {name}=..."))),
            },
            SecretSource::File(path) => {
                options.mount.push(mount(path, secret.place()), origin.clone());
                match looked_at(path, options, place) {
                    Ok(mode) => {
                        let file = mode.map(|mode| OpenFile {
                            path: path.clone(),
                            mode,
                            words: asked(secret, origin),
                        });
                        open.extend(file.map(|value| Setting { value, origin: origin.clone() }));
                        None
                    }
                    Err(problem) => {
                        Some((problem, "name the file that holds the secret, and nothing else".to_owned()))
                    }
                }
            }
        };
        findings.extend(problem.map(|(problem, help)| {
            let message = format!("the secret {} is missing: {problem}", secret.id);
            Finding::error(Code::SecretMissing, message).asked(asked(secret, origin), origin).help(help)
        }));
    }
    open
}

/// The value of a variable; nothing stands for one that is not asked for here.
fn value(name: &str, place: &Place<'_>) -> Result<Secret, String> {
    match place.host.var(name) {
        Some(value) if !value.is_empty() => Ok(Secret::new(value)),
        _ if place.presence == Presence::Assumed => Ok(Secret::new("")),
        Some(_) => Err(format!("{name} is empty here")),
        None if place.host.is_garbled(name) => Err(format!("{name} is not valid UTF-8")),
        None => Err(format!("{name} is not set here")),
    }
}

fn mount(path: &Path, target: String) -> Mount {
    let bind = BindMount { path: path.to_owned(), ..BindMount::default() };
    Mount { source: MountSource::Bind(bind), target, read_only: true, consistency: None }
}

/// The mode of a secret's file, where others may read it. Of a file elsewhere nothing can be said.
fn looked_at(path: &Path, options: &Layer, place: &Place<'_>) -> Result<Option<u32>, String> {
    if !place.is_here && place.presence == Presence::Needed {
        return Ok(None);
    }
    let shown = path.display();
    match path.metadata() {
        Ok(found) if found.is_dir() => Err(format!("{shown} is a folder")),
        Ok(found) if !found.is_file() => Err(format!("{shown} is {}", kind(&found))),
        Ok(found) if found.len() == 0 => Err(format!("{shown} is empty")),
        Ok(found) => Ok(open_mode(&found, options, place.host)),
        Err(_) if place.presence == Presence::Assumed => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("{shown} does not exist")),
        Err(error) => Err(format!("{shown} cannot be looked at: {error}")),
    }
}

fn kind(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    match (kind.is_fifo(), kind.is_socket()) {
        (true, _) => "a pipe",
        (_, true) => "a socket",
        (false, false) => "a device",
    }
}

/// The mode, where somebody else than owner, caller and container may read the file or write to it.
fn open_mode(found: &Metadata, options: &Layer, host: &Host) -> Option<u32> {
    let mode = found.mode() & 0o7777;
    let group = found.gid();
    // Root's own group, the caller's, and those that the container was given to read it by.
    let is_ours = group == 0 || group == host.gid || groups(options).any(|ours| ours == group);
    let is_open = mode & 0o006 != 0 || (mode & 0o060 != 0 && !is_ours);
    is_open.then_some(mode)
}

/// The groups of the container's user, as far as they are said as numbers.
fn groups(options: &Layer) -> impl Iterator<Item = u32> + '_ {
    let user = options.user.get().map(crate::values::Value::word);
    let of_user = user.and_then(|user| user.split_once(':')?.1.parse().ok());
    of_user.into_iter().chain(options.group_add.values().filter_map(|group| group.0.parse().ok()))
}

/// The environment files that hold a secret and that others may read.
pub(super) fn open_env_files(
    files: &[FromFile],
    options: &Layer,
    secrets: &SecretNames,
    host: &Host,
) -> Vec<Setting<OpenFile>> {
    let open = files.iter().filter(|file| file.holds_secret(secrets)).filter_map(|from| {
        let path = &from.file.value.0;
        // A pipe of the caller's own was read, and is gone.
        let found = path.metadata().ok().filter(Metadata::is_file)?;
        let mode = open_mode(&found, options, host)?;
        let file = OpenFile { path: path.clone(), mode, words: from.words() };
        Some(Setting { value: file, origin: from.file.origin.clone() })
    });
    open.collect()
}

/// The reference as it was said. It holds no secret.
fn asked(secret: &SecretReference, origin: &Origin) -> String {
    match origin {
        Origin::Flag(spelling) => format!("{spelling} {}", secret.word()),
        Origin::Variable(name) => format!("{name}={}", secret.word()),
        Origin::File(_) | Origin::Rule(_) => format!("secret.{}", secret.id),
    }
}
