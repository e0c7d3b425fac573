//! The image of a launch: is it there, may it be pulled, or is it made.

use super::ask::encoded;
use super::error::EngineError;
use super::launch::{Observer, Step};
use super::{Engine, own_image};
use crate::finding::{Code, Finding};
use crate::spec::{ImageSource, LaunchSpec, asked};
use crate::values::{ImageRef, Pull, Value as _};
use bytes::BytesMut;
use http::Method;
use http_body_util::BodyExt as _;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// How long a line of a pull's progress may be: far longer than any is.
const LONGEST_LINE: usize = 1 << 20;

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
    ///
    /// # Errors
    /// It is not there and may not be pulled, cannot be, or is for another platform.
    pub async fn ensure_image(&self, spec: &LaunchSpec, observer: Observer<'_>) -> Result<(), Finding> {
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
    pub(super) async fn image(&self, reference: &ImageRef) -> Result<Option<Image>, Finding> {
        let asked = self.find(&format!("/images/{}/json", encoded(&reference.tagged()))).await;
        asked.map_err(|error| error.finding("look for the image", &self.endpoint))
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
        let mut path = format!("/images/create?fromImage={}", encoded(&name));
        for (key, value) in [("tag", tag.as_deref()), ("platform", platform)] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                path.push_str(&format!("&{key}={}", encoded(value)));
            }
        }
        self.pulled(&path).await.map_err(|error| match &error {
            EngineError::Refused { message, .. } => {
                missing(reference, "and cannot pull it").noted(format!("the engine says: {message}"))
            }
            _ => error.finding("pull the image", &self.endpoint),
        })
    }

    /// Follows a pull to its end. One that fails says so in its stream, under HTTP 200.
    async fn pulled(&self, path: &str) -> Result<(), EngineError> {
        #[derive(Deserialize)]
        struct Progress {
            error: Option<String>,
        }
        let mut body = self.transport.open(Method::POST, path, Duration::MAX).await?;
        let mut text = BytesMut::new();
        loop {
            let frame = body.frame().await.transpose();
            let frame = frame.map_err(|error| EngineError::Cut(error.to_string()))?;
            let is_over = frame.is_none();
            text.extend(frame.and_then(|frame| frame.into_data().ok()).unwrap_or_default());
            while let Some(end) =
                text.iter().position(|byte| *byte == b'\n').or(is_over.then_some(text.len()))
            {
                let line = text.split_to((end + 1).min(text.len()));
                if !line.trim_ascii().is_empty() {
                    let progress: Progress = serde_json::from_slice(&line).map_err(EngineError::garbled)?;
                    progress
                        .error
                        .map_or(Ok(()), |message| Err(EngineError::Refused { status: 500, message }))?;
                }
                if text.is_empty() {
                    break;
                }
            }
            if text.len() > LONGEST_LINE {
                return Err(EngineError::garbled("a line of its progress has no end"));
            }
            if is_over {
                return Ok(());
            }
        }
    }
}

/// An image as the engine tells of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Image {
    #[serde(default)]
    id: String,
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    config: Option<ImageConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ImageConfig {
    user: Option<String>,
    env: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    labels: Option<HashMap<String, String>>,
}

impl Image {
    /// Its id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The command that its containers run where none is said.
    pub(super) fn command(&self) -> &[String] {
        self.config.as_ref().and_then(|config| config.cmd.as_deref()).unwrap_or_default()
    }

    /// Its labels.
    pub(super) fn labels(&self) -> Option<&HashMap<String, String>> {
        self.config.as_ref().and_then(|config| config.labels.as_ref())
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
fn other_platform(image: &Image, asked: &str) -> Option<OtherPlatform> {
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
