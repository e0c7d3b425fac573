//! `Capability`: a capability of the kernel, for `--cap-add` and `--cap-drop`.

use super::nearest::nearest;
use super::{Offer, Power, Value, ValueError};

/// The kernel's capabilities, by number (`include/uapi/linux/capability.h`), without `CAP_`.
const KNOWN: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// Every capability at once.
const ALL: &str = "ALL";

/// What a shell offers: all of these.
const OFFERED: [&str; KNOWN.len() + 1] = {
    let mut offered = [ALL; KNOWN.len() + 1];
    let mut at = 0;
    while at < KNOWN.len() {
        offered[at] = KNOWN[at];
        at += 1;
    }
    offered
};

/// A capability as docker sends it: `CAP_SYS_PTRACE`, or `ALL`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capability(pub String);

impl Value for Capability {
    const FORM: &'static str = "CAPABILITY";
    const OFFER: Offer = Offer::Words(&OFFERED);

    fn parse(word: &str) -> Result<Self, ValueError> {
        let upper = word.trim().to_uppercase();
        let bare = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if upper == ALL {
            return Ok(Self(upper));
        }
        if KNOWN.contains(&bare) {
            return Ok(Self(format!("CAP_{bare}")));
        }
        if bare.is_empty() {
            return Err(ValueError::new("the capability is missing"));
        }
        let error = ValueError::new("the kernel has no such capability");
        Err(match nearest(bare, KNOWN.iter().copied().chain([ALL])) {
            Some(known) => error.suggest(known),
            None => error,
        })
    }

    fn word(&self) -> String {
        self.0.clone()
    }

    fn power(&self) -> Option<Power> {
        Some(Power::Capability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Capability>(&[
            ("SYS_PTRACE", "CAP_SYS_PTRACE"),
            ("sys_ptrace", "CAP_SYS_PTRACE"),
            ("cap_sys_ptrace", "CAP_SYS_PTRACE"),
            (" net_raw", "CAP_NET_RAW"),
            ("all", "ALL"),
            ("ALL", "ALL"),
            ("bpf", "CAP_BPF"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Capability>(&[
            ("", "the capability is missing"),
            ("CAP_", "the capability is missing"),
            ("SYS_PTRCE", "the kernel has no such capability -> SYS_PTRACE"),
            ("sysadmin", "the kernel has no such capability -> SYS_ADMIN"),
            ("foobar", "the kernel has no such capability"),
            ("CAP_ALL", "the kernel has no such capability -> ALL"),
            ("RESET", "the kernel has no such capability"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(name in prop::sample::select(KNOWN.to_vec())) {
            round_trips(&Capability(format!("CAP_{name}")));
        }
    }
}
