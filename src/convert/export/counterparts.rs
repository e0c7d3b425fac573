//! dynrun's options beside compose's keys and Kubernetes' fields. docs/convert.md is made from this table, and so are the
//! notes of what an export leaves out.

/// What another format has for an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// This key, or field.
    Has(&'static str),
    /// Nothing: why.
    Lacks(&'static str),
    /// The option has done its work before anything is written: what it decided is written.
    Settled,
}

/// An option and its counterparts.
#[derive(Debug)]
pub struct Counterpart {
    /// The option.
    pub option: &'static str,
    /// In a compose file.
    pub compose: Side,
    /// In a manifest.
    pub kubernetes: Side,
}

use Side::{Has, Lacks, Settled};

const fn row(option: &'static str, compose: Side, kubernetes: Side) -> Counterpart {
    Counterpart { option, compose, kubernetes }
}

const CALL: Side = Lacks("it is about the launch, not about the container");
const ENDLESS: Side = Lacks("nobody ends the container after a time");
const WAITING: Side = Lacks("whoever launches it waits in their own way");
const NODE: Side = Lacks("it is the node's to set");
const NEWER: Side = Lacks("only newer versions of compose have a key for it");
const WINDOWS: Side = Lacks("it is for Windows");
const OF_NETWORK: Side = Lacks("a pod has one network, the cluster's");
const DECIDED: Side = Lacks("it decides before anything is launched");

/// Every option.
pub const COUNTERPARTS: &[Counterpart] = &[
    row("service", Settled, Settled),
    row("image", Has("image"), Has("image")),
    row("name", Has("container_name"), Has("metadata.name")),
    row("name-prefix", Settled, Settled),
    row("detach", CALL, CALL),
    row("interactive", Has("stdin_open"), Has("stdin")),
    row("tty", Has("tty"), Has("tty")),
    row("attach", CALL, CALL),
    row("detach-keys", CALL, CALL),
    row("sig-proxy", CALL, CALL),
    row("entrypoint", Has("entrypoint"), Has("command")),
    row("workdir", Has("working_dir"), Has("workingDir")),
    row("domainname", Has("domainname"), Lacks("a pod's domain is its subdomain in the cluster")),
    row("user", Has("user"), Has("securityContext.runAsUser, runAsGroup")),
    row("group-add", Has("group_add"), Has("securityContext.supplementalGroups")),
    row("reset", Settled, Settled),
    row("framework", Settled, Settled),
    row("target", Settled, Settled),
    row("mount-workspace", Settled, Settled),
    row("workspace", Settled, Settled),
    row("hf-home", Settled, Settled),
    row("hf-target", Settled, Settled),
    row("use-nixl-gds", Settled, Settled),
    row("network", Has("network_mode, networks"), Has("hostNetwork")),
    row("publish", Has("ports"), Has("ports, and a Service")),
    row(
        "publish-all",
        Lacks("compose publishes the ports that it names"),
        Lacks("a Service names its ports"),
    ),
    row("publish-service", Settled, Settled),
    row("allow-dead-publish", Settled, Settled),
    row("publish-ip", Settled, Settled),
    row("port-policy", DECIDED, DECIDED),
    row("expose", Has("expose"), Has("ports")),
    row("create-network", Has("networks, without external"), OF_NETWORK),
    row("fix-network", DECIDED, DECIDED),
    row("hostname", Has("hostname"), Has("hostname")),
    row("add-host", Has("extra_hosts"), Has("hostAliases")),
    row("dns", Has("dns"), Has("dnsConfig.nameservers")),
    row("dns-option", Has("dns_opt"), Has("dnsConfig.options")),
    row("dns-search", Has("dns_search"), Has("dnsConfig.searches")),
    row("ip", Has("networks.NAME.ipv4_address"), OF_NETWORK),
    row("ip6", Has("networks.NAME.ipv6_address"), OF_NETWORK),
    row("link-local-ip", Has("networks.NAME.link_local_ips"), OF_NETWORK),
    row("network-alias", Has("networks.NAME.aliases"), OF_NETWORK),
    row("link", Has("external_links"), OF_NETWORK),
    row("mac-address", Has("mac_address"), OF_NETWORK),
    row("env", Has("environment"), Has("env")),
    row("env-file", Settled, Settled),
    row("dotenv", Settled, Settled),
    row("secret", Settled, Settled),
    row("volume", Has("volumes"), Has("volumes, volumeMounts, and a PersistentVolumeClaim")),
    row("mount", Has("volumes"), Has("volumes, volumeMounts, and a PersistentVolumeClaim")),
    row("tmpfs", Has("tmpfs"), Has("volumes.emptyDir in memory")),
    row("volumes-from", Has("volumes_from"), Lacks("containers share volumes within a pod alone")),
    row("volume-driver", Has("volumes.NAME.driver"), Lacks("a claim names a storage class")),
    row("storage-opt", Has("storage_opt"), NODE),
    row("shm-size", Has("shm_size"), Has("volumes.emptyDir in memory at /dev/shm")),
    row("memory", Has("mem_limit"), Has("resources.limits.memory")),
    row("memory-reservation", Has("mem_reservation"), Has("resources.requests.memory")),
    row("memory-swap", Has("memswap_limit"), NODE),
    row("memory-swappiness", Has("mem_swappiness"), NODE),
    row("kernel-memory", Lacks("kernels have none any more"), Lacks("kernels have none any more")),
    row("oom-kill-disable", Has("oom_kill_disable"), NODE),
    row("oom-score-adj", Has("oom_score_adj"), NODE),
    row("cpus", Has("cpus"), Has("resources.limits.cpu")),
    row("cpu-shares", Has("cpu_shares"), Lacks("the request for processors is the weight: say --cpus")),
    row("cpu-period", Has("cpu_period"), NODE),
    row("cpu-quota", Has("cpu_quota"), Lacks("the limit of processors is one: say --cpus")),
    row("cpu-rt-period", Has("cpu_rt_period"), NODE),
    row("cpu-rt-runtime", Has("cpu_rt_runtime"), NODE),
    row("cpuset-cpus", Has("cpuset"), NODE),
    row("cpuset-mems", NEWER, NODE),
    row("pids-limit", Has("pids_limit"), NODE),
    row("ulimit", Has("ulimits"), NODE),
    row("blkio-weight", Has("blkio_config"), NODE),
    row("blkio-weight-device", Has("blkio_config"), NODE),
    row("device-read-bps", Has("blkio_config"), NODE),
    row("device-write-bps", Has("blkio_config"), NODE),
    row("device-read-iops", Has("blkio_config"), NODE),
    row("device-write-iops", Has("blkio_config"), NODE),
    row("cgroup-parent", Has("cgroup_parent"), NODE),
    row("cpu-count", WINDOWS, WINDOWS),
    row("cpu-percent", WINDOWS, WINDOWS),
    row("io-maxbandwidth", WINDOWS, WINDOWS),
    row("io-maxiops", WINDOWS, WINDOWS),
    row("gpus", Has("deploy.resources.reservations.devices"), Has("resources.limits `nvidia.com/gpu`")),
    row("runtime", Has("runtime"), Lacks("a cluster names it by a RuntimeClass: runtimeClassName")),
    row("privileged", Has("privileged"), Has("securityContext.privileged")),
    row("cap-add", Has("cap_add"), Has("securityContext.capabilities.add")),
    row("cap-drop", Has("cap_drop"), Has("securityContext.capabilities.drop")),
    row("device", Has("devices"), Lacks("a device plugin hands devices over")),
    row("device-cgroup-rule", Has("device_cgroup_rules"), Lacks("a device plugin hands devices over")),
    row("read-only", Has("read_only"), Has("securityContext.readOnlyRootFilesystem")),
    row("sysctl", Has("sysctls"), Has("securityContext.sysctls")),
    row("cgroupns", NEWER, NODE),
    row("ipc", Has("ipc"), Has("hostIPC")),
    row("pid", Has("pid"), Has("hostPID")),
    row("userns", Has("userns_mode"), Lacks("a pod shares the host's users unless it says hostUsers: false")),
    row("uts", NEWER, Lacks("a pod has a host name of its own, unless it shares the host's network")),
    row("isolation", Has("isolation"), WINDOWS),
    row("security-opt", Has("security_opt"), Has("securityContext")),
    row("use-api-socket", Settled, Settled),
    row("disable-content-trust", CALL, CALL),
    row("health-cmd", Has("healthcheck.test"), Has("livenessProbe, readinessProbe")),
    row("health-interval", Has("healthcheck.interval"), Has("livenessProbe.periodSeconds")),
    row("health-retries", Has("healthcheck.retries"), Has("livenessProbe.failureThreshold")),
    row("health-start-interval", NEWER, Has("startupProbe.periodSeconds")),
    row("health-start-period", Has("healthcheck.start_period"), Has("startupProbe.failureThreshold")),
    row("health-timeout", Has("healthcheck.timeout"), Has("livenessProbe.timeoutSeconds")),
    row(
        "no-healthcheck",
        Has("healthcheck.disable"),
        Has("no probe, as ever: a cluster reads none of an image's"),
    ),
    row("log-driver", Has("logging.driver"), NODE),
    row("log-opt", Has("logging.options"), NODE),
    row(
        "rm",
        Lacks("`docker compose down` removes what it made"),
        Lacks("a Pod is kept until it is deleted"),
    ),
    row("restart", Has("restart"), Has("a Deployment, or restartPolicy of a Pod")),
    row("init", Has("init"), Lacks("the image needs an init process of its own")),
    row("stop-signal", Has("stop_signal"), Lacks("the image says its signal")),
    row("stop-timeout", Has("stop_grace_period"), Has("terminationGracePeriodSeconds")),
    row("time-limit", ENDLESS, ENDLESS),
    row("wait", WAITING, WAITING),
    row("ready", Lacks("compose waits for a health check alone"), Has("readinessProbe")),
    row("if-exists", DECIDED, DECIDED),
    row("pull", Has("pull_policy"), Has("imagePullPolicy")),
    row(
        "build-on-missing",
        Lacks("the file names an image that is there"),
        Lacks("the file names an image that is there"),
    ),
    row("quiet", CALL, CALL),
    row("platform", Has("platform"), Has("nodeSelector")),
    row("cidfile", CALL, CALL),
    row("label", Has("labels"), Has("metadata.labels, or annotations")),
    row("label-file", Settled, Settled),
    row("annotation", NEWER, Has("metadata.annotations")),
];
