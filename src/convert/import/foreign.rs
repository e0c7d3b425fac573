//! What the other clients have that docker's has not, and docker's options in front of the verb: their names, whether
//! they take a value, and why nothing comes of them. Without it nobody could tell where the image begins.

/// An option of another client's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign {
    /// Its long name.
    pub name: &'static str,
    /// Its letter.
    pub short: Option<char>,
    /// Whether a value follows.
    pub takes: bool,
    /// What comes of it.
    pub fate: Fate,
}

/// What comes of an option of another client's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// An option of dynrun's, with this word, or the option's own where none is given.
    Becomes(&'static str, Option<&'static str>),
    /// Nothing: why.
    Lost(&'static str),
}

use Fate::{Becomes, Lost};

const fn value(name: &'static str, fate: Fate) -> Foreign {
    Foreign { name, short: None, takes: true, fate }
}

const fn switch(name: &'static str, fate: Fate) -> Foreign {
    Foreign { name, short: None, takes: false, fate }
}

const fn lettered(short: char, foreign: Foreign) -> Foreign {
    Foreign { short: Some(short), ..foreign }
}

const PODMANS: Fate = Lost("it is podman's own, and docker's engine has nothing like it");
const REGISTRY: Fate = Lost("dynrun pulls with docker's own credentials and the engine's own settings");
const ENGINE: Fate =
    Lost("it says which engine: dynrun takes --host and --context, or the variables of docker's client");
const SYSTEMD: Fate = Lost("no systemd runs the container");
const NERDCTL: Fate = Lost("it is nerdctl's own, and docker's engine has nothing like it");

/// Options of `run` and `create`.
pub(super) const RUN: &[Foreign] = &[
    switch("replace", Becomes("if-exists", Some("replace"))),
    value("timeout", Becomes("time-limit", None)),
    value("authfile", REGISTRY),
    value("cert-dir", REGISTRY),
    value("creds", REGISTRY),
    value("decryption-key", REGISTRY),
    value("retry", REGISTRY),
    value("retry-delay", REGISTRY),
    switch("tls-verify", REGISTRY),
    value("signature-policy", REGISTRY),
    value("arch", Lost("say --platform linux/ARCHITECTURE")),
    value("os", Lost("dynrun launches on Linux alone")),
    value("variant", Lost("say --platform linux/ARCHITECTURE/VARIANT")),
    value("pod", Lost("dynrun has no pods: --network container:NAME shares a container's network")),
    value("pod-id-file", Lost("dynrun has no pods: --network container:NAME shares a container's network")),
    value("requires", Lost("dynrun starts no other container first")),
    value("secret", Lost("forward it as a variable (--env NAME), or mount its file for reading only")),
    switch("env-host", Lost("forward each variable by its name: --env NAME")),
    value("env-merge", Lost("say the variable's whole value")),
    value("unsetenv", Lost("say the variable as empty: --env NAME=")),
    switch("unsetenv-all", Lost("say the variables as empty: --env NAME=")),
    switch("http-proxy", Lost("the proxies are those of docker's own configuration")),
    value("systemd", SYSTEMD),
    value("sdnotify", SYSTEMD),
    value("health-on-failure", PODMANS),
    value("health-log-destination", PODMANS),
    value("health-max-log-count", PODMANS),
    value("health-max-log-size", PODMANS),
    value("health-startup-cmd", PODMANS),
    value("health-startup-interval", PODMANS),
    value("health-startup-retries", PODMANS),
    value("health-startup-success", PODMANS),
    value("health-startup-timeout", PODMANS),
    value("cgroups", PODMANS),
    value("cgroup-conf", PODMANS),
    value("chrootdirs", PODMANS),
    value("conmon-pidfile", PODMANS),
    value("gidmap", PODMANS),
    value("uidmap", PODMANS),
    value("subgidname", PODMANS),
    value("subuidname", PODMANS),
    value("group-entry", PODMANS),
    value("passwd-entry", PODMANS),
    switch("passwd", PODMANS),
    value("hostuser", PODMANS),
    value("hosts-file", PODMANS),
    switch("no-hostname", PODMANS),
    switch("no-hosts", PODMANS),
    value("image-volume", PODMANS),
    value("init-path", PODMANS),
    value("intel-rdt-closid", PODMANS),
    value("personality", PODMANS),
    value("pidfile", PODMANS),
    value("preserve-fd", PODMANS),
    value("preserve-fds", PODMANS),
    value("rdt-class", PODMANS),
    switch("read-only-tmpfs", PODMANS),
    switch("rmi", PODMANS),
    switch("rootfs", PODMANS),
    value("seccomp-policy", PODMANS),
    value("shm-size-systemd", PODMANS),
    value("tz", Lost("say the variable TZ: --env TZ=ZONE")),
    value("umask", PODMANS),
    value("bypass4netns-label", NERDCTL),
    value("cosign-key", NERDCTL),
    value("ipfs-address", NERDCTL),
    value("snapshotter", NERDCTL),
    value("verify", NERDCTL),
    value("label-file-from", NERDCTL),
];

/// Options before the verb.
pub(super) const GLOBAL: &[Foreign] = &[
    lettered('H', value("host", ENGINE)),
    lettered('c', value("context", ENGINE)),
    value("connection", ENGINE),
    value("url", ENGINE),
    value("identity", ENGINE),
    lettered('a', value("address", ENGINE)),
    value("config", ENGINE),
    value("tlscacert", ENGINE),
    value("tlscert", ENGINE),
    value("tlskey", ENGINE),
    switch("tls", ENGINE),
    switch("tlsverify", ENGINE),
    lettered('r', switch("remote", ENGINE)),
    lettered('n', value("namespace", NERDCTL)),
    value("cni-netconfpath", NERDCTL),
    value("cni-path", NERDCTL),
    value("data-root", NERDCTL),
    value("hosts-dir", NERDCTL),
    value("snapshotter", NERDCTL),
    switch("insecure-registry", NERDCTL),
    value("cgroup-manager", PODMANS),
    value("conmon", PODMANS),
    value("events-backend", PODMANS),
    value("hooks-dir", PODMANS),
    value("imagestore", PODMANS),
    value("module", PODMANS),
    value("network-cmd-path", PODMANS),
    value("network-config-dir", PODMANS),
    value("root", PODMANS),
    value("runroot", PODMANS),
    value("runtime", PODMANS),
    value("runtime-flag", PODMANS),
    value("ssh", PODMANS),
    value("storage-driver", PODMANS),
    value("storage-opt", PODMANS),
    value("tmpdir", PODMANS),
    value("volumepath", PODMANS),
    switch("syslog", PODMANS),
    switch("transient-store", PODMANS),
    lettered('l', value("log-level", Lost("how much is said: dynrun has its own --log-level"))),
    lettered('D', switch("debug", Lost("how much is said: dynrun has its own --log-level"))),
];

/// The option of this long name.
pub(super) fn named(table: &'static [Foreign], name: &str) -> Option<&'static Foreign> {
    table.iter().find(|foreign| foreign.name == name)
}

/// The option of this letter.
pub(super) fn of_letter(table: &'static [Foreign], letter: char) -> Option<&'static Foreign> {
    table.iter().find(|foreign| foreign.short == Some(letter))
}
