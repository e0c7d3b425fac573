//! What compose and model-compose call things: the one table of other tools' names.

use super::{Long, blkio, deploy, health, logging, pull_policy, restart, stop_grace};
use crate::options::Row;

/// What a key of a section with launch options means.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) enum Means {
    /// The option.
    Row(&'static Row),
    /// Several options, or one in another way.
    Long(&'static Long),
    /// Nothing: why, and what there is in its place.
    Nothing(&'static str),
}

/// What another tool's name means.
enum Other {
    /// The option of this name.
    Option(&'static str),
    /// Several options, or one in another way.
    Long(&'static Long),
    /// Nothing: why, and what there is in its place.
    Nothing(&'static str),
}

use Other::{Nothing, Option as Same};

/// Other tools' names, with hyphens.
const NAMES: &[(&str, Other)] = &[
    ("annotations", Same("annotation")),
    ("blkio-config", Other::Long(&blkio::LONG)),
    ("cgroup", Same("cgroupns")),
    ("configs", Nothing("a file is mounted: volume = [\"./FILE:/PATH:ro\"]")),
    ("container-name", Same("name")),
    ("cpuset", Same("cpuset-cpus")),
    ("credential-spec", Nothing("it is Windows' own: the engine's host is Linux")),
    ("deploy", Other::Long(&deploy::LONG)),
    ("develop", Nothing("nothing is watched or synchronised: mount the sources, volume = [\".:/src\"]")),
    ("device-cgroup-rules", Same("device-cgroup-rule")),
    ("devices", Same("device")),
    ("environment", Same("env")),
    ("extends", Nothing("profiles extend each other: what services share stands in [profile.NAME]")),
    ("external-links", Nothing("containers are linked by `link`, whoever made them")),
    ("extra-hosts", Same("add-host")),
    ("healthcheck", Other::Long(&health::LONG)),
    ("include", Nothing("further files are named by --config, or lie in their own places")),
    ("labels", Same("label")),
    ("links", Same("link")),
    ("logging", Other::Long(&logging::LONG)),
    ("max-retry-count", Same("health-retries")),
    ("mem-limit", Same("memory")),
    ("mem-reservation", Same("memory-reservation")),
    ("mem-swappiness", Same("memory-swappiness")),
    ("memswap-limit", Same("memory-swap")),
    ("models", Nothing("models are mounted, or fetched by the service itself: hf-home mounts their cache")),
    ("network-mode", Same("network")),
    ("networks", Same("network")),
    ("ports", Same("publish")),
    (
        "post-start",
        Nothing("dynrun runs nothing in a container but its command: put it into the image's entrypoint"),
    ),
    ("pre-stop", Nothing("dynrun runs nothing in a container but its command: `stop-signal` asks it to end")),
    (
        "profiles",
        Nothing("services are launched by their names; a profile is the habits of a launch, [profile.NAME]"),
    ),
    ("provider", Nothing("a service is a container")),
    ("pull-policy", Other::Long(&pull_policy::LONG)),
    ("ram", Nothing("what memory the container may take is `memory`: memory = \"8g\"")),
    ("restart-policy", Other::Long(&restart::LONG)),
    ("scale", Nothing("a launch is one container")),
    (
        "secrets",
        Nothing(
            "each is a table of its own: [service.S.secret.NAME] with variable = \"VARIABLE\", or with file = \"FILE\"",
        ),
    ),
    ("stdin-open", Same("interactive")),
    ("stop-grace-period", Other::Long(&stop_grace::LONG)),
    ("sysctls", Same("sysctl")),
    ("type", Nothing("every launch is a container of docker's: leave it out")),
    ("ulimits", Same("ulimit")),
    ("userns-mode", Same("userns")),
    ("volumes", Same("volume")),
    ("working-dir", Same("workdir")),
];

/// What a key means, with hyphens.
pub(in crate::config) fn find(key: &str) -> Option<Means> {
    if let Some(row) = Row::find(key) {
        return Some(Means::Row(row));
    }
    let at = NAMES.binary_search_by(|(name, _)| (*name).cmp(key)).ok()?;
    match &NAMES[at].1 {
        Same(name) => Row::find(name).map(Means::Row),
        Other::Long(long) => Some(Means::Long(long)),
        Nothing(why) => Some(Means::Nothing(why)),
    }
}

impl Means {
    /// The one name of what is meant, where it is anything.
    pub(in crate::config) fn name(&self) -> Option<&'static str> {
        match self {
            Self::Row(row) => Some(row.name),
            Self::Long(long) => Some(long.name),
            Self::Nothing(_) => None,
        }
    }
}

/// The names that mean something.
pub(in crate::config) fn known() -> impl Iterator<Item = &'static str> {
    let known = NAMES.iter().filter(|(_, other)| !matches!(other, Nothing(_)));
    known.map(|(name, _)| *name)
}

/// What other tools call an option.
pub(in crate::config) fn of(row: &Row) -> impl Iterator<Item = &'static str> {
    let called = NAMES.iter().filter(|(_, other)| matches!(other, Same(name) if *name == row.name));
    called.map(|(name, _)| *name)
}

/// The keys that say several options, or one in another way.
pub(in crate::config) fn longs() -> impl Iterator<Item = &'static Long> {
    NAMES.iter().filter_map(|(_, other)| match other {
        Other::Long(long) => Some(*long),
        Same(_) | Nothing(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_mean_something() {
        assert!(NAMES.is_sorted_by(|(a, _), (b, _)| a < b));
        for (name, other) in NAMES {
            assert!(Row::find(name).is_none(), "{name} is an option already");
            match other {
                Same(option) => assert!(Row::find(option).is_some_and(|row| row.name == *option), "{name}"),
                Other::Long(long) => assert_eq!(long.name, *name),
                Nothing(why) => assert!(!why.is_empty(), "{name}"),
            }
        }
    }
}
