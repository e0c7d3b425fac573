//! Words into values, one noun a file: what a user says for one option, read, checked and written back.
//!
//! Pure: no file, variable or engine is looked at, no default is known, and no two options are compared.

mod addhost;
mod annotation;
mod authority;
mod blkio;
mod boolean;
mod capability;
mod content_trust;
mod cpu_time;
mod cpus;
mod cpuset;
mod day;
mod device;
mod device_rule;
mod dns_search;
mod domainname;
mod dotenv;
mod duration;
mod envfile;
mod envvar;
mod expose;
mod file;
mod folder;
mod framework;
mod gpus;
mod health;
mod hostname;
mod if_exists;
mod image;
mod integer;
pub mod ip;
mod ipc;
mod isolation;
mod keys;
mod label;
mod link;
mod link_local;
mod logopt;
mod mac;
mod memory;
mod moment;
mod mount;
mod mountpoint;
mod name;
mod namespace;
mod nearest;
mod network;
mod offer;
mod oom;
mod pair;
mod pid;
mod pids;
mod platform;
mod plausible;
mod policy;
mod port;
mod port_query;
mod propagation;
mod publish;
mod pull;
mod ready;
mod record;
mod restart;
mod role_token;
mod secret;
mod secret_program;
mod secret_reference;
mod security;
mod set_secrets;
mod size;
mod stop;
mod storage_opt;
mod stream;
mod subnet;
mod sysctl;
mod target;
mod terminal_text;
#[cfg(test)]
mod testing;
mod text;
mod tmpfs;
mod toml_text;
mod tty;
mod ulimit;
mod user;
mod version;
mod volume;
mod volume_mode;
mod volumes_from;
mod wait;
mod windows;
mod workdir;

pub use addhost::AddHost;
pub use annotation::Annotation;
pub use authority::Authority;
pub use blkio::{BlkioWeight, DeviceBps, DeviceIops, DeviceWeight};
pub use capability::Capability;
pub use content_trust::NoContentTrust;
pub use cpu_time::{CpuPeriod, CpuQuota, CpuRtPeriod, CpuRtRuntime, CpuShares};
pub use cpus::Cpus;
pub use cpuset::Cpuset;
pub use day::Day;
pub use device::Device;
pub use device_rule::DeviceRule;
pub use dns_search::DnsSearch;
pub use domainname::Domainname;
pub use dotenv::{DotenvLine, parse_dotenv};
pub use duration::Duration;
pub use envfile::{EnvFile, EnvFileError, EnvFileLine, odd_name, parse_env_file};
pub use envvar::EnvVar;
pub use expose::Expose;
pub use file::{CidFile, File};
pub use folder::{Folder, HfHome};
pub use framework::Framework;
pub use gpus::{GpuRequest, Gpus};
pub use health::{HealthCommand, HealthRetries, HealthTime};
pub use hostname::Hostname;
pub use if_exists::IfExists;
pub use image::ImageRef;
pub use ipc::Ipc;
pub use isolation::Isolation;
pub use keys::DetachKeys;
pub use label::Label;
pub use link::Link;
pub use link_local::LinkLocalIp;
pub use logopt::LogOpt;
pub use mac::MacAddress;
pub use memory::{MemoryLimit, MemorySwap, Swappiness};
pub use moment::Moment;
pub use mount::{
    BindMount, FileMode, FileOwner, ImageMount, Mount, MountSource, NewFolder, Submounts, TmpfsMount,
    VolumeMount,
};
pub use name::{ContainerName, is_name};
pub use namespace::{CgroupNamespace, HostNamespace};
pub use network::{Network, NetworkChoice};
pub use offer::{Field, Names, Offer};
pub use oom::OomScoreAdj;
pub use pair::hide_values;
pub use pid::Pid;
pub use pids::PidsLimit;
pub use platform::Platform;
pub use plausible::is_plausible_name;
pub use policy::PortPolicy;
pub use port::{PortRange, Protocol};
pub use port_query::PortQuery;
pub use propagation::Propagation;
pub use publish::{PortBinding, Publish};
pub use pull::Pull;
pub use ready::{HttpReady, Pattern, Ready};
pub use record::{join as record, quote as csv_field};
pub use restart::Restart;
pub use role_token::RoleToken;
pub use secret::{Secret, SecretNames};
pub use secret_program::{SecretForm, SecretProgram};
pub use secret_reference::{SecretReference, SecretSource};
pub use security::SecurityOpt;
pub use size::Size;
pub use stop::{StopSignal, StopTimeout};
pub use storage_opt::StorageOpt;
pub use stream::Stream;
pub use subnet::Subnet;
pub use sysctl::Sysctl;
pub use target::Target;
pub use terminal_text::is_obeyed;
pub use text::Text;
pub use tmpfs::Tmpfs;
pub use toml_text::{toml_key, toml_string};
pub use tty::{Interactive, Tty};
pub use ulimit::Ulimit;
pub use user::User;
pub use version::Version;
pub use volume::{Volume, VolumeSource};
pub use volume_mode::VolumeMode;
pub use volumes_from::VolumesFrom;
pub use wait::Wait;
pub use windows::WindowsOnly;
pub use workdir::WorkDir;

use std::path::{Path, PathBuf};

/// The value of one option, as one word says it on the command line, in a file or in a variable.
pub trait Value: Sized + Clone + PartialEq {
    /// The accepted form, as help and errors print it: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`.
    const FORM: &'static str;

    /// Whether an error may quote the word. Not where the word can hold a secret.
    const QUOTABLE: bool = true;

    /// The separator with which a table's `key = value` becomes a word; none where no table is taken.
    const PAIR: Option<char> = None;

    /// Whether the empty word takes away what was said before, as docker reads it.
    const EMPTY_IS_NONE: bool = false;

    /// What a shell completes a value to.
    const OFFER: Offer = Offer::Form;

    /// Reads a word.
    ///
    /// # Errors
    /// Says what is wrong with the word, without quoting it.
    fn parse(word: &str) -> Result<Self, ValueError>;

    /// Writes the word that `parse` reads back into the same value. It may hold a secret.
    fn word(&self) -> String;

    /// The word for any reader's eyes: secrets are left out.
    fn shown(&self, names: &SecretNames) -> String {
        names.without_secrets_in(&self.word())
    }

    /// What this value replaces when a lower layer says the same key: the variable's name, the mount's target,
    /// the container's port. None for a plain list, which appends what it does not hold yet.
    fn key(&self) -> Option<String> {
        None
    }

    /// The parts that can be replaced one by one: a range of ports has many, anything else is one.
    fn spread(&self) -> Vec<Self> {
        vec![self.clone()]
    }

    /// The same value with its relative path, if it has one, made absolute.
    fn rooted(self, _roots: &Roots<'_>) -> Self {
        self
    }

    /// What this value gives to the container beyond its own walls: what a stranger's file must not say.
    fn power(&self) -> Option<Power> {
        None
    }

    /// The same of a value that gives more than one thing.
    fn powers(&self) -> Vec<Power> {
        self.power().into_iter().collect()
    }
}

/// Where a relative path in a word starts.
#[derive(Debug, Clone, Copy)]
pub struct Roots<'a> {
    /// The folder of the file that said the word, or the working directory.
    pub base: &'a Path,
    /// What `~` stands for.
    pub home: Option<&'a Path>,
}

impl Roots<'_> {
    /// Makes a path absolute: `~` and `~/x` from the home directory, anything relative from the base.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        let from_home = path.strip_prefix("~").ok().zip(self.home);
        let joined = match from_home {
            Some((rest, home)) => home.join(rest),
            None => self.base.join(path),
        };
        clean(&joined)
    }
}

/// Takes `.`, `..` and doubled slashes out of an absolute path, by its letters alone, as docker's client does.
#[must_use]
pub fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

/// A power over the host that a value hands to the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Power {
    /// A namespace of the host is shared: `network host`, `ipc host`.
    HostNamespace,
    /// Another container is reached into: its network, its memory, its variables.
    OtherContainer,
    /// A path of the host is mounted or read.
    HostPath(PathBuf),
    /// A capability is added.
    Capability,
    /// A security module confines the container less, or as somebody else says.
    Unconfined,
    /// Devices of the host are handed over.
    Device,
    /// A variable of the caller's environment is forwarded, by this name.
    Forward(String),
    /// Every wall is taken down: `privileged`.
    Everything,
}

/// Why a word is not a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// What is wrong, as a lower-case fragment without the word itself: `container port 0 cannot be published`.
    pub problem: String,
    /// The word that was probably meant.
    pub suggestion: Option<String>,
}

impl ValueError {
    /// An error that only says what is wrong.
    #[must_use]
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), suggestion: None }
    }

    /// Adds the word that was probably meant.
    #[must_use]
    pub fn suggest(mut self, word: impl Into<String>) -> Self {
        self.suggestion = Some(word.into());
        self
    }
}
