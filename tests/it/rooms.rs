//! The walls of the house: which room may know which, who may talk to the engine, to a terminal and to the
//! environment. Read from the syntax tree of `src`, so that no edge is found by looking.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// What every room may know: values and findings are the vocabulary, the host is the world as a value.
const VOCABULARY: &[&str] = &["finding", "host", "values"];

/// The rooms that a room may know beside the vocabulary.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("cli", &["config", "options"]),
    ("config", &["options"]),
    ("convert", &["config", "options", "spec"]),
    ("engine", &["spec"]),
    ("gateway", &[]),
    ("options", &[]),
    ("preflight", &["engine", "sockets", "spec", "speech"]),
    ("ready", &["engine", "session", "sockets", "spec", "speech"]),
    ("rules", &["spec"]),
    ("session", &["engine"]),
    ("sockets", &[]),
    ("spec", &["config"]),
    ("speech", &["spec"]),
    ("stack", &["spec", "preflight", "engine"]),
    // Whatever it prints: how much is to be said, and a launch's steps.
    ("ui", &["cli", "engine"]),
];

/// Looks over a wall that are still to be taken back; each must still be there.
const DEBTS: &[&str] = &[];

/// Rooms that know less than the vocabulary.
const KNOW_LESS: &[(&str, &[&str])] = &[("finding", &[]), ("host", &[]), ("values", &[]), ("gateway", &[])];

/// Rooms that may know every room: the recipes, and the screen that shows the whole.
const MAY_KNOW_ALL: &[&str] = &["commands", "lib", "main"];

/// One path of the syntax tree, as it resolves from the crate's root or from outside it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    /// `crate::finding::Code`, `bollard::Docker`.
    path: Vec<String>,
    /// The file that says it.
    file: PathBuf,
}

/// Collects every path of a file.
struct Paths {
    file: PathBuf,
    /// The module that is looked at, from the crate's root.
    module: Vec<String>,
    found: Vec<Use>,
}

impl Paths {
    fn push(&mut self, segments: &[String]) {
        let path = self.resolved(segments);
        self.found.push(Use { path, file: self.file.clone() });
    }

    /// `self` and `super` at the front, turned into the way from the root.
    fn resolved(&self, segments: &[String]) -> Vec<String> {
        let mut base = self.module.clone();
        let mut rest = segments;
        let mut is_relative = false;
        while let Some(first) = rest.first() {
            match first.as_str() {
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            is_relative = true;
            rest = &rest[1..];
        }
        if !is_relative {
            return segments.to_vec();
        }
        ["crate".to_owned()].into_iter().chain(base).chain(rest.iter().cloned()).collect()
    }

    fn tree(&mut self, tree: &syn::UseTree, front: &[String]) {
        let with = |name: String| front.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(path.ident.to_string())),
            syn::UseTree::Name(name) => self.push(&with(name.ident.to_string())),
            syn::UseTree::Rename(rename) => self.push(&with(rename.ident.to_string())),
            syn::UseTree::Glob(_) => self.push(&with("*".to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, front)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.push(&segments);
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    /// What stands in a macro's call is no tree, only words: a path is words joined by `::`.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let words = call.tokens.to_string().replace(" :: ", "::");
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
        for word in words.split(|letter| !is_word(letter)).filter(|word| word.contains("::")) {
            let segments: Vec<String> = word.split("::").map(str::to_owned).collect();
            self.push(&segments);
        }
        visit::visit_macro(self, call);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

/// Every path that a file says.
fn uses(file: &Path) -> Vec<Use> {
    let short = file.strip_prefix(root()).unwrap().to_owned();
    let mut module: Vec<String> =
        short.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    let tree = syn::parse_file(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut paths = Paths { file: short, module, found: Vec::new() };
    paths.visit_file(&tree);
    paths.found
}

/// The room that a file belongs to.
fn room(file: &Path) -> String {
    file.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn all_uses() -> Vec<Use> {
    files(&root()).iter().flat_map(|file| uses(file)).collect()
}

/// The rooms that there are.
fn rooms() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root()).unwrap();
    entries.map(|entry| room(Path::new(&entry.unwrap().file_name()))).collect()
}

fn may_know(knower: &str, known: &str) -> bool {
    let listed = |table: &[(&str, &[&str])]| {
        table.iter().find(|(name, _)| *name == knower).map(|(_, allowed)| allowed.contains(&known))
    };
    knower == known
        || MAY_KNOW_ALL.contains(&knower)
        || listed(KNOW_LESS)
            .unwrap_or_else(|| VOCABULARY.contains(&known) || listed(MAY_KNOW).unwrap_or_default())
}

#[test]
fn every_room_has_its_row() {
    for room in rooms() {
        let has_row = MAY_KNOW.iter().chain(KNOW_LESS).any(|(name, _)| *name == room);
        assert!(has_row || MAY_KNOW_ALL.contains(&room.as_str()), "{room} has no row");
    }
}

#[test]
fn no_room_uses_what_its_row_does_not_allow() {
    let rooms = rooms();
    let mut faults: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for said in all_uses() {
        let [first, known, ..] = said.path.as_slice() else { continue };
        let knower = room(&said.file);
        if first == "crate" && rooms.contains(known) && !may_know(&knower, known) {
            faults.entry(format!("{knower} -> {}", said.path[1..].join("::"))).or_default().insert(said.file);
        }
    }
    for debt in DEBTS {
        assert!(faults.remove(*debt).is_some(), "{debt} is paid: take it out of the list");
    }
    assert!(faults.is_empty(), "a room looks into another that is not its own to know:\n{faults:#?}");
}

/// The walls would stand for nothing if the visitor saw no paths.
#[test]
fn the_paths_of_a_file_are_seen() {
    let seen: BTreeSet<Vec<String>> = all_uses().into_iter().map(|said| said.path).collect();
    for path in ["crate::finding::Code", "crate::values::Roots", "crate::config::row", "tokio::sync::watch"] {
        let path: Vec<String> = path.split("::").map(str::to_owned).collect();
        assert!(seen.contains(&path), "{path:?} is not seen");
    }
}

#[test]
fn only_the_engine_imports_bollard() {
    for said in all_uses().iter().filter(|said| said.path[0] == "bollard") {
        assert_eq!(room(&said.file), "engine", "{} imports bollard", said.file.display());
    }
}

#[test]
fn only_the_front_of_the_house_imports_clap() {
    for said in all_uses().iter().filter(|said| said.path[0] == "clap") {
        assert_eq!(room(&said.file), "cli", "{} imports clap", said.file.display());
    }
}

#[test]
fn only_ui_session_and_the_gateway_write_to_the_streams() {
    // The host only asks whether a stream is a terminal; the verb hands the gateway its streams.
    let may = ["ui", "session", "gateway", "host"];
    for said in all_uses() {
        let last = said.path.last().unwrap().as_str();
        let writes = ["stdout", "stderr", "Stdout", "Stderr"].contains(&last)
            && said.path.iter().any(|part| part == "io");
        let prints = ["print", "println", "eprint", "eprintln", "dbg"].contains(&last);
        let allowed =
            may.contains(&room(&said.file).as_str()) || said.file == Path::new("commands/gateway.rs");
        assert!(!(writes || prints) || allowed, "{} writes: {}", said.file.display(), said.path.join("::"));
    }
}

#[test]
fn only_host_and_main_read_the_environment() {
    for said in all_uses().into_iter().filter(|said| !said.file.ends_with("tests.rs")) {
        let is_constant = said.path.iter().any(|part| part == "consts");
        let reads = !is_constant && said.path.starts_with(&["std".to_owned(), "env".to_owned()]);
        let allowed = ["host", "main"].contains(&room(&said.file).as_str());
        assert!(!reads || allowed, "{} reads the environment: {}", said.file.display(), said.path.join("::"));
    }
}

/// F62. A clock that jumps moves no timeout: what is measured is measured without it. The gateway tells when it heard a
/// state.
#[test]
fn only_host_and_the_gateway_read_the_wall_clock() {
    for said in all_uses() {
        let reads = said.path.iter().any(|part| ["SystemTime", "UNIX_EPOCH"].contains(&part.as_str()));
        let allowed = ["host", "gateway"].contains(&room(&said.file).as_str());
        assert!(!reads || allowed, "{} reads the clock: {}", said.file.display(), said.path.join("::"));
    }
}
