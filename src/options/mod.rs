//! The table of launch options. One row declares an option; its flag, TOML key, `DYNRUN_*` variable, merge,
//! place in help, line in `dynrun config` and word in a dry run all come from the row.
//!
//! No default stands here: an option that nobody said is absent.

mod row;
mod slot;

pub use row::{Heading, Kind, Row, Said};
pub use slot::{Many, One, Setting, Slot, Switch};

use crate::values::{
    AddHost, Annotation, BlkioWeight, Capability, CgroupNamespace, CidFile, ContainerName, CpuPeriod,
    CpuQuota, CpuRtPeriod, CpuRtRuntime, CpuShares, Cpus, Cpuset, DetachKeys, Device, DeviceBps, DeviceIops,
    DeviceRule, DeviceWeight, DnsSearch, Domainname, Duration, EnvFile, EnvVar, Expose, File, Folder,
    Framework, Gpus, HealthCommand, HealthRetries, HealthTime, HfHome, HostNamespace, Hostname, IfExists,
    ImageRef, Interactive, Ipc, Isolation, Label, Link, LinkLocalIp, LogOpt, MacAddress, MemoryLimit,
    MemorySwap, Mount, Names, NetworkChoice, NoContentTrust, Offer, OomScoreAdj, Pid, PidsLimit, Platform,
    PortPolicy, Publish, Pull, Ready, Restart, SecretReference, SecurityOpt, Size, StopSignal, StopTimeout,
    StorageOpt, Stream, Swappiness, Sysctl, Target, Text, Tmpfs, Tty, Ulimit, User, Volume, VolumesFrom,
    Wait, WindowsOnly, WorkDir,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Declares the options. A row reads: help, field, name, short name, aliases, kind, type, and what else is
/// known of it. The order of the rows is the order of help.
macro_rules! options {
    ($( $heading:ident { $(
        #[doc = $help:literal]
        $field:ident = $name:literal $($short:literal)? $([$($alias:literal),+])? $kind:ident $type:ty
            $(=> $($attribute:ident $(($($argument:expr),+))?),+)? ;
    )+ } )+) => {
        /// What one source said: every option, each absent unless said.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Layer { $( $(
            #[doc = $help]
            pub $field: $kind<$type>,
        )+ )+ }

        /// The rows, in the order of help.
        pub const ROWS: &[Row] = &[ $( $(
            Row {
                aliases: &[$($($alias),+)?],
                short: options!(@short $($short)?),
                ..Row::new::<$kind<$type>>(
                    $name,
                    $help,
                    Heading::$heading,
                    row::Slots {
                        put: |layer, word, roots, origin| layer.$field.put(word, roots, origin),
                        said: |layer, names| layer.$field.said(names),
                        place: |layer| layer.$field.place(),
                        words: |layer| layer.$field.words(),
                        powers: |layer| layer.$field.powers(),
                        lay_over: |lower, upper| lower.$field.lay_over(&upper.$field),
                        clear: |layer| layer.$field = Default::default(),
                    },
                )
                $($( .$attribute($($($argument),+)?) )+)?
            },
        )+ )+ ];
    };
    (@short) => { None };
    (@short $short:literal) => { Some($short) };
}

options! {
    General {
        /// Service to launch, by its name in the configuration
        service = "service" One Text => own, value_name("NAME"), offers(Offer::Names(Names::Services));
        /// Image to run
        image = "image" One ImageRef => own;
        /// Name of the container
        name = "name" One ContainerName;
        /// Name the container PREFIX-SERVICE-WORD, with a word of this launch alone
        name_prefix = "name-prefix" One ContainerName => own, value_name("PREFIX");
        /// Run in the background and print the container's id
        detach = "detach" 'd' Switch bool;
        /// Keep standard input open: true, false, or auto with a terminal
        interactive = "interactive" 'i' Switch Interactive;
        /// Allocate a terminal: true, false, or auto where there is one
        tty = "tty" 't' Switch Tty;
        /// Stream to attach to; both outputs, unless said
        attach = "attach" 'a' Many Stream;
        /// Keys that leave the container to itself, in the order typed
        detach_keys = "detach-keys" One DetachKeys;
        /// Pass signals on to the command; with false, an interrupt detaches
        sig_proxy = "sig-proxy" Switch bool;
        /// Overwrite the image's entrypoint
        entrypoint = "entrypoint" One Text => value_name("PROGRAM");
        /// Working directory inside the container
        workdir = "workdir" 'w' One WorkDir;
        /// NIS domain of the container
        domainname = "domainname" One Domainname;
        /// User, and group, that the command runs as
        user = "user" 'u' One User;
        /// Add the user to a further group
        group_add = "group-add" Many Text => value_name("GROUP");
        /// Drop what lower layers said of an option, by its name
        reset = "reset" Many Text => own, value_name("OPTION"), offers(Offer::Names(Names::Options));
    }
    Inference {
        /// Engine in the image: vllm, trtllm, sglang, or none
        framework = "framework" One Framework => own;
        /// Stage of the build that the image was made from
        target = "target" One Target => own;
        /// Mount the workspace, /tmp and /mnt, and forward HF_TOKEN
        mount_workspace = "mount-workspace" Switch bool => own, everything;
        /// Folder that is mounted as the workspace
        workspace = "workspace" One Folder => own;
        /// Host's folder of Hugging Face models, or none
        hf_home = "hf-home" ["hf-cache"] One HfHome => own;
        /// Container's folder of Hugging Face models
        hf_target = "hf-target" One WorkDir => own;
        /// Mount and allow what GPUDirect Storage needs
        use_nixl_gds = "use-nixl-gds" Switch bool => own, everything;
    }
    Network {
        /// Connect to a network: host, bridge, none, container:NAME, or a network's name
        network = "network" ["net"] Many NetworkChoice;
        /// Publish a container's port on the host
        publish = "publish" 'p' ["port"] Many Publish;
        /// Publish every exposed port on a free one of the host
        publish_all = "publish-all" 'P' Switch bool;
        /// Publish every port that the service listens on
        publish_service = "publish-service" Switch bool => own;
        /// Leave out, with a warning, a published port that does nothing in the network
        allow_dead_publish = "allow-dead-publish" Switch bool => own;
        /// Address on which ports are published that name none
        publish_ip = "publish-ip" One IpAddr => own;
        /// What to do about a port that is taken: fail, or take the next free one
        port_policy = "port-policy" One PortPolicy => own;
        /// Expose a port, without publishing it
        expose = "expose" Many Expose;
        /// Create the network if it is missing, as the configuration declares it
        create_network = "create-network" Switch bool => own;
        /// With --create-network, make one anew that is not as declared and nobody's
        fix_network = "fix-network" Switch bool => own, everything;
        /// Host name of the container
        hostname = "hostname" 'h' One Hostname;
        /// Add a host to the container's /etc/hosts
        add_host = "add-host" Many AddHost;
        /// Server to resolve names with
        dns = "dns" Many IpAddr;
        /// Option for the resolver
        dns_option = "dns-option" ["dns-opt"] Many Text => value_name("OPTION");
        /// Domain to search names in
        dns_search = "dns-search" Many DnsSearch;
        /// IPv4 address on the network
        ip = "ip" One Ipv4Addr;
        /// IPv6 address on the network
        ip6 = "ip6" One Ipv6Addr;
        /// Address on the network that is good on its own link alone
        link_local_ip = "link-local-ip" Many LinkLocalIp;
        /// Further name of the container on the network
        network_alias = "network-alias" ["net-alias"] Many Text => value_name("NAME");
        /// Link to another container
        link = "link" Many Link;
        /// MAC address on the network
        mac_address = "mac-address" One MacAddress;
    }
    Environment {
        /// Set a variable, or forward it by its name
        env = "env" 'e' Many EnvVar;
        /// Read variables from a file
        env_file = "env-file" Many EnvFile;
        /// Read variables from the project's .env, in the dialect of compose
        dotenv = "dotenv" Switch bool => own;
        /// Hand over a secret: a file as a mount to read, a variable as a variable
        secret = "secret" Many SecretReference => own;
    }
    Storage {
        /// Mount a folder of the host or a volume
        volume = "volume" 'v' Many Volume;
        /// Mount a folder, a volume, memory or an image, said field by field
        mount = "mount" Many Mount;
        /// Mount a file system in memory
        tmpfs = "tmpfs" Many Tmpfs;
        /// Mount the volumes of another container
        volumes_from = "volumes-from" Many VolumesFrom;
        /// Driver of the volumes that -v makes
        volume_driver = "volume-driver" One Text => value_name("DRIVER"), offers(Offer::Words(&["local"]));
        /// Option of the driver that keeps the container's files
        storage_opt = "storage-opt" Many StorageOpt;
        /// Size of /dev/shm
        shm_size = "shm-size" One Size;
    }
    Resources {
        /// Limit of memory
        memory = "memory" 'm' One MemoryLimit;
        /// Memory that the container is pushed back to when the host is short
        memory_reservation = "memory-reservation" One MemoryLimit;
        /// Limit of memory and swap together; -1 for as much swap as there is
        memory_swap = "memory-swap" One MemorySwap;
        /// How readily memory is swapped out, from 0 to 100
        memory_swappiness = "memory-swappiness" One Swappiness;
        /// Limit of the kernel's own memory; engines from API 1.42 on have none
        kernel_memory = "kernel-memory" One MemoryLimit;
        /// Kill no process when the container's memory is used up
        oom_kill_disable = "oom-kill-disable" Switch bool;
        /// How soon its processes are killed when memory is short: -1000 to 1000
        oom_score_adj = "oom-score-adj" One OomScoreAdj;
        /// Number of processors
        cpus = "cpus" One Cpus;
        /// Weight against other containers where processors are short; 1024 if unsaid
        cpu_shares = "cpu-shares" 'c' One CpuShares;
        /// Period of the scheduler in which the quota counts
        cpu_period = "cpu-period" One CpuPeriod;
        /// Processor time in each period
        cpu_quota = "cpu-quota" One CpuQuota;
        /// Period of the real-time scheduler
        cpu_rt_period = "cpu-rt-period" One CpuRtPeriod;
        /// Processor time of real-time tasks in each such period
        cpu_rt_runtime = "cpu-rt-runtime" One CpuRtRuntime;
        /// Processors that may be used
        cpuset_cpus = "cpuset-cpus" One Cpuset;
        /// Memory nodes that may be used
        cpuset_mems = "cpuset-mems" One Cpuset;
        /// Limit of processes and threads
        pids_limit = "pids-limit" One PidsLimit;
        /// Limit of a resource, soft and hard
        ulimit = "ulimit" Many Ulimit;
        /// Weight against other containers where disks are busy
        blkio_weight = "blkio-weight" One BlkioWeight;
        /// Weight against other containers on one busy disk
        blkio_weight_device = "blkio-weight-device" Many DeviceWeight;
        /// Limit of bytes that are read from a disk in a second
        device_read_bps = "device-read-bps" Many DeviceBps;
        /// Limit of bytes that are written to a disk in a second
        device_write_bps = "device-write-bps" Many DeviceBps;
        /// Limit of reads from a disk in a second
        device_read_iops = "device-read-iops" Many DeviceIops;
        /// Limit of writes to a disk in a second
        device_write_iops = "device-write-iops" Many DeviceIops;
        /// Cgroup that the container's own is made in
        cgroup_parent = "cgroup-parent" One Text => value_name("CGROUP");
        /// Number of processors, on Windows only; on Linux, it is --cpus
        cpu_count = "cpu-count" One WindowsOnly;
        /// Part of the processors, on Windows only; on Linux, it is --cpus
        cpu_percent = "cpu-percent" One WindowsOnly;
        /// Bytes a second, on Windows only; on Linux, see --device-read-bps
        io_maxbandwidth = "io-maxbandwidth" One WindowsOnly;
        /// Operations a second, on Windows only; on Linux, see --device-read-iops
        io_maxiops = "io-maxiops" One WindowsOnly;
    }
    Gpu {
        /// GPUs to hand to the container
        gpus = "gpus" One Gpus;
        /// Runtime of the container
        runtime = "runtime" One Text => value_name("NAME");
    }
    Security {
        /// Give the container every right on the host
        privileged = "privileged" Switch bool => everything;
        /// Add a capability
        cap_add = "cap-add" Many Capability;
        /// Drop a capability
        cap_drop = "cap-drop" Many Capability => harmless;
        /// Hand over a device of the host
        device = "device" Many Device;
        /// Allow the use of devices, by their numbers
        device_cgroup_rule = "device-cgroup-rule" Many DeviceRule;
        /// Mount the container's root file system for reading only
        read_only = "read-only" Switch bool;
        /// Set a parameter of the kernel in the container's namespaces
        sysctl = "sysctl" Many Sysctl;
        /// Namespace for cgroups
        cgroupns = "cgroupns" One CgroupNamespace;
        /// Namespace for shared memory and semaphores
        ipc = "ipc" One Ipc;
        /// Namespace for processes
        pid = "pid" One Pid;
        /// Namespace for users
        userns = "userns" One HostNamespace;
        /// Namespace for the host's name
        uts = "uts" One HostNamespace;
        /// What keeps containers apart; on Linux, that is default
        isolation = "isolation" One Isolation;
        /// Option for the kernel's security modules
        security_opt = "security-opt" Many SecurityOpt;
        /// Hand the engine to the container, by its socket
        use_api_socket = "use-api-socket" Switch bool => everything;
        /// Run an image that nobody signed for, as is done anyway
        disable_content_trust = "disable-content-trust" Switch NoContentTrust;
    }
    Health {
        /// Command that tells whether the container is healthy, run by its shell
        health_cmd = "health-cmd" One HealthCommand
            => lists(r#"["CMD", "PROGRAM", "ARGUMENT"], ["CMD-SHELL", "LINE"], ["NONE"]"#);
        /// Time between two checks; 0 for the image's own
        health_interval = "health-interval" One HealthTime;
        /// Failures in a row that make the container unhealthy; 0 for the image's own
        health_retries = "health-retries" One HealthRetries;
        /// Time between two checks while the container starts; 0 for the image's own
        health_start_interval = "health-start-interval" One HealthTime;
        /// Time that the container has to start, in which no failure counts
        health_start_period = "health-start-period" One HealthTime;
        /// Time that one check may take; 0 for the image's own
        health_timeout = "health-timeout" One HealthTime;
        /// Check no health, whatever the image says
        no_healthcheck = "no-healthcheck" Switch bool;
    }
    Logging {
        /// Driver of the container's log
        log_driver = "log-driver" One Text => value_name("DRIVER"), offers(Offer::Names(Names::LogDrivers));
        /// Option of the log's driver
        log_opt = "log-opt" Many LogOpt;
    }
    Lifecycle {
        /// Remove the container when it ends
        rm = "rm" Switch bool;
        /// Restart the container when it ends: no, on-failure, always, unless-stopped
        restart = "restart" One Restart;
        /// Run an init process that forwards signals and reaps processes
        init = "init" Switch bool;
        /// Signal that asks the container to end
        stop_signal = "stop-signal" One StopSignal;
        /// Seconds between that signal and SIGKILL; -1 for as long as it takes
        stop_timeout = "stop-timeout" One StopTimeout;
        /// Time that the launch has, from its beginning on; 0 for any
        time_limit = "time-limit" One Duration => own;
        /// In the background, wait until the container is ready: for a time, if said
        wait = "wait" Switch Wait => own;
        /// What tells that it is ready, in the place of what its service says
        ready = "ready" Many Ready => own;
        /// What to do where a container has the name: fail, reuse it, or replace it
        if_exists = "if-exists" One IfExists => own;
        /// When to pull the image: missing, newer, always, never
        pull = "pull" One Pull;
        /// Folder to build the image from where it is not here and cannot be pulled
        build_on_missing = "build-on-missing" One Folder => own;
        /// Pull without a word
        quiet = "quiet" 'q' Switch bool;
        /// Platform of the image, where it has several
        platform = "platform" One Platform;
        /// Write the container's id to a new file
        cidfile = "cidfile" One CidFile;
    }
    Metadata {
        /// Set a label
        label = "label" 'l' Many Label;
        /// Read labels from a file
        label_file = "label-file" Many File;
        /// Set a note for the container's runtime
        annotation = "annotation" Many Annotation;
    }
}

impl Layer {
    /// Lays a higher source over this one: scalars replace, entries of a collection replace those of the same
    /// key, lists append, and `reset` drops first what this one says.
    pub fn lay_over(&mut self, upper: &Layer) {
        for name in &upper.reset {
            if let Some(row) = Row::find(&name.value.0) {
                (row.slots.clear)(self);
            }
        }
        for row in ROWS {
            (row.slots.lay_over)(self, upper);
        }
    }
}

#[cfg(test)]
mod tests;
