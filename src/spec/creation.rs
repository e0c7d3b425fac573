//! Which networks a launch may create, and whether it may make one anew.

use super::{Layer, NetworkDeclaration, Networking, asked, is_callers};
use crate::finding::{Code, Finding, Findings, Origin};
use std::collections::BTreeMap;

/// The networks that may be created, and whether they may be made anew.
pub(super) fn decide(
    options: &Layer,
    networking: &Option<Networking>,
    declared: &BTreeMap<String, NetworkDeclaration>,
    findings: &mut Findings,
) -> (BTreeMap<String, NetworkDeclaration>, bool) {
    (created(options, networking, declared, findings), fixed(options, networking, findings))
}

/// The networks that `--create-network` may create. Where none of one's own is joined, a file says it in vain: it may be
/// said there for every launch.
fn created(
    options: &Layer,
    networking: &Option<Networking>,
    declared: &BTreeMap<String, NetworkDeclaration>,
    findings: &mut Findings,
) -> BTreeMap<String, NetworkDeclaration> {
    if !options.create_network.is_on() {
        return BTreeMap::new();
    }
    let Some(Networking::Own { attachments, .. }) = networking else {
        findings.extend(networking.as_ref().and_then(|_| nothing_to_create(options)));
        return BTreeMap::new();
    };
    let names = attachments.iter().map(|attachment| attachment.network.clone());
    names.map(|name| (name.clone(), declared.get(&name).cloned().unwrap_or_default())).collect()
}

/// Whether networks that are not as declared are to be made anew: what nobody may create, nobody may.
fn fixed(options: &Layer, networking: &Option<Networking>, findings: &mut Findings) -> bool {
    let Some(switch) = options.fix_network.setting().filter(|switch| switch.value) else { return false };
    let is_meant = is_callers(&switch.origin) || matches!(networking, Some(Networking::Own { .. }));
    if is_meant && !options.create_network.is_on() {
        let message = "--fix-network makes a network anew, and needs the leave to create one";
        findings.push(refused("fix-network", message, &switch.origin).help("add --create-network"));
    }
    true
}

/// The caller of this launch wants a network made, and joins none of their own.
fn nothing_to_create(options: &Layer) -> Option<Finding> {
    let said = [
        (
            "create-network",
            options.create_network.setting(),
            "--create-network needs a network of your own to create",
        ),
        (
            "fix-network",
            options.fix_network.setting(),
            "--fix-network needs a network of your own to make anew",
        ),
    ];
    let (option, switch, message) = said.into_iter().find_map(|(option, switch, message)| {
        let switch = switch.filter(|switch| switch.value && is_callers(&switch.origin))?;
        Some((option, switch, message))
    })?;
    let line = format!("name it: --network NAME --{option}");
    Some(refused(option, message, &switch.origin).help(line))
}

fn refused(option: &str, message: &str, origin: &Origin) -> Finding {
    Finding::error(Code::NetworkOption, message).asked(asked(option, "true", origin), origin)
}
