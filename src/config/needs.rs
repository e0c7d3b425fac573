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
    let circle = document.services.keys().find_map(|name| walk(name, document, &mut is_done))?;
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

/// The services of a circle, and the words that lead from each to the next.
#[derive(Debug)]
struct Circle<'d> {
    names: Vec<&'d str>,
    links: Vec<&'d Setting<String>>,
}

/// Walks down from a service to all that it needs. The way is kept here and not in calls: a file may have thousands of
/// services one behind the other.
fn walk<'d>(name: &'d str, document: &'d Document, is_done: &mut BTreeSet<&'d str>) -> Option<Circle<'d>> {
    let needs = |name: &str| document.services.get(name).map(|service| service.needs.iter());
    let mut steps = vec![(name, needs(name).filter(|_| !is_done.contains(name))?)];
    let (mut passed, mut links) = (BTreeSet::from([name]), Vec::new());
    while let Some((name, rest)) = steps.last_mut() {
        let Some(need) = rest.next() else {
            passed.remove(name);
            is_done.insert(name);
            steps.pop();
            links.pop();
            continue;
        };
        let next = need.value.as_str();
        if passed.contains(next) {
            let start = steps.iter().position(|(name, _)| *name == next)?;
            links.push(need);
            let names = steps[start..].iter().map(|(name, _)| *name).collect();
            return Some(Circle { names, links: links.split_off(start) });
        }
        if let Some(rest) = needs(next).filter(|_| !is_done.contains(next)) {
            passed.insert(next);
            links.push(need);
            steps.push((next, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document::Service;

    /// Services, each with what it needs.
    fn document(services: impl Iterator<Item = (String, Vec<String>)>) -> Document {
        let setting = |value| Setting { value, origin: Origin::Rule("a test") };
        let service = |needs: Vec<String>| Service {
            needs: needs.into_iter().map(setting).collect(),
            ..Service::default()
        };
        let services = services.map(|(name, needs)| (name, service(needs))).collect();
        Document { services, ..Document::default() }
    }

    #[test]
    fn thousands_one_behind_the_other_are_no_circle_and_the_last_may_close_one() {
        const MOST: usize = 50_000;
        let chain = |last: usize| {
            document((0..MOST).map(move |at| {
                let next = if at + 1 < MOST { at + 1 } else { last };
                (format!("s{at}"), vec![format!("s{next}")])
            }))
        };
        assert!(circle(&chain(MOST)).is_none());
        let told = circle(&chain(MOST - 2)).map(|finding| finding.message);
        let last = format!("services need each other in a circle: s{0} -> s{1} -> s{0}", MOST - 2, MOST - 1);
        assert_eq!(told, Some(last));
    }
}
