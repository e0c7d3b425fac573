//! A test's own corner of the engine: a folder, a word that marks what it makes, and runs of dynrun and docker.

use super::asked;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The image that every test may launch.
pub(super) const BUSYBOX: &str = "dynrun-test/busybox:1";
/// dynrun itself.
pub(super) const DYNRUN: &str = env!("CARGO_BIN_EXE_dynrun");
/// The label that carries a test's word.
const LABEL: &str = "dynrun-test";
/// Where the engine lists all its containers.
const CONTAINERS: &str = "/containers/json?all=1";
/// What a test may leave: in docker's word, where the engine lists it, and under what there it is known.
const KINDS: [(&str, &str, &str); 3] =
    [("container", CONTAINERS, "Id"), ("network", "/networks", "Id"), ("volume", "/volumes", "Name")];
/// How long a run may take unless a test says otherwise: far more than any does.
const LIMIT: Duration = Duration::from_secs(60);

/// A test's corner. Its containers, networks and volumes carry its word and go with it.
pub(super) struct Case {
    /// The word.
    pub(super) word: String,
    /// The engine's address.
    pub(super) engine: String,
    folder: TempDir,
    /// Whether the engine goes with the test, and all that is in it.
    pub(super) is_disowned: bool,
}

impl Case {
    #[expect(clippy::disallowed_methods, reason = "scripts/test says so where the engine is")]
    pub(super) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let engine = std::env::var("DYNRUN_TEST_ENGINE").expect("the tests of an engine run in scripts/test");
        let folder = TempDir::new().expect("a folder");
        // The engine finds names by a part of them: no word may begin another.
        let word = format!("t{}x{count}y", std::process::id());
        Self { word, engine, folder, is_disowned: false }
    }

    /// The test's own folder.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in the folder.
    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).expect("a file is written");
        path
    }

    /// A name that no other test uses.
    pub(super) fn name(&self, what: &str) -> String {
        format!("{}-{what}", self.word)
    }

    /// `dynrun ARGUMENTS`.
    pub(super) fn dynrun(&self, arguments: &[&str]) -> Call {
        self.call(DYNRUN, arguments)
    }

    /// `dynrun run` of a command in busybox, marked, with nothing but the options.
    pub(super) fn launch(&self, options: &[&str], command: &[&str]) -> Call {
        let label = self.label();
        let base = ["run", "--profile", "bare", "--image", BUSYBOX, "--label", &label];
        self.dynrun(&[&base[..], options, &["--"], command].concat())
    }

    /// The label that marks what this test makes.
    pub(super) fn label(&self) -> String {
        format!("{LABEL}={}", self.word)
    }

    /// A shell's line, with `$DYNRUN` and `$LAUNCH`, which is `launch` without a command.
    pub(super) fn shell(&self, line: &str) -> Call {
        let launch = format!("{DYNRUN} run --profile bare --image {BUSYBOX} --label {}", self.label());
        self.call("sh", &["-c", line]).env("DYNRUN", DYNRUN).env("LAUNCH", &launch)
    }

    /// Any command, in the test's folder and in an environment of its own.
    pub(super) fn call(&self, program: &str, arguments: &[&str]) -> Call {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().current_dir(self.folder());
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin").env("HOME", self.folder());
        command.env("DOCKER_HOST", &self.engine);
        Call { command, input: Vec::new(), limit: LIMIT }
    }

    /// What docker's client prints; it has to succeed.
    #[track_caller]
    pub(super) fn docker(&self, arguments: &[&str]) -> String {
        let done = self.call("docker", arguments).run();
        assert_eq!(done.code, 0, "docker {arguments:?}: {}", done.stderr);
        String::from_utf8(done.stdout).expect("docker prints text").trim_end().to_owned()
    }

    /// What the engine tells of a container, which is what `docker inspect` prints.
    #[track_caller]
    pub(super) fn inspect(&self, container: &str) -> serde_json::Value {
        asked::get(&self.engine, &format!("/containers/{container}/json"))
    }

    /// The ids of this test's containers, running or not.
    #[track_caller]
    pub(super) fn containers(&self) -> Vec<String> {
        asked::listed(&self.engine, CONTAINERS, ("label", &self.label()), "Id")
    }

    /// What the engine has of a kind that is called after this test.
    #[track_caller]
    fn named(&self, path: &str, key: &str) -> Vec<String> {
        asked::listed(&self.engine, path, ("name", &self.word), key)
    }

    /// The only container of this test, once it is there.
    #[track_caller]
    pub(super) fn container(&self) -> String {
        wait_for("a container", || self.containers().pop())
    }

    /// Fails when the engine holds a container, network or volume of this test.
    #[track_caller]
    pub(super) fn leaves_nothing(&self) {
        assert_eq!(self.left(), Vec::<String>::new(), "left behind");
    }

    /// Everything that the engine holds of this test, in words that `docker` removes.
    #[track_caller]
    pub(super) fn left(&self) -> Vec<String> {
        let mut left = self.containers();
        KINDS.iter().for_each(|(_, path, key)| left.extend(self.named(path, key)));
        left.sort_unstable();
        left.dedup();
        left
    }

    /// Removes what the test made on purpose.
    pub(super) fn clean_up(&self) {
        let quiet = |arguments: &[&str]| self.call("docker", arguments).run();
        let containers = self.containers();
        if !containers.is_empty() {
            let ids: Vec<&str> = containers.iter().map(String::as_str).collect();
            quiet(&[&["rm", "--force", "--volumes"], &ids[..]].concat());
        }
        for (kind, path, key) in KINDS {
            for one in self.named(path, key) {
                quiet(&[kind, "rm", "--force", &one]);
            }
        }
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        if self.is_disowned {
            return;
        }
        if thread::panicking() {
            // A second failure would hide the first one.
            let line = "timeout 20 docker ps -aq --filter label=$LABEL | xargs -r timeout 20 docker rm -fv
                timeout 20 docker network ls -q --filter name=$WORD | xargs -r timeout 20 docker network rm";
            let call = self.call("sh", &["-c", line]).env("LABEL", &self.label()).env("WORD", &self.word);
            let mut command = call.command;
            let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        } else {
            self.clean_up();
        }
    }
}

/// A command that is about to run.
pub(super) struct Call {
    command: Command,
    input: Vec<u8>,
    limit: Duration,
}

impl Call {
    #[must_use]
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    #[must_use]
    pub(super) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Bytes for standard input, which ends after them.
    #[must_use]
    pub(super) fn input(mut self, bytes: &[u8]) -> Self {
        self.input = bytes.to_vec();
        self
    }

    /// How long it may take.
    #[must_use]
    pub(super) fn limit(mut self, seconds: u64) -> Self {
        self.limit = Duration::from_secs(seconds);
        self
    }

    /// The command itself, for a terminal.
    pub(super) fn into_command(self) -> Command {
        self.command
    }

    /// Runs it to its end.
    #[track_caller]
    pub(super) fn run(self) -> Done {
        let limit = self.limit;
        let input = self.input.clone();
        let mut running = self.start();
        let stdin = running.child.stdin.take();
        let writer = thread::spawn(move || {
            // Nobody has to read it all.
            let _ = stdin.expect("standard input is a pipe").write_all(&input);
        });
        let done = running.end_within(limit);
        let _ = writer.join();
        done
    }

    /// Starts it, its standard input open.
    pub(super) fn start(mut self) -> Running {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What has to be killed is killed with its children.
        let pipes = pipes.process_group(0);
        let mut child = pipes.spawn().expect("the command starts");
        let stdout = Gathered::of(child.stdout.take().expect("a pipe"));
        let stderr = Gathered::of(child.stderr.take().expect("a pipe"));
        Running { child, stdout, stderr, limit: self.limit }
    }

    /// Starts it with its standard output in a file.
    pub(super) fn start_into(mut self, file: File) -> Running {
        let pipes = self.command.stdin(Stdio::piped()).stdout(file).stderr(Stdio::piped()).process_group(0);
        let mut child = pipes.spawn().expect("the command starts");
        let stderr = Gathered::of(child.stderr.take().expect("a pipe"));
        Running { child, stdout: Gathered::default(), stderr, limit: self.limit }
    }
}

/// What a stream has brought so far, and whether it has ended.
#[derive(Default, Clone)]
struct Gathered(Arc<(Mutex<Brought>, Condvar)>);

/// Bytes, and whether no more will come.
type Brought = (Vec<u8>, bool);

impl Gathered {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let gathered = Self::default();
        let (all, into) = (gathered.clone(), gathered.clone());
        thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(read) = stream.read(&mut buffer) {
                if read == 0 {
                    break;
                }
                into.0.0.lock().expect("no panic").0.extend_from_slice(&buffer[..read]);
                into.0.1.notify_all();
            }
            all.0.0.lock().expect("no panic").1 = true;
            all.0.1.notify_all();
        });
        gathered
    }

    /// Waits until this is so, or fails with what there is.
    #[track_caller]
    fn until(&self, what: &str, limit: Duration, so: impl Fn(&[u8], bool) -> bool) -> Vec<u8> {
        let (lock, changed) = &*self.0;
        let guard = lock.lock().expect("no panic");
        let (guard, waited) =
            changed.wait_timeout_while(guard, limit, |(bytes, ended)| !so(bytes, *ended)).expect("no panic");
        assert!(!waited.timed_out(), "no {what} within {limit:?}: {}", String::from_utf8_lossy(&guard.0));
        guard.0.clone()
    }
}

/// A command that runs.
pub(super) struct Running {
    pub(super) child: Child,
    stdout: Gathered,
    stderr: Gathered,
    limit: Duration,
}

impl Running {
    /// Waits until standard output holds a text.
    #[track_caller]
    pub(super) fn says(&self, text: &str) {
        self.stdout.until(text, Duration::from_secs(20), |bytes, _| contains(bytes, text));
    }

    /// Whether standard error holds a text by now.
    pub(super) fn has_complained(&self, text: &str) -> bool {
        contains(&self.stderr.0.0.lock().expect("no panic").0, text)
    }

    /// Sends it a signal.
    #[track_caller]
    pub(super) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("the process is there");
    }

    pub(super) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a pid"))
    }

    /// Waits for its end.
    #[track_caller]
    pub(super) fn end(self) -> Done {
        let limit = self.limit;
        self.end_within(limit)
    }

    #[track_caller]
    fn end_within(mut self, limit: Duration) -> Done {
        let end = Instant::now() + limit;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            if Instant::now() > end {
                let _ = killpg(self.pid(), Signal::SIGKILL);
                let _ = self.child.wait();
                let stderr = self.stderr.0.0.lock().expect("no panic").0.clone();
                panic!("no end within {limit:?}: {}", String::from_utf8_lossy(&stderr));
            }
            thread::sleep(Duration::from_millis(3));
        };
        drop(self.child.stdin.take());
        let all = |gathered: &Gathered| {
            gathered.until("end of the stream", Duration::from_secs(20), |_, ended| ended)
        };
        let code = status.code().unwrap_or_else(|| -status.signal().unwrap_or_default());
        let stdout = if self.stdout.is_unused() { Vec::new() } else { all(&self.stdout) };
        let stderr = String::from_utf8_lossy(&all(&self.stderr)).into_owned();
        let (stalls, stderr) = stderr.split_inclusive('\n').partition(|line| line.starts_with(STALL));
        Done { code, stdout, stderr, stalls }
    }
}

impl Gathered {
    /// Whether no stream feeds it.
    fn is_unused(&self) -> bool {
        Arc::strong_count(&self.0) == 1 && !self.0.0.lock().expect("no panic").1
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A command that has ended.
#[derive(Debug)]
pub(super) struct Done {
    /// Its exit code; -n where signal n ended it.
    pub(super) code: i32,
    pub(super) stdout: Vec<u8>,
    /// What it printed on standard error but for the stalls.
    pub(super) stderr: String,
    /// Its notes that the engine takes long, as any engine may on a busy machine.
    pub(super) stalls: String,
}

/// How a note begins that says that the engine takes long.
const STALL: &str = "note: the engine has not answered for 5 s when asked to ";

impl Done {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Fails unless it ended with this code and printed nothing but this.
    #[track_caller]
    pub(super) fn expect(&self, code: i32, stdout: &str, stderr: &str) {
        let got = (self.code, self.text(), self.stderr.as_str());
        assert_eq!(got, (code, stdout.to_owned(), stderr));
    }

    /// Fails unless it is a launch that was refused with this code, and printed no result.
    #[track_caller]
    pub(super) fn refused(&self, exit: i32, code: &str) -> &str {
        assert_eq!((self.code, self.text().as_str()), (exit, ""), "{}", self.stderr);
        let head = format!("error[{code}]: ");
        assert!(self.stderr.contains(&head), "no {head}in {}", self.stderr);
        &self.stderr
    }
}

/// Waits until a process is stopped, as by Ctrl-Z.
#[track_caller]
pub(super) fn wait_for_stop(pid: Pid) {
    wait_for("a stop", || status(pid, "State").starts_with('T').then_some(()));
}

/// What the kernel says of a process under a name: `State`, `VmHWM`.
#[track_caller]
pub(super) fn status(pid: Pid, name: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let said = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    said.expect("the kernel says it").trim().to_owned()
}

/// Tries until there is something, for a while.
#[track_caller]
pub(super) fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(30));
    }
}
