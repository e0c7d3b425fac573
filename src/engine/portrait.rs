//! What the engine says of itself and of its machine, for people to read.

use super::{Engine, EngineError};
use bollard::models::{LocalNodeState, SystemInfo};

/// An engine and its machine, as far as it tells. What it does not tell is empty, or zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portrait {
    /// The engine's own version.
    pub version: String,
    /// The operating system: `Debian GNU/Linux 12 (bookworm)`.
    pub system: String,
    /// The kernel's version.
    pub kernel: String,
    /// The processors' architecture, in the kernel's word.
    pub architecture: String,
    /// How many processors it has.
    pub processors: i64,
    /// Its memory, in bytes.
    pub memory: i64,
    /// The version of control groups, `1` or `2`.
    pub cgroup: String,
    /// What keeps the images' layers: `overlay2`.
    pub storage: String,
    /// Where containers' output goes that say nothing else: `json-file`.
    pub log_driver: String,
    /// The folder of its images, containers and volumes.
    pub folder: String,
    /// What it secures containers with, by name: `seccomp`, `apparmor`, `rootless`.
    pub security: Vec<String>,
    /// Whether containers outlive the engine.
    pub live_restore: bool,
    /// Whether it forwards packets: else nothing leaves a bridge.
    pub forwards: Option<bool>,
    /// How many containers run, and how many there are.
    pub containers: (i64, i64),
    /// How many images it has.
    pub images: i64,
    /// Its part in a swarm, in a word.
    pub swarm: &'static str,
    /// What it warns of itself.
    pub warnings: Vec<String>,
}

impl Engine {
    /// Asks the engine for its portrait.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn portrait(&self) -> Result<Portrait, EngineError> {
        Ok(drawn(self.get("/info").await?))
    }
}

fn drawn(info: SystemInfo) -> Portrait {
    let swarm = swarm(&info);
    let text = Option::<String>::unwrap_or_default;
    Portrait {
        version: text(info.server_version),
        system: text(info.operating_system),
        kernel: text(info.kernel_version),
        architecture: text(info.architecture),
        processors: info.ncpu.unwrap_or_default(),
        memory: info.mem_total.unwrap_or_default(),
        cgroup: info.cgroup_version.map(|version| version.to_string()).unwrap_or_default(),
        storage: text(info.driver),
        log_driver: text(info.logging_driver),
        folder: text(info.docker_root_dir),
        security: info.security_options.unwrap_or_default().iter().filter_map(|one| security(one)).collect(),
        live_restore: info.live_restore_enabled.unwrap_or_default(),
        forwards: info.ipv4_forwarding,
        containers: (info.containers_running.unwrap_or_default(), info.containers.unwrap_or_default()),
        images: info.images.unwrap_or_default(),
        swarm,
        warnings: info.warnings.unwrap_or_default(),
    }
}

/// `seccomp` in `name=seccomp,profile=default`.
fn security(option: &str) -> Option<String> {
    option.split(',').find_map(|field| field.strip_prefix("name=")).map(str::to_owned)
}

fn swarm(info: &SystemInfo) -> &'static str {
    let Some(swarm) = &info.swarm else { return "" };
    match swarm.local_node_state {
        Some(LocalNodeState::ACTIVE) if swarm.control_available == Some(true) => "manager",
        Some(LocalNodeState::ACTIVE) => "worker",
        Some(LocalNodeState::PENDING) => "joining",
        Some(LocalNodeState::LOCKED) => "locked",
        Some(LocalNodeState::ERROR) => "in error",
        Some(LocalNodeState::INACTIVE | LocalNodeState::EMPTY) | None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::SwarmInfo;

    #[test]
    fn what_is_not_told_is_empty() {
        assert_eq!(drawn(SystemInfo::default()), Portrait::default());
    }

    #[test]
    fn security_and_swarm_are_words() {
        let swarm = |local_node_state, control_available| {
            let swarm = Some(SwarmInfo { local_node_state, control_available, ..SwarmInfo::default() });
            let options = ["name=apparmor", "name=seccomp,profile=default", "name=rootless"];
            let security_options = Some(options.map(str::to_owned).to_vec());
            drawn(SystemInfo { swarm, security_options, ..SystemInfo::default() })
        };
        let manager = swarm(Some(LocalNodeState::ACTIVE), Some(true));
        assert_eq!(
            (manager.swarm, &manager.security.join(" ")[..]),
            ("manager", "apparmor seccomp rootless")
        );
        assert_eq!(swarm(Some(LocalNodeState::ACTIVE), Some(false)).swarm, "worker");
        assert_eq!(swarm(Some(LocalNodeState::LOCKED), None).swarm, "locked");
        assert_eq!(swarm(None, None).swarm, "none");
    }
}
