//! An engine that dies or freezes under a launch, for real: one of the test's own. The true exit code where the container
//! lived, else 125, and never a wait without end. F26-F28, E12.

use super::case::{BUSYBOX, Case, Running, wait_for};
use crate::pty::Pty;
use nix::sys::signal::Signal;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// An engine that may be killed.
pub(super) struct OwnEngine {
    script: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// A corner of it.
    pub(super) case: Case,
}

impl OwnEngine {
    /// Starts it with these settings of dockerd's.
    #[track_caller]
    pub(super) fn new(settings: &str) -> Self {
        Self::started(&[("ENGINE_SETTINGS", settings)])
    }

    /// Starts one whose data lie on a disk of this size.
    #[track_caller]
    pub(super) fn on_disk(size: &str) -> Self {
        Self::started(&[("ENGINE_DISK", size)])
    }

    #[track_caller]
    fn started(environment: &[(&str, &str)]) -> Self {
        let mut case = Case::new();
        let log = case.folder().join("engine.log");
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/engine/own-engine"));
        script.arg(&case.engine).arg(&log).envs(environment.iter().copied());
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the script");
        let words = script.stdin.take();
        let mut answers = BufReader::new(script.stdout.take().expect("a pipe"));
        let mut address = String::new();
        answers.read_line(&mut address).expect("an address");
        case.engine = address.trim().to_owned();
        case.is_disowned = true;
        assert!(
            case.engine.starts_with("unix://"),
            "no engine: {}",
            std::fs::read_to_string(log).unwrap_or_default()
        );
        Self { script, words, answers, case }
    }

    /// The file of its network.
    pub(super) fn network(&self) -> String {
        let name = self.case.engine.rsplit('/').nth(1).expect("its folder");
        format!("/var/run/netns/{name}")
    }

    /// Has something done to it.
    #[track_caller]
    fn does(&mut self, word: &str) {
        let words = self.words.as_mut().expect("it runs");
        writeln!(words, "{word}").expect("the script reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        assert_eq!(answer, "done\n", "{word}");
    }

    /// What dynrun had to leave goes with gc.
    #[track_caller]
    fn is_cleared(&self) {
        let done = self.case.dynrun(&["gc"]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        // One that the engine was asked for before it froze is under way.
        wait_for("the end of it", || self.case.containers().is_empty().then_some(()));
    }

    /// A launch that has said that it is up.
    #[track_caller]
    fn up(&self, then: &str) -> Running {
        let running =
            self.case.launch(&["--rm"], &["sh", "-c", &format!("echo up; {then}")]).limit(60).start();
        running.says("up");
        running
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        // What it holds goes with it.
        drop(self.words.take());
        let _ = self.script.wait();
    }
}

const LOST: &str = "the engine went away while the container ran; its exit code is unknown";

#[test]
#[ignore = "most of a minute"]
fn an_engine_that_is_frozen() {
    let mut engine = OwnEngine::new("{}");

    // Before a launch: the deadline of the first question.
    engine.does("freeze");
    let began = Instant::now();
    let done = engine.case.launch(&["--rm"], &["true"]).limit(15).run();
    let stderr = done.refused(125, "engine-silent");
    assert!(stderr.contains(" did not answer within 5 s when asked to say its version\n"), "{stderr}");
    assert!(stderr.contains("  note: its process is stopped: dockerd, pid "), "{stderr}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    engine.does("thaw");

    // While the container runs, which ends meanwhile.
    let running = engine.up("sleep 12; exit 6");
    engine.does("freeze");
    while !running.has_complained("note: the engine does not answer") {
        std::thread::sleep(Duration::from_millis(100));
    }
    std::thread::sleep(Duration::from_secs(4)); // the container's own end, which nobody tells of now
    engine.does("thaw");
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (6, "up\n"), "{}", done.stderr);
    engine.case.leaves_nothing();

    // And is left at Ctrl-C: what runs on then is gc's.
    let running = engine.up("sleep 300");
    engine.does("freeze");
    while !running.has_complained("note: the engine does not answer") {
        std::thread::sleep(Duration::from_millis(100));
    }
    let asked = Instant::now();
    running.signal(Signal::SIGINT);
    let done = running.end();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(done.code == 125 && done.stderr.contains(LOST), "{}: {}", done.code, done.stderr);
    engine.does("thaw");
    engine.is_cleared();
}

#[test]
fn an_engine_that_is_killed_and_comes_back() {
    let mut engine = OwnEngine::new("{}");
    let running = engine.up("sleep 300");
    engine.does("kill");
    engine.does("start");
    // It takes its containers down with it.
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (137, "up\n"), "{}", done.stderr);
    engine.case.leaves_nothing();
}

#[test]
#[ignore = "most of a minute"]
fn an_engine_that_is_killed_for_good() {
    let mut engine = OwnEngine::new("{}");
    let running = engine.up("sleep 300");
    let began = Instant::now();
    engine.does("kill");
    let done = running.end();
    assert!(done.code == 125 && done.stderr.contains(LOST), "{}: {}", done.code, done.stderr);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let done = engine.case.launch(&["--rm"], &["true"]).run();
    done.refused(125, "engine-not-listening");
    engine.does("start");
    engine.is_cleared();

    // On a terminal, which is as it was.
    let call = engine.case.launch(&["--rm", "-it"], &["sh", "-c", "echo up; sleep 300"]);
    let pty = Pty::run(&call.into_command(), 24, 80);
    pty.takes("up\r\n");
    engine.does("kill");
    let ended = pty.ends();
    assert!(ended.code == 125 && ended.text().contains(LOST), "{}: {}", ended.code, ended.text());
}

/// With live-restore its containers live on: every byte and the true code, though the engine was away.
#[test]
fn containers_that_outlive_their_engine() {
    let mut engine = OwnEngine::new(r#"{"live-restore": true}"#);
    for then in ["sleep 8; echo end; exit 6", "sleep 1; exit 6"] {
        let running = engine.up(then);
        engine.does("kill");
        std::thread::sleep(Duration::from_secs(2)); // one ends while the engine is away, the other after it is back
        engine.does("start");
        let done = running.end();
        let end = if then.contains("end") { "end\n" } else { "" };
        assert_eq!((done.code, done.text()), (6, format!("up\n{end}")), "{then}: {}", done.stderr);
        engine.case.leaves_nothing();
    }
}

/// What is left of a stack is told with the lines that remove it, and nothing is said to be gone that is there.
#[test]
fn an_engine_that_dies_while_a_stack_comes_up() {
    let mut engine = OwnEngine::new("{}");
    let case = &engine.case;
    let text = r#"
[service.a]
image = "IMAGE"
command = ["sleep", "1000"]
ready = ["command:true"]
[service.b]
image = "IMAGE"
needs = ["a"]
command = ["sleep", "1000"]
ready = ["log:never"]
[stack.s]
services = ["a", "b"]
label = ["LABEL"]
wait = "60s"
"#;
    case.file("stack.toml", &text.replace("IMAGE", BUSYBOX).replace("LABEL", &case.label()));
    let name = case.name("s");
    let stack = case.dynrun(&["up", "s", "-d", "--config", "stack.toml", "--as", &name]).limit(60).start();
    wait_for("both", || (case.containers().len() == 2).then_some(()));
    engine.does("kill");
    let done = stack.end();
    assert_eq!(done.code, 125, "{}", done.stderr);
    assert!(!done.stderr.contains("taken down again"), "{}", done.stderr);
    for line in [format!("docker rm -fv {name}-a"), format!("docker network rm {name}")] {
        assert!(done.stderr.contains(&format!("  help: {line}\n")), "{line}: {}", done.stderr);
    }
    assert_eq!(done.stderr.matches("error[cleanup-failed]: nobody listens").count(), 1, "{}", done.stderr);
    engine.does("start");
    let done = engine.case.dynrun(&["down", &name, "-t", "0"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    engine.case.leaves_nothing();
}
