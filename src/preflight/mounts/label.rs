//! Labels for `SELinux`: what containers may read, and what must not be labelled anew. M27.

use super::bind::Bind;
use crate::engine::EngineInfo;
use crate::finding::{Code, Finding, Findings, Level};
use crate::spec::LaunchSpec;
use crate::values::{SecurityOpt, VolumeMode};
use std::path::Path;

/// Folders that the host's programs, or all its users, share: labelled for containers, they are lost to those.
const SHARED: [&str; 18] = [
    "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/proc", "/root", "/run",
    "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var",
];

/// Checks the labels where the engine confines its containers with `SELinux`.
pub(super) fn check(
    binds: &[Bind<'_>],
    spec: &LaunchSpec,
    info: &EngineInfo,
    home: Option<&Path>,
) -> Findings {
    let is_off = |option: &SecurityOpt| matches!(option, SecurityOpt::Label(label) if label == "disable");
    let is_confined = info.security.iter().any(|option| option == "selinux")
        && !spec.options.privileged.is_on()
        && !spec.options.security_opt.values().any(is_off);
    if !is_confined {
        return Findings::new();
    }
    let found = binds.iter().filter_map(|bind| {
        let is_shared = is_shared(bind.path, home);
        match bind.label {
            Some(label) if is_shared => Some(relabelled(bind, label)),
            Some(_) => None,
            None => Some(unlabelled(bind, is_shared)),
        }
    });
    found.collect()
}

/// Whether others need the folder as it is, the caller's whole home included.
fn is_shared(path: &Path, home: Option<&Path>) -> bool {
    home.is_some_and(|home| home.starts_with(path)) || SHARED.iter().any(|shared| path == Path::new(shared))
}

fn relabelled(bind: &Bind<'_>, label: VolumeMode) -> Finding {
    let path = bind.path.display();
    let message = format!("`{}` labels all of {path} anew, which others share", label.word());
    bind.finding(Level::Warning, Code::SelinuxRelabel, message)
        .help("mount a folder of its own")
        .help("or leave the label out: --security-opt label=disable")
}

fn unlabelled(bind: &Bind<'_>, is_shared: bool) -> Finding {
    let path = bind.path.display();
    let message = format!("SELinux may keep the container from {path}: no label is asked for");
    let finding = bind.finding(Level::Note, Code::SelinuxLabel, message);
    let way = match bind.option {
        _ if is_shared => "do without labels: --security-opt label=disable".to_owned(),
        "mount" => format!("have it labelled for containers: -v {path}:{}:z", bind.target),
        _ if bind.word.matches(':').count() > 1 => {
            format!("have it labelled for containers: -v {},z", bind.word)
        }
        _ => format!("have it labelled for containers: -v {}:z", bind.word),
    };
    finding.help(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_share_is_not_labelled() {
        let home = Some(Path::new("/home/me"));
        for (path, want) in [
            ("/", true),
            ("/home", true),
            ("/home/me", true),
            ("/usr", true),
            ("/tmp", true),
            ("/home/me/project", false),
            ("/srv/models", false),
            ("/home/other", false),
        ] {
            assert_eq!(is_shared(Path::new(path), home), want, "{path}");
        }
    }
}
