//! Repositories of strangers, in `tests/hostile`: each asks for something that a project's file may not give, and is refused,
//! exactly as it stands beside it in `refused.txt`. Nothing of the caller's is opened, nothing is made or changed, no engine
//! is asked, and nothing is told of what the caller has. S9 to S12.
//!
//! The first line of each `dynrun.toml` says what the caller runs. `DYNRUN_BLESS=1` writes the refusals anew.

use crate::common::{DYNRUN, Output, Test, diff};
use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
use std::collections::BTreeMap;
use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// What only the caller may know.
const CANARY: &str = "canary-7261";

/// The caller's own files, below the home.
const OWN: [&str; 5] =
    [".ssh/id_ed25519", ".aws/credentials", ".bashrc", "work/notes", ".docker/cli-plugins/docker-x"];

fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut samples: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.sort();
    samples
}

/// A folder's files, folders and links into another, but for what is expected of it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (kind, target) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_name() != "refused.txt" {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every folder from here on, with what lies in each: name, length, and when it was changed.
fn tree(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let meta = entry.path().symlink_metadata().unwrap();
        found.insert(
            entry.path(),
            format!("{:?} {} {:?}", meta.file_type(), meta.len(), meta.modified().unwrap()),
        );
        if meta.is_dir() {
            tree(&entry.path(), found);
        }
    }
}

/// A watch over folders: what is opened in them, made, changed or taken away.
struct Watch {
    inotify: OwnedFd,
    folders: BTreeMap<i32, PathBuf>,
}

impl Watch {
    fn over(folders: impl Iterator<Item = PathBuf>) -> Self {
        let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        let seen = WatchFlags::OPEN | WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::DELETE;
        let seen = seen | WatchFlags::MOVE | WatchFlags::ATTRIB;
        let folders = folders.map(|folder| (add_watch(&inotify, &folder, seen).unwrap(), folder)).collect();
        Self { inotify, folders }
    }

    /// What happened since, each as `opened PATH`; folders that were only looked into are left out.
    fn events(&self) -> Vec<String> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        let mut events = Vec::new();
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
            let path = self.folders[&event.wd()].join(name.unwrap_or_default());
            let is_opened = event.events().contains(ReadFlags::OPEN);
            if !(is_opened && event.events().contains(ReadFlags::ISDIR)) {
                events.push(format!("{} {}", if is_opened { "opened" } else { "changed" }, path.display()));
            }
        }
        events.sort();
        events.dedup();
        events
    }
}

/// Runs what the sample's first line says, in a home that is watched.
fn ran(sample: &Path) -> Output {
    let mut test = Test::new();
    let home = test.folder();
    for own in OWN {
        test = test.file(own, &format!("key = {CANARY}\n"));
    }
    copy(sample, &home.join("repo"));
    test = test.dir("repo/.git").cwd("repo").env("HF_TOKEN", CANARY).env("SEED", CANARY);
    let toml = fs::read_to_string(sample.join("dynrun.toml")).unwrap();
    let words = toml.lines().next().unwrap().strip_prefix("# dynrun ").unwrap().to_owned();
    let engine = UnixListener::bind(home.join("engine.sock")).unwrap();
    engine.set_nonblocking(true).unwrap();
    let mut before = BTreeMap::new();
    tree(&home, &mut before);
    let folders = before.keys().filter(|path| !path.is_symlink() && path.is_dir()).cloned();
    let watch = Watch::over(folders.chain([home.clone()]));
    let test = test.env("DOCKER_HOST", "unix://[DIR]/engine.sock").args(words.split(' '));
    let output = test.any_stdout().any_stderr().any_status().run();
    let events = watch.events();
    let mut after = BTreeMap::new();
    tree(&home, &mut after);
    assert_eq!(before, after, "{}: something was made or changed", sample.display());
    // The project's own files may be read: what it says, and what it names below its folder.
    let repo = format!("opened {}/repo/", home.display());
    let odd: Vec<&String> = events.iter().filter(|event| !event.starts_with(&repo)).collect();
    assert!(odd.is_empty(), "{}: {odd:?}", sample.display());
    assert!(events.iter().any(|event| event.ends_with("/repo/dynrun.toml")), "the watch sees what is opened");
    let asked = engine.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(asked, Err(std::io::ErrorKind::WouldBlock), "{}: an engine is asked", sample.display());
    output
}

/// Each is refused, with exactly these words, and with none of the caller's.
#[test]
fn strangers_repositories_are_refused() {
    let samples = samples();
    assert!(samples.len() >= 50, "{}", samples.len());
    let mut wrong = Vec::new();
    for sample in samples {
        let (output, expected) = (ran(&sample), sample.join("refused.txt"));
        let name = sample.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!((output.status, output.stdout.as_str()), (125, ""), "{name}: {}", output.stderr);
        assert!(
            !output.stderr.contains(CANARY) && !output.stderr.contains('\u{1b}'),
            "{name}: {}",
            output.stderr
        );
        if std::env::var_os("DYNRUN_BLESS").is_some() {
            fs::write(expected, &output.stderr).unwrap();
            continue;
        }
        let wanted = fs::read_to_string(expected).unwrap_or_default();
        if wanted != output.stderr {
            wrong.push(format!("{name}:\n{}", diff(&wanted, &output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same by the kernel's own account, where it can be had: one program is run, nothing is opened to be written to, made
/// or connected to.
#[test]
fn no_program_is_run() {
    let sample = samples().into_iter().find(|sample| sample.ends_with("everything-at-once")).unwrap();
    let test = Test::new();
    copy(&sample, &test.folder().join("repo"));
    let calls = "trace=execve,openat,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat2,symlinkat,linkat,connect,chmod,chown";
    let mut strace = std::process::Command::new("strace");
    strace
        .args(["-f", "-o", "calls", "-e", calls, DYNRUN, "run", "gateway"])
        .current_dir(test.folder().join("repo"));
    strace.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", test.folder()).env("HF_TOKEN", CANARY);
    let ran = strace.output();
    let calls = fs::read_to_string(test.folder().join("repo/calls")).unwrap_or_default();
    if ran.is_err() || !calls.contains("execve(") {
        eprintln!("not run: strace is missing, or may not trace");
        return;
    }
    let lines = || calls.lines().filter(|line| line.contains('(') && !line.contains("ENOENT"));
    assert_eq!(lines().filter(|line| line.contains("execve(")).count(), 1, "{calls}");
    let changing = |line: &&str| {
        !line.contains("execve(")
            && (!line.contains("openat(")
                || line.contains("O_WRONLY")
                || line.contains("O_RDWR")
                || line.contains("O_CREAT"))
    };
    assert_eq!(lines().filter(changing).collect::<Vec<_>>(), [""; 0]);
    let opened: Vec<&str> =
        lines().filter_map(|line| line.split_once("openat(")?.1.split('"').nth(1)).collect();
    let is_own = |path: &&str| {
        ["/proc/", "/sys/", "/dev/null"].iter().any(|front| path.starts_with(front))
            || path.ends_with("/repo/dynrun.toml")
    };
    assert_eq!(opened.into_iter().filter(|path| !is_own(path)).collect::<Vec<_>>(), [""; 0]);
}

/// S10, S11: a project's file that is a link to a file of the caller's is not opened, and nothing of it is shown.
#[test]
fn a_file_that_leads_elsewhere_is_not_read() {
    let test = Test::new().file(".aws/credentials", &format!("key = {CANARY}\n")).dir("repo/.git");
    let test = test.link("repo/dynrun.toml", "../.aws/credentials").cwd("repo");
    let watch = Watch::over([test.folder().join(".aws")].into_iter());
    let _output = test
        .args(["config", "gateway", "network"])
        .stdout("bridge\n")
        .stderr(
            "
            warning[config-ignored]: [DIR]/repo/dynrun.toml is not read: it leads out of its folder, to [DIR]/.aws/credentials
              help: if that is your own file, name it: --config [DIR]/.aws/credentials
            ",
        )
        .run();
    assert_eq!(watch.events(), [""; 0]);
    // One within the repository is the project's own word.
    let test =
        Test::new().file("repo/team/dynrun.toml", "[service.gateway]\nname = \"team\"\n").dir("repo/.git");
    let test = test.dir("repo/a").link("repo/a/dynrun.toml", "../team/dynrun.toml").cwd("repo/a");
    test.args(["config", "gateway", "name"]).stdout("team\n").run();
}

/// What only looks at a launch refuses it, too.
#[test]
fn whoever_looks_at_one_is_told_the_same() {
    let sample = samples().into_iter().find(|sample| sample.ends_with("everything-at-once")).unwrap();
    let refused = fs::read_to_string(sample.join("refused.txt")).unwrap();
    for (verb, status) in
        [(&["run", "--dry-run"][..], 125), (&["check", "--offline"], 1), (&["check"], 1), (&["config"], 1)]
    {
        let test = Test::new().env("HF_TOKEN", CANARY).env("SEED", CANARY);
        copy(&sample, &test.folder().join("repo"));
        let test = test.dir("repo/.git").cwd("repo").args(verb).args(["gateway"]).any_stdout().any_stderr();
        let output = test.status(status).run();
        assert!(output.stderr.contains(refused.lines().next().unwrap()), "{verb:?}: {}", output.stderr);
    }
}
