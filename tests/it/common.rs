//! `Test`: one run of dynrun in a world of its own, compared exactly: standard output, standard error and status.
//!
//! What is not stated is expected to be empty, and the status to be 0.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The engine that no test without an engine may reach.
pub(crate) const NOWHERE: &str = "unix:///nonexistent/docker.sock";

/// The binary under test.
pub(crate) const DYNRUN: &str = env!("CARGO_BIN_EXE_dynrun");

/// What one stream is held to.
#[derive(Debug)]
enum Expected {
    Exactly(String),
    Containing(Vec<String>),
    Anything,
}

/// A run to be. Its folder is the caller's home and working directory; its environment holds `PATH`, `HOME`,
/// `XDG_CONFIG_HOME`, `DOCKER_HOST` and what the test adds. Texts that start with a newline lose it and their
/// indentation; the folder's path reads `[DIR]`.
#[derive(Debug)]
#[must_use = "a test tests nothing before `run`"]
pub(crate) struct Test {
    folder: TempDir,
    cwd: PathBuf,
    program: PathBuf,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    stdin: Vec<u8>,
    stdout: Expected,
    stderr: Expected,
    status: Option<i32>,
    replaced: Vec<(String, String)>,
}

/// What a run printed, its folder as `[DIR]`, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The exit code; 128+n for a signal, as a shell has it.
    pub(crate) status: i32,
    /// The folder, which lives as long as this.
    pub(crate) folder: TempDir,
}

impl Output {
    /// Everything that was printed.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

impl Test {
    /// A run without arguments in an empty folder.
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("dynrun-it-").unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        let home = cwd.to_str().unwrap().to_owned();
        let env = BTreeMap::from([
            ("PATH".to_owned(), path()),
            ("XDG_CONFIG_HOME".to_owned(), format!("{home}/.config")),
            ("HOME".to_owned(), home),
            ("DOCKER_HOST".to_owned(), NOWHERE.to_owned()),
        ]);
        Self {
            folder,
            cwd,
            program: DYNRUN.into(),
            args: Vec::new(),
            env,
            stdin: Vec::new(),
            stdout: Expected::Exactly(String::new()),
            stderr: Expected::Exactly(String::new()),
            status: Some(0),
            replaced: Vec::new(),
        }
    }

    /// Runs a program of the run's folder in dynrun's place.
    pub(crate) fn program(mut self, path: &str) -> Self {
        self.program = self.folder().join(path);
        self
    }

    /// A run of `sh`, with dynrun on its `PATH`.
    pub(crate) fn sh(script: &str) -> Self {
        let mut test = Self::new();
        test.program = "/bin/sh".into();
        test.args(["-c", script])
    }

    /// The folder of the run, its path resolved.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Adds arguments; `[DIR]` in them is the folder.
    pub(crate) fn args<A: AsRef<str>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        let folder = self.folder();
        let folder = folder.to_str().unwrap();
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().replace("[DIR]", folder)));
        self
    }

    /// Sets a variable; `[DIR]` in it is the folder.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        let value = value.replace("[DIR]", self.folder().to_str().unwrap());
        self.env.insert(name.to_owned(), value);
        self
    }

    /// Takes a variable away.
    pub(crate) fn no_env(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Writes a file, and the folders that it needs, with modes that nobody else may write to; `[DIR]` in its text
    /// is the folder.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let text = unindent(text).replace("[DIR]", self.folder().to_str().unwrap());
        self.bytes(path, text.as_bytes())
    }

    /// Writes a file of any bytes.
    pub(crate) fn bytes(self, path: &str, bytes: &[u8]) -> Self {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        self
    }

    /// Makes a folder.
    pub(crate) fn dir(self, path: &str) -> Self {
        fs::create_dir_all(self.folder().join(path)).unwrap();
        self
    }

    /// Makes a symbolic link.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.folder().join(path)).unwrap();
        self
    }

    /// Sets a file's mode.
    pub(crate) fn mode(self, path: &str, mode: u32) -> Self {
        fs::set_permissions(self.folder().join(path), fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// Runs in a folder below the home.
    pub(crate) fn cwd(mut self, path: &str) -> Self {
        self.cwd = self.folder().join(path);
        fs::create_dir_all(&self.cwd).unwrap();
        self
    }

    /// What the run reads; nothing, unless said.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Reads this text as another in both streams: for what differs from run to run.
    pub(crate) fn reading(mut self, from: &str, to: &str) -> Self {
        self.replaced.push((from.to_owned(), to.to_owned()));
        self
    }

    /// Standard output, to the last byte.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = Expected::Exactly(unindent(text));
        self
    }

    /// Standard error, to the last byte.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = Expected::Exactly(unindent(text));
        self
    }

    /// A part of standard output; may be said again.
    pub(crate) fn stdout_has(mut self, part: &str) -> Self {
        self.stdout = containing(self.stdout, part);
        self
    }

    /// A part of standard error; may be said again.
    pub(crate) fn stderr_has(mut self, part: &str) -> Self {
        self.stderr = containing(self.stderr, part);
        self
    }

    /// Whatever is printed on standard output.
    pub(crate) fn any_stdout(mut self) -> Self {
        self.stdout = Expected::Anything;
        self
    }

    /// Whatever is printed on standard error.
    pub(crate) fn any_stderr(mut self) -> Self {
        self.stderr = Expected::Anything;
        self
    }

    /// The exit code.
    pub(crate) fn status(mut self, status: i32) -> Self {
        self.status = Some(status);
        self
    }

    /// However it ends.
    pub(crate) fn any_status(mut self) -> Self {
        self.status = None;
        self
    }

    /// Talks to the engine that belongs to the tests.
    #[track_caller]
    pub(crate) fn engine(self) -> Self {
        let Ok(endpoint) = std::env::var("DYNRUN_TEST_ENGINE") else {
            panic!("DYNRUN_TEST_ENGINE is not set: scripts/test starts an engine and sets it")
        };
        self.env("DOCKER_HOST", &endpoint)
    }

    /// The command as it would be run, for a test that talks to it while it runs.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().envs(&self.env).current_dir(&self.cwd);
        command
    }

    /// Runs, compares, and gives back what was printed.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let writer = feed(&mut child, self.stdin.clone());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let status = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
        let folder = self.folder();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("a stream that is not UTF-8");
            let text = text.replace(folder.to_str().unwrap(), "[DIR]");
            self.replaced.iter().fold(text, |text, (from, to)| text.replace(from, to))
        };
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let mut faults = fault("stdout", &self.stdout, &stdout);
        faults.push_str(&fault("stderr", &self.stderr, &stderr));
        if self.status.is_some_and(|wanted| wanted != status) {
            faults.push_str(&format!("status: expected {}, got {status}\n", self.status.unwrap_or_default()));
        }
        if !faults.is_empty() {
            let shown = self.args.join(" ").replace(folder.to_str().unwrap(), "[DIR]");
            panic!(
                "dynrun {shown}\n{faults}the run, whole:\n--- stdout\n{stdout}--- stderr\n{stderr}--- status {status}\n"
            );
        }
        Output { stdout, stderr, status, folder: self.folder }
    }
}

/// `PATH`, with the binary's folder first.
fn path() -> String {
    let bin = Path::new(DYNRUN).parent().unwrap().to_str().unwrap();
    format!("{bin}:{}", std::env::var("PATH").unwrap_or_default())
}

/// Writes standard input beside the run: a program that reads none of it must not block the test.
fn feed(child: &mut Child, bytes: Vec<u8>) -> std::thread::JoinHandle<()> {
    let mut stdin = child.stdin.take().unwrap();
    std::thread::spawn(move || {
        // A run that ends without reading closes the pipe: that is its right.
        let _ = stdin.write_all(&bytes);
    })
}

fn containing(held: Expected, part: &str) -> Expected {
    let mut parts = match held {
        Expected::Containing(parts) => parts,
        Expected::Exactly(_) | Expected::Anything => Vec::new(),
    };
    parts.push(part.to_owned());
    Expected::Containing(parts)
}

fn fault(name: &str, expected: &Expected, got: &str) -> String {
    match expected {
        Expected::Anything => String::new(),
        Expected::Containing(parts) => parts
            .iter()
            .filter(|part| !got.contains(part.as_str()))
            .map(|part| format!("{name}: does not hold {part:?}\n"))
            .collect(),
        Expected::Exactly(text) if text == got => String::new(),
        Expected::Exactly(text) => format!("{name} differs (- expected, + got):\n{}", diff(text, got)),
    }
}

/// What one text has and the other has not, line by line, each with the two lines before it.
pub(crate) fn diff(expected: &str, got: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    // The length of the longest common rest, from each pair of lines on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            common[i][j] =
                if a == b { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(format!("  {}\n", old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("- {}\n", old[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}\n", new[j]));
            j += 1;
        }
    }
    if expected.ends_with('\n') != got.ends_with('\n') {
        lines.push("(the one ends with a line break, the other does not)\n".to_owned());
    }
    let is_near = |at: usize| lines[at..].iter().take(3).any(|line| !line.starts_with("  "));
    (0..lines.len()).filter(|at| is_near(*at)).map(|at| lines[at].as_str()).collect()
}

/// A text as it stands in a test: the first newline and the indentation that all lines share are taken away.
pub(crate) fn unindent(text: &str) -> String {
    let Some(text) = text.strip_prefix('\n') else { return text.to_owned() };
    let said = text.lines().filter(|line| !line.trim().is_empty());
    let indent = said.map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    let mut lines: Vec<&str> = text.split('\n').map(|line| line.get(indent..).unwrap_or_default()).collect();
    if lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
        lines.push("");
    }
    lines.join("\n")
}

/// Compares with a file of `tests/it/expected`; `DYNRUN_BLESS=1` writes it instead.
#[track_caller]
pub(crate) fn expected(name: &str, got: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/expected").join(name);
    if std::env::var_os("DYNRUN_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, got).unwrap();
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == got, "{name} differs (- expected, + got):\n{}", diff(&wanted, got));
}

/// Runs the example of `dynrun explain CODE` in a folder of its own and holds it to its code.
#[track_caller]
pub(crate) fn example_gives_its_code(code: &str, test: Test) {
    let output = test.any_stdout().any_stderr().any_status().run();
    assert!(
        output.stderr.contains(&format!("[{code}]")),
        "the example of {code} does not give it:\n{}",
        output.stderr
    );
}
