//! Ports of the host that two services of a stack want.

use super::Member;
use crate::finding::{Code, Finding, Findings};
use crate::spec::{Networking, Setting, asked, overlap};
use crate::values::{PortPolicy, Publish, Value as _};

/// A finding for every port that two services want, and that nothing moves.
pub(super) fn ports(members: &[Member]) -> Findings {
    let stay = members.iter().filter(|member| member.spec.port_policy == PortPolicy::Fail);
    let stay: Vec<&Member> = stay.collect();
    let pairs = stay
        .iter()
        .enumerate()
        .flat_map(|(at, later)| stay[..at].iter().map(move |earlier| (*earlier, *later)));
    pairs
        .flat_map(|(earlier, later)| published(earlier, later).into_iter().chain(opened(earlier, later)))
        .collect()
}

/// The ports that both publish.
fn published(earlier: &Member, later: &Member) -> Findings {
    let twice = |one: &Setting<Publish>| {
        let other = earlier.spec.options.publish.iter().find(|other| overlap(&other.value, &one.value))?;
        let range = one.value.host.map(|range| range.to_string()).unwrap_or_default();
        let message = format!(
            "{} {range} of the host is published twice: by {} and by {}",
            one.value.protocol.name(),
            earlier.service(),
            later.service()
        );
        let word = |said: &Setting<Publish>| asked("publish", &said.value.word(), &said.origin);
        let finding = Finding::error(Code::PortTwice, message)
            .asked(word(other), &other.origin)
            .asked(word(one), &one.origin)
            .help("give each its own port of the host, or have them moved: --port-policy next");
        Some(finding)
    };
    later.spec.options.publish.iter().filter_map(twice).collect()
}

/// The ports that both open on the host's network.
fn opened(earlier: &Member, later: &Member) -> Findings {
    let on_host = |member: &Member| matches!(member.spec.networking, Networking::Host { .. });
    if !on_host(earlier) || !on_host(later) {
        return Findings::new();
    }
    let twice = later.spec.listeners.iter().filter_map(|one| {
        let is_it = |other: &&crate::spec::Listener| (other.port, other.protocol) == (one.port, one.protocol);
        let other = earlier.spec.listeners.iter().find(is_it)?;
        let message = format!(
            "{} {} of the host is listened on twice: by {} and by {}",
            one.protocol.name(),
            one.port,
            earlier.service(),
            later.service()
        );
        let finding = Finding::error(Code::PortTwice, message);
        Some(finding.asked(&other.words, &other.origin).asked(&one.words, &one.origin))
    });
    twice.collect()
}
