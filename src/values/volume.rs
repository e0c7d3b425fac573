//! `Volume`: something of the host that the container sees under a path of its own, for `--volume`.

use std::path::{Path, PathBuf};

use super::name::is_name;
use super::nearest::unknown_in;
use super::{Offer, Power, Roots, Value, ValueError, clean};

/// What a volume is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// A new volume without a name.
    Anonymous,
    /// A volume that the engine keeps under this name.
    Named(String),
    /// A path of the host. `~` and relative ones wait for `rooted`.
    Path(PathBuf),
}

/// How a volume is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeMode {
    /// `ro`: the container only reads.
    ReadOnly,
    /// `rw`: the container reads and writes, what docker means when nothing is said.
    ReadWrite,
    /// `z`: relabelled for `SELinux`, shared between containers.
    SharedLabel,
    /// `Z`: relabelled for `SELinux`, for this container alone.
    PrivateLabel,
    /// `private`: mounts below it stay on their side.
    Private,
    /// `rprivate`: so do those below these.
    RecursivePrivate,
    /// `shared`: mounts below it show on both sides.
    Shared,
    /// `rshared`: so do those below these.
    RecursiveShared,
    /// `slave`: mounts of the host below it show in the container.
    Slave,
    /// `rslave`: so do those below these.
    RecursiveSlave,
    /// `nocopy`: a new volume stays empty, whatever the image has under its path.
    NoCopy,
    /// `consistent`: no meaning on Linux.
    Consistent,
    /// `cached`: no meaning on Linux.
    Cached,
    /// `delegated`: no meaning on Linux.
    Delegated,
}

/// What a mode is about: one of each is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Writing,
    Label,
    Propagation,
    Copying,
    Consistency,
}

/// The words of the modes.
const MODES: [(&str, VolumeMode, About); 14] = [
    ("ro", VolumeMode::ReadOnly, About::Writing),
    ("rw", VolumeMode::ReadWrite, About::Writing),
    ("z", VolumeMode::SharedLabel, About::Label),
    ("Z", VolumeMode::PrivateLabel, About::Label),
    ("private", VolumeMode::Private, About::Propagation),
    ("rprivate", VolumeMode::RecursivePrivate, About::Propagation),
    ("shared", VolumeMode::Shared, About::Propagation),
    ("rshared", VolumeMode::RecursiveShared, About::Propagation),
    ("slave", VolumeMode::Slave, About::Propagation),
    ("rslave", VolumeMode::RecursiveSlave, About::Propagation),
    ("nocopy", VolumeMode::NoCopy, About::Copying),
    ("consistent", VolumeMode::Consistent, About::Consistency),
    ("cached", VolumeMode::Cached, About::Consistency),
    ("delegated", VolumeMode::Delegated, About::Consistency),
];

impl VolumeMode {
    /// The mode's word: `ro`.
    #[must_use]
    pub fn word(self) -> &'static str {
        MODES.iter().find(|(_, mode, _)| *mode == self).map_or("", |(word, _, _)| word)
    }

    /// What the mode is about.
    fn about(self) -> About {
        MODES.iter().find(|(_, mode, _)| *mode == self).map_or(About::Writing, |(_, _, about)| *about)
    }
}

/// A volume or a path of the host, mounted in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What is mounted.
    pub source: VolumeSource,
    /// The absolute path in the container, as said.
    pub target: String,
    /// How it is mounted, in the order said.
    pub mode: Vec<VolumeMode>,
}

impl Volume {
    /// The text of docker's `Binds`: `SOURCE:TARGET[:MODES]`, or the target alone for an anonymous volume. A path has
    /// to be absolute by then.
    #[must_use]
    pub fn bind_word(&self) -> String {
        let source = match &self.source {
            VolumeSource::Anonymous => return self.target.clone(),
            VolumeSource::Named(name) => name.clone(),
            VolumeSource::Path(path) => path.to_string_lossy().into_owned(),
        };
        let modes: Vec<&str> = self.mode.iter().map(|mode| mode.word()).collect();
        let separator = if modes.is_empty() { "" } else { ":" };
        format!("{source}:{}{separator}{}", self.target, modes.join(","))
    }

    /// Whether the container only reads it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.mode.contains(&VolumeMode::ReadOnly)
    }
}

impl Value for Volume {
    const FORM: &'static str = "[SOURCE:]TARGET[:MODE[,MODE]]";
    const OFFER: Offer = Offer::Files;

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the volume holds a NUL byte"));
        }
        let parts: Vec<&str> = word.split(':').collect();
        let (source, target, mode) = match parts[..] {
            [""] => return Err(ValueError::new("the path in the container is missing")),
            [target] => ("", target, ""),
            ["", ..] => return Err(ValueError::new("the source before the colon is missing")),
            [_, ""] | [_, "", _] => return Err(ValueError::new("the path in the container is missing")),
            [target, modes] if target.starts_with('/') && read_modes(modes, word).is_ok() => {
                return Err(ValueError::new("a volume without a source takes no mode").suggest(target));
            }
            [source, target] => (source, target, ""),
            [_, _, ""] => return Err(ValueError::new("the mode after the last colon is missing")),
            [source, target, mode] => (source, target, mode),
            _ => {
                return Err(ValueError::new(
                    "there are more than two colons: --mount takes a path that holds one",
                ));
            }
        };
        check_target(target, source)?;
        let source = read_source(source, word)?;
        let mode = if mode.is_empty() { Vec::new() } else { read_modes(mode, word)? };
        check_modes(&mode, &source)?;
        Ok(Self { source, target: target.to_owned(), mode })
    }

    fn word(&self) -> String {
        self.bind_word()
    }

    fn key(&self) -> Option<String> {
        Some(clean(Path::new(&self.target)).to_string_lossy().into_owned())
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self.source {
            VolumeSource::Path(path) => Self { source: VolumeSource::Path(roots.absolute(&path)), ..self },
            VolumeSource::Anonymous | VolumeSource::Named(_) => self,
        }
    }

    fn power(&self) -> Option<Power> {
        match &self.source {
            VolumeSource::Path(path) => Some(Power::HostPath(path.clone())),
            VolumeSource::Anonymous | VolumeSource::Named(_) => None,
        }
    }
}

/// Checks the path in the container.
fn check_target(target: &str, source: &str) -> Result<(), ValueError> {
    if !target.starts_with('/') {
        let error = ValueError::new("the path in the container is not absolute");
        let front = if source.is_empty() { String::new() } else { format!("{source}:") };
        return Err(error.suggest(format!("{front}/{}", target.trim_start_matches("./"))));
    }
    if clean(Path::new(target)) == Path::new("/") {
        return Err(ValueError::new("the root of the container cannot be mounted over"));
    }
    Ok(())
}

/// Reads what is mounted: a path where it starts like one, else a volume's name.
fn read_source(source: &str, word: &str) -> Result<VolumeSource, ValueError> {
    if source.is_empty() {
        return Ok(VolumeSource::Anonymous);
    }
    if source.starts_with('~') && source != "~" && !source.starts_with("~/") {
        return Err(ValueError::new("only `~` itself stands for a home, not that of another user"));
    }
    if source.starts_with(['/', '.', '~']) {
        return Ok(VolumeSource::Path(PathBuf::from(source)));
    }
    if is_name(source) {
        return Ok(VolumeSource::Named(source.to_owned()));
    }
    if source.contains('/') {
        return Err(ValueError::new("a volume's name holds no `/`, and a path starts with `/`, `.` or `~`")
            .suggest(format!("./{word}")));
    }
    Err(ValueError::new(
        "a volume's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
    ))
}

/// Reads the modes after the last colon of the word.
fn read_modes(modes: &str, word: &str) -> Result<Vec<VolumeMode>, ValueError> {
    let read = |mode: &str| {
        let known = MODES.iter().find(|(known, _, _)| *known == mode).map(|(_, mode, _)| *mode);
        let problem = "this is no mode of a volume";
        known.ok_or_else(|| unknown_in(problem, mode, word, MODES.map(|(known, _, _)| known)))
    };
    modes.split(',').map(read).collect()
}

/// Checks what the modes say together, and of this source.
fn check_modes(modes: &[VolumeMode], source: &VolumeSource) -> Result<(), ValueError> {
    for (index, mode) in modes.iter().enumerate() {
        if let Some(other) = modes[..index].iter().find(|other| other.about() == mode.about()) {
            return Err(ValueError::new(if other == mode {
                format!("the mode {} is said twice", mode.word())
            } else {
                format!("the modes {} and {} exclude each other", other.word(), mode.word())
            }));
        }
        match (mode.about(), source) {
            (About::Copying, VolumeSource::Path(_)) => {
                return Err(ValueError::new(
                    "nocopy is for volumes: nothing is copied into a path of the host",
                ));
            }
            (About::Propagation, VolumeSource::Named(_)) => {
                return Err(ValueError::new(format!(
                    "{} is for paths of the host, not for volumes",
                    mode.word()
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Volume>(&[
            ("/data", "/data"),
            ("vol:/data", "vol:/data"),
            ("a:/m", "a:/m"),
            ("./vol:/m", "./vol:/m"),
            ("../x/vol:/m", "../x/vol:/m"),
            ("~/x:/m", "~/x:/m"),
            ("~:/m", "~:/m"),
            (".:/m", ".:/m"),
            ("..x:/m", "..x:/m"),
            ("/a:/b", "/a:/b"),
            ("/a:/b:ro", "/a:/b:ro"),
            ("vol:/m:rw,z,nocopy", "vol:/m:rw,z,nocopy"),
            ("/a:/b:ro,Z,rshared,cached", "/a:/b:ro,Z,rshared,cached"),
            ("/a:/b/../c", "/a:/b/../c"),
            ("/a b:/c d", "/a b:/c d"),
            ("vol_1.x-y:/m:delegated", "vol_1.x-y:/m:delegated"),
            ("/a:/b:rslave,consistent", "/a:/b:rslave,consistent"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Volume>(&[
            ("", "the path in the container is missing"),
            ("a:", "the path in the container is missing"),
            ("a::/b", "the path in the container is missing"),
            (":/b", "the source before the colon is missing"),
            ("/b:ro", "a volume without a source takes no mode -> /b"),
            ("a:/b:", "the mode after the last colon is missing"),
            ("/a:/b:c:d", "there are more than two colons: --mount takes a path that holds one"),
            ("rel", "the path in the container is not absolute -> /rel"),
            ("vol:m", "the path in the container is not absolute -> vol:/m"),
            ("./a:./m", "the path in the container is not absolute -> ./a:/m"),
            ("/", "the root of the container cannot be mounted over"),
            ("/a:/", "the root of the container cannot be mounted over"),
            ("/a:/etc/..", "the root of the container cannot be mounted over"),
            (
                "vol/sub:/m",
                "a volume's name holds no `/`, and a path starts with `/`, `.` or `~` -> ./vol/sub:/m",
            ),
            (
                "_x:/m",
                "a volume's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            (
                "é:/m",
                "a volume's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
            ),
            ("~you/x:/m", "only `~` itself stands for a home, not that of another user"),
            ("/a:/b:rx", "this is no mode of a volume -> /a:/b:ro"),
            ("/a:/b:foobar", "this is no mode of a volume"),
            ("/a:/b:ro,rw", "the modes ro and rw exclude each other"),
            ("/a:/b:ro,ro", "the mode ro is said twice"),
            ("/a:/b:z,Z", "the modes z and Z exclude each other"),
            ("/a:/b:shared,rslave", "the modes shared and rslave exclude each other"),
            ("/a:/b:cached,delegated", "the modes cached and delegated exclude each other"),
            ("/a:/b:nocopy", "nocopy is for volumes: nothing is copied into a path of the host"),
            ("v:/b:rshared", "rshared is for paths of the host, not for volumes"),
            ("/a\0:/b", "the volume holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_key_is_the_cleaned_target() {
        for (word, want) in [("/a:/m/", "/m"), ("/etc/../../m", "/m"), ("v:/m/./x", "/m/x")] {
            assert_eq!(Volume::parse(word).unwrap().key(), Some(want.to_owned()));
        }
    }

    #[test]
    fn only_a_path_is_rooted_and_a_power() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        for (word, want, path) in [
            ("./x:/m:ro", "/base/x:/m:ro", Some("/base/x")),
            ("../x:/m", "/x:/m", Some("/x")),
            ("~/x:/m", "/home/me/x:/m", Some("/home/me/x")),
            ("~:/m", "/home/me:/m", Some("/home/me")),
            ("vol:/m", "vol:/m", None),
            ("/m", "/m", None),
        ] {
            let volume = Volume::parse(word).unwrap().rooted(&roots);
            assert_eq!(volume.bind_word(), want);
            assert_eq!(volume.power(), path.map(|path| Power::HostPath(path.into())));
        }
    }

    fn any_source() -> impl Strategy<Value = VolumeSource> {
        prop_oneof![
            Just(VolumeSource::Anonymous),
            "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,5}".prop_map(VolumeSource::Named),
            "[/.][^:\\x00]{0,6}".prop_map(|path| VolumeSource::Path(path.into())),
        ]
    }

    /// Modes that any source takes, one of each kind.
    fn any_modes() -> impl Strategy<Value = Vec<VolumeMode>> {
        use VolumeMode::{Cached, Delegated, PrivateLabel, ReadOnly, ReadWrite, SharedLabel};
        let kinds = [[ReadOnly, ReadWrite], [SharedLabel, PrivateLabel], [Cached, Delegated]];
        kinds
            .map(|kind| prop::option::of(prop::sample::select(kind.to_vec())))
            .prop_map(|modes| modes.into_iter().flatten().collect())
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(source in any_source(), target in "/[a-z][a-z/.]{0,6}x", modes in any_modes()) {
            let mode = match source {
                VolumeSource::Anonymous => Vec::new(),
                VolumeSource::Named(_) | VolumeSource::Path(_) => modes,
            };
            round_trips(&Volume { source, target, mode });
        }
    }
}
