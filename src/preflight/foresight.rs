//! What a launch will find at the engine: told by `dynrun check` and a dry run that asks. A launch itself finds out.

use crate::engine::{Asker, Engine, image_missing};
use crate::finding::{Code, Finding, Findings};
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

/// An image that the engine does not have: it is pulled, or the launch fails.
pub(super) async fn image(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let ImageSource::Engine(pull) = spec.image.source else { return None };
    let reference = &spec.image.reference;
    let is_there = engine.image_facts(reference).await.ok()?.is_some();
    let name = reference.tagged();
    match pull {
        Pull::Always => None,
        _ if is_there => None,
        Pull::Missing => {
            let message = format!("the engine does not have the image {name}: a launch pulls it");
            Some(Finding::note(Code::ImagePulled, message))
        }
        Pull::Never => Some(image_missing(reference, "and --pull never forbids to pull it")),
    }
}
