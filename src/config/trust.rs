//! A project file is a stranger's word: what it gives to a container beyond the container's own walls is refused,
//! with the whole list, unless the caller trusts its folder.

use super::build::Build;
use super::choice::Chosen;
use super::document::{Document, Section};
use super::stack::Membership;
use super::waiver::Waiver;
use crate::finding::{Code, FileKind, Finding, Origin, Place, Source};
use crate::options::{Layer, ROWS, Row, Setting};
use crate::values::{IfExists, Network, Power, SecretNames, Value as _};
use std::collections::BTreeSet;
use std::path::Path;

/// The options that say what runs in the container, and as whom: its files, its variables, where it starts. What is
/// mounted or set can put a program of one's own in the place of the image's: in `PATH`, in `PYTHONSTARTUP`, in
/// `/usr/bin`. The command is no option, and stands beside them.
const DECISIVE: [&str; 18] = [
    "image",
    "entrypoint",
    "workdir",
    "user",
    "group-add",
    "env",
    "env-file",
    "dotenv",
    "secret",
    "volume",
    "mount",
    "tmpfs",
    "volumes-from",
    "health-cmd",
    "ready",
    "target",
    "hf-home",
    "hf-target",
];

/// What a launch is made of beside its options.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    /// What is not refused.
    pub waivers: &'a [Setting<Waiver>],
    /// How the image is built.
    pub build: Option<&'a Build>,
    /// The command that files give it.
    pub command: Option<&'a Setting<Vec<String>>>,
    /// What files say of the service by its name.
    pub own: &'a [&'a Section],
    /// What the project undoes of the user's own words.
    pub undone: &'a [(String, Place)],
}

impl<'a> Beside<'a> {
    /// What files say of the service, and nothing else.
    pub(super) fn of(own: &'a [&'a Section]) -> Self {
        Self { waivers: &[], build: None, command: None, own, undone: &[] }
    }
}

/// All that files say of the service by its name: in its own section, in those of profiles and of the stack, and in the stack's.
pub(super) fn sections_of_service<'d>(
    chosen: &'d Chosen,
    membership: Option<&Membership>,
    document: &'d Document,
) -> Vec<&'d Section> {
    let Some((name, service)) = &chosen.service else { return Vec::new() };
    let of_profiles = chosen.profiles.iter().filter_map(|(profile, _)| {
        document.profiles.get(profile)?.services.get(name).map(|of_service| &of_service.section)
    });
    let stack = membership.and_then(|of| document.stacks.get(of.stack.as_ref()?));
    let of_stack = stack.into_iter().flat_map(|stack| {
        let member = stack.members.get(name).map(|member| &member.section);
        std::iter::once(&stack.section).chain(member)
    });
    std::iter::once(&service.section).chain(of_profiles).chain(of_stack).collect()
}

/// The finding that lists everything that the project's file must not say, if it says any of it.
#[must_use]
pub(super) fn refusal(
    project: &Source,
    document: &Document,
    options: &Layer,
    Beside { waivers, build, command, own, undone }: Beside<'_>,
) -> Option<Finding> {
    if is_trusted(project, document) {
        return None;
    }
    let mut asked: Vec<(String, Place)> = Vec::new();
    let mut habits: Vec<String> = Vec::new();
    let of_service: Vec<Origin> = own.iter().flat_map(|section| section.powers()).collect();
    for row in ROWS {
        for (power, origin) in row.powers(options) {
            let Some(what) = forbidden(row, &power, project, document) else { continue };
            match said_by_project(&origin) {
                Some(place) => asked.push((what, place)),
                None if origin.is_built_in() || of_service.contains(&origin) => habits.push(what),
                None => {}
            }
        }
    }
    if !habits.is_empty() {
        let habits = habits.join(", ");
        let command = command.and_then(|command| said_by_project(&command.origin));
        let decisive = decisive(options).into_iter().chain(command.map(|place| ("command", place)));
        asked.extend(decisive.map(|(name, place)| (format!("{name}, for a container with {habits}"), place)));
    }
    let mut effective = effective_places(document, options);
    effective.extend(command.and_then(|command| said_by_project(&command.origin)));
    // A text that names a variable a thousand times asks for it once.
    let mut named: BTreeSet<(&str, usize)> = BTreeSet::new();
    for used in document.interpolated.iter().filter(|used| !is_declared(&used.value, document)) {
        let place = said_by_project(&used.origin);
        let place = place.filter(|place| named.insert((&used.value, place.span.start)));
        if let Some(place) = place.filter(|place| effective.iter().any(|whole| holds(whole, place))) {
            asked.push((format!("the caller's variable {}", used.value), place));
        }
    }
    asked.extend(undone.iter().cloned());
    asked.extend(takeovers(options));
    asked.extend(driver_options(document, options));
    asked.extend(log_targets(options));
    let limits = [&document.most_published, &document.many_published];
    for place in limits.into_iter().flatten().filter_map(|limit| said_by_project(&limit.origin)) {
        asked.push(("another number of ports that one launch may publish".to_owned(), place));
    }
    for waiver in waivers {
        if let Some(place) = said_by_project(&waiver.origin) {
            asked.push((format!("a waiver (allow {})", waiver.value.code), place));
        }
    }
    // A program of a stranger's would lie in the engine under a name of the stranger's choice, also another's.
    if let Some(place) = build.and_then(Build::project_place) {
        asked.push(("an image that is built (build)".to_owned(), place.clone()));
    }
    if asked.is_empty() { None } else { Some(told(project, asked)) }
}

/// The finding, with all that is asked for.
fn told(project: &Source, asked: Vec<(String, Place)>) -> Finding {
    let message = format!("{} asks for what a project's file may not give", project.name);
    let folder = project.folder().display();
    let mut finding = Finding::error(Code::Untrusted, message);
    for (what, place) in asked {
        finding = finding.asked(what, &Origin::File(place));
    }
    finding
        .help("read the file, then add --trust to follow it this once")
        .help(format!("or for ever, in your own configuration: trusted = [\"{folder}\"]"))
}

/// A program of the engine's own in the place of its runtime, and another container's place.
fn takeovers(options: &Layer) -> impl Iterator<Item = (String, Place)> {
    let runtime = options.runtime.setting().and_then(|said| said_by_project(&said.origin));
    let runtime = runtime.map(|place| ("a runtime of the engine's (runtime)".to_owned(), place));
    let replaces = options.if_exists.setting().filter(|said| said.value == IfExists::Replace);
    let replaces = replaces.and_then(|said| said_by_project(&said.origin));
    let replaces = replaces.map(|place| ("another container's place (if-exists)".to_owned(), place));
    let group = options.cgroup_parent.setting().and_then(|said| said_by_project(&said.origin));
    let group = group.map(|place| ("a control group of the host's (cgroup-parent)".to_owned(), place));
    let lasting = options.oom_score_adj.setting().filter(|said| said.value.word().starts_with('-'));
    let lasting = lasting.and_then(|said| said_by_project(&said.origin));
    let lasting =
        lasting.map(|place| ("memory before the host's own programs (oom-score-adj)".to_owned(), place));
    runtime.into_iter().chain(replaces).chain(group).chain(lasting)
}

/// What the engine itself opens for a log driver: an address that it reaches from the host, or a file of the host's.
fn log_targets(options: &Layer) -> Vec<(String, Place)> {
    const OPENED: [&str; 8] =
        ["address", "url", "endpoint", "cert", "certificate", "key", "capath", "cacert"];
    let is_opened = |key: &str| OPENED.contains(&key.rsplit(['-', '_']).next().unwrap_or(key));
    let opened = options.log_opt.iter().filter(|said| is_opened(&said.value.key));
    opened
        .filter_map(|said| {
            let what = format!("what the engine opens for its log driver ({})", said.value.key);
            Some((what, said_by_project(&said.origin)?))
        })
        .collect()
}

/// What a driver does with its options is the driver's affair: it may open the host, or join a network of the host's.
fn driver_options(document: &Document, options: &Layer) -> Vec<(String, Place)> {
    let is_made = options.create_network.is_on();
    let joined = options.network.values().filter_map(|choice| match &choice.network {
        Network::Own(name) => document.networks.get(name),
        Network::Default | Network::Host | Network::Bridge | Network::None | Network::Container(_) => None,
    });
    let said = joined.filter(|_| is_made).flat_map(|declared| &declared.options);
    said.filter_map(|(name, setting)| {
        Some((format!("an option of a network's driver ({name})"), said_by_project(&setting.origin)?))
    })
    .collect()
}

/// What the project says of what runs: the powers that dynrun's own habits, or the user's own file, give to a service
/// are not meant for a stranger's program.
fn decisive(options: &Layer) -> Vec<(&'static str, Place)> {
    let rows = ROWS.iter().filter(|row| DECISIVE.contains(&row.name));
    let said = rows.flat_map(|row| {
        let said = (row.slots.said)(options, &SecretNames::default());
        said.into_iter().filter_map(|said| Some((row.name, said_by_project(&said.origin)?)))
    });
    let mut places: Vec<(&'static str, Place)> = said.collect();
    // What is made from one entry in parts was said once.
    places.dedup();
    places
}

/// Where the values stand that this launch is made of: what is made from a variable elsewhere goes nowhere.
fn effective_places(document: &Document, options: &Layer) -> Vec<Place> {
    let said = ROWS.iter().flat_map(|row| (row.slots.said)(options, &SecretNames::default()));
    let options = said.filter_map(|said| said_by_project(&said.origin));
    let commands = document.services.values().filter_map(|service| service.command.as_ref());
    options.chain(commands.filter_map(|command| said_by_project(&command.origin))).collect()
}

/// Whether a place lies in another.
pub(super) fn holds(whole: &Place, part: &Place) -> bool {
    whole.file == part.file && whole.span.start <= part.span.start && part.span.end <= whole.span.end
}

/// Whether the user's own configuration, or the machine's, trusts the project's folder.
fn is_trusted(project: &Source, document: &Document) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real(project.folder());
    let own = |origin: &Origin| match origin {
        Origin::File(place) => match place.file.kind {
            FileKind::BuiltIn | FileKind::System | FileKind::User | FileKind::Given => true,
            FileKind::Project => false,
        },
        Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => false,
    };
    document.trusted.iter().any(|trusted| own(&trusted.origin) && real(&trusted.value) == folder)
}

pub(super) fn said_by_project(origin: &Origin) -> Option<Place> {
    match origin {
        Origin::File(place) if place.file.kind == FileKind::Project => Some(place.clone()),
        Origin::File(_) | Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => None,
    }
}

/// What is refused, in words; none where the power stays inside the project.
fn forbidden(row: &Row, power: &Power, project: &Source, document: &Document) -> Option<String> {
    match power {
        Power::Everything => Some(row.name.to_owned()),
        Power::HostNamespace => Some(format!("the host's own namespace ({} = \"host\")", row.name)),
        Power::OtherContainer => Some(format!("another container ({})", row.name)),
        Power::Capability => Some(format!("a capability ({})", row.name)),
        Power::Unconfined => Some(format!("a security option that confines less ({})", row.name)),
        Power::Device => Some(format!("devices of the host ({})", row.name)),
        Power::HostPath(path) => {
            let outside = !is_inside(path, project.folder());
            outside.then(|| format!("the path {}, outside the project ({})", path.display(), row.name))
        }
        Power::Forward(name) => {
            (!is_declared(name, document)).then(|| format!("the caller's variable {name}"))
        }
    }
}

/// Whether the path, with every link followed as far as it exists, lies in the folder.
pub(super) fn is_inside(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let existing = path.ancestors().find_map(|part| part.canonicalize().ok());
    existing.is_some_and(|real| real.starts_with(&folder))
}

/// Whether a service that is not the project's own word declares the variable. A secret is meant for the service that
/// declares it, and not for whatever a stranger launches.
fn is_declared(name: &str, document: &Document) -> bool {
    let is_secret = super::declared_secrets(document).is_secret(name);
    !is_secret
        && document.variables().filter(|(declared, _)| *declared == name).any(|(_, variable)| {
            let said = variable.about.as_ref().map(|about| &about.origin);
            let said = said.or(variable.secret.as_ref().map(|secret| &secret.origin));
            said.is_some_and(|origin| said_by_project(origin).is_none())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decisive_option_is_one() {
        for name in DECISIVE {
            assert!(ROWS.iter().any(|row| row.name == name), "{name}");
        }
    }
}
