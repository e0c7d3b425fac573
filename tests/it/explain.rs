//! `dynrun explain`: every code says its cause, a line that produces it, and what mends it; and the line is true.

use crate::common::{NOWHERE, Test, example_gives_its_code};
use dynrun::finding::{CODES, Explanation};
use std::collections::BTreeSet;

/// Codes that no line produces on cue, and why. `dynrun explain` says so in the example's place.
const NOT_ON_CUE: &[(&str, &str)] = &[
    ("disk-low", "the disk of the machine is nearly full"),
    ("forwarding-off", "the engine's kernel forwards no packets"),
    ("processes-hidden", "the machine hides other users' processes"),
    ("engine-silent", "an engine that hangs"),
    ("engine-version", "an engine that is too old"),
    ("engine-too-new", "an engine that is too new"),
    ("not-an-engine", "a server that is no engine"),
    ("plugin-denied", "an engine with an authorisation plugin"),
    ("engine-remote", "an engine on another machine"),
    ("podman", "podman in an engine's place"),
    ("newer-than-engine", "an engine that is too old"),
    ("engine-lost", "an engine that dies while a container runs"),
    ("ulimit-refused", "an engine without the right to raise its limits"),
    ("rights-refused", "an engine without all rights"),
    ("output-lost", "a stream that breaks off"),
    ("cleanup-failed", "an engine that fails twice"),
    ("internal", "a fault of dynrun's"),
    ("network-unknown", "a swarm of two machines"),
    ("binary-not-static", "another build of dynrun"),
    ("architecture", "an engine on another kind of machine"),
    ("not-yet", "another build of dynrun"),
    ("port-reused", "NATS or etcd on this machine"),
    ("rootless-host", "an engine without root's rights"),
    ("limit-ignored", "an engine without root's rights"),
    ("firewall", "a machine with a firewall"),
    ("many-addresses", "a machine with several addresses"),
    ("sender-lost", "an engine without docker's proxy, and a sender"),
    ("out-of-reach", "an engine on another machine"),
    ("registry-denied", "a registry with a password"),
    ("pull-failed", "a registry that fails"),
    ("gpu-unknown", "an engine on another machine"),
    ("gpu-driver-missing", "a machine with a GPU that nothing drives"),
    ("mount-root-owned", "a caller who is not root"),
    ("selinux-label", "an engine with SELinux"),
    ("selinux-relabel", "an engine with SELinux"),
    ("gpu-toolkit-missing", "a machine with a GPU and without NVIDIA's toolkit"),
    ("gpu-not-found", "a machine with a GPU"),
    ("mig-not-found", "a machine with a GPU in parts"),
    ("gpu-in-mig-mode", "a machine with a GPU in parts"),
    ("gpu-driver-too-old", "a machine with a GPU and an old driver"),
    ("gpu-driver-mismatch", "a machine with a GPU whose driver was replaced"),
    ("gpu-unseen", "a machine with a GPU and a driver that is not well"),
    ("gpu-memory-held", "a machine with a GPU that is in use"),
    ("gpu-orphan", "a machine with a GPU that is in use"),
    ("gpu-lost-on-reload", "a machine with a GPU"),
    ("cdi-device-missing", "an engine that takes CDI devices"),
];

/// Codes whose line works against a real engine: the tests with an engine run them.
pub(crate) const NEEDS_ENGINE: &[&str] = &[
    "engine-error",
    "engine-warning",
    "image-missing",
    "image-kept",
    "image-platform",
    "registry-unreachable",
    "build-context",
    "build-failed",
    "name-taken",
    "port-taken",
    "image-pulled",
    "port-moved",
    "port-wanted-back",
    "port-ephemeral",
    "need-missing",
    "udp-ports-differ",
    "network-missing",
    "address-taken",
    "network-differs",
    "network-not-attachable",
    "no-overlay",
    "subnet-overlap",
    "subnet-public",
    "network-target",
    "network-target-restarts",
    "name-unseen",
    "name-shared",
    "runtime-missing",
    "gpus-chosen",
    "gpu-device-missing",
    "gpu-runtime-missing",
    "cdi-missing",
    "command-not-found",
    "command-not-invocable",
    "time-limit",
    "reused",
    "replaced",
    "up-to-date",
    "extract-failed",
    "not-ready",
    "ended-early",
    "output-closed",
    "interrupted",
    "no-container",
    "not-running",
    "already-running",
    "probe-failed",
    "hf-home",
    "hf-cache-unseen",
    "cid-file",
    "mount-source-missing",
    "mount-source-kind",
    "mount-access",
    "mount-owner",
    "mount-as-found",
    "log-driver-missing",
    "limit-beyond-machine",
    "ready-unsaid",
    "still-running",
];

fn is_on_cue(explanation: &Explanation) -> bool {
    !NOT_ON_CUE.iter().any(|(code, _)| *code == explanation.code.name())
}

#[test]
fn codes_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for explanation in CODES {
        let name = explanation.code.name();
        assert!(seen.insert(name), "{name} stands twice");
        let words =
            name.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(words, "{name} is not kebab-case");
    }
}

/// E27: what mends a thing is what mends it: more rights are advised where rights are what is missing, and nowhere else.
#[test]
fn rights_are_no_remedy_but_for_missing_rights() {
    let advising = CODES.iter().filter(|one| one.cause.contains("sudo") || one.fix.contains("sudo"));
    assert_eq!(advising.map(|one| one.code.name()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_code_has_a_cause_and_a_fix() {
    for Explanation { code, cause, fix, .. } in CODES {
        for text in [cause, fix] {
            assert!(text.len() > 10 && !text.ends_with(char::is_whitespace), "{code}: {text}");
            assert!(
                text.starts_with(|first: char| first.is_uppercase() || first == '`' || first == 'd'),
                "{code}: {text}"
            );
            assert!(text.ends_with('.'), "{code}: {text}");
        }
    }
}

#[test]
fn a_code_has_an_example_unless_it_comes_only_from_a_broken_engine() {
    for explanation in CODES {
        let code = explanation.code.name();
        assert_eq!(explanation.example.is_some(), is_on_cue(explanation), "{code}");
    }
    for (code, why) in NOT_ON_CUE {
        assert!(CODES.iter().any(|explanation| explanation.code.name() == *code), "{code}: {why}");
    }
}

/// An example that needs no engine gives its code (design.md section 3).
#[test]
fn examples_without_an_engine_give_their_codes() {
    for explanation in CODES {
        let code = explanation.code.name();
        let Some(example) = explanation.example.filter(|_| !NEEDS_ENGINE.contains(&code)) else { continue };
        assert!(!example.contains("$BUSYBOX"), "{code} needs an engine");
        example_gives_its_code(code, Test::sh(&without_privileges(code, example)));
    }
}

/// Root may open any socket: for the one example about that, its capabilities are dropped.
fn without_privileges(code: &str, example: &str) -> String {
    let is_root = nix::unistd::geteuid().is_root();
    if code == "engine-denied" && is_root {
        format!("setpriv --bounding-set=-all sh -c '{example}'")
    } else {
        example.to_owned()
    }
}

/// E3: the explanation carries the reason and the fix, and can be read without an engine.
#[test]
fn a_code_is_explained() {
    Test::new()
        .args(["explain", "dead-publish"])
        .stdout(
            "
            dead-publish

            A port is published where publishing does nothing: in host mode, without a network, or in another container's network. Docker accepts the first two in silence.

            for example:
              dynrun run gateway --dry-run --network none -p 9999:9999/udp

            what mends it:
              Leave it out, or give the container a network that can publish: `--network bridge`.
            ",
        )
        .run();
}

#[test]
fn a_code_without_an_example_says_so() {
    Test::new()
        .args(["explain", "internal"])
        .stdout(
            "
            internal

            dynrun itself is at fault.

            for example:
              (no line produces it on cue)

            what mends it:
              Report it, with the command line and what was printed.
            ",
        )
        .run();
}

/// What an example needs beside dynrun stands before it, and a waiver as it is written.
#[test]
fn an_example_says_what_its_image_is() {
    Test::new()
        .args(["explain", "command-not-found"])
        .any_stderr()
        .stdout_has(
            "for example:\n  BUSYBOX=busybox    # or any other image with a shell\n  dynrun run --image $BUSYBOX",
        )
        .run();
    Test::new()
        .args(["explain", "pids-limit"])
        .stdout_has(
            "Or waive it, in your own configuration: \
             `profile.prod.allow = [{ code = \"pids-limit\", reason = \"WHY\" }]`.\n",
        )
        .run();
}

/// The list tells the codes apart, and sends nobody to a file that came with the sources alone.
#[test]
fn no_two_codes_are_listed_with_the_same_words() {
    let mut seen = BTreeSet::new();
    for Explanation { code, cause, fix, .. } in CODES {
        let first = cause.split_inclusive(". ").next().unwrap_or_default();
        assert!(seen.insert(first), "{code}: {first}");
        assert!(!cause.contains("docs/") && !fix.contains("docs/"), "{code} names a file: {fix}");
    }
}

#[test]
fn every_code_is_listed_and_can_be_asked_for() {
    let list = Test::new().args(["explain"]).any_stdout().run().stdout;
    for explanation in CODES {
        let code = explanation.code.name();
        assert!(
            list.lines().any(|line| line.split_whitespace().next() == Some(code)),
            "{code} is not listed"
        );
    }
    assert_eq!(list.lines().count(), CODES.len());
}

#[test]
fn an_unknown_code_is_wrong_usage() {
    Test::new()
        .args(["explain", "port-takn"])
        .stderr(
            "
            error[usage]: there is no code `port-takn`
              help: did you mean port-taken?
              help: dynrun explain lists the codes
            ",
        )
        .status(2)
        .run();
}

/// The tests without an engine must not find one by accident.
#[test]
fn nowhere_is_nowhere() {
    assert!(!std::path::Path::new(NOWHERE.trim_start_matches("unix://")).exists());
}
