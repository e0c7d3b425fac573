//! The users and groups of this machine by their names, and to whom the caller may give a file. Names are looked up in
//! the machine's own files: a static binary asks no directory service.

use super::Root;

/// The bit of the right to give files away (CAP_CHOWN) among a process's capabilities.
const CHOWN: u64 = 1;

/// The machine's accounts, as the caller sees them.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The text of `/etc/passwd`.
    users: String,
    /// The text of `/etc/group`.
    groups: String,
    /// The caller's user.
    uid: u32,
    /// The caller's groups.
    gids: Vec<u32>,
    /// Whether the caller may give files to anybody.
    is_free: bool,
}

impl Accounts {
    /// Reads them.
    #[must_use]
    pub fn read(root: &Root) -> Self {
        let text = |path: &str| std::fs::read_to_string(root.path(path)).unwrap_or_default();
        let further = nix::unistd::getgroups().unwrap_or_default();
        let gids = [nix::unistd::getegid()].into_iter().chain(further).map(nix::unistd::Gid::as_raw);
        Self {
            users: text("/etc/passwd"),
            groups: text("/etc/group"),
            uid: nix::unistd::geteuid().as_raw(),
            gids: gids.collect(),
            is_free: has_chown(&std::fs::read_to_string("/proc/self/status").unwrap_or_default()),
        }
    }

    /// The number of a user, said as such or by name; none where nobody has the name.
    #[must_use]
    pub fn user(&self, word: &str) -> Option<u32> {
        number(&self.users, word)
    }

    /// The same of a group.
    #[must_use]
    pub fn group(&self, word: &str) -> Option<u32> {
        number(&self.groups, word)
    }

    /// Whether the caller may give a file of its own to this user, and to this group where one is said: to others with
    /// the right to it alone, to a group of its own always.
    #[must_use]
    pub fn may_give(&self, user: u32, group: Option<u32>) -> bool {
        self.is_free || (user == self.uid && group.is_none_or(|group| self.gids.contains(&group)))
    }
}

/// The number of a word that is one, or that the lines name: both files have name and number at the same places.
fn number(lines: &str, word: &str) -> Option<u32> {
    let named = || {
        lines.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == word).then(|| fields.nth(1)?.parse().ok()).flatten()
        })
    };
    word.parse().ok().or_else(named)
}

/// Whether the capabilities that a process's status tells hold the right to give files away.
fn has_chown(status: &str) -> bool {
    let held = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    held.and_then(|held| u64::from_str_radix(held.trim(), 16).ok()).is_some_and(|held| held & CHOWN != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(is_free: bool) -> Accounts {
        Accounts {
            users: "root:x:0:0:root:/root:/bin/sh\n\nbroken\nrun:x:1000:1000::/:/bin/sh\n".to_owned(),
            groups: "root:x:0:\nvideo:x:44:run\n".to_owned(),
            uid: 1000,
            gids: vec![1000, 44],
            is_free,
        }
    }

    #[test]
    fn a_word_is_a_number_or_a_name_of_the_machine() {
        let accounts = accounts(false);
        for (word, user, group) in [
            ("7", Some(7), Some(7)),
            ("run", Some(1000), None),
            ("video", None, Some(44)),
            ("root", Some(0), Some(0)),
            ("broken", None, None),
            ("x", None, None),
        ] {
            assert_eq!((accounts.user(word), accounts.group(word)), (user, group), "{word}");
        }
    }

    #[test]
    fn only_who_has_the_right_gives_to_others() {
        for (user, group, is_own) in [
            (1000, None, true),
            (1000, Some(44), true),
            (1000, Some(7), false),
            (0, None, false),
            (0, Some(44), false),
        ] {
            assert_eq!(accounts(false).may_give(user, group), is_own, "{user} {group:?}");
            assert!(accounts(true).may_give(user, group), "{user} {group:?}");
        }
    }

    #[test]
    fn the_right_is_one_of_the_capabilities_in_effect() {
        for (status, want) in [
            ("CapPrm:\t0000000000000000\nCapEff:\t000001ffffffffff\n", true),
            ("CapEff:\t0000000000000001\n", true),
            ("CapPrm:\t000001ffffffffff\nCapEff:\t000001fffffffffe\n", false),
            ("CapEff:\tx\n", false),
            ("", false),
        ] {
            assert_eq!(has_chown(status), want, "{status}");
        }
    }
}
