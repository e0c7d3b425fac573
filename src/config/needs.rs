//! What services need of each other, over the whole document: what `needs` names is to be there, and no service may
//! come before itself.

use super::document::Document;
use super::names::unknown_service;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::Setting;
use std::collections::BTreeSet;

/// The services that are needed, and that nothing describes.
pub(super) fn unknown(document: &Document) -> Findings {
    let needs = document.services.values().flat_map(|service| &service.needs);
    let unknown = needs.filter(|need| !document.services.contains_key(&need.value));
    unknown.map(|need| unknown_service("needs", need, document)).collect()
}

/// The first services that need each other in a circle.
pub(super) fn circle(document: &Document) -> Option<Finding> {
    let mut is_done = BTreeSet::new();
    let circle =
        document.services.keys().find_map(|name| walk(name, document, &mut Way::default(), &mut is_done))?;
    let names: Vec<&str> = circle.names.iter().chain(circle.names.first()).copied().collect();
    let message = format!("services need each other in a circle: {}", names.join(" -> "));
    let finding = Finding::error(Code::NeedsCycle, message);
    let place = circle.links.last().and_then(|need| match &need.origin {
        Origin::File(place) => Some(place.clone()),
        Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => None,
    });
    let finding = match place {
        Some(place) => finding.at(place, "which comes before it"),
        None => finding,
    };
    let others = circle.links.len().saturating_sub(1);
    Some(
        circle.links[..others].iter().fold(finding, |finding, need| {
            finding.asked(format!("needs = [\"{}\"]", need.value), &need.origin)
        }),
    )
}

/// The services from one to what it needs, and the words that lead from each to the next.
#[derive(Debug, Default)]
struct Way<'d> {
    names: Vec<&'d str>,
    links: Vec<&'d Setting<String>>,
}

/// Walks down from a service; the way so far tells a circle.
fn walk<'d>(
    name: &'d str,
    document: &'d Document,
    way: &mut Way<'d>,
    is_done: &mut BTreeSet<&'d str>,
) -> Option<Way<'d>> {
    if let Some(start) = way.names.iter().position(|passed| *passed == name) {
        return Some(Way { names: way.names[start..].to_vec(), links: way.links[start..].to_vec() });
    }
    let service = document.services.get(name).filter(|_| !is_done.contains(name))?;
    way.names.push(name);
    for need in &service.needs {
        way.links.push(need);
        let circle = walk(&need.value, document, way, is_done);
        if circle.is_some() {
            return circle;
        }
        way.links.pop();
    }
    way.names.pop();
    is_done.insert(name);
    None
}
