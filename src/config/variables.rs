//! The container's environment: variables said one by one, in environment files, and forwarded by their name.
//!
//! Highest first: `-e` and `DYNRUN_ENV`, `--env-file`, `env` of profile and service, the proxies of docker's client.

use super::named_file;
use super::schema::Schema;
use crate::finding::{Code, FileKind, Finding, Findings, Origin};
use crate::host::Host;
use crate::options::{Many, Setting, Slot as _};
use crate::values::{EnvFile, EnvFileLine, EnvVar, Secret};

/// Settles the variables: what is forwarded gets its value. What is unset takes no value away that was said before; else
/// it keeps its name alone, and the engine takes the image's own variable away, too. Both are said.
#[must_use]
pub(super) fn settle(
    env: &Many<EnvVar>,
    (proxies, from_files): (Vec<Setting<EnvVar>>, Vec<Setting<EnvVar>>),
    host: &Host,
) -> (Many<EnvVar>, Findings) {
    let mut findings = Findings::new();
    let (said_last, said_first): (Vec<_>, Vec<_>) = env.iter().cloned().partition(is_said_by_caller);
    let mut settled = Many::<EnvVar>::default();
    // A line of a file that names an unset variable says nothing, as with docker.
    for (group, keeps_unset) in [(said_first, true), (from_files, false), (said_last, true)] {
        let before = settled.clone();
        let has = |name: &str| before.values().any(|said| said.name == name && said.value.is_some());
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
    let defaults = schema.variables.iter().filter(|(name, _)| unsaid(name)).filter_map(|(name, variable)| {
        let Setting { value, origin } = variable.default.clone()?;
        let value = EnvVar { name: name.clone(), value: Some(Secret::new(value)) };
        Some(Setting { value, origin })
    });
    env.replace(defaults.collect::<Vec<_>>().into_iter().chain(env.iter().cloned()).collect());
}

/// Of a variable that is said twice the last value counts, and the container knows nothing of the others. A bare name
/// takes none away.
fn last_of_each(all: &Many<EnvVar>) -> Many<EnvVar> {
    let mut kept = Many::<EnvVar>::default();
    for setting in all {
        let is_bare = setting.value.value.is_none();
        if !is_bare || kept.values().all(|other| other.name != setting.value.name) {
            kept.lay_over(&std::iter::once(setting.clone()).collect());
        }
    }
    kept
}

/// What the environment files say, one line a variable.
#[must_use]
pub(super) fn from_files(files: &Many<EnvFile>) -> (Vec<Setting<EnvVar>>, Findings) {
    let mut findings = Findings::new();
    let variables = files.iter().flat_map(|file| read(file, &mut findings)).collect();
    (variables, findings)
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
    host: &Host,
    findings: &mut Findings,
) -> Option<Setting<EnvVar>> {
    if setting.value.value.is_some() {
        return Some(setting);
    }
    let name = &setting.value.name;
    if let Some(value) = host.var(name) {
        let value = EnvVar { name: name.clone(), value: Some(Secret::new(value)) };
        return Some(Setting { value, origin: setting.origin });
    }
    if matches!(&setting.origin, Origin::File(place) if place.file.kind == FileKind::BuiltIn) {
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
        Origin::Flag(spelling) if spelling != "--env-file" => format!("{spelling} {name}"),
        Origin::Variable(variable) if variable != "DYNRUN_ENV_FILE" => format!("{variable}={name}"),
        Origin::Flag(_) | Origin::Variable(_) | Origin::File(_) | Origin::Rule(_) => format!("env {name}"),
    }
}

fn read(file: &Setting<EnvFile>, findings: &mut Findings) -> Vec<Setting<EnvVar>> {
    let variable = |line: EnvFileLine| EnvVar { name: line.name, value: line.value };
    let lines = named_file::lines(file, "--env-file", findings).into_iter();
    lines.map(|line| Setting { value: variable(line), origin: file.origin.clone() }).collect()
}
