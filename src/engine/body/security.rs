//! The container's rights, and the namespaces that it shares.

use super::some;
use crate::spec::Layer;
use crate::values::Value;
use bollard::models::HostConfig;

/// Rights and namespaces.
pub(super) fn settings(options: &Layer, base: HostConfig) -> HostConfig {
    HostConfig {
        cap_add: some(options.cap_add.values().map(Value::word).collect()),
        cap_drop: some(options.cap_drop.values().map(Value::word).collect()),
        ipc_mode: options.ipc.get().map(Value::word),
        privileged: options.privileged.is_on().then_some(true),
        security_opt: some(options.security_opt.values().map(Value::word).collect()),
        ..base
    }
}
