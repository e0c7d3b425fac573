//! `Terms`: what a launch is judged by beside its options: its service's schema, what its profile refuses, and what
//! of that somebody has waived.

use super::build::Build;
use super::document::{Document, Service};
use super::git::{self, Kept};
use super::schema::{Schema, VariableKind};
use super::trust::holds;
use super::variables::FromFile;
use super::waiver::Waiver;
use super::{Chosen, Layer, OpenFile, Setting};
use crate::finding::{Code, FileKind, Finding, Origin};
use crate::host::Host;
use crate::options::ROWS;
use crate::values::{EnvVar, Secret, SecretNames, Value as _};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a launch is judged by, beside its options.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// What its service understands.
    pub schema: Schema,
    /// Whether its service's ports are to be published, as it was said.
    pub publishes: Option<Setting<bool>>,
    /// What its profile refuses, by the names of policies.
    pub refuse: Vec<Setting<String>>,
    /// What of that is not refused.
    pub allow: Vec<Setting<Waiver>>,
    /// How many ports it may publish.
    pub most_published: Option<Setting<u16>>,
    /// How many of them are no matter for a warning.
    pub many_published: Option<Setting<u16>>,
    /// The secrets that stand in a file or on the command line in plain, by their names.
    pub literals: Vec<Setting<String>>,
    /// Those of them, and of environment files, that git keeps.
    pub committed: Vec<Setting<Committed>>,
    /// The variables that are taken to be there, with a value that nobody looks at.
    pub assumed: BTreeSet<String>,
    /// The files that hold secrets, and that others may read.
    pub open_files: Vec<Setting<OpenFile>>,
}

/// A secret in plain that git keeps, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its name.
    pub name: String,
    /// The file that holds it.
    pub file: PathBuf,
    /// How git knows the file.
    pub kept: Kept,
}

/// Collects the terms of a launch; the plain secrets are looked for by themselves.
///
/// # Errors
/// The service names a schema that nobody describes.
pub(super) fn collect(chosen: &Chosen, document: &Document, options: &Layer) -> Result<Terms, Finding> {
    let schema = chosen.service.as_ref().map(|(_, service)| schema(service, document)).transpose()?;
    let profiles = || chosen.profiles.iter().map(|(_, profile)| profile);
    let service = chosen.service.as_ref();
    let of_service = service.into_iter().flat_map(|(_, service)| service.allow.iter());
    let of_both = profiles().flat_map(|profile| {
        let waivers = service.and_then(|(name, _)| profile.services.get(name)).map(|layer| &layer.allow);
        waivers.into_iter().flatten()
    });
    let allow = of_service.chain(profiles().flat_map(|profile| &profile.allow)).chain(of_both);
    let mut refuse: Vec<Setting<String>> = Vec::new();
    for policy in profiles().flat_map(|profile| &profile.refuse) {
        if !refuse.iter().any(|held| held.value == policy.value) {
            refuse.push(policy.clone());
        }
    }
    Ok(Terms {
        schema: schema.unwrap_or_default(),
        publishes: options.publish_service.setting().cloned(),
        refuse,
        allow: allow.cloned().collect(),
        most_published: document.most_published.clone(),
        many_published: document.many_published.clone(),
        literals: Vec::new(),
        committed: Vec::new(),
        assumed: BTreeSet::new(),
        open_files: Vec::new(),
    })
}

/// The schema that the service names, with what it says itself. A variable that moves a port is one.
pub(super) fn schema(service: &Service, document: &Document) -> Result<Schema, Finding> {
    let mut schema = match &service.schema {
        None => Schema::default(),
        Some(named) => match document.schemas.get(&named.value) {
            Some(schema) => schema.clone(),
            None => return Err(unknown_schema(named, document)),
        },
    };
    schema.lay_over(service.own.clone());
    for listen in &service.listens {
        if let Some(name) = &listen.value.variable {
            let port = Setting { value: VariableKind::Port, origin: listen.origin.clone() };
            schema.variables.entry(name.clone()).or_default().kind.get_or_insert(port);
        }
    }
    Ok(schema)
}

fn unknown_schema(named: &Setting<String>, document: &Document) -> Finding {
    let finding = Finding::error(Code::UnknownRule, format!("there is no schema `{}`", named.value))
        .asked(format!("schema = {:?}", named.value), &named.origin);
    finding.near(&named.value, document.schemas.keys().map(String::as_str))
}

/// The secrets among the options that were said in plain, in a file or as a flag, and that the launch uses: a
/// variable that is forwarded, that an environment file holds, or that is made from one of the caller's is none.
pub(super) fn literals(
    said: &Layer,
    settled: &Layer,
    document: &Document,
    secrets: &SecretNames,
) -> Vec<Setting<String>> {
    let is_used = |setting: &&Setting<EnvVar>| settled.env.iter().any(|held| held == *setting);
    let env = said.env.iter().filter(|setting| setting.value.holds_secret(secrets)).filter(is_used);
    let env = env.map(|setting| (setting.value.name.clone(), setting.origin.clone()));
    let labels = said.label.iter().filter(|setting| {
        let value = setting.value.value.as_deref().unwrap_or_default();
        !value.is_empty() && setting.value.shown(secrets) != setting.value.word()
    });
    let labels = labels.map(|setting| (format!("the label {}", setting.value.key), setting.origin.clone()));
    let plain = env.chain(labels).chain(hidden_words(said, secrets));
    let plain = plain.filter(|(_, origin)| is_literal(origin, document));
    plain.map(|(value, origin)| Setting { value, origin }).collect()
}

/// The secrets among the labels of files: whoever may ask the engine reads them.
pub(super) fn literal_file_labels(
    files: &[FromFile],
    settled: &Layer,
    secrets: &SecretNames,
) -> Vec<Setting<String>> {
    let labels = files.iter().flat_map(|file| &file.variables);
    let literals = labels.filter(|setting| {
        let is_used = settled
            .label
            .iter()
            .any(|label| label.value.key == setting.value.name && label.origin == setting.origin);
        is_used && setting.value.holds_secret(secrets)
    });
    literals
        .map(|setting| Setting {
            value: format!("the label {}", setting.value.name),
            origin: setting.origin.clone(),
        })
        .collect()
}

/// The other options whose words are not shown as they are, each by its name: a log driver's token, a URL's password
/// wherever it may stand. Variables and labels have names of their own.
fn hidden_words(said: &Layer, secrets: &SecretNames) -> Vec<(String, Origin)> {
    let rows = ROWS.iter().filter(|row| !["env", "label"].contains(&row.name));
    let hidden = rows.flat_map(|row| {
        let words = (row.slots.words)(said);
        let shown = (row.slots.said)(said, secrets).into_iter().zip(words);
        let hidden = shown.filter(|(shown, word)| shown.text != *word);
        hidden.map(|(shown, _)| match row.pair.and_then(|pair| shown.text.split_once(pair)) {
            Some((key, _)) => (format!("--{} {key}", row.name), shown.origin),
            None => (format!("--{}", row.name), shown.origin),
        })
    });
    hidden.collect()
}

/// The first secret among the command's words, by the name of its argument, if it has one. A file that fills in one
/// word of the command may have written down another.
pub(super) fn literal_arguments(
    (program, command): (&str, &[String]),
    origin: &Origin,
    document: &Document,
    secrets: &SecretNames,
) -> Option<Setting<String>> {
    let set_in = |words: &[String]| {
        let words = words.iter().map(String::as_str);
        let name = secrets.set_in(std::iter::once(program).chain(words));
        name.map(|name| format!("the command's {name}"))
    };
    let found = if is_literal(origin, document) {
        let has_password = || command.iter().any(|word| secrets.has_url_password(word));
        set_in(command).or_else(|| has_password().then(|| "the command".to_owned()))
    } else {
        set_in(&written(origin))
    };
    found.map(|value| Setting { value, origin: origin.clone() })
}

/// The secrets among a build's arguments.
pub(super) fn literal_build_arguments(
    build: Option<&Build>,
    document: &Document,
    secrets: &SecretNames,
) -> Vec<Setting<String>> {
    let args = build.into_iter().flat_map(|build| &build.args);
    let plain = args.filter(|arg| {
        let value = arg.value.value.as_ref().map(Secret::expose).unwrap_or_default();
        let is_secret = secrets.is_secret(&arg.value.name) || secrets.are_in(value);
        is_secret && !value.is_empty() && is_literal(&arg.origin, document)
    });
    plain
        .map(|arg| Setting {
            value: format!("the build's argument {}", arg.value.name),
            origin: arg.origin.clone(),
        })
        .collect()
}

/// The literals that stand in files which git keeps.
pub(super) fn committed(literals: &[Setting<String>], host: &Host) -> Vec<Setting<Committed>> {
    let mut seen: BTreeMap<&Path, Option<Kept>> = BTreeMap::new();
    let mut committed = Vec::new();
    for Setting { value: name, origin } in literals {
        let Origin::File(place) = origin else { continue };
        if place.file.kind == FileKind::BuiltIn {
            continue;
        }
        let file = place.file.path.as_path();
        if let Some(kept) = *seen.entry(file).or_insert_with(|| git::kept(file, host)) {
            let value = Committed { name: name.clone(), file: file.to_owned(), kept };
            committed.push(Setting { value, origin: origin.clone() });
        }
    }
    committed
}

/// The environment files with a secret that are in git's index. One that is not may wait for its line in `.gitignore`.
pub(super) fn committed_files(
    files: &[FromFile],
    secrets: &SecretNames,
    host: &Host,
) -> Vec<Setting<Committed>> {
    let committed = files.iter().filter_map(|from| {
        let (name, file) = (from.secret(secrets)?.to_owned(), from.file.value.0.clone());
        let kept = git::kept(&file, host).filter(|kept| *kept == Kept::Tracked)?;
        Some(Setting { value: Committed { name, file, kept }, origin: from.file.origin.clone() })
    });
    committed.collect()
}

/// Whether what is said there was written down there.
fn is_literal(origin: &Origin, document: &Document) -> bool {
    match origin {
        Origin::Flag(_) => true,
        Origin::File(place) => {
            let interpolated = document.interpolated.iter().any(|used| match &used.origin {
                Origin::File(part) => holds(place, part),
                Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => false,
            });
            !interpolated || has_default(place.file.text.get(place.span.clone()).unwrap_or_default())
        }
        Origin::Variable(_) | Origin::Rule(_) => false,
    }
}

/// The words of a list as the file has them, with nothing filled in.
fn written(origin: &Origin) -> Vec<String> {
    #[derive(Deserialize)]
    struct Written {
        words: Vec<String>,
    }
    let Origin::File(place) = origin else { return Vec::new() };
    let text = place.file.text.get(place.span.clone()).unwrap_or_default();
    let read: Option<Written> = toml::from_str(&format!("words = {text}")).ok();
    read.map(|written| written.words).unwrap_or_default()
}

/// Whether the text holds a default for a variable of the caller's: that may be the secret itself.
fn has_default(text: &str) -> bool {
    text.split(":-").skip(1).any(|rest| !rest.starts_with('}'))
}
