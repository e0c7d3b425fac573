//! What a launch will find at the engine: told by `dynrun check` and a dry run that asks. A launch itself finds out.

use crate::engine::{Engine, image_missing};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{ImageSource, LaunchSpec};
use crate::values::{IfExists, Pull};

/// What is in a launch's way at the engine, beside its networks and ports.
pub async fn foresee(spec: &LaunchSpec, engine: &Engine) -> Findings {
    let findings = [name(spec, engine).await, image(spec, engine).await];
    findings.into_iter().flatten().collect()
}

/// A container that has the name already.
async fn name(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let setting = spec.options.name.setting().filter(|setting| !setting.value.is_empty())?;
    let namesake = engine.namesake(spec).await.ok().flatten()?;
    // Whether it can be reused or replaced, the launch finds out.
    (spec.if_exists == IfExists::Fail || !namesake.is_dynruns()).then(|| namesake.taken(setting))
}

/// An image that the engine does not have: it is pulled, or the launch fails.
async fn image(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
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
