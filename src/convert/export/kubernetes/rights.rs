//! What a pod and its container may do: their security contexts.

use super::super::left_out;
use super::super::yaml::Yaml;
use super::text;
use crate::finding::Findings;
use crate::spec::LaunchSpec;
use crate::values::{SecurityOpt, Value as _};

/// The container's.
pub(super) fn of_container(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let options = &spec.options;
    let bare = |word: String| word.trim_start_matches("CAP_").to_owned();
    let added = Yaml::texts(options.cap_add.values().map(|one| bare(one.word())));
    let dropped = Yaml::texts(options.cap_drop.values().map(|one| bare(one.word())));
    let capabilities = Yaml::map([("add", added.unless_empty()), ("drop", dropped.unless_empty())]);
    let on = |is_on: bool| is_on.then(|| Yaml::switch(true));
    let mut members = vec![
        ("privileged", on(options.privileged.is_on())),
        ("readOnlyRootFilesystem", on(options.read_only.is_on())),
        ("capabilities", capabilities.unless_empty()),
    ];
    members.extend(user(spec, findings));
    for option in &options.security_opt {
        match modules(&option.value) {
            Ok(member) => members.extend(member.map(|(key, value)| (key, Some(value)))),
            Err(why) => findings.push(left_out("security-opt", why, &option.value.word(), &option.origin)),
        }
    }
    Yaml::map(members).unless_empty()
}

/// The user and the group, by their numbers: a cluster knows no names.
fn user(spec: &LaunchSpec, findings: &mut Findings) -> Vec<(&'static str, Option<Yaml>)> {
    let Some(setting) = spec.options.user.setting() else { return Vec::new() };
    let word = setting.value.word();
    let (user, group) =
        word.split_once(':').map_or((word.as_str(), None), |(user, group)| (user, Some(group)));
    let number = |word: &str| word.parse::<u32>().ok();
    let is_named = (!user.is_empty() && number(user).is_none())
        || group.is_some_and(|group| !group.is_empty() && number(group).is_none());
    if is_named {
        findings.push(left_out(
            "user",
            "a cluster knows users and groups by their numbers alone",
            &word,
            &setting.origin,
        ));
    }
    vec![
        ("runAsUser", number(user).map(Yaml::number)),
        ("runAsGroup", group.and_then(number).map(Yaml::number)),
    ]
}

/// A field for an option of the kernel's security modules; none where the option only says what holds anyway.
fn modules(option: &SecurityOpt) -> Result<Option<(&'static str, Yaml)>, &'static str> {
    let profile = |kind: &str| Yaml::map([("type", Some(text(kind)))]);
    match option {
        SecurityOpt::NoNewPrivileges(on) => Ok(Some(("allowPrivilegeEscalation", Yaml::switch(!on)))),
        SecurityOpt::SeccompUnconfined => Ok(Some(("seccompProfile", profile("Unconfined")))),
        SecurityOpt::SeccompBuiltIn => Ok(Some(("seccompProfile", profile("RuntimeDefault")))),
        SecurityOpt::Seccomp(_) => Err("a profile's file lies on each node: seccompProfile, type Localhost"),
        SecurityOpt::AppArmor(name) if name == "unconfined" => {
            Ok(Some(("appArmorProfile", profile("Unconfined"))))
        }
        SecurityOpt::AppArmor(name) => {
            let local =
                Yaml::map([("type", Some(text("Localhost"))), ("localhostProfile", Some(text(name)))]);
            Ok(Some(("appArmorProfile", local)))
        }
        SecurityOpt::Label(label) => match label.split_once(':') {
            Some((key @ ("user" | "role" | "type" | "level"), value)) => {
                Ok(Some(("seLinuxOptions", Yaml::map([(key, Some(text(value)))]))))
            }
            _ => Err("a cluster says labels, and cannot leave them off"),
        },
        SecurityOpt::SystemPathsUnconfined => Ok(Some(("procMount", text("Unmasked")))),
        SecurityOpt::WritableCgroups(_) => Err("a cluster has no field for it"),
    }
}

/// The pod's.
pub(super) fn of_pod(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let mut groups: Vec<Yaml> = Vec::new();
    for group in &spec.options.group_add {
        match group.value.0.parse::<u32>() {
            Ok(number) => groups.push(Yaml::number(number)),
            Err(_) => findings.push(left_out(
                "group-add",
                "a cluster knows groups by their numbers alone",
                &group.value.0,
                &group.origin,
            )),
        }
    }
    let sysctl =
        |name: &str, value: &str| Yaml::map([("name", Some(text(name))), ("value", Some(text(value)))]);
    let sysctls = spec.options.sysctl.values().map(|one| sysctl(&one.name, &one.value));
    Yaml::map([
        ("supplementalGroups", Yaml::List(groups).unless_empty()),
        ("sysctls", Yaml::List(sysctls.collect()).unless_empty()),
    ])
    .unless_empty()
}
