//! A launch meets every fault at every one of its requests. The requests are those that a launch without faults makes, so
//! that one which is new is met, too; what came of each is data in `tests/it/expected/faults`. F4-F7, F9, F12-F20, F29, F31;
//! I1 to I8 of the catalogue of faults.

use super::case::{Case, wait_for};
use super::proxy::{Asked, Fault, Proxy, Rule};
use crate::common::expected;
use crate::pty::Pty;
use nix::sys::signal::Signal;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What no output may hold.
const CANARY: &str = "canary-9c1f2e";
/// What the launch's own words read in the table.
const WORD: &str = "WORD";
/// How many launches are made at once: they mostly wait.
const AT_ONCE: usize = 6;

/// How the container is launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// In the foreground, its streams in pipes.
    Pipes,
    /// In the foreground, on a terminal.
    Terminal,
    /// In the background.
    Background,
}

/// What happens at a request.
#[derive(Debug, Clone)]
enum Blow {
    /// A fault of the engine's.
    Engine(Fault),
    /// A signal to dynrun while the request is on its way.
    Signal(Signal),
}

impl Blow {
    /// How many seconds a launch may take after it: one that is answered by silence as long as its longest deadline, and
    /// the clean-up after it.
    fn bound(&self) -> u64 {
        if matches!(self, Self::Engine(Fault::Silent)) { 160 } else { 30 }
    }

    /// How many launches are made at once. What a killed one leaves is not for the next one to sweep, whose own requests
    /// are counted; and one that meets silence does nothing but wait.
    fn at_once(&self) -> usize {
        match self {
            Self::Signal(Signal::SIGKILL) => 1,
            Self::Engine(Fault::Silent) => usize::MAX,
            Self::Engine(_) | Self::Signal(_) => AT_ONCE,
        }
    }
}

/// What a launch came to.
struct Came {
    code: i32,
    stdout: String,
    stderr: String,
}

/// A launch that makes one thing of each kind.
struct Launch {
    case: Case,
    way: Way,
    cidfile: PathBuf,
}

impl Launch {
    fn new(way: Way) -> Self {
        let case = Case::new();
        let cidfile = case.folder().join("cid");
        Self { case, way, cidfile }
    }

    /// The launch through this engine: `end` is what its command ends with.
    fn came(&self, proxy: &Proxy, blow: &Blow) -> Came {
        let (network, volume) = (self.case.name("net"), format!("{}:/data", self.case.name("vol")));
        let secret = format!("DYNRUN_TEST_TOKEN={CANARY}");
        let cidfile = self.cidfile.to_str().expect("a path");
        let mut options = vec!["--host", &proxy.address, "--network", &network, "--create-network"];
        options.extend(["-v", &volume, "--cidfile", cidfile, "-e", &secret]);
        if self.way != Way::Terminal {
            // On a terminal its lines would come between the container's.
            options.extend(["--log-level", "debug"]);
        }
        let (way, command): (&[&str], &str) = match self.way {
            Way::Pipes => (&["--rm", "-i"], "echo out; echo err >&2; sleep 0.2; exit 7"),
            Way::Terminal => (&["--rm", "-it"], "echo out; sleep 0.2; exit 7"),
            Way::Background => (&["-d"], "exec sleep 300"),
        };
        options.extend(way);
        let call =
            self.case.launch(&options, &["sh", "-c", command]).env("NO_COLOR", "1").limit(blow.bound());
        if self.way == Way::Terminal {
            let pty = Pty::run(&call.into_command(), 24, 80);
            if let Blow::Signal(signal) = blow {
                proxy.met(1);
                pty.signal(*signal);
            }
            let ended = pty.ends(); // and the terminal is as it was
            let text = ended.text();
            // On a terminal the two streams are one.
            let (lines, stdout): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| *line != "out");
            return Came {
                code: ended.code,
                stdout: stdout.iter().map(|line| format!("{line}\n")).collect(),
                stderr: lines.join("\n"),
            };
        }
        let running = call.start();
        if let Blow::Signal(signal) = blow {
            proxy.met(1);
            running.signal(*signal);
        }
        let done = running.end();
        let (code, stdout) = (done.code, done.text());
        Came { code, stdout, stderr: done.stderr }
    }

    fn exit_code(&self) -> i32 {
        if self.way == Way::Background { 0 } else { 7 }
    }

    /// The invariants, whatever came; and what came, in a few words. What is left then is cleared.
    fn told(&self, came: &Came, what: &str) -> String {
        let Came { code, stdout, stderr } = came;
        let all = format!("{what}: {code}\n{stdout}\n{stderr}");
        assert!(!stdout.contains(CANARY) && !stderr.contains(CANARY), "a secret is told: {all}");
        let has_run = *code == self.exit_code();
        let known = [125, 126, 127, 128 + Signal::SIGINT as i32, 128 + Signal::SIGTERM as i32, -9];
        assert!(has_run || known.contains(code), "no code of the table: {all}");
        let container = self.case.containers();
        let is_output = match self.way {
            Way::Background if has_run => container.iter().any(|id| *stdout == format!("{id}\n")),
            Way::Background => stdout.is_empty(),
            Way::Pipes | Way::Terminal if has_run => stdout == "out\n",
            Way::Pipes | Way::Terminal => ["", "out\n"].contains(&stdout.as_str()),
        };
        assert!(is_output, "standard output: {all}");
        let mut codes: Vec<&str> =
            stderr.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next()).collect();
        codes.dedup();
        assert!(has_run || *code == -9 || *code > 128 || !codes.is_empty(), "no word of why: {all}");
        let is_left = self.left(has_run);
        // Who is killed may have launched already what is to stay.
        let runs = *code == -9 && self.way == Way::Background && self.runs();
        // What is left is told, with the line that removes it; and gc removes it when the launch is over.
        let told_left = stderr.contains("error[cleanup-failed]") && stderr.contains("  help: docker ");
        assert!(!is_left || told_left || *code == -9, "left behind, and not told: {all}");
        assert!(has_run || *code == -9 || !self.cidfile.exists(), "a file for the id is left: {all}");
        if runs {
            self.case.clean_up();
        } else if is_left {
            self.is_cleared(what);
        }
        let mut told = code.to_string();
        if runs {
            told.push_str(" and it runs");
        }
        for code in codes {
            let _ = write!(told, " {code}");
        }
        told
    }

    /// Whether its container runs.
    #[track_caller]
    fn runs(&self) -> bool {
        self.case.containers().iter().any(|id| self.case.inspect(id)["State"]["Running"] == true)
    }

    /// Whether anything is left that a launch with this end does not leave: after one that ran, its network and volume
    /// stay, and its container where it was launched to.
    #[track_caller]
    fn left(&self, has_run: bool) -> bool {
        let case = &self.case;
        if !has_run {
            return !case.left().is_empty();
        }
        if self.way != Way::Background && !case.containers().is_empty() {
            return true;
        }
        case.clean_up();
        let _ = std::fs::remove_file(&self.cidfile);
        false
    }

    /// What a launch has left goes with `dynrun gc`.
    #[track_caller]
    fn is_cleared(&self, what: &str) {
        wait_for(&format!("nothing to be left after {what}"), || {
            let done = self.case.dynrun(&["gc"]).run();
            assert_eq!(done.code, 0, "{what}: {}", done.stderr);
            self.case.left().is_empty().then_some(())
        });
    }
}

/// The requests of a launch without faults, each with its place among those that are alike.
fn recorded(way: Way) -> Vec<(Asked, usize)> {
    let launch = Launch::new(way);
    // What others have left would be swept beside the launch.
    assert_eq!(launch.case.dynrun(&["gc"]).run().code, 0);
    let proxy = Proxy::new(&launch.case, Vec::new());
    let came = launch.came(&proxy, &Blow::Engine(Fault::Unheard));
    assert_eq!(launch.told(&came, "a launch without faults"), launch.exit_code().to_string());
    let mut found: Vec<(Asked, usize)> = Vec::new();
    for line in proxy.requests() {
        let asked = Asked::of(&line);
        let asked = Asked { path: asked.path.replace(&launch.case.word, WORD), ..asked };
        let nth = found.iter().filter(|(other, _)| *other == asked).count();
        found.push((asked, nth));
    }
    found
}

/// The blow at each request of a launch; what came of all of them is held against the table.
#[track_caller]
fn struck(way: Way, name: &str, blow: &Blow) {
    let mut requests = recorded(way);
    assert!(requests.len() >= 9, "{requests:#?}");
    // What is lost of a create or a start is looked for the longest: it is begun first.
    requests.sort_by_key(|(asked, _)| !["/create", "/start"].iter().any(|end| asked.path.ends_with(end)));
    let stranger = Stranger::new();
    let next = AtomicUsize::new(0);
    let lines = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..blow.at_once().min(requests.len()) {
            scope.spawn(|| {
                let _last = Last(&next);
                while let Some((asked, nth)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let line = one(way, blow, asked, *nth);
                    lines.lock().expect("no panic").push(line);
                }
            });
        }
    });
    stranger.is_untouched();
    let mut table = lines.into_inner().expect("no panic");
    table.sort_unstable();
    let table: String = table.iter().map(|line| format!("{line}\n")).collect();
    expected(&format!("faults/{name}.txt"), &table);
}

/// After a panic no thread takes a further request.
struct Last<'a>(&'a AtomicUsize);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(usize::MAX / 2, Ordering::Relaxed);
        }
    }
}

/// One launch with the blow at one of its requests.
fn one(way: Way, blow: &Blow, asked: &Asked, nth: usize) -> String {
    let launch = Launch::new(way);
    let fault = match blow {
        Blow::Engine(fault) => fault.clone(),
        // Long enough for the signal to be heard first; no process hears of a SIGKILL.
        Blow::Signal(Signal::SIGKILL) => Fault::Slow(100),
        Blow::Signal(_) => Fault::Slow(600),
    };
    let rule = Rule {
        method: String::leak(asked.method.clone()),
        path: asked.path.replace(WORD, &launch.case.word),
        nth: Some(nth),
        fault,
    };
    let proxy = Proxy::new(&launch.case, vec![rule]);
    let what = format!("{} {} #{nth}", asked.method, asked.path);
    let came = launch.came(&proxy, blow);
    if let Blow::Signal(_) = blow {
        // What the engine makes after the launch's end is the launch's, too.
        proxy.is_late();
    }
    format!("{what}: {}", launch.told(&came, &what))
}

/// A container of somebody else's.
struct Stranger {
    case: Case,
    id: String,
    before: serde_json::Value,
}

impl Stranger {
    fn new() -> Self {
        let case = Case::new();
        let id = case.docker(&["run", "-d", "--label", &case.label(), super::case::BUSYBOX, "sleep", "600"]);
        let before = case.inspect(&id)["State"].clone();
        Self { case, id, before }
    }

    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(self.case.inspect(&self.id)["State"], self.before, "a stranger's container");
    }
}

const BOOM: &str = r#"{"message":"boom"}"#;
const HTML: &str = "<html><h1>502 Bad Gateway</h1></html>";

/// Each way with each blow, as a test of its own.
macro_rules! faults {
    ($($way:ident { $($(#[$often:meta])? $name:ident => $blow:expr;)* })*) => {
        $($(
            #[test]
            $(#[$often])?
            fn $name() {
                struck(Way::$way, stringify!($name), &$blow);
            }
        )*)*
    };
}

faults! {
    Pipes {
        #[ignore = "minutes, all together"]
        in_pipes_unheard => Blow::Engine(Fault::Unheard);
        in_pipes_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        in_pipes_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        in_pipes_html => Blow::Engine(Fault::Answer(502, HTML));
        #[ignore = "minutes, all together"]
        in_pipes_empty => Blow::Engine(Fault::Answer(200, ""));
        #[ignore = "minutes, all together"]
        in_pipes_garbage => Blow::Engine(Fault::Answer(200, "garbage"));
        #[ignore = "minutes, all together"]
        in_pipes_interrupted => Blow::Signal(Signal::SIGINT);
        in_pipes_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        in_pipes_killed => Blow::Signal(Signal::SIGKILL);
    }
    Terminal {
        #[ignore = "minutes, all together"]
        on_a_terminal_unheard => Blow::Engine(Fault::Unheard);
        on_a_terminal_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        on_a_terminal_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        on_a_terminal_terminated => Blow::Signal(Signal::SIGTERM);
    }
    Background {
        #[ignore = "minutes, all together"]
        in_the_background_unheard => Blow::Engine(Fault::Unheard);
        in_the_background_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        in_the_background_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        in_the_background_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        in_the_background_killed => Blow::Signal(Signal::SIGKILL);
    }
}

/// A minute and more of silence at each request: as long as the longest deadline.
#[test]
#[ignore = "minutes of silence"]
fn in_pipes_silent() {
    struck(Way::Pipes, "in_pipes_silent", &Blow::Engine(Fault::Silent));
}
