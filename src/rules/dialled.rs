//! Where a service is told to call: a container with a network of its own has its own loopback, and on the default bridge
//! nobody answers to a container's name.

use super::relation::Subject;
use super::word::Word;
use crate::finding::{Code, Finding, Findings, Level, Origin};
use crate::spec::{LaunchSpec, Mode, names_url};
use crate::values::Authority;

/// By convention, the host as a container calls it.
const HOST_NAME: &str = "host.docker.internal";

/// The checks whose words are no places that the service calls.
const NOT_CALLED: [&str; 2] = ["bind-address", "advertised-address"];

/// A rule: the service calls there, and nothing else of its container answers.
pub(super) fn check(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let found = Word::of(subject).into_iter().filter_map(|word| {
        let mut finding = loopback(spec, &word)?;
        // The caller's own command may bring along what it calls.
        if !spec.command_is_callers {
            finding.level = Level::Error;
        }
        Some(finding)
    });
    found.collect()
}

/// Every variable and argument that leads somewhere, and that no rule of the service has looked at already.
pub(super) fn everywhere(spec: &LaunchSpec) -> Findings {
    let words = Word::all(spec).into_iter().filter(|word| leads_somewhere(word));
    let words = words.filter(|word| !is_ruled(spec, word, &NOT_CALLED));
    let found = words.flat_map(|word| {
        let own = loopback(spec, &word).filter(|_| !is_ruled(spec, &word, &["loopback-url"]));
        own.into_iter().chain(nameless(spec, &word))
    });
    found.collect()
}

/// A URL under any name; an address without a scheme where the name says that it is called.
fn leads_somewhere(word: &Word<'_>) -> bool {
    !word.value.contains(char::is_whitespace)
        && Authority::all(word.value).iter().any(|one| one.is_url || names_url(word.name))
}

/// Whether a rule of the service with one of these checks names the variable or argument.
fn is_ruled(spec: &LaunchSpec, word: &Word<'_>, checks: &[&str]) -> bool {
    spec.terms.schema.rules.iter().any(|rule| {
        let rule = &rule.value;
        let named = if word.is_argument { &rule.argument } else { &rule.variable };
        checks.contains(&rule.check.as_str()) && named.as_deref() == Some(word.name)
    })
}

/// B15: in a network of the container's own, its loopback is the container. What the service itself opens is there.
fn loopback(spec: &LaunchSpec, word: &Word<'_>) -> Option<Finding> {
    let mode = spec.networking.mode();
    let is_own = |one: &Authority<'_>| one.port().is_some_and(|port| opens(spec, port));
    let all = Authority::all(word.value);
    let found = all.iter().find(|one| one.is_loopback() && !is_own(one))?;
    let reason = match mode {
        // The other container's loopback is this one's, too.
        Mode::Host | Mode::Container => return None,
        Mode::Bridge | Mode::Own => "in a network of the container's own, that is the container itself",
        Mode::None => "without a network, that is the container itself",
    };
    let message = format!("{} leads to {}: {reason}", word.title(), found.host());
    let finding = word.asked(Finding::warning(Code::LoopbackUrl, message));
    Some(mended(finding, word, mode))
}

/// What mends it: the host by its name, the other container by its own, or the host's network.
fn mended(finding: Finding, word: &Word<'_>, mode: Mode) -> Finding {
    let with = |host: &str| word.saying(&replaced(word.value, host));
    let added = format!("--add-host {HOST_NAME}:host-gateway");
    let host = match with(HOST_NAME) {
        Some(saying) => format!("for what listens on the host: {added} {saying}"),
        None => format!("for what listens on the host: {added}, and {HOST_NAME} in the URL"),
    };
    let network =
        if mode == Mode::Own { "the same network" } else { "a network of your own, --network NAME" };
    let name = match with("CONTAINER") {
        Some(saying) => format!("for another container, by its name on {network}: {saying}"),
        None => format!("for another container, its name on {network}, in the URL"),
    };
    let finding = if mode == Mode::None { finding } else { finding.help(host) };
    finding.help(name).help("or share the host's network: --network host")
}

/// The value with another host in the place of each loopback.
fn replaced(value: &str, host: &str) -> String {
    let count = Authority::all(value).len();
    (0..count).fold(value.to_owned(), |text, at| match Authority::all(&text).get(at) {
        Some(one) if one.is_loopback() => one.with_host(host),
        _ => text,
    })
}

/// N17: the default bridge has no DNS for the names of containers.
fn nameless(spec: &LaunchSpec, word: &Word<'_>) -> Option<Finding> {
    let options = &spec.options;
    let has_own_dns = !options.dns.is_empty() || !options.dns_search.is_empty();
    // A proxy of docker's own configuration goes into every container, whatever its network: its name is the company's.
    let is_proxy = *word.origin == Origin::DOCKERS;
    if spec.networking.mode() != Mode::Bridge || has_own_dns || is_proxy {
        return None;
    }
    let all = Authority::all(word.value);
    let found = all.iter().find(|one| one.is_single_name() && !is_known(spec, one.host()))?;
    let host = found.host();
    let message =
        format!("{} leads to {host}: on the default bridge, no container is found by its name", word.title());
    let finding = word.asked(Finding::warning(Code::BridgeName, message));
    Some(
        finding
            .help("put both containers on a network of your own: --network NAME")
            .help(format!("or say where it is: --add-host {host}:ADDRESS")),
    )
}

/// Whether `/etc/hosts` of the container will hold the name.
fn is_known(spec: &LaunchSpec, name: &str) -> bool {
    let options = &spec.options;
    let hosts = options.add_host.values().any(|added| added.host == name);
    let links = options.link.values().any(|link| link.alias == name || link.name == name);
    hosts || links || options.hostname.get().is_some_and(|own| own.0 == name)
}

/// Whether the container itself is known to open the port.
fn opens(spec: &LaunchSpec, port: u16) -> bool {
    spec.listeners.iter().any(|listen| listen.port == port)
        || spec.options.expose.values().any(|expose| expose.range.contains(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loopback_of_a_list_is_replaced() {
        for (value, want) in [
            ("nats://localhost:4222", "nats://h:4222"),
            ("http://[::1]:1,http://a:2,http://127.0.0.1:3", "http://h:1,http://a:2,http://h:3"),
            ("localhost:1,localhost:2", "h:1,h:2"),
            ("http://a:1", "http://a:1"),
        ] {
            assert_eq!(replaced(value, "h"), want);
        }
    }
}
