//! The container's host name: in lower case, as every system writes it.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, asked};
use crate::values::Value as _;

/// K18: an upper-case letter. The kernel keeps it; Kubernetes and Kuscia take no such name, and what compares names letter by
/// letter, as certificates and configurations may be, finds another one.
pub(super) fn check(spec: &LaunchSpec) -> Option<Finding> {
    let name = spec.options.hostname.setting()?;
    let lower = name.value.lowered()?;
    let word = name.value.word();
    let message =
        format!("the host name {word} has upper-case letters: Kubernetes and Kuscia take lower case alone");
    let finding = Finding::warning(Code::HostnameCase, message);
    let finding = finding.asked(asked("hostname", &word, &name.origin), &name.origin);
    Some(finding.help(format!("did you mean {}?", asked("hostname", &lower.word(), &name.origin))))
}
