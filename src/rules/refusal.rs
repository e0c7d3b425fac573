//! What goes against a policy, one function each. Every finding says what would mend it; that a profile refuses it,
//! and how to waive it, is added where the profile is known.

use super::World;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{ImageSource, Kept, LaunchSpec, Mode, Setting, asked};
use crate::values::{CgroupNamespace, HostNamespace, Ipc, Pid, SecurityOpt, Value};

/// The capabilities that docker gives to every container: to add one after `--cap-drop ALL` gives nothing new.
/// <https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>
const GIVEN: [&str; 14] = [
    "CAP_AUDIT_WRITE",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_MKNOD",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_RAW",
    "CAP_SETFCAP",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SETUID",
    "CAP_SYS_CHROOT",
];

/// The finding, with the option as it was said.
pub(super) fn about<T: Value>(finding: Finding, option: &str, setting: Option<&Setting<T>>) -> Finding {
    match setting {
        Some(setting) => {
            finding.asked(asked(option, &setting.value.word(), &setting.origin), &setting.origin)
        }
        None => finding,
    }
}

pub(super) fn privileged(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.privileged.setting().filter(|setting| setting.value);
    let found = setting.map(|setting| {
        let finding = Finding::error(Code::Privileged, "a privileged container has every right on the host");
        about(finding, "privileged", Some(setting))
            .help("leave it out, or add what is needed alone: --cap-add")
    });
    found.into_iter().collect()
}

pub(super) fn capability(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let added = spec.options.cap_add.iter().filter(|setting| !GIVEN.contains(&setting.value.0.as_str()));
    let found = added.map(|setting| {
        let message = format!("{} reaches beyond what a container may do", setting.value.0);
        about(Finding::error(Code::Capability, message), "cap-add", Some(setting)).help("leave it out")
    });
    found.collect()
}

/// N5.
pub(super) fn host_network(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    if spec.networking.mode() != Mode::Host {
        return Findings::new();
    }
    let message = "on the host's network, nothing stands between the container and the host's ports";
    let finding =
        about(Finding::error(Code::HostNetwork, message), "network", spec.options.network.iter().next());
    vec![finding.help("give the container a network of its own: --network bridge")]
}

pub(super) fn host_ipc(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.ipc.setting().filter(|setting| setting.value == Ipc::Host);
    let found = setting.map(|setting| {
        let message = "the container would share the memory of the host's programs";
        about(Finding::error(Code::HostIpc, message), "ipc", Some(setting))
            .help("leave it out, and give the container's own memory its size: --shm-size")
    });
    found.into_iter().collect()
}

/// The host's processes, users, names or control groups.
pub(super) fn host_namespace(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let options = &spec.options;
    let pid = options.pid.setting().filter(|setting| setting.value == Pid::Host);
    let uts = options.uts.setting().filter(|setting| setting.value == HostNamespace::Host);
    let userns = options.userns.setting().filter(|setting| setting.value == HostNamespace::Host);
    let cgroupns = options.cgroupns.setting().filter(|setting| setting.value == CgroupNamespace::Host);
    let found = [
        pid.map(|setting| shared("processes", "pid", setting)),
        uts.map(|setting| shared("names", "uts", setting)),
        userns.map(|setting| shared("users", "userns", setting)),
        cgroupns.map(|setting| shared("control groups", "cgroupns", setting)),
    ];
    found.into_iter().flatten().collect()
}

fn shared<T: Value>(what: &str, option: &str, setting: &Setting<T>) -> Finding {
    let message = format!("the container would share the host's {what}");
    about(Finding::error(Code::HostNamespace, message), option, Some(setting)).help("leave it out")
}

pub(super) fn device(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let handed = spec.options.device.iter().map(|setting| {
        let message = format!("{} hands a device of the host to the container", setting.value.word());
        about(Finding::error(Code::Device, message), "device", Some(setting))
            .help("leave it out; GPUs have a way of their own: --gpus")
    });
    let allowed = spec.options.device_cgroup_rule.iter().map(|setting| {
        let message = format!("{} opens devices of the host to the container", setting.value.word());
        about(Finding::error(Code::Device, message), "device-cgroup-rule", Some(setting)).help("leave it out")
    });
    handed.chain(allowed).collect()
}

/// What the other container mounts, the engine alone knows, and it may be another one by the next launch.
pub(super) fn volumes_from(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let taken = spec.options.volumes_from.iter().map(|setting| {
        let message = format!(
            "whatever {} mounts would be mounted, the host's own folders among it",
            setting.value.container
        );
        about(Finding::error(Code::VolumesFrom, message), "volumes-from", Some(setting))
            .help("mount what is needed by itself: -v VOLUME:/PATH")
    });
    taken.collect()
}

pub(super) fn unconfined(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let off = spec.options.security_opt.iter().filter(|setting| match &setting.value {
        SecurityOpt::SeccompUnconfined | SecurityOpt::SystemPathsUnconfined => true,
        SecurityOpt::AppArmor(profile) => profile == "unconfined",
        SecurityOpt::Label(label) => is_unconfining(label),
        SecurityOpt::WritableCgroups(on) => *on,
        SecurityOpt::Seccomp(file) => {
            spec.seccomp_profiles.get(&file.0).is_some_and(|profile| lets_all(profile))
        }
        SecurityOpt::NoNewPrivileges(_) | SecurityOpt::SeccompBuiltIn => false,
    });
    let found = off.map(|setting| {
        let message = format!("{} turns off what confines the container", setting.value.word());
        about(Finding::error(Code::Unconfined, message), "security-opt", Some(setting)).help("leave it out")
    });
    found.collect()
}

/// Whether a profile lets every call through that it does not name.
fn lets_all(profile: &str) -> bool {
    const PASSING: [&str; 3] = ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"];
    let profile: serde_json::Value = serde_json::from_str(profile).unwrap_or_default();
    profile["defaultAction"].as_str().is_none_or(|action| PASSING.contains(&action))
}

/// The types of `SELinux` that hold nobody back: containers that may do everything, the host's own programs, users and
/// services without confinement, and the engine itself.
const UNCONFINED_TYPES: [&str; 6] =
    ["spc_t", "unconfined_", "container_runtime_t", "container_engine_t", "kernel_t", "init_t"];

/// A label without confinement: none at all, or a type that has none. A range behind the type changes nothing.
fn is_unconfining(label: &str) -> bool {
    let kind = label.strip_prefix("type:").map(str::trim_start);
    label.trim() == "disable"
        || kind.is_some_and(|kind| UNCONFINED_TYPES.iter().any(|open| kind.starts_with(open)))
}

/// Of several, the engine takes the last.
pub(super) fn new_privileges(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let mut said = spec.options.security_opt.iter().filter_map(|setting| match setting.value {
        SecurityOpt::NoNewPrivileges(on) => Some((on, setting)),
        SecurityOpt::AppArmor(_)
        | SecurityOpt::Label(_)
        | SecurityOpt::SeccompUnconfined
        | SecurityOpt::SeccompBuiltIn
        | SecurityOpt::Seccomp(_)
        | SecurityOpt::SystemPathsUnconfined
        | SecurityOpt::WritableCgroups(_) => None,
    });
    let setting = match said.next_back() {
        Some((true, _)) => return Findings::new(),
        last => last.map(|(_, setting)| setting),
    };
    let message = "programs in the container can gain rights, by setuid or file capabilities";
    let finding = about(Finding::error(Code::NewPrivileges, message), "security-opt", setting);
    vec![finding.help("forbid it: --security-opt no-new-privileges")]
}

/// M20. What user an image has is its own word, and changes with it.
pub(super) fn user_root(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.user.setting();
    let message = match setting.map(|setting| setting.value.user()) {
        None | Some("") => "nobody says which user the command runs as: most images have root",
        Some(user) if is_root(user) => "the command runs as root",
        Some(user) if !is_plausible(user) => "no engine takes the user for one that is not root",
        Some(_) => return Findings::new(),
    };
    let finding = about(Finding::error(Code::UserRoot, message), "user", setting);
    vec![finding.help("say a user without rights: --user 65532:65532")]
}

/// Whether the engine takes the word for root: a number is read with a sign and with zeros before it.
fn is_root(user: &str) -> bool {
    let digits = user.strip_prefix(['+', '-']).unwrap_or(user);
    user == "root" || (!digits.is_empty() && digits.bytes().all(|digit| digit == b'0'))
}

/// Whether a user that is not root can be meant: a name, or a number that the engine takes.
fn is_plausible(user: &str) -> bool {
    let number = user.strip_prefix('+').unwrap_or(user).parse::<i32>();
    user.starts_with(|first: char| first.is_alphabetic() || first == '_') || number.is_ok_and(|id| id > 0)
}

pub(super) fn memory_limit(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.memory.setting();
    unlimited(Code::MemoryLimit, setting, setting.is_some_and(|limit| limit.value.0 > 0), "memory", "256m")
}

pub(super) fn cpus_limit(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.cpus.setting();
    unlimited(Code::CpusLimit, setting, setting.is_some_and(|limit| limit.value.nano > 0), "cpus", "0.5")
}

pub(super) fn pids_limit(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let setting = spec.options.pids_limit.setting();
    unlimited(
        Code::PidsLimit,
        setting,
        setting.is_some_and(|limit| limit.value.is_limit()),
        "pids-limit",
        "64",
    )
}

/// The finding for a limit that is not said, or said to be none.
fn unlimited<T: Value>(
    code: Code,
    setting: Option<&Setting<T>>,
    is_limited: bool,
    option: &str,
    example: &str,
) -> Findings {
    if is_limited {
        return Findings::new();
    }
    let message = format!("--{option} limits nothing: the container may take what the host has");
    let finding = about(Finding::error(code, message), option, setting);
    vec![finding.help(format!("say a limit, for example --{option} {example}"))]
}

/// The image that dynrun makes is held to its own binary by a hash.
pub(super) fn image_latest(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let image = &spec.image.reference;
    let is_pinned =
        image.is_id() || image.digest().is_some() || image.tag().is_some_and(|tag| tag != "latest");
    if is_pinned || spec.image.source == ImageSource::OwnBinary {
        return Findings::new();
    }
    let message = format!("{} is another image whenever somebody pushes one", image.tagged());
    let finding = about(Finding::error(Code::ImageLatest, message), "image", spec.options.image.setting());
    let repository = image.repository();
    vec![finding.help(format!(
        "say a version, or a digest: --image {repository}:VERSION, --image {repository}@sha256:..."
    ))]
}

pub(super) fn secret_literal(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let found = spec.terms.literals.iter().map(|literal| {
        let name = &literal.value;
        let message = format!("{name} holds a secret in plain");
        let finding = Finding::error(Code::SecretLiteral, message).asked(name.as_str(), &literal.origin);
        let is_variable = spec.options.env.values().any(|env| env.name == *name);
        match (&literal.origin, is_variable) {
            (Origin::File(_), true) => finding.help(format!("forward it by its name: env = [\"{name}\"]")),
            (_, true) => finding.help(format!("forward it by its name: -e {name}")),
            (_, false) if name.starts_with("--log-opt") => {
                finding.help("let the engine hold it, for every container: `log-opts` in its daemon.json")
            }
            (_, false) => finding.help("hand it over in a variable, by its name: -e NAME"),
        }
    });
    found.collect()
}

/// S16.
pub(super) fn secret_file_open(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let found = spec.terms.open_files.iter().map(|Setting { value: file, origin }| {
        let path = file.path.display();
        let message =
            format!("{path} holds a secret, and others may read or write it (mode {:03o})", file.mode);
        let finding = Finding::error(Code::SecretFileOpen, message).asked(file.words.as_str(), origin);
        finding.help(format!("chmod go-rwx {path}"))
    });
    found.collect()
}

/// M30.
pub(super) fn secret_committed(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    let found = spec.terms.committed.iter().map(|Setting { value: committed, origin }| {
        let (name, file) = (&committed.name, committed.file.display());
        let why = match committed.kept {
            Kept::Tracked => format!("git keeps {file}"),
            Kept::NotIgnored => format!("nothing keeps {file} out of git"),
        };
        let message = format!("{name} holds a secret in plain, and {why}");
        let finding = Finding::error(Code::SecretCommitted, message).asked(name.as_str(), origin);
        let is_variable = spec.options.env.values().any(|env| env.name == *name);
        let is_configuration = matches!(origin, Origin::File(place) if place.file.path == committed.file);
        match (is_configuration, is_variable) {
            (true, true) => finding
                .help(format!("name it, at the end of the file: [{}]", section(spec, name)))
                .help(format!("and in the line below: variable = \"{name}\"")),
            (true, false) => finding.help("hand it over in a variable, by its name: env = [\"NAME\"]"),
            (false, _) => finding.help(format!("take the file out of git: git rm --cached {file}")),
        }
    });
    found.collect()
}

/// The section of a file that hands a variable over by its name.
fn section(spec: &LaunchSpec, name: &str) -> String {
    let owner = match &spec.service {
        Some(service) => format!("service.{service}"),
        None => format!("profile.{}", spec.profile),
    };
    let id = name.to_ascii_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    format!("{owner}.secret.{id}")
}

/// A published port faces everybody who reaches the host, past its firewall: it is to be somebody's word that it does.
pub(super) fn publish_everywhere(spec: &LaunchSpec, _: &World<'_>) -> Findings {
    all_everywhere(spec).into_iter().chain(some_everywhere(spec)).collect()
}

/// `-P` knows no address, whatever `--publish-ip` says: the engine publishes on all of them.
fn all_everywhere(spec: &LaunchSpec) -> Option<Finding> {
    let setting = spec.options.publish_all.setting().filter(|setting| setting.value)?;
    let message = "every port that the image exposes would be published on every address of the host";
    let finding = about(Finding::error(Code::PublishEverywhere, message), "publish-all", Some(setting));
    Some(finding.help("publish them one by one: -p 127.0.0.1::PORT"))
}

fn some_everywhere(spec: &LaunchSpec) -> Findings {
    let open: Vec<_> = spec.options.publish.iter().filter(|setting| setting.value.ip.is_none()).collect();
    if open.is_empty() {
        return Findings::new();
    }
    let words: Vec<String> = open.iter().map(|setting| setting.value.word()).collect();
    let message = format!("nobody says on which address of the host: {}", words.join(", "));
    let finding = Finding::error(Code::PublishEverywhere, message);
    // Ports that the service's own switch publishes have one origin.
    let by_service =
        |origin: &Origin| spec.terms.publishes.as_ref().filter(|switch| switch.origin == *origin);
    let switch = open.iter().find_map(|setting| by_service(&setting.origin));
    let said = open.iter().filter(|setting| by_service(&setting.origin).is_none());
    let finding = said.fold(finding, |finding, setting| about(finding, "publish", Some(setting)));
    let finding = about(finding, "publish-service", switch);
    vec![
        finding
            .help("for this host alone: --publish-ip 127.0.0.1")
            .help("for everybody who reaches the host: --publish-ip 0.0.0.0"),
    ]
}
