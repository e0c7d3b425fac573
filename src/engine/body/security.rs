//! The container's rights, and the namespaces that it shares.

use super::some;
use crate::spec::{LaunchSpec, Layer};
use crate::values::{CgroupNamespace, SecurityOpt, Value};
use bollard::models::{HostConfig, HostConfigCgroupnsModeEnum};
use std::collections::HashMap;

/// Rights and namespaces.
pub(super) fn settings(spec: &LaunchSpec, base: HostConfig) -> HostConfig {
    let options = &spec.options;
    // Empty lists, where the engine would hide and protect paths of its own choice.
    let opened = options.security_opt.values().any(|option| *option == SecurityOpt::SystemPathsUnconfined);
    let opened = opened.then(Vec::new);
    HostConfig {
        cap_add: some(options.cap_add.values().map(Value::word).collect()),
        cap_drop: some(options.cap_drop.values().map(Value::word).collect()),
        cgroupns_mode: options.cgroupns.get().and_then(|namespace| match namespace {
            CgroupNamespace::Default => None,
            CgroupNamespace::Private => Some(HostConfigCgroupnsModeEnum::PRIVATE),
            CgroupNamespace::Host => Some(HostConfigCgroupnsModeEnum::HOST),
        }),
        ipc_mode: options.ipc.get().map(Value::word),
        masked_paths: opened.clone(),
        pid_mode: options.pid.get().map(Value::word),
        privileged: options.privileged.is_on().then_some(true),
        readonly_paths: opened,
        security_opt: some(security_opts(spec)),
        sysctls: sysctls(options),
        userns_mode: options.userns.get().map(Value::word),
        uts_mode: options.uts.get().map(Value::word),
        ..base
    }
}

/// What is said to the engine: a profile's text in place of its file.
fn security_opts(spec: &LaunchSpec) -> Vec<String> {
    let words = spec.options.security_opt.values().filter_map(|option| match option {
        SecurityOpt::Seccomp(file) => {
            let profile = spec.seccomp_profiles.get(&file.0);
            profile.map(|profile| format!("seccomp={profile}"))
        }
        SecurityOpt::SystemPathsUnconfined => None,
        SecurityOpt::NoNewPrivileges(_)
        | SecurityOpt::AppArmor(_)
        | SecurityOpt::Label(_)
        | SecurityOpt::SeccompUnconfined
        | SecurityOpt::SeccompBuiltIn
        | SecurityOpt::WritableCgroups(_) => Some(option.word()),
    });
    words.collect()
}

/// Parameters of the kernel, by name: of several values for one, the last counts.
fn sysctls(options: &Layer) -> Option<HashMap<String, String>> {
    let said = options.sysctl.values().map(|sysctl| (sysctl.name.clone(), sysctl.value.clone()));
    let all: HashMap<String, String> = said.collect();
    (!all.is_empty()).then_some(all)
}
