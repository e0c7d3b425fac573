//! Names in files that nothing is called by. Who launches something else is warned of them; who means them is refused.

use super::choice::{circles, unknown_name};
use super::document::{Document, Profile};
use super::needs;
use super::stack::Stack;
use crate::finding::{Code, FileKind, Finding, Findings, Level, Origin, nearest};
use crate::options::Setting;
use crate::values::is_name;

/// The word that says: no service.
pub(super) const NO_SERVICE: &str = "none";

/// Every such name of the whole document, as warnings.
pub(super) fn told(document: &Document) -> Findings {
    let defaults = [default_service(document), default_profile(document), default_stack(document)];
    let of_stacks = document.stacks.iter().flat_map(|(name, stack)| of_stack(name, stack, document));
    let of_profiles = document.profiles.values().flat_map(|profile| of_profile(profile, document));
    let all = defaults.into_iter().flatten().chain(of_stacks).chain(of_profiles);
    let all = all.chain(needs::unknown(document)).chain(needs::circle(document)).chain(circles(document));
    all.map(|finding| Finding { level: Level::Warning, ..finding }).collect()
}

fn default_service(document: &Document) -> Option<Finding> {
    let said = document.default_service.as_ref().filter(|said| said.value != NO_SERVICE)?;
    let is_known = document.services.contains_key(&said.value);
    (!is_known).then(|| unknown_service("default-service", said, document))
}

fn default_profile(document: &Document) -> Option<Finding> {
    let said = document.default_profile.as_ref()?;
    let is_known = document.profiles.contains_key(&said.value);
    let kind = (Code::UnknownProfile, "profile", "default-profile");
    (!is_known).then(|| unknown_name(kind, said, document.profiles.keys()))
}

/// The stack that is launched when none is named, where there is none of that name.
pub(super) fn default_stack(document: &Document) -> Option<Finding> {
    let said = document.default_stack.as_ref()?;
    let is_known = document.stacks.contains_key(&said.value);
    let kind = (Code::UnknownStack, "stack", "default-stack");
    (!is_known).then(|| unknown_name(kind, said, document.stacks.keys()))
}

/// A service that is said where nothing is called so.
pub(super) fn unknown_service(key: &str, said: &Setting<String>, document: &Document) -> Finding {
    unknown_name((Code::UnknownService, "service", key), said, document.services.keys())
}

/// The profiles that one builds on, and the services of which it says something.
fn of_profile(profile: &Profile, document: &Document) -> Findings {
    let extended = profile.extends.iter().flatten();
    let extended = extended.filter(|said| !document.profiles.contains_key(&said.value));
    let kind = (Code::UnknownProfile, "profile", "extends");
    let extended = extended.map(|said| unknown_name(kind, said, document.profiles.keys()));
    let services = profile.services.iter().filter(|(name, _)| !document.services.contains_key(*name));
    let services = services.filter_map(|(name, service)| {
        let said = Setting { value: name.clone(), origin: service.named.clone()? };
        // Whoever has a file for all projects may name a service of another one.
        let is_slip = || nearest(name, document.services.keys().map(String::as_str)).is_some();
        let is_everywhere = matches!(&said.origin, Origin::File(place)
            if matches!(place.file.kind, FileKind::User | FileKind::System));
        (!is_everywhere || is_slip()).then(|| unknown_service("service", &said, document))
    });
    extended.chain(services).collect()
}

/// The finding for a name after which no container can be called, nor anything on a network; none where one can. It says
/// what is called so, and why that matters.
pub(super) fn misnamed((what, why): (&str, &str), said: &Setting<String>) -> Option<Finding> {
    if is_name(&said.value) {
        return None;
    }
    let message = format!("no {what} can be called `{}`: {why}", said.value);
    let finding = Finding::error(Code::BadValue, message);
    let finding = match &said.origin {
        Origin::File(place) => finding.at(place.clone(), "not a name"),
        origin => finding.asked(&said.value, origin),
    };
    Some(
        finding.help("a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`"),
    )
}

/// The stack's own name, and the services that it names: those of its lists, of its sections, and of what has to be the
/// same.
pub(super) fn of_stack(name: &str, stack: &Stack, document: &Document) -> Findings {
    let own = stack.named.clone().map(|origin| Setting { value: name.to_owned(), origin });
    let what = ("stack", "its containers and its network are called after it");
    let own = own.and_then(|said| misnamed(what, &said));
    let setting = |name: &String, origin: &Origin| Setting { value: name.clone(), origin: origin.clone() };
    let listed = stack.services.iter().chain(stack.groups.values().flatten()).cloned();
    let of_sections = stack.members.iter().flat_map(|(name, member)| {
        let needs = member.needs.iter().cloned();
        member.named.iter().map(|origin| setting(name, origin)).chain(needs).collect::<Vec<_>>()
    });
    let the_same = stack.same.iter().flat_map(|same| {
        same.value.services.iter().map(|name| setting(name, &same.origin)).collect::<Vec<_>>()
    });
    let unknown = listed.chain(of_sections).chain(the_same);
    let unknown = unknown.filter(|said| !document.services.contains_key(&said.value));
    let mut findings: Findings = own.into_iter().collect();
    for said in unknown {
        let finding = unknown_service("services", &said, document);
        if !findings.iter().any(|told: &Finding| told.message == finding.message) {
            findings.push(finding);
        }
    }
    findings
}
