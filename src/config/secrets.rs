//! `--secret`: a secret by reference becomes a variable of the container, or a file that the container only reads. And
//! files that hold secrets and that others may read.

use super::git::{self, Kept};
use super::terms::Committed;
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

/// What of the caller's secrets and of the variables that are forwarded has to be here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surroundings {
    /// All secrets: the launch is done.
    #[default]
    Needed,
    /// What is here counts, and nothing has to be.
    AsFound,
    /// No secret is looked for, so that the answer is the same on a machine that has none of it. Of a file that is here
    /// it is told who else may read it.
    Unseen,
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
    pub surroundings: Surroundings,
    /// Whether files of this machine are those that the engine mounts.
    pub is_here: bool,
    /// The variables of the project's `.env`, where it was asked for.
    pub dotenv: &'a [Setting<EnvVar>],
}

/// The variables that hold secrets by reference: the container's, and those of the caller's or of `.env` that they are
/// taken from.
pub(super) fn variables(options: &Layer) -> impl Iterator<Item = String> + '_ {
    options.secret.values().flat_map(|secret| {
        let source = match &secret.source {
            SecretSource::Variable(name) => Some(name.clone()),
            SecretSource::File(_) => None,
        };
        secret.variable().into_iter().chain(source)
    })
}

/// What came of the secrets, beside what the container gets.
#[derive(Debug, Default)]
pub(super) struct Handed {
    /// The files that others may read.
    pub open: Vec<Setting<OpenFile>>,
    /// The files that git keeps.
    pub committed: Vec<Setting<Committed>>,
    /// The variables that are taken to be there.
    pub assumed: Vec<Setting<String>>,
}

/// Puts each secret where it goes.
pub(super) fn settle(options: &mut Layer, place: &Place<'_>, findings: &mut Findings) -> Handed {
    let mut handed = Handed::default();
    for secret in &options.secret.clone() {
        let put = match &secret.value.source {
            SecretSource::Variable(name) => put_variable(name, secret, options, (place, &mut handed)),
            SecretSource::File(path) => put_file(path, secret, options, (place, &mut handed)),
        };
        findings.extend(put.err().map(|(problem, help)| {
            let Setting { value: secret, origin } = secret;
            let message = format!("the secret {} is missing: {problem}", secret.id);
            Finding::error(Code::SecretMissing, message).asked(asked(secret, origin), origin).help(help)
        }));
    }
    handed
}

/// What is wrong, and what to do.
type Problem = (String, String);

fn put_variable(
    name: &str,
    secret: &Setting<SecretReference>,
    options: &mut Layer,
    (place, handed): (&Place<'_>, &mut Handed),
) -> Result<(), Problem> {
    let target = secret.value.place();
    match value(name, place).map_err(|problem| (problem, format!("export {name}=...")))? {
        Some(value) => {
            options.env.push(EnvVar { name: target, value: Some(value) }, secret.origin.clone());
        }
        None => handed.assumed.push(Setting { value: target, origin: secret.origin.clone() }),
    }
    Ok(())
}

/// The value of a variable of the caller's, else of the project's `.env`; none where it is taken to be there.
fn value(name: &str, place: &Place<'_>) -> Result<Option<Secret>, String> {
    if place.surroundings == Surroundings::Unseen {
        return Ok(None);
    }
    let of_dotenv = || {
        let said = place.dotenv.iter().rfind(|setting| setting.value.name == name)?;
        said.value.value.clone().filter(|value| !value.expose().is_empty())
    };
    let of_caller = place.host.var(name);
    if let Some(value) = of_caller.filter(|value| !value.is_empty()) {
        return Ok(Some(Secret::new(value)));
    }
    if let Some(value) = of_dotenv() {
        return Ok(Some(value));
    }
    match of_caller {
        _ if place.surroundings == Surroundings::AsFound => Ok(None),
        Some(_) => Err(format!("{name} is empty here")),
        None if place.host.is_garbled(name) => Err(format!("{name} is not valid UTF-8")),
        None => Err(format!("{name} is not set here")),
    }
}

fn put_file(
    path: &Path,
    secret: &Setting<SecretReference>,
    options: &mut Layer,
    (place, handed): (&Place<'_>, &mut Handed),
) -> Result<(), Problem> {
    let Setting { value: secret, origin } = secret;
    options.mount.push(mount(path, secret.place()), origin.clone());
    let help = "name the file that holds the secret, and nothing else";
    let mode = looked_at(path, options, place).map_err(|problem| (problem, help.to_owned()))?;
    let open = mode.map(|mode| OpenFile { path: path.to_owned(), mode, words: asked(secret, origin) });
    handed.open.extend(open.map(|value| Setting { value, origin: origin.clone() }));
    handed.committed.extend(tracked(path, secret, origin, place));
    Ok(())
}

/// The file, where git has it. One that it has not may wait for its line in `.gitignore`.
fn tracked(
    path: &Path,
    secret: &SecretReference,
    origin: &Origin,
    place: &Place<'_>,
) -> Option<Setting<Committed>> {
    let is_elsewhere = place.surroundings == Surroundings::Needed && !place.is_here;
    let kept = git::kept(path, place.host).filter(|kept| *kept == Kept::Tracked && !is_elsewhere)?;
    let name = format!("the file of the secret {}", secret.id);
    let value = Committed { name, file: path.to_owned(), kept };
    Some(Setting { value, origin: origin.clone() })
}

fn mount(path: &Path, target: String) -> Mount {
    let bind = BindMount { path: path.to_owned(), ..BindMount::default() };
    Mount { source: MountSource::Bind(bind), target, read_only: true, consistency: None }
}

/// The mode of a secret's file, where others may read it. Of a file elsewhere nothing can be said.
fn looked_at(path: &Path, options: &Layer, place: &Place<'_>) -> Result<Option<u32>, String> {
    match place.surroundings {
        Surroundings::Needed if !place.is_here => return Ok(None),
        Surroundings::Unseen => {
            let found = path.metadata().ok().filter(Metadata::is_file);
            return Ok(found.and_then(|found| open_mode(&found, options, place.host)));
        }
        Surroundings::Needed | Surroundings::AsFound => {}
    }
    let shown = path.display();
    match path.metadata() {
        Ok(found) if found.is_dir() => Err(format!("{shown} is a folder")),
        Ok(found) if !found.is_file() => Err(format!("{shown} is {}", kind(&found))),
        Ok(found) if found.len() == 0 => Err(format!("{shown} is empty")),
        Ok(found) => Ok(open_mode(&found, options, place.host)),
        Err(_) if place.surroundings == Surroundings::AsFound => Ok(None),
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
