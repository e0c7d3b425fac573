//! The labels that dynrun puts on what it makes: which launch, of what, and who owns it.

use crate::host::Owner;
use crate::spec::LaunchSpec;
use serde_json::json;
use std::collections::BTreeMap;

/// What every label of dynrun's starts with.
pub const LABEL_PREFIX: &str = "dev.dynrun.";
/// The label by which a container is found again when the answer to its create was lost.
pub(super) const RUN: &str = "dev.dynrun.run";
/// The label that names the service.
pub(super) const SERVICE: &str = "dev.dynrun.service";

/// The label that names the profile.
pub(super) const PROFILE: &str = "dev.dynrun.profile";
/// The label that tells who owns it.
pub(super) const OWNER: &str = "dev.dynrun.owner";

/// Which launch this is, and who does it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// A random word, new for every launch.
    pub nonce: String,
    /// The process that launches.
    pub owner: Owner,
}

/// The labels of a launch. Options are as they may be shown: a secret's value is in none of them.
pub(super) fn labels(spec: &LaunchSpec, identity: &Identity) -> BTreeMap<String, String> {
    let options: serde_json::Map<String, serde_json::Value> = crate::spec::said(&spec.options, &spec.secrets)
        .map(|(name, words)| (name.to_owned(), json!(words)))
        .collect();
    let owner = &identity.owner;
    let owner = json!({
        "machine": owner.machine, "boot": owner.boot, "pidns": owner.pid_namespace,
        "pid": owner.pid, "start": owner.start_time,
    });
    let mut labels = BTreeMap::from([
        (RUN.to_owned(), identity.nonce.clone()),
        ("dev.dynrun.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        (PROFILE.to_owned(), spec.profile.clone()),
        ("dev.dynrun.options".to_owned(), serde_json::Value::Object(options).to_string()),
        (OWNER.to_owned(), owner.to_string()),
    ]);
    if let Some(service) = &spec.service {
        labels.insert(SERVICE.to_owned(), service.clone());
    }
    labels
}

/// The machine that an owner's label names.
pub(super) fn machine(owner: &str) -> Option<String> {
    let owner: serde_json::Value = serde_json::from_str(owner).ok()?;
    let machine = owner.get("machine")?.as_str()?;
    (!machine.is_empty()).then(|| machine.to_owned())
}

#[cfg(test)]
mod tests {
    use super::machine;

    #[test]
    fn the_machine_is_read_where_one_is_named() {
        for (owner, want) in [
            (r#"{"machine":"4121","boot":"b","pid":7}"#, Some("4121")),
            (r#"{"machine":"","pid":7}"#, None),
            (r#"{"machine":7}"#, None),
            ("{}", None),
            ("me", None),
        ] {
            assert_eq!(machine(owner).as_deref(), want, "{owner}");
        }
    }
}
