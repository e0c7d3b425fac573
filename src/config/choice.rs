//! Which service a launch is of, and which profiles: what the caller names, else what an option of the caller's or a
//! file says.

use super::document::{Document, Profile, Service};
use super::names::NO_SERVICE;
use super::{Request, row};
use crate::finding::{Code, Finding, Findings, Origin, nearest};
use crate::options::{Layer, Row, Setting};
use crate::values::{ImageRef, SecretNames, Value as _};
use std::collections::BTreeSet;

/// How many profiles may stand behind each other: nobody keeps as many apart.
const MOST_LINKS: usize = 64;

/// The profiles, those extended first, and the service of a launch.
pub(super) struct Chosen {
    /// Those extended first.
    pub profiles: Vec<(String, Profile)>,
    /// None where an image is launched alone.
    pub service: Option<(String, Service)>,
}

impl Chosen {
    /// The profile's name.
    pub(super) fn profile_name(&self) -> &str {
        self.profiles.last().map_or("", |(name, _)| name)
    }
}

/// Chooses the profiles and the service.
///
/// # Errors
/// Nothing is called so, or profiles extend each other in a circle.
pub(super) fn choose(request: &Request, environment: &Layer, document: &Document) -> Result<Chosen, Finding> {
    let profiles = profiles(request, document)?;
    let said = |(_, profile): &(String, Profile)| profile.section.options().service.setting().cloned();
    let profile_service = profiles.iter().rev().find_map(said).as_ref().map(Named::option);
    let caller = request.options.service.setting().or(environment.service.setting()).map(Named::option);
    let positional = request.service.as_ref().map(|name| Named {
        name: name.clone(),
        words: name.clone(),
        origin: Origin::Flag(name.clone()),
    });
    let is_word = positional.is_some();
    let has_image = request.options.image.get().or(environment.image.get()).is_some();
    let named = positional.or(caller);
    let default = document.default_service.as_ref().map(|setting| Named::key("default-service", setting));
    let claimed = claimed(document, &[&request.options, environment]);
    let named = match named.or(claimed) {
        Some(named) => Some(named),
        None if has_image => None,
        None => request.of_verb.map(Named::verb).or(profile_service).or(default),
    };
    let service = match named.filter(|named| named.name != NO_SERVICE) {
        None => None,
        Some(named) => Some(service(&named, document).map_err(|finding| {
            let image = request.options.image.setting().or(environment.image.setting());
            let is_stack = request.service.as_ref().is_some_and(|word| document.stacks.contains_key(word));
            if is_word && !is_stack { without_service(finding, request, image) } else { finding }
        })?),
    };
    let needs = service.iter().flat_map(|(_, service)| &service.needs);
    needs.map(|need| self::service(&Named::key("needs", need), document)).collect::<Result<Vec<_>, _>>()?;
    Ok(Chosen { profiles, service })
}

/// Help for a word that names no service, in docker's habit: an image's name, or a command behind an image.
fn without_service(finding: Finding, request: &Request, image: Option<&Setting<ImageRef>>) -> Finding {
    let Some(word) = &request.service else { return finding };
    let line = |front: &[&str], words: &mut dyn Iterator<Item = &String>| {
        let words: Vec<&str> = words.map(String::as_str).collect();
        let parting = if words.is_empty() { &[][..] } else { &["--"] };
        let line = ["dynrun", "run"].iter().chain(front).chain(parting).copied().chain(words);
        shlex::try_join(line).unwrap_or_default()
    };
    match image {
        Some(Setting { value, origin }) => {
            let said = value.word();
            let front: &[&str] = match origin {
                Origin::Flag(spelling) => &[spelling, &said, "..."],
                Origin::Variable(_) | Origin::File(_) | Origin::Rule(_) => &["..."],
            };
            let line = line(front, &mut std::iter::once(word).chain(&request.command));
            finding.help(format!("a command follows `--`: {line}"))
        }
        // A slip in a service's name is no image.
        None if finding.help.iter().any(|help| help.starts_with("did you mean")) => finding,
        // What no image can be called was not meant as one.
        None if ImageRef::parse(word).is_err() => finding,
        None => {
            let line = line(&["--image", word], &mut request.command.iter());
            finding.help(format!("to run an image: {line}"))
        }
    }
}

/// The service that claims an option which the caller gives.
fn claimed(document: &Document, said: &[&Layer]) -> Option<Named> {
    document.services.iter().find_map(|(name, service)| {
        let rows = service.chosen_by.iter().filter_map(|option| row(&option.value));
        let given = |row: &Row| {
            let said = said.iter().find_map(|layer| (row.slots.said)(layer, &SecretNames::default()).pop());
            said.filter(|said| said.text != "false").map(|said| Named {
                name: name.clone(),
                words: row.asked(&said.text, &said.origin),
                origin: said.origin,
            })
        };
        rows.map(given).find_map(|named| named)
    })
}

/// The name of a service or a profile, and how and where it was said.
struct Named {
    name: String,
    words: String,
    origin: Origin,
}

impl Named {
    /// Said by the launch option `service`.
    fn option(setting: &Setting<crate::values::Text>) -> Self {
        let name = setting.value.0.clone();
        let words = row("service").map(|row| row.asked(&name, &setting.origin)).unwrap_or_default();
        Self { name, words, origin: setting.origin.clone() }
    }

    /// What the verb is about.
    fn verb(name: &'static str) -> Self {
        Self { name: name.to_owned(), words: name.to_owned(), origin: Origin::Rule("the verb's own service") }
    }

    /// Said by a key of a file.
    fn key(key: &str, setting: &Setting<String>) -> Self {
        let words = format!("{key} = {:?}", setting.value);
        Self { name: setting.value.clone(), words, origin: setting.origin.clone() }
    }

    /// The finding that nothing is called so, with what there is.
    fn unknown<'a>(&self, code: Code, kind: &str, names: impl Iterator<Item = &'a String>) -> Finding {
        let names: Vec<&str> = names.map(String::as_str).collect();
        let finding = Finding::error(code, format!("there is no {kind} `{}`", self.name));
        let finding = match (&self.origin, nearest(&self.name, names.iter().copied())) {
            (Origin::File(place), near) => {
                let finding = finding.at(place.clone(), format!("no such {kind}"));
                let said = place.file.text.get(place.span.clone()).unwrap_or_default();
                // A table's name stands without quotes, and of a whole table no word is replaced.
                match near.filter(|_| said.trim_matches(['"', '\'']) == self.name) {
                    Some(near) if said == self.name => finding.patched(near),
                    Some(near) => finding.patched(format!("{near:?}")),
                    None => near.into_iter().fold(finding, |finding, near| finding.near(&self.name, [near])),
                }
            }
            (origin, _) => finding.asked(&self.words, origin).near(&self.name, names.iter().copied()),
        };
        finding.help(format!("the {kind}s are {}", names.join(", ")))
    }
}

/// The finding for a name that the caller or a key of a file says and nothing is called by: its code, its kind, the key.
pub(super) fn unknown_name<'a>(
    (code, kind, key): (Code, &str, &str),
    said: &Setting<String>,
    names: impl Iterator<Item = &'a String>,
) -> Finding {
    match &said.origin {
        Origin::File(_) | Origin::Rule(_) => Named::key(key, said).unknown(code, kind, names),
        Origin::Flag(_) | Origin::Variable(_) => {
            let finding = Finding::error(code, format!("there is no {kind} `{}`", said.value));
            finding.asked(&said.value, &said.origin).near(&said.value, names.map(String::as_str))
        }
    }
}

fn service(named: &Named, document: &Document) -> Result<(String, Service), Finding> {
    match document.services.get(&named.name) {
        Some(service) => Ok((named.name.clone(), service.clone())),
        None if document.stacks.contains_key(&named.name) => {
            let message = format!("`{0}` is a stack, and no service", named.name);
            let finding = Finding::error(Code::UnknownService, message).asked(&named.words, &named.origin);
            Err(finding.help(format!(
                "all of it: dynrun up {0}; as lines of docker's: dynrun up {0} --dry-run",
                named.name
            )))
        }
        None => Err(named.unknown(Code::UnknownService, "service", document.services.keys())),
    }
}

/// The profile and those it extends, the furthest first.
pub(super) fn profiles(request: &Request, document: &Document) -> Result<Vec<(String, Profile)>, Finding> {
    let said = request.profile.as_ref().map(|name| Named {
        name: name.clone(),
        words: format!("--profile {name}"),
        origin: Origin::Flag("--profile".to_owned()),
    });
    let default = document.default_profile.as_ref().map(|setting| Named::key("default-profile", setting));
    let mut chain = Chain::of(document);
    said.or(default).map_or(Ok(()), |named| chain.follow(named))?;
    Ok(chain.profiles.into_iter().map(|(name, profile)| (name, profile.clone())).collect())
}

/// Profiles on the way from the chosen one down to what it builds on.
struct Chain<'a> {
    document: &'a Document,
    /// The names from the chosen profile to the one that is looked at.
    links: Vec<Named>,
    /// The name that closes a circle, once one is found.
    last: Option<String>,
    /// Those that are done, each after what it builds on. One that several build on stands once.
    profiles: Vec<(String, &'a Profile)>,
}

impl<'a> Chain<'a> {
    fn of(document: &'a Document) -> Self {
        Self { document, links: Vec::new(), last: None, profiles: Vec::new() }
    }

    fn follow(&mut self, named: Named) -> Result<(), Finding> {
        if let Some(at) = self.links.iter().position(|link| link.name == named.name) {
            let finding = circle(&self.links[at..], &named);
            self.last = Some(named.name);
            return Err(finding);
        }
        if self.profiles.iter().any(|(name, _)| *name == named.name) {
            return Ok(());
        }
        if self.links.len() >= MOST_LINKS {
            let message = format!("more than {MOST_LINKS} profiles extend each other, one behind the other");
            return Err(Finding::error(Code::ProfileCycle, message).asked(named.words, &named.origin));
        }
        let document = self.document;
        let Some(profile) = document.profiles.get(&named.name) else {
            return Err(named.unknown(Code::UnknownProfile, "profile", document.profiles.keys()));
        };
        let name = named.name.clone();
        self.links.push(named);
        for extended in profile.extends.iter().flatten() {
            self.follow(Named::key("extends", extended))?;
        }
        self.links.pop();
        self.profiles.push((name, profile));
        Ok(())
    }
}

/// Every circle of profiles that build on each other, each once, whoever launches them.
pub(super) fn circles(document: &Document) -> Findings {
    let mut told: Vec<BTreeSet<String>> = Vec::new();
    let mut findings = Findings::new();
    // What is done for one profile leads to no circle for another.
    let mut chain = Chain::of(document);
    for name in document.profiles.keys() {
        let words = name.clone();
        let named = Named { name: name.clone(), words, origin: Origin::Rule("a profile") };
        chain.links.clear();
        let Err(finding) = chain.follow(named) else { continue };
        // The last link leads back to one of those before it.
        let Some(last) = chain.last.take() else { continue };
        let names = chain.links.iter().map(|link| link.name.clone());
        let circle: BTreeSet<String> = names.skip_while(|name| *name != last).collect();
        if !told.contains(&circle) {
            told.push(circle);
            findings.push(finding);
        }
    }
    findings
}

/// The finding for profiles that build on each other, with the place of every link.
fn circle(links: &[Named], last: &Named) -> Finding {
    let names: Vec<&str> = links.iter().chain([last]).map(|link| link.name.as_str()).collect();
    let message = format!("profiles extend each other in a circle: {}", names.join(" -> "));
    let links = links[1..].iter().chain([last]);
    let finding = links.fold(Finding::error(Code::ProfileCycle, message), |finding, link| {
        finding.asked(link.words.clone(), &link.origin)
    });
    finding.help("take one of these out")
}
