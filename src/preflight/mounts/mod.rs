//! What is mounted from the host, against the host: is it there, what is it, and may the container's user use it. Files
//! are looked at only where the engine is proven to see the same ones.

mod access;
mod bind;
mod label;
mod made;
mod obstacle;
mod source;

use super::checks::Said;
use crate::engine::{Engine, EngineInfo};
use crate::finding::{Code, Finding, Findings, Level};
use crate::host::Host;
use crate::sockets::{Proof, has_same_files};
use crate::spec::LaunchSpec;
use crate::values::Day;
use access::Caller;
use bind::{Bind, binds};
use std::path::Path;

/// Checks every path of the host that is mounted.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine, host: &Host) -> Said {
    let today = Day::of(host.now.as_secs());
    let binds = binds(spec);
    if binds.is_empty() {
        return Said::default();
    }
    let is_here = has_same_files(engine.peer_pid()) == Proof::Same;
    let mut findings = Findings::new();
    if is_here {
        findings.extend(binds.iter().flat_map(|bind| source::check(bind, spec, &host.root)));
        findings.extend(made::check(spec, &host.root));
    }
    // An engine that does not tell confines nobody, as far as is known here.
    let (info, user) = tokio::join!(engine.info(), user(spec, engine));
    let info = info.unwrap_or_default();
    if is_here {
        let data = Path::new(&info.data_folder);
        findings.extend(binds.iter().filter_map(|bind| engines_data(bind, data, spec, today)));
    }
    findings.extend(label::check(&binds, spec, &info, host.home()));
    if is_here && !shifts_users(spec, &info) {
        let caller = Caller { uid: host.uid, root: &host.root };
        findings.extend(access::check(&binds, spec, user.as_deref(), &caller));
    }
    let why = "whether the engine sees this machine's files cannot be told";
    Said { findings, cannot_tell: (!is_here).then(|| why.to_owned()) }
}

/// The user that the command runs as: the launch's own, else the image's; none where nobody tells.
async fn user(spec: &LaunchSpec, engine: &Engine) -> Option<String> {
    let said = spec.options.user.get().map(|user| user.0.clone()).filter(|user| !user.is_empty());
    if said.is_some() {
        return said;
    }
    let image = engine.image_facts(&spec.image.reference).await.ok().flatten()?;
    Some(image.user)
}

/// Whether a number in the container is another user's on the host.
fn shifts_users(spec: &LaunchSpec, info: &EngineInfo) -> bool {
    let is_on = |name: &str| info.security.iter().any(|option| option == name);
    is_on("rootless") || (is_on("userns") && spec.options.userns.get().is_none())
}

/// S6: the engine's own data, where it is not at its usual place, which the rules know.
fn engines_data(bind: &Bind<'_>, data: &Path, spec: &LaunchSpec, today: Day) -> Option<Finding> {
    const USUAL: &str = "/var/lib/docker";
    let path = bind.path.canonicalize().ok()?;
    let hands_over = data.is_absolute() && (data.starts_with(&path) || path.starts_with(data));
    if !hands_over || Path::new(USUAL).starts_with(&path) {
        return None;
    }
    let policy = Code::HostPath.name();
    let refused = spec.terms.refuse.iter().find(|refused| refused.value == policy);
    let is_waived = spec.terms.allow.iter().any(|waiver| waiver.value.counts(Code::HostPath, today));
    let level = if refused.is_some() && !is_waived { Level::Error } else { Level::Warning };
    let message = format!("{} gives the container the engine's own data, in {}", bind.word, data.display());
    let finding = bind.finding(level, Code::HostPath, message);
    let finding = refused
        .into_iter()
        .fold(finding, |finding, refused| finding.asked(format!("refuse {policy}"), &refused.origin));
    Some(finding.help("mount the one folder or file that is needed"))
}
