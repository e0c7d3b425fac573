//! `dynrun extract`: what `docker create` and `docker cp` would have written, and nothing else, of the very image. K12.

use super::case::{Case, wait_for};
use super::proxy::{Fault, Proxy, rule};
use nix::sys::signal::Signal;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// An image with files of every kind.
struct Stocked {
    case: Case,
    image: String,
}

impl Stocked {
    #[track_caller]
    fn new() -> Self {
        let case = Case::new();
        let image = format!("dynrun-test/{}:1", case.word);
        let line = format!(
            "mkdir -p files/srv/deep/er files/srv/shut && cd files && echo one >srv/a.txt && chmod 4640 srv/a.txt
             echo two >srv/deep/er/b && ln srv/a.txt srv/hard && ln -s a.txt srv/link && ln -s deep srv/way
             mkfifo srv/pipe && echo x >'srv/a name: with *' && : >srv/empty && head -c 300000 /dev/urandom >srv/big
             echo shut >srv/shut/c && chmod 500 srv/shut && touch -d @1000000000 srv/a.txt srv/deep
             tar cf - . | docker import - {image}"
        );
        let done = case.call("sh", &["-ec", &line]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        Self { case, image }
    }

    /// No container of the image is left.
    #[track_caller]
    fn leaves_nothing(&self) {
        let all =
            self.case.docker(&["ps", "--all", "--quiet", "--filter", &format!("ancestor={}", self.image)]);
        assert_eq!(all, "");
    }
}

impl Drop for Stocked {
    fn drop(&mut self) {
        self.case.call("docker", &["rmi", "--force", &self.image]).run();
    }
}

/// All that is below a folder: names, types, modes, sizes, times, links.
#[track_caller]
fn listed(case: &Case, folder: &Path) -> String {
    // A folder that nobody has extracted is as new as it is.
    let line = "find . -mindepth 1 ! -path ./there ! -path ./odd \\( -type l -printf '%P l %l\\n' -o -printf '%P %y %m %s %Ts\\n' \\) | \
                grep -v '^file f' | sort; find . -type f -exec sha256sum {} + | sort";
    let done = case.call("sh", &["-c", &format!("cd {} && {line}", folder.display())]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.text()
}

/// Paths, and where they go: there is a folder `there`, a file `file`, and a link `way` to the folder.
const CASES: &[(&[&str], &str, &str)] = &[
    (&[], "/srv/a.txt", "."),
    (&[], "/srv/a.txt", "new"),
    (&[], "/srv/a.txt", "there"),
    (&[], "/srv/a.txt", "there/"),
    (&[], "/srv/a.txt", "way"),
    (&[], "/srv/a.txt", "file"),
    (&[], "/srv/a.txt", "new/"),
    (&[], "/srv/a.txt", "no/new"),
    (&[], "/srv", "."),
    (&[], "/srv", "new"),
    (&[], "/srv/", "new/"),
    (&[], "/srv/.", "."),
    (&[], "/srv/.", "new"),
    (&[], "/srv", "file"),
    (&[], "/srv/a.txt", "pipe"),
    (&[], "/srv/a.txt", "to-pipe"),
    (&[], "/srv/a.txt", "to-pipe/"),
    (&[], "/srv", "pipe"),
    (&[], "/srv/a.txt", "socket"),
    (&[], "/srv/a.txt", "device"),
    (&[], "/srv/a.txt", "to-device"),
    (&[], "/srv/pipe", "device"),
    (&[], "/srv", "device"),
    (&[], "/srv/.", "to-device"),
    (&[], "/srv/a.txt", "odd"),
    (&[], "/srv/.", "odd"),
    (&[], "srv/deep", "there"),
    (&[], "/srv/deep/../a.txt", "."),
    (&[], "/srv/link", "there"),
    (&["-L"], "/srv/link", "there"),
    (&["-L"], "/srv/link", "new"),
    (&[], "/srv/way/er", "."),
    (&[], "/srv/pipe", "."),
    (&[], "/srv/a name: with *", "."),
    (&[], "/nowhere", "."),
    (&[], "/srv/a.txt/b", "."),
];

#[test]
fn it_writes_what_docker_writes() {
    let stocked = Stocked::new();
    let Stocked { case, image } = &stocked;
    let container = case.docker(&["create", image, "nothing"]);
    for (number, (options, path, dest)) in CASES.iter().enumerate() {
        let folder = |who: &str| {
            let folder = case.folder().join(format!("{who}{number}"));
            std::fs::create_dir(&folder).expect("a folder");
            let line = "mkdir there odd && ln -s there way && echo old >file && mkfifo pipe odd/a.txt odd/empty && \
                        ln -s pipe to-pipe && ln -s device to-device && mknod device c 1 3 && mknod odd/big c 1 3 && \
                        touch -h -d @1000000000 pipe odd/* to-* device";
            let made = case.call("sh", &["-ec", &format!("cd {} && {line}", folder.display())]).run();
            assert_eq!(made.code, 0, "{}", made.stderr);
            UnixListener::bind(folder.join("socket")).expect("a socket");
            let made =
                case.call("touch", &["-d", "@1000000000", &format!("{}/socket", folder.display())]).run();
            assert_eq!(made.code, 0, "{}", made.stderr);
            folder
        };
        let (theirs, ours) = (folder("theirs"), folder("ours"));
        let [theirs_at, ours_at] = [&theirs, &ours].map(|folder| format!("{}/{dest}", folder.display()));
        let source = format!("{container}:{path}");
        let copied = case.call("docker", &[&["cp"], *options, &[&source, &theirs_at]].concat()).run();
        let words = [&["extract", "--pull", "never"], *options, &[image, *path, &ours_at]].concat();
        let extracted = case.dynrun(&words).run();
        let what = format!("{options:?} {path} {dest}: {}{}", copied.stderr, extracted.stderr);
        assert_eq!(extracted.code == 0, copied.code == 0, "{what}");
        assert_eq!(listed(case, &ours), listed(case, &theirs), "{what}");
        if extracted.code == 0 {
            assert_eq!((extracted.text().as_str(), extracted.stderr.as_str()), ("", ""), "{what}");
        } else {
            assert!(extracted.code == 1 && extracted.stderr.starts_with("error[extract-failed]: "), "{what}");
        }
    }
    case.docker(&["rm", &container]);
    stocked.leaves_nothing();
}

#[test]
fn a_tar_is_what_the_engine_has() {
    let stocked = Stocked::new();
    let Stocked { case, image } = &stocked;
    let line = format!("$DYNRUN extract --pull never {image} /srv/deep - | tar tf - | sort");
    case.shell(&line).run().expect(0, "deep/\ndeep/er/\ndeep/er/b\n", "");
    stocked.leaves_nothing();
    let done = case.dynrun(&["extract", "--pull", "never", "dynrun-test/nosuch:1", "/", "."]).run();
    assert!(done.code == 1 && done.stderr.starts_with("error[image-missing]: "), "{}", done.stderr);
}

/// Whatever comes between: a lost answer, a signal, a kill and the next one.
#[test]
fn its_container_is_never_left() {
    let stocked = Stocked::new();
    let Stocked { case, image } = &stocked;
    let extract = |rules: Vec<_>| {
        let proxy = Proxy::new(case, rules);
        let words = ["extract", "--pull", "never", "--host", &proxy.address, image, "/srv", "out"];
        (case.dynrun(&words).start(), proxy)
    };
    let (running, _proxy) = extract(vec![rule("POST", "/create", Fault::Unanswered)]);
    let done = running.end();
    assert!(done.code == 1 && done.stderr.contains("error[engine-lost]"), "{}", done.stderr);
    stocked.leaves_nothing();
    let (running, _proxy) = extract(vec![rule("GET", "/archive", Fault::CutAfterHead(5000))]);
    let done = running.end();
    assert!(
        done.code == 1 && done.stderr.starts_with("error[extract-failed]: the archive "),
        "{}",
        done.stderr
    );
    stocked.leaves_nothing();
    let (running, proxy) = extract(vec![rule("GET", "/archive", Fault::Silent)]);
    proxy.met(1);
    running.signal(Signal::SIGTERM);
    let done = running.end();
    assert_eq!(done.code, 143, "{}", done.stderr);
    stocked.leaves_nothing();
    let (running, proxy) = extract(vec![rule("GET", "/archive", Fault::Silent)]);
    proxy.met(1);
    running.signal(Signal::SIGKILL);
    assert_eq!(running.end().code, -9);
    wait_for("gc to remove it", || {
        assert_eq!(case.dynrun(&["gc"]).run().code, 0);
        let left = case.docker(&["ps", "--all", "--quiet", "--filter", &format!("ancestor={image}")]);
        left.is_empty().then_some(())
    });
}
