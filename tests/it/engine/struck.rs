//! A launch that meets a fault, and what it owes all the same: the invariants I1 to I8 of the catalogue of faults, and that of
//! two containers for one name never both are gone.

use super::case::{Case, wait_for};
use super::proxy::{Fault, Proxy};
use crate::pty::Pty;
use nix::sys::signal::Signal;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What no output may hold.
const CANARY: &str = "canary-9c1f2e";
/// What a container in the background runs.
const STAYS: &str = "echo out; exec sleep 300";
/// How many launches are made at once: they mostly wait.
const AT_ONCE: usize = 6;

/// How the container is launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// In the foreground, its streams in pipes.
    Pipes,
    /// In the foreground, on a terminal.
    Terminal,
    /// In the background.
    Background,
    /// In the background, until it is ready.
    Wait,
    /// In the background, in the place of one that runs.
    Replace,
    /// In the background, by an equal one that has ended.
    Reuse,
}

impl Way {
    fn is_attached(self) -> bool {
        matches!(self, Self::Pipes | Self::Terminal)
    }
}

/// What happens at a request.
#[derive(Debug, Clone)]
pub(super) enum Blow {
    /// A fault of the engine's.
    Engine(Fault),
    /// A signal to dynrun while the request is on its way.
    Signal(Signal),
}

impl Blow {
    /// How many seconds a launch may take after it: one that is answered by silence as long as its longest deadline, and
    /// the clean-up after it.
    pub(super) fn bound(&self) -> u64 {
        if matches!(self, Self::Engine(Fault::Silent)) { 160 } else { 30 }
    }

    /// How many launches are made at once. What a killed one leaves is not for the next one to sweep, whose own requests
    /// are counted; and one that meets silence does nothing but wait.
    pub(super) fn at_once(&self) -> usize {
        match self {
            Self::Signal(Signal::SIGKILL) => 1,
            Self::Engine(Fault::Silent) => usize::MAX,
            Self::Engine(_) | Self::Signal(_) => AT_ONCE,
        }
    }
}

/// What a launch came to.
pub(super) struct Came {
    code: i32,
    stdout: String,
    stderr: String,
}

/// A launch that makes one thing of each kind.
pub(super) struct Launch {
    pub(super) case: Case,
    way: Way,
    cidfile: PathBuf,
    /// The id of the container that has the name already.
    old: Option<String>,
}

impl Launch {
    pub(super) fn new(way: Way) -> Self {
        let case = Case::new();
        let cidfile = case.folder().join("cid");
        let mut launch = Self { case, way, cidfile, old: None };
        launch.old = match way {
            Way::Replace => {
                let options = ["-d", "--name", &launch.name(), "--stop-signal", "KILL"];
                Some(launch.case.launch(&options, &["sleep", "600"]).run())
            }
            Way::Reuse => {
                let options = launch.options();
                let words: Vec<&str> = options.iter().map(String::as_str).collect();
                Some(launch.case.launch(&words, &["sh", "-c", STAYS]).run())
            }
            Way::Pipes | Way::Terminal | Way::Background | Way::Wait => None,
        }
        .map(|done| {
            assert_eq!(done.code, 0, "{}", done.stderr);
            done.text().trim_end().to_owned()
        });
        if let (Way::Reuse, Some(old)) = (way, &launch.old) {
            launch.case.docker(&["kill", old]);
        }
        launch
    }

    fn name(&self) -> String {
        self.case.name("gw")
    }

    /// The options that make one thing of each kind, in the background those of the way, too.
    fn options(&self) -> Vec<String> {
        let case = &self.case;
        let (network, volume) = (case.name("net"), format!("{}:/data", case.name("vol")));
        let (secret, cidfile) = (format!("DYNRUN_TEST_TOKEN={CANARY}"), self.cidfile.display().to_string());
        let mut options =
            ["--network", &network, "--create-network", "-v", &volume, "--cidfile", &cidfile, "-e", &secret]
                .map(str::to_owned)
                .to_vec();
        let name = self.name();
        let more: &[&str] = match self.way {
            Way::Pipes => &["--rm", "-i"],
            Way::Terminal => &["--rm", "-it"],
            Way::Background => &["-d"],
            Way::Wait => &["-d", "--wait=5s", "--ready", "log:out"],
            Way::Replace => &["-d", "--name", &name, "--stop-signal", "KILL", "--if-exists", "replace"],
            Way::Reuse => &["-d", "--name", &name, "--stop-signal", "KILL", "--if-exists", "reuse"],
        };
        options.extend(more.iter().map(|word| (*word).to_owned()));
        options
    }

    /// The launch through this engine: `end` is what its command ends with.
    pub(super) fn came(&self, proxy: &Proxy, blow: &Blow) -> Came {
        let said = self.options();
        let mut options = vec!["--host", &proxy.address];
        options.extend(said.iter().map(String::as_str));
        if self.way != Way::Terminal {
            // On a terminal its lines would come between the container's.
            options.extend(["--log-level", "debug"]);
        }
        let command = match self.way {
            Way::Pipes => "echo out; echo err >&2; sleep 0.2; exit 7",
            Way::Terminal => "echo out; sleep 0.2; exit 7",
            Way::Background | Way::Wait | Way::Replace | Way::Reuse => STAYS,
        };
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

    pub(super) fn exit_code(&self) -> i32 {
        if self.way.is_attached() { 7 } else { 0 }
    }

    /// The invariants, whatever came; and what came, in a few words. What is left then is cleared.
    pub(super) fn told(&self, came: &Came, what: &str) -> String {
        let Came { code, stdout, stderr } = came;
        let all = format!("{what}: {code}\n{stdout}\n{stderr}");
        assert!(!stdout.contains(CANARY) && !stderr.contains(CANARY), "a secret is told: {all}");
        let has_run = *code == self.exit_code();
        let known = [125, 126, 127, 128 + Signal::SIGINT as i32, 128 + Signal::SIGTERM as i32, -9];
        assert!(has_run || known.contains(code), "no code of the table: {all}");
        let container = self.case.containers();
        let is_output = match self.way {
            way if way.is_attached() && has_run => stdout == "out\n",
            way if way.is_attached() => ["", "out\n"].contains(&stdout.as_str()),
            _ if has_run => container.iter().any(|id| *stdout == format!("{id}\n")),
            // Who is killed may have told it already.
            _ => *code == -9 || stdout.is_empty(),
        };
        assert!(is_output, "standard output: {all}");
        let mut codes: Vec<&str> =
            stderr.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next()).collect();
        codes.dedup();
        assert!(has_run || *code == -9 || *code > 128 || !codes.is_empty(), "no word of why: {all}");
        let mut told = code.to_string();
        if let Some(old) = &self.old {
            told.push_str(self.of_the_old_one(old, came, &all));
        } else {
            told.push_str(self.of_what_is_left(has_run, came, &all));
        }
        for code in codes {
            let _ = write!(told, " {code}");
        }
        told
    }

    /// Nothing is left but what was launched to stay, or it is told.
    #[track_caller]
    fn of_what_is_left(&self, has_run: bool, came: &Came, all: &str) -> &'static str {
        let is_killed = came.code == -9;
        let is_left = self.left(has_run);
        // Who is killed may have launched already what is to stay.
        let runs = is_killed && !self.way.is_attached() && self.runs();
        assert!(!is_left || is_told(came) || is_killed, "left behind, and not told: {all}");
        assert!(has_run || is_killed || !self.cidfile.exists(), "a file for the id is left: {all}");
        if runs {
            self.case.clean_up();
            return " and it runs";
        }
        // Its container had ended, and the engine has removed it: the file stays, as after any launch.
        if is_killed && came.stdout == "out\n" && self.case.containers().is_empty() {
            let _ = std::fs::remove_file(&self.cidfile);
        }
        if is_left {
            self.is_cleared(all);
        }
        ""
    }

    /// Never are both gone: one of them has the name; and after a failure that is the old one, which does what it did.
    #[track_caller]
    fn of_the_old_one(&self, old: &str, came: &Came, all: &str) -> &'static str {
        let told = match (self.way, came.code) {
            (Way::Reuse, _) => self.of_one_to_reuse(old, came, all),
            (_, -9) => self.of_a_killed_replacement(old, all),
            (_, 0) => {
                let (id, runs) = self.holder();
                assert!(runs && format!("{id}\n") == came.stdout, "the new one has no place: {all}");
                let is_alone = self.case.containers() == [id];
                assert!(
                    is_alone || came.stderr.contains("  help: docker rm -fv "),
                    "the old one is left: {all}"
                );
                if is_alone { "" } else { " and the old one is left" }
            }
            _ => self.of_a_failed_replacement(old, came, all),
        };
        self.case.clean_up();
        let _ = std::fs::remove_file(&self.cidfile);
        told
    }

    /// What it did, it does again; or the line that brings it back is there, and does so.
    #[track_caller]
    fn of_a_failed_replacement(&self, old: &str, came: &Came, all: &str) -> &'static str {
        let line = came
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix("  help: ").filter(|line| line.contains("docker rename")));
        let others = |left: Vec<String>| left.into_iter().filter(|id| id != old).collect::<Vec<_>>();
        if !others(self.case.left()).is_empty() {
            assert!(is_told(came), "left behind, and not told: {all}");
            wait_for(&format!("nothing else to be left after {all}"), || {
                assert_eq!(self.case.dynrun(&["gc"]).run().code, 0, "{all}");
                others(self.case.left()).is_empty().then_some(())
            });
        }
        // gc may have done it by now.
        let is_gone =
            !self.case.call("docker", &["container", "inspect", &self.name()]).run().stderr.is_empty();
        if let (Some(line), true) = (line, is_gone) {
            assert_eq!(self.case.call("sh", &["-c", line]).run().code, 0, "{line}: {all}");
        }
        assert_eq!(self.holder(), (old.to_owned(), true), "the old one is not back: {all}");
        assert!(!self.cidfile.exists(), "a file for the id is left: {all}");
        if line.is_some() { " and a line" } else { "" }
    }

    /// gc brings the old one back, or sees that the new one is up.
    #[track_caller]
    fn of_a_killed_replacement(&self, old: &str, all: &str) -> &'static str {
        wait_for(&format!("one container after {all}"), || {
            let done = self.case.dynrun(&["gc"]).run();
            assert_eq!(done.code, 0, "{all}: {}", done.stderr);
            (self.case.containers().len() == 1).then_some(())
        });
        let (id, runs) = self.holder();
        assert!(runs, "nobody serves: {all}");
        assert_eq!(self.cidfile.exists(), id != old, "the file for the id: {all}");
        if id == old { " and the old one is back" } else { " and it runs" }
    }

    /// It is there, and as it was where it is not taken.
    #[track_caller]
    fn of_one_to_reuse(&self, old: &str, came: &Came, all: &str) -> &'static str {
        let (id, runs) = self.holder();
        assert_eq!((id.as_str(), self.case.containers().len()), (old, 1), "{all}");
        assert!(came.code == -9 || runs == (came.code == 0), "it does not do what it did: {all}");
        if came.code == -9 && runs { " and it runs" } else { "" }
    }

    /// The container that has the name, and whether it runs.
    #[track_caller]
    fn holder(&self) -> (String, bool) {
        let state = self.case.inspect(&self.name());
        (state["Id"].as_str().expect("an id").to_owned(), state["State"]["Running"] == true)
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
        if self.way.is_attached() && !case.containers().is_empty() {
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
        assert!(!self.cidfile.exists(), "a file for the id is left after {what}");
    }
}

/// What is left is told, with the line that removes it; and gc removes it when the launch is over.
fn is_told(came: &Came) -> bool {
    came.stderr.contains("error[cleanup-failed]") && came.stderr.contains("  help: docker ")
}
