//! The container's rights, and the namespaces that it shares.

use super::{some, some_map};
use crate::spec::{LaunchSpec, Many};
use crate::values::{Capability, CgroupNamespace, SecurityOpt, Value};
use bollard::models::{HostConfig, HostConfigCgroupnsModeEnum};
use std::collections::BTreeSet;

/// Rights and namespaces.
pub(super) fn settings(spec: &LaunchSpec, base: HostConfig) -> HostConfig {
    let options = &spec.options;
    // Empty lists, where the engine would hide and protect paths of its own choice.
    let opened = options.security_opt.values().any(|option| *option == SecurityOpt::SystemPathsUnconfined);
    let opened = opened.then(Vec::new);
    let sysctls = options.sysctl.values().map(|sysctl| (sysctl.name.clone(), sysctl.value.clone()));
    HostConfig {
        cap_add: some(capabilities(&options.cap_add)),
        cap_drop: some(capabilities(&options.cap_drop)),
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
        sysctls: some_map(sysctls),
        userns_mode: options.userns.get().map(Value::word),
        uts_mode: options.uts.get().map(Value::word),
        ..base
    }
}

/// Each capability once, sorted, as docker sends them.
fn capabilities(said: &Many<Capability>) -> Vec<String> {
    let each: BTreeSet<String> = said.values().map(Value::word).collect();
    each.into_iter().collect()
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
