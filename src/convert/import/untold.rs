//! What an inspection says of how a container was made, and no option says.

use super::left_out;
use crate::finding::Finding;
use serde_json::Value;

/// What options are made from, each with all that lies within it; a `*` is an element of a list, or a name. What is not
/// here, within the members that it begins with, is named.
const TOLD: &[&str] = &[
    "Config.ArgsEscaped",
    "Config.AttachStderr",
    "Config.AttachStdin",
    "Config.AttachStdout",
    "Config.Cmd",
    "Config.Domainname",
    "Config.Entrypoint",
    "Config.Env",
    "Config.ExposedPorts",
    "Config.Healthcheck.Interval",
    "Config.Healthcheck.Retries",
    "Config.Healthcheck.StartInterval",
    "Config.Healthcheck.StartPeriod",
    "Config.Healthcheck.Test",
    "Config.Healthcheck.Timeout",
    "Config.Hostname",
    "Config.Image",
    "Config.Labels",
    "Config.MacAddress",
    // For builds that start from the image.
    "Config.OnBuild",
    "Config.OpenStdin",
    "Config.Shell",
    "Config.StdinOnce",
    "Config.StopSignal",
    "Config.StopTimeout",
    "Config.Tty",
    "Config.User",
    "Config.Volumes",
    "Config.WorkingDir",
    "HostConfig.Annotations",
    "HostConfig.AutoRemove",
    "HostConfig.Binds",
    "HostConfig.BlkioDeviceReadBps.*.Path",
    "HostConfig.BlkioDeviceReadBps.*.Rate",
    "HostConfig.BlkioDeviceReadIOps.*.Path",
    "HostConfig.BlkioDeviceReadIOps.*.Rate",
    "HostConfig.BlkioDeviceWriteBps.*.Path",
    "HostConfig.BlkioDeviceWriteBps.*.Rate",
    "HostConfig.BlkioDeviceWriteIOps.*.Path",
    "HostConfig.BlkioDeviceWriteIOps.*.Rate",
    "HostConfig.BlkioWeight",
    "HostConfig.BlkioWeightDevice.*.Path",
    "HostConfig.BlkioWeightDevice.*.Weight",
    "HostConfig.CapAdd",
    "HostConfig.CapDrop",
    "HostConfig.CgroupParent",
    "HostConfig.CgroupnsMode",
    // The terminal of whoever launched it.
    "HostConfig.ConsoleSize",
    "HostConfig.CpuPeriod",
    "HostConfig.CpuQuota",
    "HostConfig.CpuRealtimePeriod",
    "HostConfig.CpuRealtimeRuntime",
    "HostConfig.CpuShares",
    "HostConfig.CpusetCpus",
    "HostConfig.CpusetMems",
    "HostConfig.DeviceCgroupRules",
    "HostConfig.DeviceRequests.*.Capabilities",
    "HostConfig.DeviceRequests.*.Count",
    "HostConfig.DeviceRequests.*.DeviceIDs",
    "HostConfig.DeviceRequests.*.Driver",
    "HostConfig.DeviceRequests.*.Options",
    "HostConfig.Devices.*.CgroupPermissions",
    "HostConfig.Devices.*.PathInContainer",
    "HostConfig.Devices.*.PathOnHost",
    "HostConfig.Dns",
    "HostConfig.DnsOptions",
    "HostConfig.DnsSearch",
    "HostConfig.ExtraHosts",
    "HostConfig.GroupAdd",
    "HostConfig.Init",
    "HostConfig.IpcMode",
    "HostConfig.Isolation",
    "HostConfig.KernelMemory",
    "HostConfig.Links",
    "HostConfig.LogConfig.Config",
    "HostConfig.LogConfig.Type",
    // What `security-opt = ["systempaths=unconfined"]` empties, and what every other container has.
    "HostConfig.MaskedPaths",
    "HostConfig.Memory",
    "HostConfig.MemoryReservation",
    "HostConfig.MemorySwap",
    "HostConfig.MemorySwappiness",
    "HostConfig.Mounts.*.BindOptions.CreateMountpoint",
    "HostConfig.Mounts.*.BindOptions.NonRecursive",
    "HostConfig.Mounts.*.BindOptions.Propagation",
    "HostConfig.Mounts.*.BindOptions.ReadOnlyForceRecursive",
    "HostConfig.Mounts.*.BindOptions.ReadOnlyNonRecursive",
    "HostConfig.Mounts.*.Consistency",
    "HostConfig.Mounts.*.ImageOptions.Subpath",
    "HostConfig.Mounts.*.ReadOnly",
    "HostConfig.Mounts.*.Source",
    "HostConfig.Mounts.*.Target",
    "HostConfig.Mounts.*.TmpfsOptions.Mode",
    "HostConfig.Mounts.*.TmpfsOptions.SizeBytes",
    "HostConfig.Mounts.*.Type",
    "HostConfig.Mounts.*.VolumeOptions.DriverConfig.Name",
    "HostConfig.Mounts.*.VolumeOptions.DriverConfig.Options",
    "HostConfig.Mounts.*.VolumeOptions.Labels",
    "HostConfig.Mounts.*.VolumeOptions.NoCopy",
    "HostConfig.Mounts.*.VolumeOptions.Subpath",
    "HostConfig.NanoCpus",
    "HostConfig.NetworkMode",
    "HostConfig.OomKillDisable",
    "HostConfig.OomScoreAdj",
    "HostConfig.PidMode",
    "HostConfig.PidsLimit",
    "HostConfig.PortBindings.*.*.HostIp",
    "HostConfig.PortBindings.*.*.HostPort",
    "HostConfig.Privileged",
    "HostConfig.PublishAllPorts",
    "HostConfig.ReadonlyPaths",
    "HostConfig.ReadonlyRootfs",
    "HostConfig.RestartPolicy.MaximumRetryCount",
    "HostConfig.RestartPolicy.Name",
    "HostConfig.Runtime",
    "HostConfig.SecurityOpt",
    "HostConfig.ShmSize",
    "HostConfig.StorageOpt",
    "HostConfig.Sysctls",
    "HostConfig.Tmpfs",
    "HostConfig.UTSMode",
    "HostConfig.Ulimits.*.Hard",
    "HostConfig.Ulimits.*.Name",
    "HostConfig.Ulimits.*.Soft",
    "HostConfig.UsernsMode",
    "HostConfig.VolumeDriver",
    "HostConfig.VolumesFrom",
    "NetworkSettings.Networks.*.Aliases",
    "NetworkSettings.Networks.*.DriverOpts",
    "NetworkSettings.Networks.*.GwPriority",
    "NetworkSettings.Networks.*.IPAMConfig.IPv4Address",
    "NetworkSettings.Networks.*.IPAMConfig.IPv6Address",
    "NetworkSettings.Networks.*.IPAMConfig.LinkLocalIPs",
    "NetworkSettings.Networks.*.Links",
    // What the engine gave it, and nobody asked for.
    "NetworkSettings.Networks.*.DNSNames",
    "NetworkSettings.Networks.*.EndpointID",
    "NetworkSettings.Networks.*.Gateway",
    "NetworkSettings.Networks.*.GlobalIPv6Address",
    "NetworkSettings.Networks.*.GlobalIPv6PrefixLen",
    "NetworkSettings.Networks.*.IPAddress",
    "NetworkSettings.Networks.*.IPPrefixLen",
    "NetworkSettings.Networks.*.IPv6Gateway",
    "NetworkSettings.Networks.*.MacAddress",
    "NetworkSettings.Networks.*.NetworkID",
];

/// What has an option that cannot be said again.
const SAID_ONCE: [(&str, &str); 1] =
    [("HostConfig.ContainerIDFile", "it was written for that container: say --cidfile FILE when you launch")];

/// What no option is made from, each by its place.
pub(super) fn untold(container: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, member) in [("Config", &container["Config"]), ("HostConfig", &container["HostConfig"])] {
        walk(&mut vec![at.to_owned()], member, &mut findings);
    }
    let networks = &container["NetworkSettings"]["Networks"];
    walk(&mut vec!["NetworkSettings".to_owned(), "Networks".to_owned()], networks, &mut findings);
    findings
}

/// Goes through a value, whose place this is, down to what is told as a whole or not at all.
fn walk(place: &mut Vec<String>, value: &Value, findings: &mut Vec<Finding>) {
    if !says(value) {
        return;
    }
    let mut told = TOLD.iter().filter_map(|told| behind(told, place)).peekable();
    if told.peek().is_none() {
        let place = shown(place);
        let why =
            SAID_ONCE.iter().find(|(known, _)| *known == place).map_or("no option says it", |(_, why)| why);
        findings.push(left_out(format!("{place} is left out: {why}")));
        return;
    }
    if told.any(|rest| rest == 0) {
        return;
    }
    let mut step = |name: String, value: &Value| {
        place.push(name);
        walk(place, value, findings);
        place.pop();
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| step(name.clone(), value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| step(format!("[{at}]"), value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// How many names of what is told lie behind the place; none where it is another place.
fn behind(told: &str, place: &[String]) -> Option<usize> {
    let mut names = told.split('.');
    let is_on_the_way = place.iter().all(|name| names.next().is_some_and(|told| told == "*" || told == name));
    is_on_the_way.then(|| names.count())
}

/// `HostConfig.Mounts[0].Type`.
fn shown(place: &[String]) -> String {
    place.join(".").replace(".[", "[")
}

/// Whether a value says anything.
fn says(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(says),
        Value::Object(members) => !members.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_no_option_says_is_named_wherever_it_lies() {
        let container = json!({
            "Config": { "NetworkDisabled": true, "Tty": true, "Labels": { "a.b": "c" }, "Healthcheck": { "Odd": 1 } },
            "HostConfig": {
                "Odd": [], "Other": {}, "Third": { "a": 1 }, "ContainerIDFile": "/x",
                "Mounts": [
                    { "Type": "bind", "BindOptions": { "CreateMountpoint": true } },
                    { "Type": "volume", "VolumeOptions": { "DriverConfig": { "Name": "x", "Odd": "y" } }, "Odd": 1 },
                ],
                "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "80", "Odd": "x" }] },
            },
            "NetworkSettings": { "Networks": { "n": { "IPAMConfig": { "Odd": "x" }, "IPAddress": "10.0.0.1" } } },
        });
        let said: Vec<String> = untold(&container).into_iter().map(|finding| finding.message).collect();
        let plain = |place: &str| format!("{place} is left out: no option says it");
        let want = [
            plain("Config.NetworkDisabled"),
            plain("Config.Healthcheck.Odd"),
            plain("HostConfig.Third"),
            format!("HostConfig.ContainerIDFile is left out: {}", SAID_ONCE[0].1),
            plain("HostConfig.Mounts[1].VolumeOptions.DriverConfig.Odd"),
            plain("HostConfig.Mounts[1].Odd"),
            plain("HostConfig.PortBindings.80/tcp[0].Odd"),
            plain("NetworkSettings.Networks.n.IPAMConfig.Odd"),
        ];
        assert_eq!(said, want);
    }
}
