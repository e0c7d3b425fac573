//! Whether `/proc` hides the processes of other users.

/// Whether it is mounted so that the caller does not see them.
#[must_use]
pub(super) fn hides_processes() -> bool {
    std::fs::read_to_string("/proc/self/mountinfo").is_ok_and(|text| is_hiding(&text))
}

/// The last file system at `/proc` is the one that is seen. `hidepid=1` shows that a process is there, and nothing of it.
fn is_hiding(mountinfo: &str) -> bool {
    let mut at_proc = mountinfo.lines().rev().filter(|line| line.split(' ').nth(4) == Some("/proc"));
    let options = at_proc.next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
    let said = options.split(',').find_map(|option| option.strip_prefix("hidepid="));
    said.is_some_and(|word| !["0", "off"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mount_on_top_decides() {
        let line = |at: &str, options: &str| {
            format!("24 30 0:22 / {at} rw,relatime shared:14 - proc proc {options}\n")
        };
        let plain = line("/proc", "rw");
        for (text, want) in [
            (plain.clone(), false),
            (line("/proc", "rw,hidepid=2"), true),
            (line("/proc", "rw,gid=4,hidepid=invisible"), true),
            (line("/proc", "rw,hidepid=off"), false),
            (line("/proc", "rw,hidepid=0"), false),
            (line("/proc", "rw,hidepid=2") + &plain, false),
            (plain.clone() + &line("/proc", "rw,hidepid=noaccess"), true),
            (plain + &line("/chroot/proc", "rw,hidepid=2"), false),
            (String::new(), false),
        ] {
            assert_eq!(is_hiding(&text), want, "{text}");
        }
    }
}
