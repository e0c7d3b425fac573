//! What an engine is too old for: it would drop it without a word, so that the launch is refused instead.

use super::{ApiVersion, Engine};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{LaunchSpec, asked};
use crate::values::{MountSource, SecurityOpt, Submounts, Value};

/// Something that is asked for, and the API from which on engines know it.
struct Need<'a> {
    what: &'static str,
    since: ApiVersion,
    option: &'static str,
    word: String,
    origin: &'a Origin,
}

impl Engine {
    /// Everything that this engine is too old for.
    #[must_use]
    pub fn too_old_for(&self, spec: &LaunchSpec) -> Findings {
        let needs = needs(spec).into_iter().filter(|need| need.since > self.found);
        needs.map(|need| self.refused(&need)).collect()
    }

    fn refused(&self, need: &Need<'_>) -> Finding {
        let Need { what, since, option, word, origin } = need;
        let message = format!("{what} needs API {since}, and the engine speaks {}", self.found);
        Finding::error(Code::NewerThanEngine, message)
            .asked(asked(option, word, origin), origin)
            .help("leave it out, or use a newer engine")
    }
}

fn needs(spec: &LaunchSpec) -> Vec<Need<'_>> {
    let options = &spec.options;
    let mut needs = Vec::new();
    let mut say = |what, since, option, word, origin| {
        needs.push(Need { what, since, option, word, origin });
    };
    for setting in &options.annotation {
        say("an annotation", ApiVersion(1, 43), "annotation", setting.value.word(), &setting.origin);
    }
    if let Some(setting) = options.health_start_interval.setting().filter(|time| !time.value.0.is_zero()) {
        let option = "health-start-interval";
        say("an interval at the start", ApiVersion(1, 44), option, setting.value.word(), &setting.origin);
    }
    for setting in &options.mount {
        if let Some((what, since)) = of_mount(&setting.value.source) {
            let word = setting.value.shown(&spec.secrets);
            say(what, since, "mount", word, &setting.origin);
        }
    }
    // Before, the container had one hardware address, which was the first network's.
    for setting in options.network.iter().skip(1).filter(|setting| setting.value.mac.is_some()) {
        let (what, word) = ("a hardware address for a further network", setting.value.word());
        say(what, ApiVersion(1, 44), "network", word, &setting.origin);
    }
    for setting in options.network.iter().filter(|setting| setting.value.gw_priority.is_some()) {
        let word = setting.value.word();
        say("the priority of a gateway", ApiVersion(1, 48), "network", word, &setting.origin);
    }
    for setting in &options.security_opt {
        if let SecurityOpt::WritableCgroups(_) = setting.value {
            let word = setting.value.word();
            say("a writable cgroup", ApiVersion(1, 48), "security-opt", word, &setting.origin);
        }
    }
    needs
}

fn of_mount(source: &MountSource) -> Option<(&'static str, ApiVersion)> {
    match source {
        MountSource::Bind(bind) if bind.submounts == Submounts::ReadOnly => {
            Some(("a bind that is read-only to its last mount", ApiVersion(1, 44)))
        }
        MountSource::Volume(volume) if volume.subpath.is_some() => {
            Some(("a part of a volume", ApiVersion(1, 45)))
        }
        MountSource::Image(_) => Some(("an image as a mount", ApiVersion(1, 48))),
        MountSource::Bind(_) | MountSource::Volume(_) | MountSource::Tmpfs(_) => None,
    }
}
