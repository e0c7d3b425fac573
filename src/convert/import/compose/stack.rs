//! Services of a project that are launched together: whom each needs, and what a stack has to say of it, as it would
//! have names and a network of its own.

use super::keys::is_true;
use super::places::names;
use super::project::Project;
use super::yaml::{Node, Tree};
use crate::convert::import::stack::Stack;
use crate::convert::import::{Import, Text, left_out};
use crate::convert::import::{SectionKind, toml};
use crate::finding::{Code, Finding};
use crate::options::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A service that was taken in.
#[derive(Debug)]
pub(super) struct Taken {
    /// Its name in the compose file.
    pub name: String,
    /// Its name in the file that is written.
    pub given: String,
    /// What the compose file says of it.
    pub node: Node,
}

/// A service that another one needs.
struct Need<'a> {
    name: String,
    is_healthy: bool,
    /// Whether the other one starts only once it has ended.
    is_ended: bool,
    is_required: bool,
    node: &'a Node,
}

/// The services that become a stack.
struct Together<'a> {
    /// Its name.
    name: &'a str,
    /// Whether they are on a network of the stack's own.
    is_own: bool,
    members: &'a [&'a Taken],
}

/// Writes down whom each service needs, and a stack where there are several.
pub(super) fn write(taken: &[Taken], project: &Project<'_>, import: &mut Import) {
    if import.kind() == SectionKind::Profile {
        return taken.iter().for_each(|one| as_profile(one, import));
    }
    let known: BTreeMap<&str, &Taken> = taken.iter().map(|one| (one.name.as_str(), one)).collect();
    let all: Vec<Vec<Need<'_>>> = taken.iter().map(|one| needs(&one.node)).collect();
    let ended: BTreeSet<&str> =
        all.iter().flatten().filter(|need| need.is_ended).map(|need| need.name.as_str()).collect();
    let members: Vec<&Taken> = taken.iter().filter(|one| !ended.contains(one.name.as_str())).collect();
    let together = project.stack.as_deref().filter(|_| members.len() > 1);
    let together =
        together.map(|name| Together { name, is_own: is_own(&members, project), members: &members });
    for (one, needs) in taken.iter().zip(&all) {
        let mut given = Vec::new();
        for need in needs {
            match known.get(need.name.as_str()) {
                None => import.findings.extend(stranger(one, need, taken)),
                Some(other) if ended.contains(need.name.as_str()) => {
                    let finding = need.is_ended.then(|| self::ended(one, other, need, together.as_ref()));
                    import.findings.extend(finding);
                }
                Some(other) => {
                    given.push(other.given.clone());
                    if need.is_healthy {
                        says_health(other, import);
                    }
                }
            }
        }
        given.dedup();
        if let Some(section) = import.section(&one.given).filter(|_| !given.is_empty()) {
            section.raw_key("needs", toml::list(&given, "needs = ".len()));
        }
        import.findings.extend(restarts(one));
    }
    import.findings.extend(circle(taken));
    match together {
        Some(together) => {
            let stack = stack(&together, project, import);
            import.together(stack);
        }
        None => taken.iter().for_each(|one| import.findings.extend(profiles_lost(one))),
    }
}

/// Its health check tells when it is ready.
fn says_health(one: &Taken, import: &mut Import) {
    if let (Some(row), Some(section)) = (Row::find("ready"), import.section(&one.given)) {
        section.once(row, "health");
    }
}

/// A profile needs nobody, and is in no group.
fn as_profile(one: &Taken, import: &mut Import) {
    let needs = needs(&one.node);
    import.findings.extend(needs.first().map(|need| {
        lost(one, "`depends_on` is left out: a profile needs no services", "depends_on", need.node)
            .help("import it as services: dynrun import --compose FILE")
    }));
    import.findings.extend(profiles_lost(one));
}

fn profiles_lost(one: &Taken) -> Option<Finding> {
    let node = one.node.get("profiles").filter(|node| !node.items().is_empty())?;
    Some(lost(one, "`profiles` is left out: each service is launched by its name", "profiles", node))
}

fn lost(one: &Taken, message: &str, key: &str, node: &Node) -> Finding {
    left_out(format!("service `{}`: {message}", one.name)).asked(format!("{key}: ..."), &node.origin())
}

/// The services that one needs: those that it says, and those whose network, volumes or names it takes.
fn needs(node: &Node) -> Vec<Need<'_>> {
    let of = |name: &str, node| Need {
        name: name.to_owned(),
        is_healthy: false,
        is_ended: false,
        is_required: true,
        node,
    };
    let mut needs = Vec::new();
    match node.get("depends_on") {
        Some(Node { tree: Tree::Map(map), .. }) => {
            for (name, value) in map {
                let condition = value.get("condition").and_then(Node::text).unwrap_or_default();
                let is_required = value.get("required").is_none_or(is_true);
                needs.push(Need {
                    is_healthy: condition == "service_healthy",
                    is_ended: condition == "service_completed_successfully",
                    is_required,
                    ..of(name, value)
                });
            }
        }
        Some(list) => needs.extend(list.items().iter().filter_map(|item| Some(of(item.text()?, item)))),
        None => {}
    }
    let items = |key: &str| node.get(key).map(Node::items).unwrap_or_default().iter();
    let first = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    let shared = ["network_mode", "ipc", "pid"].into_iter().flat_map(items);
    let shared = shared.filter_map(|item| Some((item.text()?.strip_prefix("service:")?.to_owned(), item)));
    let linked = items("links").filter_map(|item| Some((first(item.text()?), item)));
    let mounted = items("volumes_from").filter_map(|item| Some((first(item.text()?), item)));
    let mounted = mounted.filter(|(name, _)| name != "container");
    for (name, item) in shared.chain(linked).chain(mounted) {
        if !needs.iter().any(|need| need.name == name) {
            needs.push(of(&name, item));
        }
    }
    needs
}

/// One that is needed and was not taken in.
fn stranger(one: &Taken, need: &Need<'_>, taken: &[Taken]) -> Option<Finding> {
    let all: Vec<&str> = taken.iter().map(|other| other.name.as_str()).chain([need.name.as_str()]).collect();
    let message = format!("it needs `{}`, which is not imported: nothing starts that with it", need.name);
    need.is_required.then(|| {
        lost(one, &message, "depends_on", need.node)
            .help(format!("dynrun import --compose FILE {}", all.join(" ")))
    })
}

/// One that is to have ended before. It joins the stack's network where that is the stack's own; else it says itself
/// which it is on, and whether that is made.
fn ended(one: &Taken, other: &Taken, need: &Need<'_>, together: Option<&Together<'_>>) -> Finding {
    let message = format!(
        "it does not wait until `{}` has ended, and that is not started with it: a stack waits until services are ready",
        other.name
    );
    let run = |taken: &Taken| format!("dynrun run {}", taken.given);
    let line = match together {
        None => format!("{} && {}", run(other), run(one)),
        Some(Together { name, is_own, members }) => {
            let is_joined = *is_own && !has_mode(&other.node);
            let network =
                if is_joined { format!(" --network {name} --create-network") } else { String::new() };
            let needs = needs(&other.node);
            let before: Vec<&str> = members
                .iter()
                .filter(|member| needs.iter().any(|need| need.name == member.name))
                .map(|member| member.given.as_str())
                .collect();
            let before =
                (!before.is_empty()).then(|| format!("dynrun up {name} {} -d && ", before.join(" ")));
            format!("{}{}{network} && dynrun up {name}", before.unwrap_or_default(), run(other))
        }
    };
    lost(one, &message, "condition", need.node).help(line)
}

/// The first services that wait for each other: docker starts none of them, and neither does a stack.
fn circle(taken: &[Taken]) -> Option<Finding> {
    let all: Vec<Vec<Need<'_>>> = taken.iter().map(|one| needs(&one.node)).collect();
    let at = |name: &str| taken.iter().position(|one| one.name == name);
    let after = all.iter().map(|needs| needs.iter().filter_map(|need| at(&need.name)).collect());
    let circle = circle_of(&after.collect::<Vec<Vec<usize>>>())?;
    let names: Vec<&str> = circle.iter().map(|index| taken[*index].name.as_str()).collect();
    let (first, next) = (circle[0], names[1]);
    let need = all[first].iter().find(|need| need.name == next)?;
    let message = format!("services need each other in a circle: {}", names.join(" -> "));
    let finding = Finding::warning(Code::NeedsCycle, message);
    let finding = finding.asked(format!("depends_on: {next}"), &need.node.origin());
    Some(finding.help("take one of these out: of services that wait for each other none is the first"))
}

/// The first circle, its first thing once more at its end. The way is kept here and not in calls: a file may have
/// thousands of services one behind the other.
fn circle_of(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut is_done = vec![false; after.len()];
    for start in 0..after.len() {
        let mut way = vec![(start, 0)];
        while let Some((thing, at)) = way.last_mut() {
            let (thing, next) = (*thing, after[*thing].get(*at).copied());
            *at += 1;
            match next {
                _ if is_done[thing] => drop(way.pop()),
                None => {
                    is_done[thing] = true;
                    way.pop();
                }
                Some(next) => {
                    if let Some(begin) = way.iter().position(|(passed, _)| *passed == next) {
                        return Some(way[begin..].iter().map(|(passed, _)| *passed).chain([next]).collect());
                    }
                    way.push((next, 0));
                }
            }
        }
    }
    None
}

/// That a service is restarted with one that it needs.
fn restarts(one: &Taken) -> Option<Finding> {
    let map = one.node.get("depends_on").and_then(Node::map)?;
    let (_, node) = map.iter().find(|(_, value)| value.get("restart").is_some_and(is_true))?;
    Some(lost(one, "`depends_on.restart` is left out: a launch restarts no other container", "restart", node))
}

/// The stack, with what its services would not have in it by themselves.
fn stack(together: &Together<'_>, project: &Project<'_>, import: &mut Import) -> Stack {
    let mut stack = Stack { name: together.name.to_owned(), ..Stack::default() };
    for one in together.members {
        let groups = one.node.get("profiles").map(Node::items).unwrap_or_default();
        let groups: Vec<&str> = groups.iter().filter_map(Node::text).collect();
        match groups.as_slice() {
            [] => stack.services.push(one.given.clone()),
            groups => groups.iter().for_each(|group| {
                stack.groups.entry((*group).to_owned()).or_default().push(one.given.clone());
            }),
        }
        let has_network = !together.is_own || has_mode(&one.node);
        let Some(section) = import.section(&one.given) else { continue };
        let said = |option: &str| Row::find(option).map(|row| (row, section.words(option).to_vec()));
        let named = Row::find("name").filter(|_| one.given != one.name);
        let named = named.map(|row| (row, vec![Text::from(project.container(&one.name))]));
        let name = said("name").filter(|(_, words)| !words.is_empty()).or(named);
        let network = said("network").filter(|_| has_network);
        // A stack makes the networks that are not there, and this one is not to be made.
        let is_made = !section.words("create-network").is_empty() || has_mode(&one.node);
        let no_making = Row::find("create-network").filter(|_| has_network && !is_made);
        let no_making = no_making.map(|row| (row, vec![Text::from("false")]));
        let options: Vec<_> = name.into_iter().chain(network).chain(no_making).collect();
        if !options.is_empty() {
            stack.members.push((one.given.clone(), options));
        }
    }
    stack
}

/// Whether nothing is said of the networks of all of them, but by those that take another's.
fn is_own(members: &[&Taken], project: &Project<'_>) -> bool {
    members.iter().all(|one| is_of_default(&one.node, project) || has_mode(&one.node))
}

/// Whether a service is in nothing but the project's own network, of which nobody says anything: a stack's own is that.
fn is_of_default(node: &Node, project: &Project<'_>) -> bool {
    let declared = project.root.get("networks").and_then(|all| all.get("default"));
    let is_plain = declared.is_none_or(|it| it.map().is_none_or(Vec::is_empty));
    let joined = node.get("networks");
    let has_options = joined.and_then(|it| it.get("default")).is_some_and(|it| it.map().is_some());
    is_plain && !has_mode(node) && !has_options && joined.is_none_or(|it| names(it) == ["default"])
}

fn has_mode(node: &Node) -> bool {
    node.get("network_mode").is_some()
}
