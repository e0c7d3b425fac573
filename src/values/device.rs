//! `Device`: a device of the host that the container gets, for `--device`.

use std::path::Path;

use super::{Offer, Power, Value, ValueError, clean};

/// Every right to a device: read, write, and make nodes of it.
const ALL_RIGHTS: &str = "rwm";

/// A device of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// A node, or a folder of nodes.
    Node {
        /// Its absolute path on the host.
        host: String,
        /// Its absolute path in the container.
        container: String,
        /// What the container may do: some of `r`, `w` and `m`, in the order said.
        rights: String,
    },
    /// What a vendor describes to the engine under a CDI name: `nvidia.com/gpu=0`.
    Cdi(String),
}

/// What a shell offers behind the path.
const RIGHTS: Offer = Offer::Words(&["r", "rw", "rwm"]);

impl Value for Device {
    const FORM: &'static str = "HOST[:CONTAINER][:RIGHTS]|VENDOR/CLASS=NAME";
    const OFFER: Offer = Offer::Parts(':', &[Offer::Files, RIGHTS, RIGHTS]);

    /// Docker cleans a path that stands alone or last, and no other.
    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the device holds a NUL byte"));
        }
        if is_cdi_name(word) {
            return Ok(Self::Cdi(word.to_owned()));
        }
        let parts: Vec<&str> = word.split(':').collect();
        let (host, container, rights) = match parts[..] {
            ["", ..] => return Err(ValueError::new("the path on the host is missing")),
            [_, ""] | [_, "", _] => return Err(ValueError::new("the path in the container is missing")),
            [host] => (cleaned(host), cleaned(host), ALL_RIGHTS),
            [host, rights] if are_rights(rights) => (cleaned(host), cleaned(host), rights),
            [host, container] => (host.to_owned(), cleaned(container), ALL_RIGHTS),
            [host, container, rights] if are_rights(rights) => {
                (host.to_owned(), container.to_owned(), rights)
            }
            [_, _, _] => return Err(ValueError::new("the rights are r, w and m, each once at most")),
            _ => return Err(ValueError::new("there are more than two colons")),
        };
        if !host.starts_with('/') {
            return Err(no_host_path(word, &host));
        }
        if !container.starts_with('/') {
            return Err(ValueError::new(
                "what follows the colon is neither an absolute path nor rights: r, w and m",
            ));
        }
        Ok(Self::Node { host, container, rights: rights.to_owned() })
    }

    fn word(&self) -> String {
        let (host, container, rights) = match self {
            Self::Cdi(name) => return name.clone(),
            Self::Node { host, container, rights } => (host, container, rights),
        };
        // Only the full form leaves its paths as they are.
        let is_clean = cleaned(host) == *host && cleaned(container) == *container;
        match (host == container, rights == ALL_RIGHTS) {
            (true, true) if is_clean => host.clone(),
            (true, false) if is_clean => format!("{host}:{rights}"),
            (false, true) if is_clean => format!("{host}:{container}"),
            (_, _) => format!("{host}:{container}:{rights}"),
        }
    }

    fn key(&self) -> Option<String> {
        Some(match self {
            Self::Node { container, .. } => cleaned(container),
            Self::Cdi(name) => name.clone(),
        })
    }

    fn power(&self) -> Option<Power> {
        Some(Power::Device)
    }
}

/// The error for a path on the host that is not absolute, as a CDI name that is none, too, may look.
fn no_host_path(word: &str, host: &str) -> ValueError {
    if host.contains('=') {
        return ValueError::new(
            "a CDI name is VENDOR/CLASS=NAME: letters, digits, `_`, `.` and `-`, with a letter or digit at both ends",
        );
    }
    let error = ValueError::new("the path on the host is not absolute");
    match host.split_once('/') {
        Some(("dev", _)) => error.suggest(format!("/{word}")),
        Some(_) => error,
        None if is_name(host) => error.suggest(format!("/dev/{word}")),
        None => error,
    }
}

/// Whether a device may be called so, below `/dev`: `sda`, `nvidia0`. A range of ports is none, nor is the letter of a
/// drive.
pub(super) fn is_name(word: &str) -> bool {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    word.len() > 1
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.chars().all(is_of_name)
}

/// A path by its letters alone: `/dev/null` for `/dev//null/`.
fn cleaned(path: &str) -> String {
    clean(Path::new(path)).to_string_lossy().into_owned()
}

/// Whether the word is some of `r`, `w` and `m`.
fn are_rights(word: &str) -> bool {
    let is_once = |right| word.matches(right).count() <= 1;
    !word.is_empty()
        && word.bytes().all(|byte| b"rwm".contains(&byte))
        && ['r', 'w', 'm'].into_iter().all(is_once)
}

/// Whether docker's client takes the word for a CDI name. It crashes at a vendor or a class of one letter.
fn is_cdi_name(word: &str) -> bool {
    let Some((kind, name)) = word.split_once('=') else { return false };
    let Some((vendor, class)) = kind.split_once('/') else { return false };
    let is_kind = |part: &str| {
        part.len() > 1
            && part.starts_with(|first: char| first.is_ascii_alphabetic())
            && is_cdi_part(part, b"_-.")
    };
    is_kind(vendor) && is_kind(class) && is_cdi_part(name, b"_-.:")
}

/// Whether letters and digits stand at both ends, and between them these marks at most.
fn is_cdi_part(part: &str, marks: &[u8]) -> bool {
    let is_end = |end: char| end.is_ascii_alphanumeric();
    part.starts_with(is_end)
        && part.ends_with(is_end)
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Device>(&[
            ("/dev/fuse", "/dev/fuse"),
            ("/dev/fuse:/dev/x", "/dev/fuse:/dev/x"),
            ("/dev/fuse:r", "/dev/fuse:r"),
            ("/dev/fuse:mrw", "/dev/fuse:mrw"),
            ("/dev/fuse:rwm", "/dev/fuse"),
            ("/dev/fuse:/dev/fuse", "/dev/fuse"),
            ("/dev/fuse:/dev/x:rw", "/dev/fuse:/dev/x:rw"),
            ("/dev/fuse:/dev/x:rwm", "/dev/fuse:/dev/x"),
            ("/dev/../dev//fuse/", "/dev/fuse"),
            ("/dev//fuse:r", "/dev/fuse:r"),
            ("/dev//fuse:/dev//x", "/dev//fuse:/dev/x:rwm"),
            ("/dev//fuse:/dev//x:rwm", "/dev//fuse:/dev//x:rwm"),
            ("/a/b=c", "/a/b=c"),
            ("nvidia.com/gpu=0", "nvidia.com/gpu=0"),
            ("nvidia.com/gpu=0:1", "nvidia.com/gpu=0:1"),
            ("vendor/class=GPU-1.a_b", "vendor/class=GPU-1.a_b"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let neither = "what follows the colon is neither an absolute path nor rights: r, w and m";
        let rights = "the rights are r, w and m, each once at most";
        refuses::<Device>(&[
            ("", "the path on the host is missing"),
            (":/dev/x", "the path on the host is missing"),
            ("/dev/fuse:", "the path in the container is missing"),
            ("/dev/fuse::r", "the path in the container is missing"),
            ("/dev/fuse:x", neither),
            ("/dev/fuse:rr", neither),
            ("/dev/fuse:r:w", neither),
            ("/dev/fuse:/dev/x:", rights),
            ("/dev/fuse:/dev/x:rr", rights),
            ("/dev/fuse:/dev/x:ro", rights),
            ("/dev/a:/dev/b:r:w", "there are more than two colons"),
            ("dev/fuse:/dev/x", "the path on the host is not absolute -> /dev/fuse:/dev/x"),
            ("fuse", "the path on the host is not absolute -> /dev/fuse"),
            ("fuse:r", "the path on the host is not absolute -> /dev/fuse:r"),
            ("./fuse:/dev/x", "the path on the host is not absolute"),
            ("nvidia.com/gpu", "the path on the host is not absolute"),
            ("/dev/\0", "the device holds a NUL byte"),
        ]);
    }

    #[test]
    fn what_is_no_cdi_name_is_said() {
        let wrong = "a CDI name is VENDOR/CLASS=NAME: letters, digits, `_`, `.` and `-`, with a letter or digit at both ends";
        for word in [
            "nvidia.com/gpu=",
            "nvidia.com/gpu=-0",
            "nvidia.com/gpu=0.",
            "nvidia.com/gpu=a=b",
            "nvidia.com/=0",
            "nvidia.com/gp!u=0",
            "1vidia.com/gpu=0",
            "nvidia.com/sub/gpu=0",
            "n/gpu=0",
            "gpu=0",
        ] {
            refuses::<Device>(&[(word, wrong)]);
        }
    }

    #[test]
    fn the_path_in_the_container_is_the_key() {
        let key = |word| Device::parse(word).unwrap().key();
        assert_eq!(key("/dev/fuse:/dev//x:r"), Some("/dev/x".into()));
        assert_eq!(key("/dev/x"), Some("/dev/x".into()));
        assert_eq!(key("nvidia.com/gpu=0"), Some("nvidia.com/gpu=0".into()));
    }

    #[test]
    fn every_device_is_a_power() {
        for word in ["/dev/null:r", "nvidia.com/gpu=all"] {
            assert_eq!(Device::parse(word).unwrap().power(), Some(Power::Device), "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            host in "/[^:\\x00]{0,9}",
            other in prop::option::of("/[a-z/.]{0,9}"),
            rights in prop::sample::select(vec!["r", "w", "m", "rw", "mr", "rwm"]),
            name in "[a-z]{2}[a-z.]{0,3}[a-z]/[a-z]{2}=[a-z0-9]{1,5}",
        ) {
            let container = other.unwrap_or_else(|| host.clone());
            round_trips(&Device::Node { host, container, rights: rights.to_owned() });
            round_trips(&Device::Cdi(name));
        }
    }
}
