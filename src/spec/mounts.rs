//! What is mounted in the container: one thing at one path, whichever option says it.

use super::{asked, is_habit};
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{BindMount, Mount, MountSource, NewFolder, SecretNames, Value, VolumeMode, VolumeSource};
use std::path::PathBuf;

/// Where docker's clients look for the engine.
const ENGINE: &str = "/var/run/docker.sock";

/// `--use-api-socket` is a mount of the engine's own socket.
pub(super) fn hand_over_socket(options: &mut Layer, socket: Option<PathBuf>) -> Option<Finding> {
    let switch = options.use_api_socket.setting().filter(|switch| switch.value).cloned()?;
    options.use_api_socket.clear();
    let Some(path) = socket else {
        let message = "the engine has no socket here that could be handed to the container";
        return Some(
            Finding::error(Code::SocketMissing, message)
                .asked(asked("use-api-socket", "true", &switch.origin), &switch.origin)
                .help("name the engine by its socket: --host unix:///PATH"),
        );
    };
    let bind = BindMount { path, ..BindMount::default() };
    let mount = Mount {
        source: MountSource::Bind(bind),
        target: ENGINE.to_owned(),
        read_only: false,
        consistency: None,
    };
    options.mount.push(mount, switch.origin);
    None
}

/// A folder of the host that is mounted, and that dynrun makes, as the caller, where it is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeFolder {
    /// The folder.
    pub path: PathBuf,
    /// How it is made.
    pub how: NewFolder,
    /// How it was asked for: `-v ./data:/data:create`.
    pub words: String,
    /// Where it was said.
    pub origin: Origin,
}

impl MadeFolder {
    /// The line for a shell by which anybody makes the same.
    #[must_use]
    pub fn line(&self) -> String {
        let path = self.path.to_string_lossy().into_owned();
        let mode = self.how.mode.map(|mode| ["chmod".to_owned(), mode.to_string(), path.clone()]);
        let owner =
            self.how.owner.as_ref().map(|owner| ["chown".to_owned(), owner.to_string(), path.clone()]);
        let words = [Some(["mkdir".to_owned(), "-p".to_owned(), path.clone()]), mode, owner];
        let lines =
            words.iter().flatten().filter_map(|words| shlex::try_join(words.iter().map(String::as_str)).ok());
        lines.collect::<Vec<_>>().join(" && ")
    }
}

/// Folders that are to be made in two ways at once: the first would be made, and the second found as it is.
pub(super) fn made_in_two_ways(options: &Layer) -> Findings {
    fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
        one.is_some() && other.is_some() && one != other
    }
    let said = options.mount.iter().filter_map(|setting| match &setting.value.source {
        MountSource::Bind(bind) => Some((setting, &bind.path, bind.made.as_ref()?)),
        MountSource::Volume(_) | MountSource::Tmpfs(_) | MountSource::Image(_) => None,
    });
    let said: Vec<_> = said.collect();
    let mut findings = Findings::new();
    for (at, (later, path, how)) in said.iter().enumerate() {
        let is_other = |(_, other, before): &&(&Setting<Mount>, &PathBuf, &NewFolder)| {
            other == path
                && (differ(before.mode.as_ref(), how.mode.as_ref())
                    || differ(before.owner.as_ref(), how.owner.as_ref()))
        };
        let Some((earlier, ..)) = said[..at].iter().find(is_other) else { continue };
        let words = |setting: &Setting<Mount>| {
            asked("mount", &setting.value.shown(&SecretNames::default()), &setting.origin)
        };
        let message = format!("{} is to be made in two ways", path.display());
        findings.push(
            Finding::error(Code::MountTwice, message)
                .asked(words(earlier), &earlier.origin)
                .asked(words(later), &later.origin)
                .help("say mode and owner once, or the same"),
        );
    }
    findings
}

/// The folders that are to be made, each once, one before those in it. The word for it is taken out of the options: docker's client and the engine do not
/// know it.
pub(super) fn made(options: &mut Layer) -> Vec<MadeFolder> {
    let mut made = Vec::new();
    let mut keep = |words: String, path: &PathBuf, how: NewFolder, origin: &Origin| {
        made.push(MadeFolder { path: path.clone(), how, words, origin: origin.clone() });
    };
    options.volume.change(|setting| {
        let word = setting.value.word();
        if let VolumeSource::Path(path) = &setting.value.source
            && setting.value.mode.contains(&VolumeMode::Create)
        {
            let words = asked("volume", &word, &setting.origin);
            keep(words, path, NewFolder::default(), &setting.origin);
        }
        setting.value.mode.retain(|mode| *mode != VolumeMode::Create);
    });
    options.mount.change(|setting| {
        let word = setting.value.shown(&SecretNames::default());
        if let MountSource::Bind(bind) = &mut setting.value.source
            && let Some(how) = bind.made.take()
        {
            keep(asked("mount", &word, &setting.origin), &bind.path, how, &setting.origin);
        }
    });
    made.sort_by(|one, other| one.path.cmp(&other.path));
    made.dedup_by(|later, earlier| {
        let is_same = later.path == earlier.path;
        if is_same {
            // What one leaves open, the other says.
            let NewFolder { mode, owner } = std::mem::take(&mut later.how);
            earlier.how.mode = earlier.how.mode.or(mode);
            earlier.how.owner = earlier.how.owner.take().or(owner);
        }
        is_same
    });
    made
}

/// Something that is mounted: which option says it, and where.
struct Mounted {
    option: &'static str,
    word: String,
    target: String,
    origin: Origin,
}

/// Sees to it that each path is mounted once: what was said nearer to the caller counts, and of what was said equally
/// near, nothing can be chosen.
pub(super) fn decide(options: &mut Layer, findings: &mut Findings) {
    forget_repeated(options);
    let all = mounted(options);
    let mut lost: Vec<usize> = Vec::new();
    for (at, later) in all.iter().enumerate() {
        for (before, earlier) in all[..at].iter().enumerate().filter(|(_, one)| one.target == later.target) {
            match nearness(&earlier.origin).cmp(&nearness(&later.origin)) {
                std::cmp::Ordering::Less => lost.push(before),
                std::cmp::Ordering::Greater => lost.push(at),
                std::cmp::Ordering::Equal => findings.push(twice(earlier, later)),
            }
        }
    }
    let mut at = 0..;
    let mut stays = || at.next().is_none_or(|at| !lost.contains(&at));
    options.volume.retain(|_| stays());
    options.mount.retain(|_| stays());
    options.tmpfs.retain(|_| stays());
}

/// The same volume said in the same words is one; of memory at the same path, the last one said counts. Docker's
/// client has it so.
fn forget_repeated(options: &mut Layer) {
    let words: Vec<String> = options.volume.values().map(Value::word).collect();
    let mut at = 0..;
    options.volume.retain(|volume| at.next().is_none_or(|at| !words[..at].contains(&volume.value.word())));
    let targets: Vec<String> = options.tmpfs.values().map(|tmpfs| tmpfs.target.clone()).collect();
    let mut at = 1..;
    options
        .tmpfs
        .retain(|tmpfs| at.next().is_none_or(|after| !targets[after..].contains(&tmpfs.value.target)));
}

/// In the order in which `decide` goes through the options.
fn mounted(options: &Layer) -> Vec<Mounted> {
    fn all<'a, T: Value + 'a>(
        option: &'static str,
        settings: impl Iterator<Item = &'a Setting<T>>,
    ) -> impl Iterator<Item = Mounted> {
        settings.map(move |setting| Mounted {
            option,
            word: setting.value.shown(&crate::values::SecretNames::default()),
            target: setting.value.key().unwrap_or_default(),
            origin: setting.origin.clone(),
        })
    }
    all("volume", options.volume.iter())
        .chain(all("mount", options.mount.iter()))
        .chain(all("tmpfs", options.tmpfs.iter()))
        .collect()
}

/// How near to the caller something was said. Files are equally near: within one option, the configuration has
/// settled which of them counts.
fn nearness(origin: &Origin) -> u8 {
    match origin {
        habit if is_habit(habit) => 0,
        Origin::File(_) | Origin::Rule(_) => 1,
        Origin::Variable(_) => 2,
        Origin::Flag(_) => 3,
    }
}

fn twice(earlier: &Mounted, later: &Mounted) -> Finding {
    let asked_for = |one: &Mounted| asked(one.option, &one.word, &one.origin);
    Finding::error(Code::MountTwice, format!("two things are mounted at {}", later.target))
        .asked(asked_for(earlier), &earlier.origin)
        .asked(asked_for(later), &later.origin)
        .help("leave one out, or mount it elsewhere")
}
