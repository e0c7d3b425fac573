//! `extends`: a service on top of another one, of the same file or another, merged as compose merges them.

use super::yaml::{Map, Node, Tree, parse};
use crate::finding::{Code, Finding, Source};
use std::path::{Path, PathBuf};

/// Further than any file extends.
const FURTHEST: usize = 16;

/// Values that the upper service replaces as a whole, though they may be lists.
const WHOLE: [&str; 3] = ["command", "entrypoint", "test"];

/// What a service does not take over from the one that it extends.
const OWN: [&str; 4] = ["extends", "depends_on", "links", "volumes_from"];

/// The service of this name, with everything that it extends.
///
/// # Errors
/// There is no such service, or services extend each other in a circle.
pub(super) fn resolved(
    name: &str,
    root: &Node,
    read: &dyn Fn(&Path) -> Result<Source, Finding>,
) -> Result<Node, Box<Finding>> {
    of(name, root, read, &mut Vec::new())
}

/// A service on the way down: its file, and its name.
type Link = (PathBuf, String);

fn of(
    name: &str,
    root: &Node,
    read: &dyn Fn(&Path) -> Result<Source, Finding>,
    links: &mut Vec<Link>,
) -> Result<Node, Box<Finding>> {
    let services = root.get("services");
    let Some(node) = services.and_then(|services| services.get(name)) else {
        let finding = Finding::error(Code::UnknownService, format!("there is no service `{name}` to extend"));
        return Err(Box::new(finding.asked(format!("extends: {name}"), &root.origin())));
    };
    let Some(extends) = node.get("extends") else { return Ok(node.clone()) };
    let link = (node.source.path.clone(), name.to_owned());
    if let Some(message) = endless(&link, links) {
        let finding = Finding::error(Code::ProfileCycle, message);
        return Err(Box::new(finding.asked("extends", &extends.origin())));
    }
    links.push(link);
    let base = extends.text().or(extends.get("service").and_then(Node::text)).unwrap_or_default();
    let base = match extends.get("file").and_then(Node::text) {
        None => of(base, root, read, links)?,
        Some(file) => {
            let folder = node.source.path.parent().unwrap_or(Path::new("/"));
            let source = read(&folder.join(file)).map_err(Box::new)?;
            of(base, &parse(&source)?, read, links)?
        }
    };
    Ok(merged(base, node))
}

/// Why the way ends here: it came by already, or has gone far enough.
fn endless(link: &Link, links: &[Link]) -> Option<String> {
    let name = &link.1;
    if links.contains(link) {
        return Some(format!("services extend each other without an end: `{name}`"));
    }
    let is_too_long = links.len() >= FURTHEST;
    is_too_long.then(|| {
        format!("more than {FURTHEST} services extend each other, one behind the other: `{name}` is too many")
    })
}

/// The upper service over the lower one.
fn merged(lower: Node, upper: &Node) -> Node {
    let Tree::Map(mut map) = lower.tree else { return upper.clone() };
    map.retain(|(key, _)| !OWN.contains(&key.as_str()));
    for (key, node) in upper.map().into_iter().flatten().filter(|(key, _)| key != "extends") {
        lay(&mut map, key, node);
    }
    Node { tree: Tree::Map(map), ..upper.clone() }
}

fn lay(map: &mut Map, key: &str, upper: &Node) {
    let Some((_, held)) = map.iter_mut().find(|(held, _)| held == key) else {
        map.push((key.to_owned(), upper.clone()));
        return;
    };
    match (&mut held.tree, &upper.tree) {
        (Tree::Map(lower), Tree::Map(members)) => {
            members.iter().for_each(|(name, node)| lay(lower, name, node));
        }
        (Tree::List(lower), Tree::List(items)) if !WHOLE.contains(&key) => {
            lower.extend(items.iter().cloned());
        }
        // `environment` and `labels` may be a list below and a mapping above.
        (Tree::List(lower), Tree::Map(members)) => lower.extend(members.iter().map(as_pair)),
        (Tree::Map(lower), Tree::List(items)) => {
            let mut all: Vec<Node> = lower.iter().map(as_pair).collect();
            all.extend(items.iter().cloned());
            held.tree = Tree::List(all);
        }
        _ => *held = upper.clone(),
    }
}

/// `name: value` as `name=value`.
fn as_pair((name, node): &(String, Node)) -> Node {
    let text = match node.text() {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    };
    Node { tree: Tree::Text(text), ..node.clone() }
}
