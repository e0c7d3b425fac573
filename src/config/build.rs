//! `Build`: how the image of a service is built where it cannot be had, `[service.S.build]`.

use super::document::{replace, roots};
use super::keys::{Form, Key, Keys};
use super::read::{Node, Reader};
use crate::finding::{Code, FileKind, Origin, Place};
use crate::host::Host;
use crate::options::{Layer, Setting};
use crate::values::{EnvVar, Label, Secret, SecretNames, Value as _};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// How an image is built.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Build {
    /// The folder that it is built from.
    pub context: Option<Setting<PathBuf>>,
    /// The file that says how; a relative one is relative to the context. `Dockerfile`, unless said.
    pub dockerfile: Option<Setting<PathBuf>>,
    /// The build's arguments. One without a value is forwarded from the caller's environment.
    pub args: Vec<Setting<EnvVar>>,
    /// The stage that is built; the last one, unless said.
    pub target: Option<Setting<String>>,
    /// The image's labels.
    pub labels: Vec<Setting<Label>>,
    /// The network of what the build runs.
    pub network: Option<Setting<String>>,
    /// Whether the images that it starts from are pulled anew.
    pub pull: Option<Setting<bool>>,
    /// Images whose layers may be taken in the place of building them again.
    pub cache_from: Vec<Setting<String>>,
}

/// How the image of a launch is built: as its service says, from the folder that `--build-on-missing` names, if it does.
pub(super) fn said(of_service: Option<&Build>, options: &Layer) -> Option<Build> {
    let Some(Setting { value: folder, origin }) = options.build_on_missing.setting() else {
        return of_service.cloned();
    };
    let context = Some(Setting { value: folder.0.clone(), origin: origin.clone() });
    Some(Build { context, ..of_service.cloned().unwrap_or_default() })
}

/// How near to the caller something was said, the nearer the greater.
fn nearness(origin: &Origin) -> (u8, Option<FileKind>) {
    match origin {
        Origin::Rule(_) => (0, None),
        Origin::File(place) => (1, Some(place.file.kind)),
        Origin::Variable(_) => (2, None),
        Origin::Flag(_) => (3, None),
    }
}

impl Build {
    /// Whether the folder was said of the image that was said there: whoever names another image later on, or nearer
    /// to the caller, knows nothing of the folder.
    pub(super) fn is_for(&self, image: &Origin) -> bool {
        self.context.as_ref().is_some_and(|context| nearness(&context.origin) >= nearness(image))
    }

    /// The values that are secrets: the arguments whose names say so.
    pub fn secret_values<'a>(&'a self, names: &'a SecretNames) -> impl Iterator<Item = &'a Secret> {
        let secret = self.args.iter().filter(|arg| names.is_secret(&arg.value.name));
        secret.filter_map(|arg| arg.value.value.as_ref())
    }

    /// The same with the values of what is forwarded.
    pub(super) fn forwarded(mut self, host: &Host) -> Self {
        for EnvVar { name, value } in self.args.iter_mut().map(|arg| &mut arg.value) {
            let held = || host.var(name).map(Secret::new);
            *value = value.take().or_else(held);
        }
        self
    }

    /// Lays a higher file's table over this one.
    pub(super) fn lay_over(&mut self, upper: Self) {
        replace(&mut self.context, upper.context);
        replace(&mut self.dockerfile, upper.dockerfile);
        replace(&mut self.target, upper.target);
        replace(&mut self.network, upper.network);
        replace(&mut self.pull, upper.pull);
        self.args.retain(|held| !upper.args.iter().any(|arg| arg.value.name == held.value.name));
        self.args.extend(upper.args);
        self.labels.retain(|held| !upper.labels.iter().any(|label| label.value.key == held.value.key));
        self.labels.extend(upper.labels);
        for image in upper.cache_from {
            if !self.cache_from.iter().any(|held| held.value == image.value) {
                self.cache_from.push(image);
            }
        }
    }

    /// The first place where a project's file says something of it.
    pub(super) fn project_place(&self) -> Option<&Place> {
        let places = [
            self.context.as_ref().map(|said| &said.origin),
            self.dockerfile.as_ref().map(|said| &said.origin),
            self.target.as_ref().map(|said| &said.origin),
            self.network.as_ref().map(|said| &said.origin),
            self.pull.as_ref().map(|said| &said.origin),
        ];
        let args = self.args.iter().map(|arg| &arg.origin);
        let labels = self.labels.iter().map(|label| &label.origin);
        let caches = self.cache_from.iter().map(|image| &image.origin);
        let mut all = places.into_iter().flatten().chain(args).chain(labels).chain(caches);
        all.find_map(|origin| match origin {
            Origin::File(place) if place.file.kind == FileKind::Project => Some(place),
            Origin::File(_) | Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => None,
        })
    }
}

/// The keys of a build.
pub(super) const BUILD: Keys<Build> = Keys::<Build>::of(
    "a build",
    &[
        Key::nothing("additional-contexts", "a build has one context: copy what it needs below it"),
        Key::new("args", "Arguments of the build", Form::Pairs, |reader, build, _, (key, value)| {
            build.args = reader.arguments(key, value);
        }),
        Key::new(
            "cache-from",
            "Images whose layers may be taken",
            Form::Words,
            |reader, build, _, (key, value)| {
                build.cache_from = reader.list(key, value);
            },
        ),
        Key::nothing("cache-to", "the engine's own builder keeps its cache: leave it out"),
        Key::new(
            "context",
            "The folder that it is built from",
            Form::Text,
            |reader, build, _, (key, value)| {
                build.context = reader.context(key, value);
            },
        ),
        Key::new("dockerfile", "The file that says how", Form::Text, |reader, build, _, (key, value)| {
            let said = reader.text(key, value);
            build.dockerfile =
                said.map(|said| Setting { value: PathBuf::from(said.value), origin: said.origin });
        }),
        Key::nothing("dockerfile-inline", "a Dockerfile is a file of its own: dockerfile = \"FILE\""),
        Key::new("labels", "The image's labels", Form::Pairs, |reader, build, _, (key, value)| {
            build.labels = reader.labels(key, value);
        }),
        Key::new(
            "network",
            "Network of what the build runs",
            Form::Text,
            |reader, build, _, (key, value)| {
                build.network = reader.text(key, value);
            },
        ),
        Key::nothing(
            "no-cache",
            "layers are taken where nothing has changed: `docker build --no-cache` builds all anew",
        ),
        Key::nothing("platforms", "an image is built for the engine's own platform"),
        Key::new(
            "pull",
            "Whether the images that it starts from are pulled anew",
            Form::Boolean,
            |reader, build, _, (key, value)| {
                build.pull = reader.boolean(key, value);
            },
        ),
        Key::nothing("secrets", "the engine's own builder hands no secrets to a build"),
        Key::nothing("ssh", "the engine's own builder forwards no agent of ssh's"),
        Key::nothing("tags", "the image is called as `image` says"),
        Key::new("target", "The stage that is built", Form::Text, |reader, build, _, (key, value)| {
            build.target = reader.text(key, value);
        }),
    ],
);

impl Reader<'_> {
    /// `build = "FOLDER"`, or `[service.S.build]`.
    pub(super) fn build(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Build> {
        match value.get_ref() {
            DeValue::String(_) => Some(Build { context: self.context(key, value), ..Build::default() }),
            DeValue::Table(table) => Some(self.build_table(table)),
            _ => {
                self.wrong_type(key, value, "a folder or a table");
                None
            }
        }
    }

    fn build_table(&mut self, table: &DeTable<'_>) -> Build {
        let mut build = Build::default();
        self.keys(&BUILD, &mut build, table);
        build
    }

    /// A folder; a relative one is relative to the file that says it.
    fn context(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<PathBuf>> {
        let said = self.text(key, value)?;
        if said.value.is_empty() {
            self.fault(value.span(), Code::BadValue, "the context's folder is empty", "not a folder");
            return None;
        }
        let roots = roots(self.source, self.world.scope.host);
        Some(Setting { value: roots.absolute(Path::new(&said.value)), origin: said.origin })
    }

    fn arguments(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<EnvVar>> {
        let pairs = self.pairs(key, value, |reader, name| reader.world.secrets.is_secret(name));
        let parsed = pairs.into_iter().map(|Setting { value, origin }| (EnvVar::parse(&value), origin));
        let mut args = Vec::new();
        for (parsed, origin) in parsed {
            match (parsed, &origin) {
                (Ok(value), _) => args.push(Setting { value, origin }),
                (Err(error), Origin::File(place)) => {
                    self.fault(place.span.clone(), Code::BadValue, &error.problem, "not an argument");
                }
                (Err(_), _) => {}
            }
        }
        args
    }

    fn labels(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<Label>> {
        let mut labels = Vec::new();
        for Setting { value, origin } in self.pairs(key, value, |_, _| false) {
            match (Label::parse(&value), &origin) {
                (Ok(label), _) => labels.push(Setting { value: label, origin }),
                (Err(error), Origin::File(place)) => {
                    self.fault(place.span.clone(), Code::BadValue, &error.problem, "not a label");
                }
                (Err(_), _) => {}
            }
        }
        labels
    }

    /// `{ NAME = "VALUE" }`, or `["NAME=VALUE"]`, as words. A secret of the caller's may only go where it is hidden.
    fn pairs(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        hides: fn(&Self, &str) -> bool,
    ) -> Vec<Setting<String>> {
        let mut words = Vec::new();
        let mut take = |reader: &mut Self, front: &str, value: Node<'_>| {
            let before = reader.document.interpolated.len();
            let Some(word) = reader.word(value).map(|word| format!("{front}{word}")) else { return };
            let name = word.split('=').next().unwrap_or_default().to_owned();
            if hides(reader, &name) || !reader.exposes(before, key.get_ref(), value.span()) {
                let origin = super::document::origin(reader.source, value.span());
                words.push(Setting { value: word, origin });
            }
        };
        match value.get_ref() {
            DeValue::Table(table) => {
                table.iter().for_each(|(name, value)| take(self, &format!("{}=", name.get_ref()), value));
            }
            DeValue::Array(items) => items.iter().for_each(|item| take(self, "", item)),
            _ => self.wrong_type(key, value, "a list or a table"),
        }
        words
    }
}
