//! The container's id in the text of `/proc/PID/cgroup`, as docker, containerd, CRI-O and podman write it.

/// The digits of a container's id.
const ID: usize = 64;
/// podman's monitor runs beside the container, under its name.
const MONITOR: &str = "libpod-conmon-";

/// The innermost container that a cgroup lies in. Version 1 has a line for every controller, and the first that
/// names a container counts.
#[must_use]
pub fn container_in(text: &str) -> Option<String> {
    let paths = text.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.into_iter().find_map(|path| path.rsplit('/').find_map(id)).map(str::to_owned)
}

/// The id in one part of a path: `ID`, `docker-ID.scope`, `crio-ID`, `pod:cri-containerd:ID`.
fn id(part: &str) -> Option<&str> {
    if part.starts_with(MONITOR) {
        return None;
    }
    let part = part.strip_suffix(".scope").unwrap_or(part);
    let word = part.rsplit(['-', ':']).next()?;
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (word.len() == ID && word.bytes().all(is_hex)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_all_engines_are_read() {
        let id = "0123456789abcdef".repeat(4);
        let other = "f".repeat(64);
        for (text, want) in [
            (format!("0::/docker/{id}\n"), Some(&id)),
            (format!("0::/system.slice/docker-{id}.scope\n"), Some(&id)),
            (format!("0::/system.slice/docker-{id}.scope/init.scope\n"), Some(&id)),
            (format!("12:cpu,cpuacct:/docker/{id}\n11:pids:/docker/{id}\n"), Some(&id)),
            (format!("3:name=systemd:/\n2:cpu:/kubepods/burstable/pod9d-1/{id}\n"), Some(&id)),
            (format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope\n"), Some(&id)),
            (format!("0::/system.slice/kubepods-pod1.slice:cri-containerd:{id}\n"), Some(&id)),
            (format!("0::/kubepods.slice/crio-{id}.scope\n"), Some(&id)),
            (format!("0::/user.slice/user-1000.slice/libpod-{id}.scope/container\n"), Some(&id)),
            (format!("0::/docker/{other}/docker/{id}\n"), Some(&id)),
            (format!("0::/../{id}\n"), Some(&id)),
            (format!("0::/machine.slice/libpod-conmon-{id}.scope\n"), None),
            (format!("0::/docker/{}\n", &id[1..]), None),
            (format!("0::/docker/{}\n", id.to_uppercase()), None),
            ("0::/\n".to_owned(), None),
            ("0::/system.slice/docker.service\n".to_owned(), None),
            (String::new(), None),
            ("garbage".to_owned(), None),
        ] {
            assert_eq!(container_in(&text).as_ref(), want, "{text}");
        }
    }
}
