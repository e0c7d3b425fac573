//! `Tmpfs`: a file system in memory that the container sees under a path of its own, for `--tmpfs`.

use super::nearest::unknown_in;
use super::{Offer, Value, ValueError, mountpoint, pair};

/// The options without a value. The engine lets `bind`, `rbind` and `remount` pass, too, and fails at the mount.
const FLAGS: [&str; 30] = [
    "defaults",
    "ro",
    "rw",
    "suid",
    "nosuid",
    "dev",
    "nodev",
    "exec",
    "noexec",
    "sync",
    "async",
    "dirsync",
    "mand",
    "nomand",
    "atime",
    "noatime",
    "diratime",
    "nodiratime",
    "relatime",
    "norelatime",
    "strictatime",
    "nostrictatime",
    "private",
    "rprivate",
    "shared",
    "rshared",
    "slave",
    "rslave",
    "unbindable",
    "runbindable",
];

/// An option with a value: its name, the form of the value, and whether a value has it.
type WithValue = (&'static str, &'static str, fn(&str) -> bool);

/// The options with a value, as the kernel reads them.
const WITH_VALUE: [WithValue; 7] = [
    ("size", "a number with k, m, g, t or % behind it at most", |value| {
        value.strip_suffix('%').map_or_else(|| is_count(value), is_number)
    }),
    ("mode", "an octal number", is_octal),
    ("uid", "a number", is_number),
    ("gid", "a number", is_number),
    ("nr_inodes", "a number with k, m or g behind it at most", is_count),
    ("nr_blocks", "a number with k, m or g behind it at most", is_count),
    ("mpol", "a policy for the memory of several nodes", |value| !value.is_empty()),
];

/// A file system in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tmpfs {
    /// The absolute path in the container, as said.
    pub target: String,
    /// The options of the mount, as said: `ro`, `size=64m`.
    pub options: Vec<String>,
}

/// What a shell offers of them: what containers are given.
const OFFERED: [&str; 12] =
    ["exec", "gid=", "mode=", "nodev", "noexec", "nosuid", "nr_inodes=", "ro", "rw", "size=", "suid", "uid="];

impl Value for Tmpfs {
    const FORM: &'static str = "PATH[:OPTION[=VALUE],...]";
    const OFFER: Offer = Offer::Parts(':', &[Offer::NOTHING, Offer::List(&Offer::Words(&OFFERED))]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the mount holds a NUL byte"));
        }
        let (target, options) = word.split_once(':').unwrap_or((word, ""));
        mountpoint::check(target, |right| format!("{right}{}", &word[target.len()..]))?;
        let options: Vec<&str> = options.split(',').filter(|_| !options.is_empty()).collect();
        options.iter().try_for_each(|option| check(option, word))?;
        let options = options.into_iter().map(str::to_owned).collect();
        Ok(Self { target: target.to_owned(), options })
    }

    fn word(&self) -> String {
        let separator = if self.options.is_empty() { "" } else { ":" };
        format!("{}{separator}{}", self.target, self.options.join(","))
    }

    fn key(&self) -> Option<String> {
        Some(mountpoint::key(&self.target))
    }
}

/// Checks one option of the word.
fn check(option: &str, word: &str) -> Result<(), ValueError> {
    if option.is_empty() {
        return Err(ValueError::new("an option is empty"));
    }
    let (name, value) = pair::split(option);
    let known = WITH_VALUE.iter().find(|(known, ..)| *known == name);
    match (known, value) {
        (Some((_, _, fits)), Some(value)) if fits(value) => Ok(()),
        (Some((_, form, _)), _) => Err(ValueError::new(format!("{name}= takes {form}"))),
        (None, None) if FLAGS.contains(&name) => Ok(()),
        (None, Some(_)) if FLAGS.contains(&name) => Err(ValueError::new(format!("{name} takes no value"))),
        (None, _) => {
            let known = FLAGS.into_iter().chain(WITH_VALUE.map(|(known, ..)| known));
            Err(unknown_in("a tmpfs has no such option", name, word, known))
        }
    }
}

/// Decimal, or hexadecimal behind `0x`.
fn is_number(value: &str) -> bool {
    let (digits, radix) = value.strip_prefix("0x").map_or((value, 10), |digits| (digits, 16));
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
}

fn is_octal(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|digit| matches!(digit, b'0'..=b'7'))
}

/// A number, or that many times a power of 1024.
fn is_count(value: &str) -> bool {
    is_number(value) || value.strip_suffix(|unit| "kKmMgGtTpPeE".contains(unit)).is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Tmpfs>(&[
            ("/run", "/run"),
            ("/run:", "/run"),
            ("/run/./x/", "/run/./x/"),
            ("/run:ro", "/run:ro"),
            ("/run:rw,noexec,nosuid,size=64m", "/run:rw,noexec,nosuid,size=64m"),
            ("/run:ro,rw", "/run:ro,rw"),
            ("/run:size=10%,mode=1777,uid=1000,gid=0x10", "/run:size=10%,mode=1777,uid=1000,gid=0x10"),
            ("/run:size=65536,nr_inodes=1k,nr_blocks=2", "/run:size=65536,nr_inodes=1k,nr_blocks=2"),
            ("/run:mpol=bind:0-1", "/run:mpol=bind:0-1"),
            ("/run:size=1T,defaults,strictatime,rshared", "/run:size=1T,defaults,strictatime,rshared"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let size = "size= takes a number with k, m, g, t or % behind it at most";
        refuses::<Tmpfs>(&[
            ("", "the path in the container is missing"),
            (":ro", "the path in the container is missing"),
            ("run:ro", "the path in the container is not absolute -> /run:ro"),
            ("/", "the root of the container cannot be mounted over"),
            ("/x/..:ro", "the root of the container cannot be mounted over"),
            ("/run:ro,", "an option is empty"),
            ("/run:noexe", "a tmpfs has no such option -> /run:noexec"),
            ("/run:siz=1m", "a tmpfs has no such option -> /run:size=1m"),
            ("/run:ro:rw", "a tmpfs has no such option"),
            ("/run:bind", "a tmpfs has no such option"),
            ("/run:remount", "a tmpfs has no such option"),
            ("/run:=x", "a tmpfs has no such option"),
            ("/run:ro=1", "ro takes no value"),
            ("/run:size", size),
            ("/run:size=", size),
            ("/run:size=64mb", size),
            ("/run:size=1.5g", size),
            ("/run:size=-1", size),
            ("/run:size=%", size),
            ("/run:mode=8", "mode= takes an octal number"),
            ("/run:mode=", "mode= takes an octal number"),
            ("/run:uid=me", "uid= takes a number"),
            ("/run:nr_inodes=x", "nr_inodes= takes a number with k, m or g behind it at most"),
            ("/run:mpol=", "mpol= takes a policy for the memory of several nodes"),
            ("/run\0", "the mount holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_key_is_the_cleaned_target() {
        for (word, want) in [("/m/:ro", "/m"), ("/etc/../m", "/m")] {
            assert_eq!(Tmpfs::parse(word).unwrap().key(), Some(want.to_owned()));
        }
        assert_eq!(Tmpfs::parse("/m").unwrap().power(), None);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            target in "/[a-z][a-z/. ]{0,6}x",
            options in prop::collection::vec(prop::sample::select(FLAGS.to_vec()), 0..4),
            size in prop::option::of("size=[0-9]{1,4}[kmg%]?"),
        ) {
            let options = options.into_iter().map(str::to_owned).chain(size).collect();
            round_trips(&Tmpfs { target, options });
        }
    }
}
