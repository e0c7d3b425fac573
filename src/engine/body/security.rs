//! The container's rights, and the namespaces that it shares.

use super::some;
use crate::spec::Layer;
use crate::values::{CgroupNamespace, Value};
use bollard::models::{HostConfig, HostConfigCgroupnsModeEnum};
use std::collections::HashMap;

/// Rights and namespaces.
pub(super) fn settings(options: &Layer, base: HostConfig) -> HostConfig {
    HostConfig {
        cap_add: some(options.cap_add.values().map(Value::word).collect()),
        cap_drop: some(options.cap_drop.values().map(Value::word).collect()),
        cgroupns_mode: options.cgroupns.get().and_then(|namespace| match namespace {
            CgroupNamespace::Default => None,
            CgroupNamespace::Private => Some(HostConfigCgroupnsModeEnum::PRIVATE),
            CgroupNamespace::Host => Some(HostConfigCgroupnsModeEnum::HOST),
        }),
        ipc_mode: options.ipc.get().map(Value::word),
        pid_mode: options.pid.get().map(Value::word),
        privileged: options.privileged.is_on().then_some(true),
        security_opt: some(options.security_opt.values().map(Value::word).collect()),
        sysctls: sysctls(options),
        userns_mode: options.userns.get().map(Value::word),
        uts_mode: options.uts.get().map(Value::word),
        ..base
    }
}

/// Parameters of the kernel, by name: of several values for one, the last counts.
fn sysctls(options: &Layer) -> Option<HashMap<String, String>> {
    let said = options.sysctl.values().map(|sysctl| (sysctl.name.clone(), sysctl.value.clone()));
    let all: HashMap<String, String> = said.collect();
    (!all.is_empty()).then_some(all)
}
