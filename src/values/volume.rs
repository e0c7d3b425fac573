//! `Volume`: something of the host that the container sees under a path of its own, for `--volume`.

use std::path::PathBuf;

use super::name::is_name;
use super::volume_mode::{About, VolumeMode};
use super::{Names, Offer, Power, Roots, Value, ValueError, mountpoint};

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
        let separator = if self.mode.is_empty() { "" } else { ":" };
        format!("{source}:{}{separator}{}", self.target, VolumeMode::join(&self.mode))
    }

    /// Whether the container only reads it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.mode.contains(&VolumeMode::ReadOnly)
    }
}

/// A volume of the engine, behind which the target has to stand, or a path of the host.
const SOURCE: Offer = Offer::Any(&[Offer::Begun(':', &Offer::Names(Names::Volumes)), Offer::Files]);

impl Value for Volume {
    const FORM: &'static str = "[SOURCE:]TARGET[:MODE[,MODE]]";
    const OFFER: Offer = Offer::Parts(':', &[SOURCE, Offer::NOTHING, VolumeMode::OFFER]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the volume holds a NUL byte"));
        }
        if is_of_windows(word) {
            return Err(ValueError::new("this is a path of Windows: the engine's host is Linux"));
        }
        let parts: Vec<&str> = word.split(':').collect();
        let (source, target, modes) = match parts[..] {
            [target] => ("", target, None),
            ["", ..] => return Err(ValueError::new("the source before the colon is missing")),
            [target, modes] if target.starts_with('/') && VolumeMode::read(modes, word).is_ok() => {
                return Err(ValueError::new("a volume without a source takes no mode").suggest(target));
            }
            [source, target] => (source, target, None),
            [_, target, ""] if !target.is_empty() => {
                return Err(ValueError::new("the mode after the last colon is missing"));
            }
            // `/a:b:/m`: neither half of the path is absolute in the container.
            [source, middle, target]
                if target.starts_with('/') && !middle.is_empty() && !middle.starts_with('/') =>
            {
                return Err(ValueError::new(format!(
                    "a path that holds a colon is for --mount: type=bind,source={source}:{middle},target={target}"
                )));
            }
            [source, target, modes] => (source, target, Some(modes)),
            _ => {
                return Err(ValueError::new(
                    "there are more than two colons: --mount takes a path that holds one",
                ));
            }
        };
        let behind = modes.map(|modes| format!(":{modes}")).unwrap_or_default();
        let front = &word[..word.len() - behind.len() - target.len()];
        mountpoint::check(target, |right| format!("{front}{right}{behind}"))?;
        let source = read_source(source, word)?;
        let mode = modes.map_or(Ok(Vec::new()), |modes| VolumeMode::read(modes, word))?;
        check_modes(&mode, &source)?;
        Ok(Self { source, target: target.to_owned(), mode })
    }

    fn word(&self) -> String {
        self.bind_word()
    }

    fn key(&self) -> Option<String> {
        Some(mountpoint::key(&self.target))
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

/// Whether the word starts with a drive of Windows.
fn is_of_windows(word: &str) -> bool {
    let rest = word.strip_prefix(|letter: char| letter.is_ascii_alphabetic());
    rest.is_some_and(|rest| rest.starts_with(":\\"))
}

/// Reads what is mounted: a path where it starts like one, else a volume's name.
fn read_source(source: &str, word: &str) -> Result<VolumeSource, ValueError> {
    if source.is_empty() {
        return Ok(VolumeSource::Anonymous);
    }
    if let Some(path) = host_path(source)? {
        return Ok(VolumeSource::Path(path));
    }
    if source.contains('/') {
        return Err(ValueError::new("a volume's name holds no `/`, and a path starts with `/`, `.` or `~`")
            .suggest(format!("./{word}")));
    }
    check_name(source)?;
    Ok(VolumeSource::Named(source.to_owned()))
}

/// Reads a path of the host; none where the source does not start like one.
pub(super) fn host_path(source: &str) -> Result<Option<PathBuf>, ValueError> {
    if source.starts_with('~') && source != "~" && !source.starts_with("~/") {
        return Err(ValueError::new("only `~` itself stands for a home, not that of another user"));
    }
    Ok(source.starts_with(['/', '.', '~']).then(|| PathBuf::from(source)))
}

/// Checks a volume's name by the rules of docker's own driver.
pub(super) fn check_name(name: &str) -> Result<(), ValueError> {
    if !is_name(name) {
        return Err(ValueError::new(
            "a volume's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
        ));
    }
    if name.len() < 2 {
        return Err(ValueError::new("a volume's name has two characters at least"));
    }
    Ok(())
}

/// Checks that each mode means something for this source.
fn check_modes(modes: &[VolumeMode], source: &VolumeSource) -> Result<(), ValueError> {
    for mode in modes {
        let problem = match (mode.about(), source) {
            (About::Copying, VolumeSource::Path(_)) => {
                "nocopy is for volumes: nothing is copied into a path of the host".to_owned()
            }
            (About::Propagation, VolumeSource::Named(_)) => {
                format!("{} is for paths of the host, not for volumes", mode.word())
            }
            (About::Making, VolumeSource::Named(_)) => {
                "create is for paths of the host: a volume is made by the engine where it is missing"
                    .to_owned()
            }
            (
                About::Writing
                | About::Label
                | About::Propagation
                | About::Copying
                | About::Making
                | About::Consistency,
                _,
            ) => continue,
        };
        return Err(ValueError::new(problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn words_are_read_and_written() {
        reads::<Volume>(&[
            ("/data", "/data"),
            ("vol:/data", "vol:/data"),
            ("ab:/m", "ab:/m"),
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
            ("/a:/b:private", "/a:/b:private"),
            ("./a:/b:create", "./a:/b:create"),
            ("/a:/b:ro,create", "/a:/b:ro,create"),
            ("/a:/b:rprivate", "/a:/b:rprivate"),
            ("/a:/b:shared", "/a:/b:shared"),
            ("/a:/b:slave", "/a:/b:slave"),
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
            ("./a:m:ro", "the path in the container is not absolute -> ./a:/m:ro"),
            ("/", "the root of the container cannot be mounted over"),
            ("/a:/", "the root of the container cannot be mounted over"),
            ("/a:/etc/..", "the root of the container cannot be mounted over"),
            ("/a:/\\", "the root of the container cannot be mounted over"),
            ("c:\\x:/m", "this is a path of Windows: the engine's host is Linux"),
            ("c:\\x", "this is a path of Windows: the engine's host is Linux"),
            ("a:/m", "a volume's name has two characters at least"),
            ("c:/x:/m", "a volume's name has two characters at least"),
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
            ("/a:/b:ro,", "a mode is empty"),
            ("/a:/b:foobar", "this is no mode of a volume"),
            ("/a:/b:ro,rw", "the modes ro and rw exclude each other"),
            ("/a:/b:ro,ro", "the mode ro is said twice"),
            ("/a:/b:z,Z", "the modes z and Z exclude each other"),
            ("/a:/b:shared,rslave", "the modes shared and rslave exclude each other"),
            ("/a:/b:cached,delegated", "the modes cached and delegated exclude each other"),
            ("/a:/b:nocopy", "nocopy is for volumes: nothing is copied into a path of the host"),
            (
                "vol:/b:create",
                "create is for paths of the host: a volume is made by the engine where it is missing",
            ),
            ("/a:b:/m", "a path that holds a colon is for --mount: type=bind,source=/a:b,target=/m"),
            ("vol:/b:rshared", "rshared is for paths of the host, not for volumes"),
            ("/a\0:/b", "the volume holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_key_is_the_cleaned_target() {
        for (word, want) in [("/a:/m/", "/m"), ("/etc/../../m", "/m"), ("vol:/m/./x", "/m/x")] {
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
            "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,5}".prop_map(VolumeSource::Named),
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
