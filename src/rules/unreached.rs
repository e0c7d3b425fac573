//! A container without a network, and everything of its launch that needs one, cause by cause.

use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Lifecycle, Mode, Readiness, asked, is_habit, peers};
use crate::values::{EnvVar, Ready, Value};

/// The variable by which the tools of the Hugging Face hub are told not to ask it.
const OFFLINE: &str = "HF_HUB_OFFLINE";

/// Checks a launch whose container has loopback alone.
pub(super) fn check(spec: &LaunchSpec) -> Findings {
    if spec.networking.mode() != Mode::None {
        return Findings::new();
    }
    let mut findings = in_vain(spec);
    findings.extend(unheard(spec));
    findings.extend(needs(spec));
    findings.extend(named(spec));
    findings.extend(models(spec));
    findings.into_iter().map(|finding| with_network(finding, spec)).collect()
}

/// The finding, with where the network was said and what gives one.
fn with_network(finding: Finding, spec: &LaunchSpec) -> Finding {
    let finding = match spec.options.network.iter().next() {
        Some(said) => finding.asked(asked("network", &said.value.word(), &said.origin), &said.origin),
        None => finding,
    };
    finding.help("give it a network: --network bridge")
}

/// What tells that it is ready answers over the network: that wait cannot end well.
fn in_vain(spec: &LaunchSpec) -> Findings {
    let Lifecycle::Detached { readiness: Some(Readiness { checks, asked: said, .. }), .. } = &spec.lifecycle
    else {
        return Findings::new();
    };
    let over_network = |check: &&Ready| matches!(check, Ready::Http(_) | Ready::Nats(_) | Ready::Etcd(_));
    let found = checks.iter().filter(over_network).map(|check| {
        let message =
            format!("{} tells when it is ready, and without a network nobody can ask it", check.word());
        Finding::error(Code::NoNetwork, message)
            .asked(asked("wait", &said.value.word(), &said.origin), &said.origin)
            .help("let something else tell: --ready health, --ready command:LINE")
    });
    found.collect()
}

/// Who listens is heard by nobody. What a command of the caller's opens, nobody knows.
fn unheard(spec: &LaunchSpec) -> Option<Finding> {
    let service = spec.service.as_ref().filter(|_| !spec.command_is_callers)?;
    let ports: Vec<String> =
        spec.listeners.iter().map(|listen| format!("{}/{}", listen.port, listen.protocol)).collect();
    (!ports.is_empty()).then(|| {
        let message =
            format!("{service} listens on {}, and without a network nobody reaches it", ports.join(", "));
        Finding::warning(Code::NoNetwork, message)
    })
}

/// What the service cannot work without. One that is told of a place is named with its variable.
fn needs(spec: &LaunchSpec) -> Findings {
    if !spec.runs_its_own_command() {
        return Findings::new();
    }
    let service = spec.service.as_deref().unwrap_or("the service");
    let is_told = |name: &String| {
        let said = spec.options.env.named(name).filter(|said| !is_habit(&said.origin));
        said.is_some_and(|said| said.value.value.is_some() || spec.terms.assumed.contains(name))
    };
    let found = spec.needs.iter().filter(|need| !need.found_by.as_ref().is_some_and(is_told)).map(|need| {
        let message = format!("{service} needs {}, and reaches none without a network", need.name);
        Finding::warning(Code::NoNetwork, message).asked(format!("needs = [\"{}\"]", need.name), &need.origin)
    });
    found.collect()
}

/// Other machines that variables name.
fn named(spec: &LaunchSpec) -> Findings {
    let found = peers(spec).into_iter().map(|peer| {
        let message =
            format!("{} names {}, which is not reached without a network", peer.variable, peer.host);
        Finding::warning(Code::NoNetwork, message).asked(peer.words, &peer.origin)
    });
    found.collect()
}

/// N11, N12: models that were fetched before are there; the tools have to be told not to ask for more.
fn models(spec: &LaunchSpec) -> Option<Finding> {
    let cache = spec.hf_cache.as_ref()?;
    let offline = spec.options.env.named(OFFLINE).and_then(|setting| {
        let EnvVar { value, .. } = &setting.value;
        value.as_ref().map(|value| value.expose().to_owned())
    });
    let is_on =
        offline.is_some_and(|word| ["1", "true", "yes", "on"].contains(&word.to_lowercase().as_str()));
    (!is_on).then(|| {
        let message = format!(
            "models that are not in {} yet cannot be fetched, and its tools ask for newer ones of those that are",
            cache.folder.display()
        );
        Finding::warning(Code::NoNetwork, message)
            .asked(&cache.words, &cache.origin)
            .help(format!("fetch them before, and say so: -e {OFFLINE}=1"))
    })
}
