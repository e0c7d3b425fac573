//! What a launch will find at the engine: told by `dynrun check` and a dry run that asks. A launch itself finds out.

use crate::engine::{Asker, Engine, unbuildable};
use crate::finding::{Code, Finding, Findings, Level};
use crate::spec::{ImageSource, LaunchSpec};
use crate::values::{IfExists, Pull};
use std::time::Duration;

/// A container that has the name already, and that the launch cannot follow its wish about.
pub(super) async fn name(spec: &LaunchSpec, engine: &Engine, asker: &Asker) -> Findings {
    if spec.if_exists != IfExists::Fail {
        return engine.way(spec, asker, Duration::ZERO).await.err().unwrap_or_default();
    }
    let setting = spec.options.name.setting().filter(|setting| !setting.value.is_empty());
    let namesake = engine.namesake(spec).await.ok().flatten();
    setting.zip(namesake).map(|(setting, namesake)| namesake.taken(setting)).into_iter().collect()
}

/// An image that the engine does not have, or not for the platform: it is pulled or built, or the launch fails.
pub(super) async fn image(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let ImageSource::Engine(pull) = spec.image.source else { return None };
    let build = spec.image.build.as_ref();
    let how = match (pull, build) {
        (Pull::Always, _) => return None,
        (Pull::Missing | Pull::Newer, None) => "pulls it",
        (Pull::Missing | Pull::Newer, Some(_)) => "pulls it, or builds it",
        (Pull::Never, _) => "builds it",
    };
    let lacking = engine.lacks_image(spec).await.ok()??;
    match (pull, build, build.and_then(unbuildable)) {
        (Pull::Never, None, _) => Some(lacking),
        (Pull::Never, Some(_), Some(unbuildable)) => Some(unbuildable),
        // It may yet be pulled.
        (_, _, Some(unbuildable)) => Some(Finding { level: Level::Warning, ..unbuildable }),
        (_, _, None) => {
            let name = spec.image.reference.tagged();
            let message = format!("the engine does not have the image {name}: a launch {how}");
            Some(Finding::note(Code::ImagePulled, message))
        }
    }
}
