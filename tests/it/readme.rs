//! The documents are true: their tables are the code's, and README.md's commands do what it says they do.
//!
//! A block ```` ```sh ```` that starts with `dynrun` is run by a shell, with the document's ```` ```toml ```` block as
//! `dynrun.toml`; the ```` ```text ```` block after it is what it prints on both streams. Words after `sh` say more:
//! `exit=N`, `engine` (needs one), `foreground` (needs one, and is ended by SIGTERM once it has printed the text).
//! `DYNRUN_BLESS=1` writes tables and output into the documents in place of comparing them.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use dynrun::cli::VERBS;
use dynrun::commands::EXIT_CODES;
use dynrun::engine::DEVIATIONS;
use dynrun::options::{Kind, ROWS, Row};
use dynrun::preflight::{CHECKS, Moment};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A secret in the environment of every command: no output may hold it.
const CANARY: &str = "canary-5b1f";

#[test]
fn the_options_are_the_tables_rows() {
    let mut table = String::from("| option | value | |\n|---|---|---|\n");
    let mut heading = None;
    for row in ROWS {
        if heading.replace(row.heading) != Some(row.heading) {
            let _ = writeln!(table, "| **{}** | | |", row.heading.title());
        }
        let _ = writeln!(table, "| {} | {} | {} |", flags(row), form(row), about(row));
    }
    compare("README.md", "options", &table);
}

fn flags(row: &Row) -> String {
    let short = row.short.map(|short| format!("-{short}"));
    let long = std::iter::once(&row.name).chain(row.aliases).map(|name| format!("--{name}"));
    short.into_iter().chain(long).map(|flag| format!("`{flag}`")).collect::<Vec<_>>().join(", ")
}

/// The form of the value; a switch needs none, and is told apart from `true` and `false` only where it takes more.
fn form(row: &Row) -> String {
    let form = row.form.replace('|', "\\|");
    match row.kind {
        Kind::Switch => String::new(),
        Kind::One => format!("`{form}`"),
        Kind::Many => format!("`{form}`, repeatable"),
    }
}

fn about(row: &Row) -> String {
    let own = if row.is_own && row.name != "image" { "; not docker's" } else { "" };
    format!("{}{own}", row.help.trim())
}

#[test]
fn the_verbs_are_the_tables_rows() {
    let rows = VERBS.iter().map(|verb| format!("| `dynrun {}` | {} |\n", verb.name, verb.about));
    compare("README.md", "verbs", &format!("| verb | |\n|---|---|\n{}", rows.collect::<String>()));
}

#[test]
fn the_exit_codes_are_the_tables() {
    let rows = EXIT_CODES.iter().map(|(code, meaning)| format!("| {code} | {meaning} |\n"));
    compare("README.md", "exit codes", &format!("| code | means |\n|---|---|\n{}", rows.collect::<String>()));
}

#[test]
fn the_differences_from_docker_are_the_tables() {
    let rows = DEVIATIONS.iter().map(|row| format!("| {} | {} | {} |\n", row.what, row.when, row.why));
    let table = format!("| what differs | when | why |\n|---|---|---|\n{}", rows.collect::<String>());
    compare("docs/docker.md", "differences", &table);
}

#[test]
fn the_checks_are_the_tables_rows() {
    let rows = CHECKS.iter().map(|check| {
        let ahead = if check.moment == Moment::Ahead { "looks ahead alone" } else { "" };
        format!("| `{}` | {} | {} | {ahead} |\n", check.name, check.about, check.level.word())
    });
    let head = "| check | looks at | says at most | |\n|---|---|---|---|\n";
    compare("docs/checks.md", "checks", &format!("{head}{}", rows.collect::<String>()));
}

#[test]
fn every_link_leads_to_a_file() {
    let text = read("README.md");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets.filter(|target| !target.contains("://")) {
        assert!(root().join(target).exists(), "README.md links to {target}");
    }
}

#[test]
fn commands_without_an_engine_do_what_the_readme_says() {
    run_blocks("unix:///nonexistent/docker.sock", |block| !block.needs_engine());
}

/// Runs the blocks that are wanted, in their order and in one folder.
pub(crate) fn run_blocks(engine: &str, wanted: impl Fn(&Block) -> bool) {
    let text = read("README.md");
    let (blocks, toml) = blocks(&text);
    let world = World::new(engine, &toml);
    let mut blessed = text.clone();
    for block in blocks.iter().filter(|block| wanted(block)) {
        let printed = world.run(block);
        assert!(!printed.contains(CANARY), "{}\nprints a secret: {printed}", block.script);
        let Some(text) = &block.text else { continue };
        if bless() {
            let old = format!("{}```\n\n```text\n{text}```", block.script);
            let new = format!("{}```\n\n```text\n{printed}```", block.script);
            blessed = blessed.replacen(&old, &new, 1);
        } else {
            assert_eq!(lasting(&printed), lasting(text), "the output of {}", block.script);
        }
    }
    if bless() {
        fs::write(root().join("README.md"), blessed).unwrap();
    }
}

/// A command of the document and what it prints.
#[derive(Debug)]
pub(crate) struct Block {
    words: Vec<String>,
    script: String,
    text: Option<String>,
}

impl Block {
    /// Whether it can run only where an engine is.
    pub(crate) fn needs_engine(&self) -> bool {
        self.has("engine") || self.has("foreground")
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|said| said == word)
    }

    fn exit(&self) -> i32 {
        let said = self.words.iter().find_map(|word| word.strip_prefix("exit="));
        said.map_or(0, |code| code.parse().unwrap())
    }
}

/// The blocks that are run, and the text of the configuration that they are run with.
fn blocks(document: &str) -> (Vec<Block>, String) {
    let mut blocks: Vec<Block> = Vec::new();
    let mut toml = String::new();
    let mut is_next = false;
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            is_next &= line.is_empty();
            continue;
        };
        let body: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        let mut words = fence.split_whitespace().map(str::to_owned);
        match words.next().as_deref() {
            Some("sh") if body.starts_with("dynrun") => {
                blocks.push(Block { words: words.collect(), script: body, text: None });
                is_next = true;
                continue;
            }
            Some("text") if is_next => blocks.last_mut().unwrap().text = Some(body),
            Some("toml") => toml.push_str(&body),
            _ => {}
        }
        is_next = false;
    }
    assert!(!blocks.is_empty(), "README.md shows no command");
    (blocks, toml)
}

/// A caller's folder and environment.
struct World {
    folder: TempDir,
    engine: String,
}

impl World {
    fn new(engine: &str, toml: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("dynrun.toml");
        fs::write(&file, toml).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        Self { folder, engine: engine.to_owned() }
    }

    fn run(&self, block: &Block) -> String {
        if block.has("foreground") { self.in_foreground(block) } else { self.to_its_end(block) }
    }

    fn to_its_end(&self, block: &Block) -> String {
        let done = self.shell(&block.script).output().unwrap();
        let printed = self.text(&done.stdout);
        assert_eq!(done.status.code(), Some(block.exit()), "{}{printed}", block.script);
        printed
    }

    /// Reads as many lines as the document has, then asks it to end.
    fn in_foreground(&self, block: &Block) -> String {
        let mut child: Child = self.shell(&format!("exec {}", block.script)).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let count = block.text.as_deref().map_or(1, |text| text.lines().count().max(1));
        let printed: String = lines
            .by_ref()
            .take(count)
            .map(|line| format!("{}\n", self.text(line.unwrap().as_bytes())))
            .collect();
        kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        let rest: Vec<String> = lines.map(Result::unwrap).collect();
        assert_eq!(child.wait().unwrap().code(), Some(block.exit()), "{}{printed}{rest:?}", block.script);
        printed
    }

    /// A shell, standard error going where standard output goes.
    fn shell(&self, script: &str) -> Command {
        let binaries = Path::new(env!("CARGO_BIN_EXE_dynrun")).parent().unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", binaries.display());
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("exec 2>&1; {script}")])
            .env_clear()
            .envs([("PATH", path.as_str()), ("DOCKER_HOST", &self.engine), ("HF_TOKEN", CANARY)])
            .env("HOME", self.folder.path())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    }

    /// What was printed, the folder being a reader's.
    fn text(&self, printed: &[u8]) -> String {
        let folder = self.folder.path().to_str().unwrap();
        String::from_utf8(printed.to_vec()).unwrap().replace(folder, "/home/me/engine")
    }
}

/// A text without what differs from run to run and from machine to machine: ids, times, the width of columns, sizes
/// that the kernel chose, ports on IPv6.
fn lasting(text: &str) -> String {
    let line = |line: &str| {
        let mut words: Vec<String> = line.split_whitespace().map(lasting_word).collect();
        for at in 1..words.len() {
            if words[at] == "ms" {
                words[at - 1] = "N".to_owned();
            }
        }
        words.join(" ")
    };
    text.replace(", [::]:9999->9999/udp", "").lines().map(line).collect::<Vec<_>>().join("\n")
}

fn lasting_word(word: &str) -> String {
    if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return "ID".to_owned();
    }
    let parts = word.split_inclusive(|character: char| !character.is_ascii_digit());
    let long = |part: &str| part.trim_end_matches(|character: char| !character.is_ascii_digit()).len() > 4;
    parts
        .map(|part| if long(part) { format!("N{}", &part[part.len() - 1..]) } else { part.to_owned() })
        .collect()
}

/// Holds what stands between a document's marks to a text.
#[track_caller]
pub(crate) fn compare(document: &str, mark: &str, wanted: &str) {
    let text = read(document);
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = text.split_once(&open).unwrap();
    let (held, after) = rest.split_once(&close).unwrap();
    if bless() {
        fs::write(root().join(document), format!("{before}{open}{wanted}{close}{after}")).unwrap();
    } else {
        assert_eq!(
            held, wanted,
            "{document} is not the code's; DYNRUN_BLESS=1 scripts/test -- readme writes it"
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own variable")]
fn bless() -> bool {
    std::env::var_os("DYNRUN_BLESS").is_some()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}
