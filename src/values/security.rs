//! `SecurityOpt`: what the kernel's security modules let the container do, for `--security-opt`.

use super::file::File;
use super::nearest::unknown_in;
use super::{Offer, Power, Roots, Value, ValueError};

/// The names that docker knows.
const KEYS: [&str; 6] =
    ["no-new-privileges", "apparmor", "label", "seccomp", "systempaths", "writable-cgroups"];

/// One security option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityOpt {
    /// Whether a program may gain rights that its parent does not have, by setuid or file capabilities.
    NoNewPrivileges(bool),
    /// The profile of `AppArmor`, or `unconfined`.
    AppArmor(String),
    /// The label of `SELinux`: `disable`, `user:U`, `role:R`, `type:T`, `level:L`.
    Label(String),
    /// No filter of system calls.
    SeccompUnconfined,
    /// The engine's own filter of system calls.
    SeccompBuiltIn,
    /// The filter of system calls that a file holds as JSON. A relative path waits for `rooted`.
    Seccomp(File),
    /// Nothing of `/proc` and `/sys` is hidden, or kept from being written.
    SystemPathsUnconfined,
    /// Whether the container writes its own control groups. An engine before 28.0 knows no such option.
    WritableCgroups(bool),
}

impl Value for SecurityOpt {
    const FORM: &'static str = "no-new-privileges|KEY=VALUE";
    const OFFER: Offer = Offer::Any(&[
        Offer::Words(&["no-new-privileges", "systempaths=unconfined"]),
        Offer::Behind("apparmor=", &Offer::Words(&["docker-default", "unconfined"])),
        Offer::Behind("label=", &Offer::Words(&["disable", "level:", "role:", "type:", "user:"])),
        Offer::Behind("seccomp=", &Offer::Any(&[Offer::Words(&["builtin", "unconfined"]), Offer::Files])),
        Offer::Behind("writable-cgroups=", &Offer::SWITCH),
    ]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        // Docker splits at the first `=`, and at the first `:`, its older spelling, where there is none.
        let (key, value) = match word.split_once('=').or_else(|| word.split_once(':')) {
            Some((key, value)) => (key, Some(value)),
            None => (word, None),
        };
        let value = value.filter(|value| !value.is_empty());
        match (key, value) {
            ("no-new-privileges", None) if word.len() == key.len() => Ok(Self::NoNewPrivileges(true)),
            ("no-new-privileges", value) => bool::parse(value.unwrap_or_default()).map(Self::NoNewPrivileges),
            ("apparmor", Some(profile)) => Ok(Self::AppArmor(profile.to_owned())),
            ("label", Some(label)) => Ok(Self::Label(label.to_owned())),
            ("seccomp", Some("unconfined")) => Ok(Self::SeccompUnconfined),
            ("seccomp", Some("builtin")) => Ok(Self::SeccompBuiltIn),
            ("seccomp", Some(file)) => File::parse(file).map(Self::Seccomp),
            ("systempaths", Some("unconfined")) if word.contains('=') => Ok(Self::SystemPathsUnconfined),
            ("systempaths", Some(_)) => Err(ValueError::new("systempaths is unconfined, or is not said")
                .suggest("systempaths=unconfined")),
            ("writable-cgroups", Some(on)) => bool::parse(on).map(Self::WritableCgroups),
            _ if KEYS.contains(&key) => Err(ValueError::new(format!("the value after `{key}=` is missing"))),
            _ => Err(unknown_in("docker knows no such security option", key, word, KEYS)),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::NoNewPrivileges(true) => "no-new-privileges".to_owned(),
            Self::NoNewPrivileges(false) => "no-new-privileges=false".to_owned(),
            Self::AppArmor(profile) => format!("apparmor={profile}"),
            Self::Label(label) => format!("label={label}"),
            Self::SeccompUnconfined => "seccomp=unconfined".to_owned(),
            Self::SeccompBuiltIn => "seccomp=builtin".to_owned(),
            Self::Seccomp(file) => format!("seccomp={}", file.word()),
            Self::SystemPathsUnconfined => "systempaths=unconfined".to_owned(),
            Self::WritableCgroups(on) => format!("writable-cgroups={on}"),
        }
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self {
            Self::Seccomp(file) => Self::Seccomp(file.rooted(roots)),
            Self::NoNewPrivileges(_)
            | Self::AppArmor(_)
            | Self::Label(_)
            | Self::SeccompUnconfined
            | Self::SeccompBuiltIn
            | Self::SystemPathsUnconfined
            | Self::WritableCgroups(_) => self,
        }
    }

    /// Labels have several parts, which are said one by one.
    fn key(&self) -> Option<String> {
        match self {
            Self::NoNewPrivileges(_) => Some("no-new-privileges".to_owned()),
            Self::AppArmor(_) => Some("apparmor".to_owned()),
            Self::SeccompUnconfined | Self::SeccompBuiltIn | Self::Seccomp(_) => Some("seccomp".to_owned()),
            Self::SystemPathsUnconfined => Some("systempaths".to_owned()),
            Self::WritableCgroups(_) => Some("writable-cgroups".to_owned()),
            Self::Label(_) => None,
        }
    }

    /// A profile or a label of a stranger's choice confines no better than none.
    fn power(&self) -> Option<Power> {
        match self {
            Self::AppArmor(_)
            | Self::Label(_)
            | Self::SeccompUnconfined
            | Self::Seccomp(_)
            | Self::SystemPathsUnconfined
            | Self::WritableCgroups(true) => Some(Power::Unconfined),
            Self::NoNewPrivileges(_) | Self::SeccompBuiltIn | Self::WritableCgroups(false) => None,
        }
    }

    /// A profile of a file is read from the host, too.
    fn powers(&self) -> Vec<Power> {
        let file = match self {
            Self::Seccomp(file) => file.power(),
            Self::NoNewPrivileges(_)
            | Self::AppArmor(_)
            | Self::Label(_)
            | Self::SeccompUnconfined
            | Self::SeccompBuiltIn
            | Self::SystemPathsUnconfined
            | Self::WritableCgroups(_) => None,
        };
        self.power().into_iter().chain(file).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn words_are_read_and_written() {
        reads::<SecurityOpt>(&[
            ("no-new-privileges", "no-new-privileges"),
            ("no-new-privileges=true", "no-new-privileges"),
            ("no-new-privileges:true", "no-new-privileges"),
            ("no-new-privileges=false", "no-new-privileges=false"),
            ("no-new-privileges:0", "no-new-privileges=false"),
            ("apparmor=docker-default", "apparmor=docker-default"),
            ("apparmor:unconfined", "apparmor=unconfined"),
            ("label=disable", "label=disable"),
            ("label=type:svirt_apache_t", "label=type:svirt_apache_t"),
            ("label:level:s0:c1", "label=level:s0:c1"),
            ("seccomp=unconfined", "seccomp=unconfined"),
            ("seccomp:unconfined", "seccomp=unconfined"),
            ("seccomp=builtin", "seccomp=builtin"),
            ("seccomp=/tmp/p.json", "seccomp=/tmp/p.json"),
            ("seccomp:p.json", "seccomp=p.json"),
            ("seccomp=a=b.json", "seccomp=a=b.json"),
            ("seccomp=Unconfined", "seccomp=Unconfined"),
            ("systempaths=unconfined", "systempaths=unconfined"),
            ("writable-cgroups=1", "writable-cgroups=true"),
            ("writable-cgroups:false", "writable-cgroups=false"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<SecurityOpt>(&[
            ("", "docker knows no such security option"),
            ("no-new-privilege", "docker knows no such security option -> no-new-privileges"),
            ("seccmp=unconfined", "docker knows no such security option -> seccomp=unconfined"),
            ("apparmor", "the value after `apparmor=` is missing"),
            ("label=", "the value after `label=` is missing"),
            ("no-new-privileges=yes", "a switch is true or false -> true"),
            ("no-new-privileges=", "a switch is true or false"),
            ("seccomp=", "the value after `seccomp=` is missing"),
            ("seccomp=a\0", "the file's path holds a NUL byte"),
            ("systempaths:unconfined", "systempaths is unconfined, or is not said -> systempaths=unconfined"),
            ("systempaths=none", "systempaths is unconfined, or is not said -> systempaths=unconfined"),
            ("writable-cgroups", "the value after `writable-cgroups=` is missing"),
            ("writable-cgroups=yes", "a switch is true or false -> true"),
            ("disable", "docker knows no such security option"),
            ("label:disable=x", "docker knows no such security option"),
        ]);
    }

    #[test]
    fn a_higher_layer_replaces_the_same_option() {
        let key = |word| SecurityOpt::parse(word).unwrap().key();
        assert_eq!(key("no-new-privileges"), key("no-new-privileges=false"));
        assert_eq!(key("seccomp=unconfined"), key("seccomp=builtin"));
        assert_eq!(key("seccomp=unconfined"), key("seccomp=p.json"));
        assert_eq!(key("systempaths=unconfined"), Some("systempaths".into()));
        assert_eq!(key("writable-cgroups=1"), key("writable-cgroups=0"));
        assert_eq!(key("label=disable"), None);
    }

    #[test]
    fn what_confines_less_is_a_power() {
        for (word, is_power) in [
            ("seccomp=unconfined", true),
            ("apparmor=unconfined", true),
            ("label=disable", true),
            ("seccomp=builtin", false),
            ("seccomp=p.json", true),
            ("systempaths=unconfined", true),
            ("writable-cgroups=true", true),
            ("writable-cgroups=false", false),
            ("no-new-privileges", false),
        ] {
            assert_eq!(SecurityOpt::parse(word).unwrap().power().is_some(), is_power, "{word}");
        }
    }

    #[test]
    fn a_file_is_read_from_the_host() {
        let powers = SecurityOpt::parse("seccomp=/p.json").unwrap().powers();
        assert_eq!(powers, [Power::Unconfined, Power::HostPath("/p.json".into())]);
        assert_eq!(SecurityOpt::parse("apparmor=x").unwrap().powers(), [Power::Unconfined]);
    }

    #[test]
    fn only_a_file_is_rooted() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        for (word, want) in [
            ("seccomp=./p.json", "seccomp=/base/p.json"),
            ("seccomp=~/p.json", "seccomp=/home/me/p.json"),
            ("seccomp=builtin", "seccomp=builtin"),
            ("apparmor=./x", "apparmor=./x"),
        ] {
            assert_eq!(SecurityOpt::parse(word).unwrap().rooted(&roots).word(), want);
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(value in "[a-z:_]{1,9}", on: bool) {
            round_trips(&SecurityOpt::Label(value.clone()));
            round_trips(&SecurityOpt::AppArmor(value.clone()));
            round_trips(&SecurityOpt::Seccomp(File(format!("./{value}").into())));
            round_trips(&SecurityOpt::WritableCgroups(on));
        }
    }
}
