//! What outlives the container: a log and data belong on a mount that it may write to.

use super::relation::Subject;
use super::variable::{said, value, words};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Lifecycle};
use crate::values::clean;
use std::path::{Path, PathBuf};

/// A mount as far as it matters for what is written there.
struct Mounted {
    target: PathBuf,
    is_read_only: bool,
}

/// The deepest mount that holds the path; memory is none: it goes with the container.
fn holding(spec: &LaunchSpec, path: &Path) -> Option<Mounted> {
    let volumes = spec.options.volume.values().map(|volume| (&volume.target, volume.is_read_only()));
    let mounts = spec.options.mount.values().filter(|mount| mount.is_kept());
    let mounts = mounts.map(|mount| (&mount.target, mount.read_only));
    let all = volumes.chain(mounts).map(|(target, is_read_only)| {
        let target = clean(Path::new(target));
        Mounted { target, is_read_only }
    });
    all.filter(|mount| path.starts_with(&mount.target)).max_by_key(|mount| mount.target.as_os_str().len())
}

/// E16: the log of a service.
pub(super) fn log(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let Some(name) = &subject.relation.variable else { return Findings::new() };
    let Some(setting) = said(spec, name) else { return Findings::new() };
    let Some(file) = value(spec, name).filter(|file| !file.is_empty()) else { return Findings::new() };
    let path = clean(Path::new(file));
    let (why, help) = match holding(spec, &path) {
        Some(mount) if !mount.is_read_only => return Findings::new(),
        Some(mount) => {
            let target = mount.target.display();
            (format!("its mount {target} is read-only"), "take `ro` from the mount".to_owned())
        }
        None => {
            let folder = path.parent().filter(|_| path.is_absolute()).unwrap_or(Path::new("/data"));
            (
                "it lies on no mount, and goes with the container".to_owned(),
                format!("keep it on a volume: -v states:{}", folder.display()),
            )
        }
    };
    let message = format!("{name} is {file}: {why}");
    let finding = Finding::warning(Code::LogLost, message);
    vec![finding.asked(words(setting, &spec.secrets), &setting.origin).help(help)]
}

/// K14: the data of a container that is meant to stay. One that is removed at its end keeps nothing by its own wish.
pub(super) fn data(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let Some(folder) = &subject.relation.path else { return Findings::new() };
    let is_removed = match spec.lifecycle {
        Lifecycle::Attached { remove, .. } | Lifecycle::Detached { remove, .. } => remove,
    };
    let why = match holding(spec, &clean(Path::new(folder))) {
        Some(mount) if !mount.is_read_only => return Findings::new(),
        Some(_) => "its mount is read-only",
        None if is_removed => return Findings::new(),
        None => "no mount holds it, and it goes when the container is made anew",
    };
    let service = spec.service.as_deref().unwrap_or("the service");
    let message = format!("{service} keeps its data in {folder}: {why}");
    let finding = Finding::warning(Code::DataLost, message);
    vec![finding.help(format!("keep it on a volume: -v {service}-data:{folder}"))]
}
