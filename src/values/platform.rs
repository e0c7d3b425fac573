//! `Platform`: the system that the image is made for, for `--platform`.

use super::nearest::unknown;
use super::{Offer, Value, ValueError};
use std::env::consts::ARCH;

/// The systems, which may stand without a processor.
const SYSTEMS: [&str; 17] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

/// The processors, which may stand without a system.
const PROCESSORS: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// The system of this machine, which counts where none is said.
const OWN_SYSTEM: &str = "linux";

/// A platform as docker sends it: `linux/arm64/v8`; the empty word leaves it to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform(pub String);

impl Value for Platform {
    const FORM: &'static str = "OS[/ARCHITECTURE[/VARIANT]]|ARCHITECTURE";
    const OFFER: Offer = Offer::Words(&[
        "linux/amd64",
        "linux/arm/v7",
        "linux/arm64",
        "linux/ppc64le",
        "linux/riscv64",
        "linux/s390x",
    ]);

    /// Reads a platform as docker's client does: names of the same processor become one, and what a processor is
    /// anyway is left out.
    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Ok(Self(String::new()));
        }
        let lower = word.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('/').collect();
        let system = system(parts[0])?;
        parts[1..].iter().try_for_each(|part| check_part(part))?;
        match parts[1..] {
            [] if SYSTEMS.contains(&system) => Ok(Self::of(system, bare(normal(ARCH, "")))),
            [] => lone_processor(parts[0]),
            [processor] => Ok(Self::of(system, bare(normal(processor, "")))),
            [processor, variant] => Ok(Self::of(system, full(normal(processor, variant)))),
            _ => Err(ValueError::new("a platform has three parts at most")),
        }
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

impl Platform {
    fn of(system: &str, (processor, variant): (&str, &str)) -> Self {
        let separator = if variant.is_empty() { "" } else { "/" };
        Self(format!("{system}/{processor}{separator}{variant}"))
    }
}

/// Reads the system; its version, which Windows has, is for nobody on Linux, and docker leaves it out.
fn system(part: &str) -> Result<&str, ValueError> {
    let (system, version) = match part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        Some((system, version)) => (system, version),
        None => (part, ""),
    };
    let is_name = |letter: u8| letter.is_ascii_alphanumeric() || b"_-".contains(&letter);
    if system.is_empty() {
        return Err(ValueError::new("the system before the slash is missing"));
    }
    if !system.bytes().all(is_name) || !version.bytes().all(|letter| is_name(letter) || letter == b'.') {
        return Err(ValueError::new("a system holds only letters, digits, `_` and `-`"));
    }
    Ok(if system == "macos" { "darwin" } else { system })
}

/// Checks a processor, or a variant of one.
fn check_part(part: &str) -> Result<(), ValueError> {
    if part.is_empty() {
        return Err(ValueError::new("a part between slashes is empty"));
    }
    let is_plain = part.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"_.-".contains(&letter));
    if !is_plain || part.bytes().all(|letter| letter == b'.') {
        return Err(ValueError::new("a processor holds only letters, digits, `_`, `.` and `-`"));
    }
    Ok(())
}

/// A processor without a system.
fn lone_processor(word: &str) -> Result<Platform, ValueError> {
    let processor = bare(normal(word, ""));
    if PROCESSORS.contains(&processor.0) {
        return Ok(Platform::of(OWN_SYSTEM, processor));
    }
    let known = SYSTEMS.into_iter().chain(PROCESSORS);
    Err(unknown("this is neither a system nor a processor", word, known))
}

/// The one name of a processor, with its variant.
fn normal<'a>(processor: &'a str, variant: &'a str) -> (&'a str, &'a str) {
    match (processor, variant) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64" | "amd64", _) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64" | "arm64", "9" | "9.0" | "v9.0") => ("arm64", "v9"),
        ("aarch64" | "arm64", _) => ("arm64", variant),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        _ => (processor, variant),
    }
}

/// What docker writes where no variant was said.
fn bare<'a>(normal: (&'a str, &'a str)) -> (&'a str, &'a str) {
    if normal == ("arm", "v7") { ("arm", "") } else { normal }
}

/// What docker writes where a variant was said.
fn full<'a>(normal: (&'a str, &'a str)) -> (&'a str, &'a str) {
    if normal == ("arm64", "") { ("arm64", "v8") } else { normal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Platform>(&[
            ("", ""),
            ("linux/amd64", "linux/amd64"),
            ("LINUX/AMD64", "linux/amd64"),
            ("linux/x86_64", "linux/amd64"),
            ("linux/x86-64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("linux/amd64/v2", "linux/amd64/v2"),
            ("linux/arm64", "linux/arm64"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm64/8", "linux/arm64/v8"),
            ("linux/arm64/v8", "linux/arm64/v8"),
            ("linux/arm64/v8.0", "linux/arm64/v8"),
            ("linux/arm64/8.1", "linux/arm64/8.1"),
            ("linux/arm64/9.0", "linux/arm64/v9"),
            ("linux/arm", "linux/arm"),
            ("linux/arm/7", "linux/arm/v7"),
            ("linux/arm/5", "linux/arm/v5"),
            ("linux/arm/6", "linux/arm/v6"),
            ("linux/arm/8", "linux/arm/v8"),
            ("linux/armhf", "linux/arm"),
            ("linux/armhf/v6", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/i386/x", "linux/386"),
            ("linux/foo", "linux/foo"),
            ("linux/-x", "linux/-x"),
            ("foo/bar", "foo/bar"),
            ("macos/arm64", "darwin/arm64"),
            ("windows(10.0.17763)/amd64", "windows/amd64"),
            ("linux()/amd64", "linux/amd64"),
            ("arm64", "linux/arm64"),
            ("x86_64", "linux/amd64"),
            ("armhf", "linux/arm"),
            ("i386", "linux/386"),
            ("wasm", "linux/wasm"),
        ]);
    }

    #[test]
    fn a_system_alone_has_this_machines_processor() {
        let processor = if ARCH == "x86_64" { "amd64" } else { "arm64" };
        reads::<Platform>(&[
            ("linux", &format!("linux/{processor}")),
            ("linux(5)", &format!("linux/{processor}")),
            ("MacOS", &format!("darwin/{processor}")),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let system = "a system holds only letters, digits, `_` and `-`";
        let part = "a processor holds only letters, digits, `_`, `.` and `-`";
        refuses::<Platform>(&[
            ("foo", "this is neither a system nor a processor"),
            ("lunix", "this is neither a system nor a processor -> linux"),
            ("amd46", "this is neither a system nor a processor -> amd64"),
            ("amd64(1)", "this is neither a system nor a processor"),
            ("/", "the system before the slash is missing"),
            ("/amd64", "the system before the slash is missing"),
            ("linux/", "a part between slashes is empty"),
            ("linux//v8", "a part between slashes is empty"),
            ("linux/a/b/c", "a platform has three parts at most"),
            ("linux/x y", part),
            ("linux/..", part),
            ("linux/*", part),
            ("li*", system),
            (" linux", system),
            ("linux(a b)", system),
            ("linux(10", system),
            ("\u{212a}", system),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(word in "[a-z]{1,5}/[a-z0-9]{1,5}(/v[0-9]{1,2})?") {
            round_trips(&Platform::parse(&word).unwrap());
        }
    }
}
