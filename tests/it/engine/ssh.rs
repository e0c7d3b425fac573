//! ssh: a real sshd on loopback, with a key of its own, and docker's client behind it.

use super::case::{Call, Case, DYNRUN, wait_for};
use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The sshd of a test. It goes with this value.
struct Sshd {
    port: u16,
    child: Child,
    path: String,
}

/// What it starts in: a user that sshd wants to see, and a folder of its own, which this machine need not have.
const START: &str = r#"mount --bind "$1/passwd" /etc/passwd
mount -t tmpfs -o mode=755 none /run
mkdir -m 755 /run/sshd
export LD_LIBRARY_PATH=$2/usr/lib/x86_64-linux-gnu:$2/lib/x86_64-linux-gnu:$2/usr/lib/aarch64-linux-gnu:$2/lib/aarch64-linux-gnu
exec "$2/usr/sbin/sshd" -D -e -f "$1/sshd_config""#;

impl Sshd {
    fn new(case: &Case) -> Self {
        let folder = case.folder().join("ssh");
        fs::create_dir(&folder).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        for key in ["host", "me"] {
            let made =
                Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &at(key)]).status();
            assert!(made.expect("ssh-keygen").success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let users = fs::read_to_string("/etc/passwd").unwrap();
        let user = "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n";
        fs::write(at("passwd"), format!("{users}{}", if users.contains("\nsshd:") { "" } else { user }))
            .unwrap();
        let host_key = fs::read_to_string(at("host.pub")).unwrap();
        fs::write(at("known"), format!("[127.0.0.1]:{port} {host_key}")).unwrap();
        let engine = &case.engine;
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\n\
             StrictModes no\nPasswordAuthentication no\nSetEnv DOCKER_HOST={engine}\n",
            at("host"),
            at("me.pub"),
        );
        fs::write(at("sshd_config"), config).unwrap();
        let path = caller(&folder, &at("me"), &at("known"));
        Self { port, child: started(&folder, port), path }
    }

    fn address(&self) -> String {
        format!("ssh://root@127.0.0.1:{}", self.port)
    }

    /// A call that goes through it.
    fn call(&self, call: Call) -> Call {
        call.env("DOCKER_HOST", &self.address()).env("PATH", &self.path)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "scripts/test says so where it is unpacked")]
fn started(folder: &Path, port: u16) -> Child {
    let unpacked = std::env::var("DYNRUN_TEST_SSHD").expect("the tests of ssh run in scripts/test");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-euc", START, "sh", folder.to_str().unwrap(), &unpacked]);
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("sshd starts");
    wait_for("sshd", || TcpStream::connect(("127.0.0.1", port)).ok());
    child
}

/// A folder of programs that has an ssh with the test's own key, and nothing of its user's. Returns the PATH.
fn caller(folder: &Path, key: &str, known: &str) -> String {
    let config = folder.join("config");
    let text = format!(
        "IdentityFile {key}\nIdentitiesOnly yes\nUserKnownHostsFile {known}\nGlobalKnownHostsFile none\n\
         StrictHostKeyChecking yes\n"
    );
    fs::write(&config, text).unwrap();
    let programs = folder.join("bin");
    fs::create_dir(&programs).unwrap();
    let ssh = programs.join("ssh");
    fs::write(&ssh, format!("#!/bin/sh\nexec /usr/bin/ssh -F {} \"$@\"\n", config.display())).unwrap();
    fs::set_permissions(&ssh, Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display())
}

/// No ssh that a call has started is left.
fn no_ssh_is_left(sshd: &Sshd) {
    let port = sshd.port.to_string();
    wait_for("the end of every ssh", || {
        let all = fs::read_dir("/proc").unwrap().flatten();
        let mut lines = all.filter_map(|one| fs::read_to_string(one.path().join("cmdline")).ok());
        let is_ours = |line: String| {
            let words: Vec<&str> = line.split('\0').collect();
            words.first().is_some_and(|word| word.ends_with("ssh")) && words.contains(&port.as_str())
        };
        (!lines.any(is_ours)).then_some(())
    });
}

#[test]
fn launches_go_through_ssh_with_streams_and_exit_codes() {
    let case = Case::new();
    let sshd = Sshd::new(&case);
    // The end of the input comes through, too.
    let line = "cat; echo err >&2; exit 7";
    let launch = case.launch(&["--rm", "-i"], &["sh", "-c", line]).input(b"in\n");
    sshd.call(launch).run().expect(7, "in\n", "err\n");
    let socket = case.engine.trim_start_matches("unix://");
    let launch = case.launch(&["--rm", "--host", &format!("{}{socket}", sshd.address())], &["echo", "hi"]);
    sshd.call(launch).run().expect(0, "hi\n", "");
    case.leaves_nothing();
    no_ssh_is_left(&sshd);
}

/// A context whose endpoint is an ssh address, made by docker's own client; and what is wrong with one is told of the context.
#[test]
fn a_context_leads_through_ssh() {
    let case = Case::new();
    let sshd = Sshd::new(&case);
    let folder = case.folder().join("docker").display().to_string();
    let make = |name: &str, address: &str| {
        let endpoint = format!("host={address}");
        let made = case.call("docker", &["context", "create", name, "--docker", &endpoint]);
        assert_eq!(made.env("DOCKER_CONFIG", &folder).run().code, 0);
    };
    make("far", &sshd.address());
    let through =
        |call: Call| call.without("DOCKER_HOST").env("DOCKER_CONFIG", &folder).env("PATH", &sshd.path);
    through(case.launch(&["--rm", "--context", "far"], &["echo", "hi"])).run().expect(0, "hi\n", "");
    // The one that is in use needs no word, and a variable names one, too.
    let launch = case.launch(&["--rm"], &["sh", "-c", "exit 7"]).env("DOCKER_CONTEXT", "far");
    through(launch).run().expect(7, "", "");
    let in_use = case.call("docker", &["context", "use", "far"]).without("DOCKER_HOST");
    assert_eq!(in_use.env("DOCKER_CONFIG", &folder).run().code, 0);
    through(case.launch(&["--rm"], &["echo", "hi"])).run().expect(0, "hi\n", "");
    let stranger = format!("ssh://stranger@127.0.0.1:{}", sshd.port);
    make("strange", &stranger);
    let done = through(case.dynrun(&["ps", "--context", "strange"])).run();
    let stderr = format!(
        "error[engine-ssh]: the engine at {stranger} cannot be reached: ssh could not connect\n  \
         asked: `--context strange` on the command line\n  \
         note: it says: stranger@127.0.0.1: Permission denied (publickey,keyboard-interactive).\n  \
         help: try it by hand: ssh -p {} stranger@127.0.0.1 docker version\n",
        sshd.port
    );
    done.expect(1, "", &stderr);
    case.leaves_nothing();
    no_ssh_is_left(&sshd);
}

/// The terminal's Ctrl-C goes to the whole process group that dynrun is in: the launch still ends as it should.
#[test]
fn ctrl_c_reaches_the_container_through_ssh() {
    let case = Case::new();
    let sshd = Sshd::new(&case);
    let line = "trap 'exit 3' INT; echo on; sleep 60 & wait";
    let running = sshd.call(case.launch(&["--rm"], &["sh", "-c", line])).start();
    running.says("on\n");
    let ours = fs::read_to_string(format!("/proc/{}/stat", running.pid())).unwrap();
    let group = |stat: &str| stat.rsplit(')').next().unwrap().split_whitespace().nth(2).map(str::to_owned);
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", running.pid())).unwrap();
    assert!(!children.trim().is_empty(), "no ssh runs");
    for child in children.split_whitespace() {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || group(&stat) != group(&ours), "{stat} is in dynrun's group");
    }
    running.signal(nix::sys::signal::Signal::SIGINT);
    running.end().expect(3, "on\n", "");
    case.leaves_nothing();
    no_ssh_is_left(&sshd);
}

#[test]
fn what_ssh_says_is_in_the_message() {
    let case = Case::new();
    let sshd = Sshd::new(&case);
    let port = sshd.port;
    let says = |address: &str, message: &str, words: &str, by_hand: &str| {
        let done = sshd.call(case.dynrun(&["ps", "--host", address])).run();
        let stderr = format!(
            "error[engine-ssh]: the engine at {address} cannot be reached: {message}\n  \
             asked: `--host {address}` on the command line\n  \
             note: it says: {words}\n  \
             help: try it by hand: ssh {by_hand} docker version\n"
        );
        done.expect(1, "", &stderr);
    };
    says(
        &format!("ssh://stranger@127.0.0.1:{port}"),
        "ssh could not connect",
        "stranger@127.0.0.1: Permission denied (publickey,keyboard-interactive).",
        &format!("-p {port} stranger@127.0.0.1"),
    );
    says(
        "ssh://root@127.0.0.1:1",
        "ssh could not connect",
        "ssh: connect to host 127.0.0.1 port 1: Connection refused",
        "-p 1 root@127.0.0.1",
    );
    says(
        &format!("{}/nowhere.sock", sshd.address()),
        "docker system dial-stdio ended on the other machine with exit code 1",
        "failed to open the raw stream connection: dial unix /nowhere.sock: connect: no such file or directory",
        &format!("-p {port} root@127.0.0.1"),
    );
    no_ssh_is_left(&sshd);
}

#[test]
fn an_ssh_that_is_not_there_is_said() {
    let case = Case::new();
    let done = case.call(DYNRUN, &["ps", "--host", "ssh://box"]).env("PATH", "/nonexistent").run();
    done.expect(
        1,
        "",
        "error[engine-ssh]: ssh://box needs the program ssh, which is not there\n  \
         asked: `--host ssh://box` on the command line\n  \
         help: apt-get install openssh-client\n",
    );
}
