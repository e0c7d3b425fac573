//! What mounts hand over that is more than files: the engine's socket, and what the host itself lives by. And a folder
//! that was meant where a volume is said.

use super::World;
use super::refusal::about;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{LaunchSpec, asked};
use crate::values::{MountSource, Value, VolumeSource};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Where engines listen: who writes there is root on the host, or all that the engine's own user is.
const SOCKETS: [&str; 15] = [
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/libvirt/libvirt-sock",
    "/run/snapd.socket",
    "/var/lib/lxd/unix.socket",
    "/var/lib/incus/unix.socket",
    "/var/snap/lxd/common/lxd/unix.socket",
];

/// Users' own sockets are below this folder: those of engines without root, and others that start programs.
const USERS_FOLDERS: &str = "/run/user";

/// What engines call their sockets, wherever they are.
const SOCKET_NAMES: [&str; 9] = [
    "docker.sock",
    "podman.sock",
    "containerd.sock",
    "crio.sock",
    "cri-dockerd.sock",
    "dockershim.sock",
    "buildkitd.sock",
    "libvirt-sock",
    "snapd.socket",
];

/// What the host lives by, and what it is.
const HELD: [(&str, &str); 10] = [
    ("/", "every file of the host"),
    ("/etc", "the host's configuration, with its users and their passwords"),
    ("/proc", "the host's processes and kernel"),
    ("/sys", "the host's kernel and devices"),
    ("/dev", "every device of the host"),
    ("/boot", "what the host starts from"),
    ("/root", "the home of the host's superuser"),
    ("/home", "the homes of the host's users, with their keys"),
    ("/run/systemd/private", "what the host's services are started by"),
    ("/run/dbus/system_bus_socket", "what the host's services are started by"),
];

/// The same of which every part is as much: of no file below is it known what it does not tell.
const HELD_THROUGHOUT: [(&str, &str); 14] = [
    ("/etc/shadow", "the passwords of the host's users"),
    ("/etc/shadow-", "the passwords of the host's users"),
    ("/etc/gshadow", "the passwords of the host's users"),
    ("/etc/ssh", "the host's keys"),
    ("/etc/ssl/private", "the host's keys"),
    ("/etc/kubernetes", "the cluster's keys"),
    ("/proc/kcore", "the host's memory"),
    ("/var/lib/docker", "the engine's own data, with every container's files"),
    ("/var/lib/containerd", "the engine's own data, with every image's files"),
    ("/var/lib/containers", "the engine's own data, with every container's files"),
    ("/var/lib/kubelet", "the cluster's own data, with every pod's secrets"),
    ("/var/lib/rancher", "the cluster's own data, with its keys"),
    ("/var/lib/etcd", "the cluster's own data, with its secrets"),
    ("/var/lib/cloud", "what the host was set up with"),
];

/// What lets its writer run programs as the host, and what it is. Whoever writes to a folder or a file below it can do so,
/// too; to read there is common, and does no harm.
const RUN_BY_HOST: [(&str, &str); 24] = [
    ("/usr", "the host's programs"),
    ("/bin", "the host's programs"),
    ("/sbin", "the host's programs"),
    ("/lib", "the host's libraries"),
    ("/lib32", "the host's libraries"),
    ("/lib64", "the host's libraries"),
    ("/libx32", "the host's libraries"),
    ("/etc", "the host's configuration, by which its programs are started"),
    ("/boot", "what the host starts from"),
    ("/proc", "the host's kernel"),
    ("/sys", "the host's kernel and devices"),
    ("/run/systemd", "what the host's services are started by"),
    ("/var/lib/systemd", "what the host's services are started by"),
    ("/var/lib/dpkg", "what the host's packages are installed by"),
    ("/var/spool/cron", "what the host runs by the clock"),
    ("/var/spool/at", "what the host runs by the clock"),
    ("/var/lib/rpm", "what the host's packages are installed by"),
    ("/var/lib/pacman", "what the host's packages are installed by"),
    ("/var/lib/snapd", "the host's programs"),
    ("/snap", "the host's programs"),
    ("/nix", "the host's programs"),
    ("/gnu/store", "the host's programs"),
    ("/var/lib/docker", "the engine's own data"),
    ("/var/lib/containerd", "the engine's own data"),
];

/// Where the host's administrators put programs: folders below belong to single ones, and are theirs to write.
const PROGRAMS: &str = "/opt";

/// What a user lives by, below the home.
const HELD_AT_HOME: [(&str, &str); 3] = [
    (".ssh", "a user's keys"),
    (".docker", "a user's credentials for registries"),
    (".gnupg", "a user's keys"),
];

/// What of a home no program is started by, though its name has a dot: models are kept there.
const CACHE: &str = ".cache";

/// A path of the host that is mounted: the option that says it, its word, and where it was said.
struct Bind<'a> {
    option: &'static str,
    word: String,
    origin: &'a Origin,
    path: Cow<'a, Path>,
    /// Whether the engine mounts it itself, as the driver of a volume.
    is_drivers: bool,
    /// Whether the container may write there.
    is_writable: bool,
}

fn binds(spec: &LaunchSpec) -> Vec<Bind<'_>> {
    let volumes = spec.options.volume.iter().filter_map(|setting| match &setting.value.source {
        VolumeSource::Path(path) => Some(Bind {
            option: "volume",
            word: setting.value.word(),
            origin: &setting.origin,
            path: Cow::Borrowed(path),
            is_drivers: false,
            is_writable: !setting.value.is_read_only(),
        }),
        VolumeSource::Anonymous | VolumeSource::Named(_) => None,
    });
    let mounts = spec.options.mount.iter().flat_map(|setting| {
        let (paths, is_drivers) = match &setting.value.source {
            MountSource::Bind(bind) => (vec![Cow::Borrowed(bind.path.as_path())], false),
            MountSource::Volume(volume) => (volume.host_paths().into_iter().map(Cow::Owned).collect(), true),
            MountSource::Tmpfs(_) | MountSource::Image(_) => (Vec::new(), false),
        };
        let word = setting.value.shown(&spec.secrets);
        let bind = move |path| Bind {
            option: "mount",
            word: word.clone(),
            origin: &setting.origin,
            path,
            is_drivers,
            is_writable: !setting.value.read_only,
        };
        paths.into_iter().map(bind)
    });
    volumes.chain(mounts).collect()
}

impl Bind<'_> {
    /// A disk of the host's that the driver of a volume mounts, with all that is on it.
    fn disk(&self) -> Option<(PathBuf, &'static str)> {
        let is_disk = self.is_drivers && self.path.starts_with("/dev");
        is_disk.then(|| (self.path.to_path_buf(), "a disk of the host"))
    }

    /// How the path leads to a place that it is not itself.
    fn way(&self, place: &Path) -> String {
        match place == self.path {
            true => String::new(),
            false => format!(": {} leads to {}", self.path.display(), place.display()),
        }
    }

    fn finding(&self, code: Code, message: impl Into<String>) -> Finding {
        Finding::error(code, message).asked(asked(self.option, &self.word, self.origin), self.origin)
    }
}

pub(super) fn engine_socket(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let given = binds(spec).into_iter().filter(|bind| reaches_engine(&bind.path, world));
    let found = given.map(|bind| {
        let word = &bind.word;
        let message =
            format!("{word} gives the container the engine's socket: who writes there is root on the host");
        bind.finding(Code::EngineSocket, message).help("leave the mount out")
    });
    found.collect()
}

/// A path as it is said and where its links lead, each with `/var/run` written as `/run`, which it is on every machine
/// that has an engine, whether it can be looked at from here or not.
fn spellings(path: &Path, world: &World<'_>) -> Vec<PathBuf> {
    let real = (world.real)(path).unwrap_or_else(|| path.to_owned());
    let in_run = |path: &Path| {
        path.strip_prefix("/var/run").map_or_else(|_| path.to_owned(), |rest| Path::new("/run").join(rest))
    };
    vec![in_run(path), path.to_owned(), in_run(&real), real]
}

/// Whether an engine's socket lies under the path: as it is said, where its links lead, or because the path is another
/// name of the socket or of a folder above it, as hard links and bind mounts make them.
fn reaches_engine(path: &Path, world: &World<'_>) -> bool {
    let sockets = SOCKETS.iter().map(PathBuf::from).chain((world.socket)());
    let sockets: Vec<PathBuf> = sockets.flat_map(|socket| spellings(&socket, world)).collect();
    let is_named = spellings(path, world).iter().any(|path| {
        let is_named = path.file_name().is_some_and(|name| SOCKET_NAMES.iter().any(|socket| name == *socket));
        let is_users = path.starts_with(USERS_FOLDERS) || Path::new(USERS_FOLDERS).starts_with(path);
        is_named || is_users || sockets.iter().any(|socket| socket.starts_with(path))
    });
    is_named || is_another_name(path, &sockets, world)
}

/// Whether the path is the same file as one of these that exist, or as a folder above one.
fn is_another_name(path: &Path, held: &[PathBuf], world: &World<'_>) -> bool {
    let Some(id) = (world.file)(path) else { return false };
    let there = held.iter().filter(|held| (world.file)(held).is_some());
    there.flat_map(|held| held.ancestors()).any(|part| (world.file)(part) == Some(id))
}

pub(super) fn host_path(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let found = binds(spec).into_iter().filter_map(|bind| {
        if let Some((place, what)) = held(&bind.path, world).or_else(|| bind.disk()) {
            let message = format!("{} gives the container {what}{}", bind.word, bind.way(&place));
            let help = "mount the one folder or file that is needed";
            return Some(bind.finding(Code::HostPath, message).help(help));
        }
        let (place, what) = bind.is_writable.then(|| run_by_host(&bind.path, world)).flatten()?;
        let message = format!("{} lets the container write {what}{}", bind.word, bind.way(&place));
        Some(bind.finding(Code::HostPath, message).help("mount it to be read alone, or another folder"))
    });
    found.collect()
}

/// What the host runs that a writer of the path could change, and where that is.
fn run_by_host(path: &Path, world: &World<'_>) -> Option<(PathBuf, &'static str)> {
    let paths = spellings(path, world);
    if is_all_of_run(&paths) {
        return None;
    }
    let mut places = RUN_BY_HOST.iter().map(|(place, what)| (Path::new(place), *what));
    let below = places.find_map(|(place, what)| {
        // Its own links are followed, too: `/lib` is `/usr/lib` on most machines.
        let held = spellings(place, world);
        let is_in = |path: &PathBuf| held.iter().any(|held| path.starts_with(held) || held.starts_with(path));
        Some((paths.iter().find(|path| is_in(path))?.clone(), what))
    });
    let whole = || {
        let is_whole = |path: &&PathBuf| path.as_path() == Path::new(PROGRAMS);
        Some((paths.iter().find(is_whole)?.clone(), "the host's programs"))
    };
    let hidden = || {
        let is_hidden = |path: &&PathBuf| is_hidden_at_home(path, world);
        Some((paths.iter().find(is_hidden)?.clone(), "by what a user's programs are started"))
    };
    below.or_else(whole).or_else(hidden)
}

/// Whether a path is a hidden file of somebody's home, or lies in a hidden folder of one: shells, editors and the
/// desktop read what they start there.
fn is_hidden_at_home(path: &Path, world: &World<'_>) -> bool {
    let homes = home_around(path).into_iter().chain(world.home.clone());
    let first = |home: PathBuf| path.strip_prefix(home).ok()?.components().next();
    let hidden = homes.filter_map(first).map(|part| part.as_os_str().to_string_lossy().into_owned());
    hidden.into_iter().any(|name| name.starts_with('.') && name != CACHE)
}

/// All of /run holds an engine's socket, too, and is refused for that.
fn is_all_of_run(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path == Path::new("/run"))
}

/// Whether a path is what the kernel shows of a process: its variables and memory, and links to its root, its folder and
/// its open files, which nobody may read from here, and the engine follows.
fn is_of_a_process(path: &Path) -> bool {
    let mut parts = path.strip_prefix("/proc").into_iter().flat_map(Path::components);
    let process = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    process.is_some_and(|process| {
        ["self", "thread-self"].contains(&process.as_str())
            || process.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// What the host or its user lives by that the path hands over, and where that is.
fn held(path: &Path, world: &World<'_>) -> Option<(PathBuf, &'static str)> {
    let paths = spellings(path, world);
    let hands_over = |place: &Path| {
        paths.iter().any(|path| place.starts_with(path))
            || (world.file)(path).is_some_and(|id| (world.file)(place) == Some(id))
    };
    if let Some(process) = paths.iter().find(|path| is_of_a_process(path)) {
        return Some((process.clone(), "the files of a process of the host"));
    }
    let is_all_of_run = is_all_of_run(&paths);
    let of_host = HELD.iter().filter(|(place, _)| !(is_all_of_run && place.starts_with("/run/")));
    let of_host = of_host.map(|(place, what)| (PathBuf::from(place), *what));
    if let Some(found) = of_host.into_iter().find(|(place, _)| hands_over(place)) {
        return Some(found);
    }
    let mut throughout = HELD_THROUGHOUT.iter().map(|(place, what)| (PathBuf::from(place), *what));
    let found = throughout.find_map(|(place, what)| {
        let is_below = |path: &&PathBuf| spellings(&place, world).iter().any(|place| path.starts_with(place));
        let below = paths.iter().find(is_below).cloned();
        Some((below.or_else(|| hands_over(&place).then(|| place.clone()))?, what))
    });
    if found.is_some() {
        return found;
    }
    let homes = paths.iter().filter_map(|path| home_around(path)).chain(world.home.clone());
    let mut at_home =
        homes.flat_map(|home| HELD_AT_HOME.iter().map(move |(name, what)| (home.join(name), *what)));
    // A file below is as good as the folder; a home without the folder hands nothing over.
    at_home.find(|(place, _)| {
        let is_below = paths.iter().any(|path| path.starts_with(place));
        is_below || ((world.file)(place).is_some() && hands_over(place))
    })
}

/// The home that a path is or lies in, whosever it is.
fn home_around(path: &Path) -> Option<PathBuf> {
    match path.strip_prefix("/home") {
        Ok(rest) => rest.components().next().map(|user| Path::new("/home").join(user)),
        Err(_) => path.starts_with("/root").then(|| "/root".into()),
    }
}

/// `-v data:/x` where the folder `./data` is: the name is a volume's.
pub(super) fn volume_or_folder(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let found = spec.options.volume.iter().filter_map(|setting| {
        let VolumeSource::Named(name) = &setting.value.source else { return None };
        let folder = match &setting.origin {
            // What dynrun's own files say is no slip of the caller's.
            Origin::File(_) | Origin::Rule(_) => return None,
            Origin::Variable(_) | Origin::Flag(_) => Path::new(name),
        };
        (world.file)(folder)?;
        let word = setting.value.word();
        let message = format!("{name} is a volume of the engine's here, and there is ./{name}, too");
        let finding = about(Finding::warning(Code::VolumeOrFolder, message), "volume", Some(setting));
        Some(finding.help(format!("if that is meant: -v ./{word}")))
    });
    found.collect()
}
