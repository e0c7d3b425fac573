//! An image built by the engine's own builder, from a folder of this machine.

mod context;
mod dockerfile;
mod ignore;
mod output;
mod sending;

use super::Engine;
use super::ask::encoded;
use super::error::EngineError;
use super::image::{Credentials, all_header, domain};
use super::launch::{Observer, Step};
use super::lines::Lines;
use crate::engine::image::Layer;
use crate::finding::{Code, Finding, Origin};
use crate::spec::{Build, LaunchSpec, Setting, asked as option_as_asked};
use bytes::Bytes;
use context::{Context, Unsent};
use http::{Method, Request, header};
use hyper::body::Body;
use output::Output;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long a context may take to stop being read, once nobody takes it any more.
const LETTING_GO: Duration = Duration::from_secs(2);

impl Engine {
    /// Builds the launch's image.
    ///
    /// # Errors
    /// The context cannot be read, or a step of the Dockerfile fails.
    pub(super) async fn build(
        &self,
        build: &Build,
        spec: &LaunchSpec,
        observer: Observer<'_>,
    ) -> Result<(), Finding> {
        let name = spec.image.reference.tagged();
        let context = Context::of(build).map_err(|unsent| unreadable(&unsent, build))?;
        if let Some(folder) = &build.context {
            observer(Step::Building { image: &name, context: &folder.value });
        }
        let shown = self.shown(&context.text, build, observer).await;
        let path = path(&context.dockerfile, build, spec);
        let (mut pipe, body) = sending::pipe();
        let sending = tokio::task::spawn_blocking(move || {
            let sent = context.write(&mut pipe);
            sent.inspect_err(|_| pipe.fail())
        });
        let mut output = Output::default();
        let built = match request(&path, body, &shown) {
            Ok(request) => self.built(request, &mut output, observer).await,
            Err(error) => Err(error),
        };
        match (built, unsent(sending).await) {
            (Ok(()), _) => {
                observer(Step::Built(&name));
                Ok(())
            }
            (Err(_), Some(unsent)) => Err(unreadable(&unsent, build)),
            (Err(error), None) => Err(self.not_built(&error, &output, build, spec)),
        }
    }

    /// Has the engine build, and follows it to its end.
    async fn built<B>(
        &self,
        request: Request<B>,
        output: &mut Output,
        observer: Observer<'_>,
    ) -> Result<(), EngineError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut lines = Lines::of(self.transport.stream(request).await?);
        let line = |line: &str| observer(Step::Output(line));
        let outcome = loop {
            match lines.next().await {
                Ok(Some(said)) => match (&said.stream, Layer::of(&said)) {
                    (Some(stream), _) => output.take(stream, line),
                    (None, Some(layer)) => observer(Step::Layer(layer)),
                    (None, None) => {}
                },
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        output.end(line);
        outcome
    }

    /// What the registries of the images are shown that the build starts from.
    async fn shown(
        &self,
        dockerfile: &str,
        build: &Build,
        observer: Observer<'_>,
    ) -> Vec<(String, Credentials)> {
        let args = build
            .args
            .iter()
            .filter_map(|arg| Some((arg.value.name.clone(), arg.value.value.as_ref()?.expose().to_owned())));
        let mut bases = dockerfile::bases(dockerfile, &args.collect());
        bases.extend(build.cache_from.iter().map(|image| image.value.clone()));
        // One image of a registry stands for all of them.
        let registries: BTreeMap<Option<&str>, &str> =
            bases.iter().map(|image| (domain(image), image.as_str())).collect();
        let mut keys: BTreeSet<String> = BTreeSet::new();
        for image in registries.into_values() {
            keys.extend(self.registry(image).await.key);
        }
        let mut shown = Vec::new();
        for key in keys {
            let found = self.credentials.find(&key).await;
            if found.is_trouble {
                observer(Step::NoCredentials(&found.words));
            }
            shown.extend(found.credentials.map(|credentials| (key, credentials)));
        }
        shown
    }

    /// The finding for a build that failed.
    fn not_built(&self, error: &EngineError, output: &Output, build: &Build, spec: &LaunchSpec) -> Finding {
        let name = spec.image.reference.tagged();
        let EngineError::Refused { message, .. } = error else {
            return asked(error.finding("build the image", &self.endpoint), build);
        };
        let shown = |text: &str| spec.without_secret_values(text);
        let at = output.step.as_deref().map(|step| format!(" at step {}", shown(step))).unwrap_or_default();
        let finding = Finding::error(Code::BuildFailed, format!("the build of {name} failed{at}"));
        let finding = asked(finding, build).noted(format!("the engine says: {}", shown(message)));
        let unseen: Vec<&str> = if spec.options.quiet.is_on() { output.last().collect() } else { Vec::new() };
        let finding = unseen.into_iter().fold(finding, |finding, line| finding.noted(shown(line)));
        match (message.contains("BuildKit"), &build.context) {
            (true, Some(context)) => {
                let line = ["docker", "buildx", "build", "-t", &name, &context.value.to_string_lossy()];
                finding.help(shlex::try_join(line).unwrap_or_default())
            }
            _ => finding,
        }
    }
}

/// Why an image could not even begin to be built; none where nothing is in the way of that.
#[must_use]
pub fn unbuildable(build: &Build) -> Option<Finding> {
    Context::of(build).err().map(|unsent| unreadable(&unsent, build))
}

/// What kept the context from being read to its end, if anything but the engine did.
async fn unsent(sending: JoinHandle<Result<(), Unsent>>) -> Option<Unsent> {
    let broken = io::Error::from(io::ErrorKind::BrokenPipe).to_string();
    let ended = tokio::time::timeout(LETTING_GO, sending).await.ok()?.ok()?;
    ended.err().filter(|unsent| unsent.problem != broken)
}

fn unreadable(Unsent { path, problem }: &Unsent, build: &Build) -> Finding {
    let message = format!("{} cannot be read for the build: {problem}", path.display());
    asked(Finding::error(Code::BuildContext, message), build)
}

/// A finding about a build, with where its folder was said.
fn asked(finding: Finding, build: &Build) -> Finding {
    let Some(context) = &build.context else { return finding };
    let words = match &context.origin {
        Origin::File(place) => {
            let front = place.file.text.get(..place.span.start).unwrap_or_default();
            let line = front.rfind('\n').map_or(0, |end| end + 1);
            place.file.text.get(line..place.span.end).map(|text| text.trim().to_owned())
        }
        Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => None,
    };
    let said = || option_as_asked("build-on-missing", &context.value.to_string_lossy(), &context.origin);
    finding.asked(words.unwrap_or_else(said), &context.origin)
}

fn request<B>(path: &str, body: B, shown: &[(String, Credentials)]) -> Result<Request<B>, EngineError> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-tar")
        .header("x-registry-config", all_header(shown));
    request.body(body).map_err(EngineError::garbled)
}

/// The request's path: the builder that every engine has, and what it is told.
fn path(dockerfile: &str, build: &Build, spec: &LaunchSpec) -> String {
    let text = |said: &Option<Setting<String>>| said.as_ref().map(|said| said.value.clone());
    let pulls = build.pull.as_ref().is_some_and(|pull| pull.value);
    let cache: Vec<&str> = build.cache_from.iter().map(|image| image.value.as_str()).collect();
    let values = [
        ("t", Some(spec.image.reference.tagged())),
        ("dockerfile", Some(dockerfile.to_owned())),
        ("version", Some("1".to_owned())),
        ("rm", Some("1".to_owned())),
        ("forcerm", Some("1".to_owned())),
        ("pull", pulls.then(|| "1".to_owned())),
        ("target", text(&build.target)),
        ("networkmode", text(&build.network)),
        ("platform", spec.platform().map(str::to_owned)),
        ("buildargs", object(arguments(build, spec))),
        ("labels", object(labels(build))),
        ("cachefrom", (!cache.is_empty()).then(|| json!(cache).to_string())),
    ];
    let said = values.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let said = said.map(|(name, value)| format!("{name}={}", encoded(&value)));
    format!("/build?{}", said.collect::<Vec<_>>().join("&"))
}

/// The arguments: what is said, and the proxies of docker's own configuration. One without a value is told as such.
fn arguments(build: &Build, spec: &LaunchSpec) -> Map<String, Value> {
    let proxies = spec.options.env.iter().filter(|variable| variable.origin == Origin::DOCKERS);
    let all = proxies.map(|variable| &variable.value).chain(build.args.iter().map(|arg| &arg.value));
    all.map(|arg| (arg.name.clone(), arg.value.as_ref().map(|value| value.expose()).into())).collect()
}

fn labels(build: &Build) -> Map<String, Value> {
    let labels = build.labels.iter().map(|label| &label.value);
    labels.map(|label| (label.key.clone(), label.value.as_deref().unwrap_or_default().into())).collect()
}

/// An object that says something.
fn object(members: Map<String, Value>) -> Option<String> {
    (!members.is_empty()).then(|| Value::from(members).to_string())
}
