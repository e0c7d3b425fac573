//! Interfaces by name: a variable that names some is held to those of the container's network.

use super::relation::Subject;
use super::variable::{said, value, words};
use crate::finding::{Code, Finding, Findings};
use crate::spec::Networking;

/// What stands for any interface, or for none in particular.
const ANY: &str = "all";

/// Checks the names in the rule's variable. A name may be the beginning of one, as NCCL has it.
pub(super) fn check(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let Some(name) = &subject.relation.variable else { return Findings::new() };
    let (Some(setting), Some(text)) = (said(spec, name), value(spec, name)) else { return Findings::new() };
    let Some(there) = interfaces(subject) else { return Findings::new() };
    let missing: Vec<&str> =
        named(text).into_iter().filter(|word| !there.iter().any(|one| one.starts_with(word))).collect();
    if missing.is_empty() {
        return Findings::new();
    }
    let message = format!("{name} names {}, which the container does not see", missing.join(", "));
    let finding = Finding::error(Code::InterfaceMissing, message)
        .asked(words(setting, &spec.secrets), &setting.origin)
        .help(format!("it sees {}", there.join(", ")));
    vec![match spec.networking {
        Networking::Host { .. } => finding,
        Networking::Bridge { .. }
        | Networking::None { .. }
        | Networking::Container { .. }
        | Networking::Own { .. } => finding.help("the host's are seen on the host's network: --network host"),
    }]
}

/// The interfaces that a text names: `eth0,ib0`, `=eth0`; not what it excludes (`^docker0`), and no device of RDMA
/// (`mlx5_0:1`).
fn named(text: &str) -> Vec<&str> {
    if text.starts_with('^') {
        return Vec::new();
    }
    let words = text.trim_start_matches('=').split(',').map(str::trim);
    words.filter(|word| !word.is_empty() && *word != ANY && !word.contains(':')).collect()
}

/// What the container sees; none where nobody can tell. An engine names the interfaces of its networks in their order.
fn interfaces(subject: &Subject<'_>) -> Option<Vec<String>> {
    let own = |networks: usize| {
        let numbered = (0..networks).map(|number| format!("eth{number}"));
        numbered.chain(["lo".to_owned()]).collect()
    };
    match &subject.spec.networking {
        Networking::Host { .. } => (subject.world.interfaces)(),
        Networking::Bridge { .. } => Some(own(1)),
        Networking::Own { attachments, .. } => Some(own(attachments.len())),
        Networking::None { .. } => Some(own(0)),
        Networking::Container { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_is_none() {
        for (text, want) in [
            ("eth0", &["eth0"][..]),
            ("=eth0,ib0", &["eth0", "ib0"]),
            ("eth, ib", &["eth", "ib"]),
            ("^docker0,lo", &[]),
            ("all", &[]),
            ("mlx5_0:1,eth1", &["eth1"]),
            ("", &[]),
        ] {
            assert_eq!(named(text), want, "{text}");
        }
    }
}
