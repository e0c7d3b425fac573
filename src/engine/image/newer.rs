//! `--pull newer`: an image that is here is held against its registry's, and pulled where that is another one. Whatever
//! comes in between, the one that is here is taken, and that is said.

use super::Image;
use super::pull::Shown;
use super::registry::{Refusal, refusal};
use crate::engine::Engine;
use crate::engine::ask::encoded;
use crate::engine::error::EngineError;
use crate::engine::launch::{Observer, Step};
use crate::engine::transport::{json_request, whole};
use crate::finding::{Code, Finding, Level};
use crate::spec::{LaunchSpec, asked};
use crate::values::Value as _;
use http::Method;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;

/// How long a registry may take to say which image it has: a launch that could go on waits for it.
const ANSWER: Duration = Duration::from_secs(10);

/// What the engine tells of an image in its registry.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Distribution {
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

impl Engine {
    /// Sees to it that an image that is here is the one that its registry has, as far as that can be done.
    ///
    /// The registry is asked for the tag's digest, and not simply pulled from: a pull says that it pulls where nothing
    /// has changed, too, and one that fails does not say whether there is anything newer.
    ///
    /// # Errors
    /// The pull put an image for another platform in its place.
    pub(super) async fn ensure_newest(
        &self,
        held: &Image,
        spec: &LaunchSpec,
        observer: Observer<'_>,
    ) -> Result<(), Finding> {
        // A digest and an id name the same image for ever.
        if !spec.image.reference.can_be_given() {
            return Ok(());
        }
        let kept = match self.offered(spec, observer).await {
            Ok(digest) if held.has_digest(&digest) => return Ok(()),
            Ok(_) => match self.pull(spec, observer).await {
                Ok(()) => return Ok(()),
                Err(failed) if self.lacks_image(spec).await?.is_some() => return Err(failed),
                Err(failed) => not_pulled(&failed, spec),
            },
            Err(unasked) => unasked,
        };
        observer(Step::Kept(&kept));
        Ok(())
    }

    /// The digest of the image that the registry has under the launch's name.
    ///
    /// # Errors
    /// The finding for a registry that cannot be asked, or does not tell.
    async fn offered(&self, spec: &LaunchSpec, observer: Observer<'_>) -> Result<String, Finding> {
        let reference = &spec.image.reference;
        let shown = self.shown_to(reference.repository(), observer).await;
        let answered = timeout(ANSWER, self.distribution(&reference.tagged(), &shown)).await;
        answered.unwrap_or(Err(EngineError::Silent(ANSWER))).map_err(|error| unasked(&error, &shown, spec))
    }

    async fn distribution(&self, name: &str, shown: &Shown) -> Result<String, EngineError> {
        let mut request = json_request(Method::GET, &format!("/distribution/{}/json", encoded(name)), None)?;
        shown.put(&mut request)?;
        let bytes = whole(self.transport.stream(request).await?).await?;
        let told: Distribution = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
        Ok(told.descriptor.digest)
    }
}

/// The finding for an image of which nobody says whether there is a newer one.
fn unasked(error: &EngineError, shown: &Shown, spec: &LaunchSpec) -> Finding {
    let (name, registry) = (spec.image.reference.tagged(), &shown.registry.name);
    let message =
        format!("{registry} does not say whether there is a newer {name}: the one that is here is taken");
    let finding = kept(message, spec);
    match error {
        EngineError::Refused { status, message } => {
            let finding = finding.noted(format!("the engine says: {message}"));
            match (refusal(*status, message), &shown.found) {
                (Refusal::Denied, Some(found)) => finding.noted(&found.words),
                _ => finding,
            }
        }
        EngineError::Silent(time) => finding.noted(format!("no answer within {} s", time.as_secs())),
        error => finding.noted(error.to_string()),
    }
}

/// The finding for an image of which there is a newer one that was not pulled.
fn not_pulled(failed: &Finding, spec: &LaunchSpec) -> Finding {
    let name = spec.image.reference.tagged();
    let finding = kept(format!("a newer {name} was not pulled: the one that is here is taken"), spec);
    match failed.notes.is_empty() {
        true => finding.noted(&failed.message),
        false => finding.also(failed),
    }
}

/// A warning about an image that is taken as it is here, with where `newer` was said.
fn kept(message: String, spec: &LaunchSpec) -> Finding {
    let finding = Finding { level: Level::Warning, ..Finding::error(Code::ImageKept, message) };
    match &spec.image.newer {
        Some(origin) => finding.asked(asked("pull", &crate::values::Pull::Newer.word(), origin), origin),
        None => finding,
    }
}
