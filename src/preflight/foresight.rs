//! What a launch will find at the engine: told by `dynrun check` and a dry run that asks. A launch itself finds out.

use super::checks::Said;
use crate::engine::{Asker, Engine, unbuildable};
use crate::finding::{Code, Finding, Findings, Level};
use crate::spec::{ImageSource, LaunchSpec};
use crate::values::{IfExists, Pull};
use std::time::Duration;

/// How long a dynrun that has launched a container may take to be gone.
const LEAVING: Duration = Duration::from_secs(2);

/// A container that has the name already, and that the launch cannot follow its wish about.
pub(super) async fn name(spec: &LaunchSpec, engine: &Engine, asker: &Asker) -> Findings {
    if spec.if_exists != IfExists::Fail {
        return engine.way(spec, asker, LEAVING, &|_, _| ()).await.err().unwrap_or_default();
    }
    let setting = spec.options.name.setting().filter(|setting| !setting.value.is_empty());
    let namesake = engine.namesake(spec).await.ok().flatten();
    setting.zip(namesake).map(|(setting, namesake)| namesake.taken(setting)).into_iter().collect()
}

/// An image that the engine does not have, or not for the platform: it is pulled or built, or the launch fails. Nothing is
/// pulled to find that out, and nothing built.
pub(super) async fn image(spec: &LaunchSpec, engine: &Engine) -> Said {
    let ImageSource::Engine(pull) = spec.image.source else { return Said::default() };
    let name = spec.image.reference.tagged();
    let build = spec.image.build.as_ref();
    if pull == Pull::Always {
        return untried(&name, "pulled");
    }
    let lacking = match engine.lacks_image(spec).await {
        Ok(Some(lacking)) => lacking,
        Ok(None) => return Said::default(),
        Err(unasked) => return Said { cannot_tell: Some(unasked.message), ..Said::default() },
    };
    let (how, done) = match (pull, build) {
        (Pull::Never, None) => return Some(lacking).into(),
        (Pull::Never, Some(_)) => ("builds it", "built"),
        (_, Some(_)) => ("pulls it, or builds it", "pulled, or built"),
        (_, None) => ("pulls it", "pulled"),
    };
    match build.and_then(unbuildable) {
        Some(unbuildable) if pull == Pull::Never => return Some(unbuildable).into(),
        // It may yet be pulled.
        Some(unbuildable) => {
            let warning = Finding { level: Level::Warning, ..unbuildable };
            return Said { findings: vec![warning], ..untried(&name, "pulled") };
        }
        None => {}
    }
    let message = format!("the engine does not have the image {name}: a launch {how}");
    let note = Finding::note(Code::ImagePulled, message);
    Said { findings: vec![note], ..untried(&name, done) }
}

/// Whether an image can be had, which only a launch finds out.
fn untried(name: &str, done: &str) -> Said {
    Said { cannot_tell: Some(format!("whether {name} can be {done} was not tried")), ..Said::default() }
}
