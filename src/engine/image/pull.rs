//! A pull: what the registry is shown, the progress, and what it means when it fails.

use super::credentials::Found;
use super::layer::Layer;
use super::registry::{Refusal, Registry, refusal};
use super::{asked_image, other_platform};
use crate::engine::Engine;
use crate::engine::ask::encoded;
use crate::engine::error::EngineError;
use crate::engine::launch::{Observer, Step};
use crate::engine::lines::{Lines, Said};
use crate::engine::transport::json_request;
use crate::finding::{Code, Finding};
use crate::spec::LaunchSpec;
use http::{HeaderValue, Method, Request};
use std::time::Duration;

/// How long nothing may come of a pull before that is said.
const STALL: Duration = Duration::from_secs(5);

/// A registry, and what it is shown of the caller.
pub(super) struct Shown {
    pub(super) registry: Registry,
    pub(super) found: Option<Found>,
}

impl Shown {
    /// Puts the credentials into a request, where there are some.
    ///
    /// # Errors
    /// They are no text that a header may hold.
    pub(super) fn put<B>(&self, request: &mut Request<B>) -> Result<(), EngineError> {
        let credentials = self.found.as_ref().and_then(|found| found.credentials.as_ref());
        if let Some((credentials, key)) = credentials.zip(self.registry.key.as_ref()) {
            let value = HeaderValue::from_str(&credentials.header(key)).map_err(EngineError::garbled)?;
            request.headers_mut().insert("x-registry-auth", value);
        }
        Ok(())
    }
}

impl Engine {
    /// What the registry of a repository is shown. Who should have had credentials for it and failed is told.
    pub(super) async fn shown_to(&self, repository: &str, observer: Observer<'_>) -> Shown {
        let registry = self.registry(repository).await;
        let found = match &registry.key {
            Some(key) => Some(self.credentials.find(key).await),
            None => None,
        };
        if let Some(found) = found.as_ref().filter(|found| found.is_trouble) {
            observer(Step::NoCredentials(&found.words));
        }
        Shown { registry, found }
    }

    /// Pulls the launch's image, and sees to it that it is for the platform that is said.
    ///
    /// # Errors
    /// The registry does not give it out, or it is for another platform.
    pub(super) async fn pull(&self, spec: &LaunchSpec, observer: Observer<'_>) -> Result<(), Finding> {
        let reference = &spec.image.reference;
        let name = reference.tagged();
        if reference.is_id() {
            return Err(self.missing(spec, "and no registry knows an image by its id").await);
        }
        observer(Step::Pulling(&name));
        let shown = self.shown_to(reference.repository(), observer).await;
        let pulled = self.followed(&path(spec), &shown, &name, observer).await;
        if let Err(error) = pulled {
            return Err(self.not_pulled(error, &shown, spec).await);
        }
        // A registry that has the image for one platform gives it to whoever asks for another.
        let held = self.image(reference).await?;
        match held.as_ref().and_then(|held| other_platform(held, spec.platform()?)) {
            Some(other) => Err(other.told(spec).noted(format!("{} has no other", shown.registry.name))),
            None => Ok(()),
        }
    }

    /// Asks the engine to pull, and follows it to its end.
    async fn followed(
        &self,
        path: &str,
        shown: &Shown,
        name: &str,
        observer: Observer<'_>,
    ) -> Result<(), EngineError> {
        let mut request = json_request(Method::POST, path, None)?;
        shown.put(&mut request)?;
        let mut lines = Lines::of(self.transport.stream(request).await?);
        let mut digest = None;
        while let Some(said) = next(&mut lines, observer).await? {
            match Layer::of(&said) {
                Some(layer) => observer(Step::Layer(layer)),
                None => digest = said.status.as_deref().and_then(digest_of).map(str::to_owned).or(digest),
            }
        }
        observer(Step::Pulled { image: name, digest: digest.as_deref() });
        Ok(())
    }

    /// The finding for a pull that failed.
    async fn not_pulled(&self, error: EngineError, shown: &Shown, spec: &LaunchSpec) -> Finding {
        let Shown { registry: Registry { name: registry, .. }, found } = shown;
        let found = found.as_ref();
        let name = spec.image.reference.tagged();
        let EngineError::Refused { status, message } = &error else {
            return asked_image(error.finding("pull the image", &self.endpoint), spec);
        };
        let words = format!("the engine says: {message}");
        let told = |code, text: String| asked_image(Finding::error(code, text), spec).noted(words.clone());
        let shown = |finding: Finding| match found {
            Some(found) => finding.noted(&found.words),
            None => finding,
        };
        match refusal(*status, message) {
            Refusal::Denied => {
                let text = format!("{registry} does not give {name} to whoever asks: {}", who(found));
                shown(told(Code::RegistryDenied, text)).help(format!("docker login {}", login(registry)))
            }
            Refusal::Missing => {
                let finding = self
                    .missing(spec, &format!("and {registry} has none that it gives out"))
                    .await
                    .noted(words);
                // It may be there for those that it knows.
                if message.contains("docker login") { shown(finding) } else { finding }
            }
            Refusal::Platform => {
                let asked = spec.platform().unwrap_or("this engine's platform");
                told(Code::ImagePlatform, format!("{registry} does not have {name} for {asked}"))
                    .help(format!("see which it has: docker manifest inspect {name}"))
            }
            Refusal::Unreachable => {
                let text = format!("the engine does not reach {registry} to pull {name}");
                let load = "without a network, load it: docker load -i FILE";
                let finding = told(Code::RegistryUnreachable, text)
                    .help(format!("{load}, or build it: docker build -t {name} FOLDER"));
                self.near(finding, &spec.image.reference).await
            }
            Refusal::Tls => {
                let text = format!("the engine does not trust {registry} to pull {name}");
                told(Code::RegistryUnreachable, text).help(format!(
                    "give the engine the registry's certificate: /etc/docker/certs.d/{registry}/ca.crt"
                ))
            }
            Refusal::Other => {
                shown(told(Code::PullFailed, format!("the engine cannot pull {name} from {registry}")))
            }
        }
    }
}

/// Who was said to ask.
fn who(found: Option<&Found>) -> &'static str {
    match found.map(|found| found.credentials.is_some()) {
        Some(true) => "it does not take the credentials, or they do not suffice",
        Some(false) | None => "there are no credentials for it",
    }
}

/// What `docker login` takes for a registry: for the engine's own, nothing.
fn login(registry: &str) -> &str {
    if registry.contains(' ') { "" } else { registry }
}

/// The request's path.
fn path(spec: &LaunchSpec) -> String {
    let reference = &spec.image.reference;
    let (name, tag) = match (reference.digest(), reference.tag()) {
        (Some(_), _) => (reference.tagged(), None),
        (None, tag) => (reference.repository().to_owned(), Some(tag.unwrap_or("latest"))),
    };
    let mut path = format!("/images/create?fromImage={}", encoded(&name));
    for (key, value) in [("tag", tag), ("platform", spec.platform())] {
        if let Some(value) = value {
            path.push_str(&format!("&{key}={}", encoded(value)));
        }
    }
    path
}

/// The next line, however long it takes. Each time that nothing comes for long is said once.
///
/// # Errors
/// As with `Lines::next`.
async fn next(lines: &mut Lines, observer: Observer<'_>) -> Result<Option<Said>, EngineError> {
    match tokio::time::timeout(STALL, lines.next()).await {
        Ok(next) => next,
        Err(_) => {
            observer(Step::Stalled(STALL));
            lines.next().await
        }
    }
}

/// The digest that a line tells, if it tells one.
fn digest_of(status: &str) -> Option<&str> {
    status.strip_prefix("Digest: ").map(str::trim)
}
