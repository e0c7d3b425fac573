//! What kind of engine it is, where that changes what a launch means: one on another machine, one without root's rights,
//! podman in an engine's place. An engine that does not matter to the launch is not asked.

use crate::engine::Engine;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{LaunchSpec, asked, limits};
use crate::values::{Gpus, MountSource, Restart, Value, VolumeSource};

/// What keeps an engine's control groups where nothing does.
const NO_CGROUPS: &str = "none";

/// Checks a launch against the kind of engine that it goes to.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine) -> Findings {
    let found = elsewhere(spec, engine).into_iter().chain(in_podman(spec, engine));
    found.chain(unlimited(spec, engine).await).collect()
}

/// The limits that an engine without root's rights and without control groups drops in silence.
async fn unlimited(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let limits: Vec<_> = limits(spec).collect();
    if limits.is_empty() || engine.info().await.ok()?.cgroup_driver != NO_CGROUPS {
        return None;
    }
    let message = "the engine has no control groups, and drops limits of resources without a word";
    let finding = Finding::warning(Code::LimitIgnored, message);
    let finding = limits.into_iter().fold(finding, |finding, (words, origin)| finding.asked(words, &origin));
    Some(
        finding.help(
            "give its machine cgroup v2: systemd.unified_cgroup_hierarchy=1 on the kernel's command line",
        ),
    )
}

/// The folders that are mounted are another machine's.
fn elsewhere(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let address = &engine.endpoint().address;
    if !address.is_remote() {
        return None;
    }
    let volumes = spec.options.volume.iter().filter_map(|setting| match &setting.value.source {
        VolumeSource::Path(_) => {
            Some((asked("volume", &setting.value.word(), &setting.origin), &setting.origin))
        }
        VolumeSource::Anonymous | VolumeSource::Named(_) => None,
    });
    let mounts = spec.options.mount.iter().filter_map(|setting| match &setting.value.source {
        MountSource::Bind(_) => {
            Some((asked("mount", &setting.value.shown(&spec.secrets), &setting.origin), &setting.origin))
        }
        MountSource::Volume(_) | MountSource::Tmpfs(_) | MountSource::Image(_) => None,
    });
    let all: Vec<(String, &Origin)> = volumes.chain(mounts).collect();
    if all.is_empty() {
        return None;
    }
    let message =
        format!("the folders that are mounted are those of the engine's machine: it is at {address}");
    Some(all.into_iter().fold(Finding::note(Code::EngineRemote, message), |finding, (words, origin)| {
        finding.asked(words, origin)
    }))
}

/// What podman, in an engine's place, does in another way.
fn in_podman(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    if !engine.is_podman() {
        return None;
    }
    let options = &spec.options;
    let mut said = Vec::new();
    let mut say =
        |note: &'static str, words: String, origin: &Origin| said.push((note, words, origin.clone()));
    let restarts = options.restart.setting().filter(|setting| !matches!(setting.value, Restart::No));
    if let Some(setting) = restarts {
        let words = asked("restart", &setting.value.word(), &setting.origin);
        say(
            "without a daemon, nothing starts a container again after a reboot but podman-restart.service",
            words,
            &setting.origin,
        );
    }
    if let Some(setting) = options.link.iter().next() {
        let words = asked("link", &setting.value.word(), &setting.origin);
        say("it knows no links", words, &setting.origin);
    }
    if let Some(setting) = options.gpus.setting().filter(|setting| !matches!(setting.value, Gpus::None)) {
        let words = asked("gpus", &setting.value.word(), &setting.origin);
        say("it hands GPUs out as CDI devices alone: --device nvidia.com/gpu=all", words, &setting.origin);
    }
    if said.is_empty() {
        return None;
    }
    let message = format!("podman answers at {}, in an engine's place", engine.endpoint().address);
    Some(said.into_iter().fold(Finding::warning(Code::Podman, message), |finding, (note, words, origin)| {
        finding.asked(words, &origin).noted(note)
    }))
}
