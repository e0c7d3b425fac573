//! What the engine says of itself, as far as a launch depends on it: its runtimes, the devices
//! that it knows, its log drivers, and what confines its containers.

use super::{Engine, EngineError};
use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum};

/// An engine's runtimes, devices and rights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineInfo {
    /// The names of the runtimes that are registered, sorted.
    pub runtimes: Vec<String>,
    /// The runtime of a container that names none.
    pub default_runtime: String,
    /// Who keeps its control groups: `systemd`, `cgroupfs`.
    pub cgroup_driver: String,
    /// The namespace of control groups that it gives where nobody says one: `host`, `private`; none where it does not
    /// tell which control groups it has.
    pub cgroupns: Option<&'static str>,
    /// The folders in which it looks for CDI specifications; none where it does not take CDI devices.
    pub cdi_folders: Vec<String>,
    /// The CDI devices that it found; only newer engines tell.
    pub cdi_devices: Vec<String>,
    /// The names of its log drivers, plugins' included, sorted.
    pub log_drivers: Vec<String>,
    /// The names of its network drivers, plugins' that are loaded included, sorted.
    pub network_drivers: Vec<String>,
    /// What confines its containers, by name: `seccomp`, `selinux`, `userns`, `rootless`.
    pub security: Vec<String>,
    /// The folder of its own data.
    pub data_folder: String,
    /// Whether it runs without root's rights.
    pub is_rootless: bool,
    /// How many processors it sees; zero where it does not tell.
    pub processors: i64,
    /// The memory of its machine, in bytes; zero where it does not tell.
    pub memory: u64,
}

impl Engine {
    /// Asks for the runtimes, devices and rights.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn info(&self) -> Result<EngineInfo, EngineError> {
        // Several checks of a launch ask; it is asked once.
        let asked = self.info.get_or_try_init(|| async { Ok(read(self.get("/info").await?)) });
        asked.await.cloned()
    }
}

fn read(info: SystemInfo) -> EngineInfo {
    let mut runtimes: Vec<String> = info.runtimes.unwrap_or_default().into_keys().collect();
    runtimes.sort_unstable();
    let plugins = info.plugins.unwrap_or_default();
    let sorted = |mut names: Vec<String>| {
        names.sort_unstable();
        names
    };
    let security = info.security_options.unwrap_or_default();
    let devices = info.discovered_devices.unwrap_or_default().into_iter();
    let cdi = devices.filter(|device| device.source.as_deref() == Some("cdi"));
    EngineInfo {
        runtimes,
        default_runtime: info.default_runtime.unwrap_or_default(),
        cgroupns: match info.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_1) => Some("host"),
            Some(SystemInfoCgroupVersionEnum::_2) => Some("private"),
            Some(SystemInfoCgroupVersionEnum::EMPTY) | None => None,
        },
        cgroup_driver: info.cgroup_driver.map(|driver| driver.to_string()).unwrap_or_default(),
        cdi_folders: info.cdi_spec_dirs.unwrap_or_default(),
        cdi_devices: cdi.filter_map(|device| device.id).collect(),
        is_rootless: security.iter().any(|option| option.split(',').any(|word| word == "name=rootless")),
        log_drivers: sorted(plugins.log.unwrap_or_default()),
        network_drivers: sorted(plugins.network.unwrap_or_default()),
        security: security.iter().filter_map(|option| security_name(option)).collect(),
        data_folder: info.docker_root_dir.unwrap_or_default(),
        processors: info.ncpu.unwrap_or_default(),
        memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
    }
}

/// `name=seccomp,profile=builtin` is `seccomp`; older engines say the name alone.
fn security_name(option: &str) -> Option<String> {
    let first = option.split(',').next()?;
    Some(first.strip_prefix("name=").unwrap_or(first).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::{DeviceInfo, Runtime};

    #[test]
    fn the_version_of_control_groups_tells_whose_are_seen() {
        use SystemInfoCgroupVersionEnum::{_1, _2, EMPTY};
        for (version, want) in
            [(Some(_1), Some("host")), (Some(_2), Some("private")), (Some(EMPTY), None), (None, None)]
        {
            assert_eq!(read(SystemInfo { cgroup_version: version, ..SystemInfo::default() }).cgroupns, want);
        }
    }

    #[test]
    fn what_is_left_out_is_empty() {
        assert_eq!(read(SystemInfo::default()), EngineInfo::default());
    }

    #[test]
    fn an_engine_without_root_says_so() {
        let read = |options: &[&str]| {
            let security_options = Some(options.iter().map(|option| (*option).to_owned()).collect());
            read(SystemInfo { security_options, ..SystemInfo::default() }).is_rootless
        };
        assert!(read(&["name=seccomp,profile=builtin", "name=rootless"]));
        assert!(!read(&["name=seccomp,profile=builtin", "name=cgroupns"]));
    }

    #[test]
    fn what_confines_is_told_by_its_name() {
        let options = ["name=seccomp,profile=builtin", "name=selinux", "apparmor"].map(str::to_owned);
        let info = SystemInfo { security_options: Some(options.to_vec()), ..SystemInfo::default() };
        assert_eq!(read(info).security, ["seccomp", "selinux", "apparmor"]);
    }

    #[test]
    fn runtimes_and_cdi_devices_are_read() {
        let device = |source: &str, id: &str| DeviceInfo { source: Some(source.into()), id: Some(id.into()) };
        let runtimes = ["runc", "nvidia"].map(|name| (name.to_owned(), Runtime::default()));
        let info = SystemInfo {
            runtimes: Some(runtimes.into()),
            default_runtime: Some("runc".to_owned()),
            cdi_spec_dirs: Some(vec!["/etc/cdi".to_owned()]),
            discovered_devices: Some(vec![device("cdi", "nvidia.com/gpu=0"), device("other", "x")]),
            security_options: Some(vec![
                "name=seccomp,profile=default".to_owned(),
                "name=rootless".to_owned(),
            ]),
            ..SystemInfo::default()
        };
        let read = read(info);
        assert_eq!(read.runtimes, ["nvidia", "runc"]);
        assert_eq!(
            (read.default_runtime.as_str(), &read.cdi_folders[..]),
            ("runc", &["/etc/cdi".to_owned()][..])
        );
        assert_eq!(read.cdi_devices, ["nvidia.com/gpu=0"]);
        assert!(read.is_rootless);
    }
}
