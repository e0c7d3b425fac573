//! The image of a launch: here, else pulled, else built, in that order.

mod credentials;
mod helper;
mod layer;
mod near;
mod newer;
mod pull;
mod registry;

pub use credentials::CredentialStore;
pub(super) use credentials::{Credentials, all_header};
pub use layer::{Layer, Phase};
pub(super) use registry::domain;

use super::ask::encoded;
use super::launch::{Observer, Step};
use super::{Engine, own_image};
use crate::finding::{Code, Finding};
use crate::spec::{ImageSource, LaunchSpec, Setting, asked};
use crate::values::{HealthCommand, ImageRef, Pull, Value as _};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// What an image says of the containers that are made from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// The user that the command runs as; empty for the superuser.
    pub user: String,
    /// The variables.
    pub env: BTreeMap<String, String>,
    /// The health check; none where it has none.
    pub health: Option<HealthCommand>,
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
        let test = config.healthcheck.and_then(|check| check.test).unwrap_or_default();
        let health = HealthCommand::listed(&test).ok().filter(|check| !check.line().is_empty());
        Ok(Some(ImageFacts { user: config.user.unwrap_or_default(), env, health }))
    }

    /// Sees to it that the engine has the image, for the platform that is said.
    ///
    /// # Errors
    /// It is not there, cannot or may not be pulled, and cannot be built; or it is for another platform.
    pub async fn ensure_image(&self, spec: &LaunchSpec, observer: Observer<'_>) -> Result<(), Finding> {
        match spec.image.source {
            ImageSource::OwnBinary => own_image::ensure(self, &spec.image.reference, observer).await,
            ImageSource::Engine(pull) => self.ensure_given(pull, spec, observer).await,
        }
    }

    /// The same for one that is not dynrun's own.
    async fn ensure_given(
        &self,
        pull: Pull,
        spec: &LaunchSpec,
        observer: Observer<'_>,
    ) -> Result<(), Finding> {
        let held = self.image(&spec.image.reference).await?;
        let other = held.as_ref().and_then(|held| other_platform(held, spec.platform()?));
        if let (Some(held), None, Pull::Newer) = (&held, &other, pull) {
            return self.ensure_newest(held, spec, observer).await;
        }
        let failed = match (held.is_some(), &other, pull) {
            (true, None, Pull::Missing | Pull::Never) => return Ok(()),
            (_, Some(other), Pull::Never) => other.told(spec),
            (_, None, Pull::Never) => self.missing(spec, "and --pull never forbids to pull it").await,
            (_, _, Pull::Missing | Pull::Newer | Pull::Always) => match self.pull(spec, observer).await {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            },
        };
        match spec.image.build.as_ref().filter(|_| spec.image.reference.can_be_given()) {
            Some(build) if leads_on(failed.code) && pull == Pull::Never => {
                self.build(build, spec, observer).await
            }
            Some(build) if leads_on(failed.code) => {
                observer(Step::NotPulled(&failed.message));
                let why = format!("not pulled: {}", failed.message);
                let built = self.build(build, spec, observer).await;
                built.map_err(|finding| finding.noted(why).also(&failed))
            }
            Some(_) if failed.code == Code::RegistryDenied => {
                Err(failed.help("or build it in its place: --pull never"))
            }
            Some(_) | None => Err(match (other, held) {
                (Some(other), _) if pull != Pull::Never && failed.code != Code::ImagePlatform => {
                    failed.noted(other.told(spec).message)
                }
                (None, Some(_)) if pull == Pull::Always => stays(failed, &spec.image.reference),
                _ => failed,
            }),
        }
    }

    /// What is wrong with the image as it is here, before any pull or build: none where a container can be made of it.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn lacks_image(&self, spec: &LaunchSpec) -> Result<Option<Finding>, Finding> {
        let Some(held) = self.image(&spec.image.reference).await? else {
            return Ok(Some(self.missing(spec, "and --pull never forbids to pull it").await));
        };
        let other = spec.platform().and_then(|platform| other_platform(&held, platform));
        Ok(other.map(|other| other.told(spec)))
    }

    /// The finding for an image that the engine does not have, with what may have been meant.
    async fn missing(&self, spec: &LaunchSpec, why: &str) -> Finding {
        let reference = &spec.image.reference;
        let name = reference.tagged();
        let message = format!("the engine does not have the image {name}, {why}");
        let finding = asked_image(Finding::error(Code::ImageMissing, message), spec)
            .help(format!("load it: docker load -i FILE, or build it: docker build -t {name} FOLDER"));
        self.near(finding, reference).await
    }

    /// The id of an image; none where the engine lacks it.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn image_id(&self, reference: &ImageRef) -> Result<Option<String>, Finding> {
        Ok(self.image(reference).await?.map(|image| image.id().to_owned()))
    }

    /// The image as the engine has it; none when it has none.
    pub(super) async fn image(&self, reference: &ImageRef) -> Result<Option<Image>, Finding> {
        let asked = self.find(&format!("/images/{}/json", encoded(&reference.tagged()))).await;
        asked.map_err(|error| error.finding("look for the image", &self.endpoint))
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
    repo_digests: Option<Vec<String>>,
    config: Option<ImageConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ImageConfig {
    user: Option<String>,
    env: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    labels: Option<HashMap<String, String>>,
    healthcheck: Option<ImageHealth>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ImageHealth {
    test: Option<Vec<String>>,
}

impl Image {
    /// Its id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether a registry has given it out under this digest: it is kept as `REPOSITORY@DIGEST`.
    fn has_digest(&self, digest: &str) -> bool {
        let held = self.repo_digests.iter().flatten().filter_map(|held| held.split_once('@'));
        held.into_iter().any(|(_, held)| held == digest)
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

/// Whether an image is built where it cannot be had for this reason. One that others may have is not: what was meant is
/// there, and what would be built is perhaps something else.
fn leads_on(code: Code) -> bool {
    matches!(code, Code::ImageMissing | Code::ImagePlatform | Code::RegistryUnreachable)
}

/// The finding for an image that cannot be pulled, and is there as it was pulled before.
fn stays(failed: Finding, reference: &ImageRef) -> Finding {
    let help = "run the one that the engine has: --pull missing";
    if failed.code != Code::ImageMissing {
        return failed.help(help);
    }
    let message = format!("the engine cannot pull the image {}", reference.tagged());
    Finding { message, help: Vec::new(), ..failed }.help(help)
}

/// A finding about the image, with where that was asked for.
fn asked_image(finding: Finding, spec: &LaunchSpec) -> Finding {
    match spec.options.image.setting() {
        Some(Setting { value, origin }) => finding.asked(asked("image", &value.word(), origin), origin),
        None => finding,
    }
}

/// An image that is for another platform than asked for: its own one, and the other.
struct OtherPlatform {
    own: String,
    asked: String,
}

/// The image's own platform, where it is another one. One that says none is for whoever asks.
fn other_platform(image: &Image, asked: &str) -> Option<OtherPlatform> {
    let parts = [&image.os, &image.architecture, &image.variant];
    let own: Vec<&str> =
        parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let differs = own.iter().zip(asked.split('/')).any(|(own, asked)| *own != asked);
    differs.then(|| OtherPlatform { own: own.join("/"), asked: asked.to_owned() })
}

impl OtherPlatform {
    fn told(&self, spec: &LaunchSpec) -> Finding {
        let (name, Self { own, asked }) = (spec.image.reference.tagged(), self);
        let (short, wanted) = match (own.split_once('/'), asked.split_once('/')) {
            (Some((system, own)), Some((other, asked))) if system == other => (own, asked),
            _ => (own.as_str(), asked.as_str()),
        };
        let message = format!("the local image is {short}, asked {wanted}: {name}");
        let finding = Finding::error(Code::ImagePlatform, message);
        let finding = match spec.options.platform.setting() {
            Some(said) => {
                finding.asked(crate::spec::asked("platform", &said.value.word(), &said.origin), &said.origin)
            }
            None => finding,
        };
        finding.help(format!("run what is there: --platform {own}"))
    }
}
