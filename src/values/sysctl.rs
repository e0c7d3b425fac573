//! `Sysctl`: a parameter of the kernel, in the container's own namespaces, for `--sysctl`.

use super::nearest::unknown_in;
use super::{Offer, Value, ValueError, pair};

/// The parameters of the kernel itself that each IPC namespace has its own of.
const KERNEL: [&str; 8] = [
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
];

/// What all the other parameters of a namespace start with.
const FRONTS: [&str; 2] = ["net.", "fs.mqueue."];

/// A parameter and what it is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sysctl {
    /// Its name: `net.core.somaxconn`.
    pub name: String,
    /// Its value, any text; an empty one leaves the parameter as it is.
    pub value: String,
}

/// What a shell offers: a value follows, or the rest of the name.
const OFFERED: [&str; 12] = [
    "fs.mqueue.msg_max=",
    "fs.mqueue.msgsize_max=",
    "kernel.msgmax=",
    "kernel.msgmnb=",
    "kernel.sem=",
    "kernel.shmall=",
    "kernel.shmmax=",
    "kernel.shmmni=",
    "net.core.somaxconn=",
    "net.ipv4.ip_local_port_range=",
    "net.ipv4.ip_unprivileged_port_start=",
    "net.ipv6.conf.all.disable_ipv6=",
];

impl Value for Sysctl {
    const FORM: &'static str = "NAME=VALUE";
    const OFFER: Offer = Offer::Words(&OFFERED);
    const PAIR: Option<char> = Some('=');

    fn parse(word: &str) -> Result<Self, ValueError> {
        let Some((name, value)) = word.split_once('=') else {
            return Err(ValueError::new("the value after the name is missing"));
        };
        if word.contains('\0') {
            return Err(ValueError::new("the parameter holds a NUL byte"));
        }
        if name.is_empty() || FRONTS.contains(&name) {
            return Err(ValueError::new("the parameter's name is missing"));
        }
        if !is_namespaced(name) {
            return Err(not_namespaced(name, value, word));
        }
        if name.contains(char::is_whitespace) {
            return Err(ValueError::new("the parameter's name holds a blank"));
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }

    fn word(&self) -> String {
        pair::join(&self.name, Some(&self.value))
    }

    fn key(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

/// Whether each container can have its own of the parameter.
fn is_namespaced(name: &str) -> bool {
    KERNEL.contains(&name) || FRONTS.iter().any(|front| name.starts_with(front))
}

/// The error for a parameter that is the whole host's, or is not written with dots.
fn not_namespaced(name: &str, value: &str, word: &str) -> ValueError {
    let problem = "a container has its own net.*, fs.mqueue.* and kernel.{msg*,sem,shm*} only";
    let dotted = name.replace('/', ".");
    if is_namespaced(&dotted) {
        return ValueError::new(problem).suggest(format!("{dotted}={value}"));
    }
    unknown_in(problem, name, word, KERNEL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Sysctl>(&[
            ("net.core.somaxconn=1024", "net.core.somaxconn=1024"),
            ("net.core.somaxconn=", "net.core.somaxconn="),
            ("net.ipv4.ping_group_range=0 10", "net.ipv4.ping_group_range=0 10"),
            ("net.ipv4.x=a=b", "net.ipv4.x=a=b"),
            ("net.ipv4.conf.eth0/1.forwarding=1", "net.ipv4.conf.eth0/1.forwarding=1"),
            ("fs.mqueue.msg_max=20", "fs.mqueue.msg_max=20"),
            ("kernel.shmmax=1", "kernel.shmmax=1"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let others = "a container has its own net.*, fs.mqueue.* and kernel.{msg*,sem,shm*} only";
        refuses::<Sysctl>(&[
            ("", "the value after the name is missing"),
            ("net.core.somaxconn", "the value after the name is missing"),
            ("=1", "the parameter's name is missing"),
            ("net.=1", "the parameter's name is missing"),
            ("fs.mqueue.=1", "the parameter's name is missing"),
            ("vm.swappiness=1", others),
            ("kernel.hostname=x", others),
            ("NET.a=1", others),
            (" net.a=1", others),
            ("kernel.shmmx=1", &format!("{others} -> kernel.shmmax=1")),
            ("net/ipv4/ip_forward=1", &format!("{others} -> net.ipv4.ip_forward=1")),
            ("net.a =1", "the parameter's name holds a blank"),
            ("net.a=\0", "the parameter holds a NUL byte"),
        ]);
    }

    #[test]
    fn the_name_is_the_key() {
        assert_eq!(Sysctl::parse("net.a=1").unwrap().key(), Some("net.a".into()));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in "(net|fs\\.mqueue)\\.[a-z_./]{1,9}", value in "[^\\x00]{0,9}") {
            round_trips(&Sysctl { name, value });
        }
    }
}
