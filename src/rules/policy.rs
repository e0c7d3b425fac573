//! What a profile refuses of a launch, and the waivers that take a refusal back.

use super::{World, mounts, refusal};
use crate::finding::{Asked, Code, Finding, Findings, Level, Origin};
use crate::spec::{LaunchSpec, Setting, Waiver};
use crate::values::{Day, Value};

/// Something that a profile may refuse: `refuse = ["privileged"]`.
#[derive(Debug)]
pub struct Policy {
    /// What it finds, and its name in files.
    pub code: Code,
    /// What it holds a launch to.
    pub about: &'static str,
    /// Finds what goes against it.
    pub(super) judge: fn(&LaunchSpec, &World<'_>) -> Findings,
}

/// Every policy.
pub const POLICIES: &[Policy] = &[
    Policy { code: Code::Privileged, about: "the container is not privileged", judge: refusal::privileged },
    Policy {
        code: Code::Capability,
        about: "no capability is added beyond those that every container has",
        judge: refusal::capability,
    },
    Policy {
        code: Code::HostNetwork,
        about: "the container has a network of its own",
        judge: refusal::host_network,
    },
    Policy {
        code: Code::HostIpc,
        about: "the host's shared memory stays the host's",
        judge: refusal::host_ipc,
    },
    Policy {
        code: Code::HostNamespace,
        about: "the host's processes, users, names and control groups stay the host's",
        judge: refusal::host_namespace,
    },
    Policy { code: Code::Device, about: "no device of the host is handed over", judge: refusal::device },
    Policy {
        code: Code::EngineSocket,
        about: "the engine's socket is not mounted",
        judge: mounts::engine_socket,
    },
    Policy {
        code: Code::HostPath,
        about: "what the host itself lives by is not mounted",
        judge: mounts::host_path,
    },
    Policy {
        code: Code::VolumesFrom,
        about: "what is mounted is said, and not taken over from another container",
        judge: refusal::volumes_from,
    },
    Policy {
        code: Code::Unconfined,
        about: "the kernel's security modules stay on",
        judge: refusal::unconfined,
    },
    Policy {
        code: Code::NewPrivileges,
        about: "programs cannot gain rights that their parents do not have",
        judge: refusal::new_privileges,
    },
    Policy {
        code: Code::UserRoot,
        about: "the command runs as a user that is said and is not root",
        judge: refusal::user_root,
    },
    Policy { code: Code::MemoryLimit, about: "memory is limited", judge: refusal::memory_limit },
    Policy { code: Code::CpusLimit, about: "processors are limited", judge: refusal::cpus_limit },
    Policy { code: Code::PidsLimit, about: "processes and threads are limited", judge: refusal::pids_limit },
    Policy {
        code: Code::ImageLatest,
        about: "the image has a tag other than `latest`, or a digest",
        judge: refusal::image_latest,
    },
    Policy {
        code: Code::SecretLiteral,
        about: "secrets are named, and never written down",
        judge: refusal::secret_literal,
    },
    Policy {
        code: Code::SecretFileOpen,
        about: "files that hold secrets are nobody else's to read",
        judge: refusal::secret_file_open,
    },
    Policy {
        code: Code::SecretCommitted,
        about: "no secret stands in a file that git keeps: every profile refuses it",
        judge: refusal::secret_committed,
    },
    Policy {
        code: Code::DevelopmentValue,
        about: "no variable holds what its service keeps for development",
        judge: super::development::judge,
    },
    Policy {
        code: Code::PublishEverywhere,
        about: "it is said on which address of the host a port is published",
        judge: refusal::publish_everywhere,
    },
];

/// What every profile tells of, though it may not refuse it. Of secrets in plain, those in files.
const TOLD: [Code; 4] = [Code::EngineSocket, Code::HostPath, Code::SecretFileOpen, Code::SecretLiteral];

/// What every profile refuses, whether it says so or not.
const ALWAYS: [Code; 1] = [Code::SecretCommitted];

/// What goes against a policy that the profile does not refuse by, and nobody waives, where it is worth a warning.
fn told(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let is_weighed = |name: &str| {
        let mut refused = spec.terms.refuse.iter();
        refused.any(|refused| refused.value == name)
            || spec.terms.allow.iter().any(|waiver| waiver.value.code == name)
    };
    let policies = POLICIES.iter().filter(|policy| TOLD.contains(&policy.code));
    let untold = policies.filter(|policy| !is_weighed(policy.code.name()));
    let found = untold
        .flat_map(|policy| (policy.judge)(spec, world))
        .filter(|finding| is_worth_telling(finding, spec));
    found.map(|finding| Finding { level: Level::Warning, ..finding }).collect()
}

/// A secret on the command line is the caller's own doing, and one that is refused is told of there.
fn is_worth_telling(finding: &Finding, spec: &LaunchSpec) -> bool {
    let is_in_file = |asked: &Asked| matches!(asked.origin, Origin::File(_));
    let is_refused =
        |asked: &Asked| spec.terms.committed.iter().any(|committed| committed.origin == asked.origin);
    finding.code != Code::SecretLiteral
        || finding.asked.iter().any(|asked| is_in_file(asked) && !is_refused(asked))
}

/// Checks what the profile refuses.
pub(super) fn check(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let refused = spec.terms.refuse.iter().filter_map(|setting| Some((setting, find(&setting.value)?)));
    let refused = refused.flat_map(|(setting, policy)| {
        let asked = |finding: Finding| finding.asked(format!("refuse {}", setting.value), &setting.origin);
        let found = (policy.judge)(spec, world).into_iter();
        found.map(|finding| weighed(asked(finding), spec, world.today)).collect::<Findings>()
    });
    let mut findings: Findings = refused.collect();
    findings.extend(refused_always(spec, world));
    name_waivers(&mut findings, spec);
    findings.extend(told(spec, world));
    findings
}

/// What no profile has to name for it to be refused.
fn refused_always(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let is_named = |code: &Code| spec.terms.refuse.iter().any(|refused| refused.value == code.name());
    let unnamed = ALWAYS.iter().filter(|code| !is_named(code)).filter_map(|code| find(code.name()));
    let found = unnamed.flat_map(|policy| (policy.judge)(spec, world));
    found.map(|finding| weighed(finding, spec, world.today)).collect()
}

/// Adds to each refusal that nobody waived yet how it is waived, and to the last one a line for all of them.
fn name_waivers(findings: &mut Findings, spec: &LaunchSpec) {
    let is_open = |finding: &Finding| {
        let code = finding.code.name();
        finding.level == Level::Error
            && find(code).is_some()
            && spec.terms.allow.iter().all(|waiver| waiver.value.code != code)
    };
    let waiver = |code: &str| format!("{{ code = \"{code}\", reason = \"WHY\" }}");
    let section = match &spec.service {
        Some(service) => format!("profile.{}.service.{service}", spec.profile),
        None => format!("profile.{}", spec.profile),
    };
    let mut open: Vec<&mut Finding> = findings.iter_mut().filter(|finding| is_open(finding)).collect();
    let mut waivers: Vec<String> = open.iter().map(|finding| waiver(finding.code.name())).collect();
    let is_alone = open.len() == 1;
    // Findings of one policy come one after the other.
    waivers.dedup();
    let line = format!("in ~/.config/dynrun/config.toml: {section}.allow = [{}]", waivers.join(", "));
    if !is_alone {
        for finding in &mut open {
            finding.help.push(format!("or waive it: {}", waiver(finding.code.name())));
        }
    }
    if let Some(last) = open.pop() {
        last.help.push(if is_alone { format!("or waive it, {line}") } else { line });
    }
}

fn find(name: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|policy| policy.code.name() == name)
}

/// A refusal, unless a waiver that counts today takes it back. One that has run out is told of.
fn weighed(finding: Finding, spec: &LaunchSpec, today: Day) -> Finding {
    let name = finding.code.name();
    let waivers = || spec.terms.allow.iter().filter(|waiver| waiver.value.code == name);
    if let Some(waiver) = waivers().find(|waiver| waiver.value.counts(finding.code, today)) {
        return waived(&finding, waiver);
    }
    waivers().fold(finding, |finding, waiver| {
        let until = waiver.value.until.map(|until| until.word()).unwrap_or_default();
        finding
            .asked(format!("allow {name}"), &waiver.origin)
            .noted(format!("the waiver ran out on {until}: {}", waiver.value.reason))
            .help(format!("or change `until` at {}", waiver.origin))
    })
}

fn waived(finding: &Finding, waiver: &Setting<Waiver>) -> Finding {
    let until = waiver.value.until.map(|until| format!(" until {}", until.word())).unwrap_or_default();
    let name = finding.code.name();
    let message = format!("{name} is waived{until} ({}): {}", waiver.value.reason, finding.message);
    Finding::note(Code::Waived, message).asked(format!("allow {name}"), &waiver.origin)
}
