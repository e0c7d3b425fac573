//! The project: its name, its folder, its `.env`, its networks and volumes, and the services that are asked for.

use super::extends::resolved;
use super::fill::Fill;
use super::stack::{self, Taken};
use super::yaml::{Node, Tree, further, parse};
use super::{declared, service};
use crate::convert::import::{Import, Reading, SectionKind, Text, left_out};
use crate::finding::{Code, Finding, Findings, Source};
use crate::values::{Secret, SecretNames, parse_dotenv};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// A compose file that is to be read.
pub struct Composed<'a> {
    /// The file.
    pub source: Source,
    /// The services that are wanted; all where none is named.
    pub services: &'a [String],
    /// What the caller's environment says that the project is called.
    pub project: Option<String>,
    /// Reads a file that the project names: its `.env`, a file that is extended or included.
    pub read: &'a dyn Fn(&Path) -> Result<Source, Finding>,
}

impl fmt::Debug for Composed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composed").field("source", &self.source.name).finish_non_exhaustive()
    }
}

/// The project as services see it.
pub(super) struct Project<'a> {
    pub name: String,
    /// What the stack is called that its services become, where there are several.
    pub stack: Option<String>,
    /// The whole file.
    pub root: Node,
    pub fill: Fill<'a>,
    pub reading: Reading<'a>,
    /// Where paths start from that the file says.
    pub folder: &'a Path,
}

/// Keys of a compose file itself that are read, or that say nothing to a launch.
const TOP: [&str; 6] = ["name", "networks", "services", "version", "volumes", "include"];

/// The names of the services that the file itself describes, none where it cannot be read: for a shell.
#[must_use]
pub fn compose_services(source: &Source) -> Vec<String> {
    let root = parse(source).ok();
    let services = root.as_ref().and_then(|root| root.get("services")).and_then(Node::map);
    services.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Reads services of a compose file into sections.
///
/// # Errors
/// It is no compose file.
pub fn compose(composed: &Composed<'_>, reading: Reading<'_>, import: &mut Import) -> Result<(), Findings> {
    let root = parse(&composed.source).map_err(|fault| vec![*fault])?;
    import.findings.extend(further(&composed.source));
    let root = included(root, composed, 0).map_err(|fault| vec![*fault])?;
    let folder = composed.source.path.parent().unwrap_or(Path::new("/")).to_owned();
    let dotenv = dotenv(&folder, composed, reading.secrets)?;
    if !dotenv.values.is_empty() {
        let message =
            "what .env says stands as the default of the variables: a later change of it is not seen";
        import
            .findings
            .push(left_out(message).help("keep it: dotenv = true, for what the container is to get"));
    }
    import.findings.extend(dotenv.findings);
    let fill = Fill { env: dotenv.values, hidden: dotenv.hidden, secrets: reading.secrets };
    let name = name(&root, &fill, composed, &folder);
    let mut project = Project { name, stack: None, root, fill, reading, folder: &folder };
    let Some(services) = project.root.get("services").and_then(Node::map) else {
        let finding =
            Finding::error(Code::NotUnderstood, format!("{} names no `services`", composed.source.name));
        return Err(vec![finding.help(
            "compose files of version 1 have their services at the top: write them below `services:`",
        )]);
    };
    let missing: Findings = composed
        .services
        .iter()
        .filter(|wanted| !services.iter().any(|(name, _)| name == *wanted))
        .map(|wanted| {
            let finding = Finding::error(
                Code::UnknownService,
                format!("{} has no service `{wanted}`", composed.source.name),
            );
            let names: Vec<&str> = services.iter().map(|(name, _)| name.as_str()).collect();
            finding.near(wanted, names.iter().copied()).help(format!("it has {}", names.join(", ")))
        })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let wanted = services.iter().map(|(name, _)| name);
    let wanted = wanted.filter(|name| composed.services.is_empty() || composed.services.contains(name));
    let wanted: Vec<String> = wanted.cloned().collect();
    let is_together = wanted.len() > 1 && import.kind() == SectionKind::Service;
    project.stack = is_together.then(|| import.stack_name(&project.name));
    top(&project, &mut import.findings);
    let taken: Vec<Taken> = wanted.iter().filter_map(|name| one(name, &project, composed, import)).collect();
    stack::write(&taken, &project, import);
    Ok(())
}

/// One service.
fn one(name: &str, project: &Project<'_>, composed: &Composed<'_>, import: &mut Import) -> Option<Taken> {
    let mut said = Findings::new();
    let node = match resolved(name, &project.root, composed.read) {
        Ok(node) => node,
        Err(fault) => {
            import.findings.push(*fault);
            return None;
        }
    };
    match service::read(name, &node, project, &mut said) {
        Ok(section) => {
            import.findings.extend(said);
            for network in service::networks_of(&node) {
                declared::declare(&network, project, import);
            }
            let given = import.take(section);
            Some(Taken { name: name.to_owned(), given, node })
        }
        Err(faults) => {
            import.findings.extend(said.into_iter().chain(faults));
            None
        }
    }
}

/// What the file says at its top that is not carried over.
fn top(project: &Project<'_>, findings: &mut Findings) {
    for (key, node) in project.root.map().into_iter().flatten() {
        let is_own = key.starts_with("x-")
            || TOP.contains(&key.as_str())
            || ["secrets", "configs"].contains(&key.as_str());
        if !is_own {
            findings.push(
                left_out(format!("`{key}` is left out: dynrun has nothing like it"))
                    .asked(key, &node.origin()),
            );
        }
    }
}

/// Further than any file includes.
const FURTHEST: usize = 16;

/// The file with the services, networks and volumes of those that it includes, and that these do.
fn included(mut root: Node, composed: &Composed<'_>, depth: usize) -> Result<Node, Box<Finding>> {
    let paths = root.get("include").map(Node::items).unwrap_or_default().iter().flat_map(include_paths);
    let paths: Vec<String> = paths.collect();
    let folder = root.source.path.parent().unwrap_or(Path::new("/")).to_owned();
    for path in paths {
        if depth == FURTHEST {
            let finding = Finding::error(Code::NotUnderstood, "files include each other without an end");
            return Err(Box::new(finding.asked(format!("include: {path}"), &root.origin())));
        }
        let source = (composed.read)(&folder.join(path)).map_err(Box::new)?;
        let other = included(parse(&source)?, composed, depth + 1)?;
        let Tree::Map(map) = &mut root.tree else { break };
        for (key, node) in other.map().into_iter().flatten().filter(|(key, _)| key != "include") {
            match (map.iter_mut().find(|(held, _)| held == key), node.map()) {
                (None, _) => map.push((key.clone(), node.clone())),
                (Some((_, Node { tree: Tree::Map(held), .. })), Some(more)) => {
                    let is_new = |(name, _): &&(String, Node)| !held.iter().any(|(known, _)| known == name);
                    let further: Vec<(String, Node)> = more.iter().filter(is_new).cloned().collect();
                    held.extend(further);
                }
                (Some(_), _) => {}
            }
        }
    }
    Ok(root)
}

fn include_paths(node: &Node) -> Vec<String> {
    match node.text() {
        Some(path) => vec![path.to_owned()],
        None => node
            .get("path")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
    }
}

/// The project's name, as compose finds it: the environment's, the file's, the folder's.
fn name(root: &Node, fill: &Fill<'_>, composed: &Composed<'_>, folder: &Path) -> String {
    let of_env = fill.env.get("COMPOSE_PROJECT_NAME").cloned();
    let of_file = root
        .get("name")
        .and_then(Node::text)
        .and_then(|name| fill.text(name).ok())
        .and_then(|text| text.plain().map(str::to_owned));
    let of_folder = folder.file_name().and_then(|name| name.to_str()).unwrap_or("default");
    let name = composed.project.clone().or(of_env).or(of_file).unwrap_or_else(|| of_folder.to_owned());
    let plain =
        |letter: &char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(*letter);
    name.to_lowercase().chars().filter(plain).collect::<String>().trim_start_matches(['-', '_']).to_owned()
}

/// What the project's `.env` says.
#[derive(Default)]
struct Dotenv {
    values: BTreeMap<String, String>,
    /// The variables whose values hold a secret, whatever they are called.
    hidden: BTreeSet<String>,
    findings: Findings,
}

/// Reads the project's `.env`. What it takes from the caller's environment is not there yet.
fn dotenv(folder: &Path, composed: &Composed<'_>, secrets: &SecretNames) -> Result<Dotenv, Findings> {
    let path = folder.join(".env");
    let source = match (composed.read)(&path) {
        Ok(source) => source,
        Err(_) if !path.exists() => return Ok(Dotenv::default()),
        Err(fault) => return Err(vec![fault]),
    };
    let lines = parse_dotenv(source.text.as_bytes(), &|_| None).map_err(|error| {
        vec![Finding::error(Code::EnvFile, format!("{}:{}: {}", source.name, error.line, error.problem))]
    })?;
    let mut read = Dotenv::default();
    for line in lines {
        let Some(value) = line.value.as_ref().map(Secret::expose) else { continue };
        let is_hidden = line.made_of.iter().any(|name| secrets.is_secret(name) || read.hidden.contains(name))
            || secrets.has_url_password(value)
            || secrets.set_in([value]).is_some();
        if is_hidden {
            read.hidden.insert(line.name.clone());
        }
        let taken: Vec<&str> = line.taken.iter().map(|(name, _)| name.as_str()).collect();
        if !taken.is_empty() {
            let message = format!(
                "{} is made from the caller's {}, and stands as without it: {}:{}",
                line.name,
                taken.join(" and "),
                source.name,
                line.line
            );
            read.findings.push(left_out(message).help(format!("export {}=... before you launch", line.name)));
        }
        read.values.insert(line.name, value.to_owned());
    }
    Ok(read)
}

impl Project<'_> {
    /// What the container of a service is called in the stack.
    pub(super) fn container(&self, service: &str) -> String {
        let stack = self.stack.as_deref().unwrap_or_default();
        match service.strip_prefix(stack) {
            Some(rest) if rest.starts_with('-') => service.to_owned(),
            Some(_) | None => format!("{stack}-{service}"),
        }
    }

    /// What the engine calls a network or a volume of the project's: `KIND.NAME.name`, else its name behind the project's.
    pub(super) fn resource(&self, kind: &str, name: &str) -> Text {
        let declared = self.root.get(kind).and_then(|kind| kind.get(name));
        let said = declared.and_then(|it| it.get("name")).and_then(Node::text);
        // An old spelling: `external: { name: NAME }`.
        let external = declared.and_then(|it| it.get("external"));
        let said = said.or(external.and_then(|it| it.get("name")).and_then(Node::text));
        match said.map(|said| self.fill.text(said)) {
            Some(Ok(text)) => text,
            _ if external.is_some_and(|it| it.text() != Some("false")) => Text::from(name),
            _ => Text::from(format!("{}_{name}", self.name)),
        }
    }

    /// Whether somebody else makes the network.
    pub(super) fn is_external(&self, name: &str) -> bool {
        let declared = self.root.get("networks").and_then(|all| all.get(name));
        declared.and_then(|it| it.get("external")).is_some_and(|it| it.text() != Some("false"))
    }
}
