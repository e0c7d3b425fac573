//! The container's environment: variables said one by one, in environment files, and forwarded by their name.
//!
//! Highest first: `-e` and `DYNRUN_ENV`, `--env-file`, `.env`, `env` of profile and service, the proxies of docker's client.

use super::dotenv::{self, Dotenv};
use super::schema::Schema;
use super::secrets::{self, Surroundings};
use super::{Request, Terms, named_file, terms};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::Host;
use crate::options::{Layer, Many, Setting, Slot as _};
use crate::values::{EnvFile, EnvFileLine, EnvVar, Secret, SecretNames, is_plausible_name};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is said beside the option `env`, each under what stands behind it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// The proxies of docker's client.
    pub proxies: Vec<Setting<EnvVar>>,
    /// `.env`.
    pub dotenv: Vec<Setting<EnvVar>>,
    /// `--env-file`.
    pub files: Vec<Setting<EnvVar>>,
}

/// What a file of variables says.
#[derive(Debug)]
pub(super) struct FromFile {
    /// The file.
    pub file: Setting<EnvFile>,
    /// What its lines are: `variables`.
    pub what: &'static str,
    /// Its variables.
    pub variables: Vec<Setting<EnvVar>>,
}

impl FromFile {
    fn of(file: &Setting<EnvFile>, variables: Vec<Setting<EnvVar>>) -> Self {
        Self { file: file.clone(), what: "variables", variables }
    }

    /// Whether one of its variables is a secret that has a value there.
    pub(super) fn holds_secret(&self, secrets: &SecretNames) -> bool {
        self.secret(secrets).is_some()
    }

    /// The first such variable.
    pub(super) fn secret(&self, secrets: &SecretNames) -> Option<&str> {
        let mut variables = self.variables.iter().map(|setting| &setting.value);
        let secret = variables.find(|variable| variable.holds_secret(secrets));
        secret.map(|variable| variable.name.as_str())
    }

    /// The file as it was asked for.
    pub(super) fn words(&self) -> String {
        let path = self.file.value.0.display();
        match &self.file.origin {
            Origin::Flag(spelling) if spelling == "--dotenv" => spelling.clone(),
            Origin::Flag(spelling) => format!("{spelling} {path}"),
            Origin::Variable(name) => format!("{name}={path}"),
            Origin::File(_) | Origin::Rule(_) => format!("{} of {path}", self.what),
        }
    }
}

/// The variables that files hold.
#[derive(Debug)]
pub(super) struct Variables {
    files: Vec<FromFile>,
    dotenv: Dotenv,
}

impl Variables {
    /// Reads the environment files, and the `.env` of the project's folder where that is asked for.
    pub(super) fn read(
        options: &Layer,
        project: Option<&Path>,
        (host, secrets): (&Host, &SecretNames),
        findings: &mut Findings,
    ) -> Self {
        let (files, said) = from_files(&options.env_file, host);
        findings.extend(said);
        let dotenv = dotenv::read(options, project.unwrap_or(host.folder()), (host, secrets), findings);
        Self { files, dotenv }
    }

    /// What the lines of files ask for, as a layer.
    pub(super) fn lines(&self) -> Layer {
        let mut lines = Layer::default();
        lines.env.replace(self.asked_for());
        lines
    }

    /// The variables that lines set, and those of the caller's that they are made from.
    fn asked_for(&self) -> Vec<Setting<EnvVar>> {
        let of_dotenv = self.dotenv.variables.iter().chain(&self.dotenv.taken);
        all(&self.files).into_iter().chain(of_dotenv.cloned()).collect()
    }

    /// What stands below the caller's own words, the lowest first: defaults, `env` of profile and service, and files.
    pub(super) fn beside(&self, env: &Many<EnvVar>, schema: &Schema) -> Vec<Setting<EnvVar>> {
        let said = env.iter().filter(|said| !is_said_by_caller(said)).cloned();
        let of_files = self.dotenv.variables.iter().cloned().chain(all(&self.files));
        defaults(schema).chain(said).chain(of_files).collect()
    }

    /// Makes the container's environment complete, and puts secrets where they go.
    pub(super) fn settle(
        mut self,
        options: &mut Layer,
        (request, host): (&Request, &Host),
        (terms, secrets): (&mut Terms, &SecretNames),
        findings: &mut Findings,
    ) {
        let is_here = request.engine_socket.is_some();
        let dotenv = &self.dotenv.variables;
        let place = secrets::Place { host, surroundings: request.surroundings, is_here, dotenv };
        let handed = secrets::settle(options, &place, findings);
        let seen = Some(host).filter(|_| request.surroundings != Surroundings::Unseen);
        if request.surroundings != Surroundings::Needed {
            // What is forwarded by its name is there when the launch is made.
            let bare = options.env.iter().cloned().chain(self.asked_for());
            let bare = bare.filter(|setting| setting.value.value.is_none());
            terms.assumed.extend(bare.map(|setting| setting.value.name));
        }
        let beside = Beside {
            proxies: request.proxies.clone(),
            dotenv: self.dotenv.variables.clone(),
            files: all(&self.files),
        };
        let (mut env, said) = settle(&options.env, beside, seen);
        findings.extend(said);
        assume(handed.assumed, &mut env, terms);
        let dotenv = self.dotenv.file.map(|file| FromFile::of(&file, self.dotenv.variables));
        self.files.extend(dotenv);
        terms.open_files = handed.open;
        terms.open_files.extend(secrets::open_env_files(&self.files, options, secrets, host));
        terms.committed = handed.committed;
        terms.committed.extend(terms::committed_files(&self.files, secrets, host));
        options.env = env;
        options.env_file.clear();
    }
}

/// Puts the bare name of a secret that is taken to be there in the place of what files say.
fn assume(assumed: Vec<Setting<String>>, env: &mut Many<EnvVar>, terms: &mut Terms) {
    for Setting { value: name, origin } in assumed {
        terms.assumed.insert(name.clone());
        env.retain(|setting| setting.value.name != name || is_said_by_caller(setting));
        if env.named(&name).is_none() {
            env.push(EnvVar { name, value: None }, origin);
        }
    }
}

/// Settles the variables: what is forwarded gets its value, where the caller's are seen. What is unset takes no value away that was said before; else
/// it keeps its name alone, and the engine takes the image's own variable away, too. Both are said.
#[must_use]
pub(super) fn settle(
    env: &Many<EnvVar>,
    Beside { proxies, dotenv, files }: Beside,
    host: Option<&Host>,
) -> (Many<EnvVar>, Findings) {
    let mut findings = Findings::new();
    let (said_last, said_first): (Vec<_>, Vec<_>) = env.iter().cloned().partition(is_said_by_caller);
    let mut settled = Many::<EnvVar>::default();
    // A line of a file that names an unset variable says nothing, as with docker.
    for (group, keeps_unset) in [(said_first, true), (dotenv, false), (files, false), (said_last, true)] {
        let before = settled.clone();
        let valued = before.values().filter(|said| said.value.is_some());
        let valued: BTreeSet<&str> = valued.map(|said| said.name.as_str()).collect();
        let has = |name: &str| valued.contains(name);
        let group = group.into_iter().filter_map(|setting| {
            let is_said_before = has(&setting.value.name);
            let setting = forwarded(setting, is_said_before, host, &mut findings)?;
            let counts = setting.value.value.is_some() || (keeps_unset && !is_said_before);
            counts.then_some(setting)
        });
        settled.lay_over(&group.collect());
    }
    // A proxy gives way to the bare name, too.
    let mut all: Many<EnvVar> = proxies.into_iter().collect();
    all.lay_over(&settled);
    (last_of_each(&all), findings)
}

/// The variables that nobody names, by the defaults of the service's schema: lower than everything that is said.
pub(super) fn add_defaults(env: &mut Many<EnvVar>, schema: &Schema) {
    let unsaid = |name: &str| env.values().all(|said| said.name != name);
    let defaults = defaults(schema).filter(|default| unsaid(&default.value.name));
    env.replace(defaults.collect::<Vec<_>>().into_iter().chain(env.iter().cloned()).collect());
}

/// The defaults of a schema.
pub(super) fn defaults(schema: &Schema) -> impl Iterator<Item = Setting<EnvVar>> + '_ {
    schema.variables.iter().filter_map(|(name, variable)| {
        let Setting { value, origin } = variable.default.clone()?;
        let value = EnvVar { name: name.clone(), value: Some(Secret::new(value)) };
        Some(Setting { value, origin })
    })
}

/// Of a variable that is said twice the last value counts, and the container knows nothing of the others. A bare name
/// takes none away.
fn last_of_each(all: &Many<EnvVar>) -> Many<EnvVar> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, EnvVar { name, value }) in all.values().enumerate() {
        match value {
            Some(_) => drop(counts.insert(name, index)),
            None => drop(counts.entry(name).or_insert(index)),
        }
    }
    let is_kept =
        |(index, setting): &(usize, &Setting<EnvVar>)| counts.get(setting.value.name.as_str()) == Some(index);
    all.iter().enumerate().filter(is_kept).map(|(_, setting)| setting.clone()).collect()
}

/// What the environment files say, one line a variable.
#[must_use]
pub(super) fn from_files(files: &Many<EnvFile>, host: &Host) -> (Vec<FromFile>, Findings) {
    let mut findings = Findings::new();
    let read = |file: &Setting<EnvFile>| FromFile::of(file, read(file, host, &mut findings));
    let files = files.iter().map(read).collect();
    (files, findings)
}

/// The variables of all files, in their order.
pub(super) fn all(files: &[FromFile]) -> Vec<Setting<EnvVar>> {
    files.iter().flat_map(|file| file.variables.iter().cloned()).collect()
}

/// Whether the caller said it, on the command line or in a variable.
pub(super) fn is_said_by_caller<T>(setting: &Setting<T>) -> bool {
    matches!(setting.origin, Origin::Flag(_) | Origin::Variable(_))
}

/// A variable without a value takes the caller's. Docker is silent of one that is unset; dynrun says so. What dynrun
/// itself forwards, it forwards where there is something.
fn forwarded(
    setting: Setting<EnvVar>,
    is_said_before: bool,
    host: Option<&Host>,
    findings: &mut Findings,
) -> Option<Setting<EnvVar>> {
    let Some(host) = host.filter(|_| setting.value.value.is_none()) else { return Some(setting) };
    let name = &setting.value.name;
    if let Some(value) = host.var(name) {
        let value = EnvVar { name: name.clone(), value: Some(Secret::new(value)) };
        return Some(Setting { value, origin: setting.origin });
    }
    if setting.origin.is_built_in() {
        return None;
    }
    let is_set = host.env.contains_key(std::ffi::OsStr::new(name));
    let why = if is_set { "is not valid UTF-8" } else { "is not set here" };
    let outcome = if is_said_before {
        "so the value that was said before stays"
    } else {
        "so the container does not get it"
    };
    let message = format!("{name} {why}, {outcome}");
    findings.push(
        Finding::warning(Code::VariableUnset, message)
            .asked(asked(name, &setting.origin), &setting.origin)
            .help(format!("export {name}=..., or say a value: -e {name}=...")),
    );
    Some(setting)
}

/// A name that is forwarded, as it was said there. It is no secret: only its value is, which nobody has.
fn asked(name: &str, origin: &Origin) -> String {
    match origin {
        Origin::Flag(spelling) if !["--env-file", "--dotenv"].contains(&spelling.as_str()) => {
            format!("{spelling} {name}")
        }
        Origin::Variable(variable) if variable == "DYNRUN_ENV" => format!("{variable}={name}"),
        Origin::Flag(_) | Origin::Variable(_) | Origin::File(_) | Origin::Rule(_) => format!("env {name}"),
    }
}

/// M8: quotes around a value, which other dialects take off and docker's keeps.
fn quoted(file: &Setting<EnvFile>, lines: &[EnvFileLine]) -> Option<Finding> {
    let is_quoted = |value: &Secret| {
        let value = value.expose();
        value.len() > 1
            && ['"', '\''].iter().any(|quote| value.starts_with(*quote) && value.ends_with(*quote))
    };
    let quoted = lines.iter().filter(|line| line.value.as_ref().is_some_and(is_quoted));
    let names: Vec<String> = quoted.map(|line| named_file::shown(&line.name, line.line)).collect();
    let path = file.value.0.display();
    let message = format!("{path}: the quotes around the value are a part of it: {}", names.join(", "));
    let from = FromFile::of(file, Vec::new());
    let finding = Finding::warning(Code::QuotesKept, message).asked(from.words(), &file.origin);
    let finding =
        finding.help("leave them out; or call the file .env, and read it in compose's dialect: --dotenv");
    (!names.is_empty()).then_some(finding)
}

fn read(file: &Setting<EnvFile>, host: &Host, findings: &mut Findings) -> Vec<Setting<EnvVar>> {
    let variable = |line: EnvFileLine| EnvVar { name: line.name, value: line.value };
    let lines = named_file::lines(file, "--env-file", findings);
    findings.extend(quoted(file, &lines));
    let bare = |line: &EnvFileLine| line.value.is_none() && is_nameless(&line.name, host);
    let (nameless, lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(bare);
    let nameless: Vec<usize> = nameless.iter().map(|line| line.line).collect();
    let asked = (FromFile::of(file, Vec::new()).words(), &file.origin);
    findings.extend(named_file::nameless(Code::VariableUnset, &file.value.0, &nameless, asked));
    let lines = lines.into_iter();
    lines.map(|line| Setting { value: variable(line), origin: file.origin.clone() }).collect()
}

/// Whether a word that stands alone on a line is no name, and not that of a variable of the caller's either.
pub(super) fn is_nameless(name: &str, host: &Host) -> bool {
    !is_plausible_name(name) && host.var(name).is_none()
}
