//! The image of a launch: is it there, may it be pulled, or is it made.

use super::error::EngineError;
use super::launch::{Observer, Step};
use super::{ANSWER, Engine, own_image};
use crate::finding::{Code, Finding};
use crate::spec::{ImageSource, LaunchSpec, asked};
use crate::values::{ImageRef, Pull, Value as _};
use bollard::models::ImageInspect;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;
use std::collections::{BTreeMap, HashMap};

/// What an image says of the containers that are made from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// The user that the command runs as; empty for the superuser.
    pub user: String,
    /// The variables.
    pub env: BTreeMap<String, String>,
}

impl Engine {
    /// What the image says of its containers; none where the engine does not have it.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn image_facts(&self, reference: &ImageRef) -> Result<Option<ImageFacts>, Finding> {
        let Some(image) = self.image(reference).await? else { return Ok(None) };
        let config = image.config.unwrap_or_default();
        let pair = |line: String| {
            let (name, value) = line.split_once('=').unwrap_or((&line, ""));
            (name.to_owned(), value.to_owned())
        };
        let env = config.env.unwrap_or_default().into_iter().map(pair).collect();
        Ok(Some(ImageFacts { user: config.user.unwrap_or_default(), env }))
    }

    /// Sees to it that the engine has the image, for the platform that is said.
    pub(super) async fn ensure_image(
        &self,
        spec: &LaunchSpec,
        observer: Observer<'_>,
    ) -> Result<(), Finding> {
        let (reference, platform) = (&spec.image.reference, spec.platform());
        let pulled = self.pull(reference, platform, observer);
        match spec.image.source {
            ImageSource::OwnBinary => own_image::ensure(self, reference, observer).await,
            ImageSource::Engine(Pull::Always) => match pulled.await {
                Err(failed)
                    if failed.code == Code::ImageMissing && self.image(reference).await?.is_some() =>
                {
                    Err(not_pulled(failed, reference))
                }
                pulled => pulled,
            },
            ImageSource::Engine(pull) => {
                let held = self.image(reference).await?;
                let other = held.as_ref().and_then(|held| other_platform(held, platform?));
                match (held, other, pull) {
                    (Some(_), None, _) => Ok(()),
                    (None, _, Pull::Never) => Err(missing(reference, "and --pull never forbids to pull it")),
                    (Some(_), Some(other), Pull::Never) => Err(other.told(spec)),
                    (None, _, Pull::Missing | Pull::Always) => pulled.await,
                    (Some(_), Some(other), Pull::Missing | Pull::Always) => {
                        pulled.await.map_err(|error| error.noted(other.told(spec).message))
                    }
                }
            }
        }
    }

    /// The image as the engine has it; none when it has none.
    pub(super) async fn image(&self, reference: &ImageRef) -> Result<Option<ImageInspect>, Finding> {
        let name = reference.tagged();
        let asked = tokio::time::timeout(ANSWER, self.docker.inspect_image(&name)).await;
        match asked.map_err(|_| EngineError::Silent(ANSWER)).and_then(|answer| Ok(answer?)) {
            Ok(image) => Ok(Some(image)),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error.finding("look for the image", &self.endpoint)),
        }
    }

    /// The labels of an image.
    pub(super) fn image_labels(image: &ImageInspect) -> Option<&HashMap<String, String>> {
        image.config.as_ref().and_then(|config| config.labels.as_ref())
    }

    async fn pull(
        &self,
        reference: &ImageRef,
        platform: Option<&str>,
        observer: Observer<'_>,
    ) -> Result<(), Finding> {
        observer(Step::Pulling(&reference.tagged()));
        let (name, tag) = match (reference.digest(), reference.tag()) {
            (Some(_), _) => (reference.tagged(), None),
            (None, tag) => (reference.repository().to_owned(), Some(tag.unwrap_or("latest").to_owned())),
        };
        let platform = platform.unwrap_or_default().to_owned();
        let options =
            CreateImageOptions { from_image: Some(name), tag, platform, ..CreateImageOptions::default() };
        let mut progress = std::pin::pin!(self.docker.create_image(Some(options), None, None));
        while let Some(message) = progress.next().await {
            // A pull that fails says so in its stream, under HTTP 200.
            message.map_err(EngineError::from).map_err(|error| match &error {
                EngineError::Refused { message, .. } => {
                    missing(reference, "and cannot pull it").noted(format!("the engine says: {message}"))
                }
                _ => error.finding("pull the image", &self.endpoint),
            })?;
        }
        Ok(())
    }
}

/// The finding for an image that cannot be pulled, and is there as it was pulled before.
fn not_pulled(failed: Finding, reference: &ImageRef) -> Finding {
    let message = format!("the engine cannot pull the image {}", reference.tagged());
    Finding { message, help: Vec::new(), ..failed }.help("run the one that the engine has: --pull missing")
}

/// The platform of an image that is for another one than asked for.
struct OtherPlatform(String);

/// The image's own platform, where it is another one. One that says none is for whoever asks.
fn other_platform(image: &ImageInspect, asked: &str) -> Option<OtherPlatform> {
    let parts = [&image.os, &image.architecture, &image.variant];
    let own: Vec<&str> =
        parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let differs = own.iter().zip(asked.split('/')).any(|(own, asked)| *own != asked);
    differs.then(|| OtherPlatform(own.join("/")))
}

impl OtherPlatform {
    fn told(&self, spec: &LaunchSpec) -> Finding {
        let (name, own) = (spec.image.reference.tagged(), &self.0);
        let message = format!("the engine has the image {name} for {own} only");
        let finding = Finding::error(Code::ImageMissing, message);
        let finding = match spec.options.platform.setting() {
            Some(said) => finding.asked(asked("platform", &said.value.word(), &said.origin), &said.origin),
            None => finding,
        };
        finding.help(format!("run what is there: --platform {own}"))
    }
}

/// The finding for an image that the engine does not have.
#[must_use]
pub fn missing(reference: &ImageRef, why: &str) -> Finding {
    let name = reference.tagged();
    Finding::error(Code::ImageMissing, format!("the engine does not have the image {name}, {why}"))
        .help(format!("load it: docker load -i FILE, or build it: docker build -t {name} FOLDER"))
}
