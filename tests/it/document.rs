//! Documents whose commands are run, and do what the document says they do.
//!
//! A block ```` ```sh ```` that starts with `dynrun` is run by a shell, with the document's ```` ```toml ```` blocks as
//! `dynrun.toml`; the ```` ```text ```` block after it is what it prints on both streams. Words after `sh` say more:
//! `exit=N`, `unordered` (its lines come in any order), `engine` (needs one), `foreground` (needs one, and is ended by SIGTERM once it has printed the text).
//! `DYNRUN_BLESS=1` writes the output into the document in place of comparing it.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A secret in the environment of every command: no output may hold it.
pub(crate) const CANARY: &str = "canary-5b1f";

/// A document, and the folder and environment of a reader who types its commands.
pub(crate) struct Document {
    name: &'static str,
    blocks: Vec<Block>,
    folder: TempDir,
    seat: Seat,
    environment: Vec<(&'static str, String)>,
}

/// The machine at which a reader types.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    /// Where its engine answers.
    pub(crate) engine: String,
    /// The file of its network, where that is not the test's own.
    pub(crate) network: Option<String>,
}

impl Document {
    pub(crate) fn open(name: &'static str, engine: &str) -> Self {
        let (blocks, toml) = blocks(&read(name));
        assert!(!blocks.is_empty(), "{name} shows no command");
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("dynrun.toml");
        fs::write(&file, toml).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let seat = Seat { engine: engine.to_owned(), network: None };
        Self { name, blocks, folder, seat, environment: Vec::new() }
    }

    /// The reader's folder, which is the reader's home as well.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Has the reader type at another machine from now on; at which one so far.
    pub(crate) fn sit(&mut self, seat: Seat) -> Seat {
        std::mem::replace(&mut self.seat, seat)
    }

    /// What the reader has exported.
    pub(crate) fn export(&mut self, name: &'static str, value: &str) {
        self.environment.push((name, value.to_owned()));
    }

    /// Runs the blocks below a heading, down to the next one.
    pub(crate) fn run_below(&self, heading: &str) {
        assert!(self.blocks.iter().any(|block| block.is_below(heading)), "{}: {heading}", self.name);
        self.run(|block| block.is_below(heading));
    }

    /// Runs the blocks that are wanted, in their order.
    pub(crate) fn run(&self, wanted: impl Fn(&Block) -> bool) {
        let mut blessed = bless().then(|| read(self.name));
        for block in self.blocks.iter().filter(|block| wanted(block)) {
            let printed = self.printed(block);
            assert!(!printed.contains(CANARY), "{}\nprints a secret: {printed}", block.script);
            let Some(text) = &block.text else { continue };
            if let Some(document) = &mut blessed {
                let old = format!("{}```\n\n```text\n{text}```", block.script);
                let new = format!("{}```\n\n```text\n{printed}```", block.script);
                *document = document.replacen(&old, &new, 1);
            } else {
                let (printed, text) = (block.lasting(&printed), block.lasting(text));
                assert_eq!(printed, text, "{}: the output of {}", self.name, block.script);
            }
        }
        if let Some(document) = blessed {
            fs::write(root().join(self.name), document).unwrap();
        }
    }

    fn printed(&self, block: &Block) -> String {
        if block.has("foreground") { self.in_foreground(block) } else { self.to_its_end(block) }
    }

    fn to_its_end(&self, block: &Block) -> String {
        let done = self.shell(&block.script).output().unwrap();
        let mut printed = self.text(&done.stdout);
        assert_eq!(done.status.code(), Some(block.exit()), "{}: {}{printed}", self.name, block.script);
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
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
        let mut command = match &self.seat.network {
            Some(network) => {
                let mut command = Command::new("nsenter");
                command.args([&format!("--net={network}"), "/bin/sh"]);
                command
            }
            None => Command::new("/bin/sh"),
        };
        command
            .args(["-c", &format!("exec 2>&1; {script}")])
            .env_clear()
            .envs([("PATH", path.as_str()), ("DOCKER_HOST", &self.seat.engine), ("HF_TOKEN", CANARY)])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
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

/// A command of the document and what it prints.
#[derive(Debug)]
pub(crate) struct Block {
    /// The line of the heading that it stands below.
    heading: String,
    words: Vec<String>,
    script: String,
    text: Option<String>,
}

impl Block {
    /// Whether it can run only where an engine is.
    pub(crate) fn needs_engine(&self) -> bool {
        self.has("engine") || self.has("foreground")
    }

    /// Whether it stands below this heading, and above the next one.
    pub(crate) fn is_below(&self, heading: &str) -> bool {
        self.heading == heading
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|said| said == word)
    }

    /// What of a text is the same each time.
    fn lasting(&self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(lasting).collect();
        if self.has("unordered") {
            lines.sort_unstable();
        }
        lines.join("\n")
    }

    fn exit(&self) -> i32 {
        let said = self.words.iter().find_map(|word| word.strip_prefix("exit="));
        said.map_or(0, |code| code.parse().unwrap())
    }
}

/// The blocks that are run, and the text of the configuration that they are run with.
fn blocks(document: &str) -> (Vec<Block>, String) {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut toml, mut heading) = (String::new(), String::new());
    let mut is_next = false;
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            if line.starts_with('#') {
                line.clone_into(&mut heading);
            }
            is_next &= line.is_empty();
            continue;
        };
        let body: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        let mut words = fence.split_whitespace().map(str::to_owned);
        match words.next().as_deref() {
            Some("sh") if body.starts_with("dynrun") => {
                let words = words.collect();
                blocks.push(Block { heading: heading.clone(), words, script: body, text: None });
                is_next = true;
                continue;
            }
            Some("text") if is_next => blocks.last_mut().unwrap().text = Some(body),
            Some("toml") => toml.push_str(&body),
            _ => {}
        }
        is_next = false;
    }
    (blocks, toml)
}

/// A line without what differs from run to run and from machine to machine: ids, processes, times, the width of columns,
/// sizes that the kernel chose, ports on IPv6.
fn lasting(line: &str) -> String {
    let mut words: Vec<String> = without_ipv6(line).split_whitespace().map(lasting_word).collect();
    for at in 1..words.len() {
        if ["ms", "s", "second", "seconds"].contains(&words[at].as_str()) {
            words[at - 1] = "N".to_owned();
            words[at] = "ms".to_owned();
        }
        if ["(pid", "kill"].contains(&words[at - 1].as_str()) {
            words[at] = "N".to_owned();
        }
    }
    words.join(" ")
}

/// A line of published ports without those of IPv6, which not every engine publishes.
fn without_ipv6(line: &str) -> String {
    let mut parts = line.split(", [::]:");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str(part.find([',', ' ']).map_or("", |end| &part[end..]));
    }
    left
}

fn lasting_word(word: &str) -> String {
    let is_id = [12, 64].contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id {
        return "ID".to_owned();
    }
    let parts = word.split_inclusive(|character: char| !character.is_ascii_digit());
    let short = |part: &str| {
        let end = part.trim_start_matches(|character: char| character.is_ascii_digit());
        if part.len() - end.len() > 4 { format!("N{end}") } else { part.to_owned() }
    };
    parts.map(short).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test's own variable")]
pub(crate) fn bless() -> bool {
    std::env::var_os("DYNRUN_BLESS").is_some()
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}
